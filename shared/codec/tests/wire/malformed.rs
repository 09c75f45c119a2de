//! Malformed messages: the defect names the field by its path.

use honghei_codec::{MAX_ENTRY_BYTES, act, directory, entry, list};
use honghei_domain::act::Act;
use honghei_proto::act::v1 as act_wire;
use honghei_proto::act::v1::act_body::Act as Wire;
use honghei_proto::directory::v1 as directory_wire;
use honghei_proto::ledger::v1 as ledger_wire;
use honghei_proto::list::v1 as list_wire;
use prost::Message;

use crate::samples;

/// Breaks a genuine message and expects `path: problem` from its reader.
macro_rules! broken {
    ($reader:path, $bytes:expr, $wire:ty, |$message:ident| $change:expr, $expected:expr) => {{
        let mut $message = <$wire>::decode($bytes.as_slice()).unwrap();
        $change;
        assert_eq!($reader(&$message.encode_to_vec()).unwrap_err().to_string(), $expected);
    }};
}

#[test]
fn a_malformed_header_names_its_field() {
    macro_rules! header {
        (|$message:ident| $change:expr, $expected:expr) => {
            broken!(
                entry::decode_header,
                entry::encode_header(&samples::header()),
                ledger_wire::EntryHeader,
                |$message| $change,
                $expected
            )
        };
    }
    header!(
        |m| m.origin = "420802".into(),
        "header.origin: expected a node such as 420802-commerce, got 6 bytes that name none"
    );
    header!(|m| m.epoch = 0, "header.epoch: expected a number from 1 on, got 0");
    header!(|m| m.kind.clear(), "header.kind: expected 1 to 64 visible ASCII characters, got 0 bytes");
    header!(
        |m| m.audience = "up+420804-commerce+420802-commerce".into(),
        "header.audience: expected local, up, down or all, then +node for each further reader in ascending order"
    );
    header!(|m| m.audience_number = 0, "header.audience_number: expected a number from 1 on, got 0");
    header!(|m| m.audience_previous.clear(), "header.audience_previous: expected 32 bytes, got 0");
    header!(|m| m.needs[1].epoch = 0, "header.needs[1].epoch: expected a number from 1 on, got 0");
    header!(|m| m.salt.push(0), "header.salt: expected 32 bytes, got 33");
    header!(|m| m.payload_digest.truncate(31), "header.payload_digest: expected 32 bytes, got 31");
    header!(
        |m| m.payload_length = u64::MAX,
        "header.payload_length: expected at most 4194304 bytes, got 18446744073709551615"
    );
}

#[test]
fn a_malformed_envelope_names_its_field() {
    macro_rules! envelope {
        (|$message:ident| $change:expr, $expected:expr) => {
            broken!(
                entry::decode_envelope,
                entry::encode_envelope(&samples::envelope()),
                ledger_wire::PayloadEnvelope,
                |$message| $change,
                $expected
            )
        };
    }
    envelope!(|m| m.salt.clear(), "envelope.salt: expected 32 bytes, got 0");
    envelope!(
        |m| m.signatures[0].officer = "张伟".into(),
        "envelope.signatures[0].officer: expected 1 to 64 visible ASCII characters, got 6 bytes"
    );
    envelope!(|m| m.chunks[1].digest.truncate(31), "envelope.chunks[1].digest: expected 32 bytes, got 31");
    envelope!(
        |m| m.chunks[1].length = 1 << 40,
        "envelope.chunks[1].length: expected at most 16777216 bytes, got 1099511627776"
    );
}

