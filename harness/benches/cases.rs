//! A thousand cases of one statement each on a warm server, beside psql and pgTAP doing the same, in one run.
//!
//! `cargo bench --bench cases`. Each line is the median of several rounds; the rounds of all lines are interleaved, so
//! that what else the machine does falls on all of them alike. All thousand must have been run, and must have held.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[path = "cases/case.rs"]
mod case;

use case::{Case, KINDS, Kind, ORGANIZATIONS, ROWS, letter, organization, user};

const ROUNDS: usize = 7;
const CASES: usize = 1_000;
const CASES_A_FILE: usize = 50;
const ASSERTIONS_A_FILE: usize = 10;
const DATABASE: &str = "bench_cases";

const MIGRATION: &str = include_str!("cases/claims.sql");

/// Writes the project: a migration, a world, the cases.
fn write_project(folder: &Path, cases: &[Case]) {
    let (mut world, mut seed) = ("names:\n".to_owned(), String::new());
    let mut actors = "actors:\n  service: { role: service_role }\n".to_owned();
    for number in 0..ORGANIZATIONS {
        let (letter, org, user) = (letter(number), organization(number), user(number));
        writeln!(world, "  org_{letter}: {org}").expect("a string takes it");
        writeln!(actors, "  coordinator_{letter}: {{ user: {user} }}").expect("a string takes it");
        writeln!(
            seed,
            "insert into auth.users (id, email) values ('{user}', '{letter}@org.example');\n\
            insert into public.organizations values ('{org}', 'Chapter {letter}');\n\
            insert into public.members values ('{user}', '{org}');"
        )
        .expect("a string takes it");
    }
    for row in 0..ROWS {
        let org = organization(row % ORGANIZATIONS);
        writeln!(seed, "insert into public.claims (org_id, n) values ('{org}', {row});").expect("a string takes it");
    }
    write(&folder.join("migrations/20260101000000_claims.sql"), MIGRATION);
    write(&folder.join("fixtures/seed.sql"), &seed);
    write(&folder.join("fixtures/world.yaml"), &format!("{world}{actors}seed: [seed.sql]\n"));
    for (at, part) in cases.chunks(CASES_A_FILE).enumerate() {
        let text: String = part.iter().map(Case::yaml).collect();
        let about = "about: Coordinators read and write the claims of their own chapter.\n";
        write(&folder.join(format!("cases/claims_{at:02}.yaml")), &format!("{about}cases:\n{text}"));
    }
}

/// Writes what the others run: the transactions for psql, without and with controls, and the files for pgTAP.
fn write_rivals(folder: &Path, cases: &[Case]) {
    let denied = |case: &&Case| matches!(case.kind, Kind::Hidden | Kind::Rejected);
    let statements: String = cases.iter().map(|case| case.psql("authenticated")).collect();
    let controls: String = cases.iter().filter(denied).map(|case| case.psql("service_role")).collect();
    write(&folder.join("statements.sql"), &statements);
    write(&folder.join("controlled.sql"), &format!("{statements}{controls}"));
    for (at, part) in cases.chunks(ASSERTIONS_A_FILE).enumerate() {
        write(&folder.join(format!("many/claims_{at:03}.sql")), &plan(part));
    }
    write(&folder.join("one/claims.sql"), &plan(cases));
}

fn plan(cases: &[Case]) -> String {
    let assertions: String = cases.iter().map(Case::pgtap).collect();
    format!("begin;\nselect plan({});\n{assertions}select * from finish();\nrollback;\n", cases.len())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Ends the warm server, also after a panic.
struct Warm<'a>(&'a Path);

impl Drop for Warm<'_> {
    fn drop(&mut self) {
        let _ = Bench::command(self.0, &["down"]).output();
    }
}

/// Where everything is: the project, the cache of its warm server, and the server's socket.
struct Bench {
    folder: PathBuf,
    socket: PathBuf,
}

impl Bench {
    fn command(folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgattest"));
        command.args(arguments).current_dir(folder).env_remove("PGATTEST_DATABASE_URL");
        command.env("XDG_CACHE_HOME", folder.join("cache"));
        command
    }

    fn pgattest(folder: &Path, arguments: &[&str]) -> String {
        said(&mut Self::command(folder, arguments))
    }

    /// Brings a warm server up, and on it a database with the content that every case begins with.
    fn prepare(folder: &Path) -> Self {
        Self::pgattest(folder, &["up", "--server", "local"]);
        Self::pgattest(folder, &["run"]);
        let note = fs::read_to_string(folder.join("cache/pgattest/warm.json")).expect("the note of a warm server");
        let note: serde_json::Value = serde_json::from_str(&note).expect("a note");
        let socket = note["way"]["local"]["folder"].as_str().expect("the folder of a local server");
        let bench = Self { folder: folder.to_path_buf(), socket: PathBuf::from(socket) };
        let templates = bench.sql("postgres", "select datname from pg_database where datname like 'pgattest_t_%'");
        let full =
            |name: &&str| bench.sql(name, "select pg_relation_size(to_regclass('public.claims')) > 0").trim() == "t";
        let template = templates.lines().find(full).expect("the template of the project");
        bench.sql("postgres", &format!("create database {DATABASE} template {template}"));
        bench
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = Command::new("psql");
        command.args(["-X", "-U", pgattest::shim::SUPERUSER, "-d", database, "-h"]).arg(&self.socket);
        command
    }

