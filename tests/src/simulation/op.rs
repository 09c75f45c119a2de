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
    /// One package of one log travels over an edge.
    Package {
        /// Which.
        edge: usize,
        /// From child to parent.
        up: bool,
        /// Which log.
        pick: u64,
    },
    /// One chunk travels.
    Chunk {
        /// Which.
        edge: usize,
        /// From child to parent.
        up: bool,
        /// Which chunk.
        pick: u64,
    },
    /// Cosignatures are made and told.
    Receipts {
        /// Which.
        edge: usize,
        /// From child to parent.
        up: bool,
    },
    /// Whatever can travel over an edge does, both ways.
    Everything(usize),
    /// Whatever can travel over an edge does, and both ends fold it and do what falls due.
    Sync(usize),
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
    Collect {
        /// Red or black.
        kind: ListKind,
        /// How many.
        count: u64,
        /// Which firms.
        firms: u64,
    },
    /// Serve notice on all who need it.
    Notice,
    /// Open the publicity of all who are ready.
    Publicise,
    /// Receive a statement.
    Statement(u64),
    /// Dispose of one.
    Dispose {
        /// Which.
        pick: u64,
        /// Whether it stands.
        adopted: bool,
    },
    /// Certify whatever can be.
    Certify(ListKind),
    /// Declare a certified or refused list.
    Declare(u64),
    /// Review a received list; every third and fifth entry may be returned or rejected.
    Review {
        /// Which list.
        pick: u64,
        /// Where returns begin; 0 for none.
        returned: u64,
        /// Where rejections begin; 0 for none.
        rejected: u64,
    },
    /// Sign a review.
    Sign {
        /// Which list.
        pick: u64,
        /// Whether publicity is waived.
        waived: bool,
    },
    /// Publicise a signed list.
    PubliciseList(u64),
    /// Receive an objection.
    Object {
        /// Which list.
        list: u64,
        /// Which of its cases.
        case: u64,
    },
    /// Answer one.
    Verify {
        /// Which.
        pick: u64,
        /// Whether it stands.
        upheld: bool,
    },
    /// Withdraw a case.
    Withdraw(u64),
    /// Correct a returned or rejected case.
    Correct(u64),
    /// Appoint an officer again, with another title.
    Appoint(u64),
    /// Certify an officer below.
    CertifyOfficer(u64),
    /// Import a department's list at the province.
    Feed {
        /// Red or black.
        kind: ListKind,
        /// How many.
        count: u64,
        /// Which firms.
        firms: u64,
        /// Whether their documents are under appeal.
        appeal: bool,
        /// Whether their validity has ended.
        expired: bool,
    },
    /// Import a row of a department's list of changes once more, mostly otherwise under the same document.
    Amend {
        /// Red or black.
        kind: ListKind,
        /// Which, and what has changed.
        pick: u64,
    },
    /// Import a department's whole list at the province: what it lacks leaves, what it changed is a new entry.
    Whole {
        /// Red or black.
        kind: ListKind,
        /// How many rows.
        count: u64,
        /// Which firms, and how their rows read.
        firms: u64,
    },
    /// Import blacks that have nothing but a name.
    Nameless {
        /// How many.
        count: u64,
        /// Whose names.
        firms: u64,
        /// Whether they state no end, so that the policy's term is theirs.
        endless: bool,
    },
    /// Decide about identity: join or part two subjects, or decide about a held red.
    Rule {
        /// Which.
        pick: u64,
        /// Whether both are one.
        same: bool,
        /// Days that it counts; 0 for ever.
        days: u64,
    },
    /// Publish a result version.
    Publish,
    /// Receive an objection against a listed entry.
    Dispute {
        /// Which listed entry.
        pick: u64,
        /// Whether it concerns the comparison.
        comparison: bool,
    },
    /// Verify or decide one, whatever is due here.
    Settle {
        /// Which.
        pick: u64,
        /// Whether it stands.
        stands: bool,
        /// Whether it is verified rather than decided.
        verify: bool,
    },
    /// Let a listed entry leave.
    Exit {
        /// Which.
        pick: u64,
        /// Which of the codes.
        code: u64,
        /// Whether it must be an own one.
        own: bool,
    },
    /// Receive, accept, decide or revoke a repair, whatever is due here.
    Repair {
        /// Which.
        pick: u64,
        /// Whether it is granted.
        granted: bool,
    },
    /// Announce the list or an exit on a channel.
    Announce(u64),
    /// File every exit.
    File,
    /// Answer an offer of restoration.
    Restore {
        /// Which.
        pick: u64,
        /// Whether it is taken.
        accepted: bool,
    },
}

