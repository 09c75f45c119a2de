//! Files whose rows say that entries were revoked, over the ways a list comes (C-5, C-6).

use honghei_domain::identifier::Uscc;
use honghei_proto::console::v1::RegisterFeed;
use honghei_proto::console::v1::propose_request::Command;

use super::office::*;

/// Registers a black list in the national columns of 2016.
async fn register(office: &mut Office, source: &str, mode: &str) {
    let register = RegisterFeed {
        source: source.to_owned(),
        department: "tax".to_owned(),
        kind: "black".to_owned(),
        mode: mode.to_owned(),
        organ: "样例税务局".to_owned(),
        ..RegisterFeed::default()
    };
    office.clerk.perform(Command::RegisterFeed(register)).await.unwrap();
}

/// Firms, each with its own document and a state.
fn list(rows: impl IntoIterator<Item = (u32, &'static str)>) -> Vec<u8> {
    let mut text = "CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_SY,CF_JDRQ,CF_XZJG,CF_ZT\n".to_owned();
    for (firm, state) in rows {
        let uscc = Uscc::synthesize('9', '1', "420802", &format!("MA{firm:06}")).unwrap();
        text.push_str(&format!(
            "样例{firm}号商贸有限公司,{uscc},样罚〔2017〕{firm}号,欠税（样例）,2017-10-01,样例税务局,{state}\n"
        ));
    }
    text.into_bytes()
}

fn standing(firms: std::ops::Range<u32>) -> impl Iterator<Item = (u32, &'static str)> {
    firms.map(|firm| (firm, "0"))
}

/// A file of nothing but endings is taken, counted and reported row by row; tried first, it changes nothing; taken again it
/// changes nothing either.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_list_of_changes_ends_entries_and_says_so() {
    let mut office = Office::open().await;
    register(&mut office, "cases", "delta").await;
    office.import("cases", &list(standing(1..6)), "2017-11-05").await.unwrap();
    office.settle().await;
    // One is revoked, one is revoked and listed, one was never listed, one's code cannot be read.
    let text = String::from_utf8(list([(1, "1"), (2, "1"), (2, "0"), (8, "1"), (3, "1")])).unwrap();
    let third = Uscc::synthesize('9', '1', "420802", "MA000003").unwrap().to_string();
    let bytes = text.replace(&third, &third[..17]).into_bytes();
    let tried = office.try_import("cases", &bytes, "2017-11-06").await.import.unwrap();
    assert_eq!((tried.rows, tried.accepted, tried.ended, tried.refused), (5, 0, 2, 3));
    assert_eq!(office.standing("cases").await, 5, "tried only");

    office.drop_file("cases", "cases-2017-11-06.csv", &bytes).await;
    let waiting = office.waiting("cases").await;
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((row.rows, row.accepted, row.ended, row.refused), (5, 0, 2, 3));
    assert!(row.summary.contains("注明已撤销或移出的1条退出"), "{}", row.summary);
    assert!(row.summary.contains("1条注明已撤销而没有对应的在列条目"), "{}", row.summary);
    let report = std::fs::read_to_string(office.folder.path().join(&row.report)).unwrap();
    let results: Vec<&str> = report.lines().skip(1).map(|line| line.split(',').nth(7).unwrap()).collect();
    assert_eq!(results, ["终止", "未导入", "未导入", "终止", "未导入"]);
    assert!(report.contains("STATES_DISAGREE") && report.contains("NO_LONGER_IN_FORCE"), "{report}");

    let done = office.take("cases", 0).await.unwrap();
    assert!(done.entry.is_some() && done.import.unwrap().ended == 2);
    office.settle().await;
    assert_eq!(office.standing("cases").await, 4);
    assert_eq!(office.import("cases", &bytes, "2017-11-06").await.unwrap_err().code, "ALREADY_DONE");
    assert!(office.alarms("cases").await.is_empty());
    office.running.stop().await;
}

/// A whole list that sends its revoked rows along lets rows leave without consent; cut short it does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_list_with_revoked_rows_counts_none_of_them_as_unread() {
    let mut office = Office::open().await;
    register(&mut office, "whole", "full").await;
    office.import("whole", &list(standing(1..41)), "2017-11-05").await.unwrap();
    office.settle().await;
    let bytes = list(standing(1..39).chain([(39, "1"), (40, "撤销")]));
    let end = bytes[..bytes.len() / 2].iter().rposition(|byte| *byte == b'\n').unwrap();
    let cut = &bytes[..=end];
    assert_eq!(office.import("whole", cut, "2017-11-06").await.unwrap_err().code, "FEED_TRUNCATED");
    let done = office.import("whole", &bytes, "2017-11-06").await.unwrap();
    let import = done.import.unwrap();
    assert_eq!((import.rows, import.accepted, import.ended, import.refused), (40, 38, 2, 0));
    assert_eq!((import.by_code["NO_LONGER_IN_FORCE"], import.remarked), (2, 0));
    assert!(done.summary.contains("注明已撤销或移出的2条退出"), "{}", done.summary);
    office.settle().await;
    assert_eq!(office.standing("whole").await, 38);
    // Nothing but revoked rows is no whole list.
    let nobody = list((1..39).map(|firm| (firm, "1")));
    assert_eq!(office.import("whole", &nobody, "2017-11-06").await.unwrap_err().code, "FEED_EMPTY");
    assert_eq!(office.standing("whole").await, 38);
    office.running.stop().await;
}
