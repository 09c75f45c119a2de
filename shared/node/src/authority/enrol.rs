//! Admission of new nodes: a newcomer proves that it holds an unused invitation and gets its certificate.

use std::sync::Arc;

use honghei_codec::directory::{Invitation, decode_invitation, decode_signed_directory, decode_signed_invitation};
use honghei_domain::directory::{Directory, LogKey, NodeRecord, PublicKeyRecord};
use honghei_domain::node::NodeId;
use honghei_ledger::{Algorithm, PublicKey};
use honghei_link::Pulse;
use honghei_proto::enrolment::v1::enrolment_service_client::EnrolmentServiceClient;
use honghei_proto::enrolment::v1::enrolment_service_server::{EnrolmentService, EnrolmentServiceServer};
use honghei_proto::enrolment::v1::{EnrolRequest, EnrolResponse};
use honghei_registry::context::Now;
use honghei_registry::engine::{DIRECTORY_META, Engine};
use honghei_store::{Fault as StoreFault, run_tx};
use rand_core::CryptoRng;
use tokio::sync::{Mutex, Semaphore};
use tonic::{Request, Response, Status};

use super::{Authority, Guest, InvitationRecord, Used, invitation_statement, record_key};
use crate::answer::{Answer, Class};
use crate::certificate;
use crate::clock::Clock;
use crate::tls::ParentDial;

/// Bytes of a request at most: an invitation and two keys.
const MAX_REQUEST_BYTES: usize = 128 * 1024;
/// Requests looked at together: a stranger may send them.
const REQUESTS_AT_ONCE: usize = 8;

/// Admits newcomers and publishes reference data where the authority is kept.
#[derive(Debug)]
pub struct Admission {
    pub(super) authority: Authority,
    pub(super) engine: Arc<Engine>,
    pub(super) clock: Clock,
    /// Wakes the links: the newcomer is at the door before the next sweep.
    pub(super) pulse: Pulse,
    /// One admission or publication at a time: each is a directory version.
    pub(super) turn: Mutex<()>,
}

impl Admission {
    /// The desk of an opened authority.
    pub fn new(authority: Authority, engine: Arc<Engine>, clock: Clock, pulse: Pulse) -> Self {
        Self { authority, engine, clock, pulse, turn: Mutex::new(()) }
    }

    /// Issues an invitation and remembers it.
    pub async fn invite(&self, now: Now, guest: Guest, rng: &mut (impl CryptoRng + Send)) -> Result<Vec<u8>, Answer> {
        let cx = self.engine.context(now).await;
        let node = guest.node.clone();
        let (token, invitation) = self.authority.invite(cx.directory(), guest, rng)?;
        self.remember(&record_key(&token), &InvitationRecord { node, used: None }).await?;
        Ok(invitation)
    }

    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolResponse, Answer> {
        let now = self.clock.now()?;
        let invitation = self.check_invitation(&request.invitation)?;
        let log_key = check_possession(&request)?;
        let transport_key = certificate::requested_key(&request.certificate_request)
            .map_err(|error| Answer::new(Class::Usage, error.code(), error.to_string()))?;
        let _turn = self.turn.lock().await;
        let key = record_key(&invitation.token);
        let Some(record) = self.recall(&key).await? else {
            return Err(Answer::denied("INVITATION_UNKNOWN", "this authority did not issue the invitation"));
        };
        let used = match record.used {
            Some(used) if used.log_key == log_key && used.transport_key == transport_key => used,
            Some(_) => {
                let message = "the invitation was used with other keys; ask for a new one";
                return Err(Answer::denied("INVITATION_USED", message));
            }
            None => {
                if now.today > invitation.expires_on {
                    let message = format!("the invitation expired on {}; ask for a new one", invitation.expires_on);
                    return Err(Answer::denied("INVITATION_EXPIRED", message));
                }
                self.check_free(now, &invitation.node).await?;
                let node = &invitation.node;
                let certificate =
                    self.authority.issue(node, &request.certificate_request, self.clock.transport_ms())?;
                let used = Used { log_key, transport_key, certificate };
                self.remember(&key, &InvitationRecord { node: node.clone(), used: Some(used.clone()) }).await?;
                used
            }
        };
        // A crash between the record and the log is made good here, when the newcomer asks again.
        self.publish(now, &invitation, &used.log_key).await?;
        Ok(EnrolResponse { certificate: used.certificate, signed_directory: self.signed_directory().await? })
    }

    fn check_invitation(&self, bytes: &[u8]) -> Result<Invitation, Answer> {
        let malformed =
            |defect: honghei_codec::WireDefect| Answer::new(Class::Usage, defect.code(), defect.to_string());
        let signed = decode_signed_invitation(bytes).map_err(malformed)?;
        let invitation = decode_invitation(&signed.document).map_err(malformed)?;
        let root = public_key(&self.authority.root_key());
        let statement = invitation_statement(&invitation, &signed.document);
        if root.is_none_or(|root| !root.verify(&statement, &signed.signature)) {
            return Err(Answer::denied("INVITATION_FORGED", "the invitation is not signed by this federation's root"));
        }
        Ok(invitation)
    }

    async fn check_free(&self, now: Now, node: &NodeId) -> Result<(), Answer> {
        if self.engine.context(now).await.directory().node(node).is_some() {
            let message = format!("{node} is a member already; a lost node is restored, not enrolled anew");
            return Err(Answer::denied("NODE_ALREADY_MEMBER", message));
        }
        Ok(())
    }

