//! A name alone holds a red until a person decides; the decision is signed, remembered and found again by a rebuild and
//! by a full recomparison (C-2, C-3, C-7, AMB-13).

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{World, province_alone};
use honghei_domain::comparison::Finding;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::question::{Listener, Patient, Question, Told};

const PROVINCE: &str = "420000-commerce";
const NAME: &str = "荆门市样例便民商店";

fn case(number: u64) -> CaseId {
    CaseId { origin: PROVINCE.parse().unwrap(), number }
}

/// A province alone, fed by other departments.
async fn province() -> World {
    World::in_memory(11, &province_alone(), day("2017-11-06")).await.unwrap()
}

fn red(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Red, "420800", firm);
    entry.subject.name = NAME.to_owned();
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

async fn rule(world: &World, about: RulingAbout, finding: Finding, until: Option<NaiveDate>) -> Result<(), String> {
    let command = Command::RuleIdentity { about, finding, reason: "已核对登记档案".to_owned(), until };
    world.act(PROVINCE, "clerk", command).await.map_err(|error| error.code().to_owned())?;
    world.settle().await.unwrap();
    Ok(())
}

/// The outcome of every verdict that a version published and kept, by case number.
async fn outcomes(world: &World) -> Vec<(u64, u64, &'static str)> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap().version;
    let mut found = Vec::new();
    for version in 1..=latest {
        for row in tx.verdicts_of(version, 100).await.unwrap() {
            let detail = honghei_domain::final_list::DetailRow::decode(&row.body).unwrap();
            found.push((version, row.case.number, detail.verdict.outcome.code()));
        }
    }
    found
}

#[tokio::test]
async fn a_person_decides_what_a_name_leaves_open_and_the_decision_is_remembered() {
    let world = province().await;
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1), red(2)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![nameless(9, NAME)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await, [(1, 1, "HELD"), (1, 2, "HELD")]);
    world.assert_recompares().await.unwrap();
    let queue = ask(&world, Question::HeldQueue { limit: 10 }).await;
    assert_eq!(queue.rows.len(), 2);
    let shown = ask(&world, Question::HeldCase { case: case(1) }).await;
    assert!(shown.sentences.iter().any(|said| said.contains("共3个，名称不足以确认")), "{:?}", shown.sentences);
    assert!(shown.rows.contains(&vec!["名称".into(), NAME.into(), NAME.into(), "一致".into()]), "{:?}", shown.rows);

    // The first is the black's firm, the second is not.
    rule(&world, RulingAbout::Held(case(1)), Finding::Same, None).await.unwrap();
    rule(&world, RulingAbout::Held(case(2)), Finding::Different, None).await.unwrap();
    assert_eq!(rule(&world, RulingAbout::Held(case(1)), Finding::Same, None).await.unwrap_err(), "CASE_NOT_HELD");
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await.last(), Some(&(2, 1, "REMOVED_BY_COMPARISON")));
    assert_eq!(ask(&world, Question::HeldQueue { limit: 10 }).await.rows, Vec::<Vec<String>>::new());
    world.assert_recompares().await.unwrap();

    // Remembered: the same two meet again on other lists, and nobody is asked.
    world.feed("quality", ListKind::Red, day("2017-10-20"), vec![red(1), red(2)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await.last(), Some(&(3, 4, "REMOVED_BY_COMPARISON")));
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();

    let why = ask(&world, Question::Why { key: SubjectKey::of(&red(1).subject) }).await.sentences.join("\n");
    for said in ["人工认定为同一主体", "因与黑名单条目420000-commerce#3冲突而删除", "匹配依据为人工认定", "AMB-14"]
    {
        assert!(why.contains(said), "{said} is missing in\n{why}");
    }
    let caused = ask(&world, Question::Caused { case: case(3) }).await;
    assert!(caused.sentences[0].contains("删除2条、待人工核对2条"), "{:?}", caused.sentences);
}

#[tokio::test]
async fn subjects_are_joined_and_parted_by_signed_acts_and_contradictions_are_told() {
    let world = province().await;
    let renamed = nameless(9, "荆门市旧名商店");
    let keys = [SubjectKey::of(&red(1).subject), SubjectKey::of(&renamed.subject)];
    let about = || RulingAbout::Subjects(keys[0].clone(), keys[1].clone());
    assert_eq!(rule(&world, about(), Finding::Same, None).await.unwrap_err(), "SUBJECT_UNKNOWN");
    let alike = RulingAbout::Subjects(keys[0].clone(), keys[0].clone());
    assert_eq!(rule(&world, alike, Finding::Same, None).await.unwrap_err(), "SUBJECTS_ALIKE");
    let yesterday = world.today.pred_opt();
    assert_eq!(rule(&world, about(), Finding::Same, yesterday).await.unwrap_err(), "RULING_ENDED");
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![renamed.clone()]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await, []);
    rule(&world, about(), Finding::Same, None).await.unwrap();
    assert_eq!(rule(&world, about(), Finding::Same, None).await.unwrap_err(), "ALREADY_DONE");
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await, [(2, 1, "REMOVED_BY_COMPARISON")]);
    world.assert_recompares().await.unwrap();

    // What arrives at the one meets what stands at the other: joined, although they share nothing else.
    let mut other = red(2);
    other.subject.name = "荆门市另一商店".to_owned();
    let others = RulingAbout::Subjects(SubjectKey::of(&other.subject), keys[1].clone());
    world.feed("tax", ListKind::Red, day("2017-10-03"), vec![other]).await.unwrap();
    rule(&world, others, Finding::Same, None).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await.last(), Some(&(3, 3, "REMOVED_BY_COMPARISON")));

    rule(&world, about(), Finding::Different, Some(day("2018-12-31"))).await.unwrap();
    let told = ask(&world, Question::Rulings).await;
    assert_eq!(told.rows.len(), 3);
    assert!(told.sentences.iter().any(|said| said.contains("相互矛盾")), "{:?}", told.sentences);
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

