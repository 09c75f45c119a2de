//! What a port offers: its services, their health, and the contract to read, so that none of the three lacks a name
//! that another says.

use std::convert::Infallible;

use honghei_proto::FILE_DESCRIPTOR_SET;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server;
use tonic_health::server::HealthReporter;
use tonic_reflection::pb::{v1, v1alpha};
use tonic_reflection::server::Builder;

use crate::answer::Answer;

/// The services of one port.
pub(crate) struct Offer {
    routes: Routes,
    reporter: HealthReporter,
    names: Vec<&'static str>,
}

impl Offer {
    /// A port that answers for its health and shows its contract, in both versions that tools speak.
    pub(crate) fn new() -> Self {
        let (reporter, health) = tonic_health::server::health_reporter();
        let names = vec![
            health_server::SERVICE_NAME,
            v1::server_reflection_server::SERVICE_NAME,
            v1alpha::server_reflection_server::SERVICE_NAME,
        ];
        Self { routes: Routes::new(health), reporter, names }
    }

    /// Serves one more.
    pub(crate) fn with<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.names.push(S::NAME);
        self.routes = self.routes.add_service(service);
        self
    }

    /// The port as tonic serves it. Services that stop only with the node are well for as long as it answers.
    pub(crate) async fn into_routes(self) -> Result<Routes, Answer> {
        for name in &self.names {
            self.reporter.set_service_status(name, ServingStatus::Serving).await;
        }
        let failed = |error| Answer::fault("CONTRACT_MALFORMED", error);
        let v1 = contract(&self.names).build_v1().map_err(failed)?;
        let v1alpha = contract(&self.names).build_v1alpha().map_err(failed)?;
        Ok(self.routes.add_service(v1).add_service(v1alpha))
    }
}

/// The whole contract to read, of which only what this port serves is listed: a tool calls what it finds listed.
fn contract(names: &[&'static str]) -> Builder<'static> {
    let described = [
        FILE_DESCRIPTOR_SET,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        v1::FILE_DESCRIPTOR_SET,
        v1alpha::FILE_DESCRIPTOR_SET,
    ];
    // Both versions describe both, which the builder by itself would not do.
    let builder = Builder::configure().include_reflection_service(false);
    let builder = described.into_iter().fold(builder, Builder::register_encoded_file_descriptor_set);
    names.iter().fold(builder, |builder, name| builder.with_service_name(*name))
}
