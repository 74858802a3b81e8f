//! One expectation against one attempt: the word for what happened, then rows, numbers, messages and remarks.

use crate::case::{Expect, Expected};
use crate::observation::{Attempt, End, Failure, Refusal, Row, Tried};
use crate::outcome::{Fault, Finding};
use crate::plan::Statement;
use crate::rule;
use crate::span::Place;

use super::rows::{self, Comparison};
use super::words::{self, Happened};
use crate::value;

/// Judges what was tried; `expect` has every name bound.
pub(super) fn judge(expect: &Expect, statement: &Statement, tried: &Tried) -> Result<Vec<Finding>, Fault> {
    let attempt = &tried.attempt;
    if let End::Lost(why) = &attempt.end {
        return Err(Fault::new(format!("the connection broke: {why}")).at(Some(expect.place.clone())));
    }
    let happened = words::happened(attempt, statement.kind);
    if let Some(outcome) = &expect.outcome {
        if !words::agrees(outcome, attempt, &happened) {
            does_not_run(&expect.place, statement, tried)?;
            return Ok(vec![outcome_finding(expect, &words::expected(outcome), attempt, &happened)]);
        }
        if *outcome == crate::case::Outcome::Raised(None) {
            does_not_run(&expect.place, statement, tried)?;
        }
        if outcome.is_denial() {
            controlled(expect, tried, &happened)?;
        }
    } else if attempt.end != End::Done {
        does_not_run(&expect.place, statement, tried)?;
        return Ok(vec![outcome_finding(expect, &wanted(expect), attempt, &happened)]);
    }
    let mut findings = Vec::new();
    findings.extend(numbers(expect, attempt, &happened));
    findings.extend(given(expect, attempt)?);
    findings.extend(message(expect, attempt));
    findings.extend(notices(expect, attempt));
    Ok(findings)
}

/// Judges a request of which nothing is expected but that it does not fail.
pub(super) fn judge_done(place: &Place, statement: &Statement, tried: &Tried) -> Result<Vec<Finding>, Fault> {
    let nothing = Expect::nothing(place.clone());
    judge(&nothing, statement, tried)
}

fn outcome_finding(expect: &Expect, wanted: &str, attempt: &Attempt, happened: &Happened) -> Finding {
    Finding::new(&rule::OUTCOME, wanted, words::observed(attempt, happened)).at(&expect.place)
}

/// Returns what was wanted of a statement that should not have failed.
fn wanted(expect: &Expect) -> String {
    let number = expect.count.or(expect.affected).or(expect.rows.as_ref().map(|rows| rows.rows.len() as u64));
    number.map_or_else(|| "no refusal".to_owned(), words::rows)
}

/// Tells a statement that this database cannot even understand from one that it refuses.
///
/// Class 42 is about what a statement says: a table or column that is not there, a type that does not fit. Only an error
/// that points into the statement itself is the author's; one from inside a function is the database's own.
pub(super) fn does_not_run(place: &Place, statement: &Statement, tried: &Tried) -> Result<(), Fault> {
    let Some(error) = tried.attempt.refusal() else { return Ok(()) };
    let is_about_the_text = error.sqlstate.starts_with("42") && !["42501", "42P17"].contains(&error.sqlstate.as_str());
    if !is_about_the_text || tried.error_at.is_none() {
        return Ok(());
    }
    let at = tried.error_at.unwrap_or_default();
    let length = statement.text().get(at..).map_or(0, word_length);
    let place = statement.place(at..at + length).unwrap_or_else(|| place.clone());
    let fault = Fault::new(format!("the statement cannot be run here: {}", error.message)).at(Some(place));
    let fault = fault.note(format!("SQLSTATE {}", error.sqlstate));
    Err(match &error.hint {
        Some(hint) => fault.help(hint.clone()),
        None => fault,
    })
}

fn word_length(text: &str) -> usize {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '$'));
    text.find(ends).unwrap_or(text.len()).max(1).min(text.len())
}

/// A denial counts only if somebody could do the same, on a row that is there.
fn controlled(expect: &Expect, tried: &Tried, happened: &Happened) -> Result<(), Fault> {
    if tried.control.as_ref().is_some_and(words::is_reached) {
        return Ok(());
    }
    let said = match happened {
        Happened::Nothing => "nobody reaches a row by this statement, so nothing shows that one is hidden",
        _ => "nobody can do this, so nothing shows that it is denied to some",
    };
    let failed = tried.control.as_ref().map(|control| control.failed.as_slice()).unwrap_or_default();
    if let [Failure { who, why, .. }] = failed {
        // It is asked alone because the author named it.
        let fault = Fault::new(format!("`{who}`, who is to show that it can be done, cannot do it: {why}"));
        return Err(fault.at(Some(expect.place.clone())).help("name somebody else with `control`, or leave it out"));
    }
    let fault = Fault::new(said).at(Some(expect.place.clone()));
    Err(grouped(failed).into_iter().fold(fault, Fault::note).help(way_out(failed, happened)))
}

/// How many are named of those to whom the same happened; one more is named as well.
const NAMED: usize = 3;

