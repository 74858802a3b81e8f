//! The kind `access`: what came of a verb on the rows of a class, against what the matrix says.

use crate::case::{Expect, Outcome, Verb};
use crate::observation::{End, Seen, Tried};
use crate::outcome::{self, Fault, Finding, Verdict};
use crate::plan::Cell;
use crate::rule::{self, Rule};

use super::expect;
use super::steps::trouble;
use super::words;

/// Judges a cell.
pub(super) fn judge(cell: &Cell, seen: &Seen) -> Verdict {
    match findings(cell, seen) {
        Ok(findings) => Verdict::of(findings),
        Err(fault) if fault.place.is_some() => fault.into(),
        Err(fault) => fault.at(Some(cell.place.clone())).into(),
    }
}

/// Returns which cell of a matrix it is.
pub fn cell(cell: &Cell) -> outcome::Cell {
    outcome::Cell {
        actor: cell.actor.clone(),
        table: cell.table.clone(),
        class: cell.class.clone(),
        rows: cell.condition.clone(),
        verb: cell.verb.word(),
        expected: words::expected(&cell.outcome),
    }
}

fn findings(cell: &Cell, seen: &Seen) -> Result<Vec<Finding>, Fault> {
    let tried = |request: usize| seen.tried.get(request).ok_or_else(|| trouble(seen));
    let rows = class(cell, tried(Cell::CLASS)?)?;
    let attempt = tried(Cell::TRIED)?;
    let statement = &cell.script.requests[Cell::TRIED].statement;
    if let (Some(rows), Outcome::Allowed(None), End::Done) = (rows, &cell.outcome, &attempt.attempt.end) {
        let reached = attempt.attempt.count;
        if (1..rows).contains(&reached) {
            let expected = format!("allowed, all {}", words::rows(rows));
            return Ok(vec![broken(cell, &expected, &format!("allowed, {reached} of {}", words::rows(rows)))]);
        }
    }
    let expect = Expect { outcome: Some(cell.outcome.clone()), ..Expect::nothing(cell.place.clone()) };
    let findings = expect::judge(&expect, statement, attempt).map_err(|fault| fault.help(proof(cell)))?;
    if !findings.is_empty() {
        let of_cell = |it: Finding| Finding { rule: rule(cell), request: Some(Cell::TRIED), ..it };
        return Ok(findings.into_iter().map(of_cell).collect());
    }
    match (cell.is_blind(), rows) {
        (true, Some(rows)) => Ok(blind(cell, rows, tried(Cell::BLIND)?, tried(Cell::LEFT)?).into_iter().collect()),
        _ => Ok(Vec::new()),
    }
}

/// Returns how many rows the class has, if it is asked; a class without rows shows nothing.
fn class(cell: &Cell, asked: &Tried) -> Result<Option<u64>, Fault> {
    let at_class = |fault: Fault| fault.at(Some(cell.class_place.clone()));
    if let Some(error) = asked.attempt.refusal() {
        // What a row to insert is by its defaults and triggers, nobody knows beforehand.
        return if cell.verb == Verb::Insert {
            Ok(None)
        } else {
            let fault = Fault::new(format!("the class `{}` cannot be asked for: {}", cell.class, error.message));
            Err(at_class(fault.note(format!("SQLSTATE {}", error.sqlstate))))
        };
    }
    let first = asked.attempt.rows.first().and_then(|row| row.first()).cloned().flatten();
    match (&cell.verb, first.as_deref()) {
        (Verb::Insert, Some("f")) => {
            let fault = Fault::new(format!("the row to insert is none of `{}`", cell.class));
            Err(at_class(fault).help("let its values fit the condition of the class"))
        }
        (Verb::Insert, _) => Ok(None),
        (_, Some("0") | None) => {
            let fault =
                Fault::new(format!("no row is `{}`, so nothing shows what anybody may do with one", cell.class));
            Err(at_class(fault).help("put a row of this class into the fixtures"))
        }
        (_, Some(count)) => Ok(count.parse().ok()),
    }
}

/// A policy reaches as far as it lets an actor that looks at no row: what the policies for reading hide is open all the same.
fn blind(cell: &Cell, rows: u64, tried: &Tried, left: &Tried) -> Option<Finding> {
    if tried.attempt.end != End::Done {
        return None;
    }
    let left: u64 = left.attempt.rows.first()?.first()?.as_deref()?.parse().ok()?;
    let reached = rows.checked_sub(left).filter(|reached| *reached > 0)?;
    let observed =
        format!("allowed, {} without a condition, since no policy for reading is asked then", words::rows(reached));
    Some(Finding { request: Some(Cell::BLIND), ..broken(cell, &words::expected(&cell.outcome), &observed) })
}

fn broken(cell: &Cell, expected: &str, observed: &str) -> Finding {
    Finding { request: Some(Cell::TRIED), ..Finding::new(rule(cell), expected, observed).at(&cell.place) }
}

fn rule(cell: &Cell) -> &'static Rule {
    if cell.verb == Verb::Select { &rule::ACCESS_READ } else { &rule::ACCESS_WRITE }
}

/// Says what shows that a denial is one.
fn proof(cell: &Cell) -> String {
    let class = &cell.class;
    match cell.verb {
        Verb::Insert => format!("let the row under `insert.{class}` be one that somebody may put"),
        Verb::Update | Verb::Into(_) => "let the change be one that somebody may make".to_owned(),
        Verb::Select | Verb::Delete => {
            let verb = cell.verb.word();
            format!("name somebody who may, or say why it is not tried: `untried: {{ {verb}: … }}`")
        }
    }
}
