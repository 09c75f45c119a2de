//! Quarters and rows: every day has its quarter, every row one spelling.

use super::*;
use crate::case::fixture::day;
use crate::final_list::Validity;
use crate::list::{CriterionCode, ListKind};

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

fn rows() -> [BulletinRow; 3] {
    let validity = Validity { from: day("2018-01-05"), to: day("2019-01-05") };
    let red = BulletinRow {
        case: "110119-quality#7".parse().unwrap(),
        kind: ListKind::Red,
        name: "样例公司".to_owned(),
        code: Some("91110119MA0000017K".to_owned()),
        criteria: vec![CriterionCode("ZJ-R-CP-01".to_owned()), CriterionCode("ZJ-R-JL-03".to_owned())],
        recognised_on: Some(day("2017-12-01")),
        posted: Posted::InForce { validity, disputed: true },
    };
    let person = BulletinRow { code: None, criteria: Vec::new(), recognised_on: None, ..red.clone() };
    let left = Posted::Left { on: day("2018-03-02"), code: "BX-1".to_owned() };
    let black = BulletinRow { kind: ListKind::Black, posted: left, ..red.clone() };
    [red, person, black]
}

/// R-033, D-12: a quarter is the calendar's.
#[test]
fn r_033_every_day_lies_in_one_quarter_between_its_first_and_last_day() {
    let mut walked = day("2015-12-31");
    while walked < day("2017-01-02") {
        let of = Quarter::of(walked);
        assert!(of.contains(walked) && of.first_day() <= walked && walked <= of.last_day(), "{walked}");
        assert_eq!(of.last_day().succ_opt().unwrap(), of.next().first_day());
        assert_eq!(of.next().previous(), of);
        assert_eq!(quarter(&of.to_string()), of);
        walked = walked.succ_opt().unwrap();
    }
    assert_eq!(quarter("2018q1").zh(), "2018年第1季度");
    assert!(quarter("2017Q4") < quarter("2018Q1") && "2017Q4" < "2018Q1");
}

#[test]
fn what_names_no_quarter_is_said_so() {
    for wrong in ["", "2018", "2018Q0", "2018Q5", "Q1", "2018Q", "-1Q1", "0Q1", "10000Q1", "2018Q1 ", "２０１８Q1"]
    {
        assert_eq!(wrong.parse::<Quarter>().unwrap_err().code(), "QUARTER_MALFORMED", "{wrong}");
    }
    assert!(Quarter::new(2018, 5).is_err());
}

/// F-15: rows come back as they were, and in no other spelling.
#[test]
fn f_15_a_row_has_one_spelling() {
    for row in rows() {
        let bytes = row.encode();
        assert_eq!(BulletinRow::decode(&bytes).unwrap(), row);
        for length in 0..bytes.len() {
            assert!(BulletinRow::decode(&bytes[..length]).is_err(), "cut at {length}");
        }
        assert!(BulletinRow::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
    }
}
