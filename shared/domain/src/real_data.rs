//! Where tests find real data that is no part of this repository.

use std::path::PathBuf;

/// The path of a real data file, or nothing, said aloud, on a machine that has none.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HONGHEI_REAL_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("real data {name} is absent: set HONGHEI_REAL_DATA to check against it");
    None
}

/// The text of a real data file, or nothing where it is absent.
pub(crate) fn read(name: &str) -> Option<String> {
    path(name).map(|path| std::fs::read_to_string(path).expect("a readable file"))
}
