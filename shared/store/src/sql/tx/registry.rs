//! What a transaction on an SQL database knows of cases, lists, officers and results.

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, NodeId};

use crate::rows::*;
use crate::sql::session::SqlTx;
use crate::sql::*;
use crate::traits::RegistryTx;

#[async_trait]
impl RegistryTx for SqlTx {
    async fn put_cases(&mut self, rows: &[CaseRow]) -> Result<(), Fault> {
        cases::put_cases(self, rows).await
    }

    async fn case(&mut self, case: &CaseId) -> Result<Option<CaseRow>, Fault> {
        cases::case(self, case).await
    }

    async fn cases(&mut self, origin: &NodeId, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault> {
        cases::cases(self, origin, filter).await
    }

    async fn case_counts(&mut self, origin: &NodeId) -> Result<Vec<(String, u64)>, Fault> {
        cases::case_counts(self, origin).await
    }

    async fn last_case_number(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        cases::last_case_number(self, origin).await
    }

    async fn put_behaviours(&mut self, rows: &[BehaviourRow]) -> Result<(), Fault> {
        behaviours::put_behaviours(self, rows).await
    }

    async fn behaviours_of(&mut self, origin: &NodeId, subject_key: &str) -> Result<Vec<BehaviourRow>, Fault> {
        behaviours::behaviours_of(self, origin, subject_key).await
    }

    async fn behaviours(&mut self, origin: &NodeId, after: u64, limit: u32) -> Result<Vec<BehaviourRow>, Fault> {
        behaviours::behaviours(self, origin, after, limit).await
    }

    async fn last_behaviour(&mut self, origin: &NodeId) -> Result<u64, Fault> {
        behaviours::last_behaviour(self, origin).await
    }

    async fn put_dossier(&mut self, row: &DossierRow) -> Result<(), Fault> {
        dossiers::put_dossier(self, row).await
    }

    async fn dossier(&mut self, list: &EntryRef) -> Result<Option<DossierRow>, Fault> {
        dossiers::dossier(self, list).await
    }

    async fn dossiers(&mut self, stage: Option<&str>) -> Result<Vec<DossierRow>, Fault> {
        dossiers::dossiers(self, stage).await
    }

    async fn put_list_chunks(&mut self, rows: &[ListChunkRow]) -> Result<(), Fault> {
        dossiers::put_list_chunks(self, rows).await
    }

    async fn list_chunks(&mut self, list: &EntryRef) -> Result<Vec<ListChunkRow>, Fault> {
        dossiers::list_chunks(self, list).await
    }

    async fn chunks_of_case(&mut self, case: &CaseId) -> Result<Vec<ListChunkRow>, Fault> {
        dossiers::chunks_of_case(self, case).await
    }

    async fn put_officer(&mut self, row: &OfficerRow) -> Result<(), Fault> {
        officers::put_officer(self, row).await
    }

    async fn officer(&mut self, node: &NodeId, id: &str) -> Result<Option<OfficerRow>, Fault> {
        officers::officer(self, node, id).await
    }

    async fn officers(&mut self, node: Option<&NodeId>) -> Result<Vec<OfficerRow>, Fault> {
        officers::officers(self, node).await
    }

    async fn put_publicity(&mut self, row: &PublicityRow) -> Result<(), Fault> {
        publicities::put_publicity(self, row).await
    }

    async fn publicity(&mut self, at: &EntryRef) -> Result<Option<PublicityRow>, Fault> {
        publicities::publicity(self, at).await
    }

    async fn open_publicities(&mut self, before: Option<NaiveDate>) -> Result<Vec<PublicityRow>, Fault> {
        publicities::open_publicities(self, before).await
    }

    async fn put_petition(&mut self, row: &PetitionRow) -> Result<(), Fault> {
        petitions::put_petition(self, row).await
    }

    async fn petition(&mut self, at: &EntryRef) -> Result<Option<PetitionRow>, Fault> {
        petitions::petition(self, at).await
    }

    async fn petitions(&mut self, case: Option<&CaseId>) -> Result<Vec<PetitionRow>, Fault> {
        petitions::petitions(self, case).await
    }

    async fn put_directory(&mut self, version: u64, document: &[u8]) -> Result<(), Fault> {
        directories::put_directory(self, version, document).await
    }

    async fn directory(&mut self, version: u64) -> Result<Option<Vec<u8>>, Fault> {
        directories::directory(self, version).await
    }

    async fn latest_directory(&mut self) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        directories::latest_directory(self).await
    }

    async fn put_outcome(&mut self, row: &OutcomeRow) -> Result<(), Fault> {
        outcomes::put_outcome(self, row).await
    }

