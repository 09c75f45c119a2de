//! The province's finding about one entry, with everything needed to recompute it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::identity::{Doubt, MatchKey};
use crate::canonical::{Reader, RowDefect, Writer};
use crate::list::{CaseId, Department, Digest, ListKind};

/// Which clause of R-029 removed a red.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The red was recognised first, or on the same day.
    X1,
    /// The black was recognised first.
    X2,
}

impl Rule {
    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Rule::X1 => "X1",
            Rule::X2 => "X2",
        }
    }
}

/// How a removed red leaves (AMB-26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// RX-1: an earlier result version had listed it; the exit is announced.
    Rx1,
    /// RX-7: it was never valid.
    Rx7,
}

impl Exit {
    /// Its exit code.
    pub fn code(self) -> &'static str {
        match self {
            Exit::Rx1 => "RX-1",
            Exit::Rx7 => "RX-7",
        }
    }
}

/// Why a red waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The black is certain but under appeal (AMB-08).
    UnderAppeal,
    /// It is not certain that both speak of one subject (AMB-13).
    Identity(Doubt),
}

impl HeldReason {
    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            HeldReason::UnderAppeal => "UNDER_APPEAL",
            HeldReason::Identity(Doubt::NameOnly) => "NAME_ONLY",
            HeldReason::Identity(Doubt::TwoUsccs) => "TWO_USCCS",
            HeldReason::Identity(Doubt::OrganisationNameDisagrees) => "ORGANISATION_NAME_DISAGREES",
            HeldReason::Identity(Doubt::RegistrationNameDisagrees) => "REGISTRATION_NAME_DISAGREES",
            HeldReason::Identity(Doubt::CodesContradict) => "CODES_CONTRADICT",
            HeldReason::Identity(Doubt::InnerCheckFailed) => "INNER_CHECK_FAILED",
            HeldReason::Identity(Doubt::NameAlike) => "NAME_ALIKE",
        }
    }

    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            HeldReason::UnderAppeal => "黑名单依据文书正在复议或诉讼中，暂缓认定",
            HeldReason::Identity(Doubt::NameOnly) => "仅名称相同，不能确认为同一主体，待人工核实",
            HeldReason::Identity(Doubt::TwoUsccs) => "组织机构代码相同而统一社会信用代码不同，待人工核实",
            HeldReason::Identity(Doubt::OrganisationNameDisagrees) => "组织机构代码相同而名称不一致，待人工核实",
            HeldReason::Identity(Doubt::RegistrationNameDisagrees) => "工商注册号相同而名称不一致，待人工核实",
            HeldReason::Identity(Doubt::CodesContradict) => "工商注册号与名称相同而其他代码不一致，待人工核实",
            HeldReason::Identity(Doubt::InnerCheckFailed) => "统一社会信用代码的主体标识码校验不符，待人工核实",
            HeldReason::Identity(Doubt::NameAlike) => {
                "名称除组织形式、括号或分支机构外相同，不能确认为同一主体，待人工核实"
            }
        }
    }
}

/// What the comparison finds about one entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The red stands.
    FinalRed,
    /// The black stands; comparison never removes it.
    FinalBlack,
    /// The red falls.
    Removed {
        /// By which clause.
        rule: Rule,
        /// With which exit code.
        exit: Exit,
        /// Both were recognised on one day; the black outweighs (AMB-08).
        tie: bool,
        /// The black that caused it.
        cause: CaseId,
    },
    /// The red waits for a person.
    Held {
        /// Why.
        reason: HeldReason,
        /// The black it may conflict with.
        with: Option<CaseId>,
    },
    /// Its validity has ended.
    Expired,
    /// It left by decision.
    Exited,
}

