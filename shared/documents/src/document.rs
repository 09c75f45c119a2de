//! A document before it is printed: what stands where, without any type or page.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::list::Digest;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::documents::DocumentKind;

use crate::day;

/// A composed document; every text in it is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Whether the organ's name stands in red above a red rule.
    pub letterhead: bool,
    /// 发文机关.
    pub issuer: String,
    /// 发文字号, such as 东商信告〔2026〕42号.
    pub number: String,
    /// 标题.
    pub title: String,
    /// 主送.
    pub addressee: Option<String>,
    /// 正文.
    pub blocks: Vec<Block>,
    /// Who signed it, as title and name.
    pub signer: Option<String>,
    /// 成文日期.
    pub dated_on: NaiveDate,
    /// The act it shows.
    pub proof: Proof,
    /// Made in a rehearsal: carries a watermark.
    pub rehearsal: bool,
}

/// A block of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// 层次序数 and its words, such as 一、事实.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A table.
    Table(Table),
}

/// A table. Every row has as many cells as there are columns; no cell is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Where its headings stand.
    pub head: Head,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// Where the headings of a table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// In a first row, from the columns' titles.
    Top,
    /// In the first column: a form. The columns' titles are not printed.
    Left,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Its share of the width, relative to the others'.
    pub share: u32,
}

/// What a reader can check a document against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The act's kind, as in headers.
    pub act: String,
    /// SHA-256 of the act as its officers signed it.
    pub digest: Digest,
    /// Its place: log and index.
    pub place: EntryRef,
}

impl Proof {
    /// The lines under a document.
    pub fn lines(&self) -> [String; 2] {
        let digest: String = self.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let place = &self.place;
        [
            format!("所载行为：{}，日志{}第{}条（自0起计）", self.act, place.log, place.index),
            format!("行为摘要（SHA-256）：{digest}"),
        ]
    }
}

/// Said on every page of a rehearsal's document.
pub(crate) const REHEARSAL: &str = "演练文书 不具效力";

impl Document {
    /// The addressee with its colon.
    pub(crate) fn salutation(&self) -> Option<String> {
        self.addressee.as_ref().map(|addressee| format!("{addressee}："))
    }

    /// The line that names the signer.
    pub(crate) fn signature(&self) -> Option<String> {
        self.signer.as_ref().map(|signer| format!("签署人：{signer}"))
    }

    /// The last line of the imprint.
    pub(crate) fn issued(&self) -> String {
        format!("{}印发", day::day(self.dated_on))
    }

    /// Everything a reader reads, in order, a line each: what an independent program must find in the PDF.
    pub fn plain_text(&self) -> String {
        let mut lines = Vec::new();
        if self.letterhead {
            lines.push(self.issuer.clone());
            lines.push(self.number.clone());
            lines.push(self.title.clone());
        } else {
            lines.push(self.title.clone());
            lines.push(self.number.clone());
        }
        lines.extend(self.salutation());
        for block in &self.blocks {
            match block {
                Block::Heading(text) | Block::Paragraph(text) => lines.push(text.clone()),
                Block::Table(table) => {
                    if table.head == Head::Top {
                        lines.extend(table.columns.iter().map(|column| column.title.clone()));
                    }
                    lines.extend(table.rows.iter().flatten().cloned());
                }
            }
        }
        lines.extend(self.signature());
        lines.push(self.issuer.clone());
        lines.push(day::day(self.dated_on));
        lines.extend(self.proof.lines());
        lines.push(self.issuer.clone());
        lines.push(self.issued());
        lines.join("\n")
    }

    /// Every character that must be drawn, page numbers and watermark included.
    pub fn characters(&self) -> BTreeSet<char> {
        let own = self.plain_text();
        own.chars().chain("—0123456789".chars()).chain(REHEARSAL.chars()).filter(|c| !c.is_whitespace()).collect()
    }
}
