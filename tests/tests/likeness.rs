//! Names that differ in legal form, brackets or branch alone hold a red until a person decides; incremental, recomputed
//! and rebuilt alike, whatever came first (C-2, C-3, AMB-13).

use federation::world::entries::{candidate, day};
use federation::world::{World, province_alone};
use honghei_domain::comparison::{Finding, LIKENESSES};
use honghei_domain::final_list::DetailRow;
use honghei_domain::identifier::RegistrationNumber;
use honghei_domain::list::{CaseId, ListEntry, ListKind, SubjectForm};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::question::{Patient, Question, Told};

const PROVINCE: &str = "420000-commerce";
const FIRM: &str = "荆门市样例建筑工程有限公司";
const OTHER_FORM: &str = "荆门市样例建筑工程有限责任公司";

fn case(number: u64) -> CaseId {
    CaseId { origin: PROVINCE.parse().unwrap(), number }
}

async fn province() -> World {
    World::in_memory(11, &province_alone(), day("2017-11-06")).await.unwrap()
}

fn entry(kind: ListKind, firm: u32, name: &str) -> ListEntry {
    let mut entry = candidate(kind, "420800", firm);
    entry.subject.name = name.to_owned();
    entry
}

fn red(firm: u32, name: &str) -> ListEntry {
    entry(ListKind::Red, firm, name)
}

fn nameless(firm: u32, name: &str) -> ListEntry {
    let mut entry = entry(ListKind::Black, firm, name);
    entry.subject.uscc = None;
    entry
}

async fn ask(world: &World, question: Question) -> Told {
    world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap()
}

async fn rule(world: &World, number: u64, finding: Finding) {
    let (about, reason) = (RulingAbout::Held(case(number)), "已核对登记档案".to_owned());
    world.act(PROVINCE, "clerk", Command::RuleIdentity { about, finding, reason, until: None }).await.unwrap();
    world.settle().await.unwrap();
}

async fn feed(world: &World, source: &str, kind: ListKind, entries: Vec<ListEntry>) {
    world.feed(source, kind, day("2017-10-01"), entries).await.unwrap();
}

/// The reds that wait, by name, with the reason's stable name.
async fn waiting(world: &World) -> Vec<(String, &'static str)> {
    let queue = ask(world, Question::HeldQueue { limit: 1_000 }).await;
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let mut waiting = Vec::new();
    for row in queue.rows {
        let rows = tx.verdicts(&row[1].parse().unwrap()).await.unwrap();
        let detail = DetailRow::decode(&rows.last().unwrap().body).unwrap();
        let honghei_domain::comparison::Outcome::Held { reason, .. } = detail.verdict.outcome else { continue };
        waiting.push((row[2].clone(), reason.code()));
    }
    waiting.sort();
    waiting
}

async fn outcome(world: &World, number: u64) -> Option<(u64, &'static str)> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let rows = tx.verdicts(&case(number)).await.unwrap();
    rows.last().map(|row| (row.version, DetailRow::decode(&row.body).unwrap().verdict.outcome.code()))
}

async fn agrees(world: &World) {
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
    world.assert_recompares().await.unwrap();
}

#[tokio::test]
async fn a_name_under_another_legal_form_holds_until_a_person_decides_and_that_is_remembered() {
    let world = province().await;
    feed(&world, "tax", ListKind::Red, vec![red(1, FIRM), red(2, FIRM)]).await;
    feed(&world, "court", ListKind::Black, vec![nameless(9, OTHER_FORM)]).await;
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await, [(FIRM.to_owned(), "NAME_ALIKE"), (FIRM.to_owned(), "NAME_ALIKE")]);
    world.assert_recompares().await.unwrap();
    let shown = ask(&world, Question::HeldCase { case: case(1) }).await;
    let said = shown.sentences.join("\n");
    for part in ["名称除组织形式、括号或分支机构外相同", "使用该名称的主体共2个", "使用同一名称主干的主体共3个"]
    {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    assert!(shown.rows.contains(&row(["名称", FIRM, OTHER_FORM, "不一致"])), "{:?}", shown.rows);
    let core = "荆门市样例建筑工程";
    assert!(shown.rows.contains(&row(["名称主干", core, core, "一致"])), "{:?}", shown.rows);

    rule(&world, 1, Finding::Same).await;
    rule(&world, 2, Finding::Different).await;
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, 1).await, Some((2, "REMOVED_BY_COMPARISON")));
    assert_eq!(waiting(&world).await, []);
    // The same two meet again on other lists, and nobody is asked.
    feed(&world, "quality", ListKind::Red, vec![red(1, FIRM), red(2, FIRM)]).await;
    world.publish().await.unwrap();
    assert_eq!(outcome(&world, 4).await, Some((3, "REMOVED_BY_COMPARISON")));
    assert_eq!(waiting(&world).await, []);
    let why = ask(&world, Question::Why { key: SubjectKey::of(&red(1, FIRM).subject) }).await.sentences.join("\n");
    assert!(why.contains("因与黑名单条目420000-commerce#3冲突而删除"), "{why}");
    agrees(&world).await;
}

