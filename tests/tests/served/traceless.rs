//! A rehearsal leaves no trace, whatever it comes to, on either database.

use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_store::IncidentRow;

use super::office::{Database, Office, blacks};

fn take(delivery: &str) -> Command {
    Command::TakeDelivery(TakeDelivery { delivery: delivery.to_owned(), ..TakeDelivery::default() })
}

/// Everything that could tell of a rehearsal: logs, projections, alarms, deliveries, files.
async fn portrait(office: &mut Office) -> String {
    let rows = office.waiting("").await;
    let deliveries: Vec<_> = rows.iter().map(|row| (&row.id, &row.standing, &row.code, &row.path)).collect();
    let deliveries = format!("{deliveries:?}");
    let mut tx = office.running.engine().store().read().await.unwrap();
    let heads = tx.heads().await.unwrap();
    let digest = tx.projection_digest().await.unwrap();
    let alarms: Vec<String> = tx.incidents(1_000).await.unwrap().iter().map(code).collect();
    format!("{heads:?} {digest:?} {alarms:?} {deliveries}")
}

fn code(row: &IncidentRow) -> String {
    format!("{} {}", row.code, row.detail)
}

async fn rehearsed(office: &mut Office, command: Command) -> Result<RehearseResponse, String> {
    office.rest().await;
    let before = portrait(office).await;
    let tried = office.clerk.try_out(command, 0).await;
    assert_eq!(portrait(office).await, before, "a rehearsal leaves nothing behind: {tried:?}");
    tried.map(|(_, told)| told).map_err(|answer| answer.code.to_string())
}

/// F-P12, C-5: rehearsing what an alarm would follow raises none, and what was rehearsed is neither taken nor known; done
/// for real, each leaves its trace, and what was shown is what happens.
async fn leaves_no_trace(database: Database) {
    let mut office = Office::open(database).await;
    office.register("tax", "full").await;
    let import = office.import("tax", &blacks(1..41)).await;
    let told = rehearsed(&mut office, import.clone()).await.unwrap();
    let digest = told.stages[0].digest.clone();
    let done = office.clerk.perform_as_rehearsed(import, &digest).await.unwrap();
    assert!(done.entry.is_some());
    office.settle().await;
    office.publish().await.unwrap();

    // A file cut in half, one without a row that can enter, one that is no list: refused alike, recorded by nobody.
    for (bytes, refusal) in [
        (blacks(1..11), Some("FEED_TRUNCATED")),
        ("主体名称,统一社会信用代码,列入日期,列入事由\n坏行公司,9142,2017-10-01,欠税\n".as_bytes().to_vec(), None),
        (b"\xff\xfe\x00garbage".to_vec(), None),
    ] {
        let import = office.import("tax", &bytes).await;
        let tried = rehearsed(&mut office, import).await;
        if let Some(refusal) = refusal {
            assert_eq!(tried.unwrap_err(), refusal);
        }
    }

    // Deliveries: one cut in half, and one that is altered on its shelf.
    office.drop_file("tax", "half-2017-11-06.csv", &blacks(1..12)).await;
    let half = office.waiting("tax").await[0].id.clone();
    assert_eq!(rehearsed(&mut office, take(&half)).await.unwrap_err(), "FEED_TRUNCATED");
    let kept = office.waiting("tax").await[0].path.clone();
    let shelf = office.folder.path().join(kept);
    std::fs::write(&shelf, blacks(1..13)).unwrap();
    assert_eq!(rehearsed(&mut office, take(&half)).await.unwrap_err(), "DELIVERY_ALTERED");
    assert_eq!(office.clerk.perform(take(&half)).await.unwrap_err().code, "DELIVERY_ALTERED");
    let alarms = portrait(&mut office).await;
    assert!(alarms.contains("DELIVERY_ALTERED"), "for real it is an alarm: {alarms}");

    // Two deliveries of the same rows: the second holds nothing new once the first was taken, and only taking it says so.
    office.register("customs", "delta").await;
    let mut twice = blacks(101..104);
    office.drop_file("customs", "one-2017-11-06.csv", &twice).await;
    twice.extend_from_slice(b"\n");
    office.drop_file("customs", "two-2017-11-06.csv", &twice).await;
    let ids: Vec<String> = office.waiting("customs").await.into_iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), 2);
    assert!(!rehearsed(&mut office, take(&ids[0])).await.unwrap().stages.is_empty());
    office.clerk.perform(take(&ids[0])).await.unwrap();
    office.settle().await;
    let again = rehearsed(&mut office, take(&ids[1])).await;
    assert!(again.is_err(), "{again:?}");
    assert_eq!(office.waiting("customs").await.len(), 1, "it waits as before");
    let _ = office.clerk.perform(take(&ids[1])).await;
    assert!(office.waiting("customs").await.is_empty(), "for real it is done with");
    office.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_leaves_no_trace_on_sqlite() {
    leaves_no_trace(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_leaves_no_trace_on_postgresql() {
    leaves_no_trace(Database::Postgresql).await;
}
