//! Every clause of the regulations and every promised capability has a code, and a test declares that it proves it.
//!
//! A test declares a code in its name (`rx_1_…`) or in the doc comment directly above it (`/// R-021, AMB-05: …`). A code
//! that stands in any other comment, in a heading or in a body declares nothing, and a range names its two ends alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Families of codes: what stands before the number, and the numbers as they are written. Of the capabilities (L-, C-, S-)
/// those that are promised so far.
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
    ("L-", "1 2 3 4 13"),
    ("C-", "1 2 3 4 5 6 7"),
    ("S-", "1"),
];

/// What keeps a test from running; apart, so that no search for it finds this file.
const IGNORED: &str = concat!("#[", "ignore");

/// Codes that no test proves, and why.
const EXPLAINED: &[(&str, &str)] = &[];

fn codes() -> BTreeSet<String> {
    FAMILIES
        .iter()
        .flat_map(|(family, numbers)| numbers.split(' ').map(move |number| format!("{family}{number}")))
        .collect()
}

#[test]
fn every_code_is_declared_by_a_test_or_explained() {
    let declarations = declarations_of_all_tests();
    assert!(declarations.len() > 800, "the tests were not found");
    let missing: BTreeSet<String> =
        codes().into_iter().filter(|code| !declarations.iter().any(|test| test.names(code))).collect();
    let explained: BTreeSet<String> = EXPLAINED.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(missing, explained, "left: declared by no test; right: explained as such");
}

/// What a test says of itself: its name and the doc comment directly above it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Declaration(String);

impl Declaration {
    fn new(doc: &[&str], name: &str) -> Self {
        Self(plain(&format!("{}\n{name}", doc.join("\n"))))
    }

    /// Whether it says a code, as `RX-1` or within a name as `rx_1`, and not merely a longer one.
    fn names(&self, code: &str) -> bool {
        let (text, code) = (&self.0, plain(code));
        let joined = |side: Option<char>| side.is_some_and(|c| c.is_ascii_alphanumeric());
        text.match_indices(&code)
            .any(|(at, _)| !joined(text[..at].chars().next_back()) && !joined(text[at + code.len()..].chars().next()))
    }
}

fn plain(text: &str) -> String {
    text.to_ascii_uppercase().replace('_', "-")
}

/// The declarations of the tests in a text, in their order; an ignored test proves nothing.
fn declarations(text: &str) -> Vec<Declaration> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !(line.starts_with("#[test]") || line.starts_with("#[tokio::test")) {
            continue;
        }
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let below = lines[at + 1..].iter().take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let head: Vec<&str> = above.chain(below.clone()).copied().collect();
        let Some(signature) = lines.get(at + 1 + below.count()) else { continue };
        let Some((_, rest)) = signature.split_once("fn ") else { continue };
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if !head.iter().any(|line| line.starts_with(IGNORED)) {
            let doc: Vec<&str> = head.into_iter().filter(|line| line.starts_with("///")).rev().collect();
            found.push(Declaration::new(&doc, name));
        }
    }
    found
}

fn declarations_of_all_tests() -> Vec<Declaration> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in ["shared", "county-node", "city-node", "province-node", "tests"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.retain(|file| !file.ends_with("tests/codes.rs"));
    files.iter().flat_map(|file| declarations(&fs::read_to_string(file).unwrap())).collect()
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

#[test]
fn a_code_is_found_in_words_and_in_names_and_not_inside_a_longer_code() {
    let test = Declaration::new(&["/// AMB-16b, R-005b"], "a_red_exits_by_rx_1_at_once");
    for (code, found) in [("RX-1", true), ("AMB-16b", true), ("AMB-16", false), ("R-005", false), ("X-1", false)] {
        assert_eq!(test.names(code), found, "{code}");
    }
}

#[test]
fn only_a_tests_own_declaration_counts() {
    let text = "\
//! D-01 in a heading.
// D-02 in a comment
#[test]
fn plain() {
    // D-03 within
    assert!(true, \"D-04\");
}

/// D-05 of a helper.
fn helper() {}

/// D-06, and
/// D-07.
#[tokio::test(flavor = \"multi_thread\")]
#[allow(clippy::panic, reason = \"D-08\")]
async fn declares_d_09_in_its_name(argument: D10) {}

/// D-11.

#[test]
fn parted_from_its_comment() {}

/// D-12.
#[off]
#[test]
fn ignored() {}
";
    let found = declarations(&text.replace("#[off", IGNORED));
    let said = |code: &str| found.iter().any(|test| test.names(code));
    for number in 1..=12 {
        let code = format!("D-{number:02}");
        assert_eq!(said(&code), ["D-06", "D-07", "D-09"].contains(&code.as_str()), "{code}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
}
