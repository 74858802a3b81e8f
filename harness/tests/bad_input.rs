//! Bad input of every kind: each ends with its own exit code and a message that helps, and leaves nothing behind.

#[path = "support/given.rs"]
mod given;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use pgattest::pg::Session;
use pgattest::pg::server::{known_folders, leftovers};
use tempfile::TempDir;

use given::Given;
use support::{Project, Ran};

/// A project, and the folder for temporary files in which its runs can be told from all others.
struct Scene {
    project: Project,
    temporary: TempDir,
}

/// Something wrong in a file: what to write, and what must be said about it.
type Row = (&'static str, &'static [(&'static str, &'static [u8])], &'static [&'static str]);

const GOOD: (&str, &[u8]) = ("migrations/1_a.sql", b"create table a (i int);\n");

impl Scene {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let project = Project::new(&[]);
        for (path, content) in files {
            project.write(path, content);
        }
        // Where we are root, the server is somebody else, who must be able to enter.
        let open = fs::Permissions::from_mode(0o755);
        let temporary = tempfile::Builder::new().permissions(open).tempdir().expect("a folder");
        Self { project, temporary }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.command(arguments);
        command.env("TMPDIR", self.temporary.path());
        command
    }

    /// Returns the program with a cache of its own: it meets no warm server but its own.
    fn alone(&self, arguments: &[&str]) -> Command {
        let shared = support::cache().join("pgattest/clusters");
        let cache = self.temporary.path().join("cache/pgattest");
        fs::create_dir_all(&shared).and_then(|()| fs::create_dir_all(&cache)).expect("a folder");
        // That it is there already is fine.
        drop(std::os::unix::fs::symlink(shared, cache.join("clusters")));
        let mut command = self.command(arguments);
        command.env("XDG_CACHE_HOME", self.temporary.path().join("cache"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        finish(&mut self.command(arguments))
    }

    /// Returns the private folder of the server that a run of this scene has started and not ended.
    fn folder(&self) -> Option<PathBuf> {
        let places = ["/dev/shm".into(), self.temporary.path().to_path_buf(), "/tmp".into()];
        let folders =
            self.runs().into_iter().flat_map(|run| places.clone().map(|it| it.join(format!("pgattest-{run}"))));
        folders.into_iter().find(|folder| folder.is_dir())
    }

    /// Returns the runs of this scene that have not ended: each has a file that names its process.
    fn runs(&self) -> Vec<String> {
        let folder = PathBuf::from(format!("/tmp/.pgattest-runs-{}", Uid::effective()));
        let files = entries(&folder).into_iter().filter(|path| {
            let process = fs::read_to_string(path).unwrap_or_default();
            !process.is_empty() && self.started(&Path::new("/proc").join(process))
        });
        files.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
    }

    /// Returns the processes that were started, however indirectly, by a run of this scene.
    fn processes(&self) -> Vec<String> {
        let found = entries(Path::new("/proc")).into_iter().filter(|path| self.started(path));
        found.map(|path| fs::read_to_string(path.join("cmdline")).unwrap_or_default()).collect()
    }

    /// Whether a process knows the temporary folder of this scene.
    fn started(&self, process: &Path) -> bool {
        let mark = format!("TMPDIR={}", self.temporary.path().display());
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes())
    }

    /// Asserts that no run, no process and no private folder is left. The last of them may be on their way out.
    fn leaves_nothing(&self, what: &str) {
        let known = known_leftovers();
        let left =
            || (self.runs(), self.processes(), leftovers().into_iter().filter(|it| !known.contains(it)).collect());
        let mut last: (Vec<String>, Vec<String>, Vec<PathBuf>) = left();
        for _ in 0..500 {
            if last.0.is_empty() && last.1.is_empty() && last.2.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
            last = left();
        }
        panic!("{what} leaves {last:?}");
    }
}

/// Returns the private folders that others had left behind before these tests began.
fn known_leftovers() -> &'static [PathBuf] {
    static KNOWN: OnceLock<Vec<PathBuf>> = OnceLock::new();
    KNOWN.get_or_init(leftovers)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn finish(command: &mut Command) -> Ran {
    known_leftovers();
    support::ran(command.output().expect("the program starts"))
}

