//! Reports of the comparison as of a result version: every figure counted again from what the node holds (R-029, R-030,
//! C-3, AMB-15).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::account::{CodeAccount, IntakeAccount};
use honghei_domain::act::FeedMode;
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::identifier::CitizenId;
use honghei_domain::list::{CaseId, Department, ListEntry, ListKind};
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;
use honghei_registry::report;
use honghei_reports::{Report, SourceKind, html, xlsx};

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const EASTERN: &str = "420802-commerce";
const REGION: &str = "420802";

fn person() -> CitizenId {
    CitizenId::synthesize("420802".parse().unwrap(), "1980-02-29".parse().unwrap(), 123)
}

fn entries(kind: ListKind, firms: impl IntoIterator<Item = u32>) -> Vec<ListEntry> {
    firms.into_iter().map(|firm| candidate(kind, REGION, firm)).collect()
}

/// A black without any code, under the name of a firm.
fn nameless(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Black, REGION, firm);
    entry.subject.uscc = None;
    entry
}

/// A county's six reds go up; before and after, departments' blacks arrive: by code (X2, tie, X1) and by name.
async fn told() -> World {
    let mut world = World::in_memory(5, &jingmen(), day("2017-11-06")).await.unwrap();
    let mut reds = entries(ListKind::Red, 1..7);
    // However a number comes into a name, it does not come into a report.
    reds[0].subject.name = format!("样例{}商店", person().in_clear());
    let list = world.send_up(EASTERN, ListKind::Red, reds).await.unwrap();
    let certified_on = world.today;
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(35).await.unwrap();
    let before = certified_on.pred_opt().unwrap();
    world.feed("court", ListKind::Black, before, entries(ListKind::Black, [1])).await.unwrap();
    world.feed("tax", ListKind::Black, certified_on, entries(ListKind::Black, [2])).await.unwrap();
    world.feed("quality", ListKind::Black, before, vec![nameless(3)]).await.unwrap();
    world.publish().await.unwrap();
    world.pass_days(20).await.unwrap();
    world.feed("court", ListKind::Black, world.today, entries(ListKind::Black, [4])).await.unwrap();
    world.publish().await.unwrap();
    world
}

async fn report_at(world: &World, node: &str, version: Option<u64>) -> Result<Report, CommandError> {
    let node = world.node(node);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await?;
    report::comparison(&mut *tx, &cx, version).await
}

/// What every case last was, told from the verdicts that a node keeps, up to a version: the naive account.
async fn last_verdicts(world: &World, through: u64) -> BTreeMap<CaseId, (u64, Outcome)> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let mut last = BTreeMap::new();
    for version in 1..=through {
        for row in tx.verdicts_of(version, 1000).await.unwrap() {
            let detail = DetailRow::decode(&row.body).unwrap();
            last.insert(row.case, (version, detail.verdict.outcome));
        }
    }
    last
}

#[tokio::test]
async fn conflicts_and_what_waits_are_those_of_the_published_verdicts() {
    let world = told().await;
    for version in [1, 2] {
        let report = report_at(&world, PROVINCE, Some(version)).await.unwrap();
        let naive = last_verdicts(&world, version).await;
        let removed: BTreeSet<(String, String, u64)> = naive
            .iter()
            .filter_map(|(case, (since, outcome))| match outcome {
                Outcome::Removed { rule, .. } => Some((case.to_string(), rule.code().to_owned(), *since)),
                _ => None,
            })
            .collect();
        let told: BTreeSet<_> =
            report.conflicts.iter().map(|row| (row.case.clone(), row.rule.clone(), row.version)).collect();
        assert_eq!(told, removed, "version {version}");
        let held = naive.values().filter(|(_, outcome)| matches!(outcome, Outcome::Held { .. })).count();
        assert_eq!((report.held.len(), held), (1, 1), "version {version}");
        assert_eq!(report.version, version);
    }
    let report = report_at(&world, PROVINCE, None).await.unwrap();
    assert_eq!(report.version, 2);
    let told: Vec<(&str, &str, bool, &str, &str)> = report
        .conflicts
        .iter()
        .map(|row| (&*row.black_department, &*row.rule, row.tie, &*row.exit, &*row.red_department))
        .collect();
    assert_eq!(
        told,
        [
            ("court", "X2", false, "RX-7", "commerce"),
            ("tax", "X1", true, "RX-7", "commerce"),
            ("court", "X1", false, "RX-1", "commerce"),
        ]
    );
    let [held] = &report.held[..] else { panic!("{:?}", report.held) };
    assert_eq!(
        (held.agree.join(""), held.one_sided.join("、")),
        ("名称".to_owned(), "统一社会信用代码、组织机构代码".to_owned())
    );
    assert_eq!((held.reason.as_str(), held.since_version), ("NAME_ONLY", 1));
    assert_eq!(i64::from(held.days), (world.today - held.since_on).num_days());
}

