//! The reports that machines read: one run that was made by hand, whole, and runs of the program.

mod support;
#[path = "support/schema.rs"]
mod validator;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use pgattest::observation::{Attempt, Control, End, Failure, Seen, ServerError, Tried, Trouble};
use pgattest::outcome::{Circumstance, Fault, Finding, Outcome, Run, Verdict};
use pgattest::report::{self, About};
use pgattest::rule;
use pgattest::span::{Place, Source};
use serde_json::{Map, Value};
use validator::Schema;

const FILE: &str = "cases:\n  - name: a mentor sees no claim\n  - name: an amount is above zero\n";

/// Returns the place of some words of the file.
fn place(words: &str) -> Place {
    let at = FILE.find(words).expect("the words are there");
    Source::new(Path::new("cases/claims.yaml"), FILE).place(at..at + words.len())
}

/// Returns a run with every verdict, and with everything that can be known about one.
fn run() -> Run {
    let outcomes = vec![held(), broken(), unjudged(), unrun()];
    Run { planned: outcomes.len(), outcomes, ..Run::default() }
}

fn held() -> Outcome {
    let hidden = Attempt { time: Duration::from_micros(1_250), columns: vec!["id".to_owned()], ..done(0) };
    let control = Control {
        reached: Some(("finance".to_owned(), Attempt { time: Duration::from_micros(730), ..done(3) })),
        failed: vec![Failure { who: "coordinator".to_owned(), why: "no row".to_owned(), refusal: None }],
    };
    let request = Tried { control: Some(control), ..tried("select id from claims", hidden) };
    let seen = Seen { tried: vec![request], kept: vec![("claim".to_owned(), None)], trouble: None, ..Seen::default() };
    Outcome {
        seen,
        attests: vec!["C2".to_owned()],
        stubs: vec!["pg_net".to_owned()],
        notes: vec!["keeps the real clock: function now_utc".to_owned()],
        time: Duration::from_millis(4),
        ..Outcome::new("claims: a mentor sees no claim".to_owned(), place("a mentor"), Verdict::Held)
    }
}

fn broken() -> Outcome {
    let error = ServerError {
        detail: Some("Failing row contains (0, \"quoted\", \u{7}\u{1b}[31m, \u{202e}turned\u{2028}).".to_owned()),
        hint: Some("line one\nline two\ttabbed".to_owned()),
        context: Some("PL/pgSQL function add_claim() line 3 at SQL statement".to_owned()),
        position: Some(13),
        constraint: Some("claims_amount_positive".to_owned()),
        column: Some("amount".to_owned()),
        ..said("23514", "new row violates check constraint \"claims_amount_positive\"")
    };
    let remark = said("00000", "claim repaired");
    let refused = Attempt { notices: vec![remark], ..Attempt::ended(End::Refused(Box::new(error))) };
    let rows = vec![vec![Some("1".to_owned()), None], vec![Some("søt \\ \"it\"".to_owned()), Some(String::new())]];
    let given = Attempt { rows, columns: vec!["id".to_owned(), "note".to_owned()], ..done(2) };
    let harness = Tried {
        who: "the owner of everything".to_owned(),
        role: None,
        claims: None,
        settings: Vec::new(),
        setup: String::new(),
        ..tried("select id, note from claims", given)
    };
    let tried = vec![tried("insert into claims values (0)", refused), harness];
    let finding = Finding::new(&rule::OUTCOME, "allowed", "violates claims_amount_positive").at(&place("an amount"));
    let other = Finding::new(&rule::ROWS, "1 row", "2 rows").difference("  | 1\n+ | 2");
    let decided = Circumstance {
        kind: "constraint".to_owned(),
        name: "claims_amount_positive".to_owned(),
        says: "CHECK ((amount > 0))".to_owned(),
    };
    let verdict = Verdict::Broken(vec![finding, other]);
    Outcome {
        seen: Seen { tried, ..Seen::default() },
        circumstances: vec![decided],
        kept: Some("pgattest_1_2".to_owned()),
        time: Duration::from_micros(12_345),
        ..Outcome::new("claims: an amount is above zero".to_owned(), place("an amount"), verdict)
    }
}

