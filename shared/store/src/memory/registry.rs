//! Projections in memory.

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, NodeId};

use super::tables::{Table, Tables};
use super::{MemoryTx, projection};
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::RegistryTx;

#[async_trait]
impl RegistryTx for MemoryTx {
    async fn put_cases(&mut self, rows: &[CaseRow]) -> Result<(), Fault> {
        let cases = &mut self.taking(rows)?.cases;
        rows.iter().for_each(|row| cases.insert_mut(row.case.clone(), row.clone()));
        Ok(())
    }

    async fn case(&mut self, case: &CaseId) -> Result<Option<CaseRow>, Fault> {
        Ok(self.tables.cases.get(case).cloned())
    }

    async fn cases(&mut self, origin: &NodeId, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault> {
        let last = if filter.up_to == 0 { u64::MAX } else { filter.up_to };
        let Some(first) = filter.after.checked_add(1).filter(|first| *first <= last) else { return Ok(Vec::new()) };
        let wanted = |row: &&CaseRow| {
            filter.stage.as_ref().is_none_or(|stage| *stage == row.stage)
                && filter.subject_key.as_ref().is_none_or(|key| *key == row.subject_key)
        };
        let rows = cases_of(&self.tables.cases, origin, first, last).filter(wanted);
        Ok(rows.take(filter.limit as usize).cloned().collect())
    }

    async fn case_counts(&mut self, origin: &NodeId) -> Result<Vec<(String, u64)>, Fault> {
        let mut counts = std::collections::BTreeMap::<String, u64>::new();
        for row in cases_of(&self.tables.cases, origin, 0, u64::MAX) {
            *counts.entry(row.stage.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }

    async fn last_case_number(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        Ok(cases_of(&self.tables.cases, origin, 0, u64::MAX).next_back().map_or(0, |row| row.case.number))
    }

    async fn put_behaviours(&mut self, rows: &[BehaviourRow]) -> Result<(), Fault> {
        let tables = self.taking(rows)?;
        for row in rows {
            tables.behaviours.insert_mut((row.origin.clone(), row.number), row.clone());
        }
        Ok(())
    }

    async fn behaviours_of(&mut self, origin: &NodeId, subject_key: &str) -> Result<Vec<BehaviourRow>, Fault> {
        let all = self.tables.behaviours.range((origin.clone(), 0)..=(origin.clone(), u64::MAX));
        Ok(all.map(|(_, row)| row).filter(|row| row.subject_key == subject_key).cloned().collect())
    }

    async fn behaviours(&mut self, origin: &NodeId, after: u64, limit: u32) -> Result<Vec<BehaviourRow>, Fault> {
        let Some(first) = after.checked_add(1) else { return Ok(Vec::new()) };
        let rows = self.tables.behaviours.range((origin.clone(), first)..=(origin.clone(), u64::MAX));
        Ok(rows.map(|(_, row)| row.clone()).take(limit as usize).collect())
    }

    async fn last_behaviour(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        let mut rows = self.tables.behaviours.range((origin.clone(), 0)..=(origin.clone(), u64::MAX));
        Ok(rows.next_back().map_or(0, |((_, number), _)| *number))
    }

    async fn put_dossier(&mut self, row: &DossierRow) -> Result<(), Fault> {
        self.taking([row])?.dossiers.insert_mut(row.list.clone(), row.clone());
        Ok(())
    }

    async fn dossier(&mut self, list: &EntryRef) -> Result<Option<DossierRow>, Fault> {
        Ok(self.tables.dossiers.get(list).cloned())
    }

    async fn dossiers(&mut self, stage: Option<&str>) -> Result<Vec<DossierRow>, Fault> {
        let rows = self.tables.dossiers.values();
        Ok(rows.filter(|row| stage.is_none_or(|stage| stage == row.stage)).cloned().collect())
    }

    async fn put_list_chunks(&mut self, rows: &[ListChunkRow]) -> Result<(), Fault> {
        let tables = self.taking(rows)?;
        for row in rows {
            let key = (row.list.clone(), row.ordinal);
            if let Some(before) = tables.list_chunks.get(&key) {
                tables.chunks_of_origin.remove_mut(&(before.case_origin.clone(), key.0.clone(), key.1));
            }
            tables.chunks_of_origin.insert_mut((row.case_origin.clone(), key.0.clone(), key.1), ());
            tables.list_chunks.insert_mut(key, row.clone());
        }
        Ok(())
    }

    async fn list_chunks(&mut self, list: &EntryRef) -> Result<Vec<ListChunkRow>, Fault> {
        let rows = self.tables.list_chunks.range((list.clone(), 0)..=(list.clone(), u64::MAX));
        Ok(rows.map(|(_, row)| row.clone()).collect())
    }

    async fn chunks_of_case(&mut self, case: &CaseId) -> Result<Vec<ListChunkRow>, Fault> {
        let tables = &self.tables;
        let rows = tables.chunks_of_origin.keys().filter(|(origin, ..)| *origin == case.origin);
        let rows = rows.filter_map(|(_, list, ordinal)| tables.list_chunks.get(&(list.clone(), *ordinal)));
        Ok(rows.filter(|row| (row.first_case..=row.last_case).contains(&case.number)).cloned().collect())
    }

    async fn put_officer(&mut self, row: &OfficerRow) -> Result<(), Fault> {
        self.taking([row])?.officers.insert_mut((row.node.clone(), row.id.clone()), row.clone());
        Ok(())
    }

    async fn officer(&mut self, node: &NodeId, id: &str) -> Result<Option<OfficerRow>, Fault> {
        Ok(self.tables.officers.get(&(node.clone(), id.to_owned())).cloned())
    }

    async fn officers(&mut self, node: Option<&NodeId>) -> Result<Vec<OfficerRow>, Fault> {
        let rows = self.tables.officers.values();
        Ok(rows.filter(|row| node.is_none_or(|node| *node == row.node)).cloned().collect())
    }

    async fn put_publicity(&mut self, row: &PublicityRow) -> Result<(), Fault> {
        self.taking([row])?.publicities.insert_mut(row.at.clone(), row.clone());
        Ok(())
    }

    async fn publicity(&mut self, at: &EntryRef) -> Result<Option<PublicityRow>, Fault> {
        Ok(self.tables.publicities.get(at).cloned())
    }

    async fn open_publicities(&mut self, before: Option<NaiveDate>) -> Result<Vec<PublicityRow>, Fault> {
        let running = |row: &&PublicityRow| row.open && before.is_none_or(|before| row.ends_on < before);
        let mut rows: Vec<PublicityRow> = self.tables.publicities.values().filter(running).cloned().collect();
        rows.sort_by(|a, b| (a.ends_on, &a.at).cmp(&(b.ends_on, &b.at)));
        Ok(rows)
    }

    async fn put_petition(&mut self, row: &PetitionRow) -> Result<(), Fault> {
        self.taking([row])?.petitions.insert_mut(row.at.clone(), row.clone());
        Ok(())
    }

    async fn petition(&mut self, at: &EntryRef) -> Result<Option<PetitionRow>, Fault> {
        Ok(self.tables.petitions.get(at).cloned())
    }

    async fn petitions(&mut self, case: Option<&CaseId>) -> Result<Vec<PetitionRow>, Fault> {
        let rows = self.tables.petitions.values();
        Ok(rows.filter(|row| case.map_or(row.open, |case| *case == row.case)).cloned().collect())
    }

    async fn put_directory(&mut self, version: u64, document: &[u8]) -> Result<(), Fault> {
        self.writing()?.directories.insert_mut(version, document.to_vec());
        Ok(())
    }

    async fn directory(&mut self, version: u64) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.tables.directories.get(&version).cloned())
    }

    async fn latest_directory(&mut self) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        Ok(self.tables.directories.last().map(|(version, document)| (*version, document.clone())))
    }

