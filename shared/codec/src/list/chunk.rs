//! Chunks: 1,024 salted entries under one address, built once and checked in two passes over their bytes.

use honghei_domain::list::{ChunkSlice, Digest, ENTRIES_PER_CHUNK, ListManifest};
use honghei_ledger::{leaf_hash, list_root, root_of_leaves, sha256};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

use crate::defect::{At, WireDefect};
use crate::fields::{tags, visit};
use crate::{MAX_CHUNK, MAX_ENTRY_BYTES, read};

/// `ListChunk.entries`.
const ENTRIES: u32 = 1;
/// `SaltedEntry.salt`.
const SALT: u32 = 1;
/// `SaltedEntry.body`.
const BODY: u32 = 2;

/// A list ready to be signed, and the chunks to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltList {
    /// What an official signs.
    pub manifest: ListManifest,
    /// Address and bytes of each chunk, in the manifest's order.
    pub chunks: Vec<(Digest, Vec<u8>)>,
}

/// One row of a list as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaltedEntry {
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// An encoded list entry, or a canonical row of a result.
    pub body: Vec<u8>,
}

/// Builds a list from rows in order: `(case number, encoded entry or row)`, a fresh salt for each.
///
/// The case numbers only fill `first_case` and `last_case` of the slices and may be anything that helps to find rows.
/// Refuses a row beyond [`MAX_ENTRY_BYTES`] (`list.entries[7]`) and a chunk beyond [`MAX_CHUNK`] (`list.chunks[0]`),
/// because no reader would take them.
pub fn build_list(entries: &[(u64, Vec<u8>)], salt: &mut dyn FnMut() -> [u8; 32]) -> Result<BuiltList, WireDefect> {
    let mut builder = ListBuilder::default();
    for rows in entries.chunks(ENTRIES_PER_CHUNK) {
        builder.close(rows, salt)?;
    }
    builder.list()
}

/// Builds a list as [`build_list`] does from rows that come one by one: it holds those of one chunk.
#[derive(Debug, Default)]
pub struct ListBuilder {
    manifest: ListManifest,
    chunks: Vec<(Digest, Vec<u8>)>,
    rows: Vec<(u64, Vec<u8>)>,
}

impl ListBuilder {
    /// Adds a row: its case number and bytes.
    pub fn push(&mut self, number: u64, row: Vec<u8>, salt: &mut dyn FnMut() -> [u8; 32]) -> Result<(), WireDefect> {
        self.rows.push((number, row));
        if self.rows.len() == ENTRIES_PER_CHUNK { self.close_held(salt) } else { Ok(()) }
    }

    /// The list of all rows.
    pub fn finish(mut self, salt: &mut dyn FnMut() -> [u8; 32]) -> Result<BuiltList, WireDefect> {
        if !self.rows.is_empty() {
            self.close_held(salt)?;
        }
        self.list()
    }

    fn close_held(&mut self, salt: &mut dyn FnMut() -> [u8; 32]) -> Result<(), WireDefect> {
        let rows = std::mem::take(&mut self.rows);
        self.close(&rows, salt)
    }

    fn close(&mut self, rows: &[(u64, Vec<u8>)], salt: &mut dyn FnMut() -> [u8; 32]) -> Result<(), WireDefect> {
        let chunk = build_chunk(self.chunks.len(), rows, salt)?;
        self.add(chunk);
        Ok(())
    }

    fn add(&mut self, BuiltChunk { slice, bytes }: BuiltChunk) {
        self.chunks.push((slice.digest, bytes));
        self.manifest.count += slice.count;
        self.manifest.chunks.push(slice);
    }

    fn list(mut self) -> Result<BuiltList, WireDefect> {
        let roots: Vec<_> = self.manifest.chunks.iter().map(|slice| (slice.root, slice.count)).collect();
        self.manifest.root = list_root(&roots).map_err(|error| WireDefect::new(error.to_string())).at("list.chunks")?;
        Ok(BuiltList { manifest: self.manifest, chunks: self.chunks })
    }
}

/// One chunk of a list being built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltChunk {
    /// What the manifest says of it.
    slice: ChunkSlice,
    /// Its bytes.
    bytes: Vec<u8>,
}

