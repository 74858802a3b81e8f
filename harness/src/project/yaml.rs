//! A YAML file that an author wrote: read into a type, with the place of what is wrong and what to write instead.

use serde::de::DeserializeOwned;
use serde_yaml::{Error, Location, MessageFormatter, UserMessageFormatter};

use crate::problem::{Problem, nearest};
use crate::span::{Place, Position, Source};

/// Reads a file; one that holds nothing is read as the type's own default.
pub(super) fn read<T: DeserializeOwned + Default>(source: &Source) -> Result<T, Problem> {
    if source.text.trim().is_empty() {
        return Ok(T::default());
    }
    let mut options = serde_yaml::Options::default();
    options.with_snippet = false;
    serde_yaml::from_str_with_options(&source.text, options).map_err(|error| mistake(source, &error))
}

/// Returns the place of a node: the word that stands there.
pub(super) fn place(source: &Source, location: Location) -> Place {
    let line = usize::try_from(location.line()).unwrap_or(1);
    let column = usize::try_from(location.column()).unwrap_or(1);
    let start = source.offset(Position { line, column });
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ']' | '}');
    let length = source.text[start..].find(ends).unwrap_or(source.text.len() - start).clamp(1, 80);
    source.place(start..start + length)
}

fn mistake(source: &Source, error: &Error) -> Problem {
    let (title, help) = words(error.without_snippet());
    let mut problem = Problem::new(title);
    problem.help = help;
    match error.location() {
        Some(location) => problem.at(place(source, location)),
        None => problem.note(source.path.display().to_string()),
    }
}

/// Returns what is wrong and what to write instead, in the words of somebody who writes YAML and not Rust.
fn words(error: &Error) -> (String, Option<String>) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let near = nearest(field, expected.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let known = || format!("the keys that are known here are {}", expected.join(", "));
            (format!("`{field}` is not known here"), Some(near.unwrap_or_else(known)))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_ref().map_or("a key".to_owned(), |key| format!("`{key}`"));
            (format!("{key} is said twice"), Some("leave one of them out".to_owned()))
        }
        Error::MultipleDocuments { .. } => {
            ("a second document begins here".to_owned(), Some("leave out the line `---`".to_owned()))
        }
        Error::InvalidScalar { ty, .. } => (format!("this must be {}", value(ty)), None),
        Error::Unexpected { expected, .. } => (format!("this must be {}", value(expected)), None),
        Error::Budget { .. } => ("the file holds more than a settings file may".to_owned(), None),
        other => (UserMessageFormatter.format_message(other).into_owned(), None),
    }
}

/// Returns what a type is to the author.
fn value(name: &str) -> String {
    match name {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "sequence start" => "a list, like [a, b]".to_owned(),
        "mapping start" => "keys with values, like `key: value`".to_owned(),
        "string scalar" => "a text".to_owned(),
        other => other.to_owned(),
    }
}
