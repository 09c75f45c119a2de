//! What the packed keys tell: which subjects stand as they were published, and which have to be read and judged.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use chrono::NaiveDate;
use honghei_comparison::join::Side;
use honghei_comparison::packed::{
    BELOW_CORE, BELOW_SUBJECT, EntryKey, NO_DAY, NameKey, State, caused_by, day, is_coded, is_less, node,
};
use honghei_domain::comparison::{is_common, is_crowded};
use honghei_domain::list::ListKind;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use crate::hub::subjects::Settlements;

/// What reading the packed keys came to.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// Subjects that stand.
    pub(super) subjects: u64,
    /// Entries that stand.
    pub(super) entries: u64,
    /// Subjects to be judged, packed.
    pub(super) to_judge: Vec<u64>,
    /// Pairs of a red's subject and a black's that share a name or number, one of them open.
    pub(super) pairs: Vec<(u64, u64)>,
    /// Whether a name may bring anybody together.
    pub(super) open: bool,
    /// Keys that are one less than nothing.
    pub(super) broken: u64,
}

impl Suspects {
    /// Goes on through the entries of a window from a place; stops before a subject whose list nobody knows yet.
    pub(super) fn take_entries(&mut self, keys: &[u128], at: &mut usize, known: &Known) -> Option<u64> {
        while let Some(first) = keys.get(*at) {
            let subject = first >> BELOW_SUBJECT;
            let rest = keys.get(*at..).unwrap_or_default();
            let of_subject = rest.iter().take_while(|key| **key >> BELOW_SUBJECT == subject);
            let (mut count, mut entries, mut sides, mut open, mut suspect, mut broken) =
                (0, 0, [false; 2], false, false, 0);
            for key in of_subject {
                let entry = EntryKey::unpack(*key);
                count += 1;
                broken += u64::from(is_less(*key));
                open |= entry.open;
                entries += u64::from(entry.state != State::Bare);
                sides[entry.side as usize] |= entry.state != State::Bare;
                match known.stands(&entry) {
                    Some(stands) => suspect |= !stands,
                    None => return Some(entry.cause),
                }
            }
            *at += count;
            self.subjects += 1;
            self.entries += entries;
            self.open |= open;
            self.broken += broken;
            if suspect || sides == [true; 2] {
                self.to_judge.push(subject as u64);
            }
        }
        None
    }

    /// Takes the names of a window.
    pub(super) fn take_names(&mut self, keys: &[u128]) {
        for of_core in keys.chunk_by(|one, other| one >> BELOW_CORE == other >> BELOW_CORE) {
            if of_core.len() > 1 {
                self.take_core(of_core);
            }
        }
    }

    fn take_core(&mut self, keys: &[u128]) {
        let names: Vec<NameKey> = keys.iter().map(|key| NameKey::unpack(*key)).collect();
        if !names.iter().any(|name| name.open) {
            return;
        }
        for of_name in names.chunk_by(|one, other| one.hash == other.hash) {
            if !is_common(bearers(of_name)) {
                self.meet(of_name, |red, black| red.open || black.open);
            }
        }
        let one_name = names.first().map(|name| name.hash) == names.last().map(|name| name.hash);
        if !one_name && !is_crowded(bearers(&names)) {
            self.meet(&names, |red, black| !is_coded(red.subject) || !is_coded(black.subject));
        }
    }

    fn meet(&mut self, names: &[NameKey], may: impl Fn(&NameKey, &NameKey) -> bool) {
        let of = |side| names.iter().filter(move |name| name.side == side);
        for red in of(Side::Red) {
            let met = of(Side::Black).filter(|black| red.subject != black.subject && may(red, black));
            self.pairs.extend(met.map(|black| (red.subject, black.subject)));
        }
    }

    /// Every subject and every pair once.
    pub(super) fn close(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.to_judge.extend(self.pairs.iter().map(|(red, _)| *red));
        self.to_judge.sort_unstable();
        self.to_judge.dedup();
    }
}

/// How many subjects bear some names.
fn bearers(names: &[NameKey]) -> usize {
    let mut bearers: Vec<u64> = names.iter().map(|name| name.subject).collect();
    bearers.sort_unstable();
    bearers.dedup();
    bearers.len()
}

/// What became of the lists that brought entries, as far as it was asked for.
pub(super) struct Known {
    today: u16,
    nodes: HashMap<u64, Vec<NodeId>>,
    lists: HashMap<u64, Option<Settled>, BuildHasherDefault<Spread>>,
}

/// When the entries of a list came to stand, and until when, in days.
#[derive(Clone, Copy, Debug)]
struct Settled {
    from: u16,
    red_to: Option<u16>,
    black_to: Option<u16>,
}

impl Known {
    pub(super) async fn nothing(tx: &mut dyn Tx, as_of: NaiveDate) -> Result<Self, Fault> {
        let mut nodes: HashMap<u64, Vec<NodeId>> = HashMap::new();
        for head in tx.heads().await? {
            let like = nodes.entry(node(&head.log.node)).or_default();
            if !like.contains(&head.log.node) {
                like.push(head.log.node);
            }
        }
        Ok(Self { today: day(as_of), nodes, lists: HashMap::default() })
    }

    /// Asks what became of a list.
    pub(super) async fn learn(
        &mut self,
        tx: &mut dyn Tx,
        cause: u64,
        settlements: &mut Settlements,
    ) -> Result<(), Fault> {
        let (node, epoch, index) = caused_by(cause);
        let settled = match self.nodes.get(&node).map(Vec::as_slice) {
            Some([node]) => {
                let at = EntryRef { log: LogId { node: node.clone(), epoch }, index };
                settlements.of(tx, &at).await?.map(|settlement| {
                    let to = |kind| settlement.validity(kind).map(|validity| day(validity.to));
                    Settled { from: day(settlement.from), red_to: to(ListKind::Red), black_to: to(ListKind::Black) }
                })
            }
            // Nobody's, or of two nodes that look alike in a key.
            _ => None,
        };
        self.lists.insert(cause, settled);
        Ok(())
    }

    /// Whether an entry stands as it was published, if nothing speaks against it; none where its list is not known.
    #[inline]
    fn stands(&self, entry: &EntryKey) -> Option<bool> {
        // From the last day that fits a key on, no key is trusted.
        let until = |last: u16| self.today <= last && self.today < NO_DAY - 1;
        Some(match entry.state {
            State::Listed => entry.day == NO_DAY || until(entry.day),
            State::Expired => self.today > entry.day,
            State::Exited => true,
            State::Bare | State::Apart => false,
            State::Reported => {
                let Some(settled) = self.lists.get(&entry.cause)? else { return Some(false) };
                let to = if entry.side == Side::Red { settled.red_to } else { settled.black_to };
                match to {
                    None => false,
                    Some(to) if entry.day == NO_DAY => until(to),
                    Some(_) => until(entry.day) && settled.from <= entry.day,
                }
            }
        })
    }
}

/// Spreads packed lists over a table; they are no one's to choose.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
