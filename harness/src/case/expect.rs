//! What must come of a statement: a word for what happened, and what else must be true of it.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Data, Field, Form, Node};

use super::contradiction;
use super::expected::{Expected, ExpectedRow, ExpectedRows, Extent, Order};
use super::words::{Sql, Word, expected};

/// What must come of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    /// Where it stands.
    pub place: Place,
    /// What must have happened.
    pub outcome: Option<Outcome>,
    /// The rows it must give.
    pub rows: Option<ExpectedRows>,
    /// The first value of its first row.
    pub value: Option<Expected>,
    /// How many rows it must give.
    pub count: Option<u64>,
    /// How many rows it must change.
    pub affected: Option<u64>,
    /// The whole message of the refusal.
    pub message: Option<String>,
    /// What the message, its detail or its hint must contain, each.
    pub mentions: Vec<String>,
    /// What must have been remarked, in order; each is part of a remark.
    pub notices: Option<Vec<String>>,
    /// The privileges that the acting role must have, exactly, for each relation.
    pub privileges: Vec<(Word, Vec<String>)>,
    /// Conditions in SQL that must be true afterwards.
    pub holds: Vec<Sql>,
}

/// What happened, as an author says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done; with a number, to so many rows.
    Allowed(Option<u64>),
    /// Silently nothing, though the row is there.
    Hidden,
    /// A policy refused.
    Rejected,
    /// A missing privilege refused.
    Refused,
    /// Any of hidden, rejected, refused.
    Denied,
    /// One of these constraints refused.
    Violates(Vec<String>),
    /// A trigger or function refused, with this SQLSTATE; none for any of its own.
    Raised(Option<String>),
    /// It failed with this SQLSTATE, whoever refused.
    Fails(String),
    /// It waits for another session.
    Blocked,
}

/// The words that stand alone.
const WORDS: [(&str, &str); 7] = [
    ("allowed", "It was done."),
    ("hidden", "Silently nothing: the row is there, and this actor cannot reach it."),
    ("rejected", "A policy refused."),
    ("refused", "A missing privilege refused."),
    ("denied", "Hidden, rejected or refused, whichever."),
    ("raised", "A trigger or function refused."),
    ("blocked", "It waits for another session."),
];

/// The keys, of which one at most may be said: each says what happened.
pub(super) const OUTCOMES: [&str; 10] =
    ["is", "allowed", "violates", "raised", "fails", "hidden", "rejected", "refused", "denied", "blocked"];

const TEXTS: Form = Form::Either(&[Form::List(&Form::Text), Form::Text]);

const FIELDS: [Field; 21] = [
    Field::new("is", Form::Words(&WORDS), "What happened, in one word, where more is said.", "is: rejected"),
    Field::new("allowed", Form::Number, "It was done, to so many rows.", "allowed: 1"),
    Field::new(
        "violates",
        TEXTS,
        "The constraint that refused, or several of which one did; `not null` for a missing value.",
        "violates: claims_amount_positive",
    ),
    Field::new("raised", Form::Text, "The SQLSTATE with which a trigger or function refused.", "raised: P0001"),
    Field::new("fails", Form::Text, "The SQLSTATE of the failure, whoever refused.", "fails: \"22P02\""),
    Field::new(
        "rows",
        Form::List(&Form::Any),
        "The rows that it gives, all of them, in any order.",
        "rows: [{ id: $claim_1, status: draft }]",
    ),
    Field::new("includes", Form::List(&Form::Any), "Rows that it gives among others.", "includes: [{ status: draft }]"),
    Field::new("in_order", Form::Bool, "Whether the rows must come in this order.", "in_order: true"),
    Field::new("value", Form::Any, "The first value of the first row.", "value: 42"),
    Field::new("count", Form::Number, "How many rows it gives.", "count: 3"),
    Field::new("affected", Form::Number, "How many rows it changes.", "affected: 1"),
    Field::new("message", Form::Text, "The whole message of the refusal.", "message: a claim is exported once"),
    Field::new("mentions", TEXTS, "What the message, its detail or its hint contains.", "mentions: exported"),
    Field::new(
        "notices",
        Form::List(&Form::Text),
        "What is remarked, in order, each by a part of it; [] for nothing.",
        "notices: [\"claim repaired\"]",
    ),
    Field::new(
        "privileges",
        Form::Names(&TEXTS),
        "The privileges that the acting role has on a relation, exactly.",
        "privileges: { claims: [select, insert] }",
    ),
    Field::new(
        "holds",
        TEXTS,
        "Conditions in SQL that are true afterwards, asked by the owner of everything.",
        "holds: (select count(*) = 1 from audit_log)",
    ),
    Field::new("hidden", Form::Bool, "The word, where more is said.", "hidden: true"),
    Field::new("rejected", Form::Bool, "The word, where more is said.", "rejected: true"),
    Field::new("refused", Form::Bool, "The word, where more is said.", "refused: true"),
    Field::new("denied", Form::Bool, "The word, where more is said.", "denied: true"),
    Field::new("blocked", Form::Bool, "The word, where more is said.", "blocked: true"),
];

/// The form of an expectation.
pub(super) const FORM: Form = Form::Either(&[Form::Words(&WORDS), Form::Map(&FIELDS)]);

impl Expect {
    /// Returns an expectation of nothing but that it does not fail.
    pub fn nothing(place: Place) -> Self {
        Self {
            place,
            outcome: None,
            rows: None,
            value: None,
            count: None,
            affected: None,
            message: None,
            mentions: Vec::new(),
            notices: None,
            privileges: Vec::new(),
            holds: Vec::new(),
        }
    }

