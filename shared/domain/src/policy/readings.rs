//! Where a text is silent or says two things: the reading a policy chooses (REQUIREMENTS 1.10).
//!
//! Readings that already stand elsewhere are not repeated here: AMB-01 in `red` and `black`, AMB-02, AMB-05, AMB-06 in
//! `terms`, AMB-04, AMB-16b in `review`, AMB-11 in `parameter` and `severity`, AMB-12 in a criterion's `switch`,
//! AMB-15 in `publication`, AMB-20, AMB-22, AMB-26 in `exit`.

use serde::Deserialize;

use super::criterion::LegalRank;

/// Chosen readings; what is left out is the recommended one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Readings {
    /// Whether the last day of validity moves over holidays (AMB-06: never, it would lengthen a punishment).
    pub validity_rolls_over_holidays: bool,
    /// Whose red lists a black entry removes from (AMB-07).
    pub red_removed_from: RedLists,
    /// Whether a black of the same department counts against its own red (AMB-08).
    pub own_black_counts: bool,
    /// Whether criteria of a list are alternatives or all required (AMB-09).
    pub criteria: Join,
    /// The day a counting window ends on (AMB-10).
    pub window_ends: WindowEnd,
    /// Whether a red that fell with a wrong black is offered back (AMB-14).
    pub restoration_offered: bool,
    /// Whether the reviewer decides an objection after listing; else the recogniser itself (AMB-16).
    pub objection_decided_above: bool,
    /// What becomes of an overdue review (AMB-17: never a deemed approval).
    pub overdue: Overdue,
    /// Whether a return stops the clock of review (AMB-18).
    pub return_stops_clock: bool,
    /// Whether a red entry ends with its term though no new selection replaced it (AMB-19).
    pub red_ends_without_successor: bool,
    /// What dishonest behaviour ends a red entry under RX-6 (AMB-20).
    pub dishonest_behaviour: DishonestBehaviour,
    /// The lowest rank of law a black criterion may rest on; any where none is named (AMB-25, 国办发〔2020〕49号).
    pub black_basis_at_least: Option<LegalRank>,
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            validity_rolls_over_holidays: false,
            red_removed_from: RedLists::EveryDepartment,
            own_black_counts: true,
            criteria: Join::Any,
            window_ends: WindowEnd::LastCountedEvent,
            restoration_offered: true,
            objection_decided_above: true,
            overdue: Overdue::Escalate,
            return_stops_clock: true,
            red_ends_without_successor: true,
            dishonest_behaviour: DishonestBehaviour::AnyConfirmed,
            black_basis_at_least: None,
        }
    }
}

/// Whose red lists are meant by 相关红名单 (AMB-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedLists {
    /// Every department's in the federation.
    EveryDepartment,
    /// The department's own.
    OwnDepartment,
}

/// How criteria of one list are joined (AMB-09).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Any one suffices.
    Any,
    /// All are needed.
    All,
}

/// The last day of a counting window (AMB-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowEnd {
    /// The day of the last counted event: the window rolls.
    LastCountedEvent,
    /// The day of evaluation.
    DayOfEvaluation,
}

/// What an overdue step comes to (AMB-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// It is raised to the level above, and stays undone.
    Escalate,
    /// It counts as approved.
    DeemedApproved,
}

/// What ends a red entry as 发生失信行为 (AMB-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DishonestBehaviour {
    /// Any confirmed dishonest event of the subject.
    AnyConfirmed,
    /// A black entry only.
    BlackOnly,
}
