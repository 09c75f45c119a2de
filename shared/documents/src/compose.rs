//! Fields and words together: a document.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use honghei_domain::list::ListKind;
use honghei_domain::policy::documents::{DocumentKind, DocumentWords, Piece, pieces};

use crate::clean::clean;
use crate::day::{day, ordinal};
use crate::document::{Block, Column, Document, Head, Proof, Table};
use crate::error::DocumentError;
use crate::fields::{Fields, MAX_ROWS, list_name};
use crate::standard::{self, Words};

/// The title of a neutral withdrawal, whatever the policy's text for exits is called (BX-2, RX-3).
const NEUTRAL_TITLE: &str = "信息撤回公告";

/// What every document carries besides its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// 发文机关: the organ's name in the directory.
    pub issuer: String,
    /// The policy's title.
    pub policy: String,
    /// 成文日期.
    pub dated_on: NaiveDate,
    /// The act shown.
    pub proof: Proof,
    /// Which document of the act it is, where one act makes several: the case's number.
    pub part: Option<u64>,
    /// Made on a simulated calendar.
    pub rehearsal: bool,
}

/// Values of the fields a text may name; clean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    fields: BTreeMap<&'static str, String>,
    table: Option<Table>,
}

impl Values {
    pub(crate) fn of_list(kind: ListKind) -> Self {
        let mut values = Self::default();
        values.say("list", list_name(kind));
        values
    }

    /// A text from outside.
    pub(crate) fn say(&mut self, field: &'static str, text: &str) {
        self.exact(field, clean(text));
    }

    /// A text from outside, where there is one.
    pub(crate) fn maybe(&mut self, field: &'static str, text: Option<String>) {
        if let Some(text) = text {
            self.say(field, &text);
        }
    }

    /// Several paragraphs.
    pub(crate) fn lines(&mut self, field: &'static str, lines: Vec<String>) {
        let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
        self.exact(field, lines.join("\n"));
    }

    /// A checked code or a sentence made of clean parts, taken as it is.
    pub(crate) fn exact(&mut self, field: &'static str, text: String) {
        if !text.is_empty() {
            self.fields.insert(field, text);
        }
    }

    pub(crate) fn table(&mut self, table: Table) {
        self.table = Some(table);
    }

    /// A table's cell: clean.
    pub(crate) fn cell(text: &str) -> String {
        clean(text)
    }
}

/// A table with headings on top.
pub(crate) fn table(columns: &[(&str, u32)], rows: Vec<Vec<String>>) -> Table {
    let columns = columns.iter().map(|(title, share)| Column { title: (*title).to_owned(), share: *share }).collect();
    Table { head: Head::Top, columns, rows: filled(rows) }
}

/// A form: headings on the left.
pub(crate) fn form(rows: Vec<(&str, String)>) -> Table {
    let columns = [("项目", 26), ("内容", 74)];
    let columns = columns.iter().map(|(title, share)| Column { title: (*title).to_owned(), share: *share }).collect();
    let rows = rows.into_iter().map(|(title, value)| vec![title.to_owned(), value]).collect();
    Table { head: Head::Left, columns, rows: filled(rows) }
}

/// An empty cell might be a forgotten one: it says so.
fn filled(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let fill = |cell: String| if cell.is_empty() { "—".to_owned() } else { cell };
    rows.into_iter().map(|row| row.into_iter().map(fill).collect()).collect()
}

/// Puts the fields of an act into the words of its policy.
///
/// # Errors
/// A text that names a field the act has no value for, or a table longer than [`MAX_ROWS`].
pub fn compose(fields: &Fields, imprint: &Imprint, own: &DocumentWords) -> Result<Document, DocumentError> {
    let kind = fields.kind();
    let words = standard::words(kind, own)?;
    let mut values = values_of(fields, &words);
    if let Some(found) = values.table.as_ref().map(|table| table.rows.len()).filter(|found| *found > MAX_ROWS) {
        return Err(DocumentError::TooLong { found, most: MAX_ROWS });
    }
    let number = number(&words.text.word, imprint, own);
    values.exact("issuer", clean(&imprint.issuer));
    values.exact("number", number.clone());
    values.exact("policy", clean(&imprint.policy));
    values.exact("date", day(imprint.dated_on));
    let required = |text: &str| -> Result<String, DocumentError> { Ok(said(kind, text, &values)?.unwrap_or_default()) };
    let addressee = required(&words.text.addressee)?;
    let title = match fields {
        Fields::Exit(exit) if exit.is_neutral() => NEUTRAL_TITLE.to_owned(),
        _ => required(&words.text.title)?,
    };
    Ok(Document {
        kind,
        letterhead: words.text.letterhead,
        issuer: clean(&imprint.issuer),
        number,
        title,
        addressee: (!addressee.is_empty()).then_some(addressee),
        blocks: blocks(kind, &words.text.body, &values)?,
        signer: values.fields.get("signer").cloned(),
        dated_on: imprint.dated_on,
        proof: imprint.proof.clone(),
        rehearsal: imprint.rehearsal,
    })
}

