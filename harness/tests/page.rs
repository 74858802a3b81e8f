//! The page of a run in a real browser, opened from a file. Where there is no browser, every test is shown as ignored;
//! `.ci/browser` installs one.

#[path = "support/browser.rs"]
mod browser;

use std::fs;
use std::path::Path;
use std::time::Duration;

use browser::Browser;
use libtest_mimic::{Arguments, Failed, Trial};
use pgattest::observation::{Attempt, Control, End, Seen, ServerError, Tried};
use pgattest::outcome::{Cell, Circumstance, Fault, Finding, Outcome, Policy, Run, Table, Verdict};
use pgattest::report::{self, About};
use pgattest::rule;
use pgattest::span::Source;

/// Something that would run if anything made markup of it.
const HOSTILE: &str =
    "</script><script>window.hurt=1</script><img src=x onerror=\"window.hurt=2\"><!-- '\"&amp;\u{2028}";

const SECRETS: [&str; 4] = [
    "hunter2-the-password",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    "sb_secret_aaaabbbbcccc",
    "pg-pass-word",
];

const UP: char = '\u{e013}';
const DOWN: char = '\u{e015}';
const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const END: char = '\u{e010}';

type Test = fn() -> Result<(), Failed>;

const TESTS: [(&str, Test); 8] = [
    ("the first screen says the verdict, the counts, and who may do what", first_screen),
    ("a cell that is clicked says how we know", click),
    ("a filter that is used leaves what it names, and the address keeps it", filters),
    ("every cell is reached by the keys alone", keys),
    ("a broken contract is told with what was expected and observed", broken),
    ("no text of the database or of a case becomes markup", hostile),
    ("no secret is in the page", secrets),
    ("ten thousand cells are made as they are needed, and all of them are printed", many),
];

