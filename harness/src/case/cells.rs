//! The cells of a matrix: for one actor and each class of rows, the verbs that are allowed, or what else comes of them.

use crate::problem::{Problem, nearest};
use crate::span::Source;
use crate::yaml::{Data, Field, Form, Key, Node};

use super::access::name;
use super::expect::{self, Outcome};
use super::words::Word;

/// What an actor may do.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Nothing with any row.
    Nothing,
    /// Everything with every row.
    Everything,
    /// What is said of each class.
    Of(Vec<(Word, Vec<Said>)>),
}

/// What comes of a verb.
#[derive(Debug, Clone)]
pub struct Said {
    /// The verb, and where it stands.
    pub verb: Verb,
    /// What comes of it.
    pub outcome: Outcome,
    /// The words as they stand there.
    pub word: Word,
}

/// What somebody does with rows of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Reads them.
    Select,
    /// Puts one there.
    Insert,
    /// Changes them.
    Update,
    /// Takes them away.
    Delete,
    /// Changes them so that they come into another class.
    Into(String),
}

/// The verbs that every actor tries with every class.
pub const VERBS: [Verb; 4] = [Verb::Select, Verb::Insert, Verb::Update, Verb::Delete];

/// What may come of a verb, in one word.
const WORDS: [(&str, &str); 6] = [
    ("allowed", "It reaches every row of the class."),
    ("hidden", "Silently nothing: the rows are there, and this actor cannot reach them."),
    ("rejected", "A policy refuses."),
    ("refused", "A missing privilege refuses."),
    ("denied", "Hidden, rejected or refused, whichever."),
    ("raised", "A trigger or function refuses."),
];

const OUTCOME: Form = Form::Either(&[
    Form::Words(&WORDS),
    Form::Number,
    Form::Map(&[
        Field::new("violates", Form::Text, "The constraint that refuses.", "violates: claims_amount_positive"),
        Field::new("raised", Form::Text, "The SQLSTATE with which a trigger or function refuses.", "raised: P0001"),
        Field::new("fails", Form::Text, "The SQLSTATE of the failure, whoever refuses.", "fails: \"22P02\""),
    ]),
]);

const SAID: Form = Form::Either(&[Form::Text, Form::Names(&OUTCOME)]);

/// The form of what an actor may do.
pub(super) const FORM: Form = Form::Either(&[
    Form::Words(&[("nothing", "No verb reaches any row."), ("everything", "Every verb reaches every row.")]),
    Form::Names(&Form::Either(&[Form::List(&SAID), Form::Text])),
]);

impl Cells {
    pub(super) fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        match node.scalar().as_deref() {
            Some("nothing") => Self::Nothing,
            Some("everything") => Self::Everything,
            _ => {
                let of_class = |(key, cells): &(Key, Node)| (name(key, source), said(cells, source, problems));
                Self::Of(node.fields().all().iter().map(of_class).collect())
            }
        }
    }

    /// Returns what is said of a verb on a class, if anything is.
    pub fn said(&self, class: &str, verb: &Verb) -> Option<&Said> {
        let Self::Of(classes) = self else { return None };
        classes.iter().filter(|(word, _)| word.text == class).flat_map(|(_, said)| said).find(|said| said.verb == *verb)
    }

    /// Returns the classes that it names.
    pub(super) fn classes(&self) -> impl Iterator<Item = &Word> {
        let classes = if let Self::Of(classes) = self { classes.as_slice() } else { &[] };
        classes.iter().map(|(class, _)| class)
    }

    /// Returns the moves that it names: the class, and the word with the class into which.
    pub(super) fn moves(&self) -> Vec<(&Word, Word)> {
        let Self::Of(classes) = self else { return Vec::new() };
        let of = |said: &Said| match &said.verb {
            Verb::Into(into) => Some(Word { text: into.clone(), place: said.word.place.clone() }),
            _ => None,
        };
        classes.iter().flat_map(|(class, said)| said.iter().filter_map(of).map(move |into| (class, into))).collect()
    }
}

impl Verb {
    /// Reads a verb.
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "select" => Self::Select,
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            other => Self::Into(other.strip_prefix("into ")?.trim().to_owned()),
        })
    }

    /// Returns what somebody does, in the third person.
    pub fn does(&self) -> &'static str {
        match self {
            Self::Select => "selects",
            Self::Insert => "inserts",
            Self::Update => "updates",
            Self::Delete => "deletes",
            Self::Into(_) => "moves",
        }
    }

    /// Returns the word as it is written.
    pub fn word(&self) -> String {
        match self {
            Self::Select => "select".to_owned(),
            Self::Insert => "insert".to_owned(),
            Self::Update => "update".to_owned(),
            Self::Delete => "delete".to_owned(),
            Self::Into(class) => format!("into {class}"),
        }
    }
}

/// Reads verbs that are not tried.
pub(super) fn untried(entries: &[(Key, Node)], source: &Source, problems: &mut Vec<Problem>) -> Vec<(Word, String)> {
    let mut read = Vec::new();
    for (key, node) in entries {
        let word = name(key, source);
        let reason = node.scalar().unwrap_or_default();
        if !VERBS.iter().any(|verb| verb.word() == word.text) {
            problems.push(no_verb(&word));
        } else if reason.trim().is_empty() {
            let problem = Problem::new(format!("nothing says why `{}` is not tried", word.text)).at(word.place.clone());
            problems.push(problem.help("write the reason as a sentence"));
        }
        read.push((word, reason));
    }
    read
}

fn said(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Vec<Said> {
    let mut cells: Vec<Said> = Vec::new();
    for item in node.items() {
        let entries = item.fields().all();
        let found: Vec<_> = match item.scalar() {
            Some(text) => vec![(Word { text, place: item.place(source) }, Some(Outcome::Allowed(None)))],
            None => entries.iter().map(|(key, value)| (name(key, source), outcome(value, source, problems))).collect(),
        };
        for (word, outcome) in found {
            match (Verb::of(&word.text), outcome) {
                (None, _) => problems.push(no_verb(&word)),
                (Some(verb), _) if cells.iter().any(|cell| cell.verb == verb) => {
                    problems.push(Problem::new(format!("`{}` is said twice", word.text)).at(word.place.clone()));
                }
                (Some(verb), Some(outcome)) => cells.push(Said { verb, outcome, word }),
                (Some(_), None) => {}
            }
        }
    }
    cells
}

/// Reads what comes of a verb: a word, a number of rows, or a refusal with its name.
fn outcome(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Outcome> {
    match &node.data {
        Data::Number(digits) => digits.parse().ok().map(|count| Outcome::Allowed(Some(count))),
        _ => expect::outcome(node, source, problems),
    }
}

fn no_verb(word: &Word) -> Problem {
    let problem = Problem::new(format!("`{}` is no verb", word.text)).at(word.place.clone());
    match nearest(&word.text, ["select", "insert", "update", "delete"]) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("the verbs are select, insert, update, delete, and `into <class>`"),
    }
}
