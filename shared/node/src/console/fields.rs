//! Reading the fields of a request: each one that is wrong is named.

use std::str::FromStr;

use chrono::NaiveDate;
use honghei_domain::act::{CollectionChannel, FeedMode, OfficerId};
use honghei_domain::list::{CaseId, CaseSet, Department, ListKind};
use honghei_domain::node::{EntryRef, NameDefect, NodeId, Tier};
use honghei_domain::permit::{Business, Role};

use crate::answer::Answer;

/// Characters of a running text that an officer writes, at most.
const MAX_TEXT_CHARS: usize = 6_000;
/// Cases that one set may name.
const MAX_CASES: u64 = 10_000_000;

fn named<T: FromStr<Err = NameDefect>>(field: &str, text: &str) -> Result<T, Answer> {
    text.trim().parse().map_err(|defect: NameDefect| Answer::field(field, defect.to_string()))
}

/// A case, `420802-commerce#17`.
pub fn case(field: &str, text: &str) -> Result<CaseId, Answer> {
    named(field, text)
}

/// An entry, `420802-commerce/1/42`.
pub fn entry(field: &str, text: &str) -> Result<EntryRef, Answer> {
    named(field, text)
}

/// A node, `420802-commerce`.
pub fn node(field: &str, text: &str) -> Result<NodeId, Answer> {
    named(field, text)
}

/// A day, `2017-11-06`.
pub fn day(field: &str, text: &str) -> Result<NaiveDate, Answer> {
    let parsed = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d");
    parsed.map_err(|_| Answer::field(field, format!("{field} 应写作 2017-11-06 的形式")))
}

/// A text that must say something.
pub fn text(field: &str, text: &str) -> Result<String, Answer> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Answer::field(field, format!("{field} 不能为空")));
    }
    if trimmed.chars().count() > MAX_TEXT_CHARS {
        return Err(Answer::field(field, format!("{field} 超过{MAX_TEXT_CHARS}字，详情请放入附件")));
    }
    Ok(trimmed.to_owned())
}

/// `red` or `black`.
pub fn kind(text: &str) -> Result<ListKind, Answer> {
    match text.trim() {
        "red" => Ok(ListKind::Red),
        "black" => Ok(ListKind::Black),
        _ => Err(Answer::field("kind", "kind 应为 red（红名单）或 black（黑名单）")),
    }
}

/// A department's slug.
pub fn department(text: &str) -> Result<Department, Answer> {
    let slug = text.trim();
    let lawful = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if (1..=40).contains(&slug.len()) && slug.bytes().all(lawful) {
        return Ok(Department(slug.to_owned()));
    }
    Err(Answer::field("department", "department 应为小写字母和数字，如 commerce、tax"))
}

/// How records came.
pub fn channel(text: &str) -> Result<CollectionChannel, Answer> {
    match text.trim() {
        "daily_management" => Ok(CollectionChannel::DailyManagement),
        "special_inspection" => Ok(CollectionChannel::SpecialInspection),
        "enforcement" => Ok(CollectionChannel::Enforcement),
        "complaint" => Ok(CollectionChannel::Complaint),
        "other" => Ok(CollectionChannel::Other),
        _ => Err(Answer::field(
            "channel",
            "channel 应为 daily_management、special_inspection、enforcement、complaint 或 other",
        )),
    }
}

/// `full` or `delta`.
pub fn mode(text: &str) -> Result<FeedMode, Answer> {
    match text.trim() {
        "full" => Ok(FeedMode::Full),
        "delta" => Ok(FeedMode::Delta),
        _ => Err(Answer::field("mode", "mode 应为 full（全量）或 delta（增量）")),
    }
}

/// `county` or `city`.
pub fn tier(text: &str) -> Result<Tier, Answer> {
    match text.trim() {
        "county" => Ok(Tier::County),
        "city" => Ok(Tier::City),
        _ => Err(Answer::field("tier", "tier 应为 county 或 city")),
    }
}

/// An officer's id.
pub fn officer(field: &str, text: &str) -> Result<OfficerId, Answer> {
    let lawful = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.';
    if (1..=64).contains(&text.len()) && text.bytes().all(lawful) {
        return Ok(OfficerId(text.to_owned()));
    }
    Err(Answer::field(field, format!("{field} 应为小写字母、数字和点，如 zhang.wei")))
}

/// A role's stable name.
pub fn role(text: &str) -> Result<Role, Answer> {
    let found = Role::ALL.into_iter().find(|role| role_name(*role) == text.trim());
    found.ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.into_iter().map(role_name).collect();
        Answer::field("roles", format!("roles 应为以下之一：{}", known.join("、")))
    })
}

/// The stable name of a role.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Collector => "collector",
        Role::Head => "head",
        Role::SecondApprover => "second_approver",
        Role::Reviewer => "reviewer",
        Role::Comparer => "comparer",
        Role::Administrator => "administrator",
        Role::Auditor => "auditor",
        Role::LeadingMember => "leading_member",
    }
}

/// A part of a head's business that can be handed over.
pub fn business(text: &str) -> Result<Business, Answer> {
    let found = Business::ALL.into_iter().find(|business| business.code() == text.trim());
    found.ok_or_else(|| {
        let known: Vec<&str> = Business::ALL.into_iter().map(Business::code).collect();
        Answer::field("scope", format!("scope 应为以下之一：{}", known.join("、")))
    })
}

/// The stable name of a kind.
pub fn kind_name(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Red => "red",
        ListKind::Black => "black",
    }
}

/// A set of case numbers, `1-20,25`; empty for none named.
pub fn cases(text: &str) -> Result<CaseSet, Answer> {
    let malformed = || Answer::field("cases", "cases 应写作 1-20,25 的形式");
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for part in text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
        let (Some(first), Some(last)) = (number(first), number(last)) else { return Err(malformed()) };
        if last < first {
            return Err(malformed());
        }
        ranges.push((first, last));
    }
    ranges.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    let set = CaseSet(merged);
    if set.0.iter().try_fold(0u64, |sum, (first, last)| sum.checked_add(last - first + 1)).is_none_or(|n| n > MAX_CASES)
    {
        return Err(malformed());
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_cases_is_read_in_any_order_and_merged() {
        assert_eq!(cases("25, 1-20,3，21").unwrap().0, vec![(1, 21), (25, 25)]);
        assert!(cases("").unwrap().is_empty());
        for wrong in ["0", "5-3", "a", "1-18446744073709551615", "-"] {
            assert_eq!(cases(wrong).unwrap_err().code, "FIELD_CASES", "{wrong}");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        assert_eq!(kind("grey").unwrap_err().code, "FIELD_KIND");
        assert_eq!(day("served_on", "6.11.2017").unwrap_err().code, "FIELD_SERVED_ON");
        assert_eq!(entry("list", "x").unwrap_err().code, "FIELD_LIST");
        assert_eq!(text("opinion", "  ").unwrap_err().code, "FIELD_OPINION");
        assert_eq!(role("boss").unwrap_err().code, "FIELD_ROLES");
        assert_eq!(department("Commerce").unwrap_err().code, "FIELD_DEPARTMENT");
    }
}
