//! Sessions: who has one, when it ends, what is told without one.

use honghei_domain::identifier::CitizenId;
use honghei_node::answer::Class;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{PROVINCE, Place, appointment, key};

use super::*;

#[tokio::test]
async fn without_a_session_only_the_state_and_the_final_list_are_told() {
    let place = Place::new();
    let province = province(&place).await;
    let mut nobody = Client::connect(&province.running.socket).await.unwrap();
    for (name, answer) in questions(&mut nobody).await {
        assert_eq!(answer.unwrap_err().code, "SESSION_MISSING", "{name}");
    }
    for (name, command) in commands() {
        assert_eq!(nobody.propose(command).await.unwrap_err().code, "SESSION_MISSING", "{name}");
    }
    let status = nobody.get_status(GetStatusRequest {}).await.unwrap();
    assert_eq!((status.node.as_str(), status.clock_class.as_str()), ("420000-commerce", "simulated"));
    let found = nobody.look_up(LookUpRequest { identifier: "91420802MA0000015G".to_owned() }).await.unwrap();
    assert!(found.rows.is_empty());
    province.running.stop().await;
}

#[tokio::test]
async fn a_subject_is_looked_up_by_a_whole_code_and_the_answer_repeats_nothing_personal() {
    let place = Place::new();
    let province = province(&place).await;
    let mut nobody = Client::connect(&province.running.socket).await.unwrap();
    let person = CitizenId::synthesize("420802".parse().unwrap(), "1970-01-01".parse().unwrap(), 1);
    for asked in [person.in_clear(), "张伟", "", "91420802MA00000"] {
        let refused = nobody.look_up(LookUpRequest { identifier: asked.to_owned() }).await.unwrap_err();
        assert_eq!(refused.code, "FIELD_IDENTIFIER");
        assert!(asked.is_empty() || !refused.message.contains(asked));
    }
    province.running.stop().await;
}

#[tokio::test]
async fn the_first_officer_appoints_himself_as_administrator_and_nobody_else_does() {
    let place = Place::new();
    let folder = place.found("p").await;
    let running = honghei_node::serve::start(&folder, &PROVINCE, None).await.unwrap();
    let mut first = Client::connect(&running.socket).await.unwrap();
    let own = key();
    first.open_session("admin", own.clone()).await.unwrap();
    for (name, answer) in questions(&mut first).await {
        assert_eq!(answer.unwrap_err().code, "FIRST_OFFICER_ONLY", "{name}");
    }
    let wrong = [
        appointment("somebody", &own, &["administrator"]),
        appointment("admin", &key(), &["administrator"]),
        appointment("admin", &own, &["head"]),
    ];
    for command in wrong {
        assert_eq!(first.perform(command).await.unwrap_err().code, "FIRST_OFFICER_ONLY");
    }
    first.perform(appointment("admin", &own, &["administrator"])).await.unwrap();
    let again = first.perform(appointment("admin", &own, &["administrator"])).await.unwrap_err();
    assert_eq!(again.class, Class::AlreadyDone);
    // From now on a stranger's key opens nothing.
    let mut stranger = Client::connect(&running.socket).await.unwrap();
    assert_eq!(stranger.open_session("admin", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    assert_eq!(stranger.open_session("nobody", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    running.stop().await;
}

#[tokio::test]
async fn wrong_keys_lock_an_officer_out_for_a_while() {
    let place = Place::new();
    let province = province(&place).await;
    let mut guess = Client::connect(&province.running.socket).await.unwrap();
    for _ in 0..5 {
        assert_eq!(guess.open_session("admin", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    }
    assert_eq!(guess.open_session("admin", key()).await.unwrap_err().code, "LOCKED_OUT");
    province.running.stop().await;
}

#[tokio::test]
async fn a_session_ends_when_its_officers_key_is_replaced() {
    let place = Place::new();
    let mut province = province(&place).await;
    let mut head = province.officer("head", &["head"]).await;
    head.list_results(ListResultsRequest { limit: 0 }).await.unwrap();
    province.admin.perform(appointment("head", &key(), &["head"])).await.unwrap();
    assert_eq!(head.list_results(ListResultsRequest { limit: 0 }).await.unwrap_err().code, "SESSION_UNKNOWN");
    province.running.stop().await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_once() {
    let place = Place::new();
    let mut province = province(&place).await;
    let kept = key();
    crate::support::appoint(&mut province.admin, "wang", &kept, &["auditor"]).await;
    let mut wang = Client::connect(&province.running.socket).await.unwrap();
    wang.open_session("wang", kept.clone()).await.unwrap();
    wang.verify(VerifyRequest {}).await.unwrap();
    crate::support::appoint(&mut province.admin, "wang", &kept, &["head"]).await;
    assert_eq!(wang.verify(VerifyRequest {}).await.unwrap_err().code, "NOT_PERMITTED");
    province.running.stop().await;
}

#[tokio::test]
async fn a_proposal_is_written_only_under_its_own_officers_signature_and_once() {
    let place = Place::new();
    let mut province = province(&place).await;
    let proposed = province.admin.propose(appointment("li", &key(), &["head"])).await.unwrap();
    let forged = province.admin.submit(&proposed.proposal, key().sign(&proposed.statement)).await.unwrap_err();
    assert_eq!(forged.code, "SIGNATURE_INVALID");
    // A proposal is spent by the attempt, whatever it came to.
    let spent = province.admin.submit(&proposed.proposal, vec![0; 64]).await.unwrap_err();
    assert_eq!((spent.class, spent.code.as_str()), (Class::Stale, "PROPOSAL_UNKNOWN"));
    let mut other = province.officer("zhao", &["administrator"]).await;
    let proposed = province.admin.propose(appointment("li", &key(), &["head"])).await.unwrap();
    assert_eq!(other.submit(&proposed.proposal, vec![0; 64]).await.unwrap_err().code, "PROPOSAL_UNKNOWN");
    province.running.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let wrong = [
        (
            Command::ServeNotice(ServeNotice {
                cases: "x".to_owned(),
                method: "a".to_owned(),
                served_on: "2017-11-06".to_owned(),
                proof: "b".to_owned(),
            }),
            "FIELD_CASES",
        ),
        (
            Command::ServeNotice(ServeNotice {
                cases: String::new(),
                method: "a".to_owned(),
                served_on: "yesterday".to_owned(),
                proof: "b".to_owned(),
            }),
            "FIELD_SERVED_ON",
        ),
        (Command::PublicizeCases(PublicizeCases { cases: String::new(), channel: " ".to_owned() }), "FIELD_CHANNEL"),
        (Command::Declare(Declare { list: "x".to_owned(), ..Declare::default() }), "FIELD_LIST"),
        (Command::Collect(Collect { channel: "other".to_owned(), ..Collect::default() }), "FIELD_FILE"),
        (
            Command::Collect(Collect {
                file: Some(FileOptions { upload: "none".to_owned(), ..FileOptions::default() }),
                kind: "red".to_owned(),
                department: "tax".to_owned(),
                channel: "other".to_owned(),
                ..Collect::default()
            }),
            "DEPARTMENT_NOT_HERE",
        ),
    ];
    for (command, code) in wrong {
        assert_eq!(collector.propose(command).await.unwrap_err().code, code);
    }
    county.running.stop().await;
}
