//! Fonts of the machine, for characters that the shipped ones lack. They are looked at only then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use honghei_documents::{covered, faces};

/// Where a system keeps its fonts.
const SYSTEM: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts/opentype"];
/// Files looked at, their bytes, and how deep folders are entered, at most.
const MAX_FILES: usize = 4000;
const MAX_BYTES: u64 = 128 * 1024 * 1024;
const MAX_DEPTH: usize = 8;

/// The fonts that have some of these characters, those for Simplified Chinese serif type first, then by name; as few
/// as the order gives. Characters that none has stay missing.
pub(super) fn with(mut missing: BTreeSet<char>, folders: &[PathBuf]) -> Vec<(Arc<Vec<u8>>, u32)> {
    let mut files = Vec::new();
    if folders.is_empty() {
        SYSTEM.iter().for_each(|folder| collect(Path::new(folder), MAX_DEPTH, &mut files));
    } else {
        folders.iter().for_each(|folder| collect(folder, MAX_DEPTH, &mut files));
    }
    // By rank and name, so that the same machine always takes the same font.
    files.sort_by_key(|file| (rank(&file.to_string_lossy()), file.clone()));
    let mut found = Vec::new();
    for file in files {
        if missing.is_empty() {
            break;
        }
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let bytes = Arc::new(bytes);
        let mut inside = faces(&bytes);
        inside.sort_by_key(|(index, name)| (rank(name), *index));
        for (index, _) in inside {
            let here = covered(&bytes, index, &missing);
            if !here.is_empty() {
                missing.retain(|c| !here.contains(c));
                found.push((bytes.clone(), index));
            }
        }
    }
    found
}

/// 0 for a Simplified Chinese serif face, 1 for another Chinese one, 2 for the rest.
fn rank(name: &str) -> u8 {
    let name = name.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let serif = any(&["serif", "song", "fang", "ming"]);
    let simplified = any(&[" sc", "-sc", "cjksc", "gb", "cn", "cjk"]);
    match (serif, simplified) {
        (true, true) => 0,
        (true, false) | (false, true) => 1,
        (false, false) => 2,
    }
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(about) = std::fs::metadata(&path) else { continue };
        if about.is_dir() && depth > 0 {
            collect(&path, depth - 1, files);
        } else if about.len() <= MAX_BYTES && is_font(&path) && files.len() < MAX_FILES {
            files.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    matches!(extension.as_deref(), Some("otf" | "ttf" | "ttc" | "otc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fonts_that_have_a_missing_character_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../documents/fonts");
        std::fs::write(folder.path().join("broken.ttf"), b"no font").unwrap();
        let folders = [folder.path().to_owned(), shipped];
        assert_eq!(with(BTreeSet::from(['〇', '荆']), &folders).len(), 1, "one face has both");
        assert!(with(BTreeSet::from(['\u{20000}']), &folders).is_empty());
        assert!(with(BTreeSet::from(['荆']), &[folder.path().join("absent")]).is_empty());
    }

    #[test]
    fn simplified_serif_type_comes_first() {
        assert_eq!(["Noto Serif CJK SC", "NotoSerifCJK-Regular.ttc"].map(rank), [0, 0]);
        assert_eq!(["Noto Serif CJK JP", "Noto Sans CJK SC"].map(rank), [0, 1]);
        assert_eq!(rank("DejaVu Sans"), 2);
    }
}
