//! Round trips, every grouping, hostile bytes, and the tree against a tree built from scratch.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::comparison::sample::{black, case, day, red};
use crate::comparison::{RULE_VERSION, SubjectFacts, Verdict, verdicts};
use crate::list::{CaseId, Department, Digest, ListKind};
use crate::subject_key::{BUCKETS, SubjectKey};

fn sha256(parts: &[&[u8]]) -> Digest {
    let digest = ring::digest::digest(&ring::digest::SHA256, &parts.concat());
    digest.as_ref().try_into().unwrap()
}

/// Keys that lie in four buckets only, so that rows meet.
fn crowded_keys() -> &'static [SubjectKey] {
    static KEYS: OnceLock<Vec<SubjectKey>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let buckets = [0u32, 1, 40_000, 65_535];
        let all = (0u64..2_000_000).map(|n| format!("R:{n:013}").parse::<SubjectKey>().unwrap());
        let mut keys: Vec<SubjectKey> = all.filter(|key| buckets.contains(&key.bucket())).take(8).collect();
        keys.sort();
        keys
    })
}

fn row(key: &SubjectKey, number: u64, name: &str) -> PublicRow {
    PublicRow {
        key: key.clone(),
        case: case(number),
        kind: if number.is_multiple_of(2) { ListKind::Red } else { ListKind::Black },
        department: Department("commerce".into()),
        criteria: "SW-R-01".into(),
        recogniser: "东宝区商务局".into(),
        valid_from: day(0),
        valid_to: day(1_095),
        name: name.into(),
    }
}

fn rows() -> impl Strategy<Value = PublicRow> {
    let key = prop_oneof![
        "[0-9A-Z]{9}".prop_map(|code| format!("O:{code}")),
        "[0-9]{15}".prop_map(|number| format!("R:{number}")),
        "[0-9a-f]{64}".prop_map(|hash| format!("N:{hash}")),
    ];
    let texts = ("[a-z]{0,9}", "[A-Z-]{0,20}", "\\PC{0,20}", "\\PC{0,200}");
    (key, any::<u64>(), any::<bool>(), texts, 0..20_000u64).prop_map(
        |(key, number, is_red, (department, criteria, recogniser, name), to)| PublicRow {
            key: key.parse().unwrap(),
            case: CaseId { origin: "420802-commerce".parse().unwrap(), number },
            kind: if is_red { ListKind::Red } else { ListKind::Black },
            department: Department(department),
            criteria,
            recogniser,
            valid_from: day(0),
            valid_to: day(to),
            name,
        },
    )
}

/// One batch: at most one change for each of a few places.
fn batch() -> impl Strategy<Value = Vec<RowChange>> {
    let change = (0..8usize, 0..3u64, prop::option::of("[甲乙丙]{1,3}"));
    prop::collection::vec(change, 0..20).prop_map(|drawn| {
        let keys = crowded_keys();
        let by_place: BTreeMap<(usize, u64), Option<String>> =
            drawn.into_iter().map(|(key, number, name)| ((key, number), name)).collect();
        let mut changes: Vec<RowChange> = by_place
            .into_iter()
            .map(|((at, number), name)| match name {
                Some(name) => RowChange::Put(row(&keys[at], number, &name)),
                None => RowChange::Remove { key: keys[at].clone(), case: case(number) },
            })
            .collect();
        sort_changes(&mut changes);
        changes
    })
}

/// A final list held the simplest way.
#[derive(Default)]
struct Held {
    buckets: BTreeMap<u32, Vec<u8>>,
    tree: BucketTree,
}

impl Held {
    fn take(&mut self, changes: &[RowChange]) {
        for (bucket, changes) in group_by_bucket(changes) {
            let bytes = apply(self.buckets.get(&bucket).map_or(&[], Vec::as_slice), changes).unwrap();
            self.tree.set(bucket, &bucket_digest(&bytes));
            self.buckets.insert(bucket, bytes);
        }
    }
}

fn rfc_6962_root(hashes: &[Digest]) -> Digest {
    match hashes {
        [one] => *one,
        all => {
            let (left, right) = all.split_at(all.len() / 2);
            sha256(&[&[1], &rfc_6962_root(left), &rfc_6962_root(right)])
        }
    }
}

