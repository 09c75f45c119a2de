//! Deliveries: departments' lists that machines bring, as files in a watched folder or over the network (C-5, C-6).
//!
//! A delivery is looked at at once: its layout, its rows, what it would change. It is kept under its digest and waits
//! for an officer, because an act needs his signature and the node never holds his key. Until he takes it nothing of it
//! is in the log. One that cannot be used is an alarm and nothing else.

pub(crate) mod alarm;
mod check;
pub mod credential;
mod inbox;
mod push;
mod record;
pub mod sender;
mod waiting;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_intake::RowProblem;
use honghei_ledger::{Digest, VaultKey, hex, sha256};
use honghei_link::Pulse;
use honghei_registry::context::Context;
use honghei_registry::engine::Engine;
use honghei_registry::feed::{self, Feed};
use honghei_store::{Fault as StoreFault, run_tx};
use tokio::sync::Mutex;

use self::check::{Checked, Weighed};
use self::inbox::Sightings;
use self::record::Shelf;
use crate::answer::Answer;
use crate::clock::Clock;
use crate::folder::Folder;

pub(crate) use self::check::asked_of;
pub use self::push::PushDesk;
pub use self::record::{Fate, Record, Remark, Tally, Way, day_in_name, kept_name, name_of};

/// Deliveries of one source that may wait at once.
const WAITING_MAX: usize = 64;
/// Refused files of one source that are kept of what is pushed; further ones are answered, recorded and not kept.
const REFUSED_KEPT_MAX: usize = 64;
/// Deliveries of one source that are pushed on one legal day at most; repetitions aside.
const PUSHED_PER_DAY_MAX: usize = 96;
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
        self.note_waiting(&index, &record.source).await?;
        drop(index);
        self.alarm_over(&record, &arrival.bytes).await?;
        tracing::info!(source = %record.source, id = %record.id, standing = record.fate.name(), "a delivery arrived");
        Ok(Receipt { record, problems: checked.problems, repeated: false })
    }

    /// What a delivery came to that had arrived before, known by the digest it is announced with: nothing of it need come
    /// again. None for one that was refused, or whose bytes are not kept: it is looked at again.
    pub(crate) async fn arrived_before(
        &self,
        source: &str,
        stated_on: NaiveDate,
        digest: &[u8],
        counted: Option<u64>,
    ) -> Result<Option<Receipt>, Answer> {
        let Ok(digest) = Digest::try_from(digest) else { return Ok(None) };
        let known = self.find(source, &name_of(source, stated_on, &digest)).await;
        let Some(record) = known.filter(|known| known.fate != Fate::Refused && known.digest == hex(&digest)) else {
            return Ok(None);
        };
        let Ok(bytes) = self.bytes(&record) else { return Ok(None) };
        let arrival = Arrival {
            source: source.to_owned(),
            way: Way::Push,
            file: record.file.clone(),
            bytes: Arc::new(bytes),
            lies: None,
            stated_on: Some(stated_on),
            counted,
            refused: None,
        };
        let checked = self.check(&self.feed(source).await?, &arrival).await?;
        Ok(Some(Receipt { record, problems: checked.problems, repeated: true }))
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
        let known: Vec<&Record> = index.get(&arrival.source).into_iter().flat_map(BTreeMap::values).collect();
        let count = |wanted: &dyn Fn(&Record) -> bool| known.iter().filter(|record| wanted(record)).count();
        let pushed = arrival.way == Way::Push;
        if pushed && count(&|one| one.way == Way::Push && one.arrived_on == now.today) >= PUSHED_PER_DAY_MAX {
            let message = format!("数据源{}今日已报送{PUSHED_PER_DAY_MAX}件，请明日再报", arrival.source);
            return Err(Answer::refused("FEED_TOO_OFTEN", message));
        }
        let refusal = match &checked.outcome {
            Some(Err(remark)) => Some(remark.clone()),
            _ => None,
        };
        let fate = match (&refusal, weighed.known) {
            (Some(_), _) => Fate::Refused,
            (None, true) => Fate::Taken { entry: String::new() },
            (None, false) => Fate::Waiting,
        };
        if fate.is_open() && count(&|one| one.fate.is_open()) >= WAITING_MAX {
            let message = format!("数据源{}已有{WAITING_MAX}件来文待处理，请先处理", arrival.source);
            return Err(Answer::refused("DELIVERIES_FULL", message));
        }
        let file = kept_name(&arrival.file, &id);
        // A file is moved and never deleted; of what is pushed nothing is kept that nobody will ask for.
        let place = match &fate {
            Fate::Refused if pushed && count(&|one| one.fate == Fate::Refused) >= REFUSED_KEPT_MAX => String::new(),
            Fate::Taken { .. } if pushed => String::new(),
            Fate::Refused => format!("refused/{file}"),
            _ => format!("accepted/{file}"),
        };
        let report = checked.report.as_ref().filter(|_| !place.is_empty());
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

    async fn keep(&self, record: Record) -> Result<(), Answer> {
        let mut index = self.index.lock().await;
        self.shelf.keep(&record)?;
        let source = record.source.clone();
        index.entry(source.clone()).or_default().insert(record.id.clone(), record);
        self.note_waiting(&index, &source).await
    }

    /// Tells the office of the comparison since when a list of a source waits: such a source is not late.
    async fn note_waiting(&self, index: &Index, source: &str) -> Result<(), Answer> {
        let records = index.get(source).into_iter().flat_map(BTreeMap::values);
        let since = records.filter(|record| record.fate.is_open()).map(|record| record.arrived_on).min();
        let noted: Result<(), StoreFault> = run_tx!(self.parts.engine.store().as_ref(), "waiting", async |tx| {
            feed::note_waiting(tx, source, since).await
        });
        Ok(noted?)
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
}
