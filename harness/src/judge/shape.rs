//! The kind `shape`: what is listed against what is there, both in the words of the same server.

use crate::case::{Of, Part};
use crate::observation::{Attempt, End, Seen};
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::{Draft, Listed, Shape, Wanted};
use crate::problem::nearest;
use crate::rule;
use crate::value;

use super::diff;
use super::steps::trouble;

/// Judges a shape.
pub(super) fn judge(shape: &Shape, seen: &Seen) -> Verdict {
    match read(shape, seen) {
        Ok(told) => compare(shape, &told, seen),
        Err(fault) => fault.into(),
    }
}

/// One thing that the server told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    part: Part,
    name: String,
    definition: String,
}

/// Everything that the server told.
#[derive(Debug, Default)]
struct Catalog {
    /// What has the shape: a table, a view; nothing if it is not there.
    kind: Option<String>,
    found: Vec<Told>,
    listed: Vec<Told>,
    /// The names that are there, where this one is not.
    neighbours: Vec<String>,
}

/// Reads what the server told; a shape of which a request is missing cannot be judged.
fn read(shape: &Shape, seen: &Seen) -> Result<Catalog, Fault> {
    let at = || Some(shape.place.clone());
    let needed = shape.script.requests.len();
    let last = seen.tried.get(needed - 1).ok_or_else(|| trouble(seen).at(at()))?;
    for attempt in [seen.tried.first(), Some(last)].into_iter().flatten().map(|tried| &tried.attempt) {
        if let Some(why) = failure(attempt) {
            return Err(Fault::new(format!("the shape of `{}` cannot be read: {why}", shape.subject)).at(at()));
        }
    }
    let mut catalog = Catalog::default();
    for row in &last.attempt.rows {
        let cell = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        catalog.take(&cell(0), &cell(1), cell(2), cell(3));
    }
    Ok(catalog)
}

impl Catalog {
    fn take(&mut self, side: &str, word: &str, name: String, definition: String) {
        let told = |part: Part| Told { part, name: name.clone(), definition: definition.trim().to_owned() };
        match (side, word, Part::of(word)) {
            ("found", "kind", _) => self.kind = Some(definition),
            ("found", "neighbour", _) => self.neighbours.push(name),
            ("found", _, Some(part)) => self.found.push(told(part)),
            ("listed", _, Some(part)) => self.listed.push(told(part)),
            _ => {}
        }
    }

    fn found(&self, part: Part, name: Option<&str>) -> Option<&Told> {
        let is_it = |it: &&Told| it.part == part && (part.is_alone() || name == Some(it.name.as_str()));
        self.found.iter().find(is_it)
    }
}