fn assert_says(what: &str, ran: &Ran, code: i32, pieces: &[&str]) {
    assert_eq!(ran.code, Some(code), "{what}\n{}{}", ran.out, ran.err);
    for piece in pieces {
        assert!(ran.err.contains(piece), "{what}: nothing says {piece:?}\n{}{}", ran.out, ran.err);
    }
}

/// Asserts that every row is a mistake, without a server and with one; none is started for it.
fn assert_mistakes(rows: &[Row]) {
    for (what, files, pieces) in rows {
        let scene = Scene::new(files);
        for arguments in [&["check"][..], &["run", "--server", "local"]] {
            let ran = scene.run(arguments);
            assert_says(what, &ran, 2, pieces);
            assert_eq!(ran.out, "", "{what}");
        }
        scene.leaves_nothing(what);
    }
}

const NAMES: &[Row] = &[
    ("no project", &[], &["there is no project here, nor in a folder above", "--project"]),
    (
        "no folder of migrations",
        &[("supabase/config.toml", b"")],
        &["there is no folder of migrations at supabase/migrations"],
    ),
    (
        "an empty folder",
        &[("migrations/README.md", b"notes")],
        &["migrations holds no migration", "20260301090000_what_it_does.sql"],
    ),
    (
        "names that all do not fit",
        &[("migrations/notes.sql", b"select 1"), ("migrations/all.sql", b"select 1")],
        &["migrations holds no migration", "notes.sql is no migration", "all.sql is no migration"],
    ),
    (
        "a folder named like a migration, and nothing else",
        &[("migrations/1_a.sql/2_b.sql", b"select 1")],
        &["migrations holds no migration", "1_a.sql is a folder, and so no migration"],
    ),
    (
        "a name that begins with digits and does not fit",
        &[GOOD, ("migrations/20260301-b.sql", b"select 1")],
        &["migrations/20260301-b.sql would not be applied: its name does not fit", "<digits>_<name>.sql"],
    ),
    (
        "two files with one version",
        &[GOOD, ("migrations/1_b.sql", b"select 1")],
        &["two migrations have the version 1", "migrations/1_a.sql, migrations/1_b.sql"],
    ),
    (
        "a rollback without its migration",
        &[GOOD, ("migrations/rollback/2_b.sql", b"drop table b")],
        &["migrations/rollback/2_b.sql undoes no migration", "no migration has the version 2"],
    ),
    (
        "a rollback beside the migrations, without its migration",
        &[GOOD, ("migrations/2_b.down.sql", b"drop table b")],
        &["migrations/2_b.down.sql undoes no migration"],
    ),
    (
        "a rollback with another name",
        &[GOOD, ("migrations/rollback/1_b.sql", b"drop table a")],
        &["migrations/rollback/1_b.sql is named otherwise than its migration", "the migration is 1_a.sql"],
    ),
];

#[test]
fn folders_and_names_that_do_not_fit_are_mistakes() {
    assert_mistakes(NAMES);
}

const BYTES: &[Row] = &[
    (
        "not UTF-8",
        &[("migrations/1_a.sql", b"select 1;\nselect 'gr\xfcn';\n")],
        &["the file is not UTF-8", "migrations/1_a.sql:2:11", "the first wrong byte is number 21"],
    ),
    (
        "UTF-16",
        &[("migrations/1_a.sql", b"\xff\xfes\0e\0l\0e\0c\0t\0")],
        &["the file is not UTF-8", "migrations/1_a.sql:1:1", "save it as UTF-8"],
    ),
    (
        "a byte order mark",
        &[("migrations/1_a.sql", b"\xef\xbb\xbfselect 1;\n")],
        &["the file begins with a byte order mark", "migrations/1_a.sql:1:1", "save the file as UTF-8 without it"],
    ),
    (
        "a NUL byte",
        &[("migrations/1_a.sql", b"select 1;\nselect '\0';\n")],
        &["a NUL byte cannot stand in SQL", "migrations/1_a.sql:2:9"],
    ),
];

#[test]
fn bytes_that_are_no_text_of_sql_are_mistakes_with_their_place() {
    assert_mistakes(BYTES);
}

