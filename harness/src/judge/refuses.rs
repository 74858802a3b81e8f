//! The kind `refuses`: the valid row is accepted, and the line that differs from it meets what the author says.

use crate::case::{Expect, Outcome, Word};
use crate::observation::{Seen, Tried};
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::Refused;
use crate::rule;
use crate::span::Place;
use crate::sql::Kind;

use super::expect;
use super::steps::trouble;
use super::words::{self, Happened};

/// Judges a line.
pub(super) fn judge(refused: &Refused, seen: &Seen) -> Verdict {
    match findings(refused, seen) {
        Ok(findings) => Verdict::of(findings),
        Err(fault) if fault.place.is_some() => fault.into(),
        Err(fault) => fault.at(Some(refused.place.clone())).into(),
    }
}

fn findings(refused: &Refused, seen: &Seen) -> Result<Vec<Finding>, Fault> {
    let tried = |request: usize| seen.tried.get(request).ok_or_else(|| trouble(seen));
    valid(refused, tried(Refused::VALID)?)?;
    let line = tried(Refused::LINE)?;
    let happened = words::happened(&line.attempt, Kind::Insert);
    let is_accepted = refused.outcome == Outcome::Allowed(None);
    if is_accepted && happened == Happened::Nothing {
        return Ok(vec![broken(&refused.place, "accepted", "no row: a trigger or rule took it away")]);
    }
    if !words::agrees(&refused.outcome, &line.attempt, &happened) {
        unknown(&refused.differs, line)?;
    }
    let expect = Expect { outcome: Some(refused.outcome.clone()), ..Expect::nothing(refused.place.clone()) };
    let statement = &refused.script.requests[Refused::LINE].statement;
    let mut findings = expect::judge(&expect, statement, line).map_err(alone)?;
    findings.extend(findings.is_empty().then(|| other_column(refused, line)).flatten());
    let of_line = |finding: Finding| Finding {
        rule: &rule::REFUSES_OUTCOME,
        expected: if is_accepted { "accepted".to_owned() } else { finding.expected },
        ..finding
    };
    Ok(findings.into_iter().map(of_line).collect())
}

/// Says of a denial that nobody escapes what a line can do about it.
fn alone(fault: Fault) -> Fault {
    fault.help("let the line differ in nothing else, so that somebody who may can put it")
}

/// A line shows something only beside a row that is accepted.
fn valid(refused: &Refused, tried: &Tried) -> Result<(), Fault> {
    unknown(&refused.valid, tried)?;
    let happened = words::happened(&tried.attempt, Kind::Insert);
    let help = match happened {
        Happened::Allowed(_) => return Ok(()),
        Happened::Rejected | Happened::Refused => "name somebody who may put it: `as: <actor>`",
        _ => "mend the row under `valid`",
    };
    let observed = words::observed(&tried.attempt, &happened);
    let fault = Fault::new("the valid row is not accepted, so nothing shows what refuses the line");
    Err(fault.at(Some(refused.valid_place.clone())).note(observed).help(help))
}

/// Tells a column that the table has not from one that refuses.
fn unknown(columns: &[Word], tried: &Tried) -> Result<(), Fault> {
    let Some(error) = tried.attempt.refusal().filter(|it| it.context.is_none()) else { return Ok(()) };
    let is_about_the_text = error.sqlstate.starts_with("42") && !["42501", "42P17"].contains(&error.sqlstate.as_str());
    if !is_about_the_text {
        return Ok(());
    }
    let named = columns.iter().find(|word| error.message.contains(&format!("\"{}\"", word.text)));
    let fault = Fault::new(format!("the row cannot be put here: {}", error.message));
    let fault = fault.at(named.map(|word| word.place.clone())).note(format!("SQLSTATE {}", error.sqlstate));
    Err(match &error.hint {
        Some(hint) => fault.help(hint.clone()),
        None => fault,
    })
}