    /// Publishes a directory version with the newcomer, unless one has been published.
    async fn publish(&self, now: Now, invitation: &Invitation, log_key: &PublicKeyRecord) -> Result<(), Answer> {
        let cx = self.engine.context(now).await;
        let held = cx.directory();
        if held.node(&invitation.node).is_some() {
            return Ok(());
        }
        let mut nodes = held.nodes.clone();
        nodes.push(NodeRecord {
            id: invitation.node.clone(),
            name: invitation.name.clone(),
            tier: invitation.tier,
            parent: Some(invitation.parent.clone()),
            departments: invitation.departments.clone(),
            log_keys: vec![LogKey { epoch: 1, key: log_key.clone() }],
        });
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        let version = self.publish_directory(&cx, Directory { nodes, ..held.clone() }).await?;
        tracing::info!(node = %invitation.node, version, "a node was admitted");
        Ok(())
    }

    async fn signed_directory(&self) -> Result<Vec<u8>, Answer> {
        let mut tx = self.engine.store().read().await?;
        let held = tx.meta(DIRECTORY_META).await?;
        held.ok_or_else(|| Answer::new(Class::Fault, "DIRECTORY_INCOMPLETE", "this node holds no directory"))
    }

    async fn recall(&self, key: &str) -> Result<Option<InvitationRecord>, Answer> {
        let Some(bytes) = self.engine.store().read().await?.meta(key).await? else { return Ok(None) };
        let record = serde_json::from_slice(&bytes);
        record.map(Some).map_err(|error| Answer::fault("INVITATION_RECORD_MALFORMED", error))
    }

    async fn remember(&self, key: &str, record: &InvitationRecord) -> Result<(), Answer> {
        let bytes = serde_json::to_vec(record).map_err(|error| Answer::fault("INVITATION_RECORD_MALFORMED", error))?;
        run_tx!(self.engine.store().as_ref(), "invitation", async |tx| { tx.put_meta(key, &bytes).await })
            .map_err(|fault: StoreFault| fault.into())
    }
}

/// Whoever enrols a log key must hold it, or a stranger's log could be claimed.
fn check_possession(request: &EnrolRequest) -> Result<PublicKeyRecord, Answer> {
    let record = PublicKeyRecord { algorithm: request.log_key_algorithm.clone(), key: request.log_key.clone() };
    match public_key(&record) {
        None => Err(Answer::new(Class::Usage, "LOG_KEY_MALFORMED", "the log key is of no known algorithm or no key")),
        Some(key) if !key.verify(&request.invitation, &request.log_key_proof) => {
            Err(Answer::denied("LOG_KEY_NOT_PROVED", "the newcomer did not prove that it holds its log key"))
        }
        Some(_) => Ok(record),
    }
}

fn public_key(record: &PublicKeyRecord) -> Option<PublicKey> {
    PublicKey::new(Algorithm::from_name(&record.algorithm).ok()?, &record.key).ok()
}

/// The node id and version of a signed directory that this root signed; `None` for any other bytes.
pub(crate) fn read_signed_directory(bytes: &[u8], root: &PublicKeyRecord) -> Option<Directory> {
    let signed = decode_signed_directory(bytes).ok()?;
    let key = public_key(root)?;
    let sound = signed.key == *root && key.verify(&signed.document, &signed.signature);
    if sound { honghei_codec::directory::decode_directory(&signed.document).ok() } else { None }
}

/// The enrolment service of any node: the authority admits, every other node passes the call to the one above.
#[derive(Debug)]
pub struct EnrolmentDesk {
    way: Way,
    room: Semaphore,
}

#[derive(Debug)]
enum Way {
    /// The authority is here.
    Here(Arc<Admission>),
    /// It is above.
    Above(NodeId, ParentDial),
    /// It is here, but its key is not opened.
    Locked,
}

impl EnrolmentDesk {
    /// Where the authority is kept and open.
    pub fn here(admission: Arc<Admission>) -> Self {
        Self::by(Way::Here(admission))
    }

    /// Where it is kept above.
    pub fn above(parent: NodeId, dial: ParentDial) -> Self {
        Self::by(Way::Above(parent, dial))
    }

    /// Where it is kept and its key is not opened.
    pub fn locked() -> Self {
        Self::by(Way::Locked)
    }

    fn by(way: Way) -> Self {
        Self { way, room: Semaphore::new(REQUESTS_AT_ONCE) }
    }

    /// The service as tonic's router takes it, with its message limit.
    pub fn into_server(self) -> EnrolmentServiceServer<Self> {
        EnrolmentServiceServer::new(self).max_decoding_message_size(MAX_REQUEST_BYTES)
    }

    async fn answer(&self, request: EnrolRequest) -> Result<EnrolResponse, Answer> {
        match &self.way {
            Way::Here(admission) => admission.enrol(request).await,
            Way::Above(parent, dial) => {
                let channel = dial.connect(parent).await?;
                let answer = EnrolmentServiceClient::new(channel).enrol(request).await?;
                Ok(answer.into_inner())
            }
            Way::Locked => Err(locked()),
        }
    }
}

/// The answer of an authority whose root key was not opened at the start.
pub(crate) fn locked() -> Answer {
    let message = "the federation's root key is not open here; start the node with its passphrase \
                   (HONGHEI_ROOT_PASSPHRASE or --root-passphrase-file)";
    Answer::refused("AUTHORITY_LOCKED", message)
}

#[tonic::async_trait]
impl EnrolmentService for EnrolmentDesk {
    async fn enrol(&self, request: Request<EnrolRequest>) -> Result<Response<EnrolResponse>, Status> {
        let Ok(_place) = self.room.try_acquire() else {
            return Err(Answer::new(Class::Unreachable, "ENROLMENT_BUSY", "try again in a moment").into_status());
        };
        match self.answer(request.into_inner()).await {
            Ok(response) => Ok(Response::new(response)),
            Err(answer) => {
                tracing::warn!(code = %answer.code, "an enrolment was not granted");
                Err(answer.into_status())
            }
        }
    }
}
