//! What the comparison may rest on: names that are too common, rulings that end, repairs that fall, subjects that were
//! joined; incremental, recomputed and rebuilt alike (C-2, C-3, AMB-13).

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{Member, World, province_alone};
use honghei_domain::comparison::{Finding, NAMESAKES};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::listing::{ListingCommand, Materials};
use honghei_domain::node::Tier;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::desk::listing;
use honghei_registry::desk::redirects;
use honghei_registry::question::{Patient, Question, Told};

const PROVINCE: &str = "420000-commerce";
const COUNTY: &str = "429004-commerce";
const NAME: &str = "荆门市样例便民商店";

fn case(number: u64) -> CaseId {
    CaseId { origin: PROVINCE.parse().unwrap(), number }
}

async fn world_of(members: &[Member]) -> World {
    World::in_memory(11, members, day("2017-11-06")).await.unwrap()
}

async fn province() -> World {
    world_of(&province_alone()).await
}

fn red(firm: u32, name: &str) -> ListEntry {
    let mut entry = candidate(ListKind::Red, "420800", firm);
    entry.subject.name = name.to_owned();
    entry
}

/// A black without any code.
fn nameless(firm: u32, name: &str) -> ListEntry {
    let mut entry = candidate(ListKind::Black, "420800", firm);
    entry.subject.uscc = None;
    entry.subject.name = name.to_owned();
    entry
}

async fn ask(world: &World, question: Question) -> Told {
    world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap()
}

async fn rule(world: &World, about: RulingAbout, finding: Finding, until: Option<NaiveDate>) {
    let command = Command::RuleIdentity { about, finding, reason: "已核对登记档案".to_owned(), until };
    world.act(PROVINCE, "clerk", command).await.unwrap();
    world.settle().await.unwrap();
}

/// The last outcome that a version published of a case besides entering the list, with the version.
async fn outcome(world: &World, case: &CaseId) -> Option<(u64, &'static str)> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let rows = tx.verdicts(case).await.unwrap();
    rows.last().map(|row| (row.version, DetailRow::decode(&row.body).unwrap().verdict.outcome.code()))
}

async fn listed(world: &World, key: &SubjectKey) -> usize {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let shown = listing::view::shown(&mut *tx, key).await.unwrap();
    shown.iter().filter(|entry| entry.row.is_some() && !entry.has_exited()).count()
}

async fn waiting(world: &World) -> usize {
    world.node(PROVINCE).store.read().await.unwrap().pending(u32::MAX).await.unwrap().len()
}

