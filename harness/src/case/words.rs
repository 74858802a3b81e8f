//! The small parts that every kind of contract is made of: a word, a statement, a value, each with its place.

use crate::problem::{Problem, nearest};
use crate::span::{Place, Source};
use crate::yaml::{Data, Node};

use super::expected::{Expected, Matcher};

/// A text that an author wrote, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// SQL that an author wrote. A byte of it can be found again in the file, however the file folds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// The text.
    pub text: String,
    node: Node,
    source: Source,
}

impl Word {
    /// Reads a node that is a text.
    pub fn of(node: &Node, source: &Source) -> Self {
        Self { text: node.scalar().unwrap_or_default(), place: node.place(source) }
    }
}

impl Sql {
    /// Reads a node that is a text.
    pub fn of(node: &Node, source: &Source) -> Self {
        Self { text: node.scalar().unwrap_or_default(), node: node.clone(), source: source.clone() }
    }

    /// Returns what is wrong if YAML took the rest of a line for a comment that is an operator of SQL.
    pub fn cut(&self) -> Option<Problem> {
        let rest = &self.source.text[self.node.span.end..];
        let rest = rest.lines().next().unwrap_or_default();
        let comment = rest.trim_start_matches([' ', '\t']).strip_prefix('#')?;
        let is_operator =
            comment.starts_with(['#', '>', '-', '\'']) || comment.starts_with(|c: char| c.is_ascii_digit());
        let at = self.node.span.end + rest.find('#').unwrap_or(0);
        let problem = Problem::new("to YAML, a comment begins here").at(self.source.place(at..at + 1));
        is_operator.then(|| problem.help("write the statement in quotes, or below `|`"))
    }

    /// Returns where some bytes of the text stand in the file.
    pub fn place(&self, span: std::ops::Range<usize>) -> Place {
        let start = self.node.byte(&self.source, span.start);
        let end = self.node.byte(&self.source, span.end).max(start);
        self.source.place(start..end)
    }

    /// Returns where the whole text stands.
    pub fn whole(&self) -> Place {
        self.node.place(&self.source)
    }
}

/// Matchers that stand alone.
pub(super) const PLAIN: [(&str, Matcher); 6] = [
    ("$any", Matcher::Anything),
    ("$some", Matcher::Something),
    ("$uuid", Matcher::Uuid),
    ("$time", Matcher::Time),
    ("$number", Matcher::Number),
    ("$text", Matcher::Text),
];

/// Matchers that take a value.
pub(super) const WITH_VALUE: [&str; 8] =
    ["$matches", "$contains", "$above", "$at_least", "$below", "$at_most", "$not", "$one_of"];

/// Reads an expected value of which it is known that it can be read.
pub fn expected_value(node: &Node, source: &Source) -> Expected {
    expected(node, source, &mut Vec::new())
}

/// Reads an expected value. A text that begins with `$` and is no matcher stays a text: it is a name, to be resolved.
pub(super) fn expected(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Expected {
    match &node.data {
        Data::Null => Expected::Null,
        Data::Bool(value) => Expected::Bool(*value),
        Data::Number(digits) => Expected::Number(digits.clone()),
        Data::Text(text) => PLAIN
            .iter()
            .find(|(name, _)| name == text)
            .map_or_else(|| Expected::Text(text.clone()), |(_, matcher)| Expected::Matcher(matcher.clone())),
        Data::List(items) => Expected::List(items.iter().map(|item| expected(item, source, problems)).collect()),
        Data::Map(entries) => match entries.as_slice() {
            [(key, value)] if key.text.starts_with('$') => match with_value(&key.text, value, source, problems) {
                Some(matcher) => Expected::Matcher(matcher),
                None => unknown(&key.text, node, source, problems),
            },
            entries => Expected::Object(
                entries.iter().map(|(key, value)| (key.text.clone(), expected(value, source, problems))).collect(),
            ),
        },
    }
}

fn with_value(name: &str, value: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Matcher> {
    let text = value.scalar().unwrap_or_default();
    let mut inner = |node: &Node| expected(node, source, problems);
    Some(match name {
        "$matches" => Matcher::Matches(text),
        "$contains" => Matcher::Contains(Box::new(inner(value))),
        "$above" => Matcher::Above(text),
        "$at_least" => Matcher::AtLeast(text),
        "$below" => Matcher::Below(text),
        "$at_most" => Matcher::AtMost(text),
        "$not" => Matcher::Not(Box::new(inner(value))),
        "$one_of" => Matcher::OneOf(value.items().iter().map(inner).collect()),
        _ => return None,
    })
}

fn unknown(name: &str, node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Expected {
    let near = nearest(name, WITH_VALUE).map(|near| format!("did you mean `{near}`?"));
    let known = || format!("the matchers that take a value are {}", WITH_VALUE.join(", "));
    let problem = Problem::new(format!("`{name}` is no matcher")).at(node.place(source));
    problems.push(problem.help(near.unwrap_or_else(known)));
    Expected::Null
}
