//! From a request to a signed act: sessions, uploads, proposals, submission.

use std::sync::Arc;

use honghei_domain::attachment::Attachment;
use honghei_domain::node::EntryRef;
use honghei_ledger::{Statement, hex, sha256};
use honghei_proto::console::v1::propose_request::Command as Wire;
use honghei_proto::console::v1::{ImportSummary, ProposeResponse};
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::countersign::demand_zh;
use honghei_registry::desk::{dossiers, members};
use honghei_registry::engine::{Proposal, Submitted};
use honghei_store::{Fault as StoreFault, run_tx};

use super::command::{self, Asked, FileAsked, Purpose};
use super::file::{self, SealingKeys, Secret, Upload};
use super::session::Session;
use super::{Desk, Need, PURPOSE_SESSION, Pending, Spent, fields};
use crate::answer::{Answer, Class};
use crate::chance;
use crate::delivery::alarm;

/// What a proposal weighs besides its chunks.
const PROPOSAL_OVERHEAD: usize = 4096;

impl Desk {
    /// Opens an attempt to prove an officer's key: its name and the bytes to sign.
    pub(super) async fn open_session(&self, officer: &str) -> Result<(String, Vec<u8>), Answer> {
        let officer = fields::officer("officer", officer)?;
        let cx = self.context().await?;
        let name = self.name();
        let origin = cx.me().to_string();
        let statement = Statement {
            purpose: PURPOSE_SESSION,
            federation: &cx.directory().federation,
            origin: &origin,
            body_digest: sha256(format!("{name}\n{}", officer.0).as_bytes()),
            policy: "",
            directory_version: cx.directory().version,
        }
        .bytes();
        self.sessions.open(name.clone(), officer, statement.clone(), self.monotonic_ms())?;
        Ok((name, statement))
    }

    /// Checks the proof; the token of the session.
    pub(super) async fn prove_session(
        &self,
        challenge: &str,
        signature: &[u8],
        claimed_key: Vec<u8>,
    ) -> Result<String, Answer> {
        let challenge = self.sessions.take(challenge, self.monotonic_ms())?;
        let mut tx = self.read().await?;
        let me = self.engine().identity().log.node.clone();
        let key = match tx.officer(&me, &challenge.officer.0).await? {
            Some(row) => Some(members::read(&row)?.key),
            // Before the first officer is appointed, whoever opens the socket may prove the key he will appoint.
            None if tx.officers(Some(&me)).await?.is_empty() => Some(honghei_domain::directory::PublicKeyRecord {
                algorithm: honghei_ledger::Algorithm::Ed25519.name().to_owned(),
                key: claimed_key,
            }),
            None => None,
        };
        match key {
            Some(key) if members::public_key(&key).verify(&challenge.statement, signature) => {
                let token = self.random();
                self.sessions.admit(&token, challenge.officer, key, self.monotonic_ms());
                Ok(hex(&token))
            }
            // An unknown officer and a wrong signature look alike from outside.
            _ => {
                self.sessions.fail(&challenge.officer, self.monotonic_ms());
                Err(Answer::denied("SIGNATURE_INVALID", "人员或签名不正确"))
            }
        }
    }

    /// Turns a request into a proposal; one that is only tried leaves no trace, whatever becomes of it (F-P12).
    pub(super) async fn propose(
        &self,
        token: Option<&str>,
        wire: Wire,
        rehearse: bool,
    ) -> Result<ProposeResponse, Answer> {
        let cx = self.context().await?;
        let session = self.proposer(token, &wire, &cx).await?;
        let wire = match wire {
            Wire::ImportFeed(mut asked) => {
                if let Some(file) = &mut asked.file {
                    file.rehearse |= rehearse;
                }
                Wire::ImportFeed(self.complete_feed(asked).await?)
            }
            wire => wire,
        };
        match command::read(wire, &cx)? {
            Asked::Command(command) => self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await,
            Asked::Declare(list, uploads) => {
                let materials = self.files(&session, &uploads)?;
                let command = match list {
                    Some(list) => Command::Declare { list, materials },
                    None => self.only_declaration(&cx, materials).await?,
                };
                self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await
            }
            Asked::Disseminate(asked) => {
                let command = super::bulletin::spread(&asked, self.files(&session, &asked.files)?)?;
                self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await
            }
            Asked::Attach(case, uploads) => {
                let command = Command::AttachFiles { case, files: self.files(&session, &uploads)? };
                self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await
            }
            Asked::Repair(asked, uploads) => {
                let files = self.files(&session, &uploads)?;
                let command = Command::Listing(super::listing::with_files(*asked, files));
                self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await
            }
            Asked::Object(case, by, grounds) => {
                let mut tx = self.read().await?;
                let lists = dossiers::lists_of_case(&mut *tx, &case).await?;
                let list = lists
                    .into_iter()
                    .next_back()
                    .ok_or_else(|| Answer::refused("CASE_NOT_ON_LIST", format!("本节点没有包含{case}的名单")))?;
                drop(tx);
                let command = Command::ReceiveObjection { list, case, by, grounds };
                self.file_proposal(&session, &command, Vec::new(), Spent::Nothing, None).await
            }
            Asked::Countersign(id) => {
                let proposal = self.engine().countersigning(self.now()?, &session.officer, &id).await?;
                let spent = match self.parts.deliveries.of_parked(&id).await {
                    Some(record) => Spent::Delivery(Box::new(record)),
                    None => Spent::Nothing,
                };
                Ok(self.keep_proposal(&session, proposal, Vec::new(), spent, None))
            }
            Asked::Take(asked) => self.take_delivery(&session, asked, rehearse, &cx).await,
            Asked::File(asked) => self.propose_file(&session, *asked, &cx).await,
        }
    }

