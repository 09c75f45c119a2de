//! 季度红黑榜: made of the act that issued it and of nothing that happened since.

use honghei_documents::fields::{Bulletin, Fields, Ground, Listed, MAX_ROWS, Shown as Row};
use honghei_documents::{DocumentError, DocumentKind};
use honghei_domain::act::Act;
use honghei_domain::bulletin::{BulletinAct, BulletinRow, Posted, Quarter};
use honghei_domain::list::{ListKind, SubjectForm};
use honghei_domain::policy::Policy;
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::{Shown, Subject, act, not_yet, policy_named, refused};
use crate::context::Context;
use crate::desk::bulletin::rows;
use crate::error::CommandError;

/// The bulletin that an act issued.
pub(super) async fn bulletin(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let kind = DocumentKind::Bulletin;
    let Subject::Entry(at) = of else {
        return Err(not_yet(kind, "R-033", "季度红黑榜按发布记录制作，请写明记录，如110119-quality/1/40"));
    };
    let entry = act(tx, at).await?;
    let Act::Bulletin(BulletinAct::Issued(issued)) = entry.act() else {
        return Err(not_yet(kind, "R-033", "该记录没有发布季度红黑榜"));
    };
    let count = usize::try_from(issued.rows.count).unwrap_or(usize::MAX);
    if count > MAX_ROWS {
        return Err(refused(DocumentError::TooLong { found: count, most: MAX_ROWS }).into());
    }
    let incomplete = || Refusal::new("LIST_INCOMPLETE", "R-033", format!("季度红黑榜{at}尚未收全"));
    let posted = rows(tx, &issued.rows).await?.ok_or_else(incomplete)?;
    let policy = policy_named(cx, &entry.body.policy)?;
    let mut fields = Bulletin {
        year: issued.quarter.year(),
        quarter: issued.quarter.number(),
        as_of: issued.as_of,
        reds: Vec::new(),
        blacks: Vec::new(),
        left: Vec::new(),
    };
    for row in posted {
        let shown = Row { remark: remark(&row.posted, issued.quarter), subject: listed(&row, policy) };
        match (&row.posted, row.kind) {
            (Posted::Left { .. }, _) => fields.left.push(shown),
            (Posted::InForce { .. }, ListKind::Red) => fields.reds.push(shown),
            (Posted::InForce { .. }, ListKind::Black) => fields.blacks.push(shown),
        }
    }
    let (policy, dated_on) = (entry.body.policy.clone(), issued.issued_on);
    Ok(Shown { fields: Fields::Bulletin(fields), act: entry, policy, dated_on, part: None })
}

fn remark(posted: &Posted, quarter: Quarter) -> String {
    match posted {
        Posted::InForce { disputed: true, .. } => "异议处理中".to_owned(),
        Posted::InForce { validity, .. } if quarter.contains(validity.from) => "本季度列入".to_owned(),
        Posted::InForce { .. } => String::new(),
        Posted::Left { on, code } => format!("{on}退出（{code}）"),
    }
}

/// A row in the words of the policy it was issued under; it tells neither class nor facts.
fn listed(row: &BulletinRow, policy: &Policy) -> Listed {
    let ground = |code: &honghei_domain::list::CriterionCode| {
        let found = policy.criterion(code);
        Ground {
            code: code.0.clone(),
            text: found.map(|criterion| criterion.text.clone()).unwrap_or_default(),
            basis: found.map(|criterion| criterion.basis.clone()).unwrap_or_default(),
        }
    };
    Listed {
        case: row.case.to_string(),
        kind: row.kind,
        form: SubjectForm::OtherOrganisation,
        name: row.name.clone(),
        code: row.code.clone(),
        class: String::new(),
        facts: String::new(),
        grounds: row.criteria.iter().map(ground).collect(),
        document: None,
        repairability: None,
        recognised_on: row.recognised_on,
    }
}
