//! Synthetic lists for rehearsals: nobody in them exists, and everything that must come out is known beforehand.
//!
//! The same seed and scale give the same files. [`write()`] lays down red and black candidates for the six counties of
//! the demonstration, the city's own reds and the feeds of tax, court and market supervision, in several formats
//! and encodings, with conflicts, near-conflicts, damaged rows and duplicates planted, and returns what was planted.

mod conflict;
mod damage;
mod firm;
mod manifest;
mod plan;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::Path;

use chrono::NaiveDate;
use honghei_domain::list::ListKind;
use honghei_intake::TextEncoding;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use firm::{Firms, PLACES};
pub use manifest::{Expectation, Expected, FilePurpose, Planted, SampleFile, Schedule, Stage};
use plan::{CITY, PROVINCE, Planner};
use sheet::{Shape, Table};

/// The file that holds the manifest, beside the lists.
pub const MANIFEST: &str = "planted.json";

/// Why a sample could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file could not be written.
    #[error("a sample file could not be written")]
    Write(#[from] std::io::Error),
    /// A workbook could not be made.
    #[error("a sample workbook could not be made")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The manifest could not be made.
    #[error("the sample's manifest could not be made")]
    Manifest(#[from] serde_json::Error),
    /// A code could not be built out of its parts.
    #[error("a synthetic {0} could not be built")]
    Code(&'static str),
}

impl SampleError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            SampleError::Write(_) => "SAMPLE_NOT_WRITTEN",
            SampleError::Workbook(_) => "SAMPLE_WORKBOOK",
            SampleError::Manifest(_) => "SAMPLE_MANIFEST",
            SampleError::Code(_) => "SAMPLE_CODE",
        }
    }
}

/// How many rows of each sort, planted and damaged ones not counted, and the days they are planned around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// Red candidates of each of the six counties.
    pub reds_per_county: u32,
    /// Black candidates of each county.
    pub blacks_per_county: u32,
    /// The city's own red candidates.
    pub city_reds: u32,
    /// Rows of the tax authority's red list.
    pub tax_reds: u32,
    /// Rows of its black list.
    pub tax_blacks: u32,
    /// Rows of the courts' black list.
    pub court_blacks: u32,
    /// Rows of market supervision's black list.
    pub market_blacks: u32,
    /// Rows of each of the two later feeds.
    pub later_blacks: u32,
    /// How often each kind of conflict is planted.
    pub plants: u32,
    /// The days.
    pub schedule: Schedule,
}

impl Scale {
    /// The demonstration: about 2,500 entries.
    pub fn demo() -> Self {
        Self {
            reds_per_county: 120,
            blacks_per_county: 15,
            city_reds: 60,
            tax_reds: 900,
            tax_blacks: 120,
            court_blacks: 240,
            market_blacks: 150,
            later_blacks: 30,
            plants: 3,
            schedule: Schedule::default(),
        }
    }

    /// A few rows of everything, for tests.
    pub fn small() -> Self {
        Self {
            reds_per_county: 6,
            blacks_per_county: 2,
            city_reds: 3,
            tax_reds: 12,
            tax_blacks: 4,
            court_blacks: 6,
            market_blacks: 6,
            later_blacks: 3,
            plants: 1,
            schedule: Schedule::default(),
        }
    }
}

