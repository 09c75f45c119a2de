//! Judging another node's act on a list, before it is folded.

use super::Dossier;
use crate::act::Act;
use crate::case::Context;
use crate::node::EntryRef;
use crate::refusal::Refusal;

pub(super) fn judge(_dossier: &Dossier, _at: &EntryRef, _act: &Act, _context: &Context<'_>) -> Result<(), Refusal> {
    Ok(())
}
