//! Questions about other days: what the province answers, held against the model's own past.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::node::NodeId;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::{Patient, Question, Told};

use super::chance::Dice;
use super::past::{Caused, Past};
use crate::world::World;

/// Questions about a day that a history is asked.
const QUESTIONS: u64 = 24;

/// Was one of the subjects on a list on a day, as known on a day (C-7)? Asked about chance subjects, days and known days.
pub async fn was(world: &World, province: &NodeId, past: &Past, seed: u64) -> Result<Result<u64, String>, Fault> {
    let mut dice = Dice::of(seed ^ 0x77a5);
    let subjects: BTreeSet<&SubjectKey> =
        past.versions.iter().flat_map(|version| version.rows.values()).map(|row| &row.key).collect();
    // Of the many firms that nobody else speaks of one or two are enough.
    let spoken: Vec<&SubjectKey> = subjects.into_iter().collect();
    let days = days(past, world.today);
    let moments = moments(past);
    let mut listed = 0;
    for _ in 0..QUESTIONS {
        let (Some(key), Some(on), Some(known_on)) = (dice.pick(&spoken), dice.pick(&days), dice.pick(&days)) else {
            break;
        };
        let kind = if dice.once_in(2) { ListKind::Red } else { ListKind::Black };
        let mut asked = ((*key).clone(), kind, *on, *known_on);
        if dice.once_in(2) {
            asked = dice.pick(&moments).cloned().unwrap_or(asked);
        }
        let (key, kind, on, known_on) = asked;
        let expected = past.listed(&key, kind, on, known_on);
        let question = Question::Was { key, kind, on, known_on };
        listed += expected.len() as u64;
        let told = match ask(world, province, &question).await? {
            Ok(told) => told,
            Err(refused) => return Ok(Err(format!("{question:?} is refused: {refused}"))),
        };
        let found: BTreeSet<CaseId> = told.sentences.iter().filter_map(|sentence| stood(sentence)).collect();
        let headline = told.sentences.first().is_some_and(|first| first.contains("不在")) == expected.is_empty();
        let unknown = |case: &CaseId| past.learnt.get(case).is_none_or(|learnt| *learnt > known_on);
        if told.sentences.iter().filter_map(|sentence| named(sentence)).any(|case| unknown(&case)) {
            return Ok(Err(format!("{question:?} tells what came later: {:?}", told.sentences)));
        }
        if found != expected || !headline {
            return Ok(Err(format!("{question:?}: {:?} instead of {expected:?}", told.sentences)));
        }
    }
    Ok(Ok(listed))
}

/// The case of a sentence that says an entry was listed.
fn stood(sentence: &str) -> Option<CaseId> {
    named(sentence).filter(|_| sentence.contains("当时有效"))
}

/// The case that a sentence is about.
fn named(sentence: &str) -> Option<CaseId> {
    sentence.strip_prefix("条目")?.split_once('：')?.0.parse().ok()
}

/// Subjects, days and known days about decisions that the province learnt of later than they count, or that were undone.
fn moments(past: &Past) -> Vec<(SubjectKey, ListKind, NaiveDate, NaiveDate)> {
    let before = |day: NaiveDate| [day - Days::new(1), day];
    let mut moments = Vec::new();
    for (case, left) in &past.left {
        let Some(row) = past.versions.iter().find_map(|version| version.rows.get(case)) else { continue };
        for left in left.iter().filter(|left| left.on < left.known_on || left.undone.is_some()) {
            for (since, known) in [(left.on, left.known_on)].into_iter().chain(left.undone) {
                let days = before(since).into_iter().chain([known]);
                let asked = days.flat_map(|on| before(known).map(|known_on| (row.key.clone(), row.kind, on, known_on)));
                moments.extend(asked);
            }
        }
    }
    moments
}

/// Days on which something changed, and the ones around them.
fn days(past: &Past, today: NaiveDate) -> Vec<NaiveDate> {
    let versions = past.versions.iter().map(|version| version.day);
    let exits = past.left.values().flatten().flat_map(|left| {
        let undone = left.undone.into_iter().flat_map(|(since, known)| [since, known]);
        [left.on, left.known_on].into_iter().chain(undone)
    });
    let around = |day: NaiveDate| [day - Days::new(1), day, day + Days::new(1)];
    let days: BTreeSet<NaiveDate> = versions.chain(exits).chain([today]).flat_map(around).collect();
    days.into_iter().filter(|day| *day <= today).collect()
}

/// What did each black cause?
pub async fn caused(world: &World, province: &NodeId, past: &Past) -> Result<Result<(), String>, Fault> {
    for (black, expected) in &past.caused {
        let told = match ask(world, province, &Question::Caused { case: black.clone() }).await? {
            Ok(told) => told,
            Err(refused) => return Ok(Err(format!("what {black} caused is refused: {refused}"))),
        };
        let found: Option<BTreeSet<Caused>> = told.rows.iter().map(|row| read(row)).collect();
        if found.as_ref() != Some(expected) {
            return Ok(Err(format!("{black} caused {:?} instead of {expected:?}", told.rows)));
        }
    }
    Ok(Ok(()))
}

fn read(row: &[String]) -> Option<Caused> {
    let [version, _, red, outcome, _] = row else { return None };
    let red: CaseId = red.parse().ok()?;
    Some(Caused { version: version.parse().ok()?, red, fell: outcome == "删除" })
}

async fn ask(world: &World, province: &NodeId, question: &Question) -> Result<Result<Told, String>, Fault> {
    let Some(node) = world.nodes.get(province) else { return Ok(Err("no province".to_owned())) };
    match node.engine.ask(world.now(), question, &Patient).await {
        Ok(told) => Ok(Ok(told)),
        Err(CommandError::Fault(fault)) => Err(fault),
        Err(refused) => Ok(Err(refused.code().to_owned())),
    }
}
