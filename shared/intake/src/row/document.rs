//! The document an entry rests on, and whether a black entry can be repaired.

use chrono::NaiveDate;
use honghei_domain::list::{EffectiveDocument, ListKind, Repairability};

use super::reader::RowReader;
use super::state;
use crate::column::Field;
use crate::limit;
use crate::problem::ProblemCode;
use crate::request::Purpose;

/// What stands for the kind of document where a list names none.
const COMMENDATION: &str = "表彰文件";
const DECISION: &str = "决定文书";

/// Reads the document. Black candidates must name all of it (国办发〔2020〕49号); elsewhere a number and a date make one.
///
/// `organ` and `recognised_on` stand in for issuer and date where a feed gives none.
pub(super) fn document(
    reader: &mut RowReader<'_>,
    organ: &str,
    recognised_on: Option<NaiveDate>,
) -> Option<EffectiveDocument> {
    let under_appeal = state::contested(reader).is_some();
    let document = if reader.request.purpose == Purpose::Candidates && reader.request.kind == ListKind::Black {
        complete(reader, under_appeal)
    } else {
        partial(reader, organ, recognised_on, under_appeal)
    };
    if let Some(document) = &document
        && document.effective_on < document.issued_on
    {
        reader.note(Field::EffectiveOn, ProblemCode::DatesDisagree, "生效日期早于作出日期");
    }
    document
}

fn complete(reader: &mut RowReader<'_>, under_appeal: bool) -> Option<EffectiveDocument> {
    // Every field is read before any is missed, so that a clerk sees all that is wrong at once.
    let kind = reader.required_short(Field::DocumentKind);
    let number = reader.required(Field::DocumentNumber, number);
    let issuer = reader.required_short(Field::DocumentIssuer);
    let issued_on = reader.required(Field::IssuedOn, |reader| reader.past_date(Field::IssuedOn));
    let effective_on = reader.required(Field::EffectiveOn, |reader| reader.past_date(Field::EffectiveOn));
    Some(EffectiveDocument {
        kind: kind?,
        number: number?,
        issuer: issuer?,
        issued_on: issued_on?,
        effective_on: effective_on?,
        under_appeal,
    })
}

fn number(reader: &mut RowReader<'_>) -> Option<String> {
    reader.short(Field::DocumentNumber).or_else(|| reader.short(Field::CaseNumber))
}

fn partial(
    reader: &mut RowReader<'_>,
    organ: &str,
    recognised_on: Option<NaiveDate>,
    under_appeal: bool,
) -> Option<EffectiveDocument> {
    let kind = reader.short(Field::DocumentKind);
    let number = number(reader);
    let issuer = reader.short(Field::DocumentIssuer);
    let issued_on = reader.past_date(Field::IssuedOn);
    let effective_on = reader.past_date(Field::EffectiveOn);
    if number.is_none() && (under_appeal || reader.request.purpose == Purpose::Candidates && issued_on.is_some()) {
        // A pending appeal must not be lost for want of a document to hang it on (AMB-08).
        if reader.is_blank(Field::DocumentNumber) && reader.is_blank(Field::CaseNumber) {
            reader.note(Field::DocumentNumber, ProblemCode::ValueMissing, "决定书文号未填写");
        }
        return None;
    }
    let number = number?;
    if reader.request.purpose == Purpose::Candidates && issued_on.is_none() {
        if reader.is_blank(Field::IssuedOn) {
            reader.note(Field::IssuedOn, ProblemCode::ValueMissing, "作出日期未填写");
        }
        return None;
    }
    let issued_on = issued_on.or(recognised_on)?;
    let default_kind = if reader.request.kind == ListKind::Red { COMMENDATION } else { DECISION };
    Some(EffectiveDocument {
        kind: kind.unwrap_or_else(|| default_kind.to_owned()),
        number,
        issuer: issuer.unwrap_or_else(|| organ.to_owned()),
        issued_on,
        effective_on: effective_on.unwrap_or(issued_on),
        under_appeal,
    })
}

/// Reads repairability (F-11): every black candidate states it, and how, or which law forbids it.
pub(super) fn repairability(reader: &mut RowReader<'_>) -> Option<Repairability> {
    if reader.request.kind == ListKind::Red {
        return None;
    }
    let must_state = reader.request.purpose == Purpose::Candidates;
    let repairable = if must_state {
        reader.required(Field::Repairable, |reader| reader.yes_or_no(Field::Repairable))?
    } else {
        reader.yes_or_no(Field::Repairable)?
    };
    let basis = if repairable { Field::RepairMethod } else { Field::RepairForbiddenBy };
    let read = |reader: &mut RowReader<'_>| reader.text(basis, limit::MAX_LONG_TEXT_CHARS);
    let text = if must_state { reader.required(basis, read)? } else { read(reader)? };
    Some(if repairable {
        Repairability::Repairable { method: text }
    } else {
        Repairability::Irreparable { legal_basis: text }
    })
}
