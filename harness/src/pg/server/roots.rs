//! Who a server runs as: ourselves, or somebody without power where we are root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Uid, User};

/// Somebody to run a server as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Somebody {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) name: String,
}

/// Returns whom to drop to: nobody, where we are not root.
pub(super) fn other_than_root() -> Result<Option<Somebody>, String> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let known = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    let user =
        known.ok_or("Postgres refuses to run as root, and there is no user `postgres` or `nobody` to run it as")?;
    Ok(Some(Somebody { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name }))
}

/// Returns the folder for data that may be lost: in memory if there is room, else the usual one.
pub(super) fn scratch() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if writable(memory) && room(memory) > 1 << 30 { memory.to_path_buf() } else { std::env::temp_dir() }
}

/// Returns the bytes that are free in a folder.
pub(super) fn room(folder: &Path) -> u64 {
    nix::sys::statvfs::statvfs(folder).map_or(0, |it| it.blocks_available() * it.fragment_size())
}

fn writable(folder: &Path) -> bool {
    nix::unistd::access(folder, nix::unistd::AccessFlags::W_OK | nix::unistd::AccessFlags::X_OK).is_ok()
}

/// Copies a folder with everything in it, and gives it to somebody.
pub(super) fn copy_tree(from: &Path, to: &Path, owner: Option<&Somebody>) -> std::io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    give(to, owner)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target, owner)?;
        } else {
            fs::copy(entry.path(), &target)?;
            give(&target, owner)?;
        }
    }
    Ok(())
}

/// Gives a file or folder to somebody.
pub(super) fn give(path: &Path, owner: Option<&Somebody>) -> std::io::Result<()> {
    match owner {
        Some(somebody) => chown(path, Some(somebody.uid), Some(somebody.gid)),
        None => Ok(()),
    }
}

/// Whether a file or folder belongs to us, or to the one we would drop to.
pub(super) fn is_ours(path: &Path) -> bool {
    let dropped = other_than_root().ok().flatten().map(|somebody| somebody.uid);
    fs::metadata(path).is_ok_and(|it| it.uid() == Uid::effective().as_raw() || Some(it.uid()) == dropped)
}

/// Whether somebody with these ids may enter a folder and everything above it.
pub(super) fn may_enter(folder: &Path, somebody: &Somebody) -> bool {
    let gid = Gid::from_raw(somebody.gid).as_raw();
    folder.ancestors().all(|part| {
        fs::metadata(part).is_ok_and(|it| {
            let mode = it.mode();
            (it.uid() == somebody.uid && mode & 0o100 != 0)
                || (it.gid() == gid && mode & 0o010 != 0)
                || mode & 0o001 != 0
        })
    })
}
