//! The service at which departments' programs hand their lists in, and its distrust of whoever calls.
//!
//! A caller is the source that its certificate names, if that is the one that counts now. What is hostile is recorded
//! once for each kind and source, so that a flood of calls is no flood of incidents.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use honghei_domain::act::FeedMode;
use honghei_domain::node::Tier;
use honghei_domain::permit::{self, Action, Role};
use honghei_intake::limit::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};
use honghei_intake::{RowProblem, Severity};
use honghei_ledger::sha256;
use honghei_proto::feed::v1::feed_service_server::{FeedService, FeedServiceServer};
use honghei_proto::feed::v1::push_request::Part;
use honghei_proto::feed::v1::*;
use tokio::sync::Semaphore;
use tokio_stream::StreamExt;
use tonic::{Request, Response, Status, Streaming};

use super::record::{Record, Way};
use super::{Arrival, Deliveries, Receipt, credential};
use crate::answer::{Answer, Class};
use crate::certificate::{self, SourceHolder};

/// Deliveries received at once; each may hold a whole file in memory.
const DELIVERIES_AT_ONCE: usize = 4;
/// Silence after which a delivery is given up.
const SILENCE: Duration = Duration::from_secs(60);
/// Bytes of one message: a piece and what is around it.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024 + 64 * 1024;
/// Remarks sent back.
const REMARKS_MAX: usize = 1000;
/// Characters of a file's name.
const NAME_CHARS_MAX: usize = 255;

/// The service.
#[derive(Clone, Debug)]
pub struct PushDesk {
    deliveries: Arc<Deliveries>,
    room: Arc<Semaphore>,
}

/// Whether officers of a tier import departments' lists at all.
fn takes_feeds(tier: Tier) -> bool {
    Role::ALL.iter().any(|role| permit::permitted(tier, *role, Action::ImportFeed))
}

impl PushDesk {
    /// The service of a node; none of a tier at which no lists are imported.
    pub fn of(tier: Tier, deliveries: Arc<Deliveries>) -> Option<Self> {
        takes_feeds(tier).then(|| Self { deliveries, room: Arc::new(Semaphore::new(DELIVERIES_AT_ONCE)) })
    }

    /// The service as tonic's router takes it, with its message limit.
    pub fn into_server(self) -> FeedServiceServer<Self> {
        FeedServiceServer::new(self).max_decoding_message_size(MAX_MESSAGE_BYTES)
    }

    /// Who calls: the bearer of the certificate that counts for its source.
    async fn caller<T>(&self, request: &Request<T>) -> Result<SourceHolder, Answer> {
        let certificates = request.peer_certs();
        let shown = certificates.as_ref().and_then(|certificates| certificates.first());
        let Some(holder) = shown.and_then(|shown| certificate::source_of(shown).ok()) else {
            let detail = "有来访者未出示数据源证书而要求报送名单，已拒绝".to_owned();
            self.deliveries.alarm("", "FEED_CALLER_UNKNOWN", detail, b"").await?;
            return Err(Answer::denied("FEED_CALLER_UNKNOWN", "报送名单须出示本联盟为数据源签发的证书"));
        };
        let source = holder.source.clone();
        if !credential::counts(self.deliveries.parts.engine.store().as_ref(), &holder).await? {
            let detail = format!("数据源{source}有来访者出示了已作废的证书，已拒绝");
            self.deliveries.alarm(&source, "FEED_CREDENTIAL_VOID", detail, &sha256(&holder.key)).await?;
            return Err(Answer::denied(
                "FEED_CREDENTIAL_VOID",
                format!("数据源{source}的这份证书已作废，请申领新证书"),
            ));
        }
        Ok(holder)
    }

