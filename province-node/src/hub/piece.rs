//! Pieces of comparison work: from an arrived chunk to the facts of its subjects.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::RowRejection;
use honghei_domain::comparison::{Fact, Standing, SubjectFacts};
use honghei_domain::list::{CaseId, CaseSet, Digest, ListEntry, ListKind};
use honghei_domain::name::name_hash;
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::desk::dossiers;
use honghei_registry::error::Fault;
use honghei_store::{ListChunkRow, MarkRow, NameRow, SubjectAt, SubjectRow, Tx};
use serde::{Deserialize, Serialize};

use super::lookup;

/// What a mark asks to be compared; also what awaits publication once it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Piece {
    /// The entries of one chunk, but for the excluded cases.
    Chunk {
        /// Address.
        digest: Digest,
        /// Cases that were not reported.
        excluded: CaseSet,
        /// 认定日期 of entries that name none.
        recognised_on: NaiveDate,
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
}

/// A compared piece and the subjects it touched besides its own entries'.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// The piece.
    pub piece: Piece,
    /// Subjects whose verdicts may have changed.
    pub touched: Vec<(u32, String)>,
}

pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    postcard::to_stdvec(value).map_err(|_| Fault::Inconsistent { what: "a comparison record".to_owned() })
}

pub fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8], what: &str) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|_| Fault::Inconsistent { what: what.to_owned() })
}

/// Marks every chunk of a reported list, but for what the report leaves out and the rows judged unfit.
pub async fn mark_list(
    tx: &mut dyn Tx,
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
    let marks = chunks.iter().map(|chunk| mark_of(cause, chunk, &excluded, dossier.certified_on));
    Ok(tx.put_marks(&marks.collect::<Result<Vec<_>, _>>()?).await?)
}

