//! Bulletins, dissemination and the back-log campaign as officers ask for them over the socket.

use honghei_node::answer::Answer;
use honghei_node::client::Client;
use honghei_proto::console::v1::ask_request::Question;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{Place, certify};

async fn ask(officer: &mut Client, question: Question) -> Result<Told, Answer> {
    officer.ask(AskRequest { question: Some(question) }, |_| ()).await
}

fn code<T>(answered: Result<T, Answer>) -> String {
    answered.err().map(|answer| answer.code).unwrap_or_default()
}

/// D-08: requests reach the offices and come back as sentences, rows and refusals.
#[tokio::test]
async fn r_033_to_r_035_a_countys_officers_ask_and_act_over_the_socket() {
    let place = Place::new();
    let (mut province, mut county) = place.province_and_county().await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let mut head = county.officer("li", &["head"]).await;
    for officer in ["admin", "zhang", "li"] {
        certify(&mut province.admin, officer).await;
    }

    // The campaign of the commerce policy runs on this day.
    let board = ask(&mut collector, Question::Backlog(Backlog {})).await.unwrap();
    assert!(board.sentences[0].contains("2017-11-30") && board.headings.contains(&"截止日".to_owned()), "{board:?}");
    let running = collector.list_deadlines(ListDeadlinesRequest::default()).await.unwrap().deadlines;
    let campaign = running.iter().find(|row| row.code == "D-08").unwrap();
    assert_eq!((campaign.due_on.as_str(), campaign.matter.as_str()), ("2017-11-30", "commerce部门存量名单"));
    let why = collector.why_due(WhyDueRequest { case_id: "D-08".to_owned() }).await.unwrap().clocks;
    assert!(why.len() == 1 && why[0].reason.contains("细则八"), "{why:?}");
    assert!(collector.why_due(WhyDueRequest { case_id: "D-12".to_owned() }).await.unwrap().clocks.is_empty());

    let issue = |quarter: &str, department: &str| {
        Command::IssueBulletin(IssueBulletin { department: department.to_owned(), quarter: quarter.to_owned() })
    };
    assert_eq!(code(collector.perform(issue("", "")).await), "NOT_PERMITTED");
    assert_eq!(code(head.perform(issue("", "")).await), "BULLETIN_NOT_IN_POLICY");
    assert_eq!(code(head.perform(issue("2017年三季度", "")).await), "FIELD_QUARTER");
    assert_eq!(code(head.perform(issue("2017Q4", "quality")).await), "QUARTER_NOT_OVER");
    let upload = collector.upload("现场.pdf", b"%PDF-1.4\n%%EOF\n".to_vec(), |_| ()).await.unwrap();
    let spread = Disseminate {
        bulletin: String::new(),
        venue: "某市场".to_owned(),
        manner: "张贴".to_owned(),
        held_on: "2017-11-06".to_owned(),
        note: String::new(),
        files: vec![upload],
    };
    assert_eq!(code(collector.perform(Command::Disseminate(spread.clone())).await), "NO_RESULT");
    let nowhere = Disseminate { venue: " ".to_owned(), files: Vec::new(), ..spread };
    assert_eq!(code(collector.perform(Command::Disseminate(nowhere)).await), "FIELD_VENUE");
    for question in [Question::Bulletins(Bulletins {}), Question::Disseminations(Disseminations {})] {
        let told = ask(&mut head, question).await.unwrap();
        assert!(told.rows.is_empty() && told.sentences.len() == 1, "{told:?}");
    }
    let unknown = Question::Bulletin(Bulletin { entry: "429004-commerce/1/1".to_owned() });
    assert_eq!(code(ask(&mut head, unknown).await), "BULLETIN_UNKNOWN");
    county.running.stop().await;
    province.running.stop().await;
}
