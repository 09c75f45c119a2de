//! Membership: the directory, officers, and whether an entry's signatures are theirs.

use async_trait::async_trait;
use honghei_codec::directory::{decode_directory, decode_signed_directory};
use honghei_domain::act::{Act, Interpretation, Officer, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::bulletin::BulletinAct;
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::listing::ListingAct;
use honghei_domain::permit::{Action, compatible, second_signature};
use honghei_domain::refusal::{Denial, Refusal};
use honghei_ledger::hash::sha256;
use honghei_ledger::key::{Algorithm, PublicKey};
use honghei_ledger::statement::Statement;
use honghei_store::{OfficerRow, Tx, WaitingRow};

use super::{Desk, Judgement, Proposed, delegations, keys, policies};
use crate::command::Command;
use crate::context::Context;
use crate::countersign;
use crate::engine::{DIRECTORY_META, DIRECTORY_VERSION_META, plain_draft};
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};
use crate::question::{Listener, Question, Told};

/// The meta key of the federation's root public key (algorithm name, a zero byte, key bytes).
pub const ROOT_KEY_META: &str = "root-key";

/// The purpose named in the statement an officer signs under an act.
pub const PURPOSE_ACT: &str = "act";

/// Keeps the directory and the officers.
#[derive(Debug)]
pub struct MembersDesk;

#[async_trait]
impl Desk for MembersDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        match entry.act() {
            Act::DirectoryPublished { version, document } => keep_directory(tx, cx, *version, document).await,
            Act::OfficerAppointed(officer) if officer.node == entry.at.log.node => {
                let certified = cx.root() == Some(&officer.node);
                delegations::appointed(tx, officer, entry.at.index, certified).await?;
                let above = cx.directory().node(&officer.node).and_then(|node| node.parent.as_ref());
                if above == Some(cx.me()) {
                    tx.put_waiting(&WaitingRow { at: entry.at.clone(), code: String::new() }).await?;
                }
                Ok(())
            }
            Act::OfficerCertified { node, officer, key_digest } => {
                let above = cx.directory().node(node).and_then(|node| node.parent.as_ref());
                if above != Some(&entry.at.log.node) {
                    return Ok(());
                }
                let Some(row) = tx.officer(node, &officer.0).await? else { return Ok(()) };
                let standing = delegations::standing(&row)?;
                // Only what the certifier had seen: an appointment made meanwhile waits for a certification of its own,
                // in whichever order the two arrive here.
                let seen = entry.header.needs.iter().find(|need| need.log.node == *node).map_or(0, |need| need.size);
                if key_digest_of(&standing.officer.key) == *key_digest && standing.appointed_at < seen {
                    delegations::put(tx, &standing, true).await?;
                }
                Ok(())
            }
            Act::DutyDelegated(_) | Act::DelegationEnded { .. } => delegations::evolve(tx, entry).await,
            _ => Ok(()),
        }
    }

    /// An appointment below waits until an administrator here certifies it.
    async fn tell(
        &self,
        _tx: &mut dyn Tx,
        cx: &Context,
        question: &Question,
        _listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        match question {
            Question::Policies { name } => policies::tell(cx, name).map(Some),
            _ => Ok(None),
        }
    }

    async fn judge(&self, tx: &mut dyn Tx, _cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        let Act::OfficerAppointed(officer) = entry.act() else { return Ok(None) };
        let certified = tx.officer(&officer.node, &officer.id.0).await?.is_some_and(|row| row.certified);
        Ok(Some(if certified {
            Judgement::applied(Vec::new(), Vec::new())
        } else {
            Judgement::waiting("OFFICER_NOT_CERTIFIED", format!("{}的签名密钥尚待本级确认", officer.name))
        }))
    }

    async fn propose(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        officer: &Officer,
        command: &Command,
        _chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        match command {
            Command::Delegate { .. } | Command::EndDelegation { .. } => {
                delegations::propose(tx, cx, officer, command).await
            }
            Command::AppointOfficer(appointee) => {
                compatible(&appointee.roles)?;
                if let Some(row) = tx.officer(&appointee.node, &appointee.id.0).await?
                    && read(&row)? == *appointee
                {
                    return Err(CommandError::AlreadyDone(format!("{}已经任命", appointee.name)));
                }
                keys::must_be_his_own(tx, appointee).await?;
                let summary = format!("任命{}（{}）", appointee.name, appointee.title);
                let act = Act::OfficerAppointed(appointee.clone());
                Ok(Some(Proposed { draft: plain_draft(cx, act, Audience::of(Scope::All)), summary }))
            }
            Command::CertifyOfficer { node, officer } => {
                let row = tx.officer(node, &officer.0).await?.ok_or_else(|| {
                    Refusal::new("OFFICER_UNKNOWN", "F-P5", format!("尚未收到{node}对{}的任命", officer.0))
                })?;
                if row.certified {
                    return Err(CommandError::AlreadyDone(format!("{}的密钥已经确认", officer.0)));
                }
                if cx.directory().node(node).and_then(|node| node.parent.as_ref()) != Some(cx.me()) {
                    return Err(Refusal::new("OFFICER_NOT_BELOW", "F-P5", format!("{node}不是本级直接下级")).into());
                }
                let known = read(&row)?;
                keys::must_be_his_own(tx, &known).await?;
                let summary = format!("确认{node}的{}（{}）的签名密钥", known.name, known.title);
                let act = Act::OfficerCertified {
                    node: node.clone(),
                    officer: officer.clone(),
                    key_digest: key_digest_of(&known.key),
                };
                Ok(Some(Proposed { draft: plain_draft(cx, act, Audience::of(Scope::All)), summary }))
            }
            _ => Ok(None),
        }
    }
}

