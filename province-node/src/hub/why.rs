//! Answers about one subject: what is in force, what fell, by what, when, on which evidence, and what can be done (C-7).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::comparison::{
    Exit, Fact, LIKENESSES, NAMESAKES, Outcome, Ruling, Settled, Standing, SubjectFacts, Verdict,
};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, ListEntry, ListKind, Repairability};
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::hex;
use honghei_registry::context::Context;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Told;
use honghei_registry::view::{cause_sentence, last_day};
use honghei_store::{SubjectAt, Tx};

use super::names::Common;
use super::subjects::{Settlements, read_subjects};
use super::{lookup, names, piece, ruling};

/// Result versions looked at.
const VERSIONS: u32 = u32::MAX >> 1;

/// Joined subjects that are told of at once.
const JOINED: usize = 64;

/// Days of publication by version.
pub type Published = BTreeMap<u64, NaiveDate>;

/// Days of publication of every version.
pub async fn published(tx: &mut dyn Tx) -> Result<Published, Fault> {
    Ok(tx.results(VERSIONS).await?.into_iter().map(|row| (row.version, row.published_on)).collect())
}

/// Everything known under a key, and under the keys that persons had joined to it, one by one, as of a day. Whoever was
/// found to be another subject is another one.
pub async fn known(
    tx: &mut dyn Tx,
    key: &SubjectKey,
    as_of: NaiveDate,
) -> Result<BTreeMap<SubjectAt, SubjectFacts>, CommandError> {
    let mut settlements = Settlements::folded(tx).await?;
    let mut subjects: BTreeMap<SubjectAt, SubjectFacts> = BTreeMap::new();
    let mut waiting = vec![piece::at(key)];
    while let Some(at) = waiting.pop() {
        if subjects.len() >= JOINED || subjects.contains_key(&at) {
            continue;
        }
        let mut read = read_subjects(tx, std::slice::from_ref(&at), &mut settlements).await?;
        if let Some(facts) = read.remove(&at) {
            waiting.extend(ruling::same(tx, &at, &facts, as_of).await?);
            subjects.insert(at, facts);
        }
    }
    if subjects.is_empty() {
        let sentence = "各名单中没有该主体的任何条目；请核对代码，无代码的主体请按登记名称查询";
        return Err(Refusal::new("SUBJECT_UNKNOWN", "AMB-13", sentence).into());
    }
    Ok(subjects)
}

/// Tells everything about a subject in sentences.
pub async fn why(tx: &mut dyn Tx, cx: &Context, key: &SubjectKey) -> Result<Told, CommandError> {
    let subjects = known(tx, key, cx.now.today).await?;
    let published = published(tx).await?;
    let version = published
        .last_key_value()
        .map_or("尚未公布结果".to_owned(), |(version, on)| format!("依据最终名单第{version}版（{on}公布）"));
    let entries: usize = subjects.values().map(|facts| facts.facts().len()).sum();
    let mut sentences = vec![format!("主体{key}共有条目{entries}条；{version}。")];
    for (at, facts) in &subjects {
        // Rulings on others of its chain are told with them.
        let about = |ruling: &&Ruling| ruling.parties.iter().any(|party| party.key.as_str() == at.key);
        for ruling in facts.rulings().iter().filter(about) {
            let [one, other] = &ruling.parties;
            let ends = ruling.until.map(|last| format!("，至{last}止")).unwrap_or_default();
            let state = if ruling.is_in_force(cx.now.today) { "" } else { "（已届满）" };
            let finding = ruling.finding.chinese();
            sentences.push(format!(
                "{}已人工认定为{finding}{ends}{state}（AMB-13，{}）。",
                joined(one, other),
                ruling.act
            ));
        }
        if at.key != key.as_str() {
            sentences.push(format!("以下为相关主体{}的条目：", at.key));
        }
        let blacks = blacks_of(tx, facts).await?;
        for fact in facts.facts() {
            sentences.extend(of_fact(facts, fact, &published, blacks.get(&fact.case)));
        }
        for common in names::common(tx, facts).await? {
            sentences.push(match common {
                Common::Name(name, bearers) => format!(
                    "名称“{name}”为{bearers}个主体共用，超过{NAMESAKES}个，不作为比对线索；仅依代码或人工认定比对（AMB-13）。"
                ),
                Common::Core(core) => format!(
                    "名称主干“{core}”为超过{LIKENESSES}个主体共用，名称近似不作为比对线索；名称相同的仍待人工核对（AMB-13）。"
                ),
            });
        }
    }
    sentences.dedup();
    Ok(Told::sentences(sentences))
}

