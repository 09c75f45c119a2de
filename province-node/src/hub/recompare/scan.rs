//! Reading every subject once, in order of place.

use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, SubjectRow, Tx};

/// Subjects read at a time.
const PAGE: u32 = 2048;

/// Bits of a subject's rank within its bucket; with the 16 of the bucket a place.
pub(super) const RANK_BITS: u32 = 20;

/// Subjects in order of place.
#[derive(Default)]
pub(super) struct Scan {
    after: Option<SubjectAt>,
    /// The rank of the next subject in the bucket of the last one.
    rank: u64,
}

impl Scan {
    pub(super) async fn page(&mut self, tx: &mut dyn Tx) -> Result<Option<(Vec<u64>, Vec<SubjectRow>)>, Fault> {
        let rows = tx.scan_subjects(self.after.as_ref(), PAGE).await?;
        let mut places = Vec::with_capacity(rows.len());
        let mut bucket = self.after.as_ref().map(|at| at.bucket);
        for row in &rows {
            if bucket != Some(row.at.bucket) {
                bucket = Some(row.at.bucket);
                self.rank = 0;
            }
            if self.rank >> RANK_BITS > 0 {
                return Err(Fault::Inconsistent { what: format!("bucket {} with too many subjects", row.at.bucket) });
            }
            places.push(u64::from(row.at.bucket) << RANK_BITS | self.rank);
            self.rank += 1;
        }
        let Some(last) = rows.last() else { return Ok(None) };
        self.after = Some(last.at.clone());
        Ok(Some((places, rows)))
    }

    pub(super) fn bucket(&self) -> u32 {
        self.after.as_ref().map_or(0, |at| at.bucket)
    }
}