/// A mark for one chunk.
pub fn mark_of(
    cause: &EntryRef,
    chunk: &ListChunkRow,
    excluded: &CaseSet,
    recognised_on: NaiveDate,
) -> Result<MarkRow, Fault> {
    let piece = Piece::Chunk { digest: chunk.digest, excluded: excluded.clone(), recognised_on };
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

/// Works through the first marks; returns how many.
pub async fn work(tx: &mut dyn Tx, limit: u32) -> Result<u32, Fault> {
    let marks = tx.marks(limit).await?;
    let mut worked = 0;
    for mark in marks {
        let piece: Piece = decode(&mark.body, "a comparison mark")?;
        let touched = match &piece {
            Piece::Chunk { digest, excluded, recognised_on } => {
                let entries = read_chunk(tx, digest, excluded).await?;
                let facts = entries.iter().map(|entry| {
                    (SubjectKey::of(&entry.subject), Fact::reported(entry, *recognised_on, mark.entry.clone()))
                });
                take_in(tx, facts.collect()).await?
            }
            Piece::Exit { case, code, on } => take_exit(tx, case, code, *on).await?,
        };
        let compared = Compared { piece, touched: touched.into_iter().map(|at| (at.bucket, at.key)).collect() };
        tx.put_pending(&MarkRow { entry: mark.entry.clone(), ordinal: mark.ordinal, body: encode(&compared)? }).await?;
        tx.remove_mark(&mark.entry, mark.ordinal).await?;
        worked += 1;
    }
    Ok(worked)
}

/// The entries of a chunk that are not excluded.
pub async fn read_chunk(tx: &mut dyn Tx, digest: &Digest, excluded: &CaseSet) -> Result<Vec<ListEntry>, Fault> {
    let missing = || Fault::Inconsistent { what: "a chunk that its list names".to_owned() };
    let bytes = tx.chunk(digest).await?.ok_or_else(missing)?;
    let unreadable = |source| Fault::Unreadable { what: "chunk of a list".to_owned(), source };
    let mut entries = Vec::new();
    for salted in open_entries(&bytes).map_err(unreadable)? {
        let entry = decode_entry(&salted.body).map_err(unreadable)?;
        if !excluded.contains(entry.case.number) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Adds facts to their subjects; returns every subject whose verdicts may change.
async fn take_in(tx: &mut dyn Tx, facts: Vec<(SubjectKey, Fact)>) -> Result<Vec<SubjectAt>, Fault> {
    let mut names = Vec::new();
    let mut black_hashes = Vec::new();
    let mut by_subject: BTreeMap<SubjectAt, Vec<Fact>> = BTreeMap::new();
    for (key, fact) in facts {
        let at = SubjectAt { bucket: key.bucket(), key: key.as_str().to_owned() };
        for name_hash in hashes_of(&fact) {
            names.push(NameRow { name_hash, at: at.clone() });
            if fact.kind == ListKind::Black {
                black_hashes.push(name_hash);
            }
        }
        by_subject.entry(at).or_default().push(fact);
    }
    let places: Vec<SubjectAt> = by_subject.keys().cloned().collect();
    let mut held: BTreeMap<SubjectAt, SubjectFacts> = read_subjects(tx, &places).await?;
    for (at, facts) in by_subject {
        let subject = held.entry(at).or_default();
        for fact in facts {
            subject.insert(fact);
        }
    }
    write_subjects(tx, &held).await?;
    names.sort();
    names.dedup();
    tx.put_names(&names).await?;
    let mut touched = places;
    // A black may put a red of the same name on hold, wherever that red's own key lies.
    black_hashes.sort_unstable();
    black_hashes.dedup();
    touched.extend(tx.names(&black_hashes).await?.into_iter().map(|row| row.at));
    touched.sort();
    touched.dedup();
    Ok(touched)
}

/// Ends a case wherever a list brought it in; nothing where none was compared yet.
async fn take_exit(tx: &mut dyn Tx, case: &CaseId, code: &str, on: NaiveDate) -> Result<Vec<SubjectAt>, Fault> {
    let keys = lookup::entries_of(tx, case).await?.into_iter().map(|entry| SubjectKey::of(&entry.subject));
    let places: BTreeSet<SubjectAt> =
        keys.map(|key| SubjectAt { bucket: key.bucket(), key: key.as_str().to_owned() }).collect();
    let mut held = read_subjects(tx, &places.into_iter().collect::<Vec<_>>()).await?;
    held.retain(|_, facts| facts.fact(case).is_some());
    let mut hashes = Vec::new();
    for facts in held.values_mut() {
        let Some(fact) = facts.fact(case).cloned() else { continue };
        hashes.extend(hashes_of(&fact));
        facts.insert(Fact { standing: Standing::Exited { code: code.to_owned(), on }, ..fact });
    }
    write_subjects(tx, &held).await?;
    let mut touched: Vec<SubjectAt> = tx.names(&hashes).await?.into_iter().map(|row| row.at).collect();
    touched.extend(held.into_keys());
    touched.sort();
    touched.dedup();
    Ok(touched)
}

/// The hashes a fact is found under when keys do not meet: names present and former, registration number.
pub fn hashes_of(fact: &Fact) -> impl Iterator<Item = i64> + '_ {
    let identity = &fact.identity;
    let number = identity.registration_number.as_ref().map(|number| name_hash(&format!("R:{number}")));
    identity.name.hashes().chain(number)
}

/// Reads subjects by place.
pub async fn read_subjects(tx: &mut dyn Tx, places: &[SubjectAt]) -> Result<BTreeMap<SubjectAt, SubjectFacts>, Fault> {
    let rows = tx.subjects(places).await?;
    rows.into_iter().map(|row| Ok((row.at, decode(&row.body, "the facts of a subject")?))).collect()
}

/// Writes subjects in order of place.
pub async fn write_subjects(tx: &mut dyn Tx, subjects: &BTreeMap<SubjectAt, SubjectFacts>) -> Result<(), Fault> {
    let rows = subjects
        .iter()
        .map(|(at, facts)| Ok(SubjectRow { at: at.clone(), body: encode(facts)? }))
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(tx.put_subjects(&rows).await?)
}
