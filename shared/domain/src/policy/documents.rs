//! The words of a policy's documents: which texts an organ issues and how they read. Data, not code; what a policy
//! leaves unsaid is said by the standard texts that travel with the program.
//!
//! A text is a list of paragraphs. `# 标题` opens a section (numbered when printed, dropped when nothing follows),
//! `{field}` is replaced by the act's value, `{field?}` drops its whole paragraph where the act has no such value, and
//! a paragraph that is only `{table}` becomes the document's table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PolicyDefect;

/// A paragraph longer than this is refused, in characters; a text has at most as many paragraphs as said below.
const MAX_PARAGRAPH_CHARS: usize = 2000;
const MAX_PARAGRAPHS: usize = 60;

/// The kinds of documents that an organ issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 告知书: tells the subject before it is listed (R-022, F-04).
    Notice,
    /// 公示: candidates or a reviewed list in public.
    Publicity,
    /// 认定意见书: the head's recognition of a list (R-024, F-06).
    Recognition,
    /// 审核意见: the reviewing head's decision (R-026, F-08).
    Review,
    /// 补正通知: everything to be mended, once (AMB-18).
    Return,
    /// 异议处理结果 (F-09, AMB-16).
    Objection,
    /// 修复决定 (BX-1, F-12).
    Repair,
    /// 退出公告; neutral where the entry was wrong (BX-2) or its subject asked (RX-3).
    Exit,
    /// 退出备案表 (F-13, D-06, D-07).
    Filing,
    /// 季度红黑榜 (R-033, F-15).
    Bulletin,
}

impl DocumentKind {
    /// Every kind, in the order of the procedure.
    pub const ALL: [Self; 10] = [
        Self::Notice,
        Self::Publicity,
        Self::Recognition,
        Self::Review,
        Self::Return,
        Self::Objection,
        Self::Repair,
        Self::Exit,
        Self::Filing,
        Self::Bulletin,
    ];

    /// Its stable name, as in policies and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Publicity => "publicity",
            Self::Recognition => "recognition",
            Self::Review => "review",
            Self::Return => "return",
            Self::Objection => "objection",
            Self::Repair => "repair",
            Self::Exit => "exit",
            Self::Filing => "filing",
            Self::Bulletin => "bulletin",
        }
    }

    /// 文书名称.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Notice => "告知书",
            Self::Publicity => "公示",
            Self::Recognition => "认定意见书",
            Self::Review => "审核意见",
            Self::Return => "补正通知",
            Self::Objection => "异议处理结果",
            Self::Repair => "修复决定",
            Self::Exit => "退出公告",
            Self::Filing => "退出备案表",
            Self::Bulletin => "季度红黑榜",
        }
    }

    /// A kind by its stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The fields its texts may name, besides [`COMMON_FIELDS`].
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Notice => &[
                "name",
                "code",
                "you",
                "class",
                "facts",
                "criteria",
                "basis",
                "document",
                "statement_days",
                "statement_until",
                "repair",
                "repair_rights",
                "remedies",
                "service",
            ],
            Self::Publicity => &["stage", "count", "opened_on", "ends_on", "channel", "remedies", "table"],
            Self::Recognition => &["count", "certified_on", "opinion", "signer", "repair_rights", "remedies", "table"],
            Self::Review => &[
                "recogniser",
                "list_place",
                "declared_on",
                "received_on",
                "count",
                "approved",
                "returned",
                "rejected",
                "opinion",
                "signer",
                "publicity",
                "table",
            ],
            Self::Return => &["recogniser", "list_place", "received_on", "count", "signer", "table"],
            Self::Objection => &[
                "objector",
                "name",
                "code",
                "you",
                "received_on",
                "grounds",
                "verifier",
                "outcome",
                "reason",
                "correction",
                "signer",
                "remedies",
            ],
            Self::Repair => &["name", "code", "you", "applied_on", "outcome", "reason", "effect", "signer", "remedies"],
            Self::Exit => &["name", "code", "exit_on", "reason", "neutral", "measures", "channels", "signer"],
            Self::Filing => &["recipient", "due_on", "signer", "table"],
            Self::Bulletin => &["year", "quarter", "as_of", "reds", "blacks", "table"],
        }
    }
}

/// Fields that every text may name.
pub const COMMON_FIELDS: &[&str] = &["issuer", "number", "policy", "list", "date"];

/// The words of one policy's documents; the table `[documents]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentWords {
    /// 发文机关代字 by six-digit region code, such as `420802 = "东商信"`.
    pub organ_words: BTreeMap<String, String>,
    /// 救济途径, where the policy names its own organs and periods.
    pub remedies: Option<String>,
    /// 信用修复权利告知, told with the decision (两书同达).
    pub repair_rights: Option<String>,
    /// Texts that replace the standard ones; `[documents.text.notice]` and so on.
    pub text: BTreeMap<DocumentKind, DocumentText>,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentText {
    /// 标题.
    pub title: String,
    /// 文种代字 in the document number, such as 告.
    pub word: String,
    /// 主送; none where the document speaks to everybody.
    #[serde(default)]
    pub addressee: String,
    /// Whether the organ's name stands in red above a red rule, as on 公文; a form has none.
    #[serde(default = "yes")]
    pub letterhead: bool,
    /// Paragraphs.
    pub body: Vec<String>,
}

