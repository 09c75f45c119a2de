//! What can happen in a history: officers act, days pass, packages travel, processes die.

use honghei_domain::list::ListKind;

use super::chance::Dice;
use super::faulty::Trap;

/// One thing that happens. Numbers pick among what the node has when it happens; what does not fit is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// An officer of a node does something.
    Office(usize, Deed),
    /// The calendar turns.
    Turn(u64),
    /// An edge is cut, or mended if it was.
    Toggle(usize),
    /// One package of one log travels over an edge; `up` from child to parent.
    Package { edge: usize, up: bool, pick: u64 },
    /// One chunk travels.
    Chunk { edge: usize, up: bool, pick: u64 },
    /// Cosignatures are made and told.
    Receipts { edge: usize, up: bool },
    /// Whatever can travel over an edge does, both ways.
    Everything(usize),
    /// A package that travelled before arrives again.
    Again(u64),
    /// A node folds and judges what it holds.
    Fold(usize),
    /// A node does what falls due.
    Tick(usize),
    /// A node dies between two transactions.
    Crash(usize),
    /// A node will die inside one.
    Trap(usize, Trap),
    /// A node drops its projections and folds its logs again.
    Rebuild(usize),
}

/// An officer's deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Collect `count` candidates.
    Collect { kind: ListKind, count: u64, firms: u64 },
    /// Serve notice on all who need it.
    Notice,
    /// Open the publicity of all who are ready.
    Publicise,
    /// Receive a statement.
    Statement(u64),
    /// Dispose of one.
    Dispose { pick: u64, adopted: bool },
    /// Certify whatever can be.
    Certify(ListKind),
    /// Declare a certified or refused list.
    Declare(u64),
    /// Review a received list; every third and fifth entry may be returned or rejected.
    Review { pick: u64, returned: u64, rejected: u64 },
    /// Sign a review.
    Sign { pick: u64, waived: bool },
    /// Publicise a signed list.
    PubliciseList(u64),
    /// Receive an objection.
    Object { list: u64, case: u64 },
    /// Answer one.
    Verify { pick: u64, upheld: bool },
    /// Withdraw a case.
    Withdraw(u64),
    /// Correct a returned or rejected case.
    Correct(u64),
    /// Appoint an officer again, with another title.
    Appoint(u64),
    /// Certify an officer below.
    CertifyOfficer(u64),
    /// Import a department's list at the province.
    Feed { kind: ListKind, count: u64, firms: u64, appeal: bool, expired: bool },
    /// Publish a result version.
    Publish,
}

/// The shape of the federation that operations are drawn for: nodes, and how many of them have a parent.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Nodes, the province first.
    pub nodes: usize,
    /// Edges.
    pub edges: usize,
}

/// Draws the next operation.
pub fn draw(dice: &mut Dice, shape: Shape) -> Op {
    let node = small(dice.below(shape.nodes as u64));
    let edge = small(dice.below(shape.edges as u64));
    let up = dice.once_in(2);
    let pick = dice.below(1 << 20);
    match dice.below(100) {
        0..=45 => Op::Office(node, deed(dice)),
        46..=52 => Op::Turn([1, 1, 3, 15, 16, 31][small(dice.below(6))]),
        53..=55 => Op::Toggle(edge),
        56..=65 => Op::Package { edge, up, pick },
        66..=69 => Op::Chunk { edge, up, pick },
        70..=71 => Op::Receipts { edge, up },
        72..=81 => Op::Everything(edge),
        82..=83 => Op::Again(pick),
        84..=89 => Op::Fold(node),
        90..=93 => Op::Tick(node),
        94..=95 => Op::Crash(node),
        96..=98 => Op::Trap(node, trap(dice)),
        _ => Op::Rebuild(node),
    }
}

fn trap(dice: &mut Dice) -> Trap {
    match dice.below(4) {
        0 => Trap::BeforeCommit,
        1 => Trap::AfterCommit,
        _ => Trap::Write(u32::try_from(dice.below(24)).unwrap_or(0)),
    }
}

fn deed(dice: &mut Dice) -> Deed {
    let pick = dice.below(1 << 20);
    let kind = if dice.below(5) < 3 { ListKind::Red } else { ListKind::Black };
    match dice.below(64) {
        0..=11 => Deed::Collect { kind, count: 1 + dice.below(4), firms: pick },
        12..=16 => Deed::Notice,
        17..=21 => Deed::Publicise,
        22 => Deed::Statement(pick),
        23..=25 => Deed::Dispose { pick, adopted: dice.once_in(3) },
        26..=31 => Deed::Certify(kind),
        32..=36 => Deed::Declare(pick),
        37..=41 => Deed::Review { pick, returned: dice.below(4), rejected: dice.below(5) },
        42..=46 => Deed::Sign { pick, waived: dice.below(3) > 0 },
        47..=48 => Deed::PubliciseList(pick),
        49 => Deed::Object { list: pick, case: dice.below(8) },
        50..=52 => Deed::Verify { pick, upheld: dice.once_in(2) },
        53..=54 => Deed::Withdraw(pick),
        55..=56 => Deed::Correct(pick),
        57 => Deed::Appoint(pick),
        58 => Deed::CertifyOfficer(pick),
        59..=60 => Deed::Feed {
            kind,
            count: 1 + dice.below(3),
            firms: pick,
            appeal: dice.once_in(4),
            expired: dice.once_in(6),
        },
        _ => Deed::Publish,
    }
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
