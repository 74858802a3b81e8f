//! Why a unit could not be judged: red as well, and another colour of red.

use crate::span::Place;

/// Why nobody knows whether a contract is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why, in a sentence.
    pub why: String,
    /// Where, if it is in a file.
    pub place: Option<Place>,
    /// What else is known.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// Makes a fault of its reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), place: None, notes: Vec::new(), help: None }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place.or(self.place);
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
