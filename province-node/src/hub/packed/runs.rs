//! Reading runs together, in order of their keys.

use honghei_comparison::packed::{BELOW_CORE, BELOW_SUBJECT, KEY_BYTES, net};
use honghei_registry::error::Fault;
use honghei_store::{PackedRun, Tx};

use super::PART;
use super::keys::Family;

const PART_BYTES: u64 = (PART * KEY_BYTES) as u64;

/// Several runs as one ascending sequence, a window at a time: keys of one subject, or one name, stand in one window.
///
/// At most one part of each run is in memory, and more only where one core fills it.
#[derive(Debug)]
pub struct Windows {
    family: Family,
    below_group: u32,
    cursors: Vec<Cursor>,
}

#[derive(Debug)]
struct Cursor {
    run: PackedRun,
    /// The next part.
    next: u64,
    keys: Vec<u128>,
    at: usize,
}

impl Windows {
    /// Over those of these runs that are of one family.
    pub fn over(family: Family, runs: impl IntoIterator<Item = PackedRun>) -> Self {
        let below_group = match family {
            Family::Entries => BELOW_SUBJECT,
            Family::Names => BELOW_CORE,
        };
        let runs = runs.into_iter().filter(|run| run.family == family as u32);
        let cursors = runs.map(|run| Cursor { run, next: run.first, keys: Vec::new(), at: 0 });
        Self { family, below_group, cursors: cursors.collect() }
    }

    /// Bytes of all runs.
    pub fn bytes(&self) -> u64 {
        self.cursors.iter().map(|cursor| cursor.run.bytes).sum()
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        let read = |cursor: &Cursor| match cursor.goes_on() {
            true => (cursor.next - cursor.run.first) * PART_BYTES,
            false => cursor.run.bytes,
        };
        self.cursors.iter().map(read).sum::<u64>().min(self.bytes())
    }

    /// What is left of each run.
    pub fn into_rest(self) -> impl Iterator<Item = Rest> {
        self.cursors.into_iter().map(|mut cursor| {
            cursor.keys.drain(..cursor.at);
            Rest { run: cursor.run, unread: cursor.next, keys: cursor.keys }
        })
    }

    /// The next keys, ascending, what was taken away again taken out; none at the end.
    pub async fn next(&mut self, tx: &mut dyn Tx) -> Result<Option<Vec<u128>>, Fault> {
        while let Some(keys) = self.read_on(tx).await? {
            let keys = merged(keys);
            if !keys.is_empty() {
                return Ok(Some(keys));
            }
        }
        Ok(None)
    }

    /// The next keys as the runs hold them, for [`merged`]; none at the end.
    pub async fn read_on(&mut self, tx: &mut dyn Tx) -> Result<Option<Vec<u128>>, Fault> {
        loop {
            for cursor in self.cursors.iter_mut().filter(|cursor| cursor.at == cursor.keys.len()) {
                cursor.read(tx, self.family).await?;
            }
            let below_group = self.below_group;
            // A run that goes on may go on with the group it stopped in.
            let unsure = self.cursors.iter().filter(|cursor| cursor.goes_on());
            let bound = unsure.filter_map(|cursor| cursor.keys.last()).map(|key| key >> below_group).min();
            let mut keys = Vec::new();
            for cursor in &mut self.cursors {
                let rest = cursor.keys.get(cursor.at..).unwrap_or_default();
                let sure = bound.map_or(rest.len(), |bound| rest.partition_point(|key| key >> below_group < bound));
                keys.extend_from_slice(rest.get(..sure).unwrap_or_default());
                cursor.at += sure;
            }
            if keys.is_empty() {
                let Some(bound) = bound else { return Ok(None) };
                let stops_there = |cursor: &&mut Cursor| {
                    cursor.goes_on() && cursor.keys.last().is_some_and(|key| key >> below_group == bound)
                };
                for cursor in self.cursors.iter_mut().filter(stops_there) {
                    cursor.read(tx, self.family).await?;
                }
                continue;
            }
            return Ok(Some(keys));
        }
    }
}

/// What is left of a run once windows were read.
#[derive(Debug)]
pub struct Rest {
    /// The run.
    pub run: PackedRun,
    /// Its first part that was not read.
    pub unread: u64,
    /// Keys of the parts before it that no window has had.
    pub keys: Vec<u128>,
}

/// The keys of a window ascending, what was taken away again taken out.
pub fn merged(mut keys: Vec<u128>) -> Vec<u128> {
    // Sorted runs one after the other: the stable sort merges them.
    keys.sort();
    net(&mut keys);
    keys
}

impl Cursor {
    fn goes_on(&self) -> bool {
        self.next < self.run.first + self.run.parts
    }

    /// Reads the next part behind what is left of those before.
    async fn read(&mut self, tx: &mut dyn Tx, family: Family) -> Result<(), Fault> {
        if !self.goes_on() {
            return Ok(());
        }
        let broken =
            || Fault::Inconsistent { what: format!("part {} of run {} of packed keys", self.next, self.run.run) };
        let body = tx.packed_keys(self.run.run, family as u32, self.next).await?.ok_or_else(broken)?;
        let (keys, rest) = body.as_chunks::<KEY_BYTES>();
        if !rest.is_empty() {
            return Err(broken());
        }
        self.keys.drain(..self.at);
        self.at = 0;
        self.keys.extend(keys.iter().map(|key| u128::from_be_bytes(*key)));
        self.next += 1;
        Ok(())
    }
}