/// Trusts a directory that the root signed and that is newer than the one held.
async fn keep_directory(tx: &mut dyn Tx, cx: &Context, version: u64, document: &[u8]) -> Result<(), Fault> {
    let Ok(signed) = decode_signed_directory(document) else { return Ok(()) };
    let Some(root) = tx.meta(ROOT_KEY_META).await? else { return Ok(()) };
    let Some(root) = decode_root_key(&root) else { return Ok(()) };
    if !public_key(&root).verify(&signed.document, &signed.signature) {
        return Ok(());
    }
    let Ok(directory) = decode_directory(&signed.document) else { return Ok(()) };
    if directory.version != version || directory.federation != cx.directory().federation {
        return Ok(());
    }
    tx.put_directory(version, document).await?;
    let held = tx.meta(DIRECTORY_VERSION_META).await?.map(|bytes| version_from(&bytes)).unwrap_or(0);
    if version > held {
        tx.put_meta(DIRECTORY_META, document).await?;
        tx.put_meta(DIRECTORY_VERSION_META, &version.to_be_bytes()).await?;
    }
    Ok(())
}

/// Reads the directory version kept under [`DIRECTORY_VERSION_META`].
pub fn version_from(bytes: &[u8]) -> u64 {
    bytes.try_into().map(u64::from_be_bytes).unwrap_or(0)
}

/// The root key as kept under [`ROOT_KEY_META`].
pub fn encode_root_key(key: &PublicKeyRecord) -> Vec<u8> {
    [key.algorithm.as_bytes(), &[0], &key.key].concat()
}

/// The federation's root key as this node was enrolled with it.
pub async fn root_key(tx: &mut dyn Tx) -> Result<Option<PublicKeyRecord>, Fault> {
    Ok(tx.meta(ROOT_KEY_META).await?.and_then(|bytes| decode_root_key(&bytes)))
}

fn decode_root_key(bytes: &[u8]) -> Option<PublicKeyRecord> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let algorithm = String::from_utf8(bytes.get(..at)?.to_vec()).ok()?;
    Some(PublicKeyRecord { algorithm, key: bytes.get(at + 1..)?.to_vec() })
}