/// A value that is missing in another column than the line is about was not the line's fault.
fn other_column(refused: &Refused, tried: &Tried) -> Option<Finding> {
    let error = tried.attempt.refusal().filter(|error| error.sqlstate == "23502")?;
    let column = error.column.as_deref()?;
    let is_bare = refused.outcome == Outcome::Violates(vec!["not null".to_owned()]);
    if !is_bare || refused.differs.iter().any(|word| word.text == column) {
        return None;
    }
    let wanted: Vec<_> = refused.differs.iter().map(|word| word.text.as_str()).collect();
    let expected = format!("violates not null, of {}", wanted.join(" or "));
    Some(broken(&refused.place, &expected, &format!("violates not null, of {column}")))
}

fn broken(place: &Place, expected: &str, observed: &str) -> Finding {
    Finding::new(&rule::REFUSES_OUTCOME, expected, observed).at(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Attempt, End, ServerError};
    use crate::plan::{Names, Request, Room, Script, Statement, Who};
    use crate::span::Source;
    use std::path::Path;
    use std::sync::Arc;

    fn refused(outcome: Outcome) -> Refused {
        let place = Source::new(Path::new("x.yaml"), "minutes").place(0..7);
        let cast = crate::case::Cast::default();
        let names = Arc::new(Names::of(&cast, "public", &mut Vec::new()));
        let request = || Request::new(Arc::new(Who::service()), Statement::own("select 1", &names));
        Refused {
            script: Script::new(Room::Lane, vec![request(), request(), request()]),
            outcome,
            place: place.clone(),
            valid_place: place.clone(),
            valid: Vec::new(),
            differs: vec![Word { text: "minutes".to_owned(), place }],
        }
    }

    fn done(count: u64) -> Attempt {
        Attempt { count, ..Attempt::ended(End::Done) }
    }

    fn error(sqlstate: &str, constraint: Option<&str>, column: Option<&str>) -> Attempt {
        Attempt::ended(End::Refused(Box::new(ServerError {
            sqlstate: sqlstate.to_owned(),
            message: "no".to_owned(),
            detail: None,
            hint: None,
            context: None,
            position: None,
            constraint: constraint.map(str::to_owned),
            column: column.map(str::to_owned),
        })))
    }

    fn judged(outcome: Outcome, valid: Attempt, line: Attempt) -> String {
        let tried = |attempt: Attempt| Tried::of("service", attempt);
        let seen = Seen { tried: vec![tried(done(0)), tried(valid), tried(line)], ..Seen::default() };
        match judge(&refused(outcome), &seen) {
            Verdict::Held => "held".to_owned(),
            Verdict::Broken(findings) => format!("{} / {}", findings[0].expected, findings[0].observed),
            Verdict::Unjudged(fault) => format!("? {}", fault.why),
        }
    }

    #[test]
    fn a_line_is_refused_by_what_it_names_and_by_nothing_else() {
        let violates = |name: &str| Outcome::Violates(vec![name.to_owned()]);
        let check = |name: &str| error("23514", Some(name), None);
        for (outcome, line, verdict) in [
            (violates("a"), check("a"), "held"),
            (violates("a"), check("b"), "violates a / violates b: no"),
            (violates("a"), done(1), "violates a / allowed, 1 row"),
            (Outcome::Allowed(None), done(1), "held"),
            (Outcome::Allowed(None), check("a"), "accepted / violates a: no"),
            (Outcome::Allowed(None), done(0), "accepted / no row: a trigger or rule took it away"),
            (violates("not null"), error("23502", None, Some("minutes")), "held"),
            (
                violates("not null"),
                error("23502", None, Some("other")),
                "violates not null, of minutes / violates not null, of other",
            ),
            (Outcome::Fails("428C9".to_owned()), error("428C9", None, None), "held"),
            (violates("a"), error("42703", None, None), "? the row cannot be put here: no"),
        ] {
            assert_eq!(judged(outcome.clone(), done(1), line), verdict, "{outcome:?}");
        }
    }

    #[test]
    fn nothing_is_shown_beside_a_row_that_is_refused_itself() {
        let why = "? the valid row is not accepted, so nothing shows what refuses the line";
        for valid in [error("23514", Some("a"), None), done(0)] {
            assert_eq!(judged(Outcome::Violates(vec!["a".to_owned()]), valid, error("23514", Some("a"), None)), why);
        }
    }
}
