//! Rows of the projections that every tier keeps.

use super::{Cells, Record, Values};
use crate::fault::Fault;
use crate::rows::{
    BehaviourRow, BucketRow, CaseRow, ClockKey, ClockRow, DossierRow, ListChunkRow, ListingRow, OfficerRow, OutcomeRow,
    PetitionRow, PublicityRow, ResultRow, VerdictRow, WaitingRow,
};

impl Record for CaseRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.case(&self.case).text(&self.stage).kind(self.kind).text(&self.name).text(&self.subject_key).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            case: cells.case()?,
            stage: cells.text()?,
            kind: cells.kind()?,
            name: cells.text()?,
            subject_key: cells.text()?,
            body: cells.bytes()?,
        })
    }
}

impl Record for BehaviourRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.node(&self.origin).number(self.number).text(&self.subject_key).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { origin: cells.node()?, number: cells.number()?, subject_key: cells.text()?, body: cells.bytes()? })
    }
}

impl Record for DossierRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.list)
            .text(&self.stage)
            .maybe_date(self.due_on)
            .kind(self.kind)
            .number(self.count)
            .bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            list: cells.entry()?,
            stage: cells.text()?,
            due_on: cells.maybe_date()?,
            kind: cells.kind()?,
            count: cells.number()?,
            body: cells.bytes()?,
        })
    }
}

impl Record for ListChunkRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.list)
            .number(self.ordinal)
            .node(&self.case_origin)
            .number(self.first_case)
            .number(self.last_case)
            .bytes(&self.digest)
            .number(self.count)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            list: cells.entry()?,
            ordinal: cells.number()?,
            case_origin: cells.node()?,
            first_case: cells.number()?,
            last_case: cells.number()?,
            digest: cells.digest()?,
            count: cells.number()?,
        })
    }
}

impl Record for OfficerRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.node(&self.node).text(&self.id).flag(self.certified).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { node: cells.node()?, id: cells.text()?, certified: cells.flag()?, body: cells.bytes()? })
    }
}

impl Record for PublicityRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.at).date(self.ends_on).flag(self.open).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { at: cells.entry()?, ends_on: cells.date()?, open: cells.flag()?, body: cells.bytes()? })
    }
}

impl Record for PetitionRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.at).case(&self.case).flag(self.open).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { at: cells.entry()?, case: cells.case()?, open: cells.flag()?, body: cells.bytes()? })
    }
}

impl Record for OutcomeRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.act).entry(&self.outcome).text(&self.status).text(&self.code).text(&self.reason)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            act: cells.entry()?,
            outcome: cells.entry()?,
            status: cells.text()?,
            code: cells.text()?,
            reason: cells.text()?,
        })
    }
}

impl Record for WaitingRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.at).text(&self.code)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { at: cells.entry()?, code: cells.text()? })
    }
}

impl Record for BucketRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.number(self.bucket).bytes(&self.digest).bytes(&self.rows)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self { bucket: cells.small()?, digest: cells.digest()?, rows: cells.bytes()? })
    }
}

impl Record for ResultRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.number(self.version).entry(&self.at).bytes(&self.root).date(self.published_on).bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            version: cells.number()?,
            at: cells.entry()?,
            root: cells.digest()?,
            published_on: cells.date()?,
            body: cells.bytes()?,
        })
    }
}

impl Record for VerdictRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        let cause = self.cause.as_ref().map(ToString::to_string).unwrap_or_default();
        to.case(&self.case).number(self.version).bytes(&self.body).owned_text(cause)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        let (case, version, body) = (cells.case()?, cells.number()?, cells.bytes()?);
        let cause = match cells.maybe_text()?.filter(|cause| !cause.is_empty()) {
            Some(cause) => Some(cause.parse().map_err(|_| cells.damaged())?),
            None => None,
        };
        Ok(Self { case, version, body, cause })
    }
}

impl Record for ClockRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.entry(&self.key.act)
            .text(&self.key.code)
            .case(&self.key.case)
            .node(&self.owner)
            .date(self.due_on)
            .flag(self.provisional)
            .bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            key: ClockKey { act: cells.entry()?, code: cells.text()?, case: cells.case()? },
            owner: cells.node()?,
            due_on: cells.date()?,
            provisional: cells.flag()?,
            body: cells.bytes()?,
        })
    }
}

impl Record for ListingRow {
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v> {
        to.node(&self.origin)
            .text(&self.record)
            .text(&self.place)
            .text(&self.subject_key)
            .flag(self.open)
            .maybe_date(self.due_on)
            .bytes(&self.body)
    }

    fn read(cells: &mut dyn Cells) -> Result<Self, Fault> {
        Ok(Self {
            origin: cells.node()?,
            record: cells.text()?,
            place: cells.text()?,
            subject_key: cells.text()?,
            open: cells.flag()?,
            due_on: cells.maybe_date()?,
            body: cells.bytes()?,
        })
    }
}
