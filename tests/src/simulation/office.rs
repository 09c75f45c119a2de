//! Officers at work: a deed becomes a command about what the node has in hand at that moment.

use crate::world::steps::delta_source;
use chrono::Datelike;
use honghei_domain::act::{Act, CollectionChannel, FeedMode, Officer, OfficerId, ReviewDecision, ReviewException};
use honghei_domain::list::{CaseSet, Department, ListEntry, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId, Tier};
use honghei_registry::command::{Adoption, Command};
use honghei_registry::desk::dossiers;
use honghei_registry::desk::recognition::{StoredCase, read_case};
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_store::{CaseFilter, Tx};

use super::firms::Firms;
use super::op::Deed;
use super::{compared, listed};
use crate::world::{World, WorldNode};

/// What an officer would ask for; `None` if the node has nothing that the deed fits.
pub async fn command(
    world: &World,
    id: &NodeId,
    node: &WorldNode,
    deed: &Deed,
    firms_of: &mut Firms,
) -> Result<Option<(&'static str, Command)>, Fault> {
    let tx = &mut *node.store.read().await?;
    let today = world.today;
    let everything = CaseSet::default;
    Ok(match deed {
        Deed::Collect { kind, count, firms } => {
            let entries = (0..*count).map(|at| entry(firms_of, *kind, firms >> (4 * at))).collect();
            let channel = CollectionChannel::Enforcement;
            Some(("clerk", Command::Collect { channel, source: "样例.csv".to_owned(), entries, account: None }))
        }
        Deed::Notice => {
            let (method, proof) = ("直接送达".to_owned(), "送达回证".to_owned());
            Some(("clerk", Command::ServeNotice { cases: everything(), method, served_on: today, proof }))
        }
        Deed::Publicise => {
            Some(("clerk", Command::PublicizeCases { cases: everything(), channel: "门户网站".to_owned() }))
        }
        Deed::Statement(at) => pick(cases(tx, id).await?, *at).map(|stored| {
            let (by, grounds) = ("当事人".to_owned(), "不服".to_owned());
            ("clerk", Command::ReceiveStatement { case: stored.case.id().clone(), by, grounds })
        }),
        Deed::Dispose { pick: at, adopted } => pick(open_petitions(tx, id, false).await?, *at).map(|statement| {
            ("head", Command::DisposeStatement { statement, adopted: adoption(*adopted), reason: "核实".to_owned() })
        }),
        Deed::Certify(kind) => {
            Some(("head", Command::Certify { kind: *kind, cases: None, opinion: "同意认定".to_owned() }))
        }
        Deed::Declare(at) => {
            let own = |list: &EntryRef| list.log.node == *id;
            let lists = lists(tx, &["certified", "refused"], own).await?;
            pick(lists, *at).map(|list| ("clerk", Command::Declare { list, materials: Vec::new() }))
        }
        Deed::Review { pick: at, returned, rejected } => {
            let Some(list) = pick(lists(tx, &["received", "reviewed"], |_| true).await?, *at) else { return Ok(None) };
            let exceptions = exceptions(tx, &list, *returned, *rejected).await?;
            Some(("reviewer", Command::Review { list, exceptions, opinion: format!("审核{at}") }))
        }
        Deed::Sign { pick: at, waived } => {
            let list = pick(lists(tx, &["reviewed"], |_| true).await?, *at);
            let publicity_waived = waived.then(|| "已充分公示".to_owned());
            list.map(|list| ("head", Command::SignReview { list, publicity_waived }))
        }
        Deed::PubliciseList(at) => {
            let list = pick(lists(tx, &["signed"], |_| true).await?, *at);
            list.map(|list| ("reviewer", Command::PublicizeList { list, channel: "门户网站".to_owned() }))
        }
        Deed::Object { list, case } => {
            let Some(list) = pick(lists(tx, &["in_publicity", "publicised"], |_| true).await?, *list) else {
                return Ok(None);
            };
            let Some(case) = pick(listed(tx, &list).await?, *case) else { return Ok(None) };
            let (by, grounds) = ("群众".to_owned(), "不实".to_owned());
            Some(("reviewer", Command::ReceiveObjection { list, case: case.case, by, grounds }))
        }
        Deed::Verify { pick: at, upheld } => pick(open_petitions(tx, id, true).await?, *at).map(|objection| {
            ("head", Command::VerifyObjection { objection, upheld: adoption(*upheld), reason: "核实".to_owned() })
        }),
        Deed::Withdraw(at) => pick(cases(tx, id).await?, *at).map(|stored| {
            let code = if stored.case.entry.kind == ListKind::Red { "RX-3" } else { "BX-2" };
            let case = stored.case.id().clone();
            ("head", Command::Withdraw { case, code: code.to_owned(), reason: "依申请".to_owned() })
        }),
        Deed::Correct(at) => pick(cases(tx, id).await?, *at).map(|stored| {
            let facts = format!("{}（补正{at}）", stored.case.entry.facts);
            let subject = firms_of.rewritten(&stored.case.entry.subject, *at);
            let entry = ListEntry { facts, subject, ..stored.case.entry };
            ("clerk", Command::Correct { entries: vec![entry], reason: "补正".to_owned() })
        }),
        Deed::Appoint(at) => reappointment(tx, id, *at).await?,
        Deed::CertifyOfficer(at) => {
            let below =
                |node: &NodeId| world.directory.node(node).is_some_and(|known| known.parent.as_ref() == Some(id));
            let waiting = tx.officers(None).await?.into_iter().filter(|row| below(&row.node) && !row.certified);
            pick(waiting.collect(), *at)
                .map(|row| ("admin", Command::CertifyOfficer { node: row.node, officer: OfficerId(row.id) }))
        }
        Deed::Feed { kind, count, firms, appeal, expired } if node.tier() == Tier::Province => {
            let source = court(*kind);
            let department = Department("court".to_owned());
            if tx.feed(source).await?.is_none() {
                return Ok(Some(("clerk", Command::RegisterFeed(delta_source(source, *kind, &department)))));
            }
            let mut entries = Vec::new();
            for at in 0..*count {
                entries.push(fed(world, entry(firms_of, *kind, firms >> (4 * at)), *appeal, *expired));
            }
            Some((
                "clerk",
                Command::ImportFeed {
                    source: source.to_owned(),
                    kind: *kind,
                    department,
                    mode: FeedMode::Delta,
                    as_of: today,
                    entries,
                    endings: Vec::new(),
                    unread: 0,
                    account: None,
                    agreed_exits: 0,
                },
            ))
        }
        Deed::Amend { kind, pick } if node.tier() == Tier::Province => {
            let log = LogId::first(id.clone());
            let command = compared::amendment(tx, &log, (court(*kind), *kind), *pick, today).await?;
            command.map(|command| ("clerk", command))
        }
        Deed::Feed { .. } | Deed::Amend { .. } => None,
        Deed::Whole { .. } | Deed::Nameless { .. } if node.tier() == Tier::Province => {
            Some(("clerk", compared::delivery(tx, deed, today, firms_of).await?))
        }
        Deed::Rule { pick, same, days } if node.tier() == Tier::Province => {
            let until = (*days > 0).then(|| today + chrono::Days::new(*days));
            compared::ruling(tx, *pick, *same, until, firms_of).await?.map(|command| ("clerk", command))
        }
        Deed::Whole { .. } | Deed::Nameless { .. } | Deed::Rule { .. } => None,
        Deed::Publish => Some(("head", Command::PublishResult { agreed_removal_percent: None })),
        Deed::Dispute { .. }
        | Deed::Settle { .. }
        | Deed::Exit { .. }
        | Deed::Repair { .. }
        | Deed::Announce(_)
        | Deed::File
        | Deed::Restore { .. } => {
            let asked = listed::command(tx, id, deed, today).await?;
            asked.map(|(officer, command)| (officer, Command::Listing(command)))
        }
    })
}

