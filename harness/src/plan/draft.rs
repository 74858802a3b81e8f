//! A statement put together of the harness's words and an author's, in which every byte of the author's can be found again.

use crate::case::Sql;
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{SyntaxError, split};

/// A statement, or several, with what an author wrote in it.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The text as it is sent.
    pub text: String,
    pieces: Vec<Piece>,
}

/// Some bytes of an author's text, and where in the statement they stand.
#[derive(Debug, Clone)]
struct Piece {
    at: usize,
    from: usize,
    length: usize,
    sql: Sql,
}

impl Draft {
    /// Adds words of the harness.
    #[must_use]
    pub(super) fn own(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a whole text of an author; a comment at its end ends with its line.
    #[must_use]
    pub(super) fn author(self, sql: &Sql) -> Self {
        self.some_of(sql, 0..sql.text.len()).own("\n")
    }

    /// Adds some bytes of a text of an author.
    #[must_use]
    pub(super) fn some_of(mut self, sql: &Sql, span: std::ops::Range<usize>) -> Self {
        self.pieces.push(Piece { at: self.text.len(), from: span.start, length: span.len(), sql: sql.clone() });
        self.text.push_str(&sql.text[span]);
        self
    }

    /// Returns where some bytes of the statement stand in the author's file, if they are the author's.
    pub fn place(&self, span: std::ops::Range<usize>) -> Option<Place> {
        let piece = self.pieces.iter().rev().find(|it| it.at <= span.start && span.start <= it.at + it.length)?;
        let end = span.end.min(piece.at + piece.length);
        Some(piece.sql.place(span.start - piece.at + piece.from..end - piece.at + piece.from))
    }

    /// Returns what Postgres's grammar has against it, in the author's file.
    pub(super) fn problem(&self, whole: &Place, statements: usize) -> Option<Problem> {
        match split(&self.text) {
            Err(error) => Some(self.no_sql(&error, whole)),
            Ok(found) if found.len() != statements => {
                let problem = Problem::new("a second statement begins here").at(whole.clone());
                Some(problem.help("this line says one thing: leave out the `;`"))
            }
            Ok(_) => None,
        }
    }

    fn no_sql(&self, error: &SyntaxError, whole: &Place) -> Problem {
        // What the harness adds behind a text is reached only if the text ends too early, or goes on too long.
        let last = self.pieces.last().map(|it| it.at + it.length);
        let end = last.filter(|end| error.span.start >= *end).map(|end| end..end);
        let place = self.place(end.unwrap_or_else(|| error.span.clone())).unwrap_or_else(|| whole.clone());
        Problem::new(&error.message).at(place).note("SQLSTATE 42601")
    }
}

/// Returns a text without a word that it may begin with.
pub(super) fn without<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let trimmed = text.trim_start();
    let head = trimmed.get(..words.len()).filter(|head| head.eq_ignore_ascii_case(words))?;
    let rest = &trimmed[head.len()..];
    (!rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(rest)
}
