//! Incidents become acts: what a peer sent wrong is not only kept beside the log but signed in it (S-2).

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::list::Digest;
use honghei_store::{IncidentRow, Tx};

use super::{Desk, Ticked};
use crate::context::Context;
use crate::engine::plain_draft;
use crate::entry::Entry;
use crate::error::Fault;

/// The latest incidents looked at in one sweep.
const LATEST: u32 = 100;

/// Incidents written into the log on one legal day at most: a flood stays in the incident table and out of the log.
const DAILY: u32 = 100;

/// Writes incidents into the own log, each once.
#[derive(Debug)]
pub struct IncidentDesk;

#[async_trait]
impl Desk for IncidentDesk {
    async fn evolve(&self, _tx: &mut dyn Tx, _cx: &Context, _entry: &Entry) -> Result<(), Fault> {
        Ok(())
    }

    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        let mut fresh = Vec::new();
        for row in tx.incidents(LATEST).await? {
            if tx.meta(&noted_key(&row.evidence)).await?.is_none() {
                fresh.push(row);
            }
        }
        let mut written = written_today(tx, cx.now.today).await?;
        let mut drafts = Vec::new();
        for row in fresh.into_iter().rev().take(usize::try_from(DAILY.saturating_sub(written)).unwrap_or(0)) {
            tx.put_meta(&noted_key(&row.evidence), &[1]).await?;
            drafts.push(plain_draft(cx, act_of(row), Audience::of(Scope::Up)));
            written += 1;
        }
        if !drafts.is_empty() {
            let day = cx.now.today.num_days_from_ce().to_be_bytes();
            tx.put_meta(WRITTEN, &[day, written.to_be_bytes()].concat()).await?;
        }
        Ok(Ticked { drafts, more: false })
    }
}

/// The meta key of the day last written on and how many were written, 4 + 4 bytes big-endian.
const WRITTEN: &str = "incidents-written";

fn noted_key(evidence: &Digest) -> String {
    format!("incident-noted/{}", honghei_ledger::hex(evidence))
}

async fn written_today(tx: &mut dyn Tx, today: NaiveDate) -> Result<u32, Fault> {
    let kept = tx.meta(WRITTEN).await?.unwrap_or_default();
    let halves = kept.split_first_chunk::<4>().and_then(|(day, count)| Some((*day, <[u8; 4]>::try_from(count).ok()?)));
    Ok(match halves {
        Some((day, count)) if i32::from_be_bytes(day) == today.num_days_from_ce() => u32::from_be_bytes(count),
        _ => 0,
    })
}

fn act_of(row: IncidentRow) -> Act {
    Act::PeerMisbehaved { peer: row.peer, code: row.code, detail: row.detail, evidence: row.evidence }
}

#[cfg(test)]
mod tests {
    use honghei_codec::act::{decode_body, encode_body};
    use honghei_domain::act::ActBody;

    use super::*;

    #[test]
    fn an_incident_of_a_nameless_caller_can_be_read_back_from_the_log() {
        let row = IncidentRow {
            at_ms: 1,
            peer: String::new(),
            code: "PEER_WITHOUT_CERTIFICATE".to_owned(),
            detail: "a caller at 127.0.0.1:9 showed no certificate".to_owned(),
            evidence: [7; 32],
        };
        let body = ActBody {
            done_on: NaiveDate::from_ymd_opt(2017, 11, 6).unwrap(),
            policy: String::new(),
            directory_version: 1,
            act: act_of(row),
        };
        assert_eq!(decode_body(&encode_body(&body)).unwrap(), body);
    }
}
