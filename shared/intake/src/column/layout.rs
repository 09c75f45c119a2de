//! Finds the header row of a sheet and says what each column means.

use super::field::Field;
use super::header::{field_of, nearest};
use super::mapping::{Mapping, known_fields};
use crate::fault::IntakeFault;
use crate::limit;
use crate::request::Request;
use crate::source::{Row, Sheet, Source};

/// One column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Zero-based place.
    pub index: usize,
    /// The header as it stands.
    pub header: String,
    /// What it means.
    pub field: Field,
}

/// What is known about one sheet before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The sheet.
    pub sheet: String,
    /// Its place in [`Source::sheets`].
    pub sheet_index: usize,
    /// The row number of the header, from 1.
    pub header_row: u32,
    /// The columns with a header, in order.
    pub columns: Vec<Column>,
    /// Headers that nobody knows and that were left out; empty where a layout must be known entirely.
    pub unknown: Vec<String>,
    /// By field: the index into `columns` of its first column.
    by_field: [Option<u16>; Field::COUNT],
    /// By place: whether a header stands there, known or not.
    headed: Vec<bool>,
}

impl Layout {
    fn new(sheet: &Sheet, sheet_index: usize, header: &Row, columns: Vec<Column>, unknown: Vec<String>) -> Self {
        let mut by_field = [None; Field::COUNT];
        for (index, column) in (0_u16..).zip(&columns) {
            if let Some(place) = by_field.get_mut(column.field as usize) {
                place.get_or_insert(index);
            }
        }
        let headed = header.cells.iter().map(|cell| !cell.is_blank()).collect();
        Self { sheet: sheet.name.clone(), sheet_index, header_row: header.number, columns, unknown, by_field, headed }
    }

    /// The first column of a field.
    pub fn column(&self, field: Field) -> Option<&Column> {
        let index = self.by_field.get(field as usize).copied().flatten()?;
        self.columns.get(usize::from(index))
    }

    /// The field of a zero-based place.
    pub(crate) fn field_at(&self, index: usize) -> Option<Field> {
        self.columns.iter().find(|column| column.index == index).map(|column| column.field)
    }

    /// Whether a place has a header at all, known or not.
    pub(crate) fn has_header_at(&self, index: usize) -> bool {
        self.headed.get(index).copied().unwrap_or(false)
    }

    /// Whether a row is the header once more.
    pub(crate) fn repeats_header(&self, row: &Row) -> bool {
        let known = self.columns.iter().filter(|column| column.field != Field::Ignored);
        known.clone().next().is_some()
            && known.into_iter().all(|column| row.cell(column.index).text().trim() == column.header.trim())
    }
}

/// Lays out every sheet that has a header, and names those that have none.
pub(crate) fn lay_out(source: &Source, request: &Request) -> Result<(Vec<Layout>, Vec<String>), IntakeFault> {
    let mut layouts = Vec::new();
    let mut without_header = Vec::new();
    for (sheet_index, sheet) in source.sheets.iter().enumerate() {
        match find_header(sheet, &request.mapping) {
            Some(header) => layouts.push(lay_out_sheet(sheet, sheet_index, header, request)?),
            None => without_header.push(sheet.name.clone()),
        }
    }
    if layouts.is_empty() {
        let known = Field::all().take(10).map(Field::header).collect::<Vec<_>>().join("、");
        return Err(IntakeFault::HeaderNotFound { searched: limit::MAX_HEADER_SEARCH_ROWS, known });
    }
    Ok((layouts, without_header))
}

/// The header is the row near the top with most known names, the subject's name among them: no row of data holds a
/// cell that reads 企业名称 and nothing else.
fn find_header<'a>(sheet: &'a Sheet, mapping: &Mapping) -> Option<&'a Row> {
    let mut best: Option<(usize, &Row)> = None;
    for row in sheet.rows.iter().take(limit::MAX_HEADER_SEARCH_ROWS) {
        let mut recognised = 0;
        let mut has_name = false;
        for cell in row.cells.iter().filter(|cell| !cell.is_blank()) {
            let text = cell.text();
            if let Some(field) = mapping.field_of(&text).or_else(|| field_of(&text)) {
                recognised += 1;
                has_name |= field == Field::Name;
            }
        }
        if has_name && best.is_none_or(|(most, _)| recognised > most) {
            best = Some((recognised, row));
        }
    }
    best.map(|(_, row)| row)
}

fn lay_out_sheet(sheet: &Sheet, sheet_index: usize, header: &Row, request: &Request) -> Result<Layout, IntakeFault> {
    let headers: Vec<String> = header.cells.iter().map(|cell| cell.text().trim().to_owned()).collect();
    if let Some(named) = request.mapping.unanswered(&headers) {
        let reason = format!("工作表“{}”没有这一列；现有的列：{}", sheet.name, headers.join("、"));
        return Err(IntakeFault::Mapping { given: named.to_owned(), reason });
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut unknown = Vec::new();
    for (index, header) in headers.into_iter().enumerate().filter(|(_, header)| !header.is_empty()) {
        let by_header = || field_of(&header).filter(|field| !request.mapping.assigns(*field));
        let field = match request.mapping.field_of(&header) {
            Some(field) => field,
            // A header whose field was given to another column is left out.
            None if field_of(&header).is_some() => by_header().unwrap_or(Field::Ignored),
            None => {
                unknown.push(header);
                continue;
            }
        };
        let earlier = columns.iter().find(|column| column.field == field && !field.may_repeat());
        if let Some(earlier) = earlier {
            return Err(IntakeFault::AmbiguousColumns {
                sheet: sheet.name.clone(),
                field: field.header(),
                first: earlier.header.clone(),
                second: header,
            });
        }
        columns.push(Column { index, header, field });
    }
    if request.columns_must_be_known() && !unknown.is_empty() {
        return Err(IntakeFault::UnknownColumns {
            sheet: sheet.name.clone(),
            columns: unknown.iter().map(|header| with_suggestion(header)).collect::<Vec<_>>().join("、"),
            known: known_fields(),
        });
    }
    let layout = Layout::new(sheet, sheet_index, header, columns, unknown);
    let missing: Vec<String> = request
        .required()
        .iter()
        .filter(|alternatives| !alternatives.iter().any(|field| layout.column(*field).is_some()))
        .map(|alternatives| alternatives.iter().map(|field| field.header()).collect::<Vec<_>>().join("或"))
        .collect();
    if missing.is_empty() {
        Ok(layout)
    } else {
        let mut columns = missing.join("、");
        if let Some(near) =
            layout.unknown.iter().map(|header| with_suggestion(header)).reduce(|a, b| format!("{a}、{b}"))
        {
            columns = format!("{columns}（不认识的列：{near}）");
        }
        Err(IntakeFault::MissingColumns { sheet: sheet.name.clone(), columns })
    }
}

impl Layout {
    /// The columns that nobody knows, in words, each with the known name that is nearest.
    pub fn unknown_named(&self) -> impl Iterator<Item = String> + '_ {
        self.unknown.iter().map(|header| with_suggestion(header))
    }
}

fn with_suggestion(header: &str) -> String {
    match nearest(header) {
        Some(name) => format!("“{header}”（是否为“{name}”？）"),
        None => format!("“{header}”"),
    }
}
