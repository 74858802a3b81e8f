//! What came of a run: a verdict for each unit, and the exit code that follows from all of them.

mod conformity;
mod fault;
mod run;
mod table;
mod verdict;

pub use conformity::{Checked, Conformity, Mismatch};
pub use fault::Fault;
pub use run::{Cell, Circumstance, Outcome, Run, Tally};
pub use table::{Policy, Table};
pub use verdict::{ExitCode, Finding, Verdict};
