//! What the comparison said.

use honghei_domain::act::Act;
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::RowChange;

use super::{Teller, Verdict};

impl Teller<'_> {
    /// The province's result.
    pub(super) fn result(&mut self) {
        let mut shown = false;
        for entry in self.proved.entries.values() {
            let Act::ResultPublished { version, published_on, .. } = entry.act() else { continue };
            let by_province = self.reference(entry).is_some_and(|reference| {
                reference.directory.node(&entry.at.log.node).is_some_and(|node| node.parent.is_none())
            });
            if !by_province {
                self.say(Verdict::Failed, "R-030", format!("第{version}版结果不是省级公布的"));
                continue;
            }
            let outcome = match (self.proved.details.get(&entry.at), self.proved.public.get(&entry.at)) {
                (Some(detail), _) => outcome_zh(&detail.verdict.outcome),
                (None, Some(RowChange::Put(row))) => {
                    format!("列入最终名单，有效期{}至{}", row.valid_from, row.valid_to)
                }
                (None, Some(_)) => "从最终名单移出".to_owned(),
                (None, None) => continue,
            };
            shown = true;
            let signer = self.officers.name_of(&entry.at);
            let zh = format!("第{version}版结果由{signer}签署，{published_on}公布：{outcome}");
            self.say(Verdict::Passed, "R-029、R-030", zh);
        }
        if !shown {
            self.say(Verdict::NotShown, "R-030", "尚无省级比对结果");
        }
    }
}

fn outcome_zh(outcome: &Outcome) -> String {
    match outcome {
        Outcome::FinalRed => "列入红名单".to_owned(),
        Outcome::FinalBlack => "列入黑名单".to_owned(),
        Outcome::Removed { rule, exit, .. } => format!("从红名单删除（{}，{}）", rule.code(), exit.code()),
        Outcome::Held { reason, .. } => reason.chinese().to_owned(),
        Outcome::Expired => "有效期届满".to_owned(),
        Outcome::Exited => "已退出".to_owned(),
    }
}
