//! The province's comparison in memory.

use async_trait::async_trait;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::EntryRef;

use super::MemoryTx;
use super::registry::distinct;
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::HubTx;

#[async_trait]
impl HubTx for MemoryTx {
    async fn subjects(&mut self, at: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        let held = &self.tables.subjects;
        Ok(distinct(at).iter().filter_map(|at| held.get(at)).cloned().collect())
    }

    async fn subjects_under(&mut self, heads: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
        let mut found = Vec::new();
        for head in distinct(heads) {
            let rows = self.tables.subjects.range(head.clone()..);
            let under = |at: &SubjectAt| at.bucket == head.bucket && at.key.starts_with(&head.key);
            found.extend(rows.take_while(|(at, _)| under(at)).map(|(_, row)| row.clone()));
        }
        found.sort_unstable_by(|a, b| a.at.cmp(&b.at));
        found.dedup_by(|a, b| a.at == b.at);
        Ok(found)
    }

    async fn put_subjects(&mut self, rows: &[SubjectRow]) -> Result<(), Fault> {
        let subjects = &mut self.taking(rows)?.subjects;
        rows.iter().for_each(|row| subjects.insert_mut(row.at.clone(), row.clone()));
        Ok(())
    }

    async fn scan_subjects(&mut self, after: Option<&SubjectAt>, limit: u32) -> Result<Vec<SubjectRow>, Fault> {
        let lowest = SubjectAt { bucket: 0, key: String::new() };
        let rows = self.tables.subjects.range(after.unwrap_or(&lowest).clone()..);
        let rows = rows.filter(|(at, _)| after != Some(at)).map(|(_, row)| row.clone());
        Ok(rows.take(limit as usize).collect())
    }

