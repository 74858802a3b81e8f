//! Whatever a migration of this repository refuses or changes has a contract that notices when it is weakened.
//!
//! `weakened/<migration>.yaml` lists changes of one place in a migration, each with the contracts that must break then, or
//! with the later migration that cannot be applied without what is changed.
//! Every policy, constraint, unique index and trigger that is in the database must stand in one of these tables.

#[path = "support/given.rs"]
#[expect(dead_code, reason = "the program is not started here")]
mod given;
#[path = "weakened/repository.rs"]
mod repository;
mod support;
#[path = "weakened/table.rs"]
mod table;

use libtest_mimic::{Arguments, Failed, Trial};
use pgattest::problem::nearest;
use repository::{Judged, Repository};
use table::{Table, Weakening};

/// The kinds of which every object must stand in a table.
const KINDS: [&str; 7] = ["policy", "check", "foreign key", "unique", "exclusion", "index", "trigger"];

fn main() {
    let arguments = Arguments::from_args();
    let tables: &'static [_] = table::all().leak();
    let mut trials = vec![
        Trial::test("every contract holds as long as nothing is weakened", everything_holds),
        Trial::test("everything that refuses or changes rows is weakened", || everything_is_weakened(tables)),
    ];
    for table in tables {
        trials.push(Trial::test(format!("{}: is a table", table.migration), || table.is_one()));
        for it in table.weakenings() {
            trials.push(Trial::test(format!("{}: {}", table.migration, it.weakens), || is_noticed(table, it)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn everything_holds() -> Result<(), Failed> {
    let judged = Repository::get()?.judged()?;
    if judged.verdicts.values().all(|verdict| *verdict == "held") { Ok(()) } else { Err(judged.printed.clone().into()) }
}

/// Weakens a migration and demands that the contracts notice.
fn is_noticed(table: &Table, it: &Weakening) -> Result<(), Failed> {
    let (repository, weakened, names) = (Repository::get()?, table.weakened(it)?, it.breaks.names());
    if let Some(stopped) = &it.stops {
        return stops(repository.stopped_with(&table.migration, &weakened)?, stopped);
    }
    let unchanged = repository.judged()?;
    if names.is_empty() {
        return Err("`breaks` names no contract, and `stops` no migration".into());
    }
    let unfit: Vec<_> = names.iter().filter_map(|name| unfit(unchanged, name)).collect();
    if !unfit.is_empty() {
        return Err(format!("`breaks` names what cannot notice anything:\n{}", unfit.join("\n")).into());
    }
    let judged = repository.judged_with(&table.migration, &weakened, &names)?;
    let verdict = |name: &str| judged.verdicts.get(name).copied().unwrap_or("not judged");
    let unnoticed: Vec<_> = names.into_iter().filter(|name| verdict(name) != "broken").collect();
    if unnoticed.is_empty() {
        return Ok(());
    }
    let said = unnoticed.into_iter().map(|name| format!("expected broken, observed {}: `{name}`", verdict(name)));
    Err(format!("{}\n\n{}", said.collect::<Vec<_>>().join("\n"), judged.printed).into())
}

/// Demands that a migration cannot be applied any longer.
fn stops(why: Option<String>, migration: &str) -> Result<(), Failed> {
    let why = why.unwrap_or_else(|| "every migration was applied".to_owned());
    if why.contains(&format!("migrations/{migration}.sql")) {
        return Ok(());
    }
    Err(format!("expected that {migration} cannot be applied, observed:\n{why}").into())
}

/// Returns why a contract cannot be named, if it is not there or does not hold as long as nothing is weakened.
fn unfit(unchanged: &Judged, name: &str) -> Option<String> {
    match unchanged.verdicts.get(name) {
        Some(&"held") => None,
        Some(verdict) => Some(format!("  `{name}` is {verdict} though nothing is weakened")),
        None => {
            let near = nearest(name, unchanged.verdicts.keys().map(String::as_str));
            let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Some(format!("  no contract is called `{name}`{help}"))
        }
    }
}

/// Holds the tables against the catalog of the database that the migrations make.
fn everything_is_weakened(tables: &[Table]) -> Result<(), Failed> {
    let objects = Repository::get()?.objects()?;
    let weakened: Vec<_> = tables.iter().flat_map(Table::weakenings).map(Weakening::object).collect();
    let missing = objects.iter().filter(|(name, is_demanded)| **is_demanded && !weakened.contains(&name.as_str()));
    let missing = missing.map(|(name, _)| format!("  no table has `weakens: {name}`\n"));
    let strange = weakened.iter().filter(|name| is_of_a_kind(name) && !objects.contains_key(**name));
    let strange = strange.map(|name| format!("  nothing in the database is called `{name}`\n"));
    let said: String = missing.chain(strange).collect();
    if said.is_empty() { Ok(()) } else { Err(format!("the tables and the database differ\n{said}").into()) }
}

fn is_of_a_kind(name: &str) -> bool {
    KINDS.iter().any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')))
}
