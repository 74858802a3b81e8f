//! What came of each unit, in the order of the plan, whatever the order in which they ended.

use crate::outcome::{Fault, Outcome, Run, Table};
use crate::plan::Unit;

/// The outcomes so far. It begins with a line for each unit of the plan, so that none can be forgotten.
#[derive(Debug)]
pub(super) struct Ledger(Vec<Outcome>);

impl Ledger {
    pub(super) fn of(units: &[Unit]) -> Self {
        let unrun = || Fault::new("it was not run");
        Self(units.iter().map(|unit| Outcome::new(unit.name.clone(), unit.place.clone(), unrun().into())).collect())
    }

    pub(super) fn enter(&mut self, at: usize, outcome: Outcome) {
        self.0[at] = outcome;
    }

    pub(super) fn close(self, tables: Vec<Table>) -> Run {
        Run { planned: self.0.len(), outcomes: self.0, tables }
    }
}
