//! In whatever order lists and deliveries reach the province before one result version, it says the same of every entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use honghei_domain::act::FeedMode;
use honghei_domain::comparison::{Finding, Outcome};
use honghei_domain::feed::FeedSource;
use honghei_domain::list::{CaseId, Department, ListEntry, ListKind};
use honghei_domain::node::NodeId;
use honghei_domain::subject_key::SubjectKey;
use honghei_link::limits::Limits;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::error::{CommandError, Fault};
use honghei_store::{MemoryStore, Store};

use super::chance::Dice;
use super::firms::Firms;
use super::logs;
use super::records::Records;
use crate::world::World;
use crate::world::steps::delta_source;

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const COUNTIES: [&str; 2] = ["420802-commerce", "420881-commerce"];

/// How often each outcome came, and how often something arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Entries by the code of their outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Deliveries and packages, in all orders.
    pub arrivals: u64,
}

/// What the version says of every entry, told by what the entry itself says.
type Said = Vec<(String, &'static str)>;

/// A federation whose city has reported lists that nobody has brought to the province yet, and what departments are
/// about to deliver there.
struct Prepared {
    world: World,
    disks: BTreeMap<NodeId, MemoryStore>,
    deliveries: Vec<Command>,
}

/// Tells one beginning and ends it in several orders of arrival.
///
/// # Errors
/// What differs between two orders.
pub async fn in_orders(
    founded: &World,
    disks: &BTreeMap<NodeId, MemoryStore>,
    seed: u64,
    orders: u64,
) -> Result<Arrived, String> {
    let prepared = prepare(founded, disks, seed).await.map_err(|error| format!("preparing: {error:?}"))?;
    let mut arrived = Arrived::default();
    let mut first: Option<Said> = None;
    for order in 0..orders {
        let told = arrive(&prepared, seed ^ (order << 32), &mut arrived).await;
        let said = told.map_err(|error| format!("order {order}: {error:?}"))?;
        match &first {
            None => {
                said.iter().for_each(|(_, code)| *arrived.outcomes.entry(code).or_default() += 1);
                first = Some(said);
            }
            Some(first) if *first != said => {
                let other = |one: &Said, other: &Said| {
                    one.iter().filter(|entry| !other.contains(entry)).cloned().collect::<Vec<_>>()
                };
                return Err(format!("order {order}: {:?} instead of {:?}", other(&said, first), other(first, &said)));
            }
            Some(_) => {}
        }
    }
    Ok(arrived)
}

async fn prepare(founded: &World, disks: &BTreeMap<NodeId, MemoryStore>, seed: u64) -> Result<Prepared, CommandError> {
    let mut dice = Dice::of(seed ^ 0xa4417);
    let mut firms = Firms::new(true);
    let disks: BTreeMap<NodeId, MemoryStore> = disks.iter().map(|(id, disk)| (id.clone(), disk.fork())).collect();
    let store = |id: &NodeId| Arc::new(disks.get(id).cloned().unwrap_or_default()) as Arc<dyn Store>;
    let mut world = founded.resume(seed, store).await?;
    for (name, kind, mode) in sources() {
        let department = Department(name.to_owned());
        world.register_feed(FeedSource { mode, ..delta_source(name, kind, &department) }).await?;
    }
    // A version before, so that some fall from the list and others before they reach it.
    let mut subjects = Vec::new();
    for (name, kind, mode) in sources().into_iter().filter(|(_, _, mode)| *mode == FeedMode::Delta) {
        let entries: Vec<ListEntry> = (0..4).map(|_| fed(&mut firms, kind, dice.below(1 << 20))).collect();
        subjects.extend(entries.iter().map(|entry| SubjectKey::of(&entry.subject)));
        world.act(PROVINCE, "clerk", import(&world, name, kind, mode, entries)).await?;
        world.settle().await?;
    }
    rule(&world, &mut dice, &subjects).await?;
    world.publish().await?;
    let mut lists = Vec::new();
    for county in COUNTIES {
        for kind in [ListKind::Red, ListKind::Black] {
            let own = |firms: &mut Firms, draw| ListEntry {
                territorial_override: Some("经营地在本地".to_owned()),
                ..firms.documented(kind, draw)
            };
            world.collect(county, (0..3).map(|_| own(&mut firms, dice.below(1 << 20))).collect()).await?;
        }
        world.announce(county).await?;
    }
    world.pass_days(25).await?;
    for county in COUNTIES {
        for kind in [ListKind::Red, ListKind::Black] {
            let list = world.certify(county, kind).await?;
            world.declare(county, &list).await?;
            lists.push(list);
        }
    }
    for list in &lists {
        world.review(CITY, list, Vec::new()).await?;
    }
    without_the_province(&mut world, 45).await?;
    let mut deliveries = Vec::new();
    for (name, kind, mode) in sources() {
        for _ in 0..if mode == FeedMode::Delta { 2 } else { 1 } {
            let entries = (0..3).map(|_| fed(&mut firms, kind, dice.below(1 << 20))).collect();
            deliveries.push(import(&world, name, kind, mode, entries));
        }
    }
    Ok(Prepared { world, disks, deliveries })
}

fn sources() -> [(&'static str, ListKind, FeedMode); 4] {
    [
        ("changed-red", ListKind::Red, FeedMode::Delta),
        ("changed-black", ListKind::Black, FeedMode::Delta),
        ("whole-red", ListKind::Red, FeedMode::Full),
        ("whole-black", ListKind::Black, FeedMode::Full),
    ]
}

/// A row of another department; now and then its document is under appeal.
fn fed(firms: &mut Firms, kind: ListKind, draw: u64) -> ListEntry {
    let mut entry = firms.documented(kind, draw);
    entry.recognised_on = NaiveDate::from_ymd_opt(2016, 5, 3).map(|day| day + Days::new(draw % 5));
    entry.recognising_organ = "样例部门".to_owned();
    entry.valid_to = NaiveDate::from_ymd_opt(2030, 12, 31);
    if let Some(document) = &mut entry.document {
        document.under_appeal = draw.is_multiple_of(7);
    }
    entry
}

fn import(world: &World, source: &str, kind: ListKind, mode: FeedMode, entries: Vec<ListEntry>) -> Command {
    Command::ImportFeed {
        source: source.to_owned(),
        kind,
        department: Department(source.to_owned()),
        mode,
        as_of: world.today,
        entries,
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    }
}

/// A person joins or parts two subjects of the version before, where they are two.
async fn rule(world: &World, dice: &mut Dice, subjects: &[SubjectKey]) -> Result<(), CommandError> {
    let (Some(one), Some(other)) = (dice.pick(subjects), dice.pick(subjects)) else { return Ok(()) };
    if one == other {
        return Ok(());
    }
    let finding = if dice.once_in(3) { Finding::Different } else { Finding::Same };
    let about = RulingAbout::Subjects(one.clone(), other.clone());
    let ruling = Command::RuleIdentity { about, finding, reason: "已核对登记档案".to_owned(), until: None };
    world.act(PROVINCE, "clerk", ruling).await?;
    world.settle().await?;
    Ok(())
}

/// Days pass in the city and its counties, and nothing reaches the province.
async fn without_the_province(world: &mut World, days: u64) -> Result<(), Fault> {
    for _ in 0..days {
        world.today = world.today + Days::new(1);
        for (from, to) in COUNTIES.into_iter().flat_map(|county| [(county, CITY), (CITY, county)]) {
            if let Some(hop) = hop(world, from, to, Limits::default())? {
                hop.everything().await?;
            }
        }
        for id in COUNTIES.into_iter().chain([CITY]) {
            let engine = &world.node(id).engine;
            engine.fold(world.now()).await?;
            engine.tick(world.now()).await?;
        }
    }
    Ok(())
}

fn hop<'w>(world: &'w World, from: &str, to: &str, limits: Limits) -> Result<Option<crate::world::Hop<'w>>, Fault> {
    let id = |text: &str| text.parse::<NodeId>().map_err(|_| Fault::Inconsistent { what: format!("no node {text}") });
    Ok(world.hop(&id(from)?, &id(to)?, limits))
}

