//! One server for many processes: under cargo-nextest every test is a process of its own, and none of them is the last.
//!
//! The first of them starts a server and a keeper. The keeper waits until the runner of all has ended, then ends the server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::outcome::ExitCode;
use crate::pg::server::{self, Choice, Wish};

use super::out::Out;

/// The word by which a process is told to be a keeper.
const KEEP: &str = "keep-server-until";
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Takes part in the server that the tests of one run share.
pub(super) async fn share(wish: &mut Wish, run: &str, out: &Out) -> Result<(), ExitCode> {
    if matches!(wish.choice, Choice::Given(_)) || server::status(&wish.cache).await.is_some() {
        return Ok(());
    }
    wish.cache = folder(&wish.cache, run);
    match server::up(wish).await {
        Ok((_, is_new)) => {
            wish.choice = Choice::Auto;
            if is_new && let Err(error) = keep(&wish.cache) {
                server::down(&wish.cache).await;
                return Err(out.fault(&format!("nobody could be started to end the server: {error}")));
            }
            Ok(())
        }
        Err(why) => Err(out.no_server(why)),
    }
}

/// Returns what this process is told to keep, if it is a keeper: the process to wait for, and where the server is noted.
pub(super) fn told() -> Option<(u32, PathBuf)> {
    let mut words = std::env::args().skip_while(|word| word != KEEP).skip(1);
    Some((words.next()?.parse().ok()?, PathBuf::from(words.next()?)))
}

/// Waits until a process has ended, then ends the server.
pub(super) async fn until(process: u32, cache: &Path) -> ExitCode {
    while server::process_lives(process) {
        tokio::time::sleep(PAUSE).await;
    }
    server::down(cache).await;
    // Nothing in it is of use to another run.
    drop(std::fs::remove_dir_all(cache));
    ExitCode::Held
}

fn folder(cache: &Path, run: &str) -> PathBuf {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    cache.join("shared").join(run.chars().filter(is_plain).take(64).collect::<String>())
}

fn keep(cache: &Path) -> std::io::Result<()> {
    use std::os::unix::process::{CommandExt, parent_id};
    let mut keeper = Command::new(std::env::current_exe()?);
    keeper.arg(KEEP).arg(parent_id().to_string()).arg(cache);
    // Whoever waits for our output, or ends all of our group, is not to wait for the keeper or end it.
    keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    keeper.spawn().map(drop)
}
