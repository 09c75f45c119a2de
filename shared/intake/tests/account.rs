//! The account of a file: every row counts once, by what became of it and by the state of its codes (C-6, REQUIREMENTS 2.1).

use std::collections::BTreeMap;

use crate::common::*;
use honghei_domain::list::ListKind;

fn row(serial: u32, change: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
    let mut row = red_row(serial);
    change(&mut row);
    row
}

#[test]
fn every_row_of_a_file_counts_once_by_its_fate_and_once_by_its_codes() {
    let rows = vec![
        red_row(1),
        row(2, |row| (row[1], row[2]) = (String::new(), organisation(2))),
        row(3, |row| (row[1], row[3]) = (String::new(), registration(3))),
        row(4, |row| row[1] = "9.14208E+17".to_owned()),
        row(5, |row| row[1] = wrong(&row[1])),
        row(6, |row| row[1] = doubtful()),
        row(7, |row| row[1] = person(21)),
        row(8, |row| row[1].clear()),
        // The first again; the first's code under another name; the header once more; a blank row.
        red_row(1),
        row(9, |row| row[1] = firm(1)),
        RED_HEADER.map(str::to_owned).to_vec(),
        vec![String::new(); 7],
    ];
    let intake = take_rows(&with_header(&RED_HEADER, rows), &feed(ListKind::Red));
    let account = intake.counts.account();
    assert_eq!((account.rows, intake.counts.repeated_headers), (10, 1));
    assert_eq!((account.accepted, intake.counts.questioned, intake.counts.rejected), (4, 1, 5));
    let remarks: BTreeMap<&str, u64> = account.remarks.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
    let expected = [
        ("CODE_WITH_TWO_NAMES", 1),
        ("DIGITS_LOST", 1),
        ("DUPLICATE_IN_FILE", 1),
        ("NAME_ONLY", 1),
        ("PERSONAL_NUMBER_HELD_BACK", 1),
        ("USCC_INNER_CHECK", 1),
        ("USCC_INVALID", 1),
    ];
    assert_eq!(remarks, BTreeMap::from(expected));

    let codes = &account.codes;
    // Both lines of the first firm are sound; a code under two names is 重码.
    assert_eq!((codes.sound, codes.doubtful, codes.shared, codes.missing), (4, 1, 1, 1));
    let damaged: BTreeMap<&str, u64> = codes.damaged.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
    assert_eq!(damaged, BTreeMap::from([("DIGITS_LOST", 1), ("PERSONAL_NUMBER_HELD_BACK", 1), ("USCC_INVALID", 1)]));
    assert_eq!((codes.rows(), codes.coded(), codes.wrong()), (account.rows, 9, 3));
    assert_eq!(codes.wrong_share(), Some(4_444), "four of nine");
    let said = format!("{account:?}");
    assert!(
        !said.contains(&person(21)) && !said.contains(&firm(1)),
        "an account holds numbers of rows and nothing else"
    );
}

#[test]
fn a_file_has_the_same_account_in_every_format() {
    let rows = with_header(
        &RED_HEADER,
        vec![red_row(1), row(2, |row| row[1] = "9.14208E+17".to_owned()), row(3, |row| row[1].clear()), red_row(1)],
    );
    let account = |bytes: Vec<u8>| take(&bytes, &feed(ListKind::Red)).unwrap().counts.account();
    let told = account(utf8(&rows));
    assert_eq!((told.rows, told.accepted), (4, 2));
    for other in [utf8_marked(&rows), gb18030(&rows), xlsx(&rows), xls(&rows)] {
        assert_eq!(account(other), told);
    }
}
