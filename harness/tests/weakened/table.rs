//! The tables of weakenings: what of a migration is replaced by what, and which contracts break then.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::Failed;
use regex::{NoExpand, Regex};
use serde::Deserialize;

use super::repository::folder;

/// The weakenings of one migration.
pub(crate) struct Table {
    /// The name of the migration's file, without its ending.
    pub(crate) migration: String,
    read: Result<Vec<Weakening>, String>,
}

/// A change of one place in a migration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weakening {
    /// The object, and behind a comma in what this differs from other weakenings of it.
    pub(crate) weakens: String,
    replace: String,
    by: String,
    /// Which contracts break then.
    #[serde(default)]
    pub(crate) breaks: Names,
    /// Which migration cannot be applied any longer, where another one needs what is weakened.
    pub(crate) stops: Option<String>,
}

/// No name, one, or several.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub(crate) enum Names {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

/// Reads every table, in the order of the migrations.
pub(crate) fn all() -> Vec<Table> {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weakened");
    let entries = fs::read_dir(tables).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect();
    paths.sort();
    paths.iter().map(|path| Table::read(path)).collect()
}

impl Table {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).map_err(|error| error.to_string());
        let read = text.and_then(|text| serde_yaml::from_str(&text).map_err(|error| error.to_string()));
        Self { migration: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), read }
    }

    /// Returns its weakenings, none if it cannot be read.
    pub(crate) fn weakenings(&self) -> &[Weakening] {
        self.read.as_deref().unwrap_or_default()
    }

    /// Returns the path of its migration.
    fn path(&self) -> String {
        format!("migrations/{}.sql", self.migration)
    }

    /// Demands that it can be read, that its migration is there, and that every weakening has a name of its own.
    pub(crate) fn is_one(&self) -> Result<(), Failed> {
        let weakenings = self.read.as_ref().map_err(Clone::clone)?;
        if !folder().join(self.path()).is_file() {
            return Err(format!("there is no {}", self.path()).into());
        }
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = weakenings.iter().map(|it| &it.weakens).filter(|name| !seen.insert(*name)).collect();
        let help = "say behind a comma in what each of them differs";
        if twice.is_empty() { Ok(()) } else { Err(format!("more than one is called {twice:?}; {help}").into()) }
    }

    /// Returns the text of the migration with one change.
    pub(crate) fn weakened(&self, it: &Weakening) -> Result<String, Failed> {
        let text = fs::read_to_string(folder().join(self.path()))?;
        let pattern = it.pattern().ok_or("`replace` is empty")?;
        match pattern.find_iter(&text).count() {
            1 => {}
            0 => return Err(format!("{} has no such text:\n{}", self.path(), it.replace).into()),
            more => {
                let help = "take more of what stands around the one that is meant";
                return Err(format!("{} has this text {more} times; {help}:\n{}", self.path(), it.replace).into());
            }
        }
        let weakened = pattern.replace(&text, NoExpand(it.by.trim())).into_owned();
        if weakened == text { Err("`by` says the same as `replace`".into()) } else { Ok(weakened) }
    }
}

impl Weakening {
    /// Returns what is weakened, as the catalog names it.
    pub(crate) fn object(&self) -> &str {
        self.weakens.split(',').next().unwrap_or_default()
    }

    /// Returns what finds the text, however its lines are broken and indented there.
    fn pattern(&self) -> Option<Regex> {
        let words: Vec<_> = self.replace.split_whitespace().map(regex::escape).collect();
        let pattern = words.join(r"\s+");
        (!pattern.is_empty()).then(|| Regex::new(&pattern).expect("every word of it is escaped"))
    }
}

impl Names {
    /// Returns the names.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::One(name) => vec![name],
            Self::Several(names) => names.iter().map(String::as_str).collect(),
        }
    }
}
