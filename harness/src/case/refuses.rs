//! The kind `refuses`: one valid row, and lines that each differ from it in one thing, with what must refuse each.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::expect::{self, Outcome};
use super::expected::Expected;
use super::words::{Word, expected};
use super::{Contract, Kind};

/// A valid row, and lines that differ from it.
#[derive(Debug, Clone)]
pub struct Refuses {
    /// The table into which they are put.
    pub table: Word,
    /// Who puts them there; somebody who sees everything, where nobody is named.
    pub who: Option<Word>,
    /// Where the row stands that is accepted.
    pub valid_place: Place,
    /// The row that is accepted.
    pub valid: Vec<Given>,
    /// The lines, in order.
    pub lines: Vec<Variant>,
    /// What of a specification its lines attest, if it says.
    pub attests: Option<Vec<Word>>,
}

/// The value of one column, as an author gave it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The column.
    pub column: Word,
    /// The value.
    pub value: Expected,
    /// The value as it was written.
    pub written: String,
}

/// A row that differs from the valid one, and what must come of it.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What it says, as a sentence, where it does not speak for itself.
    pub name: Option<Word>,
    /// The columns in which it differs.
    pub with: Vec<Given>,
    /// The columns that it has not.
    pub without: Vec<Word>,
    /// What must come of it.
    pub outcome: Outcome,
    /// Where it stands.
    pub place: Place,
    /// What of a specification it attests, if it says so itself.
    pub attests: Option<Vec<Word>>,
}

const NAMES: Form = Form::Either(&[Form::List(&Form::Text), Form::Text]);

/// The words that say what must come of a line, of which each line has one.
const OUTCOMES: [&str; 6] = ["violates", "rejected", "refused", "raised", "fails", "accepted"];

const LINE: Form = Form::Open(
    &[
        Field::new(
            "violates",
            Form::Text,
            "The constraint that refuses it; `not null` for a missing value.",
            "violates: proxy_activities_duration_positive",
        ),
        Field::new("rejected", Form::Bool, "A policy refuses it.", "rejected: true"),
        Field::new("refused", Form::Bool, "A missing privilege refuses it.", "refused: true"),
        Field::new("raised", Form::Text, "The SQLSTATE with which a trigger or function refuses it.", "raised: P0001"),
        Field::new("fails", Form::Text, "The SQLSTATE of the failure, whoever refuses.", "fails: \"22P02\""),
        Field::new("accepted", Form::Bool, "It is accepted: the other side of a boundary.", "accepted: true"),
        Field::new(
            "with",
            Form::Names(&Form::Any),
            "Columns in which it differs, where one has a name that means something here.",
            "with: { fails: 3 }",
        ),
        Field::new("without", NAMES, "Columns that it leaves to their defaults.", "without: notes"),
        Field::new("says", Form::Text, "What it says, as a sentence.", "says: nobody works for no time at all"),
        ATTESTS,
    ],
    &Form::Any,
);

const REFUSES: Form = Form::Map(&[
    Field::new("table", Form::Text, "The table.", "table: proxy_activities").required(),
    Field::new("as", Form::Text, "Who puts rows there; somebody who sees everything, by default.", "as: kari"),
    Field::new("valid", Form::Names(&Form::Any), "A row that is accepted.", "valid: { org_id: $org_a, minutes: 30 }")
        .required(),
    Field::new(
        "when",
        Form::List(&LINE),
        "Rows that each differ from it in one thing, and what refuses each.",
        "when: [{ minutes: 0, violates: proxy_activities_duration_positive }, { minutes: 1, accepted: true }]",
    )
    .required(),
    ATTESTS,
]);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "refuses",
        Form::Either(&[Form::List(&REFUSES), REFUSES]),
        "One valid row, and rows that differ from it, with what refuses each.",
        "refuses: { table: claims, valid: { amount: 1 }, when: [{ amount: 0, violates: claims_amount_positive }] }",
    ),
    first: include_str!("first/refuses.yaml"),
    read: |node, source, problems| Some(Contract::Refuses(Refuses::read(node, source, problems))),
};

