//! A whole file: every row accepted, questioned or rejected, and the account adds up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use honghei_domain::account::{CodeAccount, IntakeAccount};
use honghei_domain::list::{Digest, ListEntry, SubjectForm};
use honghei_domain::name::{normalise, text_hash};
use honghei_domain::subject_key::{SubjectKey, SubjectKeyKind};
use ring::digest::SHA256;
use serde::Serialize;

use crate::column::{Layout, lay_out};
use crate::fault::IntakeFault;
use crate::limit;
use crate::problem::{ProblemCode, RowProblem};
use crate::request::{Purpose, Request};
use crate::row::{CodesRead, Draft, Outcome, ReadRow, read_row, says_ended};
use crate::source::{Format, Row, Source};

/// How a file's rows came out. `rows == accepted + ended + questioned + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows of data: not titles, headers, their repetitions, or blanks.
    pub rows: u64,
    /// Rows that became drafts.
    pub accepted: u64,
    /// Rows of a department's list that say that an entry was revoked or taken off.
    pub ended: u64,
    /// Rows that wait for a person.
    pub questioned: u64,
    /// Rows that are out.
    pub rejected: u64,
    /// The header once more between the rows.
    pub repeated_headers: u64,
    /// Problems by kind, warnings too.
    pub by_code: BTreeMap<ProblemCode, u64>,
    /// The codes of the subjects; every row counts once.
    pub codes: CodeAccount,
}

impl Counts {
    /// How often a kind of problem occurred.
    pub fn of(&self, code: ProblemCode) -> u64 {
        self.by_code.get(&code).copied().unwrap_or(0)
    }

    /// The account as the act that takes the file in carries it.
    pub fn account(&self) -> IntakeAccount {
        IntakeAccount {
            rows: self.rows,
            accepted: self.accepted,
            ended: self.ended,
            remarks: self.by_code.iter().map(|(code, count)| (code.as_str().to_owned(), *count)).collect(),
            codes: self.codes.clone(),
        }
    }
}

/// A file taken in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// What the file is.
    pub format: Format,
    /// The sheets that hold rows, with what their columns mean.
    pub layouts: Vec<Layout>,
    /// The sheets without a header row; nothing was taken from them.
    pub sheets_without_header: Vec<String>,
    /// The rows that stand, in order.
    pub drafts: Vec<Draft>,
    /// The rows of a department's list that end entries, in order.
    pub ended: Vec<Draft>,
    /// The rows against which nothing stands but a question; a person may confirm them, those too that end an entry.
    pub questioned: Vec<Draft>,
    /// What is wrong, in the order of the rows; at most [`limit::MAX_PROBLEMS_KEPT`].
    pub problems: Vec<RowProblem>,
    /// The account.
    pub counts: Counts,
    /// By layout: the rows of data and what each came to.
    pub(crate) outcomes: Vec<Vec<(u32, Outcome)>>,
}

impl Intake {
    /// Whether every row stands without question: what `--strict` asks for.
    pub fn is_clean(&self) -> bool {
        self.counts.questioned == 0 && self.counts.rejected == 0
    }
}

/// Takes a file in: finds headers, maps columns, reads every row. Nothing is repaired.
///
/// Rows that repeat the subject, list and document (or, without document, the criteria and date) of an earlier
/// accepted row are rejected as duplicates. Where one of them stands and another was revoked, none counts.
pub fn take_in(source: &Source, request: &Request) -> Result<Intake, IntakeFault> {
    let (mut drafts, mut ended, mut questioned) = (Vec::new(), Vec::new(), Vec::new());
    let mut intake = take_in_each(source, request, |draft, standing| match standing {
        Standing::Accepted => drafts.push(draft),
        Standing::Ended => ended.push(draft),
        Standing::Questioned => questioned.push(draft),
    })?;
    intake.drafts = drafts;
    intake.ended = ended;
    intake.questioned = questioned;
    Ok(intake)
}

/// Whether a draft may enter as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing stands against it.
    Accepted,
    /// It lists nobody: it says that an entry ended.
    Ended,
    /// Only if a person confirms it.
    Questioned,
}

