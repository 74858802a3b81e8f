//! Rooms in which scripts are run: a lane, which many share one after the other, and a database of one's own.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::observation::{Seen, Trouble};
use crate::pg::{Clone, PgError, Server, Session};
use crate::plan::Script;
use crate::sql::quote_literal;

use super::facts::Facts;
use super::request::Run;

const RESET: &str = include_str!("sql/reset.sql");
const SEQUENCES: &str = include_str!("sql/sequences.sql");
const FREEZE: &str = include_str!("sql/freeze.sql");
const REAL_CLOCK: &str = include_str!("sql/real_clock.sql");

/// What the API sets for every request.
const OF_THE_API: [&str; 4] = ["request.jwt.claims", "request.headers", "request.cookies", "request.method"];

/// A clone with a connection to it, used by one script after the other.
#[derive(Debug)]
pub(super) struct Lane {
    clone: Clone,
    session: Session,
    reset: String,
    /// Whether nothing has been left behind.
    is_clean: AtomicBool,
}

impl Lane {
    /// Opens a lane in a clone that was just made.
    pub(super) async fn open(server: &Server, clone: Clone, facts: &Facts) -> Result<Self, PgError> {
        let session = connect(server, &clone, facts).await?;
        let sequences = session.value(SEQUENCES).await?.unwrap_or_default();
        let reset = RESET.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        let reset = format!("rollback;\n{};\n", reset.replace("{sequences}", &sequences));
        let lane = Self { clone, session, reset, is_clean: AtomicBool::new(false) };
        lane.clean().await?;
        Ok(lane)
    }

    /// Returns its connection, to ask things that change nothing.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// Runs a script. What it leaves behind is taken back by the first message of the next one, which saves a message.
    pub(super) async fn run(&self, script: &Script, facts: &Facts, search_path: &str) -> Seen {
        let first = if self.is_clean.swap(false, Ordering::Relaxed) { "" } else { &self.reset };
        Run::new(&self.session, facts, script, search_path).after(first).all().await
    }

    /// Connects anew: a setting of one's own is null before its first use, and then empty as long as a connection lasts.
    pub(super) async fn renew(self, server: &Server, facts: &Facts) -> Result<Self, PgError> {
        let session = connect(server, &self.clone, facts).await?;
        self.clean().await?;
        self.session.close().await;
        Ok(Self { session, ..self })
    }

    /// Ends it. What cannot be dropped now goes with the run.
    pub(super) async fn close(self, server: &Server) {
        self.session.close().await;
        drop(self.clone.drop(server).await);
    }

    /// Takes back whatever was left behind.
    pub(super) async fn clean(&self) -> Result<(), PgError> {
        if !self.is_clean.swap(true, Ordering::Relaxed) {
            self.session.run(&self.reset).await?;
            self.session.take_remarks();
        }
        Ok(())
    }
}

/// Connects to a clone. The settings that the API always makes, and those that functions make, are empty from the start and not
/// only from their first use on, so that no contract meets them otherwise than another.
async fn connect(server: &Server, clone: &Clone, facts: &Facts) -> Result<Session, PgError> {
    let session = server.session(&clone.name).await?;
    let known = facts.settings_of_functions.iter().map(String::as_str).chain(OF_THE_API);
    let empty: Vec<_> = known.map(|key| format!("set_config({}, '', false)", quote_literal(key))).collect();
    session.run(&format!("select {}", empty.join(", "))).await?;
    Ok(session)
}

/// Runs a script in a clone that is its own.
pub(super) async fn run_alone(
    server: &Server,
    clone: &Clone,
    script: &Script,
    facts: &Facts,
    search_path: &str,
) -> (Seen, Vec<String>) {
    let mut notes = Vec::new();
    let is_frozen = script.every().any(|request| request.at.is_some());
    if is_frozen {
        match freeze(server, clone).await {
            Ok(found) => notes = found,
            Err(error) => return (troubled(&error), notes),
        }
    }
    let session = match connect(server, clone, facts).await {
        Ok(session) => session,
        Err(error) => return (troubled(&error), notes),
    };
    let seen = Run::new(&session, facts, script, search_path).all().await;
    session.close().await;
    (seen, notes)
}

/// Returns an observation of nothing, with the reason.
pub(super) fn troubled(error: &PgError) -> Seen {
    Seen { trouble: Some(Trouble::new(error.to_string())), ..Seen::default() }
}

/// Makes the clock of a fresh clone obey, and returns what in it does not.
pub(super) async fn freeze(server: &Server, clone: &Clone) -> Result<Vec<String>, PgError> {
    let session = server.session(&clone.name).await?;
    let rows = session.rows(REAL_CLOCK).await?;
    session.run(FREEZE).await?;
    session.close().await;
    let said = rows.into_iter().map(|row| {
        let words: Vec<_> = row.into_iter().flatten().collect();
        format!("keeps the real clock: {}", words.join(" "))
    });
    Ok(said.collect())
}
