//! The comparison itself: which rows have a counterpart, and what is said when some have none.

use super::columns::{self, Row, Wanted};
use super::matching::{self, Matching};
use super::ordered;
use super::shown::{counted, report};
use crate::case::expected::{ExpectedRows, Extent, Order};

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// The rows are those that were expected.
    Same,
    /// They are not.
    Different(Difference),
    /// The expectation does not fit the result: the author's mistake, neither held nor broken.
    Unfit(String),
}

/// How the rows differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What was expected, in one line.
    pub(crate) expected: String,
    /// What was observed, in one line.
    pub(crate) observed: String,
    /// The rows themselves: `-` is missing, `+` is not expected, `~` is another one than expected.
    pub(crate) diff: String,
}

/// An expectation and the result that it fits.
pub(super) struct Question<'a> {
    pub(super) wanted: Vec<Wanted<'a>>,
    pub(super) columns: &'a [String],
    pub(super) rows: &'a [Row],
    pub(super) extent: Extent,
}

/// Compares the rows that a statement returned with those that were expected.
pub(crate) fn compare(expected: &ExpectedRows, columns: &[String], rows: &[Row]) -> Comparison {
    let wanted = match columns::bind(expected, columns) {
        Ok(wanted) => wanted,
        Err(reason) => return Comparison::Unfit(reason),
    };
    let question = Question { wanted, columns, rows, extent: expected.extent };
    match expected.order {
        Order::Any => in_any_order(&question),
        Order::Exact => ordered::compare(&question),
    }
}

fn in_any_order(question: &Question<'_>) -> Comparison {
    match matching::maximum(&question.wanted, question.rows) {
        Some(matching) => by_matching(question, &matching),
        None => Comparison::Unfit(too_many(question)),
    }
}

fn by_matching(question: &Question<'_>, matching: &Matching) -> Comparison {
    let (missing, others) = (matching.missing(), matching.others());
    let is_whole = question.extent == Extent::AtLeast || others.is_empty();
    if missing.is_empty() && is_whole {
        return Comparison::Same;
    }
    let report = report(question, &missing, &others);
    let expected = question.expectation();
    Comparison::Different(Difference { expected, observed: report.summary, diff: report.text })
}

fn too_many(question: &Question<'_>) -> String {
    let (wanted, rows) = (counted(question.wanted.len()), counted(question.rows.len()));
    format!(
        "{wanted} with matchers against {rows} are too many to compare in any order; \
         give each row a plain value of its own, or write `in_order: true`"
    )
}

