//! The head's signature under a list, its declaration, and the answer to an objection.

use chrono::NaiveDate;
use honghei_codec::list::{build_list, encode_entry};
use honghei_domain::act::{Act, Ballot, Officer, OfficerId};
use honghei_domain::attachment::{self, Attachment};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::case::{CaseCommand, Stage};
use honghei_domain::dossier::{Dossier, DossierCommand};
use honghei_domain::list::{AttachmentRef, CaseSet, Digest, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, permitted, separate};
use honghei_domain::policy::Reviewer;
use honghei_domain::refusal::{Decided, Refusal};
use honghei_ledger::sha256;
use honghei_store::Tx;

use super::cases::pages;
use super::{evidence, prepare};
use crate::command::Adoption;
use crate::context::Context;
use crate::desk::{Proposed, dossiers, members};
use crate::engine::draft_under;
use crate::error::{CommandError, Fault};
use crate::matching;

/// Cases that are left out of a list and named with what keeps them from it.
const HINDRANCES: usize = 3;

/// Drafts the certification of every certifiable case of a kind, or of exactly the named ones.
pub async fn certify(
    tx: &mut dyn Tx,
    cx: &Context,
    officer: &Officer,
    kind: ListKind,
    cases: Option<&CaseSet>,
    opinion: &str,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let place = dossiers::next_place(tx, cx).await?;
    let second_approver = second_approver(tx, cx, officer).await?;
    let named = cases.cloned().unwrap_or_default();
    let mut entries: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut hands: Vec<(Action, OfficerId)> = Vec::new();
    let mut documents: Vec<AttachmentRef> = Vec::new();
    let mut persons: Vec<Digest> = Vec::new();
    // What keeps prepared cases from this list: how many, and the first few in words.
    let (mut left_out, mut hindrances) = (0_u64, Vec::new());
    let mut department = None;
    let mut policy_name = String::new();
    let mut after = named.0.first().map_or(0, |(first, _)| first.saturating_sub(1));
    loop {
        let (page, next) = pages(tx, cx.me(), &named, after).await?;
        for stored in page {
            if stored.case.entry.kind != kind {
                if named.is_empty() {
                    continue;
                }
                let sentence = format!("{}不属于所选的名单类别", stored.case.id());
                return Err(Refusal::new("CASE_OTHER_KIND", "R-001", sentence).into());
            }
            if department.as_ref().is_some_and(|department| *department != stored.case.entry.department) {
                continue;
            }
            let case =
                if stored.case.stage.list().is_some() { prepare::folded(tx, &stored.case).await? } else { stored.case };
            let policy = prepare::policy_of(cx, &case)?;
            // One list is certified under one version; cases pinned to another go onto the next list.
            if !policy_name.is_empty() && policy_name != policy.pin().to_string() {
                continue;
            }
            let case = evidence::attach(tx, cx, policy, case).await?;
            let surroundings = dossiers::surroundings(cx, policy, &place)?;
            let asked = CaseCommand::Certify { second_approver: second_approver.clone() };
            match case.decide(&asked, &surroundings) {
                Ok(Decided::Acts(_)) => {
                    department = Some(case.entry.department.clone());
                    policy_name = policy.pin().to_string();
                    entries.push((case.id().number, encode_entry(&case.certified_entry(cx.now.today))));
                    documents.extend(case.entry.attachments.iter().cloned());
                    persons.extend(matching::commitment_of(&case.entry));
                    hands.extend(stored.hands);
                    hands.sort();
                    hands.dedup();
                }
                Ok(Decided::AlreadyDone(_)) => {}
                Err(refusal) if !named.is_empty() => {
                    let zh = format!("{}：{}", case.id(), refusal.zh);
                    return Err(Refusal { zh, ..refusal }.into());
                }
                // Candidates of which the clerk expects nothing yet are many, and say nothing.
                Err(refusal) if is_prepared(&case.stage) => {
                    left_out += 1;
                    if hindrances.len() < HINDRANCES {
                        hindrances.push(format!("{}：{}（{}）", case.id(), refusal.zh, refusal.code));
                    }
                }
                Err(_) => {}
            }
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let Some(department) = department else {
        let reason = hindrances.first().map(|said| format!("；如{said}")).unwrap_or_default();
        return Err(Refusal::new("NOTHING_TO_CERTIFY", "R-024", format!("没有已具备认定条件的案件{reason}")).into());
    };
    separate(&hands, Action::Certify, &officer.id)?;
    let mut salt = || {
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        bytes
    };
    let mut list = build_list(&entries, &mut salt).map_err(Fault::unreadable("a list being certified"))?;
    let persons = matching::parts(tx, &persons).await?;
    list.manifest.persons = persons.iter().map(|part| sha256(part)).collect();
    let colour = match kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    };
    let mut summary = format!("认定{colour}{}条。认定意见：{opinion}", list.manifest.count);
    if left_out > 0 {
        let more = if left_out > hindrances.len() as u64 { "等" } else { "" };
        summary.push_str(&format!("。另有{left_out}条尚不具备认定条件，未列入：{}{more}", hindrances.join("；")));
    }
    let act = Act::ListCertified {
        kind,
        department,
        manifest: list.manifest.clone(),
        certified_on: cx.now.today,
        opinion: opinion.to_owned(),
    };
    let audience = Audience::of(Scope::Up);
    let priority = if kind == ListKind::Black { 0 } else { 10 };
    let draft = draft_under(cx, policy_name, act, audience.clone()).with_list(list, &audience, priority);
    let draft = draft.with_parts(persons, &audience, priority);
    let draft = draft.with_hands(hands).with_stored_files(&documents, &audience);
    Ok(Proposed { draft, summary })
}

/// Whether notice or publicity lies behind a case and nothing of it has been decided.
fn is_prepared(stage: &Stage) -> bool {
    matches!(stage, Stage::Noticed { .. } | Stage::Publicised { .. })
}

/// Somebody here, other than the head, who may approve entries under an open clause (SW-B-12).
async fn second_approver(tx: &mut dyn Tx, cx: &Context, head: &Officer) -> Result<Option<OfficerId>, Fault> {
    let tier = cx.tier()?;
    for row in tx.officers(Some(cx.me())).await? {
        let officer = members::read(&row)?;
        let approves = officer.roles.iter().any(|role| permitted(tier, *role, Action::ApproveOpenClause));
        if approves && officer.id != head.id {
            return Ok(Some(officer.id));
        }
    }
    Ok(None)
}

/// Drafts the declaration of a certified list; where nobody reviews, the report to the province itself.
pub async fn declare(
    tx: &mut dyn Tx,
    cx: &Context,
    list: &EntryRef,
    materials: &[Attachment],
) -> Result<Option<Proposed>, CommandError> {
    let dossier = dossiers::require(tx, list).await?;
    if dossier.recogniser() != cx.me() {
        return Err(Refusal::new("LIST_NOT_OWN", "R-025", format!("{list}不是本单位认定的名单")).into());
    }
    let named: Vec<AttachmentRef> = materials.iter().map(|file| file.reference.clone()).collect();
    attachment::check(&named).map_err(Refusal::from)?;
    let (asked, summary) = match &dossier.reviewer {
        Reviewer::Node(to) => (
            DossierCommand::Declare { materials: named },
            format!("向{to}申报名单{list}，共{}条，附材料{}件", dossier.count, materials.len()),
        ),
        Reviewer::Nobody if !materials.is_empty() => {
            let sentence = "该名单由本单位直接上报，没有申报环节；材料请以 attach 附于案件";
            return Err(Refusal::new("NO_REVIEWER", "R-031", sentence).into());
        }
        Reviewer::Nobody => (DossierCommand::Report, format!("向省级上报名单{list}，共{}条", dossier.count)),
    };
    let act = dossiers::decide(tx, cx, &dossier, &asked).await?;
    let draft = prepare::upward_draft(cx, act).with_files(materials, &Audience::of(Scope::Up));
    Ok(Some(Proposed { draft, summary }))
}

/// Drafts the record that a body approved a certified list; its members sign it (R-032, F-14).
pub async fn approve(
    tx: &mut dyn Tx,
    cx: &Context,
    list: &EntryRef,
    meeting: &str,
    held_on: NaiveDate,
    decision: &str,
) -> Result<Proposed, CommandError> {
    let dossier = dossiers::require(tx, list).await?;
    let asked = DossierCommand::Approve { meeting: meeting.to_owned(), held_on, decision: decision.to_owned() };
    let body = &dossiers::policy_of(cx, &dossier)?.approval.body;
    let summary = format!("{body}审查通过名单{list}，共{}条。{meeting}：{decision}", dossier.count);
    body_decides(tx, cx, &dossier, &asked, summary).await
}

/// Drafts the record that the body voted a certified list down; its members sign it (R-032, F-14).
pub async fn disapprove(
    tx: &mut dyn Tx,
    cx: &Context,
    list: &EntryRef,
    meeting: &str,
    held_on: NaiveDate,
    votes: Ballot,
    reason: &str,
) -> Result<Proposed, CommandError> {
    let dossier = dossiers::require(tx, list).await?;
    let (meeting, reason) = (meeting.to_owned(), reason.to_owned());
    let body = &dossiers::policy_of(cx, &dossier)?.approval.body;
    let said = votes.zh();
    let summary = format!("{body}审查未通过名单{list}，共{}条（{said}）。{meeting}：{reason}", dossier.count);
    let asked = DossierCommand::Disapprove { meeting, held_on, votes, reason };
    let proposed = body_decides(tx, cx, &dossier, &asked, summary).await?;
    let members = members_of_body(tx, cx).await?;
    if votes.cast() > members {
        let sentence = format!("表决票共{}张，而登记在册的{body}成员只有{members}人", votes.cast());
        return Err(Refusal::new("VOTES_TOO_MANY", "F-14", sentence).into());
    }
    Ok(proposed)
}

/// How many officers of this node vote in the body.
async fn members_of_body(tx: &mut dyn Tx, cx: &Context) -> Result<u32, Fault> {
    let tier = cx.tier()?;
    let mut members = 0;
    for row in tx.officers(Some(cx.me())).await? {
        let officer = members::read(&row)?;
        members += u32::from(officer.roles.iter().any(|role| permitted(tier, *role, Action::ApproveCollegially)));
    }
    Ok(members)
}

/// The record of what a body decided, for its members to sign: whoever collected one of these cases does not.
async fn body_decides(
    tx: &mut dyn Tx,
    cx: &Context,
    dossier: &Dossier,
    asked: &DossierCommand,
    summary: String,
) -> Result<Proposed, CommandError> {
    let act = dossiers::decide(tx, cx, dossier, asked).await?;
    let mut hands: Vec<(Action, OfficerId)> = Vec::new();
    let mut after = 0;
    loop {
        let (page, next) = pages(tx, cx.me(), &dossier.span, after).await?;
        hands.extend(page.into_iter().flat_map(|stored| stored.hands));
        hands.sort();
        hands.dedup();
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let draft = draft_under(cx, dossier.policy.clone(), act, Audience::of(Scope::Up)).with_hands(hands);
    Ok(Proposed { draft, summary })
}

/// Drafts the recogniser's answer to an objection.
pub async fn verify_objection(
    tx: &mut dyn Tx,
    cx: &Context,
    objection: &EntryRef,
    upheld: Adoption,
    reason: &str,
) -> Result<Option<Proposed>, CommandError> {
    let unknown = || Refusal::new("OBJECTION_UNKNOWN", "R-027", format!("没有收到异议{objection}"));
    let petition = tx.petition(objection).await?.ok_or_else(unknown)?;
    let list = dossiers::petition_body(&petition)?.list.ok_or_else(unknown)?;
    let dossier = dossiers::require(tx, &list).await?;
    let upheld = upheld == Adoption::Adopted;
    let asked = DossierCommand::VerifyObjection { objection: objection.clone(), upheld, reason: reason.to_owned() };
    let act = dossiers::decide(tx, cx, &dossier, &asked).await?;
    let finding = if upheld { "成立" } else { "不成立" };
    let summary = format!("核实对{}的异议：{finding}", petition.case);
    Ok(Some(Proposed { draft: prepare::upward_draft(cx, act), summary }))
}
