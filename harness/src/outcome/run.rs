//! All outcomes of a run, in the order of its plan, and what follows from them.

use std::time::Duration;

use crate::observation::Seen;
use crate::span::Place;

use super::table::Table;
use super::verdict::{ExitCode, Verdict};

/// One unit and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The unit, in a sentence.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What of a specification it attests.
    pub attests: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Which cell of which matrix it is, if it is one.
    pub cell: Option<Cell>,
    /// What was observed.
    pub seen: Seen,
    /// What in the database decided, where a contract is broken.
    pub circumstances: Vec<Circumstance>,
    /// The stubs that it touches: what it says of them, it says of something that does nothing real.
    pub stubs: Vec<String>,
    /// What else is to be said about it.
    pub notes: Vec<String>,
    /// The database in which it can be looked at, if it was kept.
    pub kept: Option<String>,
    /// How long it took.
    pub time: Duration,
}

/// A cell of an access matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Who acts.
    pub actor: String,
    /// The table or view.
    pub table: String,
    /// The class of rows.
    pub class: String,
    /// Which rows these are, as the author wrote it.
    pub rows: String,
    /// What is done with them: select, insert, update, delete, `into <class>`.
    pub verb: String,
    /// What must come of it, in words.
    pub expected: String,
}

/// Something in the database that decided what happened: a policy, a privilege, a constraint, a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstance {
    /// What it is, in one word.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What it says.
    pub says: String,
}

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// How many units were planned.
    pub planned: usize,
    /// What came of them.
    pub outcomes: Vec<Outcome>,
    /// The tables that matrices are about.
    pub tables: Vec<Table>,
}

/// How many units came to which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Held.
    pub held: usize,
    /// Broken.
    pub broken: usize,
    /// Could not be judged.
    pub unjudged: usize,
}

impl Outcome {
    /// Makes an outcome of which nothing but the verdict is known.
    pub fn new(name: String, place: Place, verdict: Verdict) -> Self {
        Self {
            name,
            place,
            attests: Vec::new(),
            verdict,
            cell: None,
            seen: Seen::default(),
            circumstances: Vec::new(),
            stubs: Vec::new(),
            notes: Vec::new(),
            kept: None,
            time: Duration::ZERO,
        }
    }
}

impl Run {
    /// Counts the verdicts.
    pub fn tally(&self) -> Tally {
        self.outcomes.iter().fold(Tally::default(), |tally, outcome| match outcome.verdict {
            Verdict::Held => Tally { held: tally.held + 1, ..tally },
            Verdict::Broken(_) => Tally { broken: tally.broken + 1, ..tally },
            Verdict::Unjudged(_) => Tally { unjudged: tally.unjudged + 1, ..tally },
        })
    }

    /// Returns how the program ends after this run. A unit that was planned and has no outcome could not be judged.
    pub fn exit_code(&self) -> ExitCode {
        let tally = self.tally();
        match (self.planned, tally.broken, tally.unjudged + self.planned.saturating_sub(self.outcomes.len())) {
            (0, _, _) => ExitCode::Nothing,
            (_, 0, 0) => ExitCode::Held,
            (_, 0, _) => ExitCode::Unjudged,
            _ => ExitCode::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Fault;
    use crate::span::Source;
    use std::path::Path;

    fn run(planned: usize, verdicts: &[Verdict]) -> ExitCode {
        let place = Source::new(Path::new("x.yaml"), "x").place(0..1);
        let outcome = |verdict: &Verdict| Outcome::new(String::new(), place.clone(), verdict.clone());
        Run { planned, outcomes: verdicts.iter().map(outcome).collect(), ..Run::default() }.exit_code()
    }

    #[test]
    fn a_green_run_has_judged_all_that_was_planned() {
        let unjudged = Verdict::from(Fault::new("no server"));
        assert_eq!(run(1, &[Verdict::Held]), ExitCode::Held);
        assert_eq!(run(2, &[Verdict::Held]), ExitCode::Unjudged);
        assert_eq!(run(0, &[]), ExitCode::Nothing);
        assert_eq!(run(2, &[Verdict::Held, unjudged.clone()]), ExitCode::Unjudged);
        assert_eq!(run(2, &[Verdict::Broken(Vec::new()), unjudged]), ExitCode::Broken);
    }
}
