//! The kind `cases`, with everything filled in: which requests are made, and what is expected of which.

use std::sync::Arc;

use crate::case::{self, Case, Expect, Expected, ExpectedRow, ExpectedRows, File, Sql, Word};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Kind, quote_literal};
use crate::value::{flaw, is_time};

use super::names::Names;
use super::rows;
use super::script::{Access, Control, Effect, Request, Room, Script, Telling};
use super::sessions;
use super::statement::Statement;
use super::who::{Who, settings_text};
use super::{Subject, Unit};

/// Statements and what must come of them.
#[derive(Debug, Clone)]
pub struct Steps {
    /// What is run.
    pub script: Script,
    /// What is expected of which request.
    pub watched: Vec<Watched>,
}

/// A request of which something is expected.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Which request.
    pub request: usize,
    /// What is expected, if anything is; a step without expectation must not fail.
    pub expect: Option<Expect>,
    /// Where it stands.
    pub place: Place,
    /// What is asked afterwards: the request, and what it must answer.
    pub looks: Vec<(usize, Look)>,
}

/// What is asked after a request.
#[derive(Debug, Clone)]
pub enum Look {
    /// A condition that must be true.
    Holds(Sql),
    /// The privileges on a relation, which must be these.
    Privileges(Word, Vec<String>),
}

/// How a statement of an author is read.
pub(super) type Reading = fn(&Sql, &Who, &Arc<Names>, &[String]) -> Result<Statement, Vec<Problem>>;

/// What is known while a case is being planned.
pub(super) struct Planner<'a> {
    pub(super) case: &'a Case,
    names: Arc<Names>,
    pub(super) given: Vec<Request>,
    pub(super) requests: Vec<Request>,
    pub(super) watched: Vec<Watched>,
    pub(super) kept: Vec<String>,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// Plans a case; one of several actors makes a unit for each.
