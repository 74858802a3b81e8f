//! The kind `shape`: the structure that a specification lists of a table, a view, a function or an enum.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Data, Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::expected::Expected;
use super::part::{LISTED, Listed, Part};
use super::words::{Sql, Word, expected};
use super::{Contract, Kind};

/// A shape as it was written.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What has it.
    pub of: Of,
    /// Its name, in SQL.
    pub subject: Sql,
    /// What the contract is called, where the author says it.
    pub name: Option<Word>,
    /// What is listed, in order.
    pub lines: Vec<Line>,
    /// Whether nothing else may be there.
    pub is_exact: bool,
    /// The rows of a specification that it attests, if it says.
    pub attests: Option<Vec<Word>>,
}

/// What can have a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A table, partitioned or foreign ones too.
    Table,
    /// A view, materialized ones too.
    View,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An enum.
    Enum,
}

/// One thing that is listed.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is.
    pub part: Part,
    /// Its name; none where any will do, or where there can be only one.
    pub name: Option<Word>,
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub says: Says,
}

/// What a line says.
#[derive(Debug, Clone)]
pub enum Says {
    /// Something in SQL.
    Sql(Sql),
    /// Columns, privileges or labels.
    Words(Vec<Word>),
    /// A value to compare.
    Value(Expected),
    /// A policy, key by key.
    Policy(Box<Policy>),
}

/// A policy as it was written, key by key.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whether it widens or narrows: `permissive`, `restrictive`.
    pub sort: Option<Word>,
    /// The command.
    pub command: Option<Word>,
    /// The roles; none for everybody.
    pub roles: Vec<Word>,
    /// Which rows there are.
    pub using: Option<Sql>,
    /// Which rows there may be.
    pub check: Option<Sql>,
}

const SUBJECTS: [(Of, Field); 5] = [
    (Of::Table, Field::new("table", Form::Text, "The table.", "table: organizations")),
    (Of::View, Field::new("view", Form::Text, "The view.", "view: open_claims")),
    (
        Of::Function,
        Field::new(
            "function",
            Form::Text,
            "The function, with the types of its arguments.",
            "function: current_org_id()",
        ),
    ),
    (
        Of::Procedure,
        Field::new(
            "procedure",
            Form::Text,
            "The procedure, with the types of its arguments.",
            "procedure: close_month(date)",
        ),
    ),
    (Of::Enum, Field::new("enum", Form::Text, "The enum.", "enum: integration_type")),
];

const NAME: Field = Field::new(
    "name",
    Form::Text,
    "What the contract is called, where a file has several of one thing.",
    "name: as chapter 4 has it",
);
const EXACTLY: Field =
    Field::new("exactly", Form::Bool, "Whether nothing may be there that is not listed.", "exactly: true");

const FIELDS: [Field; SUBJECTS.len() + LISTED.len() + 3] = {
    let mut fields = [EXACTLY; SUBJECTS.len() + LISTED.len() + 3];
    let mut at = 0;
    while at < SUBJECTS.len() {
        fields[at] = SUBJECTS[at].1;
        at += 1;
    }
    while at < SUBJECTS.len() + LISTED.len() {
        fields[at] = LISTED[at - SUBJECTS.len()].field;
        at += 1;
    }
    fields[at] = NAME;
    fields[at + 1] = ATTESTS;
    fields
};

const SHAPE: Form = Form::Map(&FIELDS);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "shape",
        Form::List(&SHAPE),
        "The structure that a specification lists.",
        "shape: [{ table: organizations, columns: { id: uuid not null default gen_random_uuid() }, primary_key: [id] }]",
    ),
    first: include_str!("first/shape.yaml"),
    read: |node, source, problems| Shape::read(node, source, problems).map(Contract::Shape),
};

impl Shape {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        let named: Vec<_> = SUBJECTS.iter().filter_map(|(of, it)| Some((*of, fields.get(it.key)?))).collect();
        let (of, subject) = match named.as_slice() {
            [one] => *one,
            several => {
                problems.push(no_subject(several.get(1).map_or(node, |(_, node)| node), source));
                return None;
            }
        };
        let mut lines = Vec::new();
        for (key, value) in fields.all() {
            match LISTED.iter().find(|it| it.field.key == key.text) {
                Some(it) if it.of.contains(&of) => it.read(key, value, source, (&mut lines, problems)),
                Some(_) => problems.push(of.has_no(key, source)),
                None if key.text == EXACTLY.key && of == Of::Enum => problems.push(of.has_no(key, source)),
                None => {}
            }
        }
        Some(Self {
            of,
            subject: Sql::of(subject, source),
            name: fields.get(NAME.key).map(|node| Word::of(node, source)),
            lines,
            is_exact: fields.is_set(EXACTLY.key),
            attests: attests(node, source),
        })
    }
}

impl Of {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Enum => "enum",
        }
    }

    /// Returns what is wrong with a key that is about something else.
    fn has_no(self, key: &Key, source: &Source) -> Problem {
        let known: Vec<_> = LISTED.iter().filter(|it| it.of.contains(&self)).map(|it| it.field.key).collect();
        let a = if self == Self::Enum { "an" } else { "a" };
        let problem =
            Problem::new(format!("`{}` is not listed of {a} {}", key.text, self.word())).at(key.place(source));
        match (self, key.text == EXACTLY.key) {
            (Self::Enum, true) => problem.help("leave it out: the labels are always all of them"),
            _ => problem.help(format!("of {a} {} can be listed {}", self.word(), known.join(", "))),
        }
    }
}

