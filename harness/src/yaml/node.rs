//! The tree of a YAML text. Nothing is converted that an author wrote: numbers keep their own digits.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::span::{Place, Position, Source};

/// A node: what stands there, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its bytes in the file; those of the alias, where it is one.
    pub span: Range<usize>,
    /// What stands there.
    pub data: Data,
}

/// What can stand at a node.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, in the author's own digits.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order in which they are written.
    Map(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// The key.
    pub text: String,
}

/// The keys of a map, asked for by name.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a>(&'a [(Key, Node)]);

impl Node {
    pub(super) fn of(raw: Spanned<Raw>, source: &Source) -> Self {
        let data = match raw.value {
            Raw::Null => Data::Null,
            Raw::Bool(value) => Data::Bool(value),
            Raw::Number(value) => Data::Number(written(source, raw.defined).map_or(value, str::to_owned)),
            Raw::Text(text) => Data::Text(text),
            Raw::List(items) => Data::List(items.into_iter().map(|item| Self::of(item, source)).collect()),
            Raw::Map(entries) => Data::Map(entries.into_iter().map(|entry| pair(entry, source)).collect()),
        };
        let span = span(source, raw.referenced);
        let end = match &data {
            Data::List(items) => Some(items.last().map_or(span.start + 1, |item| item.span.end)),
            Data::Map(entries) => {
                Some(entries.last().map_or(span.start + 1, |(key, node)| node.span.end.max(key.span.end)))
            }
            _ => None,
        };
        let end = end.map_or(span.end, |end| closed(&source.text, span.start, end));
        Self { span: span.start..end.max(span.start).min(source.text.len()), data }
    }

    /// Returns the text that stands here, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what stands here as a text: a number or a truth value in the author's own letters.
    pub fn scalar(&self) -> Option<String> {
        match &self.data {
            Data::Text(text) | Data::Number(text) => Some(text.clone()),
            Data::Bool(value) => Some(value.to_string()),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// Returns the items of a list; anything else is a list of itself, and nothing is an empty one.
    pub fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            Data::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the keys of a map; anything else has none.
    pub fn fields(&self) -> Fields<'_> {
        match &self.data {
            Data::Map(entries) => Fields(entries),
            _ => Fields(&[]),
        }
    }

    /// Returns the place of this node in its file.
    pub fn place(&self, source: &Source) -> Place {
        source.place(self.span.clone())
    }

    /// Returns the byte of the file at which a byte of this node's text stands.
    ///
    /// A text may be folded, indented or escaped in the file, so the two are read side by side.
    pub fn byte(&self, source: &Source, offset: usize) -> usize {
        let Some(text) = self.text() else { return self.span.start };
        let mut at = self.span.start;
        for wanted in text[..offset.min(text.len())].chars() {
            at = after(&source.text, at..self.span.end, wanted);
        }
        let next = text[offset.min(text.len())..].chars().next();
        next.map_or(at, |next| after(&source.text, at..self.span.end, next).max(at + next.len_utf8()) - next.len_utf8())
    }

    /// Returns this node as JSON.
    pub fn json(&self) -> serde_json::Value {
        match &self.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| digits.clone().into()),
            Data::Text(text) => text.clone().into(),
            Data::List(items) => items.iter().map(Self::json).collect(),
            Data::Map(entries) => entries.iter().map(|(key, node)| (key.text.clone(), node.json())).collect(),
        }
    }
}

impl<'a> Fields<'a> {
    /// Returns the value of a key; a key without a value is not there.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.0.iter().find(|(it, node)| it.text == key && node.data != Data::Null).map(|(_, node)| node)
    }

    /// Returns a key as it stands in the file, whether or not it has a value.
    pub fn key(&self, key: &str) -> Option<&'a (Key, Node)> {
        self.0.iter().find(|(it, _)| it.text == key)
    }

    /// Returns a text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Node::scalar)
    }

    /// Returns whether a key is set to `true`.
    pub fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.data == Data::Bool(true))
    }

    /// Returns the items of a list.
    pub fn items(&self, key: &str) -> &'a [Node] {
        self.get(key).map_or(&[], Node::items)
    }

    /// Returns the entries of a map.
    pub fn entries(&self, key: &str) -> &'a [(Key, Node)] {
        self.get(key).map_or(&[], |node| node.fields().0)
    }

    /// Returns all entries.
    pub fn all(&self) -> &'a [(Key, Node)] {
        self.0
    }
}

impl Key {
    /// Returns the place of this key in its file.
    pub fn place(&self, source: &Source) -> Place {
        source.place(self.span.clone())
    }
}

