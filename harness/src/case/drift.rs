//! The kind `drift`: values in the database against values in a file of another stack.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Node};

use super::attests::{ATTESTS, attests};
use super::expected::Order;
use super::words::{Sql, Word};
use super::{Contract, Kind};

/// A comparison as it was written.
#[derive(Debug, Clone)]
pub struct Drift {
    /// What it says, where the author has words of their own for it.
    pub name: Option<Word>,
    /// Where it stands.
    pub place: Place,
    /// The values in the database.
    pub stored: Stored,
    /// The file of the other stack, below the folder of the project.
    pub source: Word,
    /// How its values are found.
    pub finder: Finder,
    /// On which side a value may stand alone.
    pub direction: Direction,
    /// Values that are known to stand on one side alone.
    pub ignore: Vec<Word>,
    /// Whether both sides have the same order.
    pub order: Order,
    /// The rows of a specification that it attests, if it says.
    pub attests: Option<Vec<Word>>,
}

/// Where the values stand in the database.
#[derive(Debug, Clone)]
pub enum Stored {
    /// They are the labels of an enum.
    Enum(Word),
    /// A constraint lists them.
    Check {
        /// What was written.
        word: Word,
        /// The constraint.
        constraint: String,
        /// The table or domain that it belongs to.
        owner: String,
    },
    /// A query gives them.
    Query(Sql),
}

/// How values are found in a file.
#[derive(Debug, Clone)]
pub enum Finder {
    /// By the group of a regular expression, inside the match of another if there is one.
    Pattern(Word, Option<Word>),
    /// By a JSON pointer.
    Pointer(Word),
    /// By the SQL that lists them.
    Sql(Word),
}

/// On which side a value may not be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// On neither.
    Both,
    /// What the source has, the database has.
    SourceInDatabase,
    /// What the database has, the source has.
    DatabaseInSource,
}

/// The keys that say where the values stand in the database.
const STORED: [&str; 3] = ["enum", "check", "query"];
/// The keys that say how the values are found in the file.
const FINDERS: [&str; 3] = ["pattern", "pointer", "sql"];
const SOURCE_IN_DATABASE: &str = "source in database";
const DATABASE_IN_SOURCE: &str = "database in source";

const FIELDS: [Field; 13] = [
    Field::new("name", Form::Text, "What this says, as a sentence.", "name: the client knows every integration"),
    Field::new("enum", Form::Text, "The enum whose labels are compared.", "enum: integration_type_enum"),
    Field::new(
        "check",
        Form::Text,
        "The constraint that lists the values, and its table or domain.",
        "check: organization_integrations_type_known on organization_integrations",
    ),
    Field::new(
        "query",
        Form::Text,
        "A query that gives the values in one column.",
        "query: select code from integration_types order by code",
    ),
    Field::new(
        "source",
        Form::Text,
        "The file of the other stack, from the folder of the project.",
        "source: fixtures/client/integration_type_registry.dart",
    )
    .required(),
    Field::new(
        "pattern",
        Form::Text,
        "A regular expression whose one group is a value.",
        "pattern: \"static const \\\\w+ = '(\\\\w+)'\"",
    ),
    Field::new(
        "within",
        Form::Text,
        "A regular expression for the one part of the file in which the pattern is looked for.",
        "within: \"class IntegrationTypes \\\\{[^}]*\\\\}\"",
    ),
    Field::new(
        "pointer",
        Form::Text,
        "A JSON pointer to the values; `*` is every element, and an object is its keys.",
        "pointer: /types/*/code",
    ),
    Field::new(
        "sql",
        Form::Text,
        "The statements of a SQL file that list the values.",
        "sql: create type integration_type",
    ),
    Field::new(
        "direction",
        Form::Word(&["both", SOURCE_IN_DATABASE, DATABASE_IN_SOURCE]),
        "Which side must have all values of the other; both, where this is not said.",
        "direction: source in database",
    ),
    Field::new(
        "ignore",
        Form::List(&Form::Text),
        "Values that are known to stand on one side alone.",
        "ignore: [legacy]",
    ),
    Field::new("in_order", Form::Bool, "Whether both sides have the same order.", "in_order: true"),
    ATTESTS,
];

const DRIFT: Form = Form::Map(&FIELDS);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "drift",
        Form::Either(&[Form::List(&DRIFT), DRIFT]),
        "Values in the database against values in a file of another stack.",
        "drift: { enum: integration_type_enum, source: client/types.json, pointer: /types/*/code }",
    ),
    first: include_str!("first/drift.yaml"),
    read: |node, source, problems| Drift::read(node, source, problems).map(Contract::Drift),
};