const SYNTAX: &[Row] = &[
    (
        "a mistyped word",
        &[("migrations/1_a.sql", b"create table a (i int);\n\ncreate tabel b (i int);\ncreate table c ();\n")],
        &[
            "error: syntax error at or near \"tabel\"\n --> migrations/1_a.sql:3:8\n",
            "3 | create tabel b (i int);\n  |        ^^^^^\n",
            "SQLSTATE 42601",
            "did you mean `table`?",
        ],
    ),
    (
        "a body that nothing ends",
        &[("migrations/1_a.sql", b"do $$ begin\n  null;\nend $;\n\ncreate table a ();\ncreate table b ();\n")],
        &["unterminated dollar-quoted string\n --> migrations/1_a.sql:1:4", "SQLSTATE 42601"],
    ),
    (
        "a text that nothing ends",
        &[("migrations/1_a.sql", b"select 1;\nselect 'it''s;\nselect 2;\n")],
        &["unterminated quoted string\n --> migrations/1_a.sql:2:8", "nothing ends what begins here"],
    ),
    (
        "a parenthesis that nothing closes",
        &[("migrations/1_a.sql", b"create table a (i int\n")],
        &["syntax error at end of input\n --> migrations/1_a.sql:1:22", "something is left open"],
    ),
    (
        "a command of psql",
        &[("migrations/1_a.sql", b"\\set ON_ERROR_STOP on\nselect 1;\n")],
        &["migrations/1_a.sql:1:1", "a migration is not run by psql"],
    ),
    (
        "rows after a copy",
        &[("migrations/1_a.sql", b"create table a (i int, t text);\ncopy a from stdin;\n1\tit's\n\\.\n")],
        &["`copy \u{2026} from stdin` cannot stand in a migration", "migrations/1_a.sql:2:1", "`insert` statements"],
    ),
    (
        "a copy without rows",
        &[("migrations/1_a.sql", b"create table a (i int);\ncopy a (i) from stdin with (format csv);\n")],
        &["`copy \u{2026} from stdin` cannot stand in a migration", "migrations/1_a.sql:2:1"],
    ),
    (
        "a mistake in a rollback, in a seed and in the roles, all told at once",
        &[
            ("supabase/migrations/1_a.sql", b"select 1"),
            ("supabase/migrations/rollback/1_a.sql", b"drop tabel a"),
            ("supabase/roles.sql", b"create rolle a"),
            ("supabase/seed.sql", b"insret into a values (1)"),
        ],
        &[
            "supabase/migrations/rollback/1_a.sql:1:6",
            "supabase/roles.sql:1:8",
            "supabase/seed.sql:1:1",
            "\n3 mistakes\n",
        ],
    ),
];

#[test]
fn a_syntax_error_has_file_line_column_caret_and_sqlstate() {
    assert_mistakes(SYNTAX);
}

const MIGRATION: (&str, &[u8]) = ("supabase/migrations/1_a.sql", b"select 1");

