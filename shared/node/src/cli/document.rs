//! Documents: asked of the node, printed here as a page or as a PDF.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use honghei_documents::{Block, Column, Document, DocumentError, DocumentKind, Fonts, Head, Proof, Table, html, pdf};
use honghei_proto::console::v1::document_block::Block as WireBlock;
use honghei_proto::console::v1::{ComposeDocumentRequest, ComposeDocumentResponse, DocumentBlock, DocumentTable};

use super::{Session, fonts};
use crate::answer::{Answer, Class};

/// A document to make.
#[derive(Debug, Args)]
pub struct DocumentArgs {
    /// Which.
    #[arg(value_enum)]
    pub kind: Kind,
    /// A case (420802-commerce#17), a list (420802-commerce/1/42), or the act itself.
    pub of: String,
    /// Where to write it: a name ending in .html or .pdf.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where to look for fonts with rare characters; may be given several times. Without it, the system's folders.
    #[arg(long, value_name = "DIR")]
    pub fonts: Vec<PathBuf>,
}

/// The kinds of documents, as said on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 告知书 of a case.
    Notice,
    /// 公示 of candidates or of a reviewed list.
    Publicity,
    /// 认定意见书 of a list.
    Recognition,
    /// 审核意见 of a list.
    Review,
    /// 补正通知 of a list.
    Return,
    /// 异议处理结果 of a case.
    Objection,
    /// 修复决定 of a case.
    Repair,
    /// 退出公告 of a case.
    Exit,
    /// 退出备案表 of a case.
    Filing,
    /// 季度红黑榜.
    Bulletin,
}

impl Kind {
    fn name(self) -> &'static str {
        let kind = match self {
            Self::Notice => DocumentKind::Notice,
            Self::Publicity => DocumentKind::Publicity,
            Self::Recognition => DocumentKind::Recognition,
            Self::Review => DocumentKind::Review,
            Self::Return => DocumentKind::Return,
            Self::Objection => DocumentKind::Objection,
            Self::Repair => DocumentKind::Repair,
            Self::Exit => DocumentKind::Exit,
            Self::Filing => DocumentKind::Filing,
            Self::Bulletin => DocumentKind::Bulletin,
        };
        kind.as_str()
    }
}

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Pdf,
}

impl Session {
    pub(super) async fn document(&self, asked: DocumentArgs) -> Result<(), Answer> {
        let form = form_of(&asked.out)?;
        let mut client = self.connect_as_officer().await?;
        let request = ComposeDocumentRequest { kind: asked.kind.name().to_owned(), of: asked.of };
        let composed = client.compose_document(request).await?;
        let document = read(&composed).ok_or_else(|| {
            Answer::new(Class::Fault, "DOCUMENT_MALFORMED", "the node gave a document that cannot be read")
        })?;
        let bytes = match form {
            Form::Html => html(&document).into_bytes(),
            Form::Pdf => printed(&document, &asked.fonts)?,
        };
        self.folder.write_private(&asked.out, &bytes)?;
        self.printer.show(&composed, |composed| {
            format!("{}  {}  {}  {}字节", asked.out.display(), composed.number, composed.title, bytes.len())
        })
    }
}

fn form_of(out: &Path) -> Result<Form, Answer> {
    match out.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(Form::Html),
        Some("pdf") => Ok(Form::Pdf),
        _ => Err(Answer::field("out", "文件名应以 .html 或 .pdf 结尾")),
    }
}

/// The PDF, in the shipped fonts and, where a character is in none of them, whatever a folder of fonts has for it.
fn printed(document: &Document, folders: &[PathBuf]) -> Result<Vec<u8>, Answer> {
    let mut fonts = Fonts::shipped();
    let missing = fonts.missing(document);
    if !missing.is_empty() {
        for (bytes, index) in fonts::with(missing, folders) {
            fonts.add_fallback(bytes, index).map_err(failed)?;
        }
    }
    pdf(document, &fonts).map_err(failed)
}

fn failed(error: DocumentError) -> Answer {
    let class = match &error {
        DocumentError::MissingGlyphs(_) => Class::Refused,
        DocumentError::Font(_)
        | DocumentError::MissingField { .. }
        | DocumentError::Text(_)
        | DocumentError::TooLong { .. }
        | DocumentError::Pdf(_) => Class::Fault,
    };
    Answer::new(class, error.code(), error.to_string())
}

/// A document as the node sent it; `None` if it is none.
pub(crate) fn read(composed: &ComposeDocumentResponse) -> Option<Document> {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(Document {
        kind: DocumentKind::named(&composed.kind)?,
        letterhead: composed.letterhead,
        issuer: composed.issuer.clone(),
        number: composed.number.clone(),
        title: composed.title.clone(),
        addressee: text(&composed.addressee),
        blocks: composed.blocks.iter().map(read_block).collect::<Option<_>>()?,
        signer: text(&composed.signer),
        dated_on: composed.dated_on.parse().ok()?,
        proof: Proof {
            act: composed.act.clone(),
            digest: read_digest(&composed.digest)?,
            place: composed.entry.parse().ok()?,
        },
        rehearsal: composed.rehearsal,
    })
}

fn read_digest(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}

fn read_block(block: &DocumentBlock) -> Option<Block> {
    Some(match block.block.as_ref()? {
        WireBlock::Heading(text) => Block::Heading(text.clone()),
        WireBlock::Paragraph(text) => Block::Paragraph(text.clone()),
        WireBlock::Table(table) => Block::Table(read_table(table)?),
    })
}

fn read_table(table: &DocumentTable) -> Option<Table> {
    let even = table.rows.iter().all(|row| row.cells.len() == table.columns.len());
    even.then(|| Table {
        head: if table.form { Head::Left } else { Head::Top },
        columns: table
            .columns
            .iter()
            .map(|column| Column { title: column.title.clone(), share: column.share })
            .collect(),
        rows: table.rows.iter().map(|row| row.cells.clone()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_written_as_its_name_ends() {
        assert_eq!(form_of(Path::new("告知书.PDF")).unwrap(), Form::Pdf);
        assert_eq!(form_of(Path::new("a/告知书.html")).unwrap(), Form::Html);
        assert_eq!(form_of(Path::new("告知书.docx")).unwrap_err().code, "FIELD_OUT");
        assert_eq!(form_of(Path::new("pdf")).unwrap_err().code, "FIELD_OUT");
    }

    #[test]
    fn every_kind_on_the_command_line_is_a_kind_of_document() {
        let said: Vec<&str> = Kind::value_variants().iter().map(|kind| kind.name()).collect();
        assert_eq!(said, DocumentKind::ALL.map(DocumentKind::as_str));
    }
}
