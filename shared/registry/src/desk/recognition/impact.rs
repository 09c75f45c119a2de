//! What a new version of a policy does to the own entries, and the acts it calls for (F-P11).

use chrono::NaiveDate;
use honghei_domain::case::{Case, Stage};
use honghei_domain::final_list::{Bucket, PublicRow};
use honghei_domain::list::{CaseId, CaseSet, CriterionCode, ListEntry, ListKind};
use honghei_domain::listing::{ListingCommand, Offices, exit_fits};
use honghei_domain::policy::{Change, ExitCode, Impact, Policy, Touched, changes, impact};
use honghei_domain::refusal::Refusal;
use honghei_store::{CaseFilter, Tx};

use super::cases::read_case;
use super::prepare;
use crate::command::Command;
use crate::context::Context;
use crate::error::{CommandError, Fault};
use crate::question::Told;

/// Cases or buckets read at a time.
const PAGE: u32 = 1024;
/// Entries of the final list named at most.
const SERVED_ROWS_MAX: usize = 10_000;

/// The exit that an own entry calls for after its last criterion was retired or moved to the other list.
#[derive(Clone, Debug)]
pub struct DraftedExit {
    /// The case.
    pub case: CaseId,
    /// 主体名称.
    pub name: String,
    /// Red or black.
    pub kind: ListKind,
    /// Its criteria, and what happened to each.
    pub lost: Vec<(CriterionCode, Change)>,
    /// RX-10 out of the red list, BX-5 out of the black one.
    pub code: ExitCode,
    /// Why, as the act will say.
    pub reason: String,
    /// The day its ground fell (BX-5).
    pub fell_on: NaiveDate,
    /// Why this node cannot decide it, in Chinese; it then is listed and not proposed.
    pub hindrance: Option<Refusal>,
}

impl DraftedExit {
    /// The command that its officer gives; `notified_on` is the day the subject was told, where the policy wants that.
    pub fn command(&self, notified_on: Option<NaiveDate>) -> Command {
        Command::Listing(ListingCommand::Exit {
            case: self.case.clone(),
            code: self.code.as_str().to_owned(),
            reason: self.reason.clone(),
            basis_revoked_on: (self.code == ExitCode::Bx5).then_some(self.fell_on),
            notified_on,
        })
    }
}

/// Reads the text of a new version.
fn read(text: &str) -> Result<Policy, Refusal> {
    Policy::parse_file("policy", text)
        .map_err(|defect| Refusal::new("POLICY_UNREADABLE", "R-010", format!("制度文本无法采用：{defect}")))
}

/// Lists the own entries in force that a new text touches, how its criteria differ from the newest version here, and
/// which exits it calls for.
pub async fn tell(tx: &mut dyn Tx, cx: &Context, text: &str) -> Result<Told, CommandError> {
    let new = read(text)?;
    let Some(old) = cx.reference.quoted(&new.name) else {
        let sentence = format!("目录中没有名为{}的制度，无从比较", new.name);
        return Err(Refusal::new("POLICY_UNKNOWN", "R-010", sentence).into());
    };
    let in_force = in_force(tx, cx, old).await?;
    let entries: Vec<&ListEntry> = in_force.iter().map(|case| &case.entry).collect();
    Ok(told(old, &new, in_force.len(), &impact(old, &new, cx.now.today, entries)))
}

