//! The comparison's officers at work: whole lists, blacks that are nothing but a name, decisions about identity.

use chrono::NaiveDate;
use honghei_domain::act::FeedMode;
use honghei_domain::comparison::{Finding, Outcome};
use honghei_domain::feed::FeedSource;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, Department, ListEntry, ListKind};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::office::FIRMS;
use super::op::Deed;
use crate::world::entries::candidate;
use crate::world::steps::delta_source;

/// Rows that every whole list holds.
const CONSTANT: u32 = 40;

/// The department of these lists.
const DEPARTMENT: &str = "tax";

/// A delivery, or the registration of its source.
pub async fn delivery(tx: &mut dyn Tx, deed: &Deed, today: NaiveDate, serial: &mut u32) -> Result<Command, Fault> {
    let mut department = Department(DEPARTMENT.to_owned());
    let (source, kind, mode, entries) = match deed {
        Deed::Whole { kind, count, firms } => {
            let source = if *kind == ListKind::Red { "whole-red" } else { "whole-black" };
            let mut entries: Vec<ListEntry> = (0..*count).map(|at| whole(*kind, firms >> (5 * at))).collect();
            entries.extend(constant(*kind));
            (source, *kind, FeedMode::Full, once_each(entries))
        }
        Deed::Nameless { count, firms, endless } => {
            let mut entries: Vec<ListEntry> = (0..*count).map(|at| nameless(firms >> (4 * at), serial)).collect();
            if *endless {
                // The one department here whose policy sets a term.
                department = Department("commerce".to_owned());
                entries.iter_mut().for_each(|entry| (entry.recognised_on, entry.valid_to) = (Some(today), None));
            }
            (if *endless { "endless" } else { "nameless" }, ListKind::Black, FeedMode::Delta, entries)
        }
        _ => return Err(Fault::Inconsistent { what: "no delivery".to_owned() }),
    };
    if tx.feed(source).await?.is_none() {
        let source = FeedSource { mode, ..delta_source(source, kind, &department) };
        return Ok(Command::RegisterFeed(source));
    }
    Ok(Command::ImportFeed {
        source: source.to_owned(),
        kind,
        department,
        mode,
        as_of: today,
        entries,
        unread: 0,
        account: None,
        agreed_exits: 0,
    })
}

/// A row of a whole list: the same firm reads the same, but for a correction now and then.
fn whole(kind: ListKind, firms: u64) -> ListEntry {
    let mut entry = fed(kind, firms);
    if let Some(document) = entry.document.as_mut().filter(|_| (firms >> 4) % 2 == 1) {
        document.number.push_str("（更正）");
    }
    entry
}

/// Rows that every whole list holds, of firms that nobody else speaks of: so many that the few others may be missing
/// without a second officer's signature (C-5).
fn constant(kind: ListKind) -> impl Iterator<Item = ListEntry> {
    let first = if kind == ListKind::Red { 1_000 } else { 2_000 };
    (first..first + CONSTANT).map(move |firm| {
        let mut entry = fed(kind, 0);
        let other = candidate(kind, "420802", firm);
        (entry.subject, entry.document) = (other.subject, other.document);
        entry
    })
}

/// A list states a firm once.
fn once_each(entries: Vec<ListEntry>) -> Vec<ListEntry> {
    let mut seen = std::collections::BTreeSet::new();
    entries.into_iter().filter(|entry| seen.insert(entry.subject.name.clone())).collect()
}

/// A black with the name of a firm and no code.
fn nameless(firms: u64, serial: &mut u32) -> ListEntry {
    *serial += 1;
    let mut entry = fed(ListKind::Black, firms);
    entry.subject.uscc = None;
    if let Some(document) = &mut entry.document {
        document.number = format!("样例〔2017〕{serial}号");
    }
    entry
}

fn fed(kind: ListKind, firms: u64) -> ListEntry {
    let firm = u32::try_from(1 + firms % FIRMS).unwrap_or(1);
    let mut entry = candidate(kind, "420802", firm);
    entry.recognised_on = NaiveDate::from_ymd_opt(2016, 5, 3);
    entry.recognising_organ = "样例部门".to_owned();
    entry.valid_to = NaiveDate::from_ymd_opt(2030, 12, 31);
    entry
}

/// A decision about two subjects, or about a held red if one was held last.
pub async fn ruling(
    tx: &mut dyn Tx,
    pick: u64,
    same: bool,
    until: Option<NaiveDate>,
) -> Result<Option<Command>, Fault> {
    let finding = if same { Finding::Same } else { Finding::Different };
    let held = held(tx).await?;
    let about = if pick.is_multiple_of(2) && !held.is_empty() {
        let at = usize::try_from(pick / 2).unwrap_or(0) % held.len();
        held.get(at).cloned().map(RulingAbout::Held)
    } else {
        let firm = |firms: u64| SubjectKey::of(&fed(ListKind::Red, firms).subject);
        Some(RulingAbout::Subjects(firm(pick / 2), firm(pick / 32)))
    };
    let reason = "已核对登记档案".to_owned();
    Ok(about.map(|about| Command::RuleIdentity { about, finding, reason, until }))
}

/// Reds that some version held.
async fn held(tx: &mut dyn Tx) -> Result<Vec<CaseId>, Fault> {
    let mut held = Vec::new();
    for result in tx.results(u32::MAX).await? {
        for row in tx.verdicts_of(result.version, u32::MAX).await? {
            let detail =
                DetailRow::decode(&row.body).map_err(|defect| Fault::Inconsistent { what: defect.to_string() })?;
            if matches!(detail.verdict.outcome, Outcome::Held { .. }) {
                held.push(row.case);
            }
        }
    }
    held.sort();
    held.dedup();
    Ok(held)
}