/// Writes the lists and their manifest into a folder that exists, and returns the manifest.
pub fn write(dir: &Path, seed: u64, scale: Scale) -> Result<Planted, SampleError> {
    let lists = Planner::new(Firms::new(ChaCha20Rng::seed_from_u64(seed)), &scale).plan()?;
    let days = scale.schedule;
    let mut writer = Writer { dir, files: Vec::new() };
    for (place, (red, black)) in PLACES.iter().zip(&lists.counties) {
        let node = format!("{}-commerce", place.region);
        let organ = format!("{}商务局", place.name);
        let (red_shape, black_shape) = shapes(place.region);
        for (table, kind, word, shape) in
            [(red, ListKind::Red, "红名单", red_shape), (black, ListKind::Black, "黑名单", black_shape)]
        {
            let name = format!("{}{}{word}初选.{}", place.region, place.name, shape.extension());
            writer.candidates(table, shape, &name, &node, kind, &organ, days.collected_on)?;
        }
    }
    let name = "420800荆门市红名单初选.xlsx";
    writer.candidates(&lists.city, Shape::Workbook, name, CITY, ListKind::Red, "荆门市商务局", days.collected_on)?;

    let text = Shape::Text(TextEncoding::Gb18030);
    let titled = Shape::TitledWorkbook;
    for (table, shape, name, kind, department, source, organ, as_of, stage) in [
        (
            &lists.tax_red,
            text,
            "税务A级纳税人名单.csv",
            ListKind::Red,
            "tax",
            "tax-a-grade",
            "湖北省国家税务局（样例）",
            days.first_feeds_on,
            Stage::First,
        ),
        (
            &lists.tax_black,
            Shape::Workbook,
            "重大税收违法案件名单.xlsx",
            ListKind::Black,
            "tax",
            "tax-major-violation",
            "湖北省国家税务局（样例）",
            days.first_feeds_on,
            Stage::First,
        ),
        (
            &lists.court,
            text,
            "失信被执行人名单.csv",
            ListKind::Black,
            "court",
            "court-defaulters",
            "湖北省样例人民法院",
            days.first_feeds_on,
            Stage::First,
        ),
        (
            &lists.market,
            titled("严重违法失信企业名单（样例）"),
            "严重违法失信企业名单.xlsx",
            ListKind::Black,
            "market",
            "market-serious-violation",
            "湖北省样例市场监督管理局",
            days.first_feeds_on,
            Stage::First,
        ),
        (
            &lists.court_later,
            Shape::Text(TextEncoding::Utf8Bom),
            "失信被执行人名单_新增.csv",
            ListKind::Black,
            "court",
            "court-defaulters",
            "湖北省样例人民法院",
            days.later_feeds_on,
            Stage::Later,
        ),
        (
            &lists.market_later,
            Shape::Workbook,
            "严重违法失信企业名单_新增.xlsx",
            ListKind::Black,
            "market",
            "market-serious-violation",
            "湖北省样例市场监督管理局",
            days.later_feeds_on,
            Stage::Later,
        ),
    ] {
        let file = SampleFile {
            name: name.to_owned(),
            node: PROVINCE.to_owned(),
            purpose: FilePurpose::Feed,
            kind,
            department: department.to_owned(),
            source: source.to_owned(),
            organ: organ.to_owned(),
            as_of,
            stage,
            ..SampleFile::default()
        };
        writer.file(table, shape, file)?;
    }
    let planted = Planted { seed, schedule: days, files: writer.files, expectations: lists.expectations };
    std::fs::write(dir.join(MANIFEST), serde_json::to_vec_pretty(&planted)?)?;
    Ok(planted)
}

/// Each county keeps its files in its own way.
fn shapes(region: &str) -> (Shape, Shape) {
    match region {
        "420802" => (Shape::Workbook, Shape::Text(TextEncoding::Gb18030)),
        "420804" => (Shape::Text(TextEncoding::Gb18030), Shape::Workbook),
        "420822" => (Shape::TitledWorkbook("沙洋县商务领域红名单（样例）"), Shape::Workbook),
        "420881" => (Shape::Text(TextEncoding::Utf8Bom), Shape::TitledWorkbook("钟祥市商务领域黑名单（样例）")),
        "420882" => (Shape::Workbook, Shape::Text(TextEncoding::Utf8)),
        _ => (Shape::Text(TextEncoding::Utf8), Shape::Text(TextEncoding::Utf8Bom)),
    }
}

struct Writer<'a> {
    dir: &'a Path,
    files: Vec<SampleFile>,
}

impl Writer<'_> {
    #[expect(clippy::too_many_arguments, reason = "one line of the manifest")]
    fn candidates(
        &mut self,
        table: &Table,
        shape: Shape,
        name: &str,
        node: &str,
        kind: ListKind,
        organ: &str,
        as_of: NaiveDate,
    ) -> Result<(), SampleError> {
        let file = SampleFile {
            name: name.to_owned(),
            node: node.to_owned(),
            kind,
            organ: organ.to_owned(),
            as_of,
            ..SampleFile::default()
        };
        self.file(table, shape, file)
    }

    fn file(&mut self, table: &Table, shape: Shape, file: SampleFile) -> Result<(), SampleError> {
        let account = sheet::write(table, shape, &self.dir.join(&file.name))?;
        self.files.push(SampleFile {
            rows: account.rows,
            accepted: account.accepted,
            questioned: account.questioned,
            rejected: account.rejected,
            warnings: account.warnings,
            ..file
        });
        Ok(())
    }
}
