//! 当前状态 and 公示状态: what is revoked lists nobody and in a department's list ends an entry, what is contested says so,
//! and what cannot be understood is refused.

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_intake::{Field, Intake, ProblemCode as P, Request, Severity};

/// One candidate row of a kind with further columns.
fn candidate(kind: ListKind, columns: &[(&str, &str)]) -> Intake {
    let (header, mut row) = match kind {
        ListKind::Red => (RED_HEADER.to_vec(), red_row(1)),
        ListKind::Black => (BLACK_HEADER.to_vec(), black_row(1)),
    };
    let header: Vec<&str> = header.into_iter().chain(columns.iter().map(|(header, _)| *header)).collect();
    row.extend(columns.iter().map(|(_, text)| (*text).to_owned()));
    take_rows(&with_header(&header, [row]), &candidates(kind))
}

/// One row of a department's feed in the 2016 columns, its state under a given header.
fn fed(kind: ListKind, state: (&str, &str)) -> Intake {
    let header = ["CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_SY", "CF_JDRQ", "CF_XZJG", state.0];
    let row = ["荆门样例公司", &firm(1), "样罚〔2016〕7号", "售假", "2016-05-06", "荆门市商务局", state.1];
    take_rows(&with_header(&header, [row.map(str::to_owned).to_vec()]), &feed(kind))
}

/// One behaviour event with further columns.
fn event(columns: &[(&str, &str)]) -> Intake {
    let header = ["企业名称", "统一社会信用代码", "决定书文号", "作出日期"];
    let header: Vec<&str> = header.into_iter().chain(columns.iter().map(|(header, _)| *header)).collect();
    let mut row = ["荆门样例公司", &firm(1), "样罚〔2016〕7号", "2016-05-06"].map(str::to_owned).to_vec();
    row.extend(columns.iter().map(|(_, text)| (*text).to_owned()));
    let origin = "420802-commerce".parse().unwrap();
    take_rows(&with_header(&header, [row]), &Request::events(origin, "荆门市东宝区商务局", day("2018-03-01")))
}

#[track_caller]
fn assert_said(intake: &Intake, accepted: u64, expected: &[P], about: &str) {
    assert_eq!((intake.counts.accepted, codes(intake).as_slice()), (accepted, expected), "{about}");
}

fn is_contested(intake: &Intake) -> bool {
    intake.drafts[0].entry.document.as_ref().unwrap().under_appeal
}

#[test]
fn a_record_in_force_enters_as_it_would_without_a_state() {
    for state in ["", "/", "0", "０", "正常", "0 正常", "有效", "公示中"] {
        for kind in [ListKind::Red, ListKind::Black] {
            assert_said(&candidate(kind, &[("当前状态", state)]), 1, &[], state);
            let intake = fed(kind, ("CF_ZT", state));
            assert_said(&intake, 1, &[], state);
            assert!(!is_contested(&intake), "{state}");
        }
        assert_said(&event(&[("当前状态", state)]), 1, &[], state);
    }
}

#[test]
fn a_record_no_longer_in_force_lists_nobody() {
    let ended = ["1", "撤销", "1 撤销", "已撤销", "移出", "已移出", "失效", "无效", "修复", "已修复", "公示结束"];
    for state in ended {
        for kind in [ListKind::Red, ListKind::Black] {
            assert_said(&candidate(kind, &[("当前状态", state)]), 0, &[P::NoLongerInForce], state);
            assert_said(&fed(kind, ("CF_ZT", state)), 0, &[P::NoLongerInForce], state);
        }
        assert_said(&event(&[("cf_zt", state)]), 0, &[P::NoLongerInForce], state);
    }
    let intake = candidate(ListKind::Black, &[("当前状态", "1")]);
    let problem = &intake.problems[0];
    assert_eq!((problem.column.as_str(), problem.value.as_str(), problem.row), ("当前状态", "1", 2));
    assert_eq!((problem.severity, intake.counts.rejected), (Severity::Hard, 1));
    assert!(problem.reason.contains("不再有效"), "{problem:?}");
    assert!(problem.remedy.contains("删去该行"), "{problem:?}");
}

