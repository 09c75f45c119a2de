//! The history of a subject: every act in every case of it, whoever did it, and what was decided about itself (C-7).

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::comparison::Finding;
use honghei_domain::list::ListKind;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Command, RulingAbout};
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question, Told};

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn history(world: &World, node: &str, key: &SubjectKey) -> Result<Told, CommandError> {
    world.node(node).engine.ask(world.now(), &Question::History { key: key.clone() }, &Patient).await
}

/// Case, node and the first words of each line.
fn lines(told: &Told) -> Vec<String> {
    let words = |text: &str| text.split(['，', '：', '（']).next().unwrap_or_default().to_owned();
    told.rows.iter().map(|cells| format!("{} {} {}", cells[1], cells[2], words(&cells[4]))).collect()
}

#[tokio::test]
async fn the_history_of_a_subject_tells_every_act_in_every_case_of_it() {
    let mut world = World::in_memory(61, &jingmen(), day("2017-11-06")).await.unwrap();
    let list = world.send_up(EASTERN, ListKind::Red, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    let other = candidate(ListKind::Black, "420804", 2);
    let keys = [SubjectKey::of(&candidate(ListKind::Red, "420802", 1).subject), SubjectKey::of(&other.subject)];
    world.feed("tax", ListKind::Black, day("2018-01-05"), vec![other]).await.unwrap();
    let [red, black] = keys.clone();
    let about = RulingAbout::Subjects(red.clone(), black);
    let reason = "登记机关证明为同一主体".to_owned();
    let ruling = Command::RuleIdentity { about, finding: Finding::Same, reason, until: None };
    world.act(PROVINCE, "clerk", ruling).await.unwrap();
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    world.settle().await.unwrap();

    let told = history(&world, PROVINCE, &red).await.unwrap();
    let days: Vec<&String> = told.rows.iter().map(|cells| &cells[0]).collect();
    assert!(days.is_sorted(), "{days:?}");
    assert_eq!(
        lines(&told),
        [
            "420802-commerce#1 420802-commerce 认定列入红名单",
            "420802-commerce#1 420802-commerce 向420800-commerce申报",
            "420802-commerce#1 420800-commerce 收到申报材料",
            "420802-commerce#1 420800-commerce 审核通过",
            "420802-commerce#1 420800-commerce 签署审核意见",
            "420802-commerce#1 420800-commerce 审核后公示2017-12-01至2017-12-29",
            "420802-commerce#1 420800-commerce 公示期满",
            "420802-commerce#1 420800-commerce 上报省级比对",
            "420802-commerce#1 420000-commerce 第1版比对结果",
            "420000-commerce#1 420000-commerce 由部门名单tax导入",
            " 420000-commerce 人工认定O:MA0000023与O:MA0000015为同一主体",
            "420000-commerce#1 420000-commerce 第2版比对结果",
            "420802-commerce#1 420000-commerce 第2版比对结果",
        ]
    );
    // The other subject is the same one by now: the same acts.
    assert_eq!(history(&world, PROVINCE, &keys[1]).await.unwrap().rows, told.rows);
    let removed = told.rows.last().unwrap();
    assert!(removed[4].contains("从红名单删除") && !removed[3].is_empty(), "{removed:?}");

    // Its recogniser tells what it did before, what it was told, and what everybody was.
    let at_home = lines(&history(&world, EASTERN, &red).await.unwrap());
    let before = ["采集入库", "2017-11-06以直接送达送达告知书", "2017-11-06至2017-11-20公示", "公示期满"];
    let before = before.map(|did| format!("420802-commerce#1 420802-commerce {did}"));
    assert_eq!(at_home[..4], before);
    let own = |line: &&String| line.starts_with("420802-commerce#1") || line.starts_with(' ');
    assert_eq!(at_home[4..].iter().collect::<Vec<_>>(), lines(&told).iter().filter(own).collect::<Vec<_>>());
    // Whoever nobody speaks of has none.
    let stranger = SubjectKey::of(&candidate(ListKind::Red, "420802", 99).subject);
    for node in [PROVINCE, EASTERN] {
        assert_eq!(history(&world, node, &stranger).await.unwrap_err().code(), "SUBJECT_UNKNOWN");
    }
}