/// The shape of the federation that operations are drawn for: nodes, and how many of them have a parent.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Nodes, the province first.
    pub nodes: usize,
    /// Edges.
    pub edges: usize,
    /// Whether listed entries are objected to, leave and come back: in half of the histories, so that the others stay
    /// what they were.
    pub listed: bool,
    /// Whether persons decide about identity and departments send whole lists: in two fifths of the histories.
    pub ruled: bool,
    /// Whether lists write one firm in many ways and correct what they said: in half of the histories.
    pub varied: bool,
    /// Whether years pass, so that terms end: in a seventh of the histories.
    pub aged: bool,
}

/// Draws what a history begins with: candidates collected and publicised at some recognisers, and time passing.
pub fn prelude(dice: &mut Dice, shape: Shape) -> Vec<Op> {
    let mut ops = Vec::new();
    for node in 1..shape.nodes {
        for kind in [ListKind::Red, ListKind::Black] {
            if dice.below(3) > 0 {
                ops.push(Op::Office(
                    node,
                    Deed::Collect { kind, count: 1 + dice.below(4), firms: dice.below(1 << 20) },
                ));
            }
        }
        ops.extend([Deed::Notice, Deed::Publicise].map(|deed| Op::Office(node, deed)));
    }
    ops.push(Op::Turn(16));
    ops.extend((1..shape.nodes).map(Op::Tick));
    if shape.listed || shape.varied {
        ops.extend(list_something(dice, shape));
    }
    if shape.varied {
        ops.extend(report_something(shape));
    }
    if shape.ruled {
        ops.extend(deliver_something(dice, shape));
    }
    ops
}

/// Whole lists and names without codes, compared and published, so that rows can be missing and reds held from the first
/// day on.
fn deliver_something(dice: &mut Dice, shape: Shape) -> Vec<Op> {
    let firms = dice.below(1 << 20);
    let deeds = [
        Deed::Whole { kind: ListKind::Red, count: 2, firms },
        Deed::Whole { kind: ListKind::Black, count: 1, firms: dice.below(1 << 20) },
        Deed::Nameless { count: 2, firms, endless: shape.aged },
    ];
    // The first registers the source.
    let twice = deeds.into_iter().flat_map(|deed| [deed.clone(), deed]);
    twice.chain([Deed::Publish]).flat_map(|deed| [Op::Office(0, deed), Op::Tick(0)]).collect()
}

/// Reds and then blacks of the same firms on the final list of every node, so that something can befall listed entries
/// from the first day on.
fn list_something(dice: &mut Dice, shape: Shape) -> Vec<Op> {
    let firms = dice.below(1 << 20);
    let mut ops = Vec::new();
    for (kind, count) in [(ListKind::Red, 4), (ListKind::Black, 3)] {
        // The first registers the source.
        let feed = || Op::Office(0, Deed::Feed { kind, count, firms, appeal: false, expired: false });
        ops.extend([feed(), feed()]);
        ops.extend([Op::Tick(0), Op::Office(0, Deed::Publish)]);
    }
    ops.extend((0..shape.edges).map(Op::Sync));
    ops
}

/// What the recognisers have collected comes onto the final list, so that they can decide exits of their own entries.
fn report_something(shape: Shape) -> Vec<Op> {
    let recognisers = 1..shape.nodes;
    let everywhere = || (0..shape.edges).map(Op::Sync);
    let certify = |node| [ListKind::Red, ListKind::Black].map(|kind| Op::Office(node, Deed::Certify(kind)));
    let mut ops: Vec<Op> = recognisers.clone().flat_map(certify).collect();
    // Of two lists the first is declared before the second is picked.
    ops.extend(recognisers.flat_map(|node| (0..2).map(move |pick| Op::Office(node, Deed::Declare(pick)))));
    ops.extend(everywhere());
    for (pick, node) in (0..4).flat_map(|pick| [(pick, 0), (pick, 1)]) {
        ops.push(Op::Office(node, Deed::Review { pick, returned: 0, rejected: 0 }));
        ops.push(Op::Office(node, Deed::Sign { pick, waived: true }));
    }
    ops.extend((0..2).flat_map(|node| [Op::Tick(node), Op::Sync(0)]));
    ops.extend(everywhere());
    ops.extend([Op::Tick(0), Op::Office(0, Deed::Publish)]);
    ops.extend(everywhere());
    ops
}

