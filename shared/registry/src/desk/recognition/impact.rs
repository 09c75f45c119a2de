//! What a new version of a policy does to the own entries (F-P11).

use honghei_domain::case::{Case, Stage};
use honghei_domain::list::ListEntry;
use honghei_domain::policy::{Impact, Policy, impact};
use honghei_domain::refusal::Refusal;
use honghei_store::{CaseFilter, Tx};

use super::cases::read_case;
use super::prepare;
use crate::context::Context;
use crate::error::CommandError;
use crate::question::Told;

/// Cases read at a time.
const PAGE: u32 = 1024;

/// Lists the own entries in force that a new text touches, and how its criteria differ from the newest version here.
pub async fn tell(tx: &mut dyn Tx, cx: &Context, text: &str) -> Result<Told, CommandError> {
    let unreadable = |defect: honghei_domain::policy::PolicyDefect| {
        Refusal::new("POLICY_UNREADABLE", "R-010", format!("制度文本无法采用：{defect}"))
    };
    let new = Policy::parse_file("policy", text).map_err(unreadable)?;
    let Some(old) = cx.reference.quoted(&new.name) else {
        let sentence = format!("目录中没有名为{}的制度，无从比较", new.name);
        return Err(Refusal::new("POLICY_UNKNOWN", "R-010", sentence).into());
    };
    let today = cx.now.today;
    let mut in_force: Vec<ListEntry> = Vec::new();
    let mut after = 0;
    loop {
        let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
        let rows = tx.cases(cx.me(), &filter).await?;
        for row in &rows {
            let case = prepare::folded(tx, &read_case(row)?.case).await?;
            if is_in_force(&case, today) && case.entry.department == old.department {
                in_force.push(case.entry);
            }
        }
        match rows.last() {
            Some(row) if rows.len() == PAGE as usize => after = row.case.number,
            _ => break,
        }
    }
    Ok(told(old, &new, in_force.len(), &impact(old, &new, today, &in_force)))
}

fn is_in_force(case: &Case, today: chrono::NaiveDate) -> bool {
    matches!(&case.stage, Stage::Final { valid_from, valid_to, .. } if *valid_from <= today && today <= *valid_to)
}

fn told(old: &Policy, new: &Policy, looked_at: usize, found: &Impact) -> Told {
    let mut sentences = vec![format!("{}与{}相比：", new.pin(), old.pin())];
    sentences.extend(found.changes.iter().map(|(code, change)| format!("{}：{}", code.0, change.zh())));
    if found.changes.is_empty() {
        sentences.push("认定标准没有变化。".to_owned());
    }
    let count = found.touched.len();
    sentences.push(format!("本单位有效条目{looked_at}条，其中受影响的{count}条；请逐条核实（依据 F-P11、RX-10）。"));
    let rows = found.touched.iter().map(|touched| {
        let by: Vec<String> = touched.by.iter().map(|(code, change)| format!("{} {}", code.0, change.zh())).collect();
        let left = if touched.loses_its_ground { "已无任何依据" } else { "尚有其他依据或仅文字变化" };
        vec![touched.case.to_string(), touched.name.clone(), by.join("；"), left.to_owned()]
    });
    Told { sentences, headings: vec!["案件", "主体", "变化", "其余依据"], rows: rows.collect(), alarm: None }
}
