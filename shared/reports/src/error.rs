//! Why a report cannot be read or printed.

/// Why a report cannot be read or printed.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The bytes are no report.
    #[error("这不是可以读取的比对报告")]
    Malformed(#[source] serde_json::Error),
    /// A report of another format: the node is newer or older than this program.
    #[error("报告格式为{0}，本程序不能打印，请使用与节点相同版本的程序")]
    Format(String),
    /// The workbook could not be made.
    #[error("无法生成电子表格")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl ReportError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "REPORT_MALFORMED",
            Self::Format(_) => "REPORT_FORMAT",
            Self::Workbook(_) => "REPORT_NOT_WRITTEN",
        }
    }
}
