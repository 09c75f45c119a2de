//! One entry of a list, with the procedure it went through.

use honghei_domain::list::{
    AttachmentRef, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, NoticeRecord, ProcedureRecord,
    PublicityRecord, Repairability, StatementRecord,
};
use honghei_proto::list::v1 as wire;
use prost::Message;

use super::manifest::{read_case, write_case};
use super::subject::{read_subject, write_subject};
use crate::defect::{At, WireDefect};
use crate::{MAX_ENTRY_BYTES, read, write};

/// The bytes of a list entry: the same entry always gives the same bytes.
///
/// An entry that outgrows [`MAX_ENTRY_BYTES`] is refused by [`super::build_list`] and by every reader.
pub fn encode_entry(entry: &ListEntry) -> Vec<u8> {
    write_entry(entry).encode_to_vec()
}

/// Reads a list entry of at most [`MAX_ENTRY_BYTES`].
pub fn decode_entry(bytes: &[u8]) -> Result<ListEntry, WireDefect> {
    let entry: wire::ListEntry = read::message("entry", bytes, MAX_ENTRY_BYTES)?;
    read_entry(entry).at("entry")
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
    }
}

fn read_entry(entry: wire::ListEntry) -> Result<ListEntry, WireDefect> {
    Ok(ListEntry {
        case: read_case(entry.case_id).at("case_id")?,
        kind: read_kind(entry.kind).at("kind")?,
        department: read_department(entry.department).at("department")?,
        recognising_organ: entry.recognising_organ,
        subject: read_subject(entry.subject).at("subject")?,
        criteria: read::each(entry.criteria, |code| read::token(code).map(CriterionCode)).at("criteria")?,
        facts: entry.facts,
        document: entry.document.map(read_document).transpose().at("document")?,
        repairability: entry.repairability.map(read_repairability).transpose().at("repairability")?,
        recognised_on: read::optional_day(entry.recognised_on).at("recognised_on")?,
        valid_from: read::optional_day(entry.valid_from).at("valid_from")?,
        valid_to: read::optional_day(entry.valid_to).at("valid_to")?,
        territorial_override: entry.territorial_override,
        procedure: read_procedure(entry.procedure).at("procedure")?,
        attachments: read::each(entry.attachments, read_attachment).at("attachments")?,
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

fn read_document(document: wire::EffectiveDocument) -> Result<EffectiveDocument, WireDefect> {
    Ok(EffectiveDocument {
        kind: document.kind,
        number: document.number,
        issuer: document.issuer,
        issued_on: read::day(document.issued_on).at("issued_on")?,
        effective_on: read::day(document.effective_on).at("effective_on")?,
        under_appeal: document.under_appeal,
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
    }
}

fn read_procedure(procedure: Option<wire::ProcedureRecord>) -> Result<ProcedureRecord, WireDefect> {
    let procedure = read::present(procedure)?;
    Ok(ProcedureRecord {
        notice: procedure.notice.map(read_notice).transpose().at("notice")?,
        publicity: procedure.publicity.map(read_publicity).transpose().at("publicity")?,
        statements: read::each(procedure.statements, read_statement).at("statements")?,
    })
}

fn read_notice(notice: wire::NoticeRecord) -> Result<NoticeRecord, WireDefect> {
    let served_on = read::day(notice.served_on).at("served_on")?;
    Ok(NoticeRecord { method: notice.method, served_on, proof: notice.proof })
}

fn read_publicity(publicity: wire::PublicityRecord) -> Result<PublicityRecord, WireDefect> {
    Ok(PublicityRecord {
        channel: publicity.channel,
        opened_on: read::day(publicity.opened_on).at("opened_on")?,
        ended_on: read::day(publicity.ended_on).at("ended_on")?,
    })
}

fn read_statement(statement: wire::StatementRecord) -> Result<StatementRecord, WireDefect> {
    let received_on = read::day(statement.received_on).at("received_on")?;
    Ok(StatementRecord { received_on, reason: statement.reason })
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
