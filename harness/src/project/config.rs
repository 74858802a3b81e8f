//! `supabase/config.toml`, as far as a database can be built by it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::problem::{Problem, Problems};
use crate::shim::Exposure;
use crate::span::Source;
use crate::sql::quote_identifier;

use super::Wanted;
use super::layout::Layout;

/// What the settings say.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) postgres: Option<Wanted>,
    pub(super) migrations: bool,
    auto_expose: Option<bool>,
    seed: Option<Vec<String>>,
    vault: BTreeMap<String, String>,
    /// The schema of a request, and those that are searched besides.
    schemas: Vec<String>,
    /// The schemas that the API exposes.
    pub(super) exposed: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    db: Db,
    api: Api,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Db {
    major_version: Option<toml::Spanned<u32>>,
    migrations: Migrations,
    seed: Seed,
    vault: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct Migrations {
    enabled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct Seed {
    enabled: bool,
    sql_paths: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Api {
    auto_expose_new_tables: Option<bool>,
    schemas: Vec<String>,
    extra_search_path: Option<Vec<String>>,
}

impl Default for Migrations {
    fn default() -> Self {
        Self { enabled: true }
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self { enabled: true, sql_paths: vec!["./seed.sql".to_owned()] }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            postgres: None,
            migrations: true,
            auto_expose: None,
            seed: None,
            vault: BTreeMap::new(),
            schemas: schemas(&[], None),
            exposed: exposed(Vec::new()),
        }
    }
}

/// Reads the settings, if the project has any.
pub(super) fn read(layout: &Layout) -> Result<Config, Problems> {
    let Some(folder) = &layout.supabase else { return Ok(Config::default()) };
    let path = folder.join("config.toml");
    let shown = layout.shown(&path);
    let source = super::settings_file(&path, &shown)?.unwrap_or_else(|| Source::new(&shown, ""));
    let file: File = toml::from_str(&source.text).map_err(|error| mistake(&source, &error))?;
    Ok(Config {
        postgres: file.db.major_version.map(|it| {
            let place = source.place(it.span());
            Wanted { major: it.into_inner(), place: Some(place) }
        }),
        migrations: file.db.migrations.enabled,
        auto_expose: file.api.auto_expose_new_tables,
        seed: file.db.seed.enabled.then_some(file.db.seed.sql_paths),
        vault: file.db.vault,
        schemas: schemas(&file.api.schemas, file.api.extra_search_path),
        exposed: exposed(file.api.schemas),
    })
}

/// Returns the schemas in which a request finds things: the first that is exposed, then those searched besides.
fn schemas(exposed: &[String], extra: Option<Vec<String>>) -> Vec<String> {
    let first = exposed.first().map_or("public", String::as_str).to_owned();
    let extra = extra.unwrap_or_else(|| vec!["public".to_owned(), "extensions".to_owned()]);
    std::iter::once(first).chain(extra).collect()
}

/// Returns the schemas that the API exposes.
fn exposed(said: Vec<String>) -> Vec<String> {
    if said.is_empty() { vec!["public".to_owned(), "graphql_public".to_owned()] } else { said }
}

fn mistake(source: &Source, error: &toml::de::Error) -> Problem {
    // The names of types are Rust's, and the author writes TOML.
    let title = error.message().replace("expected u32", "expected a whole number");
    Problem::new(title).at(source.place(error.span().unwrap_or(0..0)))
}

impl Config {
    /// Returns the search path of a request through the API.
    pub(super) fn search_path(&self) -> String {
        self.schemas.iter().map(|schema| quote_identifier(schema)).collect::<Vec<_>>().join(", ")
    }

    /// Returns whether new tables are exposed, where the settings say so.
    pub(super) fn exposure(&self) -> Option<Exposure> {
        self.auto_expose.map(Exposure::of)
    }

    /// Returns the seeds: every pattern's files in order, each file once.
    pub(super) fn seeds(&self, layout: &Layout, remarks: &mut Vec<String>) -> Vec<PathBuf> {
        let Some(folder) = &layout.supabase else { return Vec::new() };
        let mut paths: Vec<PathBuf> = Vec::new();
        for pattern in self.seed.iter().flatten() {
            let full = folder.join(pattern.trim_start_matches("./"));
            let found = glob::glob(&full.to_string_lossy()).into_iter().flatten().flatten();
            let found: Vec<_> = found.filter(|path| path.is_file() && !paths.contains(path)).collect();
            if found.is_empty() && pattern != "./seed.sql" {
                remarks.push(format!("no seed is named like {pattern}"));
            }
            paths.extend(found);
        }
        paths
    }

    /// Returns the secrets that are in the vault from the start, and what is to be said about those that have no value.
    pub(super) fn secrets(&self, lookup: &dyn Fn(&str) -> Option<String>) -> (Vec<(String, String)>, Vec<String>) {
        let mut remarks = Vec::new();
        let secrets = self.vault.iter().map(|(name, value)| {
            let variable = value.strip_prefix("env(").and_then(|rest| rest.strip_suffix(')'));
            let Some(variable) = variable else { return (name.clone(), value.clone()) };
            let value = lookup(variable).unwrap_or_else(|| {
                remarks.push(format!("the vault's secret `{name}` has a made-up value: {variable} is not set"));
                format!("made up for {variable}")
            });
            (name.clone(), value)
        });
        let secrets = secrets.collect();
        (secrets, remarks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn layout(config: &str) -> (tempfile::TempDir, Layout) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("supabase/seeds")).expect("a folder");
        fs::write(folder.path().join("supabase/config.toml"), config).expect("a file");
        let layout = super::super::find(folder.path(), None).expect("a project");
        (folder, layout)
    }

    #[test]
    fn what_concerns_the_database_is_read_and_the_rest_is_passed_over() {
        let (folder, layout) = layout(
            "project_id = 'x'\n[api]\nauto_expose_new_tables = false\n[db]\nmajor_version = 15\n[db.seed]\n\
             sql_paths = ['./seeds/*.sql', './none.sql']\n[db.vault]\nkey = 'env(KEY)'\nplain = 'v'\n[auth]\nenabled = true\n",
        );
        for name in ["b.sql", "a.sql"] {
            fs::write(folder.path().join("supabase/seeds").join(name), "select 1").expect("a file");
        }
        let config = read(&layout).expect("all is well");
        assert_eq!((config.postgres.as_ref().map(|it| it.major), config.exposure()), (Some(15), Some(Exposure::Off)));
        let mut remarks = Vec::new();
        let seeds: Vec<_> = config.seeds(&layout, &mut remarks).iter().map(|path| layout.shown(path)).collect();
        assert_eq!(seeds, [Path::new("supabase/seeds/a.sql"), Path::new("supabase/seeds/b.sql")]);
        assert_eq!(remarks, ["no seed is named like ./none.sql"]);
        let (secrets, unset) = config.secrets(&|_| None);
        assert_eq!(secrets[1], ("plain".to_owned(), "v".to_owned()));
        assert_eq!(unset.len(), 1);
    }

    #[test]
    fn a_mistake_has_its_place() {
        let (_folder, layout) = layout("[db]\nmajor_version = 'seventeen'\n");
        let problem = read(&layout).expect_err("it is no number").0.remove(0);
        assert_eq!(problem.place.expect("a place").position().line, 2);
    }
}
