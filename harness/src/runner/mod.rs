//! Carries a plan out: rooms, an observation for each unit, a verdict for each observation.

mod circumstances;
mod facts;
mod lane;
mod ledger;
mod player;
mod reach;
mod request;
mod sessions;
mod stage;
mod tables;
mod trial;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::time::Instant;

use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
pub use libtest_mimic::Arguments;
pub use trial::list;

use crate::judge;
use crate::observation::{End, Seen, Tried};
use crate::outcome::{Fault, Outcome, Run, Table, Verdict};
use crate::pg::{Clone, PgError, Server};
use crate::plan::{Applies, Room, Script, Sequence, Subject, Unit};
use crate::sql::mentioned;
use crate::world::World;

use facts::Facts;
use lane::Lane;
use ledger::Ledger;

/// How a run is to be carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// What libtest-mimic is told.
    pub arguments: Arguments,
    /// The search path of a request through the API.
    pub search_path: String,
    /// Whether the databases of what did not hold stay.
    pub keep: Keep,
    /// In which order units are begun.
    pub sequence: Sequence,
}

/// Whether the databases of what did not hold stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// They go.
    Nothing,
    /// They stay, and the outcome names them.
    Broken,
}

/// Everything that units are carried out with.
struct Runner<'a> {
    server: &'a Server,
    world: &'a World,
    options: &'a Options,
    facts: Facts,
    tables: Vec<Table>,
    lanes: Mutex<Vec<Lane>>,
}

/// Runs a plan; `told` is what a test says that did not hold.
pub async fn run(
    server: &Server,
    world: &World,
    units: &[Unit],
    options: &Options,
    told: &(dyn Fn(&Outcome) -> String + Sync),
) -> Run {
    let mut ledger = Ledger::of(units);
    let runner = match Runner::open(server, world, units, options).await {
        Ok(runner) => runner,
        Err(error) => {
            for (at, unit) in units.iter().enumerate() {
                let fault = Fault::new(error.to_string());
                ledger.enter(at, Outcome::new(unit.name.clone(), unit.place.clone(), fault.into()));
            }
            return ledger.close(Vec::new());
        }
    };
    let (mut jobs, conclusion) = trial::start(units, options.sequence.of(units), options.arguments.clone());
    let mut working = FuturesUnordered::new();
    loop {
        tokio::select! {
            job = jobs.recv() => match job {
                Some(job) => working.push(carry_out(&runner, units, job, told)),
                None => break,
            },
            Some((at, outcome)) = working.next() => ledger.enter(at, outcome),
        }
    }
    while let Some((at, outcome)) = working.next().await {
        ledger.enter(at, outcome);
    }
    // It counts what was entered above.
    drop(conclusion.await);
    drop(working);
    let tables = runner.tables.clone();
    runner.close().await;
    ledger.close(tables)
}

async fn carry_out(
    runner: &Runner<'_>,
    units: &[Unit],
    job: trial::Job,
    told: &(dyn Fn(&Outcome) -> String + Sync),
) -> (usize, Outcome) {
    let unit = &units[job.unit];
    let start = Instant::now();
    let done = AssertUnwindSafe(runner.unit(unit)).catch_unwind().await;
    let mut outcome = done.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned())).unwrap_or_default();
        let fault = Fault::new(format!("pgattest itself failed: {said}"));
        Outcome::new(unit.name.clone(), unit.place.clone(), fault.into())
    });
    outcome.time = start.elapsed();
    let reply = if outcome.verdict == Verdict::Held { Ok(()) } else { Err(told(&outcome)) };
    // Nobody waits for it if the run was ended.
    drop(job.reply.send(reply));
    (job.unit, outcome)
}

impl<'a> Runner<'a> {
    async fn open(server: &'a Server, world: &'a World, units: &[Unit], options: &'a Options) -> Result<Self, PgError> {
        let clone = Clone::make(server, &world.template.name).await?;
        let session = server.session(&clone.name).await?;
        let facts = Facts::of(&session, units).await?;
        let tables = tables::of(&session, units).await;
        session.close().await;
        let lane = Lane::open(server, clone, &facts).await?;
        Ok(Self { server, world, options, facts, tables, lanes: Mutex::new(vec![lane]) })
    }

    async fn close(self) {
        let lanes = self.lanes.into_inner().unwrap_or_default();
        join_all(lanes.into_iter().map(|lane| lane.close(self.server))).await;
    }

    async fn unit(&self, unit: &Unit) -> Outcome {
        let (verdict, seen, notes, kept) = match (&unit.subject, unit.script()) {
            (Subject::Applies(applies), _) => (self.applies(applies), Seen::default(), Vec::new(), None),
            (subject @ Subject::Sessions(sessions), _) => self.sessions(subject, sessions).await,
            (subject, Some(script)) => self.script(subject, script).await,
            (_, None) => (Fault::new("there is nothing to run").into(), Seen::default(), Vec::new(), None),
        };
        let circumstances = match (decided(&verdict, &seen), &unit.subject) {
            // Among several sessions it is their order that decides.
            (Some(tried), Subject::Steps(_) | Subject::Access(_)) => self.circumstances(tried).await,
            _ => Vec::new(),
        };
        let stubs = self.stubs(unit);
        let attests = unit.attests.clone();
        let cell = if let Subject::Access(it) = &unit.subject { Some(judge::cell(it)) } else { None };
        let outcome = Outcome::new(unit.name.clone(), unit.place.clone(), verdict);
        Outcome { attests, cell, seen, circumstances, stubs, notes, kept, ..outcome }
    }

