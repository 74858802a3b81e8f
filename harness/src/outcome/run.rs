//! All outcomes of a run, in the order of its plan, and what follows from them.

use super::verdict::{ExitCode, Verdict};

/// One unit and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The unit, in a sentence.
    pub name: String,
    /// What came of it.
    pub verdict: Verdict,
    /// The stubs that it touches: what it says of them, it says of something that does nothing real.
    pub stubs: Vec<String>,
}

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// How many units were planned.
    pub planned: usize,
    /// What came of them.
    pub outcomes: Vec<Outcome>,
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

    fn run(planned: usize, verdicts: &[Verdict]) -> ExitCode {
        let outcome = |verdict: &Verdict| Outcome { name: String::new(), verdict: verdict.clone(), stubs: Vec::new() };
        Run { planned, outcomes: verdicts.iter().map(outcome).collect() }.exit_code()
    }

    #[test]
    fn a_green_run_has_judged_all_that_was_planned() {
        let unjudged = Verdict::Unjudged("no server".into());
        assert_eq!(run(1, &[Verdict::Held]), ExitCode::Held);
        assert_eq!(run(2, &[Verdict::Held]), ExitCode::Unjudged);
        assert_eq!(run(0, &[]), ExitCode::Nothing);
        assert_eq!(run(2, &[Verdict::Held, unjudged.clone()]), ExitCode::Unjudged);
        assert_eq!(run(2, &[Verdict::Broken(Vec::new()), unjudged]), ExitCode::Broken);
    }
}
