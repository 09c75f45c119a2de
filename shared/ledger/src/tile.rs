//! C2SP tlog-tiles: which subtree hashes make a tile, where a tile is found, and how entries are bundled.
//!
//! Tile `(L, N)` of height 8 holds the hashes of the complete subtrees at tree level `8 L`, indexes `256 N` onwards.

use crate::defect::LedgerDefect;

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// The highest tile level of C2SP tlog-tiles.
pub const MAX_TILE_LEVEL: u32 = 5;
/// The longest entry that a bundle can hold: its length is 16 bits.
pub const MAX_BUNDLED_ENTRY_BYTES: usize = 65_535;

/// The complete subtrees `(level, index)` whose hashes, in order, are the tile `(level, index)` of this width.
///
/// Refuses levels above 5, widths outside of 1..=256 and indexes beyond the largest tree (`TREE_OUT_OF_RANGE`).
pub fn tile_hashes(level: u32, index: u64, width: u64) -> Result<Vec<(u32, u64)>, LedgerDefect> {
    if level > MAX_TILE_LEVEL {
        return Err(LedgerDefect::OutOfRange { what: "tile level", value: level.into(), limit: MAX_TILE_LEVEL.into() });
    }
    if !(1..=TILE_WIDTH).contains(&width) {
        return Err(LedgerDefect::OutOfRange { what: "tile width", value: width, limit: TILE_WIDTH });
    }
    let most = crate::merkle::MAX_TREE_SIZE >> (8 * (level + 1));
    if index >= most {
        return Err(LedgerDefect::OutOfRange { what: "tile index", value: index, limit: most });
    }
    Ok((0..width).map(|at| (8 * level, index * TILE_WIDTH + at)).collect())
}

/// The tiles `(level, index, width)` of a tree of `size` leaves, partial ones included, lowest level first.
///
/// Refuses sizes above 2^48, where level 5 ends (`TREE_OUT_OF_RANGE`).
pub fn tiles_of(size: u64) -> Result<impl Iterator<Item = (u32, u64, u64)>, LedgerDefect> {
    let most = 1 << (8 * (MAX_TILE_LEVEL + 1));
    if size > most {
        return Err(LedgerDefect::OutOfRange { what: "tree size", value: size, limit: most });
    }
    Ok((0..=MAX_TILE_LEVEL).flat_map(move |level| {
        let nodes = size >> (8 * level);
        let tiles = nodes.div_ceil(TILE_WIDTH);
        (0..tiles).map(move |index| (level, index, (nodes - index * TILE_WIDTH).min(TILE_WIDTH)))
    }))
}

/// The path of a tile below the log's prefix: `tile/0/x001/x234/067`, or `….p/8` for a partial one.
pub fn tile_path(level: u32, index: u64, width: u64) -> String {
    format!("tile/{level}/{}", tail_of(index, width))
}

/// The path of a bundle of entries below the log's prefix: `tile/entries/x001/x234/067`, or `….p/8`.
pub fn entries_path(index: u64, width: u64) -> String {
    format!("tile/entries/{}", tail_of(index, width))
}

/// A bundle: each entry with its length before it as two big-endian bytes.
///
/// Refuses an entry above 65,535 bytes and more than 256 entries (`TREE_OUT_OF_RANGE`).
pub fn entry_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, LedgerDefect> {
    let mut bundle = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        if at as u64 >= TILE_WIDTH {
            return Err(LedgerDefect::OutOfRange { what: "bundled entry", value: at as u64, limit: TILE_WIDTH });
        }
        let length = u16::try_from(entry.len()).map_err(|_| LedgerDefect::OutOfRange {
            what: "bundled entry's bytes",
            value: entry.len() as u64,
            limit: MAX_BUNDLED_ENTRY_BYTES as u64,
        })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

fn tail_of(index: u64, width: u64) -> String {
    let mut tail = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        tail = format!("x{:03}/{tail}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH { format!("{tail}.p/{width}") } else { tail }
}
