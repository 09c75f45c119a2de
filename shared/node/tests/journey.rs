//! A list's way from a county directly under the province to its report, through two running nodes and their link:
//! what their officers see on the way, and what an audit finds at the end.

use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{Place, Served, certify};

const SHEET: &str = "企业名称,统一社会信用代码,认定标准,事实,荣誉称号,表彰文号,表彰机关,表彰日期\n\
    甲公司,91420802MA0000015G,SW-R-01,受市商务局表彰,诚信示范企业,样例〔2017〕1号,荆门市商务局,2017-09-01\n\
    乙公司,91420802MA0000023B,SW-R-01,受市商务局表彰,诚信示范企业,样例〔2017〕2号,荆门市商务局,2017-09-01\n\
    丙公司,91420802MA00000316,SW-R-01,受市商务局表彰,诚信示范企业,样例〔2017〕3号,荆门市商务局,2017-09-01\n";

/// The lists a node knows, once one stands at a stage; the test's time limit ends the wait.
async fn list_at(client: &mut Client, stage: &str) -> DossierRow {
    loop {
        let found = client.list_dossiers(ListDossiersRequest { stage: stage.to_owned() }).await.unwrap();
        if let Some(row) = found.dossiers.into_iter().next() {
            return row;
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until a node shows a case at a stage.
async fn case_at(client: &mut Client, number: u64, stage: &str) -> ShowCaseResponse {
    loop {
        let case_id = format!("429004-commerce#{number}");
        let shown = client.show_case(ShowCaseRequest { case_id }).await;
        if let Ok(shown) = shown
            && shown.row.as_ref().is_some_and(|row| row.stage == stage)
        {
            return shown;
        }
        tokio::task::yield_now().await;
    }
}

async fn audit(served: &mut Served) {
    let found = served.admin.verify(VerifyRequest {}).await.unwrap();
    assert!(found.sound, "{found:?}");
    let rebuilt = served.admin.rebuild(RebuildRequest {}).await.unwrap();
    assert_eq!(rebuilt.before, rebuilt.after);
    assert!(rebuilt.entries > 0);
}

/// F-P3: a returned entry's clock stands still, a reported one's are counted day by day with their clauses.
async fn why_due(officer: &mut Client) {
    let asked = |number: u32| WhyDueRequest { case_id: format!("429004-commerce#{number}") };
    let clocks = officer.why_due(asked(2)).await.unwrap().clocks;
    assert_eq!(clocks.iter().find(|row| row.code == "D-02").unwrap().standing, "stopped");
    let clocks = officer.why_due(asked(1)).await.unwrap().clocks;
    let codes: Vec<&str> = clocks.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(codes, ["D-01", "D-02", "D-03"]);
    for row in &clocks {
        assert!(row.reason.contains("条款") && row.reason.contains("星期"), "{}", row.reason);
        assert_eq!(row.standing, "done");
    }
}

/// F-P10: the certificate of a node holds for whoever has the root key and nothing else.
async fn certified(officer: &mut Client, root: &std::path::Path) {
    use honghei_registry::certificate::{read_key, verify};
    let asked = MakeCertificateRequest { case_id: "429004-commerce#1".to_owned() };
    let made = officer.make_certificate(asked).await.unwrap();
    let bytes = officer.download(&made.file).await.unwrap();
    assert_eq!(bytes.len() as u64, made.length);
    let key = read_key(&std::fs::read_to_string(root).unwrap()).unwrap();
    let account = verify(&bytes, Some(&key)).unwrap();
    assert!(account.holds(), "{:#?}", account.findings);
    let said: String = account.findings.iter().map(|finding| finding.zh.as_str()).collect();
    assert!(said.contains("上报省级，本条目在上报之列") && said.contains("尚无省级比对结果"), "{said}");
}

#[tokio::test]
async fn a_list_is_seen_alike_at_both_ends_at_every_step() {
    let place = Place::new();
    let (mut province, mut county) = place.province_and_county().await;

    let mut collector = county.officer("zhang", &["collector"]).await;
    let mut head = county.officer("li", &["head"]).await;
    let mut reviewer = province.officer("wang", &["reviewer"]).await;
    let mut signer = province.officer("zhao", &["head"]).await;
    for officer in ["admin", "zhang", "li"] {
        certify(&mut province.admin, officer).await;
    }

    let upload = collector.upload("reds.csv", SHEET.as_bytes().to_vec(), |_| ()).await.unwrap();
    let collect = Collect {
        file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
        kind: "red".to_owned(),
        department: "commerce".to_owned(),
        channel: "daily_management".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: "在本市设有分支机构".to_owned(),
    };
    collector.perform(Command::Collect(collect)).await.unwrap();
    let channel = "信用仙桃".to_owned();
    let publicise = PublicizeCases { cases: String::new(), channel };
    collector.perform(Command::PublicizeCases(publicise)).await.unwrap();
    place.day("2017-11-21");
    case_at(&mut collector, 3, "publicised").await;

    let certify = Certify { kind: "red".to_owned(), cases: String::new(), opinion: "同意认定".to_owned() };
    head.perform(Command::Certify(certify)).await.unwrap();
    collector.perform(Command::Declare(Declare::default())).await.unwrap();
    let received = list_at(&mut reviewer, "received").await;
    assert_eq!((received.count, received.working_days_left, received.due_on.as_str()), (3, 7, "2017-11-30"));
    assert_eq!(list_at(&mut collector, "received").await.due_on, "2017-11-30");

    // D-02 runs at the reviewer, and its county sees the same last day.
    let asked = ListDeadlinesRequest { owner: "420000-commerce".to_owned(), limit: 0 };
    for officer in [&mut reviewer, &mut collector] {
        let running = officer.list_deadlines(asked.clone()).await.unwrap().deadlines;
        let review = running.iter().find(|row| row.code == "D-02").unwrap();
        assert_eq!((review.due_on.as_str(), review.standing.as_str()), ("2017-11-30", "running"));
    }

    let list = received.list;
    let returned = ReviewExceptionRow {
        case_id: "429004-commerce#2".to_owned(),
        decision: "return".to_owned(),
        reasons: vec!["表彰文件缺页".to_owned()],
    };
    let review = Review { list: list.clone(), exceptions: vec![returned], opinion: "其余同意".to_owned() };
    reviewer.perform(Command::Review(review)).await.unwrap();
    let sign = SignReview { list: list.clone(), publicity_waived: String::new() };
    signer.perform(Command::SignReview(sign)).await.unwrap();
    case_at(&mut collector, 2, "returned").await;
    let publicise = PublicizeList { list: list.clone(), channel: "信用湖北".to_owned() };
    reviewer.perform(Command::PublicizeList(publicise)).await.unwrap();
    case_at(&mut collector, 1, "city_publicity").await;
    place.day("2017-12-20");
    let shown = case_at(&mut collector, 1, "reported").await;

    let kinds: Vec<&str> = shown.timeline.iter().map(|row| row.kind.as_str()).collect();
    let course = [
        "records-collected",
        "publicity-opened",
        "publicity-closed",
        "list-certified",
        "list-declared",
        "materials-received",
        "list-reviewed",
        "review-signed",
        "publicity-opened",
        "publicity-closed",
        "list-reported",
    ];
    assert_eq!(kinds, course);
    assert_eq!(shown.timeline[3].officer, "张伟");
    let above = case_at(&mut reviewer, 1, "reported").await;
    // What was done before the signature stayed with the county.
    assert_eq!(above.timeline, shown.timeline[3..]);
    let returned = case_at(&mut reviewer, 2, "returned").await;
    assert!(returned.timeline.iter().any(|row| row.sentence.contains("表彰文件缺页")));
    let entries = reviewer.show_dossier(ShowDossierRequest { list, after: 1, limit: 1 }).await.unwrap();
    assert_eq!(entries.entries.len(), 1);
    assert_eq!(entries.entries[0].case_id, "429004-commerce#2");
    assert_eq!(entries.exceptions[0].decision, "return");

    for officer in [&mut collector, &mut reviewer] {
        why_due(officer).await;
        certified(officer, &place.folder("p").root_public_key_file()).await;
    }

    audit(&mut county).await;
    audit(&mut province).await;
    county.running.stop().await;
    province.running.stop().await;
}
