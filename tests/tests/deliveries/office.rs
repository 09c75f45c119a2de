//! A whole node in this process, with its folder, database, console and door, and what is brought to it.

use std::path::PathBuf;

use honghei_domain::identifier::Uscc;
use honghei_domain::node::NodeId;
use honghei_ledger::sha256;
use honghei_node::answer::Answer;
use honghei_node::certificate;
use honghei_node::client::{Client, Done};
use honghei_node::delivery::sender::{Outgoing, Sender};
use honghei_node::folder::Folder;
use honghei_node::serve::Running;
use honghei_node::tls;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_proto::feed::v1::feed_service_client::FeedServiceClient;
use honghei_proto::feed::v1::push_request::Part;
use honghei_proto::feed::v1::{DeliveryHeader, PushRequest, PushResponse};
use tempfile::TempDir;
use tonic::transport::Channel;

pub use crate::province::{Database, PROVINCE, Province, appoint, key, session};
use crate::province::{compared, inbox, look, set_day, waiting};

/// A running province with a comparer, a second approver and an administrator.
pub struct Office {
    pub place: TempDir,
    pub folder: Folder,
    pub running: Running,
    pub admin: Client,
    pub clerk: Client,
    pub second: Client,
}

impl Office {
    pub async fn open() -> Self {
        let others = [("clerk", "comparer"), ("second", "second_approver")];
        let province = Province::found(Database::Sqlite, &others).await;
        let admin = province.session("admin").await;
        let clerk = province.session("clerk").await;
        let second = province.session("second").await;
        let Province { place, folder, running, .. } = province;
        Self { place, folder, running, admin, clerk, second }
    }

    pub fn day(&self, day: &str) {
        set_day(self.place.path(), day);
    }

    /// Registers a black list of the tax office with a layout of its own.
    pub async fn register(&mut self, source: &str, mode: &str) {
        self.register_kind(source, "black", mode).await;
    }

    /// Registers a list of the tax office of a kind.
    pub async fn register_kind(&mut self, source: &str, kind: &str, mode: &str) {
        let columns = ["主体名称=单位", "统一社会信用代码=信用码", "列入日期=哪天", "列入事由=为何"];
        let register = RegisterFeed {
            source: source.to_owned(),
            department: "tax".to_owned(),
            kind: kind.to_owned(),
            mode: mode.to_owned(),
            organ: "样例税务局".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            every_days: 30,
            ..RegisterFeed::default()
        };
        self.clerk.perform(Command::RegisterFeed(register)).await.unwrap();
    }

    /// Imports a file as an officer does, naming nothing but source and day.
    pub async fn import(&mut self, source: &str, bytes: &[u8], as_of: &str) -> Result<Done, Answer> {
        let import = self.uploaded(source, bytes, as_of).await;
        self.clerk.perform(import).await
    }

    /// What such an import would do.
    pub async fn try_import(&mut self, source: &str, bytes: &[u8], as_of: &str) -> ProposeResponse {
        let import = self.uploaded(source, bytes, as_of).await;
        self.clerk.try_out(import, 0).await.unwrap().0
    }

    async fn uploaded(&mut self, source: &str, bytes: &[u8], as_of: &str) -> Command {
        let upload = self.clerk.upload("list.csv", bytes.to_vec(), |_| ()).await.unwrap();
        Command::ImportFeed(ImportFeed {
            file: Some(FileOptions { upload, ..FileOptions::default() }),
            source: source.to_owned(),
            as_of: as_of.to_owned(),
            ..ImportFeed::default()
        })
    }

    pub fn inbox(&self, source: &str) -> PathBuf {
        inbox(&self.folder, source)
    }

    /// Puts a file into an inbox, and has the node look twice.
    pub async fn drop_file(&self, source: &str, name: &str, bytes: &[u8]) {
        std::fs::write(self.inbox(source).join(name), bytes).unwrap();
        self.look().await;
    }

    pub async fn look(&self) {
        look(&self.running).await;
    }

    pub async fn waiting(&mut self, source: &str) -> Vec<DeliveryRow> {
        waiting(&mut self.clerk, source).await
    }

