//! Turns what is known into text. Cannot start anything and writes nothing.

mod console;
mod snippet;
mod visible;

pub use console::{Header, header, mismatches, run};
pub use snippet::{Style, problems};
pub use visible::visible;
