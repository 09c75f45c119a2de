//! Why a text is not a code: a stable name, a Chinese sentence for the officer, and what he can do.

use std::fmt;

/// The codes this module reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeKind {
    /// 统一社会信用代码.
    Uscc,
    /// 组织机构代码.
    OrganisationCode,
    /// 工商注册号.
    RegistrationNumber,
    /// 公民身份号码.
    CitizenId,
}

/// Why a text is not the code it should be. Never carries the text itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeDefect {
    /// An empty cell, or what fills one: `/`, `无`, `—`.
    #[error("there is no code")]
    Absent,
    /// `9.14E+17`, or zeros from the sixteenth digit on: a spreadsheet took the code for a number.
    #[error("a spreadsheet has lost digits of the code; take it from the source again, as text")]
    DigitsLost,
    /// Asterisks instead of digits.
    #[error("the code is masked")]
    Masked,
    /// Not the length of the code.
    #[error("{kind} has {} characters; got {found}", kind.lengths())]
    WrongLength {
        /// What it should be.
        kind: CodeKind,
        /// How many characters there are.
        found: usize,
    },
    /// A character the code does not use at that place.
    #[error("{kind} cannot have {found:?} at place {position}")]
    ForbiddenCharacter {
        /// What it should be.
        kind: CodeKind,
        /// 1-based place.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The check digit does not hold; for a USCC the outer one.
    #[error("the check digit of {kind} does not hold")]
    CheckFailed {
        /// What it should be.
        kind: CodeKind,
    },
    /// Both check digits hold and positions 1 and 2 are in no table.
    #[error("no registering authority and kind of organisation is coded {0}")]
    UnknownClass(String),
    /// The birth date of a citizen ID number does not exist.
    #[error("the date of birth in the number does not exist")]
    NoSuchDate,
    /// A citizen ID number begins with no province.
    #[error("the number begins with no province")]
    NoSuchProvince,
    /// Somebody's ID number stands where a firm's code belongs: hold it back.
    #[error("this looks like a citizen's ID number, not like {kind}; it is held back")]
    LooksLikeCitizenId {
        /// What it should be.
        kind: CodeKind,
    },
    /// A 工商注册号 in another column.
    #[error("this looks like a registration number, not like {kind}")]
    LooksLikeRegistrationNumber {
        /// What it should be.
        kind: CodeKind,
    },
    /// An old 15-character tax number: region code and organisation code.
    #[error("this looks like an old tax number, not like {kind}")]
    LooksLikeTaxNumber {
        /// What it should be.
        kind: CodeKind,
    },
    /// A 组织机构代码 in another column.
    #[error("this looks like an organisation code, not like {kind}")]
    LooksLikeOrganisationCode {
        /// What it should be.
        kind: CodeKind,
    },
    /// A 统一社会信用代码 in another column.
    #[error("this looks like a unified social credit code, not like {kind}")]
    LooksLikeUscc {
        /// What it should be.
        kind: CodeKind,
    },
}

