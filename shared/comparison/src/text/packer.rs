//! What the two readings of a text take of its lines.

use crate::fault::Fault;
use crate::filter::Filter;
use crate::join::{Collector, Side};
use crate::limit::Limits;
use crate::text::Account;
use crate::text::line::{Line, Taken};
use crate::text::scan::Taker;

/// The first reading: packs codes, and the weak keys of open entries.
pub struct Packer<'a> {
    pub line: Line<'a>,
    pub collector: Collector,
    /// Of reds, of blacks.
    pub accounts: [Account; 2],
    /// Whether a side has open entries.
    pub open: [bool; 2],
}

impl<'a> Packer<'a> {
    /// One that has taken nothing.
    pub fn new(line: Line<'a>, limits: &Limits) -> Self {
        Self { line, collector: Collector::new(limits), accounts: Default::default(), open: [false; 2] }
    }

    /// Takes a line.
    pub fn take(&mut self, side: Side, place: u64, taken: Taken<'_>) -> Result<(), Fault> {
        let account = &mut self.accounts[side as usize];
        match taken {
            Taken::Sound { organisation } => {
                account.entries += 1;
                self.collector.organisation(side, organisation, place)?;
            }
            Taken::Open(entry) => {
                account.entries += 1;
                self.open[side as usize] = true;
                if let Some(organisation) = entry.organisation() {
                    self.collector.organisation(side, organisation, place)?;
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
    fn sound(&mut self, side: Side, lines: &[(u64, u64)]) -> Result<(), Fault> {
        self.accounts[side as usize].entries += lines.len() as u64;
        lines.iter().try_for_each(|(organisation, place)| self.collector.organisation(side, *organisation, *place))
    }

    fn line(&mut self, side: Side, place: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.take(side, place, self.line.take(bytes))
    }
}

/// The second reading: the weak keys of sound entries that an open one of the other side may have.
pub struct Second<'a> {
    pub line: Line<'a>,
    pub collector: Collector,
    pub of_reds: &'a Filter,
    pub of_blacks: &'a Filter,
}

impl Taker for Second<'_> {
    fn sound(&mut self, _side: Side, _lines: &[(u64, u64)]) -> Result<(), Fault> {
        // They have neither number nor name.
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
