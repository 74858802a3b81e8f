//! Both sides of a comparison, and everything that stands on one of them alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::case::{Direction, Order};
use crate::outcome::Finding;
use crate::plan::{Drift, Found, Stored};
use crate::problem::nearest;
use crate::rule;

use super::super::diff;

/// The values of each sort that have a finding of their own; the others share one.
const TOLD: usize = 20;
/// The values that a shared finding names; a file that differs in more is another file.
const NAMED: usize = 200;

/// Both sides of a comparison.
pub(super) struct Sides<'a> {
    drift: &'a Drift,
    stored: &'a [String],
    in_database: BTreeSet<&'a str>,
    in_source: BTreeMap<&'a str, &'a Found>,
}

impl<'a> Sides<'a> {
    /// Puts the values of the database beside those of the file.
    pub(super) fn of(drift: &'a Drift, stored: &'a [String]) -> Self {
        let in_database = stored.iter().map(String::as_str).collect();
        let in_source = drift.found.iter().map(|it| (it.text.as_str(), it)).collect();
        Self { drift, stored, in_database, in_source }
    }

    /// Returns everything that is not as it must be.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let (missing, extra) = (self.missing(), self.extra());
        let ignored = |text: &str| self.drift.ignore.iter().any(|word| word.text == text);
        let told: Vec<_> = missing.iter().copied().filter(|it| !ignored(it)).collect();
        let mut findings = each(&told, |it| self.not_in_source(it), |rest| self.rest_of_missing(rest));
        let told: Vec<_> = extra.iter().copied().filter(|it| !ignored(&it.text)).collect();
        findings.extend(each(&told, |it| self.not_in_database(it), |rest| self.rest_of_extra(rest)));
        findings.extend(self.out_of_order());
        let needless = self.drift.ignore.iter().filter(|word| {
            let differs = missing.contains(&&word.text) || extra.iter().any(|it| it.text == word.text);
            !differs
        });
        findings.extend(needless.map(|word| self.needless(&word.text).at(&word.place)));
        findings
    }

    /// Returns what the database has and the file has not, if that matters.
    fn missing(&self) -> Vec<&String> {
        if self.drift.direction == Direction::SourceInDatabase {
            return Vec::new();
        }
        self.stored.iter().filter(|it| !self.in_source.contains_key(it.as_str())).collect()
    }

    /// Returns what the file has and the database has not, if that matters.
    fn extra(&self) -> Vec<&Found> {
        if self.drift.direction == Direction::DatabaseInSource {
            return Vec::new();
        }
        self.drift.found.iter().filter(|it| !self.in_database.contains(it.text.as_str())).collect()
    }

    fn not_in_source(&self, text: &str) -> Finding {
        let known = self.drift.found.iter().map(|it| it.text.as_str());
        let near =
            nearest(text, known).and_then(|near| self.found(near)).map(|it| format!("the nearest is {}", line(it)));
        let beside = || self.neighbour(text);
        let observed = match near.or_else(beside) {
            Some(where_to_look) => format!("no `{text}` there; {where_to_look}"),
            None => format!("no `{text}` there"),
        };
        let expected = format!("`{text}` in {}, as {} has it", self.drift.source, self.called());
        Finding::new(&rule::NOT_IN_SOURCE, expected, observed).at(&self.drift.place)
    }

    /// Returns what stands in the file beside the place of a value that is not there.
    fn neighbour(&self, text: &str) -> Option<String> {
        let at = self.stored.iter().position(|it| it == text)?;
        let before = self.stored[..at].iter().rev().find_map(|it| self.found(it));
        let after = || self.stored[at + 1..].iter().find_map(|it| self.found(it));
        let before = before.map(|it| format!("the one before it is {}", line(it)));
        before.or_else(|| after().map(|it| format!("the one after it is {}", line(it))))
    }

    fn found(&self, text: &str) -> Option<&Found> {
        self.in_source.get(text).copied()
    }

    fn rest_of_missing(&self, rest: &[&String]) -> Finding {
        let observed = format!("none of {}", first(rest, NAMED, |it| format!("`{it}`")));
        let expected = format!("{} more in {}, as {} has them", rest.len(), self.drift.source, self.called());
        Finding::new(&rule::NOT_IN_SOURCE, expected, observed).at(&self.drift.place)
    }

    fn not_in_database(&self, found: &Found) -> Finding {
        let text = &found.text;
        let expected = format!("`{text}` in {}, as {} has it", self.called(), self.drift.source);
        let observed = match nearest(text, self.stored.iter().map(String::as_str)) {
            Some(near) => format!("no `{text}` there; the nearest is `{near}`"),
            None => format!("no `{text}` there, but {}", shown(self.stored)),
        };
        Finding::new(&rule::NOT_IN_DATABASE, expected, observed).at(&found.place)
    }

    fn rest_of_extra(&self, rest: &[&Found]) -> Finding {
        let lines = first(rest, NAMED, |it| format!("{} `{}`", it.place.position().line, it.text));
        let expected = format!("{} more in {}, as {} has them", rest.len(), self.called(), self.drift.source);
        let observed = format!("none of those in the lines {lines}");
        Finding::new(&rule::NOT_IN_DATABASE, expected, observed).at(&rest[0].place)
    }

    /// Compares the order of what both sides have.
    fn out_of_order(&self) -> Option<Finding> {
        if self.drift.order == Order::Any {
            return None;
        }
        let expected: Vec<_> =
            self.stored.iter().filter(|it| self.in_source.contains_key(it.as_str())).cloned().collect();
        let both = self.drift.found.iter().filter(|it| self.in_database.contains(it.text.as_str()));
        let (wanted, found) = expected.iter().zip(both.clone()).find(|(one, two)| **one != two.text)?;
        let observed: Vec<_> = both.map(|it| it.text.clone()).collect();
        let finding = Finding::new(
            &rule::OUT_OF_ORDER,
            format!("`{wanted}` at this place, in the order of {}", self.called()),
            format!("`{}`", found.text),
        );
        Some(finding.at(&found.place).difference(diff::lines(&expected, &observed)))
    }

    fn needless(&self, text: &str) -> Finding {
        let (database, source) = (self.called(), &self.drift.source);
        let observed = match (self.in_database.contains(text), self.in_source.contains_key(text)) {
            (true, true) => format!("both {database} and {source} have it"),
            (false, false) => format!("neither {database} nor {source} has it"),
            (true, false) => format!("{database} alone has it, and may have more than {source}"),
            (false, true) => format!("{source} alone has it, and may have more than {database}"),
        };
        let expected = format!("`{text}` to differ, since it is ignored");
        Finding::new(&rule::IGNORED, expected, observed)
    }

    /// Returns what the side of the database is called.
    fn called(&self) -> String {
        match &self.drift.stored {
            Stored::Enum(name) => format!("the enum `{name}`"),
            Stored::Check { constraint, .. } => format!("the check `{constraint}`"),
            Stored::Query => "the query".to_owned(),
        }
    }
}

