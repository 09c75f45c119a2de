//! Lists and chunks: what is built opens, what was touched does not.

use honghei_codec::list::{BuiltList, build_list, open_chunk, open_entries};
use honghei_codec::{MAX_CHUNK, MAX_ENTRY_BYTES};
use honghei_domain::list::{ChunkSlice, ListManifest};
use honghei_ledger::{leaf_hash, root_of_leaves, sha256};
use honghei_proto::list::v1 as wire;
use prost::Message;

fn list(rows: u64) -> BuiltList {
    let rows: Vec<_> = (1..=rows).map(|number| (number, number.to_be_bytes()[6..].to_vec())).collect();
    let mut salt = 0_u8;
    let mut next = || {
        salt = salt.wrapping_add(1);
        [salt; 32]
    };
    build_list(&rows, &mut next).unwrap()
}

fn expect_defect(slice: &ChunkSlice, bytes: &[u8], path: &str) {
    let defect = open_chunk(slice, bytes).unwrap_err();
    assert_eq!(defect.path(), path, "{defect}");
    assert_eq!(defect.code(), "WIRE_MALFORMED");
}

#[test]
fn a_list_of_2500_rows_opens_chunk_by_chunk_in_order() {
    let built = list(2500);
    assert_eq!(built.manifest.chunks.iter().map(|slice| slice.count).collect::<Vec<_>>(), vec![1024, 1024, 452]);
    assert_eq!(built.manifest.count, 2500);
    let second = &built.manifest.chunks[1];
    assert_eq!((second.first_case, second.last_case), (1025, 2048));
    let mut number = 0_u64;
    for (slice, (digest, bytes)) in built.manifest.chunks.iter().zip(&built.chunks) {
        assert_eq!(slice.digest, *digest);
        for row in open_chunk(slice, bytes).unwrap() {
            number += 1;
            assert_eq!(row.body, number.to_be_bytes()[6..].to_vec());
            assert_eq!(row.salt, [number as u8; 32]);
        }
    }
    assert_eq!(number, 2500);
}

#[test]
fn an_own_chunk_reads_without_its_slice() {
    let built = list(3);
    let (slice, bytes) = (&built.manifest.chunks[0], &built.chunks[0].1);
    assert_eq!(open_entries(bytes).unwrap(), open_chunk(slice, bytes).unwrap());
    let two_chunks = [built.chunks[0].1.as_slice()].repeat(400).concat();
    assert_eq!(open_entries(&two_chunks).unwrap_err().path(), "chunk.entries");
}

#[test]
fn a_lists_root_is_the_rfc_6962_root_over_all_salted_entries() {
    let built = list(2500);
    let mut leaves = Vec::new();
    for (_, bytes) in &built.chunks {
        // Read with the generated types, so that the hand-written chunk is checked against the contract.
        let chunk = wire::ListChunk::decode(bytes.as_slice()).unwrap();
        assert_eq!(chunk.encode_to_vec(), *bytes);
        for entry in &chunk.entries {
            assert_eq!(wire::SaltedEntry::decode(entry.as_slice()).unwrap().encode_to_vec(), *entry);
            leaves.push(leaf_hash(entry));
        }
    }
    assert_eq!(built.manifest.root, root_of_leaves(&leaves));
}

#[test]
fn an_empty_list_has_no_chunks_and_the_empty_root() {
    let built = build_list(&[], &mut || [0; 32]).unwrap();
    assert_eq!(built.manifest, ListManifest { root: honghei_ledger::empty_root(), ..ListManifest::default() });
    assert!(built.chunks.is_empty());
}

#[test]
fn an_empty_row_is_a_row() {
    let built = build_list(&[(1, Vec::new())], &mut || [2; 32]).unwrap();
    let rows = open_chunk(&built.manifest.chunks[0], &built.chunks[0].1).unwrap();
    assert_eq!(rows[0].body, Vec::<u8>::new());
}

#[test]
fn a_chunk_that_was_touched_does_not_open() {
    let built = list(3);
    let (slice, bytes) = (&built.manifest.chunks[0], &built.chunks[0].1);
    expect_defect(slice, &bytes[1..], "chunk");
    let mut flipped = bytes.clone();
    flipped[5] ^= 1;
    expect_defect(slice, &flipped, "chunk.digest");
}

#[test]
fn a_slice_that_lies_about_its_chunk_is_found_out() {
    let built = list(3);
    let (slice, bytes) = (&built.manifest.chunks[0], &built.chunks[0].1);
    expect_defect(&ChunkSlice { root: [0; 32], ..slice.clone() }, bytes, "chunk.root");
    expect_defect(&ChunkSlice { count: 2, ..slice.clone() }, bytes, "chunk.entries");
    expect_defect(&ChunkSlice { count: 4, ..slice.clone() }, bytes, "chunk.entries");
    expect_defect(&ChunkSlice { length: 1, ..slice.clone() }, bytes, "chunk");
}

#[test]
fn a_chunk_of_many_tiny_entries_is_refused_before_it_fills_memory() {
    let bytes = [10, 0].repeat(100_000);
    let slice = ChunkSlice {
        digest: sha256(&bytes),
        length: bytes.len() as u64,
        root: [0; 32],
        count: 100_000,
        first_case: 1,
        last_case: 100_000,
    };
    expect_defect(&slice, &bytes, "chunk.entries[0].salt");
}

#[test]
fn rows_and_chunks_beyond_their_limits_are_not_built() {
    let long = build_list(&[(1, vec![0]), (2, vec![0; MAX_ENTRY_BYTES + 1])], &mut || [0; 32]).unwrap_err();
    assert_eq!(long.path(), "list.entries[1]");
    let row = vec![0; MAX_CHUNK / 1024];
    let rows: Vec<_> = (0..1024).map(|number| (number, row.clone())).collect();
    assert_eq!(build_list(&rows, &mut || [0; 32]).unwrap_err().path(), "list.chunks[0]");
}