fn main() {
    let arguments = Arguments::from_args();
    let is_there = browser::found().is_some();
    let trials = TESTS.iter().map(|(name, test)| {
        Trial::test(*name, move || if is_there { test() } else { Err("there is no browser".into()) })
            .with_ignored_flag(!is_there)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn tried(who: &str, sent: &str, end: End, count: u64) -> Tried {
    Tried {
        role: Some("authenticated".to_owned()),
        claims: Some(format!("{{\"sub\":\"{who}\",\"role\":\"authenticated\"}}")),
        setup: "set local role authenticated;".to_owned(),
        sent: sent.to_owned(),
        ..Tried::of(who, Attempt { count, ..Attempt::ended(end) })
    }
}

/// Returns a cell in which the mentor is hidden from what another organization has, and everybody else may.
fn cell(table: &str, actor: &str, class: &str, verb: &str) -> Outcome {
    let is_denied = actor == "mentor_a" && class == "foreign";
    let sent = format!("{verb} 1 from {table} where org_id = '{class}'");
    let mut request = tried(actor, &sent, End::Done, u64::from(!is_denied));
    if is_denied {
        let reached = Some(("coordinator_b".to_owned(), Attempt { count: 3, ..Attempt::ended(End::Done) }));
        request.control = Some(Control { reached, failed: Vec::new() });
    }
    let place = Source::new(Path::new("cases/matrix.yaml"), "access:\n").place(0..6);
    let expected = if is_denied { "denied: hidden, rejected or refused" } else { "allowed" };
    Outcome {
        attests: vec!["E2".to_owned()],
        cell: Some(Cell {
            actor: actor.to_owned(),
            table: table.to_owned(),
            class: class.to_owned(),
            rows: "org_id = $org".to_owned(),
            verb: verb.to_owned(),
            expected: expected.to_owned(),
        }),
        seen: Seen { tried: vec![Tried::of("the harness", Attempt::ended(End::Done)), request], ..Seen::default() },
        ..Outcome::new(format!("{table}: {actor} {verb}s {class}"), place, Verdict::Held)
    }
}

fn table(name: &str) -> Table {
    let text = "create policy own_org on export_runs for select to authenticated using (org_id = my_org());";
    let place = Source::new(Path::new("migrations/1_runs.sql"), text).place(0..text.len());
    let policy = Policy {
        name: "own_org".to_owned(),
        verb: "select".to_owned(),
        roles: vec!["authenticated".to_owned()],
        says: "using (org_id = my_org())".to_owned(),
        place: Some(place),
    };
    Table {
        name: name.to_owned(),
        security: "row security is on".to_owned(),
        policies: vec![policy],
        privileges: vec![("authenticated".to_owned(), "insert, select".to_owned())],
    }
}

fn run(tables: &[&str], actors: &[&str], classes: &[&str]) -> Run {
    let mut outcomes = Vec::new();
    for table in tables {
        for actor in actors {
            for class in classes {
                outcomes.extend(["select", "insert"].map(|verb| cell(table, actor, class, verb)));
            }
        }
    }
    let place = Source::new(Path::new("cases/more.yaml"), "cases:\n").place(0..5);
    outcomes.push(Outcome::new("more: a claim is decided once".to_owned(), place, Verdict::Held));
    Run { planned: outcomes.len(), outcomes, tables: tables.iter().map(|name| self::table(name)).collect() }
}

fn small() -> Run {
    run(&["export_runs", "claims"], &["coordinator_a", "mentor_a"], &["own", "foreign"])
}

/// Returns a run in which one cell is broken and one could not be judged.
fn red() -> Run {
    let mut run = small();
    let finding = Finding::new(&rule::ACCESS_READ, "allowed", "no row").at(&run.outcomes[0].place.clone());
    run.outcomes[0].verdict = Verdict::Broken(vec![finding]);
    run.outcomes[1].verdict = Fault::new("no row is `own`").help("put a row of this class into the fixtures").into();
    run
}

fn html(run: &Run) -> String {
    let about = About {
        version: "0.1.0",
        postgres: "17.6",
        place: "in a container",
        exposure: "exposed",
        migrations: 11,
        seed: None,
        stubs: &[],
        imitations: &[],
        remarks: &[],
    };
    report::html(run, &about, Duration::from_millis(420))
}

/// A page in a browser, with the file that it is.
struct Opened {
    browser: Browser,
    file: tempfile::NamedTempFile,
}

impl Opened {
    fn of(run: &Run, hash: &str) -> Self {
        let file = tempfile::Builder::new().suffix(".html").tempfile().expect("a file");
        fs::write(file.path(), html(run)).expect("it is written");
        let opened = Self { browser: Browser::start(1400, "light"), file };
        opened.open(hash);
        opened
    }

    fn open(&self, hash: &str) {
        self.browser.open(&format!("file://{}{hash}", self.file.path().display()));
    }

    fn text(&self, selector: &str) -> String {
        self.browser
            .says(&format!("document.querySelector({selector:?}).textContent"))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn hash(&self) -> String {
        self.browser.says("decodeURIComponent(location.hash)").as_str().unwrap_or_default().replace('+', " ")
    }

    /// Makes sure that the browser had nothing to complain of, and that nothing was asked of any network.
    fn ends(self) -> Result<(), Failed> {
        let (complaints, requests) = (self.browser.complaints(), self.browser.requests());
        if complaints.is_empty() && requests.is_empty() {
            return Ok(());
        }
        Err(format!("the browser complains of {complaints:?}, and was asked for {requests:?}").into())
    }
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

fn first_screen() -> Result<(), Failed> {
    let page = Opened::of(&small(), "");
    holds(&page.text("#verdict"), &["Held: all 17 contracts"]);
    holds(&page.text("#sum"), &["17 held", "0 broken", "0 could not be judged", "16 are cells"]);
    holds(&page.text("#overview"), &["export_runs", "mentor_a", "own: select, insert", "everything"]);
    let top = page.browser.says("document.getElementById('overview').getBoundingClientRect().bottom");
    assert!(top.as_f64() < Some(900.0), "{top}");
    assert!(page.browser.prints() > 1_000);
    page.ends()
}

fn click() -> Result<(), Failed> {
    let page = Opened::of(&small(), "");
    page.browser.click("button[aria-label^='mentor_a, select, rows foreign']");
    let told = page.text("#detail");
    holds(
        &told,
        &[
            "May mentor_a select rows “foreign” of export_runs?",
            "No: the rows are there",
            "coordinator_b sent the very same statement",
        ],
    );
    holds(&told, &["\"sub\": \"mentor_a\"", "select 1 from export_runs", "denied: hidden", "cases/matrix.yaml:1:1"]);
    holds(&told, &["own_org", "using (org_id = my_org())", "migrations/1_runs.sql:1:1", "insert, select"]);
    holds(&page.hash(), &["cell=export_runs: mentor_a selects foreign"]);
    page.browser.press(&[ESCAPE]);
    assert_eq!(page.browser.says("document.getElementById('detail').hidden"), true);
    page.ends()
}

const SHOWN: &str =
    "[...document.querySelectorAll('.grid td:not(.out) button')].filter((it) => it.offsetParent).length";

fn filters() -> Result<(), Failed> {
    let page = Opened::of(&small(), "");
    let choose = |name: &str, value: &str| {
        let select = format!("document.forms[0].elements[{name:?}]");
        page.browser.says(&format!(
            "({select}.value = {value:?}, {select}.dispatchEvent(new Event('input', {{ bubbles: true }})))"
        ));
    };
    choose("actor", "mentor_a");
    choose("table", "export_runs");
    choose("verb", "select");
    holds(&page.text("#count"), &["2 of 17 contracts"]);
    holds(&page.text("#answer"), &["May mentor_a select rows “foreign” of export_runs?", "No:", "The denial is real"]);
    assert_eq!(page.browser.says(SHOWN), 2);
    assert_eq!(page.hash(), "#actor=mentor_a&verb=select&table=export_runs");
    page.open("#class=foreign&row=E2&cell=claims%3A+mentor_a+selects+foreign");
    holds(&page.text("#count"), &["8 of 17 contracts"]);
    holds(&page.text("#detail-title"), &["of claims?"]);
    page.open("#words=decided");
    holds(&page.text("#count"), &["1 of 17 contracts"]);
    page.open("#verdict=red");
    holds(&page.text("#count"), &["0 of 17 contracts"]);
    page.browser.click("#reset");
    holds(&page.text("#count"), &["all 17 contracts"]);
    page.ends()
}

fn keys() -> Result<(), Failed> {
    let page = Opened::of(&small(), "");
    let at =
        || page.browser.says("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent");
    let is_at = |wanted: &str| {
        let found = at();
        assert!(found.as_str().is_some_and(|it| it.starts_with(wanted)), "{wanted}: {found}");
    };
    assert_eq!(page.browser.says("document.querySelectorAll('.grid button[tabindex=\"0\"]').length"), 2);
    page.browser.says("document.querySelector('[data-skip]').focus()");
    page.browser.press(&[ENTER]);
    is_at("coordinator_a, select, rows own");
    page.browser.press(&[RIGHT, RIGHT, DOWN]);
    is_at("mentor_a, select, rows foreign: hidden, held");
    page.browser.press(&[ENTER]);
    is_at("May mentor_a select rows “foreign” of export_runs?");
    page.browser.press(&[ESCAPE]);
    is_at("mentor_a, select, rows foreign");
    page.browser.press(&[DOWN]);
    is_at("coordinator_a, select, rows foreign");
    page.browser.press(&[UP, END]);
    is_at("mentor_a, insert, rows foreign");
    page.browser.press(&[LEFT]);
    is_at("mentor_a, select, rows foreign");
    let unnamed = "[...document.querySelectorAll('button, select, input, [role=grid]')].filter((it) => !it.textContent && !it.getAttribute('aria-label') && !it.labels?.length).length";
    assert_eq!(page.browser.says(unnamed), 0);
    page.ends()
}

fn broken() -> Result<(), Failed> {
    let page = Opened::of(&red(), "#verdict=red");
    holds(&page.text("#verdict"), &["Broken: 1 contract of 17"]);
    holds(&page.text("#red"), &["broken: hidden", "expected allowed; observed no row", "not judged"]);
    page.browser.click("#red button[data-at='0']");
    holds(&page.text("#detail"), &["Otherwise than it should be", "access.read", "cases/matrix.yaml:1:1"]);
    page.browser.press(&[ESCAPE]);
    page.browser.click("#red button[data-at='1']");
    holds(&page.text("#detail"), &["Nobody knows", "put a row of this class into the fixtures"]);
    page.ends()
}

fn hostile() -> Result<(), Failed> {
    let mut run = small();
    let place = Source::new(Path::new("cases/</script>&.yaml"), HOSTILE).place(0..HOSTILE.len());
    let finding = Finding::new(&rule::OUTCOME, HOSTILE, HOSTILE).at(&place).difference(HOSTILE);
    let error = ServerError::new("42501", HOSTILE);
    let request =
        Tried { claims: Some(HOSTILE.to_owned()), ..tried(HOSTILE, HOSTILE, End::Refused(Box::new(error)), 0) };
    run.outcomes[0] = Outcome {
        cell: Some(Cell {
            actor: HOSTILE.to_owned(),
            table: HOSTILE.to_owned(),
            class: HOSTILE.to_owned(),
            rows: HOSTILE.to_owned(),
            verb: HOSTILE.to_owned(),
            expected: HOSTILE.to_owned(),
        }),
        attests: vec![HOSTILE.to_owned()],
        seen: Seen { tried: vec![request], ..Seen::default() },
        notes: vec![HOSTILE.to_owned()],
        circumstances: vec![Circumstance {
            kind: HOSTILE.to_owned(),
            name: HOSTILE.to_owned(),
            says: HOSTILE.to_owned(),
        }],
        ..Outcome::new(HOSTILE.to_owned(), place, Verdict::Broken(vec![finding]))
    };
    run.tables[0] = Table { name: HOSTILE.to_owned(), ..table("") };
    run.tables[0].policies.push(Policy { says: HOSTILE.to_owned(), ..Policy::default() });
    let page = Opened::of(&run, "");
    page.browser.click("#red button[data-at='0']");
    holds(&page.text("#detail"), &["</script><script>window.hurt=1</script><img src=x"]);
    page.browser.says("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
    assert_eq!(page.browser.says("window.hurt === undefined"), true);
    assert_eq!(page.browser.says("document.querySelectorAll('img, script:not(#data):not(body > script)').length"), 0);
    page.ends()
}

fn secrets() -> Result<(), Failed> {
    let mut run = small();
    let [password, token, key, connection] = SECRETS;
    let sent = format!(
        "insert into vaults (id, credential) values (1, '{password}'); select vault.create_secret('{password}');
         update t set decrypted_secret = '{password}' where url = 'postgres://postgres:{connection}@db.example/x' and k = '{key}'"
    );
    let settings = vec![("request.headers".to_owned(), format!("{{\"authorization\":\"Bearer {token}\"}}"))];
    let request = Tried { settings, setup: sent.clone(), ..tried("mentor_a", &sent, End::Done, 1) };
    run.outcomes[0].seen.tried = vec![request];
    run.outcomes[0].verdict =
        Verdict::Broken(vec![Finding::new(&rule::ROWS, "credential: •", format!("credential: {password}"))]);
    let text = html(&run);
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in the page");
    }
    let page = Opened::of(&run, "");
    page.browser.click("#red button[data-at='0']");
    holds(&page.text("#detail"), &["(1, '•••')", "decrypted_secret = '•••'"]);
    page.ends()
}

fn many() -> Result<(), Failed> {
    let names = |word: &str, count: usize| (0..count).map(|at| format!("{word}_{at}")).collect::<Vec<_>>();
    let (tables, actors, classes) = (names("table", 50), names("actor", 10), names("class", 10));
    let [tables, actors, classes] =
        [&tables, &actors, &classes].map(|it| it.iter().map(String::as_str).collect::<Vec<_>>());
    let run = run(&tables, &actors, &classes);
    assert_eq!(html(&run), html(&run));
    let page = Opened::of(&run, "");
    holds(&page.text("#count"), &["10001"]);
    let made = || page.browser.says("document.querySelectorAll('.grid button').length").as_u64().unwrap_or_default();
    page.browser.says("document.getElementById('matrix').scrollIntoView()");
    page.browser.frame();
    assert!((1..5_000).contains(&made()), "{} cells are made at once", made());
    // What printing begins with; the paper itself would be five hundred pages.
    page.browser.says("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(made(), 10_000);
    page.ends()
}
