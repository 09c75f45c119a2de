//! Rows of logs and receipts.

use super::{Cells, Record, Values};
use crate::fault::Fault;
use crate::rows::{CosignatureRow, EntryRow, HeadRow, IncidentRow, ParkedRow, WantRow};

impl Record for HeadRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.log(&self.log)
            .number(self.size)
            .bytes(&self.frontier)
            .maybe_text(self.checkpoint.as_deref())
            .number(self.checkpoint_size)
            .number(self.interpreted)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            log: cells.log()?,
            size: cells.number()?,
            frontier: cells.bytes()?,
            checkpoint: cells.maybe_text()?,
            checkpoint_size: cells.number()?,
            interpreted: cells.number()?,
        })
    }
}

impl Record for EntryRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.at).bytes(&self.leaf).maybe_bytes(self.header.as_deref()).maybe_bytes(self.payload.as_deref())
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            at: cells.entry()?,
            leaf: cells.digest()?,
            header: cells.maybe_bytes()?,
            payload: cells.maybe_bytes()?,
        })
    }
}

impl Record for WantRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.entry).bytes(&self.digest).number(self.length).number(self.priority)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { entry: cells.entry()?, digest: cells.digest()?, length: cells.number()?, priority: cells.small()? })
    }
}

impl Record for CosignatureRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.log(&self.log).number(self.size).node(&self.signer).text(&self.line)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { log: cells.log()?, size: cells.number()?, signer: cells.node()?, line: cells.text()? })
    }
}

impl Record for IncidentRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.bytes(&self.evidence).signed(self.at_ms).text(&self.peer).text(&self.code).text(&self.detail)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            evidence: cells.digest()?,
            at_ms: cells.signed()?,
            peer: cells.text()?,
            code: cells.text()?,
            detail: cells.text()?,
        })
    }
}

impl Record for ParkedRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.text(&self.id).signed(self.at_ms).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { id: cells.text()?, at_ms: cells.signed()?, body: cells.bytes()? })
    }
}
