//! Documents of the way onto a list.

use std::collections::BTreeSet;

use honghei_documents::DocumentKind;
use honghei_documents::fields::{
    Exception, Fields, Listed, MAX_ROWS, Notice, Publicity, Recognition, Return, Review, Service, Stage,
};
use honghei_domain::act::{Act, PublicityOf, ReviewDecision};
use honghei_domain::calendar::{CountStartDay, Term};
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{CaseId, CaseSet};
use honghei_domain::node::NodeId;
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::{Shown, Subject, act, last_step, list_of, listed, not_yet, organ, policy_named, signer};
use crate::context::Context;
use crate::desk::dossiers;
use crate::desk::recognition::read_case;
use crate::error::CommandError;
use crate::view;

/// 告知书 of a case: shows the act that holds its record, so that it can be printed before it is served.
pub(super) async fn notice(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let Subject::Case(id) = of else {
        return Err(not_yet(DocumentKind::Notice, "R-022", "告知书按案件制作，请写明案件，如420802-commerce#17"));
    };
    let unknown = || Refusal::new("CASE_UNKNOWN", "R-022", format!("本节点没有案件{id}"));
    let case = view::case_of(tx, id).await?.ok_or_else(unknown)?;
    let record = last_step(tx, cx, id, &["records-collected", "entries-corrected"]).await?;
    let recorded = || not_yet(DocumentKind::Notice, "R-022", "本节点没有该案件的采集记录");
    let recorded = act(tx, &record.ok_or_else(recorded)?).await?;
    let policy = cx.reference.policy_of(&case.entry.department);
    let (name, policy) = policy.ok_or_else(|| not_yet(DocumentKind::Notice, "R-010", "没有适用的制度"))?;
    let service = match last_step(tx, cx, id, &["notice-served"]).await? {
        Some(at) => match act(tx, &at).await?.body.act {
            Act::NoticeServed { method, served_on, proof, .. } => Some(Service { method, served_on, proof }),
            _ => None,
        },
        None => None,
    };
    let count = if policy.terms.count_start_day { CountStartDay::Included } else { CountStartDay::Excluded };
    let days = policy.terms.statement_days;
    let until =
        |service: &Service| cx.reference.calendar.deadline(service.served_on, Term::WorkingDays(days), count).on;
    let dated_on = service.as_ref().map_or(cx.now.today, |service| service.served_on);
    let fields = Fields::Notice(Notice {
        subject: Listed::of(&case.entry, policy),
        statement_days: days,
        statement_until: service.as_ref().map(until),
        service,
    });
    Ok(Shown { fields, act: recorded, policy: name.clone(), dated_on, part: Some(id.number) })
}

/// 公示: of candidates (by case or by the opening act), or of a reviewed list.
pub(super) async fn publicity(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let none = || not_yet(DocumentKind::Publicity, "R-023", "尚未开始公示");
    let at = match of {
        Subject::Case(id) => last_step(tx, cx, id, &["publicity-opened"]).await?.ok_or_else(none)?,
        Subject::Entry(at) => match dossiers::read(tx, at).await? {
            Some(dossier) => dossier.publicity.ok_or_else(none)?.act,
            None => at.clone(),
        },
    };
    let opened = act(tx, &at).await?;
    let Act::PublicityOpened { of, channel, opened_on, ends_on } = opened.act() else { return Err(none()) };
    let (stage, kind, subjects, policy) = match of {
        PublicityOf::Cases(cases) => {
            let (subjects, policy) = candidates(tx, cx, &at.log.node, cases).await?;
            let kind = subjects.first().map(|subject| subject.kind).ok_or_else(none)?;
            (Stage::Candidates, kind, subjects, policy)
        }
        PublicityOf::List(list) => {
            let dossier = dossiers::require(tx, list).await?;
            let policy = dossiers::policy_of(cx, &dossier)?;
            let excepted = excepted(&dossier);
            let subjects = listed(tx, list, policy, |entry| !excepted.contains(&entry.case.number)).await?;
            (Stage::Reviewed, dossier.kind, subjects, dossier.policy.clone())
        }
    };
    let fields = Fields::Publicity(Publicity {
        stage,
        kind,
        opened_on: *opened_on,
        ends_on: *ends_on,
        channel: channel.clone(),
        subjects,
    });
    let dated_on = *opened_on;
    Ok(Shown { fields, act: opened, policy, dated_on, part: None })
}

/// Candidates as their records stand, and the policy of the first.
async fn candidates(
    tx: &mut dyn Tx,
    cx: &Context,
    origin: &NodeId,
    cases: &CaseSet,
) -> Result<(Vec<Listed>, String), CommandError> {
    let mut subjects = Vec::new();
    let mut policy = String::new();
    for number in cases.iter().take(MAX_ROWS + 1) {
        let Some(row) = tx.case(&CaseId { origin: origin.clone(), number }).await? else { continue };
        let entry = read_case(&row)?.case.entry;
        let found = cx.reference.policy_of(&entry.department);
        let (name, rules) = found.ok_or_else(|| not_yet(DocumentKind::Publicity, "R-010", "没有适用的制度"))?;
        policy.clone_from(name);
        subjects.push(Listed::of(&entry, rules));
    }
    Ok((subjects, policy))
}