impl Outcome {
    /// Its stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Outcome::FinalRed => "FINAL_RED",
            Outcome::FinalBlack => "FINAL_BLACK",
            Outcome::Removed { .. } => "REMOVED_BY_COMPARISON",
            Outcome::Held { .. } => "HELD",
            Outcome::Expired => "EXPIRED",
            Outcome::Exited => "EXITED",
        }
    }

    /// The black entry that removed or holds the red.
    pub fn cause(&self) -> Option<&CaseId> {
        match self {
            Outcome::Removed { cause, .. } => Some(cause),
            Outcome::Held { with, .. } => with.as_ref(),
            Outcome::FinalRed | Outcome::FinalBlack | Outcome::Expired | Outcome::Exited => None,
        }
    }

    /// Whether the entry stands on the final list. A HELD entry is neither added nor deleted, and an expired one keeps
    /// its row, since rows carry their dates and are not filtered by today.
    pub fn is_listed(&self, listed_before: bool) -> bool {
        match self {
            Outcome::FinalRed | Outcome::FinalBlack => true,
            Outcome::Removed { .. } | Outcome::Exited => false,
            Outcome::Held { .. } | Outcome::Expired => listed_before,
        }
    }
}

/// The compared facts of the black behind a removal or a HELD: all that a red's recogniser is told about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CauseFacts {
    /// By which key the two met.
    pub key: MatchKey,
    /// Why the match is uncertain; none where it is certain.
    pub doubt: Option<Doubt>,
    /// Red or black; always black today.
    pub kind: ListKind,
    /// Its department.
    pub department: Department,
    /// 文号.
    pub document_number: Option<String>,
    /// 认定日期.
    pub recognised_on: NaiveDate,
    /// First day of validity, where known.
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity, where known.
    pub valid_to: Option<NaiveDate>,
    /// Suspended by an appeal.
    pub under_appeal: bool,
}

impl CauseFacts {
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.byte(match self.key {
            MatchKey::Uscc => 1,
            MatchKey::OrganisationCode => 2,
            MatchKey::RegistrationNumber => 3,
            MatchKey::Name => 4,
            MatchKey::Ruling => 5,
            MatchKey::CitizenId => 6,
        });
        writer.byte(self.doubt.map_or(0, doubt_number));
        writer.kind(self.kind);
        writer.text(&self.department.0);
        writer.optional(self.document_number.as_ref(), |writer, number| writer.text(number));
        writer.date(self.recognised_on);
        writer.optional(self.valid_from, Writer::date);
        writer.optional(self.valid_to, Writer::date);
        writer.flag(self.under_appeal);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, RowDefect> {
        Ok(Self {
            key: match reader.byte("verdict.cause_facts.key")? {
                1 => MatchKey::Uscc,
                2 => MatchKey::OrganisationCode,
                3 => MatchKey::RegistrationNumber,
                4 => MatchKey::Name,
                5 => MatchKey::Ruling,
                6 => MatchKey::CitizenId,
                _ => return Err(RowDefect::malformed("verdict.cause_facts.key", "a match key, 1 to 6")),
            },
            doubt: read_doubt(reader, "verdict.cause_facts.doubt")?,
            kind: reader.kind("verdict.cause_facts.kind")?,
            department: reader.department("verdict.cause_facts.department")?,
            document_number: reader.optional("verdict.cause_facts.document_number", Reader::text)?.map(str::to_owned),
            recognised_on: reader.date("verdict.cause_facts.recognised_on")?,
            valid_from: reader.optional("verdict.cause_facts.valid_from", Reader::date)?,
            valid_to: reader.optional("verdict.cause_facts.valid_to", Reader::date)?,
            under_appeal: reader.flag("verdict.cause_facts.under_appeal")?,
        })
    }
}

/// The province's finding about one entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// The case.
    pub case: CaseId,
    /// What was found.
    pub outcome: Outcome,
    /// Version of the comparison rules.
    pub rule_version: u32,
    /// The legal day it was found for.
    pub as_of: NaiveDate,
    /// SHA-256 over exactly the compared facts: the entry's own and the disclosed ones of its cause.
    pub facts_hash: Digest,
    /// The disclosed facts of the cause, where there is one.
    pub cause_facts: Option<CauseFacts>,
}

impl Verdict {
    /// Whether it removes a red.
    pub fn is_removal(&self) -> bool {
        matches!(self.outcome, Outcome::Removed { .. })
    }

