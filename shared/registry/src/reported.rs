//! What a reported list states to the comparison: the days of its entries where they name none.

use chrono::NaiveDate;
use honghei_domain::comparison::Fact;
use honghei_domain::dossier::Dossier;
use honghei_domain::list::ListEntry;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::Publisher;
use honghei_store::Tx;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::desk::{dossiers, listing};
use crate::error::Fault;

/// The days of a list, for those of its entries that name none.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Days {
    /// 认定日期.
    pub recognised_on: NaiveDate,
    /// When its recogniser had published it by itself, where the policy counts validity from there (AMB-06, D-10, D-11).
    pub published_on: Option<NaiveDate>,
}

impl Days {
    /// Those of a list that the act `report` reported; the same whenever and wherever it is asked.
    pub async fn of_report(tx: &mut dyn Tx, cx: &Context, dossier: &Dossier, report: &EntryRef) -> Result<Self, Fault> {
        let policy = dossiers::policy_of(cx, dossier)?;
        let published_on = match policy.terms.validity_from {
            Publisher::Province => None,
            Publisher::Recogniser => listing::told_by(tx, dossier, policy, report).await?,
        };
        Ok(Self { recognised_on: dossier.certified_on, published_on })
    }

    /// What an entry of the list states, which an act brought.
    pub fn fact(&self, entry: &ListEntry, position: EntryRef) -> Fact {
        let fact = Fact::reported(entry, self.recognised_on, position);
        Fact { valid_from: fact.valid_from.or(self.published_on), ..fact }
    }
}
