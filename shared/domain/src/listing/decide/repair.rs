//! Repairs of a listed entry: applied for, accepted, decided, revoked.

use chrono::{Months, NaiveDate};

use super::*;
use crate::attachment;
use crate::list::{AttachmentRef, CaseId, ListKind, Repairability};
use crate::listing::act::ListingAct;
use crate::listing::command::Materials;
use crate::listing::record::Repair;
use crate::node::EntryRef;
use crate::policy::ExposureStart;
use crate::refusal::Refusal;

pub(super) fn decides_repairs(case: &CaseId, around: Surroundings<'_>) -> Result<(), Refusal> {
    if *around.me == around.offices.repairs {
        return Ok(());
    }
    let sentence = format!("{case}的信用修复由{}受理和审定", around.offices.repairs);
    Err(Refusal::new("REPAIR_NOT_HERE", "AMB-16b", sentence))
}

pub(super) fn receive_repair(
    entitled: Entitled<'_>,
    by: &str,
    materials: &Materials,
    around: Surroundings<'_>,
) -> Decision {
    let case = &entitled.listing.case;
    decides_repairs(case, around)?;
    let rules = &around.policy.repair;
    if entitled.entry.kind == ListKind::Red || !rules.possible {
        let sentence = format!("{case}不适用信用修复");
        return Err(Refusal::new("REPAIR_NOT_POSSIBLE", "BX-1", sentence));
    }
    let row = in_force(entitled, "BX-1", around)?;
    match &entitled.entry.repairability {
        Some(Repairability::Repairable { .. }) => {}
        Some(Repairability::Irreparable { legal_basis }) => {
            let sentence = format!("认定时已依{legal_basis}明确不得修复；认定有误或者依据撤销的，另按BX-2、BX-5办理");
            return Err(Refusal::new("REPAIR_FORBIDDEN", "R-053", sentence));
        }
        None => {
            return Err(Refusal::new("REPAIRABILITY_UNSTATED", "F-11", format!("{case}认定时没有明确能否修复")));
        }
    }
    if let Some((at, open)) = entitled.listing.open_repairs().next() {
        return already("REPAIR_RECEIVED", format!("已于{}收到修复申请（{at}）", open.received_on));
    }
    let regulated = around.today >= rules.applies_from;
    if let Some(months) = rules.minimum_publicity_months.filter(|_| regulated) {
        // A period of months ends with its corresponding day, 24:00 (民法典 201, 202): the day after is the first.
        let (from, what) = match (rules.minimum_publicity_from, entitled.entry.recognised_on) {
            (ExposureStart::Recognition, Some(day)) => (day, "认定"),
            (ExposureStart::Recognition, None) | (ExposureStart::Publication, _) => (row.valid_from, "公布"),
        };
        let last = from.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
        if around.today <= last {
            let earliest = last.succ_opt().unwrap_or(last);
            let sentence =
                format!("依{}，自{from}{what}之日起须公示满{months}个月，{earliest}起方可申请", rules.regulation);
            return Err(Refusal::new("REPAIR_TOO_EARLY", "BX-1", sentence));
        }
    }
    required(by, "F-12", "申请人")?;
    required(&materials.corrected, "F-12", "失信行为的纠正情况")?;
    required(&materials.fulfilled, "F-12", "法定义务的履行情况")?;
    if rules.promise && materials.promise.trim().is_empty() {
        return Err(Refusal::new("PROMISE_MISSING", "BX-1", "须提交信用承诺书"));
    }
    let attachments: Vec<AttachmentRef> = materials.attachments.iter().map(|file| file.reference.clone()).collect();
    attachment::check(&attachments).map_err(Refusal::from)?;
    let mut names = materials.names.clone();
    let handed_in = |wanted: &&String| attachments.iter().any(|file| file.name.starts_with(wanted.as_str()));
    names.extend(rules.materials.iter().filter(|wanted| !materials.names.contains(wanted)).filter(handed_in).cloned());
    let lacking: Vec<&str> =
        rules.materials.iter().filter(|wanted| !names.contains(wanted)).map(String::as_str).collect();
    if !lacking.is_empty() {
        let sentence = format!("修复申请缺少材料：{}", lacking.join("、"));
        return Err(Refusal::new("REPAIR_MATERIALS_MISSING", "F-12", sentence));
    }
    act(ListingAct::RepairApplied {
        case: case.clone(),
        by: by.to_owned(),
        corrected: materials.corrected.clone(),
        fulfilled: materials.fulfilled.clone(),
        promise: materials.promise.clone(),
        materials: names,
        attachments,
        received_on: around.today,
        accept_due_on: working_days(around, around.policy.terms.repair_acceptance_days),
    })
}

