//! Acts as officers read them, one Chinese sentence each.

use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::listing::{DisputeAbout, ListingAct, PublicMark};

use crate::view::{cause_sentence, last_day};

/// An act on listed entries as officers read it.
pub(super) fn listing_sentence(act: &ListingAct) -> String {
    let stands = |stands: bool| if stands { "成立" } else { "不成立" };
    match act {
        ListingAct::DisputeReceived { by, about, decide_due_on, .. } => {
            let about = match about {
                DisputeAbout::Recognition => "认定",
                DisputeAbout::Comparison => "比对",
            };
            format!("收到{by}对{about}的异议，应于{decide_due_on}前决定")
        }
        ListingAct::DisputeVerified { stands: found, reason, .. } => {
            format!("异议核实：{}，{reason}", if *found { "情况属实" } else { "情况不属实" })
        }
        ListingAct::DisputeDecided { upheld, code, reason, .. } => {
            let code = code.as_ref().map(|code| format!("，更正退出（{code}）")).unwrap_or_default();
            format!("异议{}{code}：{reason}", stands(*upheld))
        }
        ListingAct::EntryMarked { mark, .. } => match mark {
            PublicMark::Disputed => "加注异议标识".to_owned(),
            PublicMark::Cleared => "撤销异议标识".to_owned(),
            PublicMark::Exited { code: Some(code) } => format!("公示退出（{code}）"),
            PublicMark::Exited { code: None } => "公示撤下".to_owned(),
        },
        ListingAct::EntryExited { code, reason, .. } => format!("退出名单（{code}）：{reason}"),
        ListingAct::EntriesExpired { code, expired_on, .. } => {
            format!("有效期届满，自{expired_on}零时起退出（{code}）")
        }
        ListingAct::RepairApplied { by, accept_due_on, .. } => {
            format!("收到{by}的信用修复申请，应于{accept_due_on}前决定是否受理")
        }
        ListingAct::RepairAccepted { accepted: true, decide_due_on, .. } => {
            format!("受理信用修复申请，应于{decide_due_on}前审定")
        }
        ListingAct::RepairAccepted { reason, .. } => format!("不予受理信用修复申请：{reason}"),
        ListingAct::RepairDecided { granted: true, reason, .. } => format!("同意信用修复（BX-1）：{reason}"),
        ListingAct::RepairDecided { reason, .. } => format!("不同意信用修复：{reason}"),
        ListingAct::RepairRevoked { reason, .. } => format!("信用承诺不实，恢复公示：{reason}"),
        ListingAct::ListAnnounced { version: 0, channel, .. } => format!("本单位自行公布的名单在{channel}公布"),
        ListingAct::ListAnnounced { version, channel, .. } => format!("第{version}版名单在{channel}公布"),
        ListingAct::ExitAnnounced { channel, receipt, .. } => {
            format!("退出公告在{channel}公布，回执：{receipt}")
        }
        ListingAct::ExitsFiled { to, .. } => format!("退出向{to}备案"),
        ListingAct::FilingReceived { number, .. } => format!("退出备案收讫，备案号{number}"),
        ListingAct::RestorationOffered { cause, .. } => {
            format!("致使其删除的{cause}已撤销，请认定单位决定是否恢复")
        }
        ListingAct::ConflictNoticed { organ, document, due_on, .. } => {
            format!("与外部参考名单（{organ}{document}）冲突，请认定单位于{due_on}前答复（AMB-07）")
        }
        ListingAct::ConflictAnswered { kept, reason, .. } => {
            format!("答复冲突通知，{}：{reason}", if *kept { "保留" } else { "拟撤出" })
        }
        ListingAct::RestorationAnswered { accepted, reason, .. } => {
            format!("{}：{reason}", if *accepted { "同意恢复" } else { "不恢复" })
        }
    }
}

/// A verdict as officers read it.
pub(super) fn verdict_sentence(version: u64, row: &DetailRow) -> String {
    let validity = row.validity.map(|validity| format!("，有效期{}至{}", validity.from, last_day(validity.to)));
    let validity = validity.unwrap_or_default();
    let cause = row.verdict.cause_facts.as_ref().map(|facts| format!("，原因：{}", cause_sentence(facts)));
    let cause = cause.unwrap_or_default();
    match &row.verdict.outcome {
        Outcome::FinalRed => format!("第{version}版比对结果：列入红名单{validity}"),
        Outcome::FinalBlack => format!("第{version}版比对结果：列入黑名单{validity}"),
        Outcome::Removed { rule, exit, .. } => {
            format!("第{version}版比对结果：从红名单删除（{}，{}）{cause}", rule.code(), exit.code())
        }
        Outcome::Held { reason, .. } => format!("第{version}版比对结果：{}", reason.chinese()),
        Outcome::Expired => format!("第{version}版比对结果：有效期届满"),
        Outcome::Exited => format!("第{version}版比对结果：已退出"),
    }
}