/// Says what happened to whom, once for all to whom the same happened.
fn grouped(failed: &[Failure]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for Failure { who, why, .. } in failed {
        match groups.iter_mut().find(|(it, _)| it == why) {
            Some((_, names)) => names.push(who),
            None => groups.push((why, vec![who])),
        }
    }
    let said = groups.into_iter().map(|(why, names)| match names.split_at_checked(NAMED) {
        Some((first, rest)) if rest.len() > 1 => format!("{} and {} more: {why}", first.join(", "), rest.len()),
        _ => format!("{}: {why}", names.join(", ")),
    });
    said.collect()
}

/// Returns what to do where nobody shows that something can be done: something else may forbid it to everybody.
fn way_out(failed: &[Failure], happened: &Happened) -> &'static str {
    let is_other = |it: &Failure| matches!(it.refusal, Some(Refusal::Violates(_) | Refusal::Raised(_)));
    match (failed.iter().any(is_other), happened) {
        (false, _) => {
            "put a row into the fixtures that the statement reaches, or name somebody who may: `control: <actor>`"
        }
        (true, Happened::Refused) => {
            "whoever has the privilege is refused by something else: take that out of the way under `given`, \
             or say what this actor may do with the relation: `expect: { privileges: … }`"
        }
        (true, _) => {
            "whoever is let through is refused by something else: take that out of the way under `given`, \
             or let it be something that somebody may do"
        }
    }
}

fn numbers(expect: &Expect, attempt: &Attempt, happened: &Happened) -> Option<Finding> {
    let wanted = expect.count.or(expect.affected)?;
    if attempt.count == wanted {
        return None;
    }
    let observed = match happened {
        Happened::Nothing => words::rows(0),
        _ => words::rows(attempt.count),
    };
    Some(Finding::new(&rule::COUNT, words::rows(wanted), observed).at(&expect.place))
}

fn given(expect: &Expect, attempt: &Attempt) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    if let Some(wanted) = &expect.rows {
        if attempt.count > attempt.rows.len() as u64 && !attempt.columns.is_empty() {
            let kept = attempt.rows.len();
            let fault = Fault::new(format!("the result has {} rows, and only {kept} are kept", attempt.count));
            return Err(fault.at(Some(expect.place.clone())).help("ask for fewer rows, or for their number"));
        }
        if attempt.columns.is_empty() && attempt.count > 0 {
            let fault = Fault::new("the statement gives no rows, so they cannot be compared");
            return Err(fault.at(Some(expect.place.clone())).help("add `returning`, or say `affected`"));
        }
        match rows::compare(wanted, &attempt.columns, &attempt.rows) {
            Comparison::Same => {}
            Comparison::Unfit(why) => return Err(Fault::new(why).at(Some(expect.place.clone()))),
            Comparison::Different(it) => {
                findings
                    .push(Finding::new(&rule::ROWS, it.expected, it.observed).at(&expect.place).difference(it.diff));
            }
        }
    }
    if let Some(wanted) = &expect.value {
        findings.extend(first_value(wanted, attempt).map(|it| it.at(&expect.place)));
    }
    Ok(findings)
}

fn first_value(wanted: &Expected, attempt: &Attempt) -> Option<Finding> {
    let first = attempt.rows.first().and_then(|row: &Row| row.first());
    let Some(found) = first else {
        return Some(Finding::new(&rule::ROWS, value::shown(wanted), "no row"));
    };
    let observed = || found.clone().unwrap_or_else(|| "null".to_owned());
    (!value::agrees(wanted, found.as_deref())).then(|| Finding::new(&rule::ROWS, value::shown(wanted), observed()))
}

fn message(expect: &Expect, attempt: &Attempt) -> Vec<Finding> {
    let Some(error) = attempt.refusal() else { return unsaid(expect) };
    let mut findings = Vec::new();
    if let Some(wanted) = expect.message.as_ref().filter(|wanted| **wanted != error.message) {
        findings.push(Finding::new(&rule::MESSAGE, wanted, &error.message).at(&expect.place));
    }
    let parts = [Some(&error.message), error.detail.as_ref(), error.hint.as_ref()];
    let said: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    for wanted in &expect.mentions {
        if !said.iter().any(|part| part.contains(wanted.as_str())) {
            let finding = Finding::new(&rule::MESSAGE, format!("a mention of `{wanted}`"), said.join(" · "));
            findings.push(finding.at(&expect.place));
        }
    }
    findings
}

/// Nothing was refused, so nothing was said; a message that is expected all the same is missing.
fn unsaid(expect: &Expect) -> Vec<Finding> {
    let wanted = expect.message.iter().chain(&expect.mentions);
    wanted
        .map(|wanted| Finding::new(&rule::MESSAGE, wanted, "no message: nothing was refused").at(&expect.place))
        .collect()
}

fn notices(expect: &Expect, attempt: &Attempt) -> Option<Finding> {
    let wanted = expect.notices.as_ref()?;
    let said: Vec<_> = attempt.notices.iter().map(|notice| notice.message.as_str()).collect();
    let agrees =
        wanted.len() == said.len() && wanted.iter().zip(&said).all(|(part, said)| said.contains(part.as_str()));
    let shown = |list: &[&str]| if list.is_empty() { "no remark".to_owned() } else { list.join(" · ") };
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    (!agrees).then(|| Finding::new(&rule::NOTICES, shown(&wanted), shown(&said)).at(&expect.place))
}