    pub async fn take(&mut self, delivery: &str, agreed_exits: u64) -> Result<Done, Answer> {
        let take = TakeDelivery { delivery: delivery.to_owned(), agreed_exits, ..TakeDelivery::default() };
        self.clerk.perform(Command::TakeDelivery(take)).await
    }

    /// Waits until everything that was taken in is compared.
    pub async fn settle(&mut self) {
        compared(&mut self.clerk).await;
        self.look().await;
    }

    /// Rows of a source that stand.
    pub async fn standing(&self, source: &str) -> u64 {
        let mut tx = self.running.engine().store().read().await.unwrap();
        honghei_registry::feed::read(&mut *tx, source).await.unwrap().unwrap().standing.len()
    }

    /// Codes of the alarms that name a source.
    pub async fn alarms(&self, source: &str) -> Vec<String> {
        let mut tx = self.running.engine().store().read().await.unwrap();
        let of = |detail: &str| detail.contains(source);
        let rows = tx.incidents(100).await.unwrap();
        rows.into_iter().filter(|row| of(&row.detail)).map(|row| row.code).collect()
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// A certificate for a source, for a key made here: the chain and the key.
    pub async fn credential(&mut self, source: &str) -> (String, String) {
        let key = certificate::transport_key().unwrap();
        let request = certificate::source_request(source, &key).unwrap();
        let asked = IssueCredentialRequest { source: source.to_owned(), request, withdraw: false };
        (self.admin.issue_credential(asked).await.unwrap().chain, key)
    }

    pub fn address(&self) -> String {
        self.running.address.to_string()
    }

    pub async fn sender(&self, credential: &(String, String)) -> Sender {
        Sender::connect(&self.address(), &node(), &credential.0, &credential.1).await.unwrap()
    }

    /// A channel with the first certificate of a chain.
    pub async fn channel(&self, chain: &str, key: &str) -> Channel {
        let own = chain.split_inclusive("-----END CERTIFICATE-----\n").next().unwrap();
        tls::connect(&self.address(), &node(), &self.read("authority.pem"), Some((own, key))).await.unwrap()
    }
}

pub fn node() -> NodeId {
    PROVINCE.parse().unwrap()
}

/// A black list in the registered layout.
pub fn list(firms: std::ops::Range<u32>) -> Vec<u8> {
    let mut text = "单位,信用码,哪天,为何\n".to_owned();
    for firm in firms {
        let uscc = Uscc::synthesize('9', '1', "420802", &format!("MA{firm:06}")).unwrap();
        text.push_str(&format!("样例{firm}号商贸有限公司,{uscc},2017-10-01,欠税（样例）\n"));
    }
    text.into_bytes()
}

pub fn outgoing(bytes: Vec<u8>, as_of: &str) -> Outgoing {
    Outgoing { file: "list.csv".to_owned(), bytes, as_of: as_of.to_owned(), mode: String::new(), rows: 0 }
}

pub async fn push(channel: Channel, parts: Vec<Part>) -> Result<PushResponse, Answer> {
    let messages = tokio_stream::iter(parts.into_iter().map(|part| PushRequest { part: Some(part) }));
    Ok(FeedServiceClient::new(channel).push(messages).await?.into_inner())
}

pub fn header(source: &str, bytes: &[u8]) -> DeliveryHeader {
    DeliveryHeader {
        source: source.to_owned(),
        as_of: "2017-11-06".to_owned(),
        file: "list.csv".to_owned(),
        length: bytes.len() as u64,
        sha256: sha256(bytes).to_vec(),
        ..DeliveryHeader::default()
    }
}

/// What is wrong with a list, and the code of the alarm over it.
pub fn defective() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let renamed = String::from_utf8(list(1..41)).unwrap().replacen("单位", "户名", 1);
    // Latin letters with accents, which are neither UTF-8 nor credible GB18030.
    let latin = [b"\xe9\xe8\xe0,\xf9\xfa\n" as &[u8], &[0xff; 40], b"\n"].concat();
    vec![
        ("cut in half", list(1..21), "FEED_TRUNCATED"),
        ("empty", Vec::new(), "INTAKE_FILE_EMPTY"),
        ("renamed columns", renamed.into_bytes(), ""),
        ("wrong encoding", latin, "INTAKE_ENCODING_UNKNOWN"),
    ]
}
