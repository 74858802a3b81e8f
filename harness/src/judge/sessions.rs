//! Several sessions: the order as written step by step, then every other order by what all of them must leave behind.

use crate::case::Deadlocks;
use crate::observation::Seen;
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::{Sessions, Watched};
use crate::rule;

use super::{given, steps};

/// Judges a case of several sessions.
pub(super) fn judge(sessions: &Sessions, seen: &Seen) -> Verdict {
    if let Err(fault) = given::there(&sessions.script, seen) {
        return fault.into();
    }
    let requests: Vec<_> = sessions.script.requests.iter().collect();
    let as_written = steps::watch_all(&sessions.watched, &requests, seen);
    if as_written != Verdict::Held {
        return as_written;
    }
    for (order, other) in &seen.course.others {
        match in_order(sessions, order, other) {
            Ok(findings) if findings.is_empty() => {}
            Ok(findings) => return Verdict::Broken(findings),
            Err(fault) => return told(fault, sessions, order).into(),
        }
    }
    Verdict::Held
}

fn in_order(sessions: &Sessions, order: &[usize], seen: &Seen) -> Result<Vec<Finding>, Fault> {
    given::there(&sessions.script, seen)?;
    if let (Some(step), Deadlocks::Forbidden) = (seen.course.deadlocks.first(), sessions.deadlocks) {
        let observed = format!("Postgres ended `{}`", sessions.told(&[*step]).concat());
        let finding = Finding::new(&rule::DEADLOCK, "no deadlock", observed).at(&sessions.place);
        return Ok(vec![finding.difference(story(sessions, order))]);
    }
    if seen.course.stopped_at.is_some() && seen.trouble.is_none() {
        return Ok(Vec::new());
    }
    let first = sessions.moves.len();
    let after = sessions.watched.iter().filter(|watched| watched.request >= first);
    let moved: Vec<_> = after.map(|watched| moved(watched, order.len(), first)).collect();
    let requests = order.iter().map(|at| &sessions.script.requests[*at]).chain(&sessions.script.requests[first..]);
    match steps::watch_all(&moved, &requests.collect::<Vec<_>>(), seen) {
        Verdict::Held => Ok(Vec::new()),
        Verdict::Broken(findings) => Ok(findings.into_iter().map(|it| otherwise(it, sessions, order)).collect()),
        Verdict::Unjudged(fault) => Err(*fault),
    }
}

/// Returns what is watched with the numbers that it has where so many steps were taken.
fn moved(watched: &Watched, taken: usize, written: usize) -> Watched {
    let mut watched = watched.clone();
    watched.request = watched.request - written + taken;
    for (request, _) in &mut watched.looks {
        *request = *request - written + taken;
    }
    watched
}

fn otherwise(finding: Finding, sessions: &Sessions, order: &[usize]) -> Finding {
    let difference = match &finding.difference {
        Some(difference) => format!("{difference}\n{}", story(sessions, order)),
        None => story(sessions, order),
    };
    Finding { rule: &rule::ORDER, ..finding }.difference(difference)
}

fn told(fault: Fault, sessions: &Sessions, order: &[usize]) -> Fault {
    story(sessions, order).lines().fold(fault, Fault::note)
}

fn story(sessions: &Sessions, order: &[usize]) -> String {
    let steps = sessions.told(order).into_iter().map(|step| format!("\n  {step}"));
    format!("in the order{}", steps.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{self, Cast, Specification};
    use crate::observation::{Attempt, End, Tried};
    use crate::plan::{self, Sources, Subject};
    use crate::span::Source;

    fn sessions(deadlocks: &str) -> Sessions {
        let text = format!(
            "cases:
  - name: a case
    sessions: {{ kari: postgres, per: postgres }}
    steps: [{{ kari: delete from t }}, {{ per: delete from u }}]
    interleave: all
    {deadlocks}
    after: [{{ run: select 1, expect: {{ value: 1 }} }}]
"
        );
        let mut problems = Vec::new();
        let world = Source::new(Path::new("world.yaml"), "actors: { postgres: { login: postgres } }");
        let cast = Cast::read(&crate::yaml::read(&world).expect("it is YAML"), &world, &mut problems);
        let file = case::read(&Source::new(Path::new("a.yaml"), text.as_str()), "a", &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        let sources = Sources {
            migrations: &[],
            cast: &cast,
            files: &[file],
            are_files_whole: true,
            specification: &Specification::default(),
            texts: &[],
            search_path: "public",
            schemas: &[],
        };
        let units = plan::plan(sources);
        match units.expect("it can be meant").remove(0).subject {
            Subject::Sessions(sessions) => sessions,
            other => panic!("{other:?}"),
        }
    }

    /// What was seen where the reader found this in the end.
    fn seen(found: &str) -> Seen {
        let done = || Attempt::ended(End::Done);
        let rows = vec![vec![Some(found.to_owned())]];
        let read = Attempt { columns: vec!["a".to_owned()], rows, count: 1, ..done() };
        let tried = [done(), done(), read].map(|attempt| Tried::of("kari", attempt));
        Seen { tried: tried.into(), ..Seen::default() }
    }

    fn with_other(other: Seen) -> Seen {
        let mut seen = seen("1");
        seen.course.others.push((vec![1, 0], other));
        seen
    }

    #[test]
    fn what_is_read_in_the_end_holds_in_every_order() {
        let sessions = sessions("");
        assert_eq!(judge(&sessions, &with_other(seen("1"))), Verdict::Held);
        let Verdict::Broken(findings) = judge(&sessions, &with_other(seen("2"))) else { panic!("it is broken") };
        assert_eq!(findings[0].rule, &rule::ORDER);
        let told = findings[0].difference.as_deref();
        assert_eq!(told, Some("in the order\n  per: delete from u\n  kari: delete from t"));
    }

    #[test]
    fn the_order_as_written_is_judged_first_and_by_its_own_rules() {
        let Verdict::Broken(findings) = judge(&sessions(""), &seen("2")) else { panic!("it is broken") };
        assert_eq!(findings[0].rule, &rule::ROWS);
    }

    #[test]
    fn an_order_in_which_somebody_still_waited_says_nothing() {
        let mut other = Seen::default();
        other.course.stopped_at = Some(0);
        assert_eq!(judge(&sessions(""), &with_other(other)), Verdict::Held);
    }

    #[test]
    fn a_deadlock_breaks_a_case_that_does_not_allow_it() {
        let mut other = seen("1");
        other.course.deadlocks.push(0);
        assert_eq!(judge(&sessions("deadlocks: allowed"), &with_other(other.clone())), Verdict::Held);
        let Verdict::Broken(findings) = judge(&sessions(""), &with_other(other)) else { panic!("it is broken") };
        assert_eq!(findings[0].rule, &rule::DEADLOCK);
        assert_eq!(findings[0].observed, "Postgres ended `kari: delete from t`");
    }

    #[test]
    fn an_order_that_was_not_seen_cannot_be_judged() {
        let verdict = judge(&sessions(""), &with_other(Seen::default()));
        assert!(matches!(verdict, Verdict::Unjudged(_)), "{verdict:?}");
    }
}
