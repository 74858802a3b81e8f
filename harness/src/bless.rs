//! Observed values, written into the expectations of a file. Never over a denial: that one may is for a person to say.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::case::{Expected, expected_value};
use crate::observation::{Attempt, End};
use crate::outcome::{Finding, Outcome, Run, Verdict};
use crate::rule;
use crate::span::{Place, Source};
use crate::value::agrees;
use crate::yaml::{self, Data, Fields, Node};

/// A file as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blessing {
    /// The file, as people know it.
    pub path: PathBuf,
    /// Its text.
    pub before: String,
    /// Its text with what was observed.
    pub after: String,
}

/// What can be written, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blessings {
    /// The files that would change.
    pub files: Vec<Blessing>,
    /// Contracts that are left as they are: the name, and why.
    pub refused: Vec<(String, String)>,
}

/// How long a value is that is hardly there by chance.
const TELLING: usize = 8;

/// Finds out what can be written; `names` are values that have a name.
pub fn bless(run: &Run, names: &[(String, String)]) -> Blessings {
    let mut edits: BTreeMap<PathBuf, (Place, Vec<Change>)> = BTreeMap::new();
    let mut blessings = Blessings::default();
    for outcome in &run.outcomes {
        let Verdict::Broken(findings) = &outcome.verdict else { continue };
        match findings.iter().map(|finding| edit(finding, outcome, names)).collect::<Result<Vec<_>, _>>() {
            Ok(found) => {
                for (place, edit) in found {
                    edits.entry(place.path.to_path_buf()).or_insert_with(|| (place, Vec::new())).1.push(edit);
                }
            }
            Err(why) => blessings.refused.push((outcome.name.clone(), why)),
        }
    }
    blessings.files = edits.into_iter().map(|(path, (place, edits))| apply(path, &place, edits)).collect();
    blessings
}

fn apply(path: PathBuf, place: &Place, mut edits: Vec<Change>) -> Blessing {
    // From the end, so that what is before stays where it is; the same place is written once.
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    edits.dedup_by_key(|(span, _)| span.start);
    let mut after = place.text.to_string();
    for (span, text) in edits {
        after.replace_range(span, &text);
    }
    Blessing { path, before: place.text.to_string(), after }
}

/// Some bytes of a file, and what is to stand there.
type Change = (Range<usize>, String);

fn edit(finding: &Finding, outcome: &Outcome, names: &[(String, String)]) -> Result<(Place, Change), String> {
    if finding.rule != &rule::ROWS && finding.rule != &rule::COUNT {
        return Err(format!("what is broken is {}, which is for a person to write", finding.rule.name));
    }
    let place = finding.place.clone().ok_or("nobody knows where it stands")?;
    let tried = finding.request.and_then(|at| outcome.seen.tried.get(at)).ok_or("nothing was observed")?;
    let attempt = &tried.attempt;
    if attempt.end != End::Done || attempt.count == 0 {
        return Err("nothing was seen, which may be a denial: that is for a person to write".to_owned());
    }
    let source = Source { path: place.path.clone(), text: place.text.clone() };
    let tree = yaml::read(&source).map_err(|problem| problem.title)?;
    let node = find(&tree, &place.span).ok_or("the expectation is not where it was")?;
    let fields = node.fields();
    let (node, text) = if finding.rule == &rule::COUNT {
        (fields.get("count").or(fields.get("affected")), attempt.count.to_string())
    } else {
        written(fields, attempt, &source, names)
    };
    let node = node.ok_or("there is no value to write over")?;
    if source.text[node.span.clone()].starts_with('*') || source.text[place.span.clone()].starts_with('*') {
        return Err("it is said elsewhere, under an anchor: that is for a person to write".to_owned());
    }
    let mut columns = attempt.columns.clone();
    columns.sort();
    columns.dedup();
    if columns.len() != attempt.columns.len() {
        return Err("two columns have one name: give them names of their own".to_owned());
    }
    Ok((place, (node.span.clone(), text)))
}

fn find<'a>(node: &'a Node, span: &Range<usize>) -> Option<&'a Node> {
    if node.span.start == span.start && matches!(node.data, Data::Map(_)) && node.span.end == span.end {
        return Some(node);
    }
    let inside: Vec<&Node> = match &node.data {
        Data::List(items) => items.iter().collect(),
        Data::Map(entries) => entries.iter().map(|(_, node)| node).collect(),
        _ => Vec::new(),
    };
    inside.into_iter().find_map(|node| find(node, span))
}

fn written<'a>(
    fields: Fields<'a>,
    attempt: &Attempt,
    source: &Source,
    names: &[(String, String)],
) -> (Option<&'a Node>, String) {
    let first = attempt.rows.first().and_then(|row| row.first()).cloned().flatten();
    if let Some(node) = fields.get("value") {
        return (Some(node), literal(first.as_deref(), names));
    }
    let Some(node) = fields.get("rows").or(fields.get("includes")) else { return (None, String::new()) };
    let rows = attempt.rows.iter().enumerate().map(|(at, row)| {
        let before = node.items().get(at);
        one(row, &attempt.columns, before.or_else(|| node.items().first()), (before, source), names)
    });
    (Some(node), list(&rows.collect::<Vec<_>>(), node, source))
}

/// Writes rows as the list was written: in brackets, or one below the other.
fn list(rows: &[String], node: &Node, source: &Source) -> String {
    if source.text[node.span.clone()].starts_with('[') {
        return format!("[{}]", rows.join(", "));
    }
    let indent = " ".repeat(crate::span::position(&source.text, node.span.start).column - 1);
    let rows: Vec<_> = rows.iter().map(|row| format!("- {row}")).collect();
    rows.join(&format!("\n{indent}"))
}

