//! What is written is read back the same.

use std::collections::BTreeSet;

use honghei_codec::directory::{
    Invitation, SignedDirectory, SignedInvitation, Token, decode_directory, decode_invitation, decode_signed_directory,
    decode_signed_invitation, encode_directory, encode_invitation, encode_signed_directory, encode_signed_invitation,
};
use honghei_codec::entry::{decode_envelope, decode_header, encode_envelope, encode_header};
use honghei_codec::list::{decode_entry, decode_event, encode_entry, encode_event};
use honghei_codec::{act, entry};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{Attestation, CaseId, Department, ListEntry};
use honghei_domain::node::{ClockClass, EntryRef, LogId, Need, NodeId, Tier};
use proptest::prelude::*;
use prost::Message;

use crate::samples;

#[test]
fn every_act_comes_back_as_it_was() {
    for act in samples::acts() {
        let body = samples::body(act);
        assert_eq!(act::decode_body(&act::encode_body(&body)).unwrap(), body);
    }
}

#[test]
fn every_act_of_the_contract_has_a_sample() {
    // `write_act` maps every act of the domain to one of these, or does not compile.
    let set = prost_types::FileDescriptorSet::decode(honghei_proto::FILE_DESCRIPTOR_SET).unwrap();
    let named = |name: &str| {
        let message = set.file.iter().flat_map(|file| &file.message_type).find(|message| message.name() == name);
        let fields = message.unwrap().field.iter();
        let chosen = fields.filter(|field| field.oneof_index == Some(0) && !field.proto3_optional());
        chosen.map(|field| field.name().replace('_', "-")).collect::<BTreeSet<String>>()
    };
    // Acts on listed entries and bulletins are a choice within the choice.
    let mut contract = named("ActBody");
    for (choice, within) in [("listing", "ListingAct"), ("bulletin", "BulletinAct")] {
        assert!(contract.remove(choice));
        contract.extend(named(within));
    }
    let sampled: BTreeSet<String> = samples::acts().iter().map(|act| act.kind().to_owned()).collect();
    assert_eq!(sampled, contract);
}

#[test]
fn every_list_entry_comes_back_as_it_was() {
    for entry in samples::entries() {
        assert_eq!(decode_entry(&encode_entry(&entry)).unwrap(), entry);
    }
}

/// the counted events travel with their entry.
#[test]
fn behaviour_events_come_back_as_they_were_alone_and_as_evidence() {
    for event in samples::events() {
        assert_eq!(decode_event(&encode_event(&event)).unwrap(), event);
    }
    for mut entry in samples::entries() {
        entry.procedure.evidence = samples::events();
        assert_eq!(decode_entry(&encode_entry(&entry)).unwrap(), entry);
    }
    let mut unknown = encode_event(&samples::events()[1]);
    let at = unknown.windows(16).position(|window| window == b"inspection_clean").unwrap();
    unknown[at] = b'x';
    assert!(decode_event(&unknown).unwrap_err().to_string().contains("event.nature"));
}

/// a directory of before policies had versions reads as it did, and writes the same bytes.
#[test]
fn a_document_without_a_version_costs_no_byte() {
    let mut directory = samples::directory();
    let before = encode_directory(&directory);
    directory.documents[0].version = 2;
    let after = encode_directory(&directory);
    assert_eq!(after.len(), before.len() + 2);
    assert_eq!(decode_directory(&after).unwrap(), directory);
    assert_eq!(decode_directory(&before).unwrap().documents[0].version, 0);
}

#[test]
fn a_directory_and_its_signature_come_back_as_they_were() {
    let directory = samples::directory();
    let document = encode_directory(&directory);
    assert_eq!(decode_directory(&document).unwrap(), directory);
    let signed = SignedDirectory { document, key: samples::key(), signature: vec![1; 64] };
    assert_eq!(decode_signed_directory(&encode_signed_directory(&signed)).unwrap(), signed);
}

#[test]
fn an_invitation_comes_back_as_it_was_and_never_shows_its_token() {
    let invitation = Invitation {
        federation: "hubei".into(),
        clock_class: ClockClass::Simulated,
        node: samples::node("420802-commerce"),
        name: "区商务局".into(),
        tier: Tier::County,
        departments: vec![Department("commerce".into())],
        parent: samples::node("420800-commerce"),
        parent_address: "127.0.0.1:7443".into(),
        root_key: samples::key(),
        ca_certificate: "-----BEGIN CERTIFICATE-----".into(),
        token: Token([0xab; 32]),
        expires_on: samples::day("2026-12-01"),
    };
    let document = encode_invitation(&invitation);
    assert_eq!(decode_invitation(&document).unwrap(), invitation);
    let signed = SignedInvitation { document, signature: vec![1; 64] };
    assert_eq!(decode_signed_invitation(&encode_signed_invitation(&signed)).unwrap(), signed);
    let shown = format!("{invitation:?} {signed:?}");
    assert!(!shown.contains("171") && !shown.to_lowercase().contains("abab"), "{shown}");
}