fn root_from_scratch(digests: &BTreeMap<u32, Digest>) -> Digest {
    let absent = sha256(&[]);
    let leaves: Vec<Digest> =
        (0..BUCKETS).map(|bucket| sha256(&[&[0], digests.get(&bucket).unwrap_or(&absent)])).collect();
    rfc_6962_root(&leaves)
}

#[test]
fn a_row_takes_about_a_hundred_bytes() {
    let key = "O:73101767X".parse().unwrap();
    let bytes = row(&key, 12_345, "荆门市东宝商贸有限公司").encode();
    assert!((90..130).contains(&bytes.len()), "{}", bytes.len());
}

#[test]
fn the_root_is_rfc_6962_over_all_bucket_digests() {
    assert_eq!(BucketTree::new().root(), root_from_scratch(&BTreeMap::new()));
    let digests: BTreeMap<u32, Digest> =
        [0, 1, 2, 255, 32_767, 32_768, 65_535].into_iter().map(|bucket| (bucket, sha256(&[&[bucket as u8]]))).collect();
    let mut tree = BucketTree::from_digests(digests.clone());
    assert_eq!(tree.root(), root_from_scratch(&digests));
    assert_eq!(tree.subtree(16, 0), Some(tree.root()));
    assert_eq!(tree.subtree(0, 255), Some(sha256(&[&[0], &digests[&255]])));
    assert_eq!((tree.subtree(0, BUCKETS), tree.subtree(17, 0), tree.subtree(16, 1)), (None, None, None));
}

#[test]
fn a_bucket_beyond_the_last_changes_nothing() {
    let mut tree = BucketTree::new();
    let root = tree.root();
    assert!(!tree.set(BUCKETS, &[1; 32]) && !tree.set(u32::MAX, &[1; 32]));
    assert!(!tree.set(7, &bucket_digest(&[])));
    assert_eq!(tree.root(), root);
}

#[test]
fn two_trees_name_the_buckets_in_which_they_differ() {
    let mut one = BucketTree::from_digests([(3, [1; 32]), (4, [2; 32]), (65_535, [3; 32])]);
    let mut other = BucketTree::from_digests([(3, [1; 32]), (4, [9; 32]), (40_000, [3; 32])]);
    assert_eq!(one.diff(&mut other), vec![4, 40_000, 65_535]);
    assert_eq!(one.clone().diff(&mut one), Vec::<u32>::new());
}

#[test]
fn changes_out_of_order_or_of_two_buckets_are_refused() {
    let keys = crowded_keys();
    let put = |at: usize, number| RowChange::Put(row(&keys[at], number, "甲"));
    let order = RowDefect { field: "row_changes", problem: RowProblem::OutOfOrder };
    assert_eq!(apply(&[], &[put(0, 2), put(0, 1)]), Err(order));
    assert_eq!(apply(&[], &[put(0, 1), put(0, 1)]), Err(order));
    let mut two = [put(0, 1), put(7, 1)];
    two.sort_by(|one, other| one.key().as_str().cmp(other.key().as_str()));
    assert_eq!(apply(&[], &two).unwrap_err().problem, RowProblem::Malformed("changes of one bucket"));
}

#[test]
fn a_bucket_with_rows_out_of_order_or_doubled_is_refused() {
    let key = &crowded_keys()[0];
    let one = apply(&[], &[RowChange::Put(row(key, 1, "甲"))]).unwrap();
    let two = apply(&[], &[RowChange::Put(row(key, 2, "甲"))]).unwrap();
    let defect = RowDefect { field: "bucket.rows", problem: RowProblem::OutOfOrder };
    for bytes in [[two.clone(), one.clone()].concat(), [one.clone(), one.clone()].concat()] {
        assert_eq!(Bucket::parse(&bytes), Err(defect));
        assert_eq!(apply(&bytes, &[]), Err(defect));
    }
    assert_eq!(Bucket::parse(&[one, two].concat()).unwrap().rows_of(key).count(), 2);
}

