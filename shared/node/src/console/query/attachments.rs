//! Files of declarations and cases: which there are, and one of them whole.

use std::sync::Arc;

use honghei_domain::list::AttachmentRef;
use honghei_ledger::{hex, sha256};
use honghei_proto::console::v1::*;
use honghei_registry::attachments::{self, Holder};

use crate::answer::Answer;
use crate::console::session::Session;
use crate::console::{Desk, fields};

fn holder(of: &str) -> Result<Holder, Answer> {
    match of.contains('#') {
        true => fields::case("of", of).map(Holder::Case),
        false => fields::entry("of", of).map(Holder::List),
    }
}

fn row(number: u32, file: &AttachmentRef, held: bool) -> AttachmentRow {
    AttachmentRow { number, name: file.name.clone(), media_type: file.media_type.clone(), length: file.length, held }
}

impl Desk {
    pub(in crate::console) async fn list_attachments(&self, of: &str) -> Result<ListAttachmentsResponse, Answer> {
        let mut tx = self.read().await?;
        let mut rows = Vec::new();
        for (number, file) in (1..).zip(attachments::files_of(&mut *tx, &holder(of)?).await?) {
            rows.push(row(number, &file, attachments::is_held(&mut *tx, &file).await?));
        }
        Ok(ListAttachmentsResponse { attachments: rows })
    }

    pub(in crate::console) async fn fetch_attachment(
        &self,
        session: &Session,
        asked: FetchAttachmentRequest,
    ) -> Result<FetchAttachmentResponse, Answer> {
        let mut tx = self.read().await?;
        let files = attachments::files_of(&mut *tx, &holder(&asked.of)?).await?;
        let found = (1..).zip(&files).find(|(number, _)| *number == asked.number);
        let (number, file) = found.ok_or_else(|| {
            let message = format!("{}有{}个附件，没有第{}个", asked.of, files.len(), asked.number);
            Answer::refused("ATTACHMENT_UNKNOWN", message)
        })?;
        let read = attachments::read(&mut *tx, file).await?;
        let bytes = read.map_err(|defect| Answer::refused(defect.code(), defect.to_string()))?;
        drop(tx);
        let digest = hex(&sha256(&bytes));
        let name = self.name();
        self.reports.put(name.clone(), session.id, bytes.len(), Arc::new(bytes), self.monotonic_ms());
        Ok(FetchAttachmentResponse { file: name, attachment: Some(row(number, file, true)), sha256: digest })
    }
}