    /// Who proposes, if his roles permit it; the first officer of a node may appoint himself.
    async fn proposer(&self, token: Option<&str>, wire: &Wire, cx: &Context) -> Result<Session, Answer> {
        let caller = self.caller(token).await?;
        if let (None, Wire::AppointOfficer(asked)) = (&caller.officer, wire) {
            let himself = asked.id == caller.session.officer.0 && asked.key == caller.session.key.key;
            let administers = asked.roles.iter().any(|role| role == "administrator");
            if himself && administers {
                return Ok(caller.session);
            }
            let message = format!("{}尚无人员：第一名人员须以自己的密钥任命自己为系统管理员", cx.me());
            return Err(Answer::denied("FIRST_OFFICER_ONLY", message));
        }
        let need = command::action_of(wire).map_or(Need::Officer, Need::Action);
        Ok(self.permitted(token, need).await?.session)
    }

    /// Proposes what a file holds; a delivery of a source that its file makes impossible raises an alarm (C-5).
    async fn propose_file(&self, session: &Session, asked: FileAsked, cx: &Context) -> Result<ProposeResponse, Answer> {
        let upload = self.upload_of(&asked.upload, session)?;
        let spent = Spent::Upload(asked.upload.clone());
        self.propose_upload(session, upload, asked, spent, cx).await
    }

    /// The same of a file that is at hand; `spent` is marked when the act is signed.
    pub(super) async fn propose_upload(
        &self,
        session: &Session,
        upload: Upload,
        asked: FileAsked,
        spent: Spent,
        cx: &Context,
    ) -> Result<ProposeResponse, Answer> {
        let source = match &asked.purpose {
            // A file that is only tried raises no alarm.
            Purpose::Feed(feed) if feed.file.as_ref().is_some_and(|file| file.rehearse) => None,
            Purpose::Feed(feed) => Some(feed.source.clone()),
            Purpose::Collect(_) | Purpose::Correct(_) | Purpose::Events(_) => None,
        };
        let proposed = self.propose_rows(session, upload.clone(), asked, spent, cx).await;
        if let Some(source) = source {
            match &proposed {
                Err(refusal) => self.alarm_over(&source, &upload, refusal).await?,
                Ok(proposed) if proposed.proposal.is_empty() => {
                    let refusal = Answer::refused(alarm::NO_ROWS, proposed.summary.clone());
                    self.alarm_over(&source, &upload, &refusal).await?;
                }
                Ok(_) => {}
            }
        }
        proposed
    }

    async fn propose_rows(
        &self,
        session: &Session,
        upload: Upload,
        asked: FileAsked,
        spent: Spent,
        cx: &Context,
    ) -> Result<ProposeResponse, Answer> {
        let FileAsked { request, treatment, purpose, .. } = asked;
        let name = upload.name.clone();
        let keys = SealingKeys::of(&self.parts.vault, cx.directory())?;
        let mut rng = chance::generator()?;
        let taken = tokio::task::spawn_blocking(move || file::take(&upload, &request, treatment, &keys, &mut rng));
        let taken = taken.await.map_err(|error| Answer::fault("IMPORT_FAILED", error))??;
        let made = command::with_entries(purpose, &name, taken, cx)?;
        let mut summary = made.summary;
        if !made.report.is_empty() {
            summary.report = self.name();
            let weight = made.report.len();
            self.reports.put(summary.report.clone(), session.id, weight, made.report, self.monotonic_ms());
        }
        match made.command {
            Some(command) => self.file_proposal(session, &command, made.secrets, spent, Some(summary)).await,
            None => Ok(ProposeResponse {
                proposal: String::new(),
                statement: Vec::new(),
                summary: format!("没有可以导入的记录：共{}行，{}行有误", summary.rows, summary.refused),
                import: Some(summary),
                further: Vec::new(),
            }),
        }
    }

    pub(super) fn upload_of(&self, name: &str, session: &Session) -> Result<Upload, Answer> {
        let found = self.uploads.look(name, &session.id, self.monotonic_ms());
        found.ok_or_else(|| Answer::field("upload", "没有这个上传文件，或已过期，请重新上传"))
    }

    /// Takes uploaded files in by their content.
    fn files(&self, session: &Session, uploads: &[String]) -> Result<Vec<Attachment>, Answer> {
        let mut files = Vec::with_capacity(uploads.len());
        for upload in uploads {
            let Upload { name, bytes } = self.upload_of(upload, session)?;
            let taken = Attachment::take(&name, bytes.as_ref().clone());
            files.push(taken.map_err(|defect| Answer::refused(defect.code(), defect.to_string()))?);
        }
        Ok(files)
    }

