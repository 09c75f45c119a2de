//! What waits for a person: by age and reason, with a chart, and every row.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::sheet::{AMBER, Cell, Range, Styles, add, chart, listing, table};
use crate::figures::{ages, reasons};
use crate::model::{Held, Report};
use crate::words::department_zh;

/// The sheet of the sums.
const SUMS: &str = "待核统计";

pub(super) fn write(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let sheet = add(workbook, SUMS)?;
    let waited: Vec<Vec<Cell>> =
        ages(report).into_iter().map(|(name, count)| vec![Cell::text(name), Cell::Whole(count)]).collect();
    let after = table(sheet, styles, 0, &[("已等待时间", 44.0), ("条数", 12.0)], &waited)?;
    let range = Range { sheet: SUMS, header: 0, last: after - 1, categories: 0 };
    let drawn = chart(ChartType::Column, "待核条目已等待时间（条）", &range, &[(1, AMBER)]);
    let why: Vec<Vec<Cell>> = reasons(report)
        .into_iter()
        .map(|(word, code, count)| vec![Cell::text(word), Cell::Whole(count), Cell::text(code)])
        .collect();
    let columns = [("待核原因", 44.0), ("条数", 12.0), ("代号", 34.0)];
    table(sheet, styles, after + 1, &columns, &why)?;
    sheet.insert_chart(0, 4, &drawn)?;
    sheet.set_freeze_panes(1, 0)?;
    let columns = [
        ("红名单条目", 24.0),
        ("主体名称", 34.0),
        ("统一社会信用代码", 22.0),
        ("组织机构代码", 14.0),
        ("工商注册号", 18.0),
        ("红名单部门", 12.0),
        ("原因", 44.0),
        ("所涉黑名单", 24.0),
        ("黑名单部门", 12.0),
        ("一致", 26.0),
        ("不一致", 26.0),
        ("一方缺失", 26.0),
        ("自版本", 10.0),
        ("该版公布日期", 14.0),
        ("等待日数", 10.0),
    ];
    let rows: Vec<Vec<Cell>> = report.held.iter().map(cells).collect();
    listing(workbook, styles, "待核明细", &columns, &rows)
}

fn cells(row: &Held) -> Vec<Cell> {
    vec![
        Cell::text(&row.case),
        Cell::text(&row.subject),
        Cell::text(&row.identifiers.uscc),
        Cell::text(&row.identifiers.organisation_code),
        Cell::text(&row.identifiers.registration_number),
        Cell::Text(department_zh(&row.red_department)),
        Cell::text(&row.reason_zh),
        Cell::text(&row.black),
        Cell::Text(department_zh(&row.black_department)),
        Cell::Text(row.agree.join("、")),
        Cell::Text(row.differ.join("、")),
        Cell::Text(row.one_sided.join("、")),
        Cell::Whole(row.since_version),
        Cell::Day(Some(row.since_on)),
        Cell::Whole(u64::from(row.days)),
    ]
}