/// As [`take_in`], but every draft goes to `keep`, in the order of the rows, and none stays in the result: the drafts of
/// a large file weigh several times what the file does.
pub fn take_in_each(
    source: &Source,
    request: &Request,
    mut keep: impl FnMut(Draft, Standing),
) -> Result<Intake, IntakeFault> {
    let (layouts, sheets_without_header) = lay_out(source, request)?;
    let mut intake = Intake {
        format: source.format,
        layouts: Vec::new(),
        sheets_without_header,
        drafts: Vec::new(),
        ended: Vec::new(),
        questioned: Vec::new(),
        problems: Vec::new(),
        counts: Counts::default(),
        outcomes: Vec::new(),
    };
    let mut seen = Seen { contradicted: contradicted(source, request, &layouts), ..Seen::default() };
    let mut bearers = Bearers::default();
    for layout in layouts {
        let name: Arc<str> = layout.sheet.as_str().into();
        let mut outcomes = Vec::new();
        for row in rows_below(source, &layout) {
            if layout.repeats_header(row) {
                intake.counts.repeated_headers += 1;
                continue;
            }
            let ReadRow { mut outcome, draft, mut problems, codes } = read_row(request, &layout, &name, row);
            let shared = draft.as_ref().is_some_and(|draft| bearers.is_another(draft));
            count(&mut intake.counts.codes, codes, shared);
            if let Some(draft) = draft {
                match seen.check(&draft) {
                    Some(problem) => {
                        outcome = Outcome::Rejected;
                        problems.push(problem);
                    }
                    None if outcome == Outcome::Questioned => keep(*draft, Standing::Questioned),
                    None if draft.ended => keep(*draft, Standing::Ended),
                    None => keep(*draft, Standing::Accepted),
                }
            }
            outcomes.push((row.number, outcome));
            intake.account(outcome, problems);
        }
        intake.layouts.push(layout);
        intake.outcomes.push(outcomes);
    }
    Ok(intake)
}

impl Intake {
    fn account(&mut self, outcome: Outcome, problems: Vec<RowProblem>) {
        self.counts.rows += 1;
        match outcome {
            Outcome::Accepted => self.counts.accepted += 1,
            Outcome::Ended => self.counts.ended += 1,
            Outcome::Questioned => self.counts.questioned += 1,
            Outcome::Rejected => self.counts.rejected += 1,
        }
        for problem in problems {
            *self.counts.by_code.entry(problem.code).or_default() += 1;
            if self.problems.len() < limit::MAX_PROBLEMS_KEPT {
                self.problems.push(problem);
            }
        }
    }
}

/// The rows of a sheet below its header.
fn rows_below<'a>(source: &'a Source, layout: &Layout) -> impl Iterator<Item = &'a Row> {
    let rows = source.sheets.get(layout.sheet_index).map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
    let header = layout.header_row;
    rows.iter().filter(move |row| row.number > header)
}

/// What a department's list says both to stand and to have ended. Which of the two came later no list says, so a person
/// must ask; rows are read twice only where one says that it ended.
fn contradicted(source: &Source, request: &Request, layouts: &[Layout]) -> HashSet<Digest> {
    let says_ended = |layout| rows_below(source, layout).any(|row| says_ended(layout, row));
    if request.purpose != Purpose::Feed || !layouts.iter().any(says_ended) {
        return HashSet::new();
    }
    let (mut standing, mut ended) = (HashSet::new(), HashSet::new());
    for layout in layouts {
        let name: Arc<str> = layout.sheet.as_str().into();
        for row in rows_below(source, layout).filter(|row| !layout.repeats_header(row)) {
            let Some(draft) = read_row(request, layout, &name, row).draft else { continue };
            let said = if draft.ended { &mut ended } else { &mut standing };
            said.extend(duplicate_key(&draft.entry));
        }
    }
    standing.retain(|key| ended.contains(key));
    standing
}

