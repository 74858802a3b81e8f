//! SQL text with holes, `$name`, into which values are put as literals.

use std::ops::Range;

use pg_query::protobuf::{ScanToken, Token};

use super::name::quote_literal;
use super::split::refuse_nul;
use super::syntax::{SyntaxError, locate, scan};

/// SQL text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    holes: Vec<Hole>,
    /// What keeps the literal in a hole apart from its neighbours: before it and after it.
    seams: Vec<(&'static str, &'static str)>,
    parameters: Vec<Range<usize>>,
    quoted: Vec<Hole>,
}

/// A place where a text wants a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// The name of the value, without the `$`.
    pub name: String,
    /// Its bytes in the author's text, with the `$`.
    pub span: Range<usize>,
}

/// A value that can be put into a hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// Anything else, whose type Postgres infers: a text, a uuid, a document.
    Text(String),
}

/// Why a text cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// Nothing has the name of a hole.
    #[error("nothing is named `${0}`")]
    Unknown(String),
    /// The value for the hole of that name holds a NUL byte.
    #[error("the value of `${0}` holds a NUL byte, which Postgres keeps in no text")]
    Nul(String),
}

/// A text whose holes are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text to send.
    pub text: String,
    patches: Vec<Patch>,
}

/// The bytes that were put in, and those that they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Patch {
    filled: Range<usize>,
    author: Range<usize>,
}

