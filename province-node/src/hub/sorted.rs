//! The rows of a delivery against what stands: what is new, what stands already, what leaves by the source's own word
//! (C-6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, FeedMode};
use honghei_domain::comparison::{Fact, Match, Standing, SubjectFacts, identify};
use honghei_domain::feed::NO_LONGER_LISTED;
use honghei_domain::list::{CaseSet, ListEntry};
use honghei_domain::node::EntryRef;
use honghei_registry::context::Context;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_registry::feed::Feed;
use honghei_store::{SubjectAt, Tx};

use super::piece::place_of;
use super::subjects::{Settlements, read_subjects};

/// Subjects read at a time.
const PAGE: usize = 4096;

/// The rows of a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Those that list somebody.
    pub entries: &'a [ListEntry],
    /// Those that say that an entry was revoked or taken off.
    pub endings: &'a [ListEntry],
    /// The day the department states.
    pub as_of: NaiveDate,
}

/// The rows of a delivery against what stands.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Rows that no standing case of the source states.
    pub fresh: Vec<ListEntry>,
    /// Rows of an older list of changes: the source has corrected or ended since what they state.
    pub outlived: u64,
    /// Standing cases that a row states.
    pub seen: CaseSet,
    /// Standing cases that no row states, and of which a row under the same document says something else.
    pub corrected: CaseSet,
    /// Standing cases that no row states, and of which a row says that they are revoked.
    pub revoked: CaseSet,
}

/// Sorts the rows of a delivery whose entries are compared.
pub async fn sort(tx: &mut dyn Tx, cx: &Context, feed: &Feed, rows: Rows<'_>) -> Result<Sorted, Fault> {
    let at = EntryRef { log: cx.log.clone(), index: 0 };
    let Rows { entries, endings, as_of } = rows;
    let places: BTreeSet<SubjectAt> = entries.iter().chain(endings).map(place_of).collect();
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut settlements = Settlements::folded(tx).await?;
    let mut held: BTreeMap<SubjectAt, SubjectFacts> = BTreeMap::new();
    for batch in places.chunks(PAGE) {
        held.extend(read_subjects(tx, batch, &mut settlements).await?);
    }
    let own = |entry: &ListEntry| {
        let known = held.get(&place_of(entry)).map(SubjectFacts::facts).unwrap_or_default();
        known.iter().filter(|known| known.case.origin == *cx.me())
    };
    let stands = |known: &&Fact| !known.has_exited() && feed.standing.contains(known.case.number);
    let mut imports = Imports::default();
    let (mut fresh, mut outlived) = (Vec::new(), 0);
    let (mut seen, mut corrected, mut revoked) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let fact = Fact::reported(entry, as_of, at.clone());
        let mine: Vec<&Fact> = own(entry).filter(stands).collect();
        let before = seen.len();
        seen.extend(mine.iter().filter(|known| same_listing(known, &fact, entry)).map(|known| known.case.number));
        if seen.len() > before {
            continue;
        }
        if feed.source.mode == FeedMode::Delta && imports.outlive(tx, feed, own(entry), &fact, as_of).await? {
            outlived += 1;
            continue;
        }
        fresh.push(entry.clone());
        corrected.extend(mine.iter().filter(|known| same_document(known, &fact)).map(|known| known.case.number));
    }
    for ending in endings {
        let fact = Fact::reported(ending, as_of, at.clone());
        let about = own(ending).filter(stands).filter(|known| same_document(known, &fact));
        for known in the_same(about.collect(), &fact) {
            // What the source listed after it had ended it is another matter.
            if imports.of(tx, &known.position).await?.is_none_or(|import| import.as_of <= as_of) {
                revoked.push(known.case.number);
            }
        }
    }
    let seen = CaseSet::from_numbers(seen);
    let corrected = CaseSet::from_numbers(corrected).without(&seen);
    let revoked = CaseSet::from_numbers(revoked).without(&seen);
    Ok(Sorted { fresh, outlived, seen, corrected, revoked })
}

/// Of entries under one document those that are certainly of the subject that a row names, or the one that names it in the
/// same words. Several persons of one name cannot be told apart: none of them is meant.
fn the_same<'a>(about: Vec<&'a Fact>, fact: &Fact) -> Vec<&'a Fact> {
    let certain = |known: &&Fact| matches!(identify(&known.identity, &fact.identity), Match::Certain(_));
    if about.iter().any(certain) {
        return about.into_iter().filter(certain).collect();
    }
    let worded: Vec<&Fact> = about.into_iter().filter(|known| known.identity.reads_as(&fact.identity)).collect();
    if worded.len() == 1 { worded } else { Vec::new() }
}

/// Whether two entries of one firm rest on one document of one issuer: what a list of changes says of it now takes the
/// place of what it said before.
fn same_document(known: &Fact, fact: &Fact) -> bool {
    match (&known.document, &fact.document) {
        (Some(one), Some(other)) => {
            !one.number.is_empty() && (&one.number, &one.issuer) == (&other.number, &other.issuer)
        }
        _ => false,
    }
}

/// The natural key of a published listing within its source: document, day (信用中国 layout). A row that states no day is the one
/// that was taken before, whatever day the list it came with states.
fn same_listing(known: &Fact, fact: &Fact, entry: &ListEntry) -> bool {
    known.document == fact.document
        && (entry.recognised_on.is_none() || known.recognised_on == fact.recognised_on)
        && known.valid_to == fact.valid_to
        && known.under_appeal == fact.under_appeal
        && known.identity.reads_as(&fact.identity)
}

/// A delivery that brought or ended an entry.
struct Import {
    source: String,
    as_of: NaiveDate,
}

/// Deliveries that were looked up.
#[derive(Default)]
struct Imports(BTreeMap<EntryRef, Option<Import>>);

impl Imports {
    /// The delivery that an act took in; none where it is another act.
    async fn of(&mut self, tx: &mut dyn Tx, act: &EntryRef) -> Result<Option<&Import>, Fault> {
        if !self.0.contains_key(act) {
            let entry = Entry::find(tx, act).await?;
            let import = entry.and_then(|entry| match entry.act() {
                Act::FeedImported { source, as_of, .. } => Some(Import { source: source.clone(), as_of: *as_of }),
                _ => None,
            });
            self.0.insert(act.clone(), import);
        }
        Ok(self.0.get(act).and_then(Option::as_ref))
    }

    /// Whether the source ended what a row states by a list of a later day than the row's: an old list brought once more
    /// lists nobody anew.
    async fn outlive<'a>(
        &mut self,
        tx: &mut dyn Tx,
        feed: &Feed,
        known: impl Iterator<Item = &'a Fact>,
        fact: &Fact,
        as_of: NaiveDate,
    ) -> Result<bool, Fault> {
        for known in known.filter(|known| same_document(known, fact)) {
            let Standing::Exited { code, on } = &known.standing else { continue };
            let by_list = code == NO_LONGER_LISTED && *on > as_of;
            if by_list && self.of(tx, &known.position).await?.is_some_and(|import| import.source == feed.source.name) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
