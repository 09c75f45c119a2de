//! What an officer signs is one text for one statement.

use honghei_ledger::Statement;

fn statement() -> Statement<'static> {
    Statement {
        purpose: "list_certified",
        federation: "演练",
        origin: "420802-commerce",
        body_digest: [7; 32],
        policy: "jingmen/2",
        directory_version: 12,
    }
}

#[test]
fn the_bytes_are_the_pinned_ones() {
    let expected = "honghei/statement/v1\n\
        purpose 14 list_certified\n\
        federation 6 演练\n\
        origin 15 420802-commerce\n\
        body-sha256 0707070707070707070707070707070707070707070707070707070707070707\n\
        policy 9 jingmen/2\n\
        directory-version 12\n";
    assert_eq!(String::from_utf8(statement().bytes()).unwrap(), expected);
}

#[test]
fn every_field_changes_the_bytes() {
    let base = statement().bytes();
    let others = [
        Statement { purpose: "session", ..statement() },
        Statement { federation: "", ..statement() },
        Statement { origin: "420803-commerce", ..statement() },
        Statement { body_digest: [8; 32], ..statement() },
        Statement { policy: "jingmen/3", ..statement() },
        Statement { directory_version: 13, ..statement() },
    ];
    for other in others {
        assert_ne!(other.bytes(), base, "{other:?}");
    }
}

#[test]
fn a_text_cannot_pass_for_the_fields_after_it() {
    let crafted = Statement { purpose: "session\nfederation 6 演练", federation: "", ..statement() };
    let honest = Statement { purpose: "session", ..statement() };
    assert_ne!(crafted.bytes(), honest.bytes());
}
