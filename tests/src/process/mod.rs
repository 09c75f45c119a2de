//! A federation of real processes on this machine: each node has its own folder, database, keys and certificates, and
//! speaks to its neighbours over mutual TLS on the loopback. Kill them at will.
//!
//! Children end with their harness, however it ends: each holds the reading end of a pipe and stops when it closes.

mod child;
mod found;
mod office;
mod ports;
mod tether;
mod trouble;
mod wait;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use honghei_ledger::{Algorithm, SecretKey};
use tempfile::TempDir;

pub use child::{NodeProcess, Program};
pub use found::{FEDERATION, PASSPHRASE, Plan};
pub use office::{Imported, Office};
pub use tether::{TETHER, end_with_harness};
pub use trouble::Trouble;
pub use wait::{LIMIT, until};

use crate::world::Member;

/// The hour of the simulated day at which officers work.
const OFFICE_HOUR: u32 = 9;
/// Seconds that China Standard Time is ahead of UTC.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// The officers of every node: id, name, title, roles. The province's clerk is its comparer.
pub const OFFICERS: [(&str, &str, &str, &str); 4] = [
    ("admin", "管样例", "系统管理员", "administrator"),
    ("clerk", "经样例", "科员", "collector"),
    ("reviewer", "审样例", "科长", "reviewer"),
    ("head", "首样例", "局长", "head"),
];

/// One node as a process.
#[derive(Debug)]
pub struct Node {
    /// Who it is.
    pub member: Member,
    /// Its folder.
    pub folder: PathBuf,
    /// Where its neighbours reach it.
    pub address: String,
    /// Its officers.
    pub office: Arc<Office>,
    process: Option<NodeProcess>,
    starts: u32,
}

impl Node {
    /// Whether its process was started and not killed since.
    pub fn is_started(&self) -> bool {
        self.process.is_some()
    }

    /// The system's id of its process.
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(NodeProcess::id)
    }

    /// How often it was started.
    pub fn starts(&self) -> u32 {
        self.starts
    }
}

/// A federation of real processes. Dropping it kills them all.
#[derive(Debug)]
pub struct Federation {
    /// Its nodes by id.
    pub nodes: BTreeMap<String, Node>,
    program: Program,
    folder: PathBuf,
    today: NaiveDate,
    _temporary: Option<TempDir>,
}

impl Federation {
    /// One node.
    pub fn node(&self, id: &str) -> Result<&Node, Trouble> {
        self.nodes.get(id).ok_or_else(|| Trouble::NoSuchNode(id.to_owned()))
    }

    fn node_mut(&mut self, id: &str) -> Result<&mut Node, Trouble> {
        self.nodes.get_mut(id).ok_or_else(|| Trouble::NoSuchNode(id.to_owned()))
    }

    /// The officers of one node.
    pub fn office(&self, id: &str) -> Result<&Arc<Office>, Trouble> {
        Ok(&self.node(id)?.office)
    }

    /// The folder that holds everything.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program that nodes run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The legal day.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The file of the simulated calendar.
    pub fn calendar(&self) -> PathBuf {
        self.folder.join("calendar")
    }

    /// Turns the calendar that all nodes share to a day.
    pub fn turn_to(&mut self, day: NaiveDate) -> Result<(), Trouble> {
        set_calendar(&self.calendar(), day)?;
        self.today = day;
        Ok(())
    }

    /// Starts a node and waits until its officers can talk to it.
    pub async fn start(&mut self, id: &str) -> Result<(), Trouble> {
        let program = self.program.clone();
        let node = self.node_mut(id)?;
        if node.process.is_none() {
            node.process = Some(program.serve(node)?);
            node.starts += 1;
        }
        self.await_door(id).await
    }

    async fn await_door(&mut self, id: &str) -> Result<(), Trouble> {
        let node = self.node_mut(id)?;
        let (office, process) = (node.office.clone(), &mut node.process);
        until(&format!("{id}开始服务"), async || {
            if let Some(exit) = process.as_mut().and_then(NodeProcess::exited) {
                return Err(Trouble::Ended { node: id.to_owned(), exit });
            }
            Ok(office.status().await.ok().map(|_| ()))
        })
        .await
    }

    /// Kills a node as `kill -9` does and waits until the system has taken the process away.
    pub fn kill(&mut self, id: &str) -> Result<(), Trouble> {
        let node = self.node_mut(id)?;
        node.office.forget();
        match node.process.take() {
            Some(mut process) => process.kill(),
            None => Ok(()),
        }
    }

    /// Kills a node and starts it again.
    pub async fn restart(&mut self, id: &str) -> Result<(), Trouble> {
        self.kill(id)?;
        self.start(id).await
    }

    /// Names a started node whose process has ended by itself, with its exit code.
    pub fn ended(&mut self) -> Option<Trouble> {
        self.nodes.iter_mut().find_map(|(id, node)| {
            let exit = node.process.as_mut().and_then(NodeProcess::exited)?;
            Some(Trouble::Ended { node: id.clone(), exit })
        })
    }
}

/// Writes a day, nine in the morning, into the file of a simulated calendar.
fn set_calendar(path: &Path, day: NaiveDate) -> Result<(), Trouble> {
    let instant = office_hour(day).ok_or_else(|| Trouble::Malformed(format!("{day} has no nine o'clock")))?;
    honghei_node::clock::set_simulated(path, instant).map_err(Trouble::io("write the simulated calendar", path))
}

fn office_hour(day: NaiveDate) -> Option<DateTime<FixedOffset>> {
    let at = day.and_time(NaiveTime::from_hms_opt(OFFICE_HOUR, 0, 0)?);
    FixedOffset::east_opt(CHINA_OFFSET_SECONDS)?.from_local_datetime(&at).single()
}

/// The key of an officer of a rehearsal: it follows from the seed, so that a kept folder can be used with it.
pub fn officer_key(seed: u64, node: &str, officer: &str) -> SecretKey {
    let digest = honghei_ledger::sha256(format!("rehearsal {seed} {node} {officer}").as_bytes());
    SecretKey::from_seed(Algorithm::Ed25519, &digest)
}
