//! Rows whose order counts.

use super::compare::{Comparison, Difference, Question};
use super::matching;
use super::pairs::Pair;
use super::shown::{compared, counted, different, observed_row, wanted_row};
use crate::case::expected::Extent;
use crate::judge::diff;

/// Compares the rows one after the other.
pub(super) fn compare(question: &Question<'_>) -> Comparison {
    let is_same = match question.extent {
        Extent::Exactly => first_difference(question).is_none(),
        Extent::AtLeast => is_in_order(question),
    };
    if is_same {
        return Comparison::Same;
    }
    let expected = format!("{} in this order", question.expectation());
    let (observed, diff) = said(question);
    Comparison::Different(Difference { expected, observed, diff })
}

/// Returns the number of the first row that is not the expected one.
fn first_difference(question: &Question<'_>) -> Option<usize> {
    let most = question.wanted.len().max(question.rows.len());
    (0..most).find(|at| !agrees_at(question, *at, *at))
}

fn agrees_at(question: &Question<'_>, wanted: usize, row: usize) -> bool {
    let (wanted, row) = (question.wanted.get(wanted), question.rows.get(row));
    wanted.zip(row).is_some_and(|(wanted, row)| wanted.agrees(row))
}

/// Taking the first row that agrees leaves the most for those that follow, so nothing else need be tried.
fn is_in_order(question: &Question<'_>) -> bool {
    let mut rows = question.rows.iter();
    question.wanted.iter().all(|wanted| rows.any(|row| wanted.agrees(row)))
}

fn said(question: &Question<'_>) -> (String, String) {
    let counterparts = matching::maximum(&question.wanted, question.rows);
    let owner = counterparts.as_ref().map_or_else(|| vec![None; question.rows.len()], |it| it.owner.clone());
    let is_complete = counterparts.is_some_and(|it| it.missing().is_empty());
    let is_moved = is_complete && (question.extent == Extent::AtLeast || question.rows.len() == question.wanted.len());
    let rows = counted(question.rows.len());
    let observed = match (is_moved, first_difference(question)) {
        (true, _) => format!("{rows} in another order"),
        (false, Some(at)) if question.extent == Extent::Exactly && !question.rows.is_empty() => {
            format!("{rows}: they differ from row {} on", at + 1)
        }
        _ => rows,
    };
    (observed, lines(question, &owner))
}

/// An observed row that agrees with an expected one is written as that one, so that only what differs stands out.
fn lines(question: &Question<'_>, owner: &[Option<usize>]) -> String {
    let expected: Vec<String> = question.wanted.iter().map(|wanted| wanted_row(wanted, question.columns)).collect();
    let columns = compared(question);
    let mut observed = Vec::new();
    for (at, row) in question.rows.iter().enumerate() {
        let counterpart = if agrees_at(question, at, at) { Some(at) } else { owner[at] };
        match (counterpart, question.extent) {
            (Some(wanted), _) => observed.push(expected[wanted].clone()),
            (None, Extent::Exactly) => observed.push(observed_row(row, &columns, question.columns)),
            (None, Extent::AtLeast) => {}
        }
    }
    if expected == observed { alike(question) } else { diff::lines(&expected, &observed) }
}

/// Rows that differ where they were cut look the same, so the first of them is shown column by column.
fn alike(question: &Question<'_>) -> String {
    let at = first_difference(question).filter(|at| *at < question.wanted.len().min(question.rows.len()));
    at.map_or_else(String::new, |at| different(question, &Pair { wanted: at, row: at, known_by: Vec::new() }))
}
