//! What the federation's authority publishes at an administrator's word: policies and working-day notices.

use honghei_proto::console::v1::publish_reference_request::Document;
use honghei_proto::console::v1::{PublishReferenceRequest, PublishReferenceResponse};

use crate::answer::Answer;
use crate::authority::{self, Publication, Published};
use crate::console::{Caller, Desk};

/// What a text is called that came without a file.
const UNNAMED: &str = "policy";

impl Desk {
    pub(in crate::console) async fn publish_reference(
        &self,
        caller: &Caller,
        asked: PublishReferenceRequest,
    ) -> Result<PublishReferenceResponse, Answer> {
        let Some(admission) = &self.parts.admission else { return Err(self.no_authority()) };
        let file = if asked.file.is_empty() { UNNAMED.to_owned() } else { asked.file };
        let publication = match asked.document {
            Some(Document::Policy(text)) => Publication::Policy { file, text },
            Some(Document::Calendar(text)) => Publication::Calendar { text },
            None => return Err(Answer::field("document", "没有要发布的文本")),
        };
        let published = admission.publish_reference(self.now()?, &publication).await?;
        let Published { directory_version, name, sentences } = published;
        tracing::info!(officer = %caller.session.officer.0, %name, directory_version, "reference data was published");
        Ok(PublishReferenceResponse { directory_version, name, sentences })
    }

    /// Why nothing can be published here: the key lies elsewhere, or is not opened.
    fn no_authority(&self) -> Answer {
        match &self.parts.membership.parent {
            Some(_) => Answer::refused("AUTHORITY_ELSEWHERE", "制度和工作日历只能由保管联盟根密钥的节点发布"),
            None => authority::locked(),
        }
    }
}
