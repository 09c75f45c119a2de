//! Pieces of comparison work: from an arrived chunk to the facts of its subjects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::RowRejection;
use honghei_domain::comparison::{Fact, Ruling, Standing, SubjectFacts};
use honghei_domain::list::{CaseId, CaseSet, Digest, ENTRIES_PER_CHUNK, ListEntry, ListKind};
use honghei_domain::name::text_hash;
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::context::Context;
use honghei_registry::desk::dossiers;
use honghei_registry::error::Fault;
use honghei_registry::matching::commitment_of;
use honghei_registry::parallel::{self, beside_of_many};
use honghei_registry::reported::Days;
use honghei_store::{ListChunkRow, MarkRow, SubjectAt, Tx};
use serde::{Deserialize, Serialize};

use super::subjects::{Settlements, learn_causes, read_subjects, write_subjects, written};
use super::{back, gone, lookup, names, persons, ruling};

/// Bytes of most records at most.
const RECORD_BYTES: usize = 256;

/// What a mark asks to be compared; also what awaits publication once it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Piece {
    /// The entries of one chunk, but for the excluded cases.
    Chunk {
        /// Address.
        digest: Digest,
        /// Cases that were not reported.
        excluded: CaseSet,
        /// Days of entries that name none.
        days: Days,
    },
    /// A case that left by decision.
    Exit {
        /// The case.
        case: CaseId,
        /// Exit code.
        code: String,
        /// When.
        on: NaiveDate,
    },
    /// What a person decided about identity.
    Ruling(Ruling),
    /// A repaired case that is listed again, because its promise was false.
    Return {
        /// The case.
        case: CaseId,
    },
    /// A removed case that its recogniser restored (AMB-14).
    Restoration {
        /// The case.
        case: CaseId,
        /// The last result version whose removal it lifts.
        through_version: u64,
        /// When.
        on: NaiveDate,
    },
    /// Cases of a chunk that their source's whole list no longer holds.
    Gone {
        /// Where they lie.
        digest: Digest,
        /// Which.
        cases: CaseSet,
        /// The day of that list.
        on: NaiveDate,
    },
    /// What a person decided about identity, or the validity of a black that holds a red, has ended: awaits publication
    /// and never is a mark.
    Ended,
}

/// A compared piece and the subjects that cannot be judged from its entries alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// The piece.
    pub piece: Piece,
    /// Subjects of which more than one entry speaks, or that share a name: their verdict needs everything known.
    /// A subject of the piece that no pending piece names here is that of one entry, which nothing speaks against.
    pub entangled: Vec<(u32, String)>,
}

pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    let encoded = postcard::to_extend(value, Vec::with_capacity(RECORD_BYTES));
    encoded.map_err(|_| Fault::Inconsistent { what: "a comparison record".to_owned() })
}

pub fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8], what: &str) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|_| Fault::Inconsistent { what: what.to_owned() })
}

/// Marks every chunk of a reported list, but for what the report leaves out and the rows judged unfit.
pub async fn mark_list(
    tx: &mut dyn Tx,
    cx: &Context,
    cause: &EntryRef,
    list: &EntryRef,
    excluded: &CaseSet,
    unfit: &[RowRejection],
) -> Result<(), Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else { return Ok(()) };
    if dossier.report.as_ref().is_none_or(|report| report.act != *cause) {
        return Ok(());
    }
    let excluded = CaseSet::from_numbers(excluded.iter().chain(unfit.iter().map(|row| row.case.number)));
    let chunks = tx.list_chunks(list).await?;
    let days = Days::of_report(tx, cx, &dossier, cause).await?;
    let marks = chunks.iter().map(|chunk| mark_of(cause, chunk, &excluded, days));
    Ok(tx.put_marks(&marks.collect::<Result<Vec<_>, _>>()?).await?)
}

