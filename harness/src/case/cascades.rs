//! The kind `cascades`: what one delete or key update does to every other table.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Data, Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::expect::{self, Outcome};
use super::expected::Expected;
use super::words::{Sql, Word, expected};
use super::{Contract, Kind};

/// A delete or an update, and everything that comes of it.
#[derive(Debug, Clone)]
pub struct Cascade {
    /// What it says, as a sentence, where it does not speak for itself.
    pub name: Option<Word>,
    /// What is done.
    pub deed: Deed,
    /// The table and the condition, and before that what is set.
    pub run: Sql,
    /// Who does it; somebody who sees everything, where nobody is named.
    pub who: Option<Word>,
    /// What must refuse it, if anything.
    pub refusal: Option<(Outcome, Place)>,
    /// What must come of other tables.
    pub fates: Vec<Fate>,
    /// Where it stands.
    pub place: Place,
    /// What of a specification it attests, if it says.
    pub attests: Option<Vec<Word>>,
}

/// What is done to the rows that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// They are deleted.
    Delete,
    /// They are updated.
    Update,
}

/// What must come of a table or of one of its columns; only the database knows which of the two it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// The table, or the table and the column.
    pub of: Word,
    /// What must come of it, if it is a table.
    pub of_table: Option<TableFate>,
    /// What its rows must hold, if it is a column.
    pub of_column: Expected,
}

/// What must come of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFate {
    /// Every row that hangs on what is done is gone.
    Gone,
    /// No row of it changes.
    Kept,
    /// So many rows are gone, and so many are added.
    Counted {
        /// How many are gone.
        gone: u64,
        /// How many are added.
        added: u64,
    },
}

const EXPECT: Form = Form::Open(
    &[
        Field::new(
            "violates",
            Form::Either(&[Form::List(&Form::Text), Form::Text]),
            "The constraint that refuses it, so that nothing changes; of several that would, whichever Postgres asks first.",
            "violates: proxy_activities_coordinator_fkey",
        ),
        Field::new("raised", Form::Text, "The SQLSTATE with which a trigger refuses it.", "raised: P0001"),
    ],
    &Form::Any,
);

const CASCADE: Form = Form::Map(&[
    Field::new(
        "delete",
        Form::Text,
        "What is deleted: a table and a condition.",
        "delete: organizations where id = $org_a",
    ),
    Field::new(
        "update",
        Form::Text,
        "What is updated: a table, what is set, and a condition.",
        "update: organizations set id = $new where id = $org_a",
    ),
    Field::new("as", Form::Text, "Who does it; somebody who sees everything, where nobody is named.", "as: service"),
    Field::new(
        "expect",
        EXPECT,
        "What comes of each table: `gone`, `kept`, `{ gone: 3 }`, `{ added: 1 }`, or of a column the value. \
         A table that is not named here does not change.",
        "expect: { export_runs: gone, auth.users: kept, proxy_activities.template_id: null }",
    )
    .required(),
    Field::new("name", Form::Text, "What it says, as a sentence.", "name: nothing of an organization outlives it"),
    ATTESTS,
]);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "cascades",
        Form::List(&CASCADE),
        "What one delete or key update does to every other table.",
        "cascades: [{ delete: organizations where id = $org_a, expect: { memberships: gone } }]",
    ),
    first: include_str!("first/cascades.yaml"),
    read: |node, source, problems| Cascade::read(node, source, problems).map(Contract::Cascade),
};

impl Cascade {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        let (deed, run) = match (fields.get("delete"), fields.get("update")) {
            (Some(run), None) => (Deed::Delete, run),
            (None, Some(run)) => (Deed::Update, run),
            (Some(_), Some(second)) => {
                let problem = Problem::new("`delete` and `update` are two contracts").at(second.place(source));
                problems.push(problem.help("leave one of them out"));
                return None;
            }
            (None, None) => {
                let problem = Problem::new("nothing is done here").at(node.place(source));
                problems.push(problem.help("for example: delete: organizations where id = $org_a"));
                return None;
            }
        };
        let expect = fields.get("expect")?;
        let refusal = refusal(expect, source, problems);
        let is_fate = |(key, _): &&(Key, Node)| !EXPECT.fields().iter().any(|field| field.key == key.text);
        let entries: Vec<_> = fields.entries("expect").iter().filter(is_fate).collect();
        problems.extend(misfit(expect, refusal.is_some(), &entries, source));
        Some(Self {
            name: fields.get("name").map(|node| Word::of(node, source)),
            deed,
            run: Sql::of(run, source),
            who: fields.get("as").map(|node| Word::of(node, source)),
            refusal,
            fates: entries.into_iter().map(|entry| Fate::read(entry, source, problems)).collect(),
            place: run.place(source),
            attests: attests(node, source),
        })
    }
}

