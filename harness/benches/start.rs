//! How long it takes to a verdict, beside what Postgres alone takes: side by side, in one run, on one machine.
//!
//! `cargo bench --bench start`. Each line is the median of several rounds; the rounds of all lines are interleaved, so that
//! what else the machine does falls on all of them alike.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pgattest::pg::server::{self, Choice, Presence, Wish};

const ROUNDS: usize = 15;

/// One line of the result.
struct Line {
    what: &'static str,
    times: Vec<Duration>,
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgattest"));
        command.args(arguments).current_dir(project).env("XDG_CACHE_HOME", &cache).env_remove("PGATTEST_DATABASE_URL");
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
        assert!(status.success(), "pgattest {arguments:?}: {status}");
    };
    program(&["run", "--server", "local"]);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let wish = wish(&cache.join("pgattest"));
    let mut alone = Line { what: "Postgres alone, to its first answer and its end", times: Vec::new() };
    let mut cold =
        Line { what: "pgattest run, cold: server, shim, migrations, seeds, verdict, end", times: Vec::new() };
    let mut warm = Line { what: "pgattest run, warm: clone, verdict, end", times: Vec::new() };
    let mut rebuilt = Line { what: "pgattest run, warm, with templates to build", times: Vec::new() };
    for _ in 0..ROUNDS {
        alone.times.push(timed(|| runtime.block_on(start_and_end(&wish))));
        cold.times.push(timed(|| program(&["run", "--server", "local"])));
    }
    program(&["up", "--server", "local"]);
    program(&["run"]);
    for _ in 0..ROUNDS {
        warm.times.push(timed(|| program(&["run"])));
    }
    program(&["down"]);
    for _ in 0..ROUNDS {
        program(&["up", "--server", "local"]);
        rebuilt.times.push(timed(|| program(&["run"])));
        program(&["down"]);
    }
    show(&[alone, cold, warm, rebuilt]);
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

async fn start_and_end(wish: &Wish) {
    let presence = Presence::announce();
    server::start(wish, presence.run_id()).await.expect("a server").end().await;
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is told by the environment where programs are")]
fn wish(cache: &Path) -> Wish {
    Wish {
        choice: Choice::Local,
        major: None,
        insisted: None,
        image: None,
        binaries: None,
        allow_remote: false,
        disposable: false,
        patience: Duration::from_secs(60),
        superuser: pgattest::shim::SUPERUSER.to_owned(),
        cache: cache.to_path_buf(),
        path: std::env::split_paths(&std::env::var("PATH").unwrap_or_default()).collect(),
        folders: server::known_folders().to_vec(),
        releases: None,
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its result")]
fn show(lines: &[Line]) {
    let medians: Vec<_> = lines.iter().map(|line| median(&line.times)).collect();
    for (line, time) in lines.iter().zip(&medians) {
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        let beyond = time.as_secs_f64() - medians[0].as_secs_f64();
        println!("{:>6.3} s  {ratio:>5.2} ×  {beyond:>+7.3} s  {}", time.as_secs_f64(), line.what);
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}