fn compare(shape: &Shape, told: &Catalog, seen: &Seen) -> Verdict {
    let Some(kind) = &told.kind else { return Verdict::Broken(vec![missing(shape, told)]) };
    if !fits(shape.of, kind) {
        let expected = format!("{} `{}`", shape.of.word(), shape.subject);
        let finding = Finding::new(&rule::SHAPE_DIFFERENT, expected, format!("a {kind} of this name"));
        return Verdict::Broken(vec![finding.at(&shape.place)]);
    }
    let mut findings = Vec::new();
    let mut faults = Vec::new();
    let mut taken: Vec<&Told> = Vec::new();
    for line in &shape.lines {
        match judge_line(line, shape, told, seen) {
            Ok(Held::By(found)) => taken.extend(found),
            Ok(Held::Not(finding, found)) => {
                findings.push(finding.at(&line.place));
                taken.extend(found);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(fault) = together(faults) {
        let others = findings.len();
        let (line, are) = if others == 1 { ("line", "is") } else { ("lines", "are") };
        let note = |fault: Fault| fault.note(format!("{others} other {line} {are} broken"));
        return if others == 0 { fault } else { note(fault) }.into();
    }
    if shape.is_exact {
        findings.extend(unlisted(shape, told, &taken));
    }
    Verdict::of(findings)
}

/// Makes one fault of several: an author mends them all at once.
fn together(faults: Vec<Fault>) -> Option<Fault> {
    let mut faults = faults.into_iter();
    let first = faults.next()?;
    let told = |fault: Fault| match &fault.place {
        Some(place) => format!("{} (line {})", fault.why, place.position().line),
        None => fault.why,
    };
    Some(faults.fold(first, |fault, other| fault.note(told(other))))
}

/// What came of one line, and what it is about.
enum Held<'a> {
    By(Option<&'a Told>),
    Not(Finding, Option<&'a Told>),
}

fn judge_line<'a>(line: &Listed, shape: &Shape, told: &'a Catalog, seen: &Seen) -> Result<Held<'a>, Fault> {
    let found = told.found(line.part, line.name.as_deref());
    let called = called(line.part, line.name.as_deref());
    match (&line.wanted, found) {
        (Wanted::Labels(wanted), _) => Ok(labels(wanted, told)),
        (Wanted::Nothing, None) => Ok(Held::By(None)),
        (Wanted::Nothing, Some(it)) => Ok(Held::Not(different(&called, line.part.nothing(), &it.definition), found)),
        (Wanted::Value(wanted), it) => {
            let text = it.map(|it| it.definition.as_str());
            if value::agrees(wanted, text) {
                return Ok(Held::By(it));
            }
            Ok(Held::Not(different(&called, &value::shown(wanted), text.unwrap_or(line.part.nothing())), it))
        }
        (Wanted::Written { .. }, None) if line.name.is_some() || line.part.is_alone() => {
            Ok(Held::Not(absent(line, shape, told), None))
        }
        (Wanted::Written { request, draft, .. }, found) => {
            understood(line, (*request, draft), seen)?;
            let Some(listed) = as_listed(line, told) else {
                return Err(
                    Fault::new(format!("the server did not write this {called} down")).at(Some(line.place.clone()))
                );
            };
            Ok(written(listed, found, told).unwrap_or_else(|| Held::Not(absent(line, shape, told), None)))
        }
    }
}

/// Compares what the server wrote down of a line with what it wrote down of what is there: what has the name, or else
/// what is the same, or else another foreign key of the same columns.
fn written<'a>(listed: &Told, found: Option<&'a Told>, told: &'a Catalog) -> Option<Held<'a>> {
    let others = || told.found.iter().filter(|it| it.part == listed.part);
    let columns = |it: &Told| it.definition.split_once(" REFERENCES ").map(|(columns, _)| columns.to_owned());
    let same = || others().find(|it| it.definition == listed.definition);
    let alike = || others().find(|it| it.part == Part::ForeignKey && columns(it) == columns(listed));
    let it = found.or_else(same).or_else(alike)?;
    if it.definition == listed.definition {
        return Some(Held::By(Some(it)));
    }
    let finding = different(&called(it.part, Some(&it.name)), &listed.definition, &it.definition);
    Some(Held::Not(finding, Some(it)))
}

/// Returns what the server wrote down of a line; nothing if it did not understand it.
fn as_listed<'a>(line: &Listed, told: &'a Catalog) -> Option<&'a Told> {
    let Wanted::Written { name, .. } = &line.wanted else { return None };
    told.listed.iter().find(|it| it.part == line.part && it.name == *name)
}

/// Finds a line that the server does not understand: nobody knows then what it lists.
fn understood(line: &Listed, (request, draft): (usize, &Draft), seen: &Seen) -> Result<(), Fault> {
    let tried = seen.tried.get(request).ok_or_else(|| trouble(seen).at(Some(line.place.clone())))?;
    let Some(why) = failure(&tried.attempt) else { return Ok(()) };
    let place = tried.error_at.and_then(|at| draft.place(at..at)).unwrap_or_else(|| line.place.clone());
    let called = called(line.part, line.name.as_deref());
    Err(Fault::new(format!("the server does not understand this {called}: {why}")).at(Some(place)))
}

/// Finds a line to which nothing belongs, and tells what comes nearest to it among what is not listed.
fn absent(line: &Listed, shape: &Shape, told: &Catalog) -> Finding {
    let listed = as_listed(line, told).map(|it| it.definition.as_str());
    let is_listed =
        |it: &Told| shape.lines.iter().any(|line| line.part == it.part && line.name.as_ref() == Some(&it.name));
    let others = || told.found.iter().filter(|it| it.part == line.part && !is_listed(it));
    let same = others().find(|it| it.part != Part::Column && Some(it.definition.as_str()) == listed);
    let near = line.name.as_deref().and_then(|name| nearest(name, others().map(|it| it.name.as_str())));
    let observed = match (same, near) {
        (Some(it), _) => format!("none of this name; `{}` says the same", it.name),
        (None, Some(near)) => format!("none of this name; there is `{near}`"),
        (None, None) if line.name.is_none() && !line.part.is_alone() && others().next().is_some() => {
            let shown: Vec<_> = others().map(|it| it.definition.as_str()).collect();
            format!("none like it; there is {}", shown.join(" · "))
        }
        _ => "none".to_owned(),
    };
    Finding::new(&rule::SHAPE_MISSING, with(&called(line.part, line.name.as_deref()), listed), observed)
}

fn with(called: &str, definition: Option<&str>) -> String {
    match definition.filter(|it| !it.is_empty()) {
        Some(definition) => format!("{called}: {definition}"),
        None => called.to_owned(),
    }
}

