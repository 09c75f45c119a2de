//! Proposals that wait for a further officer's signature.

use honghei_proto::console::v1::*;
use honghei_registry::countersign::demand_zh;

use crate::answer::Answer;
use crate::console::Desk;
use crate::console::session::Session;

impl Desk {
    pub(in crate::console) async fn list_signatures(&self) -> Result<ListSignaturesResponse, Answer> {
        let now = self.now()?;
        let row = |parked: honghei_registry::engine::Parked| SignatureRow {
            id: parked.id,
            summary: parked.summary,
            proposed_on: parked.proposed_on.to_string(),
            signed_by: parked.signed_by.into_iter().map(|officer| officer.0).collect(),
            missing: parked.missing.iter().map(demand_zh).collect(),
            outdated: parked.proposed_on != now.today,
        };
        Ok(ListSignaturesResponse { signatures: self.engine().parked(now).await?.into_iter().map(row).collect() })
    }

    pub(in crate::console) async fn drop_signature(
        &self,
        session: &Session,
        id: &str,
    ) -> Result<DropSignatureResponse, Answer> {
        self.engine().drop_parked(self.now()?, &session.officer, id).await?;
        tracing::info!(id, officer = %session.officer.0, "a waiting proposal was dropped");
        Ok(DropSignatureResponse {})
    }
}