impl Listed {
    fn read(&self, key: &Key, node: &Node, source: &Source, (lines, problems): (&mut Vec<Line>, &mut Vec<Problem>)) {
        let part = self.part;
        let place = || key.place(source);
        let line = |name: Option<Word>, place: Place, says: Says| Line { part, name, place, says };
        match (part, &node.data) {
            (_, Data::Null) => {}
            (Part::Comment, _) => {
                let value = expected(node, source, problems);
                lines.push(line(None, node.place(source), Says::Value(value)));
            }
            (Part::Publication, Data::List(_) | Data::Text(_)) => {
                let words = node.items().iter().map(|item| Word::of(item, source));
                lines.extend(words.map(|word| line(Some(word.clone()), word.place, Says::Words(Vec::new()))));
            }
            (Part::PrimaryKey | Part::Label, _) => lines.push(line(None, place(), says(node, source))),
            (_, Data::Map(entries)) => {
                let word = |key: &Key| Word { text: key.text.clone(), place: key.place(source) };
                lines
                    .extend(entries.iter().map(|(key, it)| line(Some(word(key)), key.place(source), says(it, source))));
            }
            (_, Data::List(items)) => {
                lines.extend(items.iter().map(|item| line(None, item.place(source), says(item, source))));
            }
            _ => lines.push(line(None, place(), says(node, source))),
        }
        let is_public =
            |line: &Line| line.part == Part::Grant && line.name.as_ref().is_some_and(|it| it.text == "public");
        if part == Part::Grant && !lines.iter().any(is_public) {
            // What everybody has, the roles have that are listed: so nothing, unless it is said.
            let name = Word { text: "public".to_owned(), place: place() };
            lines.push(line(Some(name), place(), Says::Words(Vec::new())));
        }
    }
}

fn says(node: &Node, source: &Source) -> Says {
    let word = |key: &str| node.fields().get(key).map(|node| Word::of(node, source));
    let sql = |key: &str| node.fields().get(key).map(|node| Sql::of(node, source));
    match &node.data {
        Data::List(items) => Says::Words(items.iter().map(|item| Word::of(item, source)).collect()),
        Data::Map(_) => Says::Policy(Box::new(Policy {
            sort: word("as"),
            command: word("for"),
            roles: node.fields().items("to").iter().map(|item| Word::of(item, source)).collect(),
            using: sql("using"),
            check: sql("check"),
        })),
        _ => Says::Sql(Sql::of(node, source)),
    }
}

fn no_subject(node: &Node, source: &Source) -> Problem {
    let place = source.place(node.span.start..node.span.start + 1);
    let words: Vec<_> = SUBJECTS.iter().map(|(_, field)| format!("`{}`", field.key)).collect();
    let problem = Problem::new("a shape is that of one thing").at(place);
    problem.help(format!("say which: one of {}", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{File, read};
    use std::path::Path;

    fn file(text: &str) -> (File, Vec<(String, String)>) {
        let mut problems = Vec::new();
        let file = read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let told = problems.into_iter().map(|it| (it.title, it.help.unwrap_or_default()));
        (file, told.collect())
    }

    fn lines(text: &str) -> Vec<(Part, Option<String>)> {
        let (file, problems) = file(text);
        assert_eq!(problems, []);
        match file.contracts.first() {
            Some(Contract::Shape(shape)) => {
                shape.lines.iter().map(|line| (line.part, line.name.as_ref().map(|word| word.text.clone()))).collect()
            }
            other => panic!("a shape was written, and not {other:?}"),
        }
    }

    #[test]
    fn a_line_has_a_name_where_the_author_gives_one() {
        let text =
            "shape: [{ table: t, checks: { a: x > 0 }, indexes: [(a), (b)], row_security: off, publications: p }]";
        let named = |part, name: &str| (part, Some(name.to_owned()));
        let none = |part| (part, None);
        let index = Part::Index;
        let expected =
            [named(Part::Check, "a"), none(index), none(index), none(Part::RowSecurity), named(Part::Publication, "p")];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn whoever_lists_grants_lists_everybody() {
        let grant = |role: &str| (Part::Grant, Some(role.to_owned()));
        assert_eq!(lines("shape: [{ table: t, grants: { anon: [] } }]"), [grant("anon"), grant("public")]);
        assert_eq!(lines("shape: [{ table: t, grants: { public: select } }]"), [grant("public")]);
    }

    #[test]
    fn a_key_of_another_thing_is_told_and_so_is_a_shape_of_nothing_or_of_two_things() {
        for (text, title, help) in [
            (
                "{ enum: e, columns: { a: int } }",
                "`columns` is not listed of an enum",
                "of an enum can be listed owner, comment, labels",
            ),
            (
                "{ enum: e, exactly: true }",
                "`exactly` is not listed of an enum",
                "leave it out: the labels are always all of them",
            ),
            (
                "{ owner: postgres }",
                "a shape is that of one thing",
                "say which: one of `table`, `view`, `function`, `procedure`, `enum`",
            ),
            (
                "{ table: a, view: b }",
                "a shape is that of one thing",
                "say which: one of `table`, `view`, `function`, `procedure`, `enum`",
            ),
        ] {
            let (_, problems) = file(&format!("shape: [{text}]"));
            assert_eq!(problems, [(title.to_owned(), help.to_owned())], "{text}");
        }
    }
}
