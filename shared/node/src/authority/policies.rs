//! The policies that a federation is founded with: shipped ones by name, others as files.

use std::collections::BTreeMap;
use std::path::Path;

use honghei_domain::directory::ReferenceDocument;
use honghei_domain::list::Department;
use honghei_domain::policy::{Policy, Status, shipped};

use super::publish::{defective, policy_document};
use crate::answer::{Answer, Class};

/// A policy's text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyText {
    /// The file, or the name of a shipped policy: it stands in front of every defect.
    pub file: String,
    /// TOML.
    pub text: String,
}

impl PolicyText {
    /// The policy an operator names: a shipped one by its name, else a file.
    ///
    /// # Errors
    /// `POLICY_UNKNOWN` where it is neither, with the names of the shipped ones; `REFERENCE_FILE_UNREADABLE`.
    pub fn find(named: &str) -> Result<Self, Answer> {
        let path = Path::new(named);
        let text = match shipped().iter().find(|(name, _)| *name == named) {
            Some((_, text)) => (*text).to_owned(),
            None if path.exists() => std::fs::read_to_string(path)
                .map_err(|error| Answer::new(Class::Usage, "REFERENCE_FILE_UNREADABLE", format!("{named}: {error}")))?,
            None => {
                let names: Vec<&str> = shipped().iter().map(|(name, _)| *name).collect();
                let shipped = names.join(", ");
                let message = format!("{named} is neither a shipped policy nor a file; shipped are {shipped}");
                return Err(Answer::new(Class::Usage, "POLICY_UNKNOWN", message));
            }
        };
        Ok(Self { file: named.to_owned(), text })
    }

    /// What a federation starts with unless its founder names others: the shipped policies of the departments that he
    /// acts for, the made-up ones left out.
    pub fn usual(departments: &[Department]) -> Vec<Self> {
        let governs = |text: &str| {
            Policy::parse(text)
                .is_ok_and(|policy| policy.status != Status::Synthetic && departments.contains(&policy.department))
        };
        let usual = shipped().iter().filter(|(_, text)| governs(text));
        usual.map(|(name, text)| Self { file: (*name).to_owned(), text: (*text).to_owned() }).collect()
    }
}

/// The texts as a first directory carries them.
///
/// # Errors
/// `POLICY_DEFECTIVE`; `POLICY_DEPARTMENT_TAKEN` if two govern one department.
pub(super) fn documents(policies: &[PolicyText]) -> Result<Vec<ReferenceDocument>, Answer> {
    let mut taken: BTreeMap<Department, &str> = BTreeMap::new();
    let mut documents = Vec::new();
    for PolicyText { file, text } in policies {
        let policy = Policy::check(file, text).map_err(|defects| defective(&defects))?;
        if let Some(other) = taken.insert(policy.department.clone(), file) {
            let department = &policy.department.0;
            let message = format!("部门{department}已有制度{other}，一个部门只能有一项制度，不得再加{file}");
            return Err(Answer::refused("POLICY_DEPARTMENT_TAKEN", message));
        }
        documents.push(policy_document(&policy, text));
    }
    Ok(documents)
}