#[test]
fn a_malformed_list_entry_names_its_field() {
    macro_rules! entry {
        (|$message:ident| $change:expr, $expected:expr) => {
            broken!(
                list::decode_entry,
                list::encode_entry(&samples::entries()[0]),
                list_wire::ListEntry,
                |$message| $change,
                $expected
            )
        };
    }
    entry!(|m| m.case_id = None, "entry.case_id: missing");
    entry!(|m| m.case_id.as_mut().unwrap().number = 0, "entry.case_id.number: expected a number from 1 on, got 0");
    entry!(|m| m.kind = 0, "entry.kind: unspecified");
    entry!(|m| m.kind = 9, "entry.kind: unknown number 9");
    entry!(
        |m| m.department = "商务".into(),
        "entry.department: expected 1 to 64 visible ASCII characters, got 6 bytes"
    );
    entry!(|m| m.subject.as_mut().unwrap().form = -1, "entry.subject.form: unknown number -1");
    entry!(
        |m| m.subject.as_mut().unwrap().person_commitment = Some(vec![1]),
        "entry.subject.person_commitment: expected 32 bytes, got 1"
    );
    entry!(|m| m.criteria[1].clear(), "entry.criteria[1]: expected 1 to 64 visible ASCII characters, got 0 bytes");
    entry!(|m| m.document.as_mut().unwrap().effective_on = None, "entry.document.effective_on: missing");
    entry!(|m| m.repairability.as_mut().unwrap().outcome = None, "entry.repairability.outcome: missing");
    entry!(
        |m| m.valid_to = Some(i32::MAX),
        "entry.valid_to: expected days since 1970-01-01 within the calendar, got 2147483647"
    );
    entry!(|m| m.procedure = None, "entry.procedure: missing");
    entry!(
        |m| m.procedure.as_mut().unwrap().statements[0].received_on = None,
        "entry.procedure.statements[0].received_on: missing"
    );
    entry!(|m| m.attachments[0].parts[1].clear(), "entry.attachments[0].parts[1]: expected 32 bytes, got 0");
}

#[test]
fn a_code_that_is_none_is_refused_without_being_quoted() {
    let mut entry = list_wire::ListEntry::decode(list::encode_entry(&samples::entries()[0]).as_slice()).unwrap();
    let subject = entry.subject.as_mut().unwrap();
    subject.uscc = Some("somebody's secret".into());
    let defect = list::decode_entry(&entry.encode_to_vec()).unwrap_err();
    assert_eq!(defect.path(), "entry.subject.uscc");
    assert!(!format!("{defect} {defect:?}").contains("secret"));
}

#[test]
fn a_field_of_another_type_or_sent_twice_is_refused() {
    let genuine = list::encode_entry(&samples::entries()[0]);
    let refused = |tail: &[u8]| {
        let bytes = [genuine.as_slice(), tail].concat();
        list::decode_entry(&bytes).unwrap_err().to_string()
    };
    assert_eq!(refused(&[0x32, 1, b'!', 0x30, 1]), "entry.criteria[3]: expected bytes, got a number");
    assert_eq!(refused(&[0x10, 2]), "entry: expected field 2 once, got it twice");
    assert_eq!(refused(&[0x7a, 9]), "entry: expected 9 bytes of field 15, got 0");
    assert_eq!(refused(&[0x32, 1, 0xff]), "entry.criteria[2]: expected UTF-8");
}

#[test]
fn a_message_beyond_its_limit_is_refused_unread() {
    let defect = list::decode_entry(&vec![0; MAX_ENTRY_BYTES + 1]).unwrap_err();
    assert_eq!(defect.to_string(), "entry: expected at most 65536 bytes, got 65537");
}

