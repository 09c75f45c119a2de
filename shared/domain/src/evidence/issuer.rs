//! Who issued a document: its level and kind, as its name tells (SW-R-01, SW-R-02, R-012).

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::node::Tier;
use crate::policy::{IssuerKind, IssuerLevel, IssuerRule, Policy};
use crate::refusal::Refusal;
use crate::region::{RegionCode, RegionTable};

/// What a rule about the issuer comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerFinding {
    /// High enough and of the right kind, as its name says.
    Fits,
    /// The name does not tell: whoever signs answers for it.
    Untold,
    /// Too low or of the wrong kind.
    Unfit(Refusal),
}

/// The longest region name looked for, in characters.
const NAME_CHARS: usize = 15;

/// Names of organs of the state.
const NATION: [&str; 5] = ["国务院", "中华人民共和国", "国家", "全国", "党中央"];

/// Whether a document's issuer satisfies a rule.
///
/// The level is read from the region's name within it, the kind from the organ's; where either cannot be read, nothing
/// is guessed. 以上 includes the level itself.
pub fn check_issuer(policy: &Policy, rule: IssuerRule, issuer: &str, criterion: &str) -> IssuerFinding {
    let kind = kind_of(policy, issuer);
    if rule.kind != IssuerKind::Any
        && let Some(kind) = kind
        && kind != rule.kind
    {
        let sentence = format!("认定标准{criterion}要求由{}表彰，{issuer}不是", zh(rule.kind));
        return IssuerFinding::Unfit(Refusal::new("ISSUER_WRONG_KIND", "R-010", sentence));
    }
    match level_of(issuer) {
        Some(level) if level < rule.level => {
            let wanted = rule.level.zh();
            let sentence =
                format!("认定标准{criterion}要求{wanted}以上{}表彰，{issuer}为{}", zh(rule.kind), level.zh());
            IssuerFinding::Unfit(Refusal::new("ISSUER_TOO_LOW", "R-012", sentence))
        }
        Some(_) if kind.is_some() || rule.kind == IssuerKind::Any => IssuerFinding::Fits,
        Some(_) | None => IssuerFinding::Untold,
    }
}

fn zh(kind: IssuerKind) -> &'static str {
    match kind {
        IssuerKind::Department => "本领域主管部门",
        IssuerKind::Government => "人民政府",
        IssuerKind::Association => "行业协会",
        IssuerKind::Any => "有关单位",
    }
}

fn kind_of(policy: &Policy, issuer: &str) -> Option<IssuerKind> {
    if issuer.contains("协会") || issuer.contains("商会") {
        Some(IssuerKind::Association)
    } else if policy.organs.iter().any(|organ| issuer.contains(organ.as_str())) {
        Some(IssuerKind::Department)
    } else if issuer.contains("人民政府") || issuer.contains("国务院") {
        Some(IssuerKind::Government)
    } else {
        None
    }
}

/// The level of an organ by its name: the region named last in it (荆门市东宝区…: 县级). `None` where no known region is
/// named. A unit directly under a province, such as 仙桃, counts as a city; a municipality's district as a county.
pub fn level_of(issuer: &str) -> Option<IssuerLevel> {
    // Where characters begin, and the end.
    let bounds: Vec<usize> = issuer.char_indices().map(|(at, _)| at).chain([issuer.len()]).collect();
    let mut last: Option<(usize, IssuerLevel)> = None;
    for (start, from) in bounds.iter().enumerate() {
        for (end, to) in bounds.iter().enumerate().take(start.saturating_add(NAME_CHARS + 1)).skip(start + 2) {
            if let Some(level) = issuer.get(*from..*to).and_then(|name| levels().get(name))
                && last.is_none_or(|(at, _)| end >= at)
            {
                last = Some((end, *level));
            }
        }
    }
    let nation = || {
        let ministry = ["商务部", "总局"].iter().any(|name| {
            issuer
                .match_indices(name)
                .any(|(at, name)| !issuer.get(at + name.len()..).is_some_and(|rest| rest.starts_with('门')))
        });
        NATION.iter().any(|name| issuer.contains(name)) || ministry
    };
    match last {
        Some((_, level)) => Some(level),
        None if nation() => Some(IssuerLevel::Nation),
        None => None,
    }
}

/// Levels by the name of every region the shipped table knows; a name of several units has the lowest of their levels.
fn levels() -> &'static HashMap<String, IssuerLevel> {
    static LEVELS: OnceLock<HashMap<String, IssuerLevel>> = OnceLock::new();
    LEVELS.get_or_init(|| {
        let mut levels = HashMap::new();
        let Ok(table) = RegionTable::shipped() else { return levels };
        for code in table.codes() {
            if let Some(name) = table.last_name(code) {
                let level = level_of_code(code);
                levels
                    .entry(name.to_owned())
                    .and_modify(|known: &mut IssuerLevel| *known = level.min(*known))
                    .or_insert(level);
            }
        }
        levels
    })
}

fn level_of_code(code: RegionCode) -> IssuerLevel {
    match code.tier() {
        Tier::Province => IssuerLevel::Province,
        Tier::City => IssuerLevel::City,
        Tier::County if code.to_string().get(2..4) == Some("90") => IssuerLevel::City,
        Tier::County => IssuerLevel::County,
    }
}
