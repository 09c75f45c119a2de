//! What persons decide about identity (AMB-13): a HELD red is or is not the firm of a black; two subjects are one; one
//! subject is two. The act is the province's own; its effect on facts follows from a mark, like everything here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::comparison::{Finding, Party, Ruling, SubjectFacts};
use honghei_domain::list::CaseId;
use honghei_domain::name::text_hash;
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::RulingAbout;
use honghei_registry::context::Context;
use honghei_registry::desk::Proposed;
use honghei_registry::engine::plain_draft;
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_store::{MarkRow, NameRow, SubjectAt, Tx};

use super::piece::{Piece, at, decode, encode};
use super::subjects::{Settlements, read_subjects, write_subjects};
use super::{ending, held};

/// The meta key of every ruling's place; a set, so that a rebuild adds nothing.
const RULINGS: &str = "hub.rulings";

/// Drafts a ruling.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    about: &RulingAbout,
    finding: Finding,
    reason: &str,
    until: Option<NaiveDate>,
) -> Result<Proposed, CommandError> {
    if until.is_some_and(|last| last < cx.now.today) {
        return Err(Refusal::new("RULING_ENDED", "AMB-13", "认定的截止日期不得早于今日").into());
    }
    let (mut parties, case, subject) = match about {
        RulingAbout::Held(case) => of_held(tx, cx, case).await?,
        RulingAbout::Subjects(one, other) => of_subjects(tx, one, other).await?,
    };
    parties.sort();
    let known = known(tx, &parties).await?;
    let standing = known.iter().rfind(|ruling| ruling.parties == parties && ruling.is_in_force(cx.now.today));
    if let Some(standing) = standing.filter(|standing| standing.finding == finding && standing.until == until) {
        return Err(CommandError::AlreadyDone(format!("{}已认定为{}", standing.act, finding.chinese())));
    }
    let ends = until.map(|last| format!("，有效至{last}")).unwrap_or_default();
    let mut summary = format!("认定{subject}为{}{ends}", finding.chinese());
    // What was found about one recorded entry, or about everybody under its key, speaks of the same firms.
    let touches = |ruling: &&Ruling| ruling.is_in_force(cx.now.today) && ruling.touches(&parties);
    if let Some(standing) = known.iter().rfind(touches).filter(|standing| standing.finding != finding) {
        summary.push_str(&format!("；与{}的认定相反，自本次认定起以本次为准", standing.act));
    }
    let current = match about {
        RulingAbout::Subjects(current, _) if finding == Finding::Same => Some(current.clone()),
        RulingAbout::Subjects(..) | RulingAbout::Held(_) => None,
    };
    // Whoever looks a subject up, at whichever node, is told what it was joined to or parted from; what is found about
    // one recorded entry stays with the province.
    let audience = Audience::of(if case.is_none() { Scope::All } else { Scope::Local });
    let reason = reason.to_owned();
    let act = Act::IdentityRuled { parties, finding, case, current, reason, ruled_on: cx.now.today, until };
    Ok(Proposed { draft: plain_draft(cx, act, audience), summary })
}

type About = ([Party; 2], Option<CaseId>, String);

