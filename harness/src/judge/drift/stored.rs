//! The values that the database was seen to have, or why nobody knows.

use std::collections::BTreeSet;

use crate::observation::{Attempt, End, Row, Seen};
use crate::outcome::Fault;
use crate::plan::{Drift, Stored};
use crate::problem::nearest;
use crate::sql::{alternatives, quote_identifier};

use super::super::steps::trouble;
use super::sides::shown;

/// Returns the values, in order, each once.
pub(super) fn values(drift: &Drift, seen: &Seen) -> Result<Vec<String>, Fault> {
    let tried = seen.tried.first().ok_or_else(|| trouble(seen))?;
    let attempt = &tried.attempt;
    if let Some(error) = attempt.refusal() {
        let at = tried.error_at.and_then(|at| drift.script.requests[0].statement.place(at..at));
        let fault = Fault::new(format!("this cannot be asked: {}", error.message)).at(at);
        return Err(fault.note(format!("SQLSTATE {}", error.sqlstate)));
    }
    match &attempt.end {
        End::Lost(why) => return Err(Fault::new(why)),
        End::Done | End::Refused(_) | End::Blocked(_) => {}
    }
    let values = match &drift.stored {
        Stored::Enum(name) => labels(name, &attempt.rows),
        Stored::Check { constraint, owner } => allowed(constraint, owner, &attempt.rows),
        Stored::Query => queried(attempt),
    }?;
    let mut seen = BTreeSet::new();
    Ok(values.into_iter().filter(|value| seen.insert(value.clone())).collect())
}

/// Reads the labels from rows of: whether the enum is there, an enum, a label of it.
fn labels(name: &str, rows: &[Row]) -> Result<Vec<String>, Fault> {
    let is_there = rows.iter().any(|row| column(row, 0) == Some("t"));
    let labels = || rows.iter().filter_map(|row| column(row, 2)).map(str::to_owned).collect();
    if is_there {
        return Ok(labels());
    }
    let mut others: Vec<_> = rows.iter().filter_map(|row| column(row, 1)).collect();
    others.dedup();
    let fault = Fault::new(format!("there is no enum `{name}` with labels"))
        .help("the values of a table are given by a `query`, those of a domain by its `check`");
    Err(meant(fault, name, &others, "the enums"))
}

/// Reads the values from rows of: whether the owner is there, a check of it, its condition.
fn allowed(constraint: &str, owner: &str, rows: &[Row]) -> Result<Vec<String>, Fault> {
    if !rows.iter().any(|row| column(row, 0) == Some("t")) {
        return Err(Fault::new(format!("there is no table and no domain `{owner}`")));
    }
    let is_it = |name: &str| name == constraint || quote_identifier(name) == constraint;
    let Some(condition) = rows.iter().find(|row| column(row, 1).is_some_and(is_it)).and_then(|row| column(row, 2))
    else {
        let others: Vec<_> = rows.iter().filter_map(|row| column(row, 1)).collect();
        let fault = Fault::new(format!("`{owner}` has no check `{constraint}`"));
        return Err(meant(fault, constraint, &others, "its checks"));
    };
    alternatives(condition).ok_or_else(|| {
        Fault::new(format!("the check `{constraint}` is no single list of values"))
            .note(condition)
            .help("a list is `column in ('a', 'b')`; give the values of any other by a `query`")
    })
}

fn column(row: &Row, at: usize) -> Option<&str> {
    row.get(at)?.as_deref()
}

fn queried(attempt: &Attempt) -> Result<Vec<String>, Fault> {
    if attempt.columns.len() != 1 {
        let fault = Fault::new(format!("the query gives {} columns, and values stand in one", attempt.columns.len()));
        return Err(fault.help("select the column that holds the values"));
    }
    if attempt.rows.is_empty() {
        let fault = Fault::new("the query gives no row, so there is nothing to compare");
        return Err(fault.help("let a migration or a seed put the rows there"));
    }
    let kept = attempt.rows.len();
    if attempt.count > kept as u64 {
        return Err(Fault::new(format!("the query gives {} rows, and {kept} can be compared", attempt.count)));
    }
    let value = |(at, row): (usize, &Row)| row.first().cloned().flatten().ok_or(at + 1);
    let values: Result<Vec<_>, usize> = attempt.rows.iter().enumerate().map(value).collect();
    values.map_err(|row| {
        Fault::new(format!("row {row} of the query is null, which no file can have"))
            .help("leave such rows out: `where … is not null`")
    })
}

/// Adds the name that was probably meant.
fn meant(fault: Fault, name: &str, known: &[&str], called: &str) -> Fault {
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => fault,
        None => fault.help(format!("{called} that are there: {}", shown(known))),
    }
}
