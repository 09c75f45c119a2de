//! The listed subject.

use honghei_domain::list::{Subject, SubjectForm};
use honghei_proto::list::v1 as wire;

use crate::defect::{At, WireDefect};
use crate::fields::{tags, visit};
use crate::read;

pub(crate) fn write_subject(subject: &Subject) -> wire::Subject {
    wire::Subject {
        form: write_form(subject.form).into(),
        class: subject.class.clone(),
        name: subject.name.clone(),
        uscc: subject.uscc.as_ref().map(|code| code.as_str().to_owned()),
        uscc_inner_check_failed: subject.uscc_inner_check_failed,
        organisation_code: subject.organisation_code.as_ref().map(|code| code.as_str().to_owned()),
        registration_number: subject.registration_number.as_ref().map(|code| code.as_str().to_owned()),
        legal_representative: subject.legal_representative.clone(),
        person_commitment: subject.person_commitment.map(|commitment| commitment.to_vec()),
        registration_organ: subject.registration_organ.clone(),
        address: subject.address.clone(),
    }
}

/// Reads a subject straight from its bytes, because lists are read by the million.
pub(crate) fn read_subject(bytes: &[u8]) -> Result<Subject, WireDefect> {
    let mut form = None;
    let mut class = String::new();
    let mut name = String::new();
    let mut uscc = None;
    let mut uscc_inner_check_failed = false;
    let mut organisation_code = None;
    let mut registration_number = None;
    let mut legal_representative = None;
    let mut person_commitment = None;
    let mut registration_organ = None;
    let mut address = None;
    visit(bytes, tags(1, 11), |field| {
        match field.tag {
            1 => form = Some(field.int32().and_then(read_form).at("form")?),
            2 => class = field.text().at("class")?,
            3 => name = field.text().at("name")?,
            4 => uscc = Some(field.text().and_then(read::uscc).at("uscc")?),
            5 => uscc_inner_check_failed = field.truth().at("uscc_inner_check_failed")?,
            6 => organisation_code = Some(field.text().at("organisation_code")?),
            7 => {
                let number = field.text().and_then(read::registration_number);
                registration_number = Some(number.at("registration_number")?);
            }
            8 => legal_representative = Some(field.text().at("legal_representative")?),
            9 => person_commitment = Some(field.bytes().and_then(read::digest).at("person_commitment")?),
            10 => registration_organ = Some(field.text().at("registration_organ")?),
            11 => address = Some(field.text().at("address")?),
            _ => {}
        }
        Ok(())
    })?;
    let organisation_code = organisation_code.map(|code| read::organisation_code(code, uscc.as_ref()));
    Ok(Subject {
        form: form.ok_or_else(read::unspecified).at("form")?,
        class,
        name,
        uscc,
        uscc_inner_check_failed,
        organisation_code: organisation_code.transpose().at("organisation_code")?,
        registration_number,
        legal_representative,
        person_commitment,
        registration_organ,
        address,
    })
}

fn write_form(form: SubjectForm) -> wire::SubjectForm {
    match form {
        SubjectForm::Enterprise => wire::SubjectForm::Enterprise,
        SubjectForm::IndividualBusiness => wire::SubjectForm::IndividualBusiness,
        SubjectForm::OtherOrganisation => wire::SubjectForm::OtherOrganisation,
        SubjectForm::NaturalPerson => wire::SubjectForm::NaturalPerson,
    }
}

fn read_form(number: i32) -> Result<SubjectForm, WireDefect> {
    match read::enumerated(number)? {
        wire::SubjectForm::Unspecified => Err(read::unspecified()),
        wire::SubjectForm::Enterprise => Ok(SubjectForm::Enterprise),
        wire::SubjectForm::IndividualBusiness => Ok(SubjectForm::IndividualBusiness),
        wire::SubjectForm::OtherOrganisation => Ok(SubjectForm::OtherOrganisation),
        wire::SubjectForm::NaturalPerson => Ok(SubjectForm::NaturalPerson),
    }
}
