//! A case of several sessions, with everything filled in: what each does, and the orders in which they may do it.

use crate::case::{self, Case, Deadlocks, Expect, File, Interleave, Outcome, Step};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Kind, Locking, isolation_level, meaning};

use super::independence::{Deed, Isolation, footprints, independent};
use super::interleave::{Orders, orders};
use super::rows;
use super::script::{Control, Room, Script};
use super::statement::Statement;
use super::steps::{Planner, Watched};
use super::{Subject, Unit};

/// How many orders a case may have that are not alike; each is run in a database of its own.
const LIMIT: usize = 500;

/// Functions that see nothing but what they are given, or who asks, and that every reader may call.
const HARMLESS: [&str; 32] = [
    "count",
    "sum",
    "min",
    "max",
    "avg",
    "array_agg",
    "string_agg",
    "jsonb_agg",
    "json_agg",
    "bool_and",
    "bool_or",
    "every",
    "lower",
    "upper",
    "length",
    "trim",
    "abs",
    "round",
    "now",
    "to_char",
    "date_trunc",
    "format",
    "concat",
    "jsonb_build_object",
    "json_build_object",
    "row_to_json",
    "to_jsonb",
    "gen_random_uuid",
    "auth.uid",
    "auth.role",
    "auth.email",
    "auth.jwt",
];

/// The word of a step that awaits what the session sent before.
const RESUMES: &str = "resumes";

/// What several sessions do, and what must come of it.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// A request for each step, then what is read when all is done.
    pub script: Script,
    /// What the sessions are called.
    pub names: Vec<String>,
    /// The steps, as written.
    pub moves: Vec<Move>,
    /// The orders in which they are taken, the order as written first.
    pub orders: Orders,
    /// Whether an order may end in a deadlock.
    pub deadlocks: Deadlocks,
    /// What is expected of which request.
    pub watched: Vec<Watched>,
    /// Where it says in which orders.
    pub place: Place,
}

/// One step of a session; its statement is the request of the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The session.
    pub session: usize,
    /// What it does.
    pub does: Does,
}

/// What a session does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Begins a request that lasts until it is ended.
    Begin,
    /// Sends a statement: in the request that it has begun, else as a request of its own.
    Send,
    /// Ends the request and keeps what it did.
    Commit,
    /// Ends the request and undoes what it did.
    Rollback,
    /// Awaits the statement that waited.
    Resumes,
}

impl Sessions {
    /// Returns the steps as they were written, each with its session.
    pub fn told(&self, order: &[usize]) -> Vec<String> {
        let words = |step: &usize| {
            let text = self.script.requests[*step].statement.text().split_whitespace().collect::<Vec<_>>().join(" ");
            let text = if self.moves[*step].does == Does::Resumes { RESUMES } else { &text };
            format!("{}: {text}", self.names[self.moves[*step].session])
        };
        order.iter().map(words).collect()
    }
}

/// Plans a case of several sessions.
pub(super) fn unit(planner: Planner<'_>, file: &File) -> Option<Unit> {
    let case = planner.case;
    let before = planner.problems.len();
    let mut plot = Plot { planner, moves: Vec::new(), stands: vec![Stand::default(); case.sessions.len()] };
    plot.planner.given(None);
    for step in &case.steps {
        plot.step(step);
    }
    for look in &case.after {
        plot.planner.after(look);
    }
    let orders = plot.orders();
    let Plot { planner: Planner { given, requests, watched, problems, .. }, moves, .. } = plot;
    if problems.len() > before {
        return None;
    }
    let sessions = Sessions {
        script: Script { room: Room::Own, given, requests },
        names: case.sessions.iter().map(|(name, _)| name.text.clone()).collect(),
        moves,
        orders: orders?,
        deadlocks: case.deadlocks,
        watched,
        place: place(case),
    };
    Some(Unit {
        name: format!("{}: {}", file.name, case.name.text),
        place: case.name.place.clone(),
        attests: rows::named(file, case.attests.as_deref()),
        subject: Subject::Sessions(sessions),
    })
}

fn place(case: &Case) -> Place {
    match &case.interleave {
        Interleave::All(place) => place.clone(),
        Interleave::AsWritten => case.name.place.clone(),
    }
}

/// What is known while the steps are being planned.
struct Plot<'a> {
    planner: Planner<'a>,
    moves: Vec<Move>,
    stands: Vec<Stand>,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, Default)]