/// The source of a court's list of changes.
fn court(kind: ListKind) -> &'static str {
    if kind == ListKind::Red { "court-red" } else { "court-black" }
}

/// A candidate for one of the few firms, resting on a document of its own.
fn entry(firms_of: &mut Firms, kind: ListKind, firm: u64) -> ListEntry {
    let mut entry = firms_of.documented(kind, firm);
    entry.territorial_override = Some("经营地在本地".to_owned());
    entry
}

/// The entry as another department lists it, with dates of its own.
fn fed(world: &World, mut entry: ListEntry, appeal: bool, expired: bool) -> ListEntry {
    let recognised_on = world.today - chrono::Days::new(400);
    entry.recognised_on = Some(recognised_on);
    entry.recognising_organ = "样例法院".to_owned();
    entry.valid_to =
        if expired { Some(world.today - chrono::Days::new(30)) } else { world.today.with_year(world.today.year() + 5) };
    if let Some(document) = &mut entry.document {
        document.under_appeal = appeal;
    }
    entry
}

fn adoption(yes: bool) -> Adoption {
    if yes { Adoption::Adopted } else { Adoption::NotAdopted }
}

fn pick<T>(mut from: Vec<T>, at: u64) -> Option<T> {
    if from.is_empty() {
        return None;
    }
    let place = usize::try_from(at % from.len() as u64).unwrap_or(0);
    Some(from.swap_remove(place))
}

