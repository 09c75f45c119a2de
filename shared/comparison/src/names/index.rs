//! An index over names: exact and former, core, brand, and neighbouring characters.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use super::reading::Reading;

/// Names looked at under one part of a name; beyond that it is too common to say anything.
const LOOKED_AT: usize = 256;

/// The same for two neighbouring characters, which say less.
const LOOKED_AT_PAIR: usize = 48;

/// Candidates proposed at most.
const PROPOSED: usize = 20;

/// Pairs of characters of a brand looked up at most.
const PAIRS: usize = 8;

/// What two names agree in, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same name.
    Name,
    /// One states the other as its former name.
    FormerName,
    /// All but legal form, brackets and 集团.
    Core,
    /// Brand and trade; the place differs or one tells none.
    TradeName,
    /// The brand only.
    Brand,
    /// Neighbouring characters of the brand.
    Similar,
}

impl Agreement {
    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            Agreement::Name => "名称相同",
            Agreement::FormerName => "一方现名与另一方注明的原名相同",
            Agreement::Core => "除组织形式、括号外相同",
            Agreement::TradeName => "字号与行业相同，行政区划不同或未写明",
            Agreement::Brand => "字号相同，行业不同",
            Agreement::Similar => "字号相近",
        }
    }
}

/// How many names bear the same part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commonness {
    /// The whole name.
    pub name: usize,
    /// The core.
    pub core: usize,
    /// The brand.
    pub brand: usize,
}

/// A name that may be the same firm's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its number: the order in which it was put in, from 0.
    pub number: u32,
    /// The weightiest agreement.
    pub agreement: Agreement,
    /// Neighbouring characters of both brands that agree, in per cent.
    pub likeness_percent: u32,
    /// Whether both tell the same place, or nothing where one tells none.
    pub same_place: Option<bool>,
    /// Whether both are the firm itself or the same branch.
    pub same_branch: bool,
}

impl Candidate {
    /// What speaks for and against it, in Chinese.
    pub fn explanation(&self, common: Commonness) -> String {
        let mut said = vec![self.agreement.chinese().to_owned()];
        if self.agreement == Agreement::Similar {
            said.push(format!("相似度{}%", self.likeness_percent));
        }
        said.push(match self.same_place {
            Some(true) => "行政区划一致".to_owned(),
            Some(false) => "行政区划不一致".to_owned(),
            None => "至少一方未写明行政区划".to_owned(),
        });
        if !self.same_branch {
            said.push("分支机构不一致".to_owned());
        }
        said.push(match (common.name, common.brand) {
            (2.., _) => format!("同名主体{}个", common.name),
            (_, 0) => "该字号未见于其他主体".to_owned(),
            (_, brand) => format!("使用该字号的主体{brand}个"),
        });
        said.join("；")
    }
}

/// Names by their parts. About 100 bytes a name.
#[derive(Debug, Default)]
pub struct NameIndex {
    names: Vec<Kept>,
    /// Hash of a part to the names that have it, sorted once by [`NameIndex::finish`].
    parts: Vec<(u64, u32)>,
    sorted: bool,
}

#[derive(Debug)]
struct Kept {
    place: u64,
    branch: u64,
    brand: Box<str>,
}

/// Which part of a name a hash is of.
#[derive(Clone, Copy)]
enum Part {
    Name = 1,
    Former,
    Core,
    TradeName,
    Brand,
    Pair,
}

impl NameIndex {
    /// No names.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name; returns its number.
    pub fn add(&mut self, reading: &Reading) -> u32 {
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.parts.push((hash(Part::Name, &reading.name.key), number));
        if let Some(former) = &reading.name.former {
            self.parts.push((hash(Part::Former, former), number));
        }
        for (part, text) in
            [(Part::Core, &reading.core), (Part::TradeName, &reading.trade_name), (Part::Brand, &reading.brand)]
        {
            if text.chars().count() >= 2 {
                self.parts.push((hash(part, text), number));
            }
        }
        self.parts.extend(pairs(&reading.brand).map(|pair| (pair, number)));
        let whole = |text: &str| if text.is_empty() { 0 } else { hash(Part::Name, text) };
        self.names.push(Kept {
            place: whole(&reading.place),
            branch: whole(&reading.branch),
            brand: reading.brand.as_str().into(),
        });
        self.sorted = false;
        number
    }

    /// Sorts what was added; a look-up before that finds nothing.
    pub fn finish(&mut self) {
        self.parts.sort_unstable();
        self.parts.dedup();
        self.sorted = true;
    }

