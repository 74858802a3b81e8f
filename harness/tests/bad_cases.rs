//! Bad contracts of every kind: none panics, hangs or passes; each ends with its own exit code and a message that helps.

#[path = "support/given.rs"]
mod given;
mod support;
#[path = "support/world.rs"]
mod world;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use support::{Project, Ran};

/// What is wrong, what stands in the file, and what must be said about it.
type Row = (&'static str, &'static str, &'static [&'static str]);

fn project_of(yaml: &str) -> Project {
    let project = world::project();
    project.write("cases/a.yaml", yaml.as_bytes());
    project
}

/// Returns a project whose world has one actor more, who acts in its only case.
fn project_with(actor: &str, case: &str) -> Project {
    let project = project_of(&format!("cases:\n  - name: a case\n    as: somebody\n    {case}\n"));
    let world = fs::read_to_string(project.path().join("fixtures/world.yaml")).expect("a file");
    let world = world.replace("actors:\n", &format!("actors:\n  somebody: {actor}\n"));
    project.write("fixtures/world.yaml", world.as_bytes());
    project
}

fn assert_says(what: &str, ran: &Ran, code: i32, pieces: &[&str]) {
    let said = format!("{}{}", ran.out, ran.err);
    assert_eq!(ran.code, Some(code), "{what}\n{said}");
    assert!(!said.contains("panicked") && !said.contains("pgattest itself failed"), "{what}\n{said}");
    for piece in pieces {
        assert!(said.contains(piece), "{what}: nothing says {piece:?}\n{said}");
    }
}

/// Asserts that a project cannot be meant, and that this is found without a server.
fn assert_mistake(what: &str, project: &Project, pieces: &[&str]) {
    let ran = project.run(&["check"]);
    assert_says(what, &ran, 2, pieces);
    assert_eq!(ran.out, "", "{what}");
}

fn assert_mistakes(rows: &[Row]) {
    for (what, yaml, pieces) in rows {
        assert_mistake(what, &project_of(yaml), pieces);
    }
}

const FORM: &[Row] = &[
    (
        "a key twice",
        "cases:\n  - name: a\n    as: anon\n    as: service\n",
        &["`as` is said twice", "a.yaml:4:5", "^^"],
    ),
    ("a tab", "cases:\n\t- name: a\n", &["tabs", "cases/a.yaml:2:2"]),
    ("a key in the wrong kind", "cases:\n  name: a\n", &["this must be a list", "cases/a.yaml:2:3", "for example"]),
    (
        "a mistyped key",
        "casess:\n  - name: a\n",
        &["`casess` is not known here", "a.yaml:1:1", "did you mean `cases`?"],
    ),
    ("a mistyped word", CASE_HIDEN, &["`hiden` is not known here", "cases/a.yaml:5:13", "did you mean `hidden`?"]),
    (
        "values of the wrong kind",
        CASE_KINDS,
        &["a.yaml:3:9", "a.yaml:4:10", "a.yaml:5:22", "a.yaml:5:32", "4 mistakes"],
    ),
    ("a second document", "cases: []\n---\ncases: []\n", &["a second document begins here", "a.yaml:3:1", "`---`"]),
    ("nothing at all", "", &["a.yaml:1:1"]),
    ("a comment", "# nothing yet\n", &["cases/a.yaml:1:"]),
    ("no cases", "cases:\n", &["this file holds no contract", "a.yaml:1:1", "a contract stands under `cases`"]),
    ("an empty list", "cases: []\n", &["this file holds no contract", "a.yaml:1:1"]),
    ("a case of nothing", "cases: [{}]\n", &["`name` is missing", "a.yaml:1:9", "for example: name:"]),
    ("an alias of itself", "cases: &a [*a]\n", &["cases/a.yaml:1:12"]),
    ("a NUL byte", "cases:\n  - name: a\0b\n", &["a NUL byte cannot stand in YAML", "a.yaml:2:12"]),
];

const CASE_HIDEN: &str = "cases:\n  - name: a\n    as: anon\n    run: select 1\n    expect: hiden\n";
const CASE_KINDS: &str =
    "cases:\n  - name: a\n    as: { anon: 1 }\n    run: [select 1]\n    expect: { count: -1, rows: 3 }\n";

