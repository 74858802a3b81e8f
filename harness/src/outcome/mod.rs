//! What came of a run: a verdict for each unit, and the exit code that follows from all of them.

mod run;
mod verdict;

pub use run::{Outcome, Run, Tally};
pub use verdict::{ExitCode, Finding, Verdict};
