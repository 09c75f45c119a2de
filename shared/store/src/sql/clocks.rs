//! Legal clocks that run or stand still.

use honghei_domain::list::CaseId;
use honghei_domain::node::NodeId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::{ClockKey, ClockPage, ClockRow};

static PUT: Bulk = Bulk::new(
    "INSERT INTO clocks
        (origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body) VALUES ",
    10,
    " ON CONFLICT (origin, epoch, entry_index, code, case_origin, case_number) DO UPDATE SET owner = excluded.owner,
        due_on = excluded.due_on, provisional = excluded.provisional, body = excluded.body",
);

const REMOVE: &str = "DELETE FROM clocks WHERE origin = $1 AND epoch = $2 AND entry_index = $3 AND code = $4
    AND case_origin = $5 AND case_number = $6";

const CLOCK: &str =
    "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks WHERE origin = $1 AND epoch = $2 AND entry_index = $3 AND code = $4 AND case_origin = $5
    AND case_number = $6";

const OF_ACT: &str =
    "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks WHERE origin = $1 AND epoch = $2 AND entry_index = $3 AND code = $4
    ORDER BY case_origin, case_number";

/// The row comparison lets both databases walk the index from the place where the last page ended.
const DUE: &str = "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks WHERE owner = $1 AND due_on <= $2
    AND (due_on, origin, epoch, entry_index, code, case_origin, case_number) > ($3, $4, $5, $6, $7, $8, $9)
    ORDER BY due_on, origin, epoch, entry_index, code, case_origin, case_number LIMIT $10";

const OF_CASES: &str =
    "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks WHERE case_origin = $1 AND case_number >= $2 AND case_number <= $3 AND code = $4
    ORDER BY case_number, origin, epoch, entry_index";

const ALL: &str = "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks WHERE (origin, epoch, entry_index, code, case_origin, case_number) > ($1, $2, $3, $4, $5, $6)
    ORDER BY origin, epoch, entry_index, code, case_origin, case_number LIMIT $7";

pub(super) async fn put_clocks(tx: &mut SqlTx, rows: &[ClockRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| &row.key).await?;
    Ok(())
}

pub(super) async fn remove_clock(tx: &mut SqlTx, key: &ClockKey) -> Result<(), Fault> {
    tx.execute(REMOVE, values().entry(&key.act).text(&key.code).case(&key.case)).await?;
    Ok(())
}

pub(super) async fn clock(tx: &mut SqlTx, key: &ClockKey) -> Result<Option<ClockRow>, Fault> {
    tx.one(CLOCK, values().entry(&key.act).text(&key.code).case(&key.case)).await
}

pub(super) async fn clocks_of_act(
    tx: &mut SqlTx,
    act: &honghei_domain::node::EntryRef,
    code: &str,
) -> Result<Vec<ClockRow>, Fault> {
    tx.all(OF_ACT, values().entry(act).text(code)).await
}

pub(super) async fn due_clocks(tx: &mut SqlTx, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault> {
    let (due_on, key) = match &page.after {
        Some((due_on, key)) => (due_on.to_string(), key.clone()),
        // Before every row: no text is smaller than the empty one.
        None => return first_page(tx, owner, page).await,
    };
    let asked = values().node(owner).date(page.up_to).owned_text(due_on).entry(&key.act);
    tx.all(DUE, asked.text(&key.code).case(&key.case).number(page.limit)).await
}

async fn first_page(tx: &mut SqlTx, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault> {
    let asked = values().node(owner).date(page.up_to).text("").text("").number(0_u64).number(0_u64);
    tx.all(DUE, asked.text("").text("").number(0_u64).number(page.limit)).await
}

pub(super) async fn clocks_of_cases(
    tx: &mut SqlTx,
    origin: &NodeId,
    numbers: (u64, u64),
    code: &str,
) -> Result<Vec<ClockRow>, Fault> {
    tx.all(OF_CASES, values().node(origin).number(numbers.0).number(numbers.1).text(code)).await
}

pub(super) async fn all_clocks(tx: &mut SqlTx, after: Option<&ClockKey>, limit: u32) -> Result<Vec<ClockRow>, Fault> {
    let asked = match after {
        Some(ClockKey { act, code, case: CaseId { origin, number } }) => {
            values().entry(act).text(code).node(origin).number(*number)
        }
        None => values().text("").number(0_u64).number(0_u64).text("").text("").number(0_u64),
    };
    tx.all(ALL, asked.number(limit)).await
}
