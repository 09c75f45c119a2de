//! Positions 1 and 2 of a USCC: who registered it and what kind of organisation it is, as data.

use std::sync::LazyLock;

use serde::Deserialize;

/// A registering authority with a kind of organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsccClass {
    /// The two characters.
    pub code: String,
    /// 登记管理部门.
    pub department: String,
    /// 机构类别.
    pub category: String,
}

/// The known classes in the order of their codes.
pub fn uscc_classes() -> &'static [UsccClass] {
    &CLASSES
}

/// The class coded by two characters.
pub(super) fn find(code: &str) -> Option<&'static UsccClass> {
    let at = CLASSES.binary_search_by(|class| class.code.as_str().cmp(code)).ok()?;
    CLASSES.get(at)
}

#[derive(Default, Deserialize)]
struct Text {
    classes: Vec<String>,
}

// A test keeps the shipped text readable; were it not, no class would be known and every code would say so.
static CLASSES: LazyLock<Vec<UsccClass>> = LazyLock::new(|| {
    let text: Text = toml::from_str(include_str!("../../data/uscc_classes.toml")).unwrap_or_default();
    let mut classes: Vec<UsccClass> = text.classes.iter().filter_map(|line| read_line(line)).collect();
    classes.sort_by(|one, other| one.code.cmp(&other.code));
    classes
});

fn read_line(line: &str) -> Option<UsccClass> {
    let mut words = line.split(' ');
    let (code, department, category) = (words.next()?, words.next()?, words.next()?);
    let sound = code.len() == 2 && words.next().is_none();
    sound.then(|| UsccClass { code: code.to_owned(), department: department.to_owned(), category: category.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_shipped_table_is_read_and_no_code_stands_twice() {
        let lines = include_str!("../../data/uscc_classes.toml").lines().filter(|line| line.starts_with("    \""));
        assert_eq!(uscc_classes().len(), lines.count());
        assert!(uscc_classes().windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn a_class_is_found_by_its_two_characters() {
        assert_eq!(find("91").map(|class| class.category.as_str()), Some("企业"));
        assert_eq!(find("N2").map(|class| class.department.as_str()), Some("农业"));
        assert_eq!(find("36"), None);
    }
}
