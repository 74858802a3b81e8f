//! The text form of a Postgres array. Knows nothing of the type of its elements.

use super::seen::Seen;

/// Postgres allows no more.
const DIMENSIONS: usize = 6;

/// Reads the whole of a text as an array, if it is one.
pub(super) fn read(text: &str) -> Option<Vec<Seen<'static>>> {
    let mut reader = Reader { rest: without_bounds(text)? };
    let elements = reader.list(DIMENSIONS)?;
    reader.rest.is_empty().then_some(elements)
}

/// Takes off the bounds that Postgres writes when one of them does not begin at 1: `[0:1]={a,b}`.
fn without_bounds(text: &str) -> Option<&str> {
    if !text.starts_with('[') {
        return Some(text);
    }
    let (bounds, elements) = text.split_once('=')?;
    let is_bounds = bounds.bytes().all(|byte| byte.is_ascii_digit() || b"[]:-".contains(&byte));
    is_bounds.then_some(elements)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Seen<'static>>> {
        if depth == 0 || !self.take('{') {
            return None;
        }
        let mut elements = Vec::new();
        if self.take('}') {
            return Some(elements);
        }
        loop {
            elements.push(self.element(depth)?);
            if self.take('}') {
                return Some(elements);
            }
            if !self.take(',') {
                return None;
            }
        }
    }

    fn element(&mut self, depth: usize) -> Option<Seen<'static>> {
        match self.rest.chars().next()? {
            '{' => self.list(depth - 1).map(Seen::Array),
            '"' => self.quoted().map(|text| Seen::Printed(text.into())),
            _ => self.bare(),
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        loop {
            match chars.next()? {
                (_, '\\') => text.push(chars.next()?.1),
                (at, '"') => {
                    self.rest = &self.rest[at + 1..];
                    return Some(text);
                }
                (_, other) => text.push(other),
            }
        }
    }

    /// Whatever Postgres would have put in quotes ends it, so that other text is not taken for an array.
    fn bare(&mut self) -> Option<Seen<'static>> {
        let end = self.rest.find(|sign: char| "{},\"\\".contains(sign) || sign.is_ascii_whitespace())?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        match text {
            "" => None,
            "NULL" => Some(Seen::Null),
            text => Some(Seen::Printed(text.to_owned().into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Seen<'static> {
        Seen::Printed(text.to_owned().into())
    }

    #[test]
    fn elements_may_be_bare_quoted_null_or_lists() {
        let nested = Seen::Array(vec![text("x"), Seen::Null]);
        assert_eq!(read(r#"{a,"b c",NULL}"#), Some(vec![text("a"), text("b c"), Seen::Null]));
        assert_eq!(read("{{x,NULL}}"), Some(vec![nested]));
        assert_eq!(
            read(r#"{"NULL","","a\"\\b","é,}"}"#),
            Some(vec![text("NULL"), text(""), text("a\"\\b"), text("é,}")])
        );
        assert_eq!(read("{}"), Some(vec![]));
    }

    #[test]
    fn bounds_are_passed_over() {
        assert_eq!(read("[0:1]={a,b}"), Some(vec![text("a"), text("b")]));
        assert_eq!(read("[-1:-1][2:2]={{a}}"), Some(vec![Seen::Array(vec![text("a")])]));
    }

    #[test]
    fn other_text_is_no_array() {
        let texts = ["", "a", "{", "{a", "{a}}", "{a,}", "{,a}", "{a b}", r#"{"a": 1}"#, r#"{"a"b}"#, "[1,2]", "{a} b"];
        for text in texts.into_iter().chain(["[x]={a}", r#"{"a"#, r#"{"a\"#, &"{".repeat(100_000)]) {
            assert_eq!(read(text), None, "{text:.40}");
        }
    }

    fn printed(elements: &[Seen<'_>]) -> String {
        let one = |element: &Seen<'_>| match element {
            Seen::Null => "NULL".to_owned(),
            Seen::Array(elements) => printed(elements),
            Seen::Printed(text) if text.chars().all(char::is_alphanumeric) && !text.is_empty() && text != "NULL" => {
                text.to_string()
            }
            Seen::Printed(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Seen::Json(_) => unreachable!("no json is drawn"),
        };
        format!("{{{}}}", elements.iter().map(one).collect::<Vec<_>>().join(","))
    }

    fn element() -> impl Strategy<Value = Seen<'static>> {
        let leaf =
            prop_oneof![Just(Seen::Null), "NULL|[ -~]{0,6}|\\PC{0,4}".prop_map(|drawn| Seen::Printed(drawn.into())),];
        leaf.prop_recursive(3, 24, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Seen::Array))
    }

    proptest! {
        #[test]
        fn an_array_survives_being_printed_and_read(elements in prop::collection::vec(element(), 0..5)) {
            prop_assert_eq!(read(&printed(&elements)), Some(elements));
        }

        #[test]
        fn reading_never_panics(drawn in "[\\[\\]{},\"\\\\a:=0é]{0,16}") {
            let _ = read(&drawn);
        }
    }
}
