//! Steps, periods, review, approval, and readings that no text may choose.

use std::collections::BTreeSet;

use super::Complaints;
use crate::policy::{
    ApprovalForm, Clock, Demand, Gate, Join, Overdue, Policy, RedLists, ReviewPublicity, ReviewedBy, StepCode,
};

/// The longest period in working days or years that a policy may set.
const MAX_DAYS: u32 = 250;
const MAX_YEARS: u32 = 30;

pub(super) fn check(policy: &Policy, found: &mut Complaints) {
    found.unless(
        policy.black.notice == Demand::Required,
        "black.notice",
        "written notice always precedes a black entry (AMB-01, AMB-21)",
    );
    terms(policy, found);
    approval(policy, found);
    steps(policy, found);
    readings(policy, found);
    if let Some(backlog) = &policy.backlog {
        found.unless(
            backlog.arising_from <= backlog.recognised_by,
            "backlog.recognised_by",
            "lies before arising_from (R-035)",
        );
    }
}

fn terms(policy: &Policy, found: &mut Complaints) {
    let terms = &policy.terms;
    let days = [
        ("candidate_publicity_days", terms.candidate_publicity_days),
        ("statement_days", terms.statement_days),
        ("review_days", terms.review_days),
        ("publication_ceiling_days", terms.publication_ceiling_days),
        ("filing_days", terms.filing_days),
        ("repair_acceptance_days", terms.repair_acceptance_days),
        ("repair_decision_days", terms.repair_decision_days),
        ("objection_mark_days", terms.objection_mark_days),
        ("objection_verify_days", terms.objection_verify_days),
        ("objection_decide_days", terms.objection_decide_days),
        ("revoked_basis_days", terms.revoked_basis_days),
    ];
    for (name, value) in days {
        let sound = (1..=MAX_DAYS).contains(&value);
        found.unless(sound, format!("terms.{name}"), format!("expected 1 to {MAX_DAYS} days"));
    }
    let publicised = policy.review.publicity != ReviewPublicity::None;
    let sound = terms.review_publicity_days <= MAX_DAYS && (terms.review_publicity_days > 0 || !publicised);
    found.unless(sound, "terms.review_publicity_days", format!("expected 1 to {MAX_DAYS} working days"));
    let years =
        [("red_validity_years", terms.red_validity_years), ("black_validity_years", terms.black_validity_years)];
    for (name, value) in years {
        let sound = (1..=MAX_YEARS).contains(&value);
        found.unless(sound, format!("terms.{name}"), format!("expected 1 to {MAX_YEARS} years"));
    }
    found.unless(
        terms.filing_warn_days < terms.filing_days,
        "terms.filing_warn_days",
        "the warning comes before the filing is due (AMB-05)",
    );
}

fn approval(policy: &Policy, found: &mut Complaints) {
    let approval = &policy.approval;
    found.unless(!approval.body.trim().is_empty(), "approval.body", "name who approves (R-024, R-032)");
    let collegiate = approval.form == ApprovalForm::Collegiate;
    found.unless(
        !collegiate || approval.votes >= 2,
        "approval.votes",
        "a collegiate decision takes at least two votes (R-032)",
    );
    found.unless(collegiate || approval.votes == 0, "approval.votes", "a head decides without a vote");
}