impl CodeDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            CodeDefect::Absent => "CODE_ABSENT",
            CodeDefect::DigitsLost => "CODE_DIGITS_LOST",
            CodeDefect::Masked => "CODE_MASKED",
            CodeDefect::WrongLength { .. } => "CODE_WRONG_LENGTH",
            CodeDefect::ForbiddenCharacter { .. } => "CODE_FORBIDDEN_CHARACTER",
            CodeDefect::CheckFailed { kind: CodeKind::Uscc } => "USCC_OUTER_CHECK_FAILED",
            CodeDefect::CheckFailed { .. } => "CODE_CHECK_FAILED",
            CodeDefect::UnknownClass(_) => "USCC_CLASS_UNKNOWN",
            CodeDefect::NoSuchDate => "CITIZEN_ID_NO_SUCH_DATE",
            CodeDefect::NoSuchProvince => "CITIZEN_ID_NO_SUCH_PROVINCE",
            CodeDefect::LooksLikeCitizenId { .. } => "CODE_LOOKS_LIKE_CITIZEN_ID",
            CodeDefect::LooksLikeRegistrationNumber { .. } => "CODE_LOOKS_LIKE_REGISTRATION_NUMBER",
            CodeDefect::LooksLikeTaxNumber { .. } => "CODE_LOOKS_LIKE_TAX_NUMBER",
            CodeDefect::LooksLikeOrganisationCode { .. } => "CODE_LOOKS_LIKE_ORGANISATION_CODE",
            CodeDefect::LooksLikeUscc { .. } => "CODE_LOOKS_LIKE_USCC",
        }
    }

    /// The reason in Chinese. Never repeats the text, so it may be written into a report.
    pub fn zh(&self) -> String {
        match self {
            CodeDefect::Absent => "未填写号码".to_owned(),
            CodeDefect::DigitsLost => "号码被电子表格当作数值，末尾数字已丢失".to_owned(),
            CodeDefect::Masked => "号码已脱敏，无法使用".to_owned(),
            CodeDefect::WrongLength { kind, found } => {
                format!("{}应为{}位，实为{found}位", kind.zh(), kind.lengths_zh())
            }
            CodeDefect::ForbiddenCharacter { kind: CodeKind::Uscc, position, found } if "IOSVZ".contains(*found) => {
                format!("统一社会信用代码第{position}位为“{found}”，代码不使用字母I、O、S、V、Z")
            }
            CodeDefect::ForbiddenCharacter { kind, position, found } => {
                format!("{}第{position}位不能是“{found}”", kind.zh())
            }
            CodeDefect::CheckFailed { kind } => format!("{}校验位不符，号码有误", kind.zh()),
            CodeDefect::UnknownClass(class) => format!("统一社会信用代码前两位“{class}”不在登记管理部门和机构类别表中"),
            CodeDefect::NoSuchDate => "公民身份号码中的出生日期不存在".to_owned(),
            CodeDefect::NoSuchProvince => "公民身份号码的省级代码不存在".to_owned(),
            CodeDefect::LooksLikeCitizenId { kind } => {
                format!("{}栏内疑似公民身份号码，已扣留，不予导入和显示", kind.zh())
            }
            CodeDefect::LooksLikeRegistrationNumber { kind } => {
                format!("{}栏内疑似工商注册号或旧纳税人识别号", kind.zh())
            }
            CodeDefect::LooksLikeTaxNumber { kind } => format!("{}栏内疑似15位旧纳税人识别号", kind.zh()),
            CodeDefect::LooksLikeOrganisationCode { kind } => format!("{}栏内疑似组织机构代码", kind.zh()),
            CodeDefect::LooksLikeUscc { kind } => format!("{}栏内疑似统一社会信用代码", kind.zh()),
        }
    }

    /// What the officer can do, in Chinese.
    pub fn remedy(&self) -> &'static str {
        match self {
            CodeDefect::Absent => "如主体确无此号码，请填写其他可识别的号码",
            CodeDefect::DigitsLost => "请从原始来源重新取得号码，将单元格设为文本格式后填写；系统不会补齐数字",
            CodeDefect::Masked => "请填写完整号码",
            CodeDefect::WrongLength { .. } | CodeDefect::ForbiddenCharacter { .. } | CodeDefect::CheckFailed { .. } => {
                "请对照登记证照核对后重新填写；系统不会改动号码"
            }
            CodeDefect::UnknownClass(_) => "请对照登记证照核对；确属新类别的，由经办人确认后录入",
            CodeDefect::NoSuchDate | CodeDefect::NoSuchProvince => "请对照身份证件核对后重新填写",
            CodeDefect::LooksLikeCitizenId { .. } => {
                "请删除该号码，改填主体的统一社会信用代码；确为主体代码的，由经办人对照登记证照确认后录入"
            }
            CodeDefect::LooksLikeRegistrationNumber { .. } => {
                "请将工商注册号移至“工商注册号”栏，并补填统一社会信用代码"
            }
            CodeDefect::LooksLikeTaxNumber { .. } => {
                "请查询主体现用的统一社会信用代码；旧纳税人识别号后9位一般为组织机构代码"
            }
            CodeDefect::LooksLikeOrganisationCode { .. } => {
                "请将组织机构代码移至“组织机构代码”栏，并补填统一社会信用代码"
            }
            CodeDefect::LooksLikeUscc { .. } => "请将该代码移至“统一社会信用代码”栏",
        }
    }
}

impl CodeKind {
    /// The legal term.
    pub fn zh(self) -> &'static str {
        match self {
            CodeKind::Uscc => "统一社会信用代码",
            CodeKind::OrganisationCode => "组织机构代码",
            CodeKind::RegistrationNumber => "工商注册号",
            CodeKind::CitizenId => "公民身份号码",
        }
    }

    fn lengths(self) -> &'static str {
        match self {
            CodeKind::Uscc => "18",
            CodeKind::OrganisationCode => "9",
            CodeKind::RegistrationNumber => "13 or 15",
            CodeKind::CitizenId => "18 or 15",
        }
    }

    fn lengths_zh(self) -> &'static str {
        match self {
            CodeKind::Uscc => "18",
            CodeKind::OrganisationCode => "9",
            CodeKind::RegistrationNumber => "13或15",
            CodeKind::CitizenId => "18（旧号15）",
        }
    }
}

impl fmt::Display for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CodeKind::Uscc => "a unified social credit code",
            CodeKind::OrganisationCode => "an organisation code",
            CodeKind::RegistrationNumber => "a registration number",
            CodeKind::CitizenId => "a citizen's ID number",
        })
    }
}
