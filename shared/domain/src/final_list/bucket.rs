//! One bucket of the final list: its rows in order, and their bytes.

use crate::canonical::{Reader, RowDefect, Writer, sha256};
use crate::list::{CaseId, Digest};
use crate::subject_key::SubjectKey;

use super::change::RowChange;
use super::row::{Place, PublicRow};

/// SHA-256 of a bucket's bytes; an absent bucket has no bytes.
pub fn bucket_digest(bytes: &[u8]) -> Digest {
    sha256(&[bytes])
}

/// The decoded rows of one bucket, in strictly ascending order of key text and case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bucket {
    rows: Vec<PublicRow>,
}

impl Bucket {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a bucket's bytes; refuses every other spelling and every other order.
    pub fn parse(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut rows: Vec<PublicRow> = Vec::new();
        for row in RawRows::new(bytes) {
            let row = PublicRow::decode(row?)?;
            if rows.last().is_some_and(|last| place(last) >= place(&row)) {
                return Err(RowDefect::out_of_order("bucket.rows"));
            }
            rows.push(row);
        }
        Ok(Self { rows })
    }

    /// One spelling: each row's length and bytes ([`PublicRow::encode`]), in order.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.rows.iter().for_each(|row| writer.bytes(&row.encode()));
        writer.finish()
    }

    /// The rows in order.
    pub fn rows(&self) -> &[PublicRow] {
        &self.rows
    }

    /// The rows of one subject, in order of case.
    pub fn rows_of<'a>(&'a self, key: &'a SubjectKey) -> impl Iterator<Item = &'a PublicRow> {
        self.rows.iter().filter(move |row| row.key == *key)
    }

    /// Adds or replaces a row; gives back the one it replaced. The row must belong to this bucket.
    pub fn insert(&mut self, row: PublicRow) -> Option<PublicRow> {
        match self.find(&row.key, &row.case) {
            Ok(at) => self.rows.get_mut(at).map(|held| std::mem::replace(held, row)),
            Err(at) => {
                self.rows.insert(at, row);
                None
            }
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, key: &SubjectKey, case: &CaseId) -> Option<PublicRow> {
        self.find(key, case).ok().map(|at| self.rows.remove(at))
    }

    fn find(&self, key: &SubjectKey, case: &CaseId) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| place(row).cmp(&Place::of(key, case)))
    }
}

fn place(row: &PublicRow) -> Place<'_> {
    Place::of(&row.key, &row.case)
}

/// Applies one bucket's changes, strictly ascending, to its bytes, and gives the new bytes back.
///
/// Merges without decoding the rows that stay: cost is that of copying the bucket.
/// Errors: the bytes are no bucket's; the changes are not in strictly ascending order or not of one bucket.
pub fn apply(existing: &[u8], changes: &[RowChange]) -> Result<Vec<u8>, RowDefect> {
    check_changes(changes)?;
    let mut merged = Writer::default();
    let mut rest = RawRows::new(existing);
    let mut held = rest.next_placed()?;
    for change in changes {
        let at = change.place();
        while let Some((row_place, row)) = held.filter(|(row_place, _)| *row_place < at) {
            merged.bytes(row);
            held = rest.next_after(row_place)?;
        }
        if let Some((row_place, _)) = held.filter(|(row_place, _)| *row_place == at) {
            held = rest.next_after(row_place)?;
        }
        if let RowChange::Put(row) = change {
            merged.bytes(&row.encode());
        }
    }
    while let Some((row_place, row)) = held {
        merged.bytes(row);
        held = rest.next_after(row_place)?;
    }
    Ok(merged.finish())
}

fn check_changes(changes: &[RowChange]) -> Result<(), RowDefect> {
    let follows = |one: &RowChange, other: &RowChange| one.place() < other.place();
    if !changes.is_sorted_by(follows) {
        return Err(RowDefect::out_of_order("row_changes"));
    }
    let mut buckets = changes.iter().map(RowChange::bucket);
    let first = buckets.next();
    if buckets.any(|bucket| Some(bucket) != first) {
        return Err(RowDefect::malformed("row_changes", "changes of one bucket"));
    }
    Ok(())
}

/// The undecoded rows of a bucket's bytes.
struct RawRows<'a> {
    reader: Reader<'a>,
}

impl<'a> RawRows<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { reader: Reader::new(bytes) }
    }

    fn next_placed(&mut self) -> Result<Option<(Place<'a>, &'a [u8])>, RowDefect> {
        let Some(row) = self.next() else { return Ok(None) };
        let row = row?;
        Ok(Some((Place::read(row)?, row)))
    }

    fn next_after(&mut self, before: Place<'_>) -> Result<Option<(Place<'a>, &'a [u8])>, RowDefect> {
        let next = self.next_placed()?;
        match next {
            Some((place, _)) if place <= before => Err(RowDefect::out_of_order("bucket.rows")),
            next => Ok(next),
        }
    }
}

impl<'a> Iterator for RawRows<'a> {
    type Item = Result<&'a [u8], RowDefect>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.is_empty() {
            return None;
        }
        let row = self.reader.bytes("bucket.rows");
        if row.is_err() {
            // Nothing after a row without an end can be read.
            self.reader = Reader::new(&[]);
        }
        Some(row)
    }
}
