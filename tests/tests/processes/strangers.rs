//! Who is nobody's child is not let in, and is put on record.

use federation::process::Federation;
use honghei_domain::node::NodeId;
use honghei_node::certificate::{Authority, signing_request, to_pem, transport_key};
use honghei_node::folder::Folder;
use honghei_node::tls;
use honghei_proto::link::v1::MirrorRequest;
use honghei_proto::link::v1::link_service_client::LinkServiceClient;

use super::walk::*;

/// Tries to open a link; whether it was granted.
async fn admitted(address: &str, node: &NodeId, authority: &str, identity: Option<(&str, &str)>) -> bool {
    tls::install_provider();
    let Ok(channel) = tls::connect(address, node, authority, identity).await else { return false };
    let mut client = LinkServiceClient::new(channel);
    match client.mirror(tokio_stream::empty::<MirrorRequest>()).await {
        // A granted stream says hello first.
        Ok(stream) => matches!(stream.into_inner().message().await, Ok(Some(_))),
        Err(_) => false,
    }
}

async fn await_incident(federation: &Federation, node: &str, code: &str) {
    wait(federation, node, |status| status.incidents.iter().any(|incident| incident.code == code)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_on_the_link_and_recorded_while_the_node_serves_on() {
    let federation = found(34, &[PROVINCE, CITY, EASTERN]).await;
    let city = federation.node(CITY).unwrap();
    let city_id: NodeId = CITY.parse().unwrap();
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let authority = read(Folder::at(&city.folder).authority_certificate_file());

    assert!(!admitted(&city.address, &city_id, &authority, None).await, "no certificate, no link");
    await_incident(&federation, CITY, "PEER_WITHOUT_CERTIFICATE").await;

    // A certificate with the county's name, by an authority that nobody here trusts.
    let eastern: NodeId = EASTERN.parse().unwrap();
    let now_ms = honghei_node::clock::Clock::real().transport_ms();
    let (rogue_certificate, rogue_key) = Authority::found("drill", now_ms).unwrap();
    let key = transport_key().unwrap();
    let request = signing_request(&eastern, &key).unwrap();
    let issued = Authority::open(&rogue_certificate, &rogue_key).unwrap().issue(&eastern, &request, now_ms).unwrap();
    let rogue = to_pem(&issued);
    assert!(!admitted(&city.address, &city_id, &authority, Some((&rogue, &key))).await, "a rogue certificate");
    await_incident(&federation, CITY, "PEER_CERTIFICATE_INVALID").await;

    // A true member, but at the wrong door: the county's parent is the city.
    let folder = Folder::at(&federation.node(EASTERN).unwrap().folder);
    let (own, own_key) = (read(folder.certificate_file()), read(folder.transport_key_file()));
    let province = federation.node(PROVINCE).unwrap();
    let province_id: NodeId = PROVINCE.parse().unwrap();
    assert!(!admitted(&province.address, &province_id, &authority, Some((&own, &own_key))).await, "no child of it");
    await_incident(&federation, PROVINCE, "PEER_NOT_A_CHILD").await;

    collect(&federation, EASTERN, 1, 5).await;
    settle(&federation).await;
}
