//! Judging what is reported to the province and what is withdrawn later.

use honghei_domain::act::Act;
use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::Reviewer;
use honghei_registry::context::Context;
use honghei_registry::desk::{Judgement, dossiers, members};
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_registry::validate;
use honghei_store::Tx;

/// Judges a report: the right node sent it, in its order, under signatures the level above vouches for.
///
/// Rows that nobody reviewed (R-031, AMB-16b) are examined here; reviewed ones were examined at their reviewer.
pub async fn judge(tx: &mut dyn Tx, cx: &Context, entry: &Entry, list: &EntryRef) -> Result<Judgement, Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else {
        return Ok(Judgement::rejected("LIST_UNKNOWN", format!("上报所指的名单{list}不存在或未经主要负责人签署")));
    };
    if dossier.report.as_ref().is_none_or(|report| report.act != entry.at) {
        return Ok(Judgement::rejected(
            "REPORT_OUT_OF_ORDER",
            "上报单位不符、审核尚未签署或未经集体审查，或该名单已经上报",
        ));
    }
    let signature = dossier.signature.as_ref().map(|signature| &signature.act);
    let signed = [dossier.approval.act(), Some(list), signature];
    for at in signed.into_iter().flatten() {
        let stored = Entry::find(tx, at).await?;
        let Some(stored) = stored else {
            return Ok(Judgement::rejected("LIST_UNKNOWN", format!("无法读取{at}")));
        };
        if !members::signers_certified(tx, &stored).await? {
            return Ok(Judgement::waiting("OFFICER_NOT_CERTIFIED", "签署人的密钥尚未经上一级确认"));
        }
        if let (Act::ListCertified { manifest, .. }, Reviewer::Nobody) = (stored.act(), &dossier.reviewer) {
            return Ok(match validate::certified_list(tx, cx, &dossier, manifest).await? {
                Ok(rows) => Judgement::applied(rows, Vec::new()),
                Err((code, reason)) => Judgement::rejected(code, reason),
            });
        }
    }
    Ok(Judgement::applied(Vec::new(), Vec::new()))
}

/// Only the recogniser withdraws its case (谁认定谁负责).
pub fn judge_withdrawal(entry: &Entry, case: &CaseId) -> Judgement {
    if case.origin == entry.at.log.node {
        Judgement::applied(Vec::new(), Vec::new())
    } else {
        Judgement::rejected("CASE_NOT_OWN", format!("{case}不是{}认定的", entry.at.log.node))
    }
}