impl Question<'_> {
    /// Returns what was expected, in a few words.
    pub(super) fn expectation(&self) -> String {
        let rows = counted(self.wanted.len());
        match self.extent {
            Extent::Exactly => rows,
            Extent::AtLeast => format!("at least {rows}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::expected::{Expected, ExpectedRow, Matcher};
    use proptest::prelude::*;

    fn text(text: &str) -> Expected {
        Expected::Text(text.to_owned())
    }

    fn uuid() -> Expected {
        Expected::Matcher(Matcher::Uuid)
    }

    fn named(cells: &[(&str, Expected)]) -> ExpectedRow {
        ExpectedRow::Named(cells.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn expected(rows: Vec<ExpectedRow>, order: Order, extent: Extent) -> ExpectedRows {
        ExpectedRows { rows, order, extent }
    }

    fn statuses(words: &str) -> Vec<ExpectedRow> {
        words.split_whitespace().map(|word| named(&[("status", text(word))])).collect()
    }

    fn columns(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// Reads a row a line, its values apart by blanks; `-` is null.
    fn rows(table: &[&str]) -> Vec<Row> {
        let value = |word: &str| (word != "-").then(|| word.to_owned());
        table.iter().map(|line| line.split_whitespace().map(value).collect()).collect()
    }

    fn said(expected: &ExpectedRows, names: &str, table: &[&str]) -> String {
        match compare(expected, &columns(names), &rows(table)) {
            Comparison::Same => "same".to_owned(),
            Comparison::Unfit(reason) => format!("unfit: {reason}"),
            Comparison::Different(it) => format!("{} / {}\n{}", it.expected, it.observed, it.diff),
        }
    }

    #[test]
    fn named_rows_compare_the_columns_that_they_name() {
        let wanted = expected(statuses("draft sent"), Order::Any, Extent::Exactly);
        assert_eq!(said(&wanted, "id status", &["1 sent", "2 draft"]), "same");
        assert_eq!(
            said(&wanted, "id state", &[]),
            "unfit: the result has no column `status`; it has `id`, `state`; did you mean `state`?"
        );
    }

    #[test]
    fn positional_rows_compare_every_column() {
        let row = ExpectedRow::Positional(vec![Expected::Number("1.0".into()), Expected::Null]);
        let wanted = expected(vec![row], Order::Any, Extent::Exactly);
        assert_eq!(said(&wanted, "id note", &["1 -"]), "same");
        assert_eq!(
            said(&wanted, "id note", &["1 x"]),
            "1 row / 1 row: 1 different\n~ id = 1: note  expected null  observed x"
        );
    }

    #[test]
    fn missing_and_unexpected_rows_are_listed() {
        let wanted = expected(statuses("draft sent"), Order::Any, Extent::Exactly);
        let words = "2 rows / 3 rows: 1 missing, 2 not expected\n- status = draft\n+ status = lost\n+ status = null";
        assert_eq!(said(&wanted, "id status", &["1 sent", "2 lost", "3 -"]), words);
        assert_eq!(said(&wanted, "id status", &[]), "2 rows / no rows\n- status = draft\n- status = sent");
    }

    #[test]
    fn no_rows_expected_shows_every_column_of_those_that_came() {
        let wanted = expected(vec![], Order::Any, Extent::Exactly);
        assert_eq!(said(&wanted, "id status", &[]), "same");
        assert_eq!(said(&wanted, "id status", &["1 a"]), "no rows / 1 row: 1 not expected\n+ id = 1, status = a");
    }

    #[test]
    fn rows_that_are_alike_are_shown_by_what_differs() {
        let row = |id: &str, status: &str, version: &str| {
            named(&[("id", text(id)), ("status", text(status)), ("version", Expected::Number(version.into()))])
        };
        let wanted = expected(vec![row("a", "draft", "1"), row("b", "sent", "2")], Order::Any, Extent::Exactly);
        let words = "2 rows / 2 rows: 2 different\n~ id = a: status  expected draft  observed sent\n\
                 ~ id = b:\n    status   expected sent  observed paid\n    version  expected 2     observed 3";
        assert_eq!(said(&wanted, "id status version", &["b paid 3", "a sent 1"]), words);
    }

    #[test]
    fn a_row_is_known_by_its_key_before_anything_else() {
        let row = |id: Expected, status: &str| named(&[("id", id), ("org", text("o")), ("status", text(status))]);
        let wanted = expected(vec![row(uuid(), "draft"), row(text("7"), "sent")], Order::Any, Extent::Exactly);
        let id = "0a000000-0000-4000-8000-00000000000a";
        let words = "2 rows / 2 rows: 2 different\n\
                     ~ id = 0a000000-0000-4000-8000-00000000000a, org = o: status  expected draft  observed paid\n\
                     ~ id = 7: status  expected sent  observed draft";
        assert_eq!(said(&wanted, "id org status", &["7 o draft", &format!("{id} o paid")]), words);
    }

    #[test]
    fn a_single_column_of_a_single_row_is_compared_side_by_side() {
        let wanted = expected(statuses("draft"), Order::Any, Extent::Exactly);
        let words = "1 row / 1 row: 1 different\n~ status  expected draft  observed sent";
        assert_eq!(said(&wanted, "status", &["sent"]), words);
    }

    #[test]
    fn at_least_these_rows_allows_others_and_does_not_show_them() {
        let wanted = expected(statuses("draft sent"), Order::Any, Extent::AtLeast);
        assert_eq!(said(&wanted, "status", &["x", "sent", "y", "draft"]), "same");
        let words = "at least 2 rows / 3 rows: 1 missing\n- status = draft";
        assert_eq!(said(&wanted, "status", &["x", "sent", "y"]), words);
    }

    #[test]
    fn the_same_row_twice_is_expected_twice() {
        let wanted = expected(statuses("a a b"), Order::Any, Extent::Exactly);
        assert_eq!(said(&wanted, "status", &["a", "b", "a"]), "same");
        assert!(said(&wanted, "status", &["a", "b", "b"]).starts_with("3 rows / 3 rows: "));
    }

    #[test]
    fn exact_order_tells_rows_that_moved_from_rows_that_differ() {
        let wanted = expected(statuses("a b c"), Order::Exact, Extent::Exactly);
        assert_eq!(said(&wanted, "status", &["a", "b", "c"]), "same");
        let moved =
            "3 rows in this order / 3 rows in another order\n  status = a\n+ status = c\n  status = b\n- status = c";
        assert_eq!(said(&wanted, "status", &["a", "c", "b"]), moved);
        let other = "3 rows in this order / 2 rows: they differ from row 2 on\n  status = a\n- status = b\n- status = c\n+ status = x";
        assert_eq!(said(&wanted, "status", &["a", "x"]), other);
        assert!(said(&wanted, "status", &[]).starts_with("3 rows in this order / no rows\n- status = a"));
    }

    #[test]
    fn rows_in_order_may_have_others_between_them_where_that_is_said() {
        let wanted = expected(statuses("a b"), Order::Exact, Extent::AtLeast);
        assert_eq!(said(&wanted, "status", &["x", "a", "y", "b"]), "same");
        let moved = "at least 2 rows in this order / 3 rows in another order\n+ status = b\n  status = a\n- status = b";
        assert_eq!(said(&wanted, "status", &["b", "x", "a"]), moved);
        let lacks = "at least 2 rows in this order / 2 rows\n- status = a\n  status = b";
        assert_eq!(said(&wanted, "status", &["b", "x"]), lacks);
    }

    #[test]
    fn a_row_that_agrees_by_a_matcher_is_no_difference_in_the_diff() {
        let cells = [named(&[("id", uuid()), ("status", text("a"))]), named(&[("id", uuid()), ("status", text("b"))])];
        let wanted = expected(cells.to_vec(), Order::Exact, Extent::Exactly);
        let id = "0a000000-0000-4000-8000-00000000000a";
        let words = said(&wanted, "id status", &[&format!("{id} a"), &format!("{id} x")]);
        let lines: Vec<&str> = words.lines().skip(1).collect();
        let other = format!("+ id = {id}, status = x");
        assert_eq!(lines, ["  id = any uuid, status = a", "- id = any uuid, status = b", &other]);
    }

    #[test]
    fn rows_that_look_the_same_when_cut_are_shown_where_they_part() {
        let (one, two) = ("a".repeat(100) + "X" + &"a".repeat(100), "a".repeat(100) + "Y" + &"a".repeat(100));
        for order in [Order::Any, Order::Exact] {
            let wanted = expected(statuses(&one), order, Extent::Exactly);
            let words = said(&wanted, "status", &[&two]);
            assert!(words.contains('X') && words.contains('Y'), "{words}");
        }
    }

    #[test]
    fn ten_thousand_rows_of_any_kind_are_compared() {
        let ids: Vec<String> = (0..10_000).map(|at| format!("0a000000-0000-4000-8000-{at:012}")).collect();
        let table: Vec<String> = ids.iter().enumerate().map(|(at, id)| format!("{id} {at}.50 x")).collect();
        let mut table: Vec<&str> = table.iter().map(String::as_str).collect();
        table.reverse();
        let plain = ids.iter().enumerate();
        let plain =
            plain.map(|(at, id)| named(&[("id", text(id)), ("n", Expected::Number(format!("{at}.5")))])).collect();
        let mixed =
            (0..10_000).map(|at| named(&[("id", uuid()), ("n", Expected::Number(format!("{at}.5")))])).collect();
        let alike = vec![named(&[("id", uuid()), ("x", text("x"))]); 10_000];
        for rows in [plain, mixed, alike] {
            let mut wanted = expected(rows, Order::Any, Extent::Exactly);
            assert_eq!(said(&wanted, "id n x", &table), "same");
            wanted.rows.pop();
            assert!(said(&wanted, "id n x", &table).starts_with("9999 rows / 10000 rows: 1 not expected\n+ "));
        }
    }

    #[test]
    fn ten_thousand_rows_that_differ_are_counted_and_twenty_are_shown() {
        let table: Vec<String> = (0..10_000).map(|at| format!("{at}")).collect();
        let table: Vec<&str> = table.iter().map(String::as_str).collect();
        let others: Vec<String> = (0..10_000).map(|at| format!("x{at}")).collect();
        for order in [Order::Any, Order::Exact] {
            let words = said(&expected(statuses(&others.join(" ")), order, Extent::Exactly), "status", &table);
            assert!(words.lines().count() < 50, "{words}");
            assert!(words.contains("more missing") && words.contains("more not expected"), "{words}");
        }
    }

    fn drawn_table() -> impl Strategy<Value = Vec<Row>> {
        let value = prop::option::of(prop_oneof!["[ab]{0,2}", "[12]\\.?[05]?", "t|f|NaN", "\\PC{0,3}"]);
        prop::collection::vec(prop::collection::vec(value, 3), 0..8)
    }

    fn of_row(row: &Row) -> ExpectedRow {
        ExpectedRow::Positional(row.iter().map(|value| value.as_deref().map_or(Expected::Null, text)).collect())
    }

    proptest! {
        #[test]
        fn rows_always_agree_with_themselves(table in drawn_table()) {
            for (order, extent) in [(Order::Any, Extent::Exactly), (Order::Exact, Extent::AtLeast), (Order::Exact, Extent::Exactly)] {
                let wanted = expected(table.iter().map(of_row).collect(), order, extent);
                prop_assert_eq!(compare(&wanted, &columns("a b c"), &table), Comparison::Same);
            }
        }

        #[test]
        fn the_verdict_does_not_depend_on_the_order_of_rows(
            (table, shuffled) in drawn_table().prop_flat_map(|table| (Just(table.clone()), Just(table).prop_shuffle())),
            others in drawn_table(), loosened in prop::collection::vec(0usize..4, 8),
        ) {
            let loose = |at: usize| match loosened[at % 8] {
                0 => Expected::Matcher(Matcher::Anything),
                1 => Expected::Matcher(Matcher::Number),
                2 => Expected::Matcher(Matcher::Not(Expected::Null.into())),
                _ => text("a"),
            };
            let row = |(at, row): (usize, &Row)| match of_row(row) {
                ExpectedRow::Positional(mut cells) => {
                    cells[at % 3] = loose(at);
                    ExpectedRow::Positional(cells)
                }
                named @ ExpectedRow::Named(_) => named,
            };
            for source in [&table, &others] {
                let wanted = expected(source.iter().enumerate().map(row).collect(), Order::Any, Extent::Exactly);
                let verdicts = [&table, &shuffled].map(|rows| compare(&wanted, &columns("a b c"), rows) == Comparison::Same);
                prop_assert_eq!(verdicts[0], verdicts[1]);
            }
        }
    }
}
