//! SHA-256 and its RFC 6962 uses, through ring (twice as fast as sha2 without the SHA extension).

use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

/// A SHA-256 digest: 32 bytes.
pub type Digest = [u8; 32];

/// The prefix of a leaf's preimage (RFC 6962, 2.1).
const LEAF_PREFIX: u8 = 0x00;
/// The prefix of an inner node's preimage (RFC 6962, 2.1).
const NODE_PREFIX: u8 = 0x01;

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    finished(ring::digest::digest(&SHA256, bytes))
}

/// SHA-256 of the concatenation of some byte strings.
///
/// Parts of variable length are the caller's to delimit: `["ab", "c"]` and `["a", "bc"]` hash alike.
pub fn sha256_parts(parts: &[&[u8]]) -> Digest {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    finished(context.finish())
}

/// The RFC 6962 hash of a leaf: SHA-256(0x00 || data).
pub fn leaf_hash(data: &[u8]) -> Digest {
    sha256_parts(&[&[LEAF_PREFIX], data])
}

/// The RFC 6962 hash of an inner node: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut preimage = [0_u8; 1 + 2 * SHA256_OUTPUT_LEN];
    preimage[0] = NODE_PREFIX;
    preimage[1..33].copy_from_slice(left);
    preimage[33..].copy_from_slice(right);
    sha256(&preimage)
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    sha256(&[])
}

/// A digest as 64 lower-case hexadecimal digits.
pub fn hex(digest: &Digest) -> String {
    hex::encode(digest)
}

fn finished(digest: ring::digest::Digest) -> Digest {
    let mut bytes = [0_u8; SHA256_OUTPUT_LEN];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
