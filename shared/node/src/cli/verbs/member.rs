//! How a node comes into a federation: by founding it or by joining it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use honghei_proto::console::v1::InviteRequest;

use crate::cli::task::{Found, Init, Task};

/// Verbs of a node that joins a federation.
#[derive(Debug, Subcommand)]
pub enum Member {
    /// Prepare a folder for a new node: its keys and node.toml.
    Init(Init),
    /// Join the federation of an invitation; safe to repeat with the same file.
    Join {
        /// The file that the federation's authority issued.
        #[arg(long, value_name = "FILE")]
        invitation: PathBuf,
    },
}

impl Member {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Member::Init(init) => Task::Init(init),
            Member::Join { invitation } => Task::Join(invitation),
        }
    }
}

/// Verbs of the node that keeps the federation's authority.
#[derive(Debug, Subcommand)]
pub enum Founder {
    /// Found a federation: root key and certificate authority, this node, the first directory.
    Init(Found),
    /// Issue an invitation for a new node.
    ///
    /// Example: invite --region 420800 --name 荆门市商务局 --tier city --parent 420000-commerce
    /// --parent-address 10.0.0.1:7420 --out jingmen.invitation
    Invite(InviteArgs),
}

/// An invitation.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// Region code of the new node, six digits.
    #[arg(long)]
    pub region: String,
    /// Its department; further ones it acts for may follow.
    #[arg(long = "department", default_value = "commerce", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// 名称.
    #[arg(long)]
    pub name: String,
    /// county or city.
    #[arg(long)]
    pub tier: String,
    /// The node above it.
    #[arg(long, value_name = "NODE")]
    pub parent: String,
    /// Where it finds that node.
    #[arg(long, value_name = "HOST:PORT")]
    pub parent_address: String,
    /// Days the invitation admits, at most 90.
    #[arg(long, default_value_t = 14)]
    pub valid_days: u32,
    /// Where to write it. Whoever has the file may enrol: carry it as you would a key.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

impl Founder {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Founder::Init(found) => Task::Found(found),
            Founder::Invite(invite) => {
                let mut departments = invite.departments.into_iter();
                let request = InviteRequest {
                    region: invite.region,
                    department: departments.next().unwrap_or_default(),
                    departments: departments.collect(),
                    name: invite.name,
                    tier: invite.tier,
                    parent: invite.parent,
                    parent_address: invite.parent_address,
                    valid_days: invite.valid_days,
                };
                Task::Invite { request, out: invite.out }
            }
        }
    }
}
