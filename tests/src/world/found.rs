//! Founding a world: directory, keys, officers, all from one seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_codec::directory::{SignedDirectory, encode_directory, encode_signed_directory};
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::directory::{Directory, LogKey, NodeRecord, PublicKeyRecord, ReferenceDocument};
use honghei_domain::list::Department;
use honghei_domain::node::{ClockClass, LogId, NodeId, Tier};
use honghei_domain::permit::Role;
use honghei_ledger::SecretKey;
use honghei_link::receipts::Cosigner;
use honghei_registry::command::Command;
use honghei_registry::desk::members::{ROOT_KEY_META, encode_root_key};
use honghei_registry::engine::{DIRECTORY_META, DIRECTORY_VERSION_META};
use honghei_registry::error::CommandError;
use honghei_store::{MemoryStore, Store};

use super::{World, WorldNode, derived_key, log_key, open_engine};

/// A node to be founded.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its tier.
    pub tier: Tier,
    /// The node above.
    pub parent: Option<&'static str>,
}

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";

/// The federation of the demonstration: province, 荆门 with its five counties, and 仙桃 directly under the province.
pub fn jingmen() -> Vec<Member> {
    let county = |id, name, parent| Member { id, name, tier: Tier::County, parent: Some(parent) };
    vec![
        Member { id: PROVINCE, name: "湖北省商务厅", tier: Tier::Province, parent: None },
        Member { id: CITY, name: "荆门市商务局", tier: Tier::City, parent: Some(PROVINCE) },
        county("420802-commerce", "东宝区商务局", CITY),
        county("420804-commerce", "掇刀区商务局", CITY),
        county("420822-commerce", "沙洋县商务局", CITY),
        county("420881-commerce", "钟祥市商务局", CITY),
        county("420882-commerce", "京山市商务局", CITY),
        county("429004-commerce", "仙桃市商务局", PROVINCE),
    ]
}

/// 延庆: a bureau directly under the node that compares; its leading group is [`World::appoint_group`]'s to appoint.
pub fn yanqing() -> Vec<Member> {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    vec![
        member("110000-quality", "北京市质量技术监督局", Tier::Province, None),
        member("110119-quality", "延庆区质量技术监督局", Tier::County, Some("110000-quality")),
    ]
}

/// A province alone, fed by other departments.
pub fn province_alone() -> Vec<Member> {
    jingmen().into_iter().take(1).collect()
}

impl World {
    /// [`World::found`] over stores in memory.
    pub async fn in_memory(seed: u64, members: &[Member], today: NaiveDate) -> Result<Self, CommandError> {
        Self::found(seed, members, today, async |_| Arc::new(MemoryStore::new()) as Arc<dyn Store>).await
    }

    /// Founds a federation with every officer appointed and certified; `store` makes each node's store.
    ///
    /// Officers of every node: `admin`, `clerk` (collector; comparer at the province), `reviewer`, `head`.
    pub async fn found(
        seed: u64,
        members: &[Member],
        today: NaiveDate,
        mut store: impl AsyncFnMut(&NodeId) -> Arc<dyn Store>,
    ) -> Result<Self, CommandError> {
        let directory = Arc::new(directory(seed, members, today));
        let root = derived_key(seed, "root");
        let document = encode_directory(&directory);
        let signed = encode_signed_directory(&SignedDirectory {
            signature: root.sign(&document),
            key: record_of(&root),
            document,
        });
        let mut nodes = BTreeMap::new();
        for record in &directory.nodes {
            let store = store(&record.id).await;
            let mut tx = store.write("found").await?;
            tx.put_meta(DIRECTORY_META, &signed).await?;
            tx.put_meta(DIRECTORY_VERSION_META, &directory.version.to_be_bytes()).await?;
            tx.put_meta(ROOT_KEY_META, &encode_root_key(&record_of(&root))).await?;
            tx.commit().await?;
            let engine = open_engine(&directory, &record.id, record.tier, seed, 0, &store).await?;
            let officers = ["admin", "clerk", "reviewer", "head"]
                .map(|name| (name.to_owned(), derived_key(seed, &format!("{} {name}", record.id))))
                .into();
            let cosigner = Cosigner { log: LogId::first(record.id.clone()), key: Arc::new(log_key(seed, &record.id)) };
            let node = WorldNode { store, engine, officers, cosigner, tier: record.tier, seed, lives: 0 };
            nodes.insert(record.id.clone(), node);
        }
        let world = Self { nodes, directory, today };
        world.appoint().await?;
        Ok(world)
    }

