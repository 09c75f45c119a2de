//! What a command on a case comes to.

use super::{Case, CaseCommand, CaseEvent, Context};
use crate::refusal::{Decided, Refusal};

pub(super) fn decide(
    _case: &Case,
    _command: &CaseCommand,
    _context: &Context<'_>,
) -> Result<Decided<Vec<CaseEvent>>, Refusal> {
    Ok(Decided::Acts(Vec::new()))
}
