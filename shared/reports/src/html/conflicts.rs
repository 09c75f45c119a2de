//! Conflicts by pair of departments: the matrix, the bars, and every pair's rows to open.

use std::fmt::Write;

use super::{code, escape, grouped, section, table};
use crate::figures::{between, count, departments, pairs};
use crate::model::{Conflict, Report};
use crate::svg::{Bar, Caption, Scale, bars};
use crate::words::department_zh;

/// Bars drawn at most.
const BARS: usize = 12;

/// Rows shown of one pair at most; the workbook has all of them.
const ROWS: usize = 1000;

pub(super) fn write(out: &mut String, report: &Report) {
    let all = &report.conflicts;
    let ties = count(all, |row| row.tie);
    let lead = match all.len() {
        0 => format!("截至第{}版，没有因与黑名单冲突而删除的红名单条目。", report.version),
        many => format!(
            "截至第{}版，因与黑名单冲突而处于删除状态的红名单条目{}条：X1（先红后黑）{}条，X2（先黑后红）{}条，其中同日认定、\
             以黑名单为准{}条；此前已列入而移出（RX-1）{}条，未曾列入（RX-7）{}条。",
            report.version,
            grouped(many as u64),
            count(all, |row| row.rule == "X1"),
            count(all, |row| row.rule == "X2"),
            ties,
            count(all, |row| row.exit == "RX-1"),
            count(all, |row| row.exit == "RX-7"),
        ),
    };
    section(out, "conflicts", "一、部门冲突", &lead);
    if !all.is_empty() {
        matrix(out, report);
        chart(out, report);
        details(out, report);
    }
    out.push_str("</section>\n");
}

/// Rows are the reds' departments, columns the blacks'; darker is more.
fn matrix(out: &mut String, report: &Report) {
    let (reds, blacks) = departments(report);
    let cells: Vec<u64> = reds.iter().flat_map(|red| blacks.iter().map(|black| between(report, red, black))).collect();
    let most = cells.iter().copied().max().unwrap_or(0).max(1);
    out.push_str(
        "<div class=\"scroll\"><table class=\"matrix\">\n<caption>红名单部门与黑名单部门的冲突条数</caption>\n\
                  <thead><tr><th scope=\"col\">红名单＼黑名单</th>",
    );
    for black in &blacks {
        let _ = write!(out, "<th scope=\"col\" class=\"n\">{}</th>", escape(&department_zh(black)));
    }
    out.push_str("<th scope=\"col\" class=\"n\">合计</th></tr></thead>\n<tbody>\n");
    for red in &reds {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>", escape(&department_zh(red)));
        let mut sum = 0;
        for black in &blacks {
            let found = between(report, red, black);
            sum += found;
            // Five shades, so that the style says the colours.
            let shade = (found * 5).div_ceil(most);
            let _ = write!(out, "<td class=\"n s{shade}\">{}</td>", grouped(found));
        }
        let _ = writeln!(out, "<td class=\"n sum\">{}</td></tr>", grouped(sum));
    }
    out.push_str("<tr class=\"sum\"><th scope=\"row\">合计</th>");
    for black in &blacks {
        let sum = count(&report.conflicts, |row| row.black_department == *black);
        let _ = write!(out, "<td class=\"n\">{}</td>", grouped(sum));
    }
    let _ =
        writeln!(out, "<td class=\"n\">{}</td></tr>\n</tbody>\n</table></div>", grouped(report.conflicts.len() as u64));
}

fn chart(out: &mut String, report: &Report) {
    let found = pairs(report);
    let rows: Vec<Bar> = found
        .iter()
        .take(BARS)
        .map(|pair| Bar {
            label: format!("{} × {}", department_zh(pair.red), department_zh(pair.black)),
            parts: vec![("red", pair.count(|row| row.rule == "X1")), ("rust", pair.count(|row| row.rule == "X2"))],
            note: grouped(pair.rows.len() as u64),
        })
        .collect();
    out.push_str("<figure>\n<figcaption>冲突最多的部门对（红名单 × 黑名单）\
                  <span class=\"legend\"><i class=\"key-red\"></i>X1 先红后黑<i class=\"key-rust\"></i>X2 先黑后红</span></figcaption>\n");
    let caption = Caption {
        id: "c-pairs",
        title: "冲突最多的部门对",
        description: "每条横条为一对部门的冲突条数，按规则X1与X2分段；数字见前后表格。",
    };
    out.push_str(&bars(caption, &rows, Scale::Common));
    out.push_str("</figure>\n");
    if let Some(rest) = found.get(BARS..).filter(|rest| !rest.is_empty()) {
        let left: usize = rest.iter().map(|pair| pair.rows.len()).sum();
        let _ = writeln!(out, "<p class=\"note\">另有{}对部门共{left}条，见下列明细。</p>", rest.len());
    }
}

fn details(out: &mut String, report: &Report) {
    out.push_str("<h3>明细</h3>\n");
    for pair in pairs(report) {
        let fresh = pair.count(|row| row.version == report.version);
        let _ = writeln!(
            out,
            "<details>\n<summary><b>{} × {}</b> {}条，其中本版{fresh}条</summary>",
            escape(&department_zh(pair.red)),
            escape(&department_zh(pair.black)),
            grouped(pair.rows.len() as u64)
        );
        let rows: Vec<Vec<String>> = pair.rows.iter().take(ROWS).map(|row| cells(row)).collect();
        let columns = [
            ("主体", false),
            ("代码", false),
            ("红名单条目", false),
            ("规则", false),
            ("依据黑名单", false),
            ("匹配依据", false),
            ("结果版本", false),
        ];
        table(out, "被删除的红名单条目", &columns, &rows);
        if pair.rows.len() > ROWS {
            let left = pair.rows.len() - ROWS;
            let _ = writeln!(out, "<p class=\"note\">本页只列前{ROWS}条，其余{left}条见电子表格。</p>");
        }
        out.push_str("</details>\n");
    }
}

fn cells(row: &Conflict) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| format!("，{day}认定")).unwrap_or_default();
    let tie = if row.tie { "（同日）" } else { "" };
    let document = if row.black_document.is_empty() { String::new() } else { format!("，{}", row.black_document) };
    vec![
        if row.subject.is_empty() { "（本节点不可见）".to_owned() } else { row.subject.clone() },
        code(&row.identifiers).to_owned(),
        format!("{}{}", row.case, day(row.red_recognised_on)),
        format!("{}{tie} {}", row.rule, row.exit),
        format!("{}{document}{}", row.cause, day(row.black_recognised_on)),
        row.key.clone(),
        format!("第{}版（{}）", row.version, row.removed_on),
    ]
}