#[tokio::test]
async fn whatever_comes_first_the_same_reds_wait() {
    let branch = "荆门市样例建筑工程有限公司东宝分公司";
    let reds = || vec![red(1, FIRM), red(2, "荆门市样例建筑工程（集团）公司"), red(3, "荆门市样例装饰有限公司")];
    let blacks = || vec![nameless(9, branch)];
    let expected = || [FIRM, "荆门市样例建筑工程（集团）公司"].map(|name| (name.to_owned(), "NAME_ALIKE"));
    for order in 0..4 {
        let world = province().await;
        for step in 0..2 {
            if (order + step) % 2 == 0 {
                feed(&world, "tax", ListKind::Red, reds()).await;
            } else {
                feed(&world, "court", ListKind::Black, blacks()).await;
            }
            if order < 2 {
                world.publish().await.unwrap();
            }
        }
        if order >= 2 {
            world.publish().await.unwrap();
        }
        let mut expected = expected();
        expected.sort();
        assert_eq!(waiting(&world).await, expected, "{order}");
        agrees(&world).await;
    }
}

#[tokio::test]
async fn codes_two_branches_and_natural_persons_are_told_apart() {
    let world = province().await;
    let numbered = |mut entry: ListEntry, serial: u32| {
        let organ = "420802".parse().unwrap();
        entry.subject.uscc = None;
        entry.subject.registration_number = Some(RegistrationNumber::synthesize(organ, serial));
        entry
    };
    let person = |mut entry: ListEntry| {
        entry.subject.form = SubjectForm::NaturalPerson;
        entry
    };
    let reds = vec![
        red(1, FIRM),
        numbered(red(2, "荆门市样例装饰有限公司"), 1),
        red(3, "荆门市样例超市有限公司东宝分公司"),
        red(4, "张样例商店"),
        red(5, "欧阳样例有限公司"),
    ];
    feed(&world, "tax", ListKind::Red, reds).await;
    let blacks = vec![
        entry(ListKind::Black, 11, OTHER_FORM),
        numbered(nameless(12, "荆门市样例装饰公司"), 2),
        nameless(13, "荆门市样例超市有限公司掇刀分公司"),
        person(nameless(14, "张样例")),
        person(nameless(15, "欧阳样例")),
    ];
    feed(&world, "court", ListKind::Black, blacks).await;
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await, []);
    agrees(&world).await;
    // A black that lacks the one code that told them apart holds.
    feed(&world, "quality", ListKind::Black, vec![nameless(16, "荆门市样例装饰公司")]).await;
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await, [("荆门市样例装饰有限公司".to_owned(), "NAME_ALIKE")]);
    agrees(&world).await;
}

#[tokio::test]
async fn a_chain_with_one_branch_too_many_frees_whom_likeness_held_and_not_whom_the_very_name_holds() {
    let world = province().await;
    let parent = "荆门市样例便民超市有限公司";
    let branch = |n: u32| red(100 + n, &format!("{parent}第{n}分公司"));
    let branches = u32::try_from(LIKENESSES).unwrap() - 2;
    let mut reds: Vec<ListEntry> = (0..branches).map(branch).collect();
    reds.push(red(1, parent));
    feed(&world, "tax", ListKind::Red, reds).await;
    feed(&world, "court", ListKind::Black, vec![nameless(9, parent)]).await;
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await.len(), branches as usize + 1);
    world.assert_recompares().await.unwrap();
    // With one more there are as many as may bear it, and another.
    feed(&world, "quality", ListKind::Red, vec![branch(branches)]).await;
    world.assert_recompares().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await, [(parent.to_owned(), "NAME_ONLY")]);
    let why = ask(&world, Question::Why { key: SubjectKey::of(&branch(3).subject) }).await.sentences.join("\n");
    assert!(why.contains("名称主干“荆门市样例便民超市”为超过64个主体共用"), "{why}");
    agrees(&world).await;
    // A further black of another form finds nobody, one of the very name does.
    feed(&world, "court", ListKind::Black, vec![nameless(10, "荆门市样例便民超市公司")]).await;
    world.publish().await.unwrap();
    assert_eq!(waiting(&world).await, [(parent.to_owned(), "NAME_ONLY")]);
    agrees(&world).await;
}
