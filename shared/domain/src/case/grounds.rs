//! What the criteria of an entry demand besides the usual: events that meet the count, the right issuer, the right
//! criterion (R-010 to R-013, SW-R-01, SW-R-02, AMB-11, AMB-12).

use super::{Case, Context};
use crate::evidence::{IssuerFinding, check_issuer, evaluate, foreign_to};
use crate::node::Tier;
use crate::policy::{Criterion, IssuerLevel};
use crate::refusal::Refusal;
use crate::subject_key::SubjectKey;

/// Criteria are alternatives, but every one an entry cites must hold: it is published with the entry.
pub(super) fn check(case: &Case, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    let cited = case.entry.criteria.iter().filter_map(|code| context.policy.criterion(code));
    for criterion in cited.filter(|criterion| criterion.kind == case.entry.kind) {
        complete(criterion, context, refusals);
        issuer(case, criterion, context, refusals);
        counted(case, criterion, context, refusals);
    }
    let foreign = foreign_to(&SubjectKey::of(&case.entry.subject), &case.preparation.evidence);
    if !foreign.is_empty() {
        let sentence = format!("所附行为记录中有{}条不是该主体的", foreign.len());
        refusals.push(Refusal::new("EVIDENCE_FOREIGN", "R-011", sentence));
    }
}

fn complete(criterion: &Criterion, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    if let Some(missing) = criterion.incomplete() {
        let sentence = format!("认定标准{}暂不能引用：{missing}", criterion.code.0);
        refusals.push(Refusal::new("CRITERION_INCOMPLETE", "R-010", sentence));
    }
    let level = match context.tier_of_recogniser() {
        Tier::County => IssuerLevel::County,
        Tier::City => IssuerLevel::City,
        Tier::Province => IssuerLevel::Province,
    };
    if criterion.recogniser_level.is_some_and(|needed| level < needed) {
        let sentence = format!("认定标准{}不由本级认定", criterion.code.0);
        refusals.push(Refusal::new("CRITERION_ABOVE_LEVEL", "R-010", sentence));
    }
}

fn issuer(case: &Case, criterion: &Criterion, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    let (Some(rule), Some(document)) = (criterion.issuer, &case.entry.document) else { return };
    if let IssuerFinding::Unfit(refusal) = check_issuer(context.policy, rule, &document.issuer, &criterion.code.0) {
        refusals.push(refusal);
    }
}

fn counted(case: &Case, criterion: &Criterion, context: &Context<'_>, refusals: &mut Vec<Refusal>) {
    if criterion.count.is_empty() {
        return;
    }
    let class = &case.entry.subject.class;
    let found = evaluate(context.policy, criterion, class, context.today, &case.preparation.evidence);
    if let Some(proposal) = &found.proposal {
        let sentence = format!("{}；建议改引{}", proposal.reason, proposal.to.0);
        refusals.push(Refusal::new("CRITERION_SWITCH", "AMB-12", sentence));
    } else if criterion.demands_events() {
        refusals.extend(found.refusal());
    }
}
