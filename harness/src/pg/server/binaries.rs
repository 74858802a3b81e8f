//! The programs of Postgres on this machine: where they are, and of which version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{MAJORS, Version, Wish};

/// A folder with the programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// The version that they say they are.
    pub version: Version,
}

const FOLDERS: [&str; 10] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/// Returns the folders in which distributions and installers put Postgres; `*` stands for any name.
pub fn known_folders() -> &'static [&'static str] {
    &FOLDERS
}

impl Binaries {
    /// Looks at one folder.
    pub fn at(folder: &Path) -> Option<Self> {
        let program = folder.join("postgres");
        if !folder.join("initdb").is_file() || !program.is_file() {
            return None;
        }
        let output = Command::new(program).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let text = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?.to_owned();
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { folder: folder.to_path_buf(), version: Version { major: digits.parse().ok()?, text } })
    }

    /// Returns all that can be found, the caller's folders first, each version once.
    pub fn all(wish: &Wish) -> Vec<Self> {
        let configured = wish.path.iter().filter_map(|folder| pg_config(&folder.join("pg_config")));
        let spread = wish.folders.iter().flat_map(|pattern| expand(Path::new(pattern)));
        let mut found: Vec<Self> = Vec::new();
        for folder in wish.path.iter().cloned().chain(configured).chain(spread) {
            let folder = folder.canonicalize().unwrap_or(folder);
            if found.iter().any(|it| it.folder == folder) {
                continue;
            }
            found.extend(Self::at(&folder).filter(|it| !found.iter().any(|other| other.version == it.version)));
        }
        found
    }

    /// Chooses among what was found: the wanted major, else the newest that the harness knows.
    pub fn choose(found: Vec<Self>, major: Option<u32>) -> Option<Self> {
        let wanted = found.iter().position(|it| Some(it.version.major) == major);
        let newest = || {
            let known = found.iter().enumerate().filter(|(_, it)| MAJORS.contains(&it.version.major));
            known.max_by_key(|(_, it)| it.version.major).map(|(at, _)| at)
        };
        let at = wanted.or_else(newest)?;
        found.into_iter().nth(at)
    }
}

fn pg_config(program: &Path) -> Option<PathBuf> {
    let output = program.is_file().then(|| Command::new(program).arg("--bindir").output().ok()).flatten()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Returns the folders that a pattern stands for, newest names last.
fn expand(pattern: &Path) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::new()];
    for part in pattern.components() {
        let part = part.as_os_str().to_string_lossy();
        folders = match part.split_once('*') {
            None => folders.into_iter().map(|folder| folder.join(part.as_ref())).collect(),
            Some((before, after)) => folders.iter().flat_map(|folder| matching(folder, before, after)).collect(),
        };
    }
    folders
}

fn matching(folder: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        })
        .map(|entry| entry.path())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binaries(major: u32) -> Binaries {
        Binaries { folder: PathBuf::from(format!("/{major}")), version: Version { major, text: major.to_string() } }
    }

    #[test]
    fn the_wanted_major_is_taken_and_else_the_newest_known() {
        let found = vec![binaries(14), binaries(16), binaries(15), binaries(99)];
        assert_eq!(Binaries::choose(found.clone(), Some(15)), Some(binaries(15)));
        assert_eq!(Binaries::choose(found.clone(), Some(17)), Some(binaries(16)));
        assert_eq!(Binaries::choose(found, None), Some(binaries(16)));
        assert_eq!(Binaries::choose(vec![binaries(9)], None), None);
    }

    #[test]
    fn a_star_stands_for_any_name() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("pgsql-17/bin")).expect("a folder");
        fs::create_dir_all(folder.path().join("other/bin")).expect("a folder");
        assert_eq!(expand(&folder.path().join("pgsql-*/bin")), [folder.path().join("pgsql-17/bin")]);
    }
}
