//! The environment, read once and here only.

use std::path::PathBuf;

/// What the environment says.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// The folder we are in.
    pub(super) current: PathBuf,
    /// Where things are kept between runs.
    pub(super) cache: PathBuf,
    /// The folders of programs.
    pub(super) path: Vec<PathBuf>,
    /// The URL of a given server.
    pub(super) database_url: Option<String>,
    /// The address at which releases of Postgres are listed, in the form of GitHub's API: a mirror's, for example.
    pub(super) releases: Option<String>,
    /// Whether colour is unwanted.
    pub(super) no_color: bool,
    /// The folder of the project, where no argument can name it.
    pub(super) project: Option<PathBuf>,
    /// The run of cargo-nextest that this process is a test of.
    pub(super) nextest: Option<String>,
    /// Whether this is a continuous-integration machine.
    pub(super) ci: bool,
}

impl Environment {
    pub(super) fn read() -> Self {
        let home = lookup("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from);
        let cache = lookup("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
        let path = lookup("PATH").unwrap_or_default();
        Self {
            current: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            cache: cache.join("pgattest"),
            path: std::env::split_paths(&path).collect(),
            database_url: lookup("PGATTEST_DATABASE_URL").filter(|url| !url.is_empty()),
            releases: lookup("PGATTEST_RELEASES_URL").filter(|url| !url.is_empty()),
            no_color: lookup("NO_COLOR").is_some_and(|value| !value.is_empty()),
            project: lookup("PGATTEST_PROJECT").filter(|path| !path.is_empty()).map(PathBuf::from),
            nextest: lookup("NEXTEST_RUN_ID").filter(|run| !run.is_empty()),
            ci: lookup("CI").is_some_and(|value| !value.is_empty() && value != "false"),
        }
    }
}

/// Returns the value of a variable.
#[expect(clippy::disallowed_methods, reason = "this is the place in which the environment is read")]
pub(super) fn lookup(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
