//! Founding a federation of processes: init, invite, join, serve, officers, all through the nodes' own programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::node::Tier;
use honghei_ledger::{Cost, keyfile};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{AppointOfficer, CertifyOfficer, InviteRequest, ListOfficersRequest};
use tempfile::TempDir;

use super::{Federation, Node, OFFICERS, Office, Program, Trouble, officer_key, ports, set_calendar, until};
use crate::world::Member;

/// The federation's name: everything it signs carries it, and `simulated` beside.
pub const FEDERATION: &str = "drill";
/// The passphrase of a rehearsal's root key and of its officers' keys. A rehearsal protects nothing.
pub const PASSPHRASE: &str = "rehearsal";
/// Where a node's program reads the root key's passphrase.
const PASSPHRASE_VARIABLE: &str = "HONGHEI_ROOT_PASSPHRASE";
/// The department of every node.
const DEPARTMENT: &str = "commerce";

/// What kind of federation to found.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The nodes, parents before children.
    pub members: Vec<Member>,
    /// The first legal day.
    pub today: NaiveDate,
    /// Officers' keys follow from it.
    pub seed: u64,
    /// Where folders are made and left; a temporary folder where none is named.
    pub keep: Option<PathBuf>,
    /// Databases by node id where SQLite is not wanted.
    pub databases: BTreeMap<String, String>,
}

impl Federation {
    /// Founds a federation: every node a process, joined, started, with officers who are certified.
    pub async fn found(program: Program, plan: &Plan) -> Result<Self, Trouble> {
        let mut federation = Self::prepare(program, plan)?;
        for member in &plan.members {
            federation.admit(member, plan).await?;
        }
        federation.appoint(plan).await?;
        Ok(federation)
    }

