//! Questions: the first desk that can answers.

use honghei_domain::refusal::Refusal;
use honghei_store::{IncidentRow, run_tx};

use super::Engine;
use crate::context::Now;
use crate::error::{CommandError, Fault};
use crate::question::{Listener, Question, Told};

impl Engine {
    /// Asks the desks. An alarm in the answer is kept as an incident, from where it comes into the log.
    ///
    /// # Errors
    /// A refusal `QUESTION_NOT_OURS` where no desk of this node can answer, and whatever the desk refuses.
    pub async fn ask(&self, now: Now, question: &Question, listener: &dyn Listener) -> Result<Told, CommandError> {
        let cx = self.context(now).await;
        let mut tx = self.store().read().await?;
        let mut answer = None;
        for desk in &self.desks {
            answer = desk.tell(&mut *tx, &cx, question, listener).await?;
            if answer.is_some() {
                break;
            }
        }
        drop(tx);
        let told = answer
            .ok_or_else(|| Refusal::new("QUESTION_NOT_OURS", "R-029", "此事项由省级节点答复，请向省级节点查询"))?;
        if let Some(alarm) = &told.alarm {
            let row = IncidentRow {
                at_ms: now.ms,
                peer: self.identity().log.node.to_string(),
                code: alarm.code.to_owned(),
                detail: alarm.detail.clone(),
                evidence: alarm.evidence,
            };
            run_tx!(&**self.store(), "alarm", async |tx| {
                tx.put_incident(&row).await?;
                Ok::<_, Fault>(())
            })?;
        }
        Ok(told)
    }
}
