//! Official acts: past-tense facts that a node writes into its log, and nothing else changes state.
//!
//! Acts speak of sets (a list, a range of cases), because an official signs lists, not rows.

mod parts;
mod term;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::IntakeAccount;
use crate::bulletin::BulletinAct;
use crate::comparison::{Finding, Party};
use crate::directory::PublicKeyRecord;
use crate::feed::FeedSource;
use crate::list::{AttachmentRef, CaseId, CaseSet, Department, Digest, ListKind, ListManifest};
use crate::listing::ListingAct;
use crate::node::{ClockClass, EntryRef, NodeId};
use crate::permit::{Delegation, Role};
use crate::person::PersonMatch;
use crate::subject_key::SubjectKey;

pub use parts::*;
pub use term::kind_zh;

/// An officer's name within a node: `[a-z0-9.]+`, such as `zhang.wei`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OfficerId(pub String);

/// A named person with roles and a signing key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Officer {
    /// Identity within the node.
    pub id: OfficerId,
    /// The node he serves.
    pub node: NodeId,
    /// 姓名.
    pub name: String,
    /// 职务, as printed under an opinion.
    pub title: String,
    /// What he may do.
    pub roles: Vec<Role>,
    /// The key he signs with.
    pub key: PublicKeyRecord,
}

/// Everything an entry's payload says besides its signatures and chunk references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActBody {
    /// The legal day of the act, China Standard Time.
    pub done_on: NaiveDate,
    /// The policy it was done under; empty where none applies.
    pub policy: String,
    /// The directory version its author held.
    pub directory_version: u64,
    /// The act.
    pub act: Act,
}