/// A mark for one chunk.
pub fn mark_of(cause: &EntryRef, chunk: &ListChunkRow, excluded: &CaseSet, days: Days) -> Result<MarkRow, Fault> {
    let piece = Piece::Chunk { digest: chunk.digest, excluded: excluded.clone(), days };
    Ok(MarkRow { entry: cause.clone(), ordinal: chunk.ordinal, body: encode(&piece)? })
}

/// Marks a case that left by decision.
pub async fn mark_exit(
    tx: &mut dyn Tx,
    cause: &EntryRef,
    case: &CaseId,
    code: &str,
    on: NaiveDate,
) -> Result<(), Fault> {
    let piece = Piece::Exit { case: case.clone(), code: code.to_owned(), on };
    Ok(tx.put_marks(&[MarkRow { entry: cause.clone(), ordinal: 0, body: encode(&piece)? }]).await?)
}

/// Marks a repaired case that is listed again.
pub async fn mark_return(tx: &mut dyn Tx, cause: &EntryRef, case: &CaseId) -> Result<(), Fault> {
    let piece = Piece::Return { case: case.clone() };
    Ok(tx.put_marks(&[MarkRow { entry: cause.clone(), ordinal: 0, body: encode(&piece)? }]).await?)
}

/// Marks a removed case that its recogniser restored.
pub async fn mark_restoration(
    tx: &mut dyn Tx,
    cause: &EntryRef,
    case: &CaseId,
    through_version: u64,
    on: NaiveDate,
) -> Result<(), Fault> {
    let piece = Piece::Restoration { case: case.clone(), through_version, on };
    Ok(tx.put_marks(&[MarkRow { entry: cause.clone(), ordinal: 0, body: encode(&piece)? }]).await?)
}

/// Works through the first marks; returns how many.
///
/// A chunk whose persons await identification is passed over: what follows it does not wait, and in whatever order marks
/// come, the same ones are worked.
pub async fn work(tx: &mut dyn Tx, limit: u32) -> Result<Worked, Fault> {
    let mut asked = limit;
    loop {
        let marks = tx.marks(asked).await?;
        let all = marks.len() < asked as usize;
        let worked = work_on(tx, marks, limit).await?;
        if worked.done > 0 || worked.blocked.is_empty() || all {
            return Ok(worked);
        }
        asked = asked.saturating_mul(2);
    }
}

/// What one sweep came to.
#[derive(Debug, Default)]
pub struct Worked {
    /// Marks worked off.
    pub done: usize,
    /// Marks whose persons await identification.
    pub blocked: Vec<MarkRow>,
}