impl Refuses {
    /// Returns what a line attests, if it or the whole of them says.
    pub fn attests_of<'a>(&'a self, line: &'a Variant) -> Option<&'a [Word]> {
        line.attests.as_deref().or(self.attests.as_deref())
    }

    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let valid: Vec<_> = fields.entries("valid").iter().filter_map(|it| Given::read(it, source, problems)).collect();
        Self {
            table: fields.get("table").map_or_else(|| Word::of(node, source), |node| Word::of(node, source)),
            who: fields.get("as").map(|node| Word::of(node, source)),
            lines: fields.items("when").iter().filter_map(|it| Variant::read(it, &valid, source, problems)).collect(),
            valid_place: fields.key("valid").map_or_else(|| node.place(source), |(key, _)| key.place(source)),
            valid,
            attests: attests(node, source),
        }
    }
}

impl Given {
    /// Reads a column with its value.
    pub(super) fn read((key, node): &(Key, Node), source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let column = Word { text: key.text.clone(), place: key.place(source) };
        let value = expected(node, source, problems);
        if has_matcher(&value) {
            let problem = Problem::new("a matcher is no value that could be put into a row").at(node.place(source));
            problems.push(problem.help("write a value, or a name like `$org_a`; a text that begins with `$` has two"));
            return None;
        }
        let written = on_one_line(node.place(source).words());
        Some(Self { column, value, written: if written.is_empty() { "null".to_owned() } else { written } })
    }

    /// Whether a column has the same value in another row.
    fn is_in(&self, row: &[Self]) -> bool {
        row.iter().any(|it| it.column.text == self.column.text && it.value == self.value)
    }
}

/// Returns a value as it was written, as far as a name can show it: a name is one line.
fn on_one_line(written: &str) -> String {
    let lines: Vec<_> = written.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").replace('\t', " ")
}

impl Variant {
    fn read(node: &Node, valid: &[Given], source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        let own = fields.all().iter().filter(|(key, _)| !LINE.fields().iter().any(|field| field.key == key.text));
        let own = own.chain(fields.entries("with"));
        let with: Vec<_> = own.filter_map(|entry| Given::read(entry, source, problems)).collect();
        let without: Vec<_> = fields.items("without").iter().map(|item| Word::of(item, source)).collect();
        if let Some((key, _)) = fields.key("as") {
            let problem = Problem::new("a line does not say who puts it").at(key.place(source));
            problems.push(problem.help("say `as` beside `valid`, or make a second entry for somebody else"));
        }
        let place = node.place(source);
        let misfits = [differs(&with, &without, valid), twice(&with)];
        problems
            .extend(misfits.into_iter().flatten().map(|it| if it.place.is_some() { it } else { it.at(place.clone()) }));
        Some(Self {
            name: fields.get("says").map(|node| Word::of(node, source)),
            with,
            without,
            outcome: outcome(node, source, problems)?,
            place,
            attests: attests(node, source),
        })
    }
}

fn has_matcher(value: &Expected) -> bool {
    match value {
        Expected::Matcher(_) => true,
        Expected::List(items) => items.iter().any(has_matcher),
        Expected::Object(entries) => entries.iter().any(|(_, value)| has_matcher(value)),
        _ => false,
    }
}

/// Returns why a line cannot show anything: it is the valid row, or says so in part.
fn differs(with: &[Given], without: &[Word], valid: &[Given]) -> Option<Problem> {
    let help =
        "say what is wrong with it: a column and a value; one whose name is a word of its own stands under `with`";
    if with.is_empty() && without.is_empty() {
        return Some(Problem::new("this line differs from the valid row in nothing").help(help));
    }
    if let Some(same) = with.iter().find(|given| given.is_in(valid)) {
        let title = format!("the valid row has this `{}` as well", same.column.text);
        return Some(Problem::new(title).at(same.column.place.clone()).help("leave it out, or give it another value"));
    }
    let missing = without.iter().find(|word| !valid.iter().any(|it| it.column.text == word.text))?;
    let title = format!("the valid row has no `{}`, so nothing is left out", missing.text);
    Some(Problem::new(title).at(missing.place.clone()).help("add it to `valid`"))
}

fn twice(with: &[Given]) -> Option<Problem> {
    let (_, second) = with
        .iter()
        .enumerate()
        .find(|(at, given)| with[..*at].iter().any(|earlier| earlier.column.text == given.column.text))?;
    let title = format!("`{}` is given twice", second.column.text);
    Some(Problem::new(title).at(second.column.place.clone()).help("leave one of them out"))
}

