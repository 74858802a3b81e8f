//! Carries a plan out: a clone of the world, an observation for each unit, a verdict for each observation.

use crate::judge;
use crate::migrate::recorded;
use crate::outcome::{Outcome, Run, Verdict};
use crate::pg::{Clone, PgError, Server};
use crate::plan::{Subject, Unit};
use crate::world::World;

/// Runs a plan in a clone of a world.
pub async fn run(server: &Server, world: &World, units: &[Unit]) -> Run {
    let history = observe(server, world).await;
    let outcomes = units.iter().map(|unit| {
        let verdict = match (&unit.subject, &history) {
            (Subject::Applies(applies), Ok(history)) => judge::applies(applies, history),
            (_, Err(error)) => Verdict::Unjudged(error.to_string()),
        };
        let Subject::Applies(applies) = &unit.subject;
        let file = format!("{}_{}", applies.version, applies.name);
        let touched = world.record.stubs.iter().filter(|stub| stub.touched_by.contains(&file));
        Outcome { name: unit.name.clone(), verdict, stubs: touched.map(|stub| stub.name.clone()).collect() }
    });
    Run { planned: units.len(), outcomes: outcomes.collect() }
}

async fn observe(server: &Server, world: &World) -> Result<Vec<(String, String, usize)>, PgError> {
    let clone = Clone::make(server, &world.template.name, 0).await?;
    let session = server.session(&clone.name).await?;
    let history = recorded(&session).await;
    session.close().await;
    clone.drop(server).await?;
    history
}
