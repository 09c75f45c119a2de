//! Conflicts by pair of departments, with a chart, and every row.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::sheet::{AMBER, Cell, GREEN, GREY, INK, RED, RUST, Range, Styles, add, chart, listing, table};
use crate::figures::pairs;
use crate::model::{Conflict, Report};
use crate::words::department_zh;

/// The sheet of the pairs.
const PAIRS: &str = "部门冲突";

/// Pairs drawn at most.
const DRAWN: u32 = 20;

pub(super) fn write(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let sheet = add(workbook, PAIRS)?;
    let columns = [
        ("部门对", 24.0),
        ("红名单部门", 14.0),
        ("黑名单部门", 14.0),
        ("X1", 10.0),
        ("X2", 10.0),
        ("合计", 10.0),
        ("其中同日", 10.0),
        ("RX-1", 10.0),
        ("RX-7", 10.0),
        ("其中本版", 10.0),
    ];
    let found = pairs(report);
    let rows: Vec<Vec<Cell>> = found
        .iter()
        .map(|pair| {
            let (red, black) = (department_zh(pair.red), department_zh(pair.black));
            let counts = [
                pair.count(|row| row.rule == "X1"),
                pair.count(|row| row.rule == "X2"),
                pair.rows.len() as u64,
                pair.count(|row| row.tie),
                pair.count(|row| row.exit == "RX-1"),
                pair.count(|row| row.exit == "RX-7"),
                pair.count(|row| row.version == report.version),
            ];
            let head = [Cell::Text(format!("{red} × {black}")), Cell::Text(red), Cell::Text(black)];
            head.into_iter().chain(counts.map(Cell::Whole)).collect()
        })
        .collect();
    let after = table(sheet, styles, 0, &columns, &rows)?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_repeat_rows(0, 0)?;
    if !rows.is_empty() {
        let range = Range { sheet: PAIRS, header: 0, last: (after - 1).min(DRAWN), categories: 0 };
        let drawn = chart(ChartType::ColumnStacked, "部门冲突（红名单 × 黑名单，条）", &range, &[(3, RED), (4, RUST)]);
        sheet.insert_chart(after + 1, 0, &drawn)?;
    }
    matrix(workbook, styles, report)?;
    rows_of(workbook, styles, report)
}

/// Red departments down, black ones across, as a table to read.
fn matrix(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    const NAME: &str = "冲突矩阵";
    let (reds, blacks) = crate::figures::departments(report);
    let sheet = add(workbook, NAME)?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let names = blacks.iter().map(|black| Cell::Text(department_zh(black)));
    rows.push([Cell::text("红名单＼黑名单")].into_iter().chain(names).chain([Cell::text("合计")]).collect());
    for red in &reds {
        let found: Vec<u64> = blacks.iter().map(|black| crate::figures::between(report, red, black)).collect();
        let sum = found.iter().sum();
        let counts = found.into_iter().chain([sum]).map(Cell::Whole);
        rows.push([Cell::Text(department_zh(red))].into_iter().chain(counts).collect());
    }
    let last = table(sheet, styles, 0, &[("红名单部门对黑名单部门的冲突条数", 34.0)], &rows)?;
    sheet.set_freeze_panes(2, 1)?;
    let colours = [RED, RUST, AMBER, INK, GREEN, GREY];
    let series: Vec<(u16, u32)> =
        (1..).zip(blacks.iter().zip(colours.into_iter().cycle())).map(|(at, (_, colour))| (at, colour)).collect();
    if !reds.is_empty() {
        let range = Range { sheet: NAME, header: 1, last: last - 1, categories: 0 };
        let drawn = chart(ChartType::BarStacked, "各部门红名单被何部门黑名单删除（条）", &range, &series);
        sheet.insert_chart(last + 1, 0, &drawn)?;
    }
    Ok(())
}

fn rows_of(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        ("红名单条目", 24.0),
        ("主体名称", 34.0),
        ("统一社会信用代码", 22.0),
        ("组织机构代码", 14.0),
        ("工商注册号", 18.0),
        ("红名单部门", 12.0),
        ("认定部门", 22.0),
        ("红名单认定日期", 14.0),
        ("规则", 8.0),
        ("同日", 8.0),
        ("退出", 8.0),
        ("匹配依据", 18.0),
        ("依据黑名单", 24.0),
        ("黑名单部门", 12.0),
        ("依据文书", 26.0),
        ("黑名单认定日期", 14.0),
        ("结果版本", 10.0),
        ("该版公布日期", 14.0),
    ];
    let rows: Vec<Vec<Cell>> = report.conflicts.iter().map(cells).collect();
    listing(workbook, styles, "冲突明细", &columns, &rows)
}

fn cells(row: &Conflict) -> Vec<Cell> {
    vec![
        Cell::text(&row.case),
        Cell::text(&row.subject),
        Cell::text(&row.identifiers.uscc),
        Cell::text(&row.identifiers.organisation_code),
        Cell::text(&row.identifiers.registration_number),
        Cell::Text(department_zh(&row.red_department)),
        Cell::text(&row.red_organ),
        Cell::Day(row.red_recognised_on),
        Cell::text(&row.rule),
        Cell::text(if row.tie { "是" } else { "" }),
        Cell::text(&row.exit),
        Cell::text(&row.key),
        Cell::text(&row.cause),
        Cell::Text(department_zh(&row.black_department)),
        Cell::text(&row.black_document),
        Cell::Day(row.black_recognised_on),
        Cell::Whole(row.version),
        Cell::Day(Some(row.removed_on)),
    ]
}