/// C-3, AMB-13.
#[tokio::test]
async fn a_name_that_one_firm_too_many_bears_frees_whom_it_held_and_holds_nobody_more() {
    let world = province().await;
    let bearers = u32::try_from(NAMESAKES).unwrap();
    // With the black's, as many as may bear it.
    let reds: Vec<ListEntry> = (1..bearers).map(|firm| red(firm, NAME)).collect();
    world.feed("tax", ListKind::Red, day("2017-10-01"), reds).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![nameless(9, NAME)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, &case(1)).await, Some((1, "HELD")));
    assert_eq!(outcome(&world, &case(u64::from(bearers) - 1)).await, Some((1, "HELD")));
    world.assert_recompares().await.unwrap();

    // One more, which nothing else speaks against.
    world.feed("quality", ListKind::Red, day("2017-10-03"), vec![red(9_000, NAME)]).await.unwrap();
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    let first = SubjectKey::of(&red(1, NAME).subject);
    assert_eq!((listed(&world, &first).await, outcome(&world, &case(u64::from(bearers) + 1)).await), (1, None));
    world.assert_recompares().await.unwrap();
    let told = ask(&world, Question::Why { key: first }).await.sentences.join("\n");
    assert!(told.contains("为4097个主体共用，超过4096个，不作为比对线索"), "{told}");
    // Whoever arrives now is not held, and a further black of the name holds nobody.
    world.feed("quality", ListKind::Red, day("2017-10-04"), vec![red(9_001, NAME)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-05"), vec![nameless(10, NAME)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(listed(&world, &SubjectKey::of(&red(9_001, NAME).subject)).await, 1);
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
    world.assert_recompares().await.unwrap();
}

/// AMB-13: a red and a black recorded in the same words are two entries under one identity, and a person decides.
#[tokio::test]
async fn entries_that_are_nothing_but_one_name_are_decided_by_a_person() {
    for (finding, entries) in [(Finding::Same, 1), (Finding::Different, 2)] {
        let world = province().await;
        let praised = ListEntry { kind: ListKind::Red, ..nameless(1, NAME) };
        world.feed("tax", ListKind::Red, day("2017-10-01"), vec![praised.clone()]).await.unwrap();
        world.feed("court", ListKind::Black, day("2017-10-02"), vec![nameless(9, NAME)]).await.unwrap();
        world.publish().await.unwrap();
        assert_eq!(outcome(&world, &case(1)).await, Some((1, "HELD")));
        rule(&world, RulingAbout::Held(case(1)), finding, None).await;
        world.publish().await.unwrap();
        assert_eq!(listed(&world, &SubjectKey::of(&praised.subject)).await, entries, "{finding:?}");
        world.assert_recompares().await.unwrap();
        world.assert_rebuilds().await.unwrap();
    }
}

/// R-053, C-6: a false promise brings back what a repair ended, not what the source has corrected since.
#[tokio::test]
async fn a_repair_that_falls_does_not_bring_back_what_its_source_states_no_more() {
    let world = province().await;
    let black = nameless(9, NAME);
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![black.clone()]).await.unwrap();
    world.publish().await.unwrap();
    let act = async |officer: &str, command| {
        let at = world.act(PROVINCE, officer, Command::Listing(command)).await.unwrap();
        world.settle().await.unwrap();
        at
    };
    let (by, reason) = ("当事人".to_owned(), || "审查".to_owned());
    let materials = materials();
    let application = act("reviewer", ListingCommand::ReceiveRepair { case: case(1), by, materials }).await;
    let at = || application.clone();
    act("reviewer", ListingCommand::AcceptRepair { application: at(), accepted: true, reason: reason() }).await;
    // The court corrects the day under the same document: case 2 takes the place of case 1.
    world.feed("court", ListKind::Black, day("2017-10-03"), vec![black.clone()]).await.unwrap();
    act("head", ListingCommand::DecideRepair { application: at(), granted: true, reason: reason() }).await;
    act("head", ListingCommand::RevokeRepair { application: at(), reason: reason() }).await;
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, &case(1)).await.map(|(_, code)| code), Some("EXITED"));
    assert_eq!(listed(&world, &SubjectKey::of(&black.subject)).await, 1);
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

fn materials() -> Materials {
    let names = ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec();
    let text = || "已完成".to_owned();
    Materials { corrected: text(), fulfilled: text(), promise: text(), names, attachments: Vec::new() }
}

