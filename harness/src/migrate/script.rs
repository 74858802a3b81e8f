//! One file of SQL: its bytes read as text, its text cut into statements, and what is wrong with either.

use std::fs;
use std::path::Path;

use crate::problem::{Problem, nearest};
use crate::span::Source;
use crate::sql::{Action, Statement, SyntaxError, split};

/// Words that are mistyped where the grammar then gives up. Short ones are left out: everything is near to them.
const WORDS: [&str; 40] = [
    "alter",
    "begin",
    "cascade",
    "check",
    "column",
    "comment",
    "constraint",
    "create",
    "database",
    "default",
    "delete",
    "domain",
    "drop",
    "execute",
    "exists",
    "extension",
    "foreign",
    "function",
    "grant",
    "index",
    "insert",
    "language",
    "materialized",
    "policy",
    "primary",
    "publication",
    "references",
    "returning",
    "returns",
    "revoke",
    "schema",
    "select",
    "sequence",
    "table",
    "trigger",
    "truncate",
    "unique",
    "update",
    "values",
    "where",
];

/// A file of SQL, read and cut into statements.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file.
    pub source: Source,
    /// Its statements.
    pub statements: Vec<Statement>,
}

/// Reads a file of text; `shown` is the path by which people know it.
///
/// # Errors
/// That it cannot be read, or is not UTF-8.
pub fn read_text(path: &Path, shown: &Path) -> Result<Source, Problem> {
    let bytes = fs::read(path)
        .map_err(|error| Problem::new(format!("{} cannot be read", shown.display())).note(error.to_string()))?;
    String::from_utf8(bytes).map(|text| Source::new(shown, text)).map_err(|error| not_utf8(shown, &error))
}

/// Reads one file of SQL.
///
/// # Errors
/// What is wrong with it: its bytes, its grammar, or rows that only psql could send.
pub fn read_script(path: &Path, shown: &Path) -> Result<Script, Problem> {
    let source = read_text(path, shown)?;
    if source.text.starts_with('\u{feff}') {
        let problem = Problem::new("the file begins with a byte order mark").at(source.place(0..3));
        return Err(problem
            .note("Postgres takes it for the first character of a statement")
            .help("save the file as UTF-8 without it"));
    }
    match split(&source.text) {
        Ok(statements) => match statements.iter().find(|it| it.action == Action::CopyFromStdin) {
            Some(copy) => Err(carries_rows(&source, copy)),
            None => Ok(Script { source, statements }),
        },
        Err(error) => Err(no_sql(&source, &error)),
    }
}

fn no_sql(source: &Source, error: &SyntaxError) -> Problem {
    if let Some(copy) = copy_before(source, error) {
        return carries_rows(source, &copy);
    }
    let mut problem = Problem::new(error.message.clone()).at(source.place(error.span.clone())).note("SQLSTATE 42601");
    problem.help = way_out(&source.text[error.span.clone()], &error.message);
    problem
}

/// Returns what to write instead, where that can be guessed.
fn way_out(culprit: &str, message: &str) -> Option<String> {
    if culprit.starts_with('\\') {
        return Some("a line that begins with a backslash is for psql, and a migration is not run by psql".to_owned());
    }
    if message.starts_with("unterminated") {
        return Some("nothing ends what begins here".to_owned());
    }
    if message.ends_with("at end of input") {
        return Some("something is left open: a parenthesis, a `case`, or the statement itself".to_owned());
    }
    let word = culprit.to_lowercase();
    let near = nearest(&word, WORDS).filter(|near| word.len() > 3 && *near != word);
    near.map(|near| format!("did you mean `{near}`?"))
}

/// Returns the last statement before a mistake if rows follow it, for rows are no SQL.
fn copy_before(source: &Source, error: &SyntaxError) -> Option<Statement> {
    let before = &source.text[..error.span.end];
    let ends = before.match_indices(';').map(|(at, _)| at + 1).filter(|at| {
        let line = before[..*at].rfind('\n').map_or(0, |start| start + 1);
        before[line..*at].to_lowercase().contains("stdin")
    });
    let copies = ends.filter_map(|end| split(&before[..end]).ok()?.pop());
    copies.into_iter().find(|it| it.action == Action::CopyFromStdin)
}

fn carries_rows(source: &Source, copy: &Statement) -> Problem {
    Problem::new("`copy … from stdin` cannot stand in a migration")
        .at(source.place(copy.first_word()..copy.span.end))
        .note("its rows are sent by psql, and Supabase's CLI does not send them")
        .help("write the rows as `insert` statements")
}

fn not_utf8(shown: &Path, error: &std::string::FromUtf8Error) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let source = Source::new(shown, text);
    Problem::new("the file is not UTF-8")
        .at(source.place(at..at + 3))
        .note(format!("the first wrong byte is number {}", at + 1))
        .help("save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), text).expect("a file");
        read_script(file.path(), Path::new("1_a.sql")).expect_err("something is wrong")
    }

    #[test]
    fn a_mistyped_word_is_mended_and_a_right_one_is_not() {
        assert_eq!(problem("create tabel a ();").help.as_deref(), Some("did you mean `table`?"));
        assert_eq!(problem("create table table;").help, None);
        assert_eq!(problem("select b c d;").help, None);
    }

    #[test]
    fn rows_are_known_for_what_they_are() {
        for text in [
            "create table a (i int);\ncopy a from stdin;\n1\n2\n\\.\n",
            "copy a (i, t) from stdin with (format csv);\n1,it's\n\\.\n",
            "copy a from stdin;",
        ] {
            let found = problem(text);
            assert_eq!(found.title, "`copy … from stdin` cannot stand in a migration", "{text}");
            let place = found.place.expect("a place");
            assert!(place.text[place.span.clone()].starts_with("copy a"), "{text}");
        }
        assert_eq!(problem("select ';stdin;'; selekt").title, "syntax error at or near \"selekt\"");
    }
}
