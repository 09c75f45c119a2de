//! The comparison's officers at work: whole lists, blacks that are nothing but a name, decisions about identity.

use chrono::{Days, NaiveDate};
use honghei_domain::act::{Act, FeedMode};
use honghei_domain::comparison::{Finding, Outcome};
use honghei_domain::feed::FeedSource;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, Department, ListEntry, ListKind};
use honghei_domain::node::LogId;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::firms::Firms;
use super::logs;
use super::op::Deed;
use crate::world::entries::candidate;
use crate::world::steps::delta_source;

/// Rows that every whole list holds.
const CONSTANT: u32 = 40;

/// The department of these lists.
const DEPARTMENT: &str = "tax";

/// A delivery, or the registration of its source.
pub async fn delivery(tx: &mut dyn Tx, deed: &Deed, today: NaiveDate, firms_of: &mut Firms) -> Result<Command, Fault> {
    let mut department = Department(DEPARTMENT.to_owned());
    let (source, kind, mode, entries) = match deed {
        Deed::Whole { kind, count, firms } => {
            let source = if *kind == ListKind::Red { "whole-red" } else { "whole-black" };
            let mut entries: Vec<ListEntry> = (0..*count).map(|at| whole(firms_of, *kind, firms >> (5 * at))).collect();
            entries.extend(constant(firms_of, *kind));
            (source, *kind, FeedMode::Full, once_each(entries))
        }
        Deed::Nameless { count, firms, endless } => {
            let mut entries: Vec<ListEntry> = (0..*count).map(|at| nameless(firms_of, firms >> (4 * at))).collect();
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
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    })
}

/// A list of changes that states a row of its source once more: as it was, otherwise under the same document, or as revoked.
pub async fn amendment(
    tx: &mut dyn Tx,
    log: &LogId,
    (source, kind): (&str, ListKind),
    pick: u64,
    today: NaiveDate,
) -> Result<Option<Command>, Fault> {
    let mut stated = Vec::new();
    for import in logs::read(tx, log).await? {
        if let Act::FeedImported { source: of, manifest, .. } = import.act()
            && of == source
        {
            stated.extend(logs::rows_of(tx, manifest).await?);
        }
    }
    if stated.is_empty() {
        return Ok(None);
    }
    let at = usize::try_from(pick / 8).unwrap_or(0) % stated.len();
    let mut entry = stated.swap_remove(at);
    let later = |day: NaiveDate| day + Days::new(1 + pick / 8 % 3);
    match (pick % 8, &mut entry.document) {
        (1 | 2, Some(document)) => document.under_appeal = !document.under_appeal,
        (3, Some(document)) => document.kind = "行政裁决书".to_owned(),
        (4, _) => entry.recognised_on = entry.recognised_on.map(later),
        (5, _) => entry.valid_to = entry.valid_to.map(later),
        (6, _) => entry.valid_to = today.pred_opt(),
        (7, _) => entry.subject.name.insert(0, '新'),
        _ => {}
    }
    let department = entry.department.clone();
    let (entries, endings) = if pick % 16 == 8 { (Vec::new(), vec![entry]) } else { (vec![entry], Vec::new()) };
    Ok(Some(Command::ImportFeed {
        source: source.to_owned(),
        kind,
        department,
        mode: FeedMode::Delta,
        as_of: today,
        entries,
        endings,
        unread: 0,
        account: None,
        agreed_exits: 0,
    }))
}

/// A row of a whole list: the same firm reads the same, but for a correction now and then.
fn whole(firms_of: &Firms, kind: ListKind, firms: u64) -> ListEntry {
    let mut entry = fed(firms_of.entry(kind, firms));
    if let Some(document) = entry.document.as_mut().filter(|_| (firms >> 4) % 2 == 1) {
        document.number.push_str("（更正）");
    }
    entry
}

/// Rows that every whole list holds, of firms that nobody else speaks of: so many that the few others may be missing
/// without a second officer's signature (C-5).
fn constant(firms: &Firms, kind: ListKind) -> impl Iterator<Item = ListEntry> {
    let first = if kind == ListKind::Red { 1_000 } else { 2_000 };
    (first..first + CONSTANT).map(move |firm| {
        let mut entry = fed(firms.entry(kind, 0));
        let other = candidate(kind, "420802", firm);
        (entry.subject, entry.document) = (other.subject, other.document);
        entry
    })
}

/// A list states a firm once, as far as it writes it in one way.
fn once_each(entries: Vec<ListEntry>) -> Vec<ListEntry> {
    let mut seen = std::collections::HashSet::new();
    entries.into_iter().filter(|entry| seen.insert(entry.subject.clone())).collect()
}

/// A black with the name of a firm and no code; the name may tell another legal form, or a branch.
fn nameless(firms_of: &mut Firms, firms: u64) -> ListEntry {
    let mut entry = fed(firms_of.documented(ListKind::Black, firms));
    entry.subject.uscc = None;
    let name = &mut entry.subject.name;
    match (firms >> 16) % 4 {
        0 => *name = name.replace("有限公司", "有限责任公司"),
        1 if name.ends_with("公司") => name.push_str("东宝分公司"),
        _ => {}
    }
    entry
}

fn fed(mut entry: ListEntry) -> ListEntry {
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
    firms_of: &Firms,
) -> Result<Option<Command>, Fault> {
    let finding = if same { Finding::Same } else { Finding::Different };
    let held = held(tx).await?;
    let about = if pick.is_multiple_of(2) && !held.is_empty() {
        let at = usize::try_from(pick / 2).unwrap_or(0) % held.len();
        held.get(at).cloned().map(RulingAbout::Held)
    } else {
        let firm = |firms: u64| SubjectKey::of(&firms_of.subject(firms));
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
