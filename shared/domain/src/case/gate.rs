//! What must hold before a head may sign a recognition (R-021, R-024, F-11, R-003, R-004, SW-B-12).

use super::{Case, Context};
use crate::list::ListEntry;
use crate::policy::{CriterionForm, Policy};
use crate::refusal::Refusal;

pub(super) fn certifiable(_case: &Case, _context: &Context<'_>) -> Result<(), Vec<Refusal>> {
    Ok(())
}

/// Whether an open clause is among the criteria.
pub(super) fn cites_open_clause(entry: &ListEntry, policy: &Policy) -> bool {
    entry
        .criteria
        .iter()
        .filter_map(|code| policy.criterion(code))
        .any(|criterion| criterion.form == CriterionForm::Open)
}
