//! Everything that was done about a subject, as the one knows it who is told of everybody (C-7).

use std::collections::BTreeSet;

use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::context::Context;
use honghei_registry::error::CommandError;
use honghei_registry::history::subject;
use honghei_registry::question::Told;
use honghei_store::Tx;

use super::why;

/// Tells of the cases under a key and under the keys that persons joined to it, those of departments' lists among them, and
/// of the decisions that joined or parted them.
pub async fn of(tx: &mut dyn Tx, cx: &Context, key: &SubjectKey) -> Result<Told, CommandError> {
    let subjects = why::known(tx, key, cx.now.today).await?;
    let cases: BTreeSet<CaseId> =
        subjects.values().flat_map(|facts| facts.facts()).map(|fact| fact.case.clone()).collect();
    let rulings: BTreeSet<EntryRef> =
        subjects.values().flat_map(|facts| facts.rulings()).map(|ruling| ruling.act.clone()).collect();
    subject::tell_of(tx, cx, key, &cases, &rulings).await
}
