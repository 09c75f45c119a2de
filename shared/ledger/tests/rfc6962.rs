//! Known answers of the Certificate Transparency reference tree.

use honghei_ledger::{
    Digest, Frontier, consistency_proof_in_memory, empty_root, hex, inclusion_proof_in_memory, leaf_hash,
    root_of_leaves, sha256, verify_consistency, verify_inclusion,
};

const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// `(index, size, proof)`
const INCLUSION: [(u64, usize, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// `(old size, new size, proof)`
const CONSISTENCY: [(usize, usize, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn leaves(count: usize) -> Vec<Digest> {
    LEAVES[..count].iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn texts(proof: &[Digest]) -> Vec<String> {
    proof.iter().map(hex).collect()
}

#[test]
fn sha256_gives_the_known_digest_of_abc() {
    assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(hex(&empty_root()), ROOTS[0]);
}

#[test]
fn roots_of_the_reference_tree_are_the_known_ones() {
    let mut frontier = Frontier::new();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex(&root_of_leaves(&leaves(size))), *root, "batch root of {size}");
        assert_eq!(hex(&frontier.root()), *root, "frontier root of {size}");
        if let Some(leaf) = LEAVES.get(size) {
            frontier.append(leaf_hash(leaf), &mut |_, _, _| {});
        }
    }
}

#[test]
fn inclusion_proofs_of_the_reference_tree_are_the_known_ones() {
    for (index, size, expected) in INCLUSION {
        let tree = leaves(size);
        let proof = inclusion_proof_in_memory(&tree, index).unwrap();
        assert_eq!(texts(&proof), expected, "leaf {index} of {size}");
        let root = root_of_leaves(&tree);
        assert!(verify_inclusion(&tree[index as usize], index, size as u64, &proof, &root));
    }
}

#[test]
fn consistency_proofs_of_the_reference_tree_are_the_known_ones() {
    for (old, new, expected) in CONSISTENCY {
        let tree = leaves(new);
        let proof = consistency_proof_in_memory(&tree, old as u64).unwrap();
        assert_eq!(texts(&proof), expected, "from {old} to {new}");
        let (old_root, new_root) = (root_of_leaves(&tree[..old]), root_of_leaves(&tree));
        assert!(verify_consistency(old as u64, new as u64, &old_root, &new_root, &proof));
    }
}

#[test]
fn the_empty_tree_is_a_prefix_of_every_tree_and_nothing_else_is_its_own_past() {
    let tree = leaves(8);
    let root = root_of_leaves(&tree);
    assert!(verify_consistency(0, 8, &empty_root(), &root, &[]));
    assert!(verify_consistency(0, 0, &empty_root(), &empty_root(), &[]));
    assert!(!verify_consistency(0, 0, &empty_root(), &root, &[]));
    assert!(!verify_consistency(0, 8, &root, &root, &[]));
    assert!(!verify_consistency(0, 8, &empty_root(), &root, &[root]));
    assert!(!verify_consistency(8, 7, &root, &root, &[]));
    assert!(!verify_consistency(8, 8, &root, &empty_root(), &[]));
}

#[test]
fn hostile_sizes_are_refused_without_panic() {
    let root = empty_root();
    for huge in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 62) + 1] {
        assert!(!verify_inclusion(&root, 0, huge, &[root; 64], &root));
        assert!(!verify_inclusion(&root, huge, huge, &[root; 64], &root));
        assert!(!verify_consistency(1, huge, &root, &root, &[root; 64]));
        assert!(!verify_consistency(huge, huge, &root, &root, &[]));
        assert_eq!(honghei_ledger::inclusion_plan(0, huge).unwrap_err().code(), "TREE_OUT_OF_RANGE");
        assert_eq!(honghei_ledger::consistency_plan(1, huge).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    }
    assert!(honghei_ledger::inclusion_plan((1 << 62) - 1, 1 << 62).is_ok());
    assert_eq!(honghei_ledger::inclusion_plan(3, 3).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    assert_eq!(inclusion_proof_in_memory(&[], 0).unwrap_err().code(), "TREE_OUT_OF_RANGE");
}
