//! Founding, joining, serving: what is done to a folder rather than asked of a node.

use std::path::Path;

use honghei_domain::list::Department;
use honghei_domain::node::NodeId;
use honghei_ledger::{Cost, SecretKey, keyfile};
use serde::Serialize;

use super::passphrase::{self, Source};
use super::{Found, Init, Serve, Session};
use crate::answer::{Answer, Class};
use crate::authority::{self, Founding, PolicyText};
use crate::chance;
use crate::compose::Composition;
use crate::console::check_officer;
use crate::folder::{Membership, NodeConfig};
use crate::join;
use crate::serve;

/// The environment variable with the root key's passphrase.
const ROOT_VARIABLE: &str = "HONGHEI_ROOT_PASSPHRASE";
/// The environment variable with an officer's passphrase.
pub(super) const OFFICER_VARIABLE: &str = "HONGHEI_PASSPHRASE";
/// Shorter passphrases are refused for new keys.
const PASSPHRASE_CHARS_MIN: usize = 8;

#[derive(Serialize)]
struct Member<'a> {
    node: String,
    federation: &'a str,
    name: &'a str,
}

impl<'a> Member<'a> {
    fn of(membership: &'a Membership) -> Self {
        Self { node: membership.node.to_string(), federation: &membership.federation, name: &membership.name }
    }
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    node: String,
    address: String,
    socket: String,
}

#[derive(Serialize)]
struct NewKeyMade {
    officer: String,
    key_file: String,
    public_key: String,
}

fn config_of(init: Init) -> Result<NodeConfig, Answer> {
    let Init { listen, database, simulated_clock } = init;
    if listen.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err()) {
        return Err(Answer::new(Class::Usage, "ADDRESS_MALFORMED", format!("{listen} is no host:port")));
    }
    // The node is started from other places than it was made at.
    let absolute = |path: std::path::PathBuf| {
        std::path::absolute(&path)
            .map_err(|error| Answer::new(Class::Usage, "PATH_MALFORMED", format!("{}: {error}", path.display())))
    };
    let simulated_clock = simulated_clock.map(absolute).transpose()?;
    Ok(NodeConfig { listen, database, simulated_clock, parent_address: None, membership: None })
}

impl Session {
    pub(super) async fn found(&self, composition: &Composition, found: Found) -> Result<(), Answer> {
        let node: NodeId = found.node.parse().map_err(|defect: honghei_domain::node::NameDefect| {
            Answer::new(Class::Usage, defect.code(), defect.to_string())
        })?;
        let scope = node.as_str().split_once('-').map(|(_, scope)| scope.to_owned()).unwrap_or_default();
        let mut departments = vec![Department(scope)];
        for department in found.departments.into_iter().map(Department) {
            if !departments.contains(&department) {
                departments.push(department);
            }
        }
        let policies = match found.policies.as_slice() {
            [] => PolicyText::usual(&departments),
            named => named.iter().map(|named| PolicyText::find(named)).collect::<Result<_, _>>()?,
        };
        let source = Source {
            what: "the federation's root key",
            file: found.root_passphrase_file.as_deref(),
            variable: ROOT_VARIABLE,
        };
        let passphrase = passphrase::obtain(source, true)?;
        check_strength(&passphrase)?;
        let founding = Founding {
            federation: found.federation,
            node,
            name: found.name,
            departments,
            policies,
            config: config_of(found.init)?,
        };
        let membership = authority::found(&self.folder, &founding, composition, &passphrase, Cost::STANDARD).await?;
        self.printer.show(&Member::of(&membership), |member| {
            format!(
                "{} founded {}. Keep DIR/authority and its passphrase safe: without them nobody can be admitted.",
                member.node, member.federation
            )
        })
    }

    pub(super) fn init(&self, init: Init) -> Result<(), Answer> {
        join::init(&self.folder, &config_of(init)?)?;
        if self.printer.json {
            return self.printer.line("{\"prepared\":true}");
        }
        self.printer.line("prepared; next: join --invitation FILE")
    }

    pub(super) async fn join(&self, composition: &Composition, invitation: &Path) -> Result<(), Answer> {
        let read = std::fs::read(invitation);
        let bytes = read.map_err(|error| {
            Answer::new(Class::Usage, "INVITATION_UNREADABLE", format!("{}: {error}", invitation.display()))
        })?;
        let membership = join::join(&self.folder, &bytes, composition).await?;
        let joined = |member: &Member<'_>| format!("{} joined {} as {}", member.node, member.federation, member.name);
        self.printer.show(&Member::of(&membership), joined)
    }

    pub(super) async fn serve(&self, composition: &Composition, serve: &Serve) -> Result<(), Answer> {
        let source = Source {
            what: "the federation's root key",
            file: serve.root_passphrase_file.as_deref(),
            variable: ROOT_VARIABLE,
        };
        let passphrase = passphrase::given(source)?;
        let mut running = serve::start(&self.folder, composition, passphrase.as_deref()).await?;
        let ready = Ready {
            ready: true,
            node: running.membership.node.to_string(),
            address: running.address.to_string(),
            socket: running.socket.display().to_string(),
        };
        self.printer.show(&ready, |ready| {
            format!("ready node={} address={} socket={}", ready.node, ready.address, ready.socket)
        })?;
        let stopped = stop_signal()?;
        tokio::select! {
            answer = running.failed() => {
                running.stop().await;
                Err(answer)
            }
            signal = stopped => {
                tracing::info!(signal, "the node stops");
                running.stop().await;
                Ok(())
            }
        }
    }

    pub(super) fn new_key(&self, id: &str) -> Result<(), Answer> {
        check_officer(id)?;
        let path = self.key_path(id);
        if path.exists() {
            let message = format!(
                "{} is there already; a lost passphrase needs a new id or the old file moved away",
                path.display()
            );
            return Err(Answer::new(Class::AlreadyDone, "KEY_FILE_EXISTS", message));
        }
        let what = format!("officer {id}");
        let source = Source { what: &what, file: self.passphrase_file.as_deref(), variable: OFFICER_VARIABLE };
        let passphrase = passphrase::obtain(source, true)?;
        check_strength(&passphrase)?;
        let mut rng = chance::generator()?;
        let key = SecretKey::generate(&mut rng);
        let sealed = keyfile::seal(&key, &passphrase, &mut rng, Cost::STANDARD)?;
        self.folder.write_private(&path, sealed.as_bytes())?;
        let made = NewKeyMade {
            officer: id.to_owned(),
            key_file: path.display().to_string(),
            public_key: key.public().to_string(),
        };
        self.printer.show(&made, |made| format!("{}\n{}", made.key_file, made.public_key))
    }
}

fn check_strength(passphrase: &str) -> Result<(), Answer> {
    if passphrase.chars().count() >= PASSPHRASE_CHARS_MIN {
        return Ok(());
    }
    let message = format!("a passphrase has at least {PASSPHRASE_CHARS_MIN} characters; four words do well");
    Err(Answer::new(Class::Usage, "PASSPHRASE_SHORT", message))
}

/// Waits for SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = &'static str>, Answer> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| Answer::fault("SIGNAL_FAILED", error);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}
