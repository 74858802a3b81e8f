//! A private cluster from binaries on this machine: a socket in a private folder, no port, gone when we are.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio_postgres::Config;

use crate::problem::Problem;

use super::binaries::Binaries;
use super::roots::{self, Somebody};
use super::{Life, NoServer, Reached, Wish, answer, presence};

/// What the name of every private folder begins with.
const FOLDER_PREFIX: &str = "pgattest-";

/// The file in a private folder that its run holds while it lives.
const LOCK: &str = "run";

/// The file in a private folder that tells where a kept server is noted down.
pub(super) const NOTE: &str = "note";

/// Settings of a server whose data may be lost at any time. Supabase's own are among them.
pub(super) const SETTINGS: [(&str, &str); 15] = [
    ("autovacuum", "off"),
    ("extra_float_digits", "0"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("jit", "off"),
    ("lc_messages", "C"),
    ("log_checkpoints", "off"),
    ("log_timezone", "UTC"),
    ("max_connections", "200"),
    ("max_locks_per_transaction", "256"),
    ("max_wal_size", "4GB"),
    ("password_encryption", "scram-sha-256"),
    ("synchronous_commit", "off"),
    ("timezone", "UTC"),
    ("wal_level", "logical"),
];

/// Waits on a pipe that closes when we end, however we end; then ends the server and removes its folder.
const WATCHER: &str = r#"
trap '' INT TERM HUP
PATH=$PATH:/usr/bin:/bin
read -r server || server=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
while read -r _; do :; done
# A server that is only just starting may miss the first signal.
while [ -n "$server" ] && kill -QUIT "$server" 2>/dev/null; do sleep 0.02; done
rm -rf "$1"
"#;

/// A running cluster, and the watcher that ends it when we end.
#[derive(Debug)]
pub(super) struct Cluster {
    server: Child,
    watcher: Child,
    pipe: ChildStdin,
    _held: fs::File,
    /// The private folder.
    pub(super) folder: PathBuf,
}

impl Cluster {
    /// Ends the server and waits until its folder is gone.
    pub(super) async fn stop(mut self: Box<Self>) {
        drop(self.pipe);
        // Whether they could be waited for makes no difference: both are on their way out.
        drop(self.server.wait().await);
        drop(self.watcher.wait().await);
    }

    /// Lets the server live on without us, and returns the process to end it by.
    pub(super) async fn release(self: Box<Self>) -> Option<u32> {
        let mut watcher = self.watcher;
        // Without its watcher, nothing ends the server but a signal to its process.
        drop(watcher.kill().await);
        self.server.id()
    }
}

/// Starts a cluster.
pub(super) async fn start(wish: &Wish, binaries: &Binaries, run_id: &str) -> Result<(Reached, Vec<String>), NoServer> {
    let somebody = roots::other_than_root().map_err(|why| machine("Postgres cannot be started", &why))?;
    if let Some(somebody) = somebody.as_ref().filter(|it| !roots::may_enter(&binaries.folder, it)) {
        let problem = Problem::new(format!("`{}` may not enter {}", somebody.name, binaries.folder.display()));
        let problem = problem.note("Postgres does not run as root, so it would run as that user");
        return Err(NoServer::Machine(problem.help("put the binaries where everybody may read them")));
    }
    let (folder, held) =
        private_folder(run_id, somebody.as_ref()).map_err(|why| machine("no private folder could be made", &why))?;
    let (watcher, mut pipe) = watch(&folder).map_err(|why| {
        // What the watcher would have removed.
        drop(fs::remove_dir_all(&folder));
        machine("no watcher could be started", &why.to_string())
    })?;
    let data = folder.join("data");
    lay_out(wish, binaries, &data, somebody.as_ref()).await?;
    let server = launch(binaries, &folder, somebody.as_ref())
        .map_err(|why| machine("Postgres cannot be started", &why.to_string()))?;
    if let Some(id) = server.id() {
        pipe.write_all(format!("{id}\n").as_bytes())
            .await
            .map_err(|why| machine("the watcher is gone", &why.to_string()))?;
    }
    let config = config(&wish.superuser, &folder);
    let ended = || fs::metadata(folder.join("data/postmaster.pid")).is_err().then(|| last_lines(&folder)).flatten();
    if let Err(why) = answer(&config, "postgres", wish.patience, ended).await {
        // The cached cluster may be what is wrong; without it, the next start initialises anew.
        drop(fs::remove_dir_all(wish.cache.join("clusters").join(cache_key(wish, binaries))));
        return Err(machine(format!("PostgreSQL {} did not start", binaries.version.text), &why));
    }
    let mut remarks = Vec::new();
    if let Some(somebody) = &somebody {
        remarks.push(format!("Postgres does not run as root, so it runs as `{}`", somebody.name));
    }
    let life = Life::Local(Box::new(Cluster { server, watcher, pipe, _held: held, folder: folder.clone() }));
    let place = "from local binaries".to_owned();
    Ok((Reached { config, maintenance: "postgres".to_owned(), place, life }, remarks))
}

/// Returns how to reach a cluster by the socket in its folder.
pub(super) fn config(superuser: &str, folder: &Path) -> Config {
    let mut config = Config::new();
    config.user(superuser).host_path(folder).connect_timeout(Duration::from_secs(5));
    config
}

/// Makes the private folder of a run. It gets its name when it is held, so that nobody takes it for a leftover.
fn private_folder(run_id: &str, somebody: Option<&Somebody>) -> Result<(PathBuf, fs::File), String> {
    let folder = roots::scratch().join(format!("{FOLDER_PREFIX}{run_id}"));
    // A socket's path has about a hundred bytes; the name of the socket needs twenty of them.
    let folder =
        if folder.as_os_str().len() > 80 { PathBuf::from(format!("/tmp/{FOLDER_PREFIX}{run_id}")) } else { folder };
    let nameless = folder.with_file_name(format!(".{FOLDER_PREFIX}{run_id}"));
    let made = fs::create_dir(&nameless)
        .and_then(|()| fs::set_permissions(&nameless, fs::Permissions::from_mode(0o700)))
        .and_then(|()| roots::give(&nameless, somebody))
        .and_then(|()| presence::hold(&nameless.join(LOCK)))
        .and_then(|held| fs::rename(&nameless, &folder).map(|()| held));
    let held = made.map_err(|error| {
        // Where it could not be made, there is nothing to remove.
        drop(fs::remove_dir_all(&nameless));
        format!("{}: {error}", folder.display())
    })?;
    Ok((folder, held))
}

fn watch(folder: &Path) -> std::io::Result<(Child, ChildStdin)> {
    let mut watcher = Command::new("/bin/sh")
        .args(["-c", WATCHER, "pgattest-watcher"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let pipe = watcher.stdin.take().ok_or_else(|| std::io::Error::other("the watcher has no pipe"))?;
    Ok((watcher, pipe))
}

/// Lays a fresh cluster out: copied from the cache, which is filled by the first start.
async fn lay_out(wish: &Wish, binaries: &Binaries, data: &Path, somebody: Option<&Somebody>) -> Result<(), NoServer> {
    let kept = wish.cache.join("clusters").join(cache_key(wish, binaries));
    if kept.join("PG_VERSION").is_file() {
        return roots::copy_tree(&kept, data, somebody).map_err(|error| disk(&error, data));
    }
    initialise(wish, binaries, data, somebody).await?;
    // The cache only saves time: where it cannot be written, every start initialises anew.
    let partial = kept.with_extension(super::random_digits());
    let filled = fs::create_dir_all(wish.cache.join("clusters"))
        .and_then(|()| roots::copy_tree(data, &partial, None))
        .and_then(|()| fs::rename(&partial, &kept));
    if filled.is_err() {
        drop(fs::remove_dir_all(&partial));
    }
    Ok(())
}

fn cache_key(wish: &Wish, binaries: &Binaries) -> String {
    let mut hash = Sha256::new();
    for part in [&binaries.version.text, &wish.superuser, &binaries.folder.to_string_lossy().into_owned()] {
        hash.update(part);
        hash.update([0]);
    }
    format!("{}-{}", binaries.version.major, crate::pg::hex(&hash.finalize()[..8]))
}

async fn initialise(
    wish: &Wish,
    binaries: &Binaries,
    data: &Path,
    somebody: Option<&Somebody>,
) -> Result<(), NoServer> {
    let mut told = String::new();
    for locale in ["C.UTF-8", "en_US.UTF-8", "C"] {
        let mut command = Command::new(binaries.folder.join("initdb"));
        command.args(["--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions", "--wal-segsize=1"]);
        command
            .arg(format!("--username={}", wish.superuser))
            .arg(format!("--locale={locale}"))
            .arg("--pgdata")
            .arg(data);
        drop_to(&mut command, somebody);
        let output = command.current_dir("/").stdin(Stdio::null()).output().await;
        let output = output.map_err(|error| machine("`initdb` cannot be run", &error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        String::from_utf8_lossy(&output.stderr).trim().clone_into(&mut told);
        if !told.contains("locale") {
            break;
        }
    }
    if roots::room(data.parent().unwrap_or(data)) < 64 << 20 {
        return Err(machine("there is no space for a cluster", &told));
    }
    Err(machine("`initdb` failed", &told))
}

fn launch(binaries: &Binaries, folder: &Path, somebody: Option<&Somebody>) -> std::io::Result<Child> {
    let log = fs::File::create(folder.join("log"))?;
    let mut command = Command::new(binaries.folder.join("postgres"));
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", "5432", "-c", "listen_addresses="]);
    for (name, value) in SETTINGS {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    drop_to(&mut command, somebody);
    command.current_dir("/").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0).spawn()
}

fn drop_to(command: &mut Command, somebody: Option<&Somebody>) {
    // What the caller has set for clients is not meant for this server.
    for name in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGTZ", "PGDATESTYLE"] {
        command.env_remove(name);
    }
    if let Some(somebody) = somebody {
        command.uid(somebody.uid).gid(somebody.gid);
    }
}

/// Returns what the server wrote last, once it has written anything.
fn last_lines(folder: &Path) -> Option<String> {
    let log = fs::read_to_string(folder.join("log")).ok()?;
    let fatal = log.contains("FATAL") || log.contains("PANIC") || log.contains("could not");
    fatal.then(|| log.lines().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// Returns what the server wrote last about itself, rather than about a statement.
pub(super) fn troubles(folder: &Path) -> Option<String> {
    let log = fs::read_to_string(folder.join("log")).ok()?;
    let words = ["FATAL:  ", "PANIC:  ", "LOG:  server process"];
    let lines: Vec<_> = log.lines().filter(|line| words.iter().any(|word| line.contains(word))).collect();
    let last = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default();
    (!last.is_empty()).then(|| last.join("\n"))
}

/// Waits until nothing is left of a run whose server was let go of while it was starting.
pub(super) async fn gone(run_id: &str) {
    let name = format!("{FOLDER_PREFIX}{run_id}");
    let folders = [roots::scratch().join(&name), PathBuf::from("/tmp").join(&name)];
    for _ in 0..300 {
        if !folders.iter().any(|folder| folder.exists()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns the private folders that no run and no server is using any more.
pub fn leftovers() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("/dev/shm"), std::env::temp_dir(), PathBuf::from("/tmp")];
    places.dedup();
    let entries = places.iter().flat_map(|place| fs::read_dir(place).into_iter().flatten().flatten());
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX))
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && roots::is_ours(path) && !is_used(path))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_used(folder: &Path) -> bool {
    presence::is_held(&folder.join(LOCK)) || (server_of(folder).is_some() && !is_forgotten(folder))
}

/// Whether the note that names a kept server is gone, or names another one: nobody can reach it or end it any more.
fn is_forgotten(folder: &Path) -> bool {
    let Ok(note) = fs::read_to_string(folder.join(NOTE)) else { return false };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !fs::read_to_string(note).is_ok_and(|text| text.contains(&name))
}

/// Returns the process that serves a cluster, if there is one; a number that is left in a file may be somebody else's.
fn server_of(folder: &Path) -> Option<nix::unistd::Pid> {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let process = nix::unistd::Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
    nix::sys::signal::kill(process, None).ok()?;
    let asked = std::process::Command::new("ps").args(["-o", "args=", "-p", &process.to_string()]).output();
    let is_another = asked.is_ok_and(|output| {
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success() && !line.contains(&*folder.to_string_lossy())
    });
    (!is_another).then_some(process)
}

fn disk(error: &std::io::Error, data: &Path) -> NoServer {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return machine("there is no space for a cluster", &format!("{}: {error}", data.display()));
    }
    machine("the cluster could not be laid out", &error.to_string())
}

fn machine(title: impl Into<String>, note: &str) -> NoServer {
    NoServer::Machine(Problem::new(title).note(note))
}

/// Ends a server that was let live on, and removes its folder; says whether that is gone.
pub async fn end(folder: &Path) -> bool {
    use nix::sys::signal::{Signal, kill};
    if !roots::is_ours(folder) {
        return !folder.exists();
    }
    if let Some(process) = server_of(folder) {
        let mut there = kill(process, Signal::SIGQUIT).is_ok();
        for _ in 0..500 {
            if !there {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            there = kill(process, None).is_ok();
        }
    }
    // What cannot be removed now is found by `doctor --clean`.
    drop(fs::remove_dir_all(folder));
    !folder.exists()
}
