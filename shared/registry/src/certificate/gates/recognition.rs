//! The recognition: its signature, its record, and that nobody did two duties (R-024, F-02, F-11, SW-B-12, F-P5).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::act::{Act, Officer, OfficerId};
use honghei_domain::list::{ListEntry, ListKind};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::permit::{Action, permitted, separate};
use honghei_domain::policy::{CriterionForm, Policy};

use super::{Teller, Verdict, criteria};
use crate::context::Reference;
use crate::desk::members::hands_of;
use crate::entry::Entry;

impl Teller<'_> {
    /// The head's signature, criteria, document, repairability, different people (R-024, F-11, F-P5).
    pub(super) fn recognition(&mut self, list: &EntryRef, certified: &Entry) {
        let Act::ListCertified { certified_on, opinion, .. } = certified.act() else { return };
        let signer = self.officers.name_of(list);
        self.say(Verdict::Passed, "R-024", format!("{certified_on}由{signer}签署认定意见：{opinion}"));
        if let Some(entry) = self.proved.listed.get(list) {
            self.record(entry, *certified_on, self.policy(certified));
            self.second_approval(entry, list, self.policy(certified));
        }
        self.apart(&self.case.origin.clone());
    }

    fn record(&mut self, entry: &ListEntry, on: NaiveDate, rules: Option<(&Policy, &Reference)>) {
        if let Some((policy, _)) = rules {
            let effective = |code| {
                policy
                    .criterion(code)
                    .is_some_and(|criterion| criterion.kind == entry.kind && criterion.is_effective_on(on))
            };
            let sound = !entry.criteria.is_empty() && entry.criteria.iter().all(effective);
            let verdict = if sound { Verdict::Passed } else { Verdict::Failed };
            self.say(
                verdict,
                "R-010",
                format!("认定标准{}在认定日{}", criteria(entry), if sound { "有效" } else { "无效" }),
            );
        }
        if entry.kind == ListKind::Black {
            let document = entry.document.as_ref().filter(|document| document.effective_on <= on);
            match document {
                Some(document) => {
                    self.say(
                        Verdict::Passed,
                        "F-02",
                        format!("依据{}《{}》，认定时已生效", document.issuer, document.number),
                    );
                }
                None => self.say(Verdict::Failed, "F-02", "没有认定时已生效的法律文书"),
            }
            let stated = entry.repairability.is_some();
            let verdict = if stated { Verdict::Passed } else { Verdict::Failed };
            self.say(verdict, "F-11", if stated { "认定时已明确能否修复" } else { "认定时未明确能否修复" });
        }
    }

    /// The second approver's signature under a recognition that rests on an open clause (SW-B-12).
    fn second_approval(&mut self, entry: &ListEntry, list: &EntryRef, rules: Option<(&Policy, &Reference)>) {
        let Some((policy, reference)) = rules else { return };
        let open = |code| policy.criterion(code).is_some_and(|criterion| criterion.form == CriterionForm::Open);
        if !entry.criteria.iter().any(open) {
            return;
        }
        let signers = self.officers.signers.get(list).map(Vec::as_slice).unwrap_or_default();
        let tier = reference.directory.node(&list.log.node).map(|node| node.tier);
        let approves = |officer: &&Officer| {
            tier.is_some_and(|tier| {
                officer.roles.iter().any(|role| permitted(tier, *role, Action::ApproveOpenClause))
                    && signers.first().is_some_and(|first| first.id != officer.id)
            })
        };
        match signers.iter().skip(1).find(approves) {
            Some(second) => {
                let zh = format!("适用兜底条款，另经{}（{}）复核签署", second.name, second.title);
                self.say(Verdict::Passed, "SW-B-12", zh);
            }
            None => self.say(Verdict::Failed, "SW-B-12", "适用兜底条款，而没有复核人的签署"),
        }
    }

    /// Nobody did two duties that must be apart, among those whose signatures are shown.
    pub(super) fn apart(&mut self, node: &NodeId) {
        let mut hands: Vec<(Action, OfficerId)> = Vec::new();
        for at in self.officers.signers.keys().filter(|at| at.log.node == *node) {
            let Some(entry) = self.proved.entries.get(at) else { continue };
            let administers = matches!(
                entry.act(),
                Act::OfficerAppointed(_)
                    | Act::OfficerCertified { .. }
                    | Act::DutyDelegated(_)
                    | Act::DelegationEnded { .. }
            );
            if !administers {
                hands.extend(hands_of(entry));
            }
        }
        if hands.is_empty() {
            return;
        }
        let joined = hands.iter().find(|(action, officer)| separate(&hands, *action, officer).is_err());
        let people: BTreeSet<&str> = hands.iter().map(|(_, officer)| officer.0.as_str()).collect();
        let people: Vec<&str> = people.into_iter().collect();
        match joined {
            Some((_, officer)) => {
                self.say(Verdict::Failed, "F-P5", format!("{node}的{}一人兼办了应当分离的职责", officer.0));
            }
            None => {
                let zh = format!("{node}各环节由不同人员办理：{}", people.join("、"));
                self.say(Verdict::Passed, "F-P5", zh);
            }
        }
    }
}
