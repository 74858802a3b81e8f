//! Turns what is known into text. Cannot start anything and writes nothing.

mod console;
mod difference;
mod psql;
mod snippet;
mod visible;

pub use console::{Header, header, mismatches, outcome, run};
pub use difference::difference;
pub use psql::script as psql;
pub use snippet::{Style, problems};
pub use visible::visible;
