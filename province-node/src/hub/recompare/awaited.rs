//! What the next version will say, so that it is no surprise.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, SubjectFacts};
use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use crate::hub::ending;
use crate::hub::piece::{Compared, Piece, decode};

/// What the next version will say, whatever it is.
pub(super) struct Awaited {
    /// Acts whose lists were compared and not published.
    causes: BTreeSet<EntryRef>,
    /// Subjects touched by them or by exits.
    places: BTreeSet<SubjectAt>,
}

impl Awaited {
    pub(super) async fn of(tx: &mut dyn Tx, as_of: NaiveDate) -> Result<Self, Fault> {
        let mut awaited = Self { causes: BTreeSet::new(), places: BTreeSet::new() };
        let published_on = tx.latest_result().await?.map(|row| row.published_on);
        let ended = ending::due(tx, as_of, published_on).await?;
        for row in tx.pending(u32::MAX).await?.into_iter().chain(ended) {
            let Compared { piece, entangled } = decode(&row.body, "a compared piece")?;
            awaited.places.extend(entangled.into_iter().map(|(bucket, key)| SubjectAt { bucket, key }));
            if let Piece::Chunk { .. } = piece {
                awaited.causes.insert(row.entry);
            }
        }
        Ok(awaited)
    }

    pub(super) fn awaits(&self, at: &SubjectAt, facts: &SubjectFacts, case: &CaseId) -> bool {
        let brought = |fact: &Fact| self.causes.contains(&fact.position);
        self.places.contains(at) || facts.last_settled(case).is_none() && facts.fact(case).is_some_and(brought)
    }
}