    async fn receive(&self, request: Request<Streaming<PushRequest>>) -> Result<PushResponse, Answer> {
        let SourceHolder { source, .. } = self.caller(&request).await?;
        let Ok(_place) = self.room.try_acquire() else {
            return Err(Answer::new(Class::Unreachable, "FEED_BUSY", "正在接收其他名单，请稍后再报"));
        };
        let mut stream = request.into_inner();
        let header = match next(&mut stream).await {
            Ok(Some(Part::Header(header))) => header,
            Ok(_) => return Err(Answer::field("header", "第一条消息应为报头")),
            Err(_) => return Err(self.cut(&source, "", "没有报头").await),
        };
        if header.source != source {
            let detail = format!("数据源{source}的证书被用来报送另一数据源的名单，已拒绝");
            self.deliveries.alarm(&source, "FEED_OF_ANOTHER_SOURCE", detail, header.source.as_bytes()).await?;
            let message = format!("证书属于数据源{source}，不能报送其他数据源的名单");
            return Err(Answer::denied("FEED_OF_ANOTHER_SOURCE", message));
        }
        let as_of = self.check_header(&source, &header).await?;
        let counted = Some(header.rows).filter(|rows| *rows > 0);
        // Whoever lost his receipt need not send everything again to get it.
        if header.columns.is_empty()
            && let Some(known) = self.deliveries.arrived_before(&source, as_of, &header.sha256, counted).await?
        {
            return Ok(receipt(known));
        }
        let (file, bytes) = if header.columns.is_empty() {
            (header.file.clone(), self.receive_file(&source, &header, &mut stream).await?)
        } else {
            ("rows.csv".to_owned(), self.receive_rows(&source, &header, &mut stream).await?)
        };
        let arrival = Arrival {
            source,
            way: Way::Push,
            file,
            bytes: Arc::new(bytes),
            lies: None,
            stated_on: Some(as_of),
            counted,
            refused: None,
        };
        Ok(receipt(self.deliveries.arrive(arrival).await?))
    }

    /// Checks what is said before anything comes; the day the list states.
    async fn check_header(&self, source: &str, header: &DeliveryHeader) -> Result<NaiveDate, Answer> {
        let as_of = NaiveDate::parse_from_str(&header.as_of, "%Y-%m-%d")
            .map_err(|_| Answer::field("as_of", "名单日期应写作 2017-11-06 的形式"))?;
        let registered = self.deliveries.feed(source).await?.source.mode;
        let mode = if registered == FeedMode::Full { "full" } else { "delta" };
        if !header.mode.is_empty() && header.mode != mode {
            let message = format!("与数据源{source}登记的报送方式不符，登记为{mode}");
            return Err(Answer::refused("FEED_DIFFERS", message));
        }
        if header.columns.is_empty() {
            let name = header.file.trim();
            if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains(char::is_control) {
                return Err(Answer::field("file", "文件名为空、过长或含有控制字符"));
            }
            if header.sha256.len() != 32 {
                return Err(Answer::field("sha256", "缺少文件的SHA-256"));
            }
        } else if header.columns.len() > MAX_COLUMNS || header.rows == 0 {
            return Err(Answer::field("rows", "结构化报送须写明行数，列数不能超过上限"));
        }
        if header.length > MAX_FILE_BYTES as u64 || header.rows > MAX_ROWS as u64 {
            return Err(self.too_large(source, &header.as_of).await);
        }
        Ok(as_of)
    }

    async fn receive_file(
        &self,
        source: &str,
        header: &DeliveryHeader,
        stream: &mut Streaming<PushRequest>,
    ) -> Result<Vec<u8>, Answer> {
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        loop {
            match next(stream).await {
                Ok(Some(Part::Piece(piece))) if bytes.len().saturating_add(piece.len()) > length => {
                    return Err(self.too_large(source, &header.as_of).await);
                }
                Ok(Some(Part::Piece(piece))) => bytes.extend_from_slice(&piece),
                Ok(Some(_)) => return Err(Answer::field("part", "报头之后应为文件内容")),
                Ok(None) => break,
                Err(reason) => return Err(self.cut(source, &header.as_of, &reason).await),
            }
        }
        if bytes.len() < length {
            return Err(self.cut(source, &header.as_of, &format!("应有{length}字节，收到{}字节", bytes.len())).await);
        }
        if sha256(&bytes) != *header.sha256 {
            let detail = format!("数据源{source}报送的名单与其摘要不符，未作任何改动");
            self.deliveries.alarm(source, "FEED_ALTERED", detail, header.as_of.as_bytes()).await?;
            return Err(Answer::refused("FEED_ALTERED", "收到的内容与所报摘要不符，请重新报送"));
        }
        Ok(bytes)
    }

