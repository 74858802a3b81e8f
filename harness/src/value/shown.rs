//! Values as people read them: plain, on one line, and short.

use super::decimal::Decimal;
use crate::case::expected::{Expected, Matcher};
use std::fmt::Write;

/// The characters that one value may take.
const WIDTH: usize = 80;
/// The characters that are kept before the place where two long values part.
const LEAD: usize = 20;

/// Returns an expected value much as YAML writes it, and a matcher in words.
pub(crate) fn shown(expected: &Expected) -> String {
    cut(&full(expected))
}

/// Returns an observed value the same way.
pub(crate) fn observed(value: Option<&str>) -> String {
    cut(&printed(value))
}

/// Returns the name of a column the same way.
pub(crate) fn named(column: &str) -> String {
    cut(&plain(column))
}

/// Returns both values; long ones are cut so that the place where they part is to be seen.
pub(crate) fn apart(expected: &Expected, observed: Option<&str>) -> (String, String) {
    let (expected, observed) = (full(expected), like(expected, observed));
    let is_short = |text: &str| text.chars().count() <= WIDTH;
    let common = expected.chars().zip(observed.chars()).take_while(|(one, two)| one == two).count();
    if common <= LEAD || (is_short(&expected) && is_short(&observed)) {
        return (cut(&expected), cut(&observed));
    }
    (window(&expected, common - LEAD), window(&observed, common - LEAD))
}

/// Cuts a long text in its middle.
pub(crate) fn cut(text: &str) -> String {
    let count = text.chars().count();
    if count <= WIDTH {
        return text.to_owned();
    }
    let half = (WIDTH - 1) / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(count - half).collect();
    format!("{head}…{tail}")
}

fn window(text: &str, from: usize) -> String {
    let rest: String = text.chars().skip(from).collect();
    format!("…{}", cut(&rest))
}

fn full(expected: &Expected) -> String {
    match expected {
        Expected::Null => "null".to_owned(),
        Expected::Bool(truth) => truth.to_string(),
        Expected::Number(text) => escaped(text),
        Expected::Text(text) if reads_as_other(text) => quoted(text),
        Expected::Text(text) => plain(text),
        Expected::List(items) => format!("[{}]", listed(items)),
        Expected::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Expected::Object(fields) => format!("{{ {} }}", keyed(fields)),
        Expected::Matcher(matcher) => in_words(matcher),
    }
}

fn in_words(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Anything => "anything".to_owned(),
        Matcher::Something => "not null".to_owned(),
        Matcher::Uuid => "any uuid".to_owned(),
        Matcher::Time => "any time".to_owned(),
        Matcher::Number => "any number".to_owned(),
        Matcher::Text => "any text".to_owned(),
        Matcher::Matches(pattern) => format!("matches {}", escaped(pattern)),
        Matcher::Contains(wanted) => format!("contains {}", full(wanted)),
        Matcher::Above(bound) => format!("above {}", escaped(bound)),
        Matcher::AtLeast(bound) => format!("at least {}", escaped(bound)),
        Matcher::Below(bound) => format!("below {}", escaped(bound)),
        Matcher::AtMost(bound) => format!("at most {}", escaped(bound)),
        Matcher::Not(unwanted) => format!("not {}", full(unwanted)),
        Matcher::OneOf(choices) => format!("one of {}", listed(choices)),
    }
}

fn listed(items: &[Expected]) -> String {
    items.iter().map(full).collect::<Vec<_>>().join(", ")
}

