//! The roles of a server: those that are missing are made, those that are otherwise are told.

use std::fmt;

use crate::pg::{PgError, Session};

const WANTED: &str = include_str!("sql/roles_wanted.sql");
const DIFFER: &str = include_str!("sql/roles_differ.sql");
const CREATE: &str = include_str!("sql/roles_create.sql");

/// Something about a role that is not as Supabase has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The role.
    pub role: String,
    /// What of it.
    pub what: String,
    /// How Supabase has it.
    pub wanted: String,
    /// How the server has it.
    pub found: String,
}

/// Returns the texts that roles are made by.
pub(super) fn texts() -> [&'static str; 2] {
    [WANTED, CREATE]
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, what, wanted, found } = self;
        write!(formatter, "role `{role}`, {what}: Supabase has `{wanted}`, this server `{found}`")
    }
}

/// Makes the roles that are missing, and returns what is otherwise about those that are there; nothing is changed then.
pub async fn ensure_roles(session: &Session) -> Result<Vec<Difference>, PgError> {
    session.run("select pg_advisory_lock(hashtextextended('pgattest roles', 0))").await?;
    session.run(WANTED).await?;
    let mut found = differences(session).await?;
    if is_supabase_image(session).await? {
        // Its roles are what is imitated elsewhere; only what it lacks is made.
        found.retain(|it| it.what == "role");
    }
    let missing = found.iter().any(|it| it.what == "role");
    if missing && found.iter().all(is_mended_by_creation) {
        session.run(CREATE).await?;
        if !is_supabase_image(session).await? {
            found = differences(session).await?;
        }
    }
    session.run("select pg_advisory_unlock(hashtextextended('pgattest roles', 0))").await?;
    found.retain(|it| it.what != "role");
    // What a role is comes before what it is set to, and that before what it may set.
    found.sort_by_key(|it| (it.what.split(' ').count(), it.role.clone()));
    Ok(found)
}

/// Whether the server is one of Supabase's own images, by what is in it.
async fn is_supabase_image(session: &Session) -> Result<bool, PgError> {
    let sql = "select 1 from pg_available_extensions where name = 'supabase_vault'";
    Ok(session.value(sql).await?.is_some())
}

/// Whether making the missing roles mends a difference: they are missing, or it is a server of ours on its first day.
fn is_mended_by_creation(difference: &Difference) -> bool {
    difference.what == "role" || (difference.role == super::SUPERUSER && difference.what.starts_with("setting "))
}

async fn differences(session: &Session) -> Result<Vec<Difference>, PgError> {
    let rows = session.rows(DIFFER).await?;
    let differences = rows.into_iter().map(|row| {
        let mut values = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || values.next().unwrap_or_default();
        Difference { role: next(), what: next(), wanted: next(), found: next() }
    });
    Ok(differences.collect())
}
