//! A served province alone in its own folder, with officers whose keys are at hand.

#![allow(clippy::panic, reason = "a test names its mistakes at once")]

use std::path::{Path, PathBuf};

use honghei_domain::list::Department;
use honghei_ledger::{Cost, SecretKey};
use honghei_node::authority::{self, Founding, PolicyText};
use honghei_node::client::Client;
use honghei_node::folder::{Folder, NodeConfig};
use honghei_node::serve::{self, Running};
use honghei_node::{chance, clock};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{AppointOfficer, CompareRequest, DeliveryRow, ListDeliveriesRequest};
use honghei_store::throwaway;
use tempfile::TempDir;

pub const PROVINCE: &str = "420000-commerce";
const PASSPHRASE: &str = "four words do well";

/// Which database a node keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgresql,
}

/// The node and its officers, the administrator first.
pub struct Province {
    pub place: TempDir,
    pub folder: Folder,
    pub running: Running,
    pub keys: Vec<(&'static str, SecretKey)>,
}

impl Province {
    /// Founds it on 6 November 2017 and appoints an administrator and others, each with a role.
    pub async fn found(database: Database, others: &[(&'static str, &str)]) -> Self {
        let place = tempfile::tempdir().unwrap();
        set_day(place.path(), "2017-11-06");
        let folder = Folder::at(place.path().join("p"));
        let database = match database {
            Database::Sqlite => "sqlite".to_owned(),
            Database::Postgresql => throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}")),
        };
        let founding = Founding {
            federation: "test".to_owned(),
            node: PROVINCE.parse().unwrap(),
            name: "湖北省商务厅".to_owned(),
            departments: vec![Department("commerce".to_owned())],
            policies: PolicyText::usual(&[Department("commerce".to_owned())]),
            config: NodeConfig {
                listen: "127.0.0.1:0".to_owned(),
                database,
                simulated_clock: Some(calendar(place.path())),
                parent_address: None,
                membership: None,
            },
        };
        let composition = &province_node::COMPOSITION;
        authority::found(&folder, &founding, composition, PASSPHRASE, Cost::TRIVIAL).await.unwrap();
        let running = serve::start(&folder, composition, Some(PASSPHRASE)).await.unwrap();
        let keys = vec![("admin", key())];
        let mut province = Self { place, folder, running, keys };
        // The first officer of a node appoints himself.
        let mut admin = province.session("admin").await;
        admin.perform(appointment("admin", "administrator", &province.keys[0].1)).await.unwrap();
        for (id, role) in others {
            province.keys.push((id, appoint(&mut admin, id, role).await));
        }
        province
    }

    /// A session of one of its officers.
    pub async fn session(&self, id: &str) -> Client {
        let (_, key) = self.keys.iter().find(|(known, _)| *known == id).unwrap();
        session(&self.running, id, key).await
    }

    /// Ends the node and starts it again over what its folder and database hold.
    pub async fn restart(self) -> Self {
        let Self { place, folder, running, keys } = self;
        running.stop().await;
        let running = serve::start(&folder, &province_node::COMPOSITION, None).await.unwrap();
        Self { place, folder, running, keys }
    }
}

/// A session of an officer.
pub async fn session(running: &Running, id: &str, key: &SecretKey) -> Client {
    let mut client = Client::connect(&running.socket).await.unwrap();
    client.open_session(id, key.clone()).await.unwrap();
    client
}

/// Appoints an officer and returns his key.
pub async fn appoint(admin: &mut Client, id: &str, role: &str) -> SecretKey {
    let key = key();
    admin.perform(appointment(id, role, &key)).await.unwrap();
    key
}

fn calendar(place: &Path) -> PathBuf {
    place.join("calendar")
}

/// Sets the day that nodes of a place count by.
pub fn set_day(place: &Path, day: &str) {
    clock::set_simulated(&calendar(place), format!("{day}T09:00:00+08:00").parse().unwrap()).unwrap();
}

pub fn key() -> SecretKey {
    SecretKey::generate(&mut chance::generator().unwrap())
}

fn appointment(id: &str, role: &str, key: &SecretKey) -> Command {
    Command::AppointOfficer(AppointOfficer {
        id: id.to_owned(),
        name: "张伟".to_owned(),
        title: "科员".to_owned(),
        roles: vec![role.to_owned()],
        key_algorithm: "ed25519".to_owned(),
        key: key.public().bytes,
    })
}

/// The inbox of a source.
pub fn inbox(folder: &Folder, source: &str) -> PathBuf {
    let inbox = folder.path().join("inbox").join(source);
    std::fs::create_dir_all(&inbox).unwrap();
    inbox
}

/// Lets a node look at its inboxes, often enough for a file to count as complete.
pub async fn look(running: &Running) {
    for _ in 0..3 {
        running.deliveries().look().await.unwrap();
    }
}

/// Waits until everything that was taken in is compared.
pub async fn compared(clerk: &mut Client) {
    while clerk.compare(CompareRequest {}).await.unwrap().marks > 0 {
        tokio::task::yield_now().await;
    }
}

/// The deliveries of a source that wait.
pub async fn waiting(clerk: &mut Client, source: &str) -> Vec<DeliveryRow> {
    let asked = ListDeliveriesRequest { source: source.to_owned() };
    clerk.list_deliveries(asked).await.unwrap().deliveries
}
