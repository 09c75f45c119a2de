//! Documents of what follows a listing.

use honghei_documents::DocumentKind;
use honghei_documents::fields::{ExitAnnouncement, Fields, Filing, Listed, ObjectionResult, RepairDecision};
use honghei_domain::act::Act;
use honghei_domain::list::{CaseId, ListEntry};
use honghei_domain::listing::Departure;
use honghei_domain::policy::{Announcement, ExitCode, Policy};
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::{Shown, Subject, act, last_step, not_yet, organ, signer};
use crate::context::Context;
use crate::desk::dossiers;
use crate::desk::listing::view::channels_before;
use crate::desk::listing::{departures, entry_of, listing};
use crate::error::CommandError;

/// The case that is meant, its listed record and the policy it follows.
async fn record<'a>(
    tx: &mut dyn Tx,
    cx: &'a Context,
    kind: DocumentKind,
    of: &Subject,
) -> Result<(CaseId, ListEntry, &'a String, &'a Policy), CommandError> {
    let Subject::Case(id) = of else {
        let how = format!("{}按案件制作，请写明案件，如420802-commerce#17", kind.zh());
        return Err(not_yet(kind, "F-09", &how));
    };
    let unknown = || Refusal::new("CASE_UNKNOWN", "F-09", format!("本节点没有案件{id}的认定记录"));
    let entry = entry_of(tx, id).await?.ok_or_else(unknown)?;
    let policy = cx.reference.policy_of(&entry.department);
    let (name, policy) = policy.ok_or_else(|| not_yet(kind, "R-010", "没有适用的制度"))?;
    Ok((id.clone(), entry, name, policy))
}

/// 异议处理结果: after listing as decided, during publicity as the recogniser found (F-09, AMB-16).
pub(super) async fn objection(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let kind = DocumentKind::Objection;
    let (id, entry, name, policy) = record(tx, cx, kind, of).await?;
    let subject = Listed::of(&entry, policy);
    let befell = listing(tx, &id).await?;
    let decided =
        befell.disputes.values().filter_map(|dispute| dispute.decision.as_ref().map(|found| (dispute, found)));
    if let Some((dispute, found)) = decided.max_by_key(|(_, found)| (found.on, &found.act)) {
        let act = act(tx, &found.act).await?;
        let fields = Fields::Objection(ObjectionResult {
            subject,
            objector: dispute.by.clone(),
            received_on: dispute.received_on,
            grounds: dispute.grounds.clone(),
            verifier: organ(cx, &id.origin),
            upheld: found.stands,
            reason: found.reason.clone(),
            correction: found.stands.then(|| "本机关自作出本结果之日起更正相关信息，并在原发布渠道告知。".to_owned()),
            signer: signer(tx, cx, &act).await?,
        });
        return Ok(Shown { fields, act, policy: name.clone(), dated_on: found.on, part: Some(id.number) });
    }
    let verified = last_step(tx, cx, &id, &["objection-verified"]).await?;
    let none = || not_yet(kind, "F-09", "该案件没有已处理的异议");
    let found = act(tx, &verified.ok_or_else(none)?).await?;
    let Act::ObjectionVerified { objection, upheld, reason, verified_on, .. } = found.act() else { return Err(none()) };
    let mut received = None;
    for list in dossiers::lists_of_case(tx, &id).await? {
        if let Some(dossier) = dossiers::read(tx, &list).await? {
            received = received.or_else(|| dossier.objections.get(objection).cloned());
        }
    }
    let received = received.ok_or_else(none)?;
    let fields = Fields::Objection(ObjectionResult {
        subject,
        objector: received.by,
        received_on: received.received_on,
        grounds: received.grounds,
        verifier: organ(cx, &id.origin),
        upheld: *upheld,
        reason: reason.clone(),
        correction: upheld.then(|| "该条目不再列入，公示内容予以更正。".to_owned()),
        signer: signer(tx, cx, &found).await?,
    });
    let dated_on = *verified_on;
    Ok(Shown { fields, act: found, policy: name.clone(), dated_on, part: Some(id.number) })
}

/// 修复决定: of the last decided application (BX-1).
pub(super) async fn repair(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let kind = DocumentKind::Repair;
    let (id, entry, name, policy) = record(tx, cx, kind, of).await?;
    let befell = listing(tx, &id).await?;
    let decided = befell.repairs.values().filter_map(|repair| repair.decision.as_ref().map(|found| (repair, found)));
    let last = decided.max_by_key(|(_, found)| (found.on, &found.act));
    let (repair, found) = last.ok_or_else(|| not_yet(kind, "BX-1", "该案件没有已决定的修复申请"))?;
    let act = act(tx, &found.act).await?;
    let fields = Fields::Repair(RepairDecision {
        subject: Listed::of(&entry, policy),
        applied_on: repair.received_on,
        granted: found.stands,
        reason: found.reason.clone(),
        exit_on: found.stands.then_some(found.on).and_then(|day| day.succ_opt()),
        signer: signer(tx, cx, &act).await?,
    });
    Ok(Shown { fields, act, policy: name.clone(), dated_on: found.on, part: Some(id.number) })
}

