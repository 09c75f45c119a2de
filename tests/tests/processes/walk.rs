//! A small federation of processes and the steps of its officers.

use std::collections::BTreeMap;

use chrono::Days;
use federation::demo::is_quiet;
use federation::process::{Federation, Plan, Program, until};
use federation::world::entries::day;
use federation::world::{Member, jingmen};
use honghei_domain::identifier::Uscc;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

pub const PROVINCE: &str = "420000-commerce";
pub const CITY: &str = "420800-commerce";
pub const EASTERN: &str = "420802-commerce";
pub const WESTERN: &str = "420804-commerce";
pub const DIRECT: &str = "429004-commerce";

/// The program whose hidden subcommand embeds the nodes.
pub fn program() -> Program {
    Program::at(env!("CARGO_BIN_EXE_federation"))
}

fn plan(seed: u64, nodes: &[&str]) -> Plan {
    let members: Vec<Member> = jingmen().into_iter().filter(|member| nodes.contains(&member.id)).collect();
    Plan { members, today: day("2017-11-06"), seed, keep: None, databases: BTreeMap::new() }
}

pub async fn found(seed: u64, nodes: &[&str]) -> Federation {
    Federation::found(program(), &plan(seed, nodes)).await.unwrap()
}

pub async fn found_on(seed: u64, nodes: &[&str], databases: BTreeMap<String, String>) -> Federation {
    Federation::found(program(), &Plan { databases, ..plan(seed, nodes) }).await.unwrap()
}

/// Writes red candidates: synthetic firms numbered `first..=last`, registered in the node's region.
pub fn candidates(federation: &Federation, node: &str, first: u32, last: u32) -> std::path::PathBuf {
    let path = federation.folder().join(format!("{node}-{first}.csv"));
    let mut text =
        "企业名称,统一社会信用代码,主体类别,登记机关,认定标准代码,列入事由,表彰文号,表彰机关,表彰日期\n".to_owned();
    for firm in first..=last {
        let uscc = Uscc::synthesize('9', '1', &node[..6], &format!("MA{firm:06}")).unwrap();
        let line = format!(
            "样例{firm}号商贸有限公司,{uscc},a,样例市场监督管理局,SW-R-01,诚实守信受到表彰（样例）,样例表彰〔2017〕{firm}号,样例市商务局,2017-06-01\n"
        );
        text.push_str(&line);
    }
    std::fs::write(&path, text).unwrap();
    path
}

/// A department's black list: the firms `firms` of a region.
pub fn blacks(federation: &Federation, region: &str, firms: &[u32]) -> std::path::PathBuf {
    let path = federation.folder().join(format!("黑-{region}-{}.csv", firms[0]));
    let mut text = "企业名称,统一社会信用代码,列入日期,列入事由\n".to_owned();
    for firm in firms {
        let uscc = Uscc::synthesize('9', '1', region, &format!("MA{firm:06}")).unwrap();
        text.push_str(&format!("样例{firm}号商贸有限公司,{uscc},2017-10-01,有履行能力而拒不履行（样例）\n"));
    }
    std::fs::write(&path, text).unwrap();
    path
}

pub fn collection(upload: String) -> Command {
    Command::Collect(Collect {
        file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
        kind: "red".to_owned(),
        department: "commerce".to_owned(),
        channel: "enforcement".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: String::new(),
    })
}

pub fn feed_registration() -> Command {
    Command::RegisterFeed(RegisterFeed {
        source: "court".to_owned(),
        department: "court".to_owned(),
        kind: "black".to_owned(),
        mode: "delta".to_owned(),
        organ: "样例人民法院".to_owned(),
        columns: Vec::new(),
        every_days: 0,
        reference: None,
    })
}

pub fn feed(upload: String) -> Command {
    Command::ImportFeed(ImportFeed {
        file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
        source: "court".to_owned(),
        as_of: "2017-10-01".to_owned(),
        ..ImportFeed::default()
    })
}

pub fn publicity() -> Command {
    Command::PublicizeCases(PublicizeCases { cases: String::new(), channel: "门户网站".to_owned() })
}

pub fn certification() -> Command {
    Command::Certify(Certify { kind: "red".to_owned(), cases: String::new(), opinion: "同意认定".to_owned() })
}

pub fn review(list: &str) -> Command {
    Command::Review(Review { list: list.to_owned(), exceptions: Vec::new(), opinion: "同意".to_owned() })
}

