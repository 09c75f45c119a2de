//! Signing keys: known answers of RFC 8032 and RFC 8410, strictness, and that secrets do not show.

use crate::support::{key, rng};
use honghei_ledger::{Algorithm, PublicKey, SecretKey, sha256_parts};

/// RFC 8032, 7.1: `(seed, public key, message, signature)`.
const RFC_8032: [(&str, &str, &str, &str); 3] = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

/// RFC 8410, 10.3 and 10.1.
const RFC_8410_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    -----END PRIVATE KEY-----\n";
const RFC_8410_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    -----END PUBLIC KEY-----\n";

#[test]
fn signatures_are_those_of_rfc_8032() {
    for (seed, public, message, signature) in RFC_8032 {
        let secret = SecretKey::from_seed(Algorithm::Ed25519, &hex::decode(seed).unwrap().try_into().unwrap());
        let (message, signature) = (hex::decode(message).unwrap(), hex::decode(signature).unwrap());
        assert_eq!(hex::encode(secret.public().bytes), public);
        assert_eq!(secret.sign(&message), signature);
        assert!(secret.public().verify(&message, &signature));
    }
}

#[test]
fn pem_is_that_of_rfc_8410() {
    let secret = SecretKey::from_pkcs8_pem(RFC_8410_PRIVATE).unwrap();
    assert_eq!(secret.to_pkcs8_pem().unwrap().as_str(), RFC_8410_PRIVATE);
    assert_eq!(secret.public().to_pem().unwrap(), RFC_8410_PUBLIC);
}

#[test]
fn a_text_that_is_no_private_key_is_refused() {
    for text in ["", RFC_8410_PUBLIC, &RFC_8410_PRIVATE.replace("MC4", "MC5"), &"-".repeat(5000)] {
        assert_eq!(SecretKey::from_pkcs8_pem(text).unwrap_err().code(), "KEY_MALFORMED");
    }
}

#[test]
fn a_changed_message_or_signature_does_not_verify() {
    let secret = key(1);
    let (public, signature) = (secret.public(), secret.sign(b"message"));
    assert!(public.verify(b"message", &signature));
    assert!(!public.verify(b"massage", &signature));
    assert!(!key(2).public().verify(b"message", &signature));
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        assert!(!public.verify(b"message", &changed), "byte {at}");
    }
    assert!(!public.verify(b"message", &signature[..63]));
    assert!(!public.verify(b"message", &[&signature[..], &[0]].concat()));
}

#[test]
fn weak_points_and_wrong_lengths_are_no_keys() {
    // The identity has order one: a signature that verifies for every message is easily made for it.
    let mut identity = [0_u8; 32];
    identity[0] = 1;
    for bytes in [&identity[..], &[0; 32], &[2; 31], &[]] {
        assert_eq!(PublicKey::new(Algorithm::Ed25519, bytes).unwrap_err().code(), "KEY_MALFORMED");
        let raw = PublicKey { algorithm: Algorithm::Ed25519, bytes: bytes.to_vec() };
        let mut forged = identity.to_vec();
        forged.extend([0; 32]);
        assert!(!raw.verify(b"anything", &forged));
        assert_eq!(raw.to_pem().unwrap_err().code(), "KEY_MALFORMED");
    }
}

#[test]
fn a_public_key_travels_as_text() {
    let public = key(3).public();
    let text = public.to_string();
    assert!(text.starts_with("ed25519:"));
    assert_eq!(text.parse::<PublicKey>().unwrap(), public);
    let json = serde_json::to_string(&public).unwrap();
    assert_eq!(serde_json::from_str::<PublicKey>(&json).unwrap(), public);
    assert_eq!("sm2:00".parse::<PublicKey>().unwrap_err().code(), "ALGORITHM_UNKNOWN");
    for text in ["", "ed25519", "ed25519:", "ed25519:zz", &format!("{text}00")] {
        assert_eq!(text.parse::<PublicKey>().unwrap_err().code(), "KEY_MALFORMED", "{text}");
    }
}

#[test]
fn an_algorithm_has_one_name() {
    assert_eq!(Algorithm::from_name(Algorithm::Ed25519.name()).unwrap(), Algorithm::Ed25519);
    assert_eq!(Algorithm::from_name("Ed25519").unwrap_err().code(), "ALGORITHM_UNKNOWN");
}

#[test]
fn a_keys_digest_covers_its_algorithm_and_bytes() {
    let public = key(3).public();
    assert_eq!(public.digest(), sha256_parts(&[b"honghei/public-key/v1\ned25519\n", &public.bytes]));
    assert_ne!(public.digest(), key(4).public().digest());
}

#[test]
fn a_secret_key_does_not_show_in_debug_output() {
    let secret = SecretKey::generate(&mut rng());
    let shown = format!("{secret:?}");
    let pem = secret.to_pkcs8_pem().unwrap();
    let private = pem.lines().nth(1).unwrap();
    assert!(shown.contains(&secret.public().to_string()));
    assert!(!shown.contains(private));
    assert_eq!(shown, format!("SecretKey(of {})", secret.public()));
}

#[test]
fn a_generator_behind_a_pointer_serves_too() {
    let mut own = rng();
    let dynamic: &mut dyn rand_core::CryptoRng = &mut own;
    assert_eq!(SecretKey::generate(dynamic).public(), SecretKey::generate(&mut rng()).public());
}
