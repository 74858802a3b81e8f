//! What a run will judge, in order. Made from files alone, without a server.

use crate::migrate::Migration;
use crate::span::Place;

/// One thing to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The unit, in a sentence.
    pub name: String,
    /// What is to be judged.
    pub subject: Subject,
}

/// What a unit is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A migration is applied, whole and under its own name.
    Applies(Applies),
}

/// What must be on record of a migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applies {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// How many statements it has.
    pub statements: usize,
    /// Where it stands.
    pub place: Place,
}

/// Plans a run over the migrations; a unit is left out if a filter is given and none of them is in its name.
pub fn plan(migrations: &[Migration], filters: &[String]) -> Vec<Unit> {
    let units = migrations.iter().map(applies);
    units.filter(|unit| filters.is_empty() || filters.iter().any(|filter| unit.name.contains(filter))).collect()
}

fn applies(migration: &Migration) -> Unit {
    let script = &migration.script;
    let place = script.source.place(0..script.source.text.lines().next().unwrap_or_default().len());
    let applies = Applies {
        version: migration.version.clone(),
        name: migration.name.clone(),
        statements: script.statements.len(),
        place,
    };
    Unit {
        name: format!("migrations/{}_{}: applies", migration.version, migration.name),
        subject: Subject::Applies(applies),
    }
}
