//! Where a list stands, read from the facts in its dossier.

use chrono::NaiveDate;

use super::{BodyApproval, Dossier};
use crate::policy::Reviewer;

/// The stage of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DossierStage {
    /// 已认定: the recogniser's head signed.
    Certified,
    /// 集体审查未通过: the body voted it down; its cases may be corrected and certified anew.
    Disapproved,
    /// 已申报.
    Declared,
    /// 申报被退: refused whole by the reviewer's node; may be declared again.
    Refused,
    /// 审核中: D-02 runs.
    Received {
        /// Last day of the review.
        due_on: NaiveDate,
    },
    /// 待签署: reviewed; D-02 still runs (AMB-03).
    Reviewed {
        /// Last day of the review.
        due_on: NaiveDate,
    },
    /// 已签署: the reviewer's head signed; publicity follows unless waived.
    Signed,
    /// 公示中.
    InPublicity {
        /// Last day, 24:00.
        ends_on: NaiveDate,
    },
    /// 公示期满.
    Publicised,
    /// 已上报.
    Reported,
    /// 办结: no case is left to report.
    Closed,
}

impl DossierStage {
    /// The stable name, as stored and counted.
    pub fn as_str(self) -> &'static str {
        match self {
            DossierStage::Certified => "certified",
            DossierStage::Disapproved => "disapproved",
            DossierStage::Declared => "declared",
            DossierStage::Refused => "refused",
            DossierStage::Received { .. } => "received",
            DossierStage::Reviewed { .. } => "reviewed",
            DossierStage::Signed => "signed",
            DossierStage::InPublicity { .. } => "in_publicity",
            DossierStage::Publicised => "publicised",
            DossierStage::Reported => "reported",
            DossierStage::Closed => "closed",
        }
    }

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            DossierStage::Certified => "已认定",
            DossierStage::Disapproved => "集体审查未通过",
            DossierStage::Declared => "已申报",
            DossierStage::Refused => "申报被退",
            DossierStage::Received { .. } => "审核中",
            DossierStage::Reviewed { .. } => "待签署",
            DossierStage::Signed => "已签署",
            DossierStage::InPublicity { .. } => "公示中",
            DossierStage::Publicised => "公示期满",
            DossierStage::Reported => "已上报",
            DossierStage::Closed => "办结",
        }
    }
}

pub(super) fn stage(dossier: &Dossier) -> DossierStage {
    if dossier.report.is_some() {
        return DossierStage::Reported;
    }
    if let BodyApproval::Refused { .. } = dossier.approval {
        return DossierStage::Disapproved;
    }
    let decided = dossier.signature.is_some() || dossier.reviewer == Reviewer::Nobody;
    if decided && dossier.is_empty() {
        return DossierStage::Closed;
    }
    if let Some(publicity) = &dossier.publicity {
        return match publicity.closed_on {
            Some(_) => DossierStage::Publicised,
            None => DossierStage::InPublicity { ends_on: publicity.ends_on },
        };
    }
    if dossier.signature.is_some() {
        return DossierStage::Signed;
    }
    match (&dossier.declaration, &dossier.refusal, &dossier.receipt) {
        (Some(_), None, Some(receipt)) if dossier.review.is_some() => DossierStage::Reviewed { due_on: receipt.due_on },
        (Some(_), None, Some(receipt)) => DossierStage::Received { due_on: receipt.due_on },
        (Some(_), Some(_), _) => DossierStage::Refused,
        (Some(_), None, None) => DossierStage::Declared,
        (None, _, _) => DossierStage::Certified,
    }
}
