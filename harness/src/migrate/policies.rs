//! Where the migrations say what a policy is.

use std::collections::BTreeMap;

use crate::span::Place;
use crate::sql;

use super::Migration;

/// The places of all policies that migrations write out; one that a block or a function makes is not among them.
#[derive(Debug, Default)]
pub struct Policies(BTreeMap<(String, String), Place>);

impl Policies {
    /// Reads the migrations: of several statements about a policy the last one counts.
    pub fn of(migrations: &[Migration]) -> Self {
        let sources = migrations.iter().map(|it| &it.script.source);
        let found = sources.flat_map(|source| {
            let policies = sql::policies(&source.text).into_iter();
            policies.map(|it| {
                let schema = it.table.schema.unwrap_or_else(|| "public".to_owned());
                ((key(&schema, &it.table.name), it.name), source.place(it.span))
            })
        });
        Self(found.collect())
    }

    /// Returns where a policy of a table is made or was changed last; a name without a schema is one of `public`.
    pub fn place(&self, table: &str, policy: &str) -> Option<&Place> {
        let (schema, name) = table.split_once('.').unwrap_or(("public", table));
        self.0.get(&(key(schema, name), policy.to_owned()))
    }
}

fn key(schema: &str, name: &str) -> String {
    format!("{}.{}", schema.trim_matches('"'), name.trim_matches('"'))
}
