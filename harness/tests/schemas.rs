//! The JSON Schemas of a project's files say what `check` says.

mod support;
#[path = "support/schema.rs"]
mod validator;

use std::fs;
use std::path::{Path, PathBuf};

use pgattest::span::Source;
use pgattest::yaml::{self, Data, Field, Form};
use pgattest::{case, project};
use serde_json::Value;
use validator::Schema;

/// Files of contracts that have no form that they might have.
const WRONG_CONTRACTS: &[&str] = &[
    "",
    "- name: a\n",
    "case: []\n",
    "cases: all\n",
    "cases: [{ as: anon, run: select 1, expect: hidden }]\n",
    "cases: [{ name: , run: select 1 }]\n",
    "cases: [{ name: [a], run: select 1 }]\n",
    "cases: [{ name: a, ru: select 1 }]\n",
    "cases: [{ name: a, run: { sql: select 1 } }]\n",
    "cases: [{ name: a, run: select 1, as: [[anon]] }]\n",
    "cases: [{ name: a, run: select 1, expect: hiden }]\n",
    "cases: [{ name: a, run: select 1, expect: [hidden] }]\n",
    "cases: [{ name: a, run: select 1, expect: { count: many } }]\n",
    "cases: [{ name: a, run: select 1, expect: { count: -1 } }]\n",
    "cases: [{ name: a, run: select 1, expect: { count: 1.5 } }]\n",
    "cases: [{ name: a, run: select 1, expect: { cuont: 1 } }]\n",
    "cases: [{ name: a, run: select 1, expect: { rows: all } }]\n",
    "cases: [{ name: a, run: select 1, expect: { is: hiden } }]\n",
    "cases: [{ name: a, run: select 1, expect: { in_order: 1 } }]\n",
    "cases: [{ name: a, run: select 1, expect: { privileges: [select] } }]\n",
    "cases: [{ name: a, run: select 1, read_only: maybe }]\n",
    "cases: [{ name: a, run: select 1, settings: all }]\n",
    "cases: [{ name: a, steps: [{ run: [select 1] }] }]\n",
    "cases: [{ name: a, steps: [select 1] }]\n",
    "cases: [{ name: a, steps: [{ kari: { run: select 1 } }] }]\n",
    "cases: [{ name: a, steps: [{ run: select 1, keep: [id] }] }]\n",
    "cases: [{ name: a, sessions: [kari], steps: [] }]\n",
    "cases: [{ name: a, interleave: some, steps: [] }]\n",
    "cases: [{ name: a, run: select 1, after: [{ run: select 1 }] }]\n",
    "cases: [{ name: a, given: [select 1], run: select 1 }]\n",
    "cases: [{ name: a, given: [{ as: kari }], run: select 1 }]\n",
    "cases: [{ name: a, given: [{ run: select 1, expect: hidden }], run: select 1 }]\n",
    "cases: [{ name: a, run: select 1, expect: { violates: { a: b } } }]\n",
    "attests: { C1: a }\ncases: [{ name: a, run: select 1 }]\n",
    "refuses: { table: t, valid: { a: 1 }, when: [{ a: 2, violates: x, attests: { C1: a } }] }\n",
];

/// Files of contracts that have their form.
const RIGHT_CONTRACTS: &[&str] = &[
    "about:\ncases:\n",
    "cases: [{ name: 1, as: , run: true, expect: hidden }]\n",
    "cases: [{ name: a, as: [anon, kari], run: select 1, expect: { is: rejected, mentions: [a, b] } }]\n",
    "cases: [{ name: a, run: select 1, expect: { rows: [{ a: 1 }, [1, null], x], value: null } }]\n",
    "cases: [{ name: a, sessions: { kari: b }, interleave: all, steps: [{ kari: begin }, { kari: commit }] }]\n",
    "cases: [{ name: a, given: [{ run: select 1, keep: { a: b } }], run: select 1, expect: { violates: [a, b] } }]\n",
    "attests: [C1, 1.10]\nrefuses: { table: t, valid: { a: 1 }, when: [{ a: 2, violates: x, attests: C1 }], attests: [] }\n",
];

/// Files of a world that have no form that they might have.
const WRONG_WORLDS: &[&str] = &[
    "- 1\n",
    "sed: [a.sql]\n",
    "seed: a.sql\n",
    "seed: [[a.sql]]\n",
    "postgres: many\n",
    "expose_new_tables: maybe\n",
    "names: [a]\n",
    "actors: [kari]\n",
    "actors: { kari: 01000000-0000-4000-8000-000000000001 }\n",
    "actors: { kari: { usr: a } }\n",
    "actors: { kari: { role: [anon] } }\n",
    "actors: { kari: { claims: a } }\n",
    "actors: { kari: }\n",
    "tenants: { north: kari }\n",
    "specification: [B1]\n",
    "specification: { B1: }\n",
    "specification: { B1: [a] }\n",
    "specification: { B1: { unattested: by hand } }\n",
    "specification: { B1: { says: a, unatested: by hand } }\n",
];

