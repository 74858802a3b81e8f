//! What a table of a matrix is in the database: its row security, its policies and who has which privilege.

use crate::span::Place;

/// A table or view that a matrix is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// What the matrix calls it.
    pub name: String,
    /// Whether its rows are guarded, in a few words.
    pub security: String,
    /// Every policy, by its name.
    pub policies: Vec<Policy>,
    /// Who has which privilege: the role, and the privileges in words.
    pub privileges: Vec<(String, String)>,
}

/// A policy of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// The verb that it is about: select, insert, update, delete, all.
    pub verb: String,
    /// The roles that it is for.
    pub roles: Vec<String>,
    /// What it says, as Postgres writes it.
    pub says: String,
    /// The statement of a migration that made it or changed it last, where one is written out.
    pub place: Option<Place>,
}
