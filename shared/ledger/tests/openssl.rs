//! OpenSSL, not our own code, verifies what our keys sign, and reads our keys.
//!
//! Where the `openssl` program is absent, each test says so on standard error and checks nothing.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use honghei_ledger::{Algorithm, Checkpoint, Note, SecretKey, cosign};
use tempfile::TempDir;

fn openssl(directory: &Path, arguments: &[&str]) -> Option<Output> {
    match Command::new("openssl").args(arguments).current_dir(directory).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("not checked: the openssl program does not run here ({error})");
            None
        }
    }
}

/// Whether OpenSSL takes the signature over the message for that of the key in `key.pem`.
fn verified(directory: &Path, message: &[u8], signature: &[u8]) -> Option<bool> {
    std::fs::write(directory.join("message"), message).unwrap();
    std::fs::write(directory.join("signature"), signature).unwrap();
    let arguments =
        ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "message", "-sigfile", "signature"];
    openssl(directory, &arguments).map(|output| output.status.success())
}

fn key() -> SecretKey {
    SecretKey::from_seed(Algorithm::Ed25519, &[11; 32])
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: "honghei.example/420802-commerce/1".to_owned(), size: 412, root: [9; 32] }
}

#[test]
fn openssl_verifies_the_signature_of_a_checkpoint() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("key.pem"), key().public().to_pem().unwrap()).unwrap();
    // The signature is taken out of the note as a stranger would: base64, without the four bytes of key hash.
    let signed = checkpoint().sign(&key()).unwrap();
    let (text, line) = signed.split_once("\n\n").unwrap();
    let text = format!("{text}\n");
    let bytes = BASE64_STANDARD.decode(line.trim_end().rsplit(' ').next().unwrap()).unwrap();
    let Some(accepted) = verified(directory.path(), text.as_bytes(), &bytes[4..]) else { return };
    assert!(accepted);
    let altered = text.replace("412", "413");
    assert_eq!(verified(directory.path(), altered.as_bytes(), &bytes[4..]), Some(false));
}

#[test]
fn openssl_verifies_a_cosignature() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("key.pem"), key().public().to_pem().unwrap()).unwrap();
    let text = checkpoint().text();
    let line = cosign(&text, "witness", &key(), 1_795_000_000).unwrap();
    let note = Note::parse(&format!("{text}\n{line}")).unwrap();
    let signature = &note.signatures[0].signature[8..];
    let message = format!("cosignature/v1\ntime 1795000000\n{text}");
    let Some(accepted) = verified(directory.path(), message.as_bytes(), signature) else { return };
    assert!(accepted);
    let later = message.replace("1795000000", "1795000001");
    assert_eq!(verified(directory.path(), later.as_bytes(), signature), Some(false));
}

#[test]
fn openssl_reads_our_private_keys_and_we_read_its() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("ours.pem"), key().to_pkcs8_pem().unwrap().as_str()).unwrap();
    let Some(output) = openssl(directory.path(), &["pkey", "-in", "ours.pem", "-pubout"]) else { return };
    assert_eq!(String::from_utf8(output.stdout).unwrap(), key().public().to_pem().unwrap());

    let Some(output) = openssl(directory.path(), &["genpkey", "-algorithm", "ed25519"]) else { return };
    let theirs = String::from_utf8(output.stdout).unwrap();
    assert_eq!(SecretKey::from_pkcs8_pem(&theirs).unwrap().to_pkcs8_pem().unwrap().as_str(), theirs);
}