/// R-053, AMB-13.
#[tokio::test]
async fn a_repair_that_falls_counts_again_against_subjects_that_a_person_joined_to_it() {
    let world = province().await;
    let black = nameless(9, "荆门市旧名商店");
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![black.clone()]).await.unwrap();
    world.publish().await.unwrap();
    let materials = materials();
    let act = async |officer: &str, command| {
        let at = world.act(PROVINCE, officer, Command::Listing(command)).await.unwrap();
        world.settle().await.unwrap();
        at
    };
    let by = "当事人".to_owned();
    let application = act("reviewer", ListingCommand::ReceiveRepair { case: case(1), by, materials }).await;
    let reason = || "审查".to_owned();
    let at = || application.clone();
    act("reviewer", ListingCommand::AcceptRepair { application: at(), accepted: true, reason: reason() }).await;
    act("head", ListingCommand::DecideRepair { application: at(), granted: true, reason: reason() }).await;
    // After the repair the red of a firm that a person joined to it enters the list.
    let praised = red(1, NAME);
    world.feed("tax", ListKind::Red, day("2017-10-20"), vec![praised.clone()]).await.unwrap();
    let keys = [SubjectKey::of(&praised.subject), SubjectKey::of(&black.subject)];
    rule(&world, RulingAbout::Subjects(keys[0].clone(), keys[1].clone()), Finding::Same, None).await;
    world.publish().await.unwrap();
    assert_eq!((listed(&world, &keys[0]).await, listed(&world, &keys[1]).await), (1, 0));
    world.assert_recompares().await.unwrap();

    act("head", ListingCommand::RevokeRepair { application: at(), reason: reason() }).await;
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, &case(2)).await, Some((3, "REMOVED_BY_COMPARISON")));
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// C-3.
#[tokio::test]
async fn a_ruling_that_ends_by_time_is_judged_again_on_the_next_day() {
    let mut world = province().await;
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1, NAME)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![nameless(9, NAME)]).await.unwrap();
    world.publish().await.unwrap();
    rule(&world, RulingAbout::Held(case(1)), Finding::Different, Some(day("2017-12-31"))).await;
    world.publish().await.unwrap();
    let key = SubjectKey::of(&red(1, NAME).subject);
    assert_eq!((listed(&world, &key).await, waiting(&world).await), (1, 0));

    world.turn_to(day("2017-12-31")).await.unwrap();
    assert_eq!(waiting(&world).await, 0, "its last day counts");
    world.turn_to(day("2018-01-01")).await.unwrap();
    assert_eq!(waiting(&world).await, 1);
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, &case(1)).await, Some((3, "HELD")));
    assert_eq!(waiting(&world).await, 0);
    world.turn_to(day("2018-01-02")).await.unwrap();
    assert_eq!(waiting(&world).await, 0, "once judged it is over");
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// C-3: what another department's black held is free when that black's validity ends.
#[tokio::test]
async fn a_red_that_was_held_by_a_black_is_judged_again_when_that_black_expires() {
    let mut world = province().await;
    let mut black = nameless(9, NAME);
    black.valid_to = Some(day("2017-12-31"));
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1, NAME)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![black]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, &case(1)).await, Some((1, "HELD")));
    world.turn_to(day("2018-01-01")).await.unwrap();
    assert_eq!(waiting(&world).await, 1);
    world.assert_rebuilds().await.unwrap();
    world.publish().await.unwrap();
    let key = SubjectKey::of(&red(1, NAME).subject);
    assert_eq!((listed(&world, &key).await, waiting(&world).await), (1, 0));
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// C-3: 变更后仍可按旧码查询.
#[tokio::test]
async fn whoever_looks_up_a_subject_that_was_joined_to_another_is_sent_there_at_every_node() {
    let mut world = world_of(&[
        Member { id: PROVINCE, name: "湖北省商务厅", tier: Tier::Province, parent: None },
        Member { id: COUNTY, name: "仙桃市商务局", tier: Tier::County, parent: Some(PROVINCE) },
    ])
    .await;
    let [older, old, new] = [red(1, "荆门市甲商店"), red(2, "荆门市乙商店"), red(3, "荆门市丙商店")];
    let [first, second, third] = [&older, &old, &new].map(|entry| SubjectKey::of(&entry.subject));
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![older, old, new]).await.unwrap();
    world.publish().await.unwrap();
    let about = |current: &SubjectKey, old: &SubjectKey| RulingAbout::Subjects(current.clone(), old.clone());
    rule(&world, about(&second, &first), Finding::Same, None).await;
    rule(&world, about(&third, &second), Finding::Same, Some(day("2018-06-30"))).await;
    let look_up = async |world: &World, key: &SubjectKey| {
        let mut tx = world.node(COUNTY).store.read().await.unwrap();
        let found = redirects::look_up(&mut *tx, key, world.today).await.unwrap();
        let cases: Vec<u64> = found.entries.iter().map(|entry| entry.case.number).collect();
        (found.redirect.map(|to| to.current), cases)
    };
    assert_eq!(look_up(&world, &first).await, (Some(third.clone()), vec![1, 2, 3]));
    assert_eq!(look_up(&world, &second).await, (Some(third.clone()), vec![1, 2, 3]));
    assert_eq!(look_up(&world, &third).await, (None, vec![1, 2, 3]));
    world.assert_rebuilds().await.unwrap();

    // The last one ends by time; parting the first two ends the other.
    world.turn_to(day("2018-07-01")).await.unwrap();
    assert_eq!(look_up(&world, &first).await, (Some(second.clone()), vec![1, 2]));
    rule(&world, about(&first, &second), Finding::Different, None).await;
    assert_eq!(look_up(&world, &first).await, (None, vec![1]));
    world.assert_recompares().await.unwrap();
}
