//! The first sheet: what the report is, as of what, and the figures that matter.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::sheet::{Cell, Styles, add, table};
use crate::figures::{count, mean, spread, together};
use crate::model::Report;

/// What the figures mean.
const NOTES: [&str; 5] = [
    "冲突：截至该版处于删除状态的红名单条目。X1先红后黑，X2先黑后红；同日认定以黑名单为准（AMB-08）。RX-1此前已列入而移出，RX-7未曾列入。",
    "待核：主体不能确认或黑名单正在复议、诉讼的红名单条目；不删除，由人员认定。等待日数自列为待核的版本公布之日起，计至期限日。",
    "重错码率＝（重码行＋错码行）÷载有代码的行。重码是同一文件内同一代码记在不同名称之下的后出之行；错码按第一个原因计；内码存疑不计入。",
    "用时以日历日计，自认定（或采集）至最终结果公布；部门数据源导入的条目不在其内。",
    "自然人的公民身份号码不在报告之内。",
];

pub(super) fn write(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let sheet = add(workbook, "概况")?;
    let title = if report.rehearsal { "比对结果报告（演练 不具效力）" } else { "比对结果报告" };
    sheet.write_string_with_format(0, 0, title, &styles.title)?;
    let all = &report.conflicts;
    let spread = spread(&together(&report.times, |times| &times.certified)).unwrap_or_default();
    let whole = |name: &str, number: u64| vec![Cell::text(name), Cell::Whole(number)];
    let day = |name: &str, day| vec![Cell::text(name), Cell::Day(Some(day))];
    let text = |name: &str, text: String| vec![Cell::text(name), Cell::Text(text)];
    let rows = vec![
        text("编制单位", format!("{}（{}）", report.node_name, report.node)),
        whole("依据结果版本", report.version),
        day("该版公布日期", report.published_on),
        day("待核期限计至", report.counted_to),
        day("编制日期", report.made_on),
        text("最终名单摘要", report.digest.clone()),
        whole("比对规则版本", u64::from(report.rule_version)),
        whole("红名单在列", report.counts.red),
        whole("黑名单在列", report.counts.black),
        whole("冲突删除（现有）", all.len() as u64),
        whole("其中本版删除", report.counts.removed),
        whole("其中X1", count(all, |row| row.rule == "X1")),
        whole("其中X2", count(all, |row| row.rule == "X2")),
        whole("其中同日认定", count(all, |row| row.tie)),
        whole("其中RX-1", count(all, |row| row.exit == "RX-1")),
        whole("其中RX-7", count(all, |row| row.exit == "RX-7")),
        whole("待人工核对（现有）", report.held.len() as u64),
        whole("已有最终结果的上报条目", spread.entries),
        text("自认定至公布平均日数", mean(spread.days, spread.entries)),
    ];
    let mut row = table(sheet, styles, 2, &[("项目", 26.0), ("数值", 72.0)], &rows)?;
    row += 1;
    for note in NOTES {
        sheet.merge_range(row, 0, row, 1, note, &styles.note)?;
        sheet.set_row_height(row, 32)?;
        row += 1;
    }
    Ok(())
}