/// Finds the holes of a text, which are where Postgres itself would begin to read a token.
///
/// # Errors
/// What cannot be cut into tokens, with its place.
pub fn template(text: &str) -> Result<Template, SyntaxError> {
    refuse_nul(text)?;
    let tokens = scan(text).map_err(|error| match error {
        pg_query::Error::Scan(message) => locate(text, &message),
        other => locate(text, &other.to_string()),
    })?;
    let pieces = pieces(text, &tokens)?;
    let all = |kind: Piece| pieces.iter().enumerate().filter(move |(_, (piece, _))| *piece == kind);
    let spans = |kind: Piece| all(kind).map(|(_, (_, span))| span.clone());
    let hole = |span: Range<usize>| Hole { name: text[span.start + 1..span.end].to_owned(), span };
    let quoted = |span: Range<usize>| Some(Hole { name: quoted_name(&text[span.clone()])?.to_owned(), span });
    Ok(Template {
        text: text.to_owned(),
        holes: spans(Piece::Hole).map(hole).collect(),
        seams: all(Piece::Hole).map(|(at, _)| seam(text, &pieces, at)).collect(),
        parameters: spans(Piece::Parameter).collect(),
        quoted: spans(Piece::Constant).filter_map(quoted).collect(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Hole,
    Parameter,
    Constant,
    Other,
}

/// Joins tokens to pieces; comments are left out.
///
/// To Postgres, `$name` is a stray `$` and a word: it looks for the tag of a dollar quote, finds no second `$`, and starts
/// again behind the first.
fn pieces(text: &str, tokens: &[ScanToken]) -> Result<Vec<(Piece, Range<usize>)>, SyntaxError> {
    let mut pieces = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.iter().map(|token| (token.token(), place(token)));
    while let Some((token, span)) = tokens.next() {
        let name = if token == Token::Ascii36 { name_at(text, span.end) } else { span.end..span.end };
        if !name.is_empty() {
            let word = tokens.next().map_or(name.clone(), |(_, word)| word);
            if word != name {
                return Err(touches_a_string(text, span.start..name.end));
            }
            pieces.push((Piece::Hole, span.start..name.end));
        } else if let Some(piece) = piece(token) {
            pieces.push((piece, span));
        }
    }
    Ok(pieces)
}

fn piece(token: Token) -> Option<Piece> {
    match token {
        Token::SqlComment | Token::CComment => None,
        Token::Param => Some(Piece::Parameter),
        Token::Sconst | Token::Usconst | Token::Bconst | Token::Xconst => Some(Piece::Constant),
        _ => Some(Piece::Other),
    }
}

/// `$e'…'`: the name would be read as the prefix of the string, and what is inside the string is not known then.
fn touches_a_string(text: &str, span: Range<usize>) -> SyntaxError {
    let hole = &text[span.clone()];
    SyntaxError { message: format!("`{hole}` touches the quote after it, so neither can be read"), span }
}

fn place(token: &ScanToken) -> Range<usize> {
    let byte = |at: i32| usize::try_from(at).unwrap_or(0);
    byte(token.start)..byte(token.end)
}

/// Returns the letters, digits and bytes beyond ASCII that begin at a place, if a name can begin so.
fn name_at(text: &str, start: usize) -> Range<usize> {
    let rest = &text.as_bytes()[start..];
    if rest.first().is_none_or(u8::is_ascii_digit) {
        return start..start;
    }
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_' || !byte.is_ascii();
    start..start + rest.iter().take_while(inside).count()
}

/// Returns the name in a constant that holds `$name` and nothing else.
fn quoted_name(constant: &str) -> Option<&str> {
    let inner = constant.trim_start_matches(['e', 'E']).strip_prefix("'$")?.strip_suffix('\'')?;
    let name = name_at(inner, 0);
    (!name.is_empty() && name.end == inner.len()).then_some(inner)
}

/// Returns what must stand around the literal in a hole so that it is a token of its own, as the hole is.
///
/// Strings that only a line end parts are one string to Postgres; a comment between them keeps them two.
fn seam(text: &str, pieces: &[(Piece, Range<usize>)], at: usize) -> (&'static str, &'static str) {
    const APART: &str = "/**/";
    let span = &pieces[at].1;
    let before = at.checked_sub(1).map(|before| pieces[before].0);
    let touches = text[..span.start].ends_with(|c: char| !c.is_whitespace() && !"([,=:<>+-*/|;".contains(c));
    let before = match before {
        Some(Piece::Hole | Piece::Constant) => APART,
        _ if touches => " ",
        _ => "",
    };
    let after = match pieces.get(at + 1) {
        Some((Piece::Constant, _)) => APART,
        _ if text[span.end..].starts_with('.') => " ",
        _ => "",
    };
    (before, after)
}

impl Template {
    /// Returns the author's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the holes, in order.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Returns where the text uses Postgres's own parameters, `$1`.
    pub fn parameters(&self) -> &[Range<usize>] {
        &self.parameters
    }

    /// Returns the string constants that hold a `$name` and nothing else: the quotes are probably one pair too many.
    pub fn quoted_names(&self) -> &[Hole] {
        &self.quoted
    }

    /// Fills the holes.
    ///
    /// # Errors
    /// The first hole for which there is no value, or none that Postgres could take.
    pub fn fill(&self, lookup: impl Fn(&str) -> Option<Value>) -> Result<Filled, FillError> {
        let mut text = String::with_capacity(self.text.len() * 2);
        let mut patches = Vec::with_capacity(self.holes.len());
        let mut done = 0;
        for (hole, (before, after)) in self.holes.iter().zip(&self.seams) {
            let value = lookup(&hole.name).ok_or_else(|| FillError::Unknown(hole.name.clone()))?;
            let literal = value.literal().ok_or_else(|| FillError::Nul(hole.name.clone()))?;
            text.push_str(&self.text[done..hole.span.start]);
            let start = text.len();
            text.extend([before, literal.as_str(), after]);
            patches.push(Patch { filled: start..text.len(), author: hole.span.clone() });
            done = hole.span.end;
        }
        text.push_str(&self.text[done..]);
        Ok(Filled { text, patches })
    }
}

impl Value {
    /// Writes the value as SQL; none where it holds a NUL byte, for which there is no way to write it.
    pub fn literal(&self) -> Option<String> {
        match self {
            Self::Null => Some("null".to_owned()),
            Self::Bool(value) => Some(value.to_string()),
            // `1-$x` must not begin a comment, and `$x::text` is to mean the whole number.
            Self::Number(digits) if is_number(digits) && digits.starts_with(['+', '-']) => Some(format!("({digits})")),
            Self::Number(digits) if is_number(digits) => Some(digits.clone()),
            Self::Number(text) | Self::Text(text) => (!text.contains('\0')).then(|| quote_literal(text)),
        }
    }
}

/// Whether a text is a number in every version of Postgres: sign, digits, point and exponent.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let lacks_digits = exponent.is_empty() || whole.is_empty() && fraction.is_empty();
    !lacks_digits && [whole, fraction, exponent].into_iter().all(digits)
}

impl Filled {
    /// Returns the byte of the author's text that a byte of the filled text comes from; for a byte of a literal, that is
    /// where its `$name` begins.
    pub fn origin(&self, offset_in_filled: usize) -> usize {
        let after = self.patches.partition_point(|patch| patch.filled.start <= offset_in_filled);
        let Some(patch) = after.checked_sub(1).map(|at| &self.patches[at]) else { return offset_in_filled };
        let beyond = offset_in_filled.checked_sub(patch.filled.end);
        beyond.map_or(patch.author.start, |beyond| patch.author.end + beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split;

    fn names(sql: &str) -> Vec<String> {
        template(sql).expect("the text has tokens").holes.into_iter().map(|hole| hole.name).collect()
    }

    fn filled(sql: &str, value: &Value) -> String {
        template(sql).expect("the text has tokens").fill(|_| Some(value.clone())).expect("a value").text
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn a_hole_is_where_postgres_would_read_a_token() {
        for (sql, holes) in [
            ("select $me", "me"),
            ("select $me,$me", "me me"),
            ("select f(x:=$x)", "x"),
            ("select $x::uuid, array[$y], -$z", "x y z"),
            ("select $Ærø, $日本_2", "Ærø 日本_2"),
            ("select $select, $E, $_1", "select E _1"),
            ("select a$b, _$c, ø$d, a1$e", ""),
            ("select $1, $12", ""),
            ("select $1$x, 1$y", "x y"),
            ("select $a$b$a$, $a $b$ $c $b$", "a"),
            ("select $$ $x $$, $a$ $$ $x $a$$y", "y"),
            ("select $$a$$$x", "x"),
            ("select '$x', '''$x', E'\\'$x', U&'$x', N'$x', b'$x', x'$x'", ""),
            ("select \"$x\", U&\"$x\", \"\"\"$x\"", ""),
            ("select 1 -- $x\n, $y", "y"),
            ("select 1 /* $x /* $x */ $x */ , $y", "y"),
            ("select :name, :$x, @$y", "x y"),
            ("select '\\', $x, '\\'", "x"),
            ("select $x1'a', $y\"b\"", "x1 y"),
            ("select $ x, $, $\"x\"", ""),
            ("do $x$ begin perform $x; end $x$", ""),
            ("", ""),
            (" \n", ""),
        ] {
            assert_eq!(names(sql).join(" "), holes, "{sql}");
        }
    }

    #[test]
    fn a_hole_stands_where_its_span_says() {
        let sql = "select 'ø', $Ærø, $b";
        for hole in template(sql).expect("SQL").holes() {
            assert_eq!(sql[hole.span.clone()], format!("${}", hole.name));
        }
    }

    #[test]
    fn what_cannot_be_cut_into_tokens_has_a_place() {
        for (sql, message, place) in [
            ("select $x, 'abc", "unterminated quoted string", "'abc"),
            ("select $x$ $x", "unterminated dollar-quoted string", "$x$ $x"),
            ("select \0$x", "a NUL byte cannot stand in SQL", "\0"),
            ("select $x, 1a", "trailing junk after numeric literal at or near \"1a\"", "1a"),
            ("select $e'a\\'$x'", "`$e` touches the quote after it, so neither can be read", "$e"),
            ("select $U&'a'", "`$U` touches the quote after it, so neither can be read", "$U"),
        ] {
            let error = template(sql).expect_err("no tokens");
            assert_eq!((error.message.as_str(), &sql[error.span]), (message, place), "{sql}");
        }
    }

    #[test]
    fn parameters_and_quoted_names_are_told() {
        let sql = "select $1, '$me', E'$you', '$me ', $2::text, '$1', '$', $$$me$$";
        let template = template(sql).expect("SQL");
        let places: Vec<_> = template.parameters().iter().map(|span| &sql[span.clone()]).collect();
        assert_eq!(places, ["$1", "$2"]);
        let quoted: Vec<_> =
            template.quoted_names().iter().map(|it| (it.name.as_str(), &sql[it.span.clone()])).collect();
        assert_eq!(quoted, [("me", "'$me'"), ("you", "E'$you'")]);
    }

    #[test]
    fn a_value_is_a_literal_whatever_it_holds() {
        for (value, sql) in [
            (Value::Null, "null"),
            (Value::Bool(true), "true"),
            (text("'; drop table t; --"), "'''; drop table t; --'"),
            (text("a\\'b"), "E'a\\\\''b'"),
            (text("$x"), "'$x'"),
            (text("{\"a\": 1}"), "'{\"a\": 1}'"),
        ] {
            assert_eq!(value.literal().as_deref(), Some(sql));
        }
        for number in ["12", ".5e-3", "5.", "1E+2"] {
            assert_eq!(Value::Number(number.to_owned()).literal().as_deref(), Some(number));
        }
        for signed in ["-12.5", "+1"] {
            assert_eq!(Value::Number(signed.to_owned()).literal(), Some(format!("({signed})")));
        }
        for text in ["NaN", "1; select 2", "1e", "e1", ".", "", "-", "--1", "0x1f", "1_000", "١", "1.2.3"] {
            assert_eq!(Value::Number(text.to_owned()).literal(), Some(format!("'{text}'")));
        }
    }

    #[test]
    fn a_literal_keeps_apart_from_its_neighbours() {
        let one = Value::Number("1".to_owned());
        assert_eq!(filled("select 1-$x", &Value::Number("-2".to_owned())), "select 1-(-2)");
        assert_eq!(filled("select $x::int", &one), "select 1::int");
        assert_eq!(filled("select $1$x, 5$x, $x.5", &one), "select $1 1, 5 1, 1 .5");
        for (sql, with_text) in [
            ("select u&$x", "select u& 'v'"),
            ("select 'a'$x'b'", "select 'a'/**/'v'/**/'b'"),
            ("select 'a'\n$x", "select 'a'\n/**/'v'"),
            ("select 'a' -- b\n$x", "select 'a' -- b\n/**/'v'"),
            ("select $x\n'a'", "select 'v'/**/\n'a'"),
            ("select $x\n$y", "select 'v'\n/**/'v'"),
            ("select date $x", "select date 'v'"),
        ] {
            let sql = sql.replace("$x'b'", "$long'b'");
            assert_eq!(filled(&sql, &text("v")), with_text);
        }
    }

    #[test]
    fn a_value_that_is_missing_or_cannot_be_sent_is_named() {
        let template = template("select $a, $b").expect("SQL");
        let unknown = template.fill(|name| (name == "a").then_some(Value::Null)).expect_err("no `b`");
        assert_eq!(
            (unknown.to_string().as_str(), &unknown),
            ("nothing is named `$b`", &FillError::Unknown("b".into()))
        );
        assert_eq!(template.fill(|_| Some(text("x\0"))), Err(FillError::Nul("a".into())));
        assert_eq!(template.fill(|_| Some(Value::Number("\0".into()))), Err(FillError::Nul("a".into())));
    }

    #[test]
    fn every_byte_of_a_filled_text_comes_from_somewhere() {
        let sql = "select $a, ø, $long_name;";
        let template = template(sql).expect("SQL");
        let filled = template.fill(|name| Some(text(&name.repeat(3)))).expect("values");
        assert_eq!(filled.text, "select 'aaa', ø, 'long_namelong_namelong_name';");
        let origin = |part: &str| filled.origin(filled.text.find(part).expect("there"));
        assert_eq!((origin("select"), origin("'aaa'"), origin("aa'"), origin(", ø")), (0, 7, 7, 9));
        assert_eq!((origin("ø"), origin("'long"), origin("name'"), origin(";")), (11, 15, 15, 25));
        assert_eq!(filled.origin(filled.text.len()), sql.len());
    }

    /// Draws numbers that are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).expect("31 bits") % limit
        }

        fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
            of[self.below(of.len())]
        }
    }

    const HOLES: [&str; 7] = ["$x", "$me", "$ø1", "$e", "$U", "$select", "$a_b"];
    const VALUES: [&str; 9] =
        ["v", "", "it's", "\\'; select 1; --", "'; select 1; --", "$x$", "/* ; */ ; /*", "\n'\n", "\\"];

    /// Writes a text of fragments, grammar aside, and counts the holes in it.
    fn fragments(dice: &mut Dice) -> (String, usize) {
        const OTHERS: &str = "'it''s; $x' ~ E'\\'$x;' ~ U&'$x' ~ \"$x;\" ~ -- $x; '\n ~ /* $x; ' /* \" */ $$ */ ~ ( ~ ) ~ \
                              $$ $x; ' $$ ~ $x$ $y; $$ $x$ ~ $ø$;$x$ø$ ~ a$b ~ _$c$d ~ 1.5 ~ $1 ~ + ~ :: ~ := ~ , ~ \
                              n'a' ~ x'1f' ~ ø ~ \n ~ ; ~ select";
        let others: Vec<_> = OTHERS.split(" ~ ").collect();
        let (mut text, mut holes) = (String::new(), 0);
        for _ in 0..dice.below(12) {
            let hole = dice.below(3) == 0;
            holes += usize::from(hole);
            text.push_str(dice.one(if hole { &HOLES } else { &others }));
            text.push_str(dice.one(&[" ", "\n", " /**/ ", "\n--$x\n"]));
        }
        (text, holes)
    }

    /// Returns the pieces of a text, as if all its holes were constants.
    fn shape(sql: &str) -> Vec<Piece> {
        let pieces = pieces(sql, &scan(sql).expect("tokens")).expect("pieces").into_iter();
        pieces.map(|(piece, _)| if piece == Piece::Hole { Piece::Constant } else { piece }).collect()
    }

    #[test]
    fn no_value_changes_how_the_rest_of_a_text_is_read() {
        let mut dice = Dice(7);
        for _ in 0..3_000 {
            let (sql, holes) = fragments(&mut dice);
            let template = template(&sql).unwrap_or_else(|error| panic!("{sql:?}: {error}"));
            assert_eq!(template.holes().len(), holes, "{sql:?}");
            for value in VALUES {
                let filled = template.fill(|_| Some(text(value))).expect("a value");
                assert_eq!(shape(&filled.text), shape(&sql), "{sql:?} becomes {:?}", filled.text);
                assert_eq!(filled.origin(filled.text.len()), sql.len());
            }
        }
    }

    #[test]
    fn no_value_ends_a_statement_or_begins_one() {
        const ITEMS: [&str; 8] =
            ["'a; $x'", "$$;$x$$", "a$b", "\"$x;\"", "/* $x; */ 1", "-- $x;\n 1", "$x", "f(a => $me)"];
        let mut dice = Dice(11);
        for _ in 0..300 {
            let wanted = 1 + dice.below(3);
            let mut item = |_| format!("{}, {}", dice.one(&ITEMS), dice.one(&ITEMS));
            let statements: Vec<_> = (0..wanted).map(|at| format!("select {}", item(at))).collect();
            let sql = statements.join(";\n");
            let values = VALUES.map(text).into_iter().chain([Value::Null]);
            for filled in values.map(|value| filled(&sql, &value)) {
                assert_eq!(split(&filled).expect("SQL").len(), wanted, "{filled}");
            }
        }
    }
}
