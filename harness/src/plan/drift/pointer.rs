//! Values found by a JSON pointer, in which `*` stands for every element of a list and every value of an object.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::case::Word;
use crate::problem::{Problem, nearest};
use crate::span::{Place, Position, Source};

use super::Found;

/// A document, one level deep; what is below is still text, which knows its place.
enum Level<'a> {
    List(Vec<&'a RawValue>),
    Object(Vec<(&'a RawValue, &'a RawValue)>),
    Scalar(Value),
}

/// A pointer on its way through a document.
struct Walk<'a> {
    pointer: &'a Word,
    source: &'a Source,
    found: Vec<Found>,
}

/// Returns the values to which a pointer leads; where it leads to an object, these are the object's keys.
pub(super) fn values(pointer: &Word, source: &Source) -> Result<Vec<Found>, Problem> {
    let mut steps = pointer.text.split('/');
    if steps.next().is_some_and(|before| !before.is_empty()) {
        let problem = Problem::new("a JSON pointer begins with `/`").at(pointer.place.clone());
        return Err(problem.help("for example: pointer: /types/*/code"));
    }
    let steps: Vec<_> = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let text = source.text.trim_start_matches('\u{feff}');
    let document: &RawValue = serde_json::from_str(text).map_err(|error| no_json(source, &error))?;
    let mut walk = Walk { pointer, source, found: Vec::new() };
    walk.follow(document, &steps)?;
    if walk.found.is_empty() {
        let problem = Problem::new(format!("this leads to no value in {}", source.path.display()));
        return Err(problem
            .at(pointer.place.clone())
            .help("what it leads to is empty, so there is nothing to compare"));
    }
    Ok(walk.found)
}

impl Walk<'_> {
    fn follow(&mut self, raw: &RawValue, steps: &[String]) -> Result<(), Problem> {
        let level: Level<'_> = serde_json::from_str(raw.get()).map_err(|error| no_json(self.source, &error))?;
        let Some((step, rest)) = steps.split_first() else { return self.arrive(raw, level) };
        match level {
            Level::List(items) if step == "*" => items.into_iter().try_for_each(|item| self.follow(item, rest)),
            Level::Object(entries) if step == "*" => {
                entries.into_iter().try_for_each(|(_, value)| self.follow(value, rest))
            }
            Level::List(items) => {
                let item = step.parse().ok().and_then(|at: usize| items.get(at).copied());
                self.follow(item.ok_or_else(|| self.astray(raw, step, &[]))?, rest)
            }
            Level::Object(entries) => {
                let entry = entries.iter().rfind(|(key, _)| text_of(key) == *step);
                let keys = || entries.iter().map(|(key, _)| text_of(key)).collect::<Vec<_>>();
                self.follow(entry.ok_or_else(|| self.astray(raw, step, &keys()))?.1, rest)
            }
            Level::Scalar(_) => Err(self.astray(raw, step, &[])),
        }
    }

    fn arrive(&mut self, raw: &RawValue, level: Level<'_>) -> Result<(), Problem> {
        match level {
            Level::Object(entries) => {
                let keys = entries.iter().map(|(key, _)| Found { text: text_of(key), place: self.place(key) });
                self.found.extend(keys.collect::<Vec<_>>());
                Ok(())
            }
            Level::Scalar(Value::Null) => {
                Err(self.no_value(raw, "null", "take it away, or let the pointer pass it by"))
            }
            Level::Scalar(_) => {
                self.found.push(Found { text: text_of(raw), place: self.place(raw) });
                Ok(())
            }
            Level::List(_) => {
                let help = format!("`{}/*` leads to each of its elements", self.pointer.text);
                Err(self.no_value(raw, "a list", &help))
            }
        }
    }

    fn no_value(&self, raw: &RawValue, what: &str, help: &str) -> Problem {
        let problem = Problem::new(format!("the pointer leads to {what}, which is no value")).at(self.place(raw));
        problem.note(self.said_at()).help(help)
    }

    fn astray(&self, raw: &RawValue, step: &str, keys: &[String]) -> Problem {
        let problem =
            Problem::new(format!("the pointer leads nowhere: there is no `{step}` in this")).at(self.place(raw));
        let problem = problem.note(self.said_at());
        match nearest(step, keys.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if keys.is_empty() => problem,
            None => problem.help(format!("there is {}", shown(keys))),
        }
    }

    fn said_at(&self) -> String {
        let place = &self.pointer.place;
        format!("the pointer `{}` is at {}:{}", self.pointer.text, place.path.display(), place.position().line)
    }

    /// Returns where a part of the document stands: the first line of it is enough to find it.
    fn place(&self, raw: &RawValue) -> Place {
        let Range { start, end } = inside(&self.source.text, raw.get());
        let line = self.source.text[start..end].find('\n').unwrap_or(end - start);
        self.source.place(start..start + line)
    }
}

