//! A province that signs verdicts which do not follow: whoever is told finds out by judging anew (C-2).

use federation::world::entries::candidate;
use honghei_codec::list::{BuiltList, build_list, open_entries};
use honghei_domain::act::{Act, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{ChunkSlice, ListKind, ListManifest};
use honghei_registry::command::Command;
use honghei_registry::question::{Patient, Question, Told};

use super::forge::*;

/// The rows of a list that a draft carries.
fn rows(chunks: &[(honghei_domain::list::Digest, Vec<u8>)], slices: &[ChunkSlice]) -> Vec<Vec<u8>> {
    let bytes = slices.iter().filter_map(|slice| chunks.iter().find(|(digest, _)| *digest == slice.digest));
    bytes.flat_map(|(_, bytes)| open_entries(bytes).unwrap()).map(|salted| salted.body).collect()
}

fn built(rows: &[(u64, Vec<u8>)]) -> BuiltList {
    let mut salt = 0_u8;
    build_list(rows, &mut || {
        salt = salt.wrapping_add(1);
        [salt; 32]
    })
    .unwrap()
}

/// What the county finds when the province publishes, of the honest result for one red of it, an altered verdict.
async fn found(alter: impl Fn(&mut DetailRow)) -> Told {
    found_in(alter, |_| ()).await
}

/// The same with what the result commits to altered besides.
async fn found_in(alter: impl Fn(&mut DetailRow), commit: impl Fn(&mut ListManifest)) -> Told {
    let (mut world, _) = founded(47).await;
    let list = world.send_up(EASTERN, ListKind::Red, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();

    let publish = Command::PublishResult { agreed_removal_percent: None };
    let head = OfficerId("head".to_owned());
    let honest = world.node(PROVINCE).engine.propose(world.now(), &head, &publish).await.unwrap().draft;
    let chunks: Vec<_> = honest.chunks.iter().map(|chunk| (chunk.digest, chunk.bytes.clone().unwrap())).collect();
    let mut act = honest.body.act;
    let Act::ResultPublished { rows: changes, details, .. } = &mut act else { panic!("a result") };
    let [mine] = details.as_mut_slice() else { panic!("one recogniser") };
    let verdicts = rows(&chunks, &mine.manifest.chunks).into_iter().map(|body| {
        let mut row = DetailRow::decode(&body).unwrap();
        alter(&mut row);
        (row.case().number, row.encode())
    });
    let verdicts = built(&verdicts.collect::<Vec<_>>());
    mine.manifest = verdicts.manifest.clone();
    commit(&mut mine.manifest);
    let rows: Vec<_> = rows(&chunks, &changes.chunks).into_iter().map(|body| (0, body)).collect();
    let rows = built(&rows);
    *changes = rows.manifest.clone();
    write_for(&world, PROVINCE, &["head"], act, [rows, verdicts], Audience::of(Scope::All)).await;
    world.settle().await.unwrap();

    let county = &world.node(EASTERN).engine;
    let told = county.ask(world.now(), &Question::Recompute, &Patient).await.unwrap();
    // The alarm is on record, and the node goes on.
    let incidents = county.store().read().await.unwrap().incidents(10).await.unwrap();
    assert_eq!(incidents.iter().any(|row| row.code == "RECOMPUTATION_DIFFERS"), told.alarm.is_some());
    good_list_goes_through(&world, EASTERN, 900).await;
    told
}

fn reasons(told: &Told) -> Vec<&str> {
    told.rows.iter().filter_map(|cells| cells.last()).map(String::as_str).collect()
}

#[tokio::test]
async fn an_honest_verdict_comes_to_the_same_bytes() {
    let told = found(|_| ()).await;
    assert_eq!((told.alarm, told.rows), (None, Vec::new()));
    assert!(told.sentences[0].contains("重算一致1项"), "{:?}", told.sentences);
}

#[tokio::test]
async fn a_red_that_is_dropped_without_a_cause_is_found() {
    let told = found(|row| row.verdict.outcome = Outcome::Expired).await;
    assert_eq!(told.alarm.as_ref().map(|alarm| alarm.code), Some("RECOMPUTATION_DIFFERS"));
    assert_eq!(reasons(&told), ["据所报条目和所告知的事实重算，结论不同"]);
}

#[tokio::test]
async fn a_verdict_over_other_facts_than_those_reported_is_found() {
    let told = found(|row| row.verdict.facts_hash[0] ^= 1).await;
    assert_eq!(reasons(&told), ["据所报条目和所告知的事实重算，结论不同"]);
}

#[tokio::test]
async fn an_invented_former_listing_is_found() {
    let told = found(|row| row.listed_before = true).await;
    assert_eq!(reasons(&told), ["此前是否列入与各版所告知的不符"]);
}

#[tokio::test]
async fn a_verdict_on_a_case_that_was_never_reported_is_found() {
    let told = found(|row| row.verdict.case.number = 77).await;
    assert_eq!(reasons(&told), ["本单位未曾上报该条目"]);
}

#[tokio::test]
async fn details_that_the_result_does_not_commit_to_are_found() {
    // Of a list in one chunk, the chunk's root is the list's.
    let other = |manifest: &mut ListManifest| (manifest.root, manifest.chunks[0].root) = ([7; 32], [7; 32]);
    let told = found_in(|_| (), other).await;
    assert_eq!(told.alarm.as_ref().map(|alarm| alarm.code), Some("RECOMPUTATION_DIFFERS"));
    assert_eq!(reasons(&told), ["所告知的明细与结果所签的不符，无法读取"]);
}
