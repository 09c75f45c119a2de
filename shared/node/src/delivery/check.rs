//! What a delivery is worth: its layout and rows as its registration reads them, and what it would change.

use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::act::OfficerId;
use honghei_domain::permit::{self, Action};
use honghei_intake::RowProblem;
use honghei_proto::console::v1::propose_request::Command as Wire;
use honghei_proto::console::v1::{FileOptions, ImportFeed};
use honghei_registry::command::Command;
use honghei_registry::desk::members;
use honghei_registry::feed::Feed;

use super::record::{Fate, Record, Remark, Tally};
use super::{Arrival, Deliveries, alarm};
use crate::answer::{Answer, Class};
use crate::chance;
use crate::console::command::{self, Asked};
use crate::console::feed::complete;
use crate::console::file::{self, SealingKeys, Taken, Treatment, Upload};

/// The code of a comparison that is not through: the delivery is weighed when it is.
const OUTSTANDING: &str = "COMPARISON_OUTSTANDING";

/// A file as its registration reads it.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub tally: Tally,
    pub problems: Vec<RowProblem>,
    pub report: Option<(String, Vec<u8>)>,
    pub outcome: Option<Result<Command, Remark>>,
}

/// What taking a delivery in would do now.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    pub summary: String,
    pub remark: Option<Remark>,
    /// It holds nothing that was not taken before.
    pub known: bool,
    /// It was weighed against what stands; else it is asked again.
    pub through: bool,
}

impl Deliveries {
    /// Reads a file exactly as an officer's import of it would.
    pub(super) async fn check(&self, feed: &Feed, arrival: &Arrival) -> Result<Checked, Answer> {
        if let Some(refused) = &arrival.refused {
            return Ok(Checked { outcome: Some(Err(refused.clone())), ..Checked::default() });
        }
        let cx = self.context().await?;
        let asked = asked_of(feed, arrival.stated_on.unwrap_or(cx.now.today));
        let refused = |answer: Answer| Remark { code: answer.code, sentence: answer.message };
        let asked = match command::read(Wire::ImportFeed(asked), &cx) {
            Ok(Asked::File(asked)) => asked,
            Ok(_) => return Ok(Checked::default()),
            Err(answer) => return Ok(Checked { outcome: Some(Err(refused(answer))), ..Checked::default() }),
        };
        let (keys, mut rng) = (SealingKeys::of(&self.parts.vault, cx.directory())?, chance::generator()?);
        let upload = Upload { name: arrival.file.clone(), bytes: arrival.bytes.clone() };
        let request = asked.request;
        let treatment = Treatment { strict: false, confirm: false };
        let taken = tokio::task::spawn_blocking(move || file::take(&upload, &request, treatment, &keys, &mut rng));
        let mut taken: Taken = match taken.await.map_err(|error| Answer::fault("IMPORT_FAILED", error))? {
            Ok(taken) => taken,
            Err(answer) if answer.class == Class::Fault => return Err(answer),
            Err(answer) => return Ok(Checked { outcome: Some(Err(refused(answer))), ..Checked::default() }),
        };
        let summary = &taken.summary;
        let tally = Tally {
            rows: summary.rows,
            accepted: summary.accepted,
            ended: summary.ended,
            refused: summary.refused,
            questioned: summary.questioned,
        };
        let problems = std::mem::take(&mut taken.problems);
        let report =
            (!taken.report.is_empty()).then(|| (summary.report_format.clone(), std::mem::take(&mut taken.report)));
        let remark = |code: &str, sentence: String| Remark { code: code.to_owned(), sentence };
        let outcome = match arrival.counted.filter(|counted| *counted != tally.rows) {
            Some(counted) => {
                let sentence = format!("报送方称有{counted}行，实收{}行，疑似残缺，未作任何改动", tally.rows);
                Err(remark("FEED_ROWS_DIFFER", sentence))
            }
            None => match command::with_entries(asked.purpose, &arrival.file, taken, &cx).map(|made| made.command) {
                Ok(Some(command)) => Ok(command),
                Ok(None) => {
                    let sentence = format!("没有可以导入的记录：共{}行，{}行有误", tally.rows, tally.refused);
                    Err(remark(alarm::NO_ROWS, sentence))
                }
                Err(answer) => Err(refused(answer)),
            },
        };
        Ok(Checked { tally, problems, report, outcome: Some(outcome) })
    }

    /// What taking a delivery in would do now. Writes nothing and signs nothing: it is drafted as an officer who may
    /// import lists would have it drafted.
    pub(super) async fn weigh(&self, command: &Command) -> Result<Weighed, Answer> {
        let now = self.parts.clock.now()?;
        let Some(officer) = self.importer().await? else { return Ok(Weighed::default()) };
        let remark = |answer: Answer| Some(Remark { code: answer.code, sentence: answer.message });
        match self.parts.engine.propose(now, &officer, command).await.map_err(Answer::from) {
            Ok(proposal) => Ok(Weighed { summary: proposal.summary, through: true, ..Weighed::default() }),
            Err(answer) => match answer.class {
                Class::AlreadyDone => {
                    Ok(Weighed { summary: answer.message, known: true, through: true, ..Weighed::default() })
                }
                Class::Refused if answer.code == OUTSTANDING => Ok(Weighed::default()),
                Class::Stale => Ok(Weighed::default()),
                Class::Refused => Ok(Weighed { remark: remark(answer), through: true, ..Weighed::default() }),
                _ => Err(answer),
            },
        }
    }

    /// An officer of this node who may import lists by his own roles.
    async fn importer(&self) -> Result<Option<OfficerId>, Answer> {
        let cx = self.context().await?;
        let tier = cx.record()?.tier;
        let mut tx = self.parts.engine.store().read().await?;
        for row in tx.officers(Some(cx.me())).await? {
            let officer = members::read(&row)?;
            if permit::permit(tier, &officer.roles, Action::ImportFeed).is_ok() {
                return Ok(Some(officer.id));
            }
        }
        Ok(None)
    }

    /// Weighs what could not be weighed when it arrived.
    pub(crate) async fn weigh_anew(&self) -> Result<(), Answer> {
        let unweighed: Vec<Record> = self.open_ones(None).await?.into_iter().filter(|open| !open.weighed).collect();
        for record in unweighed {
            let bytes = self.bytes(&record)?;
            let arrival = Arrival {
                source: record.source.clone(),
                way: record.way,
                file: record.file.clone(),
                bytes: Arc::new(bytes),
                lies: None,
                stated_on: record.stated_on,
                counted: None,
                refused: None,
            };
            let feed = self.feed(&record.source).await?;
            let Checked { outcome: Some(Ok(command)), .. } = self.check(&feed, &arrival).await? else { continue };
            let weighed = self.weigh(&command).await?;
            if !weighed.through {
                continue;
            }
            let fate = if weighed.known { Fate::Taken { entry: String::new() } } else { record.fate.clone() };
            let Weighed { summary, remark, .. } = weighed;
            let record = Record { summary, remark, weighed: true, fate, ..record };
            self.keep(record.clone()).await?;
            self.alarm_over(&record, &arrival.bytes).await?;
        }
        Ok(())
    }
}

/// What an officer would ask for who imports a source's list of a day as it is registered.
pub(crate) fn asked_of(feed: &Feed, as_of: NaiveDate) -> ImportFeed {
    let mut asked = ImportFeed {
        file: Some(FileOptions::default()),
        source: feed.source.name.clone(),
        as_of: as_of.to_string(),
        ..ImportFeed::default()
    };
    complete(&mut asked, feed);
    asked
}
