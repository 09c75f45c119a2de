//! What an officer wants a file to be taken in as.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::list::{CriterionCode, Department, ListKind};
use honghei_domain::node::NodeId;
use honghei_domain::policy::Attestable;

use crate::column::{Field, Mapping};

/// Whether rows become candidates of our own or entries of a department's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// 初选名单 of the importing node: criteria, facts and, for black, document and repairability must be there.
    Candidates,
    /// Behaviour events of the importing node: penalties in the 双公示 layouts, inspections, commendations.
    Events,
    /// A department's list at the province: whatever the department publishes, but every column must be known.
    Feed,
}

/// Everything that decides how a file is read besides the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Candidates or feed.
    pub purpose: Purpose,
    /// Red or black.
    pub kind: ListKind,
    /// Whose list.
    pub department: Department,
    /// The importing node; drafts carry it with case number 0.
    pub origin: NodeId,
    /// The recognising organ where the file names none, such as 荆门市东宝区商务局 or 国家税务总局湖北省税务局.
    pub organ: String,
    /// Today for candidates; for a feed the day that the department states. No date of a row may lie after it, but for
    /// ends of validity, and a feed's row without a date of its own was recognised on it.
    pub as_of: NaiveDate,
    /// The criteria of this kind that the policy knows; `None` where any code is taken as it stands.
    pub criteria: Option<BTreeSet<CriterionCode>>,
    /// The subject classes that the policy knows, code and name; empty where any is taken as it stands.
    pub classes: BTreeMap<String, String>,
    /// What the policy lets candidates' sheets confirm in words; empty where it knows none.
    pub attestables: Vec<Attestable>,
    /// The policy's subject class for rows that name none, such as `a`; empty where each row must name it.
    pub subject_class: String,
    /// What the officer says about columns.
    pub mapping: Mapping,
}

impl Request {
    /// Candidates of a node's own, with nothing known but whose they are.
    pub fn candidates(kind: ListKind, department: Department, origin: NodeId, organ: &str, as_of: NaiveDate) -> Self {
        Self {
            purpose: Purpose::Candidates,
            kind,
            department,
            origin,
            organ: organ.to_owned(),
            as_of,
            criteria: None,
            classes: BTreeMap::new(),
            attestables: Vec::new(),
            subject_class: String::new(),
            mapping: Mapping::default(),
        }
    }

    /// A department's feed.
    pub fn feed(kind: ListKind, department: Department, origin: NodeId, organ: &str, as_of: NaiveDate) -> Self {
        Self { purpose: Purpose::Feed, ..Self::candidates(kind, department, origin, organ, as_of) }
    }

    /// Behaviour events; the kind of list and the department mean nothing to them.
    pub fn events(origin: NodeId, organ: &str, as_of: NaiveDate) -> Self {
        let department = Department(String::new());
        Self { purpose: Purpose::Events, ..Self::candidates(ListKind::Black, department, origin, organ, as_of) }
    }

    /// Whether an unknown header refuses the file. An officer's own sheet may carry working columns; a feed that
    /// changes its layout must not lose a column unnoticed.
    pub(crate) fn columns_must_be_known(&self) -> bool {
        self.purpose == Purpose::Feed
    }

    /// The fields that must have a column; of each group any one.
    pub(crate) fn required(&self) -> Vec<&'static [Field]> {
        let mut required: Vec<&'static [Field]> = vec![&[Field::Name]];
        if self.purpose == Purpose::Feed {
            return required;
        }
        if self.purpose == Purpose::Events {
            required.extend([&[Field::IssuedOn] as &[Field], &[Field::DocumentNumber, Field::EventNature]]);
            return required;
        }
        required.extend([
            &[Field::Uscc, Field::TaxpayerNumber, Field::OrganisationCode, Field::RegistrationNumber] as &[Field],
            &[Field::Criteria],
            &[Field::Facts],
        ]);
        if self.subject_class.is_empty() {
            required.push(&[Field::SubjectClass]);
        }
        if self.kind == ListKind::Black {
            required.extend([
                &[Field::DocumentKind] as &[Field],
                &[Field::DocumentNumber, Field::CaseNumber],
                &[Field::DocumentIssuer],
                &[Field::IssuedOn],
                &[Field::EffectiveOn],
                &[Field::Repairable],
            ]);
        }
        required
    }
}
