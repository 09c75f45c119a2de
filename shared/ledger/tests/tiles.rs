//! Tiles hold the subtree hashes that C2SP tlog-tiles says, under the paths it says.

use honghei_ledger::tile::{entries_path, entry_bundle, tile_path, tiles_of};
use honghei_ledger::{Digest, Frontier, leaf_hash, root_of_leaves, tile_hashes};

#[test]
fn paths_are_those_of_the_specification() {
    assert_eq!(tile_path(0, 0, 256), "tile/0/000");
    assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(tile_path(1, 273, 112), "tile/1/273.p/112");
    assert_eq!(tile_path(2, 1, 17), "tile/2/001.p/17");
    assert_eq!(entries_path(1_000, 5), "tile/entries/x001/000.p/5");
    // The largest index that a request may name is still a path.
    assert_eq!(tile_path(0, u64::MAX, 256), "tile/0/x018/x446/x744/x073/x709/x551/615");
}

#[test]
fn a_tree_of_70000_has_the_tiles_of_the_specification() {
    let tiles: Vec<_> = tiles_of(70_000).unwrap().collect();
    let level = |wanted: u32| tiles.iter().filter(move |(level, ..)| *level == wanted).collect::<Vec<_>>();
    assert_eq!((level(0).len(), level(0)[273]), (274, &(0, 273, 112)));
    assert_eq!(level(1), [&(1, 0, 256), &(1, 1, 17)]);
    assert_eq!(level(2), [&(2, 0, 1)]);
    assert!(level(3).is_empty());
    assert_eq!(tiles_of(0).unwrap().count(), 0);
}

#[test]
fn a_tile_is_made_of_the_roots_of_256_to_the_level_leaves() {
    let leaves: Vec<Digest> = (0..1000_u32).map(|at| leaf_hash(&at.to_be_bytes())).collect();
    let mut nodes = std::collections::HashMap::new();
    let mut frontier = Frontier::new();
    for leaf in &leaves {
        frontier.append(*leaf, &mut |level, index, hash| {
            nodes.insert((level, index), hash);
        });
    }
    for (level, index, width) in tiles_of(1000).unwrap() {
        let span = 256_usize.pow(level);
        for (at, place) in tile_hashes(level, index, width).unwrap().into_iter().enumerate() {
            let begin = (index as usize * 256 + at) * span;
            assert_eq!(nodes[&place], root_of_leaves(&leaves[begin..begin + span]), "{level}/{index} at {at}");
        }
    }
}

#[test]
fn tiles_that_no_tree_has_are_refused() {
    for (level, index, width) in
        [(6, 0, 1), (u32::MAX, 0, 1), (0, 0, 0), (0, 0, 257), (0, u64::MAX, 1), (5, 1 << 14, 1)]
    {
        assert_eq!(tile_hashes(level, index, width).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    }
    assert!(tiles_of(u64::MAX).is_err());
}

#[test]
fn a_bundle_holds_each_entry_behind_its_length() {
    assert_eq!(entry_bundle([&b"ab"[..], b"", b"c"]).unwrap(), b"\0\x02ab\0\0\0\x01c");
    let large = vec![0; 65_536];
    assert_eq!(entry_bundle([large.as_slice()]).unwrap_err().code(), "TREE_OUT_OF_RANGE");
    assert!(entry_bundle([&large[1..]]).is_ok());
    assert_eq!(entry_bundle([&b""[..]; 257]).unwrap_err().code(), "TREE_OUT_OF_RANGE");
}
