//! A YAML text read into its tree, or what is wrong with it, in the words of somebody who writes YAML and not Rust.

use serde_yaml::{Error, MessageFormatter, Spanned, UserMessageFormatter};

use crate::problem::Problem;
use crate::span::{Place, Source};

use super::node::{Data, Node, Raw, position, span};

/// How deep a file may be nested; nobody can read more.
const DEPTH: usize = 64;

/// Reads a text; one that holds nothing is a node that holds nothing.
///
/// # Errors
/// What is not YAML, with its place.
pub fn read(source: &Source) -> Result<Node, Problem> {
    if source.text.trim().is_empty() {
        return Ok(Node { span: 0..0, data: Data::Null });
    }
    if let Some(at) = source.text.find('\0') {
        return Err(Problem::new("a NUL byte cannot stand in YAML").at(source.place(at..at + 1)));
    }
    let mut options = serde_yaml::Options::default();
    options.with_snippet = false;
    // `NO` is a country, and `on` a word.
    options.strict_booleans = true;
    if let Some(budget) = &mut options.budget {
        budget.max_depth = DEPTH;
    }
    let raw: Result<Spanned<Raw>, Error> = serde_yaml::from_str_with_options(&source.text, options);
    raw.map(|raw| Node::of(raw, source)).map_err(|error| mistake(source, &error))
}

fn mistake(source: &Source, error: &Error) -> Problem {
    let (title, help) = words(error.without_snippet());
    let mut problem = Problem::new(title);
    problem.help = help.or_else(|| tabs(source, error));
    match error.location() {
        Some(location) => {
            problem.at(word_at(source, source.offset(position(location)).max(span(source, location).start)))
        }
        None => problem.note(source.path.display().to_string()),
    }
}

/// Returns what to do about tabs, which look like blanks and are none to YAML.
fn tabs(source: &Source, error: &Error) -> Option<String> {
    let at = usize::try_from(error.location()?.line()).ok()?;
    let lines = source.text.lines().skip(at.saturating_sub(2)).take(2);
    let begins = |line: &str| line.trim_start_matches(' ').starts_with('\t');
    lines.into_iter().any(begins).then(|| "a line begins with a tab here; YAML wants blanks".to_owned())
}

/// Returns the word that stands at a byte.
fn word_at(source: &Source, start: usize) -> Place {
    let start = start.min(source.text.len());
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ']' | '}');
    let length = source.text[start..].find(ends).unwrap_or(source.text.len() - start).clamp(1, 80);
    source.place(start..start + length)
}

fn words(error: &Error) -> (String, Option<String>) {
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_ref().map_or("a key".to_owned(), |key| format!("`{key}`"));
            (format!("{key} is said twice"), Some("leave one of them out".to_owned()))
        }
        Error::MultipleDocuments { .. } => {
            ("a second document begins here".to_owned(), Some("leave out the line `---`".to_owned()))
        }
        other => {
            let said = UserMessageFormatter.format_message(other).into_owned();
            if said.contains("mapping values are not allowed") {
                let help = "a colon and a blank begin a value here; write the text in quotes, or below `|`";
                return (said, Some(help.to_owned()));
            }
            let is_limit = said.contains("limits breached") || said.contains("recursion limit");
            if !is_limit && !matches!(other, Error::Budget { .. }) {
                return (said, None);
            }
            let help = "make several files of it, and leave out aliases of aliases";
            ("the file holds more than it may, or is nested too deeply".to_owned(), Some(help.to_owned()))
        }
    }
}
