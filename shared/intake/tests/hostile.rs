//! Damaged and hostile files end in an error with a code, never in a panic.

use std::io::Cursor;
use std::sync::LazyLock;

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_intake::{open, take_in, write_report};
use proptest::prelude::*;

/// Everything that a file goes through; whatever happens, it returns.
fn through(bytes: &[u8]) {
    match open("x", bytes) {
        Ok(source) => {
            for request in [candidates(ListKind::Black), feed(ListKind::Red)] {
                if let Ok(intake) = take_in(&source, &request) {
                    assert_account(&intake);
                    write_report(&source, &intake, &mut Vec::new()).unwrap();
                }
            }
        }
        Err(fault) => assert!(fault.code().starts_with("INTAKE_") && !fault.to_string().is_empty()),
    }
}

static SAMPLES: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    let rows = with_header(&BLACK_HEADER, (1..=6).map(black_row));
    [xlsx(&rows), xls(&rows), utf8(&rows), gb18030(&rows)]
});

#[test]
fn a_file_cut_anywhere_is_an_error_or_a_shorter_list() {
    for sample in SAMPLES.iter() {
        let step = (sample.len() / 150).max(1);
        for cut in (0..sample.len()).step_by(step) {
            through(&sample[..cut]);
        }
    }
}

#[test]
fn a_workbook_behind_a_password_says_so() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    let bytes = file.into_inner().into_inner();
    assert_eq!(open("名单.xlsx", &bytes).unwrap_err().code(), "INTAKE_PASSWORD_PROTECTED");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        through(&bytes);
    }

    #[test]
    fn random_bytes_behind_a_true_beginning_are_an_error(
        which in 0_usize..3,
        bytes in proptest::collection::vec(any::<u8>(), 0..3_000),
    ) {
        let beginning: &[u8] = [b"PK\x03\x04".as_slice(), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xEF\xBB\xBF"][which];
        through(&[beginning, &bytes].concat());
    }

    #[test]
    fn a_file_with_bytes_changed_is_an_error_or_a_list(
        which in 0_usize..4,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut sample = SAMPLES[which].clone();
        for (at, byte) in changes {
            let at = at.index(sample.len());
            sample[at] = byte;
        }
        through(&sample);
    }

    #[test]
    fn any_text_in_any_cell_is_accounted_for(cells in proptest::collection::vec(".{0,24}", 1..40)) {
        let rows = cells.chunks(BLACK_HEADER.len()).map(<[String]>::to_vec);
        let rows = with_header(&BLACK_HEADER, rows);
        through(&utf8(&rows));
        through(&xlsx(&rows));
    }
}
