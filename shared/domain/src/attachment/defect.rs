//! What is wrong with a file.

/// Why a file is not taken, or not what its reference says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentDefect {
    /// Its name cannot be shown and stored everywhere.
    #[error("文件名不能为空、过长、以点开头或结尾，也不能含有斜杠等特殊字符，请改名")]
    Name,
    /// Its name holds a citizen's ID number.
    #[error("文件名中含有公民身份号码，请改名后再提交")]
    NamePersonal,
    /// Two files of one name.
    #[error("有两个名为“{name}”的文件，请改名")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// The content is of another type than the name says.
    #[error("“{name}”的内容与文件名不符，内容是{found}，请核对")]
    NameDiffers {
        /// The name.
        name: String,
        /// The ending it should have.
        found: &'static str,
    },
    /// Nothing in it.
    #[error("“{name}”是空文件")]
    Empty {
        /// The name.
        name: String,
    },
    /// Too large.
    #[error("“{name}”有{bytes}字节，超过单个文件上限{}兆字节，请压缩或拆分", super::MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The name.
        name: String,
        /// Its bytes.
        bytes: u64,
    },
    /// Too many files.
    #[error("共{files}个文件，超过上限{}个，请合并", super::MAX_FILES)]
    TooMany {
        /// How many.
        files: usize,
    },
    /// Too large together.
    #[error("文件共{bytes}字节，超过总量上限{}兆字节，请压缩", super::MAX_TOTAL_BYTES >> 20)]
    TotalTooLarge {
        /// Their bytes.
        bytes: u64,
    },
    /// Of no type that is taken.
    #[error("“{name}”不是可以接收的类型（PDF、OFD、PNG、JPEG、XLSX、DOCX），请另存为其中一种")]
    Type {
        /// The name.
        name: String,
    },
    /// It ends too early.
    #[error("“{name}”不完整，可能没有下载或复制完，请重新取得该文件")]
    Truncated {
        /// The name.
        name: String,
    },
    /// It holds a program.
    #[error("“{name}”含有宏，请另存为不含宏的文件")]
    Macro {
        /// The name.
        name: String,
    },
    /// Its parts are not what its reference says.
    #[error("“{name}”的内容与登记的摘要、长度或类型不符")]
    Altered {
        /// The name.
        name: String,
    },
    /// A part has not arrived.
    #[error("“{name}”尚未全部收到")]
    Incomplete {
        /// The name.
        name: String,
    },
}

impl AttachmentDefect {
    /// The stable code of this defect.
    pub fn code(&self) -> &'static str {
        match self {
            AttachmentDefect::Name => "ATTACHMENT_NAME_UNFIT",
            AttachmentDefect::NamePersonal => "ATTACHMENT_NAME_PERSONAL",
            AttachmentDefect::NameTwice { .. } => "ATTACHMENT_NAME_TWICE",
            AttachmentDefect::NameDiffers { .. } => "ATTACHMENT_NAME_DIFFERS",
            AttachmentDefect::Empty { .. } => "ATTACHMENT_EMPTY",
            AttachmentDefect::TooLarge { .. } => "ATTACHMENT_TOO_LARGE",
            AttachmentDefect::TooMany { .. } => "ATTACHMENTS_TOO_MANY",
            AttachmentDefect::TotalTooLarge { .. } => "ATTACHMENTS_TOO_LARGE",
            AttachmentDefect::Type { .. } => "ATTACHMENT_TYPE_REFUSED",
            AttachmentDefect::Truncated { .. } => "ATTACHMENT_TRUNCATED",
            AttachmentDefect::Macro { .. } => "ATTACHMENT_MACRO",
            AttachmentDefect::Altered { .. } => "ATTACHMENT_ALTERED",
            AttachmentDefect::Incomplete { .. } => "ATTACHMENT_INCOMPLETE",
        }
    }
}

impl From<AttachmentDefect> for crate::refusal::Refusal {
    fn from(defect: AttachmentDefect) -> Self {
        Self::new(defect.code(), "R-025", defect.to_string())
    }
}
