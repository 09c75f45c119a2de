//! Who signed: every officer's key from his appointment, vouched for by the level above, up to the province.

use std::collections::BTreeMap;

use honghei_domain::act::{Act, Officer, OfficerId};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::permit::{Action, permitted};
use honghei_ledger::{Statement, sha256};

use super::CertificateDefect;
use super::proofs::Proved;
use crate::desk::delegations::behalf;
use crate::desk::members::{PURPOSE_ACT, action_of, encode_root_key, public_key};
use crate::entry::Entry;

/// The officers who signed, by act; the acting officer first.
#[derive(Debug, Default)]
pub struct Officers {
    /// By act.
    pub signers: BTreeMap<EntryRef, Vec<Officer>>,
    /// The head whose business a delegate did, by act.
    pub heads: BTreeMap<EntryRef, Officer>,
}

impl Officers {
    /// The officer who acted.
    pub fn of(&self, act: &EntryRef) -> Option<&Officer> {
        self.signers.get(act).and_then(|signers| signers.first())
    }

    /// Who acted, with his office and for whom: 姓名（职务，受……委托）; empty for an act of the machine.
    pub fn name_of(&self, act: &EntryRef) -> String {
        let Some(Officer { name, title, .. }) = self.of(act) else { return String::new() };
        match self.heads.get(act) {
            Some(head) => format!("{name}（{title}，{}）", behalf(&head.name)),
            None => format!("{name}（{title}）"),
        }
    }
}

/// Appointments by officer: index in his node's log, and who he is from then on.
type Appointments<'a> = BTreeMap<(&'a NodeId, &'a OfficerId), Vec<(u64, &'a Officer)>>;

/// Signers of an act, and the head for whom the first of them acted.
type Signed = (Vec<Officer>, Option<Officer>);

/// Checks every signature under every act.
pub fn check(proved: &Proved) -> Result<Officers, CertificateDefect> {
    let mut appointments = Appointments::new();
    for entry in proved.entries.values() {
        if let Act::OfficerAppointed(officer) = entry.act()
            && officer.node == entry.at.log.node
        {
            appointments.entry((&officer.node, &officer.id)).or_default().push((entry.at.index, officer));
        }
    }
    let mut officers = Officers::default();
    for entry in proved.entries.values() {
        let (signers, head) = signers_of(proved, &appointments, entry)?;
        if let Some(head) = head {
            officers.heads.insert(entry.at.clone(), head);
        }
        if !signers.is_empty() {
            officers.signers.insert(entry.at.clone(), signers);
        }
    }
    Ok(officers)
}

/// Who signed an act, and the head for whom the first of them did, where he did not do it in his own right.
fn signers_of(proved: &Proved, appointed: &Appointments, entry: &Entry) -> Result<Signed, CertificateDefect> {
    let at = &entry.at;
    let invalid = |why: String| CertificateDefect::new("SIGNATURE_INVALID", format!("记录{at}{why}"));
    let action = action_of(entry.act());
    if entry.envelope.signatures.is_empty() {
        return match action {
            Some(_) => Err(invalid("没有经办人签名".to_owned())),
            None => Ok((Vec::new(), None)),
        };
    }
    let newest = proved.newest().ok_or_else(|| CertificateDefect::new("DIRECTORY_INVALID", "成员名录缺失"))?;
    let directory = &newest.directory;
    let origin = at.log.node.to_string();
    let statement = Statement {
        purpose: PURPOSE_ACT,
        federation: &directory.federation,
        origin: &origin,
        body_digest: sha256(&entry.envelope.body),
        policy: &entry.body.policy,
        directory_version: entry.body.directory_version,
    }
    .bytes();
    let mut signers = Vec::new();
    for signature in &entry.envelope.signatures {
        let who = &signature.officer;
        // The first officer of a log appoints himself under his own key; the level above certifies him.
        let own = matches!(entry.act(), Act::OfficerAppointed(officer) if officer.id == *who);
        let last = if own { at.index } else { at.index.saturating_sub(1) };
        let mut known = appointed.get(&(&signature.node, who)).into_iter().flatten();
        let known = known.rfind(|(index, _)| *index <= last);
        let (appointed_at, officer) = known.ok_or_else(|| invalid(format!("的签署人{}没有任命记录", who.0)))?;
        let sound = signature.node == at.log.node
            && signature.algorithm == officer.key.algorithm
            && public_key(&officer.key).verify(&statement, &signature.signature);
        if !sound {
            return Err(invalid(format!("上{}的签名无效", who.0)));
        }
        let appoints = matches!(entry.act(), Act::OfficerAppointed(_));
        if !appoints && !vouched_for(proved, officer, *appointed_at) {
            return Err(invalid(format!("的签署人{}的密钥未经上级确认", who.0)));
        }
        signers.push((*officer).clone());
    }
    let tier = directory.node(&at.log.node).map(|node| node.tier);
    let mut head = None;
    if let (Some(action), Some(tier), Some(first)) = (action, tier, signers.first()) {
        let may = |officer: &Officer| officer.roles.iter().any(|role| permitted(tier, *role, action));
        if !may(first) {
            head = delegated(proved, appointed, entry, first, action, &may);
            if head.is_none() {
                return Err(invalid(format!("的签署人{}无权{}", first.id.0, action.zh())));
            }
        }
    }
    Ok((signers, head))
}

/// The head who may do it, lent it to the officer for that day, and did not take it back before.
fn delegated(
    proved: &Proved,
    appointed: &Appointments,
    entry: &Entry,
    officer: &Officer,
    action: Action,
    may: &dyn Fn(&Officer) -> bool,
) -> Option<Officer> {
    let day = entry.body.done_on;
    let before = |other: &&Entry| other.at.log == entry.at.log && other.at.index < entry.at.index;
    let earlier: Vec<&Entry> = proved.entries.values().filter(before).collect();
    earlier.iter().find_map(|act| {
        let Act::DutyDelegated(delegation) = act.act() else { return None };
        let by_head = act.envelope.signatures.first().is_some_and(|signed| signed.officer == delegation.from);
        let ended = earlier.iter().any(|later| {
            matches!(later.act(), Act::DelegationEnded { from, to, ended_on }
                if *from == delegation.from && *to == delegation.to && *ended_on <= day && later.at > act.at)
        });
        let mut heads = appointed.get(&(&officer.node, &delegation.from)).into_iter().flatten();
        let head = heads.rfind(|(index, _)| *index < entry.at.index).map(|(_, head)| *head);
        let lent = by_head
            && !ended
            && delegation.to == officer.id
            && delegation.covers(action, day)
            && delegation.check(act.body.done_on, &officer.roles).is_ok();
        head.filter(|head| lent && may(head)).cloned()
    })
}

/// Whether the level above certified this appointment's key, having seen it. The province answers for its own.
fn vouched_for(proved: &Proved, officer: &Officer, appointed_at: u64) -> bool {
    let Some(newest) = proved.newest() else { return false };
    let Some(record) = newest.directory.node(&officer.node) else { return false };
    let Some(above) = &record.parent else { return true };
    let digest = sha256(&encode_root_key(&officer.key));
    proved.entries.values().any(|entry| match entry.act() {
        Act::OfficerCertified { node, officer: id, key_digest } => {
            let seen = entry.header.needs.iter().find(|need| need.log.node == *node).map_or(0, |need| need.size);
            entry.at.log.node == *above
                && *node == officer.node
                && *id == officer.id
                && *key_digest == digest
                && appointed_at < seen
        }
        _ => false,
    })
}
