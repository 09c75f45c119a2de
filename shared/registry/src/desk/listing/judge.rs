//! What the province makes of acts on listed entries that change what it compares, and of filings.

use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::listing::{ListingAct, exit_fits};
use honghei_domain::policy::ExitCode;
use honghei_store::Tx;

use super::{keep, offices, policy_of_node};
use crate::context::Context;
use crate::desk::{Judgement, members};
use crate::engine::plain_draft;
use crate::entry::Entry;
use crate::error::Fault;

pub(super) async fn judge(tx: &mut dyn Tx, cx: &Context, entry: &Entry, act: &ListingAct) -> Result<Judgement, Fault> {
    if !members::signers_certified(tx, entry).await? {
        return Ok(Judgement::waiting("OFFICER_NOT_CERTIFIED", "签署人的密钥尚未经上一级确认"));
    }
    if let ListingAct::ExitsFiled { exits, to, .. } = act {
        return judge_filing(tx, cx, entry, exits, to).await;
    }
    let out_of_order = |what: &str| Judgement::rejected("ACT_OUT_OF_ORDER", format!("{what}不成立，或者作出单位不符"));
    let Some(case) = act.case() else { return Ok(out_of_order("该事项")) };
    let listing = keep::listing(tx, case).await?;
    let known = |stands: bool, what: &str| {
        if stands { Judgement::applied(Vec::new(), Vec::new()) } else { out_of_order(what) }
    };
    Ok(match act {
        ListingAct::EntryExited { code, basis_revoked_on, .. } => {
            let kind = keep::entry_of(tx, case).await?.map(|entry| entry.kind);
            let policy = policy_of_node(cx, &case.origin);
            let fits = match (kind, policy) {
                (Some(kind), Some(policy)) => {
                    exit_fits(code, kind, policy, &offices(cx, &case.origin), &entry.at.log.node)
                }
                _ => return Ok(Judgement::rejected("CASE_UNKNOWN", format!("没有条目{case}"))),
            };
            match fits {
                Ok(ExitCode::Bx5) if basis_revoked_on.is_none() => {
                    Judgement::rejected("REVOCATION_DAY_MISSING", "未写明依据文书被撤销的日期")
                }
                Ok(_) => Judgement::applied(Vec::new(), Vec::new()),
                Err(refusal) => Judgement::rejected(refusal.code, refusal.zh),
            }
        }
        ListingAct::DisputeDecided { .. } => known(listing.exits.contains_key(&entry.at), "对异议的决定"),
        ListingAct::RepairDecided { .. } => known(listing.exits.contains_key(&entry.at), "信用修复的审定"),
        ListingAct::RepairRevoked { .. } => {
            let mut revocations = listing.repairs.values().filter_map(|repair| repair.revocation.as_ref());
            known(revocations.any(|revocation| revocation.act == entry.at), "恢复公示")
        }
        ListingAct::RestorationAnswered { .. } => {
            let mut answers = listing.offers.values().filter_map(|offer| offer.answer.as_ref());
            known(answers.any(|answer| answer.act == entry.at), "对恢复提议的答复")
        }
        _ => out_of_order("该事项"),
    })
}

/// A filing is received by the level above and gets its number (F-13); nobody files with himself.
async fn judge_filing(
    tx: &mut dyn Tx,
    cx: &Context,
    entry: &Entry,
    exits: &[honghei_domain::listing::ExitPlace],
    to: &honghei_domain::node::NodeId,
) -> Result<Judgement, Fault> {
    let author = &entry.at.log.node;
    if to != cx.me() || author == cx.me() {
        return Ok(Judgement::rejected("FILING_NOT_HERE", "备案应向上一级报送"));
    }
    let mut audience = Audience::of(Scope::Local).and(author.clone());
    for exit in exits {
        let known = keep::departure(tx, exit).await?.is_some();
        if !known || offices(cx, &exit.recogniser).filer.as_ref() != Some(author) {
            return Ok(Judgement::rejected("EXIT_UNKNOWN", format!("没有应由{author}备案的退出{}", exit.act)));
        }
        audience = audience.and(exit.recogniser.clone());
    }
    let number = format!("{}〔{}〕{}号", author.region(), cx.now.today.format("%Y"), entry.at.index);
    let act = Act::Listing(ListingAct::FilingReceived { filing: entry.at.clone(), number, received_on: cx.now.today });
    Ok(Judgement::applied(Vec::new(), vec![plain_draft(cx, act, audience)]))
}
