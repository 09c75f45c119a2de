//! The service's methods, each as short as it can be: who asks, what for, hand on.

use std::pin::Pin;

use honghei_domain::permit::Action;
use honghei_proto::console::v1::console_service_server::ConsoleService;
use honghei_proto::console::v1::*;
use honghei_registry::countersign::demand_zh;
use honghei_registry::engine::Submitted;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::{Console, Need, SESSION_KEY};
use crate::answer::{Answer, Class};

/// Bytes of one downloaded piece.
const PIECE: usize = 256 * 1024;

type Reply<T> = Result<Response<T>, Status>;

fn token<T>(request: &Request<T>) -> Option<String> {
    request.metadata().get(SESSION_KEY).and_then(|token| token.to_str().ok()).map(str::to_owned)
}

fn reply<T>(answer: Result<T, Answer>) -> Reply<T> {
    answer.map(Response::new).map_err(Answer::into_status)
}

const READ: Need = Need::Action(Action::Read);

#[tonic::async_trait]
impl ConsoleService for Console {
    type AskStream = Pin<Box<dyn Stream<Item = Result<AskResponse, Status>> + Send>>;
    type DownloadStream = Pin<Box<dyn Stream<Item = Result<DownloadResponse, Status>> + Send>>;

    async fn open_session(&self, request: Request<OpenSessionRequest>) -> Reply<OpenSessionResponse> {
        let opened = self.0.open_session(&request.get_ref().officer).await;
        reply(opened.map(|(challenge, statement)| OpenSessionResponse { challenge, statement }))
    }

    async fn prove_session(&self, request: Request<ProveSessionRequest>) -> Reply<ProveSessionResponse> {
        let ProveSessionRequest { challenge, signature, public_key } = request.into_inner();
        let proved = self.0.prove_session(&challenge, &signature, public_key).await;
        reply(proved.map(|token| ProveSessionResponse { token }))
    }

