//! Projections of a fork.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, NodeId};

use super::{ForkTx, Written, below, folded, more};
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::{LogTx, RegistryTx};

/// Takes rows over that were not written here.
macro_rules! take {
    ($tx:ident.$table:ident, $rows:expr, $put:ident, $row:ident => $key:expr) => {
        for $row in $rows {
            if !$tx.written.$table.contains_key(&$key) {
                $tx.top.$put(&$row).await?;
            }
        }
    };
}

impl ForkTx {
    async fn take_cases(&mut self, mut rows: Vec<CaseRow>) -> Result<(), Fault> {
        rows.retain(|row| !self.written.cases.contains_key(&row.case));
        self.top.put_cases(&rows).await
    }

    async fn take_behaviours(&mut self, mut rows: Vec<BehaviourRow>) -> Result<(), Fault> {
        rows.retain(|row| !self.written.behaviours.contains_key(&(row.origin.clone(), row.number)));
        self.top.put_behaviours(&rows).await
    }

    async fn take_list_chunks(&mut self, mut rows: Vec<ListChunkRow>) -> Result<(), Fault> {
        rows.retain(|row| !self.written.list_chunks.contains_key(&(row.list.clone(), row.ordinal)));
        self.top.put_list_chunks(&rows).await
    }

    async fn take_clocks(&mut self, mut rows: Vec<ClockRow>) -> Result<(), Fault> {
        rows.retain(|row| !self.written.clocks.contains_key(&row.key));
        self.top.put_clocks(&rows).await
    }

    async fn take_verdicts(&mut self, mut rows: Vec<VerdictRow>) -> Result<(), Fault> {
        rows.retain(|row| !self.written.verdicts.contains_key(&(row.case.clone(), row.version)));
        self.top.put_verdicts(&rows).await
    }

    async fn take_listings(&mut self, rows: Vec<ListingRow>) -> Result<(), Fault> {
        take!(self.listings, rows, put_listing, row => (row.origin.clone(), row.record.clone(), row.place.clone()));
        Ok(())
    }
}