pub(super) fn units(case: &Case, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Vec<Unit> {
    if !case.sessions.is_empty() {
        return sessions::unit(Planner::new(case, names, problems), file).into_iter().collect();
    }
    if case.actors.len() <= 1 {
        return unit(case, case.actors.first(), file, names, problems).into_iter().collect();
    }
    let of_actor = |actor: &Word, problems: &mut Vec<Problem>| {
        let mut unit = unit(case, Some(actor), file, names, problems)?;
        unit.name = format!("{} (as {})", unit.name, actor.text);
        Some(unit)
    };
    case.actors.iter().filter_map(|actor| of_actor(actor, problems)).collect()
}

fn unit(
    case: &Case,
    actor: Option<&Word>,
    file: &File,
    names: &Arc<Names>,
    problems: &mut Vec<Problem>,
) -> Option<Unit> {
    let before = problems.len();
    let mut planner = Planner::new(case, names, problems);
    planner.given(actor);
    for step in &case.steps {
        planner.step(step, actor);
    }
    for look in &case.after {
        planner.after(look);
    }
    let Planner { given, requests, watched, .. } = planner;
    if problems.len() > before {
        return None;
    }
    let is_alone = case.is_isolated || given.iter().chain(&requests).any(wants_a_room);
    // What is given is committed, unless all of it is to be one transaction.
    let is_single = case.steps.len() == 1 && given.is_empty();
    let is_lane = (is_single || case.is_one_transaction) && !is_alone;
    let script = Script { room: if is_lane { Room::Lane } else { Room::Own }, given, requests };
    Some(Unit {
        name: format!("{}: {}", file.name, case.name.text),
        place: case.name.place.clone(),
        attests: rows::named(file, case.attests.as_deref()),
        subject: Subject::Steps(Steps { script, watched }),
    })
}

impl<'a> Planner<'a> {
    fn new(case: &'a Case, names: &Arc<Names>, problems: &'a mut Vec<Problem>) -> Self {
        let names = Arc::clone(names);
        Self { case, names, given: Vec::new(), requests: Vec::new(), watched: Vec::new(), kept: Vec::new(), problems }
    }

    pub(super) fn step(&mut self, step: &case::Step, actor: Option<&Word>) {
        let read = if self.case.sessions.is_empty() { Statement::read } else { Statement::in_session };
        let Some(mut request) = self.request(step, actor, read) else { return };
        let who = Arc::clone(&request.who);
        request.control = self.control(step, &who);
        self.problems.extend(step.expect.as_ref().and_then(|expect| changes_nothing(expect, &request)));
        let at = self.requests.len();
        self.requests.push(request);
        self.keep(step);
        let expect = step.expect.as_ref().map(|expect| self.bound(expect, &who));
        let looks = step.expect.as_ref().map(|expect| self.looks(expect, &who)).unwrap_or_default();
        self.watched.push(Watched { request: at, expect, place: step.run.whole(), looks });
    }

    /// Plans a statement and what it brings along.
    pub(super) fn request(&mut self, step: &case::Step, actor: Option<&Word>, read: Reading) -> Option<Request> {
        // What else is wrong is told as well, whoever acts.
        let who = self.actor(step.who.as_ref().or(actor), &step.run).unwrap_or_else(|| Arc::new(Who::harness()));
        let statement = match read(&step.run, &who, &self.names, &self.kept) {
            Ok(statement) => statement,
            Err(found) => {
                self.problems.extend(found);
                return None;
            }
        };
        let mut request = Request::new(who, statement);
        request.settings = self.settings(&step.settings);
        let at = step.at.as_ref().or(self.case.at.as_ref());
        request.at = at.map(|word| word.text.clone());
        self.problems.extend(at.filter(|word| !is_time(&word.text)).map(no_time));
        request.access = if step.is_read_only { Access::ReadOnly } else { Access::ReadWrite };
        request.keep = step.keep.iter().map(|(name, column)| (name.text.clone(), column.clone())).collect();
        Some(request)
    }

    pub(super) fn after(&mut self, look: &case::Look) {
        let who = match &look.who {
            Some(word) => self.names.clone().actor(word, self.problems),
            None => Some(Arc::new(Who::harness())),
        };
        let Some(who) = who else { return };
        let statement = match Statement::read(&look.run, &who, &self.names, &self.kept) {
            Ok(statement) => statement,
            Err(found) => return self.problems.extend(found),
        };
        let at = self.requests.len();
        let control = self.control_for(&look.expect, None, &who, &look.run);
        let effect = Effect::Undone;
        self.requests.push(Request { effect, control, ..Request::new(Arc::clone(&who), statement) });
        let looks = self.looks(&look.expect, &who);
        let expect = Some(self.bound(&look.expect, &who));
        self.watched.push(Watched { request: at, expect, place: look.run.whole(), looks });
    }

    fn actor(&mut self, word: Option<&Word>, run: &Sql) -> Option<Arc<Who>> {
        let Some(word) = word else {
            let problem = Problem::new("nobody acts here").at(run.whole());
            self.problems.push(problem.help("say who: `as: <actor>`, in the step or in the case"));
            return None;
        };
        let session = self.case.sessions.iter().find(|(name, _)| name.text == word.text);
        let word = session.map_or(word, |(_, actor)| actor);
        self.names.clone().actor(word, self.problems)
    }

    fn settings(&self, own: &[(String, serde_json::Value)]) -> Vec<(String, String)> {
        let all = self.case.settings.iter().chain(own).map(|(key, value)| (key.clone(), self.names.bind_json(value)));
        settings_text(&all.collect::<Vec<_>>())
    }

    fn control(&mut self, step: &case::Step, who: &Who) -> Control {
        match &step.expect {
            Some(expect) => self.control_for(expect, step.control.as_ref(), who, &step.run),
            None => Control::NotNeeded,
        }
    }

    fn control_for(&mut self, expect: &Expect, named: Option<&Word>, who: &Who, run: &Sql) -> Control {
        if !expect.outcome.as_ref().is_some_and(case::Outcome::is_denial) {
            return Control::NotNeeded;
        }
        if let Some(asked) = differs_each_time(&run.text) {
            let problem = Problem::new(format!("`{asked}` gives something else each time, so a denial shows nothing"));
            let problem = problem.at(within(&run.whole(), asked));
            self.problems.push(problem.help("ask for a row that stays: by its key, or by a name of the fixtures"));
        }
        if named.is_some_and(|word| word.text == who.name) {
            let problem = Problem::new("whoever is denied cannot show that it can be done").at(run.whole());
            self.problems.push(problem.help("name somebody else with `control`, or leave it out"));
        }
        if let Some(asked) = asks_who_acts(&run.text) {
            let problem = Problem::new(format!("`{asked}` is another for whoever shows that this can be done"));
            let problem = problem
                .at(within(&run.whole(), asked))
                .note("a denial is tried once more by somebody who may, by the same statement");
            self.problems.push(problem.help("write `$me`, which is the user of this step for both"));
        }
        match named {
            Some(word) => Control::AnyOf(self.names.clone().actor(word, self.problems).into_iter().collect()),
            None => Control::AnyOf(self.names.others(who)),
        }
    }

    pub(super) fn keep(&mut self, step: &case::Step) {
        for (name, _) in &step.keep {
            if self.names.value(&name.text, None).is_some() {
                let problem = Problem::new(format!("`${}` means something already", name.text)).at(name.place.clone());
                self.problems.push(problem.help("choose another name for what is kept"));
            }
            self.kept.push(name.text.clone());
        }
    }

    /// Plans what an expectation asks for besides the statement itself.
    fn looks(&mut self, expect: &Expect, who: &Who) -> Vec<(usize, Look)> {
        let mut looks = Vec::new();
        for sql in &expect.holds {
            match Statement::condition(sql, who, &self.names, &self.kept) {
                Ok(statement) => looks.push((self.ask(statement), Look::Holds(sql.clone()))),
                Err(found) => self.problems.extend(found),
            }
        }
        for (relation, privileges) in &expect.privileges {
            let statement = Statement::own(&privileges_of(who, &relation.text), &self.names);
            let at = self.ask(statement);
            self.requests[at].telling = Telling::Aside;
            looks.push((at, Look::Privileges(relation.clone(), privileges.clone())));
        }
        looks
    }

    fn ask(&mut self, statement: Statement) -> usize {
        let request = Request::new(Arc::new(Who::harness()), statement);
        self.requests.push(Request { effect: Effect::Undone, ..request });
        self.requests.len() - 1
    }

    /// Puts what names stand for into an expectation; names that are kept later are left for later.
    pub(super) fn bound(&mut self, expect: &Expect, who: &Who) -> Expect {
        let mut expect = expect.clone();
        let place = expect.place.clone();
        if let Some(rows) = &mut expect.rows {
            self.bind_rows(rows, who, &place);
        }
        if let Some(value) = &mut expect.value {
            self.bind(value, who, &place);
        }
        expect
    }

    fn bind_rows(&mut self, rows: &mut ExpectedRows, who: &Who, place: &Place) {
        for row in &mut rows.rows {
            match row {
                ExpectedRow::Named(values) => values.iter_mut().for_each(|(_, value)| self.bind(value, who, place)),
                ExpectedRow::Positional(values) => values.iter_mut().for_each(|value| self.bind(value, who, place)),
            }
        }
    }

    fn bind(&mut self, value: &mut Expected, who: &Who, place: &Place) {
        let (names, kept) = (Arc::clone(&self.names), self.kept.clone());
        value.name(&mut |name: &str| {
            let found = names.expected(name, who.user.as_deref());
            if found.is_none() && !kept.iter().any(|it| it == name) {
                let word = Word { text: name.to_owned(), place: within(place, &format!("${name}")) };
                self.problems.push(names.unknown(name, &word, kept.iter().map(String::as_str)));
            }
            found
        });
        self.problems.extend(flaw(value).map(|why| Problem::new(why).at(place.clone())));
    }
}

/// Whether a request does what no rollback takes back: it changes the clock, or sets a sequence that may never have been called.
fn wants_a_room(request: &Request) -> bool {
    request.at.is_some() || request.statement.text().to_lowercase().contains("setval")
}

/// Returns the word by which a statement asks for what is never the same, if it does.
fn differs_each_time(sql: &str) -> Option<&'static str> {
    const WORDS: [&str; 4] = ["nextval", "random(", "clock_timestamp", "setval"];
    let text = sql.to_lowercase();
    WORDS.into_iter().find(|word| text.contains(word))
}