/// Draws the next operation.
pub fn draw(dice: &mut Dice, shape: Shape) -> Op {
    let node = small(dice.below(shape.nodes as u64));
    let edge = small(dice.below(shape.edges as u64));
    let up = dice.once_in(2);
    let pick = dice.below(1 << 20);
    match dice.below(100) {
        0..=51 => office(dice, shape),
        52..=56 => {
            let days = if shape.aged { [1, 3, 16, 31, 500, 500] } else { [1, 1, 3, 15, 16, 31] };
            Op::Turn(days[small(dice.below(6))])
        }
        57..=58 => Op::Toggle(edge),
        59..=64 => Op::Package { edge, up, pick },
        65..=68 => Op::Chunk { edge, up, pick },
        69 => Op::Receipts { edge, up },
        70..=73 => Op::Everything(edge),
        74..=86 => Op::Sync(edge),
        87 => Op::Again(pick),
        88..=90 => Op::Fold(node),
        91..=92 => Op::Tick(node),
        93..=94 => Op::Crash(node),
        95..=98 => Op::Trap(node, trap(dice)),
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

/// An officer's deed about a listed entry: at the province every other time, which answers for what it imported.
fn listed(dice: &mut Dice, shape: Shape) -> Op {
    let pick = dice.below(1 << 20);
    let node = if dice.once_in(2) { 0 } else { small(dice.below(shape.nodes as u64)) };
    let deed = match dice.below(32) {
        0..=4 => Deed::Dispute { pick, comparison: dice.once_in(4) },
        5..=7 => Deed::Settle { pick, stands: dice.once_in(2), verify: true },
        8..=11 => Deed::Settle { pick, stands: dice.once_in(2), verify: false },
        12..=15 => Deed::Exit { pick, code: dice.below(8), own: false },
        16..=23 => Deed::Repair { pick, granted: dice.below(4) > 0 },
        24 => Deed::Announce(pick),
        25 => Deed::File,
        _ => Deed::Restore { pick, accepted: dice.below(4) > 0 },
    };
    Op::Office(node, deed)
}

/// A deed of the comparison's officers at the province.
fn ruled(dice: &mut Dice, shape: Shape) -> Op {
    let pick = dice.below(1 << 20);
    let kind = if dice.below(5) < 3 { ListKind::Red } else { ListKind::Black };
    let deed = match dice.below(16) {
        0..=4 => Deed::Whole { kind, count: 1 + dice.below(2), firms: pick },
        5..=6 => {
            Deed::Nameless { count: 1 + dice.below(2), firms: pick, endless: shape.aged && pick.is_multiple_of(2) }
        }
        7..=11 => Deed::Rule { pick, same: dice.below(3) > 0, days: [0, 0, 3, 20][small(dice.below(4))] },
        _ => Deed::Publish,
    };
    Op::Office(0, deed)
}

/// A correction by a list of changes, or an exit that a recogniser decides and the province learns of later.
fn varied(dice: &mut Dice, shape: Shape) -> Op {
    let pick = dice.below(1 << 20);
    let kind = if dice.once_in(2) { ListKind::Red } else { ListKind::Black };
    match dice.below(4) {
        0 => {
            let node = 1 + small(dice.below(shape.nodes as u64 - 1));
            Op::Office(node, Deed::Exit { pick, code: dice.below(8), own: true })
        }
        _ => Op::Office(0, Deed::Amend { kind, pick }),
    }
}

/// An officer's deed at a node that has such officers, mostly.
fn office(dice: &mut Dice, shape: Shape) -> Op {
    if shape.ruled && dice.once_in(3) {
        return ruled(dice, shape);
    }
    if shape.varied && dice.once_in(6) {
        return varied(dice, shape);
    }
    if shape.listed && dice.once_in(2) {
        return listed(dice, shape);
    }
    let pick = dice.below(1 << 20);
    let kind = if dice.below(5) < 3 { ListKind::Red } else { ListKind::Black };
    let recogniser = 1 + small(dice.below(shape.nodes as u64 - 1));
    let reviewer = small(dice.below(2));
    let (node, deed) = match dice.below(67) {
        0..=4 => (recogniser, Deed::Collect { kind, count: 1 + dice.below(4), firms: pick }),
        5..=7 => (recogniser, Deed::Notice),
        8..=10 => (recogniser, Deed::Publicise),
        11 => (recogniser, Deed::Statement(pick)),
        12..=13 => (recogniser, Deed::Dispose { pick, adopted: dice.once_in(3) }),
        14..=21 => (recogniser, Deed::Certify(kind)),
        22..=29 => (recogniser, Deed::Declare(pick)),
        30..=36 => (reviewer, Deed::Review { pick, returned: dice.below(4), rejected: dice.below(5) }),
        37..=43 => (reviewer, Deed::Sign { pick, waived: dice.below(4) > 0 }),
        44..=46 => (reviewer, Deed::PubliciseList(pick)),
        47..=48 => (reviewer, Deed::Object { list: pick, case: dice.below(8) }),
        49..=51 => (recogniser, Deed::Verify { pick, upheld: dice.once_in(2) }),
        52..=53 => (recogniser, Deed::Withdraw(pick)),
        54..=56 => (recogniser, Deed::Correct(pick)),
        57 => (small(dice.below(shape.nodes as u64)), Deed::Appoint(pick)),
        58..=59 => (reviewer, Deed::CertifyOfficer(pick)),
        60..=61 => {
            let (appeal, expired) = (dice.once_in(4), dice.once_in(6));
            (0, Deed::Feed { kind, count: 1 + dice.below(3), firms: pick, appeal, expired })
        }
        62..=65 => (0, Deed::Publish),
        _ => (small(dice.below(shape.nodes as u64)), Deed::Publish),
    };
    Op::Office(node, deed)
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
