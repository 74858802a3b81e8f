//! Servers, and the ways to get one. Every way ends in a [`Server`] on which we are superuser.

mod binaries;
mod choose;
pub mod container;
#[cfg(feature = "embedded")]
mod download;
mod given;
mod local;
mod presence;
#[cfg(feature = "embedded")]
mod releases;
mod roots;
mod warm;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio_postgres::Config;

use crate::problem::Problem;
use crate::sql::quote_literal;

use super::door::Door;
use super::error::PgError;
use super::session::Session;

pub use binaries::{Binaries, known_folders};
pub use choose::{docker, start, unknown_major};
#[cfg(feature = "embedded")]
pub use download::{Downloaded, downloaded};
pub use given::look_at;
pub use local::{end as end_local, leftovers};
pub use presence::{Presence, is_alive, process_lives};
pub use warm::{Warm, down, status, up};

/// The majors that the harness knows.
pub const MAJORS: [u32; 4] = [15, 16, 17, 18];

/// The major of what is fetched from elsewhere, where none is wanted.
const DEFAULT_MAJOR: u32 = 17;

/// Which server is wanted, and where things may be kept.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The way to get it.
    pub choice: Choice,
    /// The major that the project is made for, where it says so; another one is remarked upon.
    pub major: Option<u32>,
    /// The major that the caller insists on; another one will not do.
    pub insisted: Option<u32>,
    /// The image for a container; the official one of the major, if none is named.
    pub image: Option<String>,
    /// The folder of the binaries for a local server; searched for, if none is named.
    pub binaries: Option<PathBuf>,
    /// Whether a given server may be on another machine.
    pub allow_remote: bool,
    /// Whether a given server may be changed as a whole.
    pub disposable: bool,
    /// How long a server of ours may take to answer its first query.
    pub patience: Duration,
    /// What the superuser of a server of ours is called.
    pub superuser: String,
    /// Where things are kept between runs.
    pub cache: PathBuf,
    /// The folders in which programs are searched for.
    pub path: Vec<PathBuf>,
    /// The folders in which binaries are searched for besides; `*` stands for any name.
    pub folders: Vec<&'static str>,
    /// Where releases of Postgres are listed; the usual address, if none is named.
    pub releases: Option<String>,
}

/// The way to get a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The first that can be had: a warm one, a container, local binaries, downloaded ones.
    Auto,
    /// A container, or nothing.
    Container,
    /// Local binaries, or nothing.
    Local,
    /// A server that somebody else runs, by its URL.
    Given(String),
}

/// Why there is no server.
#[derive(Debug, Clone)]
pub enum NoServer {
    /// The caller asked for something that cannot be.
    Caller(Problem),
    /// The machine does not give what was asked for.
    Machine(Problem),
}

/// The version of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The major.
    pub major: u32,
    /// The version as people write it.
    pub text: String,
}

/// A server on which we are superuser, for as long as this value lives.
#[derive(Debug)]
pub struct Server {
    config: Config,
    maintenance: String,
    run_id: String,
    /// Its version.
    pub version: Version,
    /// Where it runs, in a few words: `in a container`.
    pub place: String,
    /// What is to be said about how it was chosen.
    pub remarks: Vec<String>,
    presence: Option<Session>,
    life: Life,
    numbers: AtomicUsize,
}

/// What ends with us.
#[derive(Debug)]
enum Life {
    Local(Box<local::Cluster>),
    Container(Box<container::Container>),
    Others,
}

/// How to reach a server that was just found or started.
struct Reached {
    config: Config,
    maintenance: String,
    place: String,
    life: Life,
}

impl Server {
    async fn meet(reached: Reached, remarks: Vec<String>, run_id: &str) -> Result<Self, PgError> {
        let mut reached = reached;
        reached.config.application_name(application(run_id));
        let presence = Session::connect(&reached.config, &reached.maintenance).await?;
        let version = version(&presence).await?;
        let lock = quote_literal(&format!("pgattest run {run_id}"));
        presence.run(&format!("select pg_advisory_lock_shared(hashtextextended({lock}, 0))")).await?;
        Ok(Self {
            config: reached.config,
            maintenance: reached.maintenance,
            run_id: run_id.to_owned(),
            version,
            place: reached.place,
            remarks,
            presence: Some(presence),
            life: reached.life,
            numbers: AtomicUsize::new(0),
        })
    }

