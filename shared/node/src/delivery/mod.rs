//! Deliveries: departments' lists that machines bring, as files in a watched folder or over the network (C-5, C-6).
//!
//! A delivery is looked at at once: its layout, its rows, what it would change. It is kept under its digest and waits
//! for an officer, because an act needs his signature and the node never holds his key. Until he takes it nothing of it
//! is in the log. One that cannot be used is an alarm and nothing else.

pub(crate) mod alarm;
pub mod credential;
mod inbox;
mod push;
mod record;
pub mod sender;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::act::OfficerId;
use honghei_domain::permit::{self, Action};
use honghei_intake::RowProblem;
use honghei_ledger::{Digest, VaultKey, hex, sha256};
use honghei_link::Pulse;
use honghei_proto::console::v1::propose_request::Command as Wire;
use honghei_proto::console::v1::{FileOptions, ImportFeed};
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::desk::members;
use honghei_registry::engine::{Engine, Submitted};
use honghei_registry::feed::{self, Feed};
use tokio::sync::Mutex;

use self::inbox::Sightings;
use self::record::Shelf;
use crate::answer::{Answer, Class};
use crate::chance;
use crate::clock::Clock;
use crate::console::command::{self, Asked};
use crate::console::feed::complete;
use crate::console::file::{self, SealingKeys, Taken, Treatment, Upload};
use crate::folder::Folder;

pub use self::push::PushDesk;
pub use self::record::{Fate, Record, Remark, Tally, Way, day_in_name, kept_name, name_of};

/// Deliveries of one source that may wait at once.
const WAITING_MAX: usize = 64;
/// Refused files of one source that are kept of what is pushed; further ones are answered, recorded and not kept.
const REFUSED_KEPT_MAX: usize = 64;
/// The code of a comparison that is not through: the delivery is weighed when it is.
const OUTSTANDING: &str = "COMPARISON_OUTSTANDING";
/// The code of a delivery whose bytes are not those that arrived.
const ALTERED: &str = "DELIVERY_ALTERED";

/// What arrives.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The source, which is registered.
    pub source: String,
    /// How it came.
    pub way: Way,
    /// What its file is called.
    pub file: String,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
    /// Where the file lies, where it is one already.
    pub lies: Option<PathBuf>,
    /// The day its department states.
    pub stated_on: Option<NaiveDate>,
    /// How many rows its sender counted.
    pub counted: Option<u64>,
    /// Why it is refused whatever its rows say.
    pub refused: Option<Remark>,
}

/// What an arrival came to.
#[derive(Debug)]
pub(crate) struct Receipt {
    /// How it is kept.
    pub record: Record,
    /// Its rows with a remark.
    pub problems: Vec<RowProblem>,
    /// Whether it had arrived before.
    pub repeated: bool,
}

/// A file as its registration reads it.
#[derive(Debug, Default)]
struct Checked {
    tally: Tally,
    problems: Vec<RowProblem>,
    report: Option<(String, Vec<u8>)>,
    outcome: Option<Result<Command, Remark>>,
}

/// What taking a delivery in would do now.
#[derive(Debug, Default)]
struct Weighed {
    summary: String,
    remark: Option<Remark>,
    /// It holds nothing that was not taken before.
    known: bool,
    /// It was weighed against what stands; else it is asked again.
    through: bool,
}

/// What a node's deliveries are made of.
#[derive(Debug)]
pub struct Parts {
    /// The node's folder.
    pub folder: Folder,
    /// Its logic.
    pub engine: Arc<Engine>,
    /// Its clocks.
    pub clock: Clock,
    /// The key that seals personal numbers.
    pub vault: VaultKey,
    /// Wakes desks, which write alarms into the log.
    pub pulse: Pulse,
}

/// The deliveries of a node, by source and name.
type Index = BTreeMap<String, BTreeMap<String, Record>>;