/// 认定意见书 of a list.
pub(super) async fn recognition(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let list = list_of(tx, of).await?;
    let certified = act(tx, &list).await?;
    let Act::ListCertified { kind, certified_on, opinion, .. } = certified.act() else {
        return Err(not_yet(DocumentKind::Recognition, "R-024", "该记录不是名单的认定"));
    };
    let policy = policy_named(cx, &certified.body.policy)?;
    let fields = Fields::Recognition(Recognition {
        kind: *kind,
        certified_on: *certified_on,
        opinion: opinion.clone(),
        signer: signer(tx, cx, &certified).await?,
        subjects: listed(tx, &list, policy, |_| true).await?,
    });
    let (policy, dated_on) = (certified.body.policy.clone(), *certified_on);
    Ok(Shown { fields, act: certified, policy, dated_on, part: None })
}

/// 审核意见 of a list, once its head signed.
pub(super) async fn review(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let list = list_of(tx, of).await?;
    let dossier = dossiers::require(tx, &list).await?;
    let unsigned = || not_yet(DocumentKind::Review, "R-026", "审核意见尚未签署");
    let (Some(declaration), Some(receipt), Some(review), Some(signature)) =
        (&dossier.declaration, &dossier.receipt, &dossier.review, &dossier.signature)
    else {
        return Err(unsigned());
    };
    let signed = act(tx, &signature.act).await?;
    let policy = dossiers::policy_of(cx, &dossier)?;
    let fields = Fields::Review(Review {
        kind: dossier.kind,
        recogniser: organ(cx, dossier.recogniser()),
        list: list.to_string(),
        declared_on: declaration.declared_on,
        received_on: receipt.received_on,
        count: dossier.count,
        exceptions: exceptions(tx, cx, &dossier).await?,
        opinion: review.opinion.clone(),
        signer: signer(tx, cx, &signed).await?,
        publicity_waived: signature.publicity_waived.clone(),
        publicity_days: policy.terms.review_publicity_days,
    });
    Ok(Shown { fields, act: signed, policy: dossier.policy.clone(), dated_on: signature.signed_on, part: None })
}

/// 补正通知 of a list: everything that was returned, at once (AMB-18).
pub(super) async fn returned(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let list = list_of(tx, of).await?;
    let dossier = dossiers::require(tx, &list).await?;
    let (Some(receipt), Some(signature)) = (&dossier.receipt, &dossier.signature) else {
        return Err(not_yet(DocumentKind::Return, "AMB-18", "审核意见尚未签署"));
    };
    let mut returned = exceptions(tx, cx, &dossier).await?;
    returned.retain(|exception| exception.returned);
    if returned.is_empty() {
        return Err(not_yet(DocumentKind::Return, "AMB-18", "该名单没有退回补正的条目"));
    }
    let signed = act(tx, &signature.act).await?;
    let fields = Fields::Return(Return {
        kind: dossier.kind,
        recogniser: organ(cx, dossier.recogniser()),
        list: list.to_string(),
        received_on: receipt.received_on,
        returned,
        signer: signer(tx, cx, &signed).await?,
    });
    Ok(Shown { fields, act: signed, policy: dossier.policy.clone(), dated_on: signature.signed_on, part: None })
}

/// Cases that the review did not approve, by number.
fn excepted(dossier: &Dossier) -> BTreeSet<u64> {
    dossier.rejected_rows.keys().chain(dossier.exceptions.keys()).copied().collect()
}

/// What a review did not approve: refused rows count as rejected, and say their reason.
async fn exceptions(tx: &mut dyn Tx, cx: &Context, dossier: &Dossier) -> Result<Vec<Exception>, CommandError> {
    let excepted = excepted(dossier);
    let policy = dossiers::policy_of(cx, dossier)?;
    let named = listed(tx, &dossier.list, policy, |entry| excepted.contains(&entry.case.number)).await?;
    let exception = |number: u64| {
        let case = CaseId { origin: dossier.recogniser().clone(), number }.to_string();
        let name = named.iter().find(|listed| listed.case == case).map(|listed| listed.name.clone());
        let (returned, reasons) = match (dossier.exceptions.get(&number), dossier.rejected_rows.get(&number)) {
            (Some(ReviewDecision::Return { defects }), _) => (true, defects.clone()),
            (Some(ReviewDecision::Reject { reason }), _) => (false, vec![reason.clone()]),
            (None, row) => (false, row.map(|row| row.reason.clone()).into_iter().collect()),
        };
        Exception { case, name: name.unwrap_or_default(), returned, reasons }
    };
    Ok(excepted.iter().copied().map(exception).collect())
}
