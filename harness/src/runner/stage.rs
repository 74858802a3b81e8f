//! Takes the steps of several sessions in one order, and knows of each whether it was done or waits for another session.
//!
//! Nothing here is decided by a time: a step is done when its result is there, and it waits when the lock manager says
//! that it waits for another session of the case and a search for a deadlock has come to nothing.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

use crate::observation::{Attempt, Course, End, Part, Seen, Tried, Trouble, Turn};
use crate::pg::{PgError, Server, Session, Wait, circles, race, waits};
use crate::plan::{Does, Move, Sent, Sessions};

use super::facts::Facts;
use super::player::{GRACE, GivesUp, Player, Ready, blockers, part, waiting, whole};
use super::request::{Brought, brought, error_at, keep, setup};

/// Settings of every connection. Whoever closes a circle must be the one that finds it, or which session ends with the
/// deadlock would be left to chance: so everybody looks for one as soon as it waits, and says when it has found none.
const OPTIONS: &str = "-c deadlock_timeout=1ms -c log_lock_waits=on -c client_min_messages=log -c lc_messages=C";

/// What Postgres says to the session that it ends.
const DEADLOCK: &str = "40P01";

/// How long to listen for a result before the lock manager is asked, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(8));

/// How long all steps together may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the steps are taken.
#[derive(Clone, Copy)]
pub(super) struct House<'a> {
    pub(super) server: &'a Server,
    /// The database, which nobody else uses.
    pub(super) database: &'a str,
    /// A connection of the superuser, to any database.
    pub(super) monitor: &'a Session,
    pub(super) facts: &'a Facts,
    pub(super) search_path: &'a str,
}

/// Values that were kept: the name, and the value.
type Kept = Vec<(String, Option<String>)>;

/// Takes the steps in an order, and ends all sessions; some values may have been kept before.
pub(super) async fn play(house: House<'_>, sessions: &Sessions, order: &[usize], kept: Kept) -> Result<Seen, PgError> {
    let mut stage = Stage { kept, ..Stage::open(house, sessions, order).await? };
    let played = match timeout(PATIENCE, stage.play(order)).await {
        Ok(played) => played,
        Err(_) => Err(out_of_patience(&stage.players, house.monitor).await),
    };
    Ok(stage.close(played).await)
}

/// What was sent and has not ended: by whom, and what comes of it.
type Pending = BoxFuture<'static, (usize, Attempt)>;

struct Stage<'a> {
    house: House<'a>,
    sessions: &'a Sessions,
    players: Vec<Player>,
    pending: FuturesUnordered<Pending>,
    told: Vec<Told>,
    kept: Kept,
    /// Why a value could not be kept in the order as written; in another one the step that needs it is not taken.
    unkept: Option<Trouble>,
    is_written: bool,
    races: Vec<usize>,
    /// Who waits, since the last step.
    waiting: Vec<Wait>,
}

/// What came of one step.
struct Told {
    step: usize,
    setup: String,
    sent: Option<Sent>,
    /// Whom it waited for.
    waited_for: Vec<String>,
    /// How it ended, if it has.
    attempt: Option<Attempt>,
}

