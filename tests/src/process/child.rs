//! Processes of nodes: started with files for their output, killed without asking.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use honghei_domain::node::Tier;

use super::{Node, TETHER, Trouble};

/// The program whose hidden subcommand `node` embeds the three nodes.
#[derive(Clone, Debug)]
pub struct Program {
    executable: PathBuf,
}

impl Program {
    /// The `federation` binary at a path.
    pub fn at(executable: impl Into<PathBuf>) -> Self {
        Self { executable: executable.into() }
    }

    /// This process's own program.
    pub fn own() -> Result<Self, Trouble> {
        let failed = Trouble::io("find the running program", Path::new("/proc/self/exe"));
        std::env::current_exe().map(Self::at).map_err(failed)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.executable
    }

    fn command(&self, tier: Tier) -> Command {
        let mut command = Command::new(&self.executable);
        command.arg("node").arg(tier_name(tier));
        // The harness answers Ctrl-C for all; its nodes shall not hear it first.
        command.process_group(0);
        command
    }

    /// Runs a command of a node's program to its end; `secrets` are environment variables.
    pub fn run(&self, tier: Tier, arguments: &[&str], secrets: &[(&str, &str)]) -> Result<Output, Trouble> {
        let mut command = self.command(tier);
        let spoken = format!("{} {}", tier_name(tier), arguments.join(" "));
        command.args(arguments).envs(secrets.iter().copied()).stdin(Stdio::null());
        let output = command.output().map_err(Trouble::io("run", &self.executable))?;
        if output.status.success() {
            return Ok(output);
        }
        Err(Trouble::Command {
            command: spoken,
            exit: output.status.to_string(),
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// Starts a node's service. What it writes goes to `out.log` and `err.log` in its folder.
    pub fn serve(&self, node: &Node) -> Result<NodeProcess, Trouble> {
        let mut command = self.command(node.member.tier);
        command
            .arg(TETHER)
            .args(super::found::serve_arguments(&node.folder))
            .envs(super::found::serve_secrets(node.member.tier))
            .stdin(Stdio::piped())
            .stdout(log_file(&node.folder.join("out.log"))?)
            .stderr(log_file(&node.folder.join("err.log"))?);
        let child = command.spawn().map_err(Trouble::io("start", &self.executable))?;
        Ok(NodeProcess { child, place: node.folder.clone() })
    }
}

fn log_file(path: &Path) -> Result<File, Trouble> {
    OpenOptions::new().create(true).append(true).open(path).map_err(Trouble::io("open", path))
}

fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::County => "county",
        Tier::City => "city",
        Tier::Province => "province",
    }
}

/// A running node process; dropping it kills it.
#[derive(Debug)]
pub struct NodeProcess {
    child: Child,
    place: PathBuf,
}

impl NodeProcess {
    /// The system's id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it ended by itself.
    pub fn exited(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(status.to_string()),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Kills it as `kill -9` does and waits for its end.
    pub fn kill(&mut self) -> Result<(), Trouble> {
        match self.child.kill().and_then(|()| self.child.wait()) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            Err(error) => Err(Trouble::io("kill the process of", &self.place)(error)),
        }
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure; the pipe that closes now ends the process too.
        let _ = self.kill();
    }
}
