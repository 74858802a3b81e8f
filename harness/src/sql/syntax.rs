//! Where a text stops being SQL. The parser tells what is wrong and not where, so the place is searched for.

use std::ops::Range;

use pg_query::protobuf::{ScanToken, Token};

/// What Postgres's grammar refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Postgres's own words.
    pub message: String,
    /// The bytes at which it gave up.
    pub span: Range<usize>,
}

/// Finds the token at which the grammar gives up.
///
/// A text cut before that token fails at its end or not at all, a text cut after it fails as the whole does: so the
/// shortest beginning that fails as the whole does ends with the token.
pub(super) fn locate(text: &str, message: &str) -> SyntaxError {
    let message = message.strip_prefix("Invalid statement: ").unwrap_or(message);
    let tokens = tokens(text);
    if let Some(found) = tokens.is_empty().then(|| unreadable(text, message)).flatten() {
        return found;
    }
    let message = message.to_owned();
    let fails = |count: usize| {
        let end = tokens.get(count.wrapping_sub(1)).map_or(0, |token| token.end);
        pg_query::parse(&text[..end], 0).is_err_and(|error| !error.to_string().contains("at end of input"))
    };
    if tokens.is_empty() || !fails(tokens.len()) {
        return SyntaxError { message, span: text.trim_end().len()..text.len() };
    }
    let (mut good, mut bad) = (0, tokens.len());
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        if fails(middle) { bad = middle } else { good = middle }
    }
    SyntaxError { message, span: tokens[bad - 1].clone() }
}

/// Finds what cannot even be cut into tokens: a string that nothing ends, a number with letters in it.
///
/// Postgres quotes what it could not read, to the end of the text if need be; what stands before can be read.
fn unreadable(text: &str, message: &str) -> Option<SyntaxError> {
    let (what, rest) = message.split_once(" at or near \"")?;
    let rest = rest.strip_suffix('"').filter(|rest| !rest.is_empty())?;
    let can_be_read = |end: usize| scan(&text[..end]).is_ok();
    let mut places = text.match_indices(rest).map(|(start, _)| start);
    let start = places.find(|start| can_be_read(*start) && !can_be_read(start + rest.len()))?;
    let line = rest.lines().next().unwrap_or_default();
    let message = if what.starts_with("unterminated ") { what } else { message };
    Some(SyntaxError { message: message.to_owned(), span: start..start + line.len() })
}

/// Returns where the first token that is not a comment begins.
pub(super) fn first_token(text: &str) -> usize {
    tokens(text).first().map_or(0, |token| token.start)
}

/// Cuts a text into tokens.
pub(super) fn scan(text: &str) -> pg_query::Result<Vec<ScanToken>> {
    // A text without tokens is not asked for: the library hands out a list that is nowhere, which ends the program.
    let blank = |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    if text.bytes().all(blank) { Ok(Vec::new()) } else { pg_query::scan_tokens(text) }
}

fn tokens(text: &str) -> Vec<Range<usize>> {
    let scanned = scan(text).unwrap_or_default();
    scanned
        .into_iter()
        .filter(|token| token.token != Token::SqlComment as i32 && token.token != Token::CComment as i32)
        .filter_map(|token| Some(usize::try_from(token.start).ok()?..usize::try_from(token.end).ok()?))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::sql::split;

    fn culprit(sql: &str) -> (String, String) {
        let error = split(sql).expect_err("the text is no SQL");
        (error.message, sql[error.span].to_owned())
    }

    #[test]
    fn the_caret_stands_under_the_word_that_postgres_names() {
        let sql = "create table a (i int);\ncreate tabel b (i int);\ncreate table tabel (i int);";
        assert_eq!(culprit(sql), ("syntax error at or near \"tabel\"".to_owned(), "tabel".to_owned()));
        assert_eq!(split(sql).expect_err("no SQL").span.start, sql.find("tabel").expect("there"));
    }

    #[test]
    fn an_unfinished_text_is_wrong_at_its_end() {
        assert_eq!(culprit("select (1"), ("syntax error at end of input".to_owned(), String::new()));
    }

    #[test]
    fn what_nothing_ends_is_shown_where_it_begins() {
        for (sql, message, first_line) in [
            ("select 1;\nselect 'abc;\nselect 2;\n", "unterminated quoted string", "'abc;"),
            ("'abc;\nselect 1;", "unterminated quoted string", "'abc;"),
            ("select 1 as \"abc;\nselect 2;", "unterminated quoted identifier", "\"abc;"),
            ("do $x$ begin\nend $y$;\nselect 2;", "unterminated dollar-quoted string", "$x$ begin"),
            ("select 1; /* ø\nselect 2;", "unterminated /* comment", "/* ø"),
            ("select 1;\nselect 12abc;\n", "trailing junk after numeric literal at or near \"12abc\"", "12abc"),
        ] {
            assert_eq!(culprit(sql), (message.to_owned(), first_line.to_owned()));
        }
    }
}
