//! What officers ask for: verbs of the office. A desk turns each into an act or a refusal.

use chrono::NaiveDate;
use honghei_domain::account::IntakeAccount;
use honghei_domain::act::{Ballot, CollectionChannel, FeedMode, Officer, OfficerId, ReviewException};
use honghei_domain::attachment::Attachment;
use honghei_domain::bulletin::Quarter;
use honghei_domain::comparison::Finding;
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::feed::FeedSource;
use honghei_domain::list::{Attestation, CaseId, CaseSet, Department, ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::permit::Business;
use honghei_domain::subject_key::SubjectKey;
use serde::{Deserialize, Serialize};

use crate::packed::PackedEntries;

/// An officer's command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Appoint an officer of this node.
    AppointOfficer(Officer),
    /// Vouch for an officer of the level below.
    CertifyOfficer {
        /// His node.
        node: NodeId,
        /// Who.
        officer: OfficerId,
    },
    /// Collect candidates; their case numbers are given here.
    Collect {
        /// How they came.
        channel: CollectionChannel,
        /// File name or description.
        source: String,
        /// The candidates, not numbered yet.
        entries: PackedEntries,
        /// How the file came out; none where no file was read.
        account: Option<Box<IntakeAccount>>,
    },
    /// Record behaviour events; their numbers are given here.
    RecordEvents {
        /// How they came.
        channel: CollectionChannel,
        /// File name or description.
        source: String,
        /// The events, numbered from 0; they get their numbers where they are written.
        events: Vec<BehaviourEvent>,
    },
    /// Replace the record of a returned case (AMB-18).
    Correct {
        /// Corrected entries; each names its case.
        entries: Vec<ListEntry>,
        /// What was corrected and why.
        reason: String,
    },
    /// Record that notice was served.
    ServeNotice {
        /// Cases.
        cases: CaseSet,
        /// 告知方式.
        method: String,
        /// 送达日期.
        served_on: NaiveDate,
        /// 送达证明.
        proof: String,
    },
    /// Open the publicity of candidates.
    PublicizeCases {
        /// Cases.
        cases: CaseSet,
        /// 公示渠道.
        channel: String,
    },
    /// Record a statement (F-05).
    ReceiveStatement {
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
    },
    /// Dispose of a statement.
    DisposeStatement {
        /// The statement.
        statement: EntryRef,
        /// Whether it stands.
        adopted: Adoption,
        /// Why.
        reason: String,
    },
    /// Sign the recognition of every certifiable case of a kind, or of the named ones.
    Certify {
        /// Red or black.
        kind: ListKind,
        /// These only; they must all be certifiable.
        cases: Option<CaseSet>,
        /// 认定意见.
        opinion: String,
    },
    /// Record that the body which approves a certified list approved it; its members sign the record (R-032, F-14).
    ApproveList {
        /// The list.
        list: EntryRef,
        /// 会议: name and number of its minutes.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
        /// 审查意见.
        decision: String,
    },
    /// Record that the body voted a certified list down; its members sign the record (R-032, F-14).
    DisapproveList {
        /// The list.
        list: EntryRef,
        /// 会议: name and number of its minutes.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
        /// How it voted.
        votes: Ballot,
        /// 不予通过的理由.
        reason: String,
    },
    /// Hand part of a head's own business over while he is away.
    Delegate {
        /// To whom, of this node.
        to: OfficerId,
        /// First day.
        starts_on: NaiveDate,
        /// Last day.
        ends_on: NaiveDate,
        /// In what.
        scope: Vec<Business>,
        /// Why.
        reason: String,
    },
    /// Take it back from today on.
    EndDelegation {
        /// From whom.
        to: OfficerId,
    },
    /// Declare a certified list.
    Declare {
        /// The list.
        list: EntryRef,
        /// Materials (F-07); each was taken in by [`Attachment::take`].
        materials: Vec<Attachment>,
    },
    /// Add documents to an own case before recognition, or to one that was sent back; one of the same name is replaced.
    AttachFiles {
        /// The case.
        case: CaseId,
        /// The documents.
        files: Vec<Attachment>,
    },
    /// Confirm qualities of an own case in words, before recognition or after it was sent back (R-005, R-005b, R-006).
    Attest {
        /// The case.
        case: CaseId,
        /// What is confirmed; a quality confirmed before gets the new words.
        attestations: Vec<Attestation>,
    },
    /// Review a received list.
    Review {
        /// The list.
        list: EntryRef,
        /// Everything else is approved.
        exceptions: Vec<ReviewException>,
        /// 审核意见.
        opinion: String,
    },
    /// Sign a review (F-08).
    SignReview {
        /// The list.
        list: EntryRef,
        /// Why no publicity is held (AMB-04).
        publicity_waived: Option<String>,
    },
    /// Open the publicity of a reviewed list.
    PublicizeList {
        /// The list.
        list: EntryRef,
        /// 公示渠道.
        channel: String,
    },
    /// Record an objection during publicity (F-09).
    ReceiveObjection {
        /// The list.
        list: EntryRef,
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
    },
    /// Answer an objection as recogniser.
    VerifyObjection {
        /// The objection.
        objection: EntryRef,
        /// Whether it stands.
        upheld: Adoption,
        /// Why.
        reason: String,
    },
    /// Withdraw an own case by decision.
    Withdraw {
        /// The case.
        case: CaseId,
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
    },
    /// Import a department's list at the province (C-6).
    ImportFeed {
        /// Registered source.
        source: String,
        /// Red or black.
        kind: ListKind,
        /// The department.
        department: Department,
        /// Whole or change.
        mode: FeedMode,
        /// The day the department states.
        as_of: NaiveDate,
        /// The accepted rows.
        entries: Vec<ListEntry>,
        /// Rows that say that an entry was revoked or taken off: they list nobody.
        endings: Vec<ListEntry>,
        /// Rows of the file that could not be read.
        unread: u64,
        /// How the file came out; none where no file was read.
        account: Option<Box<IntakeAccount>>,
        /// How many missing rows of a whole list this officer agrees may leave, where the guard asks (C-5).
        agreed_exits: u64,
    },
    /// Register a department's list as a source, or amend its registration (C-6).
    RegisterFeed(FeedSource),
    /// Decide whether two parties are one subject (AMB-13).
    RuleIdentity {
        /// Who.
        about: RulingAbout,
        /// What was found.
        finding: Finding,
        /// Why.
        reason: String,
        /// The last day the ruling counts; none where it does not end.
        until: Option<NaiveDate>,
    },
    /// Cut and publish a result version.
    PublishResult {
        /// The share of the red list this officer agrees may be removed, in per cent, where the guard asks (C-5).
        agreed_removal_percent: Option<u32>,
    },
    /// Something about listed entries.
    Listing(ListingCommand),
    /// Issue the bulletin of a quarter.
    IssueBulletin {
        /// The department whose lists it shows.
        department: Department,
        /// The quarter; the last one that is over where none is named.
        quarter: Option<Quarter>,
    },
    /// Record where something published was spread offline.
    Disseminate {
        /// The bulletin's issuing act; the served list where none is named.
        bulletin: Option<EntryRef>,
        /// 场所.
        venue: String,
        /// 方式.
        manner: String,
        /// The day.
        held_on: NaiveDate,
        /// What else there is to say; may be empty.
        note: String,
        /// Photographs and the like; each was taken in by [`Attachment::take`].
        files: Vec<Attachment>,
    },
}

/// Whom a ruling on identity is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RulingAbout {
    /// A HELD red and the black it may conflict with.
    Held(CaseId),
    /// Two subjects, whatever is recorded under their keys; where they are joined, the first is what both go on as.
    Subjects(SubjectKey, SubjectKey),
}

/// Whether grounds put forward stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adoption {
    /// 采纳.
    Adopted,
    /// 不予采纳.
    NotAdopted,
}
