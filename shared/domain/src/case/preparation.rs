//! What a recogniser does before it certifies: notice, publicity, statements.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::evidence::BehaviourEvent;
use crate::list::{NoticeRecord, ProcedureRecord, PublicityRecord, StatementRecord};
use crate::node::EntryRef;

/// A notice that was served.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// 告知方式.
    pub method: String,
    /// 送达日期.
    pub served_on: NaiveDate,
    /// 送达证明.
    pub proof: String,
}

/// The candidate's publicity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Publicity {
    /// The opening act.
    pub act: EntryRef,
    /// 公示渠道.
    pub channel: String,
    /// First day.
    pub opened_on: NaiveDate,
    /// Last day, 24:00.
    pub ends_on: NaiveDate,
    /// The day it was closed, once it was.
    pub closed_on: Option<NaiveDate>,
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Disposition {
    /// Whether it stands.
    pub adopted: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub decided_on: NaiveDate,
}

/// A statement or defence (F-05).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Statement {
    /// The receiving act.
    pub act: EntryRef,
    /// By whom.
    pub by: String,
    /// Facts, reasons, evidence.
    pub grounds: String,
    /// When.
    pub received_on: NaiveDate,
    /// What became of it.
    pub disposition: Option<Disposition>,
}

/// Everything that precedes recognition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Preparation {
    /// The first notice since the record last changed in substance.
    pub notice: Option<Notice>,
    /// The publicity since the record last changed in substance.
    pub publicity: Option<Publicity>,
    /// Every statement ever received, in order.
    pub statements: Vec<Statement>,
    /// The behaviour events to be counted at recognition; put here by whoever certifies.
    pub evidence: Vec<BehaviourEvent>,
}

impl Preparation {
    /// The oldest statement without a disposition.
    pub fn open_statement(&self) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.disposition.is_none())
    }

    /// The statement that an act received.
    pub fn statement(&self, act: &EntryRef) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.act == *act)
    }

    /// Whether the publicity ran its term and was closed.
    pub fn publicity_completed(&self) -> bool {
        self.publicity.as_ref().is_some_and(|publicity| publicity.closed_on.is_some())
    }

    /// The stage that this preparation amounts to.
    pub(super) fn stage(&self) -> Stage {
        if let Some(open) = self.open_statement() {
            return Stage::UnderVerification { statement: open.act.clone() };
        }
        match (&self.publicity, &self.notice) {
            (Some(Publicity { closed_on: Some(closed_on), .. }), _) => Stage::Publicised { closed_on: *closed_on },
            (Some(publicity), _) => Stage::InPublicity { publicity: publicity.act.clone(), ends_on: publicity.ends_on },
            (None, Some(notice)) => Stage::Noticed { served_on: notice.served_on },
            (None, None) => Stage::Candidate,
        }
    }

    /// The record that goes into the certified entry.
    pub(super) fn record(&self) -> ProcedureRecord {
        let closed = self.publicity.as_ref().filter(|publicity| publicity.closed_on.is_some());
        ProcedureRecord {
            notice: self.notice.as_ref().map(|notice| NoticeRecord {
                method: notice.method.clone(),
                served_on: notice.served_on,
                proof: notice.proof.clone(),
            }),
            publicity: closed.map(|publicity| PublicityRecord {
                channel: publicity.channel.clone(),
                opened_on: publicity.opened_on,
                ended_on: publicity.ends_on,
            }),
            statements: self.statements.iter().filter_map(disposed).collect(),
            evidence: self.evidence.clone(),
        }
    }
}

fn disposed(statement: &Statement) -> Option<StatementRecord> {
    let disposition = statement.disposition.as_ref()?;
    Some(StatementRecord { received_on: statement.received_on, reason: disposition.reason.clone() })
}
