//! The same contracts come to the same verdicts: by `run` and by `cargo test`, on one thread and on eight, in any order; and nothing
//! that one of them leaves behind is met by another.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use support::{Project, Ran};

const MIGRATION: &str = "
create table notes (id int generated always as identity primary key, owner uuid, body text check (body <> ''));
alter table notes enable row level security;
create policy notes_own on notes using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
grant all on notes to authenticated, service_role;
create sequence tickets;
grant usage, select, update on sequence tickets to authenticated;
create function leave() returns void language plpgsql as $$
begin
  perform set_config('app.left', 'behind', false);
  perform set_config('request.left', 'behind', true);
end $$;
grant execute on function leave() to authenticated;
";

const WORLD: &str = "
names: { mine: 00000000-0000-4000-8000-000000000001 }
actors:
  kari: { user: 00000000-0000-4000-8000-000000000001 }
  per: { user: 00000000-0000-4000-8000-000000000002 }
  service: { role: service_role }
seed: [notes.sql]
";

const SEED: &str = "insert into auth.users (id)
  values ('00000000-0000-4000-8000-000000000001'), ('00000000-0000-4000-8000-000000000002');
insert into notes (owner, body) values ('00000000-0000-4000-8000-000000000001', 'mine');";

const CASES: &str = "
cases:
  - { name: held, as: kari, run: select body from notes, expect: { rows: [mine] } }
  - { name: broken, as: kari, run: select body from notes, expect: { rows: [yours] } }
  - { name: unjudged, as: kari, run: select * from notes where body = 'nobody''s', expect: hidden }
  - { name: hidden, as: per, run: select * from notes, expect: hidden }
";