/// The list of chunks that were built by themselves ([`build_chunk`]), in their order.
pub fn list_of(chunks: Vec<BuiltChunk>) -> Result<BuiltList, WireDefect> {
    let mut builder = ListBuilder::default();
    chunks.into_iter().for_each(|chunk| builder.add(chunk));
    builder.list()
}

/// Builds the chunk that comes after `ordinal` others: [`ENTRIES_PER_CHUNK`] rows, only the last one less.
pub fn build_chunk(
    ordinal: usize,
    rows: &[(u64, Vec<u8>)],
    salt: &mut dyn FnMut() -> [u8; 32],
) -> Result<BuiltChunk, WireDefect> {
    made_chunk(ordinal, rows, salt).at("list")
}

fn made_chunk(
    ordinal: usize,
    rows: &[(u64, Vec<u8>)],
    salt: &mut dyn FnMut() -> [u8; 32],
) -> Result<BuiltChunk, WireDefect> {
    let mut bytes = Vec::with_capacity(rows.iter().map(|(_, body)| body.len() + 48).sum());
    let mut leaves = Vec::with_capacity(rows.len());
    for (index, (_, body)) in rows.iter().enumerate() {
        read::within(body.len(), MAX_ENTRY_BYTES).at_element(ordinal * ENTRIES_PER_CHUNK + index).at("entries")?;
        let length = field_length(32) + if body.is_empty() { 0 } else { field_length(body.len()) };
        encode_key(ENTRIES, WireType::LengthDelimited, &mut bytes);
        encode_varint(length as u64, &mut bytes);
        let start = bytes.len();
        put_field(SALT, &salt(), &mut bytes);
        // An empty field is not written, as everywhere in proto3.
        if !body.is_empty() {
            put_field(BODY, body, &mut bytes);
        }
        leaves.push(leaf_hash(bytes.get(start..).unwrap_or_default()));
    }
    read::within(bytes.len(), MAX_CHUNK).at_element(ordinal).at("chunks")?;
    let slice = ChunkSlice {
        digest: sha256(&bytes),
        length: bytes.len() as u64,
        root: root_of_leaves(&leaves),
        count: rows.len() as u64,
        first_case: rows.iter().map(|(number, _)| *number).min().unwrap_or_default(),
        last_case: rows.iter().map(|(number, _)| *number).max().unwrap_or_default(),
    };
    Ok(BuiltChunk { slice, bytes })
}

/// Length of a field with a one-byte key.
fn field_length(content: usize) -> usize {
    1 + encoded_len_varint(content as u64) + content
}

fn put_field(tag: u32, content: &[u8], bytes: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, bytes);
    encode_varint(content.len() as u64, bytes);
    bytes.extend_from_slice(content);
}

/// Opens a chunk that a peer sent: its length, address, count and root must be those of its slice.
///
/// Reads the bytes once for the address and once for the entries and their leaves. Returns the rows in order.
pub fn open_chunk(slice: &ChunkSlice, bytes: &[u8]) -> Result<Vec<SaltedEntry>, WireDefect> {
    check_length(slice, bytes).at("chunk")?;
    if sha256(bytes) != slice.digest {
        return Err(WireDefect::new("expected bytes whose SHA-256 is the chunk's address")).at("digest").at("chunk");
    }
    check_and_read(slice, bytes).at("chunk")
}

/// Opens a chunk out of this node's own store, where its address was checked when it came in: its length, count and root
/// must be those of its slice, of which nobody has made sure yet.
pub fn open_kept_chunk(slice: &ChunkSlice, bytes: &[u8]) -> Result<Vec<SaltedEntry>, WireDefect> {
    check_length(slice, bytes).and_then(|()| check_and_read(slice, bytes)).at("chunk")
}

fn check_length(slice: &ChunkSlice, bytes: &[u8]) -> Result<(), WireDefect> {
    read::within(bytes.len(), MAX_CHUNK)?;
    if bytes.len() as u64 != slice.length {
        return Err(WireDefect::new(format!("expected {} bytes, got {}", slice.length, bytes.len())));
    }
    Ok(())
}

