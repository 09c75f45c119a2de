//! Folding and judging: from stored entries to projections, from waiting acts to outcomes.

use honghei_domain::act::{Act, Interpretation};
use honghei_domain::audience::{Audience, Scope, Topology};
use honghei_domain::node::{EntryRef, LogId};
use honghei_store::{IncidentRow, OutcomeRow, Tx, WaitingRow, run_tx};

use super::Recorded::Unsigned;
use super::{Engine, plain_draft};
use crate::context::{Context, Now};
use crate::desk::{Judgement, members};
use crate::entry::Entry;
use crate::error::Fault;

/// Entries folded in one transaction at most.
const FOLD_BATCH: u32 = 64;

impl Engine {
    /// Folds everything foldable and judges everything judgeable until nothing moves; returns entries folded.
    pub async fn fold(&self, now: Now) -> Result<u64, Fault> {
        let mut folded = 0;
        loop {
            let mut moved = 0;
            let mut tx = self.store.read().await?;
            let heads = tx.heads().await?;
            let own = heads.iter().find(|head| head.log == self.identity.log);
            let own_done = own.is_none_or(|own| own.interpreted == own.size);
            drop(tx);
            for head in heads.iter().filter(|head| head.interpreted < head.size) {
                loop {
                    let batch = self.fold_log(now, &head.log).await?;
                    moved += batch;
                    if batch < u64::from(FOLD_BATCH) {
                        break;
                    }
                }
            }
            // A rebuild reads its old judgements from the own log before it may make new ones.
            if own_done {
                moved += self.judge_waiting(now).await?;
            }
            folded += moved;
            if moved == 0 {
                return Ok(folded);
            }
        }
    }

    /// How far a log may be folded now.
    ///
    /// A rebuild folds the other logs up to where this node had folded them when it wrote the own entry that comes
    /// next, and no further before it, so that every own act meets the very state it was written in. Asked in the
    /// transaction that folds: a rebuild may begin between two batches of a fold under way.
    async fn bound(&self, tx: &mut dyn Tx, log: &LogId) -> Result<u64, Fault> {
        let Some(own) = tx.head(&self.identity.log).await? else { return Ok(u64::MAX) };
        if own.log == *log || own.interpreted == own.size {
            return Ok(u64::MAX);
        }
        let next = EntryRef { log: own.log, index: own.interpreted };
        let entry = Entry::find(tx, &next).await?;
        let Some(entry) = entry else { return Ok(u64::MAX) };
        Ok(entry.header.needs.iter().find(|need| need.log == *log).map_or(0, |need| need.size))
    }

    /// Folds a batch of entries of a log.
    async fn fold_log(&self, now: Now, log: &LogId) -> Result<u64, Fault> {
        match self.fold_batch(now, log, FOLD_BATCH).await {
            Err(fault) if fault.is_content() && *log != self.identity.log => {}
            done => return done,
        }
        // Something in this batch cannot be folded. One by one, so that it stands alone; then past it, on record.
        loop {
            let generation = self.writer.lock().await.generation;
            match self.fold_batch(now, log, 1).await {
                Err(fault) if fault.is_content() => {
                    if let Some(passed) = self.pass_over(now, log, &fault, generation).await? {
                        return Ok(passed);
                    }
                }
                done => return done,
            }
        }
    }

    async fn fold_batch(&self, now: Now, log: &LogId, limit: u32) -> Result<u64, Fault> {
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        let done: u64 = run_tx!(&*self.store, "fold", async |tx| {
            let Some(head) = tx.head(log).await? else { return Ok::<_, Fault>(0) };
            let end = tx.first_incomplete(log).await?.unwrap_or(u64::MAX).min(self.bound(tx, log).await?);
            let mut done = 0;
            let mut reread = false;
            for row in tx.entries(log, head.interpreted, limit).await? {
                if row.at.index >= end || reread {
                    break;
                }
                if let Some(entry) = Entry::read(&row)? {
                    if !self.needs_met(tx, &entry).await? {
                        break;
                    }
                    // What follows a directory must be read with it.
                    reread = matches!(entry.act(), Act::DirectoryPublished { .. });
                    self.evolve(tx, &cx, &entry).await?;
                }
                done += 1;
            }
            if done > 0 {
                tx.put_interpreted(log, head.interpreted + done).await?;
            }
            Ok(done)
        })?;
        if done > 0 {
            writer.generation += 1;
            drop(writer);
            self.refresh().await?;
        }
        Ok(done)
    }

    /// Folds an entry that cannot be read as nothing, and keeps that as an incident: it must not block the others.
    ///
    /// Nothing where something was folded since `generation`: the next entry may be another one by now.
    async fn pass_over(&self, now: Now, log: &LogId, fault: &Fault, generation: u64) -> Result<Option<u64>, Fault> {
        let mut writer = self.writer.lock().await;
        if writer.generation != generation {
            return Ok(None);
        }
        let passed: u64 = run_tx!(&*self.store, "pass over", async |tx| {
            let Some(head) = tx.head(log).await? else { return Ok::<_, Fault>(0) };
            let at = EntryRef { log: log.clone(), index: head.interpreted };
            let Some(row) = tx.entry(&at).await? else { return Ok(0) };
            tx.put_incident(&IncidentRow {
                at_ms: now.ms,
                peer: log.node.to_string(),
                code: "ENTRY_UNREADABLE".to_owned(),
                detail: format!("entry {at}: {fault}"),
                evidence: row.leaf,
            })
            .await?;
            tx.put_interpreted(log, head.interpreted + 1).await?;
            Ok(1)
        })?;
        writer.generation += passed;
        Ok(Some(passed))
    }

