//! A served province with a comparer, a reviewer and a head.

use std::path::PathBuf;

use honghei_domain::identifier::Uscc;
use honghei_domain::list::Department;
use honghei_ledger::{Cost, SecretKey};
use honghei_node::answer::Answer;
use honghei_node::authority::{self, Founding};
use honghei_node::client::{Client, Done};
use honghei_node::folder::{Folder, NodeConfig};
use honghei_node::serve::{self, Running};
use honghei_node::{chance, clock};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_registry::context::Now;
use honghei_store::throwaway;
use tempfile::TempDir;

const PROVINCE: &str = "420000-commerce";
const PASSPHRASE: &str = "four words do well";

/// Which database a node keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgresql,
}

pub struct Office {
    pub folder: Folder,
    pub running: Running,
    pub clerk: Client,
    pub reviewer: Client,
    pub head: Client,
    keys: Vec<(&'static str, SecretKey)>,
    _place: TempDir,
}

/// A session of an officer that the node knows, or of its first one.
async fn session(running: &Running, id: &str, key: &SecretKey) -> Client {
    let mut client = Client::connect(&running.socket).await.unwrap();
    client.open_session(id, key.clone()).await.unwrap();
    client
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

impl Office {
    pub async fn open(database: Database) -> Self {
        let place = tempfile::tempdir().unwrap();
        let calendar = place.path().join("calendar");
        clock::set_simulated(&calendar, "2017-11-06T09:00:00+08:00".parse().unwrap()).unwrap();
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
            config: NodeConfig {
                listen: "127.0.0.1:0".to_owned(),
                database,
                simulated_clock: Some(calendar),
                parent_address: None,
                membership: None,
            },
        };
        let composition = &province_node::COMPOSITION;
        authority::found(&folder, &founding, composition, PASSPHRASE, Cost::TRIVIAL).await.unwrap();
        let running = serve::start(&folder, composition, Some(PASSPHRASE)).await.unwrap();
        let roles = [("admin", "administrator"), ("clerk", "comparer"), ("reviewer", "reviewer"), ("head", "head")];
        let mut keys = Vec::new();
        let mut admin: Option<Client> = None;
        for (id, role) in roles {
            let key = SecretKey::generate(&mut chance::generator().unwrap());
            match &mut admin {
                Some(admin) => _ = admin.perform(appointment(id, role, &key)).await.unwrap(),
                none => {
                    let mut first = session(&running, id, &key).await;
                    first.perform(appointment(id, role, &key)).await.unwrap();
                    *none = Some(first);
                }
            }
            keys.push((id, key));
        }
        let [clerk, reviewer, head] = sessions(&running, &keys).await;
        Self { folder, running, clerk, reviewer, head, keys, _place: place }
    }

    /// Ends the node's process and starts it again over what its folder and database hold.
    pub async fn restart(self) -> Self {
        let Self { folder, running, keys, _place, .. } = self;
        running.stop().await;
        let running = serve::start(&folder, &province_node::COMPOSITION, None).await.unwrap();
        let [clerk, reviewer, head] = sessions(&running, &keys).await;
        Self { folder, running, clerk, reviewer, head, keys, _place }
    }

    /// Registers a department's black list.
    pub async fn register(&mut self, source: &str, mode: &str) {
        let register = RegisterFeed {
            source: source.to_owned(),
            department: "tax".to_owned(),
            kind: "black".to_owned(),
            mode: mode.to_owned(),
            organ: "样例税务局".to_owned(),
            every_days: 30,
            ..RegisterFeed::default()
        };
        self.clerk.perform(Command::RegisterFeed(register)).await.unwrap();
    }

    /// The import of a file of a source that lies at the node as an upload.
    pub async fn import(&mut self, source: &str, bytes: &[u8]) -> Command {
        let upload = self.clerk.upload("list.csv", bytes.to_vec(), |_| ()).await.unwrap();
        Command::ImportFeed(ImportFeed {
            file: Some(FileOptions { upload, ..FileOptions::default() }),
            source: source.to_owned(),
            as_of: "2017-11-06".to_owned(),
            ..ImportFeed::default()
        })
    }

    /// Waits until everything that was taken in is compared.
    pub async fn settle(&mut self) {
        while self.clerk.compare(CompareRequest {}).await.unwrap().marks > 0 {
            tokio::task::yield_now().await;
        }
    }

    pub async fn publish(&mut self) -> Result<Done, Answer> {
        self.head.perform(Command::PublishResult(PublishResult::default())).await
    }

    /// Waits until the node has written what is due by itself, such as the alarm over a delivery that arrived.
    pub async fn rest(&self) {
        let now = Now { today: "2017-11-06".parse().unwrap(), ms: 1_509_930_000_000 };
        let engine = self.running.engine();
        while engine.fold(now).await.unwrap() + engine.tick(now).await.unwrap() > 0 {}
    }

    /// Puts a file into a source's inbox and lets the node look.
    pub async fn drop_file(&self, source: &str, name: &str, bytes: &[u8]) -> PathBuf {
        let inbox = self.folder.path().join("inbox").join(source);
        std::fs::create_dir_all(&inbox).unwrap();
        let path = inbox.join(name);
        std::fs::write(&path, bytes).unwrap();
        for _ in 0..3 {
            self.running.deliveries().look().await.unwrap();
        }
        path
    }

    pub async fn waiting(&mut self, source: &str) -> Vec<DeliveryRow> {
        let asked = ListDeliveriesRequest { source: source.to_owned() };
        self.clerk.list_deliveries(asked).await.unwrap().deliveries
    }
}

async fn sessions(running: &Running, keys: &[(&'static str, SecretKey)]) -> [Client; 3] {
    let of = async |at: usize| session(running, keys[at].0, &keys[at].1).await;
    [of(1).await, of(2).await, of(3).await]
}

/// A department's black list, every row repairable.
pub fn blacks(firms: std::ops::Range<u32>) -> Vec<u8> {
    let mut text = "主体名称,统一社会信用代码,列入日期,列入事由,能否修复,修复方式\n".to_owned();
    for firm in firms {
        let uscc = Uscc::synthesize('9', '1', "420802", &format!("MA{firm:06}")).unwrap();
        text.push_str(&format!("样例{firm}号商贸有限公司,{uscc},2017-10-01,欠税（样例）,能,缴清税款\n"));
    }
    text.into_bytes()
}
