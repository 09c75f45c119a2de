//! Who may ask what and do what, role by role.

use std::collections::BTreeMap;

use honghei_node::answer::{Answer, Class};

use crate::support::{Place, Served};

use super::*;

const ROLES: [&str; 7] = ["collector", "head", "second_approver", "reviewer", "comparer", "administrator", "auditor"];

/// One letter a role, in the order above: C, H, S, R, M, A, U.
fn letters(roles: impl Iterator<Item = &'static str>) -> String {
    roles
        .filter_map(|role| {
            let at = ROLES.iter().position(|known| *known == role)?;
            "CHSRMAU".chars().nth(at)
        })
        .collect()
}

fn is_denied(answer: &Result<(), Answer>) -> bool {
    matches!(answer, Err(answer) if answer.class == Class::Denied)
}

async fn who_may(served: &mut Served) -> BTreeMap<&'static str, String> {
    let mut allowed: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for role in ROLES {
        let mut client = served.officer(&role.replace('_', "."), &[role]).await;
        let mut answers = questions(&mut client).await;
        for (name, command) in commands() {
            answers.insert(name, client.propose(command).await.map(drop));
        }
        for (name, answer) in answers {
            let roles = allowed.entry(name).or_default();
            if !is_denied(&answer) {
                roles.push(role);
            }
        }
    }
    allowed.into_iter().map(|(name, roles)| (name, letters(roles.into_iter()))).collect()
}

#[tokio::test]
async fn at_a_county_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let mut county = county(&place).await;
    let found = who_may(&mut county).await;
    let table = [
        ("appoint", "A"),
        ("attach", "C"),
        ("attest", "C"),
        ("certify", "H"),
        ("certify_officer", ""),
        ("collect", "C"),
        ("compare", ""),
        ("compose_document", "CHSRMU"),
        ("correct", "C"),
        ("countersign", "CHSRMAU"),
        ("declare", "C"),
        ("dispose", "H"),
        ("drop", "CHSRMAU"),
        ("drop_delivery", ""),
        ("feed", ""),
        ("fetch_attachment", "CHSRMU"),
        ("invite", "A"),
        ("issue_credential", "A"),
        ("list_attachments", "CHSRMU"),
        ("list_cases", "CHSRMU"),
        ("list_deliveries", "CHSRMU"),
        ("list_dossiers", "CHSRMU"),
        ("list_officers", "CHSRMAU"),
        ("list_petitions", "CHSRMU"),
        ("list_results", "CHSRMAU"),
        ("list_signatures", "CHSRMAU"),
        ("list_verdicts", "CHSRMU"),
        ("notice", "C"),
        ("object", ""),
        ("publicise", "C"),
        ("publicise_list", ""),
        ("publish", ""),
        ("publish_reference", "A"),
        ("rebuild", "A"),
        ("register_feed", ""),
        ("respond", "H"),
        ("review", ""),
        ("show_case", "CHSRMU"),
        ("show_dossier", "CHSRMU"),
        ("sign_review", ""),
        ("statement", "C"),
        ("take_delivery", ""),
        ("upload", "CHSRMAU"),
        ("verify", "AU"),
        ("withdraw", "H"),
    ];
    assert_eq!(found, BTreeMap::from(table.map(|(name, roles)| (name, roles.to_owned()))));
    county.running.stop().await;
}

#[tokio::test]
async fn at_the_province_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let mut province = province(&place).await;
    let found = who_may(&mut province).await;
    let table = [
        ("appoint", "A"),
        ("attach", ""),
        ("attest", ""),
        ("certify", ""),
        ("certify_officer", "A"),
        ("collect", ""),
        ("compare", "HM"),
        ("compose_document", "CHSRMU"),
        ("correct", ""),
        ("countersign", "CHSRMAU"),
        ("declare", ""),
        ("dispose", ""),
        ("drop", "CHSRMAU"),
        ("drop_delivery", "M"),
        ("feed", "M"),
        ("fetch_attachment", "CHSRMU"),
        ("invite", "A"),
        ("issue_credential", "A"),
        ("list_attachments", "CHSRMU"),
        ("list_cases", "CHSRMU"),
        ("list_deliveries", "CHSRMU"),
        ("list_dossiers", "CHSRMU"),
        ("list_officers", "CHSRMAU"),
        ("list_petitions", "CHSRMU"),
        ("list_results", "CHSRMAU"),
        ("list_signatures", "CHSRMAU"),
        ("list_verdicts", "CHSRMU"),
        ("notice", ""),
        ("object", "R"),
        ("publicise", ""),
        ("publicise_list", "R"),
        ("publish", "H"),
        ("publish_reference", "A"),
        ("rebuild", "A"),
        ("register_feed", "M"),
        ("respond", ""),
        ("review", "R"),
        ("show_case", "CHSRMU"),
        ("show_dossier", "CHSRMU"),
        ("sign_review", "H"),
        ("statement", ""),
        ("take_delivery", "M"),
        ("upload", "CHSRMAU"),
        ("verify", "AU"),
        ("withdraw", ""),
    ];
    assert_eq!(found, BTreeMap::from(table.map(|(name, roles)| (name, roles.to_owned()))));
    province.running.stop().await;
}
