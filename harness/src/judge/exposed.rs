//! What is exposed against what is declared: every table and every actor stands in a matrix, or is accepted with a reason.

use crate::case::Word;
use crate::observation::Seen;
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::Exposed;
use crate::rule;

use super::steps::trouble;

/// Judges what is exposed.
pub(super) fn judge(exposed: &Exposed, seen: &Seen) -> Verdict {
    let Some(tried) = seen.tried.first() else { return trouble(seen).at(Some(exposed.place.clone())).into() };
    if let Some(error) = tried.attempt.refusal() {
        let fault = Fault::new(format!("what is exposed cannot be asked: {}", error.message));
        return fault.at(Some(exposed.place.clone())).into();
    }
    let rows = tried.attempt.rows.iter().filter_map(|row| match row.as_slice() {
        [Some(what), Some(name), Some(says)] => Some((what.as_str(), name.as_str(), says.as_str())),
        _ => None,
    });
    let rows: Vec<_> = rows.collect();
    let said = |name: &str| exposed.said.iter().rev().find(|word| word.text == name);
    if let Some((_, name, _)) = rows.iter().find(|(what, ..)| *what == "absent") {
        let fault = Fault::new(format!("there is no table or view `{name}`"));
        return fault.at(said(name).map(|word| word.place.clone())).help("name one that the migrations make").into();
    }
    let mut findings: Vec<_> = exposed.actors.iter().map(unnamed).collect();
    for (what, name, says) in rows {
        let place = said(name).map_or(&exposed.place, |word| &word.place);
        let (expected, observed) = match what {
            "undeclared" => (format!("`{name}` in a matrix"), format!("no matrix names it: {says}")),
            _ => (format!("a reason to accept `{name}`"), format!("{says}, so there is nothing to accept")),
        };
        findings.push(finding(&expected, &observed).at(place));
    }
    Verdict::of(findings)
}

fn unnamed(actor: &Word) -> Finding {
    let expected = format!("the actor `{}` in a matrix", actor.text);
    finding(&expected, "no matrix names it, though it is tried in each").at(&actor.place)
}

fn finding(expected: &str, observed: &str) -> Finding {
    Finding::new(&rule::ACCESS_UNDECLARED, expected, observed)
}
