//! The state of the node at a glance.

use std::collections::BTreeMap;

use chrono::DateTime;
use honghei_domain::list::Digest;
use honghei_domain::node::{ClockClass, Tier};
use honghei_ledger::{Frontier, hex};
use honghei_link::Side;
use honghei_proto::console::v1::*;
use honghei_registry::context::Context;
use honghei_registry::desk::served;
use honghei_store::{HeadRow, Tx};

use super::Desk;
use crate::answer::Answer;

/// Incidents shown.
const INCIDENTS: u32 = 20;
/// Outstanding things counted up to this many: to count them is to read them.
const COUNTED_MAX: u32 = 1000;
/// Days a second-count divides into.
const DAY_SECONDS: i64 = 86_400;

impl Desk {
    pub(in crate::console) async fn status(&self) -> Result<GetStatusResponse, Answer> {
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let membership = &self.parts.membership;
        let latest = tx.latest_result().await?;
        let counts = latest.as_ref().map(served::counts).transpose()?.unwrap_or_default();
        let mut logs = Vec::new();
        for head in tx.heads().await? {
            logs.push(log_status(&mut *tx, &cx, &head).await?);
        }
        let mut dossiers: BTreeMap<String, u64> = BTreeMap::new();
        for row in tx.dossiers(None).await? {
            *dossiers.entry(row.stage).or_default() += 1;
        }
        let incidents = tx.incidents(INCIDENTS).await?.into_iter().map(|row| Incident {
            at: DateTime::from_timestamp_millis(row.at_ms).map(|at| at.to_rfc3339()).unwrap_or_default(),
            peer: row.peer,
            code: row.code,
            detail: row.detail,
        });
        let now_s = self.parts.clock.transport_ms().div_euclid(1000);
        Ok(GetStatusResponse {
            node: membership.node.to_string(),
            name: membership.name.clone(),
            tier: tier_name(membership.tier).to_owned(),
            federation: membership.federation.clone(),
            clock_class: match membership.clock_class {
                ClockClass::Real => "real",
                ClockClass::Simulated => "simulated",
            }
            .to_owned(),
            today: cx.now.today.to_string(),
            directory_version: cx.directory().version,
            logs,
            links: self.links(),
            result_version: latest.as_ref().map_or(0, |row| row.version),
            result_digest: latest.as_ref().map(|row| hex(&row.root)).unwrap_or_default(),
            result_published_on: latest.as_ref().map(|row| row.published_on.to_string()).unwrap_or_default(),
            cases: tx.case_counts(cx.me()).await?.into_iter().collect(),
            dossiers,
            waiting: tx.waiting().await?.len() as u64,
            marks: tx.mark_count().await?,
            wanted_chunks: tx.wants(COUNTED_MAX).await?.len() as u64,
            incidents: incidents.collect(),
            certificate_days_left: self
                .parts
                .certificate_expires_at
                .map_or(0, |expires_at| (expires_at - now_s).div_euclid(DAY_SECONDS)),
            pending: tx.pending(COUNTED_MAX).await?.len() as u64,
            result_red: counts.red,
            result_black: counts.black,
            rejected: tx.open_outcomes(COUNTED_MAX).await?.iter().filter(|row| row.status == "rejected").count() as u64,
        })
    }

    fn links(&self) -> Vec<LinkStatus> {
        let now_ms = self.parts.clock.transport_ms();
        let row = |status: honghei_link::LinkStatus| LinkStatus {
            peer: status.peer.to_string(),
            connected: status.connected && status.view.live,
            idle_ms: status.view.last_contact_ms.map_or(-1, |at_ms| (now_ms - at_ms).max(0)),
            lag: status.view.logs.iter().map(honghei_link::machine::LogView::lag).sum(),
            last_error: match (&status.view.complaint, &status.last_close) {
                (Some((code, _)), _) => code.clone(),
                (None, Some(close)) if !status.connected => close.code.clone(),
                _ => String::new(),
            },
            side: match status.side {
                Side::Child => "parent",
                Side::Parent => "child",
            }
            .to_owned(),
            skew_ms: status.view.skew_ms.unwrap_or(0),
        };
        self.parts.board.snapshot().into_iter().map(row).collect()
    }
}

async fn log_status(tx: &mut dyn Tx, cx: &Context, head: &HeadRow) -> Result<LogStatus, Answer> {
    let signer = if head.log.node == *cx.me() { cx.record()?.parent.clone() } else { Some(cx.me().clone()) };
    let receipt = match &signer {
        Some(signer) => tx.latest_cosignature(&head.log, signer).await?,
        None => None,
    };
    let root: Digest = Frontier::from_bytes(&head.frontier).map(|frontier| frontier.root()).unwrap_or_default();
    Ok(LogStatus {
        log: head.log.to_string(),
        size: head.size,
        interpreted: head.interpreted,
        receipted: receipt.map_or(0, |row| row.size),
        root: hex(&root),
    })
}

/// The stable name of a tier.
fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::County => "county",
        Tier::City => "city",
        Tier::Province => "province",
    }
}
