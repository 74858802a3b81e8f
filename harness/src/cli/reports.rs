//! The reports of a run: which were asked for, and where each goes.

use std::time::Duration;

use crate::migrate::{Migration, Policies};
use crate::outcome::Run;
use crate::problem::Problem;
use crate::report::{self, About};

use super::args::RunArguments;
use super::destination::{Destination, is_output};

/// Returns a run as a text.
type Form = fn(&Run, &About<'_>, Duration) -> String;

/// The reports that a run ends with.
#[derive(Debug, Default)]
pub(super) struct Reports(Vec<(Destination, Form)>);

impl Reports {
    /// Makes sure, before anything is run, that each can be written.
    pub(super) fn ready(arguments: &RunArguments) -> Result<Self, Problem> {
        let forms: [(_, Form); 2] = [(&arguments.json, report::json), (&arguments.html, report::html)];
        let asked = || forms.iter().filter_map(|(path, form)| Some((path.as_deref()?, *form)));
        if asked().filter(|(path, _)| is_output(path)).count() > 1 {
            return Err(Problem::new("two reports cannot both be written to standard output").help("name a file"));
        }
        let ready = asked().map(|(path, form)| Ok((Destination::ready(path)?, form)));
        ready.collect::<Result<_, _>>().map(Self)
    }

    /// Writes them all.
    pub(super) fn write(self, run: &Run, about: &About<'_>, time: Duration) -> Result<(), Problem> {
        self.0.into_iter().try_for_each(|(destination, form)| destination.write(&form(run, about, time)))
    }
}

/// Says of every policy where a migration makes it.
pub(super) fn place_policies(run: &mut Run, migrations: &[Migration]) {
    if run.tables.is_empty() {
        return;
    }
    let policies = Policies::of(migrations);
    for table in &mut run.tables {
        for policy in &mut table.policies {
            policy.place = policies.place(&table.name, &policy.name).cloned();
        }
    }
}
