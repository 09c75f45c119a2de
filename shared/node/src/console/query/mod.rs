//! What the console shows: read from the store, put into the contract's rows.

mod asked;
mod attachments;
mod cases;
mod deadlines;
mod deliveries;
mod document;
mod reference;
mod report;
mod results;
mod signatures;
mod status;

pub(super) use asked::subject;

use honghei_domain::list::{EffectiveDocument, ListEntry, Repairability, Subject};
use honghei_domain::node::{LogId, Tier};
use honghei_proto::console::v1::*;
use honghei_registry::desk::delegations::{self, Standing};
use honghei_registry::desk::dossiers;

use super::{Desk, fields};
use crate::answer::{Answer, Class};
use crate::authority::{self, Guest};
use crate::chance;

/// Rows shown unless said otherwise, and at most.
const ROWS: u32 = 100;
const ROWS_MAX: u32 = 10_000;

/// Rebuilds tried while entries keep arriving.
const REBUILD_TRIES: u32 = 5;

/// How many rows a request asks for.
fn limit_of(asked: u32, usual: u32) -> u32 {
    if asked == 0 { usual } else { asked.min(ROWS_MAX) }
}

/// A subject's public identifier.
fn identifier_of(subject: &Subject) -> String {
    let uscc = subject.uscc.as_ref().map(ToString::to_string);
    let organisation = || subject.organisation_code.as_ref().map(ToString::to_string);
    let registration = || subject.registration_number.as_ref().map(ToString::to_string);
    uscc.or_else(organisation).or_else(registration).unwrap_or_default()
}

fn document_of(document: Option<&EffectiveDocument>) -> String {
    let one = |document: &EffectiveDocument| {
        let appeal = if document.under_appeal { "，正在复议或诉讼" } else { "" };
        format!(
            "{}《{}》（{}，{}生效{appeal}）",
            document.issuer, document.number, document.kind, document.effective_on
        )
    };
    document.map(one).unwrap_or_default()
}

fn repairability_of(repairability: Option<&Repairability>) -> String {
    match repairability {
        None => String::new(),
        Some(Repairability::Repairable { method }) => format!("可修复：{method}"),
        Some(Repairability::Irreparable { legal_basis }) => format!("不得修复：{legal_basis}"),
    }
}

fn criteria_of(entry: &ListEntry) -> Vec<String> {
    entry.criteria.iter().map(|criterion| criterion.0.clone()).collect()
}

impl Desk {
    pub(super) async fn list_officers(&self) -> Result<ListOfficersResponse, Answer> {
        let mut tx = self.read().await?;
        let mut officers = Vec::new();
        for row in tx.officers(None).await? {
            let Standing { officer, delegations, .. } = delegations::standing(&row)?;
            officers.push(OfficerRow {
                delegations: delegations.iter().map(delegations::delegation_zh).collect(),
                node: row.node.to_string(),
                id: row.id,
                name: officer.name,
                title: officer.title,
                roles: officer.roles.into_iter().map(|role| fields::role_name(role).to_owned()).collect(),
                certified: row.certified,
            });
        }
        Ok(ListOfficersResponse { officers })
    }

    pub(super) async fn list_petitions(&self) -> Result<ListPetitionsResponse, Answer> {
        let mut tx = self.read().await?;
        let mut petitions = Vec::new();
        for row in tx.petitions(None).await? {
            let body = dossiers::petition_body(&row)?;
            petitions.push(PetitionRow {
                entry: row.at.to_string(),
                case_id: row.case.to_string(),
                kind: if body.list.is_some() { "objection" } else { "statement" }.to_owned(),
                by: body.by,
                grounds: body.grounds,
                received_on: body.received_on.to_string(),
            });
        }
        Ok(ListPetitionsResponse { petitions })
    }

