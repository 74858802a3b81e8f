//! A file of contracts: what it is about, and the contracts in it.

use crate::problem::Problem;
use crate::span::Source;
use crate::yaml::{self, Data, Field, Form, Node};

use super::attests::{OF_FILE, attests};
use super::{Contract, KINDS, Word};

/// A file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// The path below `cases`, without its ending: what the names of its contracts begin with.
    pub name: String,
    /// What it is about, in a sentence.
    pub about: Option<String>,
    /// What of a specification those of its contracts attest that say nothing of it themselves.
    pub attests: Vec<Word>,
    /// Its contracts, in order.
    pub contracts: Vec<Contract>,
}

const ABOUT: Field = Field::new(
    "about",
    Form::Text,
    "What the contracts of this file are about, in a sentence.",
    "about: Coordinators export the claims of their own organization.",
);

const FIELDS: [Field; 2 + KINDS.len()] = {
    let mut fields = [ABOUT; 2 + KINDS.len()];
    fields[1] = OF_FILE;
    let mut at = 0;
    while at < KINDS.len() {
        fields[at + 2] = KINDS[at].field;
        at += 1;
    }
    fields
};

/// Returns the form of a file.
pub fn form() -> Form {
    Form::Map(&FIELDS)
}

/// Returns the kinds of contract, by their keys.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.field.key)
}

/// Returns a first file of a kind, to go on from.
pub fn first(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|it| it.field.key == kind).map(|it| it.first)
}

/// Reads a file; `name` is what the names of its contracts begin with. What can be read of it is read, whatever else is wrong.
pub fn read(source: &Source, name: &str, problems: &mut Vec<Problem>) -> File {
    let before = problems.len();
    let mut file = File { name: name.to_owned(), about: None, attests: Vec::new(), contracts: Vec::new() };
    let node = match yaml::read(source) {
        Ok(node) => node,
        Err(problem) => {
            problems.push(problem);
            return file;
        }
    };
    let misfits = if node.data == Data::Null { Vec::new() } else { yaml::check(&node, &form(), source) };
    let fields = node.fields();
    file.about = fields.text("about");
    file.attests = attests(&node, source).unwrap_or_default();
    for kind in &KINDS {
        for item in fields.items(kind.field.key).iter().filter(|item| is_sound(item, &misfits)) {
            file.contracts.extend((kind.read)(item, source, problems));
        }
    }
    problems.extend(misfits);
    if file.contracts.is_empty() && problems.len() == before {
        let place = source.place(0..source.text.lines().next().unwrap_or_default().len());
        let kinds: Vec<_> = KINDS.iter().map(|kind| format!("`{}`", kind.field.key)).collect();
        let problem = Problem::new("this file holds no contract").at(place);
        problems.push(problem.help(format!("a contract stands under {}", kinds.join(", "))));
    }
    file
}

/// Whether nothing is known to be wrong inside a node.
fn is_sound(node: &Node, misfits: &[Problem]) -> bool {
    let inside = |problem: &&Problem| {
        problem
            .place
            .as_ref()
            .is_none_or(|place| node.span.start <= place.span.start && place.span.start < node.span.end)
    };
    !misfits.iter().any(|problem| inside(&problem))
}
