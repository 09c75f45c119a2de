//! How a delivered file came out: its rows, what was remarked, and in what state the codes of its subjects were.
//!
//! The act that takes a file in carries this account, because rows that are refused leave no other trace, and the
//! quality of a source's codes is judged by exactly those (REQUIREMENTS 2.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The account of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IntakeAccount {
    /// Rows of data: not titles, headers, their repetitions, or blanks.
    pub rows: u64,
    /// Rows that stood, with those a person confirmed; the act's list may hold fewer, where some were known already.
    pub accepted: u64,
    /// Rows of a department's list that say that an entry was revoked or taken off: they end one and list nobody.
    pub ended: u64,
    /// Remarks by stable code, warnings too; a row may have several.
    pub remarks: BTreeMap<String, u64>,
    /// The codes.
    pub codes: CodeAccount,
}

/// In what state the codes of a file's subjects were; every row counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeAccount {
    /// Rows whose codes could be read and whose checks hold.
    pub sound: u64,
    /// Rows whose USCC fails its inner check alone: a person must look.
    pub doubtful: u64,
    /// 重码: rows whose code stood under another name in an earlier row of the file.
    pub shared: u64,
    /// 错码: rows with a code that cannot be used, by the stable code of the first reason.
    pub damaged: BTreeMap<String, u64>,
    /// Rows without any code.
    pub missing: u64,
    /// Natural persons, who have no such code.
    pub persons: u64,
}

impl CodeAccount {
    /// 错码: rows whose code cannot be used.
    pub fn wrong(&self) -> u64 {
        self.damaged.values().sum()
    }

    /// Rows that carry a code, whatever its state: what the share of wrong and repeated codes is a share of.
    pub fn coded(&self) -> u64 {
        self.sound + self.doubtful + self.shared + self.wrong()
    }

    /// Every row.
    pub fn rows(&self) -> u64 {
        self.coded() + self.missing + self.persons
    }

    /// 重错码率: repeated and wrong codes among the rows with a code, in hundredths of a per cent, rounded half up;
    /// `None` where no row has a code.
    pub fn wrong_share(&self) -> Option<u64> {
        let coded = u128::from(self.coded());
        let wrong = u128::from(self.shared + self.wrong());
        (coded > 0).then(|| u64::try_from((wrong * 20_000 + coded) / (2 * coded)).unwrap_or(u64::MAX))
    }

    /// Adds another file's codes.
    pub fn add(&mut self, other: &Self) {
        self.sound += other.sound;
        self.doubtful += other.doubtful;
        self.shared += other.shared;
        self.missing += other.missing;
        self.persons += other.persons;
        for (reason, rows) in &other.damaged {
            *self.damaged.entry(reason.clone()).or_default() += rows;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_counts_repeated_and_wrong_codes_among_the_rows_with_a_code() {
        let damaged = BTreeMap::from([("DIGITS_LOST".to_owned(), 2), ("USCC_INVALID".to_owned(), 1)]);
        let mut codes = CodeAccount { sound: 190, doubtful: 4, shared: 3, damaged, missing: 40, persons: 7 };
        assert_eq!((codes.wrong(), codes.coded(), codes.rows()), (3, 200, 247));
        assert_eq!(codes.wrong_share(), Some(300), "six of two hundred");
        assert_eq!(CodeAccount { missing: 9, ..CodeAccount::default() }.wrong_share(), None);
        assert_eq!(CodeAccount { sound: 2, shared: 1, ..CodeAccount::default() }.wrong_share(), Some(3333));
        assert_eq!(CodeAccount { sound: 1, shared: 2, ..CodeAccount::default() }.wrong_share(), Some(6667));
        codes.add(&codes.clone());
        assert_eq!((codes.rows(), codes.damaged["DIGITS_LOST"]), (494, 4));
    }
}