/// The deliveries of a node.
#[derive(Debug)]
pub struct Deliveries {
    parts: Parts,
    shelf: Shelf,
    index: Mutex<Index>,
    sightings: Mutex<Sightings>,
}

impl Deliveries {
    /// Opens what a node's folder holds.
    pub fn open(parts: Parts) -> Self {
        let shelf = Shelf::of(parts.folder.clone());
        let index = Mutex::new(shelf.records());
        Self { parts, shelf, index, sightings: Mutex::default() }
    }

    async fn context(&self) -> Result<Context, Answer> {
        Ok(self.parts.engine.context(self.parts.clock.now()?).await)
    }

    /// A registered source.
    pub(crate) async fn feed(&self, source: &str) -> Result<Feed, Answer> {
        let mut tx = self.parts.engine.store().read().await?;
        let unregistered = || Answer::refused("FEED_UNREGISTERED", format!("数据源{source}尚未登记"));
        feed::read(&mut *tx, source).await?.ok_or_else(unregistered)
    }

    /// Keeps an alarm over a source and wakes the desk that writes it into the log.
    pub(crate) async fn alarm(&self, source: &str, code: &str, detail: String, of: &[u8]) -> Result<(), Answer> {
        let at_ms = self.parts.clock.now()?.ms;
        alarm::keep(self.parts.engine.store().as_ref(), at_ms, source, code, detail, of).await?;
        self.parts.pulse.beat();
        Ok(())
    }

    /// Takes in what has arrived: checks, weighs, keeps, and raises the alarm where it cannot be used. The same
    /// delivery again changes nothing.
    pub(crate) async fn arrive(&self, arrival: Arrival) -> Result<Receipt, Answer> {
        let feed = self.feed(&arrival.source).await?;
        let now = self.parts.clock.now()?;
        let digest = sha256(&arrival.bytes);
        let id = name_of(&arrival.source, arrival.stated_on.unwrap_or(now.today), &digest);
        let checked = self.check(&feed, &arrival).await?;
        let weighed = match &checked.outcome {
            Some(Ok(command)) => self.weigh(command).await?,
            _ => Weighed::default(),
        };
        let mut index = self.index.lock().await;
        let known = index.get(&arrival.source).and_then(|records| records.get(&id));
        if let Some(known) = known.filter(|known| known.fate != Fate::Refused).cloned() {
            if let Some(lies) = &arrival.lies {
                let place = format!("accepted/{}", kept_name(&arrival.file, &id));
                self.shelf.move_in(&arrival.source, lies, &place)?;
            }
            return Ok(Receipt { record: known, problems: checked.problems, repeated: true });
        }
        let record = self.record(&index, &arrival, (id, digest), &checked, weighed)?;
        // The record comes before the file: what is interrupted here is taken up again when the file is seen again.
        if let (Some(path), Some((_, bytes))) = (&record.report, &checked.report) {
            self.shelf.write(&record.source, path, bytes)?;
        }
        match &arrival.lies {
            None if record.kept.is_empty() => {}
            None => self.shelf.write(&record.source, &record.kept, &arrival.bytes)?,
            Some(_) => {}
        }
        self.shelf.keep(&record)?;
        if let Some(lies) = &arrival.lies {
            self.shelf.move_in(&record.source, lies, &record.kept)?;
        }
        index.entry(record.source.clone()).or_default().insert(record.id.clone(), record.clone());
        drop(index);
        self.alarm_over(&record, &arrival.bytes).await?;
        tracing::info!(source = %record.source, id = %record.id, standing = record.fate.name(), "a delivery arrived");
        Ok(Receipt { record, problems: checked.problems, repeated: false })
    }