    async fn only_declaration(&self, cx: &Context, materials: Vec<Attachment>) -> Result<Command, Answer> {
        let mut tx = self.read().await?;
        let mut open = Vec::new();
        for row in tx.dossiers(Some("certified")).await? {
            if row.list.log.node == *cx.me() {
                open.push(row.list);
            }
        }
        match <[EntryRef; 1]>::try_from(open) {
            Ok([list]) => Ok(Command::Declare { list, materials }),
            Err(open) if open.is_empty() => {
                Err(Answer::new(Class::AlreadyDone, "NOTHING_TO_DECLARE", "没有已认定而未申报的名单"))
            }
            Err(open) => {
                let lists: Vec<String> = open.iter().map(ToString::to_string).collect();
                Err(Answer::field("list", format!("有{}份名单待申报，请指明其一：{}", lists.len(), lists.join("、"))))
            }
        }
    }

    async fn file_proposal(
        &self,
        session: &Session,
        command: &Command,
        secrets: Vec<Secret>,
        spent: Spent,
        import: Option<ImportSummary>,
    ) -> Result<ProposeResponse, Answer> {
        let proposal = self.engine().propose(self.now()?, &session.officer, command).await?;
        Ok(self.keep_proposal(session, proposal, secrets, spent, import))
    }

    fn keep_proposal(
        &self,
        session: &Session,
        proposal: Proposal,
        secrets: Vec<Secret>,
        spent: Spent,
        import: Option<ImportSummary>,
    ) -> ProposeResponse {
        let chunks: usize = proposal.draft.chunks.iter().filter_map(|chunk| chunk.bytes.as_ref()).map(Vec::len).sum();
        let sealed: usize = secrets.iter().map(|secret| secret.weight()).sum();
        let weight = chunks + sealed + proposal.draft.bytes.len() + PROPOSAL_OVERHEAD;
        let (statement, summary) = (proposal.statement.clone(), proposal.summary.clone());
        let further = proposal.demands.iter().map(demand_zh).collect();
        let name = self.name();
        let pending = Pending { proposal, secrets, spent };
        self.proposals.put(name.clone(), session.id, weight, pending, self.monotonic_ms());
        ProposeResponse { proposal: name, statement, summary, import, further }
    }

    /// Writes a signed proposal, or lets it wait for others. Sealed numbers are durable before the act that commits to
    /// them.
    pub(super) async fn submit(
        &self,
        token: Option<&str>,
        name: &str,
        signature: Vec<u8>,
    ) -> Result<Submitted, Answer> {
        let session = self.caller(token).await?.session;
        let Pending { proposal, secrets, spent } = self
            .proposals
            .take(name, &session.id, self.monotonic_ms())
            .ok_or_else(|| Answer::new(Class::Stale, "PROPOSAL_UNKNOWN", "没有这个拟办事项，或已过期，请重新生成"))?;
        if !members::public_key(&session.key).verify(&proposal.statement, &signature) {
            return Err(members::bad_signature().into());
        }
        if !secrets.is_empty() {
            let kept: Result<(), StoreFault> = run_tx!(self.engine().store().as_ref(), "seal", async |tx| {
                for secret in &secrets {
                    secret.keep(tx).await?;
                }
                Ok(())
            });
            kept?;
        }
        let submitted = self.engine().submit(self.now()?, proposal, signature).await?;
        match spent {
            Spent::Nothing => {}
            Spent::Upload(upload) => {
                self.uploads.take(&upload, &session.id, self.monotonic_ms());
            }
            Spent::Delivery(record) => {
                // The act stands whatever becomes of this note: taking the delivery again finds nothing new in it.
                if let Err(answer) = self.parts.deliveries.signed(*record, &submitted).await {
                    tracing::error!(code = %answer.code, "a delivery could not be marked as signed: {answer}");
                }
            }
        }
        match &submitted {
            Submitted::Written(at) => {
                self.parts.pulse.beat();
                tracing::info!(entry = %at, officer = %session.officer.0, "an act was written");
            }
            Submitted::Waiting { id, .. } => {
                tracing::info!(%id, officer = %session.officer.0, "an act waits for further signatures");
            }
        }
        Ok(submitted)
    }

    /// Keeps an uploaded file for its session.
    pub(super) fn keep_upload(&self, session: &Session, name: String, bytes: Vec<u8>) -> String {
        let upload = self.name();
        let weight = bytes.len();
        let value = Upload { name, bytes: Arc::new(bytes) };
        self.uploads.put(upload.clone(), session.id, weight, value, self.monotonic_ms());
        upload
    }

    /// A report of this session.
    pub(super) fn report(&self, name: &str, session: &Session) -> Result<Arc<Vec<u8>>, Answer> {
        let found = self.reports.look(name, &session.id, self.monotonic_ms());
        found.ok_or_else(|| Answer::field("file", "没有这个文件，或已过期"))
    }
}
