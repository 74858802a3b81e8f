//! Migrations: which files there are, and how they are applied as Supabase applies them.

mod apply;
mod executor;
mod extension;
mod failure;
mod files;
mod history;

pub use apply::{Applied, Applier};
pub use executor::Executor;
pub use failure::Failure;
pub use files::{Folder, Migration, Rollback, Script, read, read_script};
pub use history::recorded;
