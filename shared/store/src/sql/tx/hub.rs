//! What a transaction on an SQL database knows of the comparison.

use async_trait::async_trait;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::EntryRef;

use crate::rows::*;
use crate::sql::session::SqlTx;
use crate::sql::*;
use crate::traits::HubTx;

#[async_trait]
impl HubTx for SqlTx {
    async fn subjects(&mut self, at: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        hub::subjects(self, at).await
    }

    async fn subjects_under(&mut self, heads: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        hub::subjects_under(self, heads).await
    }

    async fn put_subjects(&mut self, rows: &[SubjectRow]) -> Result<(), Fault> {
        hub::put_subjects(self, rows).await
    }

    async fn scan_subjects(&mut self, after: Option<&SubjectAt>, limit: u32) -> Result<Vec<SubjectRow>, Fault> {
        hub::scan_subjects(self, after, limit).await
    }

    async fn put_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        hub::put_names(self, rows).await
    }

    async fn remove_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        hub::remove_names(self, rows).await
    }

    async fn names(&mut self, hashes: &[i64]) -> Result<Vec<NameRow>, Fault> {
        hub::names(self, hashes).await
    }

    async fn names_between(&mut self, ranges: &[(i64, i64)], limit: u32) -> Result<Vec<NameRow>, Fault> {
        hub::names_between(self, ranges, limit).await
    }

    async fn put_persons(&mut self, rows: &[PersonRow]) -> Result<(), Fault> {
        hub::put_persons(self, rows).await
    }

    async fn persons(&mut self, handles: &[Digest]) -> Result<Vec<PersonRow>, Fault> {
        hub::persons(self, handles).await
    }

    async fn put_held(&mut self, rows: &[HeldRow]) -> Result<(), Fault> {
        verdicts::put_held(self, rows).await
    }

    async fn remove_held(&mut self, cases: &[CaseId]) -> Result<(), Fault> {
        verdicts::remove_held(self, cases).await
    }

    async fn held(&mut self) -> Result<Vec<HeldRow>, Fault> {
        verdicts::held(self).await
    }

    async fn put_marks(&mut self, rows: &[MarkRow]) -> Result<(), Fault> {
        work::put_marks(self, rows).await
    }

    async fn marks(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        work::marks(self, limit).await
    }

    async fn remove_mark(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        work::remove_mark(self, entry, ordinal).await
    }

    async fn mark_count(&mut self) -> Result<u64, Fault> {
        work::mark_count(self).await
    }

    async fn put_pending(&mut self, row: &MarkRow) -> Result<(), Fault> {
        work::put_pending(self, row).await
    }

    async fn pending(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        work::pending(self, limit).await
    }

    async fn remove_pending(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        work::remove_pending(self, entry, ordinal).await
    }

    async fn put_feed(&mut self, row: &FeedRow) -> Result<(), Fault> {
        hub::put_feed(self, row).await
    }

    async fn feed(&mut self, source: &str) -> Result<Option<FeedRow>, Fault> {
        hub::feed(self, source).await
    }

    async fn feeds(&mut self) -> Result<Vec<FeedRow>, Fault> {
        hub::feeds(self).await
    }

    async fn put_packed_keys(&mut self, rows: &[PackedKeysRow]) -> Result<(), Fault> {
        packed::put_packed_keys(self, rows).await
    }

    async fn packed_runs(&mut self) -> Result<Vec<PackedRun>, Fault> {
        packed::packed_runs(self).await
    }

    async fn packed_keys(&mut self, run: u64, family: u32, ordinal: u64) -> Result<Option<Vec<u8>>, Fault> {
        packed::packed_keys(self, run, family, ordinal).await
    }

    async fn remove_packed_parts(&mut self, run: u64, family: u32, before: u64) -> Result<(), Fault> {
        packed::remove_packed_parts(self, run, family, before).await
    }

    async fn remove_packed_run(&mut self, run: u64, family: u32) -> Result<(), Fault> {
        packed::remove_packed_run(self, run, family).await
    }
}
