//! Reference data that the authority's node publishes: a policy's next version, a new year's working-day notice.

use honghei_domain::calendar::WorkCalendar;
use honghei_domain::policy::shipped;
use honghei_node::answer::{Answer, Class};
use honghei_node::client::Client;
use honghei_node::join;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::publish_reference_request::Document;
use honghei_proto::console::v1::*;
use honghei_registry::desk::recognition::read_case;

use crate::support::{COUNTY, PROVINCE, Place, Served, serve};

const ROW: &str = "企业名称,统一社会信用代码,认定标准,事实\n";
const FIRST: &str = "甲公司,91420802MA0000015G,SW-R-01,受市商务局表彰\n";
const SECOND: &str = "乙公司,91420802MA0000023B,SW-R-01,受市商务局表彰\n";

/// A notice of a year that the shipped calendar does not know; synthetic.
const NOTICE: &str = "[[notice]]\nyear = 2027\ndocument = \"演练〔2026〕1号\"\noff = [\"元旦 01-01..01-08\"]\n";

/// The shipped commerce policy as another version, its periods changed where asked.
fn commerce(version: u32, publicity_days: u32) -> String {
    let (_, text) = shipped()[0];
    let text = text.replacen("version = 1", &format!("version = {version}"), 1);
    let (before, after) = text.split_once("candidate_publicity_days = ").unwrap();
    let (_, after) = after.split_once(|c: char| !c.is_ascii_digit()).unwrap();
    format!("{before}candidate_publicity_days = {publicity_days} {after}")
}

async fn publish(admin: &mut Client, document: Document) -> Result<PublishReferenceResponse, Answer> {
    admin.publish_reference(PublishReferenceRequest { document: Some(document), file: "neu.toml".to_owned() }).await
}

async fn refused(admin: &mut Client, document: Document) -> (Class, String) {
    let answer = publish(admin, document).await.unwrap_err();
    (answer.class, answer.code)
}

/// Waits until a node follows a directory version; the test's time limit ends the wait.
async fn follows(place: &Place, served: &Served, version: u64) {
    let now = honghei_node::clock::Clock::simulated(&place.calendar()).now().unwrap();
    while served.running.engine().context(now).await.directory().version < version {
        tokio::task::yield_now().await;
    }
}

async fn collect(collector: &mut Client, row: &str) {
    let upload = collector.upload("reds.csv", format!("{ROW}{row}").into_bytes(), |_| ()).await.unwrap();
    let collect = Collect {
        file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
        kind: "red".to_owned(),
        department: "commerce".to_owned(),
        channel: "daily_management".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: "在本市设有分支机构".to_owned(),
    };
    collector.perform(Command::Collect(collect)).await.unwrap();
}

/// Has the province vouch for an officer of the county, and waits until the county knows; the test's time limit ends it.
async fn vouch(province: &mut Client, county: &mut Client, officer: &str) {
    let certify = CertifyOfficer { node: "429004-commerce".to_owned(), officer: officer.to_owned() };
    while province.perform(Command::CertifyOfficer(certify.clone())).await.is_err() {
        tokio::task::yield_now().await;
    }
    let certified = |row: &OfficerRow| row.node == certify.node && row.id == officer && row.certified;
    while !county.list_officers(ListOfficersRequest {}).await.unwrap().officers.iter().any(certified) {
        tokio::task::yield_now().await;
    }
}

async fn pinned(county: &Served, number: u64) -> String {
    let case = format!("429004-commerce#{number}").parse().unwrap();
    let mut tx = county.running.engine().store().read().await.unwrap();
    let row = tx.case(&case).await.unwrap().unwrap();
    read_case(&row).unwrap().case.policy
}

/// Last days of the publicities of the county's cases, by case, and whether each is provisional.
async fn publicity_ends(collector: &mut Client, number: u64) -> (String, bool, String) {
    let asked = WhyDueRequest { case_id: format!("429004-commerce#{number}") };
    let clocks = collector.why_due(asked).await.unwrap().clocks;
    let clock = clocks.into_iter().find(|row| row.code == "D-01").unwrap();
    (clock.due_on, clock.provisional, clock.reason)
}