    fn prepare(program: Program, plan: &Plan) -> Result<Self, Trouble> {
        let (folder, temporary) = match &plan.keep {
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(Trouble::io("create", folder))?;
                let folder = folder.canonicalize().map_err(Trouble::io("find", folder))?;
                if std::fs::read_dir(&folder).map_err(Trouble::io("list", &folder))?.next().is_some() {
                    let what = format!("{} is not empty; name a fresh folder", folder.display());
                    return Err(Trouble::Malformed(what));
                }
                (folder, None)
            }
            None => {
                let made = TempDir::with_prefix("honghei-");
                let made = made.map_err(Trouble::io("create a folder in", &std::env::temp_dir()))?;
                (made.path().to_owned(), Some(made))
            }
        };
        let mut nodes = BTreeMap::new();
        for member in &plan.members {
            let place = folder.join(member.id);
            let keys = OFFICERS.map(|(id, ..)| (id.to_owned(), officer_key(plan.seed, member.id, id)));
            let socket = honghei_node::folder::Folder::at(&place).socket();
            let node = Node {
                member: member.clone(),
                address: format!("127.0.0.1:{}", ports::free()?),
                office: Arc::new(Office::new(member.id, socket, keys.into())),
                folder: place,
                process: None,
                starts: 0,
            };
            nodes.insert(member.id.to_owned(), node);
        }
        set_calendar(&folder.join("calendar"), plan.today)?;
        Ok(Self { nodes, program, folder, today: plan.today, _temporary: temporary })
    }

    /// Makes a node a member and starts it.
    async fn admit(&mut self, member: &Member, plan: &Plan) -> Result<(), Trouble> {
        let database = plan.databases.get(member.id).map_or("sqlite", String::as_str);
        self.init(member, database)?;
        if let Some(parent) = member.parent {
            let invitation = self.folder.join(format!("{}.invitation", member.id));
            let bytes = self.invite(member, parent).await?;
            std::fs::write(&invitation, bytes).map_err(Trouble::io("write", &invitation))?;
            self.join(member, &invitation)?;
            std::fs::remove_file(&invitation).map_err(Trouble::io("remove", &invitation))?;
        }
        self.start(member.id).await?;
        let office = self.office(member.id)?;
        // The first officer appoints himself with the key he proves.
        office.act("admin", appointment(office, OFFICERS[0], member.tier)?).await?;
        Ok(())
    }

    fn init(&self, member: &Member, database: &str) -> Result<(), Trouble> {
        let node = self.node(member.id)?;
        let calendar = self.calendar();
        let (folder, calendar) = (text(&node.folder)?, text(&calendar)?);
        let mut arguments = vec!["init", "--dir", folder, "--listen", &node.address];
        arguments.extend(["--database", database, "--simulated-clock", calendar]);
        if member.parent.is_none() {
            arguments.extend(["--federation", FEDERATION, "--node", member.id, "--name", member.name]);
        }
        self.program.run(member.tier, &arguments, &serve_secrets(member.tier))?;
        Ok(())
    }

    async fn invite(&self, member: &Member, parent: &str) -> Result<Vec<u8>, Trouble> {
        let root = self.nodes.values().find(|node| node.member.parent.is_none());
        let root = root.ok_or_else(|| Trouble::Malformed("the federation has no first node".to_owned()))?;
        let invitation = InviteRequest {
            region: member.id.split('-').next().unwrap_or_default().to_owned(),
            department: DEPARTMENT.to_owned(),
            departments: Vec::new(),
            name: member.name.to_owned(),
            tier: if member.tier == Tier::City { "city" } else { "county" }.to_owned(),
            parent: parent.to_owned(),
            parent_address: self.node(parent)?.address.clone(),
            valid_days: 0,
        };
        let mut session = root.office.session("admin").await?;
        Ok(root.office.told("invite", session.invite(invitation).await)?.invitation)
    }

    fn join(&self, member: &Member, invitation: &Path) -> Result<(), Trouble> {
        let folder = text(&self.node(member.id)?.folder)?;
        self.program.run(member.tier, &["join", "--dir", folder, "--invitation", text(invitation)?], &[])?;
        Ok(())
    }

    /// Lays the officers' keys into the nodes' folders, where the command line looks for them, sealed under
    /// [`PASSPHRASE`].
    pub fn write_keys(&self, rng: &mut (impl rand_core::CryptoRng + ?Sized)) -> Result<(), Trouble> {
        for node in self.nodes.values() {
            let folder = honghei_node::folder::Folder::at(&node.folder);
            for (id, ..) in OFFICERS {
                let sealed = keyfile::seal(node.office.key(id)?, PASSPHRASE, rng, Cost::TRIVIAL);
                let sealed = sealed.map_err(|defect| Trouble::Malformed(defect.to_string()))?;
                let path = folder.officer_key_file(id);
                let written = folder.write_private(&path, sealed.as_bytes());
                written.map_err(|error| Trouble::Malformed(error.to_string()))?;
            }
        }
        Ok(())
    }

    /// Appoints every officer and has each certified by the administrator of the level above.
    async fn appoint(&self, plan: &Plan) -> Result<(), Trouble> {
        for member in &plan.members {
            let office = self.office(member.id)?;
            for officer in &OFFICERS[1..] {
                office.act("admin", appointment(office, *officer, member.tier)?).await?;
            }
        }
        for member in &plan.members {
            let Some(parent) = member.parent else { continue };
            let above = self.office(parent)?;
            until(&format!("{parent}获知{}的人员", member.id), async || {
                let mut session = above.session("admin").await?;
                let listed = above.told("officers", session.list_officers(ListOfficersRequest {}).await)?;
                let known = listed.officers.iter().filter(|officer| officer.node == member.id).count();
                Ok((known == OFFICERS.len()).then_some(()))
            })
            .await?;
            for (id, ..) in OFFICERS {
                let certify = CertifyOfficer { node: member.id.to_owned(), officer: id.to_owned() };
                above.act("admin", Command::CertifyOfficer(certify)).await?;
            }
        }
        Ok(())
    }
}

fn appointment(office: &Office, officer: (&str, &str, &str, &str), tier: Tier) -> Result<Command, Trouble> {
    let (id, name, title, role) = officer;
    let role = if role == "collector" && tier == Tier::Province { "comparer" } else { role };
    let key = office.key(id)?.public();
    Ok(Command::AppointOfficer(AppointOfficer {
        id: id.to_owned(),
        name: name.to_owned(),
        title: format!("演练{title}"),
        roles: vec![role.to_owned()],
        key_algorithm: key.algorithm.name().to_owned(),
        key: key.bytes,
    }))
}

/// How a node's service is started.
pub(super) fn serve_arguments(folder: &Path) -> Vec<std::ffi::OsString> {
    vec!["serve".into(), "--dir".into(), folder.into()]
}

/// What a node's program is told outside its command line.
pub(super) fn serve_secrets(tier: Tier) -> Vec<(&'static str, &'static str)> {
    if tier == Tier::Province { vec![(PASSPHRASE_VARIABLE, PASSPHRASE)] } else { Vec::new() }
}

fn text(path: &Path) -> Result<&str, Trouble> {
    path.to_str().ok_or_else(|| Trouble::Malformed(format!("{} is no text", path.display())))
}
