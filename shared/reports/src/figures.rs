//! Every figure that is shown, derived once: page and workbook print the same ones.

use std::collections::BTreeMap;

use honghei_domain::account::CodeAccount;

use crate::model::{Conflict, Held, NodeTimes, Report, Source, SourceKind};

/// Columns of a distribution at most.
const BINS_MAX: u32 = 12;

/// Widths of a distribution's columns, in days.
const WIDTHS: [u32; 11] = [1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730];

/// How long a red may have waited: the last day of each class, and what it is called.
const AGES: [(u32, &str); 5] =
    [(7, "7日以内"), (30, "8至30日"), (90, "31至90日"), (180, "91至180日"), (u32::MAX, "180日以上")];

/// The conflicts between one department's reds and one department's blacks.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The reds' department.
    pub red: &'a str,
    /// The blacks' department.
    pub black: &'a str,
    /// The conflicts, by case.
    pub rows: Vec<&'a Conflict>,
}

impl Pair<'_> {
    /// How many of them satisfy something.
    pub fn count(&self, wanted: impl Fn(&Conflict) -> bool) -> u64 {
        count(self.rows.iter().copied(), wanted)
    }
}

/// How many conflicts satisfy something.
pub fn count<'a>(rows: impl IntoIterator<Item = &'a Conflict>, wanted: impl Fn(&Conflict) -> bool) -> u64 {
    rows.into_iter().filter(|row| wanted(row)).count() as u64
}

/// Conflicts by pair of departments, the most frequent first, then by name.
pub fn pairs(report: &Report) -> Vec<Pair<'_>> {
    let mut by_pair: BTreeMap<(&str, &str), Vec<&Conflict>> = BTreeMap::new();
    for row in &report.conflicts {
        by_pair.entry((&row.red_department, &row.black_department)).or_default().push(row);
    }
    let mut pairs: Vec<Pair<'_>> = by_pair.into_iter().map(|((red, black), rows)| Pair { red, black, rows }).collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rows.len()));
    pairs
}

/// The departments of the reds and of the blacks that conflict, each in order.
pub fn departments(report: &Report) -> (Vec<&str>, Vec<&str>) {
    let sorted = |of: fn(&Conflict) -> &str| {
        let mut found: Vec<&str> = report.conflicts.iter().map(of).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    (sorted(|row| &row.red_department), sorted(|row| &row.black_department))
}

/// How many conflicts a pair of departments has.
pub fn between(report: &Report, red: &str, black: &str) -> u64 {
    count(&report.conflicts, |row| row.red_department == red && row.black_department == black)
}

/// What waits, by how long.
pub fn ages(report: &Report) -> Vec<(&'static str, u64)> {
    let mut from = 0;
    let mut found = Vec::with_capacity(AGES.len());
    for (last, name) in AGES {
        let waiting = report.held.iter().filter(|row| (from..=last).contains(&row.days)).count() as u64;
        found.push((name, waiting));
        from = last.saturating_add(1);
    }
    found
}

/// What waits, by reason: the Chinese word, its code, and how many; the most frequent first.
pub fn reasons(report: &Report) -> Vec<(&str, &str, u64)> {
    let mut by_reason: BTreeMap<&str, (&Held, u64)> = BTreeMap::new();
    for row in &report.held {
        by_reason.entry(&row.reason).or_insert((row, 0)).1 += 1;
    }
    let mut found: Vec<(&str, &str, u64)> =
        by_reason.into_values().map(|(row, count)| (row.reason_zh.as_str(), row.reason.as_str(), count)).collect();
    found.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    found
}

/// What a source delivered in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// Deliveries.
    pub deliveries: u64,
    /// Deliveries of which no account was kept.
    pub without_account: u64,
    /// Rows of the others.
    pub rows: u64,
    /// Of these, rows that stood.
    pub accepted: u64,
    /// Of these, rows that entered.
    pub entered: u64,
    /// Their codes.
    pub codes: CodeAccount,
}

/// Adds a source's deliveries up.
pub fn quality(source: &Source) -> Quality {
    let mut sum = Quality::default();
    for delivery in &source.deliveries {
        sum.deliveries += 1;
        let Some(codes) = &delivery.codes else {
            sum.without_account += 1;
            continue;
        };
        sum.rows += delivery.rows;
        sum.accepted += delivery.accepted;
        sum.entered += delivery.entered;
        sum.codes.add(codes);
    }
    sum
}

/// 重错码率 of a source, in hundredths of a per cent; `None` where it has no row with a code, or where bad codes were
/// held back before they could be counted here.
pub fn wrong_share(source: &Source) -> Option<u64> {
    match source.kind {
        SourceKind::Feed | SourceKind::Collected => quality(source).codes.wrong_share(),
        SourceKind::Reported => None,
    }
}

