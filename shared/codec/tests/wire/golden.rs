//! Bytes that must never change: logs hold them for ever, and their hashes are signed.

use honghei_codec::act;
use honghei_codec::entry::{encode_envelope, encode_header};
use honghei_codec::list::encode_entry;
use honghei_domain::act::Act;
use honghei_ledger::sha256;

use crate::samples;

#[test]
fn a_header_has_these_bytes() {
    let expected = concat!(
        "0a0f3432303830322d636f6d6d65726365", // origin
        "1001",                               // epoch
        "182a",                               // index
        "2080bcd9f29e34",                     // time_ms
        "2a0e6c6973742d636572746966696564",   // kind
        "321275702b3432303830342d636f6d6d65726365",
        "3807", // audience_number
        "42200303030303030303030303030303030303030303030303030303030303030303",
        "4a150a0f3432303830302d636f6d6d657263651001180c", // needs
        "4a130a0f3432303030302d636f6d6d657263651002",
        "52200101010101010101010101010101010101010101010101010101010101010101",
        "5a200202020202020202020202020202020202020202020202020202020202020202",
        "608020", // payload_length
    );
    assert_eq!(hex::encode(encode_header(&samples::header())), expected);
}

#[test]
fn an_envelope_has_these_bytes() {
    let expected = concat!(
        "0a200909090909090909090909090909090909090909090909090909090909090909",
        "1206616e20616374", // body
        "1a67",             // a signature
        "0a097a68616e672e776569",
        "120f3432303830322d636f6d6d65726365",
        "1a0765643235353139",
        "2240",
        "0505050505050505050505050505050505050505050505050505050505050505",
        "0505050505050505050505050505050505050505050505050505050505050505",
        "222a", // a chunk
        "0a200404040404040404040404040404040404040404040404040404040404040404",
        "10a0c21e",
        "1a027570",
        "222d", // another, with a priority
        "0a200606060606060606060606060606060606060606060606060606060606060606",
        "1001",
        "1a056c6f63616c",
        "200a",
    );
    assert_eq!(hex::encode(encode_envelope(&samples::envelope())), expected);
}

#[test]
fn an_act_and_a_list_entry_have_these_digests() {
    let mut certified = samples::acts().into_iter().find(|act| act.kind() == "list-certified").unwrap();
    if let Act::ListCertified { manifest, .. } = &mut certified {
        // Sealed numbers came to manifests later: a list without any keeps its bytes.
        manifest.persons.clear();
    }
    let digest = |bytes: &[u8]| hex::encode(sha256(bytes));
    assert_eq!(
        digest(&act::encode_body(&samples::body(certified))),
        "3fb066785b731e5b2ccbafd7a9379d83233b4727c947adfc9bb31307e230f5b9"
    );
    assert_eq!(
        digest(&encode_entry(&samples::entries()[0])),
        "33b9a3753cd53074326640e75f479781305035dcb021250dc6230d7bdf6bbdf7"
    );
}
