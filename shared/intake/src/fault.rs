//! Why a whole file cannot be taken in. What is wrong with single rows is a [`crate::RowProblem`] instead.

use std::io;

/// A file that cannot be read, or whose columns cannot be understood. Its text is read by officers.
#[derive(Debug, thiserror::Error)]
pub enum IntakeFault {
    /// Larger than [`crate::limit::MAX_FILE_BYTES`].
    #[error("文件有 {bytes} 字节，超过上限 {limit} 字节，请拆分后分批导入")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// One of the other limits is exceeded.
    #[error("{what}超过上限 {limit}，请拆分后分批导入")]
    OverLimit {
        /// What is too many or too long, in Chinese.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Nothing in it.
    #[error("文件是空的")]
    Empty,
    /// Neither XLSX, XLS nor CSV.
    #[error("无法识别的文件（{found}）；只能导入 XLSX、XLS 和 CSV，请用表格软件另存为 XLSX")]
    UnknownFormat {
        /// What the content looks like, in Chinese.
        found: &'static str,
    },
    /// Encrypted.
    #[error("文件设有打开密码，请去掉密码后再导入")]
    PasswordProtected,
    /// A workbook that its format's reader refuses.
    #[error("{format} 文件已损坏或不完整（{detail}），请用表格软件打开后另存为 XLSX")]
    Damaged {
        /// XLSX or XLS.
        format: &'static str,
        /// What the reader said.
        detail: String,
    },
    /// A text file in neither UTF-8 nor GB18030.
    #[error(
        "文本既不是有效的 UTF-8（第 {utf8_byte} 字节处出错），也不是可信的 GB18030（{gb18030}），请另存为 UTF-8 编码的 CSV"
    )]
    Encoding {
        /// Offset of the first byte that is not UTF-8.
        utf8_byte: usize,
        /// Why it is not GB18030 either, in Chinese.
        gb18030: String,
    },
    /// A CSV file whose quoting cannot be followed.
    #[error("CSV 第 {line} 行的引号或分隔无法解析：{detail}")]
    CsvSyntax {
        /// The line.
        line: u32,
        /// What the parser said.
        detail: String,
    },
    /// No sheet has a header row.
    #[error("前 {searched} 行里找不到表头（至少要有主体名称一列）；可识别的列名如：{known}")]
    HeaderNotFound {
        /// How many rows were searched.
        searched: usize,
        /// Some known header names.
        known: String,
    },
    /// Headers that nobody knows, where the layout must be known entirely.
    #[error(
        "工作表“{sheet}”有不认识的列：{columns}；可用的列名：{known}；也可用“字段=列名”指定，或用“忽略=列名”舍弃该列"
    )]
    UnknownColumns {
        /// The sheet.
        sheet: String,
        /// The headers with their nearest known names.
        columns: String,
        /// All fields with their usual names.
        known: String,
    },
    /// A required column is absent.
    #[error("工作表“{sheet}”缺少必填的列：{columns}")]
    MissingColumns {
        /// The sheet.
        sheet: String,
        /// Their usual names.
        columns: String,
    },
    /// Two columns claim the same field.
    #[error("工作表“{sheet}”的“{first}”和“{second}”两列都对应“{field}”，请用“字段=列名”指定其中一列")]
    AmbiguousColumns {
        /// The sheet.
        sheet: String,
        /// The field.
        field: &'static str,
        /// The earlier header.
        first: String,
        /// The later header.
        second: String,
    },
    /// A `字段=列名` that cannot be followed.
    #[error("列映射“{given}”无效：{reason}")]
    Mapping {
        /// What was given.
        given: String,
        /// Why, in Chinese.
        reason: String,
    },
    /// The report could not be written.
    #[error("无法写出核对报告")]
    ReportNotWritten(#[source] io::Error),
}

impl IntakeFault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "INTAKE_FILE_TOO_LARGE",
            Self::OverLimit { .. } => "INTAKE_OVER_LIMIT",
            Self::Empty => "INTAKE_FILE_EMPTY",
            Self::UnknownFormat { .. } => "INTAKE_FORMAT_UNKNOWN",
            Self::PasswordProtected => "INTAKE_PASSWORD_PROTECTED",
            Self::Damaged { .. } => "INTAKE_FILE_DAMAGED",
            Self::Encoding { .. } => "INTAKE_ENCODING_UNKNOWN",
            Self::CsvSyntax { .. } => "INTAKE_CSV_SYNTAX",
            Self::HeaderNotFound { .. } => "INTAKE_HEADER_NOT_FOUND",
            Self::UnknownColumns { .. } => "INTAKE_COLUMN_UNKNOWN",
            Self::MissingColumns { .. } => "INTAKE_COLUMN_MISSING",
            Self::AmbiguousColumns { .. } => "INTAKE_COLUMN_AMBIGUOUS",
            Self::Mapping { .. } => "INTAKE_MAPPING_INVALID",
            Self::ReportNotWritten(_) => "INTAKE_REPORT_NOT_WRITTEN",
        }
    }
}
