//! Whether contracts and specification know each other: every row that is named is there, and every row is attested or says why not.

use std::collections::BTreeMap;

use crate::case::{File, Row, Word};
use crate::problem::Problem;

use super::{Sources, Unit};

/// Returns the rows that something in a file attests of which this is said.
pub(super) fn named(file: &File, said: Option<&[Word]>) -> Vec<String> {
    file.attested(said).iter().map(|word| word.text.clone()).collect()
}

/// Returns everything that is wrong between the contracts and the specification, if there is one.
pub(super) fn problems(sources: Sources<'_>, units: &[Unit]) -> Vec<Problem> {
    let specification = sources.specification;
    if specification.rows.is_empty() {
        return Vec::new();
    }
    let named = sources.files.iter().flat_map(File::rows_named);
    let mut problems: Vec<_> =
        named.filter(|word| !specification.has(&word.text)).map(|word| specification.no_row(word)).collect();
    // What attests a row may stand where nobody could read it.
    if sources.are_files_whole {
        let mut attested = BTreeMap::new();
        for word in sources.files.iter().flat_map(File::all_attested) {
            attested.entry(word.text.as_str()).or_insert(word);
        }
        let of_row = |row: &Row| match (attested.get(row.name.text.as_str()), &row.unattested) {
            (None, None) => Some(unattested(&row.name)),
            (Some(word), Some(reason)) => Some(attested_after_all(&row.name.text, reason, word, units)),
            _ => None,
        };
        problems.extend(specification.rows.iter().filter_map(of_row));
    }
    problems
}

fn unattested(row: &Word) -> Problem {
    let name = &row.text;
    let problem = Problem::new(format!("no contract attests `{name}`")).at(row.place.clone());
    let reason = format!("`{name}: {{ says: …, unattested: <why> }}`");
    problem.help(format!("write `attests: {name}` in a contract that does, or say why none does yet: {reason}"))
}

/// Returns what is wrong with a reason why nothing attests a row, if this word says that something does.
fn attested_after_all(row: &str, reason: &Word, word: &Word, units: &[Unit]) -> Problem {
    // A contract that cannot be meant has no name yet.
    let by = units.iter().find(|unit| unit.attests.iter().any(|it| it == row));
    let (by, place) =
        by.map_or_else(|| ("a contract".to_owned(), &word.place), |unit| (format!("`{}`", unit.name), &unit.place));
    let problem = Problem::new(format!("`{row}` is attested, so nothing need be said of why it is not"));
    let note = format!("{by} attests it, at {}:{}", place.path.display(), place.position().line);
    problem.at(reason.place.clone()).note(note).help("leave out `unattested`")
}
