//! What an author does between two runs: lists, explains, begins, looks around, watches, blesses, keeps.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{Project, Ran};

const MIGRATION: &str = "
create table notes (id int primary key, owner uuid, body text);
alter table notes enable row level security;
create policy notes_own on notes using (owner = (select auth.uid()));
grant select, update on notes to authenticated;
";

const WORLD: &str = "
names: { first: 1 }
actors:
  kari: { user: 00000000-0000-4000-8000-000000000001, settings: { app.tenant: north } }
  per: { user: 00000000-0000-4000-8000-000000000002 }
seed: [notes.sql]
";

const SEED: &str = "insert into auth.users (id)
  values ('00000000-0000-4000-8000-000000000001'), ('00000000-0000-4000-8000-000000000002');
insert into notes values
  (1, '00000000-0000-4000-8000-000000000001', 'a ''quoted'' note'), (2, '00000000-0000-4000-8000-000000000002', 'other');";

fn project(cases: &str) -> Project {
    Project::new(&[
        ("migrations/1_notes.sql", MIGRATION),
        ("fixtures/world.yaml", WORLD),
        ("fixtures/notes.sql", SEED),
        ("cases/notes.yaml", cases),
    ])
}

/// Runs a command with a text on its standard input.
fn fed(mut command: Command, text: &str) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    support::ran(child.wait_with_output().expect("it ends"))
}

#[test]
fn contracts_are_listed_without_a_server() {
    let project =
        project("cases:\n  - { name: one, as: kari, run: select 1, expect: { value: 1 }, attests: [C1, C2] }\n");
    let ran = project.run(&["list"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "migrations/1_notes: applies\nnotes: one  C1, C2\n"));
    assert_eq!(project.run(&["list", "nothing like that"]).code, Some(4));
}

const ROWS: &str = "
attests: B2
cases:
  - { name: of the file, as: kari, run: select 1, expect: { value: 1 } }
  - { name: of two rows, as: kari, run: select 1, expect: { value: 1 }, attests: [B10, B2] }
  - { name: of none, as: kari, run: select 1, expect: { value: 1 }, attests: [] }
