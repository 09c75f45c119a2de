//! What every decision is made against: who we are, the directory, the policies, the calendar, the day.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::directory::{Directory, NodeRecord};
use honghei_domain::list::Department;
use honghei_domain::node::{LogId, NodeId, Tier};
use honghei_domain::policy::Policy;

use crate::desk::served::Memo;
use crate::error::Fault;

/// The two times an act knows: the legal day and the transport instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The legal day, China Standard Time.
    pub today: NaiveDate,
    /// Milliseconds since the Unix epoch.
    pub ms: i64,
}

/// Reference data of one directory version, parsed once.
#[derive(Debug)]
pub struct Reference {
    /// The directory.
    pub directory: Directory,
    /// The working-day calendar.
    pub calendar: WorkCalendar,
    /// Every version of every policy by `name@version`, as acts and cases quote it.
    pub policies: BTreeMap<String, Policy>,
}

impl Reference {
    /// Parses the documents a directory carries.
    pub fn read(directory: Directory) -> Result<Self, Fault> {
        let mut policies = BTreeMap::new();
        let mut calendar = None;
        for document in &directory.documents {
            let broken = |what: String| Fault::Directory { what };
            match document.kind.as_str() {
                "policy" => {
                    let policy = Policy::parse_file(&document.name, &document.text)
                        .map_err(|defect| broken(format!("a readable policy {}: {defect}", document.name)))?;
                    if policy.name != document.name || ![0, policy.version].contains(&document.version) {
                        return Err(broken(format!("a policy {} whose text names itself so", document.name)));
                    }
                    let pin = policy.pin();
                    // A version says one thing for ever; saying it twice in other words is saying two things.
                    if policies.insert(pin.to_string(), policy.clone()).is_some_and(|before| before != policy) {
                        return Err(broken(format!("one text of policy {pin}")));
                    }
                }
                "calendar" => {
                    let parsed = WorkCalendar::parse(&document.text)
                        .map_err(|defect| broken(format!("a readable calendar {}: {defect}", document.name)))?;
                    calendar = Some(parsed);
                }
                // Kinds of a newer program: carried, not interpreted.
                _ => {}
            }
        }
        let calendar = calendar.ok_or_else(|| Fault::Directory { what: "a working-day calendar".to_owned() })?;
        Ok(Self { directory, calendar, policies })
    }

    /// The policy that new lists of a department follow: the newest version.
    pub fn policy_of(&self, department: &Department) -> Option<(&String, &Policy)> {
        let first = self.policies.values().find(|policy| policy.department == *department)?;
        self.newest(&first.name)
    }

    /// The policy that an act or a case quotes as `name@version`; a name alone means its newest version.
    pub fn quoted(&self, quoted: &str) -> Option<&Policy> {
        self.policies.get(quoted).or_else(|| self.newest(quoted).map(|(_, policy)| policy))
    }

    fn newest(&self, name: &str) -> Option<(&String, &Policy)> {
        self.policies.iter().filter(|(_, policy)| policy.name == name).max_by_key(|(_, policy)| policy.version)
    }
}

/// Everything a desk may look at besides the store.
#[derive(Clone, Debug)]
pub struct Context {
    /// This node's log, and so its identity.
    pub log: LogId,
    /// Reference data.
    pub reference: Arc<Reference>,
    /// The times of this act.
    pub now: Now,
    /// What this process remembers of the served list.
    pub memo: Arc<Memo>,
}

impl Context {
    /// This node.
    pub fn me(&self) -> &NodeId {
        &self.log.node
    }

    /// The directory.
    pub fn directory(&self) -> &Directory {
        &self.reference.directory
    }

    /// This node's record.
    pub fn record(&self) -> Result<&NodeRecord, Fault> {
        self.directory().node(self.me()).ok_or_else(|| Fault::Directory { what: format!("this node {}", self.me()) })
    }

    /// This node's tier.
    pub fn tier(&self) -> Result<Tier, Fault> {
        Ok(self.record()?.tier)
    }

    /// The root of the tree: the province.
    pub fn root(&self) -> Option<&NodeId> {
        self.directory().nodes.iter().find(|node| node.parent.is_none()).map(|node| &node.id)
    }

    /// Who reviews a node's lists (AMB-16b): a county's are reviewed above; a city's own go straight to the province.
    pub fn reviewer_of(&self, node: &NodeId) -> Option<&NodeId> {
        let record = self.directory().node(node)?;
        match record.tier {
            Tier::County => record.parent.as_ref(),
            Tier::City | Tier::Province => None,
        }
    }
}