    async fn put_outcome(&mut self, row: &OutcomeRow) -> Result<(), Fault> {
        self.taking([row])?.outcomes.insert_mut(row.act.clone(), row.clone());
        Ok(())
    }

    async fn outcome(&mut self, act: &EntryRef) -> Result<Option<OutcomeRow>, Fault> {
        Ok(self.tables.outcomes.get(act).cloned())
    }

    async fn open_outcomes(&mut self, limit: u32) -> Result<Vec<OutcomeRow>, Fault> {
        let open = self.tables.outcomes.values().filter(|row| row.status != "applied");
        Ok(open.take(limit as usize).cloned().collect())
    }

    async fn put_waiting(&mut self, row: &WaitingRow) -> Result<(), Fault> {
        self.taking([row])?.waiting.insert_mut(row.at.clone(), row.clone());
        Ok(())
    }

    async fn remove_waiting(&mut self, at: &EntryRef) -> Result<(), Fault> {
        self.writing()?.waiting.remove_mut(at);
        Ok(())
    }

    async fn waiting(&mut self) -> Result<Vec<WaitingRow>, Fault> {
        Ok(self.tables.waiting.values().cloned().collect())
    }

    async fn buckets(&mut self, buckets: &[u32]) -> Result<Vec<BucketRow>, Fault> {
        let held = &self.tables.buckets;
        Ok(distinct(buckets).iter().filter_map(|bucket| held.get(bucket)).cloned().collect())
    }

