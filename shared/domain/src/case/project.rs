//! From a set-oriented act of the recogniser to the events of single cases.

use super::CaseEvent;
use crate::act::{Act, PublicityOf};
use crate::list::{CaseSet, ListManifest};
use crate::node::EntryRef;

/// Which cases of the acting node an event befalls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected<'a> {
    /// These numbers.
    Cases(CaseSet),
    /// Those whose publicity this act opened; an event that names another publicity is ignored by the case.
    PublicisedBy(&'a EntryRef),
    /// Those whose entries stand in this list.
    Listed(&'a ListManifest),
}

/// The event that an act of a recogniser means for its own cases, and for which; `None` for every other act.
///
/// Collection and correction carry one record per case in their chunks: their reader builds [`super::Case::new`] and
/// [`CaseEvent::Corrected`] from each record himself.
pub fn project<'a>(at: &EntryRef, act: &'a Act) -> Option<(Affected<'a>, CaseEvent)> {
    let one = |number| Affected::Cases(CaseSet::from_numbers([number]));
    match act {
        Act::NoticeServed { cases, method, served_on, proof } => Some((
            Affected::Cases(cases.clone()),
            CaseEvent::NoticeServed { method: method.clone(), served_on: *served_on, proof: proof.clone() },
        )),
        Act::PublicityOpened { of: PublicityOf::Cases(cases), channel, opened_on, ends_on } => Some((
            Affected::Cases(cases.clone()),
            CaseEvent::PublicityOpened {
                publicity: at.clone(),
                channel: channel.clone(),
                opened_on: *opened_on,
                ends_on: *ends_on,
            },
        )),
        Act::PublicityClosed { publicity, closed_on } => Some((
            Affected::PublicisedBy(publicity),
            CaseEvent::PublicityClosed { publicity: publicity.clone(), closed_on: *closed_on },
        )),
        Act::StatementReceived { case, by, grounds, received_on } => Some((
            one(case.number),
            CaseEvent::StatementReceived {
                statement: at.clone(),
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: *received_on,
            },
        )),
        Act::StatementDisposed { statement, case, adopted, reason, decided_on } => Some((
            one(case.number),
            CaseEvent::StatementDisposed {
                statement: statement.clone(),
                adopted: *adopted,
                reason: reason.clone(),
                decided_on: *decided_on,
            },
        )),
        Act::ListCertified { manifest, certified_on, .. } => {
            Some((Affected::Listed(manifest), CaseEvent::Certified { list: at.clone(), certified_on: *certified_on }))
        }
        Act::EntryWithdrawn { case, code, reason, decided_on } => Some((
            one(case.number),
            CaseEvent::Withdrawn { code: code.clone(), reason: reason.clone(), decided_on: *decided_on },
        )),
        _ => None,
    }
}