impl Drift {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        let word = |key: &str| fields.get(key).map(|node| Word::of(node, source));
        let before = problems.len();
        let stored = one_of(node, source, STORED, problems);
        let finder = one_of(node, source, FINDERS, problems);
        if let (Some("pointer" | "sql"), Some((key, _))) = (finder, fields.key("within")) {
            let problem = Problem::new("`within` narrows a pattern, and there is none").at(key.place(source));
            problems.push(problem.help("leave it out"));
        }
        let ignore: Vec<_> = fields.items("ignore").iter().map(|item| Word::of(item, source)).collect();
        problems.extend(said_twice(&ignore));
        let stored = stored.and_then(|key| stored_at(key, fields.get(key)?, source, problems))?;
        let finder = finder.and_then(|key| finder_at(key, word(key)?, word("within")))?;
        let drift = Self {
            name: word("name"),
            place: fields.get("source")?.place(source),
            stored,
            source: word("source")?,
            finder,
            direction: direction(fields.text("direction").as_deref()),
            ignore,
            order: if fields.is_set("in_order") { Order::Exact } else { Order::Any },
            attests: attests(node, source),
        };
        (problems.len() == before).then_some(drift)
    }
}

/// Returns which of some keys is there, if it is one alone.
fn one_of(node: &Node, source: &Source, keys: [&'static str; 3], problems: &mut Vec<Problem>) -> Option<&'static str> {
    let fields = node.fields();
    let said: Vec<_> = keys.into_iter().filter(|key| fields.get(key).is_some()).collect();
    let is_stored = keys == STORED;
    let of = if is_stored { "the values in the database" } else { "the values in the file" };
    let [first, rest @ ..] = said.as_slice() else {
        let at = fields.key("source").map_or_else(|| node.place(source), |(key, _)| key.place(source));
        let example = FIELDS.iter().find(|field| field.key == keys[0]).map_or("", |field| field.example);
        let problem = Problem::new(format!("nothing says where {of} are")).at(at);
        problems.push(problem.help(format!("say one of {}; for example: {example}", keys.join(", "))));
        return None;
    };
    let Some((second, _)) = rest.first().and_then(|key| fields.key(key)) else { return Some(first) };
    let problem = Problem::new(format!("where {of} are is said twice")).at(second.place(source));
    problems.push(problem.help(format!("leave one of `{first}` and `{}` out", second.text)));
    None
}

fn stored_at(key: &str, node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Stored> {
    let word = Word::of(node, source);
    match key {
        "enum" => Some(Stored::Enum(word)),
        "query" => Some(Stored::Query(Sql::of(node, source))),
        _ => check(word, problems),
    }
}

fn check(word: Word, problems: &mut Vec<Problem>) -> Option<Stored> {
    let parts = word.text.split_once(" on ").map(|(name, owner)| (name.trim().to_owned(), owner.trim().to_owned()));
    if let Some((constraint, owner)) = parts.filter(|(name, owner)| !name.is_empty() && !owner.is_empty()) {
        return Some(Stored::Check { word, constraint, owner });
    }
    let problem = Problem::new("a constraint is found by its name and its table").at(word.place);
    problems.push(problem.help("for example: check: claims_status_known on claims"));
    None
}

fn finder_at(key: &str, word: Word, within: Option<Word>) -> Option<Finder> {
    Some(match key {
        "pattern" => Finder::Pattern(word, within),
        "pointer" => Finder::Pointer(word),
        "sql" => Finder::Sql(word),
        _ => return None,
    })
}

fn direction(word: Option<&str>) -> Direction {
    match word {
        Some(SOURCE_IN_DATABASE) => Direction::SourceInDatabase,
        Some(DATABASE_IN_SOURCE) => Direction::DatabaseInSource,
        _ => Direction::Both,
    }
}

fn said_twice(words: &[Word]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if words[..at].iter().any(|earlier| earlier.text == word.text) {
            let problem = Problem::new(format!("`{}` is ignored twice", word.text)).at(word.place.clone());
            problems.push(problem.help("leave one of them out"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use std::path::Path;

    fn told(text: &str) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let words = |it: &Problem| it.place.as_ref().map(|place| place.words().to_owned()).unwrap_or_default();
        problems.iter().map(|it| (it.title.clone(), words(it))).collect()
    }

    #[test]
    fn one_comparison_may_stand_alone_and_several_in_a_list() {
        for text in [
            "drift: { enum: e, source: a, pattern: (b) }\n",
            "drift:\n  - { check: c on t, source: a, pointer: /x, ignore: [y] }\n  - { query: select 1, source: a, sql: create type t }\n",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_said_twice_is_told_at_its_place() {
        for (text, title, words) in [
            ("drift: { source: a, pattern: (b) }\n", "nothing says where the values in the database are", "source"),
            ("drift: { enum: e, source: a }\n", "nothing says where the values in the file are", "source"),
            (
                "drift: { enum: e, check: c on t, source: a, pattern: (b) }\n",
                "where the values in the database are is said twice",
                "check",
            ),
            (
                "drift: { enum: e, source: a, pattern: (b), sql: x }\n",
                "where the values in the file are is said twice",
                "sql",
            ),
            (
                "drift: { enum: e, source: a, pointer: /b, within: x }\n",
                "`within` narrows a pattern, and there is none",
                "within",
            ),
            ("drift: { check: c, source: a, pointer: /b }\n", "a constraint is found by its name and its table", "c"),
            ("drift: { enum: e, source: a, pointer: /b, ignore: [x, x] }\n", "`x` is ignored twice", "x"),
            ("drift: { enum: e, source: a, pointer: /b, direction: source }\n", "`source` is not known here", "source"),
        ] {
            assert_eq!(told(text), [(title.to_owned(), words.to_owned())], "{text}");
        }
    }
}
