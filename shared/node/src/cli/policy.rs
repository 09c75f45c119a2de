//! Policies and calendars as files: checked here, asked about, published by the authority's node.

use std::path::Path;

use honghei_domain::policy::Policy;
use honghei_ledger::hex;
use honghei_proto::console::v1::ask_request::Question;
use honghei_proto::console::v1::publish_reference_request::Document;
use honghei_proto::console::v1::{AskRequest, PolicyImpact, PublishReferenceRequest};
use serde::Serialize;

use super::{Ask, Publish, Session};
use crate::answer::{Answer, Class};
use crate::authority::PolicyText;

/// What a check found, as scripts read it.
#[derive(Serialize)]
struct Checked {
    policy: String,
    digest: String,
    defects: Vec<String>,
}

impl Session {
    /// Checks a policy's text: every defect by file and line.
    pub(super) fn check_policy(&self, path: &Path) -> Result<(), Answer> {
        let text = read(path)?;
        let checked = match Policy::check(&path.display().to_string(), &text) {
            Ok(policy) => {
                let digest = Policy::digest_of(&text)
                    .map_err(|defect| Answer::new(Class::Defective, defect.code(), defect.to_string()))?;
                Checked { policy: policy.pin().to_string(), digest: hex(&digest), defects: Vec::new() }
            }
            Err(defects) => {
                let defects: Vec<String> = defects.iter().map(ToString::to_string).collect();
                Checked { policy: String::new(), digest: String::new(), defects }
            }
        };
        self.printer.show(&checked, |checked| match checked.defects.as_slice() {
            [] => format!("{}\nSHA-256 {}", checked.policy, checked.digest),
            defects => defects.join("\n"),
        })?;
        match checked.defects.len() {
            0 => Ok(()),
            count => Err(Answer::new(Class::Defective, "POLICY_DEFECTIVE", format!("制度文本有{count}处不可采用"))),
        }
    }

    /// Asks the node which of its entries a new version would touch.
    pub(super) async fn policy_impact(&self, path: &Path) -> Result<(), Answer> {
        let text = read(path)?;
        let question = Some(Question::PolicyImpact(PolicyImpact { text }));
        self.ask(Ask::Office(AskRequest { question })).await
    }

    /// Publishes a policy's version or working-day notices to every node; only where the root key is kept and open.
    pub(super) async fn publish_reference(&self, publish: Publish) -> Result<(), Answer> {
        let (file, document) = match publish {
            Publish::Policy(named) => {
                let PolicyText { file, text } = PolicyText::find(&named)?;
                (file, Document::Policy(text))
            }
            Publish::Calendar(path) => (path.display().to_string(), Document::Calendar(read(&path)?)),
        };
        if self.rehearse {
            return self.rehearse_reference(document, file).await;
        }
        let mut client = self.connect_as_officer().await?;
        let request = PublishReferenceRequest { document: Some(document), file };
        let published = client.publish_reference(request).await?;
        self.printer.show(&published, |published| format!("{}\n{}", published.name, published.sentences.join("\n")))
    }
}

fn read(path: &Path) -> Result<String, Answer> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!("{}: {error}", path.display());
        Answer::new(Class::Usage, "REFERENCE_FILE_UNREADABLE", message)
    })
}
