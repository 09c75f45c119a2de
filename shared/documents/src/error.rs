//! Why a document cannot be made.

use std::collections::BTreeSet;

/// A document that cannot be made: what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A text names a field that the act has no value for.
    #[error("{kind}的文书样式需要{field}，而该行为没有此项；请在样式中写作 {{{field}?}} 或补正记录")]
    MissingField {
        /// 文书名称.
        kind: &'static str,
        /// The field.
        field: String,
    },
    /// A text that is none.
    #[error("文书样式有误：{0}")]
    Text(String),
    /// Characters that no font at hand can draw.
    #[error("现有字体缺少以下字符：{}；请安装含有这些字符的字体（如 fonts-noto-cjk），或用 --fonts 指明字体文件夹", list(.0))]
    MissingGlyphs(BTreeSet<char>),
    /// A font that cannot be read or may not be embedded.
    #[error("字体不能使用：{0}")]
    Font(String),
    /// More rows than a document is made for.
    #[error("文书所列条目有{found}条，超过上限{most}条；请按名单分批制作")]
    TooLong {
        /// Rows.
        found: usize,
        /// Rows at most.
        most: usize,
    },
    /// The PDF could not be written.
    #[error("PDF 不能生成：{0}")]
    Pdf(String),
}

impl DocumentError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingField { .. } => "DOCUMENT_FIELD_MISSING",
            Self::Text(_) => "DOCUMENT_TEXT_BROKEN",
            Self::MissingGlyphs(_) => "GLYPHS_MISSING",
            Self::Font(_) => "FONT_UNUSABLE",
            Self::TooLong { .. } => "DOCUMENT_TOO_LONG",
            Self::Pdf(_) => "PDF_FAILED",
        }
    }
}

/// Characters as their reader can find them: the character and its number, at most twenty.
fn list(missing: &BTreeSet<char>) -> String {
    let shown: Vec<String> = missing.iter().take(20).map(|c| format!("{c}（U+{:04X}）", u32::from(*c))).collect();
    let more = missing.len().saturating_sub(shown.len());
    if more == 0 { shown.join("、") } else { format!("{}等{}个", shown.join("、"), missing.len()) }
}
