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

/// How many warnings of one file are told; a file that warns of every row would hide the others.
const FEW: usize = 3;

impl Record {
    /// Returns the warnings in words, a few of each file and how many more there are.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for file in self.warnings.chunk_by(|one, next| one.0 == next.0) {
            remarks.extend(file.iter().take(FEW).map(|(name, warning)| format!("{name}: {warning}")));
            if let (Some((name, _)), true) = (file.first(), file.len() > FEW) {
                remarks.push(format!("{name}: and {} more", file.len() - FEW));
            }
        }
        remarks
    }

    pub(super) fn read(text: &str) -> Self {
        // A record of another version of this program only says less than it could.
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_warns_of_much_does_not_hide_another() {
        let warning = |file: &str, at: usize| (file.to_owned(), format!("warning {at}"));
        let warnings = (0..5).map(|at| warning("a.sql", at)).chain([warning("b.sql", 0)]).collect();
        let remarks = Record { warnings, ..Record::default() }.remarks();
        assert_eq!(
            remarks,
            ["a.sql: warning 0", "a.sql: warning 1", "a.sql: warning 2", "a.sql: and 2 more", "b.sql: warning 0"]
        );
    }
}
