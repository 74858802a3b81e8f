//! Servers begin and end as they should: local, warm and given, after good runs and bad ones, alone and two at once.

mod support;

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pgattest::pg::Session;
use pgattest::pg::server::{self, Presence, Server};

use support::Project;

const GOOD: (&str, &str) = ("migrations/1_t.sql", "create table public.t (i int);");
const SLOW: (&str, &str) = ("migrations/1_slow.sql", "create table public.t (i int); select pg_sleep(60);");

/// Waits until something is so; a minute without it is a failure.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("in vain: {what}");
}

/// Returns the private folders of the servers that runs with this temporary folder have started and not ended.
fn folders(temporary: &std::path::Path) -> Vec<PathBuf> {
    let names = runs(temporary);
    let places = [PathBuf::from("/dev/shm"), std::env::temp_dir()];
    let all = names.iter().flat_map(|name| places.iter().map(move |place| place.join(format!("pgattest-{name}"))));
    all.filter(|path| path.exists()).collect()
}

/// Returns the runs that have begun with this temporary folder and have not ended.
fn runs(temporary: &std::path::Path) -> Vec<String> {
    let folders = std::fs::read_dir(temporary).into_iter().flatten().flatten().map(|entry| entry.path());
    let folder = folders.filter(|path| path.to_string_lossy().contains(".pgattest-runs-"));
    let files = folder.flat_map(|path| std::fs::read_dir(path).into_iter().flatten().flatten());
    files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Starts a run that lasts, with a temporary folder of its own, and waits until its server works on the migration.
fn slow_run(project: &Project, cache: &tempfile::TempDir) -> (Child, PathBuf) {
    let mut command = project.command(&["run", "--server", "local"]);
    let child = command.env("TMPDIR", cache.path()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.expect("the program starts");
    until("the server works on the migration", || {
        let log = folders(cache.path()).first().and_then(|folder| std::fs::read_dir(folder.join("data/base")).ok());
        log.is_some_and(|databases| databases.flatten().count() > 4)
    });
    let folder = folders(cache.path()).remove(0);
    (child, folder)
}

#[test]
fn nothing_is_left_of_a_run_that_was_told_to_stop() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let (project, cache) = (Project::new(&[SLOW]), tempfile::tempdir().expect("a folder"));
        let (child, folder) = slow_run(&project, &cache);
        kill(Pid::from_raw(child.id().cast_signed()), signal).expect("the program is there");
        let ran = support::ran(child.wait_with_output().expect("the program ends"));
        assert_eq!(ran.code, Some(3), "{signal}: {}", ran.err);
        assert!(ran.err.contains("interrupted"), "{signal}: {}", ran.err);
        assert!(!folder.exists(), "{signal} leaves {}", folder.display());
    }
}

#[test]
fn the_server_dies_with_a_run_that_was_killed() {
    let (project, cache) = (Project::new(&[SLOW]), tempfile::tempdir().expect("a folder"));
    let (mut child, folder) = slow_run(&project, &cache);
    let server = std::fs::read_to_string(folder.join("data/postmaster.pid")).expect("the server runs");
    let server = Pid::from_raw(server.lines().next().and_then(|line| line.parse().ok()).expect("a process"));
    child.kill().expect("the program is there");
    child.wait().expect("the program ends");
    until("the server and its folder are gone", || kill(server, None).is_err() && !folder.exists());
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let cache = tempfile::tempdir().expect("a folder");
    let project = Project::new(&[("migrations/1_t.sql", "create table t (i int); select 1 / 0;")]);
    let mut command = project.command(&["run", "--server", "local"]);
    let ran = support::ran(command.env("TMPDIR", cache.path()).output().expect("the program starts"));
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("division by zero"), "{}", ran.err);
    assert!(folders(cache.path()).is_empty());
    assert_eq!(runs(cache.path()), [""; 0]);
}

#[test]
fn a_warm_server_serves_several_runs_at_once_and_ends_when_told() {
    let cache = tempfile::tempdir().expect("a folder");
    let program = |project: &Project, arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("XDG_CACHE_HOME", cache.path());
        command
    };
    let first = Project::new(&[GOOD]);
    let second =
        Project::new(&[("migrations/1_t.sql", "create role a_role_of_two; create table public.other (i int);")]);
    let said =
        |project: &Project, arguments: &[&str]| support::ran(program(project, arguments).output().expect("it starts"));
    assert_eq!(said(&first, &["status"]).out, "no server is up\n");
    assert_eq!(said(&first, &["up", "--server", "local"]).code, Some(0));
    assert!(said(&first, &["up", "--server", "local"]).out.contains("up already"));
    let runs: Vec<_> = [&first, &second, &first, &second]
        .iter()
        .map(|project| {
            program(project, &["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
        })
        .collect();
    for run in runs {
        let ran = support::ran(run.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("warm, from local binaries"), "{}", ran.out);
    }
    let again = said(&first, &["run"]);
    assert!(again.out.contains("template ready"), "{}", again.out);
    assert!(said(&first, &["down"]).out.contains("is down"));
    assert_eq!(said(&first, &["status"]).out, "no server is up\n");
    assert_eq!(said(&first, &["doctor"]).out.lines().last(), Some("left      nothing"));
}

/// A server that plays somebody else's, with a password for each superuser.
struct Theirs {
    server: Server,
    runtime: tokio::runtime::Runtime,
    _presence: Presence,
}

impl Theirs {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let mut wish = support::wish(None);
        "postgres".clone_into(&mut wish.superuser);
        let presence = Presence::announce();
        let server = runtime.block_on(server::start(&wish, presence.run_id())).expect("a server");
        Self { server, runtime, _presence: presence }
    }

    fn run(&self, database: &str, sql: &str) {
        let done = self.runtime.block_on(async {
            let session: Session = self.server.session(database).await?;
            session.run(sql).await?;
            session.close().await;
            Ok::<_, pgattest::pg::PgError>(())
        });
        done.expect("the statement is accepted");
    }

    fn ask(&self, database: &str, sql: &str) -> Vec<String> {
        let rows = self.runtime.block_on(async {
            let session = self.server.session(database).await?;
            let rows = session.rows(sql).await;
            session.close().await;
            rows
        });
        let rows = rows.expect("the query is answered");
        rows.into_iter().map(|row| row.into_iter().flatten().collect::<Vec<_>>().join("|")).collect()
    }

    fn url(&self, user: &str) -> String {
        let folder = self.ask(
            "postgres",
            "select split_part(setting, ',', 1) from pg_settings where name = 'unix_socket_directories'",
        );
        format!("host={} user={user} dbname=postgres", folder[0])
    }

    fn end(self) {
        self.runtime.block_on(self.server.end());
    }
}

