//! Qualities that a policy demands of every entry of a kind, and evidence of its criteria that is said and not handed in,
//! confirmed in words (R-005, R-005b, R-006, R-010).

use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::case::{CaseCommand, CaseEvent};
use honghei_domain::list::{Attestation, CaseId, ListEntry, ListKind};
use honghei_domain::policy::{Attestable, Policy};
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::{collect, prepare};
use crate::context::Context;
use crate::desk::Proposed;
use crate::engine::local_draft;
use crate::error::CommandError;

/// Characters of one confirmation at most.
const MAX_TEXT_CHARS: usize = 2000;

/// Adds what is confirmed; later words replace earlier ones.
pub(super) fn merge(attestations: &mut Vec<Attestation>, said: Attestation) {
    match attestations.iter_mut().find(|known| known.code == said.code) {
        Some(known) => *known = said,
        None => attestations.push(said),
    }
}

/// Puts confirmations into the policy's order, so that the same words make the same record in whichever order they were
/// given.
pub(super) fn in_order(attestations: &mut [Attestation], policy: &Policy, kind: ListKind) {
    let places: Vec<String> = policy.attestables(kind).map(|about| about.code).collect();
    attestations.sort_by_key(|said| places.iter().position(|code| *code == said.code));
}

/// Drafts the confirmation of qualities of a case as a correction of its record; the head signs them with the list.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    case: &CaseId,
    given: &[Attestation],
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let stored = prepare::require(tx, cx, case).await?;
    let folded = prepare::folded(tx, &stored.case).await?;
    let policy = prepare::policy_of(cx, &folded)?;
    let kind = folded.entry.kind;
    let clause = match kind {
        ListKind::Red => "R-006",
        ListKind::Black => "R-005",
    };
    let known: Vec<Attestable> = policy.attestables(kind).collect();
    let mut attestations = folded.entry.attestations.clone();
    let mut titles = Vec::new();
    for attestation in given {
        let Some(about) = known.iter().find(|about| about.code == attestation.code) else {
            let codes: Vec<&str> = known.iter().map(|about| about.code.as_str()).collect();
            let codes = if codes.is_empty() { "无".to_owned() } else { codes.join("、") };
            let sentence = format!("《{}》没有确认事项{}；此类名单的确认事项：{codes}", policy.title, attestation.code);
            return Err(Refusal::new("QUALITY_UNKNOWN", clause, sentence).into());
        };
        let text = attestation.text.trim();
        if text.is_empty() || text.chars().count() > MAX_TEXT_CHARS {
            let sentence = format!("“{}”应写明理由，不超过{MAX_TEXT_CHARS}字", about.text);
            return Err(Refusal::new("ATTESTATION_TEXT", clause, sentence).into());
        }
        if let Some(form) = about.value.form().filter(|_| !about.value.fits(text)) {
            let sentence = format!("“{}”应{form}", about.text);
            return Err(Refusal::new("ATTESTATION_FORM", "R-010", sentence).into());
        }
        merge(&mut attestations, Attestation { code: about.code.clone(), text: text.to_owned() });
        titles.push(about.text.as_str());
    }
    in_order(&mut attestations, policy, kind);
    let entry = ListEntry { attestations, ..folded.entry.clone() };
    let asked = CaseCommand::Correct { entry: Box::new(entry) };
    let Some(CaseEvent::Corrected { entry, .. }) = prepare::event_of(tx, cx, &folded, &asked).await? else {
        return Err(CommandError::AlreadyDone(format!("{case}已作同样的确认")));
    };
    let titles = titles.join("、");
    let list = collect::build(std::iter::once(Ok(*entry)), chance)?;
    let act = Act::EntriesCorrected {
        manifest: list.manifest.clone(),
        reason: format!("具文确认：{titles}"),
        corrected_on: cx.now.today,
    };
    let draft = local_draft(cx, act).with_list(list, &Audience::of(Scope::Local), 20);
    Ok(Proposed { draft, summary: format!("确认{case}：{titles}") })
}
