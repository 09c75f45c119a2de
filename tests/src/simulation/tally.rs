//! What came about in histories.

/// How often things came about in a history, to see that histories are not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Acts acknowledged.
    pub acts: u64,
    /// Commands refused.
    pub refused: u64,
    /// Processes that died.
    pub deaths: u64,
    /// Result versions.
    pub versions: u64,
    /// Rows on the final list at the end.
    pub rows: u64,
    /// Reds that fell or were held.
    pub fallen: u64,
    /// Acts on listed entries.
    pub listed: u64,
    /// Decided exits of listed entries that count.
    pub exits: u64,
    /// Restorations and ends of repairs that count.
    pub returns: u64,
    /// Rulings on identity.
    pub rulings: u64,
    /// Rows that a whole list no longer held.
    pub gone: u64,
    /// Rows that a list of changes stated otherwise.
    pub corrected: u64,
    /// Entries that an answer about another day found on a list.
    pub stood: u64,
    /// Verdicts that recognisers repeated.
    pub repeated: u64,
    /// Transactions by which the real link brought something new.
    pub linked: u64,
}

impl Tally {
    /// Adds another history's.
    pub fn add(&mut self, other: &Self) {
        self.acts += other.acts;
        self.refused += other.refused;
        self.deaths += other.deaths;
        self.versions += other.versions;
        self.rows += other.rows;
        self.fallen += other.fallen;
        self.listed += other.listed;
        self.exits += other.exits;
        self.returns += other.returns;
        self.rulings += other.rulings;
        self.gone += other.gone;
        self.corrected += other.corrected;
        self.stood += other.stood;
        self.repeated += other.repeated;
        self.linked += other.linked;
    }
}
