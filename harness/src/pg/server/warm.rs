//! A server that is kept between runs: where it is written down, how it is found again, how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_postgres::Config;

use crate::problem::Problem;

use super::super::session::Session;
use super::{Binaries, Choice, Life, NoServer, Reached, Wish, choose, container, local, random_digits};

/// What is written down about a warm server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Warm {
    /// The version of the server.
    pub version: String,
    /// The major of the server.
    pub major: u32,
    /// The superuser.
    pub superuser: String,
    /// How it is reached and ended.
    pub way: Way,
}

/// How a warm server is reached and ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// A cluster of ours.
    Local {
        /// Its private folder.
        folder: PathBuf,
    },
    /// A container of ours.
    Container {
        /// Its id.
        id: String,
        /// The host it is reached at.
        host: String,
        /// The port it is reached at.
        port: u16,
        /// The superuser's password.
        password: String,
    },
}

fn note(cache: &Path) -> PathBuf {
    cache.join("warm.json")
}

/// Returns what is written down about a warm server, if there is one that answers.
pub async fn status(cache: &Path) -> Option<Warm> {
    let text = fs::read_to_string(note(cache)).ok()?;
    let warm: Warm = serde_json::from_str(&text).ok()?;
    let session = Session::connect(&warm.config(), "postgres").await.ok()?;
    session.value("select 1").await.ok()?;
    session.close().await;
    Some(warm)
}

fn take_turn(cache: &Path) -> Option<fs::File> {
    let file = fs::create_dir_all(cache).and_then(|()| fs::File::create(cache.join("warm.lock"))).ok()?;
    file.lock().ok().map(|()| file)
}

/// Whether a server that is up is what the caller insists on.
fn fits(wish: &Wish, warm: &Warm) -> bool {
    let way = match wish.choice {
        Choice::Container => warm.container().is_some(),
        Choice::Local => warm.container().is_none(),
        Choice::Auto | Choice::Given(_) => true,
    };
    way && wish.insisted.is_none_or(|major| major == warm.major)
}

fn another(warm: &Warm) -> NoServer {
    let problem = Problem::new(format!("another server is up: PostgreSQL {} {}", warm.version, warm.place()));
    NoServer::Caller(problem.help("end it with `pgattest down`"))
}

/// Starts a server that is kept; none is started where one is up.
pub async fn up(wish: &Wish) -> Result<(Warm, bool), NoServer> {
    // Two who begin at once would otherwise each keep a server, and only one of them would be known.
    let _turn = take_turn(&wish.cache);
    if let Some(warm) = status(&wish.cache).await {
        return if fits(wish, &warm) { Ok((warm, false)) } else { Err(another(&warm)) };
    }
    // What an earlier one left behind is ended first, whether it still answers or not.
    down(&wish.cache).await;
    let run_id = random_digits();
    let (reached, version) = match &wish.choice {
        Choice::Given(_) => {
            return Err(NoServer::Caller(
                Problem::new("a given server is not ours to keep").help("use it with `run --server URL`"),
            ));
        }
        Choice::Container => (container::start(wish, &run_id, true).await?, None),
        Choice::Local => start_local(wish, choose::local_binaries(wish)?, &run_id).await?,
        Choice::Auto => match choose::container_can_be_had(wish).await {
            Ok(()) => (container::start(wish, &run_id, true).await?, None),
            Err(why) => start_local(wish, choose::any_binaries(wish, &why).await?.0, &run_id).await?,
        },
    };
    let warm = keep(wish, reached, version)
        .await
        .map_err(|why| NoServer::Machine(Problem::new("the server could not be kept").note(why)))?;
    Ok((warm, true))
}

async fn start_local(wish: &Wish, binaries: Binaries, run_id: &str) -> Result<(Reached, Option<Binaries>), NoServer> {
    let (reached, _) = local::start(wish, &binaries, run_id).await?;
    Ok((reached, Some(binaries)))
}

async fn keep(wish: &Wish, reached: Reached, binaries: Option<Binaries>) -> Result<Warm, String> {
    let version = if let Some(binaries) = binaries {
        binaries.version
    } else {
        let session = Session::connect(&reached.config, "postgres").await.map_err(|error| error.to_string())?;
        super::version(&session).await.map_err(|error| error.to_string())?
    };
    let way = match reached.life {
        Life::Local(cluster) => {
            let folder = cluster.folder.clone();
            let noted = fs::write(folder.join(local::NOTE), note(&wish.cache).to_string_lossy().as_bytes());
            noted.map_err(|error| error.to_string())?;
            cluster.release().await.ok_or("the server has ended")?;
            Way::Local { folder }
        }
        Life::Container(container) => {
            let id = container.release();
            let password = reached.config.get_password().map(|it| String::from_utf8_lossy(it).into_owned());
            let host = match reached.config.get_hosts().first() {
                Some(tokio_postgres::config::Host::Tcp(name)) => name.clone(),
                _ => "127.0.0.1".to_owned(),
            };
            let port = reached.config.get_ports().first().copied().unwrap_or(5432);
            Way::Container { id, host, port, password: password.unwrap_or_default() }
        }
        Life::Others => return Err("it is somebody else's".to_owned()),
    };
    let warm = Warm { version: version.text, major: version.major, superuser: wish.superuser.clone(), way };
    let text = serde_json::to_string_pretty(&warm).map_err(|error| error.to_string())?;
    let written = fs::create_dir_all(&wish.cache).and_then(|()| write_private(&note(&wish.cache), &text));
    if let Err(error) = written {
        end(&warm).await;
        return Err(error.to_string());
    }
    Ok(warm)
}

/// Writes a file that only we may read, for it may hold a password.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// Ends the warm server, and returns it if there was one.
pub async fn down(cache: &Path) -> Option<Warm> {
    let text = fs::read_to_string(note(cache)).ok()?;
    let warm: Warm = serde_json::from_str(&text).ok()?;
    end(&warm).await;
    // A note that cannot be removed names a server that is gone, which `status` finds out.
    drop(fs::remove_file(note(cache)));
    Some(warm)
}

async fn end(warm: &Warm) {
    match &warm.way {
        Way::Container { id, .. } => {
            container::remove(id).await;
        }
        Way::Local { folder } => {
            local::end(folder).await;
        }
    }
}

impl Warm {
    fn config(&self) -> Config {
        match &self.way {
            Way::Local { folder } => local::config(&self.superuser, folder),
            Way::Container { host, port, password, .. } => {
                let mut config = Config::new();
                config.host(host).port(*port).user(&self.superuser).password(password);
                config.connect_timeout(Duration::from_secs(2));
                config
            }
        }
    }

    /// Returns where it runs, in a few words.
    pub fn place(&self) -> &'static str {
        match self.way {
            Way::Local { .. } => "warm, from local binaries",
            Way::Container { .. } => "warm, in a container",
        }
    }

    /// Returns the id of its container, if it runs in one.
    pub fn container(&self) -> Option<&str> {
        match &self.way {
            Way::Container { id, .. } => Some(id),
            Way::Local { .. } => None,
        }
    }

    /// Returns how to reach it as a server.
    pub(super) fn reach(&self) -> Reached {
        let (config, place) = (self.config(), self.place().to_owned());
        Reached { config, maintenance: "postgres".to_owned(), place, life: Life::Others }
    }
}