/// A directory's key as the ledger verifies with it; an unknown algorithm verifies nothing.
pub fn public_key(key: &PublicKeyRecord) -> PublicKey {
    // An empty key of a known algorithm refuses every signature, which is what an unknown algorithm must do.
    match Algorithm::from_name(&key.algorithm) {
        Ok(algorithm) => PublicKey { algorithm, bytes: key.key.clone() },
        Err(_) => PublicKey { algorithm: Algorithm::Ed25519, bytes: Vec::new() },
    }
}

fn key_digest_of(key: &PublicKeyRecord) -> [u8; 32] {
    sha256(&encode_root_key(key))
}

/// Reads an officer's row.
pub fn read(row: &OfficerRow) -> Result<Officer, Fault> {
    Ok(delegations::standing(row)?.officer)
}

/// The bytes an officer signs under a draft.
pub fn statement(cx: &Context, draft: &Draft) -> Vec<u8> {
    let origin = cx.me().to_string();
    Statement {
        purpose: PURPOSE_ACT,
        federation: &cx.directory().federation,
        origin: &origin,
        body_digest: sha256(&draft.bytes),
        policy: &draft.body.policy,
        directory_version: draft.body.directory_version,
    }
    .bytes()
}

/// The permit an act needs; `None` for what a node writes by itself.
pub fn action_of(act: &Act) -> Option<Action> {
    use honghei_domain::act::PublicityOf;
    match act {
        Act::OfficerAppointed(_) => Some(Action::AppointOfficer),
        Act::OfficerCertified { .. } => Some(Action::CertifyOfficer),
        Act::RecordsCollected { .. } | Act::EventsRecorded { .. } => Some(Action::Collect),
        Act::EntriesCorrected { .. } => Some(Action::Correct),
        Act::NoticeServed { .. } => Some(Action::ServeNotice),
        Act::PublicityOpened { of: PublicityOf::Cases(_), .. } => Some(Action::OpenPublicity),
        Act::PublicityOpened { of: PublicityOf::List(_), .. } => Some(Action::OpenReviewPublicity),
        Act::StatementReceived { .. } => Some(Action::ReceiveStatement),
        Act::StatementDisposed { .. } => Some(Action::DisposeStatement),
        Act::ListCertified { .. } => Some(Action::Certify),
        Act::ListApproved { .. } | Act::ListDisapproved { .. } => Some(Action::RecordApproval),
        Act::DutyDelegated(_) | Act::DelegationEnded { .. } => Some(Action::Delegate),
        Act::ListDeclared { .. } => Some(Action::Declare),
        Act::ListReviewed { .. } => Some(Action::Review),
        Act::ReviewSigned { .. } => Some(Action::SignReview),
        Act::ObjectionReceived { .. } => Some(Action::ReceiveObjection),
        Act::ObjectionVerified { .. } => Some(Action::VerifyObjection),
        Act::FeedImported { .. } | Act::FeedRegistered(_) => Some(Action::ImportFeed),
        Act::ResultPublished { .. } => Some(Action::PublishResult),
        Act::EntryWithdrawn { .. } => Some(Action::Withdraw),
        Act::Listing(act) => listing_action(act),
        Act::Bulletin(BulletinAct::Issued(_)) => Some(Action::IssueBulletin),
        Act::Bulletin(BulletinAct::Disseminated(_)) => Some(Action::Disseminate),
        Act::IdentityRuled { .. } => Some(Action::Compare),
        Act::Founded { .. }
        | Act::DirectoryPublished { .. }
        | Act::PublicityClosed { .. }
        | Act::MaterialsReceived { .. }
        | Act::ActInterpreted { .. }
        | Act::ListReported { .. }
        | Act::Bulletin(BulletinAct::BacklogTold(_))
        | Act::PersonsIdentified { .. }
        | Act::PeerMisbehaved { .. } => None,
    }
}

