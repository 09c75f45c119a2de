//! Drawing a bulletin up from what this node's own list holds.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_documents::fields::Listed;
use honghei_domain::bulletin::{BulletinRow, Posted, Quarter};
use honghei_domain::case::Case;
use honghei_domain::final_list::{Bucket, PublicRow, Validity};
use honghei_domain::list::{CaseId, Department, ListKind};
use honghei_domain::listing::Listing;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Announcement, Policy};
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{CaseFilter, CaseRow, Tx};

use crate::context::Context;
use crate::desk::dossiers::{self, decode};
use crate::desk::listing;
use crate::desk::recognition::read_case;
use crate::error::Fault;

/// Own cases read at a time.
const PAGE: u32 = 2048;

/// What befell the own entries, read once.
struct Own {
    /// By case number.
    befell: BTreeMap<u64, Listing>,
    /// Exits within the quarter that are told with their reason: first day without the entry, and code.
    left: BTreeMap<u64, (NaiveDate, String)>,
    /// Days of recognition by list.
    recognised: BTreeMap<EntryRef, NaiveDate>,
}

/// The rows of a bulletin: reds in force, blacks in force, what left within the quarter; each by case.
///
/// An entry is shown as in force where it was so on the quarter's last day and still is: what left or expired between
/// that day and the issue is not published once more, and the next bulletin tells its exit. An exit that is told
/// neutrally (BX-2, RX-3) is not told by name here either.
pub(super) async fn rows(
    tx: &mut dyn Tx,
    cx: &Context,
    department: &Department,
    policy: &Policy,
    quarter: Quarter,
) -> Result<Vec<BulletinRow>, Fault> {
    let mut own = own(tx, cx, policy, quarter).await?;
    let as_of = quarter.last_day();
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
        let page = tx.cases(cx.me(), &filter).await?;
        let served = served_rows(tx, &page).await?;
        for row in &page {
            let case = read_case(row)?.case;
            if case.entry.department != *department || case.stage.is_preparing() {
                continue;
            }
            let number = case.id().number;
            let befell = own.befell.get(&number);
            let gone = befell.is_some_and(|befell| befell.exit().is_some());
            let disputed = befell.is_some_and(|befell| befell.open_disputes().next().is_some());
            let in_force = |row: &&PublicRow| row.valid_from <= as_of && row.valid_to >= as_of.max(cx.now.today);
            let posted = match (served.get(case.id()).filter(in_force), own.left.get(&number)) {
                (Some(row), _) if !gone => {
                    Posted::InForce { validity: Validity { from: row.valid_from, to: row.valid_to }, disputed }
                }
                (_, Some((on, code))) => Posted::Left { on: *on, code: code.clone() },
                _ => continue,
            };
            let recognised_on = recognised_on(tx, &mut own, &case).await?;
            rows.push(row_of(&case, policy, recognised_on, posted));
        }
        match page.last() {
            Some(last) if page.len() == PAGE as usize => after = last.case.number,
            _ => break,
        }
    }
    rows.sort_by_key(|row| (board(row), row.case.number));
    Ok(rows)
}

/// 0 red in force, 1 black in force, 2 left.
pub(super) fn board(row: &BulletinRow) -> u8 {
    match (&row.posted, row.kind) {
        (Posted::InForce { .. }, ListKind::Red) => 0,
        (Posted::InForce { .. }, ListKind::Black) => 1,
        (Posted::Left { .. }, _) => 2,
    }
}

async fn own(tx: &mut dyn Tx, cx: &Context, policy: &Policy, quarter: Quarter) -> Result<Own, Fault> {
    let mut befell = BTreeMap::new();
    for row in tx.listings_of(cx.me(), listing::CASE).await? {
        let listing: Listing = decode(&row.body, "a listed entry")?;
        befell.insert(listing.case.number, listing);
    }
    let mut left = BTreeMap::new();
    for departure in listing::departures(tx, Some(cx.me())).await? {
        if quarter.contains(departure.decided_on) && departure.announcement(policy) == Announcement::Plain {
            let numbers = departure.cases.iter();
            left.extend(numbers.map(|number| (number, (departure.decided_on, departure.code.clone()))));
        }
    }
    Ok(Own { befell, left, recognised: BTreeMap::new() })
}

/// The rows of a page of cases on the served list.
async fn served_rows(tx: &mut dyn Tx, page: &[CaseRow]) -> Result<BTreeMap<CaseId, PublicRow>, Fault> {
    let keys = page.iter().filter_map(|row| row.subject_key.parse::<SubjectKey>().ok());
    let mut buckets: Vec<u32> = keys.map(|key| key.bucket()).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let mut served = BTreeMap::new();
    for bucket in tx.buckets(&buckets).await? {
        let parsed =
            Bucket::parse(&bucket.rows).map_err(|_| Fault::inconsistent(format!("bucket {}", bucket.bucket)))?;
        served.extend(parsed.rows().iter().map(|row| (row.case.clone(), row.clone())));
    }
    Ok(served)
}

/// The day a case was recognised on, as its list says.
async fn recognised_on(tx: &mut dyn Tx, own: &mut Own, case: &Case) -> Result<Option<NaiveDate>, Fault> {
    let Some(list) = case.stage.list() else {
        // A withdrawn case has lost its list; the entry itself says when.
        return Ok(listing::entry_of(tx, case.id()).await?.and_then(|entry| entry.recognised_on));
    };
    if let Some(day) = own.recognised.get(list) {
        return Ok(Some(*day));
    }
    let day = dossiers::read(tx, list).await?.map(|dossier| dossier.certified_on);
    own.recognised.extend(day.map(|day| (list.clone(), day)));
    Ok(day)
}

fn row_of(case: &Case, policy: &Policy, recognised_on: Option<NaiveDate>, posted: Posted) -> BulletinRow {
    let listed = Listed::of(&case.entry, policy);
    BulletinRow {
        case: case.id().clone(),
        kind: case.entry.kind,
        name: listed.name,
        code: listed.code,
        criteria: case.entry.criteria.clone(),
        recognised_on,
        posted,
    }
}
