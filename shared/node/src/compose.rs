//! What makes a node a county's, a city's or the province's: its desks. Nothing else asks for the tier.

use honghei_domain::node::Tier;
use honghei_registry::desk::{Desk, Ports};

/// The composition of a program.
#[derive(Clone, Copy)]
pub struct Composition {
    /// The program's name, as in help texts.
    pub name: &'static str,
    /// Name and version, as the first entry of a log records them.
    pub program: &'static str,
    /// The tier it serves; an invitation for another tier is refused.
    pub tier: Tier,
    /// Its desks, in the order in which they fold and answer.
    pub desks: fn(&Ports) -> Vec<Box<dyn Desk>>,
}

impl std::fmt::Debug for Composition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Composition").field("program", &self.program).field("tier", &self.tier).finish_non_exhaustive()
    }
}
