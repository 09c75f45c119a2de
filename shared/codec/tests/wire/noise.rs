//! Hostile bytes: nothing panics, and whatever is accepted means one thing.

use honghei_codec::{act, directory, entry, list};
use honghei_domain::list::ChunkSlice;
use honghei_ledger::sha256;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::samples;

/// Feeds bytes to every reader; what one accepts must survive being written and read again.
fn read_with_everything(bytes: &[u8]) {
    if let Ok(header) = entry::decode_header(bytes) {
        assert_eq!(entry::decode_header(&entry::encode_header(&header)).unwrap(), header);
    }
    if let Ok(envelope) = entry::decode_envelope(bytes) {
        assert_eq!(entry::decode_envelope(&entry::encode_envelope(&envelope)).unwrap(), envelope);
    }
    if let Ok(body) = act::decode_body(bytes) {
        assert_eq!(act::decode_body(&act::encode_body(&body)).unwrap(), body);
    }
    if let Ok(row) = list::decode_entry(bytes) {
        assert_eq!(list::decode_entry(&list::encode_entry(&row)).unwrap(), row);
    }
    if let Ok(found) = directory::decode_directory(bytes) {
        assert_eq!(directory::decode_directory(&directory::encode_directory(&found)).unwrap(), found);
    }
    let _ = directory::decode_signed_directory(bytes);
    let _ = directory::decode_invitation(bytes);
    let _ = directory::decode_signed_invitation(bytes);
    // A slice that a hostile writer signed over these very bytes.
    let slice = ChunkSlice {
        digest: sha256(bytes),
        length: bytes.len() as u64,
        root: [0; 32],
        count: u64::MAX,
        first_case: 0,
        last_case: u64::MAX,
    };
    let _ = list::open_chunk(&slice, bytes);
}

fn genuine() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        samples::acts().into_iter().map(|found| act::encode_body(&samples::body(found))).collect();
    all.extend(samples::entries().iter().map(list::encode_entry));
    all.push(entry::encode_header(&samples::header()));
    all.push(entry::encode_envelope(&samples::envelope()));
    all.push(directory::encode_directory(&samples::directory()));
    let rows: Vec<_> = samples::entries().iter().map(|row| (row.case.number, list::encode_entry(row))).collect();
    all.extend(list::build_list(&rows, &mut || [1; 32]).unwrap().chunks.into_iter().map(|(_, bytes)| bytes));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        read_with_everything(&bytes);
    }

    #[test]
    fn genuine_bytes_with_some_of_them_changed_never_panic(
        bytes in select(genuine()),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
        cut in any::<Index>(),
        truncate: bool,
    ) {
        let mut bytes = bytes;
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if truncate {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_with_everything(&bytes);
    }
}