fn refusal(expect: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<(Outcome, Place)> {
    let fields = expect.fields();
    if let Some(node) = fields.get("violates") {
        return expect::violates(node, source, problems).map(|outcome| (outcome, node.place(source)));
    }
    let node = fields.get("raised")?;
    let code = expect::sqlstate(node.scalar().unwrap_or_default(), node, source, problems)?;
    Some((Outcome::Raised(Some(code)), node.place(source)))
}

/// Returns what cannot be expected at once.
fn misfit(expect: &Node, is_refused: bool, fates: &[&(Key, Node)], source: &Source) -> Option<Problem> {
    match (is_refused, fates) {
        (true, [(key, _), ..]) => {
            let problem = Problem::new("what is refused changes nothing").at(key.place(source));
            Some(problem.help("leave the tables out, or what refuses it"))
        }
        (false, []) => {
            let problem = Problem::new("nothing is expected here, so nothing could break").at(expect.place(source));
            Some(problem.help("for example: expect: { memberships: gone, auth.users: kept }"))
        }
        _ => None,
    }
}

impl Fate {
    fn read((key, node): &(Key, Node), source: &Source, problems: &mut Vec<Problem>) -> Self {
        Self {
            of: Word { text: key.text.clone(), place: key.place(source) },
            of_table: table_fate(node, source, problems),
            of_column: expected(node, source, problems),
        }
    }
}

fn table_fate(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<TableFate> {
    match &node.data {
        Data::Text(word) if word == "gone" => Some(TableFate::Gone),
        Data::Text(word) if word == "kept" => Some(TableFate::Kept),
        Data::Map(entries) if entries.iter().all(|(key, _)| ["gone", "added"].contains(&key.text.as_str())) => {
            counted(entries, node, source, problems)
        }
        _ => None,
    }
}

fn counted(entries: &[(Key, Node)], node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<TableFate> {
    let number = |key: &str| match entries.iter().find(|(it, _)| it.text == key) {
        Some((_, node)) => node.scalar().and_then(|digits| digits.parse::<u64>().ok()),
        None => Some(0),
    };
    match (number("gone"), number("added")) {
        (Some(0), Some(0)) => {
            let problem = Problem::new("no row gone and none added is a table that is kept").at(node.place(source));
            problems.push(problem.help("write `kept`"));
            None
        }
        (Some(gone), Some(added)) => Some(TableFate::Counted { gone, added }),
        _ => {
            let problem = Problem::new("this must be a number of rows").at(node.place(source));
            problems.push(problem.help("for example: { gone: 3 }"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn told(text: &str) -> (Vec<Contract>, Vec<(String, String)>) {
        let mut problems = Vec::new();
        let file = crate::case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let words = |it: Problem| (it.title, it.place.map(|place| place.words().to_owned()).unwrap_or_default());
        (file.contracts, problems.into_iter().map(words).collect())
    }

    #[test]
    fn a_fate_is_read_for_a_table_and_for_a_column_alike() {
        let (contracts, problems) = told(
            "cascades:\n- delete: a where true\n  expect: { a: gone, b: kept, c: { gone: 2 }, d: { added: 1 }, e.x: null, f: 7 }\n",
        );
        assert_eq!(problems, []);
        let [Contract::Cascade(cascade)] = contracts.as_slice() else { panic!("one cascade: {contracts:?}") };
        let fates: Vec<_> = cascade.fates.iter().map(|fate| (fate.of.text.as_str(), fate.of_table)).collect();
        assert_eq!(
            fates,
            [
                ("a", Some(TableFate::Gone)),
                ("b", Some(TableFate::Kept)),
                ("c", Some(TableFate::Counted { gone: 2, added: 0 })),
                ("d", Some(TableFate::Counted { gone: 0, added: 1 })),
                ("e.x", None),
                ("f", None),
            ]
        );
        assert_eq!(cascade.fates[0].of_column, Expected::Text("gone".into()));
    }

    #[test]
    fn what_cannot_be_meant_is_told_with_its_place() {
        for (text, title, words) in [
            ("delete: a\n  update: b\n  expect: { c: gone }", "`delete` and `update` are two contracts", "b"),
            ("expect: { c: gone }", "nothing is done here", "expect: { c: gone }"),
            ("delete: a\n  expect: {}", "nothing is expected here, so nothing could break", "{}"),
            ("delete: a\n  expect: { violates: x, c: gone }", "what is refused changes nothing", "c"),
            (
                "delete: a\n  expect: { c: { gone: 0 } }",
                "no row gone and none added is a table that is kept",
                "{ gone: 0 }",
            ),
            ("delete: a\n  expect: { c: { gone: many } }", "this must be a number of rows", "{ gone: many }"),
            ("delete: a\n  expect: { raised: P1 }", "`P1` is no SQLSTATE", "P1"),
        ] {
            let (_, problems) = told(&format!("cascades:\n- {text}\n"));
            assert_eq!(problems.first().map(|(a, b)| (a.as_str(), b.trim())), Some((title, words)), "{text}");
        }
    }
}