/// what is said of a version is said for ever.
#[tokio::test]
async fn a_version_is_told_the_same_after_the_next_one_and_after_a_rebuild() {
    let world = told().await;
    let second = report_at(&world, PROVINCE, Some(2)).await.unwrap();
    let first = report_at(&world, PROVINCE, Some(1)).await.unwrap();
    assert_eq!(first.counted_to, second.published_on, "the first was the newest until the second");
    assert_eq!(first.conflicts.len(), 2);
    assert!(first.sources.iter().filter(|source| source.name == "court").all(|source| source.deliveries.len() == 1));
    world.node(PROVINCE).engine.rebuild(world.now()).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(report_at(&world, PROVINCE, Some(1)).await.unwrap(), first);
    assert_eq!(report_at(&world, PROVINCE, Some(2)).await.unwrap(), second);
    let unknown = report_at(&world, PROVINCE, Some(3)).await.unwrap_err();
    assert_eq!(unknown.code(), "RESULT_UNKNOWN");
}

#[tokio::test]
async fn a_county_and_a_city_report_on_what_they_may_see() {
    let world = told().await;
    let whole = report_at(&world, PROVINCE, None).await.unwrap();
    for node in [EASTERN, CITY] {
        let report = report_at(&world, node, None).await.unwrap();
        let cases = |report: &Report| report.conflicts.iter().map(|row| row.case.clone()).collect::<Vec<_>>();
        assert_eq!(cases(&report), cases(&whole), "{node}: every conflict here is the county's");
        assert!(report.held.iter().all(|row| !row.compared), "the black is not theirs to see");
        assert!(report.sources.iter().all(|source| source.kind != SourceKind::Feed));
        assert_eq!(report.digest, whole.digest);
    }
    let county = report_at(&world, EASTERN, None).await.unwrap();
    let [source] = &county.sources[..] else { panic!("{:?}", county.sources) };
    assert_eq!((source.kind, source.deliveries[0].entered), (SourceKind::Collected, 6));
    let [times] = &county.times[..] else { panic!("{:?}", county.times) };
    assert_eq!(times.collected.values().sum::<u64>(), 5, "a county knows when it collected what was settled");
    assert!(whole.times[0].collected.is_empty());
}

#[tokio::test]
async fn times_run_from_certification_to_the_version_that_settled() {
    let world = told().await;
    let report = report_at(&world, PROVINCE, Some(2)).await.unwrap();
    let [times] = &report.times[..] else { panic!("{:?}", report.times) };
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let dossiers = tx.dossiers(None).await.unwrap();
    let dossier = honghei_registry::desk::dossiers::decode_row(&dossiers[0]).unwrap();
    let published: Vec<NaiveDate> = tx.results(9).await.unwrap().iter().rev().map(|row| row.published_on).collect();
    let days = |on: NaiveDate| u32::try_from((on - dossier.certified_on).num_days()).unwrap();
    // Five of six were settled at once; the held one still waits.
    assert_eq!(times.certified, BTreeMap::from([(days(published[0]), 5)]));
    let phases = &times.phases;
    let parts = [phases.to_declaration, phases.to_signature, phases.to_report, phases.to_publication];
    assert_eq!(parts.iter().map(|part| part.days).sum::<u64>(), 5 * u64::from(days(published[0])));
    assert!(parts.iter().all(|part| part.entries == 5));
    let reported = report.sources.iter().find(|source| source.kind == SourceKind::Reported).unwrap();
    assert_eq!((reported.name.as_str(), reported.deliveries[0].rows), (EASTERN, 6));
}

