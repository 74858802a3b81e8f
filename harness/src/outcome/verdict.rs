//! Held, broken, could not be judged: three words, and what each of them means for the exit code.

use crate::span::Place;

/// Something that is not as the contract has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static str,
    /// Where the contract stands.
    pub place: Option<Place>,
    /// What was expected.
    pub expected: String,
    /// What was observed.
    pub observed: String,
}

/// What came of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The contract is kept.
    Held,
    /// It is not.
    Broken(Vec<Finding>),
    /// Nobody knows, and why.
    Unjudged(String),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Every contract held.
    Held = 0,
    /// A contract is broken.
    Broken = 1,
    /// The author of a file or the caller made a mistake.
    Mistake = 2,
    /// Something could not be judged.
    Unjudged = 3,
    /// Nothing was selected.
    Nothing = 4,
}
