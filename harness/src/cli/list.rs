//! `list`: the contracts by name, or the rows of the specification, each with the contracts that attest it.

use std::collections::BTreeSet;

use crate::case::Specification;
use crate::outcome::ExitCode;
use crate::plan::{Selection, Unit};
use crate::report;

use super::args::{Arguments, ListArguments};
use super::environment::Environment;
use super::out::Out;
use super::run;

/// What stands above the contracts that attest nothing.
const OF_NO_ROW: &str = "of no row";

/// A row, what is said of it, and the contracts that attest it.
struct Section {
    heading: String,
    contracts: Vec<String>,
    unattested: Option<String>,
}

/// Prints the names of the contracts.
pub(super) fn list(it: &ListArguments, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    let (units, project) = match run::read_and_plan(arguments, environment) {
        Ok(planned) => planned,
        Err(problems) => return out.mistakes(&problems),
    };
    let chosen = Selection { names: it.names.clone(), ..Selection::default() }.of(units);
    let text = if it.by_row {
        let mut rows = sections(&project.specification, &chosen);
        // Who asks for some contracts asks for their rows alone.
        rows.retain(|row| it.names.is_empty() || !row.contracts.is_empty());
        by_row(&rows, &chosen)
    } else {
        by_name(&chosen)
    };
    Out::say(&text);
    if chosen.is_empty() { ExitCode::Nothing } else { ExitCode::Held }
}

fn by_name(units: &[Unit]) -> String {
    let attests = |unit: &Unit| match unit.attests.as_slice() {
        [] => String::new(),
        rows => format!("  {}", rows.join(", ")),
    };
    units.iter().map(|unit| line(&format!("{}{}", unit.name, attests(unit)))).collect()
}

fn by_row(rows: &[Section], units: &[Unit]) -> String {
    if rows.is_empty() && units.is_empty() {
        return String::new();
    }
    let mut text: String = rows.iter().map(Section::text).collect();
    let of_no_row: Vec<_> = units.iter().filter(|unit| unit.attests.is_empty()).map(|it| it.name.clone()).collect();
    let without = of_no_row.len();
    if without > 0 {
        text.push_str(&Section { heading: OF_NO_ROW.to_owned(), contracts: of_no_row, unattested: None }.text());
    }
    let attested = rows.iter().filter(|row| !row.contracts.is_empty()).count();
    let unattested = rows.len() - attested;
    let (rows, contracts) = (counted(rows.len(), "row"), counted(units.len(), "contract"));
    text + &format!("\n{rows} · {attested} attested · {unattested} unattested · {contracts} · {without} of no row\n")
}

/// Returns the rows of the specification, or else those that contracts name.
fn sections(specification: &Specification, units: &[Unit]) -> Vec<Section> {
    let section = |name: &str, heading: String, unattested: Option<String>| {
        let attests = |unit: &&Unit| unit.attests.iter().any(|row| row == name);
        let contracts = units.iter().filter(attests).map(|unit| unit.name.clone()).collect();
        Section { heading, contracts, unattested }
    };
    if specification.rows.is_empty() {
        return named(units).into_iter().map(|name| section(name, name.to_owned(), None)).collect();
    }
    let rows = specification.rows.iter().map(|row| {
        let heading = format!("{}  {}", row.name.text, one_line(&row.says));
        section(&row.name.text, heading, row.unattested.as_ref().map(|why| one_line(&why.text)))
    });
    rows.collect()
}

/// Returns the rows that contracts name, in the order of their numbers.
fn named(units: &[Unit]) -> Vec<&str> {
    let names: BTreeSet<_> = units.iter().flat_map(|unit| &unit.attests).map(String::as_str).collect();
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_cached_key(|name| natural(name));
    names
}

/// Returns what a name is sorted by, so that B2 comes before B10: its numbers by their length and digits, and what is between them.
fn natural(name: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        let digits = part.trim_start_matches('0');
        parts.push(if is_number { (digits.len(), digits) } else { (usize::MAX, part) });
        rest = behind;
    }
    parts
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(text: &str) -> String {
    format!("{}\n", report::visible(text))
}

impl Section {
    fn text(&self) -> String {
        let why = self.unattested.iter().map(|why| line(&format!("  unattested: {why}")));
        let contracts = self.contracts.iter().map(|name| line(&format!("  {name}")));
        line(&self.heading) + &contracts.chain(why).collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_order_in_which_somebody_counts() {
        let mut names = ["C1", "B10", "B2", "B2.10", "B2.9", "10", "9", "b", "B02", "B"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["9", "10", "B", "B2", "B02", "B2.9", "B2.10", "B10", "C1", "b"]);
    }
}