/// Rows of one department's black list: firm, document and state.
fn fed_rows(rows: &[(&str, &str, &str)]) -> Vec<Vec<String>> {
    let header = ["CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_SY", "CF_JDRQ", "CF_XZJG", "CF_ZT"];
    let row = |(code, document, state): &(&str, &str, &str)| {
        ["荆门样例公司", code, document, "售假", "2016-05-06", "荆门市商务局", state].map(str::to_owned).to_vec()
    };
    with_header(&header, rows.iter().map(row))
}

/// C-6: it was read and understood: it is neither listed nor lost.
#[test]
fn a_departments_revoked_row_is_kept_as_an_ending() {
    let intake = fed(ListKind::Black, ("CF_ZT", "1"));
    let problem = &intake.problems[0];
    assert_eq!((problem.column.as_str(), problem.value.as_str(), problem.row), ("CF_ZT", "1", 2));
    assert_eq!((problem.severity, intake.counts.ended, intake.counts.rejected), (Severity::Warning, 1, 0));
    assert!(problem.reason.contains("不再有效") && problem.remedy.contains("终止"), "{problem:?}");
    let [ending] = intake.ended.as_slice() else { panic!("{:?}", intake.counts) };
    let document = ending.entry.document.as_ref().unwrap();
    assert_eq!((document.number.as_str(), document.issuer.as_str()), ("样罚〔2016〕7号", "荆门市商务局"));
    assert!(intake.is_clean() && intake.counts.account().ended == 1);
    // Said twice it is said once more, not refused.
    let firm = firm(1);
    let again =
        take_rows(&fed_rows(&[(&firm, "甲〔2016〕1号", "1"), (&firm, "甲〔2016〕1号", "1")]), &feed(ListKind::Black));
    assert_eq!((again.counts.ended, again.counts.rejected), (2, 0));
}

/// C-6: what cannot be understood ends nothing, whatever its state.
#[test]
fn a_revoked_row_whose_subject_cannot_be_read_counts_as_unread() {
    let wrong = wrong(&firm(1));
    let intake = take_rows(&fed_rows(&[(&wrong, "甲〔2016〕1号", "1")]), &feed(ListKind::Black));
    assert_eq!((intake.counts.ended, intake.counts.rejected), (0, 1), "{:?}", intake.problems);
    let doubtful = doubtful();
    let intake = take_rows(&fed_rows(&[(&doubtful, "甲〔2016〕1号", "1")]), &feed(ListKind::Black));
    assert_eq!((intake.counts.ended, intake.counts.questioned), (0, 1), "a person must say whose it is");
    assert!(intake.questioned[0].ended);
}

/// C-6: of one document both that it stands and that it was revoked: which came later no list says.
#[test]
fn rows_that_contradict_each_other_count_for_nothing_in_either_order() {
    let (one, other) = (firm(1), firm(2));
    for (first, second) in [("0", "1"), ("1", "0")] {
        let rows = fed_rows(&[
            (&one, "甲〔2016〕1号", first),
            (&other, "甲〔2016〕1号", "1"),
            (&one, "甲〔2016〕2号", "0"),
            (&one, "甲〔2016〕1号", second),
        ]);
        let intake = take_rows(&rows, &feed(ListKind::Black));
        let counts = &intake.counts;
        assert_eq!((counts.accepted, counts.ended, counts.rejected), (1, 1, 2), "{:?}", intake.problems);
        assert_eq!(counts.of(P::StatesDisagree), 2);
        assert_eq!(intake.ended[0].entry.subject.uscc.as_ref().unwrap().as_str(), other);
    }
}

/// AMB-08: a black under appeal holds the red and does not remove it.
#[test]
fn a_contested_record_is_under_appeal_whichever_column_says_so() {
    for state in ["2", "异议", "异议中", "2-异议", "复议中"] {
        for kind in [ListKind::Red, ListKind::Black] {
            let intake = fed(kind, ("当前状态", state));
            assert_said(&intake, 1, &[], state);
            assert!(is_contested(&intake), "{state}");
        }
        assert!(is_contested(&candidate(ListKind::Black, &[("当前状态", state)])), "{state}");
    }
    for (state, appeal, expected) in [("0", "是", true), ("2", "否", true), ("异议", "是", true), ("0", "否", false)]
    {
        let intake = candidate(ListKind::Black, &[("当前状态", state), ("是否申诉中", appeal)]);
        assert_eq!((intake.counts.accepted, is_contested(&intake)), (1, expected), "{state} {appeal}");
    }
}

