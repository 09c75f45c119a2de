//! Departments' lists that machines bring, at a terminal: the province's officers, and the department's own program.

use std::path::{Path, PathBuf};

use honghei_domain::node::{NameDefect, NodeId};
use honghei_proto::console::v1::{DeliveryRow, IssueCredentialRequest, IssueCredentialResponse};
use honghei_proto::feed::v1::{GetStandingResponse, PushResponse};

use super::Session;
use super::print::table;
use super::progress::Progress;
use super::task::{DeliveryTask, PushAs};
use crate::answer::{Answer, Class};
use crate::certificate;
use crate::delivery::sender::{Outgoing, Sender};

impl Session {
    pub(super) async fn delivery(&self, task: DeliveryTask) -> Result<(), Answer> {
        match task {
            DeliveryTask::Waiting(asked) => {
                let listed = self.connect_as_officer().await?.list_deliveries(asked).await?;
                self.printer.show(&listed, |listed| waiting(&listed.deliveries))
            }
            DeliveryTask::Drop(asked) => {
                let dropped = self.connect_as_officer().await?.drop_delivery(asked).await?;
                self.printer.show(&dropped, |dropped| {
                    let row = dropped.delivery.clone().unwrap_or_default();
                    format!("来文{}已搁置，未作任何改动；文件在{}", row.id, row.path)
                })
            }
            DeliveryTask::Credential { asked, files } => self.credential(asked, files).await,
            DeliveryTask::Key { source, key, request } => self.source_key(&source, &key, &request),
            DeliveryTask::Push { file, as_of, mode, rows, to } => {
                let bytes = read(&file)?;
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let mut sender = sender(&to).await?;
                let sending = Progress::bytes("sending the list", bytes.len() as u64, self.printer.json);
                let bar = sending.clone();
                let list = Outgoing { file: name, bytes, as_of, mode, rows };
                let receipt = sender.push(list, move |sent| bar.at(sent)).await;
                sending.done();
                self.receipt(&receipt?)
            }
            DeliveryTask::Standing { delivery, to } => {
                let standing = sender(&to).await?.standing(&delivery).await?;
                self.printer.show(&standing, source_text)
            }
        }
    }

    async fn credential(&self, asked: IssueCredentialRequest, files: Option<(PathBuf, PathBuf)>) -> Result<(), Answer> {
        let source = asked.source.clone();
        let mut client = self.connect_as_officer().await?;
        let Some((request, out)) = files else {
            client.issue_credential(asked).await?;
            let withdrawn = serde_json::json!({ "withdrawn": source });
            return self.printer.show(&withdrawn, |_| format!("数据源{source}的证书已作废"));
        };
        let request = String::from_utf8_lossy(&read(&request)?).into_owned();
        let issued = client.issue_credential(IssueCredentialRequest { request, ..asked }).await?;
        self.folder.write_public(&out, issued.chain.as_bytes())?;
        let IssueCredentialResponse { expires_on, .. } = issued;
        let file = out.display().to_string();
        let made = serde_json::json!({ "source": source, "certificate": file, "expires_on": expires_on });
        self.printer.show(&made, |_| format!("{file}：数据源{source}的证书，有效至{expires_on}，此前签发的已作废"))
    }

    fn source_key(&self, source: &str, key: &Path, request: &Path) -> Result<(), Answer> {
        if key.exists() {
            let message = format!("{} is there already; move it away to make a new key", key.display());
            return Err(Answer::new(Class::AlreadyDone, "KEY_FILE_EXISTS", message));
        }
        let secret = certificate::transport_key()?;
        let asked = certificate::source_request(source, &secret)?;
        self.folder.write_private(key, secret.as_bytes())?;
        self.folder.write_public(request, asked.as_bytes())?;
        let (key, request) = (key.display().to_string(), request.display().to_string());
        let made = serde_json::json!({ "source": source, "key": key, "request": request });
        self.printer.show(&made, |_| format!("{key}：私钥，请妥善保管，不要外传\n{request}：请交省级节点签发证书"))
    }