/// 12.34%.
pub fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A distribution of days in a few words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Entries.
    pub entries: u64,
    /// Days together.
    pub days: u64,
    /// Fewest days.
    pub least: u32,
    /// Half of the entries took no longer.
    pub median: u32,
    /// Nine tenths of the entries took no longer.
    pub ninth_decile: u32,
    /// Most days.
    pub most: u32,
}

/// Sums a distribution up; the k-th of n entries, k = n·share rounded up, gives a quantile. `None` without entries.
pub fn spread(days: &BTreeMap<u32, u64>) -> Option<Spread> {
    let entries: u64 = days.values().sum();
    if entries == 0 {
        return None;
    }
    let quantile = |tenths: u64| {
        let wanted = (entries * tenths).div_ceil(10);
        let mut passed = 0;
        let found = days.iter().find(|(_, count)| {
            passed += **count;
            passed >= wanted
        });
        found.map_or(0, |(days, _)| *days)
    };
    let present = || days.iter().filter(|(_, count)| **count > 0).map(|(days, _)| *days);
    Some(Spread {
        entries,
        days: days.iter().map(|(days, count)| u64::from(*days) * count).sum(),
        least: present().min().unwrap_or_default(),
        median: quantile(5),
        ninth_decile: quantile(9),
        most: present().max().unwrap_or_default(),
    })
}

/// All recognisers' distributions together.
pub fn together(times: &[NodeTimes], of: fn(&NodeTimes) -> &BTreeMap<u32, u64>) -> BTreeMap<u32, u64> {
    let mut sum = BTreeMap::new();
    for (days, count) in times.iter().flat_map(of) {
        *sum.entry(*days).or_default() += count;
    }
    sum
}

/// A mean with one decimal, rounded half up; `—` of nothing.
pub fn mean(days: u64, entries: u64) -> String {
    if entries == 0 {
        return "—".to_owned();
    }
    let tenths = (days * 20 + entries) / (2 * entries);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A distribution in at most twelve columns of equal width: first day, last day, entries.
pub fn bins(days: &BTreeMap<u32, u64>) -> Vec<(u32, u32, u64)> {
    let (Some((least, _)), Some((most, _))) = (days.first_key_value(), days.last_key_value()) else {
        return Vec::new();
    };
    let columns = |width: u32| most / width - least / width + 1;
    let width = WIDTHS.into_iter().find(|width| columns(*width) <= BINS_MAX).unwrap_or(most / BINS_MAX + 1);
    let first = least / width;
    (first..=most / width)
        .map(|column| {
            let (from, to) = (column * width, column.saturating_mul(width).saturating_add(width - 1));
            (from, to, days.range(from..=to).map(|(_, count)| count).sum())
        })
        .collect()
}

/// What a column of a distribution is called.
pub fn bin_label((from, to, _): &(u32, u32, u64)) -> String {
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_that_of_the_sorted_entries() {
        let days = BTreeMap::from([(30, 1), (41, 4), (42, 3), (90, 2)]);
        let found = spread(&days).unwrap();
        let sorted = [30, 41, 41, 41, 41, 42, 42, 42, 90, 90];
        assert_eq!((found.median, found.ninth_decile), (sorted[4], sorted[8]));
        assert_eq!((found.least, found.most, found.entries), (30, 90, 10));
        assert_eq!(mean(found.days, found.entries), "50.0");
        assert_eq!(spread(&BTreeMap::new()), None);
        assert_eq!((mean(2, 3), mean(0, 0)), ("0.7".to_owned(), "—".to_owned()));
    }

    #[test]
    fn a_distribution_keeps_every_entry_in_at_most_twelve_columns() {
        for days in [vec![3], vec![30, 41], vec![0, 11], vec![0, 12], vec![35, 400], vec![1, 100_000]] {
            let days: BTreeMap<u32, u64> = days.into_iter().map(|day| (day, 2)).collect();
            let columns = bins(&days);
            assert!((1..=BINS_MAX as usize).contains(&columns.len()), "{columns:?}");
            assert_eq!(columns.iter().map(|(_, _, count)| count).sum::<u64>(), days.values().sum::<u64>());
            assert!(columns.windows(2).all(|two| two[0].1 + 1 == two[1].0), "{columns:?}");
        }
        assert!(bins(&BTreeMap::new()).is_empty());
        assert_eq!((bin_label(&(40, 44, 1)), bin_label(&(7, 7, 1))), ("40–44".to_owned(), "7".to_owned()));
    }

    #[test]
    fn shares_are_written_with_two_decimals() {
        assert_eq!([percent(0), percent(7), percent(1234), percent(10_000)], ["0.00%", "0.07%", "12.34%", "100.00%"]);
    }
}
