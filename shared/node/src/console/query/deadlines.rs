//! Legal clocks, and a case's procedure certificate.

use std::sync::Arc;

use honghei_domain::clock::{Deadline, Due};
use honghei_proto::console::v1::*;
use honghei_registry::certificate;
use honghei_registry::desk::deadlines::{self, Task};

use super::{Desk, ROWS, limit_of};
use crate::answer::Answer;
use crate::console::fields;
use crate::console::session::Session;

impl Desk {
    pub(in crate::console) async fn why_due(&self, of: &str) -> Result<WhyDueResponse, Answer> {
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        // No case starts a bulletin's or a campaign's clock: they are named by their deadline.
        let found = match of.trim().parse::<Deadline>() {
            Ok(deadline) => deadlines::clocks_of_deadline(&mut *tx, &cx, cx.me(), deadline).await?,
            Err(_) => {
                let id = fields::case("case_id", of)?;
                let found = deadlines::clocks_of(&mut *tx, &cx, &id).await?;
                found.ok_or_else(|| Answer::refused("CASE_UNKNOWN", format!("本节点没有案件{id}")))?
            }
        };
        let calendar = &cx.reference.calendar;
        let row = |task: &Task| DeadlineRow { reason: task.clock.reason(calendar).to_string(), ..row_of(task) };
        Ok(WhyDueResponse { clocks: found.iter().map(row).collect() })
    }

    pub(in crate::console) async fn list_deadlines(
        &self,
        asked: ListDeadlinesRequest,
    ) -> Result<ListDeadlinesResponse, Answer> {
        let cx = self.context().await?;
        let owner = match asked.owner.trim() {
            "" => cx.me().clone(),
            owner => fields::node("owner", owner)?,
        };
        let mut tx = self.read().await?;
        let found = deadlines::tasks(&mut *tx, &cx, &owner, limit_of(asked.limit, ROWS)).await?;
        Ok(ListDeadlinesResponse { deadlines: found.iter().map(row_of).collect() })
    }

    pub(in crate::console) async fn make_certificate(
        &self,
        case: &str,
        session: &Session,
    ) -> Result<MakeCertificateResponse, Answer> {
        let id = fields::case("case_id", case)?;
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let made = certificate::make(&mut *tx, &cx, &id).await?;
        let made = made.ok_or_else(|| Answer::refused("CASE_UNKNOWN", format!("本节点没有案件{id}")))?;
        let bytes = made.to_bytes();
        let length = bytes.len();
        let file = self.name();
        self.reports.put(file.clone(), session.id, length, Arc::new(bytes), self.monotonic_ms());
        Ok(MakeCertificateResponse { file, length: length as u64 })
    }
}

fn row_of(task: &Task) -> DeadlineRow {
    let Task { clock, due, standing } = task;
    let (due_on, provisional) = match due {
        Due::On(due) => (due.on.to_string(), due.provisional),
        Due::Stopped(remaining) => (String::new(), remaining.provisional),
    };
    DeadlineRow {
        code: clock.deadline.code().to_owned(),
        title: clock.deadline.zh().to_owned(),
        matter: clock.matter.zh(),
        owner: clock.owner.to_string(),
        started_on: clock.started.on.to_string(),
        due_on,
        provisional,
        standing: standing.as_str().to_owned(),
        standing_zh: standing.zh(),
        reason: String::new(),
    }
}
