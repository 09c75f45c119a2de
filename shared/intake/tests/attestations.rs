//! What a sheet confirms in words comes in with its row.

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_domain::policy::{Policy, shipped};
use honghei_intake::{ProblemCode, Request};

fn request(policy: &str, kind: ListKind) -> Request {
    let (_, text) = shipped().iter().find(|(name, _)| *name == policy).unwrap();
    let attestables = Policy::parse(text).unwrap().attestables(kind).collect();
    Request { attestables, ..candidates(kind) }
}

/// One red row of the quality policy with further columns.
fn sheet(columns: &[(&str, &str)]) -> Vec<Vec<String>> {
    let header: Vec<&str> = RED_HEADER.into_iter().chain(columns.iter().map(|(header, _)| *header)).collect();
    let mut row = red_row(1);
    row[5] = "ZJ-R-BZ-01".to_owned();
    row.extend(columns.iter().map(|(_, text)| (*text).to_owned()));
    with_header(&header, [row])
}

fn said(columns: &[(&str, &str)]) -> Vec<(String, String)> {
    let intake = take_rows(&sheet(columns), &request("yq-quality", ListKind::Red));
    assert_eq!(codes(&intake), [], "{:?}", intake.problems);
    let said = intake.drafts[0].entry.attestations.iter();
    said.map(|one| (one.code.clone(), one.text.clone())).collect()
}

fn fault(columns: &[(&str, &str)]) -> String {
    let intake = take_rows(&sheet(columns), &request("yq-quality", ListKind::Red));
    assert_eq!(codes(&intake), [ProblemCode::AttestationUnfit]);
    intake.problems[0].reason.to_string()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(code, text)| (code.to_owned(), text.to_owned())).to_vec()
}

/// one column each, by text or code, in the policy's order; an empty cell confirms nothing.
#[test]
fn r_006_a_column_each_confirms_a_quality_by_its_text_or_code() {
    let columns = [
        ("确认：质量安全稳定", "连续抽查合格"),
        ("确认：responsible", "三年无投诉"),
        ("确认：在区范围内具有引领示范作用", "/"),
        ("确认：信守承诺、文明经商、遵纪守法、普遍反映好的说明", "走访二十户"),
    ];
    let expected =
        [("responsible", "三年无投诉"), ("stable-quality", "连续抽查合格"), ("ZJ-R-BZ-01/attested", "走访二十户")];
    assert_eq!(said(&columns), pairs(expected));
}

/// one column for all of them; a semicolon within the words is part of them.
#[test]
fn r_006_one_column_confirms_several_qualities() {
    let text = "responsible：三年无投诉；质量安全稳定：连续抽查合格；无退货；leading=样板";
    let expected = [("responsible", "三年无投诉"), ("stable-quality", "连续抽查合格；无退货"), ("leading", "样板")];
    assert_eq!(said(&[("确认事项", text)]), pairs(expected));
}

/// what the policy does not know, or the row's criterion does not ask for, is no confirmation.
#[test]
fn a_confirmation_of_nothing_the_policy_knows_is_refused_with_what_it_knows() {
    let unknown = fault(&[("确认：颜色", "红")]);
    assert!(unknown.contains("“颜色”") && unknown.contains("responsible"), "{unknown}");
    assert!(fault(&[("确认事项", "三年无投诉")]).contains("没有确认事项"));
    let mut rows = sheet(&[("确认：信守承诺、文明经商、遵纪守法、普遍反映好的说明", "走访二十户")]);
    rows[1][5] = "ZJ-R-BZ-03".to_owned();
    let intake = take_rows(&rows, &request("yq-quality", ListKind::Red));
    assert!(intake.problems[0].reason.contains("不需要确认"), "{:?}", intake.problems);
}

/// SW-B-03: evidence that is said comes in by the name of its field.
#[test]
fn sw_b_03_the_licence_status_comes_in_with_the_row() {
    let header: Vec<&str> = BLACK_HEADER.into_iter().chain(["确认：认定时证照状态"]).collect();
    let row = black_row(1).into_iter().chain(["均未被吊销".to_owned()]).collect();
    let intake = take_rows(&with_header(&header, [row]), &request("jm-commerce-2017-draft", ListKind::Black));
    let said = &intake.drafts[0].entry.attestations;
    assert_eq!((said[0].code.as_str(), said[0].text.as_str()), ("SW-B-03/licence-status", "均未被吊销"));
    // A feed confirms nothing of ours.
    let feeds = with_header(&["企业名称", "确认事项"], [["样例公司", "responsible：好"].map(str::to_owned).to_vec()]);
    assert!(take_rows(&feeds, &feed(ListKind::Red)).drafts[0].entry.attestations.is_empty());
}
