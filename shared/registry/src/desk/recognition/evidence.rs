//! Behaviour events of the recogniser's firms, and what they say about its cases (R-011 to R-013, F-P4).

use honghei_codec::list::{build_list, decode_event, encode_event, open_entries};
use honghei_domain::act::{Act, CollectionChannel};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::case::Case;
use honghei_domain::evidence::{BehaviourEvent, Evaluation, Finding, evaluate, evidence_refusals};
use honghei_domain::list::{CaseId, ListManifest};
use honghei_domain::policy::{Criterion, Policy};
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::{SubjectKey, SubjectKeyKind};
use honghei_store::{BehaviourRow, Tx};

use super::prepare;
use crate::context::Context;
use crate::desk::Proposed;
use crate::desk::dossiers::{decode, encode};
use crate::engine::local_draft;
use crate::error::{CommandError, Fault};
use crate::question::Told;

/// Events that one entry carries at most, so that it stays within its size.
const ATTACHED_MAX: usize = 50;

/// Rows of one listing.
const PAGE: u32 = 500;

/// Drafts the recording of events: each gets the next number of this node; what is on record already is left out.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    channel: CollectionChannel,
    source: &str,
    events: &[BehaviourEvent],
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    if events.is_empty() {
        return Err(Refusal::new("NOTHING_TO_RECORD", "R-020", "文件中没有可以登记的行为记录").into());
    }
    let first = tx.last_behaviour(cx.me()).await? + 1;
    let mut fresh: Vec<(u64, Vec<u8>)> = Vec::with_capacity(events.len());
    let mut known = 0_u64;
    for event in events {
        if is_on_record(tx, cx, event).await? {
            known += 1;
            continue;
        }
        let number = first + fresh.len() as u64;
        fresh.push((number, encode_event(&BehaviourEvent { number, ..event.clone() })));
    }
    if fresh.is_empty() {
        return Err(CommandError::AlreadyDone(format!("{known}条行为记录均已登记")));
    }
    let mut salt = || {
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        bytes
    };
    let list = build_list(&fresh, &mut salt).map_err(Fault::unreadable("events being recorded"))?;
    let repeated = if known > 0 { format!("，另有{known}条此前已登记") } else { String::new() };
    let summary = format!("登记{}条行为记录（自第{first}号起），来源：{source}{repeated}", list.manifest.count);
    let act = Act::EventsRecorded { channel, source: source.to_owned(), manifest: list.manifest.clone() };
    Ok(Proposed { draft: local_draft(cx, act).with_list(list, &Audience::of(Scope::Local), 20), summary })
}

/// Whether the same thing of the same subject is on record, whatever file it came from.
async fn is_on_record(tx: &mut dyn Tx, cx: &Context, event: &BehaviourEvent) -> Result<bool, Fault> {
    let said = |event: &BehaviourEvent| {
        (event.nature, event.occurred_on, event.document_number.clone(), event.issuer.clone(), event.kind.clone())
    };
    Ok(of_subject(tx, cx, &event.subject_key()).await?.iter().any(|known| said(known) == said(event)))
}

/// Folds recorded events.
pub async fn take_in(tx: &mut dyn Tx, cx: &Context, manifest: &ListManifest) -> Result<(), Fault> {
    for slice in &manifest.chunks {
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(|| Fault::inconsistent("a chunk of events"))?;
        let mut rows = Vec::new();
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk of events"))? {
            let event = decode_event(&salted.body).map_err(Fault::unreadable("a behaviour event"))?;
            rows.push(BehaviourRow {
                origin: cx.me().clone(),
                number: event.number,
                subject_key: event.subject_key().as_str().to_owned(),
                body: encode(&event, "a behaviour event")?,
            });
        }
        tx.put_behaviours(&rows).await?;
    }
    Ok(())
}

/// The events of one subject on record here, by number.
pub async fn of_subject(tx: &mut dyn Tx, cx: &Context, key: &SubjectKey) -> Result<Vec<BehaviourEvent>, Fault> {
    let rows = tx.behaviours_of(cx.me(), key.as_str()).await?;
    rows.iter().map(|row| decode(&row.body, "a behaviour event")).collect()
}

