//! The steps of the office, as stories need them: each does one thing in its officer's name and must succeed.

use chrono::{Days, NaiveDate};
use honghei_domain::act::{CollectionChannel, FeedMode, ReviewException};
use honghei_domain::feed::FeedSource;
use honghei_domain::list::{CaseSet, Department, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;
use honghei_registry::engine::Submitted;
use honghei_registry::error::{CommandError, Fault};

use super::World;

/// A source that reports changes whenever there are some.
pub fn delta_source(name: &str, kind: ListKind, department: &Department) -> FeedSource {
    FeedSource {
        name: name.to_owned(),
        department: department.clone(),
        kind,
        mode: FeedMode::Delta,
        organ: String::new(),
        columns: Vec::new(),
        every_days: 0,
        reference: None,
    }
}

impl World {
    /// Collects candidates.
    pub async fn collect(&self, node: &str, entries: Vec<ListEntry>) -> Result<EntryRef, CommandError> {
        let source = "样例.csv".to_owned();
        self.act(
            node,
            "clerk",
            Command::Collect {
                channel: CollectionChannel::Enforcement,
                source,
                entries: entries.into(),
                account: None,
            },
        )
        .await
    }

    /// Serves notice and opens publicity for every candidate that has not had them.
    pub async fn announce(&self, node: &str) -> Result<(), CommandError> {
        let notice = Command::ServeNotice {
            cases: CaseSet::default(),
            method: "直接送达".to_owned(),
            served_on: self.today,
            proof: "送达回证".to_owned(),
        };
        self.act(node, "clerk", notice).await?;
        let publicise = Command::PublicizeCases { cases: CaseSet::default(), channel: "门户网站".to_owned() };
        self.act(node, "clerk", publicise).await?;
        Ok(())
    }

    /// Lets some calendar days pass, with everything that falls due.
    pub async fn pass_days(&mut self, days: u64) -> Result<(), CommandError> {
        let day = self.today.checked_add_days(Days::new(days)).unwrap_or(self.today);
        Ok(self.turn_to(day).await?)
    }

    /// Lets the head sign every certifiable case of a kind.
    pub async fn certify(&self, node: &str, kind: ListKind) -> Result<EntryRef, CommandError> {
        self.act(node, "head", Command::Certify { kind, cases: None, opinion: "同意认定".to_owned() }).await
    }

    /// Declares a certified list and lets it arrive.
    pub async fn declare(&self, node: &str, list: &EntryRef) -> Result<EntryRef, CommandError> {
        let declared = self.act(node, "clerk", Command::Declare { list: list.clone(), materials: Vec::new() }).await?;
        self.settle().await?;
        Ok(declared)
    }

    /// Collects, announces, waits out both periods, certifies and declares; returns the list.
    pub async fn send_up(
        &mut self,
        node: &str,
        kind: ListKind,
        entries: Vec<ListEntry>,
    ) -> Result<EntryRef, CommandError> {
        self.collect(node, entries).await?;
        self.announce(node).await?;
        self.pass_days(25).await?;
        let list = self.certify(node, kind).await?;
        self.declare(node, &list).await?;
        Ok(list)
    }

    /// Reviews a list, has the head sign and opens its publicity.
    pub async fn review(
        &self,
        node: &str,
        list: &EntryRef,
        exceptions: Vec<ReviewException>,
    ) -> Result<(), CommandError> {
        let opinion = "同意".to_owned();
        self.act(node, "reviewer", Command::Review { list: list.clone(), exceptions, opinion }).await?;
        self.act(node, "head", Command::SignReview { list: list.clone(), publicity_waived: None }).await?;
        let channel = "门户网站".to_owned();
        self.act(node, "reviewer", Command::PublicizeList { list: list.clone(), channel }).await?;
        self.settle().await?;
        Ok(())
    }

    /// The clerk records what a body decided, and its members sign in turn until it is written; then it arrives.
    ///
    /// # Errors
    /// [`Fault::Inconsistent`] too, if all of them are not enough.
    pub async fn sign_as_body(&self, node: &str, body: &[&str], record: Command) -> Result<EntryRef, CommandError> {
        let mut submitted = self.sign(node, "clerk", record).await?;
        for name in body {
            let Submitted::Waiting { id, .. } = &submitted else { break };
            submitted = self.countersign(node, name, id).await?;
        }
        self.settle().await?;
        match submitted {
            Submitted::Written(at) => Ok(at),
            Submitted::Waiting { id, .. } => Err(Fault::Inconsistent { what: format!("{id}, which waits") }.into()),
        }
    }

    /// Registers a department's list at the province; once registered, it stays.
    pub async fn register_feed(&self, source: FeedSource) -> Result<(), CommandError> {
        match self.act("420000-commerce", "clerk", Command::RegisterFeed(source)).await {
            Ok(_) | Err(CommandError::AlreadyDone(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Imports a department's rows at the province, from the source of that name, and lets them be compared.
    pub async fn feed(
        &self,
        source: &str,
        kind: ListKind,
        recognised_on: NaiveDate,
        entries: Vec<ListEntry>,
    ) -> Result<EntryRef, CommandError> {
        self.register_feed(delta_source(source, kind, &Department(source.to_owned()))).await?;
        let imported = self.import(source, kind, recognised_on, entries).await?;
        self.settle().await?;
        Ok(imported)
    }

    /// Imports rows from a registered source, and does nothing more.
    pub async fn import(
        &self,
        source: &str,
        kind: ListKind,
        recognised_on: NaiveDate,
        entries: Vec<ListEntry>,
    ) -> Result<EntryRef, CommandError> {
        let recognised =
            |entry| ListEntry {
                recognised_on: Some(recognised_on), recognising_organ: "样例部门".to_owned(), ..entry
            };
        let import = Command::ImportFeed {
            source: source.to_owned(),
            kind,
            department: Department(source.to_owned()),
            mode: FeedMode::Delta,
            as_of: self.today,
            entries: entries.into_iter().map(recognised).collect(),
            endings: Vec::new(),
            unread: 0,
            account: None,
            agreed_exits: 0,
        };
        self.act("420000-commerce", "clerk", import).await
    }

    /// Lets a node do everything that falls due by itself, comparisons above all.
    pub async fn sweep(&self, node: &str) -> Result<(), Fault> {
        while self.node(node).engine.tick(self.now()).await? > 0 {}
        Ok(())
    }

    /// Publishes a result version and lets it reach every node.
    pub async fn publish(&self) -> Result<EntryRef, CommandError> {
        self.publish_at("420000-commerce").await
    }

    /// The same where another node compares.
    pub async fn publish_at(&self, node: &str) -> Result<EntryRef, CommandError> {
        let publish = Command::PublishResult { agreed_removal_percent: None };
        let published = self.act(node, "head", publish).await?;
        self.settle().await?;
        Ok(published)
    }
}
