//! Runs a case of several sessions: in every order that is planned, each in a database of its own.

use crate::judge;
use crate::observation::{End, Seen};
use crate::outcome::Verdict;
use crate::pg::{Clone, PgError, Session};
use crate::plan::{Room, Script, Sessions, Subject};

use super::lane::{freeze, troubled};
use super::request::Run;
use super::stage::{House, play};
use super::{Keep, Runner};

/// What came of a unit: the verdict, what was seen, what else is to be said, and the database that was kept.
pub(super) type Came = (Verdict, Seen, Vec<String>, Option<String>);

impl Runner<'_> {
    /// Runs the orders until one of them does not hold.
    pub(super) async fn sessions(&self, subject: &Subject, sessions: &Sessions) -> Came {
        match self.in_every_order(subject, sessions).await {
            Ok(came) => came,
            Err(error) => (judge::judge(subject, &troubled(&error)), Seen::default(), Vec::new(), None),
        }
    }

    async fn in_every_order(&self, subject: &Subject, sessions: &Sessions) -> Result<Came, PgError> {
        let monitor = self.server.maintenance().await?;
        let mut seen = Seen::default();
        let (mut notes, mut kept) = (Vec::new(), None);
        let mut verdict = Verdict::Held;
        for (at, order) in sessions.orders.run.iter().enumerate() {
            let clone = self.clone().await?;
            let (found, said) = self.in_order(sessions, order, &clone, &monitor).await?;
            match at {
                0 => (seen, notes) = (found, said),
                _ => seen.course.others.push((order.clone(), found)),
            }
            verdict = judge::judge(subject, &seen);
            if verdict != Verdict::Held && self.options.keep == Keep::Broken {
                kept = clone.keep(self.server).await.ok();
                break;
            }
            // What cannot be dropped now goes with the run.
            drop(clone.drop(self.server).await);
            if verdict != Verdict::Held {
                break;
            }
        }
        monitor.close().await;
        notes.extend(said(sessions, &seen));
        Ok((verdict, seen, notes, kept))
    }

    async fn in_order(
        &self,
        sessions: &Sessions,
        order: &[usize],
        clone: &Clone,
        monitor: &Session,
    ) -> Result<(Seen, Vec<String>), PgError> {
        let script = &sessions.script;
        if let Some(trouble) = script.every().find_map(|request| self.facts.bypass(&request.who)) {
            return Ok((Seen { trouble: Some(trouble), ..Seen::default() }, Vec::new()));
        }
        let is_frozen = script.every().any(|request| request.at.is_some());
        let notes = if is_frozen { freeze(self.server, clone).await? } else { Vec::new() };
        let (server, search_path) = (self.server, self.options.search_path.as_str());
        let house = House { server, database: &clone.name, monitor, facts: &self.facts, search_path };
        let before = Script { given: script.given.clone(), ..Script::new(Room::Own, Vec::new()) };
        let Seen { given, kept, trouble, .. } = self.alone_in(clone, &before, Vec::new()).await?;
        let is_done = given.len() == script.given.len() && given.iter().all(|tried| tried.attempt.end == End::Done);
        if trouble.is_some() || !is_done {
            return Ok((Seen { given, kept, trouble, ..Seen::default() }, notes));
        }
        let mut seen = Seen { given, ..play(house, sessions, order, kept).await? };
        if seen.trouble.is_none() && seen.course.stopped_at.is_none() {
            let after = Script::new(Room::Own, script.requests[sessions.moves.len()..].to_vec());
            let looked = self.alone_in(clone, &after, std::mem::take(&mut seen.kept)).await?;
            seen.tried.extend(looked.tried);
            (seen.kept, seen.trouble) = (looked.kept, looked.trouble);
        }
        Ok((seen, notes))
    }

    /// Runs what is done while no session is open.
    async fn alone_in(
        &self,
        clone: &Clone,
        script: &Script,
        kept: Vec<(String, Option<String>)>,
    ) -> Result<Seen, PgError> {
        if script.every().next().is_none() {
            return Ok(Seen { kept, ..Seen::default() });
        }
        let session = self.server.session(&clone.name).await?;
        let run = Run::new(&session, &self.facts, script, &self.options.search_path);
        let seen = run.keeping(kept).all().await;
        session.close().await;
        Ok(seen)
    }
}

/// Says how many orders there are, how many of them were run, and what is to be known about those.
fn said(sessions: &Sessions, seen: &Seen) -> Vec<String> {
    let orders = &sessions.orders;
    let others = seen.course.others.iter().map(|(_, seen)| &seen.course);
    let ran: Vec<_> = std::iter::once(&seen.course).chain(others).collect();
    let mut said = Vec::new();
    let count = if orders.all == u128::MAX { "countless".to_owned() } else { orders.all.to_string() };
    match (ran.len(), orders.run.len()) {
        (_, 1) | (1, _) => {}
        (ran, all) if ran < all => said.push(format!("this is number {ran} of {all} orders")),
        (ran, _) if orders.equivalent == 0 => said.push(format!("all {ran} orders run")),
        (ran, _) => said.push(format!("{ran} of {count} orders run, the others are like one of them")),
    }
    let stopped = ran.iter().filter(|course| course.stopped_at.is_some()).count();
    if stopped > 0 {
        said.push(format!("{stopped} of them not to the end: a session would have had to go on while it waited"));
    }
    let raced = ran.iter().filter(|course| !course.races.is_empty()).count();
    if raced > 0 {
        let times = if ran.len() > 1 { format!(" in {raced} of them") } else { String::new() };
        said.push(format!("Postgres chose which of several sessions went on first{times}"));
    }
    said
}
