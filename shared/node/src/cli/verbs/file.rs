//! What a spreadsheet is and how it is read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use honghei_proto::console::v1::FileOptions;

use crate::cli::task::FileArg;

/// Red or black.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 红名单.
    Red,
    /// 黑名单.
    Black,
}

impl Kind {
    pub(crate) fn name(self) -> String {
        match self {
            Kind::Red => "red",
            Kind::Black => "black",
        }
        .to_owned()
    }
}

/// How a spreadsheet is read.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// An XLSX, XLS or CSV file (UTF-8 or GB18030).
    pub file: PathBuf,
    /// What a column means, where its header does not say it: 字段=列名, or 忽略=列名 to leave it out.
    #[arg(long, value_name = "字段=列名")]
    pub map: Vec<String>,
    /// Let nothing enter if any row is bad (exit code 9); without it the good rows enter.
    #[arg(long)]
    pub strict: bool,
    /// Confirm the rows that ask for a person, such as codes whose inner check digit alone fails.
    #[arg(long)]
    pub confirm: bool,
    /// Where to write the report: the file once more with result, reason and remedy beside each row.
    /// Without it the report goes beside the file. There is none if no row has a remark.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

impl FileArgs {
    pub(super) fn split(self) -> (FileArg, Option<FileOptions>) {
        let Self { file, map, strict, confirm, report } = self;
        let options = FileOptions { mapping: map, strict, confirm, ..FileOptions::default() };
        (FileArg { path: file, report }, Some(options))
    }
}
