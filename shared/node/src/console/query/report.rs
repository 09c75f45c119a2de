//! Reports as files for Download; the officer's program prints them.

use std::sync::Arc;

use honghei_proto::console::v1::*;
use honghei_registry::report;

use super::Desk;
use crate::answer::Answer;
use crate::console::session::Session;

impl Desk {
    pub(in crate::console) async fn make_report(
        &self,
        asked: MakeReportRequest,
        session: &Session,
    ) -> Result<MakeReportResponse, Answer> {
        let version = (asked.version > 0).then_some(asked.version);
        let cx = self.context().await?;
        let mut tx = self.read().await?;
        let made = report::comparison(&mut *tx, &cx, version).await?;
        let bytes = made.to_json();
        let length = bytes.len();
        let file = self.name();
        self.reports.put(file.clone(), session.id, length, Arc::new(bytes), self.monotonic_ms());
        Ok(MakeReportResponse { file, length: length as u64, version: made.version })
    }
}
