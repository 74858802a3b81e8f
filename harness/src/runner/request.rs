//! Requests, one after the other on one connection: each as somebody, each observed, with nobody's opinion.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::observation::{Attempt, Control, End, Failure, Seen, ServerError, Tried, Trouble};
use crate::pg::{PgError, Session};
use crate::plan::{self, Access, Effect, Request, Room, Script, Sent, Telling, Who};
use crate::sql::quote_literal;

use super::facts::Facts;
use super::reach;

/// What undoes a request in a lane; the settings that it made go with what it did.
const UNDO: &str = "rollback to savepoint pgattest;release savepoint pgattest;";

/// A connection on which a script is being run.
pub(super) struct Run<'a> {
    session: &'a Session,
    facts: &'a Facts,
    script: &'a Script,
    search_path: &'a str,
    /// What has to be said before the next statement.
    pending: String,
    /// Settings that an earlier request of the same transaction made.
    dirty: BTreeSet<String>,
    kept: Vec<(String, Option<String>)>,
}

impl<'a> Run<'a> {
    pub(super) fn new(session: &'a Session, facts: &'a Facts, script: &'a Script, search_path: &'a str) -> Self {
        let pending = if script.room == Room::Lane { "begin;".to_owned() } else { String::new() };
        Self { session, facts, script, search_path, pending, dirty: BTreeSet::new(), kept: Vec::new() }
    }

    /// Begins with something else to be said first.
    pub(super) fn after(mut self, first: &str) -> Self {
        self.pending.insert_str(0, first);
        self
    }

    /// Begins with values that were kept elsewhere.
    pub(super) fn keeping(mut self, kept: Vec<(String, Option<String>)>) -> Self {
        self.kept = kept;
        self
    }

    /// Runs the whole script and returns what was seen.
    pub(super) async fn all(mut self) -> Seen {
        let mut seen = Seen::default();
        match self.given(&mut seen.given).await {
            Ok(true) => self.told(&mut seen).await,
            Ok(false) => {}
            Err(trouble) => seen.trouble = Some(trouble),
        }
        seen.kept = self.kept;
        seen
    }

    /// Does what is given, and returns whether all of it is done; of what cannot be kept only the trouble is told.
    async fn given(&mut self, done: &mut Vec<Tried>) -> Result<bool, Trouble> {
        for request in &self.script.given {
            if let Some(trouble) = self.facts.bypass(&request.who) {
                return Err(trouble);
            }
            let tried = self.request(request, false).await?;
            if tried.attempt.end != End::Done {
                done.push(tried);
                return Ok(false);
            }
            if let Some(trouble) = self.keep(request, Some(&tried)) {
                return Err(trouble);
            }
            done.push(tried);
        }
        Ok(true)
    }

    async fn told(&mut self, seen: &mut Seen) {
        let last = self.script.requests.iter().rposition(|request| request.effect == Effect::Remains);
        for (at, request) in self.script.requests.iter().enumerate() {
            if let Some(trouble) = self.facts.bypass(&request.who) {
                seen.trouble = Some(trouble);
                break;
            }
            match self.request(request, last == Some(at)).await {
                Ok(tried) => seen.tried.push(tried),
                Err(trouble) => {
                    seen.trouble = Some(trouble);
                    break;
                }
            }
            if let Some(trouble) = self.keep(request, seen.tried.last()) {
                seen.trouble = Some(trouble);
                break;
            }
        }
        if seen.trouble.is_none() {
            seen.trouble = self.deferred(last, seen).await;
        }
    }

    /// Asks what waits for the end of a transaction whose last step failed; after one that was done it has been asked.
    async fn deferred(&mut self, last: Option<usize>, seen: &Seen) -> Option<Trouble> {
        let failed = last.and_then(|at| seen.tried.get(at)).is_some_and(|tried| tried.attempt.end != End::Done);
        if self.script.room == Room::Own || !self.facts.defers || !failed || (last == Some(0) && seen.given.is_empty())
        {
            return None;
        }
        let pending = std::mem::take(&mut self.pending);
        let attempt = self.session.attempt(&format!("{pending}set constraints all immediate")).await;
        let refusal = attempt.refusal()?;
        let trouble = Trouble::new(format!("the transaction could not be committed: {}", refusal.message));
        Some(trouble.help("say it of the step that brings it about, in a case of its own"))
    }