#[test]
fn an_objection_is_not_lost_for_want_of_a_document() {
    let rows = |state: &str| {
        let row = ["荆门样例公司", &firm(1), "2018-01-01", state].map(str::to_owned).to_vec();
        with_header(&["企业名称", "统一社会信用代码", "列入日期", "公示状态"], [row])
    };
    let intake = take_rows(&rows("异议中"), &feed(ListKind::Black));
    assert_said(&intake, 0, &[P::ValueMissing], "no document to hang it on");
    assert_said(&take_rows(&rows("公示中"), &feed(ListKind::Black)), 1, &[], "nothing to lose");
}

#[test]
fn a_contested_event_waits_outside() {
    for column in [("当前状态", "2"), ("CF_ZT", "异议"), ("是否申诉中", "是")] {
        let intake = event(&[column]);
        assert_said(&intake, 0, &[P::EventContested], column.1);
        assert_eq!(intake.problems[0].column, column.0);
    }
    assert_said(&event(&[("当前状态", "0"), ("是否申诉中", "否")]), 1, &[], "neither says so");
}

#[test]
fn nobody_is_listed_on_a_state_that_cannot_be_understood() {
    for state in ["3", "其他", "3 其他", "9", "未公示", "撤销中", "存续"] {
        for kind in [ListKind::Red, ListKind::Black] {
            assert_said(&candidate(kind, &[("当前状态", state)]), 0, &[P::ChoiceUnknown], state);
            assert_said(&fed(kind, ("XK_ZT", state)), 0, &[P::ChoiceUnknown], state);
        }
        assert_said(&event(&[("当前状态", state)]), 0, &[P::ChoiceUnknown], state);
    }
    let intake = fed(ListKind::Black, ("当前状态", "其他"));
    assert!(intake.problems[0].reason.contains("0 正常"), "{:?}", intake.problems);
}

/// The digits are those of the national layouts; elsewhere 0 may be 未公示.
#[test]
fn the_state_of_publication_is_told_in_words() {
    for digit in ["0", "1", "2"] {
        assert_said(&fed(ListKind::Black, ("公示状态", digit)), 0, &[P::ChoiceUnknown], digit);
    }
    for (state, accepted, expected) in [
        ("公示中", 1, &[][..]),
        ("已公示", 1, &[]),
        ("异议中", 1, &[]),
        ("公示结束", 0, &[P::NoLongerInForce]),
        ("已修复", 0, &[P::NoLongerInForce]),
        ("未公示", 0, &[P::ChoiceUnknown]),
    ] {
        assert_said(&fed(ListKind::Black, ("公示状态", state)), accepted, expected, state);
    }
}

#[test]
fn of_two_states_the_graver_counts_and_each_is_told_by_its_own_column() {
    let both =
        |current: &str, published: &str| candidate(ListKind::Black, &[("当前状态", current), ("公示状态", published)]);
    assert!(!is_contested(&both("0", "公示中")));
    assert!(is_contested(&both("异议", "公示中")) && is_contested(&both("", "异议中")));
    let intake = both("0", "公示结束");
    assert_said(&intake, 0, &[P::NoLongerInForce], "the second says so");
    let problem = &intake.problems[0];
    assert_eq!((problem.column.as_str(), problem.value.as_str()), ("公示状态", "公示结束"));
    assert_said(&both("1", "暂存"), 0, &[P::NoLongerInForce, P::ChoiceUnknown], "both are told");
}

#[test]
fn an_officer_may_name_the_column_of_the_state_or_leave_it_out() {
    let rows = |header: &str, state: &str| {
        let row = ["荆门样例公司", &firm(1), state].map(str::to_owned).to_vec();
        with_header(&["企业名称", "统一社会信用代码", header], [row])
    };
    let mapped = |mapping: &str| Request { mapping: mapping.parse().unwrap(), ..feed(ListKind::Black) };
    let intake = take_rows(&rows("是否还算", "1"), &mapped("当前状态=是否还算"));
    assert_said(&intake, 0, &[P::NoLongerInForce], "named");
    assert_eq!(intake.layouts[0].column(Field::State).unwrap().header, "是否还算");
    // The state of the firm and not of the record, as the officer sees.
    assert_said(&take_rows(&rows("当前状态", "存续"), &mapped("忽略=当前状态")), 1, &[], "left out");
}