    /// The record of an arrival that was not known.
    fn record(
        &self,
        index: &Index,
        arrival: &Arrival,
        (id, digest): (String, Digest),
        checked: &Checked,
        weighed: Weighed,
    ) -> Result<Record, Answer> {
        let now = self.parts.clock.now()?;
        let standing = index.get(&arrival.source);
        let count = |wanted: fn(&Fate) -> bool| {
            standing.map_or(0, |records| records.values().filter(|record| wanted(&record.fate)).count())
        };
        let refusal = match &checked.outcome {
            Some(Err(remark)) => Some(remark.clone()),
            _ => None,
        };
        let fate = match (&refusal, weighed.known) {
            (Some(_), _) => Fate::Refused,
            (None, true) => Fate::Taken { entry: String::new() },
            (None, false) => Fate::Waiting,
        };
        if fate.is_open() && count(Fate::is_open) >= WAITING_MAX {
            let message = format!("数据源{}已有{WAITING_MAX}件来文待处理，请先处理", arrival.source);
            return Err(Answer::refused("DELIVERIES_FULL", message));
        }
        let file = kept_name(&arrival.file, &id);
        let crowded = arrival.lies.is_none() && count(|fate| *fate == Fate::Refused) >= REFUSED_KEPT_MAX;
        let (place, report) = match (&fate, crowded) {
            (Fate::Refused, true) => (String::new(), None),
            (Fate::Refused, false) => (format!("refused/{file}"), checked.report.as_ref()),
            _ => (format!("accepted/{file}"), checked.report.as_ref()),
        };
        Ok(Record {
            report: report.map(|(extension, _)| format!("reports/{id}.{extension}")),
            id,
            source: arrival.source.clone(),
            file: arrival.file.clone(),
            kept: place,
            digest: hex(&digest),
            length: arrival.bytes.len() as u64,
            way: arrival.way,
            stated_on: arrival.stated_on,
            arrived_on: now.today,
            arrived_at_ms: now.ms,
            tally: checked.tally,
            summary: weighed.summary,
            remark: refusal.or(weighed.remark),
            weighed: weighed.through || fate == Fate::Refused,
            fate,
        })
    }

    /// Raises the alarm that a delivery calls for.
    async fn alarm_over(&self, record: &Record, bytes: &[u8]) -> Result<(), Answer> {
        let Some(remark) = &record.remark else { return Ok(()) };
        if record.fate == Fate::Refused || alarm::OVER_FILES.contains(&remark.code.as_str()) {
            self.alarm(&record.source, &remark.code, alarm::unusable(&record.source), bytes).await?;
        }
        Ok(())
    }