    async fn request(&mut self, request: &Request, is_last: bool) -> Result<Tried, Trouble> {
        let filled = request.statement.fill(&self.kept).map_err(Trouble::new)?;
        let setup = self.setup(request, &request.who);
        let pending = std::mem::take(&mut self.pending);
        let open = format!("{pending}{}{setup}", self.open());
        let mut attempt = self.send(&open, &filled.text).await?;
        self.finish(request, is_last, &mut attempt).await?;
        let error_at = error_at(&filled, &attempt);
        let control = self.control(request, &filled.text, &attempt).await?;
        let Brought { role, claims, settings } = brought(request, self.facts, self.search_path);
        let is_own = request.statement.is_own() && request.who.way == plan::Way::Harness;
        let is_aside = request.telling == Telling::Aside;
        let (setup, sent) = if is_aside { (String::new(), String::new()) } else { (setup, filled.text) };
        let (who, is_own) = (request.who.name.clone(), is_own || is_aside);
        Ok(Tried { turn: None, who, role, claims, settings, setup, sent, is_own, attempt, error_at, control })
    }

    /// Sends what makes the connection somebody's, and the statement right behind it.
    async fn send(&self, setup: &str, statement: &str) -> Result<Attempt, Trouble> {
        // Both are on their way before the first is answered; a setup that fails leaves a transaction that refuses all.
        let (ready, attempt) = tokio::join!(self.session.run(setup), self.session.attempt(statement));
        ready.map_err(|error| cannot_act(&error))?;
        Ok(attempt)
    }

    /// Ends a request: what waits for the end of a transaction is asked now, and what it did remains or not.
    async fn finish(&mut self, request: &Request, is_last: bool, attempt: &mut Attempt) -> Result<(), Trouble> {
        let is_done = attempt.end == End::Done;
        let end = match (self.script.room, request.effect) {
            (Room::Own, Effect::Remains) if is_done => Some("commit"),
            (Room::Lane, Effect::Remains) if is_done && is_last && self.facts.defers => {
                Some("set constraints all immediate")
            }
            _ => None,
        };
        if let Some(end) = end {
            let ended = self.session.attempt(end).await;
            attempt.notices.extend(ended.notices);
            if ended.end != End::Done {
                attempt.end = ended.end;
            }
        }
        let remains = attempt.end == End::Done && request.effect == Effect::Remains;
        let pending = match (self.script.room, remains) {
            (Room::Lane, true) => "release savepoint pgattest;",
            (Room::Lane, false) => UNDO,
            (Room::Own, true) => "",
            (Room::Own, false) => "rollback;",
        };
        pending.clone_into(&mut self.pending);
        if remains && self.script.room == Room::Lane {
            self.dirty.extend(request.own_settings().into_iter().map(|(key, _)| key));
            self.dirty.extend(request.who.settings.iter().map(|(key, _)| key.clone()));
            self.dirty.insert(plan::CLAIMS.to_owned());
        }
        Ok(())
    }

    /// Asks whether somebody else can do what was just denied, and undoes it.
    async fn control(
        &mut self,
        request: &Request,
        statement: &str,
        denied: &Attempt,
    ) -> Result<Option<Control>, Trouble> {
        let plan::Control::AnyOf(candidates) = &request.control else { return Ok(None) };
        if !reach::is_denial(denied, request.statement.kind) {
            return Ok(None);
        }
        let mut control = Control { reached: None, failed: Vec::new() };
        for who in candidates {
            let attempt = match self.facts.bypass(who) {
                Some(trouble) => Err(trouble.why),
                None => self.try_as(who, request, statement).await,
            };
            match attempt {
                Ok(attempt) if reach::reaches(&attempt, request.statement.kind) => {
                    control.reached = Some((who.name.clone(), attempt));
                    break;
                }
                Ok(attempt) => control.failed.push(Failure {
                    who: who.name.clone(),
                    why: reach::said(&attempt),
                    refusal: attempt.refusal().map(ServerError::refusal),
                }),
                Err(why) => control.failed.push(Failure { who: who.name.clone(), why, refusal: None }),
            }
        }
        Ok(Some(control))
    }

    async fn try_as(&mut self, who: &Arc<Who>, request: &Request, statement: &str) -> Result<Attempt, String> {
        let setup = self.setup(request, who);
        let pending = std::mem::take(&mut self.pending);
        let attempt = self.send(&format!("{pending}{}{setup}", self.open()), statement).await;
        self.pending = match self.script.room {
            Room::Lane => UNDO.to_owned(),
            Room::Own => "rollback;".to_owned(),
        };
        attempt.map_err(|trouble| trouble.why)
    }