/// The permit an act on listed entries needs; `None` for what a node writes by itself.
fn listing_action(act: &ListingAct) -> Option<Action> {
    match act {
        ListingAct::DisputeReceived { .. } => Some(Action::ReceiveDispute),
        ListingAct::DisputeVerified { .. } => Some(Action::VerifyDispute),
        ListingAct::DisputeDecided { .. } => Some(Action::DecideDispute),
        ListingAct::EntryExited { .. } => Some(Action::DecideExit),
        ListingAct::RepairApplied { .. } | ListingAct::RepairAccepted { .. } => Some(Action::ReceiveRepair),
        ListingAct::RepairDecided { .. } | ListingAct::RepairRevoked { .. } => Some(Action::DecideRepair),
        ListingAct::ListAnnounced { .. } | ListingAct::ExitAnnounced { .. } => Some(Action::Announce),
        ListingAct::ExitsFiled { .. } => Some(Action::FileExits),
        ListingAct::RestorationAnswered { .. } | ListingAct::ConflictAnswered { .. } => Some(Action::AnswerRestoration),
        ListingAct::EntryMarked { .. }
        | ListingAct::EntriesExpired { .. }
        | ListingAct::FilingReceived { .. }
        | ListingAct::RestorationOffered { .. }
        | ListingAct::ConflictNoticed { .. } => None,
    }
}

/// The permit a command needs.
pub fn action_of_command(command: &Command) -> Action {
    match command {
        Command::AppointOfficer(_) => Action::AppointOfficer,
        Command::CertifyOfficer { .. } => Action::CertifyOfficer,
        Command::Collect { .. } | Command::RecordEvents { .. } => Action::Collect,
        Command::Correct { .. } | Command::AttachFiles { .. } | Command::Attest { .. } => Action::Correct,
        Command::ServeNotice { .. } => Action::ServeNotice,
        Command::PublicizeCases { .. } => Action::OpenPublicity,
        Command::ReceiveStatement { .. } => Action::ReceiveStatement,
        Command::DisposeStatement { .. } => Action::DisposeStatement,
        Command::Certify { .. } => Action::Certify,
        Command::ApproveList { .. } | Command::DisapproveList { .. } => Action::RecordApproval,
        Command::Delegate { .. } | Command::EndDelegation { .. } => Action::Delegate,
        Command::Declare { .. } => Action::Declare,
        Command::Review { .. } => Action::Review,
        Command::SignReview { .. } => Action::SignReview,
        Command::PublicizeList { .. } => Action::OpenReviewPublicity,
        Command::ReceiveObjection { .. } => Action::ReceiveObjection,
        Command::VerifyObjection { .. } => Action::VerifyObjection,
        Command::Withdraw { .. } => Action::Withdraw,
        Command::ImportFeed { .. } | Command::RegisterFeed(_) => Action::ImportFeed,
        Command::PublishResult { .. } => Action::PublishResult,
        Command::RuleIdentity { .. } => Action::Compare,
        Command::Listing(command) => command.action(),
        Command::IssueBulletin { .. } => Action::IssueBulletin,
        Command::Disseminate { .. } => Action::Disseminate,
    }
}

