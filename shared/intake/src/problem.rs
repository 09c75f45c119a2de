//! What is wrong with one row, said so that a clerk can put it right.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示: the row is accepted.
    Warning,
    /// 待确认: the row waits for a person who confirms it (a USCC whose inner check alone fails).
    Question,
    /// 错误: the row is not accepted.
    Hard,
}

impl Severity {
    /// Its Chinese name, as in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Warning => "提示",
            Self::Question => "待确认",
            Self::Hard => "错误",
        }
    }
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident, $remedy:literal;)*) => {
        /// The kinds of problems, each with a stable code, a usual weight and a remedy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
        }

        impl ProblemCode {
            /// The stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it weighs unless the reader says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What to do about it.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

problem_codes! {
    /// A citizen's ID number stands outside its own column.
    PersonalNumberHeldBack = "PERSONAL_NUMBER_HELD_BACK", Hard, "删去该处的身份证号；确需报送的，填入“法定代表人证件号码”列";
    /// Excel kept fifteen digits and threw the rest away.
    DigitsLost = "DIGITS_LOST", Hard, "把该列设为“文本”格式，从原始资料重新录入完整号码；丢失的数字无法恢复";
    /// No USCC: length, characters, department or check digit.
    UsccInvalid = "USCC_INVALID", Hard, "核对营业执照，重新录入18位统一社会信用代码";
    /// The outer check digit holds, the organisation code inside does not.
    UsccInnerCheck = "USCC_INNER_CHECK", Question, "核对营业执照；确认无误后以“确认”方式导入";
    /// No organisation code.
    OrganisationCodeInvalid = "ORGANISATION_CODE_INVALID", Hard, "核对组织机构代码证，重新录入9位代码";
    /// No registration number.
    RegistrationNumberInvalid = "REGISTRATION_NUMBER_INVALID", Hard, "核对营业执照，重新录入13位或15位注册号";
    /// The check digit of a registration number does not hold, as with old numbers now and then.
    RegistrationCheckFailed = "REGISTRATION_CHECK_FAILED", Warning, "请留意核对；如有18位统一社会信用代码，请补充";
    /// No taxpayer number.
    TaxpayerNumberInvalid = "TAXPAYER_NUMBER_INVALID", Hard, "核对税务登记，重新录入15位纳税人识别号或18位统一社会信用代码";
    /// A fifteen-character taxpayer number: its last nine characters are the organisation code.
    TaxpayerNumberLegacy = "TAXPAYER_NUMBER_LEGACY", Warning, "如有18位统一社会信用代码，请补充";
    /// A registration number stands in the column of the USCC.
    RegistrationNumberAsUscc = "REGISTRATION_NUMBER_AS_USCC", Warning, "如有18位统一社会信用代码，请补充";
    /// A code column repeats what stands in another code's column.
    CodeRepeated = "CODE_REPEATED", Warning, "该列应填本列的代码，没有则留空";
    /// Two codes of one row belong to different subjects.
    CodesDisagree = "CODES_DISAGREE", Hard, "核对各代码是否属于同一主体";
    /// No code, where one is needed.
    CodeMissing = "CODE_MISSING", Hard, "补充统一社会信用代码、组织机构代码或工商注册号";
    /// No code, where the list may do without.
    NameOnly = "NAME_ONLY", Warning, "请尽量补充代码；只有名称的记录不会自动与任何主体匹配";
    /// A required value is absent.
    ValueMissing = "VALUE_MISSING", Hard, "补充该项";
    /// Characters were lost before the file came here.
    TextDamaged = "TEXT_DAMAGED", Hard, "该处文字在导出或转码时已损坏，请从原始资料重新录入";
    /// Longer than the limit.
    TextTooLong = "TEXT_TOO_LONG", Hard, "缩短内容，详情放入附件";
    /// The cell holds an error of the spreadsheet.
    CellError = "CELL_ERROR", Hard, "修正该单元格的公式或改填数值";
    /// No date.
    DateInvalid = "DATE_INVALID", Hard, "按 2017-11-06 的形式填写日期";
    /// Later than today.
    DateInFuture = "DATE_IN_FUTURE", Hard, "核对日期";
    /// Two dates in the wrong order.
    DatesDisagree = "DATES_DISAGREE", Hard, "核对两个日期的先后";
    /// None of the values that may stand there.
    ChoiceUnknown = "CHOICE_UNKNOWN", Hard, "填写列出的取值之一";
    /// Revoked, taken off the list, repaired, or published no longer; in a department's list no fault but an ending.
    NoLongerInForce = "NO_LONGER_IN_FORCE", Hard, "删去该行；报送全量名单的，名单中不再列出该行，原有条目即告终止";
    /// A behaviour event that is objected to, under review or before a court.
    EventContested = "EVENT_CONTESTED", Hard, "暂不导入该行；办结后记录仍然有效的，改正状态再导入";
    /// No criterion of the policy for this kind of list.
    CriterionUnknown = "CRITERION_UNKNOWN", Hard, "填写现行细则中的认定标准代码，多个用逗号分隔";
    /// Nothing that the policy lets be confirmed of this kind of list, or words that are not of its form.
    AttestationUnfit = "ATTESTATION_UNFIT", Hard, "按“代码：说明”填写，或者每个确认事项一列，列名写作“确认：事实清楚”";
    /// No citizen's ID number, in the column for it.
    PersonNumberInvalid = "PERSON_NUMBER_INVALID", Hard, "核对身份证件，重新录入；不是身份证的请填写证件类型";
    /// The ID number was masked by the sender.
    PersonNumberMasked = "PERSON_NUMBER_MASKED", Warning, "号码已被遮盖，未导入；需要时补充完整号码";
    /// The person's document is not an ID card.
    PersonDocumentOther = "PERSON_DOCUMENT_OTHER", Warning, "只导入居民身份证号码，其他证件号码未导入";
    /// Something stands where no header is.
    CellWithoutHeader = "CELL_WITHOUT_HEADER", Hard, "该行可能错列；把多出的内容移回正确的列或删去";
    /// The same subject, list, document and criteria stand in an earlier row.
    DuplicateInFile = "DUPLICATE_IN_FILE", Hard, "删去重复的行";
    /// A department's list says of one document of one subject both that it stands and that it was revoked.
    StatesDisagree = "STATES_DISAGREE", Hard, "同一主体的同一文书既有有效的行又有已撤销的行，均未采用；向来源单位核实，只保留与现状相符的一行";
    /// As a duplicate, but under another name.
    CodeWithTwoNames = "CODE_WITH_TWO_NAMES", Hard, "核对两行的名称和代码，保留正确的一行";
}

/// One problem of one row. Never holds a whole personal number: `value` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// The sheet; the file's name for CSV.
    #[serde(serialize_with = "as_text")]
    pub sheet: Arc<str>,
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The header of the column; empty where the whole row is meant.
    pub column: String,
    /// What stands there, cut to sixty characters, masked where it may be personal.
    pub value: String,
    /// What kind of problem.
    pub code: ProblemCode,
    /// 原因.
    pub reason: Cow<'static, str>,
    /// 如何改正.
    pub remedy: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
}

impl Serialize for ProblemCode {
    /// The stable code.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

fn as_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}
