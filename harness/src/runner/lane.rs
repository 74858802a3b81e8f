//! Rooms in which scripts are run: a lane, which many share one after the other, and a database of one's own.

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

/// A clone with a connection to it, used by one script after the other.
#[derive(Debug)]
pub(super) struct Lane {
    clone: Clone,
    session: Session,
    reset: String,
}

impl Lane {
    /// Opens a lane in a clone that was just made.
    pub(super) async fn open(server: &Server, clone: Clone, settings: &[String]) -> Result<Self, PgError> {
        let session = server.session(&clone.name).await?;
        let sequences = session.value(SEQUENCES).await?.unwrap_or_default();
        // A setting of one's own is null before its first use and empty ever after: here it is empty from the start.
        let known: Vec<_> =
            settings.iter().map(|key| format!("set_config({}, '', false)", quote_literal(key))).collect();
        if !known.is_empty() {
            session.run(&format!("select {}", known.join(", "))).await?;
        }
        let reset = format!("rollback;\n{}", RESET.replace("{sequences}", &sequences));
        let lane = Self { clone, session, reset };
        lane.clean().await?;
        Ok(lane)
    }

    /// Returns its connection, to ask things that change nothing.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// Runs a script and leaves nothing of it behind. A lane that cannot be cleaned is not used again.
    pub(super) async fn run(&self, script: &Script, facts: &Facts, search_path: &str) -> (Seen, Result<(), PgError>) {
        let seen = Run::new(&self.session, facts, script, search_path).all().await;
        let cleaned = self.clean().await;
        (seen, cleaned)
    }

    /// Ends it. What cannot be dropped now goes with the run.
    pub(super) async fn close(self, server: &Server) {
        self.session.close().await;
        drop(self.clone.drop(server).await);
    }

    async fn clean(&self) -> Result<(), PgError> {
        self.session.run(&self.reset).await?;
        self.session.take_remarks();
        Ok(())
    }
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
    let is_frozen = script.requests.iter().any(|request| request.at.is_some());
    if is_frozen {
        match freeze(server, clone).await {
            Ok(found) => notes = found,
            Err(error) => return (troubled(&error), notes),
        }
    }
    let session = match server.session(&clone.name).await {
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
