//! Signed notes, checkpoints and cosignatures: published examples, round trips, tampering, hostile texts.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use honghei_ledger::note::{TYPE_COSIGNATURE, TYPE_ED25519};
use honghei_ledger::{
    Algorithm, Checkpoint, Note, PublicKey, SecretKey, cosign, cosignature, key_hash, parse_verifier_key, sign_note,
    verifier_key, verify_cosignature, verify_note,
};
use proptest::prelude::*;

/// The example of the Go checksum database's note package, from which C2SP signed-note descends.
const NEUMANN_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NEUMANN_VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN_TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NEUMANN_LINE: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/// The example of C2SP tlog-cosignature (its keys are not published).
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

const ORIGIN: &str = "honghei.example/420802-commerce/1";
const COSIGNER: &str = "honghei.example/420800-credit";

fn key(byte: u8) -> SecretKey {
    SecretKey::from_seed(Algorithm::Ed25519, &[byte; 32])
}

fn neumann() -> SecretKey {
    let bytes = BASE64_STANDARD.decode(NEUMANN_SEED).unwrap();
    SecretKey::from_seed(Algorithm::Ed25519, bytes[1..].try_into().unwrap())
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: 412, root: [9; 32] }
}

#[test]
fn the_published_note_is_signed_and_verified_alike() {
    let published = format!("{NEUMANN_TEXT}\n{NEUMANN_LINE}");
    assert_eq!(sign_note(NEUMANN_TEXT, "PeterNeumann", &neumann()).unwrap(), published);
    let (name, public) = parse_verifier_key(NEUMANN_VERIFIER).unwrap();
    assert_eq!(verify_note(&published, &name, &public).unwrap(), NEUMANN_TEXT);
    assert_eq!(public, neumann().public());
    assert_eq!(verifier_key(&name, &public).unwrap(), NEUMANN_VERIFIER);
    assert_eq!(key_hash(&name, TYPE_ED25519, &public.bytes), 0xc74f_20a3);
}

#[test]
fn the_published_cosigned_checkpoint_is_read_as_it_was_written() {
    let note = Note::parse(SOFA).unwrap();
    assert_eq!(note.format(), SOFA);
    let checkpoint = Checkpoint::parse(&note.text).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.text(), note.text);
    assert_eq!(note.signatures[0].key_hash, 0x033d_e0ae);
    let witness = &note.signatures[1];
    assert_eq!((witness.name.as_str(), witness.key_hash), ("witness.example.com/w1", 0x8d66_cf3f));
    assert_eq!(witness.signature.len(), 72);
    assert_eq!(witness.signature[..8], 1_679_315_147_u64.to_be_bytes());
}

#[test]
fn a_verifier_key_with_another_hash_type_or_shape_is_refused() {
    let altered = [
        NEUMANN_VERIFIER.replace("c74f20a3", "c74f20a4"),
        NEUMANN_VERIFIER.replace("PeterNeumann", "PeterNeuman"),
        NEUMANN_VERIFIER.replace("+ARpc", "+AhpC"),
        NEUMANN_VERIFIER.replace('+', " "),
        NEUMANN_VERIFIER.to_owned() + "AAAA",
        "a+b".to_owned(),
    ];
    for text in altered {
        let code = parse_verifier_key(&text).unwrap_err().code();
        assert!(["KEY_MALFORMED", "KEY_NAME_MALFORMED"].contains(&code), "{text}");
    }
    let cosigner = cosignature::cosigner_verifier_key("witness", &key(1).public()).unwrap();
    assert_eq!(parse_verifier_key(&cosigner).unwrap_err().code(), "KEY_MALFORMED");
}

#[test]
fn signatures_by_unknown_keys_are_ignored_and_a_known_one_must_verify() {
    let signed = sign_note("text\n", "ours", &key(1)).unwrap();
    let other = sign_note("text\n", "theirs", &key(2)).unwrap();
    let line = other.lines().last().unwrap();
    let both = format!("{signed}{line}\n");
    assert_eq!(verify_note(&both, "ours", &key(1).public()).unwrap(), "text\n");
    assert_eq!(verify_note(&both, "theirs", &key(2).public()).unwrap(), "text\n");
    assert_eq!(verify_note(&both, "ours", &key(2).public()).unwrap_err().code(), "SIGNATURE_MISSING");
    assert_eq!(verify_note(&both, "others", &key(1).public()).unwrap_err().code(), "SIGNATURE_MISSING");

    let forged = sign_note("another text\n", "ours", &key(1)).unwrap();
    let forged_line = forged.lines().last().unwrap();
    let spoilt = format!("{signed}{forged_line}\n");
    assert_eq!(verify_note(&spoilt, "ours", &key(1).public()).unwrap_err().code(), "SIGNATURE_INVALID");
}

