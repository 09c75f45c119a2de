//! The province's chapters: departments' feeds, publication, and whether every node serves the same.

use std::path::PathBuf;

use honghei_domain::list::ListKind;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::story::{CITY, PROVINCE, Story};
use crate::process::Trouble;
use crate::sample::{FilePurpose, SampleFile, Stage};

/// One feed of another department.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The file.
    pub path: PathBuf,
    /// Registered source.
    pub source: String,
    /// Red or black.
    pub kind: ListKind,
    /// The department.
    pub department: String,
    /// The organ that recognised, where the file has no such column.
    pub organ: String,
    /// The day the department states.
    pub as_of: String,
    /// What its columns are where their headers do not say it: `字段=列名`.
    pub columns: Vec<String>,
}

impl Story<'_> {
    /// The planted feeds of a stage.
    fn planted_feeds(&self, stage: Stage) -> Vec<(Feed, SampleFile)> {
        let feeds = self.planted.files.iter().filter(|file| file.purpose == FilePurpose::Feed && file.stage == stage);
        let feed = |file: &SampleFile| Feed {
            path: self.samples.join(&file.name),
            source: file.source.clone(),
            kind: file.kind,
            department: file.department.clone(),
            organ: file.organ.clone(),
            as_of: file.as_of.to_string(),
            columns: Vec::new(),
        };
        feeds.map(|file| (feed(file), file.clone())).collect()
    }

    /// The departments' lists of a stage arrive at the province.
    pub async fn feed(&mut self, stage: Stage) -> Result<(), Trouble> {
        let (day, title) = match stage {
            Stage::First => (self.days.first_feeds, "省级导入税务、法院、市场监管部门名单"),
            Stage::Later => (self.days.later_feeds, "公布之后，法院、市场监管部门送来新增黑名单"),
        };
        self.chapter(day, title)?;
        for (feed, file) in self.planted_feeds(stage) {
            let summary = self.import_feed(&feed).await?;
            let refused = file.rejected.len() as u64;
            let expected = format!("导入{}，待确认{}，拒绝{refused}", file.accepted, file.questioned);
            let found = format!("导入{}，待确认{}，拒绝{}", summary.accepted, summary.questioned, summary.refused);
            self.account.check(format!("省级导入{}", file.name), expected, found);
        }
        let more = if stage == Stage::First { std::mem::take(&mut self.more_feeds) } else { Vec::new() };
        for feed in more {
            let summary = self.import_feed(&feed).await?;
            match feed.kind {
                ListKind::Red => self.more_red += summary.accepted,
                ListKind::Black => self.more_black += summary.accepted,
            }
        }
        self.settle("省级逐条比对").await
    }

    /// Imports one feed.
    pub async fn import_feed(&mut self, feed: &Feed) -> Result<ImportSummary, Trouble> {
        let kind = if feed.kind == ListKind::Red { "red" } else { "black" };
        let office = self.federation.office(PROVINCE)?;
        if self.registered_feeds.insert(feed.source.clone()) {
            let register = RegisterFeed {
                source: feed.source.clone(),
                department: feed.department.clone(),
                kind: kind.to_owned(),
                mode: "delta".to_owned(),
                organ: feed.organ.clone(),
                columns: feed.columns.clone(),
                every_days: 0,
                reference: None,
            };
            office.act("clerk", Command::RegisterFeed(register)).await?;
        }
        let imported = office
            .import("clerk", &feed.path, |upload| {
                Command::ImportFeed(ImportFeed {
                    file: Some(FileOptions { upload, ..FileOptions::default() }),
                    source: feed.source.clone(),
                    as_of: feed.as_of.clone(),
                    organ: feed.organ.clone(),
                    ..ImportFeed::default()
                })
            })
            .await?;
        let name = feed.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let summary = imported.summary.clone();
        self.teller.happened(&format!("{name}：导入{}条，拒绝{}行", summary.accepted, summary.refused));
        self.record_import(PROVINCE, &name, &imported)?;
        Ok(summary)
    }

    /// The head publishes; a process dies while the result goes down; every node serves it.
    pub async fn publish(&mut self, version: u64) -> Result<(), Trouble> {
        let (day, title) = match version {
            1 => (self.days.published, "省级公布第1版比对结果，下发各级"),
            _ => (self.days.published_again, "省级公布第2版比对结果，已公布的红名单因新增黑名单退出"),
        };
        self.chapter(day, title)?;
        let publish = PublishResult { agreed_removal_percent: 0 };
        self.federation.office(PROVINCE)?.act("head", Command::PublishResult(publish)).await?;
        if version == 1 {
            self.kill_amid(CITY, CITY, "比对结果下行期间").await?;
            self.kill_amid("420881-commerce", "420881-commerce", "比对结果下行期间").await?;
        } else {
            self.kill_amid(PROVINCE, CITY, "第2版结果下行期间").await?;
        }
        let ids: Vec<String> = self.federation.nodes.keys().cloned().collect();
        let mut digests = Vec::new();
        for id in &ids {
            let served = self.until(id, "收到比对结果", |status| status.result_version >= version).await?;
            digests.push(served.result_digest);
        }
        digests.dedup();
        self.settle("各节点核验并回执").await?;
        let digest = digests.first().cloned().unwrap_or_default();
        self.account.check(format!("第{version}版：{}个节点的摘要种数", ids.len()), 1, digests.len());
        self.teller.happened(&format!("第{version}版：{}个节点摘要一致 {digest}", ids.len()));
        Ok(())
    }
}