/// Makes a finding of each of the first values, and one of all the others.
fn each<T>(values: &[T], one: impl Fn(&T) -> Finding, rest: impl Fn(&[T]) -> Finding) -> Vec<Finding> {
    let (first, others) = values.split_at(values.len().min(TOLD));
    let rest = (!others.is_empty()).then(|| rest(others));
    first.iter().map(one).chain(rest).collect()
}

fn line(found: &Found) -> String {
    format!("`{}` at {}:{}", found.text, found.place.path.display(), found.place.position().line)
}

/// Returns the first of some values, and how many more there are.
pub(super) fn shown<T: Display>(values: &[T]) -> String {
    first(values, TOLD, |it| format!("`{it}`"))
}

fn first<T>(values: &[T], limit: usize, text: impl Fn(&T) -> String) -> String {
    let first: Vec<_> = values.iter().take(limit).map(text).collect();
    match values.len().checked_sub(limit) {
        None | Some(0) => first.join(", "),
        Some(more) => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::case::{Cast, Word};
    use crate::judge::drift::judge;
    use crate::observation::{Attempt, End, Seen, Tried};
    use crate::outcome::Verdict;
    use crate::plan::{Names, Request, Room, Script, Statement, Who};
    use crate::span::Source;

    /// Compares an enum with a file of one value on each line.
    fn compared(labels: &[&str], lines: &str) -> (Drift, Seen) {
        let contract = Source::new(Path::new("c.yaml"), "contract");
        let source = Source::new(Path::new("types.txt"), lines);
        let found = lines.lines().map(|text| {
            let at = lines.find(text).expect("it is there");
            Found { text: text.to_owned(), place: source.place(at..at + text.len()) }
        });
        let names = Arc::new(Names::of(&Cast::default(), "public", &mut Vec::new()));
        let request = Request::new(Arc::new(Who::harness()), Statement::own("select", &names));
        let drift = Drift {
            script: Script::new(Room::Lane, vec![request]),
            stored: Stored::Enum("kind".to_owned()),
            asked: contract.place(0..1),
            source: "types.txt".to_owned(),
            place: contract.place(2..3),
            found: found.collect(),
            direction: Direction::Both,
            ignore: Vec::new(),
            order: Order::Any,
        };
        let rows = labels.iter().map(|it| ["t", "kind", it].map(|text| Some(text.to_owned())).to_vec());
        (drift, seen(&["is_there", "enum", "value"], rows.collect()))
    }

    fn seen(columns: &[&str], rows: Vec<Vec<Option<String>>>) -> Seen {
        let columns = columns.iter().map(|it| (*it).to_owned()).collect();
        let attempt = Attempt { columns, count: rows.len() as u64, rows, ..Attempt::ended(End::Done) };
        let tried = Tried::of("", attempt);
        Seen { tried: vec![tried], ..Seen::default() }
    }

    fn ignoring(drift: Drift, values: &[&str]) -> Drift {
        let word = |text: &&str| Word { text: (*text).to_owned(), place: drift.place.clone() };
        Drift { ignore: values.iter().map(word).collect(), ..drift }
    }

    /// Returns what is found: the rule, the line and what was observed.
    fn told(drift: &Drift, seen: &Seen) -> Vec<(String, usize, String)> {
        match judge(drift, seen) {
            Verdict::Held => Vec::new(),
            Verdict::Broken(findings) => findings
                .into_iter()
                .map(|it| (it.rule.name.to_owned(), it.place.expect("a place").position().line, it.observed))
                .collect(),
            Verdict::Unjudged(fault) => vec![(fault.why.clone(), 0, fault.help.clone().unwrap_or_default())],
        }
    }

    fn rules(drift: &Drift, seen: &Seen) -> Vec<String> {
        told(drift, seen).into_iter().map(|(rule, ..)| rule).collect()
    }

    #[test]
    fn each_value_of_one_side_alone_is_named_with_its_line() {
        let (drift, seen) = compared(&["a", "long_label", "c"], "c\nlong_lable\nextra\n");
        assert_eq!(
            told(&drift, &seen),
            [
                ("drift.not_in_source".into(), 1, "no `a` there; the nearest is `c` at types.txt:1".into()),
                (
                    "drift.not_in_source".into(),
                    1,
                    "no `long_label` there; the nearest is `long_lable` at types.txt:2".into()
                ),
                ("drift.not_in_database".into(), 2, "no `long_lable` there; the nearest is `long_label`".into()),
                ("drift.not_in_database".into(), 3, "no `extra` there, but `a`, `long_label`, `c`".into()),
            ]
        );
    }

    #[test]
    fn a_value_without_a_near_one_is_looked_for_beside_its_neighbour() {
        let (drift, seen) = compared(&["draft", "sent", "withdrawn"], "draft\nwithdrawn\n");
        assert_eq!(told(&drift, &seen)[0].2, "no `sent` there; the one before it is `draft` at types.txt:1");
        let (drift, seen) = compared(&["sent", "withdrawn"], "withdrawn\n");
        assert_eq!(told(&drift, &seen)[0].2, "no `sent` there; the one after it is `withdrawn` at types.txt:1");
    }

    #[test]
    fn a_direction_passes_over_what_the_other_would_tell() {
        let (drift, seen) = compared(&["a", "stored"], "a\nwritten\n");
        for (direction, rule) in [
            (Direction::SourceInDatabase, "drift.not_in_database"),
            (Direction::DatabaseInSource, "drift.not_in_source"),
        ] {
            assert_eq!(rules(&Drift { direction, ..drift.clone() }, &seen), [rule]);
        }
        let drift = ignoring(Drift { direction: Direction::SourceInDatabase, ..drift }, &["written", "stored"]);
        assert_eq!(rules(&drift, &seen), ["drift.ignored"], "what the direction passes over need not be ignored");
    }

    #[test]
    fn what_is_ignored_must_differ() {
        let (drift, seen) = compared(&["a", "b"], "a\nc\n");
        assert_eq!(judge(&ignoring(drift.clone(), &["b", "c"]), &seen), Verdict::Held);
        let findings = told(&ignoring(drift, &["b", "c", "a", "d"]), &seen);
        let observed: Vec<_> = findings.iter().map(|(rule, _, observed)| (rule.as_str(), observed.as_str())).collect();
        assert_eq!(
            observed,
            [
                ("drift.ignored", "both the enum `kind` and types.txt have it"),
                ("drift.ignored", "neither the enum `kind` nor types.txt has it"),
            ]
        );
    }

    #[test]
    fn order_is_compared_where_it_is_asked_for_and_among_what_both_have() {
        let (drift, seen) = compared(&["a", "b", "c", "x"], "a\nc\nb\n");
        let drift = ignoring(drift, &["x"]);
        assert_eq!(judge(&drift, &seen), Verdict::Held);
        let Verdict::Broken(findings) = judge(&Drift { order: Order::Exact, ..drift }, &seen) else {
            panic!("the order differs")
        };
        let [finding] = findings.as_slice() else { panic!("one finding: {findings:?}") };
        assert_eq!(finding.place.as_ref().expect("a place").position().line, 2);
        assert_eq!(finding.difference.as_deref(), Some("  a\n+ c\n  b\n- c"));
    }

    #[test]
    fn many_values_share_a_finding_and_each_is_still_named() {
        let lines = (100..160).map(|at| format!("value{at}")).collect::<Vec<_>>().join("\n");
        let (drift, seen) = compared(&["x"], &lines);
        let findings = told(&drift, &seen);
        assert_eq!(findings.len(), 1 + 20 + 1);
        assert!(findings[21].2.ends_with("59 `value158`, 60 `value159`"), "{:?}", findings[21]);
    }

    #[test]
    fn what_cannot_be_known_is_not_guessed() {
        let (drift, seen_enum) = compared(&[], "a\n");
        let query = Drift { stored: Stored::Query, ..drift.clone() };
        let check = Stored::Check { constraint: "known".to_owned(), owner: "t".to_owned() };
        let check = Drift { stored: check, ..drift.clone() };
        let rows = |rows: &[&[Option<&str>]]| {
            rows.iter().map(|row| row.iter().map(|it| it.map(str::to_owned)).collect()).collect::<Vec<Vec<_>>>()
        };
        let three = |one: &'static str, two: &'static str, three: &'static str| [Some(one), Some(two), Some(three)];
        for (drift, seen, why) in [
            (&drift, seen_enum, "there is no enum `kind` with labels"),
            (&drift, seen(&["", "", ""], rows(&[&three("f", "kinds", "a")])), "there is no enum `kind` with labels"),
            (&query, seen(&["a", "b"], rows(&[])), "the query gives 2 columns"),
            (&query, seen(&["a"], rows(&[])), "the query gives no row"),
            (&query, seen(&["a"], rows(&[&[Some("a")], &[None]])), "row 2 of the query is null"),
            (&check, seen(&["", "", ""], rows(&[&[Some("f"), None, None]])), "there is no table and no domain `t`"),
            (&check, seen(&["", "", ""], rows(&[&[Some("t"), None, None]])), "`t` has no check `known`"),
            (&check, seen(&["", "", ""], rows(&[&three("t", "know", "true")])), "`t` has no check `known`"),
            (
                &check,
                seen(&["", "", ""], rows(&[&three("t", "known", "(a > 0)")])),
                "the check `known` is no single list of values",
            ),
            (&drift, Seen::default(), "it was not reached"),
        ] {
            let said = told(drift, &seen);
            assert!(said[0].0.starts_with(why), "{said:?}");
        }
    }
}
