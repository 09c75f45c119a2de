//! From text to verdicts.
//!
//! One entry a line, fields separated by tabs, the last ones left out where they are empty:
//! USCC, 认定日期, last day of validity, marks, organisation code, registration number, name. Marks: `A` the document is
//! under appeal, `I` the USCC's inner check failed and a person vouched for it. A line is at most 4,096 bytes of UTF-8.

mod line;
mod scan;
mod verdict;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use honghei_domain::comparison::Verdict;
use honghei_domain::list::{Department, ListKind};
use honghei_domain::node::EntryRef;

use crate::fault::Fault;
use crate::join::{Collector, Side, join, on_threads};
use crate::key::PLACES;
use crate::known::Known;
use crate::limit::Limits;
use crate::text::line::{Line, Taken};
use crate::text::scan::{OpenKeys, Scan, Taker};
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
    let (of_blacks, of_reds) = both.split_at(1);
    let scan = Scan::new(of_blacks, watch, Step::Read, 0, total);
    let packed = on_threads(limits.threads, || {
        let mut packer = Packer::new(line, limits);
        scan.run(&mut packer)?;
        Ok(packer)
    })?;
    // Nearly every red's code is none of a black: it need not be kept at all.
    let known = Known::of(packed.iter().map(|packer| &packer.collector), Side::Black, limits.threads)?;
    let scan = Scan::new(of_reds, watch, Step::Read, blacks.1, total);
    let idle = Mutex::new(packed);
    let mut taken = on_threads(limits.threads, || {
        let packer = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let packer = packer.unwrap_or_else(|| Packer::new(line, limits));
        let mut against = Against { packer, known: &known, waiting: Vec::with_capacity(WAITING) };
        scan.run(&mut against)?;
        against.look_up()?;
        Ok(against.packer)
    })?;
    drop(known);
    let open = [Side::Red, Side::Black].map(|side| taken.iter().any(|packer| packer.open[side as usize]));
    let mut accounts: [Account; 2] = Default::default();
    for packer in &mut taken {
        accounts.iter_mut().zip(&mut packer.accounts).for_each(|(sum, own)| sum.add(std::mem::take(own)));
    }
    let mut collected: Vec<Collector> = taken.into_iter().map(|packer| packer.collector).collect();
    if open.contains(&true) {
        let of_reds = OpenKeys::of(&collected, Side::Red)?;
        let of_blacks = OpenKeys::of(&collected, Side::Black)?;
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
    drop(collected);
    let (removed, held) = bench.judge(&met, limits, watch, fall)?;
    let [reds, blacks] = accounts;
    Ok(Summary { reds, blacks, removed, held, spilled_bytes })
}

/// The first reading: packs codes, and the weak keys of open entries.
struct Packer<'a> {
    line: Line<'a>,
    collector: Collector,
    accounts: [Account; 2],
    /// Whether a side has open entries.
    open: [bool; 2],
}

impl<'a> Packer<'a> {
    fn new(line: Line<'a>, limits: &Limits) -> Self {
        Self { line, collector: Collector::new(limits), accounts: Default::default(), open: [false; 2] }
    }

    fn take(&mut self, side: Side, place: u64, taken: Taken<'_>) -> Result<(), Fault> {
        let account = &mut self.accounts[side as usize];
        match taken {
            Taken::Sound { organisation, rest } => self.sound(side, place, organisation, rest)?,
            Taken::Open(entry) => {
                account.entries += 1;
                self.open[side as usize] = true;
                if let Some((organisation, rest)) = entry.organisation() {
                    self.collector.organisation(side, organisation, rest, place)?;
                }
                entry.weak_keys().try_for_each(|key| self.collector.weak(side, key, true, place))?;
            }
            Taken::Expired => {
                account.entries += 1;
                account.expired += 1;
            }
            Taken::Nothing => {}
            Taken::Defective(code) => account.refuse(place, code),
        }
        Ok(())
    }
}

impl Taker for Packer<'_> {
    #[inline]
    fn sound(&mut self, side: Side, place: u64, organisation: u64, rest: u64) -> Result<(), Fault> {
        self.accounts[side as usize].entries += 1;
        self.collector.organisation(side, organisation, rest, place)
    }

    fn line(&mut self, side: Side, place: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.take(side, place, self.line.take(bytes))
    }
}

/// Codes looked up at a time: their words come from memory side by side.
const WAITING: usize = 512;

/// The first reading of the side that comes second: only codes that the other side may have are kept.
struct Against<'a, 'b> {
    packer: Packer<'a>,
    known: &'b Known,
    /// Organisation codes, rests and places that nobody looked up yet.
    waiting: Vec<(u64, u64, u64)>,
}

impl Against<'_, '_> {
    #[inline(never)]
    fn look_up(&mut self) -> Result<(), Fault> {
        for (organisation, rest, place) in self.waiting.drain(..) {
            if self.known.may_hold(organisation) {
                self.packer.collector.organisation(Side::Red, organisation, rest, place)?;
            }
        }
        Ok(())
    }
}

impl Taker for Against<'_, '_> {
    #[inline]
    fn sound(&mut self, side: Side, place: u64, organisation: u64, rest: u64) -> Result<(), Fault> {
        self.packer.accounts[side as usize].entries += 1;
        self.waiting.push((organisation, rest, place));
        if self.waiting.len() == WAITING { self.look_up() } else { Ok(()) }
    }

    fn line(&mut self, side: Side, place: u64, bytes: &[u8]) -> Result<(), Fault> {
        match self.packer.line.take(bytes) {
            Taken::Sound { organisation, rest } => self.sound(side, place, organisation, rest),
            other => self.packer.take(side, place, other),
        }
    }
}

/// The second reading: the weak keys of sound entries that an open one of the other side may have.
struct Second<'a> {
    line: Line<'a>,
    collector: Collector,
    of_reds: &'a OpenKeys,
    of_blacks: &'a OpenKeys,
}

impl Taker for Second<'_> {
    fn sound(&mut self, _side: Side, _place: u64, _organisation: u64, _rest: u64) -> Result<(), Fault> {
        // It has neither number nor name.
        Ok(())
    }

    fn line(&mut self, side: Side, place: u64, bytes: &[u8]) -> Result<(), Fault> {
        let met = if side == Side::Red { self.of_blacks } else { self.of_reds };
        if let Taken::Sound { .. } = self.line.take(bytes)
            && let Some(entry) = self.line.entry(bytes)
        {
            let mut keys = entry.weak_keys().filter(|key| met.may_hold(*key));
            keys.try_for_each(|key| self.collector.weak(side, key, false, place))?;
        }
        Ok(())
    }
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
