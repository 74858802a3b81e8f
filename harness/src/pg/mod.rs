//! Postgres: servers, sessions and databases. Has never heard of a case, nor of Supabase.

mod database;
mod door;
mod error;
pub mod server;
mod session;
mod template;
mod waits;

use std::fmt::Write;

pub use database::{Clone, LANE_PREFIX, sweep};
pub use door::Door;
pub use error::PgError;
pub use server::{Binaries, Server};
pub use session::Session;

pub use crate::observation::{Row, ServerError};
pub use template::{Template, TemplateKey, ensure as ensure_template};
pub use waits::{Wait, blockers_of, circles, race, waits};

/// Returns bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