async fn work_on(tx: &mut dyn Tx, candidates: Vec<MarkRow>, limit: u32) -> Result<Worked, Fault> {
    let mut worked = Worked::default();
    if candidates.is_empty() {
        return Ok(worked);
    }
    let mut marks = Vec::with_capacity(candidates.len());
    let mut settlements = Settlements::folded(tx).await?;
    let mut pieces = Vec::with_capacity(marks.len());
    let mut arrivals = Vec::with_capacity(candidates.len().min(limit as usize) * ENTRIES_PER_CHUNK);
    let mut candidates = candidates.into_iter();
    loop {
        let window: Vec<MarkRow> =
            candidates.by_ref().take(parallel::CHUNKS.min(limit as usize - marks.len())).collect();
        if window.is_empty() {
            break;
        }
        let read = read_marks(tx, &window).await?;
        for (mark, (content, stated)) in window.into_iter().zip(read) {
            if let Piece::Chunk { digest, .. } = &content {
                let commitments = stated.iter().filter_map(|stated| stated.commitment).collect();
                let Some(known) = persons::known(tx, digest, commitments).await? else {
                    worked.blocked.push(mark);
                    continue;
                };
                arrivals.extend(stated.into_iter().map(|Stated { at, mut fact, mut hashes, commitment }| {
                    fact.identity.person = commitment.and_then(|commitment| known.get(&commitment).copied());
                    hashes.extend(person_hash(&fact));
                    Arrival { at, fact, hashes, piece: pieces.len() }
                }));
            }
            pieces.push((content, BTreeSet::new()));
            marks.push(mark);
        }
    }
    take_in(tx, arrivals, &mut settlements, &mut pieces).await?;
    // Exits come last: a case may arrive and leave within these marks.
    for ((piece, entangled), mark) in pieces.iter_mut().zip(&marks) {
        let touched = match piece {
            Piece::Chunk { .. } | Piece::Ended => continue,
            Piece::Exit { case, code, on } => take_exit(tx, &mark.entry, (case, code, *on), &mut settlements).await?,
            Piece::Gone { digest, cases, on } => {
                gone::take_in(tx, &mark.entry, (digest, cases, *on), &mut settlements).await?
            }
            Piece::Ruling(ruling) => ruling::take_in(tx, ruling, &mut settlements).await?,
            Piece::Return { case } => back::take_return(tx, case, &mut settlements).await?,
            Piece::Restoration { case, through_version, on } => {
                back::take_restoration(tx, case, *through_version, *on, &mut settlements).await?
            }
        };
        entangled.extend(touched);
    }
    worked.done = marks.len();
    for (mark, (piece, entangled)) in marks.into_iter().zip(pieces) {
        let entangled = entangled.into_iter().map(|at| (at.bucket, at.key)).collect();
        let body = encode(&Compared { piece, entangled })?;
        tx.remove_mark(&mark.entry, mark.ordinal).await?;
        tx.put_pending(&MarkRow { body, ..mark }).await?;
    }
    Ok(worked)
}

/// Where a subject stands.
pub fn at(key: &SubjectKey) -> SubjectAt {
    SubjectAt { bucket: key.bucket(), key: key.as_str().to_owned() }
}

/// The place of an entry's subject.
pub fn place_of(entry: &ListEntry) -> SubjectAt {
    at(&SubjectKey::of(&entry.subject))
}

/// The entries of a chunk that are not excluded.
pub async fn read_chunk(tx: &mut dyn Tx, digest: &Digest, excluded: &CaseSet) -> Result<Vec<ListEntry>, Fault> {
    let missing = || Fault::Inconsistent { what: "a chunk that its list names".to_owned() };
    let bytes = tx.chunk(digest).await?.ok_or_else(missing)?;
    entries_of(&bytes, excluded)
}

