//! The table of divisions: names by year, parents, and what took the place of what.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{RegionCode, RegionDefect};

/// More successions in a row than any place has seen; also what keeps a cycle from hanging a walk.
const LONGEST_CHAIN: usize = 8;

/// Names, parents and successions of divisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionTable {
    /// The periods of each code, oldest first.
    units: BTreeMap<RegionCode, Vec<Period>>,
}

/// A code under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Period {
    name: String,
    parent: Option<RegionCode>,
    /// First calendar year, `i32::MIN` when it was so before anybody asks.
    from: i32,
    /// Last calendar year, `i32::MAX` while it is so.
    to: i32,
    successors: Vec<RegionCode>,
}

/// The whole text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    unit: Vec<Unit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    code: RegionCode,
    name: String,
    parent: Option<RegionCode>,
    from: Option<i32>,
    to: Option<i32>,
    #[serde(default)]
    successor: Vec<RegionCode>,
    #[serde(default)]
    below: Vec<String>,
}

impl RegionTable {
    /// Reads a table in the format of `data/regions.toml`.
    ///
    /// Fails with [`RegionDefect`] on malformed text, periods of one code that overlap by more than the year of a
    /// change, and parents or successors that the table does not hold.
    pub fn parse(text: &str) -> Result<Self, RegionDefect> {
        let text: Text = toml::from_str(text).map_err(|defect| RegionDefect::Table(defect.message().to_owned()))?;
        let mut table = Self::default();
        for unit in text.unit {
            for line in &unit.below {
                let (code, name) = line
                    .split_once(' ')
                    .ok_or_else(|| RegionDefect::Table(format!("expected a code and a name, got {line:?}")))?;
                let period = Period::always(name, unit.code);
                table.units.entry(code.parse()?).or_default().push(period);
            }
            let period = Period {
                name: unit.name,
                parent: unit.parent,
                from: unit.from.unwrap_or(i32::MIN),
                to: unit.to.unwrap_or(i32::MAX),
                successors: unit.successor,
            };
            table.units.entry(unit.code).or_default().push(period);
        }
        table.units.values_mut().for_each(|periods| periods.sort_by_key(|period| period.from));
        table.check()?;
        Ok(table)
    }

    /// The table shipped with the program: Hubei and Beijing as of 2023 with their changes since 2009.
    pub fn shipped() -> Result<Self, RegionDefect> {
        Self::parse(Self::shipped_text())
    }