/// What the parser hands over.
pub(super) enum Raw {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

struct Reader;

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// Returns the end of what holds others and whose last ends here: behind its bracket, if it has one.
fn closed(text: &str, start: usize, end: usize) -> usize {
    let close = match text.as_bytes().get(start) {
        Some(b'{') => '}',
        Some(b'[') => ']',
        _ => return end,
    };
    text.get(end..).and_then(|rest| rest.find(close)).map_or(end, |at| end + at + 1)
}

fn pair((key, value): (Spanned<String>, Spanned<Raw>), source: &Source) -> (Key, Node) {
    (Key { span: span(source, key.referenced), text: key.value }, Node::of(value, source))
}

/// Returns the bytes of a node.
pub(super) fn span(source: &Source, location: Location) -> Range<usize> {
    let span = location.span();
    let start = span.byte_offset().and_then(|at| usize::try_from(at).ok());
    let start = start.unwrap_or_else(|| source.offset(position(location))).min(source.text.len());
    let length = span.byte_len().and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
    let end = (start + length).min(source.text.len());
    let written = source.text.get(start..end).unwrap_or_default();
    // What folds or spans lines carries the blanks that follow it.
    start..start + written.trim_end().len()
}

/// Returns the line and column of a node.
pub(super) fn position(location: Location) -> Position {
    let number = |it: u64| usize::try_from(it).unwrap_or(1);
    Position { line: number(location.line()), column: number(location.column()) }
}

fn written(source: &Source, location: Location) -> Option<&str> {
    let text = source.text.get(span(source, location))?;
    (!text.is_empty() && !text.contains(char::is_whitespace)).then_some(text)
}

/// Returns where the file goes on after a character of a text, which the file may hold behind blanks or as an escape.
fn after(text: &str, within: Range<usize>, wanted: char) -> usize {
    let rest = &text[within.start..within.end.max(within.start)];
    let found = rest.find(wanted).filter(|at| !rest[..*at].contains(|c: char| c.is_alphanumeric() || c == '\\'));
    match (found, rest.find('\\')) {
        (Some(at), _) => within.start + at + wanted.len_utf8(),
        (None, Some(at)) if rest[..at].trim().is_empty() => within.start + (at + 2).min(rest.len()),
        (None, _) => within.start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::read;
    use std::path::Path;

    fn tree(text: &str) -> (Source, Node) {
        let source = Source::new(Path::new("x.yaml"), text);
        let node = read(&source).expect("the text is YAML");
        (source, node)
    }

    #[test]
    fn every_node_and_every_key_knows_its_place() {
        let text = "a: 1\nø: { b: [x, 'y z', \"q\"], c: ~ }\nd:\n  - e: |\n      one\n      two\n";
        let (source, node) = tree(text);
        let mut seen = Vec::new();
        walk(&node, &mut |span: &Range<usize>| seen.push(source.text[span.clone()].to_owned()));
        for wanted in ["a", "1", "ø", "b", "x", "'y z'", "\"q\"", "c", "~", "d", "e"] {
            assert!(seen.iter().any(|it| it == wanted), "{wanted} is not among {seen:?}");
        }
    }

    fn walk(node: &Node, see: &mut impl FnMut(&Range<usize>)) {
        see(&node.span);
        match &node.data {
            Data::List(items) => items.iter().for_each(|item| walk(item, see)),
            Data::Map(entries) => entries.iter().for_each(|(key, value)| {
                see(&key.span);
                walk(value, see);
            }),
            _ => {}
        }
    }

    #[test]
    fn what_holds_others_reaches_to_its_end() {
        let (source, node) = tree("a: { b: [1, 2 ], c: {} }\nd:\n  - { e: 1 }\n  - 2\nf: 3\n");
        let written = |key: &str| &source.text[node.fields().get(key).expect("it is there").span.clone()];
        assert_eq!(written("a"), "{ b: [1, 2 ], c: {} }");
        assert_eq!(written("d"), "- { e: 1 }\n  - 2");
    }

    #[test]
    fn numbers_keep_their_digits_and_quoted_ones_are_texts() {
        let (_, node) = tree("[1.10, '1.10', 1e3, 007, 0a000000-0000, 2026-01-01, yes, true, null, -5]");
        let data: Vec<_> = node.items().iter().map(|it| it.data.clone()).collect();
        let text = |it: &str| Data::Text(it.to_owned());
        let number = |it: &str| Data::Number(it.to_owned());
        assert_eq!(data[0], number("1.10"));
        assert_eq!(data[1], text("1.10"));
        assert_eq!(data[2], number("1e3"));
        assert_eq!(data[4], text("0a000000-0000"));
        assert_eq!(data[5], text("2026-01-01"));
        assert_eq!(data[7..], [Data::Bool(true), Data::Null, number("-5")]);
    }

    #[test]
    fn a_byte_of_a_text_leads_to_its_byte_in_the_file_however_it_is_written() {
        for text in [
            "a: select 1 from nope\n",
            "a: 'select 1 from nope'\n",
            "a: \"select 1\\n from nope\"\n",
            "a: |\n  select 1\n    from nope\n",
            "a: >\n  select 1\n  from nope\n",
            "a:\n  select 1\n  from nope\n",
        ] {
            let (source, node) = tree(text);
            let value = node.fields().get("a").expect("it is there").clone();
            let inner = value.text().expect("a text").find("nope").expect("it is there");
            assert_eq!(&source.text[value.byte(&source, inner)..][..4], "nope", "{text:?}");
        }
    }
}
