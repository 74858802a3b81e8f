//! The words for what happened to a statement, which are never lumped together.

use crate::case::Outcome;
use crate::observation::{Attempt, Control, End, Refusal, ServerError};
use crate::sql::Kind;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happened {
    /// It was done, to so many rows.
    Allowed(u64),
    /// It was done, and there was no row to do it to.
    Nothing,
    /// A policy refused.
    Rejected,
    /// A missing privilege refused.
    Refused,
    /// A constraint refused.
    Violates(String),
    /// Something else refused.
    Raised(String),
    /// It waits for other sessions, by their names.
    Blocked(Vec<String>),
    /// The connection broke.
    Lost,
}

/// Returns what happened to a statement of this kind.
pub(super) fn happened(attempt: &Attempt, kind: Kind) -> Happened {
    match &attempt.end {
        End::Done if attempt.count == 0 && kind.concerns_rows() => Happened::Nothing,
        End::Done => Happened::Allowed(attempt.count),
        End::Refused(error) => refusal(error),
        End::Blocked(by) => Happened::Blocked(by.clone()),
        End::Lost(_) => Happened::Lost,
    }
}

/// Whether what happened is what was expected; of a denial, the control is another matter.
pub(super) fn agrees(expected: &Outcome, attempt: &Attempt, happened: &Happened) -> bool {
    match (expected, happened) {
        (Outcome::Allowed(None), Happened::Allowed(_))
        | (Outcome::Hidden, Happened::Nothing)
        | (Outcome::Rejected, Happened::Rejected)
        | (Outcome::Refused, Happened::Refused)
        | (Outcome::Denied, Happened::Nothing | Happened::Rejected | Happened::Refused)
        | (Outcome::Blocked, Happened::Blocked(_)) => true,
        (Outcome::Allowed(Some(count)), Happened::Allowed(_) | Happened::Nothing) => attempt.count == *count,
        (Outcome::Violates(names), Happened::Violates(found)) => {
            names.iter().any(|name| name == found || is_not_null(name, attempt))
        }
        (Outcome::Raised(Some(code)), Happened::Raised(found)) => code == found,
        (Outcome::Raised(None), Happened::Raised(found)) => is_meant(found),
        (Outcome::Fails(code), _) => attempt.refusal().is_some_and(|error| error.sqlstate == *code),
        _ => false,
    }
}

/// Returns an expectation in words.
pub(super) fn expected(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Allowed(None) => "allowed".to_owned(),
        Outcome::Allowed(Some(count)) => format!("allowed, {}", rows(*count)),
        Outcome::Hidden => "hidden: no row, though it is there".to_owned(),
        Outcome::Rejected => "rejected by a policy".to_owned(),
        Outcome::Refused => "refused for want of a privilege".to_owned(),
        Outcome::Denied => "denied: hidden, rejected or refused".to_owned(),
        Outcome::Violates(names) => format!("violates {}", names.join(" or ")),
        Outcome::Raised(None) => "refused by a trigger or function".to_owned(),
        Outcome::Raised(Some(code)) => format!("raised {code}"),
        Outcome::Fails(code) => format!("fails with {code}"),
        Outcome::Blocked => "blocked by another session".to_owned(),
    }
}

/// Returns what happened in words.
pub(super) fn observed(attempt: &Attempt, happened: &Happened) -> String {
    let said = attempt.refusal().map(|error| error.message.as_str()).unwrap_or_default();
    match happened {
        Happened::Allowed(0) => "allowed".to_owned(),
        Happened::Allowed(count) => format!("allowed, {}", rows(*count)),
        Happened::Nothing => "no row".to_owned(),
        Happened::Rejected => format!("rejected by a policy: {said}"),
        Happened::Refused => format!("refused for want of a privilege: {said}"),
        Happened::Violates(name) => format!("violates {name}: {said}"),
        Happened::Raised(code) => format!("raised {code}: {said}"),
        Happened::Blocked(by) => format!("blocked by {}", by.join(" and ")),
        Happened::Lost => "the connection broke".to_owned(),
    }
}

