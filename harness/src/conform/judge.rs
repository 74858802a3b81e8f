//! Compares what a server did with what is a fact. Never touches a server.

use crate::outcome::Mismatch;
use crate::shim::facts::Fact;

use super::observe::Answer;

/// Returns the mismatch, if there is one.
pub fn judge(fact: &Fact, answer: &Answer) -> Option<Mismatch> {
    refusal(fact, answer).or_else(|| rows(fact, answer)).or_else(|| notice(fact, answer))
}

fn refusal(fact: &Fact, answer: &Answer) -> Option<Mismatch> {
    match (&fact.fails, &answer.refused) {
        (None, None) => None,
        (None, Some((sqlstate, message))) => Some(Mismatch {
            expected: fact.gives.as_ref().map_or("no error".to_owned(), |gives| shown(&gives.0)),
            observed: format!("{sqlstate} {message}"),
        }),
        (Some(sqlstate), None) => Some(Mismatch { expected: wanted(fact, sqlstate), observed: shown(&answer.rows) }),
        (Some(wanted_state), Some((sqlstate, message))) => {
            let mentioned = fact.mentions.as_ref().is_none_or(|part| message.contains(part));
            let same = wanted_state == sqlstate && mentioned;
            (!same)
                .then(|| Mismatch { expected: wanted(fact, wanted_state), observed: format!("{sqlstate} {message}") })
        }
    }
}

fn rows(fact: &Fact, answer: &Answer) -> Option<Mismatch> {
    let gives = fact.gives.as_ref()?;
    (gives.0 != answer.rows).then(|| Mismatch { expected: shown(&gives.0), observed: shown(&answer.rows) })
}

fn notice(fact: &Fact, answer: &Answer) -> Option<Mismatch> {
    let part = fact.notice.as_ref()?;
    let heard = answer.remarks.iter().any(|remark| remark.contains(part));
    (!heard).then(|| Mismatch { expected: format!("a notice that says `{part}`"), observed: shown(&answer.remarks) })
}

fn wanted(fact: &Fact, sqlstate: &str) -> String {
    format!("{sqlstate} {}", fact.mentions.as_deref().unwrap_or_default()).trim_end().to_owned()
}

fn shown(rows: &[String]) -> String {
    match rows {
        [] => "nothing".to_owned(),
        rows => rows.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(yaml: &str) -> Fact {
        serde_yaml::from_str(&format!("fact: f\nsection: s\nsql: select 1\n{yaml}")).expect("a fact")
    }

    #[test]
    fn an_answer_that_is_as_it_should_be_is_no_mismatch() {
        let answer = Answer { rows: vec!["a|∅".into()], ..Answer::default() };
        assert_eq!(judge(&fact("gives: a|∅"), &answer), None);
        let refused =
            Answer { refused: Some(("42501".into(), "permission denied for schema auth".into())), ..Answer::default() };
        assert_eq!(judge(&fact("fails: '42501'\nmentions: schema auth"), &refused), None);
    }

    #[test]
    fn every_way_to_differ_names_both_values() {
        let answer = Answer { rows: vec!["b".into()], ..Answer::default() };
        let told = judge(&fact("gives: a"), &answer).expect("they differ");
        assert_eq!((told.expected.as_str(), told.observed.as_str()), ("a", "b"));
        assert_eq!(judge(&fact("fails: '42501'"), &answer).expect("they differ").expected, "42501");
        let refused = Answer { refused: Some(("42P01".into(), "no such".into())), ..Answer::default() };
        assert_eq!(judge(&fact("gives: a"), &refused).expect("they differ").observed, "42P01 no such");
        assert!(judge(&fact("fails: '42501'"), &refused).is_some());
        assert!(judge(&fact("notice: careful"), &Answer::default()).is_some());
    }
}
