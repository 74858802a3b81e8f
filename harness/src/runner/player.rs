//! One connection of a case with several: begins requests, sends what it is told, and knows whether that will give up.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::observation::{Attempt, End, ServerError, Trouble};
use crate::pg::{PgError, Session, Wait, blockers_of};
use crate::plan::Does;

/// What the server says when it has looked for a deadlock and found none.
const LOOKED: &str = " still waiting for ";

/// How long a limit may be (in seconds) for a statement to be waited for until it gives up.
///
/// A statement that will give up soon is not blocked: what it comes to is the refusal.
const SOON: u32 = 2;

/// How long the end of a session may take before it is left to itself.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// One connection.
pub(super) struct Player {
    /// What the case calls it.
    pub(super) name: String,
    /// The server's process.
    pub(super) process: String,
    pub(super) session: Arc<Session>,
    /// Whether it has begun a request that lasts.
    pub(super) is_open: bool,
    /// Whether what it has sent and has not ended will give up.
    pub(super) pending: Option<GivesUp>,
    /// What it sent last, by its place in what is told.
    pub(super) last: Option<usize>,
}

/// Whether a statement that waits gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivesUp {
    /// By a timeout of its own, and soon.
    Soon,
    /// Not in the time that a case takes.
    Never,
}

/// Whether a statement can be sent.
pub(super) enum Ready {
    /// It can.
    Yes(GivesUp),
    /// There is nothing to send any more: this came of it.
    No(Attempt),
}

impl Player {
    pub(super) fn new(name: &str, process: String, session: Session) -> Self {
        let session = Arc::new(session);
        Self { name: name.to_owned(), process, session, is_open: false, pending: None, last: None }
    }

    /// Begins the request that a step needs, and asks how long its statement may take; `begin` makes it the actor's.
    pub(super) async fn ready(&mut self, does: Does, begin: &str) -> Result<Ready, Trouble> {
        if does == Does::Begin || (does == Does::Send && !self.is_open) {
            match self.session.run(begin).await {
                Ok(()) => self.is_open = does == Does::Begin,
                Err(PgError::Refused(error)) => return Err(Trouble::new(format!("nobody can act like this: {error}"))),
                Err(lost) => return Ok(Ready::No(Attempt::ended(End::Lost(lost.to_string())))),
            }
        }
        match (does, self.limit().await) {
            (Does::Begin, _) => Ok(Ready::No(Attempt::ended(End::Done))),
            // Postgres would roll back and call it done; what was wanted is refused.
            (Does::Commit, Err(PgError::Refused(failed))) => Ok(Ready::No(self.give_up(failed).await)),
            (_, Ok(gives_up)) => Ok(Ready::Yes(gives_up)),
            // The statement will meet the same trouble, and tell it.
            (_, Err(_)) => Ok(Ready::Yes(GivesUp::Never)),
        }
    }

    /// Asks how long the next statement may take.
    async fn limit(&self) -> Result<GivesUp, PgError> {
        let limit = |name| format!("nullif(extract(epoch from pg_catalog.current_setting('{name}')::interval), 0)");
        let sql = format!("select least({}, {}) <= {SOON}", limit("lock_timeout"), limit("statement_timeout"));
        let soon = self.session.value(&sql).await?;
        Ok(if soon.as_deref() == Some("t") { GivesUp::Soon } else { GivesUp::Never })
    }

    async fn give_up(&mut self, failed: Box<ServerError>) -> Attempt {
        self.is_open = false;
        match self.session.run("rollback").await {
            Ok(()) => Attempt::ended(End::Refused(failed)),
            Err(error) => Attempt::ended(End::Lost(error.to_string())),
        }
    }

    /// Whether it is done, or waits for one of these and has looked for a deadlock in vain.
    pub(super) fn is_settled(&self, seen: &[Wait], all: &[Self]) -> bool {
        let Some(gives_up) = self.pending else { return true };
        let Some(wait) = seen.iter().find(|wait| wait.process == self.process) else { return false };
        let looked = self.session.last_log_line().is_some_and(|line| line.contains(LOOKED));
        gives_up == GivesUp::Never && !blockers(wait, all).is_empty() && (looked || wait.is_long)
    }

    /// Ends what it has begun, and the connection.
    pub(super) async fn leave(self) {
        if let Some(session) = Arc::into_inner(self.session) {
            drop(session.run("rollback").await);
            session.close().await;
        }
    }
}

/// Returns the names of those that somebody waits for.
pub(super) fn blockers(wait: &Wait, all: &[Player]) -> Vec<String> {
    let ours = all.iter().filter(|player| wait.blockers.contains(&player.process));
    ours.map(|player| player.name.clone()).collect()
}

/// Says who waits for whom.
pub(super) async fn waiting(players: &[Player], monitor: &Session) -> String {
    let mut said = Vec::new();
    for player in players.iter().filter(|player| player.pending.is_some()) {
        let asked = timeout(GRACE, blockers_of(monitor, &player.process)).await;
        said.push(match asked.ok().and_then(Result::ok).unwrap_or_default().as_slice() {
            [] => format!("`{}` is still at work", player.name),
            blockers => format!("`{}` waits for {}", player.name, blockers.join(" and ")),
        });
    }
    said.join("; ")
}

/// Sends a statement that is part of a request.
pub(super) async fn part(session: &Session, sql: &str) -> Attempt {
    let attempt = session.attempt(sql).await;
    if attempt.end != End::Done {
        // Postgres tells an error before it lets go of what the transaction held; its next answer comes after that.
        drop(session.run("").await);
    }
    attempt
}

/// Sends a statement that is a request of its own, and ends the request.
pub(super) async fn whole(session: &Session, sql: &str) -> Attempt {
    let mut attempt = session.attempt(sql).await;
    if attempt.end != End::Done {
        drop(session.run("rollback").await);
        return attempt;
    }
    // What is deferred happens here, and may refuse or remark.
    let commit = part(session, "commit").await;
    attempt.end = commit.end;
    attempt.notices.extend(commit.notices);
    attempt.time += commit.time;
    attempt
}