const SETTINGS: &[Row] = &[
    (
        "no TOML",
        &[MIGRATION, ("supabase/config.toml", b"[db\nmajor_version = 15\n")],
        &["unclosed table", "supabase/config.toml:1:4"],
    ),
    (
        "a wrong type in TOML",
        &[MIGRATION, ("supabase/config.toml", b"[db]\nmajor_version = \"new\"\n")],
        &["expected a whole number", "supabase/config.toml:2:17"],
    ),
    (
        "TOML that is not UTF-8",
        &[MIGRATION, ("supabase/config.toml", b"[db]\n# gr\xfcn\n")],
        &["the file is not UTF-8", "supabase/config.toml:2:5"],
    ),
    (
        "a major in TOML that is not known",
        &[MIGRATION, ("supabase/config.toml", b"[db]\nmajor_version = 14\n")],
        &["PostgreSQL 14 is not known to pgattest", "supabase/config.toml:2:17", "15, 16, 17, 18"],
    ),
    (
        "a major in YAML that is not known",
        &[GOOD, ("fixtures/world.yaml", b"# which\npostgres: 14\n")],
        &["PostgreSQL 14 is not known to pgattest", "fixtures/world.yaml:2:11", "15, 16, 17, 18"],
    ),
    (
        "an unknown key",
        &[GOOD, ("fixtures/world.yaml", b"postgres: 17\nsed: [a.sql]\n")],
        &["`sed` is not known here", "fixtures/world.yaml:2:1", "did you mean `seed`?"],
    ),
    (
        "a wrong type",
        &[GOOD, ("fixtures/world.yaml", b"postgres: seventeen\n")],
        &["this must be a whole number", "fixtures/world.yaml:1:11"],
    ),
    (
        "a text instead of a list",
        &[GOOD, ("fixtures/world.yaml", b"seed: a.sql\n")],
        &["this must be a list, like [a, b]", "fixtures/world.yaml:1:7"],
    ),
    (
        "a list instead of keys",
        &[GOOD, ("fixtures/world.yaml", b"- postgres\n")],
        &["this must be keys with values", "fixtures/world.yaml:1:1"],
    ),
    (
        "a key twice",
        &[GOOD, ("fixtures/world.yaml", b"postgres: 17\npostgres: 16\n")],
        &["`postgres` is said twice", "fixtures/world.yaml:2:1"],
    ),
    (
        "two documents",
        &[GOOD, ("fixtures/world.yaml", b"postgres: 17\n---\npostgres: 16\n")],
        &["a second document begins here", "fixtures/world.yaml:3:1"],
    ),
    ("no YAML", &[GOOD, ("fixtures/world.yaml", b"seed: [a.sql\n")], &["fixtures/world.yaml:"]),
    ("an alias of itself", &[GOOD, ("fixtures/world.yaml", b"seed: &a [*a]\n")], &["fixtures/world.yaml:1:"]),
    (
        "a seed that is not there",
        &[GOOD, ("fixtures/world.yaml", b"seed: [people.sql]\n")],
        &["fixtures/people.sql cannot be read", "fixtures/world.yaml:1:8"],
    ),
];

#[test]
fn settings_that_cannot_be_read_are_mistakes_with_their_place() {
    assert_mistakes(SETTINGS);
}

