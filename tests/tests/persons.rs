//! Natural persons are matched by their ID numbers, which nobody but the province can read and nobody can enumerate
//! (AMB-13, R-007, C-3); a name alone still only proposes.

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen, matching};
use honghei_domain::act::Act;
use honghei_domain::identifier::CitizenId;
use honghei_domain::list::{Digest, ListEntry, ListKind, SubjectForm};
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::person_commitment;
use honghei_registry::desk::served;
use honghei_registry::entry::Entry;
use honghei_registry::matching::{Matcher, sealed_place};
use honghei_store::run_tx;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const SEED: u64 = 23;
const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const COUNTY: &str = "420802-commerce";
const NAME: &str = "样例某";

async fn federation() -> World {
    World::in_memory(SEED, &jingmen(), day("2017-11-06")).await.unwrap()
}

/// The number of a person who does not exist.
fn number(serial: u16) -> CitizenId {
    CitizenId::synthesize("420802".parse().unwrap(), day("1975-03-08"), serial)
}

/// Takes a number into a node's vault as its intake does, and returns the commitment.
async fn keep(world: &World, node: &str, chance: u64, serial: u16) -> Digest {
    let mut rng = ChaCha20Rng::seed_from_u64(chance);
    let mut salt = [0; 32];
    rng.fill_bytes(&mut salt);
    let number = number(serial);
    let commitment = person_commitment(&salt, number.in_clear());
    let sealed = matching::key(SEED).public().seal(&mut rng, &commitment, &salt, number.in_clear()).unwrap();
    let kept: Result<(), honghei_store::Fault> = run_tx!(world.node(node).store.as_ref(), "seal", async |tx| {
        tx.put_secret(&sealed_place(&commitment), &sealed).await
    });
    kept.unwrap();
    commitment
}

fn person(kind: ListKind, firm: u32, name: &str, commitment: Option<Digest>) -> ListEntry {
    let mut entry = candidate(kind, "420802", firm);
    entry.subject.form = SubjectForm::NaturalPerson;
    entry.subject.uscc = None;
    entry.subject.name = name.to_owned();
    entry.subject.person_commitment = commitment;
    entry.territorial_override = Some("户籍在辖区".to_owned());
    entry
}

/// Certified at the county, reviewed at the city, reported to the province.
async fn list_reds(world: &mut World, entries: Vec<ListEntry>) {
    let list = world.send_up(COUNTY, ListKind::Red, entries).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(40).await.unwrap();
}

/// The outcome of every published verdict, by case.
async fn outcomes(world: &World) -> Vec<(String, &'static str)> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap().version;
    let mut found = Vec::new();
    for version in 1..=latest {
        for row in tx.verdicts_of(version, 100).await.unwrap() {
            let detail = honghei_domain::final_list::DetailRow::decode(&row.body).unwrap();
            found.push((row.case.to_string(), detail.verdict.outcome.code()));
        }
    }
    found.sort();
    found
}

/// The kinds of list on which a county that serves the result shows a name.
async fn listed(world: &World, name: &str) -> Vec<ListKind> {
    let mut tx = world.node("420882-commerce").store.read().await.unwrap();
    let key = SubjectKey::of(&person(ListKind::Red, 1, name, None).subject);
    let mut kinds: Vec<ListKind> = served::rows_of(&mut *tx, &key).await.unwrap().iter().map(|row| row.kind).collect();
    kinds.sort();
    kinds
}

