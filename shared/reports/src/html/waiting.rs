//! What waits for a person: how long, why, and what agrees.

use std::fmt::Write;

use super::{code, grouped, section, table};
use crate::figures::{ages, reasons};
use crate::model::{Held, Report};
use crate::svg::{Bar, Caption, Scale, bars, columns};
use crate::words::department_zh;

/// Rows shown at most; the workbook has all of them.
const ROWS: usize = 2000;

pub(super) fn write(out: &mut String, report: &Report) {
    let held = &report.held;
    let lead = match held.iter().map(|row| row.days).max() {
        None => format!("截至第{}版，没有待人工核对的红名单条目。", report.version),
        Some(longest) => format!(
            "截至第{}版，待人工核对的红名单条目{}条，最久已等待{longest}日（自列为待核的版本公布之日起，计至{}）。\
             待核不删除任何条目，由人员认定。",
            report.version,
            grouped(held.len() as u64),
            report.counted_to
        ),
    };
    section(out, "held", "二、待人工核对", &lead);
    if !held.is_empty() {
        charts(out, report);
        rows(out, report);
    }
    out.push_str("</section>\n");
}

fn charts(out: &mut String, report: &Report) {
    out.push_str("<div class=\"two\">\n<figure>\n<figcaption>已等待时间</figcaption>\n");
    let waited: Vec<(String, u64)> = ages(report).into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    let caption =
        Caption {
            id: "c-ages", title: "待核条目已等待时间", description: "各时间段的待核条目数；数字见表格。"
        };
    out.push_str(&columns(caption, "amber", &waited));
    out.push_str("</figure>\n<div>\n");
    let cells: Vec<Vec<String>> = waited.iter().map(|(name, count)| vec![name.clone(), grouped(*count)]).collect();
    table(out, "已等待时间", &[("时间段", false), ("条数", true)], &cells);
    out.push_str("</div>\n</div>\n<figure>\n<figcaption>待核原因</figcaption>\n");
    let found = reasons(report);
    let drawn: Vec<Bar> = found
        .iter()
        .map(|(word, _, count)| Bar {
            label: short(word).to_owned(),
            parts: vec![("amber", *count)],
            note: grouped(*count),
        })
        .collect();
    let caption = Caption {
        id: "c-reasons", title: "待核原因", description: "各原因的待核条目数；数字见表格。"
    };
    out.push_str(&bars(caption, &drawn, Scale::Common));
    out.push_str("</figure>\n");
    let cells: Vec<Vec<String>> =
        found.iter().map(|(word, code, count)| vec![(*word).to_owned(), (*code).to_owned(), grouped(*count)]).collect();
    table(out, "待核原因", &[("原因", false), ("代号", false), ("条数", true)], &cells);
}

/// The reason without what is the same in all.
fn short(word: &str) -> &str {
    word.split('，').next().unwrap_or(word)
}

fn rows(out: &mut String, report: &Report) {
    let _ = writeln!(out, "<h3>待核队列</h3>");
    let shown: Vec<Vec<String>> = report.held.iter().take(ROWS).map(cells).collect();
    let columns = [
        ("主体", false),
        ("代码", false),
        ("红名单条目", false),
        ("所涉黑名单", false),
        ("原因", false),
        ("一致", false),
        ("不一致", false),
        ("一方缺失", false),
        ("等待（日）", true),
    ];
    table(out, "按等待时间由长到短", &columns, &shown);
    if report.held.len() > ROWS {
        let left = report.held.len() - ROWS;
        let _ = writeln!(out, "<p class=\"note\">本页只列前{ROWS}条，其余{left}条见电子表格。</p>");
    }
}

fn cells(row: &Held) -> Vec<String> {
    let fields = |names: &[String]| match (names.is_empty(), row.compared) {
        (false, _) => names.join("、"),
        (true, true) => "—".to_owned(),
        (true, false) => "（本节点不可见）".to_owned(),
    };
    vec![
        if row.subject.is_empty() { "（本节点不可见）".to_owned() } else { row.subject.clone() },
        code(&row.identifiers).to_owned(),
        format!("{}（{}）", row.case, department_zh(&row.red_department)),
        if row.black.is_empty() {
            "—".to_owned()
        } else {
            format!("{}（{}）", row.black, department_zh(&row.black_department))
        },
        short(&row.reason_zh).to_owned(),
        fields(&row.agree),
        fields(&row.differ),
        fields(&row.one_sided),
        row.days.to_string(),
    ]
}
