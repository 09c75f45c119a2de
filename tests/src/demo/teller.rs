//! Tells what goes on: a spinner with the legal day on a terminal, plain lines elsewhere, nothing where nobody reads.

use std::io::IsTerminal;

use chrono::{Datelike, NaiveDate, Weekday};
use indicatif::{ProgressBar, ProgressStyle};

/// Who is told.
#[derive(Debug)]
pub struct Teller {
    bar: Option<ProgressBar>,
    silent: bool,
}

impl Teller {
    /// Tells people: on a terminal with a spinner. Everything goes to standard error; results alone go to the output.
    pub fn people() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(std::time::Duration::from_millis(120));
            bar
        });
        Self { bar, silent: false }
    }

    /// Tells nobody.
    pub fn nobody() -> Self {
        Self { bar: None, silent: true }
    }

    /// A chapter begins.
    pub fn chapter(&self, day: NaiveDate, title: &str) {
        self.line(&format!("── {} {title}", dated(day)));
    }

    /// Something happened.
    pub fn happened(&self, what: &str) {
        self.line(&format!("   {what}"));
    }

    /// Something is under way.
    pub fn under_way(&self, day: NaiveDate, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} {what}", dated(day)));
        }
    }

    /// Nothing more will be told.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            _ if self.silent => {}
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }
}

/// A legal day with its weekday.
pub fn dated(day: NaiveDate) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    format!("{day}（周{weekday}）")
}
