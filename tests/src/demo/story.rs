//! The story: who does what on which legal day, and what is waited for in between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use honghei_proto::console::v1::{CaseRow, DossierRow, GetStatusResponse, ListCasesRequest, ListDossiersRequest};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::account::{Account, FileAccount, Kill};
use super::days::Days;
use super::teller::Teller;
use crate::process::{Federation, Imported, Trouble, until};
use crate::sample::Planted;

/// The node above all.
pub const PROVINCE: &str = "420000-commerce";
/// The city.
pub const CITY: &str = "420800-commerce";
/// The county directly under the province.
pub const DIRECT: &str = "429004-commerce";
/// The counties of the city.
pub const COUNTIES: [&str; 5] =
    ["420802-commerce", "420804-commerce", "420822-commerce", "420881-commerce", "420882-commerce"];
/// The county that works while the city is down.
pub const CUT_OFF: &str = "420822-commerce";
/// The county whose entry is returned for correction.
pub const CORRECTING: &str = "420802-commerce";
/// The county that adopts a statement, and against one of whose entries an objection stands.
pub const HEARING: &str = "420804-commerce";
/// The county one of whose entries the city rejects.
pub const REJECTED: &str = "420881-commerce";
/// The county that finds an objection unfounded.
pub const DEFENDING: &str = "420882-commerce";

/// Rows asked for at once.
const PAGE: u32 = 10_000;
/// Marks the names of firms that do not exist.
pub const SYNTHETIC: &str = "样例";
/// Growth steps of a database's journal after which a process is killed, at most.
const KILL_AFTER_AT_MOST: u32 = 6;

/// A run of the demonstration under way.
#[derive(Debug)]
pub struct Story<'a> {
    /// The nodes.
    pub federation: Federation,
    /// What was planted.
    pub planted: Planted,
    /// Where the synthetic lists lie.
    pub samples: PathBuf,
    /// The legal days.
    pub days: Days,
    /// Who is told.
    pub teller: &'a Teller,
    /// What has come out so far.
    pub account: Account,
    /// Cases that take no further part, with the reason: they are not among the published.
    pub dropped: BTreeMap<String, &'static str>,
    /// Further red candidates by node, imported beside the synthetic ones.
    pub more_candidates: BTreeMap<String, PathBuf>,
    /// Further feeds of departments, imported beside the synthetic ones.
    pub more_feeds: Vec<super::province::Feed>,
    /// Sources that are registered.
    pub registered_feeds: std::collections::BTreeSet<String>,
    /// Red rows that entered from these.
    pub more_red: u64,
    /// Black rows that entered from these.
    pub more_black: u64,
    rng: ChaCha20Rng,
    taken: BTreeSet<String>,
}

impl<'a> Story<'a> {
    /// The beginning of a story.
    pub fn new(
        federation: Federation,
        planted: Planted,
        samples: PathBuf,
        teller: &'a Teller,
    ) -> Result<Self, Trouble> {
        let days = Days::of(&planted.schedule)?;
        let rng = ChaCha20Rng::seed_from_u64(planted.seed ^ 0x6b69_6c6c);
        Ok(Self {
            federation,
            planted,
            samples,
            days,
            teller,
            account: Account::default(),
            dropped: BTreeMap::new(),
            more_candidates: BTreeMap::new(),
            more_feeds: Vec::new(),
            registered_feeds: std::collections::BTreeSet::new(),
            more_red: 0,
            more_black: 0,
            rng,
            taken: BTreeSet::new(),
        })
    }

    /// Turns the calendar to a day; the days between pass one by one.
    pub fn turn_to(&mut self, day: NaiveDate) -> Result<(), Trouble> {
        while self.federation.today() < day {
            let next = self.federation.today().succ_opt().unwrap_or(day);
            self.federation.turn_to(next)?;
            self.teller.under_way(next, "");
        }
        Ok(())
    }

    /// A new chapter on a day.
    pub fn chapter(&mut self, day: NaiveDate, title: &str) -> Result<(), Trouble> {
        self.turn_to(day)?;
        self.teller.chapter(day, title);
        Ok(())
    }

    /// Waits until a node's account of itself satisfies a condition.
    pub async fn until(
        &self,
        node: &str,
        what: &str,
        mut holds: impl FnMut(&GetStatusResponse) -> bool,
    ) -> Result<GetStatusResponse, Trouble> {
        self.teller.under_way(self.federation.today(), what);
        let office = self.federation.office(node)?;
        until(&format!("{node}: {what}"), async || Ok(Some(office.status().await?).filter(&mut holds))).await
    }