#[tokio::test]
async fn a_black_that_arrives_at_a_joined_subject_removes_the_red_of_the_other() {
    let world = province().await;
    let old = nameless(9, "荆门市旧名商店");
    let keys = [SubjectKey::of(&red(1).subject), SubjectKey::of(&old.subject)];
    let mut praised = old.clone();
    praised.kind = ListKind::Red;
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1), praised]).await.unwrap();
    rule(&world, RulingAbout::Subjects(keys[1].clone(), keys[0].clone()), Finding::Same, None).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await, []);
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![old]).await.unwrap();
    world.publish().await.unwrap();
    // The red under the old name alone waits for a person, as a name alone always does.
    assert_eq!(outcomes(&world).await, [(2, 1, "REMOVED_BY_COMPARISON"), (2, 2, "HELD")]);
    world.assert_recompares().await.unwrap();
}

/// Somebody who asked and waits no longer.
struct Gone;

impl Listener for Gone {
    fn is_gone(&self) -> bool {
        true
    }
    fn hear(&self, _step: &str, _done: u64, _total: u64) {}
}

/// C-3.
#[tokio::test]
async fn a_name_proposes_its_bearers_with_what_speaks_for_and_against_each() {
    let world = province().await;
    let blacks = vec![nameless(8, "荆门市样例便民商贸有限公司"), nameless(9, "湖北样例物流有限公司")];
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1)]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), blacks).await.unwrap();
    let told = ask(&world, Question::Candidates { name: "荆門市樣例便民商店".to_owned() }).await;
    let keys: Vec<&str> = told.rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(keys, [NAME, "荆门市样例便民商贸有限公司"]);
    assert_eq!(told.rows[0][2], "红1 黑0");
    assert!(told.rows[0][3].starts_with("名称相同；行政区划一致"), "{:?}", told.rows[0]);
    let question = Question::Candidates { name: NAME.to_owned() };
    let unheard = world.node(PROVINCE).engine.ask(world.now(), &question, &Gone).await;
    assert_eq!(unheard.unwrap_err().code(), "SEARCH_CANCELLED");
    // Nothing came of it.
    world.publish().await.unwrap();
    assert_eq!(outcomes(&world).await, []);
}

/// C-7.
#[tokio::test]
async fn what_was_on_a_list_on_a_day_is_told_as_it_was_known_on_a_day() {
    let mut world = province().await;
    let key = SubjectKey::of(&red(1).subject);
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1)]).await.unwrap();
    world.publish().await.unwrap();
    world.turn_to(day("2017-12-01")).await.unwrap();
    world
        .feed("court", ListKind::Black, day("2017-11-20"), vec![candidate(ListKind::Black, "420800", 1)])
        .await
        .unwrap();
    world.publish().await.unwrap();
    for (on, known_on, listed) in [
        ("2017-11-05", "2018-01-01", false),
        ("2017-11-06", "2018-01-01", true),
        ("2017-11-25", "2018-01-01", true),
        ("2017-12-01", "2017-11-30", true),
        ("2017-12-01", "2017-12-01", false),
        ("2018-06-01", "2018-06-01", false),
    ] {
        let (on, known_on) = (day(on), day(known_on));
        let told = ask(&world, Question::Was { key: key.clone(), kind: ListKind::Red, on, known_on }).await;
        let said = if listed { format!("于{on}在红名单上") } else { format!("于{on}不在红名单上") };
        assert!(told.sentences[0].contains(&said), "{on} as known on {known_on}: {:?}", told.sentences);
    }
}

/// C-7: only who was found to be the same subject counts as the subject, and only once it was found.
#[tokio::test]
async fn what_was_on_a_list_does_not_follow_from_another_firms_entries() {
    let mut world = province().await;
    let [own, other] = [red(1), candidate(ListKind::Black, "420800", 2)];
    let keys = [&own, &other].map(|entry| SubjectKey::of(&entry.subject));
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![own]).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-02"), vec![other]).await.unwrap();
    world.publish().await.unwrap();
    for (ruled_on, finding, until) in [
        ("2017-11-07", Finding::Different, None),
        ("2017-11-08", Finding::Same, Some(day("2017-11-10"))),
        ("2017-11-09", Finding::Different, Some(day("2017-11-09"))),
    ] {
        world.turn_to(day(ruled_on)).await.unwrap();
        let [one, another] = keys.clone();
        rule(&world, RulingAbout::Subjects(one, another), finding, until).await.unwrap();
    }
    for (known_on, listed) in [
        ("2017-11-06", false),
        ("2017-11-07", false),
        ("2017-11-08", true),
        ("2017-11-09", false),
        ("2017-11-10", true),
        ("2017-11-11", false),
    ] {
        let [key, _] = keys.clone();
        let question = Question::Was { key, kind: ListKind::Black, on: day("2017-11-06"), known_on: day(known_on) };
        let told = ask(&world, question).await.sentences;
        let said = if listed { "于2017-11-06在黑名单上" } else { "于2017-11-06不在黑名单上" };
        assert!(told[0].contains(said), "as known on {known_on}: {told:?}");
    }
    let [key, _] = keys;
    let told = ask(&world, Question::Why { key }).await.sentences;
    assert!(
        told.iter().any(|said| said.contains("不同主体")) && told.iter().all(|said| !said.contains("以下为相关主体"))
    );
}