/// Returns the bytes of a text that a part of it is.
fn inside(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    start..(start + part.len()).min(text.len())
}

/// Returns a text without its quotes and escapes, and anything else as it is written.
fn text_of(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

fn shown(keys: &[String]) -> String {
    const SHOWN: usize = 12;
    let first: Vec<_> = keys.iter().take(SHOWN).map(|key| format!("`{key}`")).collect();
    let more = keys.len().saturating_sub(SHOWN);
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}

fn no_json(source: &Source, error: &serde_json::Error) -> Problem {
    let at = source.offset(Position { line: error.line(), column: error.column() });
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    let problem = Problem::new(format!("this is no JSON: {what}")).at(source.place(at..at + 1));
    problem.help("a pointer leads through JSON without comments; any other file is read by a `pattern`")
}

struct Reader;

impl<'de> Deserialize<'de> for Level<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Level<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Level<'de>, E> {
        Ok(Level::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Level<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Level::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Level<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Level::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn found(pointer: &str, text: &str) -> Result<Vec<(String, String)>, Problem> {
        let place = Source::new(Path::new("x.yaml"), pointer).place(0..1);
        let source = Source::new(Path::new("x.json"), text);
        let found = values(&Word { text: pointer.to_owned(), place }, &source)?;
        Ok(found.into_iter().map(|it| (it.text, it.place.words().to_owned())).collect())
    }

    fn texts(pointer: &str, text: &str) -> Vec<String> {
        found(pointer, text).expect("values").into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn a_pointer_leads_to_values_and_each_knows_its_place() {
        let text = "\u{feff}{\n\t\"types\": [{\"code\": \"\\u00f8\"}, {\"code\": \"b\", \"code\": \"c\"}],\n\"a/b\": {\"z\": 1, \"y\": true}, \"on\": [1.50]}";
        let pairs = found("/types/*/code", text).expect("values");
        assert_eq!(pairs, [("ø".to_owned(), "\"\\u00f8\"".to_owned()), ("c".to_owned(), "\"c\"".to_owned())]);
        assert_eq!(texts("/a~1b/*", text), ["1", "true"]);
        assert_eq!(texts("/a~1b", text), ["z", "y"], "an object is its keys, in the order of the file");
        assert_eq!(texts("/on/0", text), ["1.50"]);
        assert_eq!(texts("", text), ["types", "a/b", "on"], "nothing leads to the whole document");
    }

    #[test]
    fn a_pointer_that_leads_nowhere_says_where_it_ended() {
        for (pointer, text, title, words) in [
            ("types", "{}", "a JSON pointer begins with `/`", "t"),
            ("/types/*", "{\"types\": []}", "this leads to no value in x.json", "/"),
            ("/typs", "{\"types\": 1}", "the pointer leads nowhere: there is no `typs` in this", "{\"types\": 1}"),
            (
                "/*/code",
                "[{\"code\": 1},\n{\"cod\": 1}]",
                "the pointer leads nowhere: there is no `code` in this",
                "{\"cod\": 1}",
            ),
            ("/3", "[1]", "the pointer leads nowhere: there is no `3` in this", "[1]"),
            ("/a/b", "{\"a\": 1}", "the pointer leads nowhere: there is no `b` in this", "1"),
            ("/a", "{\"a\": [1]}", "the pointer leads to a list, which is no value", "[1]"),
            ("/*", "[null]", "the pointer leads to null, which is no value", "null"),
            ("/a", "{\"a\": // no\n1}", "this is no JSON: expected value", "/"),
            ("/a", "", "this is no JSON: EOF while parsing a value", ""),
        ] {
            let problem = found(pointer, text).expect_err("a problem");
            let place = problem.place.as_ref().expect("a place");
            assert_eq!((problem.title.as_str(), place.words()), (title, words), "{pointer} {text}");
        }
    }
}
