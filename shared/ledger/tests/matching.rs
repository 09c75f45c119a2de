//! Sealed ID numbers: opened by one key only, beside one commitment only.

use honghei_ledger::{MatchingKey, SealingKey, person_commitment};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const SALTS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

fn sealed(key: &SealingKey, salt: &[u8; 32], number: &str) -> ([u8; 32], Vec<u8>) {
    let mut rng = ChaCha20Rng::seed_from_u64(u64::from(salt[0]));
    let commitment = person_commitment(salt, number);
    (commitment, key.seal(&mut rng, &commitment, salt, number).unwrap())
}

#[test]
fn one_number_has_one_hash_under_every_salt_and_another_number_another() {
    let key = MatchingKey::new([7; 32]);
    let public = SealingKey::parse(&key.public().to_string()).unwrap();
    let [first, again] = SALTS.map(|salt| sealed(&public, &salt, "a number"));
    assert_ne!(first, again);
    let hash = key.keyed_hash(&first.0, &first.1).unwrap();
    assert_eq!(key.keyed_hash(&again.0, &again.1).unwrap(), hash);
    let (commitment, other) = sealed(&public, &SALTS[0], "another number");
    assert_ne!(key.keyed_hash(&commitment, &other).unwrap(), hash);
    assert_eq!(MatchingKey::new(*key.secret()).keyed_hash(&first.0, &first.1).unwrap(), hash);
}

#[test]
fn a_sealed_number_opens_under_no_other_key_or_commitment_and_not_altered() {
    let key = MatchingKey::new([7; 32]);
    let (commitment, good) = sealed(&key.public(), &SALTS[0], "a number");
    let (foreign, _) = sealed(&key.public(), &SALTS[1], "a number");
    assert_eq!(key.keyed_hash(&foreign, &good).unwrap_err().code(), "SEAL_BROKEN");
    assert!(MatchingKey::new([8; 32]).keyed_hash(&commitment, &good).is_err());
    for at in 0..good.len() {
        let mut altered = good.clone();
        altered[at] ^= 1;
        assert!(key.keyed_hash(&commitment, &altered).is_err(), "byte {at}");
    }
    for length in [0, 31, 32, good.len() - 1] {
        assert!(key.keyed_hash(&commitment, &good[..length]).is_err());
    }
    // A number other than the one committed to, sealed by somebody who lies.
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let lie = key.public().seal(&mut rng, &commitment, &SALTS[0], "another number").unwrap();
    assert_eq!(key.keyed_hash(&commitment, &lie).unwrap_err().code(), "SEAL_BROKEN");
}

#[test]
fn a_matching_key_is_read_in_one_form_and_shows_nothing_of_itself() {
    for text in ["", "AAAA", "not base64!", &"A".repeat(48)] {
        assert_eq!(SealingKey::parse(text).unwrap_err().code(), "KEY_MALFORMED", "{text}");
    }
    assert_eq!(format!("{:?}", MatchingKey::new([7; 32])), "MatchingKey(..)");
}