    fn applies(&self, applies: &Applies) -> Verdict {
        match &self.facts.history {
            Ok(history) => judge::applies(applies, history),
            Err(error) => {
                Fault::new(format!("the history cannot be read: {error}")).at(Some(applies.place.clone())).into()
            }
        }
    }

    async fn script(&self, subject: &Subject, script: &Script) -> (Verdict, Seen, Vec<String>, Option<String>) {
        let (verdict, seen, notes) = match script.room {
            Room::Lane => {
                let seen = self.in_lane(script).await;
                (judge::judge(subject, &seen), seen, Vec::new())
            }
            Room::Own => self.alone(subject, script, Keep::Nothing).await.0,
        };
        if self.options.keep == Keep::Nothing || verdict == Verdict::Held {
            return (verdict, seen, notes, None);
        }
        // What is to be looked at is done once more where it can stay; what was seen first is what counts.
        let (_, kept) = self.alone(subject, script, Keep::Broken).await;
        (verdict, seen, notes, kept)
    }

    /// Runs a script in a clone of its own, which goes afterwards unless it is to stay.
    async fn alone(
        &self,
        subject: &Subject,
        script: &Script,
        keep: Keep,
    ) -> ((Verdict, Seen, Vec<String>), Option<String>) {
        let clone = match self.clone().await {
            Ok(clone) => clone,
            Err(error) => {
                let seen = lane::troubled(&error);
                return ((judge::judge(subject, &seen), seen, Vec::new()), None);
            }
        };
        let run = lane::run_alone(self.server, &clone, script, &self.facts, &self.options.search_path);
        let (seen, notes) = run.await;
        let verdict = judge::judge(subject, &seen);
        let kept = match keep {
            Keep::Broken => clone.keep(self.server).await.ok(),
            // What cannot be dropped now goes with the run.
            Keep::Nothing => {
                drop(clone.drop(self.server).await);
                None
            }
        };
        ((verdict, seen, notes), kept)
    }

    async fn in_lane(&self, script: &Script) -> Seen {
        let idle = self.lanes.lock().ok().and_then(|mut lanes| lanes.pop());
        let lane = match idle {
            Some(lane) => lane,
            None => match self.lane().await {
                Ok(lane) => lane,
                Err(error) => return lane::troubled(&error),
            },
        };
        let seen = lane.run(script, &self.facts, &self.options.search_path).await;
        let is_lost = seen.tried.iter().any(|tried| matches!(tried.attempt.end, End::Lost(_)));
        // A connection that broke, and one that cannot be had anew, are not used again.
        let lane = match (is_lost, sets_its_own(script)) {
            (true, _) => None,
            (false, true) => lane.renew(self.server, &self.facts).await.ok(),
            (false, false) => Some(lane),
        };
        if let (Some(lane), Ok(mut lanes)) = (lane, self.lanes.lock()) {
            lanes.push(lane);
        }
        seen
    }

    async fn lane(&self) -> Result<Lane, PgError> {
        let clone = self.clone().await?;
        Lane::open(self.server, clone, &self.facts).await
    }

    async fn clone(&self) -> Result<Clone, PgError> {
        Clone::make(self.server, &self.world.template.name).await
    }

    async fn circumstances(&self, tried: &Tried) -> Vec<crate::outcome::Circumstance> {
        let lane = match self.lanes.lock().ok().and_then(|mut lanes| lanes.pop()) {
            Some(lane) => lane,
            None => match self.lane().await {
                Ok(lane) => lane,
                Err(_) => return Vec::new(),
            },
        };
        if lane.clean().await.is_err() {
            return Vec::new();
        }
        let found = circumstances::of(lane.session(), tried).await;
        if let Ok(mut lanes) = self.lanes.lock() {
            lanes.push(lane);
        }
        found
    }

    /// Returns the stubs that a unit speaks of.
    fn stubs(&self, unit: &Unit) -> Vec<String> {
        let stubs = self.world.record.stubs.iter();
        if self.world.record.stubs.is_empty() {
            return Vec::new();
        }
        let spoken = unit.script().map(|script| {
            script.every().flat_map(|request| mentioned(request.statement.text())).collect::<BTreeSet<_>>()
        });
        let touched = stubs.filter(|stub| match (&unit.subject, &spoken) {
            (Subject::Applies(applies), _) => stub.touched_by.contains(&applies.file()),
            (_, Some(words)) => stub.names.iter().any(|name| words.contains(name)),
            (_, None) => false,
        });
        touched.map(|stub| stub.name.clone()).collect()
    }
}

/// Returns the request that a broken contract broke on: the one that a finding is about, else the last of an actor.
fn decided<'a>(verdict: &Verdict, seen: &'a Seen) -> Option<&'a Tried> {
    let Verdict::Broken(findings) = verdict else { return None };
    let named = findings.iter().find_map(|finding| finding.request).and_then(|at| seen.tried.get(at));
    let last = || seen.tried.iter().rev().find(|tried| tried.role.is_some());
    named.filter(|tried| tried.role.is_some()).or_else(last)
}

/// Whether a script makes settings of its own, which a connection never quite forgets.
fn sets_its_own(script: &Script) -> bool {
    let keys = script.every().flat_map(|request| request.settings.iter().chain(&request.who.settings));
    keys.map(|(key, _)| key).any(|key| key.contains('.') && !key.starts_with("request."))
        || script.every().any(|request| {
            let says = request.statement.text().to_lowercase();
            !request.settings.is_empty() || says.contains("set_config") || !request.statement.kind.concerns_rows()
        })
}
