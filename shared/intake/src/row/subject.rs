//! Who a row is about.

use honghei_domain::identifier::CitizenId;
use honghei_domain::list::{ListKind, Subject, SubjectForm};

use super::code::{self, Codes};
use super::personal;
use super::reader::{CodesRead, RowReader};
use crate::column::Field;
use crate::limit;
use crate::problem::{ProblemCode, Severity};
use crate::request::Purpose;

/// A subject and the personal number that belongs to it but not into it.
pub(super) struct ReadSubject {
    pub(super) subject: Subject,
    pub(super) person_number: Option<CitizenId>,
}

pub(super) fn read(reader: &mut RowReader<'_>) -> Option<ReadSubject> {
    let name = reader.required_short(Field::Name);
    let noted = reader.noted();
    let codes = code::read(reader);
    let damage = reader.first_hard_since(noted);
    let own_number = person_number(reader, Field::PersonNumber, Field::PersonDocument);
    let representatives = person_number(reader, Field::RepresentativeNumber, Field::RepresentativeDocument);
    let form = form(reader, codes.as_ref(), own_number.is_some());
    reader.keep_codes(codes_read(codes.as_ref(), damage, form));
    let class = reader.short(Field::SubjectClass).unwrap_or_else(|| reader.request.subject_class.clone());
    let classes = &reader.request.classes;
    if class.is_empty() && reader.request.purpose == Purpose::Candidates {
        reader.note(Field::SubjectClass, ProblemCode::ValueMissing, "主体类别未填写");
    } else if !class.is_empty() && !classes.is_empty() && !classes.contains_key(&class) {
        // Found here, not when the head signs, weeks later.
        let known: Vec<String> = classes.iter().map(|(code, name)| format!("{code} {name}")).collect();
        let reason = format!("“{class}”不是制度规定的主体类别；可用：{}", known.join("、"));
        reader.note(Field::SubjectClass, ProblemCode::ChoiceUnknown, reason);
    }
    let legal_representative = reader.short(Field::LegalRepresentative);
    let registration_organ = reader.short(Field::RegistrationOrgan);
    let address = reader.text(Field::Address, 2 * limit::MAX_SHORT_TEXT_CHARS);
    let (name, codes) = (name?, codes?);
    if codes.is_empty() && form != SubjectForm::NaturalPerson {
        note_missing_code(reader);
    }
    let subject = Subject {
        form,
        class,
        name,
        uscc: codes.uscc,
        uscc_inner_check_failed: codes.inner_check_failed,
        organisation_code: codes.organisation_code,
        registration_number: codes.registration_number,
        legal_representative,
        person_commitment: None,
        registration_organ,
        address,
    };
    let person_number =
        if form == SubjectForm::NaturalPerson { own_number.or(representatives) } else { representatives };
    Some(ReadSubject { subject, person_number })
}

/// What the codes came to, whatever becomes of the rest of the row.
fn codes_read(codes: Option<&Codes>, damage: Option<ProblemCode>, form: SubjectForm) -> CodesRead {
    match codes {
        None => damage.map_or(CodesRead::Missing, CodesRead::Damaged),
        Some(codes) if codes.inner_check_failed => CodesRead::Doubtful,
        Some(codes) if !codes.is_empty() => CodesRead::Sound,
        Some(_) if form == SubjectForm::NaturalPerson => CodesRead::OfPerson,
        Some(_) => CodesRead::Missing,
    }
}

/// Of 1,381 published black rows 504 carry no code at all, so black lists and feeds may do without; a red candidate
/// of our own may not, since nobody could be rewarded by it.
fn note_missing_code(reader: &mut RowReader<'_>) {
    let field = Field::Uscc;
    if reader.request.purpose != Purpose::Candidates || reader.request.kind == ListKind::Black {
        reader.note(field, ProblemCode::NameOnly, "没有任何代码，只有名称");
    } else {
        reader.note(field, ProblemCode::CodeMissing, "红名单主体必须有代码");
    }
}

fn form(reader: &mut RowReader<'_>, codes: Option<&Codes>, has_own_number: bool) -> SubjectForm {
    let by_codes = codes.and_then(Codes::form);
    let Some(text) = reader.short(Field::SubjectForm) else {
        return by_codes.unwrap_or(if has_own_number { SubjectForm::NaturalPerson } else { SubjectForm::Enterprise });
    };
    match text.as_str() {
        "自然人" | "个人" => SubjectForm::NaturalPerson,
        "个体工商户" | "个体" => SubjectForm::IndividualBusiness,
        "企业" | "公司" | "企业法人" => SubjectForm::Enterprise,
        "其他组织" | "社会组织" | "事业单位" | "机关" | "农民专业合作社" => {
            SubjectForm::OtherOrganisation
        }
        // The national layout's one word for every organisation says no more than its code does.
        "法人" | "法人及非法人组织" | "法人和非法人组织" | "非法人组织" | "单位" => {
            by_codes.unwrap_or(SubjectForm::Enterprise)
        }
        _ => {
            reader.note(
                Field::SubjectForm,
                ProblemCode::ChoiceUnknown,
                "应填“企业”“个体工商户”“其他组织”“法人及非法人组织”或“自然人”",
            );
            SubjectForm::Enterprise
        }
    }
}

/// Reads a citizen's ID number from the column made for it.
fn person_number(reader: &mut RowReader<'_>, number: Field, document: Field) -> Option<CitizenId> {
    let kind = reader.short(document);
    let text = personal::number_text(reader, number)?;
    if text.contains(['*', '＊', '×']) {
        reader.note(number, ProblemCode::PersonNumberMasked, "号码已遮盖");
        return None;
    }
    if kind.is_some_and(|kind| !kind.contains("身份证")) {
        reader.note(number, ProblemCode::PersonDocumentOther, "证件不是居民身份证");
        return None;
    }
    match personal::citizen_number(&text) {
        Some(citizen) => Some(citizen),
        None => {
            let severity = if reader.request.purpose == Purpose::Feed { Severity::Warning } else { Severity::Hard };
            reader.note_as(
                number,
                ProblemCode::PersonNumberInvalid,
                severity,
                "不是有效的公民身份号码（长度、日期或校验码不符）",
            );
            None
        }
    }
}