    /// Waits until every node holds, has folded and has receipts for everything it is due.
    pub async fn settle(&self, what: &str) -> Result<(), Trouble> {
        self.teller.under_way(self.federation.today(), what);
        until(what, async || {
            let mut seen = BTreeMap::new();
            for (id, node) in &self.federation.nodes {
                seen.insert(id.clone(), node.office.status().await?);
            }
            Ok(super::quiet::is_quiet(&seen).then_some(()))
        })
        .await
    }

    /// Keeps the account of an import, and the row-level report beside the lists.
    pub fn record_import(&mut self, node: &str, file: &str, imported: &Imported) -> Result<(), Trouble> {
        if !imported.report.is_empty() {
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let path = self.samples.join(format!("{stem}_导入报告.{}", imported.summary.report_format));
            std::fs::write(&path, &imported.report).map_err(Trouble::io("write", &path))?;
        }
        let summary = &imported.summary;
        self.account.imports.push(FileAccount {
            node: node.to_owned(),
            file: file.to_owned(),
            rows: summary.rows,
            accepted: summary.accepted,
            refused: summary.refused,
            questioned: summary.questioned,
            by_code: summary.by_code.iter().map(|(code, count)| (code.clone(), *count)).collect(),
        });
        Ok(())
    }

    /// All own cases of a node.
    pub async fn cases(&self, node: &str) -> Result<Vec<CaseRow>, Trouble> {
        let office = self.federation.office(node)?;
        let mut session = office.session("head").await?;
        let mut rows: Vec<CaseRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| number_of(&row.case_id));
            let asked = ListCasesRequest { stage: String::new(), after, limit: PAGE };
            let page = office.told("cases", session.list_cases(asked).await)?.cases;
            if page.is_empty() {
                return Ok(rows);
            }
            rows.extend(page);
        }
    }

    /// The lists at a stage that a node reviews: the city those of its counties, the province those of the direct one.
    pub async fn lists_to_review(&self, reviewer: &str, stage: &str) -> Result<Vec<DossierRow>, Trouble> {
        let mut lists = self.dossiers(reviewer, stage).await?;
        lists.retain(
            |list| if reviewer == PROVINCE { list.from == DIRECT } else { COUNTIES.contains(&list.from.as_str()) },
        );
        Ok(lists)
    }

    /// The lists at a node, at a stage if one is given.
    pub async fn dossiers(&self, node: &str, stage: &str) -> Result<Vec<DossierRow>, Trouble> {
        let office = self.federation.office(node)?;
        let mut session = office.session("head").await?;
        let asked = ListDossiersRequest { stage: stage.to_owned() };
        Ok(office.told("dossiers", session.list_dossiers(asked).await)?.dossiers)
    }

    /// An own red case of a node about which nothing was planted and in which nothing happened yet.
    pub async fn plain_red(&mut self, node: &str) -> Result<CaseRow, Trouble> {
        let planted: BTreeSet<&str> = self.planted.expectations.iter().map(|planted| planted.name.as_str()).collect();
        let found = self.cases(node).await?.into_iter().find(|row| {
            let plain = row.name.contains(SYNTHETIC) && !planted.contains(row.name.as_str());
            row.kind == "red" && plain && !self.taken.contains(&row.case_id)
        });
        let found = found.ok_or_else(|| Trouble::Malformed(format!("{node} has no plain red case")))?;
        self.taken.insert(found.case_id.clone());
        Ok(found)
    }

    /// Kills a node in the middle of what another one is storing, at a moment that the seed chooses, and starts it again.
    ///
    /// Moments are counted by observed growth of the storing node's journal; where it stops growing the node is killed
    /// anyway.
    pub async fn kill_amid(&mut self, victim: &str, storing: &str, amid: &str) -> Result<(), Trouble> {
        let journal = journal_of(&self.federation, storing)?;
        let steps = self.rng.next_u32() % KILL_AFTER_AT_MOST;
        super::quiet::await_growth(&journal, steps).await;
        self.kill(victim, amid)?;
        self.federation.start(victim).await
    }

    /// Kills a node and puts it on record.
    pub fn kill(&mut self, victim: &str, amid: &str) -> Result<(), Trouble> {
        self.federation.kill(victim)?;
        let day = self.federation.today().to_string();
        self.teller.happened(&format!("kill -9：{victim}（{amid}）"));
        self.account.kills.push(Kill { day, node: victim.to_owned(), amid: amid.to_owned() });
        Ok(())
    }
}

fn journal_of(federation: &Federation, node: &str) -> Result<PathBuf, Trouble> {
    let database = honghei_node::folder::Folder::at(&federation.node(node)?.folder).database_file();
    let mut journal = database.into_os_string();
    journal.push("-wal");
    Ok(journal.into())
}

/// The number of a case, `420802-commerce#17`.
pub fn number_of(case: &str) -> u64 {
    case.rsplit('#').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The node of a case.
pub fn node_of(case: &str) -> &str {
    case.split('#').next().unwrap_or_default()
}