fn keyed(fields: &[(String, Expected)]) -> String {
    let field = |(key, value): &(String, Expected)| format!("{}: {}", plain(key), full(value));
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

/// Postgres prints numbers, truths, arrays and json as text, so they stand as they are.
fn printed(value: Option<&str>) -> String {
    match value {
        None => "null".to_owned(),
        Some(text) if text.starts_with(['{', '[']) => escaped(text),
        Some(text) => plain(text),
    }
}

/// Where a truth is expected, Postgres's letters are written as words too.
fn like(expected: &Expected, observed: Option<&str>) -> String {
    match (expected, observed) {
        (Expected::Bool(_), Some("t")) => "true".to_owned(),
        (Expected::Bool(_), Some("f")) => "false".to_owned(),
        _ => printed(observed),
    }
}

fn plain(text: &str) -> String {
    let is_edged = text.trim() != text || text.is_empty();
    let is_marked = text.starts_with(['\'', '"', '[', '{']) || text.contains([',', '…']);
    if is_edged || is_marked || text == "null" { quoted(text) } else { escaped(text) }
}

fn reads_as_other(text: &str) -> bool {
    ["true", "false"].contains(&text) || Decimal::read(text).is_some()
}

fn quoted(text: &str) -> String {
    format!("'{}'", escaped(&text.replace('\'', "''")))
}

/// Replaces what would break the line, or show nothing, or turn the direction of the text.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' => shown.push('␊'),
            '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(sign))),
            '\u{7f}' => shown.push('␡'),
            sign if is_unseen(sign) => drop(write!(shown, "\\u{{{:x}}}", u32::from(sign))),
            sign => shown.push(sign),
        }
    }
    shown
}

fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expected::{List, Null, Number, Object, Text};

    fn text(text: &str) -> Expected {
        Text(text.to_owned())
    }

    #[test]
    fn values_are_shown_plain_and_quoted_only_if_needed() {
        let rows = [
            (Null, "null"),
            (Expected::Bool(true), "true"),
            (Number("12.50".into()), "12.50"),
            (text("draft"), "draft"),
            (text("it's two words"), "it's two words"),
            (text("12.50"), "'12.50'"),
            (text("true"), "'true'"),
            (text("null"), "'null'"),
            (text(""), "''"),
            (text(" a"), "' a'"),
            (text("'a'"), "'''a'''"),
            (text("a\nb\tc\0"), "a␊b␉c␀"),
            (text("a\u{202e}b"), "a\\u{202e}b"),
            (List(vec![text("a, b"), Null]), "['a, b', null]"),
            (Object(vec![("a".into(), Number("1".into())), ("b".into(), List(vec![]))]), "{ a: 1, b: [] }"),
            (Object(vec![]), "{}"),
        ];
        for (expected, words) in rows {
            assert_eq!(shown(&expected), words);
        }
    }

    #[test]
    fn matchers_are_shown_in_words() {
        let rows = [
            (Matcher::Uuid, "any uuid"),
            (Matcher::Something, "not null"),
            (Matcher::Matches("^x".into()), "matches ^x"),
            (Matcher::Contains(text("x").into()), "contains x"),
            (Matcher::AtLeast("3".into()), "at least 3"),
            (Matcher::Not(Null.into()), "not null"),
            (Matcher::OneOf(vec![text("a"), Expected::Matcher(Matcher::Time)]), "one of a, any time"),
        ];
        for (matcher, words) in rows {
            assert_eq!(shown(&Expected::Matcher(matcher)), words);
        }
    }

    #[test]
    fn an_observed_null_differs_from_the_word() {
        assert_eq!(observed(None), "null");
        assert_eq!(observed(Some("null")), "'null'");
        assert_eq!(observed(Some("")), "''");
        assert_eq!(observed(Some("{a,b}")), "{a,b}");
        assert_eq!(observed(Some("t")), "t");
    }

    #[test]
    fn a_long_value_is_cut_in_its_middle() {
        let long = "é".repeat(100) + "end";
        let cut = observed(Some(&long));
        assert_eq!(cut.chars().count(), 79);
        assert!(cut.contains('…') && cut.ends_with("éend"), "{cut}");
    }

    #[test]
    fn the_place_where_two_long_values_part_is_seen() {
        let (one, two) = ("a".repeat(200) + "X" + &"a".repeat(200), "a".repeat(200) + "Y" + &"a".repeat(200));
        let (expected, observed) = apart(&Text(one), Some(&two));
        assert!(expected.contains('X') && observed.contains('Y'), "{expected}\n{observed}");
        assert!(expected.chars().count() <= 81);
        assert_eq!(apart(&Expected::Bool(true), Some("f")), ("true".to_owned(), "false".to_owned()));
    }
}
