//! A node's folder: its configuration, keys, database and socket, each in one known place.
//!
//! Private files are created with mode 0600 and replaced as a whole.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use honghei_domain::list::Department;
use honghei_domain::node::{ClockClass, NodeId, Tier};
use serde::{Deserialize, Serialize};

/// `node.toml`: what an operator may read and change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// Where children and peers reach it: `host:port`.
    pub listen: String,
    /// `sqlite` for the file in this folder, or a PostgreSQL URL.
    pub database: String,
    /// The file of the simulated calendar; only in a simulated federation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated_clock: Option<PathBuf>,
    /// Where to reach the node above: `host:port`; none at the province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_address: Option<String>,
    /// Who this node is; none until it has founded or joined a federation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<Membership>,
}

/// Who a node is in its federation. Fixed by the founding or the invitation; editing it makes the node a stranger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The federation's name.
    pub federation: String,
    /// Real or simulated.
    pub clock_class: ClockClass,
    /// This node.
    pub node: NodeId,
    /// Its Chinese name.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Departments it acts for.
    pub departments: Vec<Department>,
    /// The node above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<NodeId>,
}

/// Why a folder is of no use.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read or written.
    #[error("{path}: cannot {what}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// A file is there but wrong.
    #[error("{path}: {detail}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        detail: String,
    },
    /// The folder already holds a node.
    #[error("{0} already holds a node; choose another folder")]
    Taken(PathBuf),
    /// The folder holds something else, or what an interrupted init left.
    #[error("{0} is not empty; empty it or choose another folder")]
    NotEmpty(PathBuf),
    /// The folder holds a node that belongs to no federation yet.
    #[error("{0} belongs to no federation yet; run join with the invitation of its authority")]
    NoMember(PathBuf),
}

impl FolderError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            FolderError::Io { .. } => "FOLDER_IO",
            FolderError::Malformed { .. } => "FOLDER_MALFORMED",
            FolderError::Taken(_) => "FOLDER_TAKEN",
            FolderError::NotEmpty(_) => "FOLDER_NOT_EMPTY",
            FolderError::NoMember(_) => "FOLDER_NO_MEMBER",
        }
    }
}