    /// Structured rows become a table, so that they are kept, checked and taken like any other file.
    async fn receive_rows(
        &self,
        source: &str,
        header: &DeliveryHeader,
        stream: &mut Streaming<PushRequest>,
    ) -> Result<Vec<u8>, Answer> {
        let mut table = String::new();
        write_row(&mut table, &header.columns);
        let mut rows = 0_u64;
        loop {
            let batch = match next(stream).await {
                Ok(Some(Part::Rows(batch))) => batch,
                Ok(Some(_)) => return Err(Answer::field("part", "报头之后应为结构化的行")),
                Ok(None) => break,
                Err(reason) => return Err(self.cut(source, &header.as_of, &reason).await),
            };
            for row in batch.rows {
                rows += 1;
                if row.cells.len() != header.columns.len() {
                    let message = format!("第{rows}行有{}格，表头有{}列", row.cells.len(), header.columns.len());
                    return Err(Answer::field("rows", message));
                }
                write_row(&mut table, &row.cells);
            }
            if table.len() > MAX_FILE_BYTES || rows > header.rows {
                return Err(self.too_large(source, &header.as_of).await);
            }
        }
        if rows < header.rows {
            return Err(self.cut(source, &header.as_of, &format!("应有{}行，收到{rows}行", header.rows)).await);
        }
        Ok(table.into_bytes())
    }

    /// Puts a delivery on record that did not come whole; nothing of it is kept.
    async fn cut(&self, source: &str, as_of: &str, reason: &str) -> Answer {
        let detail = format!("数据源{source}的报送中断（{reason}），未作任何改动");
        match self.deliveries.alarm(source, "FEED_CUT", detail, as_of.as_bytes()).await {
            Ok(()) => Answer::refused("FEED_CUT", format!("名单没有报送完整（{reason}），未作任何改动，请重新报送")),
            Err(fault) => fault,
        }
    }

    /// Puts a delivery on record that is larger than allowed, or than it said.
    async fn too_large(&self, source: &str, as_of: &str) -> Answer {
        let detail = format!("数据源{source}的报送超过上限或所报的大小，已拒绝，未作任何改动");
        match self.deliveries.alarm(source, "FEED_TOO_LARGE", detail, as_of.as_bytes()).await {
            Ok(()) => Answer::refused("FEED_TOO_LARGE", "名单超过上限或所报的大小，未作任何改动，请核对或拆分"),
            Err(fault) => fault,
        }
    }

    async fn standing(&self, request: Request<GetStandingRequest>) -> Result<GetStandingResponse, Answer> {
        let SourceHolder { source, .. } = self.caller(&request).await?;
        let feed = self.deliveries.feed(&source).await?;
        let today = self.deliveries.context().await?.now.today;
        let mut deliveries = self.deliveries.open_ones(Some(&source)).await?;
        let asked = request.into_inner().delivery;
        if let Some(record) = self.deliveries.find(&source, &asked).await
            && deliveries.iter().all(|open| open.id != asked)
        {
            deliveries.push(record);
        }
        Ok(GetStandingResponse {
            mode: if feed.source.mode == FeedMode::Full { "full" } else { "delta" }.to_owned(),
            standing: feed.standing.len(),
            last_as_of: feed.last.as_ref().map(|last| last.as_of.to_string()).unwrap_or_default(),
            due_on: feed.due_on().map(|due| due.to_string()).unwrap_or_default(),
            late: feed.is_late(today),
            deliveries: deliveries.iter().map(standing_of).collect(),
            source,
        })
    }
}

