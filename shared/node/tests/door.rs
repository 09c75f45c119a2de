//! The node's door and its socket: who is let in, and what is left behind by the dead.

use honghei_domain::node::NodeId;
use honghei_link::frame::Frame;
use honghei_node::client::Client;
use honghei_node::{certificate, join, serve as serving, tls};
use honghei_proto::console::v1::GetStatusRequest;
use honghei_proto::link::v1::MirrorRequest;
use honghei_proto::link::v1::link_service_client::LinkServiceClient;
use tonic::transport::Channel;

use crate::support::{CITY, PASSPHRASE, PROVINCE, Place, node, serve};

async fn mirror(channel: Channel) -> Result<(), tonic::Status> {
    let frame = Some(honghei_link::wire::to_wire(Frame::KeepAlive(0)));
    let requests = tokio_stream::iter([MirrorRequest { frame }]);
    LinkServiceClient::new(channel).mirror(requests).await.map(|_| ())
}

fn read(folder: &honghei_node::folder::Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

/// Asks the node's state again and again until it says what is waited for; the test's time limit ends the wait.
async fn incident_codes(admin: &mut Client, wanted: &str) -> Vec<String> {
    loop {
        let status = admin.get_status(GetStatusRequest {}).await.unwrap();
        let codes: Vec<String> = status.incidents.into_iter().map(|incident| incident.code).collect();
        if codes.iter().any(|code| code == wanted) {
            return codes;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_caller_without_a_certificate_opens_no_link_and_is_put_on_record() {
    let place = Place::new();
    let folder = place.found("p").await;
    let mut province = serve(&folder, &PROVINCE).await;
    let province_id: NodeId = node("420000-commerce");
    let bare = tls::connect(&province.address(), &province_id, &read(&folder, "authority.pem"), None).await.unwrap();
    assert_eq!(mirror(bare).await.unwrap_err().code(), tonic::Code::Unauthenticated);
    incident_codes(&mut province.admin, "PEER_WITHOUT_CERTIFICATE").await;
    province.running.stop().await;
}

#[tokio::test]
async fn a_member_that_is_no_child_opens_no_link() {
    let place = Place::new();
    let folder = place.found("p").await;
    let mut province = serve(&folder, &PROVINCE).await;
    let province_id: NodeId = node("420000-commerce");
    // The province's own certificate is a member's, but not a child's.
    let (authority, own) = (read(&folder, "authority.pem"), read(&folder, "certificate.pem"));
    let key = read(&folder, "transport.key");
    let channel = tls::connect(&province.address(), &province_id, &authority, Some((&own, &key))).await.unwrap();
    assert_eq!(mirror(channel).await.unwrap_err().code(), tonic::Code::Unauthenticated);
    incident_codes(&mut province.admin, "PEER_NOT_A_CHILD").await;
    province.running.stop().await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_does_not_get_through_the_handshake() {
    let place = Place::new();
    let folder = place.found("p").await;
    let province = serve(&folder, &PROVINCE).await;
    let other = place.found("q").await;
    let (own, key) = (read(&other, "certificate.pem"), read(&other, "transport.key"));
    let authority = read(&folder, "authority.pem");
    let province_id = node("420000-commerce");
    // TLS 1.3 tells the client of the refusal only when it first speaks.
    let refused = match tls::connect(&province.address(), &province_id, &authority, Some((&own, &key))).await {
        Ok(channel) => mirror(channel).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
    // And the client refuses a node of another authority.
    let wrong = tls::connect(&province.address(), &province_id, &read(&other, "authority.pem"), None).await;
    assert_eq!(wrong.unwrap_err().code, "NODE_UNREACHABLE");
    let wrong_name = tls::connect(&province.address(), &node("420800-commerce"), &authority, None).await;
    assert_eq!(wrong_name.unwrap_err().code, "NODE_UNREACHABLE");
    province.running.stop().await;
}

#[tokio::test]
async fn a_child_is_linked_as_soon_as_it_has_joined() {
    let place = Place::new();
    let folder = place.found("p").await;
    let mut province = serve(&folder, &PROVINCE).await;
    let address = province.address();
    let invitation = province.invite("420800", "city", "420000-commerce", &address).await;
    let folder = place.prepare("c");
    join::join(&folder, &invitation, &CITY).await.unwrap();
    let city = serve(&folder, &CITY).await;
    let mut admin = city.admin.clone();
    loop {
        let status = admin.get_status(GetStatusRequest {}).await.unwrap();
        let own = status.logs.iter().find(|log| log.log.starts_with("420800")).unwrap();
        let above = status.logs.iter().any(|log| log.log.starts_with("420000") && log.size > 0);
        // The board is brought up to date a moment after the store.
        let link = status.links.first().filter(|link| link.connected);
        if let (true, true, Some(link)) = (own.receipted == own.size, above, link) {
            assert_eq!(link.side, "parent");
            break;
        }
        tokio::task::yield_now().await;
    }
    city.running.stop().await;
    province.running.stop().await;
}

#[tokio::test]
async fn a_dead_processs_socket_is_no_hindrance_and_a_living_ones_folder_is_not_taken() {
    let place = Place::new();
    let folder = place.found("p").await;
    drop(std::os::unix::net::UnixListener::bind(folder.socket()).unwrap());
    assert!(folder.socket().exists());
    let province = serve(&folder, &PROVINCE).await;
    let second = serving::start(&folder, &PROVINCE, Some(PASSPHRASE)).await.unwrap_err();
    assert_eq!(second.code, "FOLDER_IN_USE");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(folder.socket()).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    province.running.stop().await;
    assert!(!folder.socket().exists());
    let gone = Client::connect(folder.socket()).await.unwrap_err();
    assert_eq!(gone.code, "NODE_NOT_RUNNING");
    // A stopped node starts again.
    serving::start(&folder, &PROVINCE, None).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_certificate_names_its_node_once_and_expires() {
    let place = Place::new();
    let folder = place.found("p").await;
    let province = serve(&folder, &PROVINCE).await;
    let pem = read(&folder, "certificate.pem");
    use rustls_pki_types::pem::PemObject;
    let der = rustls_pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    assert_eq!(certificate::identity_of(&der).unwrap().0, node("420000-commerce"));
    let mut client = Client::connect(&province.running.socket).await.unwrap();
    let status = client.get_status(GetStatusRequest {}).await.unwrap();
    assert!((700..=730).contains(&status.certificate_days_left));
    province.running.stop().await;
}
