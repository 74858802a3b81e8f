//! What can be seen of a comparison without a server: each mistake is told at its place, all of them at once.

mod support;

use support::Project;

/// What is compared, the file that is read, and what must be said.
type Row = (&'static str, &'static str, &'static [&'static str]);

const ROWS: &[Row] = &[
    ("pattern: (z)", "a", &["this matches nothing in client/a.txt", "cases/a.yaml:4:12"]),
    ("pattern: a", "a", &["the group of a pattern is the value, and this has no group", "(\\w+)"]),
    ("pattern: (a", "a", &["this is no regular expression: unclosed group", "cases/a.yaml:4:12"]),
    (
        "pattern: (\\w+)",
        "a\nb\na\n",
        &["`a` is found twice in this file", "client/a.txt:3:1", "the first is at client/a.txt:1", "cases/a.yaml:3"],
    ),
    ("pattern: (a)\n  within: z", "a", &["this matches nothing in client/a.txt", "cases/a.yaml:5:11"]),
    (
        "pattern: (a)\n  within: '[ab]'",
        "a\nb",
        &["this matches more than one part of the file", "client/a.txt:1, the second at client/a.txt:2"],
    ),
    ("pointer: /a", "{\"b\": 1}", &["there is no `a` in this", "client/a.txt:1:1", "is at cases/a.yaml:4"]),
    ("pointer: /a", "a: 1", &["this is no JSON: expected value", "client/a.txt:1:1"]),
    ("pointer: /a", "{\"a\": []}", &["the pointer leads to a list, which is no value", "`/a/*` leads to each"]),
    ("pointer: /a/*", "{\"a\": []}", &["this leads to no value in client/a.txt", "cases/a.yaml:4:12"]),
    ("sql: create type t", "select 1", &["client/a.txt has no such statement", "cases/a.yaml:4:8"]),
    ("sql: create type t", "create tpye t", &["syntax error at or near \"tpye\"", "client/a.txt:1:8"]),
    ("sql: select 1", "select 1", &["this is not what the values of a SQL file can be found by", "insert into"]),
    ("sql: insert into t (a)", "insert into t values (1)", &["this does not say by name", "client/a.txt:1:13"]),
];

fn checked(contract: &str, text: &[u8]) -> (Option<i32>, String) {
    let project = Project::new(&[]);
    project.write("migrations/1_a.sql", b"create table a (i int);\n");
    project.write("cases/a.yaml", contract.as_bytes());
    project.write("client/a.txt", text);
    let ran = project.run(&["check"]);
    (ran.code, format!("{}{}", ran.out, ran.err))
}

#[test]
fn what_can_be_seen_without_a_server_is_told_at_its_place() {
    for (finder, text, wanted) in ROWS {
        let contract = format!("drift:\n  enum: e\n  source: client/a.txt\n  {finder}\n");
        let (code, said) = checked(&contract, text.as_bytes());
        assert_eq!(code, Some(2), "{finder}\n{said}");
        for words in *wanted {
            assert!(said.contains(words), "{finder}: {words} is not in\n{said}");
        }
    }
}

#[test]
fn all_mistakes_of_all_comparisons_are_told_at_once() {
    let contract = "drift:\n  - { enum: e, source: client/b.txt, pattern: (a) }\n  - { enum: \"a\\0b\", source: ../a.txt, pattern: (a) }\n";
    let (code, said) = checked(contract, b"a");
    assert_eq!(code, Some(2), "{said}");
    for words in
        ["there is no file `client/b.txt`", "did you mean `client/a.txt`?", "`../a.txt` is not inside the project"]
    {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let contract = "drift:\n  - { enum: \"a\\0b\", source: client/a.txt, pattern: (a) }\n  - { query: delete from a, source: client/a.txt, pattern: (b) }\n";
    let (_, said) = checked(contract, b"a");
    for words in ["has a NUL byte in its name", "this must be a query", "this matches nothing"] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
}

#[test]
fn a_source_that_is_no_text_or_too_long_is_a_mistake() {
    let contract = "drift: { enum: e, source: client/a.txt, pattern: (a) }\n";
    let (code, said) = checked(contract, b"a\xff");
    assert!(code == Some(2) && said.contains("the file is not UTF-8"), "{said}");
    let (code, said) = checked(contract, &vec![b'a'; 5 << 20]);
    assert!(code == Some(2) && said.contains("client/a.txt is too large"), "{said}");
}

#[test]
fn a_comparison_that_can_be_made_has_nothing_wrong() {
    let (code, said) = checked("drift: { enum: e, source: ./client/a.txt, pattern: (a) }\n", b"a");
    assert_eq!(code, Some(0), "{said}");
}
