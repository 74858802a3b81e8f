//! A statement of an author, with the names in it: what it is, what is wrong with it, and how it is sent.

use std::ops::Range;
use std::sync::Arc;

use crate::case::{Sql, Word};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Action, Filled, Kind, Template, Value, kinds, quote_literal, split, template};

use super::names::Names;
use super::who::Who;

/// A statement with the names in it.
#[derive(Debug, Clone)]
pub struct Statement {
    template: Template,
    /// What the author wrote, to find places in; none for what the harness itself asks.
    sql: Option<Sql>,
    me: Option<String>,
    names: Arc<Names>,
    around: (&'static str, &'static str),
    /// What it does.
    pub kind: Kind,
}

/// A statement as it is sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The text.
    pub text: String,
    filled: Filled,
    before: usize,
}

impl Sent {
    /// Returns the byte of the author's text that a byte of this text stands for.
    pub fn origin(&self, byte: usize) -> usize {
        self.filled.origin(byte.saturating_sub(self.before))
    }
}

impl Statement {
    /// Reads a statement of an author; `kept` are the names that earlier steps keep values under.
    pub fn read(sql: &Sql, who: &Who, names: &Arc<Names>, kept: &[String]) -> Result<Self, Vec<Problem>> {
        Self::within(("", ""), sql, who, names, kept)
    }

    /// Reads a statement of one of several sessions, which begin and end their transactions themselves.
    pub fn in_session(sql: &Sql, who: &Who, names: &Arc<Names>, kept: &[String]) -> Result<Self, Vec<Problem>> {
        match kinds(&sql.text).as_deref() {
            Ok([(_, kind)]) if kind.is_of_transactions() => {
                Ok(Self { sql: Some(sql.clone()), kind: *kind, ..Self::own(&sql.text, names) })
            }
            _ => Self::read(sql, who, names, kept),
        }
    }

    /// Reads the rest of a statement, which an author began by a key: `delete from `, `update `.
    pub fn rest(beginning: &'static str, sql: &Sql, who: &Who, names: &Arc<Names>) -> Result<Self, Vec<Problem>> {
        Self::within((beginning, ""), sql, who, names, &[])
    }

    /// Reads a condition of an author, to be asked as a query.
    pub fn condition(sql: &Sql, who: &Who, names: &Arc<Names>, kept: &[String]) -> Result<Self, Vec<Problem>> {
        // Alone first: what closes the bracket itself, or comments it out, is no condition.
        Self::within(("select\n", "\n"), sql, who, names, kept)?;
        Self::within(("select (", ")"), sql, who, names, kept)
    }

    /// Makes a statement of the harness itself.
    ///
    /// # Panics
    /// If it cannot be cut into tokens, which no author can bring about.
    pub fn own(text: &str, names: &Arc<Names>) -> Self {
        let template = template(text).expect("a statement of our own can be cut into tokens");
        Self { template, sql: None, me: None, names: Arc::clone(names), around: ("", ""), kind: Kind::Select }
    }

    fn within(
        around: (&'static str, &'static str),
        sql: &Sql,
        who: &Who,
        names: &Arc<Names>,
        kept: &[String],
    ) -> Result<Self, Vec<Problem>> {
        if let Some(cut) = sql.cut() {
            return Err(vec![cut]);
        }
        let template = template(&sql.text).map_err(|error| vec![no_sql(sql, &error.message, error.span)])?;
        let mut statement = Self {
            template,
            sql: Some(sql.clone()),
            me: who.user.clone(),
            names: Arc::clone(names),
            around,
            kind: Kind::Other,
        };
        let problems = statement.misnamed(sql, kept);
        if !problems.is_empty() {
            return Err(problems);
        }
        statement.kind = statement.understood(sql, kept).map_err(|problem| vec![problem])?;
        Ok(statement)
    }

    /// Returns the text as it is sent, with these values kept.
    pub fn fill(&self, kept: &[(String, Option<String>)]) -> Result<Sent, String> {
        let (before, after) = self.around;
        let filled = self.template.fill(|name| {
            let kept = kept.iter().rev().find(|(it, _)| it == name);
            let kept = kept.map(|(_, value)| value.clone().map_or(Value::Null, Value::Text));
            kept.or_else(|| self.names.value(name, self.me.as_deref()))
        });
        let filled = filled.map_err(|error| error.to_string())?;
        Ok(Sent { text: format!("{before}{}{after}", filled.text), filled, before: before.len() })
    }

    /// Returns the names in it whose values are known only when an earlier step has run.
    pub fn kept(&self) -> Vec<String> {
        let holes = self.template.holes().iter().map(|hole| &hole.name);
        holes.filter(|name| self.names.value(name, None).is_none()).cloned().collect()
    }

    /// Returns the text to be shown, with these words in the place of what is kept.
    pub fn shown(&self, kept: &[(String, String)]) -> String {
        let marks: Vec<_> =
            kept.iter().map(|(name, word)| (name, word, format!("{name} of an earlier step"))).collect();
        let values: Vec<_> = marks.iter().map(|(name, _, mark)| ((*name).clone(), Some(mark.clone()))).collect();
        let text = self.fill(&values).map_or_else(|_| self.text().to_owned(), |sent| sent.text);
        marks.iter().fold(text, |text, (_, word, mark)| text.replace(&quote_literal(mark), word))
    }