#[test]
fn what_has_not_the_form_of_a_contract_is_a_mistake() {
    assert_mistakes(FORM);
}

#[test]
fn what_is_too_large_or_too_deep_is_a_mistake_and_takes_no_time() {
    let aliases = |width: usize| {
        let items = |at: usize| vec![format!("*a{}", at - 1); width].join(",");
        let lines: Vec<_> = (1..10_000).map(|at| format!("      - &a{at} [{}]\n", items(at))).collect();
        format!("cases:\n  - name: a\n    expect:\n      value:\n      - &a0 [1]\n{}", lines.concat())
    };
    let rows = [
        ("fifty megabytes", format!("# {}", "x".repeat(50 << 20)), "cases/a.yaml is too large"),
        ("ten thousand nested aliases", aliases(1), "cases/a.yaml:"),
        ("aliases that multiply", aliases(9), "cases/a.yaml:"),
        (
            "deep nesting in one line",
            format!("cases: {}{}", "[".repeat(100_000), "]".repeat(100_000)),
            "cases/a.yaml:1:",
        ),
        (
            "deep nesting in many lines",
            (0..2000).map(|at| " ".repeat(at)).collect::<Vec<_>>().join("-\n"),
            "cases/a.yaml:",
        ),
        (
            "deep SQL",
            format!(
                "cases:\n  - name: a\n    as: anon\n    run: select {}1{}\n    expect: {{ value: 1 }}\n",
                "(".repeat(20_000),
                ")".repeat(20_000)
            ),
            "cases/a.yaml:4:",
        ),
    ];
    for (what, yaml, piece) in rows {
        assert_mistake(what, &project_of(&yaml), &[piece]);
    }
}

const NAMES: &[Row] = &[
    (
        "an actor with a typo",
        "{ as: cordinator_a, run: select 1, expect: allowed }",
        &["there is no actor `cordinator_a`", "a.yaml:2:20", "did you mean `coordinator_a`?"],
    ),
    (
        "an actor who is nobody",
        "{ as: zzzzz, run: select 1, expect: allowed }",
        &["the actors of fixtures/world.yaml are coordinator_a"],
    ),
    (
        "a control who is nobody",
        "{ as: anon, control: zzz, run: select 1, expect: hidden }",
        &["there is no actor `zzz`", "a.yaml:2:35"],
    ),
    (
        "a name with a typo",
        "{ as: anon, run: select $org_q, expect: allowed }",
        &["there is nothing called `$org_q`", "a.yaml:2:38", "did you mean `$org_"],
    ),
    (
        "a name that is expected",
        "{ as: anon, run: select 1, expect: { value: $nobody_knows } }",
        &["there is nothing called `$nobody_knows`", "a.yaml:2:"],
    ),
    (
        "a parameter",
        "{ as: anon, run: select $1, expect: allowed }",
        &["nobody gives this parameter a value", "a.yaml:2:38", "^^", "`$org_a`"],
    ),
    (
        "a name in quotes",
        "{ as: anon, run: \"select '$org_a'\", expect: allowed }",
        &["`$org_a` stands in quotes", "a.yaml:2:39", "leave out the quotes"],
    ),
    (
        "a name that is kept and known",
        "{ as: anon, steps: [{ run: select 1 as id, keep: { org_a: id }, expect: allowed }] }",
        &["`$org_a` means something already", "a.yaml:2:"],
    ),
    (
        "what is given, by nobody",
        "{ sessions: { desk: anon }, given: [{ run: select 1 }], steps: [{ desk: select 1, expect: allowed }] }",
        &["nobody acts here", "a.yaml:2:", "as: <actor>"],
    ),
    ("nobody", "{ run: select 1, expect: allowed }", &["nobody acts here", "a.yaml:2:21", "as: <actor>"]),
    ("one actor twice", "{ as: [anon, anon], run: select 1, expect: allowed }", &["`a: a (as anon)` is there twice"]),
];

