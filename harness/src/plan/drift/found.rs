//! The values that a file of another stack has, each once, each with its place.

use std::collections::BTreeMap;

use crate::case::{self, Finder, Word};
use crate::problem::Problem;
use crate::span::Source;
use crate::sql::{listed, lister};

use super::{Found, pattern, pointer};

/// Returns the values of the file that a comparison names.
pub(super) fn values(drift: &case::Drift, texts: &[Source]) -> Result<Vec<Found>, Problem> {
    let wanted = &drift.source;
    let source = texts.iter().find(|it| it.path.to_string_lossy() == wanted.text);
    let unread = || Problem::new(format!("{} was not read", wanted.text)).at(wanted.place.clone());
    let source = source.ok_or_else(unread)?;
    let found = match &drift.finder {
        Finder::Pattern(pattern, within) => pattern::values(pattern, within.as_ref(), source),
        Finder::Pointer(pointer) => pointer::values(pointer, source),
        Finder::Sql(words) => by_sql(words, source),
    }?;
    found_twice(&found, drift).map_or(Ok(found), Err)
}

fn by_sql(words: &Word, source: &Source) -> Result<Vec<Found>, Problem> {
    let Some(wanted) = lister(&words.text) else {
        let problem = Problem::new("this is not what the values of a SQL file can be found by").at(words.place.clone());
        return Err(problem.help("say `create type integration_type`, or `insert into integration_types (code)`"));
    };
    let values = listed(&source.text, &wanted);
    let values = values.map_err(|error| Problem::new(error.message).at(source.place(error.span)))?;
    if values.is_empty() {
        let problem = Problem::new(format!("{} has no such statement", source.path.display()));
        return Err(problem
            .at(words.place.clone())
            .note("what stands in the body of a function or of a `do` is not read")
            .help("say how the file names it, or find the values by a `pattern`"));
    }
    Ok(values.into_iter().map(|it| Found { text: it.text, place: source.place(it.span) }).collect())
}

/// Finds a value that the file has twice: nobody could say which of them is meant, or whether both are values at all.
fn found_twice(found: &[Found], drift: &case::Drift) -> Option<Problem> {
    let mut seen = BTreeMap::new();
    let (first, second) = found.iter().find_map(|it| seen.insert(it.text.as_str(), it).map(|first| (first, it)))?;
    let (at, named) = (first.place.position(), drift.place.position());
    let problem = Problem::new(format!("`{}` is found twice in this file", second.text)).at(second.place.clone());
    let problem = problem.note(format!("the first is at {}:{}", first.place.path.display(), at.line)).note(format!(
        "the file is named at {}:{}",
        drift.place.path.display(),
        named.line
    ));
    Some(problem.help(match &drift.finder {
        Finder::Pattern(..) => {
            "a value is there once: take one away, or say by `within` which part of the file is meant"
        }
        Finder::Pointer(_) | Finder::Sql(_) => "a value is there once: take one away",
    }))
}
