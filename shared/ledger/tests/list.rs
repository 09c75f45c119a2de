//! The tree of a list follows from its chunks, and one entry can be proved across them.

use honghei_ledger::{
    CHUNK_LEAVES, ChunkBuilder, Digest, chunk_root, empty_root, entry_proof, leaf_hash, list_root, root_of_leaves,
    verify_inclusion,
};

fn entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|at| format!("salted entry {at}").into_bytes()).collect()
}

fn chunks_of(entries: &[Vec<u8>]) -> Vec<(Digest, u64)> {
    entries
        .chunks(CHUNK_LEAVES as usize)
        .map(|chunk| (chunk_root(chunk.iter().map(Vec::as_slice)), chunk.len() as u64))
        .collect()
}

#[test]
fn the_list_root_is_the_root_over_all_entries_whatever_the_count() {
    for count in [0, 1, 2, 1023, 1024, 1025, 2047, 2048, 2049, 3000, 5 * 1024 + 7, 8 * 1024] {
        let entries = entries(count);
        let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        assert_eq!(list_root(&chunks_of(&entries)).unwrap(), root_of_leaves(&leaves), "{count} entries");
    }
    assert_eq!(list_root(&[]).unwrap(), empty_root());
}

#[test]
fn an_entry_is_proved_by_its_chunk_and_the_other_chunks_roots() {
    for count in [1_u64, 1024, 1025, 3000, 5 * 1024 + 7] {
        let entries = entries(count);
        let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let chunks = chunks_of(&entries);
        let root = list_root(&chunks).unwrap();
        for index in [0, 1, 511, 1023, 1024, 2047, 2048, 2999, count - 1].into_iter().filter(|at| *at < count) {
            let chunk = leaves.chunks(1024).nth(index as usize / 1024).unwrap();
            let proof = entry_proof(index, chunk, &chunks).unwrap();
            assert!(verify_inclusion(&leaves[index as usize], index, count, &proof, &root), "{index} of {count}");
            assert!(!verify_inclusion(&empty_root(), index, count, &proof, &root));
        }
    }
}

#[test]
fn a_builder_gives_the_chunk_root_and_takes_no_more_than_a_chunk() {
    let entries = entries(1024);
    let mut builder = ChunkBuilder::new();
    assert_eq!(builder.root(), empty_root());
    for entry in &entries {
        assert!(!builder.is_full());
        builder.push(entry).unwrap();
    }
    assert!(builder.is_full());
    assert_eq!(builder.push(b"one more").unwrap_err().code(), "LIST_SHAPE");
    assert_eq!((builder.root(), builder.count()), chunks_of(&entries)[0]);
    assert_eq!(builder.leaves().len(), 1024);
}

#[test]
fn chunks_that_make_no_list_are_refused() {
    for counts in [&[0][..], &[1025], &[7, 1024], &[1024, 0], &[u64::MAX, u64::MAX]] {
        let chunks: Vec<(Digest, u64)> = counts.iter().map(|count| ([1; 32], *count)).collect();
        assert_eq!(list_root(&chunks).unwrap_err().code(), "LIST_SHAPE", "{counts:?}");
        assert_eq!(entry_proof(0, &[], &chunks).unwrap_err().code(), "LIST_SHAPE", "{counts:?}");
    }
}

#[test]
fn an_entry_beyond_the_list_or_a_foreign_chunk_is_refused() {
    let entries = entries(1030);
    let chunks = chunks_of(&entries);
    let last: Vec<Digest> = entries[1024..].iter().map(|entry| leaf_hash(entry)).collect();
    assert!(entry_proof(1029, &last, &chunks).is_ok());
    assert_eq!(entry_proof(1030, &last, &chunks).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    assert_eq!(entry_proof(u64::MAX, &last, &chunks).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    assert_eq!(entry_proof(3, &last, &chunks).unwrap_err().code(), "LIST_SHAPE");
}