#[test]
fn a_malformed_act_names_its_field() {
    let bytes = |kind: &str| {
        let act = samples::acts().into_iter().find(|act| act.kind() == kind).unwrap();
        act::encode_body(&samples::body(act))
    };
    macro_rules! act {
        ($kind:literal, |$message:ident| $change:expr, $expected:expr) => {
            broken!(act::decode_body, bytes($kind), act_wire::ActBody, |$message| $change, $expected)
        };
    }
    macro_rules! inside {
        ($kind:literal, $variant:path, |$act:ident| $change:expr, $expected:expr) => {
            act!(
                $kind,
                |m| if let Some($variant($act)) = &mut m.act {
                    $change
                },
                $expected
            )
        };
    }
    act!("founded", |m| m.done_on = None, "act.done_on: missing");
    act!("founded", |m| m.act = None, "act: expected an act that this program knows");
    inside!(
        "feed-imported",
        Wire::FeedImported,
        |a| a.gone = None,
        "act.feed_imported.revoked: expected cases that leave"
    );
    inside!(
        "founded",
        Wire::Founded,
        |a| a.federation = "Hubei/1".into(),
        "act.founded.federation: expected 1 to 64 of a to z, 0 to 9 and -, got 7 bytes"
    );
    inside!("founded", Wire::Founded, |a| a.clock_class = 3, "act.founded.clock_class: unknown number 3");
    inside!(
        "officer-appointed",
        Wire::OfficerAppointed,
        |a| a.officer.as_mut().unwrap().roles[2] = 99,
        "act.officer_appointed.officer.roles[2]: unknown number 99"
    );
    inside!(
        "notice-served",
        Wire::NoticeServed,
        |a| a.cases.as_mut().unwrap().ranges[1].first = 5,
        "act.notice_served.cases.ranges[1]: expected a range above 5, got 5 to 9"
    );
    inside!(
        "notice-served",
        Wire::NoticeServed,
        |a| a.cases.as_mut().unwrap().ranges[1].last = u64::MAX,
        "act.notice_served.cases.ranges: expected at most 67108864 cases, got 18446744073709551612"
    );
    inside!("publicity-opened", Wire::PublicityOpened, |a| a.of = None, "act.publicity_opened.of: missing");
    inside!(
        "list-certified",
        Wire::ListCertified,
        |a| a.manifest.as_mut().unwrap().chunks[1].digest.truncate(31),
        "act.list_certified.manifest.chunks[1].digest: expected 32 bytes, got 31"
    );
    inside!(
        "list-certified",
        Wire::ListCertified,
        |a| a.manifest.as_mut().unwrap().chunks[1].last_case = 3,
        "act.list_certified.manifest.chunks[1].last_case: expected at least first_case 1025, got 3"
    );
    inside!(
        "list-certified",
        Wire::ListCertified,
        |a| a.manifest.as_mut().unwrap().count = 1499,
        "act.list_certified.manifest.count: expected the chunks' 1500, got 1499"
    );
    inside!(
        "list-certified",
        Wire::ListCertified,
        |a| a.manifest.as_mut().unwrap().root[0] ^= 1,
        "act.list_certified.manifest.root: expected the root that follows from the chunks' roots"
    );
    inside!(
        "act-interpreted",
        Wire::ActInterpreted,
        |a| a.rows[0].code = "no code".into(),
        "act.act_interpreted.rows[0].code: expected 1 to 64 visible ASCII characters, got 7 bytes"
    );
    inside!("act-interpreted", Wire::ActInterpreted, |a| a.outcome = None, "act.act_interpreted.outcome: missing");
    inside!(
        "list-reviewed",
        Wire::ListReviewed,
        |a| a.exceptions[1].decision = None,
        "act.list_reviewed.exceptions[1].decision: missing"
    );
    inside!(
        "result-published",
        Wire::ResultPublished,
        |a| a.details[0].recogniser.clear(),
        "act.result_published.details[0].recogniser: expected a node such as 420802-commerce, got 0 bytes that name none"
    );
}

#[test]
fn a_chunk_in_the_middle_of_a_list_is_full() {
    let act = samples::acts().into_iter().find(|act| matches!(act, Act::ListCertified { .. })).unwrap();
    let mut body = act_wire::ActBody::decode(act::encode_body(&samples::body(act)).as_slice()).unwrap();
    if let Some(Wire::ListCertified(act)) = &mut body.act {
        act.manifest.as_mut().unwrap().chunks[0].count = 1023;
    }
    let defect = act::decode_body(&body.encode_to_vec()).unwrap_err();
    assert_eq!(defect.path(), "act.list_certified.manifest.chunks");
}

#[test]
fn a_malformed_directory_names_its_field() {
    macro_rules! directory {
        (|$message:ident| $change:expr, $expected:expr) => {
            broken!(
                directory::decode_directory,
                directory::encode_directory(&samples::directory()),
                directory_wire::Directory,
                |$message| $change,
                $expected
            )
        };
    }
    directory!(|m| m.version = 0, "directory.version: expected a number from 1 on, got 0");
    directory!(|m| m.nodes[2].tier = 4, "directory.nodes[2].tier: unknown number 4");
    directory!(|m| m.nodes[1].log_keys[0].key = None, "directory.nodes[1].log_keys[0].key: missing");
    directory!(
        |m| m.nodes[1].parent = Some("x".into()),
        "directory.nodes[1].parent: expected a node such as 420802-commerce, got 1 bytes that name none"
    );
    directory!(|m| m.documents[0].name.clear(), "directory.documents[0].name: expected a text, got none");
}