/// the county follows a published version as soon as it mirrors it; what it collected before keeps its own.
#[tokio::test]
async fn r_010_a_published_policy_binds_new_cases_and_leaves_old_ones_theirs() {
    let place = Place::new();
    let (mut province, mut county) = place.province_and_county().await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    collect(&mut collector, FIRST).await;
    let name = shipped()[0].0;

    let published = publish(&mut province.admin, Document::Policy(commerce(2, 20))).await.unwrap();
    assert_eq!((published.directory_version, published.name), (3, format!("{name}@2")));
    follows(&place, &county, 3).await;
    collect(&mut collector, SECOND).await;
    assert_eq!(pinned(&county, 1).await, format!("{name}@1"));
    assert_eq!(pinned(&county, 2).await, format!("{name}@2"));
    let publicise = PublicizeCases { cases: "2".to_owned(), channel: "信用仙桃".to_owned() };
    collector.perform(Command::PublicizeCases(publicise)).await.unwrap();
    assert_eq!(publicity_ends(&mut collector, 2).await.0, "2017-12-04", "twenty working days from 2017-11-06");
    let publicise = PublicizeCases { cases: "1".to_owned(), channel: "信用仙桃".to_owned() };
    collector.perform(Command::PublicizeCases(publicise)).await.unwrap();
    assert_eq!(publicity_ends(&mut collector, 1).await.0, "2017-11-20", "ten, by the version it was collected under");

    // Everything that the province has to say has come once it has vouched for the county's officers.
    for officer in ["admin", "zhang"] {
        vouch(&mut province.admin, &mut county.admin, officer).await;
    }
    // The versions lie side by side wherever the directory is read, after a rebuild and a restart too.
    // What arrived last may lie unfolded until the first rebuild folds it; then nothing may change any more.
    let mut rebuilt = county.admin.rebuild(RebuildRequest {}).await.unwrap();
    while rebuilt.before != rebuilt.after {
        rebuilt = county.admin.rebuild(RebuildRequest {}).await.unwrap();
    }
    county.running.stop().await;
    let running = honghei_node::serve::start(&place.folder("k"), &COUNTY, None).await.unwrap();
    let county = Served { admin: county.admin, running };
    follows(&place, &county, 3).await;
    assert_eq!(pinned(&county, 1).await, format!("{name}@1"));
    // Whoever joins later gets it with the directory.
    let address = province.address();
    let invitation = province.invite("429005", "county", "420000-commerce", &address).await;
    let folder = place.prepare("q");
    join::join(&folder, &invitation, &COUNTY).await.unwrap();
    let late = serve(&folder, &COUNTY).await;
    follows(&place, &late, 4).await;
    let now = honghei_node::clock::Clock::simulated(&place.calendar()).now().unwrap();
    let cx = late.running.engine().context(now).await;
    assert!(cx.reference.policies.contains_key(&format!("{name}@2")));
    assert_eq!(cx.directory().nodes.len(), 3);
    for served in [late, county, province] {
        served.running.stop().await;
    }
}

/// a version says one thing for ever, versions rise, a department has one policy, and nobody but an
/// administrator of the authority's node publishes.
#[tokio::test]
async fn r_010_a_policy_that_may_not_be_published_is_refused_and_nothing_is_written() {
    let place = Place::new();
    let (mut province, mut county) = place.province_and_county().await;
    let admin = &mut province.admin;
    let policy = |version, days| Document::Policy(commerce(version, days));
    let (_, shipped_text) = shipped()[0];
    let again = Document::Policy(format!("# a comment changes nothing\n{shipped_text}"));
    assert_eq!(refused(admin, again).await, (Class::AlreadyDone, "POLICY_ALREADY_PUBLISHED".to_owned()));
    assert_eq!(refused(admin, policy(1, 20)).await, (Class::Refused, "POLICY_VERSION_TAKEN".to_owned()));
    publish(admin, policy(3, 20)).await.unwrap();
    assert_eq!(refused(admin, policy(2, 20)).await, (Class::Refused, "POLICY_VERSION_NOT_HIGHER".to_owned()));
    assert_eq!(refused(admin, policy(3, 20)).await.0, Class::AlreadyDone);
    let renamed = commerce(1, 20).replace("jm-commerce-2017-draft", "another");
    assert_eq!(refused(admin, Document::Policy(renamed)).await.1, "POLICY_DEPARTMENT_TAKEN");
    let moved = commerce(4, 20).replacen("department = \"commerce\"", "department = \"tax\"", 1);
    assert_eq!(refused(admin, Document::Policy(moved)).await.1, "POLICY_DEPARTMENT_CHANGED");
    let broken = publish(admin, policy(5, 0)).await.unwrap_err();
    assert_eq!((broken.class, broken.code.as_str()), (Class::Usage, "POLICY_DEFECTIVE"));
    assert!(broken.message.contains("neu.toml"), "{}", broken.message);
    assert_eq!(refused(admin, Document::Policy("name = 1".to_owned())).await.1, "POLICY_DEFECTIVE");
    let empty = PublishReferenceRequest::default();
    assert_eq!(admin.publish_reference(empty).await.unwrap_err().code, "FIELD_DOCUMENT");

    assert_eq!(refused(&mut county.admin, policy(9, 20)).await, (Class::Refused, "AUTHORITY_ELSEWHERE".to_owned()));
    let mut head = province.officer("zhao", &["head"]).await;
    assert_eq!(refused(&mut head, policy(9, 20)).await.0, Class::Denied);
    let now = honghei_node::clock::Clock::simulated(&place.calendar()).now().unwrap();
    assert_eq!(province.running.engine().context(now).await.directory().version, 3, "one publication");

    province.running.stop().await;
    let running = honghei_node::serve::start(&place.folder("p"), &PROVINCE, None).await.unwrap();
    let mut closed = Client::connect(&running.socket).await.unwrap();
    let key = crate::support::key();
    assert!(closed.open_session("nobody", key).await.is_err());
    running.stop().await;
    county.running.stop().await;
}

