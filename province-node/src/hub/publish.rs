//! Cutting a result version: judge every touched subject as of today and say what changes on the final list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_codec::list::{BuiltList, build_chunk, list_of};
use honghei_domain::act::{Act, ResultCounts, ResultDetail};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::calendar::validity_end;
use honghei_domain::comparison::{
    Fact, Outcome, RULE_VERSION, Standing, SubjectFacts, Verdict, guarded_share, verdicts,
};
use honghei_domain::final_list::{DetailRow, PublicRow, RowChange, Validity, sort_changes};
use honghei_domain::list::{CaseId, ENTRIES_PER_CHUNK, ListEntry, ListKind};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::context::Context;
use honghei_registry::desk::Proposed;
use honghei_registry::desk::served;
use honghei_registry::engine::plain_draft;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::parallel;
use honghei_registry::reported::Days;
use honghei_store::{MarkRow, SubjectAt, Tx};

use super::namesakes::Namesakes;
use super::piece::{Compared, Piece, chunks_of, decode, entries_of};
use super::subjects::{Settlements, read_subjects};
use super::{ending, lookup, piece};

/// The last day of a validity that its department does not limit.
const OPEN_END: NaiveDate = NaiveDate::MAX;

/// Entangled subjects judged at a time.
const PAGE: usize = 4096;

/// What a version will change.
#[derive(Default)]
struct Cut {
    changes: Vec<RowChange>,
    details: BTreeMap<NodeId, Vec<DetailRow>>,
    removed: u64,
    held: u64,
    red: i64,
    black: i64,
}

/// Drafts the next result version.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    agreed_removal_percent: Option<u32>,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    if tx.mark_count().await? > 0 {
        return Err(Refusal::new("COMPARISON_OUTSTANDING", "R-029", "尚有名单未完成比对，比对完成后方可发布").into());
    }
    let latest = tx.latest_result().await?;
    let mut pending = tx.pending(u32::MAX).await?;
    // What ended by time and has not been swept yet.
    let ended = ending::due(tx, cx.now.today, latest.as_ref().map(|row| row.published_on)).await?;
    pending.extend(ended);
    if pending.is_empty() {
        return Err(CommandError::AlreadyDone("没有新的比对结果需要发布".to_owned()));
    }
    let before = match &latest {
        Some(row) => served::counts(row)?,
        None => ResultCounts::default(),
    };
    let mut cut = cut(tx, cx, &pending).await?;
    let version = latest.as_ref().map_or(0, |row| row.version) + 1;
    let counts = ResultCounts {
        red: before.red.saturating_add_signed(cut.red),
        black: before.black.saturating_add_signed(cut.black),
        removed: cut.removed,
        held: cut.held,
    };
    guard(&counts, agreed_removal_percent)?;
    let changes = Arc::new(std::mem::take(&mut cut.changes));
    let root = served::prepare(tx, cx, &changes).await?;
    let summary = format!(
        "发布第{version}版比对结果：红名单{}条，黑名单{}条，本次删除红名单{}条，待人工核对{}条",
        counts.red, counts.black, counts.removed, counts.held
    );
    let rows = built(&changes, |change| (0, change.encode()), chance)?;
    let mut details = Vec::new();
    let mut detail_lists = Vec::new();
    for (recogniser, found) in cut.details {
        let list = built(&found, |row| (row.case().number, row.encode()), chance)?;
        details.push(ResultDetail { recogniser: recogniser.clone(), manifest: list.manifest.clone() });
        detail_lists.push((recogniser, list));
    }
    let act = Act::ResultPublished {
        version,
        rule_version: RULE_VERSION,
        published_on: cx.now.today,
        rows: rows.manifest.clone(),
        details,
        root,
        counts,
    };
    let everybody = Audience::of(Scope::All);
    let mut draft = plain_draft(cx, act, everybody.clone()).with_list(rows, &everybody, 5);
    for (recogniser, list) in detail_lists {
        draft = draft.with_list(list, &Audience::of(Scope::Local).and(recogniser), 10);
    }
    Ok(Proposed { draft, summary })
}