/// The entries in the bytes of a chunk that are not excluded.
pub fn entries_of(bytes: &[u8], excluded: &CaseSet) -> Result<Vec<ListEntry>, Fault> {
    let unreadable = |source| Fault::Unreadable { what: "chunk of a list".to_owned(), source };
    let salted = open_entries(bytes).map_err(unreadable)?;
    let mut entries = Vec::with_capacity(salted.len());
    for salted in salted {
        let entry = decode_entry(&salted.body).map_err(unreadable)?;
        if !excluded.contains(entry.case.number) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// The chunks of some pieces, in order; nothing for a piece that is no chunk.
pub async fn chunks_of<'a>(
    tx: &mut dyn Tx,
    pieces: impl Iterator<Item = &'a Piece>,
) -> Result<Vec<Option<Vec<u8>>>, Fault> {
    let mut chunks = Vec::new();
    for piece in pieces {
        let Piece::Chunk { digest, .. } = piece else {
            chunks.push(None);
            continue;
        };
        let missing = || Fault::Inconsistent { what: "a chunk that its list names".to_owned() };
        chunks.push(Some(tx.chunk(digest).await?.ok_or_else(missing)?));
    }
    Ok(chunks)
}

/// What an entry of a chunk states, and of whom.
struct Stated {
    at: SubjectAt,
    /// Boxed: arrivals are sorted.
    fact: Box<Fact>,
    /// What may bring it together with others, but for its person.
    hashes: Vec<i64>,
    /// What stands for a person's number.
    commitment: Option<Digest>,
}

/// What marks say, in order, and what the entries of their chunks state.
async fn read_marks(tx: &mut dyn Tx, marks: &[MarkRow]) -> Result<Vec<(Piece, Vec<Stated>)>, Fault> {
    let contents = marks.iter().map(|mark| decode::<Piece>(&mark.body, "a comparison mark"));
    let contents: Vec<Piece> = contents.collect::<Result<_, _>>()?;
    let chunks = chunks_of(tx, contents.iter()).await?;
    let asked: Vec<_> = marks.iter().zip(&contents).zip(&chunks).collect();
    let read = parallel::each(&asked, |((mark, content), bytes)| match (content, bytes) {
        (Piece::Chunk { excluded, days, .. }, Some(bytes)) => {
            let entries = entries_of(bytes, excluded)?;
            let stated = entries.iter().map(|entry| {
                let fact = Box::new(days.fact(entry, mark.entry.clone()));
                let hashes = hashes_of(&fact).collect();
                Stated { at: place_of(entry), fact, hashes, commitment: commitment_of(entry) }
            });
            Ok(stated.collect())
        }
        _ => Ok(Vec::new()),
    });
    let read: Vec<Vec<Stated>> = read.into_iter().collect::<Result<_, Fault>>()?;
    Ok(contents.into_iter().zip(read).collect())
}

/// One entry on its way to its subject.
struct Arrival {
    at: SubjectAt,
    fact: Box<Fact>,
    /// What may bring it together with others.
    hashes: Vec<i64>,
    /// Which piece brought it.
    piece: usize,
}

/// A piece and the subjects found entangled by it.
type Entangling = (Piece, BTreeSet<SubjectAt>);

/// Adds facts to their subjects, in order of place, and tells each piece which subjects it entangled.
async fn take_in(
    tx: &mut dyn Tx,
    mut arrivals: Vec<Arrival>,
    settlements: &mut Settlements,
    pieces: &mut [Entangling],
) -> Result<(), Fault> {
    // Stable: of two declarations in one place the order of the pieces stays.
    arrivals.sort_by(|one, other| one.at.cmp(&other.at));
    let mut places: Vec<SubjectAt> = Vec::with_capacity(arrivals.len());
    let mut taken = Vec::with_capacity(arrivals.len());
    for Arrival { at, fact, hashes, piece } in arrivals {
        if places.last() != Some(&at) {
            places.push(at);
        }
        taken.push((places.len() - 1, fact, hashes, piece));
    }
    let mut subjects = read_subjects(tx, &places, settlements).await?;
    let bore = names::borne(&subjects);
    let joined = ruling::joined(tx, &subjects).await?;
    let mut spoken = Vec::with_capacity(taken.len());
    for (place, fact, hashes, piece) in taken {
        let Some(at) = places.get(place) else { continue };
        spoken.push((at, fact.kind, hashes, piece));
        match subjects.get_mut(at) {
            Some(facts) => facts.insert(*fact),
            None => subjects.entry(at.clone()).or_default().insert(*fact),
        };
    }
    learn_causes(tx, &subjects, settlements).await?;
    let subjects = Arc::new(subjects);
    let work = {
        let (subjects, settlements) = (subjects.clone(), settlements.clone());
        move || written(&subjects, &settlements)
    };
    let (rows, met) = beside_of_many(places.len(), work, names::keep(tx, &bore, &subjects)).await;
    let (rows, mut met) = (rows?, met?);
    let mut last = None;
    for (at, kind, hashes, piece) in spoken {
        let Some((_, entangled)) = pieces.get_mut(piece) else { continue };
        // A black may put a red of the same name, or one like it, on hold, wherever that red's own key lies.
        let mut alone = !subjects.stood(at) && last != Some(at);
        for places in hashes.iter().filter_map(|hash| met.shared.get(hash)).filter(|places| places.len() > 1) {
            alone = false;
            if kind == ListKind::Black {
                entangled.extend(places.iter().cloned());
            }
        }
        for hash in &hashes {
            for other in met.alike(at, *hash) {
                alone = false;
                if kind == ListKind::Black {
                    entangled.insert(other.clone());
                }
            }
        }
        // So does one of a subject that a person joined to it.
        if let (ListKind::Black, Some(others)) = (kind, joined.get(at)) {
            entangled.extend(others.iter().cloned());
        }
        // A corrected name frees those who met it under the former one; a name that turned touches everybody under it.
        let dropped = met.dropped.remove(at).unwrap_or_default();
        entangled.extend(dropped.iter().filter_map(|hash| met.shared.get(hash)).flatten().cloned());
        entangled.extend(dropped.iter().flat_map(|hash| met.alike(at, *hash)).cloned());
        for hash in hashes.iter().chain(&dropped) {
            if let Some(places) = met.take_turned(*hash) {
                alone = false;
                entangled.extend(places);
            }
        }
        if !alone {
            entangled.insert(at.clone());
        }
        last = Some(at);
    }
    // Letting go of thousands of subjects takes as long as writing some of them.
    beside_of_many(places.len(), move || drop(subjects), rows.put(tx)).await.1
}

/// Notes that a case left; returns every subject whose verdicts may change.
///
/// A case may leave before its report counts here. It then becomes a fact that has left already, so that the report,
/// whenever it comes, finds it gone: facts are joined, and an exit outweighs a report.
async fn take_exit(
    tx: &mut dyn Tx,
    cause: &EntryRef,
    (case, code, on): (&CaseId, &str, NaiveDate),
    settlements: &mut Settlements,
) -> Result<Vec<SubjectAt>, Fault> {
    let Some(entry) = lookup::entry_of(tx, case).await? else { return Ok(Vec::new()) };
    let at = place_of(&entry);
    let mut held = read_subjects(tx, std::slice::from_ref(&at), settlements).await?;
    let bore = names::borne(&held);
    let subject = held.entry(at.clone()).or_default();
    let fact = match subject.fact(case).cloned() {
        Some(fact) => fact,
        None => {
            let mut fact = Fact::reported(&entry, on, cause.clone());
            fact.identity.person = persons::of_entry(tx, &entry).await?;
            fact
        }
    };
    // The later of report and exit, whichever came first: the facts must not tell in which order they were taken in.
    let position = fact.position.clone().max(cause.clone());
    subject.insert(Fact { standing: Standing::Exited { code: code.to_owned(), on }, position, ..fact });
    write_subjects(tx, &held, settlements).await?;
    touched_by(tx, &bore, &held).await
}

/// Subjects that have changed, and all others whose verdicts may change with them: those who share a name that says
/// something, and those a person joined to them.
pub async fn touched_by(
    tx: &mut dyn Tx,
    bore: &names::Borne,
    subjects: &BTreeMap<SubjectAt, SubjectFacts>,
) -> Result<Vec<SubjectAt>, Fault> {
    let mut touched = names::keep(tx, bore, subjects).await?.everybody();
    touched.extend(ruling::joined(tx, subjects).await?.into_values().flatten());
    touched.extend(subjects.keys().cloned());
    Ok(touched.into_iter().collect())
}

/// The hashes a fact is found under when keys do not meet: names present and former, registration number, person.
pub fn hashes_of(fact: &Fact) -> impl Iterator<Item = i64> + '_ {
    let identity = &fact.identity;
    let number = identity.registration_number.as_ref().map(|number| text_hash(&format!("R:{number}")));
    identity.name.hashes().chain(number).chain(person_hash(fact))
}

fn person_hash(fact: &Fact) -> Option<i64> {
    fact.identity.person.map(|person| text_hash(&format!("P:{person}")))
}
