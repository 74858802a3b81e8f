//! What is to be attested, as `fixtures/world.yaml` lists it: rows, each with a name and a sentence.

use crate::problem::{Problem, nearest};
use crate::span::Source;
use crate::yaml::{Field, Form, Key, Node};

use super::Word;

/// What is to be attested; nothing is known of it where no row is listed.
#[derive(Debug, Clone, Default)]
pub struct Specification {
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// One thing that is to be attested.
#[derive(Debug, Clone)]
pub struct Row {
    /// What contracts call it.
    pub name: Word,
    /// What it says, as a sentence.
    pub says: String,
    /// Why nothing attests it, where that is meant.
    pub unattested: Option<Word>,
}

const ROW: Form = Form::Either(&[
    Form::Map(&[
        Field::new("says", Form::Text, "What the row says.", "says: the migration twice changes nothing").required(),
        Field::new(
            "unattested",
            Form::Text,
            "Why nothing attests it; a contract that does makes this a mistake.",
            "unattested: no kind of contract applies a migration twice yet",
        ),
    ]),
    Form::Text,
]);

/// The key of `fixtures/world.yaml` that says what is to be attested.
pub const FIELD: Field = Field::new(
    "specification",
    Form::Names(&ROW),
    "What is to be attested: the name of each row, which contracts say under `attests`, and what it says.",
    "specification: { B1: nobody else sees a run, B5: { says: twice is once, unattested: it is tried by hand } }",
);

impl Specification {
    /// Reads a file that has its form.
    pub fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let entries = node.fields().entries(FIELD.key).iter();
        Self { rows: entries.map(|entry| Row::read(entry, source, problems)).collect() }
    }

    /// Whether it has a row of this name.
    pub fn has(&self, name: &str) -> bool {
        self.rows.iter().any(|row| row.name.text == name)
    }

    /// Returns what is wrong with the name of a row that is not there.
    pub fn no_row(&self, word: &Word) -> Problem {
        let problem = Problem::new(format!("the specification has no row `{}`", word.text)).at(word.place.clone());
        problem.help(match self.meant(&word.text) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the rows of fixtures/world.yaml are {}", self.names().collect::<Vec<_>>().join(", ")),
        })
    }

    /// Returns the row that a mistyped name meant. Names of two letters are all alike: where several are as near, none is meant.
    fn meant(&self, name: &str) -> Option<&str> {
        if let Some(same) = self.names().find(|it| it.to_lowercase() == name.to_lowercase()) {
            return Some(same);
        }
        let near = nearest(name, self.names())?;
        let is_alone = nearest(name, self.names().filter(|it| *it != near)).is_none();
        is_alone.then_some(near)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.name.text.as_str())
    }
}

impl Row {
    fn read((key, node): &(Key, Node), source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let says = fields.get("says").unwrap_or(node);
        let unattested = fields.get("unattested");
        for (empty, title) in [(Some(says), "this row says nothing"), (unattested, "nothing says why")] {
            if let Some(node) = empty.filter(|it| it.scalar().is_some_and(|text| text.trim().is_empty())) {
                problems.push(Problem::new(title).at(node.place(source)).help("say it in a sentence"));
            }
        }
        Self {
            name: Word { text: key.text.clone(), place: key.place(source) },
            says: says.scalar().unwrap_or_default(),
            unattested: unattested.map(|node| Word::of(node, source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(text: &str) -> (Specification, Vec<(String, String)>) {
        let source = Source::new(Path::new("world.yaml"), text);
        let mut problems = Vec::new();
        let node = crate::yaml::read(&source).expect("the text is YAML");
        let specification = Specification::read(&node, &source, &mut problems);
        let words = |it: Problem| (it.title, it.place.expect("a place").words().to_owned());
        (specification, problems.into_iter().map(words).collect())
    }

    #[test]
    fn rows_are_kept_in_the_order_in_which_they_are_written() {
        let text = "specification:\n  B10: ten\n  B2: { says: two, unattested: by hand }\n  1.10: three\n";
        let (specification, problems) = read(text);
        assert_eq!(problems, []);
        let row =
            |row: &Row| format!("{} {} {:?}", row.name.text, row.says, row.unattested.as_ref().map(|it| &it.text));
        let rows: Vec<_> = specification.rows.iter().map(row).collect();
        assert_eq!(rows, ["B10 ten None", "B2 two Some(\"by hand\")", "1.10 three None"]);
    }

    #[test]
    fn a_row_says_something_and_so_does_the_reason_why_nothing_attests_it() {
        let (_, problems) = read("specification: { A: '', B: { says: \" \", unattested: '' } }\n");
        let titles: Vec<_> = problems.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["this row says nothing", "this row says nothing", "nothing says why"]);
    }

    #[test]
    fn a_row_is_offered_if_no_other_is_as_near() {
        let (specification, _) = read("specification: { B1: a, B2: b, C4: c, exports: d }\n");
        for (name, meant) in
            [("c4", Some("C4")), ("C44", Some("C4")), ("export", Some("exports")), ("B3", None), ("Z", None)]
        {
            assert_eq!(specification.meant(name), meant, "{name}");
        }
    }
}