/// Everything about the databases and roles of others that could have been changed.
const OTHERS: &str = "
    select 'database', datname, datdba::regrole::text, coalesce(datacl::text, ''), datistemplate::text,
           coalesce(shobj_description(oid, 'pg_database'), '')
    from pg_database where datname not like 'pgattest%'
    union all
    select 'role', rolname, rolsuper::text, rolcanlogin::text, coalesce(rolconfig::text, ''), coalesce(a.rolpassword, '')
    from pg_authid a join pg_roles using (rolname, rolsuper, rolcanlogin)
    where rolname in ('postgres', 'boss', 'somebody')
    order by 1, 2";

#[test]
fn the_databases_of_others_stay_as_they_were() {
    let theirs = Theirs::start();
    theirs.run("postgres", "create role boss superuser login; create role somebody login");
    theirs.run("postgres", "create database shop owner somebody");
    theirs.run("shop", "create table goods (i int); insert into goods select generate_series(1, 100)");
    let project = Project::new(&[GOOD]);
    let before = theirs.ask("postgres", OTHERS);

    // The superuser is called `postgres`, which would have to be renamed: that is explained and not done.
    let url = theirs.url("postgres");
    let ran = support::ran(project.command(&["run"]).env("PGATTEST_DATABASE_URL", &url).output().expect("it starts"));
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("--disposable"), "{}", ran.err);
    // Another superuser finds a role `postgres` that is otherwise, and says what of it.
    let ran = project.run(&["run", "--server", &theirs.url("boss")]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("role `postgres`, superuser: Supabase has `no`, this server `yes`"), "{}", ran.err);
    // DATABASE_URL is not ours to read.
    let ran = support::ran(
        project.command(&["run", "--server", "local"]).env("DATABASE_URL", &url).output().expect("it starts"),
    );
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);

    assert_eq!(theirs.ask("postgres", OTHERS), before);
    assert_eq!(theirs.ask("postgres", "select datname from pg_database where datname like 'pgattest%'"), [""; 0]);
    theirs.end();
}

#[test]
fn a_disposable_server_is_turned_over_once_and_served_again() {
    let theirs = Theirs::start();
    theirs.run("postgres", "create role boss superuser login; create role somebody login");
    theirs.run("postgres", "create database shop owner somebody");
    theirs.run("shop", "create table goods (i int); insert into goods select generate_series(1, 100)");
    let goods = theirs.ask("shop", "select count(*), sum(i) from goods");
    let url = theirs.url("postgres");
    let project = Project::new(&[GOOD]);
    for _ in 0..2 {
        let ran = support::ran(
            project.command(&["run", "--disposable"]).env("PGATTEST_DATABASE_URL", &url).output().expect("it starts"),
        );
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("on the given server"), "{}", ran.out);
    }
    let boss = theirs.url("boss");
    let ran = project.run(&["run", "--server", &boss]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let ran = project.run(&["doctor", "--conformance", "--server", &boss]);
    assert_eq!(ran.code, Some(1), "a database without the shim is not like Supabase's: {}", ran.out);
    support::program().args(["doctor", "--clean", "--server", &boss]).output().expect("it starts");
    drop(boss);
    theirs.end();
    assert_eq!(goods, ["100|5050"]);
}

#[test]
fn a_server_elsewhere_is_asked_for_twice() {
    let project = Project::new(&[GOOD]);
    let ran = project.run(&["run", "--server", "postgres://u:geheim@192.0.2.1/d"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--allow-remote") && !ran.err.contains("geheim"), "{}", ran.err);
}

#[test]
fn a_half_built_template_is_never_used() {
    let cache = tempfile::tempdir().expect("a folder");
    let project = Project::new(&[SLOW]);
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("TMPDIR", cache.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    assert!(run(&["up", "--server", "local"]).status().expect("it starts").success());
    let mut child = run(&["run"]).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(3));
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    // The same migration, quick this time by its content: another template. The half-built one is swept away.
    project.write("migrations/1_slow.sql", b"create table public.t (i int);");
    let ran = support::ran(run(&["run"]).output().expect("it starts"));
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("template built"), "{}", ran.out);
    // One byte more, and it is built anew.
    project.write("migrations/1_slow.sql", b"create table public.t (i int); ");
    let ran = support::ran(run(&["run"]).output().expect("it starts"));
    assert!(ran.out.contains("template built"), "{}", ran.out);
    assert!(run(&["down"]).status().expect("it starts").success());
}
