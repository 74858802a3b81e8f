//! A file cut into its statements.

use std::ops::Range;

use super::action::{Action, of_node};
use super::syntax::{self, SyntaxError};

/// One statement of a file.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its bytes in the file, without the semicolon and the blanks around it; comments before it belong to it.
    pub span: Range<usize>,
    /// Its text.
    pub text: String,
    /// What it is about to do.
    pub action: Action,
}

/// The stack on which trees are read and dropped: they are as deep as people nest, and a thread's own stack is small.
const STACK: usize = 1 << 29;

/// Cuts a text into statements, as Postgres itself would.
///
/// # Errors
/// The first thing that Postgres's grammar does not accept.
pub fn split(text: &str) -> Result<Vec<Statement>, SyntaxError> {
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || split_here(text));
        let done = deep.ok().and_then(|thread| thread.join().ok());
        done.unwrap_or_else(|| {
            Err(SyntaxError { message: "the file is nested too deeply to be read".to_owned(), span: 0..0 })
        })
    })
}

fn split_here(text: &str) -> Result<Vec<Statement>, SyntaxError> {
    if text.contains('\0') {
        let at = text.find('\0').unwrap_or(0);
        return Err(SyntaxError { message: "a NUL byte cannot stand in SQL".to_owned(), span: at..at + 1 });
    }
    let tree = pg_query::parse(text, 0).map_err(|error| syntax::locate(text, &error.to_string()))?;
    let raw = tree.protobuf.stmts;
    let mut statements = Vec::with_capacity(raw.len());
    let mut after = 0;
    for stmt in raw {
        let start = usize::try_from(stmt.stmt_location).unwrap_or(0);
        let length = usize::try_from(stmt.stmt_len).unwrap_or(0);
        let end = if length == 0 { text.len() } else { start + length };
        // The parser leaves the comments before a statement out; here they stay with it.
        let span = trim(text, after..end);
        after = end;
        let node = stmt.stmt.and_then(|node| node.node);
        let action = node.as_ref().map_or(Action::Other, of_node);
        statements.push(Statement { text: text[span.clone()].to_owned(), span, action });
    }
    Ok(statements)
}

impl Statement {
    /// Returns where the statement's first word begins in the file, after the comments before it.
    pub fn first_word(&self) -> usize {
        self.span.start + syntax::first_token(&self.text)
    }
}

fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let blank = |c: char| c.is_whitespace() || c == ';';
    let start = span.start + (part.len() - part.trim_start_matches(blank).len());
    let end = span.end - (part.len() - part.trim_end().trim_end_matches(';').trim_end().len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<String> {
        split(sql).expect("the text is SQL").into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn semicolons_inside_strings_bodies_and_comments_do_not_cut() {
        let sql = "select ';'; -- a ; b\ncreate function f() returns int language sql begin atomic select 1; select 2; end;\n/* ; /* ; */ */ do $x$ begin perform 1; end $x$";
        assert_eq!(
            texts(sql),
            [
                "select ';'",
                "-- a ; b\ncreate function f() returns int language sql begin atomic select 1; select 2; end",
                "/* ; /* ; */ */ do $x$ begin perform 1; end $x$"
            ]
        );
    }

    #[test]
    fn long_chains_and_deep_nests_are_no_mistakes() {
        let chain = vec!["'a'"; 400].join(" || ");
        let nest = format!("select {}1{}", "(case when true then ".repeat(100), " end)".repeat(100));
        assert_eq!(texts(&format!("select {chain};\n{nest};")).len(), 2);
    }

    #[test]
    fn a_file_of_comments_has_no_statement() {
        assert!(texts("-- nothing\n/* here */\n").is_empty());
    }

    #[test]
    fn every_statement_stands_where_its_span_says() {
        let sql = "select 'ø';\n\n select 2 ;";
        for statement in split(sql).expect("the text is SQL") {
            assert_eq!(&sql[statement.span.clone()], statement.text);
        }
    }

    #[test]
    fn the_first_word_comes_after_the_comments() {
        let statement = split("-- why\n  create table t ()").expect("the text is SQL").remove(0);
        assert_eq!(statement.first_word(), "-- why\n  ".len());
    }
}