#[test]
fn files_made_to_exhaust_a_reader_are_refused() {
    let large = format!("postgres: 17\n{}", format!("# {}\n", "x".repeat(98)).repeat(50_000));
    let deep = format!("seed: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let first = "seed:\n  - &a0 [x, x]\n".to_owned();
    let aliases = (1..10_000).fold(first, |text, at| {
        let before = at - 1;
        text + &format!("  - &a{at} [*a{before}, *a{before}]\n")
    });
    for (what, text, pieces) in [
        ("a file of 5 MB", large, &["fixtures/world.yaml is too large", "1048576"][..]),
        ("lists in lists", deep, &["fixtures/world.yaml:1:"]),
        ("aliases of aliases", aliases, &["fixtures/world.yaml:"]),
    ] {
        let scene = Scene::new(&[GOOD, ("fixtures/world.yaml", text.as_bytes())]);
        let ran = scene.run(&["check"]);
        assert_says(what, &ran, 2, pieces);
        scene.leaves_nothing(what);
    }
}

#[test]
fn what_looks_odd_and_is_right_is_held() {
    let scene = Scene::new(&[
        ("migrations/1_crlf.sql", b"create table a (i int);\r\ninsert into a values (1);\r\n"),
        ("migrations/2_no_newline.sql", b"insert into a values (2)"),
        ("migrations/3_comments.sql", b"-- nothing\n/* to /* be */ done */\n"),
        ("migrations/4_empty.sql", b""),
        ("migrations/5_blank.sql", b" \n;\n;;\n"),
        ("migrations/6_check.sql", b"do $$ begin assert (select sum(i) = 3 from a); end $$"),
        ("migrations/7_folder.sql/1_inside.sql", b"select 1 / 0"),
        ("migrations/notes.sql", b"no sql at all"),
        ("migrations/8_a\u{30a} b;'c.sql", b"select 1"),
    ]);
    let ran = scene.run(&["run", "--server", "local"]);
    assert_says("odd files", &ran, 0, &[]);
    for piece in [
        "7 held",
        "migrations/1_crlf.sql has CRLF line ends",
        "7_folder.sql is a folder, and so no migration",
        "notes.sql is no migration",
    ] {
        assert!(ran.out.contains(piece), "{piece}\n{}", ran.out);
    }
    scene.leaves_nothing("a run that held");
}

#[test]
fn names_cannot_steer_the_terminal_or_turn_text_around() {
    let names =
        ["migrations/1_a\u{202e}lqs.sql", "migrations/2_\u{1b}[31mred\nnext.sql", "migrations/x\u{1b}]0;x\u{7}.sql"];
    let hides = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
    let wrong = Scene::new(&[(names[0], b"selekt 1"), (names[1], b"selekt 1"), (names[2], b"")]);
    let ran = wrong.run(&["check"]);
    assert_says(
        "names of files with mistakes",
        &ran,
        2,
        &["migrations/1_a\u{fffd}lqs.sql:1:1", "[31mred\u{fffd}next.sql:1:1"],
    );
    assert!(!hides(&ran.err) && !hides(&ran.out), "{:?}", ran.err);
    let warns = b"do $$ begin raise warning E'\\033[31mred\\u202e'; end $$";
    let right = Scene::new(&[(names[0], warns), (names[1], b"select 1"), (names[2], b"")]);
    let ran = right.run(&["run", "--server", "local"]);
    assert_says("names of files without mistakes", &ran, 0, &[]);
    assert!(!hides(&ran.err) && !hides(&ran.out), "{:?}", ran.out);
    assert!(ran.out.contains("2 held"), "{}", ran.out);
    right.leaves_nothing("a run of odd names");
}

#[test]
fn arguments_that_mean_nothing_are_mistakes() {
    let scene = Scene::new(&[GOOD]);
    for (arguments, code, pieces) in [
        (&["run", "--server", "loca"][..], 2, &["`loca` is no way to get a server", "did you mean `local`?"][..]),
        (
            &["run", "--server", "docker"],
            2,
            &["`docker` is no way to get a server", "auto, container, local, or a URL"],
        ),
        (&["run", "--server", "postgress://127.0.0.1/x"], 2, &["the server's URL cannot be read", "postgres://user:"]),
        (&["run", "--server", "postgres://127.0.0.1:1/x"], 3, &["the given server cannot be used", "127.0.0.1:1"]),
        (
            &["run", "--server", "local", "--pg-bin", "/nonexistent"],
            2,
            &["there is no Postgres in /nonexistent", "`initdb`"],
        ),
        (&["run", "--pg-bin", "/nonexistent"], 2, &["there is no Postgres in /nonexistent", "`initdb`"]),
        (&["up", "--server", "local", "--pg-bin", "/nonexistent"], 2, &["there is no Postgres in /nonexistent"]),
        (&["run", "--server", "local", "--postgres", "14"], 2, &["PostgreSQL 14 is not known", "15, 16, 17, 18"]),
        (&["check", "--postgres", "99"], 2, &["PostgreSQL 99 is not known"]),
        (&["up", "--server", "local", "--postgres", "14"], 2, &["PostgreSQL 14 is not known"]),
        (&["run", "--postgres", "new"], 2, &["invalid value 'new' for '--postgres"]),
        (&["run", "--project", "nowhere"], 2, &["there is no project in nowhere", "--project"]),
        (&["frobnicate"], 2, &["unrecognized subcommand"]),
        (&["run", "no contract is called that"], 4, &[]),
    ] {
        let what = arguments.join(" ");
        let ran = finish(&mut scene.alone(arguments));
        assert_says(&what, &ran, code, pieces);
        scene.leaves_nothing(&what);
    }
    let ran = scene.run(&["run", "no contract is called that"]);
    assert_eq!(ran.out, "no contract has a name like that\n");
}

/// Returns the server that the tests of statements share.
fn given() -> &'static Given {
    static GIVEN: OnceLock<Given> = OnceLock::new();
    GIVEN.get_or_init(|| Given::start(&support::majors().pop().expect("binaries").folder))
}

/// Runs a project on the shared server and returns which of its roles are there afterwards. Roles belong to the whole
/// server and to a transaction, so they show what of a file remains when its database is gone.
fn roles_after(files: &[(&str, &[u8])], prefix: &str) -> (Ran, Vec<String>) {
    let scene = Scene::new(files);
    let ran = scene.run(&["run", "--server", &given().url()]);
    let sql = format!("select rolname from pg_roles where starts_with(rolname, '{prefix}') order by 1");
    scene.leaves_nothing("a run on a given server");
    let unfinished = "select datname from pg_database where datname ~ '^pgattest_[bc]_'";
    // Those of the tests beside this one come and go.
    let gone = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        given().ask("postgres", unfinished).is_empty()
    });
    assert!(gone, "{:?}", given().ask("postgres", unfinished));
    (ran, given().ask("postgres", &sql))
}