async fn cases(tx: &mut dyn Tx, id: &NodeId) -> Result<Vec<StoredCase>, Fault> {
    let filter = CaseFilter { limit: 1000, ..CaseFilter::default() };
    tx.cases(id, &filter).await?.iter().map(read_case).collect()
}

async fn lists(tx: &mut dyn Tx, stages: &[&str], of: impl Fn(&EntryRef) -> bool) -> Result<Vec<EntryRef>, Fault> {
    let mut lists = Vec::new();
    for stage in stages {
        lists.extend(tx.dossiers(Some(stage)).await?.into_iter().map(|row| row.list).filter(&of));
    }
    Ok(lists)
}

async fn open_petitions(tx: &mut dyn Tx, id: &NodeId, objection: bool) -> Result<Vec<EntryRef>, Fault> {
    let mut open = Vec::new();
    for row in tx.petitions(None).await? {
        if row.case.origin == *id && dossiers::petition_body(&row)?.list.is_some() == objection {
            open.push(row.at);
        }
    }
    Ok(open)
}

/// The entries of a certified list.
pub async fn listed(tx: &mut dyn Tx, list: &EntryRef) -> Result<Vec<ListEntry>, Fault> {
    let Some(Act::ListCertified { manifest, .. }) = Entry::find(tx, list).await?.map(|entry| entry.body.act) else {
        return Ok(Vec::new());
    };
    super::logs::rows_of(tx, &manifest).await
}

async fn exceptions(
    tx: &mut dyn Tx,
    list: &EntryRef,
    returned: u64,
    rejected: u64,
) -> Result<Vec<ReviewException>, Fault> {
    let mut exceptions = Vec::new();
    for (at, entry) in (0..).zip(listed(tx, list).await?) {
        let decision = if returned > 0 && (at + returned).is_multiple_of(3) {
            ReviewDecision::Return { defects: vec!["缺少材料".to_owned()] }
        } else if rejected > 0 && (at + rejected).is_multiple_of(5) {
            ReviewDecision::Reject { reason: "事实不清".to_owned() }
        } else {
            continue;
        };
        exceptions.push(ReviewException { case: entry.case, decision });
    }
    Ok(exceptions)
}

async fn reappointment(tx: &mut dyn Tx, id: &NodeId, at: u64) -> Result<Option<(&'static str, Command)>, Fault> {
    // The administrator himself stays, so that somebody can appoint.
    let officers: Vec<_> = tx.officers(Some(id)).await?.into_iter().filter(|row| row.id != "admin").collect();
    let Some(row) = pick(officers, at) else { return Ok(None) };
    let officer = honghei_registry::desk::members::read(&row)?;
    Ok(Some(("admin", Command::AppointOfficer(Officer { title: format!("演练人员{}", at % 4), ..officer }))))
}
