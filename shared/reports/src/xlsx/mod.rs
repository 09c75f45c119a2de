//! A report as a workbook: every row, typed cells, Excel's own charts, headers that stay and repeat.

mod conflicts;
mod quality;
mod sheet;
mod summary;
mod times;
mod waiting;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use self::sheet::{Styles, date};
use crate::error::ReportError;
use crate::model::Report;

/// The report as an XLSX file; the same report gives the same bytes.
///
/// # Errors
/// [`ReportError::Workbook`] where a text is beyond what a workbook takes.
pub fn xlsx(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let made_on: ExcelDateTime = date(report.made_on)?;
    let properties = DocProperties::new()
        .set_title(format!("比对结果报告（第{}版）", report.version))
        .set_author(&report.node_name)
        .set_creation_datetime(&made_on);
    workbook.set_properties(&properties);
    let styles = Styles::new();
    summary::write(&mut workbook, &styles, report)?;
    conflicts::write(&mut workbook, &styles, report)?;
    waiting::write(&mut workbook, &styles, report)?;
    quality::write(&mut workbook, &styles, report)?;
    times::write(&mut workbook, &styles, report)?;
    Ok(workbook.save_to_buffer()?)
}