fn values_of(fields: &Fields, words: &Words) -> Values {
    let (rights, remedies) = (words.repair_rights.as_str(), words.remedies.as_str());
    match fields {
        Fields::Notice(notice) => notice.values(rights, remedies),
        Fields::Publicity(publicity) => publicity.values(remedies),
        Fields::Recognition(recognition) => recognition.values(rights, remedies),
        Fields::Review(review) => review.values(),
        Fields::Return(returned) => returned.values(),
        Fields::Objection(objection) => objection.values(remedies),
        Fields::Repair(repair) => repair.values(remedies),
        Fields::Exit(exit) => exit.values(),
        Fields::Filing(filing) => filing.values(),
        Fields::Bulletin(bulletin) => bulletin.values(),
    }
}

/// 发文字号: the organ's word, the document's word, the year, and the place of the act in the organ's log. No second
/// counter exists that could disagree with the log; where one act makes a document a case, the case's number follows.
fn number(word: &str, imprint: &Imprint, own: &DocumentWords) -> String {
    let place = &imprint.proof.place;
    let region = place.log.node.region().to_string();
    let organ = own.organ_words.get(&region).map_or_else(|| region.clone(), |word| clean(word));
    let serial = match place.log.epoch {
        0 | 1 => place.index.to_string(),
        epoch => format!("{epoch}.{}", place.index),
    };
    let part = imprint.part.map(|part| format!("-{part}")).unwrap_or_default();
    format!("{organ}{}〔{}〕{serial}{part}号", clean(word), imprint.dated_on.year())
}

/// A paragraph with its values; `None` where an optional field has none.
fn said(kind: DocumentKind, text: &str, values: &Values) -> Result<Option<String>, DocumentError> {
    let pieces = pieces(text).map_err(|reason| DocumentError::Text(reason.to_owned()))?;
    let lacking = |piece: &Piece<'_>| match piece {
        Piece::Field { name, optional: true } => !values.fields.contains_key(name),
        Piece::Field { optional: false, .. } | Piece::Word(_) => false,
    };
    if pieces.iter().any(lacking) {
        return Ok(None);
    }
    let mut out = String::new();
    for piece in pieces {
        match piece {
            // A value may bring the full stop that the text sets behind it.
            Piece::Word(word) if out.ends_with('。') => out.push_str(word.strip_prefix('。').unwrap_or(word)),
            Piece::Word(word) => out.push_str(word),
            Piece::Field { name, .. } => match values.fields.get(name) {
                Some(value) => out.push_str(value),
                None => return Err(DocumentError::MissingField { kind: kind.zh(), field: name.to_owned() }),
            },
        }
    }
    Ok(Some(out))
}

fn blocks(kind: DocumentKind, body: &[String], values: &Values) -> Result<Vec<Block>, DocumentError> {
    let mut blocks = Vec::new();
    let mut heading: Option<String> = None;
    let mut sections = 0;
    for text in body {
        if let Some(words) = text.strip_prefix("# ") {
            heading = said(kind, words, values)?;
            continue;
        }
        let content = match text.as_str() {
            "{table}" | "{table?}" => match &values.table {
                Some(table) if !table.rows.is_empty() => vec![Block::Table(table.clone())],
                _ if text == "{table?}" => Vec::new(),
                _ => return Err(DocumentError::MissingField { kind: kind.zh(), field: "table".to_owned() }),
            },
            _ => {
                let said = said(kind, text, values)?.unwrap_or_default();
                let lines = said.split('\n').filter(|line| !line.is_empty());
                lines.map(|line| Block::Paragraph(line.to_owned())).collect()
            }
        };
        if content.is_empty() {
            continue;
        }
        if let Some(words) = heading.take() {
            sections += 1;
            blocks.push(Block::Heading(format!("{}、{words}", ordinal(sections))));
        }
        blocks.extend(content);
    }
    Ok(blocks)
}