/// Counts a row's codes, once.
fn count(account: &mut CodeAccount, codes: CodesRead, shared: bool) {
    let rows = match codes {
        CodesRead::Damaged(reason) => account.damaged.entry(reason.as_str().to_owned()).or_default(),
        CodesRead::Missing => &mut account.missing,
        CodesRead::OfPerson => &mut account.persons,
        CodesRead::Sound | CodesRead::Doubtful if shared => &mut account.shared,
        CodesRead::Sound => &mut account.sound,
        CodesRead::Doubtful => &mut account.doubtful,
    };
    *rows += 1;
}

/// Under which name each code stood first (重码).
#[derive(Default)]
struct Bearers {
    first: HashMap<i64, (i64, Option<i64>)>,
}

impl Bearers {
    /// Whether the row's code stood under another name in an earlier row; a former name is no other name.
    fn is_another(&mut self, draft: &Draft) -> bool {
        let subject = &draft.entry.subject;
        let key = SubjectKey::of(subject);
        // The organisation code stands for the USCC that contains it.
        if key.kind() == SubjectKeyKind::Name {
            return false;
        }
        let name = normalise(&subject.name);
        let mut hashes = name.hashes();
        let own = (hashes.next().unwrap_or_default(), hashes.next());
        let first = *self.first.entry(text_hash(key.as_str())).or_insert(own);
        first.0 != own.0 && first.1 != Some(own.0) && own.1 != Some(first.0)
    }
}

/// What earlier rows were about: digests, because the texts of a large file would weigh as much as its entries.
#[derive(Default)]
struct Seen {
    first: HashMap<Digest, First>,
    contradicted: HashSet<Digest>,
}

/// The first row that was about something.
struct First {
    sheet: Arc<str>,
    row: u32,
    name: Digest,
}

impl Seen {
    /// Whether an earlier row said the same, or any row the opposite. That an entry ended may be said twice.
    fn check(&mut self, draft: &Draft) -> Option<RowProblem> {
        let key = duplicate_key(&draft.entry)?;
        if self.contradicted.contains(&key) {
            let reason = "同一文书在本文件中既有有效的行，又有已撤销的行".to_owned();
            return Some(whole_row(draft, ProblemCode::StatesDisagree, reason));
        }
        if draft.ended {
            return None;
        }
        let name = digest(&draft.entry.subject.name);
        let Some(first) = self.first.get(&key) else {
            self.first.insert(key, First { sheet: Arc::clone(&draft.sheet), row: draft.row, name });
            return None;
        };
        let place = if first.sheet == draft.sheet {
            format!("第 {} 行", first.row)
        } else {
            format!("工作表“{}”第 {} 行", first.sheet, first.row)
        };
        let same_name = first.name == name;
        let code = if same_name { ProblemCode::DuplicateInFile } else { ProblemCode::CodeWithTwoNames };
        let reason =
            if same_name { format!("与{place}重复") } else { format!("与{place}代码相同而名称不同") };
        Some(whole_row(draft, code, reason))
    }
}

/// A problem of a row as a whole.
fn whole_row(draft: &Draft, code: ProblemCode, reason: String) -> RowProblem {
    RowProblem {
        sheet: Arc::clone(&draft.sheet),
        row: draft.row,
        column: String::new(),
        value: String::new(),
        code,
        reason: reason.into(),
        remedy: code.remedy().into(),
        severity: code.severity(),
    }
}

/// Subject, and the document or else criteria and date. Natural persons who share a name are not one person.
fn duplicate_key(entry: &ListEntry) -> Option<Digest> {
    let subject = SubjectKey::of(&entry.subject);
    if entry.subject.form == SubjectForm::NaturalPerson && subject.kind() == SubjectKeyKind::Name {
        return None;
    }
    let about = match &entry.document {
        Some(document) => format!("D{}", document.number),
        None => {
            let criteria: Vec<&str> = entry.criteria.iter().map(|code| code.0.as_str()).collect();
            format!("C{}|{:?}", criteria.join(","), entry.recognised_on)
        }
    };
    Some(digest(&format!("{subject}|{about}")))
}

fn digest(text: &str) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(ring::digest::digest(&SHA256, text.as_bytes()).as_ref());
    bytes
}
