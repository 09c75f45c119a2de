//! Offers of restoration (AMB-14): when a black that removed reds turns out wrong or loses its basis, the recogniser of
//! each red is asked. Never silent, never automatic: the offer is an act, and so is the answer.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::comparison::{Fact, Outcome};
use honghei_domain::list::CaseId;
use honghei_domain::listing::ListingAct;
use honghei_registry::context::Context;
use honghei_registry::desk::listing::{self, OFFERING, Offering, offering_row};
use honghei_registry::engine::plain_draft;
use honghei_registry::entry::Draft;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::piece::{decode, hashes_of, place_of};
use super::subjects::{Settlements, read_subjects};
use super::{lookup, ruling};

/// Exits by which a black turns out never to have been right, or to have lost its basis.
const FALLS: [&str; 2] = ["BX-2", "BX-5"];

/// Offers written in one transaction at most.
const OFFERS: usize = 256;

/// Whether an exit says that the black never was right, or has lost its basis.
pub fn is_fall(code: &str) -> bool {
    FALLS.contains(&code)
}

/// Notes every red that a black removed, when the black falls.
pub async fn note_fall(tx: &mut dyn Tx, cx: &Context, black: &CaseId, code: &str, on: NaiveDate) -> Result<(), Fault> {
    if !is_fall(code) {
        return Ok(());
    }
    let Some(entry) = lookup::entry_of(tx, black).await? else { return Ok(()) };
    let at = place_of(&entry);
    let fact = Fact::reported(&entry, on, listing_position(cx));
    let hashes: Vec<i64> = hashes_of(&fact).collect();
    let mut places: BTreeSet<SubjectAt> = tx.names(&hashes).await?.into_iter().map(|row| row.at).collect();
    let mut settlements = Settlements::folded(tx).await?;
    // Those a person joined to it fell by the ruling.
    let own = read_subjects(tx, std::slice::from_ref(&at), &mut settlements).await?;
    places.extend(ruling::joined(tx, &own).await?.into_values().flatten());
    places.insert(at);
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut found = Vec::new();
    for facts in read_subjects(tx, &places, &mut settlements).await?.values() {
        for red in facts.facts() {
            let Some(removal) = facts.standing_removal(&red.case) else { continue };
            let by_it = matches!(&removal.verdict.outcome, Outcome::Removed { cause, .. } if cause == black);
            if by_it && !red.has_exited() && !red.has_expired(on) {
                found.push(Offering {
                    case: red.case.clone(),
                    cause: black.clone(),
                    through_version: removal.version,
                    valid_to: red.effective_to(),
                });
            }
        }
    }
    for offering in found {
        let row = offering_row(&offering, true)?;
        if tx.listing(&row.origin, OFFERING, &row.place).await?.is_none() {
            tx.put_listing(&row).await?;
        }
    }
    Ok(())
}

/// A fact that is only looked up by, not kept.
fn listing_position(cx: &Context) -> honghei_domain::node::EntryRef {
    honghei_domain::node::EntryRef { log: cx.log.clone(), index: 0 }
}

/// The offers that are to be made.
pub async fn drafts(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    for row in tx.open_listings(OFFERING).await?.into_iter().take(OFFERS) {
        let Offering { case, cause, through_version, valid_to } = decode(&row.body, "a restoration to be offered")?;
        let policy = listing::policy_of_node(cx, &case.origin);
        if policy.is_some_and(|policy| !policy.readings.restoration_offered) {
            continue;
        }
        let audience = Audience::of(Scope::Local).and(case.origin.clone());
        let offered_on = cx.now.today;
        let act = ListingAct::RestorationOffered { case, cause, through_version, valid_to, offered_on };
        drafts.push(plain_draft(cx, Act::Listing(act), audience));
    }
    Ok(drafts)
}
