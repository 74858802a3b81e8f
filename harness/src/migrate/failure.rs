//! A statement of a file that Postgres refused: which one, where, and what is left of the file.

use crate::pg::{PgError, ServerError};
use crate::problem::Problem;
use crate::span::Source;
use crate::sql::Statement;

/// Why a file could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A statement was refused.
    #[error("{}", .0.title)]
    Refused(Box<Problem>),
    /// The server went away while a statement ran.
    #[error("{}", .0.title)]
    Gone(Box<Problem>),
    /// The server did not answer any more.
    #[error(transparent)]
    Server(#[from] PgError),
}

/// What stays of a file that was not applied to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nothing, for the file is one transaction.
    Nothing,
    /// So many statements from its beginning, for what came then could not be in a transaction with them.
    First(usize),
    /// What the file itself had committed.
    Committed,
}

impl Failure {
    /// Makes a failure of what the statement at a place of the file met.
    pub(super) fn of(source: &Source, statements: &[Statement], at: usize, error: PgError, kept: Kept) -> Self {
        match error {
            PgError::Refused(refusal) => Self::Refused(Box::new(problem(source, statements, at, &refusal, kept))),
            other => Self::Gone(Box::new(gone(source, &statements[at], &other))),
        }
    }
}

fn gone(source: &Source, statement: &Statement, error: &PgError) -> Problem {
    let place = source.place(first_line(statement));
    Problem::new("the server is gone").at(place).label("while this ran").note(error.to_string())
}

fn problem(source: &Source, statements: &[Statement], at: usize, refusal: &ServerError, kept: Kept) -> Problem {
    let statement = &statements[at];
    let place = source.place(place(statement, refusal));
    let mut problem = Problem::new(refusal.message.clone()).at(place).label(format!("SQLSTATE {}", refusal.sqlstate));
    let count = statements.len();
    problem = problem.note(format!("at statement {} of {count} of this file", at + 1));
    problem.notes.extend(refusal.detail.clone());
    problem.notes.extend(refusal.context.as_ref().map(|context| format!("within {context}")));
    let left = match kept {
        Kept::Nothing => "nothing of this file remains: it is one transaction".to_owned(),
        Kept::First(1) => "the first statement of this file remains: it is not one transaction".to_owned(),
        Kept::First(many) => format!("the first {many} statements of this file remain: it is not one transaction"),
        Kept::Committed => "what this file has committed before remains".to_owned(),
    };
    problem = problem.note(left);
    let hint = || refusal.hint.clone();
    problem.help = help(refusal).or_else(hint);
    problem
}

/// Returns the bytes of the file that Postgres means.
fn place(statement: &Statement, refusal: &ServerError) -> std::ops::Range<usize> {
    let Some(character) = refusal.position.filter(|at| *at > 0) else {
        return named(statement, &refusal.message).unwrap_or_else(|| first_line(statement));
    };
    let offset = statement.text.char_indices().nth(character - 1).map_or(statement.text.len(), |(at, _)| at);
    let word = statement.text[offset..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(1).max(1);
    let start = statement.span.start + offset;
    start..start + word
}

/// Returns where a statement speaks of the thing that a message names, for Postgres gives most refusals no place.
fn named(statement: &Statement, message: &str) -> Option<std::ops::Range<usize>> {
    let from = statement.first_word() - statement.span.start;
    let text = statement.text.get(from..)?;
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let names = message.split('"').skip(1).step_by(2).filter(|name| !name.is_empty());
    let places = names.flat_map(|name| text.match_indices(name).map(move |(at, _)| at..at + name.len()));
    let whole = |place: &std::ops::Range<usize>| {
        !is_word(text[..place.start].chars().next_back()) && !is_word(text[place.end..].chars().next())
    };
    let found = places.into_iter().find(whole)?;
    let start = statement.span.start + from;
    Some(start + found.start..start + found.end)
}

fn first_line(statement: &Statement) -> std::ops::Range<usize> {
    let start = statement.first_word();
    let rest = statement.text.get(start - statement.span.start..).unwrap_or_default();
    start..start + rest.lines().next().unwrap_or_default().len()
}

fn help(refusal: &ServerError) -> Option<String> {
    let text = match refusal.sqlstate.as_str() {
        "42704" if refusal.message.contains("type") => {
            "an extension's type needs the extension, and its schema before the name where that is not on the search path"
        }
        "55P04" => "a value that is added to an enum can be used from the next migration on, not in the same file",
        "0A000" | "58P01" if refusal.message.contains("is not available") => {
            "this server does not have it, and nothing stands in for it here"
        }
        "25001" => "put this statement into a migration of its own",
        _ => return None,
    };
    Some(text.to_owned())
}
