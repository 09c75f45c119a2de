//! The body that approves: as many of its members signed as the pinned policy demands (R-032, F-14).

use std::collections::BTreeSet;

use honghei_domain::act::{Act, Officer};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, Countersigning, assign};
use honghei_domain::policy::{ApprovalForm, Policy};

use super::{Teller, Verdict};
use crate::context::Reference;
use crate::entry::Entry;

/// The clauses under every finding here.
const CLAUSE: &str = "R-032、F-14";

impl Teller<'_> {
    /// The body's decision, where the policy asks for one: the first record that its members really signed.
    pub(super) fn approval(&mut self, list: &EntryRef, certified: &Entry) {
        let Some(rules) = self.policy(certified) else { return };
        if rules.0.approval.form != ApprovalForm::Collegiate {
            return;
        }
        let later = |entry: &&Entry| entry.at.log == list.log && entry.at.index > list.index;
        let recorded: Vec<&Entry> = self.entries().filter(later).filter(|entry| decides(entry.act(), list)).collect();
        let went_on = self.entries().filter(later).find(|entry| goes_on(entry.act(), list)).map(|entry| &entry.at);
        let body = &rules.0.approval.body;
        let mut short = None;
        for entry in recorded {
            match self.members(entry, rules) {
                Ok(members) => return self.decided(entry, certified, &members, went_on, rules.0),
                Err(why) => short = Some((entry, why)),
            }
        }
        match (short, went_on) {
            (Some((entry, why)), _) => self.say(Verdict::Failed, CLAUSE, format!("{body}的审查记录{}{why}", entry.at)),
            (None, Some(at)) => self.say(Verdict::Failed, CLAUSE, format!("未经{body}集体审查即申报或者上报（{at}）")),
            (None, None) => self.say(Verdict::NotShown, CLAUSE, format!("尚无{body}集体审查的记录")),
        }
    }

    /// The members who signed a record besides its keeper, or what is wanting.
    fn members(&self, entry: &Entry, (policy, reference): (&Policy, &Reference)) -> Result<Vec<Officer>, String> {
        let signers = self.officers.signers.get(&entry.at).map(Vec::as_slice).unwrap_or_default();
        let people: BTreeSet<_> = signers.iter().map(|officer| &officer.id).collect();
        if people.len() < signers.len() {
            return Err("由同一人重复签署".to_owned());
        }
        let record = reference.directory.node(&entry.at.log.node).ok_or("的单位不在名录中")?;
        let votes = policy.approval.votes.max(1);
        let demand = Countersigning { action: Action::ApproveCollegially, people: votes };
        let further = signers.get(1..).unwrap_or_default();
        let roles: Vec<_> = further.iter().map(|officer| officer.roles.clone()).collect();
        let (met, open) = assign(record.tier, &[demand], &roles);
        match open.first() {
            Some(open) => Err(format!("按所依制度须由{votes}名成员签署，仅有{}名", votes.saturating_sub(open.people))),
            None => Ok(further.iter().zip(met).filter(|(_, met)| met.is_some()).map(|(one, _)| one.clone()).collect()),
        }
    }

    fn decided(
        &mut self,
        entry: &Entry,
        certified: &Entry,
        members: &[Officer],
        went_on: Option<&EntryRef>,
        policy: &Policy,
    ) {
        let votes = policy.approval.votes.max(1);
        let names: Vec<&str> = members.iter().map(|officer| officer.name.as_str()).collect();
        let signed = format!("{}名成员签署（制度要求{votes}名）：{}", names.len(), names.join("、"));
        match entry.act() {
            Act::ListApproved { meeting, held_on, approved_on, .. } => {
                let Act::ListCertified { certified_on, .. } = certified.act() else { return };
                let (verdict, zh) = if held_on < certified_on || held_on > approved_on {
                    (Verdict::Failed, format!("{meeting}的日期{held_on}不在认定之后、登记之前"))
                } else if went_on.is_some_and(|at| at.index < entry.at.index) {
                    (Verdict::Failed, format!("{held_on}经{meeting}审查，而名单此前已申报或者上报"))
                } else {
                    (Verdict::Passed, format!("{held_on}经{meeting}集体审查通过，{signed}"))
                };
                self.say(verdict, CLAUSE, zh);
            }
            Act::ListDisapproved { meeting, held_on, votes, reason, .. } => {
                let votes = votes.zh();
                let zh = format!("{held_on}经{meeting}集体审查未获通过（{votes}）：{reason}；{signed}");
                self.say(Verdict::Failed, CLAUSE, zh);
            }
            _ => {}
        }
    }
}

/// Whether an act records what the body decided on a list.
fn decides(act: &Act, list: &EntryRef) -> bool {
    matches!(act, Act::ListApproved { list: of, .. } | Act::ListDisapproved { list: of, .. } if of == list)
}

/// Whether an act of the recogniser takes a list on its way.
fn goes_on(act: &Act, list: &EntryRef) -> bool {
    matches!(act, Act::ListDeclared { list: of, .. } | Act::ListReported { list: of, .. } if of == list)
}
