//! The comparison itself: choose the black that counts, then judge.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::fact::Fact;
use super::identity::{Doubt, Identity, Match, MatchKey, identify};
use super::ruling::{Finding, Ruling, ruled};
use super::subject::SubjectFacts;
use super::verdict::{CauseFacts, Exit, HeldReason, Outcome, Rule, Verdict};
use crate::canonical::{Writer, sha256};
use crate::list::{CaseId, Digest, ListKind};

/// The version of the rules in this module; every verdict names the one it was found under.
pub const RULE_VERSION: u32 = 1;

/// Finds a verdict for every fact of a subject, ordered by case.
///
/// `proposals` are facts of other subject rows that share a name; they are judged like the subject's own, so a name
/// alone holds and never removes. Order and repetition of `proposals` change nothing. A published removal that no
/// restoration lifted is returned as it was published, and so is a published verdict whose outcome has not changed:
/// a full recomparison therefore ends in the same bytes as the incremental path.
pub fn verdicts(facts: &SubjectFacts, proposals: &[Fact], rule_version: u32, as_of: NaiveDate) -> Vec<Verdict> {
    let foreign = proposals.iter().filter(|proposal| facts.fact(&proposal.case).is_none());
    let blacks: Vec<&Fact> = facts
        .facts()
        .iter()
        .chain(foreign)
        .filter(|fact| fact.kind == ListKind::Black && fact.is_in_force(as_of))
        .collect();
    facts.facts().iter().map(|own| verdict_of(own, facts, &blacks, rule_version, as_of)).collect()
}

fn verdict_of(own: &Fact, facts: &SubjectFacts, blacks: &[&Fact], rule_version: u32, as_of: NaiveDate) -> Verdict {
    if let Some(removal) = facts.standing_removal(&own.case) {
        return removal.verdict.clone();
    }
    let against = if own.kind == ListKind::Red { blacks } else { &[] };
    let candidates = against.iter().filter_map(|black| Some((*black, conflict(own, black, facts.rulings(), as_of)?)));
    let cause = candidates.min_by(|(one, one_facts), (other, other_facts)| {
        weight(one, one_facts).cmp(&weight(other, other_facts)).then_with(|| tie_break(one, other))
    });
    let cause = cause.as_ref().map(|(black, facts)| (&black.case, facts));
    let found = judge(own, facts.was_listed(&own.case), cause, rule_version, as_of);
    match facts.last_settled(&own.case) {
        // A removal found here is a new one: the one before was lifted.
        Some(settled) if settled.verdict.outcome == found.outcome && !found.is_removal() => settled.verdict.clone(),
        _ => found,
    }
}

/// By which key two entries speak of one subject, with the doubt about it; nothing where they do not.
///
/// A ruling decides what codes and names leave open; but one USCC is one subject, and one ID number one person,
/// whatever anybody ruled.
pub fn relate(
    one: &Identity,
    other: &Identity,
    rulings: &[Ruling],
    as_of: NaiveDate,
) -> Option<(MatchKey, Option<Doubt>)> {
    let found = identify(one, other);
    let ruling = if rulings.is_empty() { None } else { ruled(rulings, one, other, as_of) };
    match (found, ruling) {
        (Match::Certain(key @ (MatchKey::Uscc | MatchKey::CitizenId)), _) => Some((key, None)),
        (_, Some(Finding::Different)) | (Match::Different, None) => None,
        (Match::Certain(key), _) => Some((key, None)),
        (_, Some(Finding::Same)) => Some((MatchKey::Ruling, None)),
        (Match::Uncertain(key, doubt), None) => Some((key, Some(doubt))),
    }
}

/// What an in-force black says about a red of perhaps the same subject; nothing where they cannot conflict.
fn conflict(own: &Fact, black: &Fact, rulings: &[Ruling], as_of: NaiveDate) -> Option<CauseFacts> {
    let (key, doubt) = relate(&own.identity, &black.identity, rulings, as_of)?;
    Some(CauseFacts {
        key,
        doubt,
        kind: black.kind,
        department: black.department.clone(),
        document_number: black.document.as_ref().map(|document| document.number.clone()),
        recognised_on: black.recognised_on,
        valid_from: black.effective_from(),
        valid_to: black.effective_to(),
        under_appeal: black.under_appeal,
    })
}

/// Certain before suspended before uncertain, then the earliest, then the order of cases.
fn weight<'a>(black: &'a Fact, facts: &CauseFacts) -> (bool, bool, NaiveDate, &'a CaseId) {
    (facts.doubt.is_some(), facts.under_appeal, facts.recognised_on, &black.case)
}

/// Two proposals of one case differ only by a stale copy; the later position counts.
fn tie_break(one: &Fact, other: &Fact) -> Ordering {
    other.position.cmp(&one.position).then_with(|| one.canonical_bytes().cmp(&other.canonical_bytes()))
}

/// Judges one entry from its own fact and the disclosed facts of the black against it: what a recogniser can repeat.
///
/// `listed_before`: an earlier result version listed the entry (AMB-26, [`SubjectFacts::was_listed`]). `cause` is ignored for a black.
pub fn judge(
    own: &Fact,
    listed_before: bool,
    cause: Option<(&CaseId, &CauseFacts)>,
    rule_version: u32,
    as_of: NaiveDate,
) -> Verdict {
    let (outcome, cause) = outcome_of(own, listed_before, cause, as_of);
    Verdict {
        case: own.case.clone(),
        outcome,
        rule_version,
        as_of,
        facts_hash: compared_hash(own, listed_before, cause),
        cause_facts: cause.map(|(_, facts)| facts.clone()),
    }
}

type Cause<'a> = Option<(&'a CaseId, &'a CauseFacts)>;

fn outcome_of<'a>(own: &Fact, listed_before: bool, cause: Cause<'a>, as_of: NaiveDate) -> (Outcome, Cause<'a>) {
    if own.has_exited() {
        return (Outcome::Exited, None);
    }
    if own.has_expired(as_of) {
        return (Outcome::Expired, None);
    }
    match (own.kind, cause) {
        (ListKind::Black, _) => (Outcome::FinalBlack, None),
        (ListKind::Red, None) => (Outcome::FinalRed, None),
        (ListKind::Red, Some((case, facts))) => (fall(own, listed_before, case, facts), cause),
    }
}

fn fall(own: &Fact, listed_before: bool, case: &CaseId, facts: &CauseFacts) -> Outcome {
    let held = |reason| Outcome::Held { reason, with: Some(case.clone()) };
    if let Some(doubt) = facts.doubt {
        return held(HeldReason::Identity(doubt));
    }
    if facts.under_appeal {
        return held(HeldReason::UnderAppeal);
    }
    Outcome::Removed {
        rule: if facts.recognised_on < own.recognised_on { Rule::X2 } else { Rule::X1 },
        exit: if listed_before { Exit::Rx1 } else { Exit::Rx7 },
        tie: facts.recognised_on == own.recognised_on,
        cause: case.clone(),
    }
}

/// SHA-256 over exactly the compared facts; tag `honghei/compared/1`.
fn compared_hash(own: &Fact, listed_before: bool, cause: Cause<'_>) -> Digest {
    let mut writer = Writer::tagged("honghei/compared/1");
    writer.bytes(&own.declaration_bytes());
    writer.optional(own.effective_to(), Writer::date);
    writer.flag(own.has_exited());
    writer.flag(listed_before);
    writer.optional(cause, |writer, (case, facts)| {
        writer.case(case);
        facts.write(writer);
    });
    sha256(&[&writer.finish()])
}
