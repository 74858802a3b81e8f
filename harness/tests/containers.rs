//! Containers begin and end as they should, on a real engine. Without an image to start, every test is shown as ignored.

mod support;

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use libtest_mimic::{Arguments, Failed, Trial};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{Project, Ran};

const GOOD: (&str, &str) = ("migrations/1_t.sql", "create table public.t (i int);");
const SLOW: (&str, &str) = ("migrations/1_slow.sql", "create table public.t (i int); select pg_sleep(60);");

static BEFORE: OnceLock<Vec<String>> = OnceLock::new();

type Test = fn(&str) -> Result<(), Failed>;

const TESTS: [(&str, Test); 8] = [
    ("a good run leaves no container", a_good_run),
    ("a failing migration leaves no container", a_failing_migration),
    ("a run that is told to stop leaves no container", an_interrupt),
    ("a server that does not come up leaves no container", a_start_that_takes_too_long),
    ("what a killed run leaves is found and removed, and nothing else", a_killed_run),
    ("an image that is not there is told, and the engine is left as it was", a_missing_image),
    ("a warm container serves a run and ends when told", a_warm_container),
    ("every fact holds in a container", every_fact),
];

fn main() {
    let arguments = Arguments::from_args();
    let image = support::image();
    let trials = TESTS.iter().map(|(name, test)| {
        let image = image.clone();
        let run = move || test(&image.ok_or("PGATTEST_TEST_IMAGE names no image")?);
        Trial::test(*name, run).with_ignored_flag(support::image().is_none())
    });
    if support::image().is_some() {
        ours();
    }
    // One engine: what one test counts, another must not start in the meantime.
    let arguments = Arguments { test_threads: Some(1), ..arguments };
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// Returns the containers of ours that the engine has got since the tests began: somebody may keep a warm one.
fn ours() -> Vec<String> {
    let before = BEFORE.get_or_init(labelled);
    labelled().into_iter().filter(|id| !before.contains(id)).collect()
}

fn labelled() -> Vec<String> {
    docker(&["ps", "-aq", "--no-trunc", "--filter", "label=pgattest.run"])
}

fn docker(arguments: &[&str]) -> Vec<String> {
    let output = Command::new("docker").args(arguments).output().expect("the client is there");
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1500 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    panic!("in vain: {what}");
}

fn expect(ran: &Ran, code: i32, part: &str) -> Result<(), Failed> {
    let left = ours();
    if ran.code == Some(code) && (ran.out.contains(part) || ran.err.contains(part)) && left.is_empty() {
        return Ok(());
    }
    Err(format!("expected {code} and `{part}` and nothing left, not {ran:#?} and {left:?}").into())
}

fn a_good_run(image: &str) -> Result<(), Failed> {
    let project = Project::new(&[GOOD]);
    expect(&project.run(&["run", "--server", "container", "--image", image]), 0, "in a container")?;
    expect(&project.run(&["run", "--image", image]), 0, "since Docker answers")
}

fn a_failing_migration(image: &str) -> Result<(), Failed> {
    let project = Project::new(&[("migrations/1_t.sql", "create table t (i int);\nselect 1 / 0;")]);
    expect(&project.run(&["run", "--server", "container", "--image", image]), 2, "migrations/1_t.sql:2:1")
}

fn slow_run(project: &Project, image: &str) -> std::process::Child {
    let mut command = project.command(&["run", "--server", "container", "--image", image]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    until("a container is there", || !ours().is_empty());
    child
}

fn an_interrupt(image: &str) -> Result<(), Failed> {
    // At once, while the server starts, and later, while it works.
    for pause in [0, 4] {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let project = Project::new(&[SLOW]);
            let child = slow_run(&project, image);
            std::thread::sleep(std::time::Duration::from_secs(pause));
            kill(Pid::from_raw(child.id().cast_signed()), signal).expect("the program is there");
            expect(&support::ran(child.wait_with_output()?), 3, "interrupted")?;
        }
    }
    Ok(())
}

fn a_start_that_takes_too_long(image: &str) -> Result<(), Failed> {
    let asleep = "pgattest-test-asleep:1";
    let made = docker(&["create", image]);
    docker(&["commit", "--change", "ENTRYPOINT [\"sleep\", \"600\"]", "--change", "CMD []", &made[0], asleep]);
    docker(&["rm", &made[0]]);
    let project = Project::new(&[GOOD]);
    let start = ["run", "--server", "container", "--image", asleep, "--start-timeout", "2"];
    let ran = project.run(&start);
    docker(&["rmi", asleep]);
    expect(&ran, 3, "did not come up")
}

fn a_killed_run(image: &str) -> Result<(), Failed> {
    let theirs = docker(&["create", "--label", "somebody=else", image]);
    let project = Project::new(&[SLOW]);
    let alive = Project::new(&[SLOW]);
    let mut killed = slow_run(&project, image);
    killed.kill().expect("it is there");
    killed.wait().expect("it ends");
    let left = ours();
    let mut other = alive.command(&["run", "--server", "container", "--image", image]);
    let mut other = other.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    until("a second container is there", || ours().len() > left.len());
    let looked = project.run(&["doctor"]);
    let cleaned = project.run(&["doctor", "--clean"]);
    let kept = ours();
    let left = left.first().ok_or("the killed run left nothing")?.clone();
    kill(Pid::from_raw(other.id().cast_signed()), Signal::SIGINT)?;
    other.wait()?;
    let still = docker(&["ps", "-aq", "--no-trunc", "--filter", "label=somebody=else"]);
    docker(&["rm", &theirs[0]]);
    assert_eq!(looked.code, Some(1), "{}", looked.out);
    assert!(looked.out.contains(&left[..12]), "{}", looked.out);
    assert!(cleaned.out.contains(&format!("removed container {}", &left[..12])), "{}", cleaned.out);
    assert_eq!(kept.len(), 1, "the container of a run that is alive stays");
    assert!(!kept.contains(&left));
    assert_eq!(still, theirs);
    assert_eq!(ours(), [""; 0]);
    Ok(())
}

fn a_missing_image(_: &str) -> Result<(), Failed> {
    let project = Project::new(&[GOOD]);
    let images = docker(&["images", "-q"]);
    let image = "postgres:no-such-tag";
    expect(&project.run(&["run", "--server", "container", "--image", image]), 3, "the image cannot be had")?;
    expect(&project.run(&["run", "--image", image]), 0, "from local binaries")?;
    assert_eq!(docker(&["images", "-q"]), images);
    Ok(())
}

fn a_warm_container(image: &str) -> Result<(), Failed> {
    let cache = tempfile::tempdir()?;
    let project = Project::new(&[GOOD]);
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        support::ran(command.env("XDG_CACHE_HOME", cache.path()).output().expect("the program starts"))
    };
    assert_eq!(run(&["up", "--server", "container", "--image", image]).code, Some(0));
    assert_eq!(ours().len(), 1);
    let (ran, doctor) = (run(&["run"]), run(&["doctor"]));
    let down = run(&["down"]);
    assert!(ran.code == Some(0) && ran.out.contains("warm, in a container"), "{ran:#?}");
    assert!(doctor.out.contains("left      nothing"), "{doctor:#?}");
    expect(&down, 0, "is down")
}

fn every_fact(image: &str) -> Result<(), Failed> {
    let project = Project::new(&[GOOD]);
    expect(
        &project.run(&["doctor", "--conformance", "--server", "container", "--image", image]),
        0,
        "0 broken · 0 could",
    )
}