    /// The text of the shipped table, as a directory document carries it.
    pub fn shipped_text() -> &'static str {
        include_str!("../../data/regions.toml")
    }

    /// The name of a code in a calendar year; the newer one in the year of a change. None when the table does not
    /// know the code, or the code was not in use that year.
    pub fn name_on(&self, code: RegionCode, year: i32) -> Option<&str> {
        let periods = self.units.get(&code)?;
        periods.iter().rev().find(|period| period.covers(year)).map(|period| period.name.as_str())
    }

    /// The last name of a code, in use or not.
    pub fn last_name(&self, code: RegionCode) -> Option<&str> {
        self.units.get(&code)?.last().map(|period| period.name.as_str())
    }

    /// The unit that stands in the place of a code that is out of use by a year; the first of several.
    ///
    /// In the year of a change the successor already stands. None while the code itself is in use or unknown.
    pub fn successor(&self, code: RegionCode, year: i32) -> Option<RegionCode> {
        self.successors(code, year).first().copied()
    }

    /// All units that stand in the place of a code by a year: more than one when it was divided.
    pub fn successors(&self, code: RegionCode, year: i32) -> Vec<RegionCode> {
        let mut standing = Vec::new();
        let mut walking = vec![code];
        for _ in 0..LONGEST_CHAIN {
            let mut further = Vec::new();
            for at in std::mem::take(&mut walking) {
                let heirs = self.heirs(at, year);
                if heirs.is_empty() && at != code && !standing.contains(&at) {
                    standing.push(at);
                }
                further.extend_from_slice(heirs);
            }
            walking = further;
        }
        standing
    }

    /// The unit that a code means in a year: its successor, or itself.
    pub fn current(&self, code: RegionCode, year: i32) -> RegionCode {
        self.successor(code, year).unwrap_or(code)
    }

    /// The unit above: as the table says, or by the code's form where the table does not know it.
    pub fn parent(&self, code: RegionCode) -> Option<RegionCode> {
        match self.units.get(&code).and_then(|periods| periods.last()) {
            Some(period) => period.parent,
            None => code.parent(),
        }
    }

    /// Whether a unit is `upper` or lies in it; a unit out of use lies where it lay. Codes the table does not know,
    /// such as development zones, are placed by their form.
    pub fn is_at_or_below(&self, lower: RegionCode, upper: RegionCode) -> bool {
        let mut at = Some(lower);
        for _ in 0..LONGEST_CHAIN {
            match at {
                Some(code) if code == upper => return true,
                Some(code) => at = self.parent(code),
                None => return false,
            }
        }
        false
    }

    /// The units directly under one that are in use in a year, by code; in the year of a change only the new ones.
    pub fn children(&self, upper: RegionCode, year: i32) -> impl Iterator<Item = (RegionCode, &str)> + '_ {
        self.units.iter().filter_map(move |(code, periods)| {
            let period = periods.iter().rev().find(|period| period.covers(year))?;
            let stands = period.parent == Some(upper) && self.heirs(*code, year).is_empty();
            stands.then_some((*code, period.name.as_str()))
        })
    }

    /// Every code of the table, in order.
    pub fn codes(&self) -> impl Iterator<Item = RegionCode> + '_ {
        self.units.keys().copied()
    }

    /// What took the place of a code that ended by a year.
    fn heirs(&self, code: RegionCode, year: i32) -> &[RegionCode] {
        match self.units.get(&code).and_then(|periods| periods.last()) {
            Some(period) if period.to <= year => &period.successors,
            _ => &[],
        }
    }

    fn check(&self) -> Result<(), RegionDefect> {
        for (code, periods) in &self.units {
            let contradiction = |what| Err(RegionDefect::Contradiction { code: *code, what });
            if periods.iter().any(|period| period.from > period.to) {
                return contradiction("it ends before it begins");
            }
            if periods.iter().zip(periods.iter().skip(1)).any(|(older, newer)| older.to > newer.from) {
                return contradiction("two names at one time");
            }
            for period in periods {
                if period.parent.is_some_and(|parent| parent == *code || !self.units.contains_key(&parent)) {
                    return contradiction("its parent is not in the table");
                }
                if period.successors.iter().any(|heir| heir == code || !self.units.contains_key(heir)) {
                    return contradiction("its successor is not in the table");
                }
            }
        }
        Ok(())
    }
}

impl Period {
    fn always(name: &str, parent: RegionCode) -> Self {
        Self { name: name.to_owned(), parent: Some(parent), from: i32::MIN, to: i32::MAX, successors: Vec::new() }
    }