/// Lets everything arrive in the order of a seed, publishes, and says what became of every entry.
async fn arrive(prepared: &Prepared, seed: u64, arrived: &mut Arrived) -> Result<Said, CommandError> {
    let mut dice = Dice::of(seed);
    let fork =
        |id: &NodeId| Arc::new(prepared.disks.get(id).map(MemoryStore::fork).unwrap_or_default()) as Arc<dyn Store>;
    let mut world = prepared.world.resume(seed, fork).await?;
    let mut left: Vec<&Command> = prepared.deliveries.iter().collect();
    while !left.is_empty() {
        match dice.below(8) {
            0..=1 => {
                let at = usize::try_from(dice.below(left.len() as u64)).unwrap_or(0);
                let delivery = left.swap_remove(at);
                // A list is taken only when what came before from its source, or everything, has been compared.
                world.sweep(PROVINCE).await?;
                world.act(PROVINCE, "clerk", delivery.clone()).await?;
                arrived.arrivals += 1;
            }
            2..=4 => {
                let limits =
                    Limits { package_entries: u32::try_from(1 + dice.below(6)).unwrap_or(1), ..Limits::default() };
                if let Some(hop) = hop(&world, CITY, PROVINCE, limits)?
                    && let Some(log) = dice.pick(&hop.logs().await?)
                {
                    arrived.arrivals += u64::from(hop.package(log).await?.is_some());
                }
            }
            5 => {
                if let Some(hop) = hop(&world, CITY, PROVINCE, Limits::default())? {
                    hop.chunk(usize::try_from(dice.below(16)).unwrap_or(0)).await?;
                }
            }
            6 => _ = world.node(PROVINCE).engine.fold(world.now()).await?,
            _ if dice.once_in(8) => world.crash(PROVINCE).await?,
            _ => _ = world.node(PROVINCE).engine.tick(world.now()).await?,
        }
    }
    world.settle().await?;
    world.publish().await?;
    Ok(said(&world).await?)
}

async fn said(world: &World) -> Result<Said, Fault> {
    let records = Records::of(world).await?;
    let mut entries: BTreeMap<CaseId, ListEntry> = BTreeMap::new();
    for log in records.logs.values() {
        for (_, listed) in log.iter().filter_map(|entry| records.list(&entry.at)) {
            entries.extend(listed.iter().map(|entry| (entry.case.clone(), entry.clone())));
        }
    }
    let province = world.node(PROVINCE);
    let log = province.engine.identity().log.clone();
    let last = logs::outcomes(&mut *province.store.read().await?, &log).await?;
    let describe = |entry: &ListEntry| {
        let document = entry.document.as_ref().map(|document| document.number.clone()).unwrap_or_default();
        format!("{:?} {} {document}", entry.kind, entry.department.0)
    };
    let of = |(case, outcome): (CaseId, Outcome)| Some((describe(entries.get(&case)?), outcome.code()));
    let mut said: Said = last.into_iter().filter_map(of).collect();
    said.sort();
    Ok(said)
}