    fn open(&self) -> &'static str {
        match self.script.room {
            Room::Lane => "savepoint pgattest;",
            Room::Own => "begin;",
        }
    }

    /// Returns the statements that make the connection somebody's for this request.
    fn setup(&self, request: &Request, who: &Who) -> String {
        let own = request.own_settings();
        let of_role = self.facts.settings(who, self.search_path);
        let set: BTreeSet<_> = own.iter().chain(&of_role).chain(&who.settings).map(|(key, _)| key.as_str()).collect();
        let mut text = String::new();
        for key in self.dirty.iter().filter(|key| !set.contains(key.as_str())) {
            text.push_str(&forget(key));
        }
        if who.way == plan::Way::Harness && !self.dirty.is_empty() {
            text.push_str("set local session authorization default;set local role none;");
        }
        if who.way == plan::Way::Harness && !request.statement.is_own() {
            // What an author asks is asked of the project's own things, whatever a step has put before them.
            text.push_str("set local search_path to public, extensions, auth, pg_temp;");
        }
        if request.access == Access::ReadOnly {
            text.push_str("set transaction read only;");
        }
        text.push_str(&who.become_them(&of_role, &own));
        text
    }

    /// Keeps the values that a request is asked to; there may be none to keep.
    fn keep(&mut self, request: &Request, tried: Option<&Tried>) -> Option<Trouble> {
        match keep(request, &tried?.attempt) {
            Ok(kept) => self.kept.extend(kept),
            Err(trouble) => return Some(trouble),
        }
        None
    }
}

fn cannot_act(error: &PgError) -> Trouble {
    let trouble = Trouble::new(format!("nobody can act like this: {error}"));
    if error.to_string().contains("permission denied to set role") {
        return trouble.help(
            "the API switches to roles that are granted to `authenticator`; say `login` for a connection of its own",
        );
    }
    trouble
}

/// Returns the statements that make a transaction somebody's which has just begun.
pub(super) fn setup(request: &Request, facts: &Facts, search_path: &str) -> String {
    let access = match request.access {
        Access::ReadOnly => "set transaction read only;",
        Access::ReadWrite => "",
    };
    let of_role = facts.settings(&request.who, search_path);
    format!("{access}{}", request.who.become_them(&of_role, &request.own_settings()))
}

/// Returns the values that a request is to keep of what came of it.
pub(super) fn keep(request: &Request, attempt: &Attempt) -> Result<Vec<(String, Option<String>)>, Trouble> {
    let value = |(name, column): &(String, String)| {
        let at = attempt.columns.iter().position(|it| it == column);
        match (at, attempt.rows.first()) {
            (Some(at), Some(row)) => Ok((name.clone(), row.get(at).cloned().flatten())),
            (None, Some(_)) => Err(no_column(name, column, &attempt.columns)),
            (_, None) => Err(Trouble::new(format!("`${name}` could not be kept: the step gave no row"))),
        }
    };
    request.keep.iter().map(value).collect()
}

/// What a request begins with.
pub(super) struct Brought {
    pub(super) role: Option<String>,
    /// What the token says.
    pub(super) claims: Option<String>,
    pub(super) settings: Vec<(String, String)>,
}

/// Returns what a request begins with, part by part.
pub(super) fn brought(request: &Request, facts: &Facts, search_path: &str) -> Brought {
    let who = &request.who;
    let all = who.all_settings(&facts.settings(who, search_path), &request.own_settings());
    let mut brought = Brought { role: who.way.role().map(str::to_owned), claims: None, settings: Vec::new() };
    for (key, value) in all {
        match key.as_str() {
            plan::ROLE => brought.role = Some(value),
            plan::CLAIMS => brought.claims = Some(value),
            _ => brought.settings.push((key, value)),
        }
    }
    brought
}

/// Returns the byte of the author's text that a refusal points at.
pub(super) fn error_at(sent: &Sent, attempt: &Attempt) -> Option<usize> {
    let position = attempt.refusal()?.position?;
    Some(sent.origin(byte_of(&sent.text, position)))
}

fn no_column(name: &str, column: &str, columns: &[String]) -> Trouble {
    let trouble = Trouble::new(format!("`${name}` could not be kept: the step gives no column `{column}`"));
    if columns.is_empty() {
        return trouble.help("add `returning`, so that the statement gives rows");
    }
    trouble.help(format!("it gives {}", columns.join(", ")))
}

/// Takes a setting back to what it was before the transaction.
fn forget(key: &str) -> String {
    if key.contains('.') {
        format!("select set_config({}, '', true);", quote_literal(key))
    } else {
        format!("set local {} to default;", crate::sql::quote_identifier(key))
    }
}

/// Returns the byte at which a character, counted from one, begins.
fn byte_of(text: &str, position: usize) -> usize {
    text.char_indices().nth(position.saturating_sub(1)).map_or(text.len(), |(at, _)| at)
}
