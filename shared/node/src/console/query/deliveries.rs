//! Departments' lists that machines brought: what waits, what an officer makes of it, who may bring more.

use chrono::DateTime;
use honghei_ledger::sha256;
use honghei_proto::console::v1::propose_request::Command as Wire;
use honghei_proto::console::v1::*;
use honghei_registry::context::Context;

use crate::answer::{Answer, Class};
use crate::authority;
use crate::console::command::{self, Asked};
use crate::console::file::Upload;
use crate::console::session::Session;
use crate::console::{Desk, Spent, fields};
use crate::delivery::credential::{self, Credential};
use crate::delivery::{Fate, Record, asked_of};

impl Desk {
    pub(in crate::console) async fn list_deliveries(&self, source: &str) -> Result<ListDeliveriesResponse, Answer> {
        let source = Some(source.trim()).filter(|source| !source.is_empty());
        let open = self.parts.deliveries.open_ones(source).await?;
        Ok(ListDeliveriesResponse { deliveries: open.iter().map(row).collect() })
    }

    pub(in crate::console) async fn drop_delivery(
        &self,
        session: &Session,
        delivery: &str,
    ) -> Result<DropDeliveryResponse, Answer> {
        let dropped = self.parts.deliveries.set_aside(delivery, &session.officer).await?;
        tracing::info!(id = %dropped.id, officer = %session.officer.0, "a delivery was put aside");
        Ok(DropDeliveryResponse { delivery: Some(row(&dropped)) })
    }

    /// Proposes what a delivery holds, exactly as if the officer had uploaded its file. One that is only tried raises no
    /// alarm, and what it turns out to hold is noted nowhere.
    pub(in crate::console) async fn take_delivery(
        &self,
        session: &Session,
        asked: TakeDelivery,
        rehearse: bool,
        cx: &Context,
    ) -> Result<ProposeResponse, Answer> {
        let deliveries = &self.parts.deliveries;
        let (record, bytes) = deliveries.meant(&asked.delivery, rehearse).await?;
        if let Fate::Signed { parked } = &record.fate {
            let message = format!("来文{}已签署，待复核签名{parked}", record.id);
            return Err(Answer::refused("DELIVERY_SIGNED", message));
        }
        let as_of = match (asked.as_of.trim(), record.stated_on) {
            ("", Some(day)) => day,
            ("", None) => {
                let message = format!("来文{}没有写明名单日期，请以 --as-of 指明", record.id);
                return Err(Answer::refused("DELIVERY_UNDATED", message));
            }
            (text, _) => fields::day("as_of", text)?,
        };
        let mut import = asked_of(&deliveries.feed(&record.source).await?, as_of);
        import.valid_to = asked.valid_to;
        import.agreed_exits = asked.agreed_exits;
        if let Some(file) = &mut import.file {
            (file.strict, file.confirm, file.rehearse) = (asked.strict, asked.confirm, rehearse);
        }
        let Asked::File(file) = command::read(Wire::ImportFeed(import), cx)? else {
            return Err(Answer::new(Class::Fault, "DELIVERY_UNREAD", "a delivery is a file"));
        };
        let upload = Upload { name: record.file.clone(), bytes: bytes.into() };
        let spent = Spent::Delivery(Box::new(record.clone()));
        let proposed = self.propose_upload(session, upload, *file, spent, cx).await;
        if let Err(Answer { class: Class::AlreadyDone, .. }) = &proposed
            && !rehearse
        {
            deliveries.known(record).await?;
        }
        proposed
    }

    pub(in crate::console) async fn issue_credential(
        &self,
        session: &Session,
        asked: IssueCredentialRequest,
    ) -> Result<IssueCredentialResponse, Answer> {
        let source = fields::text("source", &asked.source)?;
        self.parts.deliveries.feed(&source).await?;
        let Some(admission) = &self.parts.admission else {
            return Err(match &self.parts.membership.parent {
                Some(_) => Answer::refused("AUTHORITY_ELSEWHERE", "数据源证书只能由保管联盟根密钥的节点签发"),
                None => authority::locked(),
            });
        };
        let issued = if asked.withdraw { None } else { Some(admission.certify_source(&source, &asked.request)?) };
        let key = issued.as_ref().map(|issued| sha256(&issued.key));
        let (changed_on, officer) = (self.now()?.today, session.officer.0.clone());
        let known = Credential { key, changed_on, officer };
        credential::keep(self.engine().store().as_ref(), &source, &known).await?;
        tracing::info!(%source, officer = %known.officer, withdrawn = issued.is_none(), "a credential was changed");
        let Some(issued) = issued else { return Ok(IssueCredentialResponse::default()) };
        let expires = DateTime::from_timestamp(issued.expires_at, 0).unwrap_or_default();
        Ok(IssueCredentialResponse { chain: issued.chain_pem, expires_on: expires.date_naive().to_string() })
    }
}

fn row(record: &Record) -> DeliveryRow {
    let (code, reason) =
        record.remark.as_ref().map(|remark| (remark.code.clone(), remark.sentence.clone())).unwrap_or_default();
    let below = |path: &str| format!("inbox/{}/{path}", record.source);
    DeliveryRow {
        id: record.id.clone(),
        source: record.source.clone(),
        standing: record.fate.name().to_owned(),
        way: record.way.name().to_owned(),
        file: record.file.clone(),
        as_of: record.stated_on.map(|day| day.to_string()).unwrap_or_default(),
        arrived_on: record.arrived_on.to_string(),
        rows: record.tally.rows,
        accepted: record.tally.accepted,
        ended: record.tally.ended,
        refused: record.tally.refused,
        questioned: record.tally.questioned,
        summary: record.summary.clone(),
        code,
        reason,
        path: below(&record.kept),
        report: record.report.as_deref().map(below).unwrap_or_default(),
        sha256: record.digest.clone(),
    }
}
