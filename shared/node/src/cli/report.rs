//! Reports: asked of the node, printed here as a page or a workbook.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use honghei_proto::console::v1::MakeReportRequest;
use honghei_reports::{Report, ReportError, html, xlsx};

use super::Session;
use crate::answer::{Answer, Class};

/// Reports.
#[derive(Debug, Subcommand)]
pub enum ReportVerb {
    /// The comparison as of a result version: conflicts by departments, what waits, codes by source, time to final.
    ///
    /// A county or city reports on what it may see: its own entries and those below it.
    /// Example: report comparison --out 比对报告.xlsx --as zhang.wei
    Comparison(ComparisonArgs),
}

/// A report of the comparison.
#[derive(Debug, Args)]
pub struct ComparisonArgs {
    /// Where to write it: a name ending in .html, .xlsx or .json.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// As of this result version; the newest where it is left out.
    #[arg(long, default_value_t = 0, value_name = "VERSION")]
    pub version: u64,
}

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Xlsx,
    Json,
}

impl Session {
    pub(super) async fn report(&self, asked: ComparisonArgs) -> Result<(), Answer> {
        let form = form_of(&asked.out)?;
        let mut client = self.connect_as_officer().await?;
        let made = client.make_report(MakeReportRequest { version: asked.version }).await?;
        let json = client.download(&made.file).await?;
        let report = Report::from_json(&json).map_err(failed)?;
        let bytes = match form {
            Form::Html => html(&report).into_bytes(),
            Form::Xlsx => xlsx(&report).map_err(failed)?,
            Form::Json => json,
        };
        self.folder.write_private(&asked.out, &bytes)?;
        let said = serde_json::json!({
            "file": asked.out.display().to_string(),
            "version": report.version,
            "conflicts": report.conflicts.len(),
            "held": report.held.len(),
            "bytes": bytes.len(),
        });
        self.printer.show(&said, |_| {
            format!(
                "{}  第{}版比对结果：冲突{}条，待核{}条，{}字节",
                asked.out.display(),
                report.version,
                report.conflicts.len(),
                report.held.len(),
                bytes.len()
            )
        })
    }
}

fn form_of(out: &Path) -> Result<Form, Answer> {
    match out.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(Form::Html),
        Some("xlsx") => Ok(Form::Xlsx),
        Some("json") => Ok(Form::Json),
        _ => Err(Answer::field("out", "文件名应以 .html、.xlsx 或 .json 结尾")),
    }
}

fn failed(error: ReportError) -> Answer {
    let class = match &error {
        ReportError::Malformed(_) | ReportError::Workbook(_) => Class::Fault,
        ReportError::Format(_) => Class::Refused,
    };
    Answer::new(class, error.code(), error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_written_as_its_name_ends() {
        assert_eq!(form_of(Path::new("报告.XLSX")).unwrap(), Form::Xlsx);
        assert_eq!(form_of(Path::new("a/报告.html")).unwrap(), Form::Html);
        assert_eq!(form_of(Path::new("报告.json")).unwrap(), Form::Json);
        assert_eq!(form_of(Path::new("报告.pdf")).unwrap_err().code, "FIELD_OUT");
    }
}
