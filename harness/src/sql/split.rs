//! A file cut into its statements.

use std::cell::Cell;
use std::ops::Range;

use pg_query::NodeEnum;

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

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Does a work that reads SQL on a stack that is deep enough for it.
///
/// Starting a thread costs more than reading a small statement, so whoever reads many does it all in one such work: what
/// asks for the deep stack while it is on it stays where it is.
///
/// # Panics
/// Where the work does.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if IS_DEEP.get() {
        return work();
    }
    let mut work = Some(work);
    let mut run = || {
        IS_DEEP.set(true);
        work.take().map(|work| work())
    };
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &mut run).ok()?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    // Where no thread can be had, the stack at hand has to do.
    done.or_else(|| work.take().map(|work| work())).expect("the work is done by the thread or, if none started, here")
}

/// Cuts a text into statements, as Postgres itself would.
///
/// # Errors
/// The first thing that Postgres's grammar does not accept.
pub fn split(text: &str) -> Result<Vec<Statement>, SyntaxError> {
    let statement = |span: Range<usize>, node: Option<NodeEnum>| {
        let action = node.as_ref().map_or(Action::Other, of_node);
        Statement { text: text[span.clone()].to_owned(), span, action }
    };
    on_deep_stack(|| read(text, statement))
}

/// Reads every statement of a text, with its bytes in the text and its tree.
pub(super) fn read<T>(
    text: &str,
    statement: impl Fn(Range<usize>, Option<NodeEnum>) -> T,
) -> Result<Vec<T>, SyntaxError> {
    refuse_nul(text)?;
    // The library asserts what it has not thought of.
    let parsed = std::panic::catch_unwind(|| pg_query::parse(text, 0));
    let unread = |_| SyntaxError { message: "the parser gives up on this text".to_owned(), span: 0..0 };
    let tree = parsed.map_err(unread)?.map_err(|error| syntax::locate(text, &error.to_string()))?;
    let raw = tree.protobuf.stmts;
    let mut statements = Vec::with_capacity(raw.len());
    let mut after = 0;
    for stmt in raw {
        let start = usize::try_from(stmt.stmt_location).unwrap_or(0);
        let length = usize::try_from(stmt.stmt_len).unwrap_or(0);
        let end = if length == 0 { text.len() } else { start + length };
        // The parser leaves the comments before a statement out; here they stay with it.
        statements.push(statement(trim(text, after..end), stmt.stmt.and_then(|node| node.node)));
        after = end;
    }
    Ok(statements)
}

/// Refuses a text that no server could be sent.
pub(super) fn refuse_nul(text: &str) -> Result<(), SyntaxError> {
    let nul = |at| SyntaxError { message: "a NUL byte cannot stand in SQL".to_owned(), span: at..at + 1 };
    text.find('\0').map_or(Ok(()), |at| Err(nul(at)))
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
    fn one_deep_stack_serves_everything_that_is_asked_of_it() {
        let here = std::thread::current().id();
        let (outer, inner) = on_deep_stack(|| {
            let inner = on_deep_stack(|| std::thread::current().id());
            (std::thread::current().id(), inner)
        });
        assert_ne!(outer, here);
        assert_eq!(outer, inner);
    }

    #[test]
    fn a_panic_on_the_deep_stack_reaches_whoever_asked_for_it() {
        let panic = std::panic::catch_unwind(|| on_deep_stack(|| panic!("as it was")));
        assert_eq!(panic.expect_err("a panic").downcast_ref(), Some(&"as it was"));
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
