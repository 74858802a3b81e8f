//! Supabase's world on a plain Postgres: SQL files, and how they are laid down. Nothing else knows Supabase.

mod extensions;
pub mod facts;
mod install;
mod privileged;
mod roles;

pub use extensions::{StandIn, stand_in, stand_ins, unindexable};
pub use install::{
    Exposure, StoodIn, install, own_event_triggers, parts, recorded_extension, recorded_extension_sql, stand_in_sql,
    stood_in_for,
};
pub use privileged::{Remedy, Way, forbidden, remedy, way};
pub use roles::{Difference, ensure_roles};

/// The superuser of every server of ours.
pub const SUPERUSER: &str = "supabase_admin";
/// The role that owns what migrations make.
pub const MIGRATOR: &str = "postgres";
/// The database in which Supabase keeps everything, and which migrations name where they name one.
pub const DATABASE: &str = "postgres";
/// The state of Supabase that is imitated.
pub const IMITATES: &str = "Supabase of November 2026";

/// Returns the start-up options of a connection on which migrations run: what `reset all` goes back to.
///
/// The backslash is Supabase's own: the first element names a schema that is called `$user`, so it never matches.
pub fn migration_options() -> &'static str {
    r#"-c search_path="\\$user",\ public,\ extensions -c log_statement=none"#
}