    async fn put_buckets(&mut self, rows: &[BucketRow]) -> Result<(), Fault> {
        let buckets = &mut self.taking(rows)?.buckets;
        rows.iter().for_each(|row| buckets.insert_mut(row.bucket, row.clone()));
        Ok(())
    }

    async fn bucket_digests(&mut self) -> Result<Vec<(u32, Digest)>, Fault> {
        Ok(self.tables.buckets.values().map(|row| (row.bucket, row.digest)).collect())
    }

    async fn put_result(&mut self, row: &ResultRow) -> Result<(), Fault> {
        self.taking([row])?.results.insert_mut(row.version, row.clone());
        Ok(())
    }

    async fn latest_result(&mut self) -> Result<Option<ResultRow>, Fault> {
        Ok(self.tables.results.last().map(|(_, row)| row.clone()))
    }

    async fn results(&mut self, limit: u32) -> Result<Vec<ResultRow>, Fault> {
        Ok(self.tables.results.values().rev().take(limit as usize).cloned().collect())
    }

    async fn put_verdicts(&mut self, rows: &[VerdictRow]) -> Result<(), Fault> {
        let Tables { verdicts, verdicts_by_cause, .. } = self.taking(rows)?;
        for row in rows {
            let key = (row.case.clone(), row.version);
            let place = (row.version, row.case.clone());
            if let Some(cause) = verdicts.get(&key).and_then(|before| before.cause.as_ref())
                && let Some(caused) = verdicts_by_cause.get(cause)
            {
                let without = caused.remove(&place);
                verdicts_by_cause.insert_mut(cause.clone(), without);
            }
            if let Some(cause) = &row.cause {
                let caused = verdicts_by_cause.get(cause).cloned().unwrap_or_default();
                verdicts_by_cause.insert_mut(cause.clone(), caused.insert(place, ()));
            }
            verdicts.insert_mut(key, row.clone());
        }
        Ok(())
    }

    async fn verdicts(&mut self, case: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        let rows = self.tables.verdicts.range((case.clone(), 0)..=(case.clone(), u64::MAX));
        Ok(rows.map(|(_, row)| row.clone()).collect())
    }

    async fn verdicts_of(&mut self, version: u64, limit: u32) -> Result<Vec<VerdictRow>, Fault> {
        let rows = self.tables.verdicts.values().filter(|row| row.version == version);
        Ok(rows.take(limit as usize).cloned().collect())
    }

    async fn verdicts_caused_by(&mut self, cause: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        let Tables { verdicts, verdicts_by_cause, .. } = &self.tables;
        let caused = verdicts_by_cause.get(cause).into_iter().flat_map(Table::keys);
        Ok(caused.filter_map(|(version, case)| verdicts.get(&(case.clone(), *version))).cloned().collect())
    }

    async fn untold_verdicts(&mut self) -> Result<Vec<VerdictRow>, Fault> {
        Ok(Vec::new())
    }

    async fn put_listing(&mut self, row: &ListingRow) -> Result<(), Fault> {
        let key = (row.origin.clone(), row.record.clone(), row.place.clone());
        self.taking([row])?.listings.insert_mut(key, row.clone());
        Ok(())
    }

    async fn listing(&mut self, origin: &NodeId, record: &str, place: &str) -> Result<Option<ListingRow>, Fault> {
        let key = (origin.clone(), record.to_owned(), place.to_owned());
        Ok(self.tables.listings.get(&key).cloned())
    }

    async fn listings_of(&mut self, origin: &NodeId, record: &str) -> Result<Vec<ListingRow>, Fault> {
        let rows = self.tables.listings.values();
        Ok(rows.filter(|row| row.origin == *origin && row.record == record).cloned().collect())
    }

    async fn open_listings(&mut self, record: &str) -> Result<Vec<ListingRow>, Fault> {
        Ok(self.tables.listings.values().filter(|row| row.open && row.record == record).cloned().collect())
    }

    async fn listings_about(&mut self, record: &str, subject_key: &str) -> Result<Vec<ListingRow>, Fault> {
        let rows = self.tables.listings.values();
        Ok(rows.filter(|row| row.record == record && row.subject_key == subject_key).cloned().collect())
    }

