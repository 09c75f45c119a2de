//! Notice, publicity and statements before the head signed (R-021 to R-023, D-01, D-16).

use chrono::NaiveDate;
use honghei_domain::act::{Act, PublicityOf};
use honghei_domain::clock::Deadline;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Demand, Policy};

use super::{Teller, Verdict};
use crate::context::Reference;
use crate::entry::Entry;

impl Teller<'_> {
    /// Notice, publicity, statements (R-021 to R-023, D-01, D-16).
    pub(super) fn preparation(&mut self, list: &EntryRef, certified: &Entry) {
        let Some(rules) = self.policy(certified) else {
            return self.say(Verdict::NotShown, "R-021", "所附名录中没有适用的制度，无法核对告知和公示");
        };
        let Act::ListCertified { kind, certified_on, .. } = certified.act() else { return };
        let record = self.proved.listed.get(list).map(|entry| &entry.procedure);
        let number = self.case.number;
        let own = |entry: &&Entry| entry.at.log.node == self.case.origin && entry.at.index < list.index;
        let mut notice = None;
        let mut publicity = None;
        for entry in self.proved.entries.values().filter(own) {
            match entry.act() {
                Act::NoticeServed { cases, served_on, .. } if cases.contains(number) => {
                    notice = Some((*served_on, Verdict::Passed));
                }
                Act::PublicityOpened { of: PublicityOf::Cases(cases), opened_on, .. } if cases.contains(number) => {
                    publicity = Some((*opened_on, self.closing(&entry.at), Verdict::Passed));
                }
                _ => {}
            }
        }
        let notice = notice.or_else(|| Some((record?.notice.as_ref()?.served_on, Verdict::Attested)));
        let publicity = publicity.or_else(|| {
            let held = record?.publicity.as_ref()?;
            Some((held.opened_on, held.ended_on.succ_opt(), Verdict::Attested))
        });
        let demands = rules.0.rules(*kind);
        self.notice(notice, demands.notice, *certified_on, rules);
        self.publicity(publicity, demands.publicity, *certified_on, rules);
        if notice.is_none() && publicity.is_none() && record.is_some() {
            self.say(Verdict::Failed, "R-021", "既无告知也无公示");
        }
        self.statements(list, record.map(|record| record.statements.len()));
    }

    fn notice(
        &mut self,
        notice: Option<(NaiveDate, Verdict)>,
        demand: Demand,
        certified_on: NaiveDate,
        rules: (&Policy, &Reference),
    ) {
        match notice {
            Some((served_on, proved)) => match self.due(Deadline::Statement, served_on, rules) {
                Some((_, due)) if due.is_past(certified_on) => {
                    let zh = format!("{served_on}送达书面告知，陈述申辩期至{}届满，{certified_on}认定", due.on);
                    self.say(proved, "R-022、D-16", zh);
                }
                Some((_, due)) => {
                    let zh = format!("{served_on}送达告知，陈述申辩期至{}，届满前即于{certified_on}认定", due.on);
                    let failed = if demand == Demand::Required { Verdict::Failed } else { Verdict::NotShown };
                    self.say(failed, "R-022、D-16", zh);
                }
                None => self.say(Verdict::NotShown, "D-16", "制度未规定陈述申辩期"),
            },
            None if demand == Demand::Required => self.missing("R-022", "书面告知"),
            None => {}
        }
    }

    fn publicity(
        &mut self,
        publicity: Option<(NaiveDate, Option<NaiveDate>, Verdict)>,
        demand: Demand,
        certified_on: NaiveDate,
        rules: (&Policy, &Reference),
    ) {
        match publicity {
            Some((opened_on, closed_on, proved)) => {
                match (self.due(Deadline::CandidatePublicity, opened_on, rules), closed_on) {
                    (Some((clock, due)), Some(closed_on)) if due.is_past(closed_on) && closed_on <= certified_on => {
                        let length = clock.length;
                        let zh = format!("{opened_on}起公示，法定{length}至{}届满，{closed_on}结束", due.on);
                        self.say(proved, "R-023、D-01", zh);
                    }
                    (Some((clock, due)), _) => {
                        let zh = format!("{opened_on}起公示，应满{}至{}，未满即结束或未见结束", clock.length, due.on);
                        self.say(Verdict::Failed, "R-023、D-01", zh);
                    }
                    (None, _) => self.say(Verdict::NotShown, "D-01", "制度未规定公示期"),
                }
            }
            None if demand == Demand::Required => self.missing("R-023", "初选公示"),
            None => {}
        }
    }

    fn statements(&mut self, list: &EntryRef, recorded: Option<usize>) {
        let received: Vec<&EntryRef> = self
            .entries()
            .filter(|entry| matches!(entry.act(), Act::StatementReceived { case, .. } if case == self.case))
            .map(|entry| &entry.at)
            .filter(|at| at.index < list.index)
            .collect();
        let disposed = |at: &EntryRef| {
            self.entries().any(|entry| {
                matches!(entry.act(), Act::StatementDisposed { statement, adopted: false, .. } if statement == at)
                    && entry.at.log == list.log
                    && entry.at.index < list.index
            })
        };
        let open = received.iter().filter(|at| !disposed(at)).count();
        let shown = received.len();
        let recorded = recorded.unwrap_or(shown);
        if open > 0 {
            self.say(Verdict::Failed, "R-021", format!("认定前有{open}件陈述申辩未处理，或已采纳"));
        } else if shown > 0 && shown >= recorded {
            self.say(Verdict::Passed, "R-021", format!("{shown}件陈述申辩均在认定前处理，未予采纳并说明理由"));
        } else if recorded > 0 {
            self.say(Verdict::Attested, "R-021", format!("认定条目记载{recorded}件陈述申辩已处理"));
        } else {
            self.say(Verdict::Attested, "R-021", "认定条目未记载陈述申辩");
        }
    }
}
