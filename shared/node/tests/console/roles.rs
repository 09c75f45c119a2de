//! Who may ask what and do what, role by role, at each tier (S-1). What the table does not name is denied.

use std::collections::BTreeMap;

use honghei_domain::permit::Role;
use honghei_node::answer::Class;
use honghei_node::console::role_name;
use honghei_proto::console::v1::GetStatusRequest;

use crate::support::{Place, Served};

use super::*;

fn letter(role: Role) -> char {
    match role {
        Role::Collector => 'C',
        Role::Head => 'H',
        Role::SecondApprover => 'S',
        Role::Reviewer => 'R',
        Role::Comparer => 'M',
        Role::Administrator => 'A',
        Role::Auditor => 'U',
        Role::LeadingMember => 'L',
    }
}

/// Entries in a node's own log.
async fn size(served: &mut Served) -> u64 {
    let status = served.admin.get_status(GetStatusRequest {}).await.unwrap();
    status.logs.iter().find(|log| log.log.starts_with(&status.node)).unwrap().size
}

/// For each verb the roles that are not denied it. Who is denied hears so by its code, and no call writes anything.
async fn who_may(served: &mut Served) -> BTreeMap<String, String> {
    let mut allowed: BTreeMap<String, String> = BTreeMap::new();
    for role in Role::ALL {
        let key = role_name(role);
        let mut client = served.officer(&key.replace('_', "."), &[key]).await;
        let before = size(served).await;
        let mut answers = questions(&mut client).await;
        for (name, command) in commands() {
            answers.insert(name, client.propose(command).await.map(drop));
        }
        assert_eq!(size(served).await, before, "something was written for {key}");
        for (name, answer) in answers {
            let roles = allowed.entry(name.clone()).or_default();
            match answer {
                Err(answer) if answer.class == Class::Denied => {
                    assert_eq!(answer.code, "NOT_PERMITTED", "{name} for {key}");
                }
                _ => roles.push(letter(role)),
            }
        }
    }
    allowed
}

/// What is the same at every tier: every officer signs, drops and fetches his own; everybody but the administrator reads
/// lists; the administrator keeps officers, members and certificates, and reads the log as the auditor does.
const EVERYWHERE: &[(&str, &str)] = &[
    ("CHSRMAUL", "countersign download drop_signature list_officers list_results list_signatures rehearse upload"),
    (
        "CHSRMUL",
        "ask.backlog ask.bulletin ask.bulletins ask.candidates ask.caused ask.conflicts ask.disseminations \
         ask.duties ask.events ask.evidence ask.feeds ask.held_case ask.held_queue ask.history ask.policies \
         ask.policy_impact ask.rulings ask.standing ask.was ask.why compose_document draft_policy_exits \
         fetch_attachment list_attachments list_cases list_deadlines list_deliveries list_dossiers \
         list_petitions list_verdicts make_certificate make_report show_case show_dossier why_due",
    ),
    ("AU", "ask.recompute verify"),
    ("A", "appoint_officer invite issue_credential publish_reference rebuild"),
    (
        "H",
        "delegate end_delegation listing.answer_conflict listing.answer_restoration listing.decide_dispute \
         listing.decide_exit listing.decide_repair listing.revoke_repair",
    ),
];

/// Tables spelled out, verb by verb; what nobody may stands under no letter.
fn spelled(tables: [&[(&str, &str)]; 2]) -> BTreeMap<String, String> {
    let mut spelled = BTreeMap::new();
    for (roles, verbs) in tables.into_iter().flatten() {
        for verb in verbs.split_whitespace() {
            assert_eq!(spelled.insert(verb.to_owned(), (*roles).to_owned()), None, "{verb} stands twice");
        }
    }
    spelled
}

async fn assert_table(mut served: Served, table: &[(&str, &str)]) {
    let found = who_may(&mut served).await;
    served.running.stop().await;
    assert_eq!(found, spelled([EVERYWHERE, table]));
}

#[tokio::test]
async fn s_1_at_a_county_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let table = [
        (
            "C",
            "approve_list attach_files attest collect correct declare disapprove_list disseminate \
             listing.accept_repair listing.announce_exit listing.announce_list listing.file_exits \
             listing.receive_dispute listing.receive_repair publicize_cases receive_statement record_events \
             serve_notice",
        ),
        ("H", "certify dispose_statement issue_bulletin listing.verify_dispute verify_objection withdraw"),
        (
            "",
            "ask.recompare certify_officer compare drop_delivery import_feed publicize_list publish_result \
             receive_objection register_feed review rule_identity sign_review take_delivery",
        ),
    ];
    assert_table(county(&place).await, &table).await;
}

#[tokio::test]
async fn s_1_at_a_city_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let table = [
        (
            "CR",
            "listing.accept_repair listing.announce_exit listing.announce_list listing.file_exits \
             listing.receive_dispute listing.receive_repair",
        ),
        ("A", "certify_officer"),
        (
            "C",
            "approve_list attach_files attest collect correct declare disapprove_list disseminate publicize_cases \
             receive_statement record_events serve_notice",
        ),
        (
            "H",
            "certify dispose_statement issue_bulletin listing.verify_dispute sign_review verify_objection \
             withdraw",
        ),
        ("R", "publicize_list receive_objection review"),
        (
            "",
            "ask.recompare compare drop_delivery import_feed publish_result register_feed rule_identity \
             take_delivery",
        ),
    ];
    assert_table(city(&place).await, &table).await;
}

#[tokio::test]
async fn s_1_at_the_province_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let table = [
        ("HM", "ask.recompare compare"),
        ("A", "certify_officer"),
        ("H", "publish_result sign_review"),
        ("M", "drop_delivery import_feed register_feed rule_identity take_delivery"),
        (
            "R",
            "listing.accept_repair listing.announce_exit listing.announce_list listing.file_exits \
             listing.receive_dispute listing.receive_repair publicize_list receive_objection review",
        ),
        (
            "",
            "approve_list attach_files attest certify collect correct declare disapprove_list dispose_statement \
             disseminate issue_bulletin listing.verify_dispute publicize_cases receive_statement record_events \
             serve_notice verify_objection withdraw",
        ),
    ];
    assert_table(province(&place).await, &table).await;
}