/// Lists the entries in force on the served final list that a new text touches, whoever recognised them: what a node
/// without cases of its own answers, such as the province before it publishes.
pub async fn tell_served(tx: &mut dyn Tx, cx: &Context, text: &str) -> Result<Told, CommandError> {
    let new = read(text)?;
    let Some(old) = cx.reference.quoted(&new.name) else {
        let sentence = format!("目录中没有名为{}的制度，无从比较", new.name);
        return Err(Refusal::new("POLICY_UNKNOWN", "R-010", sentence).into());
    };
    let found = changes(old, &new, cx.now.today);
    let mut rows = Vec::new();
    let (mut looked_at, mut touched, mut lost) = (0_u64, 0_u64, 0_u64);
    let buckets: Vec<u32> = tx.bucket_digests().await?.into_iter().map(|(bucket, _)| bucket).collect();
    for page in buckets.chunks(PAGE as usize) {
        for row in tx.buckets(page).await? {
            let bucket = Bucket::parse(&row.rows).map_err(|_| Fault::inconsistent(format!("bucket {}", row.bucket)))?;
            let in_force = |row: &&PublicRow| row.valid_from <= cx.now.today && cx.now.today <= row.valid_to;
            for row in bucket.rows().iter().filter(|row| row.department == old.department).filter(in_force) {
                looked_at += 1;
                let change = |code: &str| {
                    let change = found.get(&CriterionCode(code.to_owned())).copied();
                    change.filter(|change| change.touches_entries())
                };
                let by: Vec<(&str, Change)> =
                    row.criteria.split(',').filter_map(|code| Some((code, change(code)?))).collect();
                if by.is_empty() {
                    continue;
                }
                let falls = |code: &str| matches!(change(code), Some(Change::Retired | Change::Moved));
                let loses_its_ground = row.criteria.split(',').all(falls);
                touched += 1;
                lost += u64::from(loses_its_ground);
                if rows.len() < SERVED_ROWS_MAX {
                    let by: Vec<String> = by.iter().map(|(code, change)| format!("{code} {}", change.zh())).collect();
                    let code = if loses_its_ground { exit_code(row.kind).as_str() } else { "" };
                    let cells = [row.case.to_string(), row.name.clone(), by.join("；"), code.to_owned()];
                    rows.push(cells.to_vec());
                }
            }
        }
    }
    let mut sentences = vec![format!("{}与{}相比：", new.pin(), old.pin())];
    sentences.extend(found.iter().map(|(code, change)| format!("{}：{}", code.0, change.zh())));
    sentences.extend(terms(old, &new));
    sentences.push(format!(
        "最终名单上该部门有效条目{looked_at}条，受影响{touched}条，其中{lost}条已无任何依据，由各认定单位办理退出（依据 F-P11）。"
    ));
    if touched > rows.len() as u64 {
        sentences.push(format!("以下列出前{}条。", rows.len()));
    }
    rows.sort();
    Ok(Told { headings: vec!["案件", "主体", "变化", "拟退出事由"], rows, ..Told::sentences(sentences) })
}

/// Periods that differ, each a sentence. What is listed keeps its validity; what is begun from then on has the new ones.
fn terms(old: &Policy, new: &Policy) -> Vec<String> {
    let days = |policy: &Policy| {
        let terms = &policy.terms;
        [
            ("D-01 认定公示工作日", terms.candidate_publicity_days),
            ("D-16 陈述申辩工作日", terms.statement_days),
            ("D-02 审核工作日", terms.review_days),
            ("D-03 审核公示工作日", terms.review_publicity_days),
            ("D-09 公布最长工作日", terms.publication_ceiling_days),
            ("D-04 红名单有效年", terms.red_validity_years),
            ("D-05 黑名单有效年", terms.black_validity_years),
            ("D-06、D-07 退出备案日", terms.filing_days),
            ("D-14 修复受理工作日", terms.repair_acceptance_days),
            ("D-14 修复审定工作日", terms.repair_decision_days),
            ("D-15 异议标识工作日", terms.objection_mark_days),
            ("D-15 异议核实工作日", terms.objection_verify_days),
            ("D-15 异议决定工作日", terms.objection_decide_days),
            ("BX-5 依据撤销后撤出工作日", terms.revoked_basis_days),
        ]
    };
    let pairs = days(old).into_iter().zip(days(new));
    let differing = pairs.filter(|((_, before), (_, after))| before != after);
    let mut told: Vec<String> =
        differing.map(|((what, before), (_, after))| format!("{what}：{before}→{after}")).collect();
    if !told.is_empty() {
        told.push("新期限适用于此后采集的案件和此后启动的办理；已公布条目的有效期不变。".to_owned());
    }
    told
}

/// The exits that a published policy calls for: of own entries in force, recognised under an earlier version, that no
/// criterion of the newest one carries any more; only those in `cases`, if any are named.
///
/// # Errors
/// `POLICY_UNKNOWN`.
pub async fn exits(
    tx: &mut dyn Tx,
    cx: &Context,
    name: &str,
    cases: &CaseSet,
) -> Result<Vec<DraftedExit>, CommandError> {
    let unknown = || Refusal::new("POLICY_UNKNOWN", "R-010", format!("目录中没有名为{name}的制度"));
    let new = cx.reference.quoted(name).ok_or_else(unknown)?;
    exits_under(tx, cx, new, cases).await
}

/// The same for a text that is not published yet.
pub async fn exits_of_text(tx: &mut dyn Tx, cx: &Context, text: &str) -> Result<Vec<DraftedExit>, CommandError> {
    exits_under(tx, cx, &read(text)?, &CaseSet::default()).await
}

