//! The listed subject.

use honghei_domain::list::{Subject, SubjectForm};
use honghei_proto::list::v1 as wire;

use crate::defect::{At, WireDefect};
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

pub(crate) fn read_subject(subject: Option<wire::Subject>) -> Result<Subject, WireDefect> {
    let subject = read::present(subject)?;
    let uscc = subject.uscc.map(read::uscc).transpose().at("uscc")?;
    let organisation_code = subject.organisation_code.map(|code| read::organisation_code(code, uscc.as_ref()));
    Ok(Subject {
        form: read_form(subject.form).at("form")?,
        class: subject.class,
        name: subject.name,
        uscc,
        uscc_inner_check_failed: subject.uscc_inner_check_failed,
        organisation_code: organisation_code.transpose().at("organisation_code")?,
        registration_number: subject
            .registration_number
            .map(read::registration_number)
            .transpose()
            .at("registration_number")?,
        legal_representative: subject.legal_representative,
        person_commitment: subject
            .person_commitment
            .map(|commitment| read::digest(&commitment))
            .transpose()
            .at("person_commitment")?,
        registration_organ: subject.registration_organ,
        address: subject.address,
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
