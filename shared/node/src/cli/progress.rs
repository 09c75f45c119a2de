//! Progress: a bar on a terminal, plain lines elsewhere, nothing with JSON.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// What a long step shows.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A step of known length in bytes.
    pub fn bytes(what: &str, length: u64, quiet: bool) -> Self {
        let progress = Self::of(ProgressBar::new(length), what, quiet);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}") {
            progress.bar.set_style(style);
        }
        progress
    }

    /// A step whose length nobody knows.
    pub fn spinner(what: &str, quiet: bool) -> Self {
        let progress = Self::of(ProgressBar::new_spinner(), what, quiet);
        progress.bar.enable_steady_tick(Duration::from_millis(100));
        progress
    }

    fn of(bar: ProgressBar, what: &str, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal && !quiet { bar } else { ProgressBar::hidden() };
        bar.set_message(what.to_owned());
        if !terminal && !quiet {
            eprintln!("{what} ...");
        }
        Self { bar }
    }

    /// How far it is.
    pub fn at(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// How far which step is.
    pub fn step(&self, name: &str, done: u64, total: u64) {
        self.bar.set_message(format!("{name} {done}/{total}"));
    }

    /// It is over.
    pub fn done(self) {
        self.bar.finish_and_clear();
    }
}