    fn covers(&self, year: i32) -> bool {
        (self.from..=self.to).contains(&year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Tier;

    fn table() -> RegionTable {
        RegionTable::shipped().unwrap()
    }

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn jingshan_and_yanqing_changed_code_and_name_in_their_year() {
        let table = table();
        assert_eq!(table.name_on(code("420821"), 2017), Some("京山县"));
        assert_eq!(table.name_on(code("420821"), 2019), None);
        assert_eq!(table.name_on(code("420882"), 2017), None);
        assert_eq!(table.name_on(code("420882"), 2018), Some("京山市"));
        assert_eq!(table.successor(code("420821"), 2017), None);
        assert_eq!(table.successor(code("420821"), 2018), Some(code("420882")));
        assert_eq!(table.successor(code("420882"), 2026), None);
        assert_eq!(table.current(code("110229"), 2026), code("110119"));
        assert_eq!(table.name_on(code("110119"), 2026), Some("延庆区"));
    }

    #[test]
    fn a_code_may_keep_its_number_and_change_its_name() {
        let table = table();
        assert_eq!(table.name_on(code("420600"), 2009), Some("襄樊市"));
        assert_eq!(table.name_on(code("420600"), 2010), Some("襄阳市"));
        assert_eq!(table.successor(code("420600"), 2026), None);
    }

    #[test]
    fn a_divided_unit_has_several_successors() {
        assert_eq!(table().successors(code("421302"), 2010), [code("421303"), code("421321")]);
    }

    #[test]
    fn a_unit_lies_in_its_city_and_province_even_out_of_use_or_unknown() {
        let table = table();
        for lower in ["420802", "420882", "420821", "420871"] {
            assert!(table.is_at_or_below(code(lower), code("420800")), "{lower}");
        }
        assert!(table.is_at_or_below(code("429004"), code("420000")));
        assert!(!table.is_at_or_below(code("429004"), code("420900")));
        assert!(!table.is_at_or_below(code("420800"), code("420802")));
    }

    #[test]
    fn hubei_has_seventeen_units_below_the_province_and_one_hundred_and_three_counties() {
        let table = table();
        let below: Vec<_> = table.children(code("420000"), 2023).collect();
        assert_eq!(below.len(), 17);
        let cities = below.iter().filter(|(code, _)| code.tier() == Tier::City);
        let counties: usize = cities.map(|(city, _)| table.children(*city, 2023).count()).sum();
        assert_eq!(counties + 4, 103);
        assert_eq!(table.children(code("110000"), 2023).count(), 16);
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused() {
        let reason = |text: &str| RegionTable::parse(text).unwrap_err().code();
        assert_eq!(reason("unit = 1"), "REGION_TABLE_MALFORMED");
        assert_eq!(reason("[[unit]]\ncode = \"42\"\nname = \"x\"\n"), "REGION_TABLE_MALFORMED");
        assert_eq!(
            reason("[[unit]]\ncode = \"420000\"\nname = \"x\"\nbelow = [\"420100\"]\n"),
            "REGION_TABLE_MALFORMED"
        );
        assert_eq!(
            reason("[[unit]]\ncode = \"420100\"\nname = \"x\"\nparent = \"420000\"\n"),
            "REGION_TABLE_CONTRADICTION"
        );
        assert_eq!(
            reason("[[unit]]\ncode = \"420000\"\nname = \"x\"\n[[unit]]\ncode = \"420000\"\nname = \"y\"\n"),
            "REGION_TABLE_CONTRADICTION"
        );
        assert_eq!(
            reason("[[unit]]\ncode = \"420000\"\nname = \"x\"\nto = 2000\nsuccessor = [\"430000\"]\n"),
            "REGION_TABLE_CONTRADICTION"
        );
    }

    #[test]
    fn the_shipped_table_agrees_with_the_published_divisions_of_2023() {
        let Some(published) = honghei_real_data::text("gbt2260_2023.csv") else { return };
        let table = table();
        let mut expected = BTreeMap::new();
        for line in published.lines().skip(1).filter(|line| line.starts_with("42") || line.starts_with("11")) {
            let fields: Vec<&str> = line.split(',').collect();
            let [number, name, level, parent] = fields[..] else { panic!("{line}") };
            // Development zones with statistical codes are listed there and are no divisions.
            let zone = level == "county" && number[4..].starts_with('7');
            if level == "city_placeholder" || zone {
                continue;
            }
            // Beijing's districts hang under a placeholder there, and under Beijing here.
            let parent = if parent == "110100" { "110000" } else { parent };
            expected.insert(code(number), (name.to_owned(), (!parent.is_empty()).then(|| code(parent))));
        }
        let shipped: BTreeMap<_, _> = table
            .codes()
            .filter(|code| table.heirs(*code, 2023).is_empty())
            .filter_map(|code| Some((code, (table.name_on(code, 2023)?.to_owned(), table.parent(code)))))
            .collect();
        assert_eq!(shipped, expected);
    }

    #[test]
    fn the_shipped_names_agree_with_the_published_history() {
        let Some(published) = honghei_real_data::text("gbt2260_history_2002_2016.csv") else { return };
        let table = table();
        let mut compared = 0;
        for line in published.lines().skip(1).filter(|line| line.starts_with("42") || line.starts_with("11")) {
            let fields: Vec<&str> = line.split(',').collect();
            let [number, name, first, last, _] = fields[..] else { panic!("{line}") };
            let code = code(number);
            // Placeholders are not shipped; two names of 2003 are misprints of 硚口区 and 猇亭区.
            if table.last_name(code).is_none() || ["乔口区", "虎亭区"].contains(&name) {
                continue;
            }
            // A revision dates from its publication; the last year of one side may be the first of the other.
            let (first, last): (i32, i32) = (first[..4].parse().unwrap(), last[..4].parse().unwrap());
            let known = |year| table.name_on(code, year) == Some(name);
            assert!(known(last) || known(last - 1), "{line}");
            assert!(known(first), "{line}");
            compared += 1;
        }
        assert!(compared > 120, "{compared}");
    }
}