    async fn outcome(&mut self, act: &EntryRef) -> Result<Option<OutcomeRow>, Fault> {
        outcomes::outcome(self, act).await
    }

    async fn open_outcomes(&mut self, limit: u32) -> Result<Vec<OutcomeRow>, Fault> {
        outcomes::open_outcomes(self, limit).await
    }

    async fn put_waiting(&mut self, row: &WaitingRow) -> Result<(), Fault> {
        outcomes::put_waiting(self, row).await
    }

    async fn remove_waiting(&mut self, at: &EntryRef) -> Result<(), Fault> {
        outcomes::remove_waiting(self, at).await
    }

    async fn waiting(&mut self) -> Result<Vec<WaitingRow>, Fault> {
        outcomes::waiting(self).await
    }

    async fn buckets(&mut self, buckets: &[u32]) -> Result<Vec<BucketRow>, Fault> {
        final_list::buckets(self, buckets).await
    }

    async fn put_buckets(&mut self, rows: &[BucketRow]) -> Result<(), Fault> {
        final_list::put_buckets(self, rows).await
    }

    async fn bucket_digests(&mut self) -> Result<Vec<(u32, Digest)>, Fault> {
        final_list::bucket_digests(self).await
    }

    async fn put_result(&mut self, row: &ResultRow) -> Result<(), Fault> {
        results::put_result(self, row).await
    }

    async fn latest_result(&mut self) -> Result<Option<ResultRow>, Fault> {
        results::latest_result(self).await
    }

    async fn results(&mut self, limit: u32) -> Result<Vec<ResultRow>, Fault> {
        results::results(self, limit).await
    }

    async fn put_verdicts(&mut self, rows: &[VerdictRow]) -> Result<(), Fault> {
        verdicts::put_verdicts(self, rows).await
    }

    async fn verdicts(&mut self, case: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        verdicts::verdicts(self, case).await
    }

    async fn verdicts_caused_by(&mut self, cause: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
        verdicts::verdicts_caused_by(self, cause).await
    }

    async fn untold_verdicts(&mut self) -> Result<Vec<VerdictRow>, Fault> {
        verdicts::untold_verdicts(self).await
    }

    async fn verdicts_of(&mut self, version: u64, limit: u32) -> Result<Vec<VerdictRow>, Fault> {
        verdicts::verdicts_of(self, version, limit).await
    }

    async fn put_listing(&mut self, row: &ListingRow) -> Result<(), Fault> {
        listings::put_listing(self, row).await
    }

    async fn listing(&mut self, origin: &NodeId, record: &str, place: &str) -> Result<Option<ListingRow>, Fault> {
        listings::listing(self, origin, record, place).await
    }

    async fn listings_of(&mut self, origin: &NodeId, record: &str) -> Result<Vec<ListingRow>, Fault> {
        listings::listings_of(self, origin, record).await
    }

    async fn open_listings(&mut self, record: &str) -> Result<Vec<ListingRow>, Fault> {
        listings::open_listings(self, record).await
    }

    async fn listings_about(&mut self, record: &str, subject_key: &str) -> Result<Vec<ListingRow>, Fault> {
        listings::listings_about(self, record, subject_key).await
    }

    async fn put_clocks(&mut self, rows: &[ClockRow]) -> Result<(), Fault> {
        clocks::put_clocks(self, rows).await
    }

    async fn remove_clock(&mut self, key: &ClockKey) -> Result<(), Fault> {
        clocks::remove_clock(self, key).await
    }

    async fn clock(&mut self, key: &ClockKey) -> Result<Option<ClockRow>, Fault> {
        clocks::clock(self, key).await
    }

    async fn clocks_of_act(&mut self, act: &EntryRef, code: &str) -> Result<Vec<ClockRow>, Fault> {
        clocks::clocks_of_act(self, act, code).await
    }

    async fn due_clocks(&mut self, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault> {
        clocks::due_clocks(self, owner, page).await
    }

    async fn clocks_of_cases(
        &mut self,
        origin: &NodeId,
        numbers: (u64, u64),
        code: &str,
    ) -> Result<Vec<ClockRow>, Fault> {
        clocks::clocks_of_cases(self, origin, numbers, code).await
    }

    async fn all_clocks(&mut self, after: Option<&ClockKey>, limit: u32) -> Result<Vec<ClockRow>, Fault> {
        clocks::all_clocks(self, after, limit).await
    }

    async fn clear_projections(&mut self) -> Result<(), Fault> {
        projection::clear_projections(self).await
    }

    async fn projection_digest(&mut self) -> Result<Digest, Fault> {
        projection::projection_digest(self).await
    }
}
