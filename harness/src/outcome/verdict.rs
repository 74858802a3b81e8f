//! Held, broken, could not be judged: three words, and what each of them means for the exit code.

use crate::rule::Rule;
use crate::span::Place;

use super::fault::Fault;

/// Something that is not as the contract has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Where the contract stands.
    pub place: Option<Place>,
    /// What was expected.
    pub expected: String,
    /// What was observed.
    pub observed: String,
    /// Both beside each other, where they are too long for a line.
    pub difference: Option<String>,
    /// The request that it is about, by its place among those that were tried.
    pub request: Option<usize>,
}

/// What came of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The contract is kept.
    Held,
    /// It is not.
    Broken(Vec<Finding>),
    /// Nobody knows, and why.
    Unjudged(Box<Fault>),
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

impl Finding {
    /// Makes a finding of both values.
    pub fn new(rule: &'static Rule, expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self {
            rule,
            place: None,
            expected: expected.into(),
            observed: observed.into(),
            difference: None,
            request: None,
        }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Adds both values beside each other.
    #[must_use]
    pub fn difference(mut self, difference: impl Into<String>) -> Self {
        self.difference = Some(difference.into());
        self
    }
}

impl Verdict {
    /// Returns the verdict that findings make: none of them, and the contract is kept.
    pub fn of(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Self::Held } else { Self::Broken(findings) }
    }

    /// Returns its word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken(_) => "broken",
            Self::Unjudged(_) => "unjudged",
        }
    }
}

impl From<Fault> for Verdict {
    fn from(fault: Fault) -> Self {
        Self::Unjudged(Box::new(fault))
    }
}
