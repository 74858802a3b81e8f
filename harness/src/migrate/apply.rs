//! A whole file, applied as Supabase's CLI applies it: one transaction, unless the file cannot be one.

use crate::pg::{PgError, Server, ServerError};
use crate::problem::Problem;
use crate::shim;
use crate::sql::Action;

use super::executor::Executor;
use super::failure::{Failure, Kept};
use super::files::Migration;
use super::history;
use super::script::Script;

/// The first line by which a file asks to run without a transaction.
const NO_TRANSACTION: &str = "-- pg-delta: transaction=false";

/// Applies files to one database, on one connection.
#[derive(Debug)]
pub struct Applier {
    executor: Executor,
}

/// What came of a file that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What Postgres warned of.
    pub warnings: Vec<ServerError>,
}

/// In how many transactions a file runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One, with pauses for what no transaction can hold.
    Whole,
    /// As many as the file itself says.
    AsWritten,
}

impl Applier {
    /// Connects to a database.
    pub async fn connect(server: &Server, database: &str) -> Result<Self, PgError> {
        let executor = Executor::connect(server, database).await?;
        executor.session().run(history::CREATE).await?;
        Ok(Self { executor })
    }

    /// Applies a migration and records it.
    pub async fn migration(&mut self, migration: &Migration) -> Result<Applied, Failure> {
        self.file(&migration.script, Some(history::record(migration))).await
    }

    /// Applies a seed and records it.
    pub async fn seed(&mut self, script: &Script) -> Result<Applied, Failure> {
        self.file(script, Some(history::record_seed(script))).await
    }

    /// Applies a file that no history knows.
    pub async fn script(&mut self, script: &Script) -> Result<Applied, Failure> {
        self.file(script, None).await
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.executor.close().await;
    }

    async fn file(&mut self, script: &Script, record: Option<String>) -> Result<Applied, Failure> {
        self.executor.session().run("reset all").await?;
        self.executor.session().take_remarks();
        let done = match shape(script) {
            Shape::Whole => self.whole(script, record).await,
            Shape::AsWritten => self.as_written(script, record).await,
        };
        if done.is_err() && self.executor.is_in_transaction() {
            // The failure is what matters; a connection that is gone has rolled back by itself.
            drop(self.executor.transaction("rollback").await);
        }
        done?;
        self.still_postgres(script).await?;
        let warnings = self.executor.session().take_remarks();
        Ok(Applied { warnings: warnings.into_iter().filter(is_warning).collect() })
    }

    /// Makes sure that nothing in a file has taken the session from `postgres`: what came after would prove nothing.
    async fn still_postgres(&self, script: &Script) -> Result<(), Failure> {
        let who = self.executor.session().value("select session_user").await?;
        if who.as_deref() == Some(shim::MIGRATOR) {
            return Ok(());
        }
        let place = script.source.place(0..script.source.text.lines().next().unwrap_or_default().len());
        let problem = Problem::new("this file takes the session from `postgres`, which Supabase refuses").at(place);
        Err(Failure::Refused(Box::new(problem.label("SQLSTATE 42501"))))
    }

    async fn whole(&mut self, script: &Script, record: Option<String>) -> Result<(), Failure> {
        let mut kept = Kept::Nothing;
        self.executor.transaction("begin").await?;
        for (at, statement) in script.statements.iter().enumerate() {
            let failed = |error| Failure::of(&script.source, &script.statements, at, error, kept);
            if stands_alone(&statement.action) {
                self.executor.transaction("commit").await.map_err(failed)?;
                kept = if at == 0 { Kept::Nothing } else { Kept::First(at) };
                let failed = |error| Failure::of(&script.source, &script.statements, at, error, kept);
                self.executor.run(statement).await.map_err(failed)?;
                self.executor.transaction("begin").await?;
                kept = Kept::First(at + 1);
            } else {
                self.executor.run(statement).await.map_err(failed)?;
            }
        }
        self.record(script, record).await?;
        let last = script.statements.len().saturating_sub(1);
        let ended = self.executor.transaction("commit").await;
        if script.statements.is_empty() {
            return Ok(ended?);
        }
        // Deferred constraints speak at the end, and for the file as a whole.
        ended.map_err(|error| Failure::of(&script.source, &script.statements, last, error, kept))
    }

    async fn as_written(&mut self, script: &Script, record: Option<String>) -> Result<(), Failure> {
        let mut kept = Kept::Nothing;
        for (at, statement) in script.statements.iter().enumerate() {
            let done = self.executor.run(statement).await;
            done.map_err(|error| Failure::of(&script.source, &script.statements, at, error, kept))?;
            if !self.executor.is_in_transaction() {
                kept = Kept::Committed;
            }
        }
        if self.executor.is_in_transaction() {
            return Err(left_open(script));
        }
        self.record(script, record).await
    }

    /// Records a file, as whoever the file left the session to: the CLI does the same.
    async fn record(&self, script: &Script, record: Option<String>) -> Result<(), Failure> {
        let Some(record) = record else { return Ok(()) };
        let Err(error) = self.executor.session().run(&record).await else { return Ok(()) };
        let Some(refusal) = error.refusal() else { return Err(error.into()) };
        let end = script.source.text.trim_end().len();
        let problem = Problem::new(format!("the migration could not be recorded: {}", refusal.message))
            .at(script.source.place(end..end))
            .label(format!("SQLSTATE {}", refusal.sqlstate))
            .note("the history is written at the end of the file, by the role that the file leaves behind");
        Err(Failure::Refused(Box::new(problem.help("end the file with `reset role`, if it sets one"))))
    }
}

/// A file that begins a transaction and does not end it: nobody would, and all of it would be lost.
fn left_open(script: &Script) -> Failure {
    let begin = script.statements.iter().rev().find(|it| it.action == Action::Begin);
    let problem = Problem::new("the file leaves its transaction open, so nothing of it would remain");
    let problem = begin.map_or(problem.clone(), |it| problem.at(script.source.place(it.first_word()..it.span.end)));
    Failure::Refused(Box::new(problem.help("end the file with `commit`")))
}

fn shape(script: &Script) -> Shape {
    let asked = script.source.text.lines().next().is_some_and(|line| line.trim_end() == NO_TRANSACTION);
    let own = script.statements.iter().any(|it| matches!(it.action, Action::Begin | Action::End));
    if asked || own { Shape::AsWritten } else { Shape::Whole }
}

fn stands_alone(action: &Action) -> bool {
    match action {
        Action::Alone => true,
        Action::Index(request) => request.concurrently,
        _ => false,
    }
}

fn is_warning(remark: &ServerError) -> bool {
    remark.sqlstate.starts_with("01")
}
