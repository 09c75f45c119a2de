//! Deliveries that wait for an officer: which there are, which one he means, what he made of it.

use std::collections::BTreeMap;

use honghei_domain::act::OfficerId;
use honghei_registry::engine::Submitted;

use super::record::{Fate, Record, kept_name};
use super::{ALTERED, Deliveries, alarm};
use crate::answer::Answer;

impl Deliveries {
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
    /// One that was altered on its shelf is an alarm, unless it is only to be tried.
    pub(crate) async fn meant(&self, named: &str, rehearse: bool) -> Result<(Record, Vec<u8>), Answer> {
        let record = self.named(named).await?;
        let bytes = match self.bytes(&record) {
            Ok(bytes) => bytes,
            Err(answer) if rehearse => return Err(answer),
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