async fn of_held(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<About, CommandError> {
    let held = held::of(tx, cx, case).await?;
    let Some(held) = held.filter(held::Held::is_about_identity) else {
        return Err(Refusal::new("CASE_NOT_HELD", "AMB-13", format!("{case}并非因主体不能确认而待核")).into());
    };
    let subject = format!("{case}与{}的主体", held.black.case);
    Ok(([Party::of(&held.own.identity), Party::of(&held.black.identity)], Some(case.clone()), subject))
}

async fn of_subjects(tx: &mut dyn Tx, one: &SubjectKey, other: &SubjectKey) -> Result<About, CommandError> {
    if one == other {
        let sentence = "两个代码或名称指向同一主体键，无需合并；同一主体键下的条目请以 held decide 逐条认定";
        return Err(Refusal::new("SUBJECTS_ALIKE", "AMB-13", sentence).into());
    }
    let mut places: Vec<SubjectAt> = [one, other].map(at).to_vec();
    places.sort();
    let held = tx.subjects(&places).await?;
    if let Some(missing) = places.iter().find(|place| held.iter().all(|row| row.at != **place)) {
        let sentence = format!("各名单中没有主体{}", missing.key);
        return Err(Refusal::new("SUBJECT_UNKNOWN", "AMB-13", sentence).into());
    }
    let party = |key: &SubjectKey| Party { key: key.clone(), identity: None };
    Ok(([party(one), party(other)], None, format!("主体{one}与{other}")))
}

/// The rulings that stand in the rows of two parties, in the order of their acts.
async fn known(tx: &mut dyn Tx, parties: &[Party; 2]) -> Result<Vec<Ruling>, Fault> {
    let places: BTreeSet<SubjectAt> = parties.iter().map(|party| at(&party.key)).collect();
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut settlements = Settlements::folded(tx).await?;
    let subjects = read_subjects(tx, &places, &mut settlements).await?;
    let known: BTreeSet<Ruling> = subjects.values().flat_map(|facts| facts.rulings().iter().cloned()).collect();
    Ok(known.into_iter().collect())
}

/// Marks a ruling and remembers its place.
pub async fn mark(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    let Some(ruling) = read(entry) else { return Ok(()) };
    let until = ruling.until;
    tx.put_marks(&[MarkRow { entry: entry.at.clone(), ordinal: 0, body: encode(&Piece::Ruling(ruling))? }]).await?;
    let mut places = places(tx).await?;
    places.insert(entry.at.clone());
    ending::note(tx, &entry.at, until).await?;
    Ok(tx.put_meta(RULINGS, &encode(&places)?).await?)
}

/// The ruling that an act states.
pub fn read(entry: &Entry) -> Option<Ruling> {
    match entry.act() {
        Act::IdentityRuled { parties, finding, until, .. } => {
            Some(Ruling::new(entry.at.clone(), parties.clone(), *finding, *until))
        }
        _ => None,
    }
}

/// The places of all rulings.
pub async fn places(tx: &mut dyn Tx) -> Result<BTreeSet<EntryRef>, Fault> {
    match tx.meta(RULINGS).await? {
        Some(bytes) => decode(&bytes, "the places of rulings"),
        None => Ok(BTreeSet::new()),
    }
}

/// Where the parties of a ruling stand.
fn places_of(ruling: &Ruling) -> BTreeSet<SubjectAt> {
    ruling.parties.iter().map(|party| at(&party.key)).collect()
}

/// Puts a ruling into the rows of its parties, and joins them under a name of its own, by which they meet even if they
/// share no other; returns everybody whom it may concern.
///
/// Rulings on whole subjects form chains: every subject of a chain holds all of its rulings, in whatever order they came,
/// so that one row says with whom its subject is one.
pub async fn take_in(tx: &mut dyn Tx, ruling: &Ruling, settlements: &mut Settlements) -> Result<Vec<SubjectAt>, Fault> {
    let mut rulings = BTreeSet::from([ruling.clone()]);
    if ruling.is_on_whole_subjects() {
        let places: Vec<SubjectAt> = places_of(ruling).into_iter().collect();
        let parties = read_subjects(tx, &places, settlements).await?;
        let known = parties.values().flat_map(|subject| subject.rulings());
        rulings.extend(known.filter(|known| known.is_on_whole_subjects()).cloned());
    }
    let places: BTreeSet<SubjectAt> = rulings.iter().flat_map(places_of).collect();
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut subjects = read_subjects(tx, &places, settlements).await?;
    for place in &places {
        let subject = subjects.entry(place.clone()).or_default();
        rulings.iter().for_each(|ruling| _ = subject.rule(ruling.clone()));
    }
    write_subjects(tx, &subjects, settlements).await?;
    let names = rulings
        .iter()
        .map(hash_of)
        .flat_map(|name_hash| places.iter().map(move |at| NameRow { name_hash, at: at.clone() }));
    tx.put_names(&names.collect::<Vec<_>>()).await?;
    Ok(places)
}

/// Whom the end of a ruling may concern: everybody who holds it.
pub async fn holders(tx: &mut dyn Tx, ruling: &Ruling) -> Result<BTreeSet<SubjectAt>, Fault> {
    let held = tx.names(&[hash_of(ruling)]).await?;
    Ok(held.into_iter().map(|row| row.at).chain(places_of(ruling)).collect())
}

/// Where the subjects stand that persons had found to be one with another, by what was known on a day: of two rulings
/// about the same subjects the later counts, and one that had ended does not.
pub async fn same(
    tx: &mut dyn Tx,
    at: &SubjectAt,
    subject: &SubjectFacts,
    as_of: NaiveDate,
) -> Result<Vec<SubjectAt>, Fault> {
    let mut latest: BTreeMap<SubjectAt, Finding> = BTreeMap::new();
    // In the order of their acts.
    for ruling in subject.rulings().iter().filter(|ruling| ruling.is_in_force(as_of)) {
        let mut places = places_of(ruling);
        // Others of its chain are reached from whom they are about.
        if !ruling.is_on_whole_subjects() || !places.remove(at) || made_after(tx, ruling, as_of).await? {
            continue;
        }
        latest.extend(places.into_iter().map(|other| (other, ruling.finding)));
    }
    Ok(latest.into_iter().filter(|(_, finding)| *finding == Finding::Same).map(|(other, _)| other).collect())
}

async fn made_after(tx: &mut dyn Tx, ruling: &Ruling, day: NaiveDate) -> Result<bool, Fault> {
    let missing = || Fault::Inconsistent { what: format!("the ruling {}", ruling.act) };
    let row = tx.entry(&ruling.act).await?.ok_or_else(missing)?;
    match Entry::read(&row)?.as_ref().map(Entry::act) {
        Some(Act::IdentityRuled { ruled_on, .. }) => Ok(*ruled_on > day),
        _ => Err(missing()),
    }
}

/// The hashes under which a subject meets those it was ruled upon with.
pub fn hashes_of(subject: &SubjectFacts) -> impl Iterator<Item = i64> + '_ {
    subject.rulings().iter().map(hash_of)
}

fn hash_of(ruling: &Ruling) -> i64 {
    text_hash(&format!("D:{}", ruling.act))
}

/// For every subject that was ruled upon, the other parties.
pub async fn joined(
    tx: &mut dyn Tx,
    subjects: &BTreeMap<SubjectAt, SubjectFacts>,
) -> Result<BTreeMap<SubjectAt, Vec<SubjectAt>>, Fault> {
    let mut joined: BTreeMap<SubjectAt, Vec<SubjectAt>> = BTreeMap::new();
    for (place, subject) in subjects.iter().filter(|(_, subject)| !subject.rulings().is_empty()) {
        let mut hashes: Vec<i64> = hashes_of(subject).collect();
        hashes.sort_unstable();
        let others = tx.names(&hashes).await?.into_iter().map(|row| row.at).filter(|other| other != place);
        joined.entry(place.clone()).or_default().extend(others);
    }
    Ok(joined)
}