    /// Reads a file exactly as an officer's import of it would.
    async fn check(&self, feed: &Feed, arrival: &Arrival) -> Result<Checked, Answer> {
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
    async fn weigh(&self, command: &Command) -> Result<Weighed, Answer> {
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

    async fn keep(&self, record: Record) -> Result<(), Answer> {
        let mut index = self.index.lock().await;
        self.shelf.keep(&record)?;
        index.entry(record.source.clone()).or_default().insert(record.id.clone(), record);
        Ok(())
    }

    /// The bytes of a delivery, if they are still those that arrived.
    fn bytes(&self, record: &Record) -> Result<Vec<u8>, Answer> {
        let path = self.shelf.file(record);
        let bytes = std::fs::read(&path).ok().filter(|bytes| hex(&sha256(bytes)) == record.digest);
        bytes.ok_or_else(|| {
            let message = format!("来文{}的文件{}缺失或已被改动，不能导入", record.id, path.display());
            Answer::refused(ALTERED, message)
        })
    }

    /// Deliveries that are still to be dealt with, of one source or of all, the earliest first.
    pub async fn open_ones(&self, source: Option<&str>) -> Result<Vec<Record>, Answer> {
        let index = self.index.lock().await;
        let of = |name: &String| source.is_none_or(|source| source == name);
        let records = index.iter().filter(|(name, _)| of(name)).flat_map(|(_, records)| records.values());
        let mut open: Vec<Record> = records.filter(|record| record.fate.is_open()).cloned().collect();
        drop(index);
        let mut tx = self.parts.engine.store().read().await?;
        for record in &mut open {
            // Whose second signature was not given waits again.
            if let Fate::Signed { parked } = &record.fate
                && tx.parked(parked).await?.is_none()
            {
                record.fate = Fate::Waiting;
            }
        }
        open.sort_by(|one, other| (one.arrived_at_ms, &one.id).cmp(&(other.arrived_at_ms, &other.id)));
        Ok(open)
    }

    /// One delivery, whatever became of it.
    pub async fn find(&self, source: &str, id: &str) -> Option<Record> {
        self.index.lock().await.get(source)?.get(id).cloned()
    }

    /// The waiting delivery that an officer means by its name, or by its source's where only one waits; and its bytes.
    pub(crate) async fn meant(&self, named: &str) -> Result<(Record, Vec<u8>), Answer> {
        let record = self.named(named).await?;
        let bytes = match self.bytes(&record) {
            Ok(bytes) => bytes,
            Err(answer) => {
                self.alarm(&record.source, ALTERED, alarm::unusable(&record.source), record.id.as_bytes()).await?;
                return Err(answer);
            }
        };
        Ok((record, bytes))
    }

    async fn named(&self, named: &str) -> Result<Record, Answer> {
        let named = named.trim();
        let open = self.open_ones(None).await?;
        let mut meant: Vec<Record> =
            open.into_iter().filter(|record| record.id == named || record.source == named).collect();
        if let Some(exact) = meant.iter().position(|record| record.id == named) {
            return Ok(meant.swap_remove(exact));
        }
        match <[Record; 1]>::try_from(meant) {
            Ok([only]) => Ok(only),
            Err(none) if none.is_empty() => {
                let message = format!("没有待处理的来文{named}，可用 feed waiting 查看");
                Err(Answer::refused("DELIVERY_UNKNOWN", message))
            }
            Err(several) => {
                let names: Vec<&str> = several.iter().map(|record| record.id.as_str()).collect();
                let message = format!("数据源{named}有{}件来文待处理，请指明其一：{}", names.len(), names.join("、"));
                Err(Answer::field("delivery", message))
            }
        }
    }

    /// The delivery whose import waits for a second signature under a name.
    pub(crate) async fn of_parked(&self, name: &str) -> Option<Record> {
        let index = self.index.lock().await;
        let is_it = |record: &&Record| matches!(&record.fate, Fate::Signed { parked } if parked == name);
        index.values().flat_map(BTreeMap::values).find(is_it).cloned()
    }

    /// Notes what an officer's signature under a delivery's import came to.
    pub(crate) async fn signed(&self, record: Record, submitted: &Submitted) -> Result<(), Answer> {
        let fate = match submitted {
            Submitted::Written(entry) => Fate::Taken { entry: entry.to_string() },
            Submitted::Waiting { id, .. } => Fate::Signed { parked: id.clone() },
        };
        self.keep(Record { fate, ..record }).await
    }

    /// Notes that a delivery holds nothing that was not taken before.
    pub(crate) async fn known(&self, record: Record) -> Result<(), Answer> {
        self.keep(Record { fate: Fate::Taken { entry: String::new() }, ..record }).await
    }

    /// Puts a waiting delivery aside, unsigned; its file goes to the refused ones.
    pub(crate) async fn set_aside(&self, named: &str, officer: &OfficerId) -> Result<Record, Answer> {
        let record = self.named(named).await?;
        if let Fate::Signed { parked } = &record.fate {
            let message = format!("来文{}已签署，待复核签名{parked}；请先撤下该事项", record.id);
            return Err(Answer::refused("DELIVERY_SIGNED", message));
        }
        let on = self.parts.clock.now()?.today;
        let kept = format!("refused/{}", kept_name(&record.file, &record.id));
        let (from, source) = (self.shelf.file(&record), record.source.clone());
        let record = Record { fate: Fate::Dropped { officer: officer.0.clone(), on }, kept: kept.clone(), ..record };
        self.keep(record.clone()).await?;
        if from.exists() {
            self.shelf.move_in(&source, &from, &kept)?;
        }
        Ok(record)
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
