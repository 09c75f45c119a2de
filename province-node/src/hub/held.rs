//! The queue of the uncertain, and what a person needs to decide it.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::act::Act;
use honghei_domain::comparison::{
    Doubt, Fact, HeldReason, Identity, NAMESAKES, Outcome, RULE_VERSION, Ruling, Verdict, contradictions, is_common,
    verdicts,
};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_domain::name::Parts;
use honghei_domain::refusal::Refusal;
use honghei_registry::context::Context;
use honghei_registry::desk::members;
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Told;
use honghei_store::Tx;

use super::names::Bearers;
use super::namesakes::Namesakes;
use super::piece::place_of;
use super::subjects::{Settlements, read_subjects};
use super::{lookup, ruling};

/// A red that waits for a person, as things stand now.
pub struct Held {
    /// The red.
    pub own: Fact,
    /// What is found about it.
    pub verdict: Verdict,
    /// The black it may conflict with.
    pub black: Fact,
}

impl Held {
    /// Whether identity is what is uncertain, and not an appeal.
    pub fn is_about_identity(&self) -> bool {
        matches!(self.verdict.outcome, Outcome::Held { reason: HeldReason::Identity(_), .. })
    }
}

/// A case as far as it is held as of today.
pub async fn of(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<Option<Held>, Fault> {
    let Some(entry) = lookup::entry_of(tx, case).await? else { return Ok(None) };
    let at = place_of(&entry);
    let mut settlements = Settlements::folded(tx).await?;
    let subjects = read_subjects(tx, std::slice::from_ref(&at), &mut settlements).await?;
    let namesakes = Namesakes::of(tx, cx, &subjects, &mut settlements).await?;
    let Some(facts) = subjects.get(&at) else { return Ok(None) };
    let proposals = namesakes.proposals(&at, facts);
    let found = verdicts(facts, &proposals, RULE_VERSION, cx.now.today).into_iter().find(|found| found.case == *case);
    let (Some(own), Some(verdict)) = (facts.fact(case).cloned(), found) else { return Ok(None) };
    let Outcome::Held { with: Some(with), .. } = &verdict.outcome else { return Ok(None) };
    let black = facts.fact(with).or_else(|| proposals.iter().find(|fact| fact.case == *with)).cloned();
    Ok(black.map(|black| Held { own, verdict, black }))
}

/// The reds that the latest version which speaks of them holds, the earliest first.
pub async fn queue(tx: &mut dyn Tx, limit: u32) -> Result<Told, CommandError> {
    let mut latest: BTreeMap<CaseId, (u64, DetailRow)> = BTreeMap::new();
    let untold = tx.untold_verdicts().await?.into_iter().map(|row| (row.case, row.version, row.body));
    let held = tx.held().await?.into_iter().map(|row| (row.case, row.version, row.body));
    for (case, version, body) in untold.chain(held) {
        let Ok(detail) = DetailRow::decode(&body) else { continue };
        let later = latest.get(&case).is_some_and(|(known, _)| *known > version);
        // Whether a later one decided otherwise, the facts tell.
        if !later && matches!(detail.verdict.outcome, Outcome::Held { .. }) {
            latest.insert(case, (version, detail));
        }
    }
    let mut entries = lookup::entries_of(tx, &latest.keys().cloned().collect()).await?;
    let mut settlements = Settlements::folded(tx).await?;
    let mut waiting = Vec::new();
    for (case, (version, detail)) in latest {
        let Outcome::Held { reason, with } = &detail.verdict.outcome else { continue };
        let Some(entry) = entries.remove(&case) else { continue };
        let at = place_of(&entry);
        let subjects = read_subjects(tx, std::slice::from_ref(&at), &mut settlements).await?;
        // A version that let it stand keeps no verdict of its own.
        let last = subjects.get(&at).and_then(|facts| facts.last_settled(&case));
        if last.is_none_or(|last| last.verdict.outcome == detail.verdict.outcome) {
            let with = with.as_ref().map(ToString::to_string).unwrap_or_default();
            let cells = [version.to_string(), case.to_string(), entry.subject.name, with, reason.chinese().to_owned()];
            waiting.push((version, cells.to_vec()));
        }
    }
    waiting.sort();
    let count = waiting.len();
    let rows = waiting.into_iter().take(limit as usize).map(|(_, cells)| cells).collect();
    Ok(Told {
        sentences: vec![format!(
            "待人工核对的红名单条目{count}条。以 held show 案件 查看依据，以 held decide 案件 认定。"
        )],
        headings: vec!["自版本", "案件", "名称", "所涉黑名单", "原因"],
        rows,
        alarm: None,
    })
}

/// One of them: what agrees, what does not, how common the name is, what was decided before.
pub async fn case(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<Told, CommandError> {
    let Some(held) = of(tx, cx, case).await? else {
        return Err(Refusal::new("CASE_NOT_HELD", "AMB-13", format!("{case}目前没有待核的事项")).into());
    };
    let Held { own, verdict, black } = &held;
    let mut sentences = Vec::new();
    if let Outcome::Held { reason, .. } = &verdict.outcome {
        sentences.push(format!("红名单条目{case}与黑名单条目{}待核：{}。", black.case, reason.chinese()));
    }
    let hashes: Vec<i64> = own.identity.name.hashes().collect();
    let bearers = Bearers::of(tx, &hashes).await?;
    let equal: BTreeSet<_> = hashes.iter().flat_map(|hash| bearers.equal(*hash)).collect();
    sentences.push(match equal.len() {
        0 | 1 => "各名单中使用该名称的主体仅此一个。".to_owned(),
        count if is_common(count) => {
            format!("各名单中使用该名称的主体共{count}个，超过{NAMESAKES}个，该名称不作为比对线索。")
        }
        count => format!("各名单中使用该名称的主体共{count}个，名称不足以确认为同一主体。"),
    });
    if let Outcome::Held { reason: HeldReason::Identity(Doubt::NameAlike), .. } = &verdict.outcome {
        let like: BTreeSet<_> = hashes.iter().flat_map(|hash| bearers.alike(*hash)).collect();
        sentences.push(format!(
            "两名称除组织形式、括号或分支机构外相同；各名单中使用同一名称主干的主体共{}个，双方代码不足以区分，不足以确认为同一主体。",
            like.len()
        ));
    }
    sentences.push("黑名单不因核对而变动；认定为同一主体的，该红名单条目将在下一版结果中删除。".to_owned());
    Ok(Told {
        sentences,
        headings: vec!["项目", "红名单", "黑名单", "比较"],
        rows: compared(&own.identity, &black.identity).into_iter().chain(circumstances(own, black)).collect(),
        alarm: None,
    })
}

/// Codes and names side by side.
fn compared(own: &Identity, black: &Identity) -> Vec<Vec<String>> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let parts = (Parts::of(&own.name.key), Parts::of(&black.name.key));
    let pairs = [
        ("统一社会信用代码", own.uscc.as_ref().map(|c| c.as_str()), black.uscc.as_ref().map(|c| c.as_str())),
        ("组织机构代码", own.organisation(), black.organisation()),
        (
            "工商注册号",
            own.registration_number.as_ref().map(|number| number.as_str()),
            black.registration_number.as_ref().map(|number| number.as_str()),
        ),
        ("公民身份号码", own.person.map(|_| "已提供"), black.person.map(|_| "已提供")),
        ("名称", Some(own.name.key.as_str()), Some(black.name.key.as_str())),
        ("注明的原名", own.name.former.as_deref(), black.name.former.as_deref()),
        ("名称主干", Some(parts.0.core.as_str()), Some(parts.1.core.as_str())),
        ("分支机构", branch(&parts.0), branch(&parts.1)),
    ];
    let row = |(what, one, other): (&str, Option<&str>, Option<&str>)| {
        let said = match (one, other) {
            (Some(one), Some(other)) if one == other => "一致",
            (Some(_), Some(_)) => "不一致",
            _ => "一方缺失",
        };
        vec![what.to_owned(), text(one), text(other), said.to_owned()]
    };
    pairs.into_iter().filter(|(_, one, other)| one.is_some() || other.is_some()).map(row).collect()
}

fn branch(parts: &Parts) -> Option<&str> {
    Some(parts.branch.as_str()).filter(|branch| !branch.is_empty())
}

fn circumstances(own: &Fact, black: &Fact) -> [Vec<String>; 3] {
    let document = |fact: &Fact| fact.document.as_ref().map(|document| document.number.clone()).unwrap_or_default();
    [
        vec!["认定部门".to_owned(), own.recogniser.clone(), black.recogniser.clone(), String::new()],
        vec!["认定日期".to_owned(), own.recognised_on.to_string(), black.recognised_on.to_string(), String::new()],
        vec!["依据文书".to_owned(), document(own), document(black), String::new()],
    ]
}

/// Everything persons decided about identity, and which of it contradicts.
pub async fn rulings(tx: &mut dyn Tx, cx: &Context) -> Result<Told, CommandError> {
    let mut known: Vec<Ruling> = Vec::new();
    let mut rows = Vec::new();
    for place in ruling::places(tx).await? {
        let Some(entry) = Entry::find(tx, &place).await? else { continue };
        let (Some(ruling), Act::IdentityRuled { reason, ruled_on, .. }) = (ruling::read(&entry), entry.act()) else {
            continue;
        };
        let [one, other] = &ruling.parties;
        let until = ruling.until.map_or_else(|| "长期".to_owned(), |last| last.to_string());
        let state = if ruling.is_in_force(cx.now.today) { "有效" } else { "已届满" };
        rows.push(vec![
            place.to_string(),
            ruling.finding.chinese().to_owned(),
            one.key.to_string(),
            other.key.to_string(),
            ruled_on.to_string(),
            until,
            state.to_owned(),
            members::signer_name(tx, &entry).await?,
            reason.clone(),
        ]);
        known.push(ruling);
    }
    let mut sentences = vec![format!("主体认定共{}项。", known.len())];
    for (earlier, later) in contradictions(&known, cx.now.today) {
        sentences.push(format!("认定{earlier}与{later}相互矛盾，请复核并重新认定其中一项。"));
    }
    Ok(Told {
        sentences,
        headings: vec!["记录", "结论", "主体", "另一主体", "认定日期", "止期", "状态", "签署", "理由"],
        rows,
        alarm: None,
    })
}
