//! Key files and vault boxes: round trips, bounds, tampering, and commitments to personal numbers.

use crate::support::{key, rng};
use honghei_ledger::{Cost, SecretKey, VaultKey, keyfile, person_commitment, sealed_box};
use proptest::prelude::*;

const PASSPHRASE: &str = "红黑 correct horse";

/// Written by the first version of this crate; every later one must open it.
const FIRST_KEY_FILE: &str = include_str!("first_key_file.json");

fn key_file() -> String {
    keyfile::seal(&key(5), PASSPHRASE, &mut rng(), Cost::TRIVIAL).unwrap()
}

fn same(one: &SecretKey, other: &SecretKey) -> bool {
    one.to_pkcs8_pem().unwrap() == other.to_pkcs8_pem().unwrap()
}

#[test]
fn a_key_file_opens_with_its_passphrase_only() {
    let json = key_file();
    assert!(same(&keyfile::open(&json, PASSPHRASE).unwrap(), &key(5)));
    assert_eq!(keyfile::public_key_of(&json).unwrap(), key(5).public());
    for wrong in ["", "红黑 correct horse ", "红黑 Correct horse"] {
        assert_eq!(keyfile::open(&json, wrong).unwrap_err().code(), "PASSPHRASE_WRONG");
    }
}

#[test]
fn the_standard_cost_is_19_mib_and_two_passes_and_is_recorded() {
    let json = keyfile::seal(&key(5), PASSPHRASE, &mut rng(), Cost::STANDARD).unwrap();
    assert!(json.contains("\"memory_kib\": 19456") && json.contains("\"passes\": 2"));
    assert!(same(&keyfile::open(&json, PASSPHRASE).unwrap(), &key(5)));
}

#[test]
fn the_first_key_file_still_opens() {
    assert!(same(&keyfile::open(FIRST_KEY_FILE, PASSPHRASE).unwrap(), &key(5)));
    assert_eq!(key_file(), FIRST_KEY_FILE);
}

#[test]
fn a_cost_out_of_bounds_is_refused_before_it_is_paid() {
    let bad = [(7, 1), (262_145, 1), (64, 0), (64, 17), (u32::MAX, u32::MAX)];
    for (memory_kib, passes) in bad {
        let cost = Cost { memory_kib, passes };
        assert_eq!(keyfile::seal(&key(5), PASSPHRASE, &mut rng(), cost).unwrap_err().code(), "KEY_FILE_COST");
        let json = key_file()
            .replace("\"memory_kib\": 64", &format!("\"memory_kib\": {memory_kib}"))
            .replace("\"passes\": 1", &format!("\"passes\": {passes}"));
        assert_eq!(keyfile::open(&json, PASSPHRASE).unwrap_err().code(), "KEY_FILE_COST");
    }
}

#[test]
fn a_key_file_altered_in_any_field_does_not_open() {
    let json = key_file();
    let file: serde_json::Value = serde_json::from_str(&json).unwrap();
    let alter = |field: &str, value: serde_json::Value| {
        let mut altered = file.clone();
        altered[field] = value;
        keyfile::open(&altered.to_string(), PASSPHRASE).unwrap_err().code()
    };
    assert_eq!(alter("format", "honghei/key-file/v2".into()), "KEY_FILE_MALFORMED");
    assert_eq!(alter("derivation", "scrypt".into()), "KEY_FILE_MALFORMED");
    assert_eq!(alter("public_key", key(6).public().to_string().into()), "PASSPHRASE_WRONG");
    assert_eq!(alter("public_key", "sm2:00".into()), "KEY_FILE_MALFORMED");
    assert_eq!(alter("memory_kib", 72.into()), "PASSPHRASE_WRONG");
    assert_eq!(alter("passes", 2.into()), "PASSPHRASE_WRONG");
    assert_eq!(alter("salt", "AAAAAAAAAAAAAAAAAAAAAA==".into()), "PASSPHRASE_WRONG");
    assert_eq!(alter("salt", "AAAA".into()), "KEY_FILE_MALFORMED");
    assert_eq!(alter("sealed", "AAAA".into()), "PASSPHRASE_WRONG");
    assert_eq!(alter("sealed", "?".into()), "KEY_FILE_MALFORMED");
    assert_eq!(alter("lanes", 2.into()), "KEY_FILE_MALFORMED");
    assert_eq!(keyfile::open(&" ".repeat(9000), PASSPHRASE).unwrap_err().code(), "KEY_FILE_MALFORMED");
    assert_eq!(keyfile::open("", PASSPHRASE).unwrap_err().code(), "KEY_FILE_MALFORMED");
}

#[test]
fn a_box_opens_under_its_key_and_context_only() {
    let vault = VaultKey::generate(&mut rng());
    let sealed = vault.seal(&mut rng(), b"personal", b"case 17").unwrap();
    assert_eq!(vault.open(&sealed, b"case 17").unwrap().as_slice(), b"personal");
    assert_eq!(vault.open(&sealed, b"case 18").unwrap_err().code(), "SEAL_BROKEN");
    assert_eq!(VaultKey::new([1; 32]).open(&sealed, b"case 17").unwrap_err().code(), "SEAL_BROKEN");
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 0x80;
        assert_eq!(vault.open(&altered, b"case 17").unwrap_err().code(), "SEAL_BROKEN", "byte {at}");
        assert_eq!(vault.open(&sealed[..at], b"case 17").unwrap_err().code(), "SEAL_BROKEN", "length {at}");
    }
}

#[test]
fn equal_plaintexts_give_different_boxes() {
    let (vault, mut rng) = (VaultKey::new([1; 32]), rng());
    let first = vault.seal(&mut rng, b"personal", b"").unwrap();
    assert_ne!(first, vault.seal(&mut rng, b"personal", b"").unwrap());
    assert_eq!(first.len(), 1 + 12 + 8 + 16);
}

#[test]
fn a_box_has_a_bound_and_shows_nothing() {
    let vault = VaultKey::new([1; 32]);
    let large = vec![0; sealed_box::MAX_SEALED_BYTES + 1];
    assert_eq!(vault.seal(&mut rng(), &large, b"").unwrap_err().code(), "SEAL_TOO_LARGE");
    assert_eq!(format!("{vault:?}"), "VaultKey(..)");
    assert_eq!(vault.bytes(), &[1; 32]);
}

#[test]
fn a_commitment_depends_on_number_and_salt() {
    let commitment = person_commitment(&[1; 32], "a number");
    assert_eq!(commitment, person_commitment(&[1; 32], "a number"));
    assert_ne!(commitment, person_commitment(&[2; 32], "a number"));
    assert_ne!(commitment, person_commitment(&[1; 32], "another number"));
}

proptest! {
    #[test]
    fn hostile_boxes_and_key_files_are_answered_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,200}",
    ) {
        prop_assert!(VaultKey::new([1; 32]).open(&bytes, b"").is_err());
        prop_assert!(keyfile::open(&text, PASSPHRASE).is_err());
    }
}
