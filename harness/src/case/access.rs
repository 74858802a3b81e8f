//! The kind `access`: a table, classes of its rows, and a matrix of who may do what with the rows of each class.

use crate::problem::{Problem, nearest};
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::cells::{self, Cells};
use super::refuses::Given;
use super::words::{Sql, Word};
use super::{Contract, Kind};

/// Who may do what with the rows of a table.
#[derive(Debug, Clone)]
pub struct Access {
    /// The table or view.
    pub table: Word,
    /// Whether it is a view.
    pub is_view: bool,
    /// The classes of rows, in order.
    pub classes: Vec<Class>,
    /// Moves from one class into another.
    pub moves: Vec<Move>,
    /// What each actor may, in order; who is not named may do nothing.
    pub matrix: Vec<Line>,
    /// Verbs that are not tried, each with the reason.
    pub untried: Vec<(Word, String)>,
    /// What of a specification it attests, if it says.
    pub attests: Option<Vec<Word>>,
}

/// A class of rows.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: Word,
    /// The condition by which a row is one of it.
    pub condition: Sql,
    /// A row of it to insert, valid in every respect.
    pub insert: Option<(Place, Vec<Given>)>,
    /// What an update of one of its rows changes.
    pub update: Option<(Place, Vec<Given>)>,
}

/// What takes a row from one class into another.
#[derive(Debug, Clone)]
pub struct Move {
    /// The class that it leaves.
    pub from: Word,
    /// The class that it comes into.
    pub into: Word,
    /// What is changed for it.
    pub set: Vec<Given>,
    /// Where it stands.
    pub place: Place,
}

/// What an actor may.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who.
    pub actor: Word,
    /// What.
    pub cells: Cells,
}

const VALUES: Form = Form::Names(&Form::Any);

const CLASS: Form = Form::Either(&[
    Form::Text,
    Form::Map(&[
        Field::new("where", Form::Text, "The condition by which a row is one of it.", "where: org_id = $org_a")
            .required(),
        Field::new("insert", VALUES, "A row of it to insert, valid in every respect.", "insert: { org_id: $org_a }"),
        Field::new("update", VALUES, "What an update of one of its rows changes.", "update: { status: running }"),
    ]),
]);

const MOVE: Form = Form::Map(&[
    Field::new("from", Form::Text, "The class that a row leaves.", "from: own").required(),
    Field::new("into", Form::Text, "The class that it comes into.", "into: foreign").required(),
    Field::new("set", VALUES, "What is changed for it.", "set: { org_id: $org_b }").required(),
]);

const ACCESS: Form = Form::Map(&[
    Field::new("table", Form::Text, "The table.", "table: export_runs"),
    Field::new("view", Form::Text, "The view, where it is one.", "view: claim_totals"),
    Field::new(
        "rows",
        Form::Names(&CLASS),
        "Classes of its rows, each by a condition.",
        "rows: { own: org_id = $org_a, foreign: org_id = $org_b }",
    )
    .required(),
    Field::new(
        "insert",
        Form::Names(&VALUES),
        "For each class a row to insert, valid in every respect, so that only policy can say no.",
        "insert: { own: { org_id: $org_a }, foreign: { org_id: $org_b } }",
    ),
    Field::new("update", VALUES, "What an update changes, whatever the class.", "update: { status: running }"),
    Field::new(
        "moves",
        Form::List(&MOVE),
        "Updates that take a row from one class into another.",
        "moves: [{ from: own, into: foreign, set: { org_id: $org_b } }]",
    ),
    Field::new(
        "matrix",
        Form::Names(&cells::FORM),
        "What each actor may do with the rows of each class; what is not named is denied.",
        "matrix: { kari: { own: [select, insert] }, anon: nothing, service: everything }",
    )
    .required(),
    Field::new(
        "untried",
        Form::Names(&Form::Text),
        "Verbs that are not tried, each with the reason.",
        "untried: { insert: a trigger of the claims makes these rows }",
    ),
    ATTESTS,
]);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "access",
        Form::Either(&[Form::List(&ACCESS), ACCESS]),
        "Who may do what with the rows of a table.",
        "access: { table: claims, rows: { own: org_id = $org_a }, update: { note: x }, matrix: { kari: { own: [select] } } }",
    ),
    first: include_str!("first/access.yaml"),
    read: |node, source, problems| Some(Contract::Access(Access::read(node, source, problems))),
};

