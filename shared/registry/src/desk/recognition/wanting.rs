//! What is still wanting for the recognition of records that come in: told at collection, refused at certification
//!

use honghei_domain::evidence::wanting;
use honghei_domain::list::ListEntry;
use honghei_domain::policy::Policy;

/// Cases named in one sentence at most.
const NAMED: usize = 5;

/// A sentence on the records that lack evidence of the criteria they cite; empty where nothing is wanting.
///
/// Events are counted from those on file when the head signs, so none are asked for here.
pub fn sentence(numbered: impl Iterator<Item = (u64, ListEntry)>, policy: &Policy) -> String {
    let mut lacking = 0_usize;
    let mut named = Vec::new();
    for (number, entry) in numbered {
        let fields: Vec<String> =
            wanting(&entry, policy, true).map(|one| format!("{}{}", one.criterion.code.0, one.zh())).collect();
        if fields.is_empty() {
            continue;
        }
        lacking += 1;
        if named.len() < NAMED {
            named.push(format!("案件{number}缺{}", fields.join("、")));
        }
    }
    if lacking == 0 {
        return String::new();
    }
    let rest = if lacking > named.len() { "……" } else { "" };
    format!("。其中{lacking}条所引认定标准的材料尚不齐全，认定前须补齐（依据 R-010）：{}{rest}", named.join("；"))
}
