//! Which runs are alive: each holds a lock on a file of its own, which the system lets go of however the run ends.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::random_digits;

/// A run of this program, for as long as this value lives.
#[derive(Debug)]
pub struct Presence {
    run_id: String,
    held: Option<(File, PathBuf)>,
}

impl Presence {
    /// Begins a run. Where the cache cannot be written, others cannot see it.
    pub fn announce(cache: &Path) -> Self {
        let run_id = random_digits();
        let path = folder(cache).join(&run_id);
        let file = fs::create_dir_all(folder(cache)).and_then(|()| File::create(&path));
        let held = file.ok().filter(|file| file.try_lock().is_ok()).map(|file| (file, path));
        Self { run_id, held }
    }

    /// Returns the name of the run, which no other run has.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Some((_, path)) = &self.held {
            // A file that stays behind holds no lock, and so names a run that is over.
            drop(fs::remove_file(path));
        }
    }
}

/// Whether a run is alive; forgets it if it is not.
pub fn is_alive(cache: &Path, run_id: &str) -> bool {
    let path = folder(cache).join(run_id);
    let Ok(file) = File::open(&path) else { return false };
    let is_held = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    if !is_held {
        // As above.
        drop(fs::remove_file(&path));
    }
    is_held
}

/// Returns who we are on which machine, for what is seen from several.
pub(super) fn owner() -> String {
    let host = nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{}@{host}", nix::unistd::Uid::effective())
}

fn folder(cache: &Path) -> PathBuf {
    cache.join("runs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_alive_until_it_ends() {
        let cache = tempfile::tempdir().expect("a folder");
        let presence = Presence::announce(cache.path());
        let id = presence.run_id().to_owned();
        assert!(is_alive(cache.path(), &id));
        drop(presence);
        assert!(!is_alive(cache.path(), &id));
    }

    #[test]
    fn a_file_without_a_lock_names_a_run_that_is_over() {
        let cache = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder(cache.path())).expect("a folder");
        fs::write(folder(cache.path()).join("killed"), "").expect("a file");
        assert!(!is_alive(cache.path(), "killed"));
        assert!(!folder(cache.path()).join("killed").exists());
    }
}