#[tonic::async_trait]
impl FeedService for PushDesk {
    async fn push(&self, request: Request<Streaming<PushRequest>>) -> Result<Response<PushResponse>, Status> {
        let desk = self.clone();
        // A caller who is gone ends his call, and must not end the record of it.
        let received = tokio::spawn(async move { desk.receive(request).await }).await;
        let received = received.map_err(|error| Answer::fault("DELIVERY_FAILED", error)).flatten();
        received.map(Response::new).map_err(Answer::into_status)
    }

    async fn get_standing(
        &self,
        request: Request<GetStandingRequest>,
    ) -> Result<Response<GetStandingResponse>, Status> {
        self.standing(request).await.map(Response::new).map_err(Answer::into_status)
    }
}

/// The next part; none at the end. The error says why there is no next part before the end.
async fn next(stream: &mut Streaming<PushRequest>) -> Result<Option<Part>, String> {
    match tokio::time::timeout(SILENCE, stream.next()).await {
        Err(_) => Err("久无音讯".to_owned()),
        Ok(None) => Ok(None),
        Ok(Some(Err(_))) => Err("连接中断".to_owned()),
        Ok(Some(Ok(PushRequest { part: Some(part) }))) => Ok(Some(part)),
        Ok(Some(Ok(PushRequest { part: None }))) => Err("消息没有内容".to_owned()),
    }
}

/// Writes a row of a table as CSV; every cell is quoted.
fn write_row(table: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        table.push_str(if at > 0 { ",\"" } else { "\"" });
        table.push_str(&cell.replace('"', "\"\""));
        table.push('"');
    }
    table.push('\n');
}

fn receipt(receipt: Receipt) -> PushResponse {
    let Receipt { record, problems, repeated } = receipt;
    PushResponse {
        delivery: Some(standing_of(&record)),
        remarks: problems.iter().take(REMARKS_MAX).map(remark).collect(),
        remarks_total: problems.len() as u64,
        repeated,
    }
}

fn remark(problem: &RowProblem) -> RowRemark {
    RowRemark {
        row: problem.row,
        column: problem.column.clone(),
        code: problem.code.as_str().to_owned(),
        reason: problem.reason.clone().into_owned(),
        remedy: problem.remedy.clone().into_owned(),
        severity: match problem.severity {
            Severity::Hard => "hard",
            Severity::Question => "soft",
            Severity::Warning => "warning",
        }
        .to_owned(),
    }
}

fn standing_of(record: &Record) -> DeliveryStanding {
    let (code, reason) =
        record.remark.as_ref().map(|remark| (remark.code.clone(), remark.sentence.clone())).unwrap_or_default();
    DeliveryStanding {
        id: record.id.clone(),
        source: record.source.clone(),
        sha256: record.digest.clone(),
        as_of: record.stated_on.map(|day| day.to_string()).unwrap_or_default(),
        arrived_on: record.arrived_on.to_string(),
        standing: record.fate.name().to_owned(),
        code,
        reason,
        rows: record.tally.rows,
        accepted: record.tally.accepted,
        ended: record.tally.ended,
        refused: record.tally.refused,
        questioned: record.tally.questioned,
        entry: match &record.fate {
            super::Fate::Taken { entry } => entry.clone(),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C-6.
    #[test]
    fn a_structured_row_stands_in_its_table_as_it_was_sent() {
        let mut table = String::new();
        write_row(&mut table, &["甲\"乙\"".to_owned(), "一,二\n三".to_owned()]);
        assert_eq!(table, "\"甲\"\"乙\"\"\",\"一,二\n三\"\n");
    }

    #[test]
    fn lists_are_taken_at_the_province_alone() {
        assert!(takes_feeds(Tier::Province));
        assert!(!takes_feeds(Tier::City) && !takes_feeds(Tier::County));
    }
}
