//! One process per folder: two would sign two logs under one name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::PathBuf;

use crate::folder::Folder;

/// Why a folder cannot be worked in now.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another process works in {0}; stop it first, or talk to it through its console")]
    Held(PathBuf),
    /// The lock file cannot be used.
    #[error("{path}: cannot lock")]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
}

impl LockError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            LockError::Held(_) => "FOLDER_IN_USE",
            LockError::Io { .. } => "FOLDER_LOCK_FAILED",
        }
    }
}

/// The exclusive use of a folder until it is dropped or the process dies, however it dies.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder, or says at once that another process has it.
    pub fn take(folder: &Folder) -> Result<Self, LockError> {
        let path = folder.lock_file();
        let failed = |source| LockError::Io { path: path.clone(), source };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held(folder.path().to_owned())),
            Err(TryLockError::Error(source)) => Err(LockError::Io { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_worked_in_by_one_process_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::at(place.path());
        let first = FolderLock::take(&folder).unwrap();
        assert_eq!(FolderLock::take(&folder).unwrap_err().code(), "FOLDER_IN_USE");
        drop(first);
        FolderLock::take(&folder).unwrap();
    }
}
