//! Supabase's schemas and what is in them, laid down in a fresh database.

use crate::pg::{PgError, Session};
use crate::sql::quote_identifier;

use super::extensions::{self, StandIn, stand_in, stand_ins};

/// Whether new tables in `public` are open to the API roles; Supabase knows both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// They are: RLS is the only barrier.
    On,
    /// They are not: each grant is the project's own.
    Off,
}

const DATABASE: &str = include_str!("sql/database.sql");
const AUTH: &str = include_str!("sql/auth.sql");
const STORAGE: &str = include_str!("sql/storage.sql");
const REALTIME: &str = include_str!("sql/realtime.sql");
const VAULT: &str = include_str!("sql/vault.sql");
const FUNCTIONS: &str = include_str!("sql/functions.sql");
const EXPOSURE_OFF: &str = include_str!("sql/exposure_off.sql");
const DATABASE_GRANTS: &str = include_str!("sql/database_grants.sql");
const OWN_EVENT_TRIGGERS: &str = include_str!("sql/own_event_triggers.sql");
const REGISTER: &str = include_str!("sql/register_extension.sql");

/// The extensions that every project has from the start.
const DEFAULT_EXTENSIONS: [&str; 3] = ["pgcrypto", "uuid-ossp", "pg_stat_statements"];

impl Exposure {
    /// Returns the mode in which new tables are exposed, or not.
    pub fn of(is_exposed: bool) -> Self {
        if is_exposed { Self::On } else { Self::Off }
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "exposed",
            Self::Off => "hidden",
        }
    }
}

/// Returns what gives a migration's event triggers to `postgres`, for a session of the superuser.
pub fn own_event_triggers() -> &'static str {
    OWN_EVENT_TRIGGERS
}

/// Returns every text that the shim is made of: a change in any of them makes another world.
pub fn parts() -> impl Iterator<Item = &'static str> {
    let files = [DATABASE, AUTH, STORAGE, REALTIME, VAULT, FUNCTIONS, EXPOSURE_OFF, DATABASE_GRANTS];
    let files = files.into_iter().chain([REGISTER, OWN_EVENT_TRIGGERS, env!("CARGO_PKG_VERSION")]);
    files.chain(super::roles::texts()).chain([extensions::INDEXES]).chain(stand_ins().map(|it| it.text))
}

/// Lays everything down; the session belongs to the superuser.
pub async fn install(session: &Session, exposure: Exposure, major: u32) -> Result<(), PgError> {
    // On a given server we may be another superuser; what is laid down belongs to Supabase's.
    session.run(&format!("set session authorization {}", super::SUPERUSER)).await?;
    session.run(DATABASE).await?;
    for name in DEFAULT_EXTENSIONS {
        install_default(session, name).await?;
    }
    if major == 15 {
        // Images of this major still carry it.
        install_default(session, "pgjwt").await?;
    }
    for sql in [AUTH, STORAGE, REALTIME] {
        session.run(sql).await?;
    }
    if session.run("create extension supabase_vault schema vault").await.is_err() {
        session.run(&format!("begin; {}; commit", stand_in_sql(&StandIn::vault(VAULT), "vault"))).await?;
    }
    session.run(FUNCTIONS).await?;
    if exposure == Exposure::Off {
        session.run(EXPOSURE_OFF).await?;
    }
    session.run(DATABASE_GRANTS).await
}

async fn install_default(session: &Session, name: &str) -> Result<(), PgError> {
    let native = format!("create extension {} schema extensions", quote_identifier(name));
    match (session.run(&native).await, stand_in(name)) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(it)) => session.run(&format!("begin; {}; commit", stand_in_sql(&it, "extensions"))).await,
        (Err(error), None) => Err(error),
    }
}

/// Something in a database that is not what it is on Supabase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoodIn {
    /// What it is called.
    pub name: String,
    /// Whether it does nothing real.
    pub is_stub: bool,
    /// What is not real about it.
    pub says: &'static str,
    /// The names by which SQL speaks of it: its own, and those of its schemas.
    pub names: Vec<String>,
}

/// Returns what in a database is not what it is on Supabase: stand-ins, and triggers that would send something.
pub async fn stood_in_for(session: &Session) -> Result<Vec<StoodIn>, PgError> {
    let sql = "select extname from pg_extension where extversion like '%+stub' order by 1";
    let names = session.rows(sql).await?.into_iter().flatten().flatten();
    let mut found: Vec<_> = names.map(stood_in).collect();
    let sends = "select count(*) from pg_trigger where tgfoid = to_regprocedure('supabase_functions.http_request()')";
    if session.value(sends).await?.is_some_and(|count| count != "0") {
        let says = "triggers that call it send nothing";
        let names = vec!["http_request".to_owned()];
        found.push(StoodIn { name: "supabase_functions.http_request".to_owned(), is_stub: true, says, names });
    }
    Ok(found)
}

fn stood_in(name: String) -> StoodIn {
    let known = stand_in(&name).or_else(|| (name == "supabase_vault").then(|| StandIn::vault(VAULT)));
    let mut names = vec![name.clone()];
    names.extend(known.iter().flat_map(StandIn::creates).map(str::to_owned));
    match known {
        Some(it) => StoodIn { name, is_stub: it.is_stub(), says: it.says(), names },
        None => StoodIn { name, is_stub: true, says: "its package was not fetched, so nothing of it is there", names },
    }
}

/// Returns the SQL that looks up what a project's own pg_tle extension is made of: version and body.
pub fn recorded_extension(name: &str) -> String {
    format!(
        "select version, coalesce(body, '') from pgtle.pgattest_extension
         where name = {} order by is_default desc, version desc limit 1",
        crate::sql::quote_literal(name)
    )
}

/// Returns the SQL that creates an extension that pg_tle knows, in a transaction: what the superuser runs before its body,
/// the body, and what the superuser runs after it.
pub fn recorded_extension_sql(name: &str, version: &str, schema: &str, body: &str) -> [String; 3] {
    let [before, filled, mut after] = extensions::registration_of_unknown(name, version, schema, body, REGISTER);
    if !body.is_empty() {
        // What the project wrote itself is no stand-in.
        let [name, version] = [name, version].map(crate::sql::quote_literal);
        after += &["; update pg_catalog.pg_extension set extversion = ", &version, " where extname = ", &name].concat();
    }
    [before, filled, after]
}

/// Returns the SQL that puts a stand-in in place of an extension, for a session of the superuser in a transaction.
pub fn stand_in_sql(it: &StandIn, schema: &str) -> String {
    extensions::registration(it, schema, REGISTER)
}