    /// Whether the logs an entry refers to have been folded far enough. Logs this node does not mirror do not count.
    async fn needs_met(&self, tx: &mut dyn Tx, entry: &Entry) -> Result<bool, Fault> {
        for need in &entry.header.needs {
            if let Some(head) = tx.head(&need.log).await? {
                if head.interpreted < need.size {
                    return Ok(false);
                }
            } else if self.mirrors(&need.log).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn mirrors(&self, log: &LogId) -> bool {
        let directory = &self.reference.read().await.clone().directory;
        let me = &self.identity.log.node;
        directory.is_at_or_above(me, &log.node) || directory.is_at_or_above(&log.node, me)
    }

    pub(super) async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        if let Act::ActInterpreted { act, outcome, .. } = entry.act() {
            let (status, code, reason) = match outcome {
                Interpretation::Applied => ("applied", "", ""),
                Interpretation::Rejected { code, reason } => ("rejected", code.as_str(), reason.as_str()),
                Interpretation::Waiting { code, reason } => ("waiting", code.as_str(), reason.as_str()),
            };
            tx.put_outcome(&OutcomeRow {
                act: act.clone(),
                outcome: entry.at.clone(),
                status: status.to_owned(),
                code: code.to_owned(),
                reason: reason.to_owned(),
            })
            .await?;
            if entry.at.log == self.identity.log {
                if status == "waiting" {
                    tx.put_waiting(&WaitingRow { at: act.clone(), code: code.to_owned() }).await?;
                } else {
                    tx.remove_waiting(act).await?;
                }
            }
        }
        if !self.takes_as_signed(entry) && !members::signatures_hold(tx, cx, entry).await? {
            return Ok(());
        }
        for desk in &self.desks {
            desk.evolve(tx, cx, entry).await?;
        }
        Ok(())
    }

    async fn judge_waiting(&self, now: Now) -> Result<u64, Fault> {
        let waiting = self.store.read().await?.waiting().await?;
        let mut judged = 0;
        for row in waiting {
            judged += u64::from(self.judge_one(now, &row).await?);
        }
        Ok(judged)
    }

    async fn judge_one(&self, now: Now, row: &WaitingRow) -> Result<bool, Fault> {
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        run_tx!(&*self.store, "judge", async |tx| {
            if self.is_rebuilding(tx).await? {
                return Ok::<_, Fault>(false);
            }
            let Some(stored) = tx.entry(&row.at).await? else { return Ok(false) };
            let Some(entry) = Entry::read(&stored)? else { return Ok(false) };
            let Some(judgement) = self.judgement(tx, &cx, &entry).await? else { return Ok(false) };
            let Judgement { outcome, rows, follow_ups } = judgement;
            if matches!(&outcome, Interpretation::Waiting { code, .. } if *code == row.code) {
                return Ok(false);
            }
            let mut audience = Audience::of(Scope::Up).and(entry.at.log.node.clone());
            if let Act::Listing(act) = entry.act()
                && let Some(case) = act.case()
            {
                // What became of its entry is the recogniser's to know, whoever decided it.
                audience = audience.and(case.origin.clone());
            }
            let act = Act::ActInterpreted { act: entry.at.clone(), outcome, rows };
            let mut drafts = vec![Unsigned(plain_draft(&cx, act, audience))];
            drafts.extend(follow_ups.into_iter().map(Unsigned));
            self.record(tx, &cx, &drafts, &mut writer).await?;
            Ok(true)
        })
    }

    /// What the first desk that knows the act makes of it; content that cannot be read is refused.
    async fn judgement(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        for desk in &self.desks {
            match desk.judge(tx, cx, entry).await {
                Ok(None) => {}
                Err(fault) if fault.is_content() => {
                    return Ok(Some(Judgement::rejected("ACT_UNREADABLE", "所附内容无法读取")));
                }
                judged => return judged,
            }
        }
        Ok(None)
    }

    /// Whether own entries are not folded, as after a rebuild that a crash broke off: [`Engine::fold`] completes it.
    pub(super) async fn is_rebuilding(&self, tx: &mut dyn Tx) -> Result<bool, Fault> {
        Ok(tx.head(&self.identity.log).await?.is_some_and(|own| own.interpreted < own.size))
    }

    /// Drops every projection and folds the logs again.
    pub async fn rebuild(&self, now: Now) -> Result<u64, Fault> {
        let mut writer = self.writer.lock().await;
        run_tx!(&*self.store, "rebuild", async |tx| { Ok::<_, Fault>(tx.clear_projections().await?) })?;
        writer.generation += 1;
        drop(writer);
        self.fold(now).await
    }
}