/// Files of a world that have their form.
const RIGHT_WORLDS: &[&str] = &[
    "# nothing yet\npostgres:\n",
    "postgres: 17\nexpose_new_tables: false\nseed: []\n",
    "names: { a: 1, b: [1], c: null }\nactors: { kari: { role: anon, claims: { a: { b: 1 } }, settings: { c.d: 1 } } }\n",
    "specification: { B1: a, 1.10: b, B2: { says: c, unattested: } }\n",
    "specification:\n",
];

/// Returns what the schema says of a text, and whether its form is right.
fn said(text: &str, form: &Form, schema: &Schema) -> (Option<String>, bool) {
    let source = Source::new(Path::new("x.yaml"), text);
    let node = yaml::read(&source).expect("the text is YAML");
    (schema.complaint(&node.json()), yaml::check(&node, form, &source).is_empty())
}

#[test]
fn the_schema_and_check_refuse_and_accept_the_same_files() {
    let contracts = (case::form(), Schema::of(project::contracts_schema()));
    let world = (project::world_form(), Schema::of(project::world_schema()));
    for ((form, schema), texts, is_right) in [
        (&contracts, WRONG_CONTRACTS, false),
        (&contracts, RIGHT_CONTRACTS, true),
        (&world, WRONG_WORLDS, false),
        (&world, RIGHT_WORLDS, true),
    ] {
        for text in texts {
            let (complaint, is_sound) = said(text, form, schema);
            assert_eq!((complaint.is_none(), is_sound), (is_right, is_right), "{text}{complaint:?}");
        }
    }
}

#[test]
fn check_refuses_the_wrong_files_too() {
    for (path, texts) in [("cases/x.yaml", WRONG_CONTRACTS), ("fixtures/world.yaml", WRONG_WORLDS)] {
        for text in texts {
            let project = support::Project::new(&[("migrations/1_a.sql", "select 1;\n"), (path, text)]);
            let ran = project.run(&["check"]);
            assert_eq!(ran.code, Some(2), "{text}{}{}", ran.out, ran.err);
            assert!(text.is_empty() || ran.err.contains(path), "{text}{}", ran.err);
        }
    }
}

#[test]
fn every_file_of_the_repository_is_as_its_schema_has_it() {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = harness.parent().expect("the crate lies in the repository");
    let mut files = Vec::new();
    for folder in [repository.join("cases"), repository.join("fixtures"), harness.join("tests/golden")] {
        walk(&folder, &mut files);
    }
    assert!(files.iter().any(|path| path.ends_with("fixtures/world.yaml")), "{files:?}");
    let (contracts, world) = (Schema::of(project::contracts_schema()), Schema::of(project::world_schema()));
    for path in files {
        let source = Source::new(&path, fs::read_to_string(&path).expect("the file can be read"));
        let node = yaml::read(&source).expect("the file is YAML");
        let schema = if path.ends_with("world.yaml") { &world } else { &contracts };
        assert_eq!(schema.complaint(&node.json()), None, "{}", path.display());
    }
}

/// Finds the files of YAML in a folder and below, if it is there.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn every_example_of_a_key_has_the_form_of_the_key() {
    let mut fields = Vec::new();
    for form in [case::form(), project::world_form()] {
        gather(&form, &mut fields);
    }
    assert!(fields.len() > 30);
    for field in fields {
        let schema = Schema::of(yaml::schema(&field.form));
        let source = Source::new(Path::new("x.yaml"), field.example);
        let node = yaml::read(&source).expect("the example is YAML");
        let value = node.fields().get(field.key).unwrap_or_else(|| panic!("{} shows another key", field.example));
        assert_ne!(value.data, Data::Null, "{}", field.example);
        assert_eq!(schema.complaint(&value.json()), None, "{}", field.example);
        assert!(yaml::check(value, &field.form, &source).is_empty(), "{}", field.example);
        assert!(field.says.ends_with('.'), "{}", field.says);
    }
}

/// Finds every key of a form and of what stands below it.
fn gather(form: &Form, found: &mut Vec<Field>) {
    for field in form.fields() {
        found.push(*field);
        gather(&field.form, found);
    }
    match form {
        Form::List(inner) | Form::Names(inner) | Form::Open(_, inner) => gather(inner, found),
        Form::Either(forms) => forms.iter().for_each(|form| gather(form, found)),
        _ => {}
    }
}

#[test]
fn a_schema_is_printed_for_each_of_the_files() {
    let project = support::Project::new(&[]);
    for (words, title) in [
        (&["schema"][..], "Contracts of pgattest"),
        (&["schema", "contracts"], "Contracts of pgattest"),
        (&["schema", "world"], "World of pgattest"),
        (&["schema", "report"], "Report of pgattest"),
    ] {
        let ran = project.run(words);
        let schema: Value = serde_json::from_str(&ran.out).expect("it prints JSON");
        assert_eq!((ran.code, schema["title"].as_str(), ran.err.as_str()), (Some(0), Some(title), ""));
        Schema::of(schema);
    }
    assert_eq!(project.run(&["schema", "nothing"]).code, Some(2));
}
