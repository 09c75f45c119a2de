//! Official documents, composed here and printed by the officer's program: an idle node holds no font.

use honghei_documents::{Block, Document, DocumentKind, Head, Table};
use honghei_proto::console::v1::document_block::Block as WireBlock;
use honghei_proto::console::v1::*;
use honghei_registry::document::{Subject, document};

use super::Desk;
use crate::answer::Answer;
use crate::console::fields;

impl Desk {
    pub(in crate::console) async fn compose_document(
        &self,
        asked: ComposeDocumentRequest,
    ) -> Result<ComposeDocumentResponse, Answer> {
        let kind = DocumentKind::named(asked.kind.trim()).ok_or_else(|| {
            let known = DocumentKind::ALL.map(DocumentKind::as_str).join("、");
            Answer::field("kind", format!("kind 应为以下之一：{known}"))
        })?;
        let of = match asked.of.contains('#') {
            true => Subject::Case(fields::case("of", &asked.of)?),
            false => Subject::Entry(fields::entry("of", &asked.of)?),
        };
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        Ok(shown(document(&mut *tx, &cx, kind, &of).await?))
    }
}

fn shown(document: Document) -> ComposeDocumentResponse {
    ComposeDocumentResponse {
        kind: document.kind.as_str().to_owned(),
        letterhead: document.letterhead,
        issuer: document.issuer,
        number: document.number,
        title: document.title,
        addressee: document.addressee.unwrap_or_default(),
        blocks: document.blocks.into_iter().map(|block| DocumentBlock { block: Some(shown_block(block)) }).collect(),
        signer: document.signer.unwrap_or_default(),
        dated_on: document.dated_on.to_string(),
        act: document.proof.act,
        digest: honghei_ledger::hex(&document.proof.digest),
        entry: document.proof.place.to_string(),
        rehearsal: document.rehearsal,
    }
}

fn shown_block(block: Block) -> WireBlock {
    match block {
        Block::Heading(text) => WireBlock::Heading(text),
        Block::Paragraph(text) => WireBlock::Paragraph(text),
        Block::Table(Table { head, columns, rows }) => WireBlock::Table(DocumentTable {
            form: head == Head::Left,
            columns: columns
                .into_iter()
                .map(|column| DocumentColumn { title: column.title, share: column.share })
                .collect(),
            rows: rows.into_iter().map(|cells| DocumentRow { cells }).collect(),
        }),
    }
}
