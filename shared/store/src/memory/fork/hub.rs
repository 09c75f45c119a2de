//! The province's comparison on a fork.

use async_trait::async_trait;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::EntryRef;

use super::{ForkTx, folded, more};
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::HubTx;

impl ForkTx {
    async fn take_marks(&mut self) -> Result<(), Fault> {
        let mut rows: Vec<MarkRow> = folded!(self.marks(u32::MAX));
        rows.retain(|row| !self.written.marks.contains_key(&(row.entry.clone(), row.ordinal)));
        self.top.put_marks(&rows).await
    }

    /// Takes over a run of packed keys that is about to be written into; a new one costs nothing.
    async fn take_packed_run(&mut self, run: u64, family: u32) -> Result<(), Fault> {
        if self.written.packed_runs.contains_key(&(run, family)) {
            return Ok(());
        }
        let runs: Vec<PackedRun> = folded!(self.packed_runs());
        if let Some(held) = runs.iter().find(|held| (held.run, held.family) == (run, family)) {
            let (mut ordinal, mut taken) = (held.first, 0);
            while taken < held.parts {
                let keys: Option<Vec<u8>> = folded!(self.packed_keys(run, family, ordinal));
                if let Some(body) = keys {
                    self.top
                        .put_packed_keys(&[PackedKeysRow { run, family, ordinal, level: held.level, body }])
                        .await?;
                    taken += 1;
                }
                ordinal += 1;
            }
        }
        self.writing()?.packed_runs.insert_mut((run, family), ());
        Ok(())
    }
}

#[async_trait]
impl HubTx for ForkTx {
    async fn subjects(&mut self, at: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        let held = &self.top.tables.subjects;
        let unknown: Vec<SubjectAt> = at.iter().filter(|at| !held.contains_key(*at)).cloned().collect();
        if !unknown.is_empty() {
            let rows: Vec<SubjectRow> = folded!(self.subjects(&unknown));
            self.top.put_subjects(&rows).await?;
        }
        self.top.subjects(at).await
    }

    async fn subjects_under(&mut self, heads: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        let mut rows: Vec<SubjectRow> = folded!(self.subjects_under(heads));
        rows.retain(|row| !self.written.subjects.contains_key(&row.at));
        self.top.put_subjects(&rows).await?;
        self.top.subjects_under(heads).await
    }

    async fn put_subjects(&mut self, rows: &[SubjectRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.subjects;
        rows.iter().for_each(|row| written.insert_mut(row.at.clone(), ()));
        self.top.put_subjects(rows).await
    }

    async fn scan_subjects(&mut self, after: Option<&SubjectAt>, limit: u32) -> Result<Vec<SubjectRow>, Fault> {
        let lowest = SubjectAt { bucket: 0, key: String::new() };
        let written = self.written.subjects.range(after.unwrap_or(&lowest).clone()..).count();
        let mut rows: Vec<SubjectRow> = folded!(self.scan_subjects(after, more(limit, written)));
        rows.retain(|row| !self.written.subjects.contains_key(&row.at));
        self.top.put_subjects(&rows).await?;
        self.top.scan_subjects(after, limit).await
    }

    async fn put_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.names;
        rows.iter().for_each(|row| written.insert_mut(row.clone(), ()));
        self.top.put_names(rows).await
    }