    /// Returns where some bytes of the author's text stand.
    pub fn place(&self, span: Range<usize>) -> Option<Place> {
        self.sql.as_ref().map(|sql| sql.place(span))
    }

    /// Returns where the author's text stands.
    pub fn whole(&self) -> Option<Place> {
        self.sql.as_ref().map(Sql::whole)
    }

    /// Whether the harness itself made it, and no author.
    pub fn is_own(&self) -> bool {
        self.sql.is_none()
    }

    /// Returns what the author wrote.
    pub fn text(&self) -> &str {
        self.template.text()
    }

    /// Returns what is wrong with the names in it.
    fn misnamed(&self, sql: &Sql, kept: &[String]) -> Vec<Problem> {
        let kept = || kept.iter().map(String::as_str);
        let mut problems = Vec::new();
        let mut told = std::collections::BTreeSet::new();
        for hole in self.template.holes() {
            let is_known = kept().any(|it| it == hole.name) || self.names.value(&hole.name, None).is_some();
            if !is_known && told.insert(&hole.name) {
                let word = Word { text: hole.name.clone(), place: sql.place(hole.span.clone()) };
                problems.push(self.names.unknown(&hole.name, &word, kept()));
            }
        }
        for quoted in self.template.quoted_names() {
            if kept().any(|it| it == quoted.name) || self.names.value(&quoted.name, None).is_some() {
                let problem = Problem::new(format!("`${}` stands in quotes, so it is a text", quoted.name));
                problems.push(
                    problem.at(sql.place(quoted.span.clone())).help("leave out the quotes: the value brings its own"),
                );
            }
        }
        for parameter in self.template.parameters() {
            let problem = Problem::new("nobody gives this parameter a value").at(sql.place(parameter.clone()));
            problems.push(problem.help("write the value, or a name like `$org_a`"));
        }
        problems
    }

    /// Returns what it does, if it is one statement that a request can be.
    fn understood(&self, sql: &Sql, kept: &[String]) -> Result<Kind, Problem> {
        let sample: Vec<_> = kept.iter().map(|name| (name.clone(), Some(String::new()))).collect();
        let filled = self.fill(&sample).map_err(|why| Problem::new(why).at(sql.whole()))?;
        let back = |span: Range<usize>| filled.origin(span.start)..filled.origin(span.end);
        let found = kinds(&filled.text).map_err(|error| no_sql(sql, &error.message, back(error.span)))?;
        let kind = match found.as_slice() {
            [] => return Err(Problem::new("there is no statement here").at(sql.whole())),
            [(_, kind)] => *kind,
            [_, (second, _), ..] => {
                let problem = Problem::new("a second statement begins here").at(sql.place(back(second.clone())));
                return Err(problem.help("a request is one statement; say several as `steps`"));
            }
        };
        if takes_the_session(&filled.text, kind) {
            let (title, help) = NO_OTHER_SESSION;
            return Err(Problem::new(title).at(sql.whole()).help(help));
        }
        // What is about rows is never what a request cannot be, and is not read twice.
        let action = (!kind.concerns_rows()).then(|| split(&filled.text).ok()).flatten();
        let action = action.and_then(|mut statements| statements.pop()).map(|it| it.action);
        let of_a_transaction = (kind == Kind::Savepoint).then_some(A_TRANSACTION);
        match action.as_ref().and_then(unfit).or(of_a_transaction) {
            Some((title, help)) => Err(Problem::new(title).at(sql.whole()).help(help)),
            None => Ok(kind),
        }
    }
}

const NO_OTHER_SESSION: (&str, &str) =
    ("nobody who comes through the API can change whose session it is", "name another actor with `as`");

const A_TRANSACTION: (&str, &str) =
    ("every request is a transaction already", "leave this out; `sessions` make transactions of several statements");

/// Whether a text may take the session, in a body, a string or in pieces as well: it would become the harness's own.
fn takes_the_session(text: &str, kind: Kind) -> bool {
    let text = text.to_lowercase();
    let runs_text = !kind.concerns_rows() || text.contains("set_config") || text.contains("execute");
    text.contains("session_authorization") || (text.contains("authorization") && runs_text)
}

/// Returns why a statement cannot be a request, and what to do instead.
fn unfit(action: &Action) -> Option<(&'static str, &'static str)> {
    match action {
        Action::SessionAuthorization(_) => Some(NO_OTHER_SESSION),
        Action::Begin | Action::End => Some(A_TRANSACTION),
        Action::Alone => Some((
            "this cannot run inside a transaction, and every request is one",
            "a migration can do it: leave it to one",
        )),
        Action::GrantRoles(_) => Some((
            "who belongs to whom is known to the whole server and not only to this database",
            "leave it to a migration",
        )),
        Action::CopyToStdout => Some(("rows are not taken in this way", "ask for them: `select …`")),
        Action::CopyFromStdin => Some(("no rows can be sent along with a statement", "write `insert into … values …`")),
        Action::Database
        | Action::CreateRole(..)
        | Action::AlterRole(_)
        | Action::DropRoles(_)
        | Action::RenameRole(_) => Some((
            "this changes the whole server and not only this database",
            "leave it to a migration, or to a server that is there for it",
        )),
        _ => None,
    }
}

fn no_sql(sql: &Sql, message: &str, span: Range<usize>) -> Problem {
    let mut problem = Problem::new(message).at(sql.place(span)).note("SQLSTATE 42601");
    if message.contains("at or near \":\"") {
        problem = problem.help("a name is written `$name` here");
    }
    problem
}
