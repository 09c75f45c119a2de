//! One entry of a list, with the procedure it went through.

use honghei_domain::list::{
    AttachmentRef, Attestation, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, NoticeRecord,
    ProcedureRecord, PublicityRecord, Repairability, StatementRecord,
};
use honghei_proto::list::v1 as wire;
use prost::Message;

use super::event::{read_event, write_event};
use super::manifest::{read_case, write_case};
use super::subject::{read_subject, write_subject};
use crate::defect::{At, WireDefect};
use crate::fields::{came, tags, visit};
use crate::{MAX_ENTRY_BYTES, read, write};

/// The bytes of a list entry: the same entry always gives the same bytes.
///
/// An entry that outgrows [`MAX_ENTRY_BYTES`] is refused by [`super::build_list`] and by every reader.
pub fn encode_entry(entry: &ListEntry) -> Vec<u8> {
    write_entry(entry).encode_to_vec()
}

/// Reads a list entry of at most [`MAX_ENTRY_BYTES`].
pub fn decode_entry(bytes: &[u8]) -> Result<ListEntry, WireDefect> {
    read::within(bytes.len(), MAX_ENTRY_BYTES).and_then(|()| read_entry(bytes)).at("entry")
}

fn write_entry(entry: &ListEntry) -> wire::ListEntry {
    wire::ListEntry {
        case_id: Some(write_case(&entry.case)),
        kind: write_kind(entry.kind).into(),
        department: entry.department.0.clone(),
        recognising_organ: entry.recognising_organ.clone(),
        subject: Some(write_subject(&entry.subject)),
        criteria: entry.criteria.iter().map(|criterion| criterion.0.clone()).collect(),
        facts: entry.facts.clone(),
        document: entry.document.as_ref().map(write_document),
        repairability: entry.repairability.as_ref().map(write_repairability),
        recognised_on: entry.recognised_on.and_then(write::day),
        valid_from: entry.valid_from.and_then(write::day),
        valid_to: entry.valid_to.and_then(write::day),
        territorial_override: entry.territorial_override.clone(),
        procedure: Some(write_procedure(&entry.procedure)),
        attachments: entry.attachments.iter().map(write_attachment).collect(),
        attestations: entry.attestations.iter().map(write_attestation).collect(),
    }
}