pub fn signature(list: &str) -> Command {
    Command::SignReview(SignReview { list: list.to_owned(), publicity_waived: String::new() })
}

pub fn list_publicity(list: &str) -> Command {
    Command::PublicizeList(PublicizeList { list: list.to_owned(), channel: "门户网站".to_owned() })
}

pub fn publication() -> Command {
    Command::PublishResult(PublishResult { agreed_removal_percent: 100 })
}

/// Collects and publicises.
pub async fn collect(federation: &Federation, node: &str, first: u32, last: u32) {
    let path = candidates(federation, node, first, last);
    let office = federation.office(node).unwrap();
    office.import("clerk", &path, collection).await.unwrap();
    office.act("clerk", publicity()).await.unwrap();
}

/// Waits for the end of publicity, certifies and declares; the list.
pub async fn declare(federation: &Federation, node: &str) -> String {
    wait(federation, node, |status| !status.cases.contains_key("in_publicity")).await;
    let office = federation.office(node).unwrap();
    let list = office.act("head", certification()).await.unwrap();
    office.act("clerk", Command::Declare(Declare { list: list.clone(), ..Declare::default() })).await.unwrap();
    list
}

/// Reviews, signs and publicises a list that has been received.
pub async fn review_whole(federation: &Federation, reviewer: &str, list: &str) {
    await_stage(federation, reviewer, list, &["received"]).await;
    let office = federation.office(reviewer).unwrap();
    office.act("reviewer", review(list)).await.unwrap();
    office.act("head", signature(list)).await.unwrap();
    office.act("reviewer", list_publicity(list)).await.unwrap();
}

/// Waits until a node's account of itself satisfies a condition.
pub async fn wait(federation: &Federation, node: &str, mut holds: impl FnMut(&GetStatusResponse) -> bool) {
    let office = federation.office(node).unwrap();
    until(node, async || Ok(Some(office.status().await?).filter(&mut holds))).await.unwrap();
}

/// Waits until a list stands at one of some stages at a node.
pub async fn await_stage(federation: &Federation, node: &str, list: &str, stages: &[&str]) {
    let office = federation.office(node).unwrap();
    until(&format!("{list} at {node}: {stages:?}"), async || {
        let mut session = office.session("head").await?;
        let asked = ListDossiersRequest { stage: String::new() };
        let listed = office.told("dossiers", session.list_dossiers(asked).await)?.dossiers;
        let there = listed.iter().any(|row| row.list == list && stages.contains(&row.stage.as_str()));
        Ok(there.then_some(()))
    })
    .await
    .unwrap();
}

pub fn pass(federation: &mut Federation, days: u64) {
    let day = federation.today() + Days::new(days);
    federation.turn_to(day).unwrap();
}

/// The accounts of all nodes once nothing is left to do.
pub async fn settle(federation: &Federation) -> BTreeMap<String, GetStatusResponse> {
    until("nothing is left to do", async || {
        let mut seen = BTreeMap::new();
        for (id, node) in &federation.nodes {
            seen.insert(id.clone(), node.office.status().await?);
        }
        Ok(is_quiet(&seen).then_some(seen))
    })
    .await
    .unwrap()
}

/// Every node serves one version with one digest and finds itself sound; the version's status.
pub async fn assert_agreement(federation: &Federation, version: u64) -> GetStatusResponse {
    for id in federation.nodes.keys() {
        wait(federation, id, |status| status.result_version >= version).await;
    }
    let seen = settle(federation).await;
    let province = seen[PROVINCE].clone();
    assert_eq!(province.result_version, version);
    for (id, status) in &seen {
        assert_eq!((status.result_version, &status.result_digest), (version, &province.result_digest), "{id}");
        for log in &status.logs {
            let origin = &seen[log.log.split('/').next().unwrap()];
            let own = origin.logs.iter().find(|own| own.log == log.log).unwrap();
            assert_eq!((log.size, &log.root), (own.size, &own.root), "{} at {id}", log.log);
        }
        let office = federation.office(id).unwrap();
        let mut session = office.session("admin").await.unwrap();
        let verified = session.verify(VerifyRequest {}).await.unwrap();
        assert!(verified.sound, "{id}: {:?}", verified.findings);
        let recompute = AskRequest { question: Some(ask_request::Question::Recompute(Recompute {})) };
        let recomputed = session.ask(recompute, |_| ()).await.unwrap();
        assert_eq!(recomputed.alarm, "", "{id}: {:?}", recomputed.rows);
    }
    province
}