fn unjudged() -> Outcome {
    let blocked = tried("update claims set amount = 1", Attempt::ended(End::Blocked(vec!["kari".to_owned()])));
    let lost = tried("delete from claims", Attempt::ended(End::Lost("the server closed the connection".to_owned())));
    let lost = Tried { claims: Some("no json".to_owned()), ..lost };
    let trouble = Trouble::new("`$claim` could not be kept: the step gave no row").help("add `returning`");
    let seen = Seen { tried: vec![blocked, lost], trouble: Some(trouble), ..Seen::default() };
    let fault = Fault::new("`$claim` could not be kept: the step gave no row");
    let fault = fault.at(Some(place("name: an"))).note("the first of two").help("add `returning`");
    Outcome { seen, ..Outcome::new("claims: blocked".to_owned(), place("cases"), fault.into()) }
}

fn unrun() -> Outcome {
    Outcome::new("claims: not reached".to_owned(), place("cases"), Fault::new("it was not run").into())
}

fn tried(sent: &str, attempt: Attempt) -> Tried {
    Tried {
        turn: None,
        is_own: false,
        who: "mentor".to_owned(),
        role: Some("authenticated".to_owned()),
        claims: Some(r#"{"role":"authenticated","sub":"02000000-0000-4000-8000-000000000001"}"#.to_owned()),
        settings: vec![("search_path".to_owned(), "public, extensions".to_owned())],
        setup: "set local session authorization \"authenticator\";\n".to_owned(),
        sent: sent.to_owned(),
        attempt,
        error_at: None,
        control: None,
    }
}

fn done(count: u64) -> Attempt {
    Attempt { count, ..Attempt::ended(End::Done) }
}

fn said(sqlstate: &str, message: &str) -> ServerError {
    ServerError {
        sqlstate: sqlstate.to_owned(),
        message: message.to_owned(),
        detail: None,
        hint: None,
        context: None,
        position: None,
        constraint: None,
        column: None,
    }
}

/// Returns the report of a run as text.
fn json(run: &Run) -> String {
    let stubs = [("pg_net".to_owned(), "requests are kept and not sent".to_owned())];
    let (imitations, remarks) = (["moddatetime".to_owned()], ["a warning".to_owned()]);
    let about = About {
        version: "0.1.0",
        postgres: "17.6",
        place: "in a container",
        exposure: "exposed",
        migrations: 11,
        seed: None,
        stubs: &stubs,
        imitations: &imitations,
        remarks: &remarks,
    };
    report::json(run, &about, Duration::from_micros(420_001))
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("the report is JSON")
}

fn schema() -> Schema {
    Schema::of(value(&report::json_schema()))
}

/// Holds a text against a file of the crate, which `PGATTEST_BLESS=1` writes.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says by the environment that files are to be written"
)]
fn holds(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var("PGATTEST_BLESS").is_ok() {
        fs::write(&path, text).expect("the file can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{} is otherwise; PGATTEST_BLESS=1 writes it", path.display());
}

#[test]
fn the_report_of_a_run_is_the_same_to_the_byte() {
    holds("tests/reports/run.json", &json(&run()));
    assert_eq!(json(&run()), json(&run()));
}

#[test]
fn the_report_is_as_its_schema_has_it() {
    let schema = schema();
    for run in [run(), Run::default()] {
        assert_eq!(schema.complaint(&value(&json(&run))), None);
    }
    for (pointer, wrong) in [
        ("/version", Value::from(2)),
        ("/contracts/0/verdict", "kept".into()),
        ("/contracts/1/requests/0/outcome", Value::Null),
        ("/contracts/1/findings/0", Map::new().into()),
    ] {
        let mut report = value(&json(&run()));
        *report.pointer_mut(pointer).expect("it is there") = wrong;
        assert!(schema.complaint(&report).is_some(), "{pointer}");
    }
}

#[test]
fn times_stand_in_fields_of_that_name_and_nowhere_else() {
    let mut later = run();
    for outcome in &mut later.outcomes {
        outcome.time += Duration::from_secs(1);
        outcome.seen.tried.iter_mut().for_each(|tried| tried.attempt.time += Duration::from_secs(1));
    }
    let timeless = |text: &str| {
        text.lines().filter(|line| !line.trim_start().starts_with("\"time_ms\":")).collect::<Vec<_>>().join("\n")
    };
    let (first, second) = (json(&run()), json(&later));
    assert_ne!(first, second);
    assert_eq!(timeless(&first), timeless(&second));
}

#[test]
fn fifty_rows_are_told_and_all_are_counted() {
    let rows = (0..60).map(|at: u8| vec![Some(at.to_string())]).collect();
    let attempt = Attempt { rows, columns: vec!["n".to_owned()], ..done(60) };
    let seen = Seen { tried: vec![tried("select n from many", attempt)], ..Seen::default() };
    let run = Run { planned: 1, outcomes: vec![Outcome { seen, ..held() }], ..Run::default() };
    let request = value(&json(&run))["contracts"][0]["requests"][0].take();
    assert_eq!(request["rows"].as_array().map(Vec::len), Some(50));
    assert_eq!(request["count"], 60);
}

#[test]
fn the_schema_and_the_page_about_it_are_those_of_the_types() {
    holds("docs/report.schema.json", &report::json_schema());
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.md")).expect("the page");
    let (written, _) = page.split_once(MARK).expect("the page says where the fields begin");
    holds("docs/report.md", &format!("{written}{MARK}{}", fields(&value(&report::json_schema()))));
}

const MIGRATION: &str = "create table public.claims (id int primary key, owner uuid not null);
alter table public.claims enable row level security;
create policy own on public.claims for select to authenticated using (owner = auth.uid());
";

const WORLD: &str = "seed: [claims.sql]
names: { kari_id: 01000000-0000-4000-8000-000000000001 }
actors:
  kari: { user: 01000000-0000-4000-8000-000000000001, is_gone: true, claims: { email: kari@north.example } }
  per: { user: 02000000-0000-4000-8000-000000000001, is_gone: true, settings: { app.client: web } }
";

const CASES: &str = "cases:
  - name: per sees no claim of kari
    as: per
    run: select id from claims where owner = $kari_id
    expect: hidden
  - name: kari sees two claims
    as: kari
    run: select id from claims
    expect: { count: 2 }
  - name: a claim that is nobody's is hidden
    as: kari
    run: select id from claims where id = 7
    expect: hidden
";

/// Returns a project in which one contract holds, one is broken, and one could not be judged.
fn project() -> support::Project {
    let seed = "insert into public.claims values (1, '01000000-0000-4000-8000-000000000001');\n";
    support::Project::new(&[
        ("migrations/20260301090000_claims.sql", MIGRATION),
        ("fixtures/world.yaml", WORLD),
        ("fixtures/claims.sql", seed),
        ("cases/claims.yaml", CASES),
    ])
}

#[test]
fn a_run_is_told_with_statement_actor_claims_control_and_times() {
    let project = project();
    project.write("report.json", b"an earlier one");
    let ran = project.run(&["run", "--server", "local", "--json", "report.json"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("2 held · 1 broken · 1 could not be judged"), "{}", ran.out);
    let report = value(&fs::read_to_string(project.path().join("report.json")).expect("the report is there"));
    assert_eq!(schema().complaint(&report), None);
    assert_eq!(report["exit_code"], 1);
    let verdicts: Vec<_> = (0..4).map(|at| words(&report["contracts"][at]["verdict"])).collect();
    assert_eq!(verdicts, ["held", "held", "broken", "unjudged"]);
    let request = &report["contracts"][1]["requests"][0];
    assert_eq!((words(&request["who"]), words(&request["role"])), ("per", "authenticated"));
    assert_eq!(words(&request["claims"]["sub"]), "02000000-0000-4000-8000-000000000001");
    let sent = request["settings"].as_array().expect("a list");
    assert!(sent.iter().any(|it| it["name"] == "app.client" && it["value"] == "web"), "{sent:?}");
    assert!(sent.iter().all(|it| it["name"] != "role" && it["name"] != "request.jwt.claims"), "{sent:?}");
    assert!(words(&request["statement"]).contains("'01000000-0000-4000-8000-000000000001'"), "{request:#}");
    assert_eq!((words(&request["outcome"]), &request["control"]["reached"]["count"]), ("hidden", &Value::from(1)));
    assert!(request["time_ms"].as_f64() > Some(0.0));
    assert_eq!(report["contracts"][2]["findings"][0]["expected"], "2 rows");
    assert!(words(&report["contracts"][3]["requests"][0]["control"]["failed"][0]["why"]).contains("no row"));
    assert_eq!(left(&project), ["cases", "fixtures", "migrations", "report.json"]);
}

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    let ran = project().run(&["run", "--server", "local", "--json", "-"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(schema().complaint(&value(&ran.out)), None);
    assert!(ran.err.starts_with("pgattest ") && ran.err.contains("1 broken"), "{}", ran.err);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_a_server_is_sought() {
    let project = project();
    for path in ["nowhere/report.json", "cases"] {
        let ran = project.run(&["run", "--server", "no such way", "--json", path]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        assert!(ran.err.starts_with(&format!("error: {path} cannot be written")), "{}", ran.err);
        assert!(!ran.err.contains("no such way") && !ran.err.contains(".pgattest-"), "{}", ran.err);
    }
}

#[test]
fn nobody_takes_the_report_of_an_earlier_run_for_that_of_this_one() {
    let project = project();
    project.write("report.json", b"an earlier one");
    let ran = project.run(&["run", "--server", "no such way", "--json", "report.json"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_eq!(left(&project), ["cases", "fixtures", "migrations"]);
}

#[test]
fn what_is_no_file_is_written_and_stays() {
    let ran = project().run(&["run", "--server", "local", "--json", "/dev/null", "--quiet"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());
}

/// Returns the names of what lies in a project.
fn left(project: &support::Project) -> Vec<String> {
    let entries = fs::read_dir(project.path()).expect("the folder can be read").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Where on the page the part begins that is made from the schema.
const MARK: &str = "<!-- made from report.schema.json -->\n";

/// Returns what the page says of every field, each type once and in the order in which they are met.
fn fields(schema: &Value) -> String {
    let mut types = vec!["Report".to_owned()];
    let mut text = String::new();
    let mut at = 0;
    while let Some(name) = types.get(at).cloned() {
        let form = if at == 0 { schema } else { &schema["$defs"][&name] };
        write!(text, "\n## {name}\n\n{}\n\n", words(&form["description"])).expect("a string takes all");
        match form["oneOf"].as_array() {
            Some(choices) => {
                text.push_str("| word | |\n|---|---|\n");
                for it in choices {
                    row(&mut text, &it["const"], "", &it["description"]);
                }
            }
            None => table(&mut text, form, &mut types),
        }
        at += 1;
    }
    text
}

fn table(text: &mut String, form: &Value, types: &mut Vec<String>) {
    text.push_str("| field | what stands there | |\n|---|---|---|\n");
    for key in form["required"].as_array().expect("every field is always there") {
        let field = &form["properties"][words(key)];
        let kind = kind(field, types);
        row(text, key, &format!(" {kind} |"), &field["description"]);
    }
}

fn row(text: &mut String, name: &Value, kind: &str, says: &Value) {
    writeln!(text, "| `{}` |{kind} {} |", words(name), words(says)).expect("a string takes all");
}

/// Returns what stands at a field, and remembers the type that it leads to.
fn kind(field: &Value, types: &mut Vec<String>) -> String {
    if let Some(name) = field["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/")) {
        if !types.iter().any(|it| it == name) {
            types.push(name.to_owned());
        }
        return format!("[{name}](#{})", name.to_lowercase());
    }
    let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let choices: Vec<_> = list(&field["anyOf"]).iter().map(|it| kind(it, types)).collect();
    match &field["type"] {
        _ if !choices.is_empty() => choices.join(" or "),
        Value::String(word) if word == "array" => format!("list of {}", kind(&field["items"], types)),
        Value::String(word) => word.clone(),
        Value::Array(words) => words.iter().map(self::words).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

fn words(value: &Value) -> &str {
    value.as_str().expect("a text")
}