fn different(called: &str, expected: &str, observed: &str) -> Finding {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let shown = |text: &str| if text.is_empty() { "with nothing said".to_owned() } else { text.to_owned() };
    let finding = Finding::new(&rule::SHAPE_DIFFERENT, with(called, Some(&shown(expected))), shown(observed));
    let is_long = expected.contains('\n') || observed.contains('\n');
    if is_long { finding.difference(diff::lines(&lines(expected), &lines(observed))) } else { finding }
}

fn labels<'a>(wanted: &[String], told: &'a Catalog) -> Held<'a> {
    let found: Vec<_> = told.found.iter().filter(|it| it.part == Part::Label).map(|it| it.name.clone()).collect();
    if found == wanted {
        return Held::By(None);
    }
    let finding = Finding::new(&rule::SHAPE_DIFFERENT, format!("labels: {}", wanted.join(", ")), found.join(", "));
    Held::Not(finding.difference(diff::lines(wanted, &found)), None)
}

/// Finds what is there and not listed.
fn unlisted(shape: &Shape, told: &Catalog, taken: &[&Told]) -> Vec<Finding> {
    let owner = told.found(Part::Owner, None).map(|it| it.definition.as_str());
    let is_owners = |it: &Told| it.part == Part::Grant && owner == Some(it.name.as_str());
    let others = told.found.iter().filter(|it| it.part.is_counted() && !taken.contains(it) && !is_owners(it));
    let finding = |it: &Told| {
        let observed = with(&called(it.part, Some(&it.name)), Some(&it.definition));
        Finding::new(&rule::SHAPE_UNLISTED, "nothing that is not listed", observed).at(&shape.place)
    };
    others.map(finding).collect()
}

fn missing(shape: &Shape, told: &Catalog) -> Finding {
    let near = nearest(&shape.subject, told.neighbours.iter().map(String::as_str));
    let observed = match (shape.of, near) {
        (Of::Function | Of::Procedure, _) if !told.neighbours.is_empty() => {
            format!("none of this name and these arguments; there is {}", told.neighbours.join(", "))
        }
        (_, Some(near)) => format!("none of this name; there is `{near}`"),
        (_, None) => "none".to_owned(),
    };
    let expected = format!("{} `{}`", shape.of.word(), shape.subject);
    Finding::new(&rule::SHAPE_MISSING, expected, observed).at(&shape.place)
}

fn fits(of: Of, kind: &str) -> bool {
    match of {
        Of::Table => matches!(kind, "table" | "partitioned table" | "foreign table"),
        Of::View => matches!(kind, "view" | "materialized view"),
        Of::Function => matches!(kind, "function" | "aggregate" | "window function"),
        Of::Procedure => kind == "procedure",
        Of::Enum => kind == "enum",
    }
}

fn called(part: Part, name: Option<&str>) -> String {
    match name.filter(|_| !part.is_alone()) {
        Some(name) => format!("{} `{name}`", part.called()),
        None => part.called().to_owned(),
    }
}

