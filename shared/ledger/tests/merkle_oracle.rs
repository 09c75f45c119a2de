//! Our trees against the kept crate `ct-merkle`, and against themselves: plan, frontier, tampering.

use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use honghei_ledger::{
    Digest, Frontier, consistency_plan, consistency_proof_in_memory, inclusion_plan, inclusion_proof_in_memory,
    leaf_hash, root_of_leaves, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::Sha256;

const SIZES: u64 = 300;

fn datum(at: u64) -> Vec<u8> {
    format!("entry {at}").into_bytes()
}

fn leaves(size: u64) -> Vec<Digest> {
    (0..size).map(|at| leaf_hash(&datum(at))).collect()
}

fn oracle(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|at| tree.push(datum(at)));
    tree
}

/// Every complete subtree of a tree of `size` leaves, as a log stores them; and the frontier.
fn grown(size: u64) -> (HashMap<(u32, u64), Digest>, Frontier) {
    let (mut nodes, mut frontier) = (HashMap::new(), Frontier::new());
    for leaf in leaves(size) {
        frontier.append(leaf, &mut |level, index, hash| {
            assert!(nodes.insert((level, index), hash).is_none(), "{level}/{index} was completed twice");
        });
    }
    (nodes, frontier)
}

fn fetched(nodes: &HashMap<(u32, u64), Digest>, places: &[(u32, u64)]) -> Vec<Digest> {
    places.iter().map(|place| nodes[place]).collect()
}

#[test]
fn roots_and_inclusion_proofs_of_all_sizes_agree_with_the_oracle() {
    let (nodes, _) = grown(SIZES);
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=SIZES {
        tree.push(datum(size - 1));
        let leaves = leaves(size);
        let root = root_of_leaves(&leaves);
        assert_eq!(tree.root().as_bytes().as_slice(), root, "root of {size}");
        for index in 0..size {
            let expected = tree.prove_inclusion(index as usize);
            let plan = inclusion_plan(index, size).unwrap();
            let proof = plan.assemble(&fetched(&nodes, &plan.places)).unwrap();
            assert_eq!(proof.concat(), expected.as_bytes(), "leaf {index} of {size}");
            assert_eq!(plan.proof_length(), proof.len());
            assert!(verify_inclusion(&leaves[index as usize], index, size, &proof, &root));
        }
    }
}

#[test]
fn consistency_proofs_between_all_sizes_agree_with_the_oracle() {
    let (nodes, _) = grown(SIZES);
    let all = leaves(SIZES);
    let roots: Vec<Digest> = (0..=SIZES).map(|size| root_of_leaves(&all[..size as usize])).collect();
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for new in 1..=SIZES {
        tree.push(datum(new - 1));
        for old in 1..=new {
            let expected = tree.prove_consistency((new - old) as usize);
            let plan = consistency_plan(old, new).unwrap();
            let proof = plan.assemble(&fetched(&nodes, &plan.places)).unwrap();
            assert_eq!(proof.concat(), expected.as_bytes(), "from {old} to {new}");
            assert!(verify_consistency(old, new, &roots[old as usize], &roots[new as usize], &proof));
        }
    }
}

#[test]
fn a_frontier_is_the_batch_root_at_every_size_and_survives_storage() {
    let (nodes, _) = grown(SIZES);
    let all = leaves(SIZES);
    let mut frontier = Frontier::new();
    for size in 0..=SIZES {
        assert_eq!(frontier.size(), size);
        assert_eq!(frontier.root(), root_of_leaves(&all[..size as usize]), "root of {size}");
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()).unwrap(), frontier);
        let hashes = fetched(&nodes, &Frontier::places(size));
        assert_eq!(Frontier::from_hashes(size, hashes).unwrap(), frontier);
        if size < SIZES {
            frontier.append(all[size as usize], &mut |_, _, _| {});
        }
    }
}

#[test]
fn a_frontier_of_other_bytes_is_refused() {
    let (_, frontier) = grown(11);
    let bytes = frontier.to_bytes();
    for shorter in 0..bytes.len() {
        assert_eq!(Frontier::from_bytes(&bytes[..shorter]).unwrap_err().code(), "FRONTIER_MALFORMED");
    }
    let longer = [&bytes[..], &[0; 32]].concat();
    assert_eq!(Frontier::from_bytes(&longer).unwrap_err().code(), "FRONTIER_MALFORMED");
    assert_eq!(Frontier::from_bytes(&u64::MAX.to_be_bytes()).unwrap_err().code(), "FRONTIER_MALFORMED");
    assert_eq!(Frontier::from_hashes(11, vec![[0; 32]; 2]).unwrap_err().code(), "TREE_HASH_COUNT");
}