    async fn put_clocks(&mut self, rows: &[ClockRow]) -> Result<(), Fault> {
        let tables = self.taking(rows)?;
        for row in rows {
            drop_clock(tables, &row.key);
            tables.clocks_by_due.insert_mut((row.owner.clone(), row.due_on, row.key.clone()), ());
            tables.clocks_by_case.insert_mut((row.key.case.clone(), row.key.clone()), ());
            tables.clocks.insert_mut(row.key.clone(), row.clone());
        }
        Ok(())
    }

    async fn remove_clock(&mut self, key: &ClockKey) -> Result<(), Fault> {
        drop_clock(self.writing()?, key);
        Ok(())
    }

    async fn clock(&mut self, key: &ClockKey) -> Result<Option<ClockRow>, Fault> {
        Ok(self.tables.clocks.get(key).cloned())
    }

    async fn clocks_of_act(&mut self, act: &EntryRef, code: &str) -> Result<Vec<ClockRow>, Fault> {
        let rows = self.tables.clocks.values();
        Ok(rows.filter(|row| row.key.act == *act && row.key.code == code).cloned().collect())
    }

    async fn due_clocks(&mut self, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault> {
        let tables = &self.tables;
        let mut found = Vec::new();
        let from = page.after.as_ref().map_or(NaiveDate::MIN, |(due_on, _)| *due_on);
        let Some(first) = before_all(None) else { return Ok(found) };
        for (_, due_on, key) in tables.clocks_by_due.range((owner.clone(), from, first)..).map(|(at, ())| at) {
            let entry = tables.clocks.get(key).filter(|row| row.owner == *owner && *due_on <= page.up_to);
            let Some(row) = entry else { break };
            let passed = page.after.as_ref().is_some_and(|after| (*due_on, key) <= (after.0, &after.1));
            if !passed {
                found.push(row.clone());
            }
            if found.len() >= page.limit as usize {
                break;
            }
        }
        Ok(found)
    }

    async fn clocks_of_cases(
        &mut self,
        origin: &NodeId,
        numbers: (u64, u64),
        code: &str,
    ) -> Result<Vec<ClockRow>, Fault> {
        let tables = &self.tables;
        let first = CaseId { origin: origin.clone(), number: numbers.0 };
        let Some(least) = before_all(Some(first.clone())) else { return Ok(Vec::new()) };
        let keys = tables.clocks_by_case.range((first, least)..).map(|((case, key), ())| (case, key));
        let keys = keys.take_while(|(case, _)| case.origin == *origin && case.number <= numbers.1);
        let rows = keys.filter(|(_, key)| key.code == code).filter_map(|(_, key)| tables.clocks.get(key));
        Ok(rows.cloned().collect())
    }

    async fn all_clocks(&mut self, after: Option<&ClockKey>, limit: u32) -> Result<Vec<ClockRow>, Fault> {
        let rows = self.tables.clocks.values().filter(|row| after.is_none_or(|after| row.key > *after));
        Ok(rows.take(limit as usize).cloned().collect())
    }

    async fn clear_projections(&mut self) -> Result<(), Fault> {
        projection::clear(self.writing()?);
        Ok(())
    }

    async fn projection_digest(&mut self) -> Result<Digest, Fault> {
        Ok(projection::digest(&self.tables))
    }
}

/// The cases of an origin whose numbers lie in a range, ascending.
fn cases_of<'t>(
    cases: &'t Table<CaseId, CaseRow>,
    origin: &NodeId,
    first: u64,
    last: u64,
) -> impl DoubleEndedIterator<Item = &'t CaseRow> {
    let case = |number| CaseId { origin: origin.clone(), number };
    cases.range(case(first)..=case(last)).map(|(_, row)| row)
}

fn drop_clock(tables: &mut Tables, key: &ClockKey) {
    if let Some(row) = tables.clocks.get(key).cloned() {
        tables.clocks_by_due.remove_mut(&(row.owner, row.due_on, row.key.clone()));
        tables.clocks_by_case.remove_mut(&(row.key.case.clone(), row.key));
        tables.clocks.remove_mut(key);
    }
}

/// Where a walk over an index by clock key begins: before every key that an act can have.
fn before_all(case: Option<CaseId>) -> Option<ClockKey> {
    let node: NodeId = "000000-0".parse().ok()?;
    let act = EntryRef { log: honghei_domain::node::LogId { node: node.clone(), epoch: 0 }, index: 0 };
    Some(ClockKey { act, code: String::new(), case: case.unwrap_or(CaseId { origin: node, number: 0 }) })
}

/// Each once, ascending.
pub(super) fn distinct<K: Clone + Ord>(keys: &[K]) -> std::collections::BTreeSet<K> {
    keys.iter().cloned().collect()
}