/// REQUIREMENTS 2.1: what was refused is known from the act alone.
#[tokio::test]
async fn the_codes_of_a_source_are_those_of_its_acts() {
    let world = told().await;
    let account = |sound, lost| IntakeAccount {
        rows: sound + lost + 5,
        accepted: sound + 3,
        ended: 2,
        remarks: [("DIGITS_LOST".to_owned(), lost), ("NAME_ONLY".to_owned(), 3)].into(),
        codes: CodeAccount {
            sound,
            shared: 2,
            damaged: [("DIGITS_LOST".to_owned(), lost)].into(),
            missing: 3,
            ..CodeAccount::default()
        },
    };
    for (firm, account) in [(70, account(90, 8)), (71, account(95, 3))] {
        let import = Command::ImportFeed {
            source: "court".to_owned(),
            kind: ListKind::Black,
            department: Department("court".to_owned()),
            mode: FeedMode::Delta,
            as_of: world.today,
            entries: entries(ListKind::Black, [firm])
                .into_iter()
                .map(|entry| ListEntry { recognising_organ: "样例法院".to_owned(), ..entry })
                .collect(),
            endings: Vec::new(),
            unread: 0,
            account: Some(Box::new(account)),
            agreed_exits: 0,
        };
        world.act(PROVINCE, "clerk", import).await.unwrap();
        world.settle().await.unwrap();
    }
    world.publish().await.unwrap();
    let report = report_at(&world, PROVINCE, None).await.unwrap();
    let court = report.sources.iter().find(|source| source.name == "court").unwrap();
    let ended: Vec<u64> = court.deliveries.iter().map(|delivery| delivery.ended).collect();
    assert_eq!(ended, [0, 0, 2, 2]);
    let sum = honghei_reports::figures::quality(court);
    assert_eq!((sum.without_account, sum.rows, sum.codes.wrong(), sum.codes.shared), (2, 206, 11, 4));
    // 15 of 200 rows with a code.
    assert_eq!(honghei_reports::figures::wrong_share(court), Some(750));
    let before = report_at(&world, PROVINCE, Some(2)).await.unwrap();
    assert!(before.sources.iter().all(|source| honghei_reports::figures::quality(source).codes.wrong() == 0));
    // What nobody revoked reads as reports always did.
    assert!(!String::from_utf8(before.to_json()).unwrap().contains("\"ended\""));
}

/// AMB-15.
#[tokio::test]
async fn no_personal_number_stands_in_a_report_in_any_form() {
    let world = told().await;
    let report = report_at(&world, PROVINCE, None).await.unwrap();
    let number = person().in_clear().to_owned();
    let workbook = xlsx(&report).unwrap();
    let mut opened: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let mut cells = String::new();
    for (_, sheet) in opened.worksheets() {
        for cell in sheet.cells().map(|(_, _, cell)| cell) {
            cells.push_str(&cell.to_string());
            cells.push('\n');
        }
    }
    let json = String::from_utf8(report.to_json()).unwrap();
    for text in [json, html(&report), cells] {
        assert!(!text.contains(&number) && !text.contains("19800229"));
        assert!(text.contains("********"), "it stood there, and is masked");
    }
}

/// The workbook that officers get, read back and counted again.
#[tokio::test]
async fn the_workbook_holds_the_figures_of_the_node() {
    let world = told().await;
    let report = report_at(&world, PROVINCE, None).await.unwrap();
    let mut opened: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&report).unwrap())).unwrap();
    let naive = last_verdicts(&world, 2).await;
    let rows = opened.worksheet_range("冲突明细").unwrap();
    let listed: Vec<String> = rows.rows().skip(1).map(|row| row[0].to_string()).collect();
    let removed = naive.iter().filter(|(_, (_, outcome))| matches!(outcome, Outcome::Removed { .. }));
    assert_eq!(listed, removed.map(|(case, _)| case.to_string()).collect::<Vec<_>>());
    let summary = opened.worksheet_range("概况").unwrap();
    let figure = |name: &str| {
        let row = summary.rows().find(|row| row[0] == name).unwrap_or_else(|| panic!("{name}"));
        match &row[1] {
            Data::Float(number) => *number,
            other => panic!("{name}: {other}"),
        }
    };
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let counts = honghei_registry::desk::served::counts(&tx.latest_result().await.unwrap().unwrap()).unwrap();
    assert_eq!((figure("红名单在列"), figure("黑名单在列")), (counts.red as f64, counts.black as f64));
    assert_eq!((figure("冲突删除（现有）"), figure("其中本版删除")), (3.0, counts.removed as f64));
    assert_eq!((figure("待人工核对（现有）"), figure("其中同日认定")), (1.0, 1.0));
}