/// Each leaves something behind that a rollback does not take away, or looks for what another leaves.
const LEAVING: &str = "
cases:
  - { name: takes a number, as: kari, run: \"select nextval('tickets')\", expect: { value: 1 } }
  - { name: takes a number again, as: kari, run: \"select nextval('tickets')\", expect: { value: 1 } }
  - { name: sets the number, as: kari, run: \"select setval('tickets', 40)\", expect: { value: 40 } }
  - { name: sets the number again, as: kari, run: \"select nextval('tickets')\", expect: { value: 1 } }
  - { name: knows no number, as: kari, run: \"select lastval()\", expect: { fails: \"55000\" } }
  - { name: inserts, as: kari, run: \"insert into notes (owner, body) values ($me, 'x') returning id\", expect: { value: 2 } }
  - { name: inserts again, as: kari, run: \"insert into notes (owner, body) values ($me, 'x') returning id\", expect: { value: 2 } }
  - { name: sees what is there, as: kari, run: select count(*) from notes, expect: { value: 1 } }
  - { name: locks, as: kari, run: \"select pg_advisory_lock(7)\", expect: allowed }
  - { name: finds no lock, as: per, run: \"select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())\", expect: { value: 0 } }
  - { name: prepares, as: kari, run: prepare left_behind as select 1, expect: allowed }
  - { name: finds nothing prepared, as: per, run: select count(*) from pg_prepared_statements, expect: { value: 0 } }
  - { name: makes a temporary table, as: kari, run: create temporary table left_behind (i int), expect: allowed }
  - { name: finds no temporary table, as: per, run: \"select to_regclass('pg_temp.left_behind')\", expect: { value: null } }
  - { name: sets for the session, as: kari, run: \"select leave()\", expect: allowed }
  - { name: finds nothing set, as: per, run: \"select coalesce(current_setting('app.left', true), '') || coalesce(current_setting('request.left', true), '')\", expect: { value: \"\" } }
  - { name: sets with the request, as: kari, settings: { app.mine: behind }, run: \"select current_setting('app.mine')\", expect: { value: behind } }
  - { name: finds nothing of the request, as: per, run: \"select coalesce(current_setting('app.mine', true), '')\", expect: { value: \"\" } }
  - { name: draws, as: kari, run: select setseed(0.5), expect: allowed }
  - { name: draws as if nobody had, as: kari, run: \"select random() = random()\", expect: { value: false } }
  - { name: listens, as: kari, run: listen left_behind, expect: allowed }
  - { name: listens to nothing, as: per, run: select count(*) from pg_listening_channels(), expect: { value: 0 } }
  - { name: changes the path, as: kari, run: set search_path to nowhere, expect: allowed }
  - { name: finds its table, as: per, run: select count(*) from notes, expect: { value: 0 } }
  - { name: changes the role, as: kari, run: reset role, expect: allowed }
  - { name: is who it is, as: per, run: \"select current_user || ' ' || session_user\", expect: { value: authenticated authenticator } }
  - name: commits
    as: kari
    steps:
      - { run: \"insert into notes (owner, body) values ($me, 'stays')\" }
      - { run: select count(*) from notes, expect: { value: 2 } }
  - { name: finds nothing committed, as: service, run: select count(*) from notes, expect: { value: 1 } }
";

fn project(cases: &str) -> Project {
    Project::new(&[
        ("migrations/1_notes.sql", MIGRATION),
        ("fixtures/world.yaml", WORLD),
        ("fixtures/notes.sql", SEED),
        ("cases/all.yaml", cases),
    ])
}

/// Returns the verdicts that are told, each with its contract: nothing is told of what held.
fn told(ran: &Ran) -> BTreeSet<(String, String)> {
    let lines = ran.out.lines().filter_map(|line| {
        let mut words = line.trim().splitn(2, ' ');
        let verdict = words.next().filter(|word| ["broken", "unjudged"].contains(word))?;
        let name = words.next()?.trim().split("  ").next()?;
        Some((verdict.to_owned(), name.to_owned()))
    });
    lines.collect()
}

fn sum(ran: &Ran) -> String {
    ran.out.lines().last().unwrap_or_default().split(" · ").take(4).collect::<Vec<_>>().join(" · ")
}

/// Returns the newest program that `cargo test` made of `tests/contract.rs`.
fn contract() -> PathBuf {
    let here = std::env::current_exe().expect("this test has a path");
    let folder = here.parent().expect("it lies in a folder");
    let entries = std::fs::read_dir(folder).expect("the folder can be read").flatten().map(|entry| entry.path());
    let programs = entries.filter(|path| {
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("contract-") && path.extension().is_none()
    });
    let age = |path: &PathBuf| path.metadata().and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    programs.max_by_key(age).expect("`cargo test` builds it")
}

fn as_tests(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(contract());
    command.args(arguments).env("PGATTEST_PROJECT", project.path()).env("XDG_CACHE_HOME", support::cache());
    command
        .env("PGATTEST_RELEASES_URL", "http://127.0.0.1:1/")
        .env_remove("PGATTEST_DATABASE_URL")
        .env_remove("NEXTEST_RUN_ID");
    command
}

#[test]
fn cargo_test_and_run_come_to_the_same_verdicts() {
    let project = project(CASES);
    let ran = project.run(&["run", "--server", "local"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let expected = [("broken", "all: broken"), ("unjudged", "all: unjudged")];
    let expected: BTreeSet<_> = expected.map(|(verdict, name)| (verdict.to_owned(), name.to_owned())).into();
    assert_eq!(told(&ran), expected, "{}", ran.out);
    let tested = support::ran(as_tests(&project, &[]).output().expect("the tests start"));
    assert_eq!(tested.code, Some(1), "{}{}", tested.out, tested.err);
    assert_eq!(told(&tested), expected, "{}", tested.out);
    for (name, end) in
        [("migrations/1_notes: applies", "ok"), ("all: held", "ok"), ("all: hidden", "ok"), ("all: broken", "FAILED")]
    {
        let line = tested.out.lines().find(|line| line.starts_with(&format!("test {name} "))).unwrap_or_default();
        assert!(line.ends_with(end), "{name}: {}", tested.out);
    }
}

#[test]
fn the_flags_of_libtest_choose_and_list_and_skip() {
    let project = project(CASES);
    let run = |arguments: &[&str]| support::ran(as_tests(&project, arguments).output().expect("the tests start"));
    let listed = run(&["--list"]);
    assert_eq!((listed.code, listed.out.lines().filter(|line| line.ends_with(": test")).count()), (Some(0), 5));
    for (arguments, code, count) in [
        (&["all: h"][..], 0, 2),
        (&["all: held", "--exact"], 0, 1),
        (&["all:", "--skip", "unjudged", "--skip", "broken"], 0, 2),
        (&["--test-threads", "1", "all: held", "--nocapture"], 0, 1),
        (&["nothing is called so"], 0, 0),
    ] {
        let ran = run(arguments);
        let shown = format!("running {count} test{}", if count == 1 { "" } else { "s" });
        assert!(ran.code == Some(code) && ran.out.contains(&shown), "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn one_thread_eight_threads_and_any_order_come_to_the_same_verdicts() {
    let project = project(CASES);
    let plain = project.run(&["run", "--server", "local", "-q"]);
    for more in [
        &["--test-threads", "1"][..],
        &["--test-threads", "8"],
        &["--shuffle", "1"],
        &["--shuffle", "2", "--test-threads", "8"],
    ] {
        let arguments = [&["run", "--server", "local", "-q"], more].concat();
        let ran = project.run(&arguments);
        assert_eq!((ran.code, told(&ran), sum(&ran)), (plain.code, told(&plain), sum(&plain)), "{more:?}: {}", ran.out);
    }
}

#[test]
fn nothing_that_a_contract_leaves_behind_is_met_by_another() {
    let project = project(LEAVING);
    for more in [
        &["--test-threads", "1"][..],
        &["--shuffle", "3", "--test-threads", "1"],
        &["--shuffle", "4", "--test-threads", "1"],
    ] {
        let arguments = [&["run", "--server", "local", "-q"], more].concat();
        let ran = project.run(&arguments);
        assert_eq!(ran.code, Some(0), "{more:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn processes_of_one_nextest_run_share_a_server_that_goes_with_it() {
    let project = project(CASES);
    let cache = tempfile::tempdir().expect("a folder");
    let shared = cache.path().join("pgattest/shared");
    let script =
        "\"$0\" 'all: held' --exact --nocapture && \"$0\" 'all: hidden' --exact --nocapture && ls \"$1\" && exit 0";
    let mut runner = Command::new("sh");
    runner
        .args(["-c", script])
        .arg(contract())
        .arg(&shared)
        .env("NEXTEST_RUN_ID", "a-run")
        .env("PGATTEST_PROJECT", project.path());
    runner
        .env("XDG_CACHE_HOME", cache.path())
        .env("PGATTEST_RELEASES_URL", "http://127.0.0.1:1/")
        .env_remove("PGATTEST_DATABASE_URL");
    let ran = support::ran(runner.output().expect("a shell starts"));
    assert!(ran.code == Some(0) && ran.out.trim_end().ends_with("a-run"), "{}{}", ran.out, ran.err);
    assert!(gone(&shared.join("a-run")), "the server is still there");
}

/// Whether a folder goes within some seconds.
fn gone(folder: &Path) -> bool {
    (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        !folder.exists()
    })
}
