//! In what state codes came: by source with a chart, reasons, and every delivery.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::sheet::{AMBER, Cell, Column, GREEN, GREY, RED, RUST, Range, Styles, add, chart, listing, table};
use crate::figures::{quality, wrong_share};
use crate::html::source_name;
use crate::model::{Report, SourceKind};
use crate::words::{damage_zh, department_zh};

/// The sheet of the sources.
const SOURCES: &str = "代码质量";

pub(super) fn write(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    sources(workbook, styles, report)?;
    reasons(workbook, styles, report)?;
    deliveries(workbook, styles, report)
}

fn sources(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let sheet = add(workbook, SOURCES)?;
    let columns: [Column; 15] = [
        ("来源", 34.0),
        ("部门", 14.0),
        ("报送次数", 10.0),
        ("无统计的报送", 12.0),
        ("行数", 10.0),
        ("合格", 10.0),
        ("新入", 10.0),
        ("有效", 10.0),
        ("存疑", 10.0),
        ("重码", 10.0),
        ("错码", 10.0),
        ("缺失", 10.0),
        ("自然人", 10.0),
        ("载有代码", 10.0),
        ("重错码率", 10.0),
    ];
    let rows: Vec<Vec<Cell>> = report
        .sources
        .iter()
        .map(|source| {
            let sum = quality(source);
            let codes = &sum.codes;
            let counts = [
                sum.deliveries,
                sum.without_account,
                sum.rows,
                sum.accepted,
                sum.entered,
                codes.sound,
                codes.doubtful,
                codes.shared,
                codes.wrong(),
                codes.missing,
                codes.persons,
                codes.coded(),
            ];
            let department = match source.department.as_str() {
                "" => String::new(),
                slug => department_zh(slug),
            };
            let head = [Cell::Text(source_name(source)), Cell::Text(department)];
            head.into_iter().chain(counts.map(Cell::Whole)).chain([Cell::Share(wrong_share(source))]).collect()
        })
        .collect();
    let after = table(sheet, styles, 0, &columns, &rows)?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_repeat_rows(0, 0)?;
    if !rows.is_empty() {
        let range = Range { sheet: SOURCES, header: 0, last: after - 1, categories: 0 };
        let series = [(7, GREEN), (8, AMBER), (9, RUST), (10, RED), (11, GREY), (12, GREY)];
        let drawn = chart(ChartType::BarPercentStacked, "各来源代码状况", &range, &series);
        sheet.insert_chart(after + 1, 0, &drawn)?;
    }
    Ok(())
}

fn reasons(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let columns = [("来源", 34.0), ("错码原因", 34.0), ("代号", 34.0), ("行数", 10.0)];
    let mut rows = Vec::new();
    for source in &report.sources {
        for (reason, count) in quality(source).codes.damaged {
            let word = damage_zh(&reason).to_owned();
            rows.push(vec![Cell::Text(source_name(source)), Cell::Text(word), Cell::Text(reason), Cell::Whole(count)]);
        }
    }
    listing(workbook, styles, "错码原因", &columns, &rows)
}

fn deliveries(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        ("来源", 34.0),
        ("日期", 12.0),
        ("文件或名单", 34.0),
        ("行数", 10.0),
        ("合格", 10.0),
        ("注明撤销", 10.0),
        ("新入", 10.0),
        ("有效", 10.0),
        ("存疑", 10.0),
        ("重码", 10.0),
        ("错码", 10.0),
        ("缺失", 10.0),
        ("自然人", 10.0),
        ("重错码率", 10.0),
        ("记录", 26.0),
    ];
    let mut rows = Vec::new();
    for source in &report.sources {
        for delivery in &source.deliveries {
            let mut cells = vec![
                Cell::Text(source_name(source)),
                Cell::Day(Some(delivery.on)),
                Cell::text(&delivery.what),
                Cell::Whole(delivery.rows),
                Cell::Whole(delivery.accepted),
                Cell::Whole(delivery.ended),
                Cell::Whole(delivery.entered),
            ];
            match &delivery.codes {
                Some(codes) => {
                    let counts =
                        [codes.sound, codes.doubtful, codes.shared, codes.wrong(), codes.missing, codes.persons];
                    cells.extend(counts.map(Cell::Whole));
                    let counted = source.kind != SourceKind::Reported;
                    cells.push(Cell::Share(codes.wrong_share().filter(|_| counted)));
                }
                None => cells.extend((0..7).map(|_| Cell::text("—"))),
            }
            cells.push(Cell::text(&delivery.entry));
            rows.push(cells);
        }
    }
    listing(workbook, styles, "历次报送", &columns, &rows)
}
