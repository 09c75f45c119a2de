//! Departments' lists as registered sources: what a request need not repeat, and alarms over files that cannot be
//! used (C-5, C-6).

use honghei_domain::act::FeedMode;
use honghei_domain::feed::FeedSource;
use honghei_domain::list::ListKind;
use honghei_intake::Mapping;
use honghei_proto::console::v1::{ImportFeed, RegisterFeed};
use honghei_registry::feed::Feed;

use super::file::Upload;
use super::{Desk, fields};
use crate::answer::{Answer, Class};
use crate::delivery::alarm;

/// Reads a registration.
pub fn registration(asked: RegisterFeed) -> Result<FeedSource, Answer> {
    let RegisterFeed { source, department, kind, mode, organ, columns, every_days, reference } = asked;
    mapping(&columns)?;
    Ok(FeedSource {
        name: fields::text("source", &source)?,
        department: fields::department(&department)?,
        kind: fields::kind(&kind)?,
        mode: fields::mode(&mode)?,
        organ: organ.trim().to_owned(),
        columns,
        every_days,
        reference,
    })
}

/// Reads assignments of columns.
pub fn mapping(columns: &[String]) -> Result<Mapping, Answer> {
    columns.iter().try_fold(Mapping::default(), |mapping, text| {
        mapping.with(text).map_err(|fault| Answer::field("mapping", fault.to_string()))
    })
}

/// Fills in what the registration says and the request leaves open.
pub fn complete(asked: &mut ImportFeed, feed: &Feed) {
    let FeedSource { department, kind, mode, organ, columns, .. } = &feed.source;
    let fill = |field: &mut String, known: &str| {
        if field.trim().is_empty() {
            known.clone_into(field);
        }
    };
    fill(&mut asked.department, &department.0);
    fill(&mut asked.organ, organ);
    fill(
        &mut asked.kind,
        match kind {
            ListKind::Red => "red",
            ListKind::Black => "black",
        },
    );
    fill(
        &mut asked.mode,
        match mode {
            FeedMode::Full => "full",
            FeedMode::Delta => "delta",
        },
    );
    if let Some(file) = &mut asked.file {
        let further = columns.iter().filter(|column| !file.mapping.contains(column)).cloned().collect::<Vec<_>>();
        file.mapping.extend(further);
    }
}

impl Desk {
    /// Completes an import from the registration of its source.
    pub(super) async fn complete_feed(&self, mut asked: ImportFeed) -> Result<ImportFeed, Answer> {
        let source = fields::text("source", &asked.source)?;
        let mut tx = self.read().await?;
        let feed = honghei_registry::feed::read(&mut *tx, &source).await?.ok_or_else(|| {
            let message = format!("数据源{source}尚未登记，请先以 feed register 登记");
            Answer::refused("FEED_UNREGISTERED", message)
        })?;
        complete(&mut asked, &feed);
        Ok(asked)
    }

    /// Keeps an alarm where a delivery is refused because of its file; nothing else follows from it.
    pub(super) async fn alarm_over(&self, source: &str, upload: &Upload, refusal: &Answer) -> Result<(), Answer> {
        let of_file = refusal.class == Class::Usage && !refusal.code.starts_with("FIELD_");
        if of_file || alarm::OVER_FILES.contains(&refusal.code.as_ref()) || refusal.code == alarm::NO_ROWS {
            self.parts.deliveries.alarm(source, &refusal.code, alarm::unusable(source), &upload.bytes).await?;
        }
        Ok(())
    }
}