/// Returns a number of rows in words.
pub(super) fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// Whether somebody could do it, on a row that is there.
pub(super) fn is_reached(control: &Control) -> bool {
    control.reached.is_some()
}

fn refusal(error: &ServerError) -> Happened {
    match error.refusal() {
        Refusal::Rejected => Happened::Rejected,
        Refusal::Refused => Happened::Refused,
        Refusal::Violates(name) => Happened::Violates(name),
        Refusal::Raised(code) => Happened::Raised(code),
    }
}

/// Whether a refusal is one that somebody wrote: what Postgres itself says of a crash is not.
fn is_meant(code: &str) -> bool {
    const OF_POSTGRES: [&str; 14] =
        ["08", "0A", "22", "25", "26", "2D", "40", "42", "53", "54", "55", "57", "58", "XX"];
    code == "42501" || !OF_POSTGRES.contains(&&code[..2.min(code.len())])
}

/// Whether a missing value is what was expected: by the words, or by the name of the column.
fn is_not_null(name: &str, attempt: &Attempt) -> bool {
    let refusal = attempt.refusal().filter(|error| error.sqlstate == "23502");
    refusal.is_some_and(|error| name == "not null" || error.column.as_deref() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sqlstate: &str, message: &str, constraint: Option<&str>) -> Attempt {
        Attempt::ended(End::Refused(Box::new(ServerError {
            constraint: constraint.map(str::to_owned),
            column: (sqlstate == "23502").then(|| "amount".to_owned()),
            ..ServerError::new(sqlstate, message)
        })))
    }

    #[test]
    fn no_two_ways_of_refusing_are_lumped_together() {
        for (attempt, word) in [
            (refused("42501", "new row violates row-level security policy for table \"t\"", None), Happened::Rejected),
            (refused("42501", "permission denied for table t", None), Happened::Refused),
            (refused("42501", "only finance may do this", None), Happened::Raised("42501".into())),
            (refused("23514", "…", Some("t_positive")), Happened::Violates("t_positive".into())),
            (refused("23514", "a trigger's own words", None), Happened::Raised("23514".into())),
            (refused("23502", "null value in column", None), Happened::Violates("not null".into())),
            (refused("P0001", "no", None), Happened::Raised("P0001".into())),
            (Attempt { count: 2, ..Attempt::ended(End::Done) }, Happened::Allowed(2)),
            (Attempt::ended(End::Done), Happened::Nothing),
        ] {
            assert_eq!(happened(&attempt, Kind::Update), word);
        }
        assert_eq!(happened(&Attempt::ended(End::Done), Kind::Truncate), Happened::Allowed(0));
    }

    #[test]
    fn a_missing_value_is_expected_by_its_words_its_column_or_its_constraint() {
        let attempt = refused("23502", "null value in column", None);
        let happened = happened(&attempt, Kind::Insert);
        for (name, fits) in [("not null", true), ("amount", true), ("other", false)] {
            assert_eq!(agrees(&Outcome::Violates(vec![name.to_owned()]), &attempt, &happened), fits, "{name}");
        }
    }

    #[test]
    fn of_several_constraints_one_must_have_refused() {
        let attempt = refused("23503", "…", Some("b"));
        let happened = happened(&attempt, Kind::Delete);
        for (names, fits) in [(vec!["a", "b"], true), (vec!["a", "c"], false)] {
            let outcome = Outcome::Violates(names.iter().map(|name| (*name).to_owned()).collect());
            assert_eq!(agrees(&outcome, &attempt, &happened), fits, "{}", expected(&outcome));
        }
    }

    #[test]
    fn a_denial_is_any_of_three_and_nothing_else() {
        for (word, fits) in [
            (Happened::Nothing, true),
            (Happened::Rejected, true),
            (Happened::Refused, true),
            (Happened::Raised("P0001".into()), false),
            (Happened::Violates("x".into()), false),
            (Happened::Allowed(1), false),
        ] {
            assert_eq!(agrees(&Outcome::Denied, &Attempt::ended(End::Done), &word), fits, "{word:?}");
        }
    }
}