struct Stand {
    /// Whether it has begun a request.
    is_open: bool,
    /// The step that is expected to wait.
    waits: Option<usize>,
}

impl Plot<'_> {
    fn step(&mut self, step: &Step) {
        if let Err(problem) = self.take(step) {
            self.planner.problems.push(problem);
        }
    }

    fn take(&mut self, step: &Step) -> Result<(), Problem> {
        let (session, name) = self.session(step)?;
        if step.run.text.trim().eq_ignore_ascii_case(RESUMES) {
            return self.resumes(step, session, &name);
        }
        let says = |title: String| Problem::new(title).at(step.run.whole());
        if self.stands[session].waits.is_some() {
            let help = format!("its statement comes back at a step of its own: `- {name}: resumes`");
            return Err(says(format!("`{name}` still waits here")).help(help));
        }
        unfit(step)?;
        let at = self.planner.requests.len();
        self.planner.step(step, None);
        let Some(request) = self.planner.requests.get(at) else { return Ok(()) };
        let is_open = self.stands[session].is_open;
        if is_open && (!step.settings.is_empty() || step.at.is_some() || step.is_read_only) {
            return Err(says("this is part of a request that was begun before".to_owned())
                .help("what is true of the whole request is said where it begins"));
        }
        let does = does(request.statement.kind, is_open);
        let does = does.map_err(|help| says(words(&name, is_open)).help(help))?;
        if matches!(does, Does::Commit | Does::Rollback) && step.run.text.split_whitespace().count() > 1 {
            return Err(says("a request ends in one word".to_owned()).help("write `commit` or `rollback`"));
        }
        self.moves.push(Move { session, does });
        let blocked = step.expect.as_ref().is_some_and(|expect| expect.outcome == Some(Outcome::Blocked));
        let is_open = does == Does::Begin || (is_open && does == Does::Send);
        self.stands[session] = Stand { is_open, waits: blocked.then_some(at) };
        Ok(())
    }

    fn session(&self, step: &Step) -> Result<(usize, String), Problem> {
        let sessions = &self.planner.case.sessions;
        let known = || sessions.iter().map(|(name, _)| format!("`{}`", name.text)).collect::<Vec<_>>().join(", ");
        let help =
            || format!("the sessions of this case are {}; a step begins with one: `- <session>: <statement>`", known());
        let Some(who) = &step.who else {
            return Err(Problem::new("nobody says in which session this is").at(step.run.whole()).help(help()));
        };
        let at = sessions.iter().position(|(name, _)| name.text == who.text);
        at.map(|at| (at, who.text.clone()))
            .ok_or_else(|| Problem::new(format!("`{}` is no session", who.text)).at(who.place.clone()).help(help()))
    }

    fn resumes(&mut self, step: &Step, session: usize, name: &str) -> Result<(), Problem> {
        unfit(step)?;
        let Some(sent) = self.stands[session].waits.take() else {
            let problem = Problem::new(format!("nothing of `{name}` waits here")).at(step.run.whole());
            return Err(problem.help("say `expect: blocked` at the statement that is to wait"));
        };
        // Its values are there as soon as the statement has ended, which in another order may be elsewhere.
        self.planner.requests[sent].keep.extend(step.keep.iter().map(|(name, it)| (name.text.clone(), it.clone())));
        self.planner.keep(step);
        let mut request = self.planner.requests[sent].clone();
        request.keep = Vec::new();
        request.control = Control::NotNeeded;
        let expect = step.expect.as_ref().map(|expect| self.planner.bound(expect, &request.who));
        let at = self.planner.requests.len();
        self.planner.watched.push(Watched { request: at, expect, place: step.run.whole(), looks: Vec::new() });
        self.planner.requests.push(request);
        self.moves.push(Move { session, does: Does::Resumes });
        Ok(())
    }

    /// Returns the orders; a step that awaits has no place of its own in any but the one that is written.
    fn orders(&mut self) -> Option<Orders> {
        let written: Vec<usize> = (0..self.moves.len()).collect();
        let Interleave::All(place) = &self.planner.case.interleave else {
            return Some(Orders { run: vec![written], all: 1, equivalent: 0 });
        };
        let sent: Vec<usize> = written.iter().copied().filter(|at| self.moves[*at].does != Does::Resumes).collect();
        let deeds: Vec<_> = sent.iter().map(|at| (self.moves[*at].session, self.deed(*at))).collect();
        let footprints = footprints(&deeds);
        let sessions: Vec<usize> = deeds.iter().map(|(session, _)| *session).collect();
        match orders(&sessions, &|one, other| independent(footprints[one], footprints[other]), LIMIT) {
            Ok(mut found) => {
                let others = found.run.iter().skip(1).map(|order| order.iter().map(|at| sent[*at]).collect());
                found.run = std::iter::once(written).chain(others).collect();
                Some(found)
            }
            Err(refusal) => {
                let problem = Problem::new(refusal.to_string()).at(place.clone());
                let help = "leave out steps that do not matter here, or make several cases of it";
                self.planner.problems.push(problem.help(help));
                None
            }
        }
    }

    fn deed(&self, at: usize) -> Deed {
        let statement = &self.planner.requests[at].statement;
        match statement.kind {
            Kind::Begin => Deed::Begin(isolation(statement.text())),
            Kind::Commit | Kind::Rollback => Deed::End,
            _ => self.reach(statement).unwrap_or(Deed::Anything),
        }
    }

    /// Returns what a statement about rows does, if its text tells.
    fn reach(&self, statement: &Statement) -> Option<Deed> {
        let kept: Vec<_> = self.planner.kept.iter().map(|name| (name.clone(), None)).collect();
        let meaning = meaning(&statement.fill(&kept).ok()?.text).ok()?.into_iter().next()?;
        let is_plain = meaning.kind.concerns_rows()
            && meaning.locks_rows == Locking::None
            && meaning.calls.iter().all(|name| HARMLESS.contains(&name.trim_start_matches("pg_catalog.")));
        is_plain.then_some(if meaning.writes() { Deed::Write } else { Deed::Read })
    }
}