/// Returns the word by which a statement asks who is acting, if it does.
fn asks_who_acts(sql: &str) -> Option<&'static str> {
    const WORDS: [&str; 8] = [
        "auth.uid",
        "auth.jwt",
        "auth.role",
        "auth.email",
        "current_user",
        "session_user",
        "current_role",
        "request.jwt.claim",
    ];
    let text = sql.to_lowercase();
    WORDS.into_iter().find(|word| text.contains(word))
}

/// Returns where a text stands within a place, or the place.
fn within(place: &Place, text: &str) -> Place {
    let found = place.words().find(text).map(|at| place.span.start + at);
    found.map_or_else(|| place.clone(), |start| Place { span: start..start + text.len(), ..place.clone() })
}

/// Returns what is wrong with a number of changed rows that is expected of a query.
fn changes_nothing(expect: &Expect, request: &Request) -> Option<Problem> {
    let is_query = request.statement.kind == Kind::Select && expect.affected.is_some();
    let problem = || Problem::new("a query changes no row, and `affected` counts those that are changed");
    is_query.then(|| problem().at(expect.place.clone()).help("write `count` for the rows that it gives"))
}

fn no_time(word: &Word) -> Problem {
    let problem = Problem::new(format!("`{}` is no time", word.text)).at(word.place.clone());
    problem.help("write it like 2026-03-01T12:00:00Z")
}

/// Returns the query for the privileges that a role has on a relation: on the whole of it, and else on some columns.
fn privileges_of(who: &Who, relation: &str) -> String {
    let (role, relation) = (quote_literal(who.role()), quote_literal(relation));
    format!(
        "select p from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
where has_table_privilege({role}, {relation}, p)
union all
select p || ' (' || string_agg(attname, ', ' order by attnum) || ')'
from unnest(array['select', 'insert', 'update', 'references']) p, pg_attribute
where attrelid = {relation}::regclass and attnum > 0 and not attisdropped
  and not has_table_privilege({role}, {relation}, p) and has_column_privilege({role}, attrelid, attnum, p)
group by p"
    )
}
