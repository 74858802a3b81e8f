//! What an expectation cannot mean: nothing at all, or two things at once.

use crate::problem::{Problem, nearest};
use crate::span::Source;
use crate::yaml::{Data, Node};

use super::expect::{Expect, OUTCOMES, Outcome};
use super::expected::Extent;

/// What somebody can be allowed to do with a relation, as far as it is asked for.
const PRIVILEGES: [&str; 8] = ["select", "insert", "update", "delete", "truncate", "references", "trigger", "all"];

/// Returns everything about an expectation that cannot be meant.
pub(super) fn of(expect: &Expect, node: &Node, source: &Source) -> Vec<Problem> {
    let mut problems = privileges(node, source);
    let said = nothing(node).then(|| {
        let problem = Problem::new("nothing is expected here, so nothing could break").at(expect.place.clone());
        problem.help("add for example `count: 1`, or leave `expect` out of a step that must only not fail")
    });
    // A word that could not be read has been told already; what else is said belongs to it.
    let is_unread = expect.outcome.is_none() && OUTCOMES.iter().any(|key| node.fields().key(key).is_some());
    let refusal = || if is_unread { None } else { refusal(expect) };
    problems.extend(said.or_else(refusal).or_else(|| numbers(expect)));
    problems
}

/// Whether an expectation says nothing: its keys are empty, or speak of something that is not there.
fn nothing(node: &Node) -> bool {
    let Data::Map(entries) = &node.data else { return false };
    let says = |key: &str, value: &Node| match (key, &value.data) {
        ("value", _) => true,
        ("mentions" | "message", Data::Text(text)) => !text.is_empty(),
        ("in_order", _) | (_, Data::Null) => false,
        (key, Data::List(items)) => !items.is_empty() || ["rows", "notices"].contains(&key),
        (_, Data::Map(entries)) => !entries.is_empty(),
        (_, Data::Bool(_) | Data::Number(_) | Data::Text(_)) => true,
    };
    !entries.iter().any(|(key, value)| says(&key.text, value))
}

fn refusal(expect: &Expect) -> Option<Problem> {
    let says = |title: &str, help: &str| Some(Problem::new(title).at(expect.place.clone()).help(help));
    let gives = expect.rows.is_some() || expect.value.is_some() || expect.count.is_some() || expect.affected.is_some();
    let is_refusal = expect.outcome.as_ref().is_some_and(Outcome::is_error);
    if is_refusal && gives {
        return says("a statement that is refused gives no rows", "leave one of them out");
    }
    let speaks = expect.message.is_some() || !expect.mentions.is_empty();
    if speaks && !is_refusal && expect.outcome != Some(Outcome::Denied) {
        return says(
            "a message belongs to a refusal, and nothing says that it is refused",
            "add for example `raised: P0001`, `is: rejected`, or `violates: <constraint>`; a remark is a notice",
        );
    }
    None
}

/// Returns what is wrong where the number of rows is said twice, and not the same.
fn numbers(expect: &Expect) -> Option<Problem> {
    let rows = expect.rows.as_ref();
    let listed = rows.filter(|it| it.extent == Extent::Exactly).map(|it| it.rows.len() as u64);
    let by_word = match &expect.outcome {
        Some(Outcome::Allowed(count)) => *count,
        Some(Outcome::Hidden | Outcome::Denied) => Some(0),
        _ => None,
    };
    let said = [("the word", by_word), ("`count`", expect.count), ("`affected`", expect.affected), ("`rows`", listed)];
    let said: Vec<_> = said.into_iter().filter_map(|(word, number)| Some((word, number?))).collect();
    let least = rows.map_or(0, |it| it.rows.len() as u64).max(u64::from(expect.value.is_some()));
    let says = |title: String| {
        let problem = Problem::new(title).at(expect.place.clone());
        Some(problem.help("say once how many rows there are: `rows` are all of them, and `value` is of the first"))
    };
    match said.as_slice() {
        [(first, one), rest @ ..] => match rest.iter().find(|(_, other)| other != one) {
            Some((second, _)) => says(format!("{first} and {second} cannot both be true")),
            None if *one < least => says(format!("{first} and the rows that are listed cannot both be true")),
            None => None,
        },
        [] => None,
    }
}

fn privileges(node: &Node, source: &Source) -> Vec<Problem> {
    let words = node.fields().entries("privileges").iter().flat_map(|(_, value)| value.items());
    let problem = |item: &Node| {
        let word = item.scalar()?.to_lowercase();
        let privilege = word.split_once('(').map_or(word.as_str(), |(privilege, _)| privilege).trim();
        if PRIVILEGES.contains(&privilege) {
            return None;
        }
        let problem = Problem::new(format!("`{word}` is no privilege")).at(item.place(source));
        let known = || format!("the privileges are {}; [] is none", PRIVILEGES.join(", "));
        Some(problem.help(nearest(privilege, PRIVILEGES).map_or_else(known, |near| format!("did you mean `{near}`?"))))
    };
    words.filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn told(expect: &str) -> Vec<String> {
        let text = format!("cases: [{{ name: a, as: kari, run: select 1, expect: {expect} }}]\n");
        let mut problems = Vec::new();
        crate::case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        problems.into_iter().map(|it| it.title).collect()
    }

    #[test]
    fn one_mistake_is_told_once_whatever_is_said_besides() {
        for (expect, title) in [
            ("{ fails: \"42501\", mentions: x }", "42501 is a denial, and which one matters"),
            ("{ raised: P1, message: x }", "`P1` is no SQLSTATE"),
            ("{ rejected: false, mentions: x }", "`rejected` does not say what happens"),
            ("{ violates: [], mentions: x }", "no constraint is named here"),
            ("{ mentions: x }", "a message belongs to a refusal, and nothing says that it is refused"),
        ] {
            assert_eq!(told(expect), [title], "{expect}");
        }
    }
}