/// Returns a row in the shape in which the author wrote rows; what agrees already stays as it is written.
fn one(
    row: &[Option<String>],
    columns: &[String],
    shape: Option<&Node>,
    (before, source): (Option<&Node>, &Source),
    names: &[(String, String)],
) -> String {
    let cell = |at: usize, old: Option<&Node>| {
        let seen = row.get(at).and_then(Option::as_deref);
        match old.filter(|node| agrees(&meant(node, source, names), seen)) {
            Some(node) => source.text[node.span.clone()].to_owned(),
            None => literal(seen, names),
        }
    };
    match shape.map(|node| &node.data) {
        Some(Data::Map(entries)) => {
            let cells = entries.iter().filter_map(|(key, _)| {
                let at = columns.iter().position(|column| *column == key.text)?;
                Some(format!("{}: {}", key.text, cell(at, before.and_then(|node| node.fields().get(&key.text)))))
            });
            format!("{{ {} }}", cells.collect::<Vec<_>>().join(", "))
        }
        Some(Data::List(_)) => {
            let cells = (0..row.len()).map(|at| cell(at, before.and_then(|node| node.items().get(at))));
            format!("[{}]", cells.collect::<Vec<_>>().join(", "))
        }
        Some(_) if row.len() == 1 => cell(0, before),
        _ => {
            let cells = columns.iter().enumerate().map(|(at, column)| format!("{column}: {}", cell(at, None)));
            format!("{{ {} }}", cells.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns what an author expects at a node, with what names stand for.
fn meant(node: &Node, source: &Source, names: &[(String, String)]) -> Expected {
    let mut expected = expected_value(node, source);
    expected.name(&mut |name: &str| {
        let found = names.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| Expected::Text(value.clone()))
    });
    expected
}

/// Returns a value as an author would write it; only a value that is hardly there by chance is told by a name.
fn literal(value: Option<&str>, names: &[(String, String)]) -> String {
    let Some(text) = value else { return "null".to_owned() };
    if let Some((name, _)) = names.iter().find(|(_, it)| it == text && it.len() >= TELLING) {
        return format!("${name}");
    }
    match text {
        "t" => "true".to_owned(),
        "f" => "false".to_owned(),
        text if is_plain(text) => text.to_owned(),
        // A text that begins with this sign would be a name.
        text if text.starts_with('$') => serde_json::Value::from(format!("${text}")).to_string(),
        text => serde_json::Value::from(text).to_string(),
    }
}

/// Whether a text stands for itself in YAML: a plain word or words, or a number, and nothing that means something else.
fn is_plain(text: &str) -> bool {
    let is_special = ["null", "true", "false", "yes", "no", "on", "off", "~"].contains(&text.to_lowercase().as_str());
    let begins = text.starts_with(|c: char| c.is_alphanumeric());
    let goes_on = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '.' | '-' | '/' | '@' | '+'));
    let digits = text.trim_start_matches('-');
    let is_odd_number = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") && !text.contains('-');
    begins && goes_on && !is_special && !is_odd_number && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Seen, Tried};
    use std::path::Path;
    use std::time::Duration;

    fn broken(yaml: &str, rule: &'static crate::rule::Rule, rows: &[&[Option<&str>]]) -> Run {
        let source = Source::new(Path::new("cases/x.yaml"), yaml);
        let tree = yaml::read(&source).expect("the text is YAML");
        let expect = tree.fields().get("expect").expect("an expectation").place(&source);
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|it| it.map(str::to_owned)).collect()).collect();
        let attempt = Attempt {
            columns: vec!["id".to_owned(), "name".to_owned()],
            count: rows.len() as u64,
            rows,
            ..Attempt::ended(End::Done)
        };
        let tried = Tried::of("kari", attempt);
        let mut finding = Finding::new(rule, "a", "b").at(&expect);
        finding.request = Some(0);
        let mut outcome = Outcome::new("x: y".to_owned(), expect, Verdict::Broken(vec![finding]));
        outcome.seen = Seen { tried: vec![tried], ..Seen::default() };
        outcome.time = Duration::ZERO;
        Run { planned: 1, outcomes: vec![outcome], ..Run::default() }
    }

    #[test]
    fn what_agrees_stays_as_it_was_written_and_the_rest_is_written_anew() {
        let run = broken(
            "expect:\n  rows:\n    - { id: $uuid, name: old }\n# after\n",
            &rule::ROWS,
            &[
                &[Some("0a000000-0000-4000-8000-000000000001"), Some("it's: new")],
                &[Some("7"), None],
                &[Some("a long value"), None],
            ],
        );
        let blessings =
            bless(&run, &[("seven".to_owned(), "7".to_owned()), ("long".to_owned(), "a long value".to_owned())]);
        assert_eq!(
            blessings.files[0].after,
            "expect:\n  rows:\n    - { id: $uuid, name: \"it's: new\" }\n    - { id: 7, name: null }\n    - { id: $long, name: null }\n# after\n"
        );
    }

    #[test]
    fn a_number_is_written_in_its_place() {
        let run = broken("expect: { count: 3 }\n", &rule::COUNT, &[&[Some("1"), None]]);
        assert_eq!(bless(&run, &[]).files[0].after, "expect: { count: 1 }\n");
    }

    #[test]
    fn nothing_is_written_over_what_may_be_a_denial() {
        for (rule, rows) in [(&rule::ROWS, &[][..]), (&rule::OUTCOME, &[&[Some("1"), None][..]][..])] {
            let blessings = bless(&broken("expect: { rows: [1] }\n", rule, rows), &[]);
            assert!(blessings.files.is_empty() && blessings.refused.len() == 1, "{blessings:?}");
        }
    }
}