/// F-P3, AMB-02: a period that reaches into a year without a notice is provisional; with the notice every node counts
/// it anew.
#[tokio::test]
async fn f_p3_a_published_notice_makes_provisional_due_dates_final_at_the_county() {
    let place = Place::new();
    place.day("2026-12-25");
    let (mut province, mut county) = place.province_and_county().await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    collect(&mut collector, FIRST).await;
    let publicise = PublicizeCases { cases: String::new(), channel: "信用仙桃".to_owned() };
    collector.perform(Command::PublicizeCases(publicise)).await.unwrap();
    let (assumed, provisional, _) = publicity_ends(&mut collector, 1).await;
    assert!(provisional);

    let admin = &mut province.admin;
    let published = publish(admin, Document::Calendar(NOTICE.to_owned())).await.unwrap();
    assert_eq!((published.directory_version, published.name.as_str()), (3, "calendar"));
    assert!(published.sentences[0].contains("新增2027年放假安排（演练〔2026〕1号）"), "{:?}", published.sentences);
    follows(&place, &county, 3).await;
    let (moved, provisional, reason) = publicity_ends(&mut collector, 1).await;
    assert!(!provisional && moved > assumed, "{assumed} {moved}");
    assert!(reason.contains(&format!("重新计算为{moved}")), "{reason}");
    let asked = ListDeadlinesRequest::default();
    let rows = collector.list_deadlines(asked).await.unwrap().deadlines;
    assert!(rows.iter().any(|row| row.code == "D-01" && row.due_on == moved), "{rows:?}");

    assert_eq!(refused(admin, Document::Calendar(NOTICE.to_owned())).await.0, Class::AlreadyDone);
    let changed = NOTICE.replace("01-08", "01-03");
    let overlap = refused(admin, Document::Calendar(changed.clone())).await;
    assert_eq!(overlap, (Class::Refused, "CALENDAR_YEARS_OVERLAP".to_owned()));
    assert_eq!(refused(admin, Document::Calendar(String::new())).await.1, "CALENDAR_EMPTY");
    let worked = NOTICE.to_owned() + "work = [\"元旦 01-11\"]\n";
    assert_eq!(refused(admin, Document::Calendar(worked)).await.1, "CALENDAR_WORKED_WEEKDAY");
    let elsewhere = refused(&mut county.admin, Document::Calendar(NOTICE.to_owned())).await;
    assert_eq!(elsewhere.1, "AUTHORITY_ELSEWHERE");
    // A notice that was changed comes with the whole calendar.
    let whole = format!("{}\n{changed}", WorkCalendar::shipped_text());
    let published = publish(admin, Document::Calendar(whole)).await.unwrap();
    assert!(published.sentences[0].contains("改动2027年"), "{:?}", published.sentences);
    assert_eq!(published.sentences.len(), 3, "only one year is told: {:?}", published.sentences);
    follows(&place, &county, 4).await;
    let (again, provisional, _) = publicity_ends(&mut collector, 1).await;
    assert!(!provisional && again < moved);
    county.running.stop().await;
    province.running.stop().await;
}