#[async_trait]
impl RegistryTx for ForkTx {
    async fn put_cases(&mut self, rows: &[CaseRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.cases;
        rows.iter().for_each(|row| written.insert_mut(row.case.clone(), ()));
        self.top.put_cases(rows).await
    }

    async fn case(&mut self, case: &CaseId) -> Result<Option<CaseRow>, Fault> {
        if !self.top.tables.cases.contains_key(case) {
            let row: Option<CaseRow> = folded!(self.case(case));
            self.take_cases(row.into_iter().collect()).await?;
        }
        self.top.case(case).await
    }

    async fn cases(&mut self, origin: &NodeId, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault> {
        let case = |number| CaseId { origin: origin.clone(), number };
        let last = if filter.up_to == 0 { u64::MAX } else { filter.up_to };
        let Some(first) = filter.after.checked_add(1).filter(|first| *first <= last) else { return Ok(Vec::new()) };
        let written = self.written.cases.range(case(first)..=case(last)).count();
        let wider = CaseFilter { limit: more(filter.limit, written), ..filter.clone() };
        let rows = folded!(self.cases(origin, &wider));
        self.take_cases(rows).await?;
        self.top.cases(origin, filter).await
    }

    async fn case_counts(&mut self, origin: &NodeId) -> Result<Vec<(String, u64)>, Fault> {
        let rows: Vec<(String, u64)> = folded!(self.case_counts(origin));
        let mut counts: BTreeMap<String, u64> = rows.into_iter().collect();
        let written: Vec<CaseId> = self.written.cases.keys().filter(|case| case.origin == *origin).cloned().collect();
        for case in written {
            let before: Option<CaseRow> = folded!(self.case(&case));
            if let Some(count) = before.and_then(|row| counts.get_mut(&row.stage)) {
                *count = count.saturating_sub(1);
            }
            if let Some(row) = self.top.case(&case).await? {
                *counts.entry(row.stage).or_default() += 1;
            }
        }
        Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
    }

    async fn last_case_number(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        let held: u64 = folded!(self.last_case_number(origin));
        Ok(self.top.last_case_number(origin).await?.max(held))
    }

    async fn put_behaviours(&mut self, rows: &[BehaviourRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.behaviours;
        rows.iter().for_each(|row| written.insert_mut((row.origin.clone(), row.number), ()));
        self.top.put_behaviours(rows).await
    }

    async fn behaviours_of(&mut self, origin: &NodeId, subject_key: &str) -> Result<Vec<BehaviourRow>, Fault> {
        let rows = folded!(self.behaviours_of(origin, subject_key));
        self.take_behaviours(rows).await?;
        self.top.behaviours_of(origin, subject_key).await
    }

    async fn behaviours(&mut self, origin: &NodeId, after: u64, limit: u32) -> Result<Vec<BehaviourRow>, Fault> {
        let written = self.written.behaviours.range((origin.clone(), after)..=(origin.clone(), u64::MAX)).count();
        let rows = folded!(self.behaviours(origin, after, more(limit, written)));
        self.take_behaviours(rows).await?;
        self.top.behaviours(origin, after, limit).await
    }

    async fn last_behaviour(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        let held: u64 = folded!(self.last_behaviour(origin));
        Ok(self.top.last_behaviour(origin).await?.max(held))
    }

    async fn put_dossier(&mut self, row: &DossierRow) -> Result<(), Fault> {
        self.writing()?.dossiers.insert_mut(row.list.clone(), ());
        self.top.put_dossier(row).await
    }

    async fn dossier(&mut self, list: &EntryRef) -> Result<Option<DossierRow>, Fault> {
        if self.written.dossiers.contains_key(list) {
            return self.top.dossier(list).await;
        }
        Ok(folded!(self.dossier(list)))
    }

    async fn dossiers(&mut self, stage: Option<&str>) -> Result<Vec<DossierRow>, Fault> {
        let rows: Vec<DossierRow> = folded!(self.dossiers(stage));
        take!(self.dossiers, rows, put_dossier, row => row.list);
        self.top.dossiers(stage).await
    }

    async fn put_list_chunks(&mut self, rows: &[ListChunkRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.list_chunks;
        rows.iter().for_each(|row| written.insert_mut((row.list.clone(), row.ordinal), ()));
        self.top.put_list_chunks(rows).await
    }

    async fn list_chunks(&mut self, list: &EntryRef) -> Result<Vec<ListChunkRow>, Fault> {
        let rows = folded!(self.list_chunks(list));
        self.take_list_chunks(rows).await?;
        self.top.list_chunks(list).await
    }

    async fn chunks_of_case(&mut self, case: &CaseId) -> Result<Vec<ListChunkRow>, Fault> {
        let rows = folded!(self.chunks_of_case(case));
        self.take_list_chunks(rows).await?;
        self.top.chunks_of_case(case).await
    }

    async fn put_officer(&mut self, row: &OfficerRow) -> Result<(), Fault> {
        self.writing()?.officers.insert_mut((row.node.clone(), row.id.clone()), ());
        self.top.put_officer(row).await
    }

    async fn officer(&mut self, node: &NodeId, id: &str) -> Result<Option<OfficerRow>, Fault> {
        if self.written.officers.contains_key(&(node.clone(), id.to_owned())) {
            return self.top.officer(node, id).await;
        }
        Ok(folded!(self.officer(node, id)))
    }

    async fn officers(&mut self, node: Option<&NodeId>) -> Result<Vec<OfficerRow>, Fault> {
        let rows: Vec<OfficerRow> = folded!(self.officers(node));
        take!(self.officers, rows, put_officer, row => (row.node.clone(), row.id.clone()));
        self.top.officers(node).await
    }

    async fn put_publicity(&mut self, row: &PublicityRow) -> Result<(), Fault> {
        self.writing()?.publicities.insert_mut(row.at.clone(), ());
        self.top.put_publicity(row).await
    }

    async fn publicity(&mut self, at: &EntryRef) -> Result<Option<PublicityRow>, Fault> {
        if self.written.publicities.contains_key(at) {
            return self.top.publicity(at).await;
        }
        Ok(folded!(self.publicity(at)))
    }

    async fn open_publicities(&mut self, before: Option<NaiveDate>) -> Result<Vec<PublicityRow>, Fault> {
        let rows: Vec<PublicityRow> = folded!(self.open_publicities(before));
        take!(self.publicities, rows, put_publicity, row => row.at);
        self.top.open_publicities(before).await
    }

    async fn put_petition(&mut self, row: &PetitionRow) -> Result<(), Fault> {
        self.writing()?.petitions.insert_mut(row.at.clone(), ());
        self.top.put_petition(row).await
    }

    async fn petition(&mut self, at: &EntryRef) -> Result<Option<PetitionRow>, Fault> {
        if self.written.petitions.contains_key(at) {
            return self.top.petition(at).await;
        }
        Ok(folded!(self.petition(at)))
    }

    async fn petitions(&mut self, case: Option<&CaseId>) -> Result<Vec<PetitionRow>, Fault> {
        let rows: Vec<PetitionRow> = folded!(self.petitions(case));
        take!(self.petitions, rows, put_petition, row => row.at);
        self.top.petitions(case).await
    }

    async fn put_directory(&mut self, version: u64, document: &[u8]) -> Result<(), Fault> {
        self.writing()?;
        self.top.put_directory(version, document).await
    }

    async fn directory(&mut self, version: u64) -> Result<Option<Vec<u8>>, Fault> {
        match self.top.directory(version).await? {
            Some(document) => Ok(Some(document)),
            None => Ok(below!(self.directory(version))),
        }
    }

    async fn latest_directory(&mut self) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        let held = below!(self.latest_directory());
        let fresh = self.top.latest_directory().await?;
        let newest = |one: &Option<(u64, Vec<u8>)>| one.as_ref().map(|(version, _)| *version);
        Ok(if newest(&fresh) >= newest(&held) { fresh } else { held })
    }

    async fn put_outcome(&mut self, row: &OutcomeRow) -> Result<(), Fault> {
        self.writing()?.outcomes.insert_mut(row.act.clone(), ());
        self.top.put_outcome(row).await
    }

    async fn outcome(&mut self, act: &EntryRef) -> Result<Option<OutcomeRow>, Fault> {
        if self.written.outcomes.contains_key(act) {
            return self.top.outcome(act).await;
        }
        Ok(folded!(self.outcome(act)))
    }

    async fn open_outcomes(&mut self, limit: u32) -> Result<Vec<OutcomeRow>, Fault> {
        let rows: Vec<OutcomeRow> = folded!(self.open_outcomes(more(limit, self.written.outcomes.size())));
        take!(self.outcomes, rows, put_outcome, row => row.act);
        self.top.open_outcomes(limit).await
    }

    async fn put_waiting(&mut self, row: &WaitingRow) -> Result<(), Fault> {
        self.writing()?.waiting.insert_mut(row.at.clone(), ());
        self.top.put_waiting(row).await
    }

    async fn remove_waiting(&mut self, at: &EntryRef) -> Result<(), Fault> {
        self.writing()?.waiting.insert_mut(at.clone(), ());
        self.top.remove_waiting(at).await
    }

    async fn waiting(&mut self) -> Result<Vec<WaitingRow>, Fault> {
        let rows: Vec<WaitingRow> = folded!(self.waiting());
        take!(self.waiting, rows, put_waiting, row => row.at);
        self.top.waiting().await
    }

    async fn buckets(&mut self, buckets: &[u32]) -> Result<Vec<BucketRow>, Fault> {
        let held = &self.top.tables.buckets;
        let unknown: Vec<u32> = buckets.iter().filter(|bucket| !held.contains_key(*bucket)).copied().collect();
        if !unknown.is_empty() {
            let rows: Vec<BucketRow> = folded!(self.buckets(&unknown));
            self.top.put_buckets(&rows).await?;
        }
        self.top.buckets(buckets).await
    }

    async fn put_buckets(&mut self, rows: &[BucketRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.buckets;
        rows.iter().for_each(|row| written.insert_mut(row.bucket, ()));
        self.top.put_buckets(rows).await
    }

    async fn bucket_digests(&mut self) -> Result<Vec<(u32, Digest)>, Fault> {
        let rows: Vec<(u32, Digest)> = folded!(self.bucket_digests());
        let mut digests: BTreeMap<u32, Digest> = rows.into_iter().collect();
        digests.extend(self.top.bucket_digests().await?);
        Ok(digests.into_iter().collect())
    }

    async fn put_result(&mut self, row: &ResultRow) -> Result<(), Fault> {
        self.writing()?.results.insert_mut(row.version, ());
        self.top.put_result(row).await
    }

    async fn latest_result(&mut self) -> Result<Option<ResultRow>, Fault> {
        Ok(self.results(1).await?.pop())
    }

    async fn results(&mut self, limit: u32) -> Result<Vec<ResultRow>, Fault> {
        let rows: Vec<ResultRow> = folded!(self.results(more(limit, self.written.results.size())));
        take!(self.results, rows, put_result, row => row.version);
        self.top.results(limit).await
    }

    async fn put_verdicts(&mut self, rows: &[VerdictRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.verdicts;
        rows.iter().for_each(|row| written.insert_mut((row.case.clone(), row.version), ()));
        self.top.put_verdicts(rows).await
    }

    async fn verdicts(&mut self, case: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        let rows = folded!(self.verdicts(case));
        self.take_verdicts(rows).await?;
        self.top.verdicts(case).await
    }

    async fn verdicts_of(&mut self, version: u64, limit: u32) -> Result<Vec<VerdictRow>, Fault> {
        let rows = folded!(self.verdicts_of(version, more(limit, self.written.verdicts.size())));
        self.take_verdicts(rows).await?;
        self.top.verdicts_of(version, limit).await
    }

    async fn verdicts_caused_by(&mut self, cause: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        let rows = folded!(self.verdicts_caused_by(cause));
        self.take_verdicts(rows).await?;
        self.top.verdicts_caused_by(cause).await
    }

    async fn untold_verdicts(&mut self) -> Result<Vec<VerdictRow>, Fault> {
        let mut rows: Vec<VerdictRow> = folded!(self.untold_verdicts());
        rows.retain(|row| !self.written.verdicts.contains_key(&(row.case.clone(), row.version)));
        Ok(rows)
    }

    async fn put_listing(&mut self, row: &ListingRow) -> Result<(), Fault> {
        let key = (row.origin.clone(), row.record.clone(), row.place.clone());
        self.writing()?.listings.insert_mut(key, ());
        self.top.put_listing(row).await
    }

    async fn listing(&mut self, origin: &NodeId, record: &str, place: &str) -> Result<Option<ListingRow>, Fault> {
        if self.written.listings.contains_key(&(origin.clone(), record.to_owned(), place.to_owned())) {
            return self.top.listing(origin, record, place).await;
        }
        Ok(folded!(self.listing(origin, record, place)))
    }

    async fn listings_of(&mut self, origin: &NodeId, record: &str) -> Result<Vec<ListingRow>, Fault> {
        let rows = folded!(self.listings_of(origin, record));
        self.take_listings(rows).await?;
        self.top.listings_of(origin, record).await
    }

    async fn open_listings(&mut self, record: &str) -> Result<Vec<ListingRow>, Fault> {
        let rows = folded!(self.open_listings(record));
        self.take_listings(rows).await?;
        self.top.open_listings(record).await
    }

    async fn listings_about(&mut self, record: &str, subject_key: &str) -> Result<Vec<ListingRow>, Fault> {
        let rows = folded!(self.listings_about(record, subject_key));
        self.take_listings(rows).await?;
        self.top.listings_about(record, subject_key).await
    }

    async fn put_clocks(&mut self, rows: &[ClockRow]) -> Result<(), Fault> {
        let written = &mut self.writing()?.clocks;
        rows.iter().for_each(|row| written.insert_mut(row.key.clone(), ()));
        self.top.put_clocks(rows).await
    }

    async fn remove_clock(&mut self, key: &ClockKey) -> Result<(), Fault> {
        self.writing()?.clocks.insert_mut(key.clone(), ());
        self.top.remove_clock(key).await
    }

    async fn clock(&mut self, key: &ClockKey) -> Result<Option<ClockRow>, Fault> {
        if self.written.clocks.contains_key(key) {
            return self.top.clock(key).await;
        }
        Ok(folded!(self.clock(key)))
    }

    async fn clocks_of_act(&mut self, act: &EntryRef, code: &str) -> Result<Vec<ClockRow>, Fault> {
        let rows = folded!(self.clocks_of_act(act, code));
        self.take_clocks(rows).await?;
        self.top.clocks_of_act(act, code).await
    }

    async fn due_clocks(&mut self, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault> {
        let wider = ClockPage { limit: more(page.limit, self.written.clocks.size()), ..page.clone() };
        let rows = folded!(self.due_clocks(owner, &wider));
        self.take_clocks(rows).await?;
        self.top.due_clocks(owner, page).await
    }

    async fn clocks_of_cases(
        &mut self,
        origin: &NodeId,
        numbers: (u64, u64),
        code: &str,
    ) -> Result<Vec<ClockRow>, Fault> {
        let rows = folded!(self.clocks_of_cases(origin, numbers, code));
        self.take_clocks(rows).await?;
        self.top.clocks_of_cases(origin, numbers, code).await
    }

    async fn all_clocks(&mut self, after: Option<&ClockKey>, limit: u32) -> Result<Vec<ClockRow>, Fault> {
        let rows = folded!(self.all_clocks(after, more(limit, self.written.clocks.size())));
        self.take_clocks(rows).await?;
        self.top.all_clocks(after, limit).await
    }

    async fn clear_projections(&mut self) -> Result<(), Fault> {
        self.writing()?;
        let heads = self.heads().await?;
        self.top.clear_projections().await?;
        let mut written = Written { cleared: true, ..self.written.clone() };
        heads.into_iter().for_each(|head| written.heads.insert_mut(head.log, ()));
        self.written = written;
        Ok(())
    }

    /// A fork fingerprints what it shows only where that is all below, or all its own.
    async fn projection_digest(&mut self) -> Result<Digest, Fault> {
        if self.written.cleared {
            return self.top.projection_digest().await;
        }
        if self.written.folded() == 0 {
            return Ok(below!(self.projection_digest()));
        }
        let source = "a fork in which projections were written has no fingerprint".into();
        Err(Fault::Database { transaction: self.name, source })
    }
}