fn joined(one: &honghei_domain::comparison::Party, other: &honghei_domain::comparison::Party) -> String {
    format!("{}与{}", one.key, other.key)
}

/// The entries of the blacks that stand, which say whether they can be repaired; read chunk by chunk.
async fn blacks_of(tx: &mut dyn Tx, facts: &SubjectFacts) -> Result<BTreeMap<CaseId, ListEntry>, Fault> {
    let stands = |fact: &&Fact| {
        let last = facts.last_settled(&fact.case).map(|settled| &settled.verdict.outcome);
        !fact.has_exited() && last == Some(&Outcome::FinalBlack)
    };
    let cases: BTreeSet<CaseId> = facts.facts().iter().filter(stands).map(|fact| fact.case.clone()).collect();
    lookup::entries_of(tx, &cases).await
}

/// One entry: what it is and how it stands, every verdict that a version published, and what can be done.
fn of_fact(facts: &SubjectFacts, fact: &Fact, published: &Published, entry: Option<&ListEntry>) -> Vec<String> {
    let colour = if fact.kind == ListKind::Red { "红名单" } else { "黑名单" };
    let document = fact.document.as_ref().map(|document| {
        let appeal = if fact.under_appeal { "，正在复议或诉讼" } else { "" };
        format!("，依据{}《{}》（{}{appeal}）", document.issuer, document.number, document.kind)
    });
    let mut told = vec![format!(
        "{colour}条目{}：{}部门，{}于{}认定{}，记录{}。",
        fact.case,
        fact.department.0,
        fact.recogniser,
        fact.recognised_on,
        document.unwrap_or_default(),
        fact.position
    )];
    let settled = facts.settled_of(&fact.case);
    for settled in settled {
        told.push(of_verdict(settled, fact, published));
    }
    for restoration in facts.restorations().iter().filter(|restoration| restoration.case == fact.case) {
        told.push(format!(
            "　{}经签署恢复，第{}版及以前的删除不再有效（AMB-14）。",
            restoration.on, restoration.through_version
        ));
    }
    if let Standing::Exited { code, on } = &fact.standing {
        told.push(format!("　已于{on}依决定退出（{code}）。"));
    } else if settled.is_empty() {
        told.push("　已到达省级节点，待下一版结果公布（R-030）。".to_owned());
    }
    told.extend(remedy(fact, settled.last(), entry));
    told
}

