//! Tables over pages: the head is repeated, a row moves to the next page whole, and only one longer than a page is cut.

use super::flow::{Flow, Ink, Mark, Node, Owner};
use super::fonts::{Faces, Weight};
use super::lines::{Line, Shape, lines};
use super::paper::*;
use crate::document::{Head, Table};

/// Thickness of a table's lines.
const RULE: f32 = 0.6;
/// White above a table.
const ABOVE: f32 = 4.0;
/// A row up to this height is moved to the next page whole.
const MOVED_WHOLE: f32 = (BOTTOM - TOP) * 0.8;

/// A cell set into lines.
struct Cell {
    lines: Vec<Line>,
    leaf: usize,
}

/// Columns as left edge and width.
type Columns = Vec<(f32, f32)>;

fn columns_of(table: &Table) -> Columns {
    let total: u32 = table.columns.iter().map(|column| column.share).sum::<u32>().max(1);
    let mut x = LEFT;
    let place = |share: u32| {
        let width = MEASURE * share as f32 / total as f32;
        x += width;
        (x - width, width)
    };
    table.columns.iter().map(|column| column.share).map(place).collect()
}

fn titles_of(table: &Table) -> Vec<String> {
    table.columns.iter().map(|column| column.title.clone()).collect()
}

/// Room for the head and the first row, or for as much of it as a page allows.
pub(super) fn opening(faces: &Faces<'_>, table: &Table) -> f32 {
    let columns = columns_of(table);
    let tall = |texts: &[String], weight| {
        let most = columns.iter().enumerate().map(|(at, column)| lines_of(faces, texts, at, *column, weight).len());
        most.max().unwrap_or(0) as f32 * SMALL_LEADING + 2.0 * PADDING
    };
    let head = if table.head == Head::Top { tall(&titles_of(table), Weight::Bold) } else { 0.0 };
    let first = table.rows.first().map_or(0.0, |row| tall(row, Weight::Body));
    ABOVE + head + first.min(MOVED_WHOLE - head)
}

pub(super) fn table(flow: &mut Flow<'_>, table: &Table) {
    let columns = columns_of(table);
    let titles = titles_of(table);
    let mut node = Vec::new();
    // The head stands above at least one row.
    flow.need(opening(flow.faces, table));
    flow.y += ABOVE;
    if table.head == Head::Top {
        let head = cells(flow, &titles, &columns, |_| Weight::Bold);
        node.push(head.iter().map(|cell| cell.leaf).collect());
        row(flow, head, &columns, Band::Head);
    }
    for texts in &table.rows {
        let weight = |at| if table.head == Head::Left && at == 0 { Weight::Bold } else { Weight::Body };
        let set = cells(flow, texts, &columns, weight);
        node.push(set.iter().map(|cell| cell.leaf).collect());
        let repeat = |flow: &mut Flow<'_>| {
            if table.head == Head::Top {
                // Read once, seen on every page: the repetition is ornament.
                let again = cells(flow, &titles, &columns, |_| Weight::Bold);
                row(flow, again, &columns, Band::Repeated);
            }
        };
        if flow.y + height(&set) > BOTTOM && height(&set) <= MOVED_WHOLE {
            flow.page();
            repeat(flow);
        }
        let band = if table.head == Head::Left { Band::Form } else { Band::Row };
        let mut rest = set;
        while flow.y + height(&rest) > BOTTOM {
            let room = (((BOTTOM - flow.y - 2.0 * PADDING) / SMALL_LEADING).floor()).max(0.0) as usize;
            if room == 0 {
                flow.page();
                repeat(flow);
                continue;
            }
            let first = rest.iter_mut().map(|cell| {
                let tail = cell.lines.split_off(room.min(cell.lines.len()));
                Cell { lines: std::mem::replace(&mut cell.lines, tail), leaf: cell.leaf }
            });
            let first = first.collect();
            row(flow, first, &columns, band);
            flow.page();
            repeat(flow);
        }
        row(flow, rest, &columns, band);
    }
    flow.layout.nodes.push(Node::Table { top: table.head == Head::Top, rows: node });
    flow.y += 6.0;
}

/// How a row looks and whether it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Band {
    Head,
    Repeated,
    Form,
    Row,
}

fn cells(flow: &mut Flow<'_>, texts: &[String], columns: &Columns, weight: impl Fn(usize) -> Weight) -> Vec<Cell> {
    let mut set = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        set.push(Cell { lines: lines_of(flow.faces, texts, at, *column, weight(at)), leaf: flow.leaf() });
    }
    set
}

/// The lines of one cell; a text may bring several.
fn lines_of(faces: &Faces<'_>, texts: &[String], at: usize, (_, width): (f32, f32), weight: Weight) -> Vec<Line> {
    let text = texts.get(at).map(String::as_str).unwrap_or_default();
    let measure = ((width - 2.0 * PADDING) / SMALL).max(1.0);
    let shape = Shape { weight, measure, indent: 0.0, justify: false };
    text.split('\n').flat_map(|part| lines(part, shape, faces)).collect()
}

fn height(cells: &[Cell]) -> f32 {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    most as f32 * SMALL_LEADING + 2.0 * PADDING
}

fn row(flow: &mut Flow<'_>, cells: Vec<Cell>, columns: &Columns, band: Band) {
    let (top, height) = (flow.y, height(&cells));
    let shaded = match band {
        Band::Head | Band::Repeated => Some(MEASURE),
        Band::Form => columns.first().map(|(_, width)| *width),
        Band::Row => None,
    };
    if let Some(width) = shaded {
        flow.mark(Mark::Fill { x: LEFT, y: top, width, height, ink: Ink::Shade });
    }
    for (cell, (left, _)) in cells.into_iter().zip(columns) {
        let owner = if band == Band::Repeated { Owner::Ornament } else { Owner::Leaf(cell.leaf) };
        let mut y = top + PADDING;
        for line in cell.lines {
            let place = y + baseline(SMALL_LEADING, SMALL);
            flow.mark(Mark::Text { x: left + PADDING, y: place, size: SMALL, ink: Ink::Black, line, owner });
            y += SMALL_LEADING;
        }
    }
    for y in [top, top + height] {
        flow.rule(y, RULE, Ink::Black);
    }
    for x in columns.iter().map(|(left, _)| *left).chain([RIGHT]) {
        flow.mark(Mark::Fill { x: x - RULE / 2.0, y: top, width: RULE, height, ink: Ink::Black });
    }
    flow.y += height;
}
