//! A whole file, applied as Supabase's CLI applies it: one transaction, unless the file cannot be one.

use crate::pg::{PgError, Server, ServerError};
use crate::problem::Problem;
use crate::shim;
use crate::sql::{Action, action};

use super::executor::Executor;
use super::failure::Failure;
use super::files::{Migration, Script};
use super::history;

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
        carries_no_rows(script)?;
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
        let warnings = self.executor.session().take_remarks();
        Ok(Applied { warnings: warnings.into_iter().filter(is_warning).collect() })
    }

    async fn whole(&mut self, script: &Script, record: Option<String>) -> Result<(), Failure> {
        let mut kept = false;
        self.executor.transaction("begin").await?;
        for (at, statement) in script.statements.iter().enumerate() {
            let failed = |error| Failure::of(&script.source, &script.statements, at, error, kept);
            if stands_alone(&action(statement)) {
                self.executor.transaction("commit").await.map_err(failed)?;
                self.executor.run(statement).await.map_err(failed)?;
                self.executor.transaction("begin").await?;
                kept = true;
            } else {
                self.executor.run(statement).await.map_err(failed)?;
            }
        }
        self.record(record).await?;
        let last = script.statements.len().saturating_sub(1);
        let ended = self.executor.transaction("commit").await;
        if script.statements.is_empty() {
            return Ok(ended?);
        }
        // Deferred constraints speak at the end, and for the file as a whole.
        ended.map_err(|error| Failure::of(&script.source, &script.statements, last, error, kept))
    }

    async fn as_written(&mut self, script: &Script, record: Option<String>) -> Result<(), Failure> {
        for (at, statement) in script.statements.iter().enumerate() {
            let done = self.executor.run(statement).await;
            done.map_err(|error| Failure::of(&script.source, &script.statements, at, error, true))?;
        }
        if self.executor.is_in_transaction() {
            self.executor.transaction("commit").await?;
        }
        self.record(record).await
    }

    async fn record(&self, record: Option<String>) -> Result<(), Failure> {
        let Some(record) = record else { return Ok(()) };
        // A file may have left another role behind; the history is written by the one who migrates.
        let me = format!("set session authorization {}", shim::MIGRATOR);
        self.executor.session().run(&me).await?;
        Ok(self.executor.session().run(&record).await?)
    }
}

fn shape(script: &Script) -> Shape {
    let asked = script.source.text.lines().next().is_some_and(|line| line.trim_end() == NO_TRANSACTION);
    let own = script.statements.iter().any(|it| matches!(action(it), Action::Begin | Action::End));
    if asked || own { Shape::AsWritten } else { Shape::Whole }
}

fn stands_alone(action: &Action) -> bool {
    match action {
        Action::Alone => true,
        Action::Index(request) => request.concurrently,
        _ => false,
    }
}

/// Refuses a file that would have to carry rows after a COPY, which only psql can send.
fn carries_no_rows(script: &Script) -> Result<(), Failure> {
    let copy = script.statements.iter().find(|it| action(it) == Action::CopyFromStdin);
    let Some(copy) = copy else { return Ok(()) };
    let start = copy.first_word();
    let problem = Problem::new("`copy … from stdin` cannot stand in a migration")
        .at(script.source.place(start..copy.span.end))
        .note("its rows are sent by psql, and Supabase's CLI does not send them")
        .help("write the rows as `insert` statements");
    Err(Failure::Refused(Box::new(problem)))
}

fn is_warning(remark: &ServerError) -> bool {
    remark.sqlstate.starts_with("01")
}