fn outcome(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Outcome> {
    let fields = node.fields();
    let said: Vec<_> = OUTCOMES.iter().filter_map(|key| fields.key(key)).collect();
    let [(key, value)] = said.as_slice() else {
        let (title, place) = match said.get(1) {
            Some((second, _)) => ("what comes of this line is said twice", second.place(source)),
            None => ("nothing says what refuses this line", node.place(source)),
        };
        problems.push(Problem::new(title).at(place).help(format!("say one of {}", OUTCOMES.join(", "))));
        return None;
    };
    let text = value.scalar().unwrap_or_default();
    if text.is_empty() || text == "false" {
        let problem = Problem::new("this says nothing about what comes of the line").at(value.place(source));
        problems.push(problem.help("say what does come of it, for example `accepted: true`"));
        return None;
    }
    match key.text.as_str() {
        "violates" => Some(Outcome::Violates(vec![text])),
        "rejected" => Some(Outcome::Rejected),
        "refused" => Some(Outcome::Refused),
        "accepted" => Some(Outcome::Allowed(None)),
        "raised" => expect::sqlstate(text, value, source, problems).map(|code| Outcome::Raised(Some(code))),
        _ => expect::sqlstate(text, value, source, problems).map(Outcome::Fails),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn told(lines: &str) -> (Vec<Contract>, Vec<(String, String)>) {
        let text = format!("refuses:\n  table: t\n  valid: {{ a: 1, b: x }}\n  when:\n  - {lines}\n");
        let mut problems = Vec::new();
        let file = crate::case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let words = |it: Problem| (it.title, it.place.map(|place| place.words().to_owned()).unwrap_or_default());
        (file.contracts, problems.into_iter().map(words).collect())
    }

    #[test]
    fn a_column_that_has_the_name_of_a_word_stands_under_with() {
        let (contracts, problems) =
            told("{ with: { violates: 3 }, violates: t_check }\n  - { without: b, accepted: true }");
        assert_eq!(problems, []);
        let [Contract::Refuses(refuses)] = contracts.as_slice() else { panic!("one table: {contracts:?}") };
        let [line, second] = refuses.lines.as_slice() else { panic!("two lines: {refuses:?}") };
        assert_eq!(line.with[0].column.text, "violates");
        assert_eq!(line.with[0].value, Expected::Number("3".into()));
        assert_eq!(line.outcome, Outcome::Violates(vec!["t_check".into()]));
        assert_eq!(second.without[0].text, "b");
        assert_eq!(second.outcome, Outcome::Allowed(None));
    }

    #[test]
    fn a_value_is_told_as_it_was_written_and_on_one_line() {
        let line = "{ a: \"  \", b: 'x  y', c: [one,  two,\n      three] , violates: t_check }";
        let (contracts, problems) = told(line);
        assert_eq!(problems, []);
        let [Contract::Refuses(refuses)] = contracts.as_slice() else { panic!("one table: {contracts:?}") };
        let written: Vec<_> = refuses.lines[0].with.iter().map(|given| given.written.as_str()).collect();
        assert_eq!(written, ["\"  \"", "'x  y'", "[one,  two, three]"]);
    }

    #[test]
    fn a_line_that_could_show_nothing_is_a_mistake() {
        for (line, title, words) in [
            ("{ accepted: true }", "this line differs from the valid row in nothing", "{ accepted: true }"),
            ("{ a: 1, violates: x }", "the valid row has this `a` as well", "a"),
            ("{ without: c, violates: x }", "the valid row has no `c`, so nothing is left out", "c"),
            ("{ a: 2, with: { a: 3 }, violates: x }", "`a` is given twice", "a"),
            ("{ a: 2 }", "nothing says what refuses this line", "{ a: 2 }"),
            ("{ a: 2, violates: x, accepted: true }", "what comes of this line is said twice", "accepted"),
            ("{ a: 2, accepted: false }", "this says nothing about what comes of the line", "false"),
            ("{ a: 2, fails: P1 }", "`P1` is no SQLSTATE", "P1"),
            ("{ a: $any, accepted: true }", "a matcher is no value that could be put into a row", "$any"),
        ] {
            let (_, problems) = told(line);
            assert_eq!(problems.first().map(|(a, b)| (a.as_str(), b.as_str())), Some((title, words)), "{line}");
        }
    }
}
