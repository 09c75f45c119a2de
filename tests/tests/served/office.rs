//! A served province with a comparer, a reviewer and a head.

use std::path::PathBuf;

use honghei_domain::identifier::Uscc;
use honghei_ledger::SecretKey;
use honghei_node::answer::Answer;
use honghei_node::client::{Client, Done};
use honghei_node::folder::Folder;
use honghei_node::serve::Running;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_registry::context::Now;
use tempfile::TempDir;

pub use crate::province::Database;
use crate::province::{Province, compared, inbox, look, waiting};

pub struct Office {
    pub folder: Folder,
    pub running: Running,
    pub clerk: Client,
    pub reviewer: Client,
    pub head: Client,
    keys: Vec<(&'static str, SecretKey)>,
    place: TempDir,
}

impl Office {
    pub async fn open(database: Database) -> Self {
        let others = [("clerk", "comparer"), ("reviewer", "reviewer"), ("head", "head")];
        Self::of(Province::found(database, &others).await).await
    }

    async fn of(province: Province) -> Self {
        let clerk = province.session("clerk").await;
        let reviewer = province.session("reviewer").await;
        let head = province.session("head").await;
        let Province { place, folder, running, keys } = province;
        Self { folder, running, clerk, reviewer, head, keys, place }
    }

    /// Ends the node's process and starts it again over what its folder and database hold.
    pub async fn restart(self) -> Self {
        let Self { folder, running, keys, place, .. } = self;
        Self::of(Province { place, folder, running, keys }.restart().await).await
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
        compared(&mut self.clerk).await;
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
        let path = inbox(&self.folder, source).join(name);
        std::fs::write(&path, bytes).unwrap();
        look(&self.running).await;
        path
    }

    pub async fn waiting(&mut self, source: &str) -> Vec<DeliveryRow> {
        waiting(&mut self.clerk, source).await
    }
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
