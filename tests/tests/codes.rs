//! Every clause of the regulations has a code, and every code is named by a test that proves it, or is explained here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Families of codes: what stands before the number, and the numbers as they are written.
const FAMILIES: &[(&str, &str)] = &[
    ("R-", "001 002 003 004 005 005b 006 007 008 010 011 012 013 020 021 022 023 024 025 026 027 028 029 030 031 032"),
    ("R-", "033 034 035 040 041 042 043 044 050 051 052 053 060 061 062"),
    ("D-", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16"),
    ("F-", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15"),
    ("RX-", "1 2 3 4 5 6 7 8 9 10"),
    ("BX-", "1 2 3 4 5"),
    ("I-", "1 2 3 4"),
    ("P-", "1 2 3 4 5 6"),
    ("SW-R-", "01 02"),
    ("SW-B-", "01 02 03 04 05 06 07 08 09 10 11 12"),
    ("ZJ-R-CP-", "01 02 03"),
    ("ZJ-R-JL-", "01 02 03"),
    ("ZJ-R-BZ-", "01 02 03"),
    ("ZJ-B-CP-", "01 02 03 04 05 06 07 08"),
    ("ZJ-B-JL-", "01 02 03 04 05 06"),
    ("ZJ-B-BZ-", "01 02 03"),
    ("ZJ-B-TZ-", "01 02 03"),
    ("AMB-", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 16b 17 18 19 20 21 22 23 24 25 26"),
];

/// Codes that no test names, and why.
const EXPLAINED: &[(&str, &str)] = &[];

fn codes() -> BTreeSet<String> {
    FAMILIES
        .iter()
        .flat_map(|(family, numbers)| numbers.split(' ').map(move |number| format!("{family}{number}")))
        .collect()
}

#[test]
fn every_code_of_the_regulations_is_named_by_a_test_or_explained() {
    let texts = test_texts();
    assert!(texts.len() > 50, "the tests were not found");
    let named = |code: &str| texts.iter().any(|text| names(text, code));
    let missing: Vec<String> = codes().into_iter().filter(|code| !named(code)).collect();
    let explained: Vec<&str> = EXPLAINED.iter().map(|(code, _)| *code).collect();
    let silent: Vec<&String> = missing.iter().filter(|code| !explained.contains(&code.as_str())).collect();
    assert!(silent.is_empty(), "no test names {silent:?}");
    let needless: Vec<&&str> = explained.iter().filter(|code| !missing.iter().any(|known| known == **code)).collect();
    assert!(needless.is_empty(), "explained, and named by a test all the same: {needless:?}");
}

/// Whether a text says a code, as `RX-1` or within a name as `rx_1`, and not merely a longer one. The text is as
/// [`plain`] makes it.
fn names(text: &str, code: &str) -> bool {
    let code = plain(code);
    let joined = |side: Option<char>| side.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(&code)
        .any(|(at, _)| !joined(text[..at].chars().next_back()) && !joined(text[at + code.len()..].chars().next()))
}

fn plain(text: &str) -> String {
    text.to_ascii_uppercase().replace('_', "-")
}

#[test]
fn a_code_is_found_in_words_and_in_names_and_not_inside_a_longer_code() {
    let text = plain("// AMB-16b, R-005b\nfn a_red_exits_by_rx_1_at_once() {}");
    for (code, found) in [("RX-1", true), ("AMB-16b", true), ("AMB-16", false), ("R-005", false), ("X-1", false)] {
        assert_eq!(names(&text, code), found, "{code}");
    }
}

/// Everything that tests say: files of tests whole, of other files what follows their `#[cfg(test)]`.
fn test_texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in ["shared", "county-node", "city-node", "province-node", "tests/tests"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.retain(|file| file.file_name().is_some_and(|name| name != "codes.rs"));
    files
        .iter()
        .filter_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let whole = file.iter().any(|part| part == "tests" || part == "tests.rs");
            let tests = if whole { &text } else { text.split_once("#[cfg(test)]")?.1 };
            Some(plain(tests))
        })
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