#[test]
fn of_a_file_that_fails_in_the_middle_nothing_remains_and_it_is_said_what_failed() {
    let (ran, roles) = roles_after(
        &[
            ("migrations/1_before.sql", b"create role mid_before;"),
            (
                "migrations/2_fails.sql",
                b"create role mid_first;\ncreate table b (\n  i int,\n  j nope\n);\ncreate role mid_last;\n",
            ),
            ("migrations/3_after.sql", b"create role mid_after;"),
        ],
        "mid_",
    );
    let said = [
        "error: type \"nope\" does not exist\n --> migrations/2_fails.sql:4:5\n",
        "4 |   j nope\n  |     ^^^^ SQLSTATE 42704\n",
        "at statement 2 of 3 of this file",
        "nothing of this file remains: it is one transaction",
    ];
    assert_says("a failure in the middle", &ran, 2, &said);
    assert_eq!(roles, ["mid_before"], "a role of a file that was applied stays, as the file has been committed");
    // What the file says afterwards is a file of another project: it would not apply if something were left.
    let (ran, _) = roles_after(&[("migrations/2_fails.sql", b"create table b (); create role mid_first;")], "mid_");
    assert_says("the same file, mended", &ran, 0, &[]);
}

#[test]
fn what_a_file_committed_before_it_failed_is_told() {
    let (ran, roles) = roles_after(
        &[(
            "migrations/1_a.sql",
            b"create table a (i int);\ncreate role con_first;\ncreate index concurrently on a (i);\ncreate role con_third;\nselect 1 / 0;\n",
        )],
        "con_",
    );
    let said = [
        "error: division by zero\n --> migrations/1_a.sql:5:1\n",
        "SQLSTATE 22012",
        "at statement 5 of 5 of this file",
        "the first 3 statements of this file remain: it is not one transaction",
    ];
    assert_says("a failure after an index that was built concurrently", &ran, 2, &said);
    assert_eq!(roles, ["con_first"]);

    let own = b"begin;\ncreate role own_first;\ncommit;\nbegin;\ncreate role own_second;\nselect 1 / 0;\ncommit;\n";
    let (ran, roles) = roles_after(&[("migrations/1_a.sql", own)], "own_");
    let said = ["migrations/1_a.sql:6:1", "at statement 6 of 7", "what this file has committed before remains"];
    assert_says("a failure in a transaction of the file's own", &ran, 2, &said);
    assert_eq!(roles, ["own_first"]);

    let late = b"create table a (i int primary key);\ncreate table b (i int references a initially deferred);\ninsert into b values (1);\ncreate role late_first;\n";
    let (ran, roles) = roles_after(&[("migrations/1_a.sql", late)], "late_");
    assert_says(
        "a failure at the end",
        &ran,
        2,
        &["violates foreign key constraint", "SQLSTATE 23503", "nothing of this file remains"],
    );
    assert_eq!(roles, [""; 0]);
}

#[test]
fn a_failure_inside_a_function_is_told_with_its_context() {
    let inside = b"create function f() returns void language plpgsql as $$\nbegin\n  raise exception 'no' using hint = 'say yes', detail = 'of course';\nend $$;\nselect f();\n";
    let (ran, _) = roles_after(&[("migrations/1_a.sql", inside)], "none_");
    let said = [
        "error: no\n --> migrations/1_a.sql:5:1",
        "SQLSTATE P0001",
        "of course",
        "within PL/pgSQL function f()",
        "help: say yes",
    ];
    assert_says("a failure inside a function", &ran, 2, &said);
}

