//! What the database told about a delete or an update: one document, read and not judged.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Everything that was told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Document {
    /// The table in which something was done.
    pub(super) target: String,
    /// The rows that were meant.
    pub(super) meant: Meant,
    /// Every table that changed or was spoken of.
    pub(super) tables: Vec<Table>,
    /// Every table or column that was spoken of, in the order of the author.
    pub(super) expect: Vec<Spoken>,
}

/// What became of the rows that were meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Meant {
    /// How many there were.
    pub(super) rows: u64,
    /// How many are gone.
    pub(super) deleted: u64,
    /// How many hold something else now.
    pub(super) updated: u64,
}

/// What became of a table. The rows that were meant are in no number of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Table {
    /// Its name, with the schema.
    #[serde(rename = "table")]
    pub(super) name: String,
    /// The foreign keys that lead to it, where any do.
    pub(super) path: Option<Vec<String>>,
    /// What happened to it as a whole: `rewritten`, `created`, `dropped`.
    pub(super) how: Vec<String>,
    /// Whether it held any row.
    pub(super) had_rows: bool,
    /// How many rows hung on those that were meant.
    pub(super) hanging: u64,
    /// How they hung there.
    pub(super) paths: Vec<Path>,
    /// How many of them pointed at what is gone or has another key.
    pub(super) tied: u64,
    /// How many of those are still there.
    pub(super) tied_left: u64,
    /// How many rows are gone.
    pub(super) deleted: u64,
    /// How many rows are gone that did not hang there.
    pub(super) deleted_apart: u64,
    /// How many rows hold something else.
    pub(super) updated: u64,
    /// How many rows are new.
    pub(super) inserted: u64,
    /// In which columns they hold something else.
    pub(super) columns: Vec<Column>,
    /// Some of the changes.
    pub(super) samples: Vec<Sample>,
    /// What probably did it.
    pub(super) causes: Vec<Cause>,
}

/// One way in which rows hung.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Path {
    /// The foreign keys, from what was done to the row.
    pub(super) path: Vec<String>,
    /// How many rows hung so.
    pub(super) rows: u64,
}

/// A column that changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Column {
    /// Its name.
    #[serde(rename = "column")]
    pub(super) name: String,
    /// In how many rows it changed.
    pub(super) rows: u64,
    /// In how many that did not hang there.
    pub(super) apart: u64,
}

/// The values of a row, or of some of its columns.
pub(super) type Values = BTreeMap<String, Option<String>>;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Sample {
    /// What happened: `deleted`, `updated`, `inserted`.
    pub(super) change: String,
    /// The key of the row, if it has one.
    pub(super) key: Option<Values>,
    /// What it held, where that is another value now.
    pub(super) old: Option<Values>,
    /// What it holds, where that was another value.
    pub(super) new: Option<Values>,
}

/// What may have caused a change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Cause {
    /// How sure it is: 3 where it can only have been one of several.
    pub(super) likely: u8,
    /// What it is.
    pub(super) cause: String,
}

/// A table or a column that was spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Spoken {
    /// What the author wrote.
    pub(super) key: String,
    /// The table, if there is one.
    pub(super) table: Option<String>,
    /// The column, if it is one.
    pub(super) column: Option<String>,
    /// Why it is neither, if it is not.
    pub(super) problem: Option<String>,
    /// What the rows that hung there hold now, of a column.
    #[serde(default)]
    pub(super) held: Vec<Held>,
    /// How many more values they hold.
    #[serde(default)]
    pub(super) beyond: u64,
    /// How many rows hung there by way of rows to which nothing happened.
    #[serde(default)]
    pub(super) untied: u64,
}

/// Rows that hold the same in a column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Held {
    /// The value.
    pub(super) holds: Option<String>,
    /// Whether the rows are gone.
    pub(super) deleted: bool,
    /// How many they are.
    pub(super) rows: u64,
    /// The key of one of them.
    pub(super) key: Option<Values>,
}

impl Table {
    /// Whether anything in it is otherwise.
    pub(super) fn is_changed(&self) -> bool {
        self.deleted + self.updated + self.inserted > 0 || !self.how.is_empty()
    }
}