/// The case with the events that its criteria count, so that the gate sees them and the entry carries them.
///
/// A subject that is known by its name alone gets none: a name only proposes (AMB-13).
pub async fn attach(tx: &mut dyn Tx, cx: &Context, policy: &Policy, mut case: Case) -> Result<Case, Fault> {
    let counting = || cited(policy, &case).filter(|criterion| !criterion.count.is_empty());
    let key = SubjectKey::of(&case.entry.subject);
    if counting().next().is_none() || key.kind() == SubjectKeyKind::Name {
        return Ok(case);
    }
    let events = of_subject(tx, cx, &key).await?;
    let mut numbers: Vec<u64> = Vec::new();
    for criterion in counting() {
        let found = evaluate(policy, criterion, &case.entry.subject.class, cx.now.today, &events);
        numbers.extend(found.counted());
        numbers.extend(found.proposal.map(|proposal| proposal.event));
        if found.findings.iter().all(|finding| !matches!(finding, Finding::Met { .. })) && criterion.demands_events() {
            // Nothing is proved; the refusal shall say how much there is.
            numbers.extend(events.iter().map(|event| event.number));
        }
    }
    let counted = events.into_iter().filter(|event| numbers.contains(&event.number));
    case.preparation.evidence = counted.take(ATTACHED_MAX).collect();
    Ok(case)
}

fn cited<'a>(policy: &'a Policy, case: &'a Case) -> impl Iterator<Item = &'a Criterion> {
    case.entry.criteria.iter().filter_map(|code| policy.criterion(code))
}

/// The events on record, by number.
pub async fn tell_events(tx: &mut dyn Tx, cx: &Context, after: u64) -> Result<Told, CommandError> {
    let mut rows = Vec::new();
    for row in tx.behaviours(cx.me(), after, PAGE).await? {
        let event: BehaviourEvent = decode(&row.body, "a behaviour event")?;
        rows.push(cells(&event));
    }
    let sentence = match rows.len() {
        0 => "没有登记在案的行为记录".to_owned(),
        count => format!("登记在案的行为记录{count}条（自第{after}号之后）"),
    };
    let headings = EVENT_HEADINGS.to_vec();
    Ok(Told { sentences: vec![sentence], headings, rows, alarm: None })
}

const EVENT_HEADINGS: [&str; 8] = ["编号", "主体", "性质", "种类", "程度", "日期", "机关", "文号"];

fn cells(event: &BehaviourEvent) -> Vec<String> {
    vec![
        event.number.to_string(),
        event.subject.name.clone(),
        event.nature.zh().to_owned(),
        event.kind.clone(),
        event.grade.map_or_else(String::new, |grade| grade.zh().to_owned()),
        event.occurred_on.to_string(),
        event.issuer.clone(),
        event.document_number.clone(),
    ]
}

/// What the events on record say about each criterion of a case, and the events themselves.
pub async fn tell_evidence(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<Told, CommandError> {
    let stored = prepare::require(tx, cx, id).await?;
    let policy = prepare::policy_of(cx, &stored.case)?;
    let entry = &stored.case.entry;
    let key = SubjectKey::of(&entry.subject);
    let events = of_subject(tx, cx, &key).await?;
    let mut sentences = vec![format!("{id} {}：登记在案的行为记录{}条", entry.subject.name, events.len())];
    if key.kind() == SubjectKeyKind::Name {
        sentences.push("该主体只有名称而没有代码，行为记录不能据以计数（依据 AMB-13）。".to_owned());
    }
    let mut counted = Vec::new();
    for criterion in cited(policy, &stored.case) {
        let found = evaluate(policy, criterion, &entry.subject.class, cx.now.today, &events);
        counted.extend(found.counted());
        sentences.extend(said(criterion, &found));
    }
    let wanting = evidence_refusals(entry, policy, !events.is_empty());
    sentences.extend(wanting.into_iter().map(|refusal| refusal.zh));
    let mut headings = EVENT_HEADINGS.to_vec();
    headings.push("是否计入");
    let rows = events.iter().map(|event| {
        let mut row = cells(event);
        row.push(if counted.contains(&event.number) { "计入" } else { "" }.to_owned());
        row
    });
    Ok(Told { sentences, headings, rows: rows.collect(), alarm: None })
}

/// One criterion's findings in sentences.
fn said(criterion: &Criterion, found: &Evaluation) -> Vec<String> {
    let code = &criterion.code.0;
    let mut sentences = Vec::new();
    match found.met() {
        _ if criterion.count.is_empty() => sentences.push(format!("{code}：不计数，由认定人员判断。")),
        Some(Finding::Met { counted, from, to }) => {
            let numbers: Vec<String> = counted.iter().map(u64::to_string).collect();
            let window = from.map_or_else(|| format!("截至{to}"), |from| format!("{from}至{to}"));
            let numbers = numbers.join("、");
            sentences.push(format!("{code}：符合。{window}，计入第{numbers}号行为记录。须经主要负责人确认。"));
        }
        _ => sentences.extend(found.refusal().map(|refusal| format!("{code}：不符合。{refusal}"))),
    }
    if let Some(proposal) = &found.proposal {
        let (to, reason, event) = (&proposal.to.0, &proposal.reason, proposal.event);
        sentences.push(format!("{code}：建议改引{to}。{reason}（第{event}号行为记录，依据 AMB-12）。"));
    }
    sentences
}