impl Access {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let (table, view) = (fields.get("table"), fields.get("view"));
        if table.is_some() == view.is_some() {
            let problem = Problem::new("a matrix is about one table or one view").at(node.place(source));
            problems.push(problem.help("say `table: …`, or `view: …` for a view"));
        }
        let inserts = fields.entries("insert");
        let update = fields.key("update").map(|(key, value)| (key.place(source), given(value, source, problems)));
        let classes: Vec<_> = fields.entries("rows").iter().map(|it| Class::read(it, source, problems)).collect();
        let mut access = Self {
            table: Word::of(table.or(view).unwrap_or(node), source),
            is_view: table.is_none(),
            classes,
            moves: fields.items("moves").iter().map(|it| Move::read(it, source, problems)).collect(),
            matrix: fields.entries("matrix").iter().map(|it| Line::read(it, source, problems)).collect(),
            untried: cells::untried(fields.entries("untried"), source, problems),
            attests: attests(node, source),
        };
        for (key, value) in inserts {
            let row = (key.place(source), given(value, source, problems));
            match access.classes.iter_mut().find(|class| class.name.text == key.text) {
                Some(class) if class.insert.is_none() => class.insert = Some(row),
                Some(_) => problems.push(Problem::new("the row to insert is said twice").at(key.place(source))),
                None => problems.push(access.no_class(&name(key, source))),
            }
        }
        for class in &mut access.classes {
            class.update = class.update.take().or_else(|| update.clone());
        }
        problems.extend(access.strangers());
        access
    }

    /// Returns a class by its name.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name.text == name)
    }

    /// Returns what is wrong with a name that no class has.
    fn no_class(&self, word: &Word) -> Problem {
        let problem = Problem::new(format!("no class of rows is called `{}`", word.text)).at(word.place.clone());
        let names = || self.classes.iter().map(|class| class.name.text.as_str());
        match nearest(&word.text, names()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the classes are {}", names().collect::<Vec<_>>().join(", "))),
        }
    }

    /// Returns every name of a class that is none, and every move that is said and not there.
    fn strangers(&self) -> Vec<Problem> {
        let of_moves = self.moves.iter().flat_map(|it| [&it.from, &it.into]);
        let of_matrix = self.matrix.iter().flat_map(|line| line.cells.classes());
        let unknown = of_moves.chain(of_matrix).filter(|word| self.class(&word.text).is_none());
        let mut problems: Vec<_> = unknown.map(|word| self.no_class(word)).collect();
        for (class, into) in self.matrix.iter().flat_map(|line| line.cells.moves()) {
            let is_there = self.moves.iter().any(|it| it.from.text == class.text && it.into.text == into.text);
            if !is_there {
                let title = format!("nothing says how a row of `{}` comes into `{}`", class.text, into.text);
                let help = format!("moves: [{{ from: {}, into: {}, set: {{ … }} }}]", class.text, into.text);
                problems.push(Problem::new(title).at(into.place.clone()).help(help));
            }
        }
        problems
    }
}

impl Class {
    fn read((key, node): &(Key, Node), source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let mut row = |key: &str| {
            let (key, value) = fields.key(key)?;
            Some((key.place(source), given(value, source, problems)))
        };
        Self {
            name: name(key, source),
            insert: row("insert"),
            update: row("update"),
            condition: Sql::of(fields.get("where").unwrap_or(node), source),
        }
    }
}

impl Move {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let word = |key: &str| Word::of(fields.get(key).unwrap_or(node), source);
        let set = fields.get("set").map(|it| given(it, source, problems)).unwrap_or_default();
        Self { from: word("from"), into: word("into"), set, place: node.place(source) }
    }
}

