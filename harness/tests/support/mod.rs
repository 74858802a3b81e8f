//! What the integration tests share: projects in folders of their own, and the program run in them.

#![expect(dead_code, reason = "each test file uses its own part of this module")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use pgattest::pg::server::{Binaries, Choice, Wish, known_folders};

/// Where nobody lists releases: a test that wants to download something says from where.
const NOBODY: &str = "http://127.0.0.1:1/";

/// A project in a folder of its own.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// What the program did.
#[derive(Debug)]
pub(crate) struct Ran {
    /// How it ended.
    pub(crate) code: Option<i32>,
    /// What it printed.
    pub(crate) out: String,
    /// What it complained of.
    pub(crate) err: String,
}

impl Project {
    /// Makes a project of files: path and content.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        for (path, content) in files {
            project.write(path, content.as_bytes());
        }
        project
    }

    /// Writes one more file.
    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Returns the folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the program with arguments, ready to be started in the project.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).current_dir(self.path());
        command
    }

    /// Runs the program with arguments in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().expect("the program starts"))
    }
}

/// Returns the program, shut off from the settings of the person who runs the tests.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgattest"));
    command
        .env_remove("PGATTEST_DATABASE_URL")
        .env("PGATTEST_RELEASES_URL", NOBODY)
        .env("XDG_CACHE_HOME", cache())
        .env("CI", "true")
        .stdin(Stdio::null());
    command
}

/// Returns the cache that all tests share, so that one of them pays for initialising a cluster.
pub(crate) fn cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// Reads what a program did.
pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Returns a wish for a local server of the binaries in a folder, or of any.
pub(crate) fn wish(binaries: Option<&Path>) -> Wish {
    Wish {
        choice: Choice::Local,
        major: None,
        insisted: None,
        image: None,
        binaries: binaries.map(Path::to_path_buf),
        allow_remote: false,
        disposable: false,
        patience: Duration::from_secs(60),
        superuser: pgattest::shim::SUPERUSER.to_owned(),
        cache: cache().join("pgattest"),
        path: std::env::split_paths(&variable("PATH").unwrap_or_default()).collect(),
        folders: known_folders().to_vec(),
        releases: Some(NOBODY.to_owned()),
    }
}

/// Returns the binaries to test with: those that PGATTEST_TEST_BINS names, else those of this machine.
pub(crate) fn majors() -> Vec<Binaries> {
    let named = variable("PGATTEST_TEST_BINS").unwrap_or_default();
    let mut found: Vec<_> = std::env::split_paths(&named).filter_map(|folder| Binaries::at(&folder)).collect();
    if found.is_empty() {
        found = Binaries::all(&wish(None));
    }
    found.sort_by_key(|it| it.version.major);
    found.dedup_by_key(|it| it.version.major);
    found
}

/// Returns the image to test containers with, if PGATTEST_TEST_IMAGE names one.
pub(crate) fn image() -> Option<String> {
    variable("PGATTEST_TEST_IMAGE")
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment what the machine offers")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
