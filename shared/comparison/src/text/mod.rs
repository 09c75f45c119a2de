//! From text to verdicts.
//!
//! One entry a line, fields separated by tabs, the last ones left out where they are empty:
//! USCC, 认定日期, last day of validity, marks, organisation code, registration number, name. Marks: `A` the document is
//! under appeal, `I` the USCC's inner check failed and a person vouched for it. A line is at most 4,096 bytes of UTF-8.

mod line;
mod lines;
mod packer;
mod scan;
mod verdict;

use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use honghei_domain::comparison::Verdict;
use honghei_domain::list::{Department, ListKind};
use honghei_domain::node::EntryRef;

use crate::fault::Fault;
use crate::join::{Collector, Side, join, on_threads};
use crate::key::PLACES;
use crate::limit::Limits;
use crate::text::line::Line;
use crate::text::packer::{Packer, Second};
use crate::text::scan::{Scan, open_keys};
use crate::text::verdict::Bench;
use crate::watch::{Step, Watch};

/// Defects kept of each text.
const DEFECTS_KEPT: usize = 100;

/// One list as text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// Red or black.
    pub kind: ListKind,
    /// The department.
    pub department: Department,
    /// 认定部门.
    pub recogniser: String,
    /// The act that brought the list: the origin of its cases. A case's number is the place of its line's first byte
    /// plus one.
    pub position: EntryRef,
}

/// A line that is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineDefect {
    /// The place of its first byte.
    pub offset: u64,
    /// What is wrong, as a stable code.
    pub code: &'static str,
}

/// What became of the lines of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Lines that are entries.
    pub entries: u64,
    /// Entries whose validity has ended.
    pub expired: u64,
    /// Lines that are not, and so have no verdict.
    pub defective: u64,
    /// The first of those.
    pub defects: Vec<LineDefect>,
}

/// What a recomparison found besides the verdicts on what meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The reds.
    pub reds: Account,
    /// The blacks.
    pub blacks: Account,
    /// Reds that fall.
    pub removed: u64,
    /// Reds that wait for a person.
    pub held: u64,
    /// Bytes that went to disk.
    pub spilled_bytes: u64,
}

impl Summary {
    /// Reds that stand.
    pub fn final_red(&self) -> u64 {
        self.reds.entries - self.reds.expired - self.removed - self.held
    }
}

/// Compares every red with every black as of a day.
///
/// `fall` is called, from several threads, with the verdicts of reds that do not stand; every other entry's verdict is
/// what [`honghei_domain::comparison::judge`] says of it without a cause.
///
/// # Errors
/// [`Fault::Cancelled`], [`Fault::TooLarge`] and [`Fault::File`].
pub fn recompare(
    red: &Source,
    black: &Source,
    as_of: NaiveDate,
    limits: &Limits,
    watch: &dyn Watch,
    fall: &(dyn Fn(Vec<Verdict>) + Sync),
) -> Result<Summary, Fault> {
    let (reds, blacks) = (open(&red.path)?, open(&black.path)?);
    let as_of_text = as_of.format("%Y-%m-%d").to_string();
    let line = Line::reader(as_of_text.as_bytes());
    let total = reds.1 + blacks.1;
    let both = [(Side::Black, &blacks.0, blacks.1), (Side::Red, &reds.0, reds.1)];
    let scan = Scan::new(&both, watch, Step::Read, 0, total);
    let mut taken = on_threads(limits.threads, || {
        let mut packer = Packer::new(line, limits);
        scan.run(&mut packer)?;
        Ok(packer)
    })?;
    let open = [Side::Red, Side::Black].map(|side| taken.iter().any(|packer| packer.open[side as usize]));
    let mut accounts: [Account; 2] = Default::default();
    for packer in &mut taken {
        accounts.iter_mut().zip(&mut packer.accounts).for_each(|(sum, own)| sum.add(std::mem::take(own)));
    }
    let mut collected: Vec<Collector> = taken.into_iter().map(|packer| packer.collector).collect();
    if open.contains(&true) {
        let of_reds = open_keys(&collected, Side::Red)?;
        let of_blacks = open_keys(&collected, Side::Black)?;
        // Whoever has a sound USCC meets the other side's open entries only.
        let [open_reds, open_blacks] = open;
        let texts: Vec<_> =
            both.into_iter().zip([open_reds, open_blacks]).filter_map(|(text, any)| any.then_some(text)).collect();
        let again = Scan::new(&texts, watch, Step::Reread, 0, texts.iter().map(|text| text.2).sum());
        let more = on_threads(limits.threads, || {
            let collector = Collector::new(limits);
            let mut second = Second { line, collector, of_reds: &of_reds, of_blacks: &of_blacks };
            again.run(&mut second)?;
            Ok(second.collector)
        })?;
        collected.extend(more);
    }
    let bench = Bench { red, black, reds: &reds.0, blacks: &blacks.0, as_of, line };
    let met = join(&collected, reds.1, limits, watch, &bench)?;
    let spilled_bytes = collected.iter().map(Collector::spilled_bytes).sum::<u64>() + met.spilled_bytes();
    let (removed, held) = bench.judge(&met, collected, limits, watch, fall)?;
    let [reds, blacks] = accounts;
    Ok(Summary { reds, blacks, removed, held, spilled_bytes })
}

impl Account {
    fn refuse(&mut self, offset: u64, code: &'static str) {
        self.defective += 1;
        self.defects.push(LineDefect { offset, code });
        if self.defects.len() > DEFECTS_KEPT * 2 {
            self.defects.sort_unstable();
            self.defects.truncate(DEFECTS_KEPT);
        }
    }

    fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.expired += other.expired;
        self.defective += other.defective;
        self.defects.extend(other.defects);
        self.defects.sort_unstable();
        self.defects.truncate(DEFECTS_KEPT);
    }
}

fn open(path: &Path) -> Result<(File, u64), Fault> {
    let file = File::open(path).map_err(Fault::file("open a list"))?;
    let length = file.metadata().map_err(Fault::file("open a list"))?.len();
    if length >= PLACES { Err(Fault::TooLarge { length }) } else { Ok((file, length)) }
}