    async fn remove_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.names;
        rows.iter().for_each(|row| written.insert_mut(row.clone(), ()));
        self.top.remove_names(rows).await
    }

    async fn names(&mut self, hashes: &[i64]) -> Result<Vec<NameRow>, Fault> {
        let mut rows: Vec<NameRow> = folded!(self.names(hashes));
        rows.retain(|row| !self.written.names.contains_key(row));
        self.top.put_names(&rows).await?;
        self.top.names(hashes).await
    }

    async fn names_between(&mut self, ranges: &[(i64, i64)], limit: u32) -> Result<Vec<NameRow>, Fault> {
        let written = self.written.names.size();
        let mut rows: Vec<NameRow> = folded!(self.names_between(ranges, more(limit, written)));
        rows.retain(|row| !self.written.names.contains_key(row));
        self.top.put_names(&rows).await?;
        self.top.names_between(ranges, limit).await
    }

    async fn put_persons(&mut self, rows: &[PersonRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.persons;
        rows.iter().for_each(|row| written.insert_mut(row.handle, ()));
        self.top.put_persons(rows).await
    }

    async fn persons(&mut self, handles: &[Digest]) -> Result<Vec<PersonRow>, Fault> {
        let held = &self.top.tables.persons;
        let unknown: Vec<Digest> = handles.iter().filter(|handle| !held.contains_key(*handle)).copied().collect();
        if !unknown.is_empty() {
            let rows: Vec<PersonRow> = folded!(self.persons(&unknown));
            self.top.put_persons(&rows).await?;
        }
        self.top.persons(handles).await
    }

    async fn put_held(&mut self, rows: &[HeldRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.held;
        rows.iter().for_each(|row| written.insert_mut(row.case.clone(), ()));
        self.top.put_held(rows).await
    }

    async fn remove_held(&mut self, cases: &[CaseId]) -> Result<(), Fault> {
        let written = &mut self.writing()?.held;
        cases.iter().for_each(|case| written.insert_mut(case.clone(), ()));
        self.top.remove_held(cases).await
    }

    async fn held(&mut self) -> Result<Vec<HeldRow>, Fault> {
        let mut rows: Vec<HeldRow> = folded!(self.held());
        rows.retain(|row| !self.written.held.contains_key(&row.case));
        self.top.put_held(&rows).await?;
        self.top.held().await
    }

    async fn put_marks(&mut self, rows: &[MarkRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.marks;
        rows.iter().for_each(|row| written.insert_mut((row.entry.clone(), row.ordinal), ()));
        self.top.put_marks(rows).await
    }

    async fn marks(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        self.take_marks().await?;
        self.top.marks(limit).await
    }

    async fn remove_mark(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        self.writing()?.marks.insert_mut((entry.clone(), ordinal), ());
        self.top.remove_mark(entry, ordinal).await
    }

    async fn mark_count(&mut self) -> Result<u64, Fault> {
        self.take_marks().await?;
        self.top.mark_count().await
    }

    async fn put_pending(&mut self, row: &MarkRow) -> Result<(), Fault> {
        self.writing()?.pending.insert_mut((row.entry.clone(), row.ordinal), ());
        self.top.put_pending(row).await
    }

    async fn pending(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        let rows: Vec<MarkRow> = folded!(self.pending(more(limit, self.written.pending.size())));
        for row in rows {
            if !self.written.pending.contains_key(&(row.entry.clone(), row.ordinal)) {
                self.top.put_pending(&row).await?;
            }
        }
        self.top.pending(limit).await
    }

    async fn remove_pending(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        self.writing()?.pending.insert_mut((entry.clone(), ordinal), ());
        self.top.remove_pending(entry, ordinal).await
    }

    async fn put_feed(&mut self, row: &FeedRow) -> Result<(), Fault> {
        self.writing()?.feeds.insert_mut(row.source.clone(), ());
        self.top.put_feed(row).await
    }

    async fn feed(&mut self, source: &str) -> Result<Option<FeedRow>, Fault> {
        if self.written.feeds.contains_key(source) {
            return self.top.feed(source).await;
        }
        Ok(folded!(self.feed(source)))
    }

    async fn feeds(&mut self) -> Result<Vec<FeedRow>, Fault> {
        let rows: Vec<FeedRow> = folded!(self.feeds());
        for row in rows {
            if !self.written.feeds.contains_key(&row.source) {
                self.top.put_feed(&row).await?;
            }
        }
        self.top.feeds().await
    }

    async fn put_packed_keys(&mut self, rows: &[PackedKeysRow]) -> Result<(), Fault> {
        self.writing()?;
        for row in rows {
            self.take_packed_run(row.run, row.family).await?;
        }
        self.top.put_packed_keys(rows).await
    }

    async fn packed_runs(&mut self) -> Result<Vec<PackedRun>, Fault> {
        let mut runs: Vec<PackedRun> = folded!(self.packed_runs());
        runs.retain(|held| !self.written.packed_runs.contains_key(&(held.run, held.family)));
        runs.extend(self.top.packed_runs().await?);
        runs.sort_unstable_by_key(|held| (held.run, held.family));
        Ok(runs)
    }

    async fn packed_keys(&mut self, run: u64, family: u32, ordinal: u64) -> Result<Option<Vec<u8>>, Fault> {
        if self.written.packed_runs.contains_key(&(run, family)) {
            return self.top.packed_keys(run, family, ordinal).await;
        }
        Ok(folded!(self.packed_keys(run, family, ordinal)))
    }

    async fn remove_packed_parts(&mut self, run: u64, family: u32, before: u64) -> Result<(), Fault> {
        self.writing()?;
        self.take_packed_run(run, family).await?;
        self.top.remove_packed_parts(run, family, before).await
    }

    async fn remove_packed_run(&mut self, run: u64, family: u32) -> Result<(), Fault> {
        self.writing()?.packed_runs.insert_mut((run, family), ());
        self.top.remove_packed_run(run, family).await
    }
}
