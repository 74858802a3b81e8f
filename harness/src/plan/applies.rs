//! The contract that every migration has without a file: it applies, whole and under its own name.

use crate::migrate::Migration;
use crate::span::Place;

use super::{Subject, Unit};

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

impl Applies {
    /// Returns the name of its file, without the ending.
    pub fn file(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

pub(super) fn unit(migration: &Migration) -> Unit {
    let script = &migration.script;
    let place = script.source.place(0..script.source.text.lines().next().unwrap_or_default().len());
    let applies = Applies {
        version: migration.version.clone(),
        name: migration.name.clone(),
        statements: script.statements.len(),
        place: place.clone(),
    };
    Unit {
        name: format!("migrations/{}: applies", applies.file()),
        place,
        attests: Vec::new(),
        subject: Subject::Applies(applies),
    }
}