#[test]
fn a_field_of_a_newer_program_is_passed_over() {
    let header = samples::header();
    let mut bytes = encode_header(&header);
    bytes.extend_from_slice(&[0xfa, 0x3e, 3, 1, 2, 3]);
    assert_eq!(decode_header(&bytes).unwrap(), header);
}

fn nodes() -> impl Strategy<Value = NodeId> {
    "[0-9]{6}-[a-z0-9]{1,20}".prop_map(|text| text.parse().unwrap())
}

fn audiences() -> impl Strategy<Value = Audience> {
    let scope = prop_oneof![Just(Scope::Local), Just(Scope::Up), Just(Scope::Down), Just(Scope::All)];
    (scope, prop::collection::btree_set(nodes(), 0..4)).prop_map(|(scope, nodes)| Audience { scope, nodes })
}

fn logs() -> impl Strategy<Value = LogId> {
    (nodes(), 1_u32..).prop_map(|(node, epoch)| LogId { node, epoch })
}

prop_compose! {
    fn headers()(
        log in logs(),
        index: u64,
        time_ms: i64,
        kind in "[a-z-]{1,30}",
        audience in audiences(),
        audience_number in 1_u64..,
        needs in prop::collection::vec((logs(), any::<u64>()).prop_map(|(log, size)| Need { log, size }), 0..5),
        hashes: [[u8; 32]; 3],
        payload_length in 0..=honghei_codec::MAX_ENVELOPE as u64,
    ) -> entry::Header {
        let [audience_previous, salt, payload_digest] = hashes;
        let at = EntryRef { log, index };
        entry::Header {
            at, time_ms, kind, audience, audience_number, audience_previous, needs, salt, payload_digest,
            payload_length,
        }
    }
}

fn attested(code: &str, text: &str) -> Attestation {
    Attestation { code: code.to_owned(), text: text.to_owned() }
}

prop_compose! {
    fn list_entries()(
        which in 0..4_usize,
        origin in nodes(),
        number in 1_u64..,
        texts in prop::collection::vec(any::<String>(), 6),
        days in prop::collection::vec(prop::option::of(-200_000..200_000_i32), 3),
        commitment: Option<[u8; 32]>,
    ) -> ListEntry {
        let mut entry = samples::entries().swap_remove(which);
        let day = |at: usize| days[at].and_then(chrono::NaiveDate::from_epoch_days);
        entry.case = CaseId { origin, number };
        entry.facts = texts[0].clone();
        entry.subject.name = texts[1].clone();
        entry.subject.address = Some(texts[2].clone());
        entry.subject.class = texts[3].clone();
        entry.recognising_organ = texts[4].clone();
        entry.territorial_override = (!texts[5].is_empty()).then(|| texts[5].clone());
        (entry.recognised_on, entry.valid_from, entry.valid_to) = (day(0), day(1), day(2));
        entry.subject.person_commitment = commitment;
        entry.attestations = ["facts-clear", "grave"].map(|code| attested(code, &texts[0])).to_vec();
        entry
    }
}

proptest! {
    #[test]
    fn any_header_comes_back_as_it_was(header in headers()) {
        prop_assert_eq!(decode_header(&encode_header(&header)).unwrap(), header);
    }

    #[test]
    fn any_list_entry_comes_back_as_it_was(entry in list_entries()) {
        prop_assert_eq!(decode_entry(&encode_entry(&entry)).unwrap(), entry);
    }

    #[test]
    fn any_envelope_comes_back_as_it_was(
        body: Vec<u8>, salt: [u8; 32], audience in audiences(), signature: Vec<u8>, priority: u32,
        length in 0..=honghei_codec::MAX_CHUNK as u64,
    ) {
        let mut envelope = samples::envelope();
        envelope.body = body;
        envelope.salt = salt;
        envelope.signatures[0].signature = signature;
        envelope.chunks[0] = entry::ChunkDue { digest: salt, length, audience, priority };
        prop_assert_eq!(decode_envelope(&encode_envelope(&envelope)).unwrap(), envelope);
    }
}

#[test]
fn a_flagged_code_and_the_organisation_code_within_come_back_as_they_were() {
    let mut entry = samples::entries().remove(0);
    // The last character of the organisation code is wrong, the check digit of the whole is right.
    let flagged = ('0'..='9').find_map(|last| {
        let reading = Uscc::parse(&format!("91420802MA0000010{last}")).ok()?;
        (!reading.flags.is_empty()).then_some(reading.code)
    });
    let flagged = flagged.expect("one of ten check digits holds");
    entry.subject.organisation_code = Some(flagged.organisation_code());
    entry.subject.uscc = Some(flagged);
    assert_eq!(decode_entry(&encode_entry(&entry)).unwrap(), entry);
}
