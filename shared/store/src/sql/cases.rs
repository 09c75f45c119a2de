//! Cases at their recogniser.

use honghei_domain::list::CaseId;
use honghei_domain::node::NodeId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::{CaseFilter, CaseRow};

static PUT: Bulk = Bulk::new(
    "INSERT INTO cases (origin, number, stage, kind, name, subject_key, body) VALUES ",
    7,
    " ON CONFLICT (origin, number) DO UPDATE SET stage = excluded.stage, kind = excluded.kind, name = excluded.name,
        subject_key = excluded.subject_key, body = excluded.body",
);

const CASE: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases
    WHERE origin = $1 AND number = $2";

// Four texts rather than one with optional conditions: each finds its index. `BETWEEN` is not just shorter than two
// comparisons: with those, SQLite walks every case of the node instead.
const CASES: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases
    WHERE origin = $1 AND number BETWEEN $2 AND $3 ORDER BY number LIMIT $4";

const CASES_AT_STAGE: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases
    WHERE origin = $1 AND number BETWEEN $2 AND $3 AND stage = $5 ORDER BY number LIMIT $4";

const CASES_OF_SUBJECT: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases
    WHERE origin = $1 AND number BETWEEN $2 AND $3 AND subject_key = $5 ORDER BY number LIMIT $4";

const CASES_OF_SUBJECT_AT_STAGE: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases
    WHERE origin = $1 AND number BETWEEN $2 AND $3 AND stage = $5 AND subject_key = $6 ORDER BY number LIMIT $4";

const COUNTS: &str = "SELECT stage, COUNT(*) FROM cases WHERE origin = $1 GROUP BY stage ORDER BY stage";

const LAST_NUMBER: &str = "SELECT number FROM cases WHERE origin = $1 ORDER BY number DESC LIMIT 1";

pub(super) async fn put_cases(tx: &mut SqlTx, rows: &[CaseRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| &row.case).await?;
    Ok(())
}

pub(super) async fn case(tx: &mut SqlTx, case: &CaseId) -> Result<Option<CaseRow>, Fault> {
    tx.one(CASE, values().case(case)).await
}

pub(super) async fn cases(tx: &mut SqlTx, origin: &NodeId, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault> {
    const LARGEST: u64 = i64::MAX as u64;
    let up_to = if filter.up_to == 0 { LARGEST } else { filter.up_to.min(LARGEST) };
    if filter.after >= up_to {
        return Ok(Vec::new());
    }
    let range = values().node(origin).number(filter.after + 1).number(up_to).number(filter.limit);
    match (&filter.stage, &filter.subject_key) {
        (None, None) => tx.all(CASES, range).await,
        (Some(stage), None) => tx.all(CASES_AT_STAGE, range.text(stage)).await,
        (None, Some(subject)) => tx.all(CASES_OF_SUBJECT, range.text(subject)).await,
        (Some(stage), Some(subject)) => tx.all(CASES_OF_SUBJECT_AT_STAGE, range.text(stage).text(subject)).await,
    }
}

pub(super) async fn case_counts(tx: &mut SqlTx, origin: &NodeId) -> Result<Vec<(String, u64)>, Fault> {
    tx.rows(COUNTS, values().node(origin), |cells| Ok((cells.text()?, cells.number()?))).await
}

pub(super) async fn last_case_number(tx: &mut SqlTx, origin: &NodeId) -> Result<u64, Fault> {
    Ok(tx.row(LAST_NUMBER, values().node(origin), |cells| cells.number()).await?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, Row, SqliteConnection};

    use super::*;
    use crate::sql::open::SQLITE_MIGRATIONS;

    /// A node with 100,000 cases asks these at every turn of its clock.
    #[tokio::test]
    async fn every_question_about_cases_goes_to_its_own_index() {
        let mut database = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        SQLITE_MIGRATIONS.run(&mut database).await.unwrap();
        for (question, index) in [
            (CASES, "sqlite_autoindex_cases_1 (origin=? AND number>? AND number<?)"),
            (CASES_AT_STAGE, "cases_by_stage (origin=? AND stage=? AND number>? AND number<?)"),
            (CASES_OF_SUBJECT, "cases_by_subject (origin=? AND subject_key=? AND number>? AND number<?)"),
            (CASES_OF_SUBJECT_AT_STAGE, "cases_by_subject (origin=? AND subject_key=? AND number>? AND number<?)"),
            (COUNTS, "cases_by_stage (origin=?)"),
        ] {
            let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}")));
            let step: String = plan.fetch_one(&mut database).await.unwrap().get("detail");
            assert!(step.ends_with(index), "{question}\n{step}");
        }
    }
}
