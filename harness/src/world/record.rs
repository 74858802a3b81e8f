//! What is remembered about a world when it is built, so that a later run can tell it without building anew.

use serde::{Deserialize, Serialize};

/// What the builder of a template writes down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What does nothing real.
    pub stubs: Vec<Stub>,
    /// What is imitated, and computes real answers as far as it goes.
    pub imitations: Vec<String>,
    /// What Postgres warned of while the files were applied: the file, the warning.
    pub warnings: Vec<(String, String)>,
}

/// Something that does nothing real.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// What it is called.
    pub name: String,
    /// What is not real about it.
    pub says: String,
    /// The names under which it is spoken of.
    #[serde(default)]
    pub names: Vec<String>,
    /// The migrations that touch it, by the names of their files.
    pub touched_by: Vec<String>,
}

impl Record {
    pub(super) fn read(text: &str) -> Self {
        // A record of another version of this program only says less than it could.
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