/// Whether an entry that needs an officer carries the valid signature of one who may do this, and of everybody else
/// whose signature such an act needs.
///
/// An entry that fails is folded as nothing: its log goes on, its act has no effect anywhere.
pub async fn signatures_hold(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<bool, Fault> {
    let Some(action) = action_of(entry.act()) else { return Ok(true) };
    let Some(signature) = entry.envelope.signatures.first() else { return Ok(false) };
    let node = &entry.at.log.node;
    if signature.node != *node {
        return Ok(false);
    }
    let officer = match tx.officer(node, &signature.officer.0).await? {
        Some(row) => read(&row)?,
        // The first officer of a log appoints himself; the level above certifies him or does not.
        None => match entry.act() {
            Act::OfficerAppointed(first)
                if first.id == signature.officer && tx.officers(Some(node)).await?.is_empty() =>
            {
                first.clone()
            }
            _ => return Ok(false),
        },
    };
    let Some(record) = cx.directory().node(node) else { return Ok(false) };
    if delegations::authority(tx, record.tier, &officer, action, entry.body.done_on).await?.is_none() {
        return Ok(false);
    }
    let origin = node.to_string();
    let bytes = Statement {
        purpose: PURPOSE_ACT,
        federation: &cx.directory().federation,
        origin: &origin,
        body_digest: sha256(&entry.envelope.body),
        policy: &entry.body.policy,
        directory_version: entry.body.directory_version,
    }
    .bytes();
    Ok(countersign::is_by(&officer, &signature.algorithm, &signature.signature, &bytes)
        && countersign::hold(tx, cx, entry, &bytes, record.tier).await?)
}

/// Who signed an entry, and what each did by signing: the acting officer first.
pub fn hands_of(entry: &Entry) -> Vec<(Action, OfficerId)> {
    let Some(action) = action_of(entry.act()) else { return Vec::new() };
    let further = match action {
        Action::RecordApproval => Action::ApproveCollegially,
        _ => second_signature(action, true).map_or(action, |second| second.action),
    };
    let actions = std::iter::once(action).chain(std::iter::repeat(further));
    actions.zip(&entry.envelope.signatures).map(|(action, signature)| (action, signature.officer.clone())).collect()
}

/// Whether every officer who signed an entry has been certified by the level above him.
pub async fn signers_certified(tx: &mut dyn Tx, entry: &Entry) -> Result<bool, Fault> {
    for signature in &entry.envelope.signatures {
        match tx.officer(&signature.node, &signature.officer.0).await? {
            Some(row) if row.certified => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Who signed an entry first: 姓名 where he is known here, else his id; empty for an act of the machine.
pub async fn signer_name(tx: &mut dyn Tx, entry: &Entry) -> Result<String, Fault> {
    let Some(signature) = entry.envelope.signatures.first() else { return Ok(String::new()) };
    Ok(match tx.officer(&signature.node, &signature.officer.0).await? {
        Some(row) => read(&row)?.name,
        None => signature.officer.0.clone(),
    })
}

/// The officer who gives a command, if he exists and his roles permit it.
pub async fn officer_of(
    tx: &mut dyn Tx,
    cx: &Context,
    id: &OfficerId,
    command: &Command,
) -> Result<Officer, CommandError> {
    if let Command::AppointOfficer(first) = command
        && first.id == *id
        && first.node == *cx.me()
        && tx.officers(Some(cx.me())).await?.is_empty()
    {
        return Ok(first.clone());
    }
    let officer = find(tx, cx, id).await?;
    let tier = cx.tier()?;
    let action = action_of_command(command);
    delegations::require(tx, tier, &officer, action, cx.now.today).await?;
    Ok(officer)
}

/// The officer under whose signature a draft will stand, if his roles permit the act.
pub async fn signer(tx: &mut dyn Tx, cx: &Context, id: &OfficerId, draft: &Draft) -> Result<Officer, CommandError> {
    let officer = match &draft.body.act {
        Act::OfficerAppointed(first) if first.id == *id && tx.officers(Some(cx.me())).await?.is_empty() => {
            first.clone()
        }
        _ => find(tx, cx, id).await?,
    };
    let tier = cx.tier()?;
    if let Some(action) = action_of(&draft.body.act) {
        delegations::require(tx, tier, &officer, action, cx.now.today).await?;
    }
    Ok(officer)
}

/// An officer of this node.
pub async fn find(tx: &mut dyn Tx, cx: &Context, id: &OfficerId) -> Result<Officer, CommandError> {
    match tx.officer(cx.me(), &id.0).await? {
        Some(row) => Ok(read(&row)?),
        None => Err(Denial::new("OFFICER_UNKNOWN", format!("本节点没有名为{}的人员", id.0)).into()),
    }
}

/// A signature that is not the officer's.
pub fn bad_signature() -> Denial {
    Denial::new("SIGNATURE_INVALID", "签名与登记的密钥不符，未予受理")
}

/// Whether an interpretation settles an act for good.
pub fn is_final(outcome: &Interpretation) -> bool {
    !matches!(outcome, Interpretation::Waiting { .. })
}
