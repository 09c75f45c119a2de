//! How long entries took: the distribution with a chart, and every recogniser.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::sheet::{AMBER, Cell, GREEN, INK, RUST, Range, Styles, add, chart, table};
use crate::figures::{bin_label, bins, spread, together};
use crate::model::Report;

/// The sheet of the distribution.
const DAYS: &str = "用时分布";

/// The sheet of the recognisers.
const NODES: &str = "各单位用时";

pub(super) fn write(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let all = together(&report.times, |times| &times.certified);
    let sheet = add(workbook, DAYS)?;
    let rows: Vec<Vec<Cell>> =
        bins(&all).iter().map(|bin| vec![Cell::Text(bin_label(bin)), Cell::Whole(bin.2)]).collect();
    let after = table(sheet, styles, 0, &[("自认定至公布（日）", 22.0), ("条数", 12.0)], &rows)?;
    sheet.set_freeze_panes(1, 0)?;
    if !rows.is_empty() {
        let range = Range { sheet: DAYS, header: 0, last: after - 1, categories: 0 };
        sheet.insert_chart(0, 3, &chart(ChartType::Column, "自认定至公布的日数（条）", &range, &[(1, INK)]))?;
    }
    nodes(workbook, styles, report)
}

fn nodes(workbook: &mut Workbook, styles: &Styles, report: &Report) -> Result<(), XlsxError> {
    let sheet = add(workbook, NODES)?;
    let columns = [
        ("认定单位", 28.0),
        ("起点", 8.0),
        ("条数", 10.0),
        ("平均", 10.0),
        ("最短", 10.0),
        ("中位数", 10.0),
        ("九成以内", 10.0),
        ("最长", 10.0),
    ];
    let mut rows = Vec::new();
    for times in &report.times {
        for (start, days) in [("认定", &times.certified), ("采集", &times.collected)] {
            let Some(spread) = spread(days) else { continue };
            rows.push(vec![
                Cell::text(&times.name),
                Cell::text(start),
                Cell::Whole(spread.entries),
                Cell::Mean(spread.days, spread.entries),
                Cell::Whole(u64::from(spread.least)),
                Cell::Whole(u64::from(spread.median)),
                Cell::Whole(u64::from(spread.ninth_decile)),
                Cell::Whole(u64::from(spread.most)),
            ]);
        }
    }
    let after = table(sheet, styles, 0, &columns, &rows)?;
    sheet.set_freeze_panes(1, 1)?;
    let columns = [
        ("认定单位", 28.0),
        ("认定至申报", 12.0),
        ("申报至审核签署", 14.0),
        ("签署（公示）至上报", 14.0),
        ("上报至公布", 12.0),
    ];
    let rows: Vec<Vec<Cell>> = report
        .times
        .iter()
        .map(|times| {
            let phases = &times.phases;
            let parts = [phases.to_declaration, phases.to_signature, phases.to_report, phases.to_publication];
            let means = parts.map(|phase| Cell::Mean(phase.days, phase.entries));
            [Cell::text(&times.name)].into_iter().chain(means).collect()
        })
        .collect();
    let top = after + 1;
    let end = table(sheet, styles, top, &columns, &rows)?;
    if !rows.is_empty() {
        let range = Range { sheet: NODES, header: top, last: end - 1, categories: 0 };
        let series = [(1, INK), (2, RUST), (3, AMBER), (4, GREEN)];
        sheet.insert_chart(end + 1, 0, &chart(ChartType::BarStacked, "各环节平均用时（日）", &range, &series))?;
    }
    Ok(())
}
