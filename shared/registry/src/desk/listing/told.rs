//! Answers about listed entries, in sentences and rows.

use honghei_domain::list::ListKind;
use honghei_domain::listing::{Listing, SubjectStatus, measures_in_force, status_of};
use honghei_domain::subject_key::SubjectKey;
use honghei_store::Tx;

use super::view::Owner;
use super::{CASE, policy_of_node, view};
use crate::context::Context;
use crate::desk::dossiers::decode;
use crate::error::Fault;
use crate::question::Told;
use crate::view::last_day;

/// What this node has to do.
pub(super) async fn duties(tx: &mut dyn Tx, cx: &Context) -> Result<Told, Fault> {
    let mut rows = Vec::new();
    for duty in view::duties(tx, cx).await? {
        let due = duty.due_on.map(|due| {
            let left = cx.reference.calendar.working_days_left(cx.now.today, due).value;
            if left < 0 { format!("{due}（已逾期）") } else { format!("{due}（剩余{left}个工作日）") }
        });
        let place = duty.at.to_string();
        rows.push(vec![
            due.unwrap_or_default(),
            duty.kind.to_owned(),
            duty.sentence,
            place,
            duty.recogniser.to_string(),
        ]);
    }
    let sentence = match rows.len() {
        0 => "没有列入后的待办事项。".to_owned(),
        count => format!("列入后的待办事项{count}件。"),
    };
    Ok(Told {
        headings: vec!["期限", "种类", "事项", "记录", "认定单位"], rows, ..Told::sentences([sentence])
    })
}

/// Conflict notices that wait for an answer or for the exit that was answered.
pub(super) async fn conflicts(tx: &mut dyn Tx, cx: &Context) -> Result<Told, Fault> {
    let mut open = Vec::new();
    for row in tx.open_listings(CASE).await? {
        let listing: Listing = decode(&row.body, "a listed entry")?;
        for (at, notice) in listing.open_conflicts() {
            let owner = view::owner_of(tx, &listing.case, &notice.source).await?;
            let state = match &notice.answer {
                _ if owner == (Owner::Outside { stands: false }) => continue,
                Some(answer) if owner == Owner::Recogniser => format!("已于{}答复撤出，待作出退出决定", answer.on),
                Some(answer) => format!("主管单位已于{}答复撤出，待其名单不再列有", answer.on),
                None if notice.due_on < cx.now.today => "逾期未答复".to_owned(),
                None => "待答复".to_owned(),
            };
            let (due_on, noticed_on) = (notice.due_on.to_string(), notice.noticed_on.to_string());
            let head = [due_on, at.to_string(), listing.case.to_string(), notice.source.clone()];
            let tail = [notice.organ.clone(), notice.document.clone(), notice.matched_by.clone(), noticed_on, state];
            open.push(head.into_iter().chain(tail).collect::<Vec<String>>());
        }
    }
    open.sort();
    let late = open.iter().filter(|row| row.last().is_some_and(|state| state == "逾期未答复")).count();
    let sentence = match open.len() {
        0 => "没有待答复的冲突通知（AMB-07）。".to_owned(),
        count => format!("未了结的冲突通知{count}件，其中逾期未答复{late}件（AMB-07）；参考名单本身不撤出任何条目。"),
    };
    Ok(Told {
        headings: vec![
            "答复期限",
            "通知",
            "红名单条目",
            "参考名单",
            "认定机关",
            "依据文书",
            "匹配依据",
            "发出",
            "状态",
        ],
        rows: open,
        ..Told::sentences([sentence])
    })
}

/// How a subject stands today.
pub(super) async fn standing(tx: &mut dyn Tx, cx: &Context, key: &SubjectKey) -> Result<Told, Fault> {
    let shown = view::shown(tx, key).await?;
    let today = cx.now.today;
    let mut sentences = vec![match status_of(&shown, today) {
        SubjectStatus::Unlisted => "该主体没有有效的红黑名单条目。".to_owned(),
        SubjectStatus::Red => "该主体在红名单上。".to_owned(),
        SubjectStatus::Black => "该主体在黑名单上；最后一个有效条目退出之前，状态不变（AMB-23）。".to_owned(),
    }];
    let mut rows = Vec::new();
    for entry in &shown {
        // Of an entry that left, nothing is told but that it did (BX-2).
        let row = entry.row.as_ref().filter(|_| !entry.has_exited());
        let list = row.map_or("", |row| match row.kind {
            ListKind::Red => "红名单",
            ListKind::Black => "黑名单",
        });
        let term = row.map(|row| format!("{}至{}", row.valid_from, last_day(row.valid_to))).unwrap_or_default();
        let mark = if entry.is_disputed() { "异议处理中" } else { entry.notice() };
        let predecessors = view::predecessors(tx, &entry.case).await?;
        if !predecessors.is_empty() {
            let earlier: Vec<String> = predecessors.iter().map(ToString::to_string).collect();
            sentences.push(format!("{}之前曾列入：{}。", entry.case, earlier.join("、")));
        }
        let standing = match entry.standing_on(today) {
            "in_force" => "有效",
            "expired" => "期满",
            "not_yet" => "未生效",
            _ => "已退出",
        };
        rows.push([entry.case.to_string().as_str(), list, standing, term.as_str(), mark].map(str::to_owned).to_vec());
    }
    if let Some(policy) = policy_of_node(cx, cx.me()) {
        for measure in measures_in_force(policy, &shown, today) {
            sentences.push(format!("适用措施{}：{}。", measure.code, measure.text.trim_end_matches('。')));
        }
    }
    Ok(Told { headings: vec!["条目", "名单", "状态", "有效期", "标识"], rows, ..Told::sentences(sentences) })
}
