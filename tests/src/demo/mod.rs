//! The demonstration: a whole federation of real processes walks a list from the counties to the final result and back,
//! on a simulated calendar, and holds what comes out against what was planted.

mod account;
mod closing;
mod counties;
mod days;
mod province;
mod quiet;
mod real;
mod review;
mod story;
mod summary;
mod teller;

use std::path::PathBuf;

use honghei_node::clock::Clock;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

pub use account::{Account, Check, FileAccount, Kill, NodeAccount, ResultAccount, VerdictAccount, WATERMARK};
pub use quiet::{await_growth, is_quiet};
pub use story::{CITY, COUNTIES, DIRECT, PROVINCE};
pub use summary::write as summary;
pub use teller::{Teller, dated};

use crate::process::{FEDERATION, Federation, Plan, Program, Trouble};
use crate::sample::{self, Scale, Stage};
use crate::world::jingmen;
use story::Story;

/// The file that a kept folder holds the account in.
pub const ACCOUNT: &str = "account.json";

/// What demonstration to give.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A folder of real registers and published lists that take part beside the synthetic ones.
    pub real: Option<PathBuf>,
    /// Where the nodes' folders are left.
    pub keep: Option<PathBuf>,
    /// Whether people will go on working with the federation.
    pub serve: bool,
    /// A few rows of everything.
    pub quick: bool,
    /// What the synthetic lists, the officers' keys and the moments of the kills follow from.
    pub seed: u64,
}

/// Gives the demonstration. The federation is returned running.
///
/// # Errors
/// If something did not happen at all; what came out otherwise than planted stands in the account.
pub async fn run(program: Program, options: &Options, teller: &Teller) -> Result<(Account, Federation), Trouble> {
    let clock = Clock::real();
    let scale = if options.quick { Scale::small() } else { Scale::demo() };
    let plan = Plan {
        members: jingmen(),
        today: scale.schedule.collected_on,
        seed: options.seed,
        keep: options.keep.clone(),
        databases: Default::default(),
    };
    teller.chapter(plan.today, "建立联邦：省、市、五县及仙桃，各为独立进程，双向TLS，各有数据库");
    let federation = Federation::found(program, &plan).await?;
    let samples = federation.folder().join("lists");
    std::fs::create_dir(&samples).map_err(Trouble::io("create", &samples))?;
    let planted =
        sample::write(&samples, options.seed, scale).map_err(|error| Trouble::Malformed(error.to_string()))?;
    let mut story = Story::new(federation, planted, samples, teller)?;
    story.account.watermark = WATERMARK.to_owned();
    story.account.federation = FEDERATION.to_owned();
    story.account.seed = options.seed;
    if let Some(folder) = &options.real {
        story.account.watermark = account::WATERMARK_REAL.to_owned();
        real::prepare(&mut story, folder)?;
    }
    story.collect().await?;
    story.hear().await?;
    story.wait_out_publicity().await?;
    story.certify().await?;
    story.review().await?;
    story.sign_reviews().await?;
    story.correct().await?;
    story.object().await?;
    story.certify_again().await?;
    story.review_again().await?;
    story.report().await?;
    story.feed(Stage::First).await?;
    story.report_again().await?;
    story.publish(1).await?;
    story.feed(Stage::Later).await?;
    story.publish(2).await?;
    story.close().await?;
    let Story { mut account, federation, .. } = story;
    account.passed = account.agree && account.failures().next().is_none();
    account.elapsed_ms = clock.monotonic_ms();
    if options.keep.is_some() || options.serve {
        federation.write_keys(&mut ChaCha20Rng::seed_from_u64(options.seed))?;
    }
    if options.keep.is_some() {
        let path = federation.folder().join(ACCOUNT);
        let text = serde_json::to_vec_pretty(&account).map_err(|error| Trouble::Malformed(error.to_string()))?;
        std::fs::write(&path, text).map_err(Trouble::io("write", &path))?;
    }
    Ok((account, federation))
}
