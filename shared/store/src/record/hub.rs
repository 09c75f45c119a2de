//! Rows of the province's comparison.

use super::{Cells, Record, Values};
use crate::fault::Fault;
use crate::rows::{FeedRow, HeldRow, MarkRow, NameRow, PackedKeysRow, PersonRow, SubjectAt, SubjectRow};

impl Record for SubjectRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.number(self.at.bucket).text(&self.at.key).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { at: SubjectAt { bucket: cells.small()?, key: cells.text()? }, body: cells.bytes()? })
    }
}

impl Record for NameRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.signed(self.name_hash).number(self.at.bucket).text(&self.at.key)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { name_hash: cells.signed()?, at: SubjectAt { bucket: cells.small()?, key: cells.text()? } })
    }
}

impl Record for PersonRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.bytes(&self.handle).bytes(&self.person)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { handle: cells.digest()?, person: cells.bytes()? })
    }
}

impl Record for HeldRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.case(&self.case).number(self.version).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { case: cells.case()?, version: cells.number()?, body: cells.bytes()? })
    }
}

impl Record for MarkRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.entry).number(self.ordinal).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { entry: cells.entry()?, ordinal: cells.number()?, body: cells.bytes()? })
    }
}

impl Record for FeedRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.text(&self.source).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { source: cells.text()?, body: cells.bytes()? })
    }
}

impl Record for PackedKeysRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.number(self.run).number(self.family).number(self.ordinal).number(self.level).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            run: cells.number()?,
            family: cells.small()?,
            ordinal: cells.number()?,
            level: cells.small()?,
            body: cells.bytes()?,
        })
    }
}
