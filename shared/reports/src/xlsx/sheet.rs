//! Tables on sheets: typed cells under a header that stays.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Chart, ChartType, Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Rows of one sheet at most; a longer table goes on on the next sheet.
const ROWS: usize = 1_000_000;

/// Characters that a cell takes.
const CELL_MAX: usize = 32_000;

/// A4.
const PAPER: u8 = 9;

/// Colours of the charts, as on the page.
pub(super) const INK: u32 = 0x0022_384D;
pub(super) const RED: u32 = 0x00B3_261E;
pub(super) const RUST: u32 = 0x00D9_8A6A;
pub(super) const AMBER: u32 = 0x00D9_A441;
pub(super) const GREEN: u32 = 0x005B_8C6A;
pub(super) const GREY: u32 = 0x00C9_C6BF;

/// One cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Text; nothing where it is empty.
    Text(String),
    /// A number of things.
    Whole(u64),
    /// A day; nothing where it is unknown.
    Day(Option<NaiveDate>),
    /// Hundredths of a per cent; a dash where there is none.
    Share(Option<u64>),
    /// A mean of days over entries; a dash where there is none.
    Mean(u64, u64),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }
}

/// A column's title and its width in characters.
pub(super) type Column = (&'static str, f64);

/// The formats in use.
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) note: Format,
    header: Format,
    text: Format,
    whole: Format,
    day: Format,
    share: Format,
    mean: Format,
}

impl Styles {
    pub(super) fn new() -> Self {
        let base = || Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Hair);
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_color(Color::RGB(INK)),
            note: Format::new().set_font_color(Color::RGB(0x0055_514A)).set_text_wrap().set_align(FormatAlign::Top),
            header: base()
                .set_bold()
                .set_background_color(Color::RGB(0x00F3_EFE7))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            text: base().set_text_wrap(),
            whole: base().set_num_format("#,##0"),
            day: base().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            share: base().set_num_format("0.00%"),
            mean: base().set_num_format("0.0"),
        }
    }
}

/// A day as Excel keeps it.
pub(super) fn date(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), part(day.month()), part(day.day()))
}

/// A new sheet, printed on A4 across.
pub(super) fn add<'a>(workbook: &'a mut Workbook, name: &str) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

/// Writes a table from a row on; returns the row after it.
pub(super) fn table(
    sheet: &mut Worksheet,
    styles: &Styles,
    top: u32,
    columns: &[Column],
    rows: &[Vec<Cell>],
) -> Result<u32, XlsxError> {
    for (at, (title, width)) in (0..).zip(columns) {
        sheet.write_string_with_format(top, at, *title, &styles.header)?;
        sheet.set_column_width(at, *width)?;
    }
    let mut row = top;
    for cells in rows {
        row += 1;
        for (at, cell) in (0..).zip(cells) {
            put(sheet, styles, row, at, cell)?;
        }
    }
    Ok(row + 1)
}

/// A whole sheet that is one table: its header stays, repeats on paper, and filters. A table longer than a sheet goes on
/// on the next one.
pub(super) fn listing(
    workbook: &mut Workbook,
    styles: &Styles,
    name: &str,
    columns: &[Column],
    rows: &[Vec<Cell>],
) -> Result<(), XlsxError> {
    let parts: Vec<&[Vec<Cell>]> = if rows.is_empty() { vec![rows] } else { rows.chunks(ROWS).collect() };
    for (number, part) in (1..).zip(parts) {
        let name = if number == 1 { name.to_owned() } else { format!("{name}（{number}）") };
        let sheet = add(workbook, &name)?;
        let after = table(sheet, styles, 0, columns, part)?;
        sheet.set_freeze_panes(1, 1)?;
        sheet.set_repeat_rows(0, 0)?;
        let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
        if after > 1 {
            sheet.autofilter(0, 0, after - 1, last)?;
        }
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, styles: &Styles, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        // A text that begins like a formula is a text: it is written as a string.
        Cell::Text(text) if text.chars().count() > CELL_MAX => {
            let cut: String = text.chars().take(CELL_MAX).collect();
            sheet.write_string_with_format(row, column, cut, &styles.text)?
        }
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &styles.text)?,
        Cell::Whole(number) => sheet.write_number_with_format(row, column, *number as f64, &styles.whole)?,
        Cell::Day(Some(day)) => sheet.write_datetime_with_format(row, column, date(*day)?, &styles.day)?,
        Cell::Share(Some(hundredths)) => {
            sheet.write_number_with_format(row, column, *hundredths as f64 / 10_000.0, &styles.share)?
        }
        Cell::Mean(days, entries) if *entries > 0 => {
            sheet.write_number_with_format(row, column, *days as f64 / *entries as f64, &styles.mean)?
        }
        Cell::Day(None) => sheet.write_string_with_format(row, column, "", &styles.text)?,
        Cell::Share(None) | Cell::Mean(..) => sheet.write_string_with_format(row, column, "—", &styles.text)?,
    };
    Ok(())
}

/// Where a chart's numbers stand: sheet, header row, first and last row, column of the categories.
pub(super) struct Range<'a> {
    pub(super) sheet: &'a str,
    pub(super) header: u32,
    pub(super) last: u32,
    pub(super) categories: u16,
}

/// A chart over columns of a table, each with its colour.
pub(super) fn chart(kind: ChartType, title: &str, range: &Range<'_>, series: &[(u16, u32)]) -> Chart {
    let mut chart = Chart::new(kind);
    for (column, colour) in series {
        chart
            .add_series()
            .set_name((range.sheet, range.header, *column))
            .set_categories((range.sheet, range.header + 1, range.categories, range.last, range.categories))
            .set_values((range.sheet, range.header + 1, *column, range.last, *column))
            .set_format(
                rust_xlsxwriter::ChartFormat::new()
                    .set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(Color::RGB(*colour))),
            )
            .set_gap(60);
    }
    chart.title().set_name(title);
    chart.set_width(760).set_height(360).set_alt_text(title);
    match series {
        [_] => _ = chart.legend().set_hidden(),
        _ => _ = chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom),
    }
    chart
}
