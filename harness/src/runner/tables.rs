//! What the tables of the matrices are: asked once, so that a report can show what guards what held as well.

use std::collections::BTreeSet;

use crate::outcome::{Policy, Table};
use crate::pg::Session;
use crate::plan::{Subject, Unit};
use crate::sql::quote_literal;

const ASK: &str = include_str!("sql/tables.sql");

/// Returns the tables that the matrices of a plan are about, in the order of the plan.
pub(super) async fn of(session: &Session, units: &[Unit]) -> Vec<Table> {
    let mut met = BTreeSet::new();
    let cells =
        units.iter().filter_map(|unit| if let Subject::Access(cell) = &unit.subject { Some(cell) } else { None });
    let names: Vec<_> = cells.map(|cell| cell.table.as_str()).filter(|name| met.insert(*name)).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let quoted: Vec<_> = names.iter().map(|name| quote_literal(name)).collect();
    let asked = ASK.replace("{tables}", &quoted.join(", "));
    // Names are shown as a project writes them. What cannot be asked is left out: every verdict stands without it.
    let asked = format!("begin; set local search_path to public, extensions;\n{asked};\nrollback");
    let mut tables = Vec::new();
    for row in session.rows(&asked).await.unwrap_or_default() {
        enter(&mut tables, <[_; 6]>::try_from(row).unwrap_or_default().map(Option::unwrap_or_default));
    }
    tables
}

/// Enters a line of the answer; that of a table comes before those of its parts.
fn enter(tables: &mut Vec<Table>, [table, kind, name, says, verb, roles]: [String; 6]) {
    if kind == "table" {
        return tables.push(Table { name: table, security: says, ..Table::default() });
    }
    let Some(table) = tables.last_mut() else { return };
    if kind == "policy" {
        let roles = roles.split(", ").map(str::to_owned).collect();
        table.policies.push(Policy { name, verb, roles, says, place: None });
    } else {
        table.privileges.push((name, says));
    }
}