async fn exits_under(
    tx: &mut dyn Tx,
    cx: &Context,
    new: &Policy,
    cases: &CaseSet,
) -> Result<Vec<DraftedExit>, CommandError> {
    let offices = Offices::of(cx.directory(), Some(new), cx.me());
    let mut drafted = Vec::new();
    for case in in_force(tx, cx, new).await? {
        if !cases.is_empty() && !cases.contains(case.id().number) {
            continue;
        }
        // A case keeps the version it was collected under; the newest one here is what replaced it.
        let newest = cx.reference.quoted(&new.name);
        let Some(old) = cx.reference.quoted(&case.policy).or(newest) else { continue };
        let found = impact(old, new, cx.now.today, [&case.entry]);
        let Some(touched) = found.touched.into_iter().find(|touched| touched.loses_its_ground) else { continue };
        let Touched { case, name, kind, by, .. } = touched;
        let code = exit_code(kind);
        let fell_on = fell_on(new, &by, cx.now.today);
        let criteria: Vec<String> = by.iter().map(|(code, change)| format!("{}{}", code.0, change.zh())).collect();
        let reason = format!("{}自{fell_on}起{}，不再符合列入条件", new.pin(), criteria.join("、"));
        let hindrance = exit_fits(code.as_str(), kind, new, &offices, cx.me()).err();
        drafted.push(DraftedExit { case, name, kind, lost: by, code, reason, fell_on, hindrance });
    }
    Ok(drafted)
}

/// RX-10, 认定标准改变不再符合; a black whose basis fell is withdrawn as BX-5 (49号文; REQUIREMENTS 1.8).
fn exit_code(kind: ListKind) -> ExitCode {
    match kind {
        ListKind::Red => ExitCode::Rx10,
        ListKind::Black => ExitCode::Bx5,
    }
}

/// The day on which the last of an entry's criteria lost effect; today where the policy names no day.
fn fell_on(new: &Policy, lost: &[(CriterionCode, Change)], today: NaiveDate) -> NaiveDate {
    let day = |code: &CriterionCode| {
        let criterion = new.criterion(code)?;
        criterion.retired_on.or_else(|| criterion.effective_to.and_then(|last| last.succ_opt()))
    };
    let days = lost.iter().map(|(code, _)| day(code).unwrap_or(today));
    days.max().unwrap_or(today).min(today)
}

/// Own cases in force on the lists of a policy's department.
async fn in_force(tx: &mut dyn Tx, cx: &Context, policy: &Policy) -> Result<Vec<Case>, Fault> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
        let rows = tx.cases(cx.me(), &filter).await?;
        for row in &rows {
            let case = prepare::folded(tx, &read_case(row)?.case).await?;
            if is_in_force(&case, cx.now.today) && case.entry.department == policy.department {
                found.push(case);
            }
        }
        match rows.last() {
            Some(row) if rows.len() == PAGE as usize => after = row.case.number,
            _ => return Ok(found),
        }
    }
}

fn is_in_force(case: &Case, today: NaiveDate) -> bool {
    matches!(&case.stage, Stage::Final { valid_from, valid_to, .. } if *valid_from <= today && today <= *valid_to)
}

fn told(old: &Policy, new: &Policy, looked_at: usize, found: &Impact) -> Told {
    let mut sentences = vec![format!("{}与{}相比：", new.pin(), old.pin())];
    sentences.extend(found.changes.iter().map(|(code, change)| format!("{}：{}", code.0, change.zh())));
    if found.changes.is_empty() {
        sentences.push("认定标准没有变化。".to_owned());
    }
    sentences.extend(terms(old, new));
    let count = found.touched.len();
    sentences.push(format!("本单位有效条目{looked_at}条，其中受影响的{count}条；请逐条核实（依据 F-P11、RX-10）。"));
    let rows = found.touched.iter().map(|touched| {
        let by: Vec<String> = touched.by.iter().map(|(code, change)| format!("{} {}", code.0, change.zh())).collect();
        let left = if touched.loses_its_ground { "已无任何依据" } else { "尚有其他依据或仅文字变化" };
        let code = if touched.loses_its_ground { exit_code(touched.kind).as_str() } else { "" };
        vec![touched.case.to_string(), touched.name.clone(), by.join("；"), left.to_owned(), code.to_owned()]
    });
    let lost = found.touched.iter().filter(|touched| touched.loses_its_ground).count();
    if lost > 0 {
        sentences
            .push(format!("其中{lost}条已无任何依据；制度发布后以 policy exits {} 由负责人一并签署退出。", new.name));
    }
    Told {
        sentences,
        headings: vec!["案件", "主体", "变化", "其余依据", "拟退出事由"],
        rows: rows.collect(),
        alarm: None,
    }
}
