//! `explain`: what would be run, and what a rule means, told without a server.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::outcome::ExitCode;
use crate::plan::{
    Access, Does, Effect, Move, Request, Room, Script, Selection, Sessions, Subject, Telling, Unit, Way,
};
use crate::project::Project;
use crate::report;
use crate::rule::{RULES, Rule};

use super::args::Arguments;
use super::environment::Environment;
use super::out::Out;
use super::run;

/// The settings of a role, which Postgres applies at a login only and the API therefore by hand.
const OF_ROLE: &str = "select set_config(split_part(c, '=', 1), substr(c, strpos(c, '=') + 1), true)
from pg_db_role_setting s join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) c
where r.rolname = '{role}' and s.setdatabase in (0, (select oid from pg_database where datname = current_database()));";

/// Prints what a rule means, or the SQL of a contract.
pub(super) fn explain(name: &str, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    if let Some(rule) = RULES.iter().find(|rule| rule.name == name) {
        Out::say(&about(rule));
        return ExitCode::Held;
    }
    let (units, project) = match run::read_and_plan(arguments, environment) {
        Ok(read) => read,
        Err(problems) => return out.mistakes(&problems),
    };
    let exact = Selection { names: vec![name.to_owned()], is_exact: true, ..Selection::default() };
    let mut chosen = exact.of(units.clone());
    if chosen.is_empty() {
        chosen = Selection { names: vec![name.to_owned()], ..Selection::default() }.of(units);
    }
    if chosen.is_empty() {
        let rules: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        Out::say(&format!("no contract has a name like that, and no rule; the rules are {}\n", rules.join(", ")));
        return ExitCode::Nothing;
    }
    let told: Vec<_> = chosen.iter().map(|unit| contract(unit, &project)).collect();
    Out::say(&told.join("\n"));
    ExitCode::Held
}

fn about(rule: &Rule) -> String {
    let Rule { name, says, why, remedy } = rule;
    format!("{name}\n\n  {says}\n\n  why   {why}\n  then  {remedy}\n")
}

fn contract(unit: &Unit, project: &Project) -> String {
    let at = unit.place.position();
    let mut text = format!("-- {}\n-- {}:{}\n", report::visible(&unit.name), unit.place.path.display(), at.line);
    match (&unit.subject, unit.script()) {
        (Subject::Applies(_), _) => {
            text.push_str("-- the migrations are applied, and the history is asked for this one\n");
        }
        (Subject::Sessions(sessions), _) => text.push_str(&in_sessions(sessions, project)),
        (_, Some(script)) => text.push_str(&sql(script, project)),
        (_, None) => text.push_str("-- there is nothing to run\n"),
    }
    text
}

/// Returns a script for psql, connected as the superuser.
fn sql(script: &Script, project: &Project) -> String {
    let mut text = String::new();
    if script.room == Room::Lane {
        text.push_str("begin;\n");
    }
    let given = script.given.iter().map(|request| ("given, ", request));
    let told = script.requests.iter().filter(|request| request.telling == Telling::Told);
    for (what, request) in given.chain(told.map(|request| ("", request))) {
        let statement = one(request, project);
        let end = match (script.room, request.effect) {
            (Room::Own, Effect::Remains) => "commit;\n",
            (Room::Own, Effect::Undone) => "rollback;\n",
            (Room::Lane, _) => "",
        };
        let begin = if script.room == Room::Own { "begin;\n" } else { "" };
        write!(text, "-- {what}as {}\n{begin}{statement}{end}", request.who.name).expect("a string takes all");
    }
    if script.room == Room::Lane {
        text.push_str("rollback;\n");
    }
    text
}

/// Returns what each session sends, as written; each has a psql of its own.
fn in_sessions(sessions: &Sessions, project: &Project) -> String {
    let mut text = String::from("-- each session is a psql of its own\n");
    for request in &sessions.script.given {
        let one = one(request, project);
        write!(text, "-- given, as {}\nbegin;\n{one}commit;\n", request.who.name).expect("a string takes all");
    }
    let mut open = BTreeSet::new();
    for (Move { session, does }, request) in sessions.moves.iter().zip(&sessions.script.requests) {
        let name = &sessions.names[*session];
        let statement = statement(request);
        let part = match does {
            Does::Begin => format!("{statement}{}", setup(request, project)),
            Does::Send if !open.contains(session) => format!("begin;\n{}{statement}commit;\n", setup(request, project)),
            Does::Send | Does::Commit | Does::Rollback => statement,
            Does::Resumes => "-- it goes on\n".to_owned(),
        };
        match does {
            Does::Begin => drop(open.insert(session)),
            Does::Commit | Does::Rollback => drop(open.remove(session)),
            Does::Send | Does::Resumes => {}
        }
        write!(text, "-- {name}, as {}\n{part}", request.who.name).expect("a string takes all");
    }
    for request in &sessions.script.requests[sessions.moves.len()..] {
        let one = one(request, project);
        write!(text, "-- when all have ended, as {}\nbegin;\n{one}rollback;\n", request.who.name)
            .expect("a string takes all");
    }
    text
}

fn one(request: &Request, project: &Project) -> String {
    format!("{}{}", setup(request, project), statement(request))
}

/// Returns what makes a transaction somebody's.
fn setup(request: &Request, project: &Project) -> String {
    let mut text = String::new();
    if request.access == Access::ReadOnly {
        text.push_str("set transaction read only;\n");
    }
    let path = match &request.who.way {
        Way::Api(_) => vec![("search_path".to_owned(), project.search_path.clone())],
        Way::Harness | Way::Login(_) => Vec::new(),
    };
    if let Some(role) = request.who.way.role() {
        writeln!(text, "{}", OF_ROLE.replace("{role}", &role.replace('\'', "''"))).expect("a string takes all");
    }
    text.push_str(&ended(&request.who.become_them(&path, &request.own_settings())));
    text
}

fn statement(request: &Request) -> String {
    // What a step keeps is known only when it has run.
    let kept: Vec<_> = request.statement.kept().into_iter().map(|name| (name.clone(), format!(":'{name}'"))).collect();
    let text = request.statement.shown(&kept);
    if request.keep.is_empty() {
        return ended(&text);
    }
    // psql keeps the columns of the one row under their own names.
    let mut text = format!("{}\n\\gset\n", text.trim_end().trim_end_matches(';'));
    for (name, column) in request.keep.iter().filter(|(name, column)| name != column) {
        writeln!(text, "\\set {name} :{column}").expect("a string takes all");
    }
    text
}

fn ended(part: &str) -> String {
    match part.trim() {
        "" => String::new(),
        part if part.ends_with(';') => format!("{part}\n"),
        part => format!("{part};\n"),
    }
}
