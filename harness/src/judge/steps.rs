//! The kind `cases`: each step against what is expected of it, in order; the first that is broken says enough.

use std::collections::BTreeSet;

use crate::case::{Expect, Expected, ExpectedRow};
use crate::observation::{Seen, Tried};
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::{Look, Request, Steps, Watched};
use crate::rule;

use super::{expect, given};

/// Judges a case.
pub(super) fn judge(steps: &Steps, seen: &Seen) -> Verdict {
    if let Err(fault) = given::there(&steps.script, seen) {
        return fault.into();
    }
    let requests: Vec<_> = steps.script.requests.iter().collect();
    watch_all(&steps.watched, &requests, seen)
}

/// Judges everything that is watched, until something is broken; each request has the number of what was tried.
pub(super) fn watch_all(watched: &[Watched], requests: &[&Request], seen: &Seen) -> Verdict {
    for watched in watched {
        match watch(watched, requests, seen) {
            Ok(findings) if findings.is_empty() => {}
            Ok(findings) => return Verdict::Broken(findings),
            Err(fault) => return fault.into(),
        }
    }
    Verdict::Held
}

fn watch(watched: &Watched, requests: &[&Request], seen: &Seen) -> Result<Vec<Finding>, Fault> {
    let tried = entry(watched.request, seen).map_err(|fault| fault.at(Some(watched.place.clone())))?;
    let statement = &requests[watched.request].statement;
    let findings = match &watched.expect {
        Some(expect) => expect::judge(&named(expect, seen), statement, tried)?,
        None => expect::judge_done(&watched.place, statement, tried)?,
    };
    if !findings.is_empty() {
        let of_request = |finding: Finding| Finding { request: Some(watched.request), ..finding };
        return Ok(findings.into_iter().map(of_request).collect());
    }
    let mut findings = Vec::new();
    for (request, look) in &watched.looks {
        findings.extend(afterwards(look, entry(*request, seen)?, watched)?);
    }
    Ok(findings)
}

fn afterwards(look: &Look, tried: &Tried, watched: &Watched) -> Result<Option<Finding>, Fault> {
    let place = watched.expect.as_ref().map_or(&watched.place, |expect| &expect.place);
    if let Some(error) = tried.attempt.refusal() {
        let place = match look {
            Look::Holds(sql) => sql.whole(),
            Look::Privileges(relation, _) => relation.place.clone(),
        };
        return Err(Fault::new(format!("this cannot be asked here: {}", error.message)).at(Some(place)));
    }
    let first = || tried.attempt.rows.first().and_then(|row| row.first()).cloned().flatten();
    match look {
        Look::Holds(sql) => Ok((first().as_deref() != Some("t")).then(|| {
            let observed = first().unwrap_or_else(|| "null".to_owned());
            let observed = if observed == "f" { "false".to_owned() } else { observed };
            Finding::new(&rule::HOLDS, format!("true: {}", sql.text.trim()), observed).at(&sql.whole())
        })),
        Look::Privileges(relation, wanted) => {
            let found: Vec<_> = tried.attempt.rows.iter().filter_map(|row| row.first()?.clone()).collect();
            Ok(privileges(wanted, &found).map(|it| {
                let [expected, observed] =
                    [&it.expected, &it.observed].map(|list| format!("{list} on {}", relation.text));
                Finding { expected, observed, ..it.at(&relation.place) }
            }))
        }
    }
    .map(|finding| finding.map(|it| if it.place.is_some() { it } else { it.at(place) }))
}

fn privileges(wanted: &[String], found: &[String]) -> Option<Finding> {
    const ALL: [&str; 7] = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];
    let is_all = wanted.iter().any(|word| word == "all");
    let has_all = || ALL.iter().all(|word| found.iter().any(|it| it == word));
    let agrees = if is_all { has_all() } else { same(wanted, found) };
    let shown = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
    (!agrees).then(|| Finding::new(&rule::PRIVILEGES, shown(wanted), shown(found)))
}

/// Whether two lists say the same: privileges and columns come in no order.
fn same(wanted: &[String], found: &[String]) -> bool {
    let each = |list: &[String]| list.iter().flat_map(|words| one_by_one(words)).collect::<BTreeSet<_>>();
    each(wanted) == each(found)
}

/// Returns a privilege on columns as one on each.
fn one_by_one(words: &str) -> Vec<String> {
    let words = words.to_lowercase();
    match words.split_once('(') {
        Some((privilege, columns)) => {
            let columns = columns.trim_end().trim_end_matches(')').split(',');
            columns.map(|column| format!("{} ({})", privilege.trim(), column.trim().trim_matches('"'))).collect()
        }
        None => vec![words.trim().to_owned()],
    }
}

fn entry(request: usize, seen: &Seen) -> Result<&Tried, Fault> {
    seen.tried.get(request).ok_or_else(|| trouble(seen))
}

/// Returns why an observation is not there.
pub(super) fn trouble(seen: &Seen) -> Fault {
    match &seen.trouble {
        Some(trouble) => Fault { help: trouble.help.clone(), ..Fault::new(&trouble.why) },
        None => Fault::new("it was not reached"),
    }
}

/// Puts the values that were kept on the way into an expectation.
fn named(expect: &Expect, seen: &Seen) -> Expect {
    let mut expect = expect.clone();
    let kept = |name: &str| {
        let found = seen.kept.iter().rev().find(|(it, _)| it == name);
        found.map(|(_, value)| value.clone().map_or(Expected::Null, Expected::Text))
    };
    let mut bind = |value: &mut Expected| value.name(&mut |name: &str| kept(name));
    for row in expect.rows.iter_mut().flat_map(|rows| &mut rows.rows) {
        match row {
            ExpectedRow::Named(values) => values.iter_mut().for_each(|(_, value)| bind(value)),
            ExpectedRow::Positional(values) => values.iter_mut().for_each(&mut bind),
        }
    }
    expect.value.iter_mut().for_each(bind);
    expect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_and_their_columns_come_in_no_order() {
        let words = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let found = words(&["select", "insert (amount, note, orgId)"]);
        for (wanted, agrees) in [
            (vec!["insert (note, amount, orgid)", "select"], true),
            (vec!["select", "insert(note,amount)", "insert (\"orgId\")"], true),
            (vec!["select", "insert (note, amount)"], false),
            (vec!["select", "insert"], false),
            (vec!["select", "update (amount, note, orgid)"], false),
        ] {
            assert_eq!(privileges(&words(&wanted), &found).is_none(), agrees, "{wanted:?}");
        }
    }
}
