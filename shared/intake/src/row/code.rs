//! The codes of a row's subject, through the readers of the domain.
//!
//! A code counts as what its column says. Where a column holds another code, that is said and not corrected, with two
//! exceptions that published lists are full of: a fifteen-character number in the column of the USCC or the taxpayer
//! number, and a code that merely repeats what stands in its own column too.

use honghei_domain::identifier::{CodeDefect, OrganisationCode, Reading, ReadingFlag, RegistrationNumber, Uscc};
use honghei_domain::list::SubjectForm;

use super::reader::RowReader;
use super::value::Value;
use crate::column::Field;
use crate::problem::ProblemCode;
use crate::source::FIFTEEN_DIGITS;

/// Length of a taxpayer number before the USCC: region and organisation code.
const LEGACY_TAXPAYER_LENGTH: usize = 15;

/// The codes of one subject.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes {
    pub(super) uscc: Option<Uscc>,
    pub(super) inner_check_failed: bool,
    pub(super) organisation_code: Option<OrganisationCode>,
    pub(super) registration_number: Option<RegistrationNumber>,
}

impl Codes {
    pub(super) fn is_empty(&self) -> bool {
        self.uscc.is_none() && self.organisation_code.is_none() && self.registration_number.is_none()
    }

    /// The form of the subject as far as its USCC says.
    pub(super) fn form(&self) -> Option<SubjectForm> {
        Some(match self.uscc.as_ref()?.as_str().get(..2)? {
            "91" => SubjectForm::Enterprise,
            "92" => SubjectForm::IndividualBusiness,
            _ => SubjectForm::OtherOrganisation,
        })
    }
}

/// Whether a numeric cell holds more digits than a spreadsheet keeps.
pub(super) fn has_lost_digits(number: f64) -> bool {
    number.abs() >= FIFTEEN_DIGITS
}

/// Reads all code columns; `None` when one of them is wrong, which has then been noted.
pub(super) fn read(reader: &mut RowReader<'_>) -> Option<Codes> {
    let mut codes = Codes::default();
    let uscc = read_uscc(reader, &mut codes);
    let taxpayer = read_taxpayer_number(reader, &mut codes);
    let organisation = read_organisation_code(reader, &mut codes);
    let registration = read_registration_number(reader, &mut codes);
    (uscc? && taxpayer? && organisation? && registration?).then_some(codes)
}

/// A step of the reading: `Some(true)` when the column is in order or empty.
type Step = Option<bool>;
const IN_ORDER: Step = Some(true);

fn read_uscc(reader: &mut RowReader<'_>, codes: &mut Codes) -> Step {
    let field = Field::Uscc;
    let Some(text) = code_text(reader, field)? else { return IN_ORDER };
    match Uscc::read(&text) {
        Ok(reading) => {
            if reading.has(ReadingFlag::InnerCheckFailed) {
                codes.inner_check_failed = true;
                reader.note(field, ProblemCode::UsccInnerCheck, ReadingFlag::InnerCheckFailed.zh());
            }
            codes.uscc = Some(reading.code);
            IN_ORDER
        }
        Err(CodeDefect::LooksLikeRegistrationNumber { .. }) => {
            take_registration_number(reader, field, &text, codes, ProblemCode::UsccInvalid)
        }
        Err(defect @ CodeDefect::LooksLikeTaxNumber { .. }) => match legacy_taxpayer_code(&text) {
            Some(code) => take_legacy_taxpayer_number(reader, field, code, codes),
            None => refuse(reader, field, ProblemCode::UsccInvalid, &defect),
        },
        Err(defect) => refuse(reader, field, ProblemCode::UsccInvalid, &defect),
    }
}

/// A taxpayer number is a USCC, or else region and organisation code: the column says which of the readings of
/// fifteen digits is meant, and the organisation code's own check character confirms it.
fn read_taxpayer_number(reader: &mut RowReader<'_>, codes: &mut Codes) -> Step {
    let field = Field::TaxpayerNumber;
    let Some(text) = code_text(reader, field)? else { return IN_ORDER };
    if let Some(code) = legacy_taxpayer_code(&text) {
        return take_legacy_taxpayer_number(reader, field, code, codes);
    }
    let reading = match Uscc::read(&text) {
        Ok(reading) => reading,
        Err(defect @ (CodeDefect::LooksLikeRegistrationNumber { .. } | CodeDefect::LooksLikeTaxNumber { .. })) => {
            reader.note_defect(
                field,
                ProblemCode::TaxpayerNumberInvalid,
                &defect,
                "15位纳税人识别号后9位的组织机构代码校验不符",
            );
            return None;
        }
        Err(defect) => return refuse(reader, field, ProblemCode::TaxpayerNumberInvalid, &defect),
    };
    if codes.uscc.as_ref().is_some_and(|uscc| *uscc != reading.code) {
        reader.note(field, ProblemCode::CodesDisagree, "与统一社会信用代码不是同一代码");
        return None;
    }
    if codes.uscc.is_none() && reading.has(ReadingFlag::InnerCheckFailed) {
        codes.inner_check_failed = true;
        reader.note(field, ProblemCode::UsccInnerCheck, ReadingFlag::InnerCheckFailed.zh());
    }
    codes.uscc = Some(reading.code);
    IN_ORDER
}

