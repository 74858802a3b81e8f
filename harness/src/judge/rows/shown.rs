//! What a person reads about rows that differ.

use super::columns::{Row, Wanted, cell};
use super::compare::Question;
use super::pairs::{Pair, pairs};
use crate::case::expected::Extent;
use crate::value::{agrees, apart, shown, shown_name, shown_observed};

/// The rows of each sort that are shown.
const ROWS: usize = 20;
/// The columns of a result that are named.
const NAMES: usize = 20;

/// What is said about rows without a counterpart.
pub(super) struct Report {
    pub(super) summary: String,
    pub(super) text: String,
}

/// Says which rows are missing, which were not expected, and which are probably the same with other values.
pub(super) fn report(question: &Question<'_>, missing: &[usize], others: &[usize]) -> Report {
    let pairs = pairs(question, missing, others);
    let missing: Vec<usize> =
        missing.iter().copied().filter(|at| pairs.iter().all(|pair| pair.wanted != *at)).collect();
    let others: Vec<usize> = match question.extent {
        Extent::Exactly => others.iter().copied().filter(|at| pairs.iter().all(|pair| pair.row != *at)).collect(),
        Extent::AtLeast => Vec::new(),
    };
    let columns = compared(question);
    let mut lines = Vec::new();
    list(&mut lines, &pairs, "different", |pair| different(question, pair));
    list(&mut lines, &missing, "missing", |at| format!("- {}", wanted_row(&question.wanted[*at], question.columns)));
    list(&mut lines, &others, "not expected", |at| {
        format!("+ {}", observed_row(&question.rows[*at], &columns, question.columns))
    });
    let counts = [(pairs.len(), "different"), (missing.len(), "missing"), (others.len(), "not expected")];
    Report { summary: summary(question.rows.len(), &counts), text: lines.join("\n") }
}

fn list<T>(lines: &mut Vec<String>, items: &[T], sort: &str, line: impl Fn(&T) -> String) {
    lines.extend(items.iter().take(ROWS).map(line));
    if items.len() > ROWS {
        lines.push(format!("… and {} more {sort}", items.len() - ROWS));
    }
}

fn summary(rows: usize, counts: &[(usize, &str)]) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, sort)| format!("{count} {sort}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    if rows == 0 { counted(0) } else { format!("{}: {counts}", counted(rows)) }
}

/// Returns `no rows`, `1 row`, `2 rows`.
pub(super) fn counted(rows: usize) -> String {
    match rows {
        0 => "no rows".to_owned(),
        1 => "1 row".to_owned(),
        many => format!("{many} rows"),
    }
}

/// Returns the columns of which something is expected, or all if nothing is.
pub(super) fn compared(question: &Question<'_>) -> Vec<usize> {
    let all = 0..question.columns.len();
    let mut is_compared = vec![false; all.len()];
    question.wanted.iter().flat_map(|wanted| &wanted.0).for_each(|(column, _)| is_compared[*column] = true);
    let named: Vec<usize> = all.clone().filter(|column| is_compared[*column]).collect();
    if named.is_empty() { all.collect() } else { named }
}

/// Returns an expected row on one line.
pub(super) fn wanted_row(wanted: &Wanted<'_>, columns: &[String]) -> String {
    let mut cells = wanted.0.clone();
    cells.sort_by_key(|(column, _)| *column);
    let cells = cells.iter().map(|(column, value)| format!("{} = {}", name(&columns[*column]), shown(value)));
    one_line(&cells.collect::<Vec<_>>(), "any row")
}

/// Returns some columns of an observed row on one line.
pub(super) fn observed_row(row: &Row, shown: &[usize], columns: &[String]) -> String {
    let cells = shown.iter().map(|column| known(row, *column, columns));
    one_line(&cells.collect::<Vec<_>>(), "a row without columns")
}

fn known(row: &Row, column: usize, columns: &[String]) -> String {
    format!("{} = {}", name(&columns[column]), shown_observed(cell(row, column)))
}

fn one_line(cells: &[String], otherwise: &str) -> String {
    if cells.is_empty() { otherwise.to_owned() } else { cells.join(", ") }
}

/// Names the row by what it has in common with the expected one, and then only what differs.
pub(super) fn different(question: &Question<'_>, pair: &Pair) -> String {
    let row = &question.rows[pair.row];
    let known_by: Vec<_> = pair.known_by.iter().map(|column| known(row, *column, question.columns)).collect();
    let head = if known_by.is_empty() { String::new() } else { format!("{}: ", known_by.join(", ")) };
    let cells = differing(&question.wanted[pair.wanted], row, question.columns);
    match cells.as_slice() {
        [(column, expected, observed)] => format!("~ {head}{column}  expected {expected}  observed {observed}"),
        several => format!("~ {}{}", head.trim_end(), below(several)),
    }
}

/// Returns name, expected and observed value of each column that differs.
fn differing(wanted: &Wanted<'_>, row: &Row, columns: &[String]) -> Vec<(String, String, String)> {
    let differs = wanted.0.iter().filter(|(column, value)| !agrees(value, cell(row, *column)));
    let said = differs.map(|(column, value)| {
        let (expected, observed) = apart(value, cell(row, *column));
        (name(&columns[*column]), expected, observed)
    });
    said.collect()
}

fn below(cells: &[(String, String, String)]) -> String {
    let width = |of: fn(&(String, String, String)) -> &String| {
        cells.iter().map(|cell| of(cell).chars().count()).max().unwrap_or_default()
    };
    let (names, values) = (width(|cell| &cell.0), width(|cell| &cell.1));
    let line = |(column, expected, observed): &(String, String, String)| {
        format!("\n    {column:names$}  expected {expected:values$}  observed {observed}")
    };
    cells.iter().map(line).collect()
}

/// Returns the name of a column as it can be shown.
pub(super) fn name(column: &str) -> String {
    shown_name(column)
}

/// Lists the names of the columns of a result.
pub(super) fn names(columns: &[String]) -> String {
    let shown: Vec<_> = columns.iter().take(NAMES).map(|column| format!("`{}`", name(column))).collect();
    let list = shown.join(", ");
    match columns.len().saturating_sub(NAMES) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}