/// The steps say in the order of the law what the switches above say as well; they must not contradict each other.
fn steps(policy: &Policy, found: &mut Complaints) {
    let mut seen = BTreeSet::new();
    let mut last: Option<StepCode> = None;
    for (at, step) in policy.steps.iter().enumerate() {
        let path = |name: &str| format!("step[{at}].{name}");
        found.unless(seen.insert(step.code), path("code"), format!("{} stands twice", step.code.zh()));
        found.unless(last.is_none_or(|last| last < step.code), path("code"), "stands out of the order of the law");
        last = Some(step.code);
        let clock = expected_clock(step.code);
        let sound = step.clock.is_none_or(|named| clock.contains(&named));
        found.unless(sound, path("clock"), format!("is not the clock of {}", step.code.zh()));
    }
    let has = |code| policy.steps.iter().any(|step| step.code == code);
    for code in [StepCode::Collection, StepCode::Notice, StepCode::Statements, StepCode::Recognition] {
        found.unless(has(code), "step", format!("{} is never left out (R-021)", code.zh()));
    }
    for code in [StepCode::Report, StepCode::Comparison, StepCode::Publication] {
        found.unless(has(code), "step", format!("{} is missing (R-028 to R-030)", code.zh()));
    }
    let reviewed = policy.review.county_reviewed_by == ReviewedBy::Parent;
    for code in [StepCode::Declaration, StepCode::Review] {
        let sound = has(code) == reviewed;
        found.unless(sound, "step", format!("{} does not agree with review.county_reviewed_by", code.zh()));
    }
    let publicised = policy.review.publicity != ReviewPublicity::None;
    found.unless(
        has(StepCode::ReviewPublicity) == publicised,
        "step",
        format!("{} does not agree with review.publicity (AMB-04)", StepCode::ReviewPublicity.zh()),
    );
    gates(policy, found);
}

fn gates(policy: &Policy, found: &mut Complaints) {
    let needed = |code: StepCode, gate: Gate, why: &str, found: &mut Complaints| {
        if let Some(at) = policy.steps.iter().position(|step| step.code == code) {
            let stands = policy.steps.get(at).is_some_and(|step| step.gates.contains(&gate));
            found.unless(stands, format!("step[{at}].gates"), format!("lacks {}: {why}", gate.zh()));
        }
    };
    needed(StepCode::Recognition, Gate::StatementsDisposed, "R-021", found);
    needed(StepCode::Recognition, Gate::NoticeServed, "AMB-01", found);
    if policy.approval.form == ApprovalForm::Collegiate {
        needed(StepCode::Recognition, Gate::BodyApproved, "R-032", found);
    } else {
        needed(StepCode::Recognition, Gate::HeadSigned, "R-024", found);
    }
    if policy.review.province_final {
        needed(StepCode::Publication, Gate::ResultPublished, "R-030", found);
    }
}

fn expected_clock(code: StepCode) -> &'static [Clock] {
    match code {
        StepCode::CandidatePublicity => &[Clock::D01],
        StepCode::Notice | StepCode::Statements => &[Clock::D16],
        StepCode::Review => &[Clock::D02],
        StepCode::ReviewPublicity => &[Clock::D03],
        StepCode::Publication => &[Clock::D09],
        StepCode::ExitFiling => &[Clock::D06, Clock::D07],
        StepCode::Collection
        | StepCode::Recognition
        | StepCode::Declaration
        | StepCode::Report
        | StepCode::Comparison => &[],
    }
}

/// What law or arithmetic leaves no choice in, and what this program does not carry out, is refused here rather than
/// read and ignored.
fn readings(policy: &Policy, found: &mut Complaints) {
    let readings = &policy.readings;
    found.unless(
        readings.overdue == Overdue::Escalate,
        "readings.overdue",
        "there is no deemed approval: an overdue step is escalated (AMB-17)",
    );
    found.unless(
        !readings.validity_rolls_over_holidays,
        "readings.validity_rolls_over_holidays",
        "would lengthen a punishment (AMB-06)",
    );
    found.unless(
        readings.red_removed_from == RedLists::EveryDepartment,
        "readings.red_removed_from",
        "the comparison of this version removes from every department's red lists (AMB-07)",
    );
    found.unless(
        readings.own_black_counts,
        "readings.own_black_counts",
        "X2 would contradict X1: an own black counts as well (AMB-08)",
    );
    found.unless(
        readings.criteria == Join::Any,
        "readings.criteria",
        "criteria are alternatives in this version (AMB-09)",
    );
    found.unless(
        readings.red_ends_without_successor,
        "readings.red_ends_without_successor",
        "a red entry ends with its term (AMB-19)",
    );
    found.unless(
        readings.return_stops_clock,
        "readings.return_stops_clock",
        "a return stops the clock of review in this version (AMB-18)",
    );
}