    fn sql(&self, database: &str, sql: &str) -> String {
        said(self.psql(database).args(["-At", "-c", sql]))
    }

    /// Sends a file as psql does. What comes of it is looked at once, by `count`, and not while time is taken.
    fn send(&self, file: &str) {
        said(self.psql(DATABASE).args(["-q", "-v", "ON_ERROR_STOP=0", "-f"]).arg(self.folder.join(file)));
    }

    /// Holds what psql got against what the cases expect.
    fn count(&self, file: &str, controls: usize) {
        let output = self
            .psql(DATABASE)
            .args(["-v", "ON_ERROR_STOP=0", "-f"])
            .arg(self.folder.join(file))
            .output()
            .expect("psql");
        let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines = |wanted: &str| text.lines().filter(|line| *line == wanted).count();
        let tenth = CASES / KINDS.len();
        assert_eq!(lines("ROLLBACK"), CASES + 2 * controls * tenth);
        assert_eq!(lines("(0 rows)"), tenth, "hidden");
        assert_eq!(lines("(1 row)"), CASES + 4 * tenth + 3 * controls * tenth, "settings and rows");
        assert_eq!((lines("UPDATE 1"), lines("INSERT 0 1")), (2 * tenth, (2 + controls) * tenth));
        assert_eq!(errors.lines().filter(|line| line.contains("row-level security policy")).count(), tenth, "rejected");
        assert_eq!(errors.lines().filter(|line| line.contains("ERROR:")).count(), tenth, "{errors}");
    }

    fn prove(&self, folder: &str) {
        let mut command = Command::new("pg_prove");
        command.args(["-U", pgattest::shim::SUPERUSER, "-d", DATABASE, "-r", "--ext", ".sql", "-h"]).arg(&self.socket);
        let text = said(command.arg(self.folder.join(folder)));
        assert!(text.contains(&format!("Tests={CASES},")) && text.contains("Result: PASS"), "{text}");
    }

    fn attest(&self) {
        let text = Self::pgattest(&self.folder, &["run", "case "]);
        let sum = format!("{CASES} held · 0 broken · 0 could not be judged · {CASES} of {CASES} run");
        assert!(text.contains(&sum), "{text}");
    }

    /// Makes pgTAP ready, or tells what is missing.
    fn ready_pgtap(&self) -> Result<(), String> {
        Command::new("pg_prove").arg("--version").output().map_err(|error| format!("pg_prove: {error}"))?;
        let there = self.sql(DATABASE, "select count(*) from pg_available_extensions where name = 'pgtap'");
        if there.trim() == "0" {
            return Err("the extension pgtap is not installed for this server".to_owned());
        }
        self.sql(DATABASE, "create extension pgtap schema extensions");
        Ok(())
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// One line of the result.
struct Line<'a> {
    what: &'static str,
    work: Box<dyn Fn() + 'a>,
    times: Vec<Duration>,
}

impl<'a> Line<'a> {
    fn new(what: &'static str, work: impl Fn() + 'a) -> Self {
        Self { what, work: Box::new(work), times: Vec::new() }
    }

    fn median(&self) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort();
        sorted[sorted.len() / 2].as_secs_f64()
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: Vec<_> = (0..CASES).map(Case::new).collect();
    write_project(folder.path(), &cases);
    write_rivals(folder.path(), &cases);
    let _warm = Warm(folder.path());
    let bench = Bench::prepare(folder.path());
    bench.count("statements.sql", 0);
    bench.count("controlled.sql", 1);
    let mut lines = vec![
        Line::new("psql, the same statements", || bench.send("statements.sql")),
        Line::new("psql, the same statements and a control of each denial", || bench.send("controlled.sql")),
        Line::new("pgattest run, warm", || bench.attest()),
    ];
    let pgtap = bench.ready_pgtap();
    if pgtap.is_ok() {
        lines.push(Line::new("pgTAP under pg_prove, ten assertions a file", || bench.prove("many")));
        lines.push(Line::new("pgTAP under pg_prove, one file", || bench.prove("one")));
    }
    for _ in 0..ROUNDS {
        for line in &mut lines {
            let start = Instant::now();
            (line.work)();
            line.times.push(start.elapsed());
        }
    }
    show(&lines, pgtap.err().as_deref());
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its result")]
fn show(lines: &[Line], missing: Option<&str>) {
    println!("{CASES} cases, {ROUNDS} rounds, medians");
    let (psql, pgattest) = (lines[0].median(), lines[2].median());
    for line in lines {
        let time = line.median();
        println!("{time:>7.3} s  {:>6.2} × psql  {:>6.2} × pgattest  {}", time / psql, time / pgattest, line.what);
    }
    if let Some(why) = missing {
        println!("\nNOT MEASURED: pgTAP, because {why}.");
        println!("On Debian it comes with postgresql-<major>-pgtap and libtap-parser-sourcehandler-pgtap-perl.");
    }
}
