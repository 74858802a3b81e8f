//! Turns what is known into text. Cannot start anything and writes nothing.

mod about;
mod console;
mod difference;
mod html;
mod json;
mod psql;
mod secret;
mod snippet;
mod visible;

pub use about::About;
pub use console::{header, mismatches, outcome, run};
pub use difference::difference;
pub use html::html;
pub use json::{json, json_schema};
pub use psql::script as psql;
pub use snippet::{Style, problems};
pub use visible::visible;
