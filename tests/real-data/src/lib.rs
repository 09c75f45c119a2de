//! Real registers and lists that tests read and that are no part of this project.
//!
//! They lie in the folder that `$HONGHEI_REAL_DATA` names, else in `shared/data` beside the workspace. A test whose file is
//! absent says on standard error that it was skipped; under `$HONGHEI_REQUIRE_REAL_DATA` it fails instead.

#![allow(clippy::expect_used, clippy::panic, reason = "only tests read real data, and a test fails by panicking")]

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The variable that names the folder.
pub const FOLDER: &str = "HONGHEI_REAL_DATA";

/// The variable under which absent data is a failure: anything but nothing and `0`.
pub const REQUIRED: &str = "HONGHEI_REQUIRE_REAL_DATA";

/// The bytes of a file below the folder, such as `lists/91855.xlsx`; `None`, said aloud, where it is absent.
///
/// # Panics
/// If it is absent and required, or cannot be read.
pub fn bytes(name: &str) -> Option<Vec<u8>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os(FOLDER).map_or_else(beside, PathBuf::from);
    let path = find(&folder, name, is_set(std::env::var_os(REQUIRED).as_deref()))?;
    Some(std::fs::read(path).expect("a readable file"))
}

/// The text of a file, unpacked where its name ends in `.gz`; otherwise as [`bytes`].
///
/// # Panics
/// As [`bytes`], and if it is no text.
pub fn text(name: &str) -> Option<String> {
    let bytes = bytes(name)?;
    if !name.ends_with(".gz") {
        return Some(String::from_utf8(bytes).expect("a text in UTF-8"));
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("a packed text in UTF-8");
    Some(text)
}

fn is_set(value: Option<&OsStr>) -> bool {
    value.is_some_and(|value| !value.is_empty() && value != "0")
}

fn find(folder: &Path, name: &str, required: bool) -> Option<PathBuf> {
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    assert!(!required, "real data {name} is absent and {REQUIRED} is set: let {FOLDER} name the folder that holds it");
    eprintln!("SKIPPED for lack of real data {name}: set {FOLDER} to the folder that holds it; nothing was checked");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn what_is_there_is_found_whether_it_is_required_or_not() {
        for required in [false, true] {
            assert_eq!(find(own(), "Cargo.toml", required), Some(own().join("Cargo.toml")));
        }
    }

    #[test]
    fn what_is_absent_is_nothing() {
        assert_eq!(find(own(), "absent.csv", false), None);
        assert_eq!(find(own(), "src", false), None, "a folder is no file");
    }

    #[test]
    #[should_panic(expected = "absent.csv is absent and HONGHEI_REQUIRE_REAL_DATA is set")]
    fn what_is_required_and_absent_fails() {
        find(own(), "absent.csv", true);
    }

    #[test]
    fn only_a_word_requires() {
        assert!(!is_set(None) && !is_set(Some(OsStr::new(""))) && !is_set(Some(OsStr::new("0"))));
        assert!(is_set(Some(OsStr::new("1"))));
    }
}
