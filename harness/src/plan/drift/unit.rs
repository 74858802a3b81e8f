//! A comparison with everything filled in: what is asked of the database, and the values that the file has.

use std::sync::Arc;

use crate::case::{self, Direction, File, Order, Sql, Word};
use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::sql::{Kind, quote_literal};

use super::super::names::Names;
use super::super::rows;
use super::super::script::{Access, Effect, Request, Room, Script};
use super::super::statement::Statement;
use super::super::who::Who;
use super::super::{Subject, Unit};
use super::found;

/// The labels of an enum in their order; those of all enums where it is not there, for somebody who mistyped its name.
const ENUM: &str = "\
select to_regtype(@found@) is not null as is_there, t.oid::regtype as enum, e.enumlabel as value
from pg_type t join pg_enum e on e.enumtypid = t.oid
where t.oid = to_regtype(@found@)
   or (to_regtype(@found@) is null and pg_type_is_visible(t.oid) and t.typnamespace <> 'auth'::regnamespace)
order by t.oid::regtype::text, e.enumsortorder";
/// The conditions of all checks of a table or domain, of which one is meant.
const CHECK: &str = "\
select owner.oid is not null as is_there, k.conname as name, pg_get_expr(k.conbin, k.conrelid) as condition
from (select coalesce(to_regclass(@found@)::oid, to_regtype(@found@)::oid) as oid) owner
left join pg_constraint k on k.contype = 'c' and owner.oid in (k.conrelid, k.contypid)
order by k.conname";
/// The letters of a query that a name shows.
const SHOWN: usize = 60;

/// Values in the database against values in a file.
#[derive(Debug, Clone)]
pub struct Drift {
    /// What asks for the values in the database.
    pub script: Script,
    /// Where they stand.
    pub stored: Stored,
    /// Where that is said.
    pub asked: Place,
    /// The file, as it is shown.
    pub source: String,
    /// Where the file is named.
    pub place: Place,
    /// The values in the file, in order, each once.
    pub found: Vec<Found>,
    /// On which side a value may not be missing.
    pub direction: Direction,
    /// Values that are known to stand on one side alone.
    pub ignore: Vec<Word>,
    /// Whether both sides have the same order.
    pub order: Order,
}

/// Where values stand in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// They are the labels of the enum of this name.
    Enum(String),
    /// The constraint lists them.
    Check {
        /// Its name.
        constraint: String,
        /// The table or domain that it belongs to.
        owner: String,
    },
    /// A query gives them.
    Query,
}

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Plans a comparison; `texts` are the files that contracts read besides.
pub(in crate::plan) fn unit(
    drift: &case::Drift,
    file: &File,
    names: &Arc<Names>,
    texts: &[Source],
    problems: &mut Vec<Problem>,
) -> Option<Unit> {
    let statement = statement(&drift.stored, names).map_err(|found| problems.extend(found));
    let found = found::values(drift, texts).map_err(|problem| problems.push(problem));
    let (Ok(statement), Ok(found)) = (statement, found) else { return None };
    let (stored, asked) = stored(&drift.stored);
    let request = Request {
        access: Access::ReadOnly,
        effect: Effect::Undone,
        ..Request::new(Arc::new(Who::harness()), statement)
    };
    let planned = Drift {
        script: Script::new(Room::Lane, vec![request]),
        stored,
        asked,
        source: drift.source.text.clone(),
        place: drift.place.clone(),
        found,
        direction: drift.direction,
        ignore: drift.ignore.clone(),
        order: drift.order,
    };
    Some(Unit {
        name: format!(
            "{}: {}",
            file.name,
            drift.name.as_ref().map_or_else(|| sentence(drift), |name| name.text.clone())
        ),
        place: drift.name.as_ref().map_or_else(|| planned.asked.clone(), |name| name.place.clone()),
        attests: rows::named(file, drift.attests.as_deref()),
        subject: Subject::Drift(planned),
    })
}

fn statement(stored: &case::Stored, names: &Arc<Names>) -> Result<Statement, Vec<Problem>> {
    match stored {
        case::Stored::Enum(word) | case::Stored::Check { word, .. } if word.text.contains('\0') => {
            Err(vec![Problem::new("nothing in a database has a NUL byte in its name").at(word.place.clone())])
        }
        case::Stored::Enum(word) => Ok(Statement::own(&ENUM.replace("@found@", &quote_literal(&word.text)), names)),
        case::Stored::Check { owner, .. } => {
            Ok(Statement::own(&CHECK.replace("@found@", &quote_literal(owner)), names))
        }
        case::Stored::Query(sql) => query(sql, names),
    }
}

fn query(sql: &Sql, names: &Arc<Names>) -> Result<Statement, Vec<Problem>> {
    let statement = Statement::read(sql, &Who::harness(), names, &[])?;
    if statement.kind == Kind::Select {
        return Ok(statement);
    }
    let problem = Problem::new("values are compared and not changed, so this must be a query").at(sql.whole());
    Err(vec![problem.help("for example: query: select code from integration_types order by code")])
}

fn stored(stored: &case::Stored) -> (Stored, Place) {
    match stored {
        case::Stored::Enum(word) => (Stored::Enum(word.text.clone()), word.place.clone()),
        case::Stored::Check { word, constraint, owner } => {
            (Stored::Check { constraint: constraint.clone(), owner: owner.clone() }, word.place.clone())
        }
        case::Stored::Query(sql) => (Stored::Query, sql.whole()),
    }
}

/// Returns what a comparison says, as a sentence.
fn sentence(drift: &case::Drift) -> String {
    let stored = match &drift.stored {
        case::Stored::Enum(word) => word.text.clone(),
        case::Stored::Check { constraint, .. } => constraint.clone(),
        case::Stored::Query(sql) => format!("({})", short(&sql.text)),
    };
    let source = &drift.source.text;
    match drift.direction {
        Direction::Both => format!("{stored} and {source} have the same values"),
        Direction::SourceInDatabase => format!("{stored} has every value of {source}"),
        Direction::DatabaseInSource => format!("{source} has every value of {stored}"),
    }
}

fn short(query: &str) -> String {
    let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
    match query.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", query[..at].trim_end()),
        None => query,
    }
}