    /// Shows a receipt; a list that was refused ends with its code.
    fn receipt(&self, receipt: &PushResponse) -> Result<(), Answer> {
        self.printer.show(receipt, receipt_text)?;
        let delivery = receipt.delivery.clone().unwrap_or_default();
        match delivery.standing.as_str() {
            "refused" => Err(Answer::new(Class::Refused, delivery.code, delivery.reason)),
            _ => Ok(()),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Answer> {
    std::fs::read(path)
        .map_err(|error| Answer::new(Class::Usage, "FILE_UNREADABLE", format!("{}: {error}", path.display())))
}

async fn sender(to: &PushAs) -> Result<Sender, Answer> {
    let malformed = |defect: NameDefect| Answer::new(Class::Usage, defect.code(), defect.to_string());
    let node: NodeId = to.node.parse().map_err(malformed)?;
    let (chain, key) = (read(&to.certificate)?, read(&to.key)?);
    Sender::connect(&to.address, &node, &String::from_utf8_lossy(&chain), &String::from_utf8_lossy(&key)).await
}

fn waiting(rows: &[DeliveryRow]) -> String {
    if rows.is_empty() {
        return "没有待处理的来文。".to_owned();
    }
    let headings =
        ["来文", "数据源", "名单日期", "收到日", "行数", "可导入", "注明撤销", "有误", "待确认", "状态", "说明"];
    let cells = |row: &DeliveryRow| {
        vec![
            row.id.clone(),
            row.source.clone(),
            row.as_of.clone(),
            row.arrived_on.clone(),
            row.rows.to_string(),
            row.accepted.to_string(),
            row.ended.to_string(),
            row.refused.to_string(),
            row.questioned.to_string(),
            standing_zh(&row.standing).to_owned(),
            if row.reason.is_empty() { row.summary.clone() } else { format!("[{}] {}", row.code, row.reason) },
        ]
    };
    table(&headings, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn standing_zh(standing: &str) -> &str {
    match standing {
        "waiting" => "待办理",
        "signed" => "待复核签名",
        "taken" => "已导入",
        "refused" => "已拒收",
        "dropped" => "已搁置",
        other => other,
    }
}

fn receipt_text(receipt: &PushResponse) -> String {
    let delivery = receipt.delivery.clone().unwrap_or_default();
    let again = if receipt.repeated { "（此前已报送）" } else { "" };
    let mut text = format!(
        "来文{}：{}{again}\nSHA-256 {}\n共{}行：可导入{}行，注明撤销{}行，有误{}行，待确认{}行",
        delivery.id,
        standing_zh(&delivery.standing),
        delivery.sha256,
        delivery.rows,
        delivery.accepted,
        delivery.ended,
        delivery.refused,
        delivery.questioned
    );
    if !delivery.reason.is_empty() {
        text.push_str(&format!("\n[{}] {}", delivery.code, delivery.reason));
    }
    for remark in &receipt.remarks {
        text.push_str(&format!("\n第{}行 {} {}；{}", remark.row, remark.column, remark.reason, remark.remedy));
    }
    let further = receipt.remarks_total.saturating_sub(receipt.remarks.len() as u64);
    if further > 0 {
        text.push_str(&format!("\n另有{further}处提示"));
    }
    text
}

fn source_text(standing: &GetStandingResponse) -> String {
    let mut text = format!("数据源{}：在列{}条", standing.source, standing.standing);
    if !standing.last_as_of.is_empty() {
        text.push_str(&format!("，最近名单日期{}", standing.last_as_of));
    }
    if !standing.due_on.is_empty() {
        let late = if standing.late { "，已逾期" } else { "" };
        text.push_str(&format!("，下次应报日{}{late}", standing.due_on));
    }
    for delivery in &standing.deliveries {
        let id = &delivery.id;
        text.push_str(&format!("\n{id}  {}  {}", delivery.as_of, standing_zh(&delivery.standing)));
        if !delivery.reason.is_empty() {
            text.push_str(&format!("  [{}] {}", delivery.code, delivery.reason));
        }
    }
    text
}
