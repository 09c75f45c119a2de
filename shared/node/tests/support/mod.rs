//! Nodes in the test's own process: real folders, sockets, databases and TLS, cheap keys, a calendar that stands still.

use std::path::PathBuf;

use honghei_domain::list::Department;
use honghei_domain::node::{NodeId, Tier};
use honghei_ledger::{Cost, SecretKey};
use honghei_node::authority::{self, Founding, PolicyText};
use honghei_node::client::{Client, Done};
use honghei_node::compose::Composition;
use honghei_node::folder::{Folder, NodeConfig};
use honghei_node::serve::{self, Running};
use honghei_node::{chance, clock, join};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{AppointOfficer, CertifyOfficer, InviteRequest, ListOfficersRequest};
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::recognition::RecognitionDesk;
use honghei_registry::desk::review::ReviewDesk;
use honghei_registry::desk::served::ServedDesk;
use honghei_registry::desk::{Desk, Ports};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "four words do well";

fn county_desks(_: &Ports) -> Vec<Box<dyn Desk>> {
    vec![Box::new(DossierDesk), Box::new(RecognitionDesk), Box::new(ServedDesk)]
}

fn upper_desks(_: &Ports) -> Vec<Box<dyn Desk>> {
    vec![Box::new(DossierDesk), Box::new(ReviewDesk), Box::new(ServedDesk)]
}

pub const PROVINCE: Composition =
    Composition { name: "province", program: "province test", tier: Tier::Province, desks: upper_desks };
pub const CITY: Composition = Composition { name: "city", program: "city test", tier: Tier::City, desks: upper_desks };
pub const COUNTY: Composition =
    Composition { name: "county", program: "county test", tier: Tier::County, desks: county_desks };

/// A place for the folders of one test.
pub struct Place {
    root: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        place.day("2017-11-06");
        place
    }

    pub fn calendar(&self) -> PathBuf {
        self.root.path().join("calendar")
    }

    pub fn day(&self, day: &str) {
        clock::set_simulated(&self.calendar(), format!("{day}T09:00:00+08:00").parse().unwrap()).unwrap();
    }

    pub fn folder(&self, name: &str) -> Folder {
        Folder::at(self.root.path().join(name))
    }

    fn config(&self) -> NodeConfig {
        NodeConfig {
            listen: "127.0.0.1:0".to_owned(),
            database: "sqlite".to_owned(),
            simulated_clock: Some(self.calendar()),
            parent_address: None,
            membership: None,
        }
    }

    /// Founds a federation in a folder.
    pub async fn found(&self, name: &str) -> Folder {
        let folder = self.folder(name);
        let founding = Founding {
            federation: "test".to_owned(),
            node: "420000-commerce".parse().unwrap(),
            name: "湖北省商务厅".to_owned(),
            departments: vec![Department("commerce".to_owned())],
            policies: PolicyText::usual(&["commerce", "quality"].map(|department| Department(department.to_owned()))),
            config: self.config(),
        };
        authority::found(&folder, &founding, &PROVINCE, PASSPHRASE, Cost::TRIVIAL).await.unwrap();
        folder
    }

    /// A province and 仙桃 directly under it, both running, each with its administrator alone.
    pub async fn province_and_county(&self) -> (Served, Served) {
        let mut province = serve(&self.found("p").await, &PROVINCE).await;
        let address = province.address();
        let invitation = province.invite("429004", "county", "420000-commerce", &address).await;
        let folder = self.prepare("k");
        join::join(&folder, &invitation, &COUNTY).await.unwrap();
        (province, serve(&folder, &COUNTY).await)
    }

    /// Prepares a folder for a node that will join.
    pub fn prepare(&self, name: &str) -> Folder {
        let folder = self.folder(name);
        join::init(&folder, &self.config()).unwrap();
        folder
    }
}

/// A running node with its first administrator.
pub struct Served {
    pub running: Running,
    pub admin: Client,
}

/// Starts a node and, where it has no officers yet, appoints its administrator.
pub async fn serve(folder: &Folder, composition: &Composition) -> Served {
    let running = serve::start(folder, composition, Some(PASSPHRASE)).await.unwrap();
    let mut admin = Client::connect(&running.socket).await.unwrap();
    let key = key();
    admin.open_session("admin", key.clone()).await.unwrap();
    appoint(&mut admin, "admin", &key, &["administrator"]).await;
    Served { running, admin }
}

pub fn key() -> SecretKey {
    SecretKey::generate(&mut chance::generator().unwrap())
}

pub fn appointment(id: &str, key: &SecretKey, roles: &[&str]) -> Command {
    Command::AppointOfficer(AppointOfficer {
        id: id.to_owned(),
        name: "张伟".to_owned(),
        title: "科员".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        key_algorithm: "ed25519".to_owned(),
        key: key.public().bytes,
    })
}

pub async fn appoint(by: &mut Client, id: &str, key: &SecretKey, roles: &[&str]) -> Done {
    by.perform(appointment(id, key, roles)).await.unwrap()
}

impl Served {
    /// A session of a new officer with these roles.
    pub async fn officer(&mut self, id: &str, roles: &[&str]) -> Client {
        let key = key();
        appoint(&mut self.admin, id, &key, roles).await;
        let mut client = Client::connect(&self.running.socket).await.unwrap();
        client.open_session(id, key).await.unwrap();
        client
    }

    /// An invitation for a node directly below this one.
    pub async fn invite(&mut self, region: &str, tier: &str, parent: &str, parent_address: &str) -> Vec<u8> {
        let request = invitation(region, tier, parent, parent_address);
        self.admin.invite(request).await.unwrap().invitation
    }

    pub fn address(&self) -> String {
        self.running.address.to_string()
    }
}

pub fn invitation(region: &str, tier: &str, parent: &str, parent_address: &str) -> InviteRequest {
    InviteRequest {
        region: region.to_owned(),
        department: "commerce".to_owned(),
        departments: Vec::new(),
        name: "某市商务局".to_owned(),
        tier: tier.to_owned(),
        parent: parent.to_owned(),
        parent_address: parent_address.to_owned(),
        valid_days: 0,
    }
}

pub fn node(text: &str) -> NodeId {
    text.parse().unwrap()
}

/// Vouches for an officer below as soon as his appointment has arrived.
pub async fn certify(admin: &mut Client, officer: &str) {
    let (node, officer) = ("429004-commerce".to_owned(), officer.to_owned());
    loop {
        let known = admin.list_officers(ListOfficersRequest {}).await.unwrap().officers;
        if known.iter().any(|row| row.node == node && row.id == officer) {
            break;
        }
        tokio::task::yield_now().await;
    }
    admin.perform(Command::CertifyOfficer(CertifyOfficer { node, officer })).await.unwrap();
}