cascades: [{ delete: notes where id = 1, expect: { auth.users: kept }, attests: A }]
shape: [{ table: notes, row_security: enabled }]
drift: { enum: kind, source: kinds.json, pointer: /kinds/* }
refuses:
  table: notes
  valid: { id: 3 }
  when: [{ id: null, violates: not null }, { id: 1, violates: notes_pkey, attests: B10 }]
";

#[test]
fn contracts_are_listed_below_the_rows_that_they_attest() {
    let project = project(ROWS);
    project.write("kinds.json", br#"{ "kinds": ["a"] }"#);
    let listed = |arguments: &[&str]| {
        let ran = project.run(&[&["list", "--by-row"], arguments].concat());
        (ran.code, ran.out + &ran.err)
    };
    let of_the_file = "
  notes: of the file
  notes: of two rows
  notes: notes refuses id null
  notes: table notes is as listed
  notes: kind and kinds.json have the same values
";
    let of_ten = "\n  notes: of two rows\n  notes: notes refuses id 1\n";
    let without = "of no row\n  migrations/1_notes: applies\n  notes: of none\n";
    let cascade = "\n  notes: delete notes where id = 1\n";
    let counts = "3 rows · 3 attested · 0 unattested · 9 contracts · 2 of no row\n";
    let text = format!("A{cascade}B2{of_the_file}B10{of_ten}{without}\n{counts}");
    assert_eq!(listed(&[]), (Some(0), text), "the rows that contracts name are in the order of their numbers");
    let rows = "specification:
  B10: |
    ten,
    on two lines
  C1: { says: nobody is left, unattested: nobody has left yet }
  B2: two
  A: what is deleted
";
    project.write("fixtures/world.yaml", format!("{WORLD}{rows}").as_bytes());
    let counts = "4 rows · 3 attested · 1 unattested · 9 contracts · 2 of no row\n";
    let text = format!(
        "B10  ten, on two lines{of_ten}C1  nobody is left\n  unattested: nobody has left yet\n\
         B2  two{of_the_file}A  what is deleted{cascade}{without}\n{counts}"
    );
    assert_eq!(listed(&[]), (Some(0), text), "the rows of a specification are in its order");
    let text = "B10  ten, on two lines\n  notes: notes refuses id 1\n\n1 row · 1 attested · 0 unattested · 1 contract · 0 of no row\n";
    assert_eq!(listed(&["refuses id 1"]), (Some(0), text.to_owned()));
    assert_eq!(listed(&["nothing like that"]), (Some(4), String::new()));
}

#[test]
fn the_sql_of_a_contract_does_in_psql_what_it_did_in_the_run() {
    let cases = "
cases:
  - name: own
    as: kari
    run: select body, current_user, auth.uid() = $me as mine, current_setting('app.tenant') from notes where id = $first
    expect: { rows: [[\"a 'quoted' note\", authenticated, true, north]] }
";
    let project = project(cases);
    let explained = project.run(&["explain", "notes: own"]);
    assert_eq!(explained.code, Some(0), "{}", explained.err);
    let ran = fed(project.command(&["shell", "--server", "local"]), &explained.out);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("a 'quoted' note | authenticated | t    | north"), "{}{}", ran.out, ran.err);
    let steps = "
cases:
  - name: kept
    as: kari
    steps:
      - { run: select body from notes where id = $first, keep: { said: body } }
      - { run: select $said || '!' as louder, expect: { value: \"a 'quoted' note!\" } }
";
    project.write("cases/steps.yaml", steps.as_bytes());
    let explained = project.run(&["explain", "steps: kept"]).out;
    let ran = fed(project.command(&["shell", "--server", "local"]), &explained);
    assert!(ran.out.contains("a 'quoted' note!"), "{explained}\n{}{}", ran.out, ran.err);
    let given = "
cases:
  - name: supposed
    as: kari
    given: [{ run: update notes set body = 'supposed' where id = $first returning body, keep: { said: body } }]
    run: select body || ' and ' || $said from notes where id = $first
    expect: { value: supposed and supposed }
";
    project.write("cases/given.yaml", given.as_bytes());
    let explained = project.run(&["explain", "given: supposed"]).out;
    let ran = fed(project.command(&["shell", "--server", "local"]), &explained);
    assert!(explained.contains("-- given, as kari\nbegin;\n"), "{explained}");
    assert!(ran.out.contains("supposed and supposed"), "{explained}\n{}{}", ran.out, ran.err);
    assert!(project.run(&["explain", "case.rows"]).out.contains("leak"));
    assert_eq!(project.run(&["explain", "no such thing"]).code, Some(4));
}

#[test]
fn a_shell_belongs_to_its_actor_and_its_database_goes() {
    let project = project("cases:\n  - { name: one, as: kari, run: select 1, expect: { value: 1 } }\n");
    let sql = "select current_user, session_user, auth.uid();\nupdate notes set body = 'x';\nselect count(*), min(body) from notes;\n";
    let ran = fed(project.command(&["shell", "--as", "kari", "--server", "local"]), sql);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for said in ["authenticated | authenticator | 00000000-0000-4000-8000-000000000001", "UPDATE 1", "1 | x"] {
        assert!(ran.out.contains(said), "{said}: {}{}", ran.out, ran.err);
    }
    let again = fed(project.command(&["shell", "--as", "kari", "--server", "local"]), "select body from notes;\n");
    assert!(again.out.contains("a 'quoted' note"), "{}", again.out);
    let unknown = project.run(&["shell", "--as", "kary"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("did you mean `kari`?"), "{}", unknown.err);
}

#[test]
fn a_first_contract_of_every_kind_can_be_read_and_nothing_is_written_over() {
    let project = project("");
    std::fs::remove_file(project.path().join("cases/notes.yaml")).expect("it is there");
    let unknown = project.run(&["new", "casse"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("did you mean `cases`?"), "{}", unknown.err);
    for kind in pgattest::case::kinds() {
        let ran = project.run(&["new", kind, &format!("begun/{kind}")]);
        assert_eq!(ran.code, Some(0), "{kind}: {}", ran.err);
        assert_eq!(project.run(&["new", kind, &format!("begun/{kind}")]).code, Some(2), "{kind} was written over");
        let text =
            std::fs::read_to_string(project.path().join(format!("cases/begun/{kind}.yaml"))).expect("it was written");
        assert!(text.contains(&format!("{kind}:")) && !text.contains("{actor}"), "{text}");
    }
    // What is compared with a file of another stack needs one.
    std::fs::remove_file(project.path().join("cases/begun/drift.yaml")).expect("it was written");
    assert_eq!(project.run(&["check"]).code, Some(0));
    let ran = project.run(&["run", "--server", "local", "begun/cases"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn what_was_seen_is_written_over_a_wrong_expectation_and_never_over_a_denial() {
    let cases = "
cases:
  - name: rows
    as: kari
    run: select id, body from notes
    expect:
      rows:
        - { id: $first, body: old }   # a comment
  - name: number
    as: kari
    run: select * from notes
    expect: { count: 7 }
  - name: denial
    as: per
    run: select * from notes where id = 1
    expect: { count: 1 }
";
    let project = project(cases);
    let bless = || {
        let mut command = project.command(&["run", "--server", "local", "-q", "--bless"]);
        command.env_remove("CI");
        support::ran(command.output().expect("the program starts"))
    };
    let ran = bless();
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("+    expect: { count: 1 }") && ran.out.contains("left as it is  notes: denial"),
        "{}",
        ran.out
    );
    let text = std::fs::read_to_string(project.path().join("cases/notes.yaml")).expect("it is there");
    let wanted = cases.replace("body: old }", "body: \"a 'quoted' note\" }").replace("count: 7", "count: 1");
    assert_eq!(text, wanted);
    let again = project.run(&["run", "--server", "local", "-q", "rows", "number"]);
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    let in_ci = project.run(&["run", "--bless"]);
    assert_eq!(in_ci.code, Some(2), "{}", in_ci.err);
}

#[test]
fn what_did_not_hold_stays_and_can_be_reached() {
    let project = project("cases:\n  - { name: one, as: kari, run: select 1, expect: { value: 2 } }\n");
    let cache = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("XDG_CACHE_HOME", cache.path());
        support::ran(command.output().expect("the program starts"))
    };
    let ran = run(&["run", "--keep", "--server", "local"]);
    let kept = ran.out.lines().find_map(|line| line.trim().strip_prefix("kept ")).unwrap_or_default().trim().to_owned();
    let asked = Command::new("sh").args(["-c", &format!("{kept} -Atc 'select body from notes where id = 2'")]).output();
    let down = run(&["down"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert_eq!(support::ran(asked.expect("a shell starts")).out.trim(), "other", "{kept}");
    assert_eq!(down.code, Some(0), "{}", down.err);
}

/// A run that watches, and what it prints.
struct Watching {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Watching {
    /// Reads on until a line holds a text, and returns all lines up to it.
    fn until(&mut self, wanted: &str) -> String {
        let mut text = String::new();
        for line in self.lines.by_ref().map_while(Result::ok) {
            text.push_str(&line);
            text.push('\n');
            if line.contains(wanted) {
                return text;
            }
        }
        panic!("nothing says {wanted:?}: {text}");
    }
}

#[test]
fn a_saved_file_is_run_again_and_only_what_it_touches() {
    let case =
        |value: u32| format!("cases:\n  - {{ name: one, as: kari, run: select 1, expect: {{ value: {value} }} }}\n");
    let project = project(&case(2));
    project.write("cases/other.yaml", b"cases:\n  - { name: two, as: per, run: select 2, expect: { value: 2 } }\n");
    let mut command = project.command(&["run", "--watch", "--server", "local"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let id = Pid::from_raw(i32::try_from(child.id()).expect("a process has a small number"));
    // A run that says nothing more would be waited for without end.
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(180));
        // It may have ended by then.
        let _ = kill(id, Signal::SIGKILL);
    });
    let mut watching = Watching { child, lines };
    assert!(watching.until("waiting").contains("2 held · 1 broken"));
    project.write("cases/notes.yaml", case(1).as_bytes());
    assert!(watching.until("waiting").contains("1 held · 0 broken · 0 could not be judged · 1 of 1 run"));
    project.write("cases/notes.yaml", b"cases:\n  - { name: on");
    assert!(!watching.until("waiting").contains("held"));
    project.write("migrations/2_more.sql", b"create table more ();");
    assert!(!watching.until("waiting").contains("held"));
    project.write("cases/notes.yaml", case(1).as_bytes());
    assert!(watching.until("waiting").contains("4 held · 0 broken · 0 could not be judged · 4 of 4 run"));
    kill(id, Signal::SIGINT).expect("it runs");
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(3));
}
