//! What a command on a dossier comes to.

use super::{Dossier, DossierCommand};
use crate::act::Act;
use crate::case::Context;
use crate::refusal::{Decided, Refusal};

pub(super) fn decide(
    _dossier: &Dossier,
    _command: &DossierCommand,
    _context: &Context<'_>,
) -> Result<Decided<Vec<Act>>, Refusal> {
    Ok(Decided::Acts(Vec::new()))
}
