//! Migrations: which files there are, and how they are applied as Supabase applies them.

mod apply;
mod executor;
mod extension;
mod failure;
mod files;
mod history;
mod policies;
mod role;
mod script;

pub use apply::{Applied, Applier};
pub use executor::Executor;
pub use failure::Failure;
pub use files::{Folder, Migration, Rollback, read};
pub use history::recorded;
pub use policies::Policies;
pub use script::{Script, read_script, read_text};
