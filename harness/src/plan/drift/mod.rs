//! The kind `drift`, planned: the question to the database, and the values of the file by whichever way finds them.

mod found;
mod pattern;
mod pointer;
mod unit;

pub(super) use unit::unit;
pub use unit::{Drift, Found, Stored};