    /// One spelling of the verdict.
    ///
    /// Case, outcome (one byte and its fields), rule version, day, facts hash, cause facts.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    /// Reads what [`Verdict::canonical_bytes`] wrote; refuses every other spelling.
    pub fn decode(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(bytes);
        let verdict = Self::read(&mut reader)?;
        reader.finish("verdict")?;
        Ok(verdict)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.case(&self.case);
        write_outcome(&self.outcome, writer);
        writer.number(u64::from(self.rule_version));
        writer.date(self.as_of);
        writer.digest(&self.facts_hash);
        writer.optional(self.cause_facts.as_ref(), |writer, facts| facts.write(writer));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, RowDefect> {
        Ok(Self {
            case: reader.case("verdict.case")?,
            outcome: read_outcome(reader)?,
            rule_version: reader
                .number("verdict.rule_version")?
                .try_into()
                .map_err(|_| RowDefect::malformed("verdict.rule_version", "a 32-bit number"))?,
            as_of: reader.date("verdict.as_of")?,
            facts_hash: reader.digest("verdict.facts_hash")?,
            cause_facts: reader.optional("verdict.cause_facts", |reader, _| CauseFacts::read(reader))?,
        })
    }
}

fn write_outcome(outcome: &Outcome, writer: &mut Writer) {
    match outcome {
        Outcome::FinalRed => writer.byte(1),
        Outcome::FinalBlack => writer.byte(2),
        Outcome::Removed { rule, exit, tie, cause } => {
            writer.byte(3);
            writer.byte(match rule {
                Rule::X1 => 1,
                Rule::X2 => 2,
            });
            writer.byte(match exit {
                Exit::Rx1 => 1,
                Exit::Rx7 => 7,
            });
            writer.flag(*tie);
            writer.case(cause);
        }
        Outcome::Held { reason, with } => {
            writer.byte(4);
            writer.byte(match reason {
                HeldReason::UnderAppeal => 0,
                HeldReason::Identity(doubt) => doubt_number(*doubt),
            });
            writer.optional(with.as_ref(), Writer::case);
        }
        Outcome::Expired => writer.byte(5),
        Outcome::Exited => writer.byte(6),
    }
}

fn read_outcome(reader: &mut Reader<'_>) -> Result<Outcome, RowDefect> {
    Ok(match reader.byte("verdict.outcome")? {
        1 => Outcome::FinalRed,
        2 => Outcome::FinalBlack,
        3 => Outcome::Removed {
            rule: match reader.byte("verdict.outcome.rule")? {
                1 => Rule::X1,
                2 => Rule::X2,
                _ => return Err(RowDefect::malformed("verdict.outcome.rule", "1 (X1) or 2 (X2)")),
            },
            exit: match reader.byte("verdict.outcome.exit")? {
                1 => Exit::Rx1,
                7 => Exit::Rx7,
                _ => return Err(RowDefect::malformed("verdict.outcome.exit", "1 (RX-1) or 7 (RX-7)")),
            },
            tie: reader.flag("verdict.outcome.tie")?,
            cause: reader.case("verdict.outcome.cause")?,
        },
        4 => Outcome::Held {
            reason: match read_doubt(reader, "verdict.outcome.reason")? {
                None => HeldReason::UnderAppeal,
                Some(doubt) => HeldReason::Identity(doubt),
            },
            with: reader.optional("verdict.outcome.with", Reader::case)?,
        },
        5 => Outcome::Expired,
        6 => Outcome::Exited,
        _ => return Err(RowDefect::malformed("verdict.outcome", "an outcome, 1 to 6")),
    })
}

fn doubt_number(doubt: Doubt) -> u8 {
    match doubt {
        Doubt::NameOnly => 1,
        Doubt::TwoUsccs => 2,
        Doubt::OrganisationNameDisagrees => 3,
        Doubt::RegistrationNameDisagrees => 4,
        Doubt::CodesContradict => 5,
        Doubt::InnerCheckFailed => 6,
        Doubt::NameAlike => 7,
    }
}

fn read_doubt(reader: &mut Reader<'_>, field: &'static str) -> Result<Option<Doubt>, RowDefect> {
    Ok(match reader.byte(field)? {
        0 => None,
        1 => Some(Doubt::NameOnly),
        2 => Some(Doubt::TwoUsccs),
        3 => Some(Doubt::OrganisationNameDisagrees),
        4 => Some(Doubt::RegistrationNameDisagrees),
        5 => Some(Doubt::CodesContradict),
        6 => Some(Doubt::InnerCheckFailed),
        7 => Some(Doubt::NameAlike),
        _ => return Err(RowDefect::malformed(field, "a doubt, 0 to 7")),
    })
}