    /// Appoints one more officer of a node and has the level above certify him.
    pub async fn appoint_officer(&mut self, node: &str, name: &str, roles: Vec<Role>) -> Result<(), CommandError> {
        let (id, seed) = (self.node(node).engine.identity().log.node.clone(), self.node(node).seed);
        let key = derived_key(seed, &format!("{id} {name}"));
        let appointed = officer(&id, name, roles, &key);
        self.act(node, "admin", Command::AppointOfficer(appointed)).await?;
        if let Some(found) = self.nodes.get_mut(&id) {
            found.officers.insert(name.to_owned(), key);
        }
        self.settle().await?;
        if let Some(parent) = self.directory.node(&id).and_then(|record| record.parent.clone()) {
            let certify = Command::CertifyOfficer { node: id, officer: OfficerId(name.to_owned()) };
            self.act(parent.as_str(), "admin", certify).await?;
            self.settle().await?;
        }
        Ok(())
    }

    /// Appoints the members of a leading group that approves for its bureau.
    pub async fn appoint_group(&mut self, node: &str, names: &[&str]) -> Result<(), CommandError> {
        for name in names {
            self.appoint_officer(node, name, vec![Role::LeadingMember]).await?;
        }
        Ok(())
    }

    async fn appoint(&self) -> Result<(), CommandError> {
        for (id, node) in &self.nodes {
            node.engine.found(self.now(), "world").await?;
            for (name, key) in &node.officers {
                let roles = match (name.as_str(), node.tier) {
                    ("admin", _) => vec![Role::Administrator],
                    ("clerk", Tier::Province) => vec![Role::Comparer],
                    ("clerk", _) => vec![Role::Collector],
                    ("reviewer", _) => vec![Role::Reviewer],
                    _ => vec![Role::Head],
                };
                let officer = officer(id, name, roles, key);
                node.act(self.now(), "admin", &Command::AppointOfficer(officer)).await?;
            }
        }
        self.settle().await?;
        for record in &self.directory.nodes {
            let Some(parent) = &record.parent else { continue };
            for name in ["admin", "clerk", "reviewer", "head"] {
                let command = Command::CertifyOfficer { node: record.id.clone(), officer: OfficerId(name.to_owned()) };
                if let Some(above) = self.nodes.get(parent) {
                    above.act(self.now(), "admin", &command).await?;
                }
            }
        }
        self.settle().await?;
        Ok(())
    }
}

fn officer(node: &NodeId, name: &str, roles: Vec<Role>, key: &SecretKey) -> Officer {
    Officer {
        id: OfficerId(name.to_owned()),
        node: node.clone(),
        name: format!("{node}的{name}"),
        title: "演练人员".to_owned(),
        roles,
        key: record_of(key),
    }
}

fn directory(seed: u64, members: &[Member], today: NaiveDate) -> Directory {
    let nodes = members.iter().filter_map(|member| {
        let id: NodeId = member.id.parse().ok()?;
        let id_department = member.id.split_once('-').map(|(_, department)| Department(department.to_owned()));
        let log_keys = vec![LogKey { epoch: 1, key: record_of(&log_key(seed, &id)) }];
        Some(NodeRecord {
            id,
            name: member.name.to_owned(),
            tier: member.tier,
            parent: member.parent.and_then(|parent| parent.parse().ok()),
            departments: id_department.into_iter().collect(),
            log_keys,
        })
    });
    let document = |kind: &str, name: &str, text: &str| ReferenceDocument {
        kind: kind.to_owned(),
        name: name.to_owned(),
        version: u32::from(kind == "policy"),
        text: text.to_owned(),
    };
    let policies = honghei_domain::policy::shipped().iter().map(|(name, text)| document("policy", name, text));
    let calendar = document("calendar", "shipped", WorkCalendar::shipped_text());
    Directory {
        federation: "world".to_owned(),
        version: 1,
        clock_class: ClockClass::Simulated,
        issued_on: today,
        expires_on: NaiveDate::MAX,
        minimum_protocol: 1,
        nodes: nodes.collect(),
        documents: policies.chain([calendar]).collect(),
    }
}

fn record_of(key: &SecretKey) -> PublicKeyRecord {
    let public = key.public();
    PublicKeyRecord { algorithm: public.algorithm.name().to_owned(), key: public.bytes }
}