fn yes() -> bool {
    true
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Said as it stands.
    Word(&'a str),
    /// Replaced by the act's value.
    Field {
        /// Its name.
        name: &'a str,
        /// `{name?}`: without a value the paragraph is left out.
        optional: bool,
    },
}

/// Takes a paragraph apart.
///
/// # Errors
/// What is wrong with its braces, as a sentence.
pub fn pieces(paragraph: &str) -> Result<Vec<Piece<'_>>, &'static str> {
    let mut found = Vec::new();
    let mut rest = paragraph;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or("a brace is opened and not closed")?;
        if before.contains('}') {
            return Err("a brace is closed and was not opened");
        }
        if !before.is_empty() {
            found.push(Piece::Word(before));
        }
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        found.push(Piece::Field { name, optional });
        rest = behind;
    }
    if rest.contains('}') {
        return Err("a brace is closed and was not opened");
    }
    if !rest.is_empty() {
        found.push(Piece::Word(rest));
    }
    Ok(found)
}

impl DocumentText {
    /// Checks a text of some kind: bounds, braces, and that it names fields of that kind only.
    ///
    /// # Errors
    /// The first defect, with the field's path below `path`.
    pub fn check(&self, kind: DocumentKind, path: &str) -> Result<(), PolicyDefect> {
        let defect = |field: String, reason: String| PolicyDefect::field(format!("{path}.{field}"), reason);
        if self.title.trim().is_empty() || self.word.trim().is_empty() {
            return Err(defect("title".to_owned(), "a document has a title and a word for its number".to_owned()));
        }
        if self.body.is_empty() || self.body.len() > MAX_PARAGRAPHS {
            return Err(defect("body".to_owned(), format!("expected 1 to {MAX_PARAGRAPHS} paragraphs")));
        }
        let body = self.body.iter().enumerate().map(|(at, text)| (format!("body[{at}]"), text));
        let head = [("title", &self.title), ("addressee", &self.addressee), ("word", &self.word)];
        for (field, text) in head.into_iter().map(|(field, text)| (field.to_owned(), text)).chain(body) {
            if text.chars().count() > MAX_PARAGRAPH_CHARS {
                return Err(defect(field, format!("longer than {MAX_PARAGRAPH_CHARS} characters")));
            }
            for piece in pieces(text).map_err(|reason| defect(field.clone(), reason.to_owned()))? {
                let Piece::Field { name, .. } = piece else { continue };
                if !(kind.fields().contains(&name) || COMMON_FIELDS.contains(&name)) {
                    return Err(defect(field, format!("{} has no field {{{name}}}", kind.zh())));
                }
                if name == "table" && text != "{table}" && text != "{table?}" {
                    return Err(defect(field, "a table is a paragraph of its own".to_owned()));
                }
            }
        }
        Ok(())
    }
}

impl DocumentWords {
    /// Checks every text.
    pub(super) fn check(&self) -> Result<(), PolicyDefect> {
        self.text.iter().try_for_each(|(kind, text)| text.check(*kind, &format!("documents.text.{}", kind.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(paragraph: &str) -> DocumentText {
        DocumentText {
            title: "告知书".to_owned(),
            word: "告".to_owned(),
            addressee: "{name}".to_owned(),
            letterhead: true,
            body: vec![paragraph.to_owned()],
        }
    }

    #[test]
    fn a_paragraph_falls_into_words_and_fields() {
        let field = |name, optional| Piece::Field { name, optional };
        let expected = vec![Piece::Word("自"), field("date", false), field("repair", true), Piece::Word("起")];
        assert_eq!(pieces("自{date}{repair?}起").unwrap(), expected);
        assert!(pieces("{date").is_err() && pieces("date}").is_err() && pieces("a}{date}").is_err());
    }

    #[test]
    fn a_text_names_only_fields_its_kind_has() {
        assert!(text("{facts}").check(DocumentKind::Notice, "t").is_ok());
        let said = |paragraph| text(paragraph).check(DocumentKind::Notice, "t").unwrap_err().to_string();
        assert!(said("{fact}").contains("t.body[0]") && said("{fact}").contains("{fact}"));
        assert!(said("{facts").contains("not closed"));
        assert!(text("表：{table}").check(DocumentKind::Publicity, "t").is_err());
        assert!(text(&"长".repeat(3000)).check(DocumentKind::Notice, "t").is_err());
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(DocumentKind::named("noticed"), None);
    }
}