    /// Names held.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How common a name is.
    pub fn commonness(&self, reading: &Reading) -> Commonness {
        let count = |part, text: &str| if text.is_empty() { 0 } else { self.under(hash(part, text)).len() };
        Commonness {
            name: count(Part::Name, &reading.name.key),
            core: count(Part::Core, &reading.core),
            brand: count(Part::Brand, &reading.brand),
        }
    }

    /// Names that may be the same firm's, the weightiest agreement first, at most twenty.
    pub fn candidates(&self, reading: &Reading) -> Vec<Candidate> {
        let mut found: HashMap<u32, Agreement> = HashMap::new();
        let mut take = |agreement: Agreement, hash: u64| {
            let under = self.under(hash);
            let limit = if agreement == Agreement::Similar { LOOKED_AT_PAIR } else { LOOKED_AT };
            // A part that very many names have proposes nobody, but for the whole name.
            if under.len() > limit && agreement > Agreement::FormerName {
                return;
            }
            for (_, number) in under.iter().take(limit) {
                let held = found.entry(*number).or_insert(agreement);
                *held = agreement.min(*held);
            }
        };
        let name = &reading.name;
        take(Agreement::Name, hash(Part::Name, &name.key));
        take(Agreement::FormerName, hash(Part::Former, &name.key));
        if let Some(former) = &name.former {
            take(Agreement::FormerName, hash(Part::Name, former));
            take(Agreement::FormerName, hash(Part::Former, former));
        }
        for (agreement, part, text) in [
            (Agreement::Core, Part::Core, &reading.core),
            (Agreement::TradeName, Part::TradeName, &reading.trade_name),
            (Agreement::Brand, Part::Brand, &reading.brand),
        ] {
            if text.chars().count() >= 2 {
                take(agreement, hash(part, text));
            }
        }
        for pair in pairs(&reading.brand).take(PAIRS) {
            take(Agreement::Similar, pair);
        }
        let mut candidates: Vec<Candidate> =
            found.into_iter().filter_map(|(number, agreement)| self.weigh(reading, number, agreement)).collect();
        candidates.sort_by_key(|one| {
            (one.agreement, one.same_place == Some(false), std::cmp::Reverse(one.likeness_percent), one.number)
        });
        candidates.truncate(PROPOSED);
        candidates
    }

    fn weigh(&self, reading: &Reading, number: u32, agreement: Agreement) -> Option<Candidate> {
        let kept = self.names.get(usize::try_from(number).ok()?)?;
        let likeness_percent = likeness(&reading.brand, &kept.brand);
        if agreement == Agreement::Similar && likeness_percent < 50 {
            return None;
        }
        let whole = |text: &str| if text.is_empty() { 0 } else { hash(Part::Name, text) };
        let place = whole(&reading.place);
        Some(Candidate {
            number,
            agreement,
            likeness_percent,
            same_place: (place != 0 && kept.place != 0).then_some(place == kept.place),
            same_branch: whole(&reading.branch) == kept.branch,
        })
    }

    fn under(&self, hash: u64) -> &[(u64, u32)] {
        if !self.sorted {
            return &[];
        }
        let from = self.parts.partition_point(|(held, _)| *held < hash);
        let rest = self.parts.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|(held, _)| *held == hash)).unwrap_or_default()
    }
}

fn hash(part: Part, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(part as u8);
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Neighbouring characters of a brand of three and more; a shorter one is itself its only pair.
fn pairs(brand: &str) -> impl Iterator<Item = u64> + '_ {
    let ends = brand.char_indices().map(|(at, _)| at).chain([brand.len()]).skip(2).collect::<Vec<_>>();
    let starts = brand.char_indices().map(|(at, _)| at);
    let several = ends.len() > 1;
    starts.zip(ends).filter(move |_| several).filter_map(|(from, to)| Some(hash(Part::Pair, brand.get(from..to)?)))
}

/// Dice's coefficient over neighbouring characters, in per cent.
fn likeness(one: &str, other: &str) -> u32 {
    let (mut ones, mut others): (Vec<u64>, Vec<u64>) = (pairs(one).collect(), pairs(other).collect());
    if one == other && !one.is_empty() {
        return 100;
    }
    if ones.is_empty() || others.is_empty() {
        return 0;
    }
    ones.sort_unstable();
    others.sort_unstable();
    let shared = ones.iter().filter(|pair| others.binary_search(pair).is_ok()).count();
    u32::try_from(shared * 200 / (ones.len() + others.len())).unwrap_or(100).min(100)
}
