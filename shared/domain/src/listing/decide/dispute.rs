//! Objections to a listed entry: received, verified, decided.

use super::*;
use crate::list::ListKind;
use crate::listing::act::{DisputeAbout, ListingAct};
use crate::listing::record::Dispute;
use crate::node::EntryRef;
use crate::policy::ExitCode;
use crate::refusal::Refusal;

pub(super) fn receive_dispute(
    entitled: Entitled<'_>,
    about: DisputeAbout,
    by: &str,
    grounds: &str,
    around: Surroundings<'_>,
) -> Decision {
    if !around.offices.receives(around.me) {
        let sentence = format!("对{}的异议应向其认定单位、审核单位或者省级提出", entitled.listing.case);
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", sentence));
    }
    if about == DisputeAbout::Recognition || !entitled.compared {
        in_force(entitled, "D-15", around)?;
    }
    required(by, "F-09", "异议人")?;
    required(grounds, "F-09", "异议理由")?;
    let terms = &around.policy.terms;
    act(ListingAct::DisputeReceived {
        case: entitled.listing.case.clone(),
        about,
        by: by.to_owned(),
        grounds: grounds.to_owned(),
        received_on: around.today,
        mark_due_on: working_days(around, terms.objection_mark_days),
        verify_due_on: working_days(around, terms.objection_verify_days),
        decide_due_on: working_days(around, terms.objection_decide_days),
    })
}

pub(super) fn dispute<'a>(entitled: Entitled<'a>, at: &EntryRef) -> Result<&'a Dispute, Refusal> {
    let unknown = || Refusal::new("DISPUTE_UNKNOWN", "F-09", format!("没有登记过异议{at}"));
    entitled.listing.disputes.get(at).ok_or_else(unknown)
}

pub(super) fn verify_dispute(
    entitled: Entitled<'_>,
    at: &EntryRef,
    stands: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let known = dispute(entitled, at)?;
    if *around.me != around.offices.recogniser {
        let sentence = format!("异议由认定单位核实（{}）", around.offices.recogniser);
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", sentence));
    }
    if let Some(found) = &known.verification {
        return already("DISPUTE_VERIFIED", format!("已于{}核实", found.on));
    }
    if let Some(decided) = &known.decision {
        return already("DISPUTE_DECIDED", format!("已于{}作出决定", decided.on));
    }
    required(reason, "F-09", "核实情况")?;
    act(ListingAct::DisputeVerified {
        dispute: at.clone(),
        case: entitled.listing.case.clone(),
        stands,
        reason: reason.to_owned(),
        verified_on: around.today,
    })
}

pub(super) fn decide_dispute(
    entitled: Entitled<'_>,
    at: &EntryRef,
    upheld: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let known = dispute(entitled, at)?;
    let decider = around.offices.decider(known.about);
    if around.me != decider {
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", format!("该异议由{decider}决定")));
    }
    if let Some(decided) = &known.decision {
        if decided.stands == upheld {
            return already("DISPUTE_DECIDED", format!("已于{}作出决定", decided.on));
        }
        let sentence = format!("已于{}作出相反决定，不能更改", decided.on);
        return Err(Refusal::new("DISPUTE_DECIDED_OTHERWISE", "AMB-16", sentence));
    }
    let verified_elsewhere = known.about == DisputeAbout::Recognition && *decider != around.offices.recogniser;
    if verified_elsewhere && known.verification.is_none() {
        return Err(Refusal::new("VERIFICATION_MISSING", "AMB-16", "认定单位尚未核实，不能作出决定"));
    }
    required(reason, "F-09", "决定理由")?;
    let code = match (upheld, known.about) {
        (true, DisputeAbout::Recognition) => {
            in_force(entitled, "AMB-16", around)?;
            let code = match entitled.entry.kind {
                ListKind::Red => ExitCode::Rx2,
                ListKind::Black => ExitCode::Bx2,
            };
            Some(code.as_str().to_owned())
        }
        _ => None,
    };
    act(ListingAct::DisputeDecided {
        dispute: at.clone(),
        case: entitled.listing.case.clone(),
        upheld,
        code,
        reason: reason.to_owned(),
        decided_on: around.today,
    })
}