    async fn put_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        let names = &mut self.taking(rows)?.names;
        rows.iter().for_each(|row| names.insert_mut(row.clone(), ()));
        Ok(())
    }

    async fn remove_names(&mut self, rows: &[NameRow]) -> Result<(), Fault> {
        let names = &mut self.taking(rows)?.names;
        rows.iter().for_each(|row| _ = names.remove_mut(row));
        Ok(())
    }

    async fn names(&mut self, hashes: &[i64]) -> Result<Vec<NameRow>, Fault> {
        let mut found = Vec::new();
        for name_hash in distinct(hashes) {
            let lowest = NameRow { name_hash, at: SubjectAt { bucket: 0, key: String::new() } };
            let rows = self.tables.names.range(lowest..).map(|(row, ())| row);
            found.extend(rows.take_while(|row| row.name_hash == name_hash).cloned());
        }
        Ok(found)
    }

    async fn names_between(&mut self, ranges: &[(i64, i64)], limit: u32) -> Result<Vec<NameRow>, Fault> {
        let mut found = Vec::new();
        for (least, greatest) in distinct(ranges) {
            let lowest = NameRow { name_hash: least, at: SubjectAt { bucket: 0, key: String::new() } };
            let rows = self.tables.names.range(lowest..).map(|(row, ())| row);
            found.extend(rows.take_while(|row| row.name_hash <= greatest).take(limit as usize).cloned());
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn put_persons(&mut self, rows: &[PersonRow]) -> Result<(), Fault> {
        let persons = &mut self.taking(rows)?.persons;
        rows.iter().for_each(|row| persons.insert_mut(row.handle, row.clone()));
        Ok(())
    }

    async fn persons(&mut self, handles: &[Digest]) -> Result<Vec<PersonRow>, Fault> {
        let held = &self.tables.persons;
        Ok(distinct(handles).iter().filter_map(|handle| held.get(handle)).cloned().collect())
    }

    async fn put_held(&mut self, rows: &[HeldRow]) -> Result<(), Fault> {
        let held = &mut self.taking(rows)?.held;
        rows.iter().for_each(|row| held.insert_mut(row.case.clone(), row.clone()));
        Ok(())
    }

    async fn remove_held(&mut self, cases: &[CaseId]) -> Result<(), Fault> {
        let held = &mut self.writing()?.held;
        cases.iter().for_each(|case| _ = held.remove_mut(case));
        Ok(())
    }

    async fn held(&mut self) -> Result<Vec<HeldRow>, Fault> {
        let mut held: Vec<HeldRow> = self.tables.held.values().cloned().collect();
        held.sort_by(|one, other| (one.version, &one.case).cmp(&(other.version, &other.case)));
        Ok(held)
    }

    async fn put_marks(&mut self, rows: &[MarkRow]) -> Result<(), Fault> {
        let marks = &mut self.taking(rows)?.marks;
        rows.iter().for_each(|row| marks.insert_mut((row.entry.clone(), row.ordinal), row.clone()));
        Ok(())
    }

    async fn marks(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        Ok(self.tables.marks.values().take(limit as usize).cloned().collect())
    }

    async fn remove_mark(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        self.writing()?.marks.remove_mut(&(entry.clone(), ordinal));
        Ok(())
    }

    async fn mark_count(&mut self) -> Result<u64, Fault> {
        Ok(self.tables.marks.size() as u64)
    }

    async fn put_pending(&mut self, row: &MarkRow) -> Result<(), Fault> {
        self.taking([row])?.pending.insert_mut((row.entry.clone(), row.ordinal), row.clone());
        Ok(())
    }

    async fn pending(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault> {
        Ok(self.tables.pending.values().take(limit as usize).cloned().collect())
    }

    async fn remove_pending(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
        self.writing()?.pending.remove_mut(&(entry.clone(), ordinal));
        Ok(())
    }

    async fn put_feed(&mut self, row: &FeedRow) -> Result<(), Fault> {
        self.taking([row])?.feeds.insert_mut(row.source.clone(), row.clone());
        Ok(())
    }

    async fn feed(&mut self, source: &str) -> Result<Option<FeedRow>, Fault> {
        Ok(self.tables.feeds.get(source).cloned())
    }

    async fn feeds(&mut self) -> Result<Vec<FeedRow>, Fault> {
        Ok(self.tables.feeds.values().cloned().collect())
    }

    async fn put_packed_keys(&mut self, rows: &[PackedKeysRow]) -> Result<(), Fault> {
        let packed = &mut self.taking(rows)?.packed_keys;
        rows.iter().for_each(|row| packed.insert_mut((row.run, row.family, row.ordinal), row.clone()));
        Ok(())
    }

    async fn packed_runs(&mut self) -> Result<Vec<PackedRun>, Fault> {
        let mut runs: Vec<PackedRun> = Vec::new();
        for row in self.tables.packed_keys.values() {
            let bytes = row.body.len() as u64;
            match runs.last_mut().filter(|last| (last.run, last.family) == (row.run, row.family)) {
                Some(last) => {
                    last.level = last.level.min(row.level);
                    last.parts += 1;
                    last.bytes += bytes;
                }
                None => {
                    let (run, family, level, first) = (row.run, row.family, row.level, row.ordinal);
                    runs.push(PackedRun { run, family, level, first, parts: 1, bytes });
                }
            }
        }
        Ok(runs)
    }

    async fn packed_keys(&mut self, run: u64, family: u32, ordinal: u64) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.tables.packed_keys.get(&(run, family, ordinal)).map(|row| row.body.clone()))
    }

    async fn remove_packed_parts(&mut self, run: u64, family: u32, before: u64) -> Result<(), Fault> {
        let packed = &mut self.writing()?.packed_keys;
        let parts = packed.range((run, family, 0)..(run, family, before));
        let keys: Vec<(u64, u32, u64)> = parts.map(|(key, _)| *key).collect();
        keys.iter().for_each(|key| _ = packed.remove_mut(key));
        Ok(())
    }

    async fn remove_packed_run(&mut self, run: u64, family: u32) -> Result<(), Fault> {
        let packed = &mut self.writing()?.packed_keys;
        let parts = packed.range((run, family, 0)..=(run, family, u64::MAX));
        let keys: Vec<(u64, u32, u64)> = parts.map(|(key, _)| *key).collect();
        keys.iter().for_each(|key| _ = packed.remove_mut(key));
        Ok(())
    }
}
