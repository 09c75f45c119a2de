//! Writes a small log as C2SP tlog-tiles, for other people's verifiers to check.
//!
//! `export_log DIRECTORY [ENTRIES]` makes in DIRECTORY:
//! - `log/`: the log as it would be served (`checkpoint` with one cosignature, `tile/…`, `tile/entries/…`);
//! - `log.vkey`, `witness.vkey`: the keys, which a verifier gets by another way;
//! - `origin`: the log's name; `old-checkpoint`: its checkpoint at half the size; `last-entry`: the last entry's bytes.
//!
//! The keys are made from a fixed seed, so they prove nothing to anybody.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use honghei_ledger::cosignature::cosigner_verifier_key;
use honghei_ledger::tile::{TILE_WIDTH, entries_path, entry_bundle, tile_path, tiles_of};
use honghei_ledger::{Checkpoint, Digest, Frontier, SecretKey, cosign, leaf_hash, tile_hashes, verifier_key};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const ORIGIN: &str = "honghei.example/420802-commerce/1";
const WITNESS: &str = "honghei.example/420800-credit";
/// 2026-11-21 in seconds since 1970.
const COSIGNED_AT: u64 = 1_795_219_200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("usage: export_log DIRECTORY [ENTRIES]")?;
    // Enough for tiles of three levels, each with a partial one.
    let count: u64 = arguments.next().map_or(Ok(66_000), |text| text.parse())?;
    let directory = Path::new(&directory);
    let entries: Vec<Vec<u8>> = (0..count).map(|at| format!("红黑 entry {at}").into_bytes()).collect();

    let mut rng = ChaCha20Rng::from_seed([20; 32]);
    let (log_key, witness_key) = (SecretKey::generate(&mut rng), SecretKey::generate(&mut rng));
    let mut nodes: HashMap<(u32, u64), Digest> = HashMap::new();
    let mut frontier = Frontier::new();
    for entry in &entries {
        frontier.append(leaf_hash(entry), &mut |level, index, hash| {
            nodes.insert((level, index), hash);
        });
        if frontier.size() == count / 2 {
            write(&directory.join("old-checkpoint"), checkpoint_of(&frontier).sign(&log_key)?.as_bytes())?;
        }
    }

    let log = directory.join("log");
    for (level, index, width) in tiles_of(count)? {
        let places = tile_hashes(level, index, width)?;
        let hashes: Option<Vec<Digest>> = places.iter().map(|place| nodes.get(place).copied()).collect();
        write(&log.join(tile_path(level, index, width)), &hashes.ok_or("a subtree is missing")?.concat())?;
    }
    for (index, bundle) in entries.chunks(TILE_WIDTH as usize).enumerate() {
        let path = log.join(entries_path(index as u64, bundle.len() as u64));
        write(&path, &entry_bundle(bundle.iter().map(Vec::as_slice))?)?;
    }
    let checkpoint = checkpoint_of(&frontier);
    let cosignature = cosign(&checkpoint.text(), WITNESS, &witness_key, COSIGNED_AT)?;
    write(&log.join("checkpoint"), (checkpoint.sign(&log_key)? + &cosignature).as_bytes())?;

    write(&directory.join("origin"), ORIGIN.as_bytes())?;
    write(&directory.join("log.vkey"), verifier_key(ORIGIN, &log_key.public())?.as_bytes())?;
    write(&directory.join("witness.vkey"), cosigner_verifier_key(WITNESS, &witness_key.public())?.as_bytes())?;
    write(&directory.join("last-entry"), entries.last().ok_or("a log of no entries proves nothing")?)?;
    println!("{ORIGIN}: {count} entries under {}", honghei_ledger::hex(&checkpoint.root));
    Ok(())
}

fn checkpoint_of(frontier: &Frontier) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: frontier.size(), root: frontier.root() }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}
