//! The watched folder: `inbox/SOURCE/` below the node's own, looked into by the node's jobs.
//!
//! A file counts when two looks found it with the same size and the same time of change, so that one that is still being
//! written is left alone. Whoever writes slowly writes under a name that ends in `.part` and renames.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use honghei_intake::limit::MAX_FILE_BYTES;
use honghei_registry::feed;
use tokio::sync::watch;

use super::record::{Remark, Way, day_in_name};
use super::{Arrival, Deliveries};
use crate::answer::Answer;

/// Time between two looks, unless the calendar is simulated and jumps.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Files taken in at one look, so that a full folder holds nothing else up.
const FILES_PER_LOOK: usize = 8;
/// Names that end so are still being written.
const UNFINISHED: [&str; 4] = [".part", ".tmp", ".filepart", ".crdownload"];

/// How a file looked: which it is, how long, when it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    inode: u64,
    length: u64,
    changed_s: i64,
    changed_ns: i64,
}

/// What the look before found.
#[derive(Debug, Default)]
pub struct Sightings(BTreeMap<PathBuf, Look>);

impl Sightings {
    /// Takes note of how the files look now; those that looked the same before.
    fn unchanged(&mut self, now: BTreeMap<PathBuf, Look>) -> Vec<(PathBuf, u64)> {
        let before = std::mem::replace(&mut self.0, now);
        let stable = self.0.iter().filter(|(path, look)| before.get(*path) == Some(look));
        stable.map(|(path, look)| (path.clone(), look.length)).collect()
    }
}

impl Deliveries {
    /// Looks into the inboxes of all registered sources; returns how many files were taken in.
    pub async fn look(&self) -> Result<usize, Answer> {
        // One look at a time: two would take the same file.
        let mut sightings = self.sightings.lock().await;
        let mut tx = self.parts.engine.store().read().await?;
        let sources: BTreeSet<String> = feed::all(&mut *tx).await?.into_iter().map(|feed| feed.source.name).collect();
        drop(tx);
        let mut files = BTreeMap::new();
        for name in names(&self.shelf.inboxes(), |meta| meta.is_dir()) {
            let found = looks(&self.shelf.inbox(&name));
            if sources.contains(&name) {
                files.extend(found.into_iter().map(|(path, look)| (path, (name.clone(), look))));
            } else if !found.is_empty() {
                let detail = format!("收件目录{name}有来文，但没有登记这个数据源，未作任何改动");
                self.alarm(&name, "FEED_UNREGISTERED", detail, b"inbox").await?;
            }
        }
        let now = files.iter().map(|(path, (_, look))| (path.clone(), *look)).collect();
        let stable = sightings.unchanged(now);
        let mut taken = 0;
        for (path, length) in stable.into_iter().take(FILES_PER_LOOK) {
            let Some((source, _)) = files.get(&path) else { continue };
            match self.take_file(source, &path, length).await {
                Ok(()) => taken += 1,
                // The others are not to wait for it; it is met again at the next look.
                Err(answer) => {
                    tracing::error!(path = %path.display(), code = %answer.code, "a file stays in its inbox: {answer}");
                }
            }
        }
        self.weigh_anew().await?;
        Ok(taken)
    }

    async fn take_file(&self, source: &str, path: &Path, length: u64) -> Result<(), Answer> {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (bytes, refused) = if length > MAX_FILE_BYTES as u64 {
            let sentence = format!("文件有{length}字节，超过上限{MAX_FILE_BYTES}字节");
            // What is told apart by its content elsewhere is told apart by its name and length here.
            (
                format!("{file}\n{length}").into_bytes(),
                Some(Remark { code: "INTAKE_FILE_TOO_LARGE".to_owned(), sentence }),
            )
        } else {
            (std::fs::read(path).map_err(|error| Answer::fault("INBOX_UNREADABLE", error))?, None)
        };
        let arrival = Arrival {
            source: source.to_owned(),
            way: Way::Inbox,
            stated_on: day_in_name(&file),
            file,
            bytes: Arc::new(bytes),
            lies: Some(path.to_owned()),
            counted: None,
            refused,
        };
        self.arrive(arrival).await.map(|_| ())
    }

    /// Looks until `stop` turns true.
    pub async fn watch(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let every = self.parts.clock.sweep_interval().min(LOOK_EVERY);
        while !*stop.borrow() {
            if let Err(answer) = self.look().await {
                tracing::error!(code = %answer.code, chain = %answer.chain(), "the inboxes could not be looked into");
            }
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// Names in a folder whose own metadata (a link's is not its target's) satisfy a condition; none of a folder that is
/// not there.
fn names(folder: &Path, wanted: impl Fn(&std::fs::Metadata) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of_kind = entries.filter(|entry| entry.metadata().is_ok_and(|meta| wanted(&meta)));
    of_kind.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// How the files of an inbox look that are not said to be unfinished.
fn looks(inbox: &Path) -> Vec<(PathBuf, Look)> {
    let finished = |name: &String| !name.starts_with('.') && !UNFINISHED.iter().any(|end| name.ends_with(end));
    let files = names(inbox, std::fs::Metadata::is_file).into_iter().filter(finished);
    files
        .filter_map(|name| {
            let path = inbox.join(name);
            let meta = std::fs::symlink_metadata(&path).ok()?;
            let look =
                Look { inode: meta.ino(), length: meta.len(), changed_s: meta.mtime(), changed_ns: meta.mtime_nsec() };
            Some((path, look))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C-6.
    #[test]
    fn a_file_counts_when_two_looks_agree_and_one_that_is_being_written_does_not() {
        let place = tempfile::tempdir().unwrap();
        let inbox = place.path();
        let mut sightings = Sightings::default();
        let mut look = || sightings.unchanged(looks(inbox).into_iter().collect()).len();
        std::fs::write(inbox.join("a.csv"), "1").unwrap();
        std::fs::write(inbox.join("b.csv.part"), "1").unwrap();
        std::fs::write(inbox.join(".hidden.csv"), "1").unwrap();
        std::os::unix::fs::symlink(inbox.join("a.csv"), inbox.join("link.csv")).unwrap();
        assert_eq!(look(), 0, "seen once");
        std::fs::write(inbox.join("a.csv"), "12").unwrap();
        assert_eq!(look(), 0, "it has grown");
        assert_eq!(look(), 1);
        std::fs::rename(inbox.join("b.csv.part"), inbox.join("b.csv")).unwrap();
        assert_eq!(look(), 1, "the renamed one is seen for the first time");
        assert_eq!(look(), 2);
    }
}