fn check_and_read(slice: &ChunkSlice, bytes: &[u8]) -> Result<Vec<SaltedEntry>, WireDefect> {
    // Never more than a chunk holds, whatever the slice says.
    let count = usize::try_from(slice.count).unwrap_or(usize::MAX).min(ENTRIES_PER_CHUNK);
    let mut leaves = Vec::with_capacity(count);
    let rows = read_rows(bytes, count, |content| leaves.push(leaf_hash(content)))?;
    if rows.len() as u64 != slice.count {
        return Err(WireDefect::new(format!("expected {} entries, got {}", slice.count, rows.len()))).at("entries");
    }
    if root_of_leaves(&leaves) != slice.root {
        return Err(WireDefect::new("expected entries whose Merkle root is the slice's")).at("root");
    }
    Ok(rows)
}

/// Reads a chunk out of this node's own store, where its address was checked when it came in; its rows in order.
///
/// Checks neither address nor root: bytes that a peer sent are opened by [`open_chunk`].
pub fn open_entries(bytes: &[u8]) -> Result<Vec<SaltedEntry>, WireDefect> {
    read_rows(bytes, ENTRIES_PER_CHUNK, |_| ()).at("chunk")
}

/// Reads at most `most` rows and shows each one's salted bytes.
fn read_rows(bytes: &[u8], most: usize, mut show: impl FnMut(&[u8])) -> Result<Vec<SaltedEntry>, WireDefect> {
    let mut rows = Vec::with_capacity(most.min(bytes.len() / 36));
    visit(bytes, 0, |field| {
        if field.tag == ENTRIES {
            if rows.len() == most {
                return Err(WireDefect::new(format!("expected {most} entries at most, got more")));
            }
            let content = field.bytes()?;
            rows.push(read_salted(content).at_element(rows.len())?);
            show(content);
        }
        Ok(())
    })
    .at("entries")?;
    Ok(rows)
}

fn read_salted(content: &[u8]) -> Result<SaltedEntry, WireDefect> {
    let (mut salt, mut body): (&[u8], &[u8]) = (&[], &[]);
    visit(content, tags(SALT, BODY), |field| {
        match field.tag {
            SALT => salt = field.bytes().at("salt")?,
            BODY => body = field.bytes().at("body")?,
            _ => {}
        }
        Ok(())
    })?;
    read::within(body.len(), MAX_ENTRY_BYTES).at("body")?;
    Ok(SaltedEntry { salt: read::digest(salt).at("salt")?, body: body.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_come_one_by_one_make_the_list_that_they_make_together() {
        for count in [0, 1, ENTRIES_PER_CHUNK - 1, ENTRIES_PER_CHUNK, 2 * ENTRIES_PER_CHUNK + 1] {
            let rows: Vec<(u64, Vec<u8>)> =
                (1_u64..).take(count).map(|row| (row, row.to_be_bytes().to_vec())).collect();
            let salts = || {
                let mut next = 0_u8;
                move || {
                    next = next.wrapping_add(1);
                    [next; 32]
                }
            };
            let together = build_list(&rows, &mut salts()).unwrap();
            let mut salt = salts();
            let chunks = rows.chunks(ENTRIES_PER_CHUNK).enumerate();
            let chunks = chunks.map(|(ordinal, rows)| build_chunk(ordinal, rows, &mut salt).unwrap());
            assert_eq!(list_of(chunks.collect()).unwrap(), together, "{count} rows by chunks");
            let (mut builder, mut salt) = (ListBuilder::default(), salts());
            for (number, row) in rows {
                builder.push(number, row, &mut salt).unwrap();
            }
            assert_eq!(builder.finish(&mut salt).unwrap(), together, "{count} rows");
        }
    }

    #[test]
    fn a_kept_chunk_still_has_to_be_what_its_slice_says() {
        let rows: Vec<(u64, Vec<u8>)> = (1..=9).map(|row| (row, vec![row as u8; 40])).collect();
        let built = build_list(&rows, &mut || [7; 32]).unwrap();
        let (slice, bytes) = (&built.manifest.chunks[0], &built.chunks[0].1);
        assert_eq!(open_kept_chunk(slice, bytes).unwrap(), open_chunk(slice, bytes).unwrap());
        let refused_at = |slice: &ChunkSlice, bytes: &[u8]| {
            open_kept_chunk(slice, bytes).unwrap_err().to_string().split_once(": ").unwrap().0.to_owned()
        };
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        assert_eq!(refused_at(slice, &other), "chunk.root");
        assert_eq!(refused_at(slice, &bytes[1..]), "chunk");
        let fewer = ChunkSlice { count: 8, ..slice.clone() };
        assert_eq!(refused_at(&fewer, bytes), "chunk.entries");
    }
}