#[test]
fn an_engine_that_does_not_answer_is_told_and_passed_over() {
    let scene = Scene::new(&[GOOD]);
    let socket = scene.temporary.path().join("silent");
    // It takes connections, for the system does that by itself, and never says a word.
    let _silent = UnixListener::bind(&socket).expect("a socket");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let nowhere = scene.temporary.path().join("nowhere");
    for (host, why) in [
        (format!("unix://{}", socket.display()), "Docker is set up and does not answer"),
        (format!("tcp://{nobody}"), "Docker is set up and does not answer: Connection refused"),
        (format!("unix://{}", nowhere.display()), "no Docker engine runs here"),
        ("nonsense".to_owned(), "Docker cannot be reached as it is set up"),
    ] {
        let ran = finish(scene.alone(&["run", "--server", "container"]).env("DOCKER_HOST", &host));
        let said = ["there is no Docker engine to run a container", why, "--server local"];
        assert_says(&host, &ran, 3, &said);
        let ran = finish(scene.alone(&["run"]).env("DOCKER_HOST", &host));
        assert_says(&host, &ran, 0, &[]);
        assert!(ran.out.contains(&format!("since {why}")), "{host}: {}", ran.out);
        scene.leaves_nothing(&host);
    }
}

#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}

/// Runs a script as root of its own mounts, with the program and its arguments at the end; `None` if that cannot be.
fn apart(scene: &Scene, script: &str, arguments: &[&str]) -> Option<Ran> {
    let own = if Uid::effective().is_root() { "-m" } else { "-rm" };
    let can = Command::new("unshare").args([own, "true"]).stderr(Stdio::null()).status();
    if !can.is_ok_and(|status| status.success()) {
        skip("this machine gives no mounts of our own");
        return None;
    }
    let program = scene.alone(arguments);
    let mut command = Command::new("unshare");
    command.args([own, "sh", "-ec", script, "sh"]).arg(program.get_program()).args(program.get_args());
    let environment = program.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)));
    for (name, value) in environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("FOLDER", scene.temporary.path());
    Some(finish(command.current_dir(scene.project.path())))
}

#[test]
fn where_there_is_no_postgres_at_all_it_is_said_how_to_get_one() {
    let scene = Scene::new(&[GOOD]);
    // An empty folder stands in place of each that may hold Postgres, and no program is found by its name.
    let hide = format!(
        "for folder in {}; do [ ! -d \"$folder\" ] || mount -t tmpfs none \"$folder\"; done; PATH= exec \"$@\"",
        known_folders().join(" ")
    );
    let Some(ran) = apart(&scene, &hide, &["run", "--server", "local"]) else { return };
    let said = [
        "no binaries of PostgreSQL 15 or newer were found on this machine",
        "install it",
        "--server URL",
        known_folders()[0],
    ];
    assert_says("a local server", &ran, 3, &said);
    let hide = format!("export DOCKER_HOST=tcp://127.0.0.1:1; {hide}");
    let ran = apart(&scene, &hide, &["run"]).expect("as before");
    let said =
        ["there is no PostgreSQL to be had", "Docker is set up and does not answer", "install it", "start Docker"];
    assert_says("any server", &ran, 3, &said);
    scene.leaves_nothing("a run without a server");
}

#[test]
fn a_full_disk_is_told_from_a_mistake_of_the_file() {
    if !Uid::effective().is_root() {
        skip("only root can make a small disk for the server of another user");
        return;
    }
    // The first run lays the cluster out in the cache that the others copy from.
    let scene = Scene::new(&[("migrations/1_big.sql", b"create table a ();\ncreate unlogged table big as select repeat('x', 1000) from generate_series(1, 1000000);\n")]);
    finish(&mut Scene::new(&[GOOD]).alone(&["run", "--server", "local"]));
    for (size, said) in [
        ("4m", &["there is no space for a cluster"][..]),
        ("64m", &["the server has no space left", "migrations/1_big.sql:2:1", "SQLSTATE 53100", "make room"]),
    ] {
        let script = format!(
            "mount -t tmpfs -o size=512m none /dev/shm
             mkdir -p \"$FOLDER/small\"
             mount -t tmpfs -o size={size},mode=1777 none \"$FOLDER/small\"
             TMPDIR=$FOLDER/small \"$@\" || code=$?
             [ -z \"$(ls -d \"$FOLDER\"/small/pgattest-* 2>/dev/null)\" ] || echo LEFT BEHIND >&2
             exit $code"
        );
        let Some(ran) = apart(&scene, &script, &["run", "--server", "local"]) else { return };
        assert_says(size, &ran, 3, said);
        assert!(!ran.err.contains("LEFT BEHIND"), "{}", ran.err);
        scene.leaves_nothing(size);
    }
}

/// Asks a server of ours, by the socket in its private folder.
fn ask(folder: &Path, sql: &str) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
    runtime.block_on(async {
        let mut config = tokio_postgres::Config::new();
        config.user(pgattest::shim::SUPERUSER).host_path(folder);
        let session = Session::connect(&config, "postgres").await.ok()?;
        let value = session.value(sql).await.ok().flatten();
        session.close().await;
        value
    })
}

