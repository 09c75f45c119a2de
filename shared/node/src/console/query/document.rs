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

#[cfg(test)]
mod tests {
    use honghei_documents::{Column, Proof};

    use super::*;
    use crate::cli::read_document;

    #[test]
    fn a_document_crosses_the_socket_unchanged_and_a_broken_one_is_none() {
        let column = |title: &str, share| Column { title: title.to_owned(), share };
        let table = |head| Table {
            head,
            columns: vec![column("项目", 1), column("内容", 3)],
            rows: vec![vec!["名称".to_owned(), "某公司\n代码".to_owned()]],
        };
        let document = Document {
            kind: DocumentKind::Filing,
            letterhead: true,
            issuer: "东宝区商务局".to_owned(),
            number: "东商信备〔2026〕42号".to_owned(),
            title: "退出备案表".to_owned(),
            addressee: None,
            blocks: vec![
                Block::Heading("一、事实".to_owned()),
                Block::Paragraph("……".to_owned()),
                Block::Table(table(Head::Left)),
                Block::Table(table(Head::Top)),
            ],
            signer: Some("局长 李某".to_owned()),
            dated_on: "2026-01-05".parse().unwrap(),
            proof: Proof {
                act: "exits-filed".to_owned(),
                digest: [0xA7; 32],
                place: "420802-commerce/1/42".parse().unwrap(),
            },
            rehearsal: true,
        };
        let wire = shown(document.clone());
        assert_eq!(read_document(&wire), Some(document));
        let broken = |change: fn(&mut ComposeDocumentResponse)| {
            let mut wire = wire.clone();
            change(&mut wire);
            read_document(&wire)
        };
        assert_eq!(broken(|wire| wire.kind = "letter".to_owned()), None);
        assert_eq!(broken(|wire| wire.digest.truncate(62)), None);
        assert_eq!(broken(|wire| wire.blocks.push(DocumentBlock { block: None })), None);
        assert_eq!(
            broken(|wire| {
                if let Some(WireBlock::Table(table)) = wire.blocks.last_mut().and_then(|last| last.block.as_mut()) {
                    table.columns.pop();
                }
            }),
            None,
            "every row has a cell a column"
        );
    }
}
