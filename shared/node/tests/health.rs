//! What a node's port and its socket say of themselves: which services there are, and that each is well.

use std::path::PathBuf;

use honghei_node::folder::Folder;
use honghei_node::tls;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1alpha;

use crate::support::{Place, node};

const LINK: &str = "honghei.link.v1.LinkService";
const ENROLMENT: &str = "honghei.enrolment.v1.EnrolmentService";
const FEED: &str = "honghei.feed.v1.FeedService";
const CONSOLE: &str = "honghei.console.v1.ConsoleService";
/// What every port says of itself.
const OF_ITSELF: [&str; 3] =
    ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

/// The port of a node, as the member whose folder this is.
async fn port(of: &str, address: &str, member: &Folder) -> Channel {
    let read = |name: &str| std::fs::read_to_string(member.path().join(name)).unwrap();
    let (own, key) = (read("certificate.pem"), read("transport.key"));
    tls::connect(address, &node(of), &read("authority.pem"), Some((&own, &key))).await.unwrap()
}

async fn socket(path: PathBuf) -> Channel {
    let connector = tower::service_fn(move |_| {
        let path = path.clone();
        async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(path).await?)) }
    });
    Endpoint::from_static("http://console").connect_with_connector(connector).await.unwrap()
}

async fn health(channel: &Channel, service: &str) -> Result<ServingStatus, Status> {
    let asked = HealthCheckRequest { service: service.to_owned() };
    Ok(HealthClient::new(channel.clone()).check(asked).await?.into_inner().status())
}

async fn reflect(channel: &Channel, asked: MessageRequest) -> MessageResponse {
    let asked = v1::ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
    let answers = ServerReflectionClient::new(channel.clone()).server_reflection_info(tokio_stream::once(asked)).await;
    answers.unwrap().into_inner().message().await.unwrap().unwrap().message_response.unwrap()
}

async fn listed(channel: &Channel) -> Vec<String> {
    match reflect(channel, MessageRequest::ListServices(String::new())).await {
        MessageResponse::ListServicesResponse(list) => list.service.into_iter().map(|service| service.name).collect(),
        _ => Vec::new(),
    }
}

/// The same from the older version, which many tools still speak.
async fn listed_by_the_older_version(channel: &Channel) -> Vec<String> {
    use v1alpha::server_reflection_client::ServerReflectionClient;
    use v1alpha::server_reflection_request::MessageRequest;
    use v1alpha::server_reflection_response::MessageResponse;
    let message_request = Some(MessageRequest::ListServices(String::new()));
    let asked = v1alpha::ServerReflectionRequest { host: String::new(), message_request };
    let answers = ServerReflectionClient::new(channel.clone()).server_reflection_info(tokio_stream::once(asked)).await;
    match answers.unwrap().into_inner().message().await.unwrap().unwrap().message_response.unwrap() {
        MessageResponse::ListServicesResponse(list) => list.service.into_iter().map(|service| service.name).collect(),
        _ => Vec::new(),
    }
}

/// A channel serves these services besides those about itself, and no others: it lists them, describes them and is
/// well, of the node as a whole and of each by name.
async fn serves(channel: &Channel, served: &[&str]) {
    let mut expected: Vec<&str> = OF_ITSELF.iter().chain(served).copied().collect();
    expected.sort_unstable();
    for mut found in [listed(channel).await, listed_by_the_older_version(channel).await] {
        found.sort_unstable();
        assert_eq!(found, expected);
    }
    assert_eq!(health(channel, "").await.unwrap(), ServingStatus::Serving);
    for name in expected {
        assert_eq!(health(channel, name).await.unwrap(), ServingStatus::Serving, "{name}");
        let described = reflect(channel, MessageRequest::FileContainingSymbol(name.to_owned())).await;
        assert!(matches!(described, MessageResponse::FileDescriptorResponse(_)), "{name}: {described:?}");
    }
    let elsewhere = [LINK, ENROLMENT, FEED, CONSOLE].into_iter().filter(|name| !served.contains(name));
    for name in elsewhere.chain(["honghei.link.v1.NoService"]) {
        assert_eq!(health(channel, name).await.unwrap_err().code(), Code::NotFound, "{name}");
    }
}

#[tokio::test]
async fn a_port_and_a_socket_list_what_they_serve_and_are_well() {
    let place = Place::new();
    let (province, county) = place.province_and_county().await;
    let above = port("420000-commerce", &province.address(), &place.folder("k")).await;
    serves(&above, &[LINK, ENROLMENT, FEED]).await;
    // A node at which no lists are imported takes none from departments either.
    let own = port("429004-commerce", &county.address(), &place.folder("k")).await;
    serves(&own, &[LINK, ENROLMENT]).await;
    for served in [&province, &county] {
        serves(&socket(served.running.socket.clone()).await, &[CONSOLE]).await;
    }
    county.running.stop().await;
    province.running.stop().await;
}
