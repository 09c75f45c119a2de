//! The traits, handed on to the repository files.

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::audience::Audience;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};

use super::session::SqlTx;
use super::*;
use crate::rows::*;
use crate::traits::{HubTx, LogTx, RegistryTx};

#[async_trait]
impl Tx for SqlTx {
    async fn commit(self: Box<Self>) -> Result<(), Fault> {
        SqlTx::commit(*self).await
    }

    fn must_retry(&self) -> bool {
        SqlTx::must_retry(self)
    }
}

#[async_trait]
impl LogTx for SqlTx {
    async fn head(&mut self, log: &LogId) -> Result<Option<HeadRow>, Fault> {
        heads::head(self, log).await
    }

    async fn heads(&mut self) -> Result<Vec<HeadRow>, Fault> {
        heads::heads(self).await
    }

    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Fault> {
        heads::put_head(self, head).await
    }

    async fn put_interpreted(&mut self, log: &LogId, interpreted: u64) -> Result<(), Fault> {
        heads::put_interpreted(self, log, interpreted).await
    }

    async fn append_entries(&mut self, entries: &[EntryRow]) -> Result<(), Fault> {
        entries::append_entries(self, entries).await
    }

    async fn entries(&mut self, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        entries::entries(self, log, from, limit).await
    }

    async fn entry(&mut self, at: &EntryRef) -> Result<Option<EntryRow>, Fault> {
        entries::entry(self, at).await
    }

    async fn put_tree_nodes(&mut self, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault> {
        entries::put_tree_nodes(self, log, nodes).await
    }

    async fn tree_nodes(&mut self, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Option<Digest>>, Fault> {
        entries::tree_nodes(self, log, places).await
    }

    async fn audience_head(&mut self, log: &LogId, audience: &Audience) -> Result<Option<(u64, Digest)>, Fault> {
        heads::audience_head(self, log, audience).await
    }

    async fn put_audience_head(
        &mut self,
        log: &LogId,
        audience: &Audience,
        number: u64,
        hash: &Digest,
    ) -> Result<(), Fault> {
        heads::put_audience_head(self, log, audience, number, hash).await
    }

    async fn put_chunk(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), Fault> {
        chunks::put_chunk(self, digest, bytes).await
    }

    async fn chunk(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        chunks::chunk(self, digest).await
    }

    async fn missing_chunks(&mut self, digests: &[Digest]) -> Result<Vec<Digest>, Fault> {
        chunks::missing_chunks(self, digests).await
    }

    async fn put_wants(&mut self, wants: &[WantRow]) -> Result<(), Fault> {
        chunks::put_wants(self, wants).await
    }

    async fn wants(&mut self, limit: u32) -> Result<Vec<WantRow>, Fault> {
        chunks::wants(self, limit).await
    }

    async fn first_incomplete(&mut self, log: &LogId) -> Result<Option<u64>, Fault> {
        chunks::first_incomplete(self, log).await
    }

    async fn put_cosignature(&mut self, row: &CosignatureRow) -> Result<(), Fault> {
        receipts::put_cosignature(self, row).await
    }

    async fn cosignatures(&mut self, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault> {
        receipts::cosignatures(self, log, size).await
    }

    async fn latest_cosignature(&mut self, log: &LogId, signer: &NodeId) -> Result<Option<CosignatureRow>, Fault> {
        receipts::latest_cosignature(self, log, signer).await
    }

    async fn put_incident(&mut self, row: &IncidentRow) -> Result<(), Fault> {
        incidents::put_incident(self, row).await
    }

    async fn incidents(&mut self, limit: u32) -> Result<Vec<IncidentRow>, Fault> {
        incidents::incidents(self, limit).await
    }

    async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        vault::meta(self, key).await
    }

    async fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), Fault> {
        vault::put_meta(self, key, value).await
    }

    async fn put_parked(&mut self, row: &ParkedRow) -> Result<(), Fault> {
        parked::put_parked(self, row).await
    }

    async fn parked(&mut self, id: &str) -> Result<Option<ParkedRow>, Fault> {
        parked::parked(self, id).await
    }

    async fn all_parked(&mut self) -> Result<Vec<ParkedRow>, Fault> {
        parked::all_parked(self).await
    }

    async fn remove_parked(&mut self, id: &str) -> Result<(), Fault> {
        parked::remove_parked(self, id).await
    }

    async fn put_secret(&mut self, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault> {
        vault::put_secret(self, commitment, ciphertext).await
    }

    async fn secret(&mut self, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        vault::secret(self, commitment).await
    }
}

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