/// The last exit of a case from the list it publicly stood on.
async fn departure_of(tx: &mut dyn Tx, kind: DocumentKind, id: &CaseId) -> Result<Departure, CommandError> {
    let left = departures(tx, Some(&id.origin)).await?.into_iter().filter(|one| one.cases.contains(id.number));
    let last = left.max_by_key(|one| (one.decided_on, one.place.act.clone()));
    last.ok_or_else(|| not_yet(kind, "R-042", "该案件没有退出公开名单的记录"))
}

/// 退出公告, in the way the policy announces that exit: a neutral one says nothing of list, facts or reason.
pub(super) async fn exit(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let kind = DocumentKind::Exit;
    let (id, entry, name, policy) = record(tx, cx, kind, of).await?;
    let departure = departure_of(tx, kind, &id).await?;
    let channels = channels_before(tx, cx, &id.origin, departure.decided_on).await?;
    let mut channels: Vec<String> = departure.missing_channels(policy, &channels);
    channels.extend(departure.announcements.values().map(|told| told.channel.clone()));
    channels.sort();
    channels.dedup();
    let subject = Listed::of(&entry, policy);
    let exit_on = departure.decided_on;
    let act = act(tx, &departure.place.act).await?;
    let signer = signer(tx, cx, &act).await?;
    let announcement = match departure.announcement(policy) {
        Announcement::None => return Err(not_yet(kind, "RX-7", "该条目从未公开，退出无需公告")),
        Announcement::Neutral => ExitAnnouncement::Neutral {
            name: subject.name,
            code: subject.code,
            exit_on,
            channels,
            at_own_request: departure.code == "RX-3",
            signer,
        },
        Announcement::Plain => ExitAnnouncement::Plain {
            subject: Box::new(subject),
            exit_on,
            reason: reason_of(policy, &departure),
            code: departure.code.clone(),
            channels,
            signer,
        },
    };
    let fields = Fields::Exit(announcement);
    Ok(Shown { fields, act, policy: name.clone(), dated_on: exit_on, part: Some(id.number) })
}

/// 退出备案表: of the filing once it was made, else of the exit that is to be filed (F-13, D-06, D-07).
pub(super) async fn filing(tx: &mut dyn Tx, cx: &Context, of: &Subject) -> Result<Shown, CommandError> {
    let kind = DocumentKind::Filing;
    let (id, entry, name, policy) = record(tx, cx, kind, of).await?;
    let departure = departure_of(tx, kind, &id).await?;
    if !departure.must_be_filed(policy) {
        return Err(not_yet(kind, "R-050", "按制度，此类退出无需备案"));
    }
    let filed = departure.filings.iter().min_by_key(|(at, filing)| (filing.on, (*at).clone()));
    let recipient = filed.map(|(_, filing)| organ(cx, &filing.to));
    let above = || cx.root().map(|root| organ(cx, root)).unwrap_or_default();
    let receipt = departure.receipts.values().find(|receipt| departure.filings.contains_key(&receipt.filing));
    let act = act(tx, filed.map_or(&departure.place.act, |(at, _)| at)).await?;
    let signer = match filed {
        Some(_) => signer(tx, cx, &act).await?,
        None => String::new(),
    };
    let fields = Fields::Filing(Filing {
        subject: Listed::of(&entry, policy),
        recogniser: organ(cx, &id.origin),
        code: departure.code.clone(),
        reason: reason_of(policy, &departure),
        exit_on: departure.decided_on,
        recipient: recipient.unwrap_or_else(above),
        due_on: departure.filing_due(policy, &cx.reference.calendar).on,
        filed_on: filed.map(|(_, filing)| filing.on),
        receipt: receipt.map(|receipt| receipt.number.clone()),
        signer,
    });
    let dated_on = filed.map_or(cx.now.today, |(_, filing)| filing.on);
    Ok(Shown { fields, act, policy: name.clone(), dated_on, part: Some(id.number) })
}

fn reason_of(policy: &Policy, departure: &Departure) -> String {
    let rule = ExitCode::parse(&departure.code).and_then(|code| policy.exit(code));
    rule.map(|rule| rule.text.clone()).unwrap_or_default()
}