#[test]
fn a_plan_refuses_another_number_of_hashes() {
    let plan = inclusion_plan(3, 11).unwrap();
    let hashes = vec![[0; 32]; plan.places.len() + 1];
    assert_eq!(plan.assemble(&hashes).unwrap_err().code(), "TREE_HASH_COUNT");
    assert_eq!(plan.assemble(&hashes[2..]).unwrap_err().code(), "TREE_HASH_COUNT");
}

proptest! {
    #[test]
    fn any_byte_changed_in_an_inclusion_proof_makes_it_fail(
        size in 2..SIZES, index in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), mask in 1..=255_u8,
    ) {
        let leaves = leaves(size);
        let index = index.index(size as usize);
        let root = root_of_leaves(&leaves);
        let mut proof = inclusion_proof_in_memory(&leaves, index as u64).unwrap();
        let at = byte.index(proof.len() * 32);
        proof[at / 32][at % 32] ^= mask;
        prop_assert!(!verify_inclusion(&leaves[index], index as u64, size, &proof, &root));
    }

    #[test]
    fn an_inclusion_proof_holds_for_its_own_leaf_place_and_length_only(
        size in 2..SIZES, index in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
    ) {
        let leaves = leaves(size);
        let (index, other) = (index.index(size as usize), other.index(size as usize));
        let root = root_of_leaves(&leaves);
        let proof = inclusion_proof_in_memory(&leaves, index as u64).unwrap();
        prop_assert_eq!(verify_inclusion(&leaves[index], other as u64, size, &proof, &root), index == other);
        prop_assert_eq!(verify_inclusion(&leaves[other], index as u64, size, &proof, &root), index == other);
        prop_assert!(!verify_inclusion(&leaves[index], index as u64, size, &proof[1..], &root));
        let longer = [&proof[..], &[root]].concat();
        prop_assert!(!verify_inclusion(&leaves[index], index as u64, size, &longer, &root));
    }

    #[test]
    fn any_byte_changed_in_a_consistency_proof_makes_it_fail(
        new in 2..SIZES, old in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), mask in 1..=255_u8,
    ) {
        let leaves = leaves(new);
        let old = 1 + old.index(new as usize - 1);
        let (old_root, new_root) = (root_of_leaves(&leaves[..old]), root_of_leaves(&leaves));
        let mut proof = consistency_proof_in_memory(&leaves, old as u64).unwrap();
        let longer = [&proof[..], &[new_root]].concat();
        prop_assert!(!verify_consistency(old as u64, new, &old_root, &new_root, &longer));
        prop_assert!(!verify_consistency(old as u64, new, &old_root, &new_root, &proof[1..]));
        prop_assert!(!verify_consistency(old as u64, new, &new_root, &new_root, &proof));
        let at = byte.index(proof.len() * 32);
        proof[at / 32][at % 32] ^= mask;
        prop_assert!(!verify_consistency(old as u64, new, &old_root, &new_root, &proof));
    }

    #[test]
    fn verifiers_answer_any_proof_without_panic(
        index: u64, size: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..80),
    ) {
        prop_assert!(!verify_inclusion(&[1; 32], index, size, &proof, &[2; 32]));
        prop_assert!(!verify_consistency(index, size, &[1; 32], &[2; 32], &proof));
    }

    #[test]
    fn frontiers_are_read_from_any_bytes_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
        }
    }

    #[test]
    fn plans_of_large_trees_name_complete_subtrees_only(size in 1..=1_u64 << 62, index in any::<u64>()) {
        let index = index % size;
        let inclusion = inclusion_plan(index, size).unwrap();
        let consistency = consistency_plan(index, size).unwrap();
        for (level, at) in inclusion.places.iter().chain(&consistency.places) {
            prop_assert!((at + 1) << level <= size);
        }
        prop_assert!(inclusion.places.len() <= 128 && consistency.places.len() <= 128);
    }
}

#[test]
fn the_oracle_accepts_our_proofs() {
    use ct_merkle::ConsistencyProof;
    use ct_merkle::InclusionProof;
    let tree = oracle(77);
    let ours = leaves(77);
    let inclusion = inclusion_proof_in_memory(&ours, 41).unwrap().concat();
    tree.root().verify_inclusion(&datum(41), 41, &InclusionProof::from_bytes(inclusion)).unwrap();
    let consistency = consistency_proof_in_memory(&ours, 13).unwrap().concat();
    let proof = ConsistencyProof::try_from_bytes(consistency).unwrap();
    tree.root().verify_consistency(&oracle(13).root(), &proof).unwrap();
}
