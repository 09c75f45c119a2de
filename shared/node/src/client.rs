//! A client of the console: opens a session, proposes, signs with the officer's own key, submits, asks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use honghei_ledger::SecretKey;
use honghei_proto::console::v1::console_service_client::ConsoleServiceClient;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio_stream::StreamExt;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};

use crate::answer::{Answer, Class};
use crate::console::SESSION_KEY;

/// Bytes of one uploaded piece.
const PIECE: usize = 256 * 1024;
/// Times that a proposal is made anew when the node's state moved on before it was signed.
const TRIES: u32 = 20;
/// Wait before the second try; it grows with each, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Time for the node to take the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Answers may list ten thousand rows.
const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// What an act came to.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Done {
    /// The entry written; none where a file held nothing that may enter, or the act waits for others to sign.
    pub entry: Option<String>,
    /// What the act waits under for further signatures.
    pub waiting: Option<String>,
    /// The signatures still needed, in Chinese.
    pub missing: Vec<String>,
    /// What was done, in Chinese.
    pub summary: String,
    /// For commands with a file.
    pub import: Option<ImportSummary>,
}

/// A connection to a node's console.
#[derive(Clone, Debug)]
pub struct Client {
    inner: ConsoleServiceClient<Channel>,
    token: Option<MetadataValue<Ascii>>,
    key: Option<SecretKey>,
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)*) => {
        $($(#[$doc])*
        pub async fn $name(&mut self, request: $request) -> Result<$response, Answer> {
            let request = self.request(request);
            Ok(self.inner.$name(request).await?.into_inner())
        })*
    };
}