    /// Returns the name of this run, which no other run has.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Returns a number that this run has not had before.
    pub(super) fn next_number(&self) -> usize {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns what a server of ours wrote last of its own troubles, if it wrote any.
    pub fn last_words(&self) -> Option<String> {
        match &self.life {
            Life::Local(cluster) => local::troubles(&cluster.folder),
            Life::Container(_) | Life::Others => None,
        }
    }

    /// Returns how a person reaches a database.
    pub fn door(&self, database: &str) -> Door {
        Door::of(&self.config, database)
    }

    /// Connects to the database in which databases are made and dropped.
    pub async fn maintenance(&self) -> Result<Session, PgError> {
        Session::connect(&self.config, &self.maintenance).await
    }

    /// Connects to a database, with settings of its own that `reset all` goes back to.
    pub async fn session_with(&self, database: &str, options: &str) -> Result<Session, PgError> {
        let mut config = self.config.clone();
        config.options(options);
        Session::connect(&config, database).await
    }

    /// Connects to a database.
    pub async fn session(&self, database: &str) -> Result<Session, PgError> {
        Session::connect(&self.config, database).await
    }

    /// Drops what this run made and ends what ends with it, and waits until all that is done.
    pub async fn end(mut self) {
        if let Some(presence) = self.presence.take() {
            presence.close().await;
        }
        if matches!(self.life, Life::Others) {
            // What cannot be dropped now is dropped by a later run, or by `doctor --clean`.
            drop(self.drop_databases().await);
        }
        match self.life {
            Life::Local(cluster) => cluster.stop().await,
            Life::Container(container) => container.remove().await,
            Life::Others => {}
        }
    }
}

impl Server {
    async fn drop_databases(&self) -> Result<(), PgError> {
        let maintenance = self.maintenance().await?;
        let name = quote_literal(&application(&self.run_id));
        let others = format!("application_name = {name} and pid <> pg_backend_pid()");
        let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where {others}");
        let ended = maintenance.rows(&end).await?;
        maintenance.close().await;
        if !ended.is_empty() {
            // What they hold is let go of when they are gone, which takes them a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        super::sweep(self).await.map(drop)
    }
}

/// Ends what a run has started before it had a server.
pub async fn abandon(run_id: &str) {
    container::abandon_run(run_id).await;
    local::gone(run_id).await;
}

/// Removes what a start that failed has left, which removes most of it by itself.
pub async fn tidy(run_id: &str) {
    local::gone(run_id).await;
}

/// Returns the name under which a run's connections are known to the server.
fn application(run_id: &str) -> String {
    format!("pgattest {run_id}")
}

async fn version(session: &Session) -> Result<Version, PgError> {
    let number = session.value("show server_version_num").await?.unwrap_or_default();
    let text = session.value("show server_version").await?.unwrap_or_default();
    let text = text.split_whitespace().next().unwrap_or_default().to_owned();
    Ok(Version { major: number.parse::<u32>().unwrap_or(0) / 10_000, text })
}

/// Waits until a server answers a query, not only until it says that it will.
async fn answer(
    config: &Config,
    database: &str,
    patience: Duration,
    gone: impl Fn() -> Option<String>,
) -> Result<(), String> {
    let asked = async {
        loop {
            if let Some(why) = gone() {
                return Err(why);
            }
            let error = match Session::connect(config, database).await {
                Ok(session) => match session.value("select 1").await {
                    Ok(_) => return Ok(()),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if let PgError::Connect(why) = &error
                && why.contains("authentication failed")
            {
                return Err(error.to_string());
            }
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
    };
    let timeout = || Err(format!("it gave no answer within {} seconds", patience.as_secs()));
    tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| timeout())
}

/// Returns some hexadecimal digits that nobody else has.
fn random_digits() -> String {
    use std::hash::{BuildHasher, RandomState};
    let digits = RandomState::new().hash_one(std::process::id());
    format!("{digits:016x}")
}