    pub(super) async fn verify(&self) -> Result<VerifyResponse, Answer> {
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let found = honghei_registry::verify::verify(&mut *tx, &cx).await?;
        let sound = found.iter().all(honghei_registry::verify::Finding::is_sound);
        let finding = |finding: honghei_registry::verify::Finding| VerifyFinding {
            defect: match finding.defect_count {
                0 => String::new(),
                count => format!("{count}处：{}", finding.defects.join("；")),
            },
            check: finding.check,
            count: finding.count,
        };
        Ok(VerifyResponse { findings: found.into_iter().map(finding).collect(), sound })
    }

    pub(super) async fn rebuild(&self) -> Result<RebuildResponse, Answer> {
        let mut tries = 1;
        loop {
            let now = self.now()?;
            // What has arrived and is not folded yet, or waits for its sweep, would make an honest difference.
            self.rest(now).await?;
            let (held, before) = self.projections().await?;
            let entries = self.engine().rebuild(now).await?;
            // What a sweep keeps without an act, such as comparisons not yet published, comes back with the next one.
            self.rest(now).await?;
            let (held_since, after) = self.projections().await?;
            self.parts.pulse.beat();
            if before != after && held != held_since && tries < REBUILD_TRIES {
                // So would what arrived meanwhile.
                tries += 1;
                continue;
            }
            if before != after {
                tracing::error!(before, after, "a rebuild came out otherwise than the projections it replaced");
            }
            return Ok(RebuildResponse { entries, before, after });
        }
    }

    /// Folds and sweeps until nothing moves.
    async fn rest(&self, now: honghei_registry::context::Now) -> Result<(), Answer> {
        while self.engine().fold(now).await? + self.engine().tick(now).await? > 0 {}
        Ok(())
    }

    /// How far every log is held and folded (a chunk may have been missing), and the digest of everything folded.
    async fn projections(&self) -> Result<(Vec<(LogId, u64, u64)>, String), Answer> {
        let mut tx = self.read().await?;
        let held = tx.heads().await?.into_iter().map(|head| (head.log, head.size, head.interpreted)).collect();
        Ok((held, honghei_ledger::hex(&tx.projection_digest().await?)))
    }

    pub(super) async fn invite(&self, asked: InviteRequest) -> Result<InviteResponse, Answer> {
        let Some(admission) = &self.parts.admission else { return Err(authority::locked()) };
        let now = self.now()?;
        let days = if asked.valid_days == 0 { authority::INVITATION_DAYS } else { asked.valid_days };
        if days > authority::INVITATION_DAYS_MAX {
            let message = format!("邀请最多有效{}天", authority::INVITATION_DAYS_MAX);
            return Err(Answer::field("valid_days", message));
        }
        let guest = guest_of(asked, now.today, days)?;
        let mut rng = chance::generator()?;
        Ok(InviteResponse { invitation: admission.invite(now, guest, &mut rng).await? })
    }
}

fn guest_of(asked: InviteRequest, today: chrono::NaiveDate, days: u32) -> Result<Guest, Answer> {
    let department = fields::department(&asked.department)?;
    let node = fields::node("region", &format!("{}-{}", asked.region.trim(), department.0))?;
    let mut departments = vec![department];
    for further in &asked.departments {
        let further = fields::department(further)?;
        if !departments.contains(&further) {
            departments.push(further);
        }
    }
    let tier: Tier = fields::tier(&asked.tier)?;
    let parent_address = fields::text("parent_address", &asked.parent_address)?;
    if parent_address.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err()) {
        return Err(Answer::field("parent_address", "parent_address 应写作 主机:端口"));
    }
    let expires_on = today.checked_add_days(chrono::Days::new(days.into()));
    let expires_on = expires_on.ok_or_else(|| Answer::new(Class::Usage, "FIELD_VALID_DAYS", "有效期超出历法"))?;
    Ok(Guest {
        node,
        name: fields::text("name", &asked.name)?,
        tier,
        departments,
        parent: fields::node("parent", &asked.parent)?,
        parent_address,
        expires_on,
    })
}
