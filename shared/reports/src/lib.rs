//! Reports of a comparison run: one model of figures and rows, printed as a page of HTML, a workbook, or JSON.
//!
//! Pure: values in, bytes out. No file, no clock, no randomness; the same report gives the same bytes.
//!
//! 1. [`Report`] is what a node says as of one result version; the node fills it from its logs, and every text in it has
//!    been cleaned (no personal ID number, nothing invisible) before it comes here.
//! 2. [`figures`] derives every figure that is shown, once, so that page and workbook cannot differ.
//! 3. [`html`] and [`xlsx`] print it. The page carries its charts as SVG of its own ([`svg`]): bars and columns only, so
//!    drawn in a hundred lines that know how wide Chinese text is and that a screen reader reads; the libraries looked at
//!    draw on a canvas of pixels, measure with a font, and bring dozens of crates. The workbook's charts are Excel's own.

mod error;
pub mod figures;
mod html;
mod model;
pub mod svg;
mod words;
mod xlsx;

pub use self::error::ReportError;
pub use self::html::html;
pub use self::model::{
    Conflict, Counts, Delivery, FORMAT, Held, Identifiers, NodeTimes, Phase, Phases, Report, Source, SourceKind,
};
pub use self::words::{damage_zh, department_zh};
pub use self::xlsx::xlsx;
