//! The table in which Supabase remembers what was applied.

use crate::pg::{PgError, Session};
use crate::sql::quote_literal;

use super::files::Migration;
use super::script::Script;

/// Makes the tables as the CLI does, step by step, so that older ones are brought up to date.
pub(super) const CREATE: &str = "
set lock_timeout = '4s';
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
reset lock_timeout";

/// Returns the statement that records a migration.
pub(super) fn record(migration: &Migration) -> String {
    let texts: Vec<_> = migration.script.statements.iter().map(|it| quote_literal(&it.text)).collect();
    format!(
        "insert into supabase_migrations.schema_migrations (version, statements, name) values ({}, array[{}]::text[], {})",
        quote_literal(&migration.version),
        texts.join(", "),
        quote_literal(&migration.name)
    )
}

/// Returns the statement that records a seed.
pub(super) fn record_seed(script: &Script) -> String {
    format!(
        "insert into supabase_migrations.seed_files (path, hash) values ({}, encode(sha256({}::bytea), 'hex'))
         on conflict (path) do update set hash = excluded.hash",
        quote_literal(&script.source.path.to_string_lossy()),
        quote_literal(&bytea(&script.source.text))
    )
}

fn bytea(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold("\\x".to_owned(), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("writing to a string cannot fail");
        digits
    })
}

/// Returns what the history of a database says: version, name and number of statements, in the order of the versions.
pub async fn recorded(session: &Session) -> Result<Vec<(String, String, usize)>, PgError> {
    let sql = "select version, coalesce(name, ''), coalesce(cardinality(statements), 0)
               from supabase_migrations.schema_migrations order by version collate \"C\"";
    let rows = session.rows(sql).await?;
    let read = rows.into_iter().map(|row| {
        let mut values = row.into_iter().map(Option::unwrap_or_default);
        let (version, name) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
        (version, name, values.next().and_then(|count| count.parse().ok()).unwrap_or(0))
    });
    Ok(read.collect())
}
