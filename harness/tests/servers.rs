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

/// Returns the private folder of the server that a program has started, once it is there.
fn folder_of(child: &Child) -> Option<PathBuf> {
    let runs = PathBuf::from(format!("/tmp/.pgattest-runs-{}", nix::unistd::Uid::effective()));
    let files = std::fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
    let mine = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text == child.id().to_string());
    // A run that was killed long ago may have left a file that names a process of the same number.
    let runs = files.filter(mine).filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let places = [PathBuf::from("/dev/shm"), std::env::temp_dir()];
    let folders = runs.flat_map(|run| places.clone().map(|place| place.join(format!("pgattest-{run}"))));
    folders.into_iter().find(|path| path.exists())
}

/// Starts a run that lasts, and waits until its server works on the migration.
fn slow_run(project: &Project) -> (Child, PathBuf) {
    let mut command = project.command(&["run", "--server", "local"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    until("the server works on the migration", || {
        let databases = folder_of(&child).and_then(|folder| std::fs::read_dir(folder.join("data/base")).ok());
        databases.is_some_and(|databases| databases.flatten().count() > 4)
    });
    let folder = folder_of(&child).expect("it was there a moment ago");
    (child, folder)
}

#[test]
fn nothing_is_left_of_a_run_that_was_told_to_stop() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let project = Project::new(&[SLOW]);
        let (child, folder) = slow_run(&project);
        kill(Pid::from_raw(child.id().cast_signed()), signal).expect("the program is there");
        let ran = support::ran(child.wait_with_output().expect("the program ends"));
        assert_eq!(ran.code, Some(3), "{signal}: {}", ran.err);
        assert!(ran.err.contains("interrupted"), "{signal}: {}", ran.err);
        assert!(!folder.exists(), "{signal} leaves {}", folder.display());
    }
}

#[test]
fn the_server_dies_with_a_run_that_was_killed() {
    let project = Project::new(&[SLOW]);
    let (mut child, folder) = slow_run(&project);
    let server = std::fs::read_to_string(folder.join("data/postmaster.pid")).expect("the server runs");
    let server = Pid::from_raw(server.lines().next().and_then(|line| line.parse().ok()).expect("a process"));
    child.kill().expect("the program is there");
    child.wait().expect("the program ends");
    until("the server and its folder are gone", || kill(server, None).is_err() && !folder.exists());
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let project = Project::new(&[("migrations/1_t.sql", "create table t (i int); select pg_sleep(2); select 1 / 0;")]);
    let (child, folder) = slow_run(&project);
    let ran = support::ran(child.wait_with_output().expect("the program ends"));
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("division by zero"), "{}", ran.err);
    assert!(!folder.exists(), "{} is left", folder.display());
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
    let note = std::fs::read_to_string(cache.path().join("pgattest/warm.json")).expect("the note");
    let folder = note.split('"').find(|part| part.contains("/pgattest-")).expect("a folder").to_owned();
    assert!(std::path::Path::new(&folder).exists());
    assert!(said(&first, &["down"]).out.contains("is down"));
    assert!(!std::path::Path::new(&folder).exists());
    assert_eq!(said(&first, &["status"]).out, "no server is up\n");
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

    /// Asks as a superuser whom nobody has renamed.
    fn ask_as_boss(&self, database: &str, sql: &str) -> Vec<String> {
        let config = self.url("boss").parse().expect("a URL");
        let rows = self.runtime.block_on(async {
            let session = Session::connect(&config, database).await?;
            session.rows(sql).await
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
    assert_eq!(theirs.ask_as_boss("shop", "select count(*), sum(i) from goods"), goods);
    let helpers = "select rolname from pg_roles where rolname like 'pgattest%'";
    assert_eq!(theirs.ask_as_boss("postgres", helpers), [""; 0]);
    theirs.end();
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
    // Lasts until somebody has made a role of that name.
    let wait = "create table public.t (i int);
                do $$ begin if to_regrole('go_on') is null then perform pg_sleep(60); end if; end $$;";
    let (project, other) =
        (Project::new(&[("migrations/1_t.sql", wait)]), Project::new(&[("migrations/1_r.sql", "create role go_on;")]));
    let run = |project: &Project, arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("XDG_CACHE_HOME", cache.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let ran =
        |project: &Project, arguments: &[&str]| support::ran(run(project, arguments).output().expect("it starts"));
    assert_eq!(ran(&project, &["up", "--server", "local"]).code, Some(0));
    let mut child = run(&project, &["run"]).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(3));
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    assert_eq!(ran(&other, &["run"]).code, Some(0));
    // The same content is built anew; what the killed run had begun is not taken for it.
    let again = ran(&project, &["run"]);
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    assert!(again.out.contains("template built"), "{}", again.out);
    assert!(ran(&project, &["run"]).out.contains("template ready"));
    // One byte more, and it is built anew.
    project.write("migrations/1_t.sql", format!("{wait} ").as_bytes());
    assert!(ran(&project, &["run"]).out.contains("template built"));
    assert_eq!(ran(&project, &["down"]).code, Some(0));
}