/// A node's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// Names a folder; nothing is touched.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `node.toml`.
    pub fn config_file(&self) -> PathBuf {
        self.0.join("node.toml")
    }

    /// The key that signs the log.
    pub fn log_key_file(&self) -> PathBuf {
        self.0.join("log.key")
    }

    /// The key that seals personal data.
    pub fn vault_key_file(&self) -> PathBuf {
        self.0.join("vault.key")
    }

    /// The key that opens and matches citizens' ID numbers; the province alone has one.
    pub fn matching_key_file(&self) -> PathBuf {
        self.0.join("matching.key")
    }

    /// The transport key.
    pub fn transport_key_file(&self) -> PathBuf {
        self.0.join("transport.key")
    }

    /// The node's certificate.
    pub fn certificate_file(&self) -> PathBuf {
        self.0.join("certificate.pem")
    }

    /// The federation authority's certificate.
    pub fn authority_certificate_file(&self) -> PathBuf {
        self.0.join("authority.pem")
    }

    /// The folder of the federation's authority: root key and certificate authority. Only where it is kept.
    pub fn authority(&self) -> PathBuf {
        self.0.join("authority")
    }

    /// The federation's root key, sealed under a passphrase. Only where the authority is kept.
    pub fn root_key_file(&self) -> PathBuf {
        self.authority().join("root.key")
    }

    /// The certificate authority's private key. Only where the authority is kept.
    pub fn authority_key_file(&self) -> PathBuf {
        self.authority().join("authority.key")
    }

    /// The federation's public root key, as text.
    pub fn root_public_key_file(&self) -> PathBuf {
        self.0.join("root.pub")
    }

    /// Locked for as long as a process works in this folder.
    pub fn lock_file(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// The embedded database.
    pub fn database_file(&self) -> PathBuf {
        self.0.join("honghei.sqlite")
    }

    /// The console's socket.
    pub fn socket(&self) -> PathBuf {
        self.0.join("console.sock")
    }

    /// An officer's sealed key.
    pub fn officer_key_file(&self, officer: &str) -> PathBuf {
        self.0.join("officers").join(format!("{officer}.key"))
    }

    /// Reads `node.toml`.
    pub fn config(&self) -> Result<NodeConfig, FolderError> {
        let path = self.config_file();
        let text = self.read_text(&path)?;
        toml::from_str(&text).map_err(|error| FolderError::Malformed { path, detail: error.to_string() })
    }

    /// Reads `node.toml` of a node that belongs to a federation.
    pub fn member(&self) -> Result<(NodeConfig, Membership), FolderError> {
        let config = self.config()?;
        match config.membership.clone() {
            Some(membership) => Ok((config, membership)),
            None => Err(FolderError::NoMember(self.0.clone())),
        }
    }

    /// Writes `node.toml`.
    pub fn write_config(&self, config: &NodeConfig) -> Result<(), FolderError> {
        let path = self.config_file();
        let text = toml::to_string_pretty(config)
            .map_err(|error| FolderError::Malformed { path: path.clone(), detail: error.to_string() })?;
        self.write(&path, text.as_bytes(), 0o644)
    }

    /// Creates the folder, readable by its owner alone; a folder that holds anything is not touched.
    pub fn create_empty(&self) -> Result<(), FolderError> {
        if self.config_file().exists() {
            return Err(FolderError::Taken(self.0.clone()));
        }
        let io = |what| move |source| FolderError::Io { path: self.0.clone(), what, source };
        std::fs::create_dir_all(&self.0).map_err(io("create the folder"))?;
        if std::fs::read_dir(&self.0).map_err(io("list"))?.next().is_some() {
            return Err(FolderError::NotEmpty(self.0.clone()));
        }
        std::fs::set_permissions(&self.0, std::fs::Permissions::from_mode(0o700)).map_err(io("protect"))
    }

    /// Reads a text file.
    pub fn read_text(&self, path: &Path) -> Result<String, FolderError> {
        std::fs::read_to_string(path).map_err(|source| FolderError::Io { path: path.to_owned(), what: "read", source })
    }

    /// Writes a private file as a whole, durably.
    pub fn write_private(&self, path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
        self.write(path, bytes, 0o600)
    }

    /// Writes a public file as a whole, durably.
    pub fn write_public(&self, path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
        self.write(path, bytes, 0o644)
    }

    fn write(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), FolderError> {
        let failed = |what| move |source| FolderError::Io { path: path.to_owned(), what, source };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed("create the folder of"))?;
        }
        // Beside the file and named after all of it, so that `log.key` and `log.pub` never share one.
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".fresh");
        let fresh = PathBuf::from(fresh);
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .open(&fresh)
            .map_err(failed("create"))?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed("write"))?;
        std::fs::rename(&fresh, path).map_err(failed("replace"))?;
        // The name must survive a power cut as the bytes do. A bare file name's parent is the empty path.
        let place = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(place).and_then(|folder| folder.sync_all()).map_err(failed("make durable"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> NodeConfig {
        NodeConfig {
            listen: "127.0.0.1:7420".to_owned(),
            database: "sqlite".to_owned(),
            simulated_clock: None,
            parent_address: None,
            membership: None,
        }
    }

    #[test]
    fn a_folder_that_holds_a_node_is_not_taken_twice() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path().join("node"));
        folder.create_empty().unwrap();
        folder.write_config(&config()).unwrap();
        assert_eq!(folder.create_empty().unwrap_err().code(), "FOLDER_TAKEN");
        assert_eq!(folder.config().unwrap(), config());
        assert_eq!(folder.member().unwrap_err().code(), "FOLDER_NO_MEMBER");
    }

    #[test]
    fn a_private_file_is_readable_by_its_owner_alone() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path());
        folder.write_private(&folder.log_key_file(), b"secret").unwrap();
        let mode = std::fs::metadata(folder.log_key_file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_configuration_with_an_unknown_line_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path());
        std::fs::write(folder.config_file(), "listen = \"a:1\"\ndatabase = \"sqlite\"\nlisten_adress = 1\n").unwrap();
        assert_eq!(folder.config().unwrap_err().code(), "FOLDER_MALFORMED");
    }
}