fn isolation(begin: &str) -> Isolation {
    match isolation_level(begin).as_deref() {
        Some("serializable") => Isolation::Serializable,
        Some("repeatable read") => Isolation::RepeatableRead,
        _ => Isolation::ReadCommitted,
    }
}

/// Returns what a statement of a kind does to a request, or what to do instead.
fn does(kind: Kind, is_open: bool) -> Result<Does, &'static str> {
    match (kind, is_open) {
        (Kind::Begin, false) => Ok(Does::Begin),
        (Kind::Commit, true) => Ok(Does::Commit),
        (Kind::Rollback, true) => Ok(Does::Rollback),
        (Kind::Begin, true) => Err("end the request before: `commit` or `rollback`"),
        (Kind::Commit | Kind::Rollback, false) => {
            Err("begin one with `begin`; a statement outside is a request of its own, and ends by itself")
        }
        _ => Ok(Does::Send),
    }
}

fn words(name: &str, is_open: bool) -> String {
    if is_open { format!("`{name}` has begun a request already") } else { format!("`{name}` has begun no request") }
}

/// Refuses what can be said of a step only where nobody else is at work.
fn unfit(step: &case::Step) -> Result<(), Problem> {
    let Some(Expect { outcome, holds, privileges, place, .. }) = &step.expect else { return Ok(()) };
    let says = |title: &str, help: &str| Err(Problem::new(title).at(place.clone()).help(help));
    if outcome.as_ref().is_some_and(Outcome::is_denial) || step.control.is_some() {
        return says(
            "a denial is shown by somebody who may do the same, which here would get in the way of the other sessions",
            "show it in a case of its own; a statement that finds no row is `affected: 0` here",
        );
    }
    if !holds.is_empty() || !privileges.is_empty() {
        return says("this is asked when all sessions have ended", "write it under `after`, with a query");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{self, Cast, Specification};
    use crate::plan::{self, Sources};
    use crate::problem::Problems;
    use crate::span::Source;

    fn planned(steps: &str) -> Result<Sessions, Problems> {
        let text = format!(
            "cases:\n  - name: a case\n    sessions: {{ kari: postgres, per: postgres }}\n{steps}\n    after: [{{ run: select 1, expect: {{ value: 1 }} }}]\n"
        );
        let world = "actors: { postgres: { login: postgres } }";
        let mut problems = Vec::new();
        let cast = Source::new(Path::new("world.yaml"), world);
        let cast = Cast::read(&crate::yaml::read(&cast).expect("it is YAML"), &cast, &mut problems);
        let file = case::read(&Source::new(Path::new("a.yaml"), text.as_str()), "a", &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        let sources = Sources {
            migrations: &[],
            cast: &cast,
            files: &[file],
            are_files_whole: true,
            specification: &Specification::default(),
            texts: &[],
            search_path: "public",
            schemas: &[],
        };
        let units = plan::plan(sources)?;
        match &units[0].subject {
            Subject::Sessions(sessions) => Ok(sessions.clone()),
            other => panic!("{other:?}"),
        }
    }

    fn steps(steps: &[&str]) -> String {
        let lines: Vec<String> = steps.iter().map(|step| format!("      - {step}")).collect();
        format!("    steps:\n{}\n    interleave: all", lines.join("\n"))
    }

    fn refused(list: &[&str]) -> String {
        let Problems(problems) = planned(&steps(list)).expect_err("it cannot be meant");
        problems.iter().map(|problem| problem.title.clone()).collect::<Vec<_>>().join(" · ")
    }

    const WAITS: [&str; 5] = [
        "kari: begin",
        "kari: update t set a = 1",
        "{ per: update t set a = 2, expect: blocked }",
        "kari: commit",
        "per: resumes",
    ];

    #[test]
    fn every_step_is_a_request_and_what_is_read_in_the_end_comes_after_them() {
        let sessions = planned(&steps(&WAITS)).expect("it can be meant");
        let does: Vec<_> = sessions.moves.iter().map(|it| (it.session, it.does)).collect();
        let (kari, per) = (0, 1);
        let wanted =
            [(kari, Does::Begin), (kari, Does::Send), (per, Does::Send), (kari, Does::Commit), (per, Does::Resumes)];
        assert_eq!(does, wanted);
        assert_eq!(sessions.script.requests.len(), 6);
        assert_eq!(sessions.watched.last().map(|watched| watched.request), Some(5));
    }

    #[test]
    fn a_beginning_may_come_at_any_time_and_awaiting_has_no_place_in_another_order() {
        let sessions = planned(&steps(&WAITS)).expect("it can be meant");
        assert_eq!((sessions.orders.all, sessions.orders.equivalent), (4, 1));
        assert_eq!(sessions.orders.run, [vec![0, 1, 2, 3, 4], vec![0, 1, 3, 2], vec![0, 2, 1, 3]]);
    }

    #[test]
    fn readers_are_alike_in_every_order_unless_they_call_or_lock() {
        for (query, orders) in [
            ("select count(*) from t", 1),
            ("select a from t where b = 'x'", 1),
            ("select next_number()", 2),
            ("select a from t for share", 2),
            ("with x as (insert into t values (1) returning *) select * from x", 2),
        ] {
            let sessions = planned(&steps(&[&format!("kari: \"{query}\""), "per: select a from t"])).expect("a case");
            assert_eq!(sessions.orders.run.len(), orders, "{query}");
        }
    }

    #[test]
    fn a_snapshot_that_lasts_is_not_taken_at_any_time() {
        for (begin, orders) in [("begin", 1), ("begin isolation level repeatable read", 2)] {
            let sessions = planned(&steps(&[&format!("kari: {begin}"), "per: delete from t"])).expect("a case");
            assert_eq!(sessions.orders.run.len(), orders, "{begin}");
        }
    }

    #[test]
    fn a_session_does_one_thing_at_a_time() {
        for (list, title) in [
            (vec!["kari: commit"], "`kari` has begun no request"),
            (vec!["kari: begin", "kari: begin"], "`kari` has begun a request already"),
            (vec!["per: resumes"], "nothing of `per` waits here"),
            (vec!["{ per: select 1, expect: blocked }", "per: select 2"], "`per` still waits here"),
            (vec!["{ as: postgres, run: select 1 }"], "`postgres` is no session"),
            (vec!["{ run: select 1 }"], "nobody says in which session this is"),
            (vec!["kari: begin", "kari: commit and chain"], "a request ends in one word"),
            (
                vec!["kari: begin", "{ kari: select 1, read_only: true }"],
                "this is part of a request that was begun before",
            ),
        ] {
            assert_eq!(refused(&list), title);
        }
    }

    #[test]
    fn more_orders_than_can_be_run_are_the_authors_to_mend() {
        let list: Vec<String> =
            (0..16).map(|at| format!("{}: delete from t", if at < 8 { "kari" } else { "per" })).collect();
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        assert_eq!(
            refused(&list),
            "the steps can follow one another in 12870 orders, and more than 500 of them are not alike"
        );
    }
}