#[test]
fn texts_and_names_that_a_note_cannot_carry_are_not_signed() {
    for text in ["", "no newline", "tab\there\n", "carriage return\r\n", "nul\0\n"] {
        assert_eq!(sign_note(text, "ours", &key(1)).unwrap_err().code(), "NOTE_MALFORMED", "{text:?}");
    }
    for name in ["", "two words", "a+b", "ideographic\u{3000}space", "line\nfeed", &"n".repeat(256)] {
        assert_eq!(sign_note("text\n", name, &key(1)).unwrap_err().code(), "KEY_NAME_MALFORMED", "{name:?}");
        assert_eq!(verifier_key(name, &key(1).public()).unwrap_err().code(), "KEY_NAME_MALFORMED", "{name:?}");
    }
}

#[test]
fn a_note_may_hold_empty_lines_and_chinese_text() {
    let text = "红名单\n\n第二段\n";
    let signed = sign_note(text, "湖北/荆门", &key(1)).unwrap();
    assert_eq!(verify_note(&signed, "湖北/荆门", &key(1).public()).unwrap(), text);
}

#[test]
fn notes_out_of_shape_or_over_the_limits_are_refused() {
    let signed = sign_note("text\n", "ours", &key(1)).unwrap();
    let line = signed.lines().last().unwrap();
    let altered = [
        String::new(),
        "\n\n".to_owned(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        signed.trim_end().to_owned(),
        signed.replace('—', "-"),
        signed.replace("— ours ", "— ours"),
        signed.replace("— ours ", "— ours  "),
        signed.replace("text", "te\u{1}xt"),
        format!("{signed}\n"),
        format!("text\n\n{}\n", &line[..line.len() - 4]),
        "text\n\n— ours AAAA\n".to_owned(),
        "text\n\n— ours AAAAAA==\n".to_owned(),
        "text\n\n— ours AAAAAAB=\n".to_owned(),
        format!("text\n\n— ours {}\n", "A".repeat(9000)),
        format!("text\n\n{}", format!("{line}\n").repeat(257)),
        format!("{}{signed}", "long\n".repeat(30_000)),
    ];
    for note in altered {
        let code = verify_note(&note, "ours", &key(1).public()).unwrap_err().code();
        let refused = ["NOTE_MALFORMED", "SIGNATURE_INVALID", "KEY_NAME_MALFORMED"].contains(&code);
        assert!(refused, "{code}: {:?}", note.chars().take(90).collect::<String>());
    }
    let many = format!("text\n\n{}", format!("{line}\n").repeat(256));
    assert!(verify_note(&many, "ours", &key(1).public()).is_ok());
}

#[test]
fn a_checkpoint_is_signed_and_opened() {
    let note = checkpoint().sign(&key(1)).unwrap();
    assert!(
        note.starts_with("honghei.example/420802-commerce/1\n412\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n\n— ")
    );
    assert_eq!(Checkpoint::open(&note, ORIGIN, &key(1).public()).unwrap(), checkpoint());
    let missing = Checkpoint::open(&note, "honghei.example/other/1", &key(1).public()).unwrap_err();
    assert_eq!(missing.code(), "SIGNATURE_MISSING");
}

#[test]
fn a_checkpoint_for_another_log_is_not_taken_for_ours() {
    // The log's key signs, under the log's name, a text that names another log.
    let foreign = Checkpoint { origin: "honghei.example/other/1".to_owned(), ..checkpoint() };
    let note = sign_note(&foreign.text(), ORIGIN, &key(1)).unwrap();
    assert_eq!(Checkpoint::open(&note, ORIGIN, &key(1).public()).unwrap_err().code(), "CHECKPOINT_ORIGIN");
}

#[test]
fn texts_that_are_no_checkpoint_are_refused() {
    let text = checkpoint().text();
    let altered = [
        String::new(),
        text.trim_end().to_owned(),
        text.replace("412", "0412"),
        text.replace("412", "+412"),
        text.replace("412", "-1"),
        text.replace("412", ""),
        text.replace("412", "18446744073709551616"),
        text.replace("412", "18446744073709551615"),
        text.replace("CQk=", "CQl="),
        text.replace("CQk=", "CQkJCQk="),
        text.replace(ORIGIN, ""),
        text.replace("CQk=\n", "CQk=\nan extension line\n"),
        "origin\n412\n".to_owned(),
    ];
    for text in altered {
        let defect = Checkpoint::parse(&text).unwrap_err();
        assert!(["CHECKPOINT_MALFORMED", "KEY_NAME_MALFORMED"].contains(&defect.code()), "{text:?}");
    }
}

#[test]
fn a_cosignature_gives_its_time_and_binds_the_checkpoint() {
    let text = checkpoint().text();
    let line = cosign(&text, COSIGNER, &key(2), 1_795_000_000).unwrap();
    let public = key(2).public();
    assert!(line.starts_with("— honghei.example/420800-credit ") && line.ends_with('\n'));
    assert_eq!(verify_cosignature(&text, &line, COSIGNER, &public).unwrap(), 1_795_000_000);
    assert_eq!(verify_cosignature(&text, line.trim_end(), COSIGNER, &public).unwrap(), 1_795_000_000);

    let grown = Checkpoint { size: 413, ..checkpoint() }.text();
    assert_eq!(verify_cosignature(&grown, &line, COSIGNER, &public).unwrap_err().code(), "SIGNATURE_INVALID");
    assert_eq!(verify_cosignature(&text, &line, "other", &public).unwrap_err().code(), "SIGNATURE_MISSING");
    assert_eq!(verify_cosignature(&text, &line, COSIGNER, &key(1).public()).unwrap_err().code(), "SIGNATURE_MISSING");
}

#[test]
fn a_cosigned_note_still_opens_and_carries_the_cosignature() {
    let note = checkpoint().sign(&key(1)).unwrap();
    let line = cosign(&checkpoint().text(), COSIGNER, &key(2), 1_795_000_000).unwrap();
    let cosigned = format!("{note}{line}");
    assert_eq!(Checkpoint::open(&cosigned, ORIGIN, &key(1).public()).unwrap(), checkpoint());
    let parsed = Note::parse(&cosigned).unwrap();
    assert_eq!(parsed.signatures[1].line(), line);
    let expected = key_hash(COSIGNER, TYPE_COSIGNATURE, &key(2).public().bytes);
    assert_eq!(parsed.signatures[1].key_hash, expected);
    // A plain signature by the same key under the same name is no cosignature, and the other way round.
    let plain = sign_note(&checkpoint().text(), COSIGNER, &key(2)).unwrap();
    let plain = format!("{}\n", plain.lines().last().unwrap());
    let refused = verify_cosignature(&checkpoint().text(), &plain, COSIGNER, &key(2).public()).unwrap_err();
    assert_eq!(refused.code(), "SIGNATURE_MISSING");
    assert_eq!(verify_note(&cosigned, COSIGNER, &key(2).public()).unwrap_err().code(), "SIGNATURE_MISSING");
}

#[test]
fn what_cannot_be_cosigned_is_refused() {
    let text = checkpoint().text();
    assert_eq!(cosign("no checkpoint\n", COSIGNER, &key(2), 1).unwrap_err().code(), "CHECKPOINT_MALFORMED");
    assert_eq!(cosign(&text, "two words", &key(2), 1).unwrap_err().code(), "KEY_NAME_MALFORMED");
    assert_eq!(cosign(&text, COSIGNER, &key(2), u64::MAX).unwrap_err().code(), "COSIGNATURE_MALFORMED");
    assert!(cosign(&text, COSIGNER, &key(2), i64::MAX as u64).is_ok());
}

proptest! {
    #[test]
    fn any_byte_changed_in_a_signed_checkpoint_is_noticed(at in any::<prop::sample::Index>(), mask in 1..=255_u8) {
        let note = checkpoint().sign(&key(1)).unwrap();
        let mut bytes = note.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        if let Ok(altered) = String::from_utf8(bytes) {
            prop_assert!(Checkpoint::open(&altered, ORIGIN, &key(1).public()).is_err(), "byte {}", at);
        }
    }

    #[test]
    fn any_byte_changed_in_a_cosignature_is_noticed(at in any::<prop::sample::Index>(), mask in 1..=255_u8) {
        let text = checkpoint().text();
        let line = cosign(&text, COSIGNER, &key(2), 1_795_000_000).unwrap();
        let mut bytes = line.trim_end().to_owned().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        if let Ok(altered) = String::from_utf8(bytes) {
            prop_assert!(verify_cosignature(&text, &altered, COSIGNER, &key(2).public()).is_err(), "byte {}", at);
        }
    }

    #[test]
    fn hostile_texts_are_answered_without_panic(text in "(\\PC|\n|— |[0-9]|=){0,200}", name in "\\PC{0,9}") {
        let public = key(1).public();
        let _ = Note::parse(&text).map(|note| assert_eq!(note.format(), text));
        let _ = Checkpoint::parse(&text).map(|checkpoint| assert_eq!(checkpoint.text(), text));
        let _ = parse_verifier_key(&text);
        let _ = text.parse::<PublicKey>();
        prop_assert!(verify_note(&text, &name, &public).is_err());
        prop_assert!(verify_cosignature(&checkpoint().text(), &text, &name, &public).is_err());
    }
}