const MEANING: &[Row] = &[
    (
        "an expectation of what is given",
        "{ as: anon, given: [{ run: select 1, expect: allowed }], run: select 1, expect: allowed }",
        &["`expect` is not known here", "a.yaml:2:", "as, run, keep, settings, at"],
    ),
    (
        "a transaction of what is given",
        "{ as: anon, given: [{ run: begin }], run: select 1, expect: allowed }",
        &["every request is a transaction already", "a.yaml:2:"],
    ),
    (
        "no expectation",
        "{ as: anon, run: select 1 }",
        &["nothing is expected here", "a.yaml:2:7", "for example `expect:"],
    ),
    ("an empty expectation", "{ as: anon, run: select 1, expect: {} }", &["nothing is expected here", "a.yaml:2:49"]),
    (
        "rows among others, and none named",
        "{ as: anon, run: select 1, expect: { includes: [] } }",
        &["nothing is expected here"],
    ),
    ("no statement", "{ as: anon, run: '', expect: allowed }", &["there is no statement here", "a.yaml:2:31"]),
    ("a comment for a statement", "{ as: anon, run: '-- x', expect: allowed }", &["there is no statement here"]),
    (
        "rows of a refusal",
        "{ as: anon, run: select 1, expect: { is: rejected, count: 1 } }",
        &["a statement that is refused gives no rows", "a.yaml:2:49"],
    ),
    (
        "two numbers",
        "{ as: anon, run: select 1, expect: { count: 1, affected: 2 } }",
        &["`count` and `affected` cannot both be true"],
    ),
    (
        "a word and a number",
        "{ as: anon, run: select 1, expect: { allowed: 2, count: 1 } }",
        &["the word and `count` cannot both be true"],
    ),
    (
        "rows and a number",
        "{ as: anon, run: select 1, expect: { count: 2, rows: [] } }",
        &["`count` and `rows` cannot both be true"],
    ),
    (
        "hidden rows",
        "{ as: anon, run: select 1, expect: { is: hidden, includes: [[1]] } }",
        &["the word and the rows that are listed cannot"],
    ),
    (
        "a value of no row",
        "{ as: anon, run: select 1, expect: { count: 0, value: 1 } }",
        &["`count` and the rows that are listed cannot"],
    ),
    (
        "more rows than there can be",
        "{ as: anon, run: select 1, expect: { count: 99999999999999999999 } }",
        &["no statement is about so many rows"],
    ),
    (
        "two outcomes",
        "{ as: anon, run: select 1, expect: { is: hidden, raised: P0001 } }",
        &["what happens is said twice", "a.yaml:2:"],
    ),
    (
        "a message of nothing",
        "{ as: anon, run: select 1, expect: { message: no } }",
        &["a message belongs to a refusal"],
    ),
    ("no SQLSTATE", "{ as: anon, run: select 1, expect: { fails: nope } }", &["`nope` is no SQLSTATE", "\"22P02\""]),
    (
        "no matcher",
        "{ as: anon, run: select 1, expect: { value: { $mathces: x } } }",
        &["`$mathces` is no matcher", "did you mean `$matches`?"],
    ),
    (
        "no privilege",
        "{ as: anon, run: select 1, expect: { privileges: { claims: [selekt] } } }",
        &["`selekt` is no privilege", "did you mean `select`?"],
    ),
    (
        "somebody else by a setting",
        "{ as: anon, run: select 1, settings: { role: postgres }, expect: allowed }",
        &["`role` would make somebody else", "name another actor"],
    ),
    (
        "a session's user by a setting",
        "{ as: anon, settings: { session_authorization: postgres }, steps: [{ run: select 1, expect: allowed }] }",
        &["`session_authorization` would make somebody else"],
    ),
];

/// Asserts that each single case is a mistake; it stands behind its name on the second line.
fn assert_mistaken_cases(rows: &[Row]) {
    for (what, case, pieces) in rows {
        let case = case.strip_prefix("{ ").expect("a case in one line");
        assert_mistake(what, &project_of(&format!("cases:\n  - {{ name: a, {case}\n")), pieces);
    }
}

#[test]
fn names_that_stand_for_nothing_are_mistakes_with_what_was_probably_meant() {
    assert_mistaken_cases(NAMES);
}

#[test]
fn expectations_that_say_nothing_or_can_never_hold_are_mistakes() {
    assert_mistaken_cases(MEANING);
}