    async fn upload(&self, request: Request<Streaming<UploadRequest>>) -> Reply<UploadResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        let (name, bytes) = receive(request.into_inner()).await?;
        Ok(Response::new(UploadResponse { upload: self.0.keep_upload(&caller.session, name, bytes) }))
    }

    async fn download(&self, request: Request<DownloadRequest>) -> Reply<Self::DownloadStream> {
        let caller = self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        let bytes = self.0.report(&request.get_ref().file, &caller.session).map_err(Answer::into_status)?;
        let pieces: Vec<_> = bytes.chunks(PIECE).map(|piece| Ok(DownloadResponse { piece: piece.to_vec() })).collect();
        Ok(Response::new(Box::pin(tokio_stream::iter(pieces))))
    }

    async fn propose(&self, request: Request<ProposeRequest>) -> Reply<ProposeResponse> {
        let token = token(&request);
        let ProposeRequest { command, rehearse } = request.into_inner();
        let Some(command) = command else {
            return reply(Err(Answer::field("command", "没有指定办理事项")));
        };
        reply(self.0.propose(token.as_deref(), command, rehearse).await)
    }

    async fn submit(&self, request: Request<SubmitRequest>) -> Reply<SubmitResponse> {
        let token = token(&request);
        let SubmitRequest { proposal, signature } = request.into_inner();
        let written = self.0.submit(token.as_deref(), &proposal, signature).await;
        reply(written.map(|submitted| match submitted {
            Submitted::Written(at) => SubmitResponse { entry: at.to_string(), ..SubmitResponse::default() },
            Submitted::Waiting { id, missing } => {
                let missing = missing.iter().map(demand_zh).collect();
                SubmitResponse { entry: String::new(), waiting: id, missing }
            }
        }))
    }

    async fn list_signatures(&self, request: Request<ListSignaturesRequest>) -> Reply<ListSignaturesResponse> {
        self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        reply(self.0.list_signatures().await)
    }

    async fn drop_signature(&self, request: Request<DropSignatureRequest>) -> Reply<DropSignatureResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        reply(self.0.drop_signature(&caller.session, &request.get_ref().id).await)
    }

    async fn get_status(&self, _request: Request<GetStatusRequest>) -> Reply<GetStatusResponse> {
        reply(self.0.status().await)
    }

    async fn list_attachments(&self, request: Request<ListAttachmentsRequest>) -> Reply<ListAttachmentsResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_attachments(&request.get_ref().of).await)
    }

    async fn fetch_attachment(&self, request: Request<FetchAttachmentRequest>) -> Reply<FetchAttachmentResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.fetch_attachment(&caller.session, request.into_inner()).await)
    }

    async fn list_cases(&self, request: Request<ListCasesRequest>) -> Reply<ListCasesResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_cases(request.into_inner()).await)
    }

    async fn show_case(&self, request: Request<ShowCaseRequest>) -> Reply<ShowCaseResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.show_case(&request.get_ref().case_id).await)
    }

    async fn why_due(&self, request: Request<WhyDueRequest>) -> Reply<WhyDueResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.why_due(&request.get_ref().case_id).await)
    }

    async fn list_deadlines(&self, request: Request<ListDeadlinesRequest>) -> Reply<ListDeadlinesResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_deadlines(request.into_inner()).await)
    }

    async fn make_certificate(&self, request: Request<MakeCertificateRequest>) -> Reply<MakeCertificateResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.make_certificate(&request.get_ref().case_id, &caller.session).await)
    }

    async fn make_report(&self, request: Request<MakeReportRequest>) -> Reply<MakeReportResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.make_report(request.into_inner(), &caller.session).await)
    }

    async fn compose_document(&self, request: Request<ComposeDocumentRequest>) -> Reply<ComposeDocumentResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.compose_document(request.into_inner()).await)
    }

    async fn list_dossiers(&self, request: Request<ListDossiersRequest>) -> Reply<ListDossiersResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_dossiers(&request.get_ref().stage).await)
    }

    async fn show_dossier(&self, request: Request<ShowDossierRequest>) -> Reply<ShowDossierResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.show_dossier(request.into_inner()).await)
    }

    async fn list_officers(&self, request: Request<ListOfficersRequest>) -> Reply<ListOfficersResponse> {
        self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        reply(self.0.list_officers().await)
    }

    async fn list_petitions(&self, request: Request<ListPetitionsRequest>) -> Reply<ListPetitionsResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_petitions().await)
    }

    async fn list_results(&self, request: Request<ListResultsRequest>) -> Reply<ListResultsResponse> {
        self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        reply(self.0.list_results(request.get_ref().limit).await)
    }

    async fn list_verdicts(&self, request: Request<ListVerdictsRequest>) -> Reply<ListVerdictsResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_verdicts(request.into_inner()).await)
    }

    async fn compare(&self, request: Request<CompareRequest>) -> Reply<CompareResponse> {
        let need = Need::Either(Action::Compare, Action::PublishResult);
        let caller = self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        reply(self.0.compare(&caller).await)
    }

    async fn look_up(&self, request: Request<LookUpRequest>) -> Reply<LookUpResponse> {
        reply(self.0.look_up(&request.get_ref().identifier).await)
    }

    async fn ask(&self, request: Request<AskRequest>) -> Reply<Self::AskStream> {
        let need = match &request.get_ref().question {
            Some(ask_request::Question::Recompare(_)) => Need::Either(Action::Compare, Action::PublishResult),
            Some(ask_request::Question::Recompute(_)) => Need::Action(Action::ReadLog),
            _ => READ,
        };
        self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        let answers = self.ask(request.into_inner()).map_err(Answer::into_status)?;
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }

    async fn rehearse(&self, request: Request<RehearseRequest>) -> Reply<RehearseResponse> {
        let caller = self.0.permitted(token(&request).as_deref(), Need::Officer).await.map_err(Answer::into_status)?;
        reply(self.0.rehearse(&caller, request.into_inner()).await)
    }

    async fn draft_policy_exits(&self, request: Request<DraftPolicyExitsRequest>) -> Reply<DraftPolicyExitsResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.draft_policy_exits(request.into_inner()).await)
    }

    async fn verify(&self, request: Request<VerifyRequest>) -> Reply<VerifyResponse> {
        let need = Need::Action(Action::ReadLog);
        self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        reply(self.0.verify().await)
    }

    async fn rebuild(&self, request: Request<RebuildRequest>) -> Reply<RebuildResponse> {
        self.0.permitted(token(&request).as_deref(), Need::Administrator).await.map_err(Answer::into_status)?;
        reply(self.0.rebuild().await)
    }

    async fn invite(&self, request: Request<InviteRequest>) -> Reply<InviteResponse> {
        self.0.permitted(token(&request).as_deref(), Need::Administrator).await.map_err(Answer::into_status)?;
        reply(self.0.invite(request.into_inner()).await)
    }

    async fn publish_reference(&self, request: Request<PublishReferenceRequest>) -> Reply<PublishReferenceResponse> {
        let need = Need::Administrator;
        let caller = self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        reply(self.0.publish_reference(&caller, request.into_inner()).await)
    }

    async fn list_deliveries(&self, request: Request<ListDeliveriesRequest>) -> Reply<ListDeliveriesResponse> {
        self.0.permitted(token(&request).as_deref(), READ).await.map_err(Answer::into_status)?;
        reply(self.0.list_deliveries(&request.get_ref().source).await)
    }

    async fn drop_delivery(&self, request: Request<DropDeliveryRequest>) -> Reply<DropDeliveryResponse> {
        let need = Need::Action(Action::ImportFeed);
        let caller = self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        reply(self.0.drop_delivery(&caller.session, &request.get_ref().delivery).await)
    }

    async fn issue_credential(&self, request: Request<IssueCredentialRequest>) -> Reply<IssueCredentialResponse> {
        let need = Need::Administrator;
        let caller = self.0.permitted(token(&request).as_deref(), need).await.map_err(Answer::into_status)?;
        reply(self.0.issue_credential(&caller.session, request.into_inner()).await)
    }
}

/// Collects a file's pieces up to the largest file that is taken in.
async fn receive(mut pieces: Streaming<UploadRequest>) -> Result<(String, Vec<u8>), Status> {
    let limit = honghei_intake::limit::MAX_FILE_BYTES;
    let mut name = String::new();
    let (mut received, mut length) = (Vec::new(), 0);
    while let Some(piece) = pieces.next().await {
        let UploadRequest { name: said, piece } = piece?;
        if name.is_empty() {
            name = said.chars().take(255).collect();
        }
        length += piece.len();
        if length > limit {
            let message = format!("文件超过上限{}兆字节，请拆分后分批导入", limit / (1024 * 1024));
            return Err(Answer::new(Class::Usage, "UPLOAD_TOO_LARGE", message).into_status());
        }
        received.push(piece);
    }
    if name.is_empty() {
        return Err(Answer::field("name", "没有文件名").into_status());
    }
    // Put together once: a vector that grows with every piece would be copied again and again.
    Ok((name, received.concat()))
}