impl<'a> Stage<'a> {
    async fn open(house: House<'a>, sessions: &'a Sessions, order: &[usize]) -> Result<Self, PgError> {
        let mut players = Vec::new();
        for name in &sessions.names {
            let session = house.server.session_with(house.database, OPTIONS).await?;
            players.push(Player::new(name, session.process().await?, session));
        }
        let (told, kept, races, waiting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let pending = FuturesUnordered::new();
        let is_written = sessions.orders.run.first().is_some_and(|written| written == order);
        Ok(Self { house, sessions, players, pending, told, kept, unkept: None, is_written, races, waiting })
    }

    /// Takes the steps, and returns the one that could not be taken.
    async fn play(&mut self, order: &[usize]) -> Result<Option<usize>, Trouble> {
        for step in order {
            let Move { session, does } = self.sessions.moves[*step];
            match does {
                Does::Resumes => self.tell_again(*step, session),
                _ if self.players[session].pending.is_some() => return Ok(Some(*step)),
                _ => match self.sessions.script.requests[*step].statement.fill(&self.kept) {
                    Ok(sent) => self.take(*step, sent).await?,
                    Err(_) => return Ok(Some(*step)),
                },
            }
            let waiting = self.settle().await.map_err(|error| Trouble::new(error.to_string()))?;
            let stays = |before: &&Wait| {
                waiting.iter().any(|now| (&now.process, &now.since) == (&before.process, &before.since))
            };
            if race(&self.waiting.iter().filter(|before| !stays(before)).collect::<Vec<_>>()) {
                self.races.push(*step);
            }
            self.waiting = waiting;
        }
        Ok(None)
    }

    /// Tells how what the session sent last has ended, if it has.
    fn tell_again(&mut self, step: usize, session: usize) {
        let last = self.players[session].last.map(|last| &self.told[last]);
        let again = last.map(|it| (it.sent.clone(), it.waited_for.clone(), it.attempt.clone()));
        let (sent, waited_for, attempt) = again.unwrap_or_default();
        self.told.push(Told { step, setup: String::new(), sent, waited_for, attempt });
    }

    async fn take(&mut self, step: usize, sent: Sent) -> Result<(), Trouble> {
        let Move { session, does } = self.sessions.moves[step];
        let request = &self.sessions.script.requests[step];
        let player = &mut self.players[session];
        let opens = does == Does::Begin || (does == Does::Send && !player.is_open);
        let setup = if opens { setup(request, self.house.facts, self.house.search_path) } else { String::new() };
        let begin = if does == Does::Begin { sent.text.trim().trim_end_matches(';') } else { "begin" };
        let ready = player.ready(does, &format!("{begin};{setup}")).await?;
        player.last = Some(self.told.len());
        let text = sent.text.clone();
        self.told.push(Told { step, setup, sent: Some(sent), waited_for: Vec::new(), attempt: None });
        match ready {
            Ready::No(attempt) => self.tell(session, attempt),
            Ready::Yes(gives_up) => self.send(step, text, gives_up),
        }
        Ok(())
    }

    fn send(&mut self, step: usize, sql: String, gives_up: GivesUp) {
        let Move { session: at, does } = self.sessions.moves[step];
        let player = &mut self.players[at];
        player.pending = Some(gives_up);
        let (session, is_open) = (Arc::clone(&player.session), player.is_open);
        player.is_open &= does == Does::Send;
        self.pending.push(Box::pin(async move {
            (at, if is_open { part(&session, &sql).await } else { whole(&session, &sql).await })
        }));
    }

    fn tell(&mut self, session: usize, attempt: Attempt) {
        let player = &mut self.players[session];
        player.pending = None;
        let Some(told) = player.last.map(|last| &mut self.told[last]) else { return };
        match keep(&self.sessions.script.requests[told.step], &attempt) {
            Ok(kept) => self.kept.extend(kept),
            Err(trouble) => self.unkept = self.is_written.then_some(trouble),
        }
        told.attempt = Some(attempt);
    }

    /// Waits until every session is done or waits for another one, and returns who waits.
    async fn settle(&mut self) -> Result<Vec<Wait>, PgError> {
        let (mut pause, most) = PAUSE;
        let mut before = None;
        while self.listen(pause).await {
            let pending = self.players.iter().filter(|player| player.pending.is_some());
            let processes: Vec<&str> = pending.map(|player| player.process.as_str()).collect();
            let seen = waits(self.house.monitor, &processes).await?;
            // Somebody who was woken may be on the way to the next lock: only what is seen twice stays.
            let stays = before.as_ref() == Some(&seen) && !circles(&seen);
            if stays && self.players.iter().all(|player| player.is_settled(&seen, &self.players)) {
                self.name_blockers(&seen);
                return Ok(seen);
            }
            before = Some(seen);
            pause = most.min(pause * 2);
        }
        Ok(Vec::new())
    }

    /// Listens for results, and returns whether any is still to come.
    async fn listen(&mut self, pause: Duration) -> bool {
        loop {
            match timeout(pause, self.pending.next()).await {
                Ok(Some((session, attempt))) => self.tell(session, attempt),
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    }

    fn name_blockers(&mut self, seen: &[Wait]) {
        for wait in seen {
            let names = blockers(wait, &self.players);
            let player = self.players.iter().find(|player| player.process == wait.process);
            let last = player.and_then(|player| player.last).map(|last| &mut self.told[last]);
            if let Some(told) = last.filter(|told| told.waited_for.is_empty()) {
                told.waited_for = names;
            }
        }
    }

    /// Ends every session: what still waits is cancelled before anything that it waits for is let go.
    async fn close(mut self, played: Result<Option<usize>, Trouble>) -> Seen {
        for end in ["pg_cancel_backend", "pg_terminate_backend"] {
            for player in self.players.iter().filter(|player| player.pending.is_some()) {
                drop(self.house.monitor.run(&format!("select {end}({})", player.process)).await);
            }
            // What comes of a statement that was cancelled is our own doing and is not told.
            let ended = async {
                while let Some((at, _)) = self.pending.next().await {
                    self.players[at].pending = None;
                }
            };
            drop(timeout(GRACE, ended).await);
        }
        drop(self.pending);
        for player in self.players {
            drop(timeout(GRACE, player.leave()).await);
        }
        let (stopped_at, trouble) =
            played.map_or_else(|trouble| (None, Some(trouble)), |stopped| (stopped, self.unkept));
        let deadlocks = self.told.iter().filter(|told| told.is_deadlock()).map(|told| told.step).collect();
        let house = self.house;
        let tried = self.told.into_iter().filter_map(|told| told.tried(self.sessions, &house)).collect();
        let course = Course { stopped_at, races: self.races, deadlocks, others: Vec::new() };
        Seen { tried, kept: self.kept, trouble, course, ..Seen::default() }
    }
}

async fn out_of_patience(players: &[Player], monitor: &Session) -> Trouble {
    let who = waiting(players, monitor).await;
    let trouble = Trouble::new(format!("the steps do not end within {} s: {who}", PATIENCE.as_secs()));
    trouble.help("a session waits only for sessions of its case; look for what else holds the lock")
}

impl Told {
    fn is_deadlock(&self) -> bool {
        self.attempt.as_ref().and_then(Attempt::refusal).is_some_and(|error| error.sqlstate == DEADLOCK)
    }

    fn tried(self, sessions: &Sessions, house: &House<'_>) -> Option<Tried> {
        let Move { session, does } = sessions.moves[self.step];
        let request = &sessions.script.requests[self.step];
        let sent = self.sent?;
        let waited = (!self.waited_for.is_empty()).then(|| Attempt::ended(End::Blocked(self.waited_for)));
        let attempt = match does {
            Does::Resumes => self.attempt.or(waited)?,
            _ => waited.or(self.attempt)?,
        };
        let error_at = error_at(&sent, &attempt);
        let part = match does {
            Does::Begin => Part::Begins,
            Does::Resumes => Part::Awaited,
            _ if self.setup.is_empty() => Part::Within,
            _ => Part::Whole,
        };
        let turn = Some(Turn { session: sessions.names[session].clone(), part });
        let who = request.who.name.clone();
        let Brought { role, claims, settings } = brought(request, house.facts, house.search_path);
        let (setup, sent, control, is_own) = (self.setup, sent.text, None, false);
        Some(Tried { turn, who, role, claims, settings, setup, sent, is_own, attempt, error_at, control })
    }
}