    /// Reads a node that has its form.
    pub(super) fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let mut number = |key: &str| fields.get(key).and_then(|node| whole(node, source, problems));
        let (count, affected) = (number("count"), number("affected"));
        let texts = |key: &str| fields.items(key).iter().filter_map(Node::scalar).collect::<Vec<_>>();
        let privileges = fields.entries("privileges").iter();
        let privileges = privileges.map(|(key, value)| {
            let words = value.items().iter().filter_map(Node::scalar).map(|word| word.to_lowercase());
            (Word { text: key.text.clone(), place: key.place(source) }, words.collect())
        });
        let expect = Self {
            place: node.place(source),
            outcome: outcome(node, source, problems),
            rows: rows(node, source, problems),
            value: fields.key("value").map(|(_, value)| expected(value, source, problems)),
            count,
            affected,
            message: fields.text("message"),
            mentions: texts("mentions"),
            notices: fields.get("notices").map(|_| texts("notices")),
            privileges: privileges.collect(),
            holds: fields.items("holds").iter().map(|item| Sql::of(item, source)).collect(),
        };
        problems.extend(contradiction::of(&expect, node, source));
        expect
    }
}

impl Outcome {
    /// Whether it is an error that the server tells.
    pub fn is_error(&self) -> bool {
        match self {
            Self::Rejected | Self::Refused | Self::Violates(_) | Self::Raised(_) | Self::Fails(_) => true,
            Self::Allowed(_) | Self::Hidden | Self::Denied | Self::Blocked => false,
        }
    }

    /// Whether it is a denial, which counts only if somebody else may.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Hidden | Self::Rejected | Self::Refused | Self::Denied)
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "allowed" => Self::Allowed(None),
            "hidden" => Self::Hidden,
            "rejected" => Self::Rejected,
            "refused" => Self::Refused,
            "denied" => Self::Denied,
            "raised" => Self::Raised(None),
            "blocked" => Self::Blocked,
            _ => return None,
        })
    }
}

/// Reads what happened: a word, or a key with what it says.
pub(super) fn outcome(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Outcome> {
    if let Data::Text(word) = &node.data {
        return Outcome::of_word(word);
    }
    let fields = node.fields();
    let said: Vec<_> = OUTCOMES.iter().filter_map(|key| fields.key(key)).collect();
    if let [_, second, ..] = said.as_slice() {
        let problem = Problem::new("what happens is said twice").at(second.0.place(source));
        problems.push(problem.help(format!("say one of {}", OUTCOMES.join(", "))));
    }
    let (key, value) = said.first()?;
    let text = value.scalar().unwrap_or_default();
    match key.text.as_str() {
        "is" => Outcome::of_word(&text),
        "allowed" => whole(value, source, problems).map(|count| Outcome::Allowed(Some(count))),
        "violates" => violates(value, source, problems),
        "raised" => sqlstate(text, value, source, problems).map(|code| Outcome::Raised(Some(code))),
        "fails" if text == "42501" => {
            let problem = Problem::new("42501 is a denial, and which one matters").at(value.place(source));
            problems.push(problem.help(
                "say `rejected` for a policy or `refused` for a privilege, and with more: `{ is: refused, mentions: … }`",
            ));
            None
        }
        "fails" => sqlstate(text, value, source, problems).map(Outcome::Fails),
        word if value.data == Data::Bool(true) => Outcome::of_word(word),
        word => {
            let problem = Problem::new(format!("`{word}` does not say what happens")).at(value.place(source));
            problems.push(problem.help(format!("say `{word}: true`, or what happens instead")));
            None
        }
    }
}

/// Reads the constraints of which one must refuse.
pub(super) fn violates(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Outcome> {
    let names: Vec<_> = node.items().iter().filter_map(Node::scalar).collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        let problem = Problem::new("no constraint is named here").at(node.place(source));
        problems.push(problem.help("for example: violates: claims_amount_positive"));
        return None;
    }
    Some(Outcome::Violates(names))
}

/// Returns a number of rows, if there can be so many.
fn whole(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<u64> {
    let number = node.scalar().and_then(|digits| digits.parse().ok());
    if number.is_none() {
        let problem = Problem::new("no statement is about so many rows").at(node.place(source));
        problems.push(problem.help("write a whole number"));
    }
    number
}

/// Returns a SQLSTATE; YAML takes some of them for numbers, so the author's own digits are asked for.
pub(super) fn sqlstate(text: String, node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<String> {
    let is_one =
        text.len() == 5 && text != "00000" && text.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
    if is_one {
        return Some(text);
    }
    let problem = Problem::new(format!("`{text}` is no SQLSTATE")).at(node.place(source));
    problems.push(problem.help("five characters, capital letters and digits, in quotes: \"22P02\""));
    None
}

fn rows(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<ExpectedRows> {
    let fields = node.fields();
    let (key, extent) = match (fields.get("rows"), fields.get("includes")) {
        (Some(_), Some(second)) => {
            let problem = Problem::new("`rows` are all rows, so nothing is included besides").at(second.place(source));
            problems.push(problem.help("leave one of `rows` and `includes` out"));
            return None;
        }
        (Some(rows), None) => (rows, Extent::Exactly),
        (None, Some(rows)) => (rows, Extent::AtLeast),
        (None, None) => return None,
    };
    let order = if fields.is_set("in_order") { Order::Exact } else { Order::Any };
    let rows = key.items().iter().map(|item| row(item, source, problems));
    Some(ExpectedRows { rows: rows.collect(), order, extent })
}

/// Reads a row: named values, values in order, or the one value of a row that has one.
fn row(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> ExpectedRow {
    match (&node.data, expected(node, source, problems)) {
        (Data::Map(_), Expected::Object(values)) => ExpectedRow::Named(values),
        (Data::List(_), Expected::List(values)) => ExpectedRow::Positional(values),
        (_, value) => ExpectedRow::Positional(vec![value]),
    }
}
