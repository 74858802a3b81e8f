//! What changed on the disk since it was last looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(60);

/// The files of some folders, as they were when they were last looked at.
#[derive(Debug)]
pub(super) struct Watch {
    folders: Vec<PathBuf>,
    seen: Seen,
}

/// Files, when each was last changed, and how long it is.
type Seen = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Watch {
    /// Begins to watch.
    pub(super) fn over(folders: Vec<PathBuf>) -> Self {
        let seen = look(&folders);
        Self { folders, seen }
    }

    /// Looks until two looks in a row see the same: a file may be empty for a moment while it is being saved.
    async fn settled(&self) -> Seen {
        let mut last = look(&self.folders);
        while last != self.seen {
            tokio::time::sleep(PAUSE / 3).await;
            let now = look(&self.folders);
            if now == last {
                break;
            }
            last = now;
        }
        last
    }

    /// Waits until files are there that were not, or are otherwise, or are gone, and returns them.
    pub(super) async fn changed(&mut self) -> Vec<PathBuf> {
        loop {
            tokio::time::sleep(PAUSE).await;
            let now = self.settled().await;
            let differs = |path: &&PathBuf| now.get(*path) != self.seen.get(*path);
            let mut changed: Vec<_> = now.keys().chain(self.seen.keys()).filter(differs).cloned().collect();
            changed.sort();
            changed.dedup();
            self.seen = now;
            if !changed.is_empty() {
                return changed;
            }
        }
    }
}

fn look(folders: &[PathBuf]) -> Seen {
    let mut seen = BTreeMap::new();
    for folder in folders {
        walk(folder, &mut seen);
    }
    seen
}

fn walk(path: &Path, seen: &mut Seen) {
    // What is gone by now is gone.
    let Ok(about) = std::fs::symlink_metadata(path) else { return };
    if about.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| walk(&entry.path(), seen));
        return;
    }
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    if !is_hidden && let Ok(time) = about.modified() {
        seen.insert(path.to_path_buf(), (time, about.len()));
    }
}