#[test]
fn a_defect_names_the_field_and_says_what_was_expected() {
    let key = "O:73101767X".parse().unwrap();
    let bytes = row(&key, 1, "甲").encode();
    let mut bad_key = bytes.clone();
    bad_key[1] = b'Q';
    let defect = PublicRow::decode(&bad_key).unwrap_err();
    assert_eq!((defect.field, defect.code()), ("public_row.key", "ROW_MALFORMED"));
    let short = PublicRow::decode(&bytes[..bytes.len() - 1]).unwrap_err();
    assert_eq!(short.to_string(), "public_row.name: the bytes end here");
    let long = PublicRow::decode(&[bytes, vec![0]].concat()).unwrap_err();
    assert_eq!(long.to_string(), "public_row: bytes are left over");
}

#[test]
fn a_detail_row_carries_the_verdict_and_its_cause() {
    let mut facts = SubjectFacts::new();
    facts.insert(red(1, 10));
    facts.insert(black(2, 11));
    for verdict in verdicts(&facts, &[], RULE_VERSION, day(20)) {
        for validity in [None, Some(Validity { from: day(1), to: day(2) })] {
            let detail = DetailRow { verdict: verdict.clone(), listed_before: true, validity };
            assert_eq!(DetailRow::decode(&detail.encode()), Ok(detail));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_and_changes_come_back_as_they_were(row in rows()) {
        let bytes = row.encode();
        prop_assert_eq!(PublicRow::decode(&bytes), Ok(row.clone()));
        let remove = RowChange::Remove { key: row.key.clone(), case: row.case.clone() };
        for change in [RowChange::Put(row), remove] {
            prop_assert_eq!(RowChange::decode(&change.encode()), Ok(change));
        }
    }

    #[test]
    fn applying_in_any_grouping_gives_the_same_root(
        batches in prop::collection::vec(batch(), 0..5), cut in 1..7usize,
    ) {
        let (mut whole, mut pieces) = (Held::default(), Held::default());
        let mut model: BTreeMap<u32, Bucket> = BTreeMap::new();
        for batch in &batches {
            whole.take(batch);
            // Pieces cut anywhere, the later ones first: each place changes once a batch.
            batch.chunks(cut).rev().for_each(|piece| pieces.take(piece));
            for change in batch {
                let bucket = model.entry(change.bucket()).or_default();
                match change {
                    RowChange::Put(row) => bucket.insert(row.clone()),
                    RowChange::Remove { key, case } => bucket.remove(key, case),
                };
            }
            prop_assert_eq!(whole.tree.root(), pieces.tree.root());
        }
        prop_assert_eq!(&whole.buckets, &pieces.buckets);
        for (bucket, bytes) in &whole.buckets {
            prop_assert_eq!(&model[bucket].encode(), bytes);
            prop_assert_eq!(&Bucket::parse(bytes).unwrap(), &model[bucket]);
        }
        let mut fresh = BucketTree::from_digests(
            whole.buckets.iter().map(|(bucket, bytes)| (*bucket, bucket_digest(bytes))));
        prop_assert_eq!(fresh.root(), whole.tree.root());
        prop_assert_eq!(fresh.diff(&mut pieces.tree), Vec::<u32>::new());
    }

    #[test]
    fn bytes_of_any_kind_never_panic_and_what_decodes_has_one_spelling(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        check_spellings(&bytes)?;
    }

    #[test]
    fn a_row_with_damaged_bytes_is_refused_or_is_another_row(row in rows(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let mut bytes = row.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        check_spellings(&bytes)?;
        prop_assert_ne!(PublicRow::decode(&bytes), Ok(row.clone()));
        let bucket = apply(&[], &[RowChange::Put(row)]).unwrap();
        for length in 0..bucket.len() {
            check_spellings(&bucket[..length])?;
        }
    }
}

fn check_spellings(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(row) = PublicRow::decode(bytes) {
        prop_assert_eq!(row.encode(), bytes);
    }
    if let Ok(change) = RowChange::decode(bytes) {
        prop_assert_eq!(change.encode(), bytes);
    }
    if let Ok(detail) = DetailRow::decode(bytes) {
        prop_assert_eq!(detail.encode(), bytes);
    }
    if let Ok(verdict) = Verdict::decode(bytes) {
        prop_assert_eq!(verdict.canonical_bytes(), bytes);
    }
    if let Ok(bucket) = Bucket::parse(bytes) {
        prop_assert_eq!(bucket.encode(), bytes);
    }
    if let Ok(merged) = apply(bytes, &[]) {
        prop_assert_eq!(merged, bytes);
    }
    Ok(())
}
