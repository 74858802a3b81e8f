//! Asks one fact and tells what the server did. Has no opinion.

use crate::migrate::Executor;
use crate::pg::{PgError, Server};
use crate::shim::facts::Fact;
use crate::sql::{quote_identifier, split};

/// What the server did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The rows, their columns joined by `|`.
    pub rows: Vec<String>,
    /// The refusal: SQLSTATE and message.
    pub refused: Option<(String, String)>,
    /// The notices and warnings.
    pub remarks: Vec<String>,
}

/// Whether there was an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// There was.
    Answered(Answer),
    /// The question could not be put.
    Impossible(String),
}

/// A database that is held against the facts.
#[derive(Debug)]
pub struct Subject {
    executor: Executor,
    major: u32,
    is_superuser: bool,
}

impl Subject {
    /// Connects to a database of a server of ours.
    pub async fn connect(server: &Server, database: &str) -> Result<Self, PgError> {
        let executor = Executor::connect(server, database).await?;
        executor.session().run("reset session authorization").await?;
        let is_superuser = executor.session().value("show is_superuser").await?.as_deref() == Some("on");
        Ok(Self { executor, major: server.version.major, is_superuser })
    }

    /// Returns the major of its server.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Runs something as it stands, as whoever connected.
    pub async fn run(&self, sql: &str) -> Result<(), PgError> {
        self.executor.session().run(sql).await
    }

    /// Opens a transaction around everything that is asked from now on, or ends it.
    pub async fn transaction(&mut self, command: &str) -> Result<(), PgError> {
        self.executor.transaction(command).await
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.executor.close().await;
    }
}

/// Asks one fact in a transaction, or in a savepoint of one that is open, and leaves nothing behind.
pub async fn ask(subject: &mut Subject, fact: &Fact) -> Asked {
    let asked = ask_within(subject, fact).await;
    let back = "rollback to savepoint pgattest_fact; release savepoint pgattest_fact";
    let ended =
        if subject.executor.is_in_transaction() { subject.run(back).await } else { subject.run("rollback").await };
    match ended {
        Ok(()) => asked,
        Err(error) => Asked::Impossible(error.to_string()),
    }
}

async fn ask_within(subject: &mut Subject, fact: &Fact) -> Asked {
    let session = subject.executor.session();
    let start = if subject.executor.is_in_transaction() { "savepoint pgattest_fact" } else { "begin" };
    let needs_power = fact.given.is_some() || fact.actor.is_some() || fact.elevated;
    if needs_power && !subject.is_superuser {
        // The transaction is opened all the same: the caller ends it.
        drop(session.run(start).await);
        return Asked::Impossible("asking it takes a superuser".to_owned());
    }
    let given = fact.given.as_deref().unwrap_or_default();
    if let Err(error) = session.run(&format!("{start};\n{given}")).await {
        return Asked::Impossible(format!("what it presupposes was refused: {error}"));
    }
    if let Err(error) = session.run(&become_actor(fact)).await {
        return Asked::Impossible(format!("the role was refused: {error}"));
    }
    session.take_remarks();
    let asked = if fact.elevated { as_migration(subject, fact).await } else { session.rows(&fact.sql).await };
    let session = subject.executor.session();
    let mut answer = Answer::default();
    match asked {
        Ok(rows) => answer.rows = rows.into_iter().map(|row| joined(&row)).collect(),
        Err(PgError::Refused(refusal)) => answer.refused = Some((refusal.sqlstate, refusal.message)),
        Err(other) => return Asked::Impossible(other.to_string()),
    }
    answer.remarks = session.take_remarks().into_iter().map(|it| it.message).collect();
    Asked::Answered(answer)
}

fn become_actor(fact: &Fact) -> String {
    let actor = if fact.elevated { Some("postgres") } else { fact.actor.as_deref() };
    match actor.map(|actor| actor.split_once('>').unwrap_or((actor, ""))) {
        None => String::new(),
        Some((login, "")) => format!("set local session authorization {}", quote_identifier(login.trim())),
        Some((login, role)) => format!(
            "set local session authorization {}; set local role {}",
            quote_identifier(login.trim()),
            quote_identifier(role.trim())
        ),
    }
}

async fn as_migration(subject: &mut Subject, fact: &Fact) -> Result<Vec<crate::pg::Row>, PgError> {
    let statements = split(&fact.sql).map_err(|error| PgError::Lost(error.to_string()))?;
    let Some((last, before)) = statements.split_last() else { return Ok(Vec::new()) };
    let was_open = subject.executor.is_in_transaction();
    subject.executor.assume_transaction(true);
    let mut done = Ok(());
    for statement in before {
        done = subject.executor.run(statement).await;
        if done.is_err() {
            break;
        }
    }
    let returns_rows = fact.gives.is_some() && last.action == crate::sql::Action::Code;
    let rows = match done {
        Err(error) => Err(error),
        Ok(()) if returns_rows => subject.executor.session().rows(&last.text).await,
        Ok(()) => subject.executor.run(last).await.map(|()| Vec::new()),
    };
    subject.executor.assume_transaction(was_open);
    rows
}

fn joined(row: &crate::pg::Row) -> String {
    row.iter().map(|value| value.as_deref().unwrap_or("∅")).collect::<Vec<_>>().join("|")
}