fn read_organisation_code(reader: &mut RowReader<'_>, codes: &mut Codes) -> Step {
    let field = Field::OrganisationCode;
    let Some(text) = code_text(reader, field)? else { return IN_ORDER };
    match OrganisationCode::read(&text) {
        Ok(reading) => take_organisation_code(reader, field, reading.code, codes),
        Err(CodeDefect::LooksLikeUscc { .. }) if repeats_uscc(&text, codes) => note_repetition(reader, field),
        Err(_) if repeats_column(reader, Field::RegistrationNumber, &text) => note_repetition(reader, field),
        Err(defect) => refuse(reader, field, ProblemCode::OrganisationCodeInvalid, &defect),
    }
}

fn read_registration_number(reader: &mut RowReader<'_>, codes: &mut Codes) -> Step {
    let field = Field::RegistrationNumber;
    let Some(text) = code_text(reader, field)? else { return IN_ORDER };
    match RegistrationNumber::read(&text) {
        Ok(number) => {
            if codes.registration_number.as_ref().is_some_and(|earlier| *earlier != number.code) {
                reader.note(field, ProblemCode::CodesDisagree, "与统一社会信用代码列中的注册号不同");
                return None;
            }
            note_check(reader, field, &number);
            codes.registration_number = Some(number.code);
            IN_ORDER
        }
        Err(CodeDefect::LooksLikeUscc { .. }) if repeats_uscc(&text, codes) => note_repetition(reader, field),
        Err(defect) => refuse(reader, field, ProblemCode::RegistrationNumberInvalid, &defect),
    }
}

/// The text of a code's cell: `Some(None)` when it is empty, `None` when it is beyond reading.
fn code_text(reader: &mut RowReader<'_>, field: Field) -> Option<Option<String>> {
    match reader.value_or_error(field)? {
        None => Some(None),
        Some(Value::Number(number)) if has_lost_digits(number) => {
            reader.note(field, ProblemCode::DigitsLost, CodeDefect::DigitsLost.zh());
            None
        }
        Some(Value::Number(number)) => Some(Some(number.to_string())),
        Some(Value::Text(text)) => Some(Some(text.into_owned())),
        Some(Value::Date(_) | Value::Error(_)) => {
            reader.note(field, ProblemCode::CellError, "单元格是日期，不是代码");
            None
        }
    }
}

/// The organisation code at the end of a fifteen-character taxpayer number, if its check character holds.
fn legacy_taxpayer_code(text: &str) -> Option<OrganisationCode> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let region_is_digits = text.get(..6)?.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() != LEGACY_TAXPAYER_LENGTH || !region_is_digits {
        return None;
    }
    OrganisationCode::read(text.get(6..)?).ok().map(|reading| reading.code)
}

fn take_legacy_taxpayer_number(
    reader: &mut RowReader<'_>,
    field: Field,
    code: OrganisationCode,
    codes: &mut Codes,
) -> Step {
    reader.note(field, ProblemCode::TaxpayerNumberLegacy, "15位旧纳税人识别号，按其后9位的组织机构代码识别主体");
    take_organisation_code(reader, field, code, codes)
}

fn take_organisation_code(reader: &mut RowReader<'_>, field: Field, code: OrganisationCode, codes: &mut Codes) -> Step {
    let in_uscc = codes.uscc.as_ref().map(Uscc::organisation_code);
    if [&in_uscc, &codes.organisation_code].into_iter().flatten().any(|known| *known != code) {
        reader.note(field, ProblemCode::CodesDisagree, "组织机构代码与同一行的其他代码不属于同一主体");
        return None;
    }
    codes.organisation_code = Some(code);
    IN_ORDER
}

fn take_registration_number(
    reader: &mut RowReader<'_>,
    field: Field,
    text: &str,
    codes: &mut Codes,
    invalid: ProblemCode,
) -> Step {
    match RegistrationNumber::read(text) {
        Ok(number) => {
            reader.note(field, ProblemCode::RegistrationNumberAsUscc, "该列填的是工商注册号，已按注册号识别");
            note_check(reader, field, &number);
            codes.registration_number = Some(number.code);
            IN_ORDER
        }
        Err(defect) => refuse(reader, field, invalid, &defect),
    }
}

fn note_check(reader: &mut RowReader<'_>, field: Field, number: &Reading<RegistrationNumber>) {
    if number.has(ReadingFlag::RegistrationCheckFailed) {
        reader.note(field, ProblemCode::RegistrationCheckFailed, ReadingFlag::RegistrationCheckFailed.zh());
    }
}

fn repeats_uscc(text: &str, codes: &Codes) -> bool {
    codes.uscc.is_some() && Uscc::read(text).ok().map(|reading| reading.code) == codes.uscc
}

fn repeats_column(reader: &RowReader<'_>, field: Field, text: &str) -> bool {
    reader.raw_text(field).is_some_and(|other| other.trim() == text.trim())
}

fn note_repetition(reader: &mut RowReader<'_>, field: Field) -> Step {
    reader.note(field, ProblemCode::CodeRepeated, "与另一代码列的内容相同，本列未采用");
    IN_ORDER
}

/// Notes why a code cannot be used.
fn refuse(reader: &mut RowReader<'_>, field: Field, invalid: ProblemCode, defect: &CodeDefect) -> Step {
    let code = match defect {
        CodeDefect::Absent => return IN_ORDER,
        CodeDefect::DigitsLost => ProblemCode::DigitsLost,
        CodeDefect::LooksLikeCitizenId { .. } => ProblemCode::PersonalNumberHeldBack,
        _ => invalid,
    };
    reader.note_defect(field, code, defect, defect.zh());
    None
}