fn failure(attempt: &Attempt) -> Option<String> {
    match &attempt.end {
        End::Done => None,
        End::Refused(error) => Some(match &error.detail {
            Some(detail) => format!("{} ({})", error.message, detail.trim_end_matches('.')),
            None => error.message.clone(),
        }),
        End::Lost(why) => Some(format!("the connection broke: {why}")),
        End::Blocked(_) => Some("it waits for another session".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{self, Cast, Specification};
    use crate::observation::{ServerError, Tried};
    use crate::plan::{Sources, Subject, plan};
    use crate::span::Source;
    use std::path::Path;

    fn shape(text: &str) -> Shape {
        let mut problems = Vec::new();
        let file = case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        assert_eq!(problems, []);
        let sources = Sources {
            migrations: &[],
            cast: &Cast::default(),
            files: &[file],
            are_files_whole: true,
            specification: &Specification::default(),
            texts: &[],
            search_path: "",
            schemas: &[],
        };
        match plan(sources).expect("it can be planned").remove(0).subject {
            Subject::Shape(shape) => shape,
            other => panic!("a shape was written, and not {other:?}"),
        }
    }

    fn seen(shape: &Shape, rows: &[[&str; 4]]) -> Seen {
        let rows = rows.iter().map(|row| row.iter().map(|it| Some((*it).to_owned())).collect());
        let last = Attempt { rows: rows.collect(), ..Attempt::ended(End::Done) };
        let before = (1..shape.script.requests.len()).map(|_| Tried::of("", Attempt::ended(End::Done)));
        Seen { tried: before.chain([Tried::of("", last)]).collect(), ..Seen::default() }
    }

    fn findings(text: &str, rows: &[[&str; 4]]) -> Vec<(&'static str, String, String)> {
        let shape = shape(text);
        match judge(&shape, &seen(&shape, rows)) {
            Verdict::Held => Vec::new(),
            Verdict::Broken(it) => it.into_iter().map(|it| (it.rule.name, it.expected, it.observed)).collect(),
            Verdict::Unjudged(fault) => panic!("{}", fault.why),
        }
    }

    const KIND: [&str; 4] = ["found", "kind", "", "table"];

    #[test]
    fn what_is_listed_is_compared_under_its_name_and_the_rest_only_if_it_is_exact() {
        let rows = [
            KIND,
            ["found", "column", "a", "integer"],
            ["listed", "column", "a", "integer"],
            ["found", "column", "b", "text"],
            ["listed", "column", "b", "text"],
            ["found", "owner", "", "postgres"],
            ["found", "grant", "postgres", "select"],
            ["found", "index", "b_idx", "USING btree (b)"],
        ];
        let listed = "shape: [{ table: t, columns: { a: int } }]";
        assert_eq!(findings(listed, &rows), []);
        let exact = "shape: [{ table: t, columns: { a: int }, exactly: true }]";
        let observed: Vec<_> = findings(exact, &rows).into_iter().map(|it| (it.0, it.2)).collect();
        let expected = ["column `b`: text", "index `b_idx`: USING btree (b)"];
        assert_eq!(observed, expected.map(|it| ("shape.unlisted", it.to_owned())));
        let other = [KIND, ["found", "column", "a", "bigint"], ["listed", "column", "a", "integer"]];
        let told = ("shape.different", "column `a`: integer".to_owned(), "bigint".to_owned());
        assert_eq!(findings(listed, &other), [told]);
        let told = ("shape.missing", "column `a`: integer".to_owned(), "none".to_owned());
        assert_eq!(findings(listed, &[KIND, other[2]]), [told]);
    }

    #[test]
    fn what_has_no_name_may_have_any() {
        let text = "shape: [{ table: t, indexes: [(a)] }]";
        let listed = ["listed", "index", "pgattest_0", "USING btree (a)"];
        assert_eq!(findings(text, &[KIND, ["found", "index", "x", "USING btree (a)"], listed]), []);
        let found = findings(text, &[KIND, ["found", "index", "x", "USING btree (b)"], listed]);
        let observed = "none like it; there is USING btree (b)".to_owned();
        assert_eq!(found, [("shape.missing", "index: USING btree (a)".to_owned(), observed)]);
    }

    #[test]
    fn another_name_for_the_same_is_told() {
        let text = "shape: [{ table: t, checks: { positive: a > 0 } }]";
        let rows = [KIND, ["found", "check", "t_a_check", "CHECK (a)"], ["listed", "check", "positive", "CHECK (a)"]];
        assert_eq!(findings(text, &rows)[0].2, "none of this name; `t_a_check` says the same");
    }

    #[test]
    fn a_role_that_is_listed_with_nothing_has_nothing_and_so_has_everybody() {
        let text = "shape: [{ table: t, grants: { anon: [] } }]";
        assert_eq!(findings(text, &[KIND]), []);
        for role in ["anon", "public"] {
            let found = findings(text, &[KIND, ["found", "grant", role, "select"]]);
            assert_eq!(found, [("shape.different", format!("grant to `{role}`: none"), "select".to_owned())]);
        }
    }

    #[test]
    fn labels_are_all_of_them_in_their_order() {
        let text = "shape: [{ enum: e, labels: [a, b] }]";
        let kind = ["found", "kind", "", "enum"];
        let label = |name| ["found", "label", name, ""];
        assert_eq!(findings(text, &[kind, label("a"), label("b")]), []);
        for wrong in [vec!["b", "a"], vec!["a"], vec!["a", "b", "c"], vec![]] {
            let rows: Vec<_> = std::iter::once(kind).chain(wrong.into_iter().map(label)).collect();
            assert_eq!(findings(text, &rows).len(), 1, "{rows:?}");
        }
    }

    #[test]
    fn what_the_server_does_not_understand_is_no_finding() {
        let shape = shape("shape: [{ table: t, columns: { a: intt } }]");
        let mut seen = seen(&shape, &[KIND, ["found", "column", "a", "integer"], ["listed", "column", "a", "integer"]]);
        let error = ServerError::new("42704", "type \"intt\" does not exist");
        seen.tried[1].attempt.end = End::Refused(Box::new(error));
        let Verdict::Unjudged(fault) = judge(&shape, &seen) else { panic!("nobody knows") };
        assert_eq!(fault.why, "the server does not understand this column `a`: type \"intt\" does not exist");
        assert_eq!(fault.place.expect("a place").words(), "a");
        seen.tried.truncate(1);
        assert!(matches!(judge(&shape, &seen), Verdict::Unjudged(_)), "a shape that was not read is not judged");
    }
}