impl Client {
    /// Connects to the socket of a running node.
    pub async fn connect(socket: impl AsRef<Path>) -> Result<Self, Answer> {
        let path: PathBuf = socket.as_ref().to_owned();
        let unreachable = |error: tonic::transport::Error| {
            let message = format!(
                "no node answers at {} ({}); start it with serve, or name its folder with --dir",
                socket.as_ref().display(),
                crate::answer::chain(&error)
            );
            Answer::new(Class::Unreachable, "NODE_NOT_RUNNING", message)
        };
        let connector = tower::service_fn(move |_| {
            let path = path.clone();
            async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(path).await?)) }
        });
        let endpoint = Endpoint::from_static("http://console.honghei").connect_timeout(CONNECT_TIMEOUT);
        let channel = endpoint.connect_with_connector(connector).await.map_err(unreachable)?;
        let inner = ConsoleServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES);
        Ok(Self { inner, token: None, key: None })
    }

    /// Proves an officer's key; later calls are his and acts are signed with it.
    pub async fn open_session(&mut self, officer: &str, key: SecretKey) -> Result<(), Answer> {
        let opened = self.inner.open_session(OpenSessionRequest { officer: officer.to_owned() }).await?.into_inner();
        let proof = ProveSessionRequest {
            challenge: opened.challenge,
            signature: key.sign(&opened.statement),
            public_key: key.public().bytes,
        };
        let token = self.inner.prove_session(proof).await?.into_inner().token;
        let malformed = |_| Answer::new(Class::Fault, "SESSION_MALFORMED", "the node gave a token that cannot be sent");
        self.token = Some(token.parse().map_err(malformed)?);
        self.key = Some(key);
        Ok(())
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            request.metadata_mut().insert(SESSION_KEY, token.clone());
        }
        request
    }

    /// Sends a file; the name under which commands refer to it. `progress` hears of the bytes sent so far.
    pub async fn upload(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        progress: impl Fn(u64) + Send + 'static,
    ) -> Result<String, Answer> {
        let mut name = Some(name.to_owned());
        let mut sent = 0;
        let mut pieces: Vec<Vec<u8>> = bytes.chunks(PIECE).map(<[u8]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let messages = tokio_stream::iter(pieces).map(move |piece| {
            sent += piece.len() as u64;
            progress(sent);
            UploadRequest { name: name.take().unwrap_or_default(), piece }
        });
        let request = self.request(messages);
        Ok(self.inner.upload(request).await?.into_inner().upload)
    }

    /// Fetches a file that a command produced.
    pub async fn download(&mut self, file: &str) -> Result<Vec<u8>, Answer> {
        let request = self.request(DownloadRequest { file: file.to_owned() });
        let mut pieces = self.inner.download(request).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await {
            bytes.extend_from_slice(&piece?.piece);
        }
        Ok(bytes)
    }

    /// Asks an office of the node; `progress` hears of the steps. Dropping the future ends the work.
    pub async fn ask(&mut self, request: AskRequest, mut progress: impl FnMut(&Step)) -> Result<Told, Answer> {
        let request = self.request(request);
        let mut said = self.inner.ask(request).await?.into_inner();
        while let Some(answer) = said.next().await {
            match answer?.said {
                Some(ask_response::Said::Step(step)) => progress(&step),
                Some(ask_response::Said::Told(told)) => return Ok(told),
                None => {}
            }
        }
        Err(Answer::new(Class::Fault, "ANSWER_MISSING", "the node ended the call without an answer; see its log"))
    }

    /// Asks what a command would do; writes nothing.
    pub async fn propose(&mut self, command: Command) -> Result<ProposeResponse, Answer> {
        self.propose_as(command, false).await
    }

    async fn propose_as(&mut self, command: Command, rehearse: bool) -> Result<ProposeResponse, Answer> {
        let request = self.request(ProposeRequest { command: Some(command), rehearse });
        Ok(self.inner.propose(request).await?.into_inner())
    }

    /// Writes a proposal under its officer's signature; the entry written, or what it waits under.
    pub async fn submit(&mut self, proposal: &str, signature: Vec<u8>) -> Result<SubmitResponse, Answer> {
        let request = self.request(SubmitRequest { proposal: proposal.to_owned(), signature });
        Ok(self.inner.submit(request).await?.into_inner())
    }

    /// Does a command: proposes it, signs it with the session's key, submits it. A proposal that went stale is made
    /// anew, a bounded number of times.
    pub async fn perform(&mut self, command: Command) -> Result<Done, Answer> {
        let missing = || Answer::denied("SESSION_MISSING", "请先登录（需要人员签名）");
        let key = self.key.clone().ok_or_else(missing)?;
        let mut wait = FIRST_WAIT;
        let mut tries = 1;
        loop {
            match self.attempt(command.clone(), &key).await {
                Err(answer) if answer.class == Class::Stale && tries < TRIES => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    /// Proposes a command and rehearses what it would change; the proposal is left unsigned, and nothing of it leaves a
    /// trace at the node. One that went stale is made anew, a bounded number of times. At most `limit` rows of each stage;
    /// 0 for a thousand.
    pub async fn try_out(
        &mut self,
        command: Command,
        limit: u32,
    ) -> Result<(ProposeResponse, RehearseResponse), Answer> {
        self.tried(command, limit, true).await
    }

    /// The same; `rehearse` where nothing will be signed whatever comes of it.
    async fn tried(
        &mut self,
        command: Command,
        limit: u32,
        rehearse: bool,
    ) -> Result<(ProposeResponse, RehearseResponse), Answer> {
        let mut wait = FIRST_WAIT;
        let mut tries = 1;
        loop {
            let tried = match self.propose_as(command.clone(), rehearse).await {
                Ok(proposed) if proposed.proposal.is_empty() => return Ok((proposed, RehearseResponse::default())),
                Ok(proposed) => self.rehearse_proposal(&proposed, limit).await.map(|rehearsed| (proposed, rehearsed)),
                Err(answer) => Err(answer),
            };
            match tried {
                Err(answer) if answer.class == Class::Stale && tries < TRIES => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    tries += 1;
                }
                tried => return tried,
            }
        }
    }

    async fn rehearse_proposal(&mut self, proposed: &ProposeResponse, limit: u32) -> Result<RehearseResponse, Answer> {
        let matter = Some(rehearse_request::Matter::Proposal(proposed.proposal.clone()));
        self.rehearse(RehearseRequest { matter, limit }).await
    }

    /// Does a command only if it still changes exactly what a rehearsal showed: proposes it, rehearses the proposal,
    /// compares, and signs that very proposal.
    ///
    /// # Errors
    /// `REHEARSAL_DIFFERS`.
    pub async fn perform_as_rehearsed(&mut self, command: Command, digest: &str) -> Result<Done, Answer> {
        let missing = || Answer::denied("SESSION_MISSING", "请先登录（需要人员签名）");
        let key = self.key.clone().ok_or_else(missing)?;
        let mut wait = FIRST_WAIT;
        let mut tries = 1;
        loop {
            let (proposed, rehearsed) = self.tried(command.clone(), 1, false).await?;
            if !proposed.proposal.is_empty() {
                crate::cli::as_expected(&rehearsed, digest)?;
            }
            match self.sign(proposed, &key).await {
                Err(answer) if answer.class == Class::Stale && tries < TRIES => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    async fn attempt(&mut self, command: Command, key: &SecretKey) -> Result<Done, Answer> {
        let proposed = self.propose(command).await?;
        self.sign(proposed, key).await
    }

    async fn sign(&mut self, proposed: ProposeResponse, key: &SecretKey) -> Result<Done, Answer> {
        if proposed.proposal.is_empty() {
            let ProposeResponse { summary, import, .. } = proposed;
            return Ok(Done { entry: None, waiting: None, missing: Vec::new(), summary, import });
        }
        let SubmitResponse { entry, waiting, missing } =
            self.submit(&proposed.proposal, key.sign(&proposed.statement)).await?;
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let ProposeResponse { summary, import, .. } = proposed;
        Ok(Done { entry: given(entry), waiting: given(waiting), missing, summary, import })
    }

    queries! {
        /// The node's state. Needs no session.
        get_status(GetStatusRequest) -> GetStatusResponse;
        /// Proposals that wait for a further signature.
        list_signatures(ListSignaturesRequest) -> ListSignaturesResponse;
        /// Takes one of them away.
        drop_signature(DropSignatureRequest) -> DropSignatureResponse;
        /// Files of a declaration or case.
        list_attachments(ListAttachmentsRequest) -> ListAttachmentsResponse;
        /// One of them, for download.
        fetch_attachment(FetchAttachmentRequest) -> FetchAttachmentResponse;
        /// Own cases.
        list_cases(ListCasesRequest) -> ListCasesResponse;
        /// One case with its history.
        show_case(ShowCaseRequest) -> ShowCaseResponse;
        /// Every clock of a case with its count.
        why_due(WhyDueRequest) -> WhyDueResponse;
        /// A node's running clocks.
        list_deadlines(ListDeadlinesRequest) -> ListDeadlinesResponse;
        /// A case's procedure certificate, for download.
        make_certificate(MakeCertificateRequest) -> MakeCertificateResponse;
        /// A report of the comparison, for download.
        make_report(MakeReportRequest) -> MakeReportResponse;
        /// An official document, composed.
        compose_document(ComposeDocumentRequest) -> ComposeDocumentResponse;
        /// Declared lists.
        list_dossiers(ListDossiersRequest) -> ListDossiersResponse;
        /// One list with its entries.
        show_dossier(ShowDossierRequest) -> ShowDossierResponse;
        /// Officers known here.
        list_officers(ListOfficersRequest) -> ListOfficersResponse;
        /// Open statements and objections.
        list_petitions(ListPetitionsRequest) -> ListPetitionsResponse;
        /// Result versions.
        list_results(ListResultsRequest) -> ListResultsResponse;
        /// What result versions removed or hold.
        list_verdicts(ListVerdictsRequest) -> ListVerdictsResponse;
        /// Comparison work outstanding.
        compare(CompareRequest) -> CompareResponse;
        /// A subject on the final list. Needs no session.
        look_up(LookUpRequest) -> LookUpResponse;
        /// Checks everything the node holds.
        verify(VerifyRequest) -> VerifyResponse;
        /// Drops the projections and folds the logs again.
        rebuild(RebuildRequest) -> RebuildResponse;
        /// Issues an invitation.
        invite(InviteRequest) -> InviteResponse;
        /// Publishes a policy's version or working-day notices.
        publish_reference(PublishReferenceRequest) -> PublishReferenceResponse;
        /// Tries something on a fork of the node.
        rehearse(RehearseRequest) -> RehearseResponse;
        /// The exits that a published policy calls for.
        draft_policy_exits(DraftPolicyExitsRequest) -> DraftPolicyExitsResponse;
        /// Departments' lists that machines brought and that wait.
        list_deliveries(ListDeliveriesRequest) -> ListDeliveriesResponse;
        /// Puts one of them aside.
        drop_delivery(DropDeliveryRequest) -> DropDeliveryResponse;
        /// Certifies the key of a department's program, or withdraws it.
        issue_credential(IssueCredentialRequest) -> IssueCredentialResponse;
    }
}