/// An official act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A log begins: federation, clock class, whose log.
    Founded {
        /// The federation's name.
        federation: String,
        /// Real or simulated.
        clock_class: ClockClass,
        /// Program version that wrote it.
        program: String,
    },
    /// A directory version, as the bytes the root signed and the signature.
    DirectoryPublished {
        /// Its version.
        version: u64,
        /// The encoded, signed directory.
        document: Vec<u8>,
    },
    /// A person was appointed with roles and a key.
    OfficerAppointed(Officer),
    /// The level above vouches for an officer's key.
    OfficerCertified {
        /// The officer's node.
        node: NodeId,
        /// Who.
        officer: OfficerId,
        /// SHA-256 of algorithm and key.
        key_digest: Digest,
    },
    /// Candidates were collected from a file or by hand.
    RecordsCollected {
        /// How they came.
        channel: CollectionChannel,
        /// File name or description.
        source: String,
        /// The candidates; their case numbers are contiguous.
        manifest: ListManifest,
        /// How the file came out; none where no file was read.
        account: Option<Box<IntakeAccount>>,
    },
    /// Behaviour events were recorded: what counting rules are evaluated on.
    EventsRecorded {
        /// How they came.
        channel: CollectionChannel,
        /// File name or description.
        source: String,
        /// The events; their numbers are contiguous.
        manifest: ListManifest,
    },
    /// Records of own cases were corrected: before recognition, or after a return or rejection (AMB-18).
    EntriesCorrected {
        /// The corrected entries; each keeps the number of its case.
        manifest: ListManifest,
        /// What was corrected and why.
        reason: String,
        /// When.
        corrected_on: NaiveDate,
    },
    /// Written notice was served on subjects.
    NoticeServed {
        /// Which cases.
        cases: CaseSet,
        /// 告知方式.
        method: String,
        /// 送达日期.
        served_on: NaiveDate,
        /// 送达证明.
        proof: String,
    },
    /// A publicity began.
    PublicityOpened {
        /// What is publicised.
        of: PublicityOf,
        /// 公示渠道.
        channel: String,
        /// First day.
        opened_on: NaiveDate,
        /// Its last day, 24:00, as the calendar known then says.
        ends_on: NaiveDate,
    },
    /// A publicity ended in its time.
    PublicityClosed {
        /// The opening act.
        publicity: EntryRef,
        /// The day after its last.
        closed_on: NaiveDate,
    },
    /// A subject's statement or defence was received (F-05).
    StatementReceived {
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// Facts, reasons and evidence.
        grounds: String,
        /// When.
        received_on: NaiveDate,
    },
    /// A statement was disposed of.
    StatementDisposed {
        /// The receiving act.
        statement: EntryRef,
        /// The case.
        case: CaseId,
        /// Whether it stands: an adopted one ends the case.
        adopted: bool,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
    /// The head signed the recognition of a list (R-024, F-06).
    ListCertified {
        /// Red or black.
        kind: ListKind,
        /// The department.
        department: Department,
        /// The certified entries.
        manifest: ListManifest,
        /// 认定日期.
        certified_on: NaiveDate,
        /// 认定意见.
        opinion: String,
    },
    /// A body approved a certified list; its members sign this (R-032, F-14).
    ListApproved {
        /// The certified list.
        list: EntryRef,
        /// 会议: name and number of its minutes.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
        /// 审查意见.
        decision: String,
        /// When this was recorded.
        approved_on: NaiveDate,
    },
    /// A body voted a certified list down; its members sign this (R-032, F-14).
    ListDisapproved {
        /// The certified list.
        list: EntryRef,
        /// 会议: name and number of its minutes.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
        /// How it voted.
        votes: Ballot,
        /// 不予通过的理由.
        reason: String,
        /// When this was recorded.
        disapproved_on: NaiveDate,
    },
    /// A head handed part of his business over while he is away.
    DutyDelegated(Delegation),
    /// A head took it back before its last day.
    DelegationEnded {
        /// The head.
        from: OfficerId,
        /// Who acted for him.
        to: OfficerId,
        /// First day without it.
        ended_on: NaiveDate,
    },
    /// A certified list was declared to the reviewer with its materials.
    ListDeclared {
        /// The certified list.
        list: EntryRef,
        /// Who shall review it.
        to: NodeId,
        /// When.
        declared_on: NaiveDate,
        /// Materials of the list as a whole.
        materials: Vec<AttachmentRef>,
    },
    /// The reviewer has the whole declaration; clock D-02 starts.
    MaterialsReceived {
        /// The declaring act.
        declaration: EntryRef,
        /// The list.
        list: EntryRef,
        /// Legal day of receipt.
        received_on: NaiveDate,
        /// Last day for the review.
        due_on: NaiveDate,
    },
    /// What this node made of another node's act.
    ActInterpreted {
        /// The act.
        act: EntryRef,
        /// The outcome.
        outcome: Interpretation,
        /// Rows refused within an applied act.
        rows: Vec<RowRejection>,
    },
    /// The reviewer's finding: everything approved but the exceptions.
    ListReviewed {
        /// The list.
        list: EntryRef,
        /// Returns and rejections.
        exceptions: Vec<ReviewException>,
        /// 审核意见 as drafted.
        opinion: String,
        /// When.
        reviewed_on: NaiveDate,
    },
    /// The head signed the review (F-08).
    ReviewSigned {
        /// The list.
        list: EntryRef,
        /// The review.
        review: EntryRef,
        /// When.
        signed_on: NaiveDate,
        /// Why no publicity is held, where the signatory so decided (AMB-04).
        publicity_waived: Option<String>,
    },
    /// An objection was received during publicity (R-027, F-09).
    ObjectionReceived {
        /// The list.
        list: EntryRef,
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
        /// When.
        received_on: NaiveDate,
    },
    /// The recogniser verified an objection.
    ObjectionVerified {
        /// The objection.
        objection: EntryRef,
        /// The case.
        case: CaseId,
        /// Upheld: the case ends.
        upheld: bool,
        /// Why.
        reason: String,
        /// When.
        verified_on: NaiveDate,
    },
    /// A reviewed and publicised list was reported to the province.
    ListReported {
        /// The list.
        list: EntryRef,
        /// The signed review.
        review: EntryRef,
        /// Cases of the list that are not reported: returned, rejected, withdrawn.
        excluded: CaseSet,
        /// When.
        reported_on: NaiveDate,
    },
    /// A department's list was fed in at the province.
    FeedImported {
        /// Registered source, such as `tax-a-grade`.
        source: String,
        /// Red or black.
        kind: ListKind,
        /// The department.
        department: Department,
        /// Whole or change.
        mode: FeedMode,
        /// The accepted rows.
        manifest: ListManifest,
        /// The day the department states.
        as_of: NaiveDate,
        /// Own cases of the source that leave: those that its whole list no longer holds, and those of which a list of
        /// changes says something else or that they ended (C-5).
        gone: CaseSet,
        /// Of those that leave, the ones that a row of the source itself says are revoked or taken off.
        revoked: CaseSet,
        /// Rows of the file that could not be read.
        unread: u64,
        /// How the file came out; none where no file was read.
        account: Option<Box<IntakeAccount>>,
    },
    /// The province told the persons of a part of sealed ID numbers from each other (AMB-13). Never leaves it.
    PersonsIdentified {
        /// The act whose list the part belongs to.
        list: EntryRef,
        /// Address of the part.
        part: Digest,
        /// Who stands behind each commitment.
        persons: Vec<PersonMatch>,
    },
    /// A department's list was registered as a source, or its registration amended (C-6).
    FeedRegistered(FeedSource),
    /// The province published a result version (R-029, R-030, F-10).
    ResultPublished {
        /// Rising from 1.
        version: u64,
        /// Version of the comparison rules.
        rule_version: u32,
        /// 公布日期: validity starts here (AMB-06).
        published_on: NaiveDate,
        /// Changes of the public final list, chunked, ordered by bucket.
        rows: ListManifest,
        /// What each recogniser may see of its own entries.
        details: Vec<ResultDetail>,
        /// Root over the 65,536 buckets after the change.
        root: Digest,
        /// Counts.
        counts: ResultCounts,
    },
    /// An entry left the procedure or the list by decision (RX-2, RX-3, BX-2 ...).
    EntryWithdrawn {
        /// The case.
        case: CaseId,
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
    /// An act on listed entries: objection, exit, repair, announcement, filing, restoration.
    Listing(ListingAct),
    /// A bulletin, or the dissemination of what was published.
    Bulletin(BulletinAct),
    /// A person decided whether two parties are one subject: about a HELD red, or to join or part subjects (AMB-13).
    IdentityRuled {
        /// The parties.
        parties: [Party; 2],
        /// What was found.
        finding: Finding,
        /// The HELD red it was asked about; none where subjects are joined or parted.
        case: Option<CaseId>,
        /// Where subjects are joined: the party as which both go on, so that whoever asks for the other is sent there.
        current: Option<SubjectKey>,
        /// Why.
        reason: String,
        /// When.
        ruled_on: NaiveDate,
        /// Its last day; none where it does not end.
        until: Option<NaiveDate>,
    },
    /// A peer sent something wrong: kept and answered (S-2).
    PeerMisbehaved {
        /// Who, as its certificate says.
        peer: String,
        /// Stable code.
        code: String,
        /// What was wrong; never payload text.
        detail: String,
        /// SHA-256 of the offending bytes.
        evidence: Digest,
    },
}

impl Act {
    /// The stable kind name, as in headers and documents.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Founded { .. } => "founded",
            Act::DirectoryPublished { .. } => "directory-published",
            Act::OfficerAppointed(_) => "officer-appointed",
            Act::OfficerCertified { .. } => "officer-certified",
            Act::RecordsCollected { .. } => "records-collected",
            Act::EventsRecorded { .. } => "events-recorded",
            Act::EntriesCorrected { .. } => "entries-corrected",
            Act::NoticeServed { .. } => "notice-served",
            Act::PublicityOpened { .. } => "publicity-opened",
            Act::PublicityClosed { .. } => "publicity-closed",
            Act::StatementReceived { .. } => "statement-received",
            Act::StatementDisposed { .. } => "statement-disposed",
            Act::ListCertified { .. } => "list-certified",
            Act::ListApproved { .. } => "list-approved",
            Act::ListDisapproved { .. } => "list-disapproved",
            Act::DutyDelegated(_) => "duty-delegated",
            Act::DelegationEnded { .. } => "delegation-ended",
            Act::ListDeclared { .. } => "list-declared",
            Act::MaterialsReceived { .. } => "materials-received",
            Act::ActInterpreted { .. } => "act-interpreted",
            Act::ListReviewed { .. } => "list-reviewed",
            Act::ReviewSigned { .. } => "review-signed",
            Act::ObjectionReceived { .. } => "objection-received",
            Act::ObjectionVerified { .. } => "objection-verified",
            Act::ListReported { .. } => "list-reported",
            Act::FeedImported { .. } => "feed-imported",
            Act::PersonsIdentified { .. } => "persons-identified",
            Act::FeedRegistered(_) => "feed-registered",
            Act::ResultPublished { .. } => "result-published",
            Act::EntryWithdrawn { .. } => "entry-withdrawn",
            Act::Listing(act) => act.kind(),
            Act::Bulletin(act) => act.kind(),
            Act::IdentityRuled { .. } => "identity-ruled",
            Act::PeerMisbehaved { .. } => "peer-misbehaved",
        }
    }
}