const SQL: &[Row] = &[
    ("plain", "run: select 1 form claims", &["a.yaml:4:24", "near \"claims\"", "^^^^^^"]),
    ("in double quotes", r#"run: "select 1,\n  2 form claims""#, &["a.yaml:4:31", "near \"claims\"", "^^^^^^"]),
    ("in single quotes", "run: 'select ''x'' form claims'", &["a.yaml:4:29", "near \"claims\"", "^^^^^^"]),
    ("in a block", "run: |\n      select 1\n        fom claims where", &["a.yaml:6:13", "near \"claims\"", "^^^^^^"]),
    (
        "folded",
        "run: >\n      select 1\n      from claims\n      were claims",
        &["a.yaml:7:12", "near \"claims\"", "^^^^^^"],
    ),
    (
        "two statements",
        "run: select 1; select 2",
        &["a second statement begins here", "a.yaml:4:20", "^^^^^^^^", "`steps`"],
    ),
    ("a NUL byte", r#"run: "select 'a\0b'""#, &["a NUL byte cannot stand in SQL", "a.yaml:4:"]),
    ("begin", "run: begin", &["every request is a transaction already", "a.yaml:4:10", "^^^^^"]),
    ("commit", "run: commit", &["every request is a transaction already", "a.yaml:4:10"]),
    ("a savepoint of ours", "run: rollback to savepoint pgattest", &["every request is a transaction already"]),
    (
        "another session's user",
        "run: set session authorization postgres",
        &["whose session it is", "a.yaml:4:10", "name another actor"],
    ),
    (
        "the same in a block of code",
        "run: do $$ begin execute 'reset session authorization'; end $$",
        &["whose session it is"],
    ),
    ("rows that nobody sends", "run: copy claims from stdin", &["no rows can be sent along", "insert into"]),
    ("the whole server", "run: create database x", &["the whole server", "a.yaml:4:10"]),
    ("no transaction", "run: vacuum", &["cannot run inside a transaction", "a.yaml:4:10"]),
];

#[test]
fn sql_that_cannot_be_a_request_is_a_mistake_with_its_place_however_yaml_holds_it() {
    for (what, run, pieces) in SQL {
        let yaml = format!("cases:\n  - name: a\n    as: owner\n    {run}\n    expect: allowed\n");
        assert_mistake(what, &project_of(&yaml), pieces);
    }
    let breakout = "cases:\n  - name: a\n    as: owner\n    run: select 1\n    expect: { holds: '1) ; drop table claims; select (1' }\n";
    assert_mistake(
        "a condition that ends early",
        &project_of(breakout),
        &["syntax error at or near \")\"", "a.yaml:5:24"],
    );
    let comment = "cases:\n  - name: a\n    as: owner\n    run: select 1\n    expect: { holds: 'true --' }\n";
    assert_mistake("a condition that hides the rest", &project_of(comment), &["syntax error", "a.yaml:5:"]);
}

#[test]
fn what_is_no_file_is_told_and_never_waited_for() {
    let project = world::project();
    let cases = project.path().join("cases");
    fs::create_dir_all(cases.join("folder.yaml")).expect("a folder");
    project
        .write("cases/folder.yaml/inside.yaml", b"cases: [{ name: a, as: nobody, run: select 1, expect: allowed }]\n");
    symlink("loop.yaml", cases.join("loop.yaml")).expect("a link");
    symlink("nowhere", cases.join("nowhere.yaml")).expect("a link");
    symlink("..", cases.join("up")).expect("a link");
    mkfifo(&cases.join("pipe.yaml"), Mode::S_IRWXU).expect("a pipe");
    project.write("cases/latin.yaml", b"cases:\n  - name: gr\xfcn\n");
    let pieces = [
        "cases/loop.yaml cannot be read",
        "cases/nowhere.yaml is no file, nor a link to one",
        "cases/pipe.yaml is no file, nor a link to one",
        "the file is not UTF-8",
        "cases/latin.yaml:2:13",
        "there is no actor `nobody`",
        "5 mistakes",
    ];
    assert_mistake("what is no file", &project, &pieces);
    for name in ["loop.yaml", "nowhere.yaml", "pipe.yaml", "latin.yaml"] {
        fs::remove_file(cases.join(name)).expect("it is there");
    }
    assert_mistake(
        "a file in a folder",
        &project,
        &["there is no actor `nobody`", "cases/folder.yaml/inside.yaml:1:24"],
    );
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let project = world::project();
    project.write("cases/a.yaml", b"casess: []\n");
    project.write(
        "cases/b.yaml",
        b"cases:\n  - { name: a, as: anon, run: select 1, expect: hiden }\n  - { name: b, run: select 1 }\n",
    );
    project.write("cases/c.yaml", b"cases: [{ name: a, as: anon }, { nam: b }]\n");
    let pieces =
        ["a.yaml:1:1", "b.yaml:2:49", "b.yaml:3:", "c.yaml:1:11", "c.yaml:1:34", "nobody acts here", "7 mistakes"];
    assert_mistake("mistakes of form", &project, &pieces);
    let project = world::project();
    project.write("cases/a.yaml", b"cases:\n  - { name: a, as: anonn, run: select 1, expect: hidden }\n  - { name: b, as: anon, run: selekt, expect: hidden }\n");
    project.write("cases/b.yaml", b"cases:\n  - { name: a, as: [anon, serivce], run: 'select $x, $y', expect: hidden }\n  - { name: c, as: anon, run: select 1, expect: allowed }\n  - { name: c, as: anon, run: select 1, expect: allowed }\n");
    let pieces = ["a.yaml:2:20", "a.yaml:3:31", "`$x`", "`$y`", "b.yaml:2:27", "`b: c` is there twice", "b.yaml:4:13"];
    assert_mistake("mistakes of meaning", &project, &pieces);
}

#[test]
fn what_cannot_be_asked_of_this_database_cannot_be_judged() {
    for (what, case, pieces) in [
        (
            "a table that is not there",
            "run: select 1 from nope\n    expect: hidden",
            &["relation \"nope\" does not exist", "a.yaml:4:24"][..],
        ),
        (
            "the same, and any refusal will do",
            "run: select 1 from nope\n    expect: raised",
            &["relation \"nope\" does not exist"],
        ),
        (
            "a column that is not there",
            "run: select nope from claims\n    expect: { count: 1 }",
            &["column \"nope\" does not exist", "a.yaml:4:17"],
        ),
        (
            "a condition about a table that is not there",
            "run: select 1\n    expect: { holds: exists (select from nope) }",
            &["relation \"nope\" does not exist", "a.yaml:5:"],
        ),
        (
            "privileges on a table that is not there",
            "run: select 1\n    expect: { privileges: { nope: select } }",
            &["\"nope\" does not exist", "a.yaml:5:29"],
        ),
        ("a setting that is not there", "run: select 1\n    settings: { nope: 1 }\n    expect: allowed", &["\"nope\""]),
        (
            "a setting that breaks out",
            "run: select 1\n    settings: { \"a.b'; drop table claims; --\": 1 }\n    expect: allowed",
            &["a.b'; drop table claims; --"],
        ),
    ] {
        let project = project_of(&format!("cases:\n  - name: a case\n    as: coordinator_a\n    {case}\n"));
        assert_says(what, &world::run(&project, &["a case"]), 3, pieces);
    }
}

#[test]
fn who_is_not_what_the_world_says_attests_nothing() {
    for (what, actor, pieces) in [
        ("a role that is not there", "{ role: ghost }", &["the role `ghost`, which is not there"][..]),
        ("a login that is not there", "{ login: ghost }", &["the role `ghost`, which is not there"]),
        ("a role that breaks out", "{ role: \"anon'; drop table claims; --\" }", &["which is not there"]),
        ("a login that breaks out", "{ login: 'postgres\"; drop table claims; --' }", &["which is not there"]),
        ("a role that no request becomes", "{ role: supabase_auth_admin }", &["permission denied to set role"]),
        (
            "somebody who goes around row level security",
            "{ role: supabase_read_only_user }",
            &["goes around row level security"],
        ),
    ] {
        let project = project_with(actor, "run: select 1\n    expect: allowed");
        assert_says(what, &world::run(&project, &["a case"]), 3, pieces);
    }
    for (what, actor, pieces) in [
        ("nobody in particular", "{}", &["nothing says who this actor is", "fixtures/world.yaml:", "role: anon"][..]),
        ("claims without a role", "{ claims: { email: x } }", &["nothing says who this actor is"]),
        ("two ways in", "{ role: anon, login: postgres }", &["an actor comes through the API or logs in"]),
        ("somebody else by a setting", "{ role: anon, settings: { role: postgres } }", &["would make somebody else"]),
    ] {
        assert_mistake(what, &project_with(actor, "run: select 1\n    expect: allowed"), pieces);
    }
}

/// Returns a project with a specification and two files of contracts, of which the second is this text.
fn project_of_rows(rows: &str, yaml: &str) -> Project {
    let project = project_of(yaml);
    let world = fs::read_to_string(project.path().join("fixtures/world.yaml")).expect("a file");
    project.write("fixtures/world.yaml", format!("{world}specification:\n{rows}").as_bytes());
    let first = "attests: B1\ncases:\n  - { name: first, as: anon, run: select 1, expect: { value: 1 } }\n";
    project.write("cases/0.yaml", first.as_bytes());
    project
}

const A_CASE: &str = "cases:\n  - { name: a case, as: anon, run: select 1, expect: { value: 1 }, attests: ";

#[test]
fn a_row_and_the_contracts_that_attest_it_know_each_other() {
    let rows = "  B1: one\n  B2: { says: two, unattested: later }\n  Word: three\n";
    let with = |attests: &str| project_of_rows(rows, &format!("{A_CASE}{attests} }}\n"));
    assert_eq!(with("[B1, Word]").run(&["check"]).code, Some(0));
    for (what, attests, pieces) in [
        (
            "a row that is not there",
            "[B1, C9, Word]",
            &[
                "the specification has no row `C9`",
                "cases/a.yaml:2:82",
                "the rows of fixtures/world.yaml are B1, B2, Word",
            ][..],
        ),
        ("a mistyped row", "[Word, Wrd]", &["the specification has no row `Wrd`", "did you mean `Word`?"]),
        ("another case", "[Word, b1]", &["did you mean `B1`?"]),
        (
            "a row that nothing attests",
            "[]",
            &["no contract attests `Word`", "fixtures/world.yaml:", ":3", "write `attests: Word`", "unattested: <why>"],
        ),
        (
            "a row that something attests after all",
            "[Word, B2]",
            &[
                "`B2` is attested, so nothing need be said of why it is not",
                "fixtures/world.yaml:",
                ":32",
                "`a: a case` attests it, at cases/a.yaml:2",
                "leave out `unattested`",
            ],
        ),
        (
            "all of it at once",
            "[B2, C9]",
            &["no row `C9`", "no contract attests `Word`", "`B2` is attested", "3 mistakes"],
        ),
    ] {
        assert_mistake(what, &with(attests), pieces);
    }
    let lines = "refuses:\n  table: claims\n  valid: { id: 1 }\n  attests: Wort\n  when:\n    - { id: 2, accepted: true, attests: Word }\n";
    assert_mistake("beside lines of their own", &project_of_rows(rows, lines), &["no row `Wort`", "cases/a.yaml:4:12"]);
    assert_mistake("a row of no words", &project_of_rows("  B1: ''\n", CASE_HIDEN), &["this row says nothing"]);
}

#[test]
fn rows_are_judged_where_every_file_can_be_read_and_whatever_else_is_wrong() {
    let rows = "  B1: one\n  B2: two\n";
    let unread = project_of_rows(rows, CASE_HIDEN);
    unread.write("cases/b.yaml", format!("{A_CASE}B3 }}\n").as_bytes());
    let ran = unread.run(&["check"]);
    assert_says("a file that cannot be read", &ran, 2, &["`hiden` is not known here", "no row `B3`", "2 mistakes"]);
    let unplanned = "cases:\n  - { name: a case, as: nobody, run: select 1, expect: { value: 1 }, attests: B2 }\n";
    let ran = project_of_rows("  B1: one\n  B2: two\n  C1: three\n", unplanned).run(&["check"]);
    let pieces = &["there is no actor `nobody`", "no contract attests `C1`", "2 mistakes"];
    assert_says("a contract that cannot be meant", &ran, 2, pieces);
    let rows = "  B1: one\n  B2: { says: two, unattested: later }\n";
    let ran = project_of_rows(rows, unplanned).run(&["check"]);
    let pieces = &["there is no actor `nobody`", "a contract attests it, at cases/a.yaml:2", "2 mistakes"];
    assert_says("a contract that cannot be meant and attests", &ran, 2, pieces);
    let undeclared = project_of(&format!("{A_CASE}whatever }}\n"));
    assert_eq!(undeclared.run(&["check"]).code, Some(0), "nothing says what is to be attested");
}

const INJECTION: &str = r"'\''; drop table claims; --";

#[test]
fn a_value_that_looks_like_sql_is_data_wherever_it_stands() {
    let quoted = format!("\"{}\"", INJECTION.replace('\\', "\\\\"));
    let case = format!(
        "run: select $evil, $me, auth.jwt() ->> 'sub', auth.jwt() ->> 'email', current_setting('app.x')
    settings: {{ app.x: {quoted} }}
    expect:
      rows: [[$evil, $me, {quoted}, {quoted}, {quoted}]]
      holds: [(select count(*) > 3 from claims) and $evil <> '']"
    );
    let project = project_with(&format!("{{ user: {quoted}, is_gone: true, claims: {{ email: {quoted} }} }}"), &case);
    let world = fs::read_to_string(project.path().join("fixtures/world.yaml")).expect("a file");
    project.write("fixtures/world.yaml", world.replace("names:\n", &format!("names:\n  evil: {quoted}\n")).as_bytes());
    assert_says("data", &world::run(&project, &["a case"]), 0, &["1 held"]);
    let expected = project_of(&format!(
        "cases:\n  - name: a case\n    as: owner\n    run: select 'x'\n    expect: {{ value: {quoted} }}\n"
    ));
    assert_says("an expected value", &world::run(&expected, &["a case"]), 1, &["drop table claims", "observed  x"]);
}

#[test]
fn names_that_steer_a_terminal_or_a_shell_are_shown_and_do_neither() {
    let yaml =
        "cases:\n  - { name: \"a\\u202eb\\e[31m\\nc'; rm -rf /\", as: anon, run: select 1, expect: { count: 2 } }\n";
    let project = project_of(yaml);
    let ran = project.run(&["check"]);
    assert_says("a name", &ran, 2, &["this name holds characters that nobody sees", "cases/a.yaml:2:13"]);
    assert!(!ran.err.contains(['\u{202e}', '\u{1b}']), "{}", ran.err);
    let project = project_of("cases:\n  - { name: \"c'; rm -rf /\", as: anon, run: select 1, expect: { count: 2 } }\n");
    let ran = world::run(&project, &["rm -rf"]);
    assert_says("a name for a shell", &ran, 1, &["'\\''; rm -rf /'"]);
    let yaml = "cases:\n  - { name: \"a\u{202e}b\", as: anonn, run: select 1, expect: { count: 2 } }\n";
    let ran = project_of(yaml).run(&["check"]);
    assert_says("a name in a file", &ran, 2, &["cases/a.yaml:2:24"]);
    assert!(!ran.err.contains('\u{202e}'), "{}", ran.err);
}

#[test]
fn what_never_holds_is_broken() {
    for (what, expect) in [
        ("a SQLSTATE that is no failure", "{ raised: \"00000\" }"),
        ("a constraint that is not there", "{ violates: nope }"),
        ("somebody to wait for, where nobody else is", "blocked"),
        ("a pattern that is none", "{ value: { $matches: \"(\" } }"),
        ("a value that holds a NUL byte", "{ value: \"a\\0b\" }"),
        ("another number of rows", "{ count: 18446744073709551615 }"),
    ] {
        let project =
            project_of(&format!("cases:\n  - {{ name: a case, as: owner, run: select 1, expect: {expect} }}\n"));
        let ran = world::run(&project, &["a case"]);
        let said = world::settled(&project, &ran);
        assert!(matches!(ran.code, Some(1..=3)) && said.contains("cases/a.yaml:2:"), "{what}\n{said}");
    }
}

#[test]
fn a_file_that_may_not_be_read_is_a_mistake() {
    let project = project_of("cases: []\n");
    let path = project.path().join("cases/a.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("it is ours");
    // Root may read everything.
    let may_read = fs::read(&path).is_ok();
    let said = if may_read { "this file holds no contract" } else { "cases/a.yaml cannot be read" };
    assert_mistake("a closed file", &project, &[said]);
}
