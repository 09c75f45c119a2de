//! Spreadsheets in: red and black candidates and department feeds from XLSX, XLS and CSV.
//!
//! A file is read by its content, its columns are recognised by their headers, and every row becomes either a
//! [`Draft`] of a list entry or one or more [`RowProblem`]s that say sheet, row, column, reason and remedy. Nothing is
//! repaired and nothing is guessed; what came in wrong is written out again in the same format with the reasons beside
//! it ([`write_report`]).

pub mod limit;

mod column;
mod fault;
mod intake;
mod problem;
mod read;
mod report;
mod request;
mod row;
mod source;

pub use column::{Column, Field, Layout, Mapping};
pub use fault::IntakeFault;
pub use intake::{Counts, Intake, Standing, take_in, take_in_each};
pub use problem::{ProblemCode, RowProblem, Severity};
pub use read::open;
pub use report::write_report;
pub use request::{Purpose, Request};
pub use row::Draft;
pub use source::{Cell, Format, Row, Sheet, Source, TextEncoding};