/// Waits until a run is asleep in its migration, and returns the process that sleeps.
fn sleeper(run: &mut Child, folder: impl Fn() -> Option<PathBuf>) -> (PathBuf, Pid) {
    let sql = "select pid from pg_stat_activity where query like 'select pg_sleep(60)%' and state = 'active'";
    for _ in 0..1500 {
        let found = folder().and_then(|folder| Some((ask(&folder, sql)?, folder)));
        if let Some((process, folder)) = found {
            return (folder, Pid::from_raw(process.parse().expect("a process")));
        }
        assert!(run.try_wait().expect("it is ours").is_none(), "the run has ended too soon");
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the run never slept");
}

fn postmaster(folder: &Path) -> Pid {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).expect("the server runs");
    Pid::from_raw(text.lines().next().and_then(|line| line.parse().ok()).expect("a process"))
}

const SLEEPS: (&str, &[u8]) = ("migrations/1_sleeps.sql", b"create table a ();\nselect pg_sleep(60);\n");
const GONE: [&str; 2] = ["error: the server is gone\n --> migrations/1_sleeps.sql:2:1\n", "while this ran"];

#[test]
fn a_server_that_dies_while_we_talk_to_it_is_told_with_the_statement() {
    for (what, signal) in
        [("the server was told to stop at once", Signal::SIGQUIT), ("a process of it was killed", Signal::SIGKILL)]
    {
        let scene = Scene::new(&[SLEEPS]);
        let mut command = scene.command(&["run", "--server", "local"]);
        let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (folder, process) = sleeper(&mut run, || scene.folder());
        let victim = if signal == Signal::SIGQUIT { postmaster(&folder) } else { process };
        kill(victim, signal).expect("it is there");
        let ran = support::ran(run.wait_with_output().expect("it ends"));
        assert_says(what, &ran, 3, &GONE);
        scene.leaves_nothing(what);
    }
}

#[test]
fn a_warm_server_that_dies_is_told_and_forgotten() {
    let scene = Scene::new(&[SLEEPS]);
    let ran = finish(&mut scene.alone(&["up", "--server", "local"]));
    assert_says("up", &ran, 0, &[]);
    let note = fs::read(scene.temporary.path().join("cache/pgattest/warm.json")).expect("a note");
    let note: serde_json::Value = serde_json::from_slice(&note).expect("the note is JSON");
    let folder = PathBuf::from(note["way"]["local"]["folder"].as_str().expect("a folder"));
    let mut run = scene.alone(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    sleeper(&mut run, || Some(folder.clone()));
    kill(postmaster(&folder), Signal::SIGQUIT).expect("it is there");
    let ran = support::ran(run.wait_with_output().expect("it ends"));
    assert_says("a run on a warm server that dies", &ran, 3, &GONE);
    assert_eq!(finish(&mut scene.alone(&["status"])).out, "no server is up\n");
    finish(&mut scene.alone(&["down"]));
    scene.leaves_nothing("a warm server that died");
}

#[test]
fn a_file_that_may_not_be_read_is_a_mistake() {
    if Uid::effective().is_root() {
        skip("root may read everything");
        return;
    }
    let scene = Scene::new(&[GOOD, ("migrations/2_b.sql", b"select 1")]);
    let closed = fs::Permissions::from_mode(0o000);
    fs::set_permissions(scene.project.path().join("migrations/2_b.sql"), closed).expect("it is ours");
    let ran = scene.run(&["check"]);
    assert_says("a closed file", &ran, 2, &["migrations/2_b.sql cannot be read", "Permission denied"]);
}