impl Line {
    fn read((key, node): &(Key, Node), source: &Source, problems: &mut Vec<Problem>) -> Self {
        Self { actor: name(key, source), cells: Cells::read(node, source, problems) }
    }
}

pub(super) fn name(key: &Key, source: &Source) -> Word {
    Word { text: key.text.clone(), place: key.place(source) }
}

fn given(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Vec<Given> {
    node.fields().all().iter().filter_map(|it| Given::read(it, source, problems)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Cells, Verb};
    use std::path::Path;

    fn told(text: &str) -> (Vec<Contract>, Vec<(String, String)>) {
        let mut problems = Vec::new();
        let file = crate::case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let words = |it: Problem| (it.title, it.place.map(|place| place.words().to_owned()).unwrap_or_default());
        (file.contracts, problems.into_iter().map(words).collect())
    }

    #[test]
    fn a_class_has_its_own_row_and_change_or_those_of_the_table() {
        let (contracts, problems) = told(
            "access:\n  table: t\n  rows: { a: x = 1, b: { where: x = 2, insert: { x: 2 }, update: { y: 3 } } }\n  insert: { a: { x: 1 } }\n  \
             update: { y: 1 }\n  moves: [{ from: a, into: b, set: { x: 2 } }]\n  matrix: { kari: { a: [select, into b: rejected], b: select }, anon: nothing }\n",
        );
        assert_eq!(problems, []);
        let [Contract::Access(access)] = contracts.as_slice() else { panic!("one matrix: {contracts:?}") };
        let changed = |class: &str| {
            let (_, row) = access.class(class)?.update.as_ref()?;
            row.first().map(|given| given.written.clone())
        };
        assert_eq!((changed("a").as_deref(), changed("b").as_deref()), (Some("1"), Some("3")));
        assert!(access.classes.iter().all(|class| class.insert.is_some()));
        let [kari, anon] = access.matrix.as_slice() else { panic!("two lines: {access:?}") };
        let said = kari.cells.said("a", &Verb::Into("b".to_owned()));
        assert_eq!(said.map(|it| it.outcome.clone()), Some(crate::case::Outcome::Rejected));
        assert!(kari.cells.said("b", &Verb::Select).is_some() && kari.cells.said("b", &Verb::Delete).is_none());
        assert!(matches!(anon.cells, Cells::Nothing));
    }

    #[test]
    fn what_could_not_be_meant_is_a_mistake() {
        let matrix =
            |cells: &str| format!("access: {{ table: t, rows: {{ own: x = 1 }}, matrix: {{ kari: {cells} }} }}\n");
        for (text, title, words) in [
            (matrix("{ owm: [select] }"), "no class of rows is called `owm`", "owm"),
            (matrix("{ own: [selects] }"), "`selects` is no verb", "selects"),
            (matrix("{ own: [select, select: hidden] }"), "`select` is said twice", "select"),
            (matrix("{ own: [into own] }"), "nothing says how a row of `own` comes into `own`", "into own"),
            (matrix("{ own: [update: { fails: P1 }] }"), "`P1` is no SQLSTATE", "P1"),
            (
                "access: { table: t, view: v, rows: { own: x = 1 }, matrix: { kari: nothing } }\n".to_owned(),
                "a matrix is about one table or one view",
                "{ table: t, view: v, rows: { own: x = 1 }, matrix: { kari: nothing } }",
            ),
            (
                "access: { table: t, rows: { own: x = 1 }, insert: { foreign: { x: 1 } }, matrix: { kari: nothing } }\n".to_owned(),
                "no class of rows is called `foreign`",
                "foreign",
            ),
            (
                "access: { table: t, rows: { own: x = 1 }, untried: { truncate: why }, matrix: { kari: nothing } }\n".to_owned(),
                "`truncate` is no verb",
                "truncate",
            ),
            ("accepts: { name: t, why: ' ' }\n".to_owned(), "nothing says why `t` is in no matrix", "t"),
        ] {
            let (_, problems) = told(&text);
            assert_eq!(problems.first().map(|(a, b)| (a.as_str(), b.as_str())), Some((title, words)), "{text}");
        }
    }
}