/// The list of some rows, encoded as they are taken up.
fn built<T: Sync>(
    rows: &[T],
    encoded: impl Fn(&T) -> (u64, Vec<u8>) + Sync,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<BuiltList, CommandError> {
    let mut salts = vec![[0; 32]; rows.len()];
    salts.iter_mut().for_each(|salt| chance.fill_bytes(salt));
    let parts: Vec<_> = rows.chunks(ENTRIES_PER_CHUNK).zip(salts.chunks(ENTRIES_PER_CHUNK)).enumerate().collect();
    let chunks = parallel::each(&parts, |(ordinal, (rows, salts))| {
        let rows: Vec<(u64, Vec<u8>)> = rows.iter().map(&encoded).collect();
        let mut salts = salts.iter();
        // There is one for each row.
        build_chunk(*ordinal, &rows, &mut || salts.next().copied().unwrap_or_default())
    });
    let list = chunks.into_iter().collect::<Result<Vec<_>, _>>().and_then(list_of);
    Ok(list.map_err(|source| Fault::Unreadable { what: "a result being built".to_owned(), source })?)
}

/// A version that would remove a large share of the red list needs its officer's express consent, and a second officer's
/// signature, which the engine asks for (C-5).
fn guard(counts: &ResultCounts, agreed: Option<u32>) -> Result<(), Refusal> {
    let Some(percent) = guarded_share(counts.removed, counts.red) else { return Ok(()) };
    if agreed.is_some_and(|agreed| percent <= agreed) {
        return Ok(());
    }
    Err(Refusal::new(
        "MASS_CHANGE_GUARD",
        "R-029",
        format!(
            "本次将删除红名单{}条，占{percent}%，超过限度；核实无误后请以 --agree-removal-percent {percent} 明示同意，\
             并由复核人复核签署",
            counts.removed
        ),
    ))
}

async fn cut(tx: &mut dyn Tx, cx: &Context, pending: &[MarkRow]) -> Result<Cut, Fault> {
    let mut cut = Cut::default();
    let mut pieces = Vec::with_capacity(pending.len());
    let mut entangled: BTreeSet<SubjectAt> = BTreeSet::new();
    for row in pending {
        let compared: Compared = decode(&row.body, "a compared piece")?;
        entangled.extend(compared.entangled.into_iter().map(|(bucket, key)| SubjectAt { bucket, key }));
        pieces.push((&row.entry, compared.piece));
    }
    // Entries of entangled subjects, by case and the act that brought them.
    let mut arrived: BTreeMap<(CaseId, EntryRef), ListEntry> = BTreeMap::new();
    for pieces in pieces.chunks(parallel::CHUNKS) {
        let chunks = chunks_of(tx, pieces.iter().map(|(_, piece)| piece)).await?;
        let asked: Vec<_> = pieces.iter().zip(&chunks).collect();
        let told = parallel::each(&asked, |((cause, piece), bytes)| match (piece, bytes) {
            (Piece::Chunk { excluded, days, .. }, Some(bytes)) => {
                Told::of(cx, entries_of(bytes, excluded)?, *days, cause, &entangled)
            }
            _ => Ok(Told::default()),
        });
        for (told, (cause, _)) in told.into_iter().zip(pieces) {
            let Told { cut: part, entangled } = told?;
            cut.add(part);
            arrived.extend(entangled.into_iter().map(|entry| ((entry.case.clone(), (*cause).clone()), entry)));
        }
    }
    let mut settlements = Settlements::folded(tx).await?;
    let entangled: Vec<SubjectAt> = entangled.into_iter().collect();
    for places in entangled.chunks(PAGE) {
        let mut subjects = read_subjects(tx, places, &mut settlements).await?;
        subjects.values_mut().for_each(|facts| within_terms(cx, facts));
        let namesakes = Namesakes::of(tx, cx, &subjects, &mut settlements).await?;
        let mut found = Vec::new();
        let mut wanted = BTreeSet::new();
        for (at, facts) in &subjects {
            for verdict in verdicts(facts, &namesakes.proposals(at, facts), RULE_VERSION, cx.now.today) {
                let Some(fact) = facts.fact(&verdict.case) else { continue };
                let before = facts.last_settled(&verdict.case);
                if before.is_some_and(|settled| settled.verdict.outcome == verdict.outcome) {
                    continue;
                }
                let on_list = facts.is_listed(&verdict.case);
                let enters = verdict.outcome.is_listed(on_list) && !on_list;
                let entry = if enters { arrived.remove(&(verdict.case.clone(), fact.position.clone())) } else { None };
                if enters && entry.is_none() {
                    wanted.insert(verdict.case.clone());
                }
                found.push((at, facts, verdict, entry));
            }
        }
        // Reds that a black held and holds no more come from lists of long ago, thousands of them at once.
        let mut known = lookup::entries_of(tx, &wanted).await?;
        for (at, facts, verdict, entry) in found {
            let key = at.key.parse().map_err(|_| Fault::Inconsistent { what: at.key.clone() })?;
            let entry = entry.or_else(|| known.remove(&verdict.case));
            if entry.is_none() && wanted.contains(&verdict.case) {
                return Err(Fault::Inconsistent { what: format!("the entry of {}", verdict.case) });
            }
            cut.say(cx, &key, facts, verdict, entry.as_ref());
        }
    }
    sort_changes(&mut cut.changes);
    for rows in cut.details.values_mut() {
        rows.sort_by(|one, other| one.case().cmp(other.case()));
    }
    Ok(cut)
}

/// What the entries of one chunk come to by themselves.
#[derive(Default)]
struct Told {
    cut: Cut,
    /// Entries of subjects that cannot be judged from them alone.
    entangled: Vec<ListEntry>,
}

impl Told {
    fn of(
        cx: &Context,
        entries: Vec<ListEntry>,
        days: Days,
        cause: &EntryRef,
        entangled: &BTreeSet<SubjectAt>,
    ) -> Result<Self, Fault> {
        let mut told = Self::default();
        for entry in entries {
            let key = SubjectKey::of(&entry.subject);
            let at = piece::at(&key);
            if entangled.contains(&at) {
                told.entangled.push(entry);
                continue;
            }
            // One entry is all there is to know of this subject.
            let mut facts = SubjectFacts::new();
            facts.insert(within_term(cx, days.fact(&entry, cause.clone())));
            for verdict in verdicts(&facts, &[], RULE_VERSION, cx.now.today) {
                told.cut.say(cx, &key, &facts, verdict, Some(&entry));
            }
        }
        Ok(told)
    }
}

impl Cut {
    /// Takes up another part of the same version, which comes after this.
    fn add(&mut self, part: Self) {
        let Self { changes, details, removed, held, red, black } = part;
        self.changes.extend(changes);
        for (recogniser, rows) in details {
            self.details.entry(recogniser).or_default().extend(rows);
        }
        self.removed += removed;
        self.held += held;
        self.red += red;
        self.black += black;
    }

    /// Takes up what a version says of one case; `entry` where its row may have to be added.
    fn say(
        &mut self,
        cx: &Context,
        key: &SubjectKey,
        facts: &SubjectFacts,
        verdict: Verdict,
        entry: Option<&ListEntry>,
    ) {
        let Some(fact) = facts.fact(&verdict.case) else { return };
        let listed_before = facts.was_listed(&verdict.case);
        let on_list = facts.is_listed(&verdict.case);
        let stays = verdict.outcome.is_listed(on_list);
        // What was over before it could be listed says when it was valid all the same.
        let over = verdict.outcome == Outcome::Expired && fact.case.origin == *cx.me();
        let validity = (stays || over).then(|| validity_of(cx, fact));
        match (validity, entry) {
            (Some(Validity { from, to }), Some(entry)) if stays && !on_list => {
                self.changes.push(RowChange::Put(PublicRow::of(entry, from, to)));
            }
            (None, _) if on_list => {
                self.changes.push(RowChange::Remove { key: key.clone(), case: verdict.case.clone() });
            }
            _ => {}
        }
        self.count(fact.kind, &verdict.outcome, i64::from(stays) - i64::from(on_list));
        let detail = DetailRow { listed_before, validity, verdict };
        match self.details.get_mut(&detail.case().origin) {
            Some(rows) => rows.push(detail),
            None => _ = self.details.insert(detail.case().origin.clone(), vec![detail]),
        }
    }

    fn count(&mut self, kind: ListKind, outcome: &Outcome, change: i64) {
        match kind {
            ListKind::Red => self.red += change,
            ListKind::Black => self.black += change,
        }
        match outcome {
            Outcome::Removed { .. } => self.removed += 1,
            Outcome::Held { .. } => self.held += 1,
            _ => {}
        }
    }
}

/// A department's entry without a last day of its own, whose policy's term was over before any version could list it,
/// counts as ended: it is not listed, and removes and holds nobody.
pub fn within_term(cx: &Context, fact: Fact) -> Fact {
    if fact.standing != Standing::Reported || fact.valid_to.is_some() || fact.case.origin != *cx.me() {
        return fact;
    }
    let to = validity_of(cx, &fact).to;
    if to < cx.now.today { Fact { valid_to: Some(to), ..fact } } else { fact }
}

/// The same for all facts of a subject.
fn within_terms(cx: &Context, facts: &mut SubjectFacts) {
    let reported = facts.facts().iter().filter(|fact| fact.standing == Standing::Reported && fact.valid_to.is_none());
    let reported: Vec<Fact> = reported.cloned().collect();
    for fact in reported {
        // Of two readings of one place the one with more to say counts.
        facts.insert(within_term(cx, fact));
    }
}

/// The validity a version gives an entry: its own dates, or from the day on which its recogniser had published it where
/// the policy counts from there, else from the day of this publication (AMB-06).
fn validity_of(cx: &Context, fact: &Fact) -> Validity {
    if let Standing::Published { valid_from, valid_to, .. } = &fact.standing {
        return Validity { from: *valid_from, to: *valid_to };
    }
    let fed = fact.case.origin == *cx.me();
    let from = fact.valid_from.unwrap_or(if fed { fact.recognised_on } else { cx.now.today });
    let years = cx.reference.policy_of(&fact.department).map(|(_, policy)| policy.validity_years(fact.kind));
    let to = match (fact.valid_to, years) {
        (Some(to), _) => to,
        (None, Some(years)) => validity_end(from, years),
        (None, None) => OPEN_END,
    };
    Validity { from, to }
}