fn of_verdict(settled: &Settled, fact: &Fact, published: &Published) -> String {
    let Verdict { outcome, facts_hash, cause_facts, rule_version, .. } = &settled.verdict;
    let version = settled.version;
    let on = published.get(&version).map(|on| format!("（{on}公布）")).unwrap_or_default();
    let head = format!("　第{version}版{on}：");
    let cause =
        cause_facts.as_ref().map(|facts| format!("{}，匹配依据为{}", cause_sentence(facts), facts.key.chinese()));
    let evidence = format!("比对规则第{rule_version}版，事实摘要{}", hex(facts_hash).get(..16).unwrap_or_default());
    match outcome {
        Outcome::FinalRed | Outcome::FinalBlack => {
            let from = fact.effective_from().map(|day| day.to_string()).unwrap_or_default();
            let to = fact.effective_to().map(last_day).unwrap_or_default();
            format!("{head}列入最终名单，有效期{from}至{to}（R-029；{evidence}）。")
        }
        Outcome::Removed { rule, exit, tie, cause: case } => {
            let manner = match exit {
                Exit::Rx1 => "此前已列入，予以移出并公告",
                Exit::Rx7 => "此前未列入，不予列入",
            };
            let tie = if *tie { "，同日认定以黑名单为准（AMB-08）" } else { "" };
            format!(
                "{head}因与黑名单条目{case}冲突而删除（R-029 {}{tie}；{}：{manner}）；{}；{evidence}。",
                rule.code(),
                exit.code(),
                cause.unwrap_or_default()
            )
        }
        Outcome::Held { reason, with } => {
            let with = with.as_ref().map(|with| format!("所涉黑名单条目{with}；")).unwrap_or_default();
            format!(
                "{head}待人工核对（AMB-13）：{}；{with}{}；{evidence}。",
                reason.chinese(),
                cause.unwrap_or_default()
            )
        }
        Outcome::Expired => format!("{head}有效期届满（{evidence}）。"),
        Outcome::Exited => format!("{head}已依决定退出（{evidence}）。"),
    }
}

/// What can be done about an entry as it stands.
fn remedy(fact: &Fact, last: Option<&Settled>, entry: Option<&ListEntry>) -> Option<String> {
    if fact.has_exited() {
        return None;
    }
    match last.map(|settled| &settled.verdict.outcome) {
        Some(Outcome::Removed { cause, .. }) => Some(format!(
            "　可采取：对比对结果有异议的，向认定单位或省级节点提出异议；黑名单条目{cause}退出后，可由认定单位签署恢复（AMB-14）。"
        )),
        Some(Outcome::Held { .. }) => {
            Some("　可采取：由比对员核对后以 held decide 认定；主体可提交登记资料证明身份。".to_owned())
        }
        Some(Outcome::FinalBlack) => Some(match entry.and_then(|entry| entry.repairability.as_ref()) {
            Some(Repairability::Repairable { method }) => {
                format!("　可采取：提出异议（F-09）；该条目可修复（F-11），方式：{method}。")
            }
            Some(Repairability::Irreparable { legal_basis }) => {
                format!("　可采取：提出异议（F-09）；该条目不得修复（F-11），依据：{legal_basis}。")
            }
            None => "　可采取：向列入部门提出异议（F-09）或申请修复。".to_owned(),
        }),
        _ => None,
    }
}

/// What a black entry caused, in every version.
pub async fn caused(tx: &mut dyn Tx, case: &CaseId) -> Result<Told, CommandError> {
    let mut verdicts = tx.verdicts_caused_by(case).await?;
    verdicts.extend(tx.untold_verdicts().await?);
    verdicts.sort_by(|one, other| (one.version, &one.case).cmp(&(other.version, &other.case)));
    let published = published(tx).await?;
    let mut rows = Vec::new();
    let (mut removed, mut held) = (0, 0);
    for row in verdicts {
        let Ok(detail) = DetailRow::decode(&row.body) else { continue };
        let (outcome, why) = match &detail.verdict.outcome {
            Outcome::Removed { rule, exit, cause, .. } if cause == case => {
                removed += 1;
                ("删除", format!("{} {}", rule.code(), exit.code()))
            }
            Outcome::Held { reason, with: Some(with) } if with == case => {
                held += 1;
                ("待核", reason.chinese().to_owned())
            }
            _ => continue,
        };
        let on = published.get(&row.version).map(NaiveDate::to_string).unwrap_or_default();
        rows.push(vec![row.version.to_string(), on, row.case.to_string(), outcome.to_owned(), why]);
    }
    Ok(Told {
        sentences: vec![format!("黑名单条目{case}引起红名单删除{removed}条、待人工核对{held}条（R-029）。")],
        headings: vec!["版本", "公布", "红名单条目", "结果", "规则"],
        rows,
        alarm: None,
    })
}
