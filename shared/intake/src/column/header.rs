//! From a header as it stands in a file to a field, and to the nearest known name where there is none.

use super::field::Field;

/// Folds a header to one spelling: no blanks, no required-marks, half width, lower case.
pub(crate) fn fold(header: &str) -> String {
    header
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '【' | '〔' => '(',
            '】' | '〕' => ')',
            _ => c,
        })
        .filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '*' | '\u{feff}' | '\u{200b}'))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim_end_matches(':')
        .to_owned()
}

/// The field that a header names: whole, or without a trailing remark in brackets.
///
/// `行政相对人代码_2(工商注册号)` means what stands in the brackets, since the numbering changed in 2018.
pub(super) fn field_of(header: &str) -> Option<Field> {
    let folded = fold(header);
    if folded.is_empty() {
        return None;
    }
    if let Some(field) = Field::named(&folded) {
        return Some(field);
    }
    if confirmed(&folded).is_some() {
        return Some(Field::Attestations);
    }
    let (head, remark) = folded.strip_suffix(')')?.split_once('(')?;
    if head.starts_with("行政相对人代码") { Field::named(remark) } else { Field::named(head) }
}

/// What a folded header's column confirms, where it has a column of its own: 确认：事实清楚.
pub(crate) fn confirmed(folded: &str) -> Option<&str> {
    folded.strip_prefix("确认:").filter(|about| !about.is_empty())
}

/// The known name nearest to a header, if any is near at all.
pub(super) fn nearest(header: &str) -> Option<&'static str> {
    let folded: Vec<char> = fold(header).chars().collect();
    let allowed = (folded.len() / 3).clamp(1, 4);
    let by_distance = Field::every_name()
        .filter(|(_, field)| !matches!(field, Field::Ignored | Field::Report))
        .map(|(name, _)| (distance(&folded, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name);
    let text: String = folded.iter().collect();
    by_distance.or_else(|| {
        Field::all().map(Field::header).find(|name| text.len() >= 6 && (text.contains(name) || name.contains(&text)))
    })
}

/// Levenshtein distance in characters.
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (index, c) in to.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (place, other) in row.iter_mut().skip(1).zip(from) {
            let changed = diagonal + usize::from(c != *other);
            diagonal = *place;
            left = changed.min(diagonal + 1).min(left + 1);
            *place = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<Field>) {
        assert_eq!(field_of(header), expected, "{header}");
    }

    #[test]
    fn headers_of_the_national_layouts_are_known() {
        check("行政相对人名称", Some(Field::Name));
        check("行政相对人代码_1(统一社会信用代码)", Some(Field::Uscc));
        check("行政相对人代码_2（组织机构代码）", Some(Field::OrganisationCode));
        check("行政相对人代码_2 (工商注册号)", Some(Field::RegistrationNumber));
        check("行政相对人代码_5(居民身份证号)", Some(Field::PersonNumber));
        check("CF_XDR_SHXYM", Some(Field::Uscc));
        check(" *统一社会信用代码： ", Some(Field::Uscc));
        check("法定代表人（负责人）", Some(Field::LegalRepresentative));
        check("地址（省市区）", Some(Field::Address));
        check("确认：事实清楚", Some(Field::Attestations));
        check("确认事项", Some(Field::Attestations));
        check("确认：", None);
    }

    #[test]
    fn a_code_column_that_says_not_which_code_is_unknown() {
        check("行政相对人代码_2", None);
        check("代码", None);
    }

    #[test]
    fn a_misspelt_header_gets_the_nearest_name() {
        assert_eq!(nearest("统一社会信用代吗"), Some("统一社会信用代码"));
        assert_eq!(nearest("企业名城"), Some("企业名称"));
        assert_eq!(nearest("天气"), None);
    }
}