/// AMB-13: one number is one person under any name; two numbers are two persons under one name; without a number the
/// name holds and decides nothing.
#[tokio::test]
async fn a_red_person_falls_by_his_number_and_never_by_his_name() {
    let mut world = federation().await;
    let reds = vec![
        person(ListKind::Red, 1, NAME, Some(keep(&world, COUNTY, 1, 11).await)),
        person(ListKind::Red, 2, "样例旧名", Some(keep(&world, COUNTY, 2, 12).await)),
        person(ListKind::Red, 3, "样例无号", None),
    ];
    list_reds(&mut world, reds).await;
    let blacks = vec![
        // Another person of the first one's name; the second one under another name; somebody without a number.
        person(ListKind::Black, 7, NAME, Some(keep(&world, PROVINCE, 7, 13).await)),
        person(ListKind::Black, 8, "样例新名", Some(keep(&world, PROVINCE, 8, 12).await)),
        person(ListKind::Black, 9, "样例无号", Some(keep(&world, PROVINCE, 9, 14).await)),
    ];
    world.feed("court", ListKind::Black, day("2017-10-02"), blacks).await.unwrap();
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    world.settle().await.unwrap();
    let found = outcomes(&world).await;
    assert_eq!(found, [(format!("{COUNTY}#2"), "REMOVED_BY_COMPARISON"), (format!("{COUNTY}#3"), "HELD")]);
    assert_eq!(listed(&world, NAME).await, [ListKind::Red, ListKind::Black], "two persons of one name");
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// What travels and what is kept says nothing to whoever lacks the key; the identification never leaves the province.
#[tokio::test]
async fn nobody_below_the_province_learns_who_a_person_is() {
    let mut world = federation().await;
    let commitment = keep(&world, COUNTY, 1, 11).await;
    list_reds(&mut world, vec![person(ListKind::Red, 1, NAME, Some(commitment))]).await;
    let number = number(11);
    for (id, node) in &world.nodes {
        let mut tx = node.store.read().await.unwrap();
        let mut identified = 0;
        for head in tx.heads().await.unwrap() {
            for index in 0..head.size {
                let at = honghei_domain::node::EntryRef { log: head.log.clone(), index };
                let Some(row) = tx.entry(&at).await.unwrap() else { continue };
                let bytes = row.payload.clone().unwrap_or_default();
                assert!(!contains(&bytes, number.in_clear()), "{at} at {id}");
                let entry = Entry::read(&row).unwrap();
                let act = entry.as_ref().map(Entry::act);
                identified += usize::from(matches!(act, Some(Act::PersonsIdentified { .. })));
                if let Some(Act::ListCertified { manifest, .. }) = act {
                    let part = tx.chunk(&manifest.persons[0]).await.unwrap().unwrap();
                    assert!(!contains(&part, number.in_clear()));
                }
            }
        }
        assert_eq!(identified, usize::from(id.to_string() == PROVINCE), "at {id}");
    }
    // Another key opens nothing.
    let mut tx = world.node(COUNTY).store.read().await.unwrap();
    let sealed = tx.secret(&sealed_place(&commitment)).await.unwrap().unwrap();
    assert!(matching::WorldMatcher::new(SEED + 1, 0).keyed_hash(&commitment, &sealed).is_none());
    assert!(matching::WorldMatcher::new(SEED, 0).keyed_hash(&commitment, &sealed).is_some());
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A county that seals something else than it commits to, or nothing, blocks nobody: its entry is known by name alone.
#[tokio::test]
async fn a_number_that_does_not_open_leaves_its_entry_to_the_name() {
    let mut world = federation().await;
    let (honest, lying) = (keep(&world, COUNTY, 1, 11).await, keep(&world, COUNTY, 2, 12).await);
    let swapped: Result<(), honghei_store::Fault> = run_tx!(world.node(COUNTY).store.as_ref(), "swap", async |tx| {
        let foreign = tx.secret(&sealed_place(&honest)).await?.unwrap_or_default();
        tx.put_secret(&sealed_place(&lying), &foreign).await
    });
    swapped.unwrap();
    let reds = vec![person(ListKind::Red, 1, NAME, Some(lying)), person(ListKind::Red, 2, "样例无封", Some([9; 32]))];
    list_reds(&mut world, reds).await;
    let black = person(ListKind::Black, 7, NAME, Some(keep(&world, PROVINCE, 7, 12).await));
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![black]).await.unwrap();
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    world.settle().await.unwrap();
    let found = outcomes(&world).await;
    assert_eq!(found, [(format!("{COUNTY}#1"), "HELD")]);
    assert_eq!(listed(&world, "样例无封").await, [ListKind::Red]);
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}
