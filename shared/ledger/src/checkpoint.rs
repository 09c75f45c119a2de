//! C2SP checkpoints: a log's signed word on its size and root.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::defect::LedgerDefect;
use crate::hash::Digest;
use crate::key::{PublicKey, SecretKey};
use crate::merkle::MAX_TREE_SIZE;
use crate::note::{check_name, sign_note, verify_note};

/// Which log has how many entries under which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, also the name of its key: 1 to 255 bytes without white space and plus signs.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The RFC 6962 root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The note text: origin, size in decimal, root in base64, one a line.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }

    /// Reads a note text. Our logs write no extension lines, and none are read, so a checkpoint's text and value
    /// determine each other (`CHECKPOINT_MALFORMED`).
    pub fn parse(text: &str) -> Result<Self, LedgerDefect> {
        let malformed = |reason| LedgerDefect::CheckpointMalformed { reason };
        let body = text.strip_suffix('\n').ok_or(malformed("does not end in a newline"))?;
        let mut lines = body.splitn(4, '\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed("is not three lines: origin, size and root"));
        };
        check_name(origin)?;
        let canonical = size == "0" || (!size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit()));
        let size = size.parse::<u64>().ok().filter(|size| canonical && *size <= MAX_TREE_SIZE);
        let size = size.ok_or(malformed("the size is not a decimal number of a possible tree"))?;
        if root.len() != 44 {
            return Err(malformed("the root is not 32 bytes in base64"));
        }
        let root = BASE64_STANDARD.decode(root).ok().and_then(|bytes| Digest::try_from(bytes).ok());
        let root = root.ok_or(malformed("the root is not 32 bytes in base64"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The signed note; the key's name is the origin. Refuses an origin that is no key name (`KEY_NAME_MALFORMED`).
    pub fn sign(&self, key: &SecretKey) -> Result<String, LedgerDefect> {
        sign_note(&self.text(), &self.origin, key)
    }

    /// The checkpoint of a note that the log's key signed.
    pub fn open(note: &str, origin: &str, key: &PublicKey) -> Result<Self, LedgerDefect> {
        let checkpoint = Self::parse(&verify_note(note, origin, key)?)?;
        if checkpoint.origin != origin {
            return Err(LedgerDefect::OriginDiffers { expected: origin.to_owned(), got: checkpoint.origin });
        }
        Ok(checkpoint)
    }
}
