//! Files under an entry or a declaration (R-025, F-07): known by what is in them, cut into addressed parts, put together
//! again and checked part by part.

mod content;
mod defect;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

pub use self::content::FileType;
pub use self::defect::AttachmentDefect;
use crate::identifier::CitizenId;
use crate::list::{AttachmentRef, Digest};

/// Bytes of every part but the last; the unit in which a broken transfer goes on.
pub const PART_BYTES: usize = 512 * 1024;

/// Bytes of one file at most.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Files of one declaration or case at most.
pub const MAX_FILES: usize = 32;

/// Bytes of all files of one declaration or case at most.
pub const MAX_TOTAL_BYTES: u64 = 128 * 1024 * 1024;

/// Characters of a file's name at most.
const MAX_NAME_CHARS: usize = 120;

/// Digits of a citizen's ID number.
const ID_NUMBER_CHARS: usize = 18;

/// A file that was taken in: its reference and its bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// As acts and entries name it.
    pub reference: AttachmentRef,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl Attachment {
    /// Takes a file in: its name is fit to be shown, its content is of a type that is taken, whole, and as its name says.
    ///
    /// # Errors
    /// The first defect of name, size or content.
    pub fn take(name: &str, bytes: Vec<u8>) -> Result<Self, AttachmentDefect> {
        let name = name.trim();
        check_name(name)?;
        check_length(name, bytes.len() as u64)?;
        let found = FileType::of(&bytes).map_err(|unfit| unfit.at(name))?;
        check_extension(name, found)?;
        let parts = bytes.chunks(PART_BYTES).map(address_of).collect();
        let media_type = found.media_type().to_owned();
        let reference = AttachmentRef { name: name.to_owned(), media_type, length: bytes.len() as u64, parts };
        Ok(Self { reference, bytes })
    }

    /// Address and bytes of each part, in order.
    pub fn parts(&self) -> impl Iterator<Item = (Digest, &[u8])> {
        self.reference.parts.iter().copied().zip(self.bytes.chunks(PART_BYTES))
    }
}

/// The bytes that each part of a sound reference has.
pub fn part_lengths(reference: &AttachmentRef) -> impl Iterator<Item = (Digest, u64)> {
    let part = PART_BYTES as u64;
    (0_u64..)
        .zip(&reference.parts)
        .map(move |(at, address)| (*address, reference.length.saturating_sub(at.saturating_mul(part)).min(part)))
}

/// Whether references that another node wrote make sense: names, sizes, types and parts, each alone and together.
///
/// # Errors
/// The first defect.
pub fn check(references: &[AttachmentRef]) -> Result<(), AttachmentDefect> {
    if references.len() > MAX_FILES {
        return Err(AttachmentDefect::TooMany { files: references.len() });
    }
    let mut names = BTreeSet::new();
    let mut total = 0_u64;
    for reference in references {
        let name = &reference.name;
        check_name(name)?;
        check_length(name, reference.length)?;
        let known = FileType::ALL.into_iter().find(|known| known.media_type() == reference.media_type);
        let Some(known) = known else { return Err(AttachmentDefect::Type { name: name.clone() }) };
        check_extension(name, known)?;
        if reference.parts.len() as u64 != reference.length.div_ceil(PART_BYTES as u64) {
            return Err(AttachmentDefect::Altered { name: name.clone() });
        }
        if !names.insert(name) {
            return Err(AttachmentDefect::NameTwice { name: name.clone() });
        }
        total = total.saturating_add(reference.length);
    }
    if total > MAX_TOTAL_BYTES {
        return Err(AttachmentDefect::TotalTooLarge { bytes: total });
    }
    Ok(())
}

/// Puts a file together from its parts and checks each against its address, and the whole against its reference.
///
/// # Errors
/// [`AttachmentDefect::Altered`] where a part, the length or the type is not what the reference says.
pub fn assemble(reference: &AttachmentRef, parts: &[Vec<u8>]) -> Result<Vec<u8>, AttachmentDefect> {
    let altered = || AttachmentDefect::Altered { name: reference.name.clone() };
    let sound = parts.len() == reference.parts.len()
        && parts.iter().zip(&reference.parts).all(|(bytes, address)| address_of(bytes) == *address);
    if !sound {
        return Err(altered());
    }
    let bytes = parts.concat();
    let as_said = FileType::of(&bytes).is_ok_and(|found| found.media_type() == reference.media_type);
    if bytes.len() as u64 == reference.length && as_said { Ok(bytes) } else { Err(altered()) }
}

fn address_of(bytes: &[u8]) -> Digest {
    let mut address = Digest::default();
    address.copy_from_slice(digest(&SHA256, bytes).as_ref());
    address
}

fn check_name(name: &str) -> Result<(), AttachmentDefect> {
    let unsafe_char = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS && name.trim() == name;
    if !fits || name.starts_with('.') || name.ends_with('.') || name.chars().any(unsafe_char) {
        return Err(AttachmentDefect::Name);
    }
    let letters: Vec<char> = name.chars().collect();
    let personal = |window: &[char]| CitizenId::read(&window.iter().collect::<String>()).is_ok();
    if letters.windows(ID_NUMBER_CHARS).any(personal) { Err(AttachmentDefect::NamePersonal) } else { Ok(()) }
}

fn check_length(name: &str, length: u64) -> Result<(), AttachmentDefect> {
    match length {
        0 => Err(AttachmentDefect::Empty { name: name.to_owned() }),
        length if length > MAX_FILE_BYTES => Err(AttachmentDefect::TooLarge { name: name.to_owned(), bytes: length }),
        _ => Ok(()),
    }
}

/// A name that says another type than the content is a trap for whoever opens it.
fn check_extension(name: &str, found: FileType) -> Result<(), AttachmentDefect> {
    let said = name.rsplit_once('.').map(|(_, said)| said.to_ascii_lowercase()).unwrap_or_default();
    if found.extensions().contains(&said.as_str()) {
        return Ok(());
    }
    Err(AttachmentDefect::NameDiffers { name: name.to_owned(), found: found.extensions()[0] })
}