/// Reads an entry straight from its bytes, because lists are read by the million.
fn read_entry(bytes: &[u8]) -> Result<ListEntry, WireDefect> {
    const CRITERIA: u64 = tags(6, 6);
    const ATTACHMENTS: u64 = tags(15, 15);
    let mut case = None;
    let mut kind = None;
    let mut department = None;
    let mut recognising_organ = String::new();
    let mut subject = None;
    let mut criteria = Vec::new();
    let mut facts = String::new();
    let mut document = None;
    let mut repairability = None;
    let mut recognised_on = None;
    let mut valid_from = None;
    let mut valid_to = None;
    let mut territorial_override = None;
    let mut procedure = None;
    let mut attachments = Vec::new();
    let mut attestations: Vec<Attestation> = Vec::new();
    visit(bytes, tags(1, 15) & !CRITERIA & !ATTACHMENTS, |field| {
        match field.tag {
            1 => case = Some(field.message().and_then(|case| read_case(Some(case))).at("case_id")?),
            2 => kind = Some(field.int32().and_then(read_kind).at("kind")?),
            3 => department = Some(field.text().and_then(read_department).at("department")?),
            4 => recognising_organ = field.text().at("recognising_organ")?,
            5 => subject = Some(field.bytes().and_then(read_subject).at("subject")?),
            6 => {
                let code = field.text().and_then(read::token).at_element(criteria.len()).at("criteria")?;
                criteria.push(CriterionCode(code));
            }
            7 => facts = field.text().at("facts")?,
            8 => document = Some(field.bytes().and_then(read_document).at("document")?),
            9 => repairability = Some(field.message().and_then(read_repairability).at("repairability")?),
            10 => recognised_on = Some(field.day().at("recognised_on")?),
            11 => valid_from = Some(field.day().at("valid_from")?),
            12 => valid_to = Some(field.day().at("valid_to")?),
            13 => territorial_override = Some(field.text().at("territorial_override")?),
            14 => procedure = Some(field.bytes().and_then(read_procedure).at("procedure")?),
            15 => {
                let attachment = field.message().and_then(read_attachment);
                attachments.push(attachment.at_element(attachments.len()).at("attachments")?);
            }
            16 => {
                let attestation = field.message().and_then(|said| read_attestation(said, &attestations));
                attestations.push(attestation.at_element(attestations.len()).at("attestations")?);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(ListEntry {
        case: came(case, "case_id")?,
        kind: kind.ok_or_else(read::unspecified).at("kind")?,
        department: came(department, "department")?,
        recognising_organ,
        subject: came(subject, "subject")?,
        criteria,
        facts,
        document,
        repairability,
        recognised_on,
        valid_from,
        valid_to,
        territorial_override,
        procedure: came(procedure, "procedure")?,
        attachments,
        attestations,
    })
}

pub(crate) fn write_kind(kind: ListKind) -> wire::ListKind {
    match kind {
        ListKind::Red => wire::ListKind::Red,
        ListKind::Black => wire::ListKind::Black,
    }
}

pub(crate) fn read_kind(number: i32) -> Result<ListKind, WireDefect> {
    match read::enumerated(number)? {
        wire::ListKind::Unspecified => Err(read::unspecified()),
        wire::ListKind::Red => Ok(ListKind::Red),
        wire::ListKind::Black => Ok(ListKind::Black),
    }
}

pub(crate) fn read_department(slug: String) -> Result<Department, WireDefect> {
    read::token(slug).map(Department)
}

fn write_document(document: &EffectiveDocument) -> wire::EffectiveDocument {
    wire::EffectiveDocument {
        kind: document.kind.clone(),
        number: document.number.clone(),
        issuer: document.issuer.clone(),
        issued_on: write::day(document.issued_on),
        effective_on: write::day(document.effective_on),
        under_appeal: document.under_appeal,
    }
}

fn read_document(bytes: &[u8]) -> Result<EffectiveDocument, WireDefect> {
    let (mut kind, mut number, mut issuer) = (String::new(), String::new(), String::new());
    let (mut issued_on, mut effective_on, mut under_appeal) = (None, None, false);
    visit(bytes, tags(1, 6), |field| {
        match field.tag {
            1 => kind = field.text().at("kind")?,
            2 => number = field.text().at("number")?,
            3 => issuer = field.text().at("issuer")?,
            4 => issued_on = Some(field.day().at("issued_on")?),
            5 => effective_on = Some(field.day().at("effective_on")?),
            6 => under_appeal = field.truth().at("under_appeal")?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(EffectiveDocument {
        kind,
        number,
        issuer,
        issued_on: came(issued_on, "issued_on")?,
        effective_on: came(effective_on, "effective_on")?,
        under_appeal,
    })
}

fn write_repairability(repairability: &Repairability) -> wire::Repairability {
    use wire::repairability::Outcome;
    let outcome = match repairability {
        Repairability::Repairable { method } => Outcome::Repairable(wire::Repairable { method: method.clone() }),
        Repairability::Irreparable { legal_basis } => {
            Outcome::Irreparable(wire::Irreparable { legal_basis: legal_basis.clone() })
        }
    };
    wire::Repairability { outcome: Some(outcome) }
}

fn read_repairability(repairability: wire::Repairability) -> Result<Repairability, WireDefect> {
    use wire::repairability::Outcome;
    Ok(match read::present(repairability.outcome).at("outcome")? {
        Outcome::Repairable(repairable) => Repairability::Repairable { method: repairable.method },
        Outcome::Irreparable(irreparable) => Repairability::Irreparable { legal_basis: irreparable.legal_basis },
    })
}

fn write_procedure(procedure: &ProcedureRecord) -> wire::ProcedureRecord {
    let notice = |notice: &NoticeRecord| wire::NoticeRecord {
        method: notice.method.clone(),
        served_on: write::day(notice.served_on),
        proof: notice.proof.clone(),
    };
    let publicity = |publicity: &PublicityRecord| wire::PublicityRecord {
        channel: publicity.channel.clone(),
        opened_on: write::day(publicity.opened_on),
        ended_on: write::day(publicity.ended_on),
    };
    let statement = |statement: &StatementRecord| wire::StatementRecord {
        received_on: write::day(statement.received_on),
        reason: statement.reason.clone(),
    };
    wire::ProcedureRecord {
        notice: procedure.notice.as_ref().map(notice),
        publicity: procedure.publicity.as_ref().map(publicity),
        statements: procedure.statements.iter().map(statement).collect(),
        evidence: procedure.evidence.iter().map(write_event).collect(),
    }
}

fn read_procedure(bytes: &[u8]) -> Result<ProcedureRecord, WireDefect> {
    let mut procedure = ProcedureRecord::default();
    visit(bytes, tags(1, 2), |field| {
        match field.tag {
            1 => procedure.notice = Some(field.bytes().and_then(read_notice).at("notice")?),
            2 => procedure.publicity = Some(field.bytes().and_then(read_publicity).at("publicity")?),
            3 => {
                let statement = field.message().and_then(read_statement);
                procedure.statements.push(statement.at_element(procedure.statements.len()).at("statements")?);
            }
            4 => {
                let event = field.message().and_then(read_event);
                procedure.evidence.push(event.at_element(procedure.evidence.len()).at("evidence")?);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(procedure)
}

fn read_notice(bytes: &[u8]) -> Result<NoticeRecord, WireDefect> {
    let (mut method, mut served_on, mut proof) = (String::new(), None, String::new());
    visit(bytes, tags(1, 3), |field| {
        match field.tag {
            1 => method = field.text().at("method")?,
            2 => served_on = Some(field.day().at("served_on")?),
            3 => proof = field.text().at("proof")?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(NoticeRecord { method, served_on: came(served_on, "served_on")?, proof })
}

fn read_publicity(bytes: &[u8]) -> Result<PublicityRecord, WireDefect> {
    let (mut channel, mut opened_on, mut ended_on) = (String::new(), None, None);
    visit(bytes, tags(1, 3), |field| {
        match field.tag {
            1 => channel = field.text().at("channel")?,
            2 => opened_on = Some(field.day().at("opened_on")?),
            3 => ended_on = Some(field.day().at("ended_on")?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(PublicityRecord { channel, opened_on: came(opened_on, "opened_on")?, ended_on: came(ended_on, "ended_on")? })
}

fn read_statement(statement: wire::StatementRecord) -> Result<StatementRecord, WireDefect> {
    let received_on = read::day(statement.received_on).at("received_on")?;
    Ok(StatementRecord { received_on, reason: statement.reason })
}

fn write_attestation(attestation: &Attestation) -> wire::Attestation {
    wire::Attestation { code: attestation.code.clone(), text: attestation.text.clone() }
}

/// A quality is confirmed once, so that nobody can read another text than the one that was signed.
fn read_attestation(attestation: wire::Attestation, before: &[Attestation]) -> Result<Attestation, WireDefect> {
    let code = read::token(attestation.code).at("code")?;
    if before.iter().any(|known| known.code == code) {
        return Err(WireDefect::new(format!("expected {code} once, got it twice"))).at("code");
    }
    Ok(Attestation { code, text: attestation.text })
}

pub(crate) fn write_attachment(attachment: &AttachmentRef) -> wire::Attachment {
    wire::Attachment {
        name: attachment.name.clone(),
        media_type: attachment.media_type.clone(),
        length: attachment.length,
        parts: attachment.parts.iter().map(|part| part.to_vec()).collect(),
    }
}

pub(crate) fn read_attachment(attachment: wire::Attachment) -> Result<AttachmentRef, WireDefect> {
    Ok(AttachmentRef {
        name: attachment.name,
        media_type: attachment.media_type,
        length: attachment.length,
        parts: read::each(attachment.parts, |part| read::digest(&part)).at("parts")?,
    })
}
