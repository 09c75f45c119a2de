//! What the reviewer did: receipt, review, its publicity and objections, the report (R-025 to R-028, D-02, D-03).

use chrono::NaiveDate;
use honghei_domain::act::{Act, PublicityOf};
use honghei_domain::clock::{Deadline, Mark, Standing};
use honghei_domain::node::{EntryRef, NodeId};

use super::{Teller, Verdict};
use crate::entry::Entry;

impl Teller<'_> {
    /// Declaration, review, its publicity, report (R-025 to R-028, D-02, D-03).
    pub(super) fn review(&mut self, list: &EntryRef, certified: &Entry) {
        let Some(rules) = self.policy(certified) else { return };
        let mut received = None;
        let mut signed = None;
        let mut publicity = None;
        let mut reported = None;
        for entry in self.proved.entries.values() {
            match entry.act() {
                Act::MaterialsReceived { list: of, received_on, .. } if of == list => {
                    received = Some((*received_on, entry.at.log.node.clone()));
                }
                Act::ReviewSigned { list: of, signed_on, publicity_waived, .. } if of == list => {
                    signed = Some((entry.at.clone(), *signed_on, publicity_waived.clone()));
                }
                Act::PublicityOpened { of: PublicityOf::List(of), opened_on, .. } if of == list => {
                    publicity = Some((entry.at.clone(), *opened_on));
                }
                Act::ListReported { list: of, reported_on, excluded, .. } if of == list => {
                    reported = Some((*reported_on, excluded.contains(self.case.number)));
                }
                _ => {}
            }
        }
        let Some((received_on, reviewer)) = received else {
            return match reported {
                Some(reported) => self.reported(reported),
                None => self.say(Verdict::NotShown, "R-025", "尚无审核单位收件的记录"),
            };
        };
        let Some((at, signed_on, waived)) = signed else {
            return self.say(Verdict::NotShown, "R-026", format!("{received_on}收到申报材料，尚未签署审核意见"));
        };
        let signer = self.officers.name_of(&at);
        if let Some((mut clock, due)) = self.due(Deadline::Review, received_on, rules) {
            clock.end(Mark::day(signed_on));
            let zh = format!("{received_on}收件，应于{}前审核，{signer}于{signed_on}签署审核意见", due.on);
            match clock.standing_on(signed_on, &rules.1.calendar) {
                Standing::Done { days_late, .. } if days_late > 0 => {
                    self.say(Verdict::Late, "R-026、D-02", format!("{zh}，逾期{days_late}个工作日"));
                }
                _ => self.say(Verdict::Passed, "R-026、D-02", zh),
            }
        }
        self.reviewed_by_another(list, &reviewer);
        self.apart(&reviewer);
        match (waived, publicity) {
            (Some(reason), _) => self.say(Verdict::Passed, "AMB-04", format!("签署人决定不再公示：{reason}")),
            (None, Some((opened, opened_on))) => {
                let closed_on = self.closing(&opened);
                match (self.due(Deadline::ReviewPublicity, opened_on, rules), closed_on) {
                    (Some((clock, due)), Some(closed_on)) if due.is_past(closed_on) => {
                        let zh = format!("{opened_on}起公示，法定{}至{}届满，{closed_on}结束", clock.length, due.on);
                        self.say(Verdict::Passed, "R-027、D-03", zh);
                    }
                    (_, None) => self.say(Verdict::NotShown, "R-027、D-03", format!("{opened_on}起公示，尚未结束")),
                    (_, Some(closed_on)) => {
                        let zh = format!("{opened_on}起公示，{closed_on}即结束，公示不足");
                        self.say(Verdict::Failed, "R-027、D-03", zh);
                    }
                }
            }
            (None, None) => self.say(Verdict::NotShown, "R-027", "尚无审核公示的记录"),
        }
        self.objections();
        if let Some(reported) = reported {
            self.reported(reported);
        }
    }

    fn reviewed_by_another(&mut self, list: &EntryRef, reviewer: &NodeId) {
        let finding = self.entries().find_map(|entry| match entry.act() {
            Act::ListReviewed { list: of, exceptions, .. } if of == list => {
                Some(exceptions.iter().any(|exception| exception.case == *self.case))
            }
            _ => None,
        });
        match finding {
            Some(false) => self.say(Verdict::Passed, "R-026", format!("{reviewer}审核通过本条目")),
            Some(true) => self.say(Verdict::Failed, "AMB-18", format!("{reviewer}未通过本条目（退回或不予通过）")),
            None => self.say(Verdict::NotShown, "R-026", "审核经办记录未公开，经办人与签署人是否不同未予证明"),
        }
    }

    fn objections(&mut self) {
        let received: Vec<&EntryRef> = self
            .entries()
            .filter(|entry| matches!(entry.act(), Act::ObjectionReceived { case, .. } if case == self.case))
            .map(|entry| &entry.at)
            .collect();
        if received.is_empty() {
            return;
        }
        let rejected = |at: &EntryRef| {
            self.entries().any(|entry| {
                matches!(entry.act(), Act::ObjectionVerified { objection, upheld: false, .. } if objection == at)
                    && entry.at.log.node == self.case.origin
            })
        };
        let open = received.iter().filter(|at| !rejected(at)).count();
        let verdict = if open == 0 { Verdict::Passed } else { Verdict::Failed };
        let zh = match open {
            0 => format!("公示期间{}件异议均经认定单位核实不成立", received.len()),
            open => format!("公示期间有{open}件异议未核实或核实成立"),
        };
        self.say(verdict, "R-027", zh);
    }

    fn reported(&mut self, (reported_on, excluded): (NaiveDate, bool)) {
        match excluded {
            false => self.say(Verdict::Passed, "R-028", format!("{reported_on}上报省级，本条目在上报之列")),
            true => self.say(Verdict::Failed, "R-028", format!("{reported_on}上报省级，本条目不在上报之列")),
        }
    }
}