pub(super) fn repair<'a>(entitled: Entitled<'a>, at: &EntryRef) -> Result<&'a Repair, Refusal> {
    let unknown = || Refusal::new("REPAIR_UNKNOWN", "F-12", format!("没有收到过修复申请{at}"));
    entitled.listing.repairs.get(at).ok_or_else(unknown)
}

pub(super) fn accept_repair(
    entitled: Entitled<'_>,
    at: &EntryRef,
    accepted: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(acceptance) = &known.acceptance {
        return already("REPAIR_ACCEPTED", format!("已于{}决定是否受理", acceptance.on));
    }
    in_force(entitled, "D-14", around)?;
    required(reason, "D-14", "是否受理的理由")?;
    act(ListingAct::RepairAccepted {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        accepted,
        reason: reason.to_owned(),
        accepted_on: around.today,
        decide_due_on: working_days(around, around.policy.terms.repair_decision_days),
    })
}

pub(super) fn decide_repair(
    entitled: Entitled<'_>,
    at: &EntryRef,
    granted: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(decided) = &known.decision {
        if decided.stands == granted {
            return already("REPAIR_DECIDED", format!("已于{}审定", decided.on));
        }
        let sentence = format!("已于{}作出相反决定，不能更改", decided.on);
        return Err(Refusal::new("REPAIR_DECIDED_OTHERWISE", "BX-1", sentence));
    }
    match &known.acceptance {
        None => return Err(Refusal::new("REPAIR_NOT_ACCEPTED", "D-14", "修复申请尚未受理")),
        Some(acceptance) if !acceptance.accepted => {
            return Err(Refusal::new(
                "REPAIR_NOT_ACCEPTED",
                "D-14",
                format!("修复申请未予受理：{}", acceptance.reason),
            ));
        }
        Some(_) => {}
    }
    in_force(entitled, "BX-1", around)?;
    required(reason, "BX-1", "审定意见")?;
    act(ListingAct::RepairDecided {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        granted,
        reason: reason.to_owned(),
        decided_on: around.today,
    })
}

pub(super) fn revoke_repair(entitled: Entitled<'_>, at: &EntryRef, reason: &str, around: Surroundings<'_>) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(revocation) = &known.revocation {
        return already("REPAIR_REVOKED", format!("已于{}恢复公示", revocation.on));
    }
    let granted = known.decision.as_ref().filter(|decision| decision.stands);
    let granted =
        granted.ok_or_else(|| Refusal::new("REPAIR_NOT_GRANTED", "BX-1", "该申请没有获准修复，无从恢复公示"))?;
    if !around.policy.repair.false_promise_republishes {
        return Err(Refusal::new("REPUBLICATION_NOT_PROVIDED", "BX-1", "本制度没有规定承诺不实恢复公示"));
    }
    if let Some((other, exit)) = entitled.listing.exit().filter(|(exit, _)| **exit != granted.act) {
        let sentence = format!("该条目另已于{}退出（{}，{other}），不得恢复公示", exit.decided_on, exit.code);
        return Err(Refusal::new("ENTRY_EXITED", "BX-1", sentence));
    }
    required(reason, "BX-1", "承诺不实的事实")?;
    act(ListingAct::RepairRevoked {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        reason: reason.to_owned(),
        revoked_on: around.today,
    })
}
