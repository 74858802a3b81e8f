//! Which runs are alive: each holds a lock on a file of its own, which the system lets go of however the run ends.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::random_digits;

/// A run of this program, for as long as this value lives.
#[derive(Debug)]
pub struct Presence {
    run_id: String,
    held: Option<(File, PathBuf)>,
}

impl Presence {
    /// Begins a run. Where the temporary folder cannot be written, others cannot see it.
    pub fn announce() -> Self {
        let run_id = random_digits();
        let path = folder().join(&run_id);
        let held = fs::create_dir_all(folder()).and_then(|()| hold(&path)).ok();
        Self { run_id, held: held.map(|file| (file, path)) }
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

/// Makes a file that says for as long as it is open that this process lives.
pub(super) fn hold(path: &Path) -> std::io::Result<File> {
    let mut file = File::create(path)?;
    file.try_lock().map_err(std::io::Error::other)?;
    write!(file, "{}", std::process::id())?;
    Ok(file)
}

/// Whether a process lives that holds a file.
pub(super) fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Whether a process lives.
pub fn process_lives(process: u32) -> bool {
    i32::try_from(process)
        .is_ok_and(|process| nix::sys::signal::kill(nix::unistd::Pid::from_raw(process), None).is_ok())
}

/// Whether a run is alive.
pub fn is_alive(run_id: &str) -> bool {
    // The name may come from a label that somebody else wrote.
    run_id.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_held(&folder().join(run_id))
}

/// Returns who we are on which machine, for what is seen from several.
pub(super) fn owner() -> String {
    let host = nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{}@{host}", nix::unistd::Uid::effective())
}

/// Returns the folder of the files; the same for every run of one person, whatever their settings.
fn folder() -> PathBuf {
    PathBuf::from(format!("/tmp/.pgattest-runs-{}", nix::unistd::Uid::effective()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_alive_until_it_ends() {
        let presence = Presence::announce();
        let id = presence.run_id().to_owned();
        assert!(is_alive(&id));
        drop(presence);
        assert!(!is_alive(&id));
    }

    #[test]
    fn a_file_without_a_lock_names_a_run_that_is_over() {
        fs::create_dir_all(folder()).expect("a folder");
        fs::write(folder().join("dead"), "").expect("a file");
        assert!(!is_alive("dead"));
        assert!(!is_alive("../dead"));
        fs::remove_file(folder().join("dead")).expect("it was there");
    }
}
