//! A project's world: its database as Supabase would have it, built once as templates and cloned for each use.
//!
//! Three templates stand on one another: the shim alone, the shim with the migrations, and that with the seeds. Each is
//! named by the hash of all it is made of, so a change of one byte makes new ones from there on and keeps those before.

mod build;
mod record;

pub use build::{NoWorld, Plan, World, build, shim_only};
pub use record::{Record, Stub};

pub use crate::pg::server::unknown_major;
