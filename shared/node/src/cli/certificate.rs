//! Procedure certificates: fetched from a node, verified without one.

use std::path::Path;

use honghei_proto::console::v1::MakeCertificateRequest;
use honghei_registry::certificate::{self, Account};
use serde::Serialize;

use super::{Session, VerifyCertificate};
use crate::answer::{Answer, Class};

/// A verification as scripts read it.
#[derive(Serialize)]
struct Verified {
    holds: bool,
    head: Vec<String>,
    findings: Vec<Gate>,
    witnesses: Vec<String>,
    limits: Vec<String>,
}

#[derive(Serialize)]
struct Gate {
    verdict: &'static str,
    clause: &'static str,
    text: String,
}

impl Session {
    /// Writes a case's certificate into a file.
    pub(super) async fn certificate(&self, request: MakeCertificateRequest, out: &Path) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let made = client.make_certificate(request).await?;
        let bytes = client.download(&made.file).await?;
        std::fs::write(out, &bytes)
            .map_err(|error| Answer::new(Class::Fault, "FILE_NOT_WRITTEN", format!("{}: {error}", out.display())))?;
        let said = serde_json::json!({ "file": out.display().to_string(), "bytes": bytes.len() });
        self.printer.show(&said, |_| format!("{}  {}字节；以 verify-certificate 核验", out.display(), bytes.len()))
    }

    /// Verifies a certificate and prints what it proves.
    pub(super) fn verify_certificate(&self, asked: &VerifyCertificate) -> Result<(), Answer> {
        let bytes = std::fs::read(&asked.file).map_err(|error| {
            Answer::new(Class::Usage, "FILE_UNREADABLE", format!("{}: {error}", asked.file.display()))
        })?;
        let refused =
            |defect: certificate::CertificateDefect| Answer::new(Class::Defective, defect.code(), defect.to_string());
        let trusted = asked.root_key.as_deref().map(certificate::read_key).transpose().map_err(refused)?;
        let account = certificate::verify(&bytes, trusted.as_ref()).map_err(refused)?;
        let holds = account.holds();
        self.printer.show(&verified(account), text_of)?;
        if holds {
            return Ok(());
        }
        Err(Answer::new(Class::Defective, "PROCEDURE_DEFECTIVE", "签名与证明均有效，但有环节不合规定"))
    }
}

fn verified(account: Account) -> Verified {
    let holds = account.holds();
    let gate = |finding: certificate::Finding| Gate {
        verdict: finding.verdict.zh(),
        clause: finding.clause,
        text: finding.zh,
    };
    Verified {
        holds,
        head: account.head,
        findings: account.findings.into_iter().map(gate).collect(),
        witnesses: account.witnesses,
        limits: account.limits,
    }
}

fn text_of(verified: &Verified) -> String {
    let mut lines = verified.head.clone();
    lines.push(String::new());
    lines.extend(verified.findings.iter().map(|gate| format!("[{}] {}（{}）", gate.verdict, gate.text, gate.clause)));
    for (title, said) in [("见证", &verified.witnesses), ("本证明不证明", &verified.limits)] {
        if !said.is_empty() {
            lines.push(String::new());
            lines.push(format!("{title}："));
            lines.extend(said.iter().map(|line| format!("  {line}")));
        }
    }
    lines.push(String::new());
    lines.push(match verified.holds {
        true => "结论：全部签名和证明有效，所示环节符合规定".to_owned(),
        false => "结论：全部签名和证明有效，但有环节不合规定".to_owned(),
    });
    lines.join("\n")
}
