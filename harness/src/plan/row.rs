//! Rows of a table as an author gives them, put into SQL: each value takes the type of its column.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::case::{Expected, Given, Word};
use crate::problem::Problem;
use crate::sql::{Relation, Value, meaning, quote_identifier};

use super::names::Names;

/// What is known while rows of a table are put into SQL.
pub(super) struct Rows<'a> {
    pub(super) table: Relation,
    /// The user that `$me` stands for.
    pub(super) me: Option<String>,
    pub(super) names: Arc<Names>,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// Reads the name of a table.
pub(super) fn table(word: &Word, problems: &mut Vec<Problem>) -> Option<Relation> {
    // On a line of its own, what follows the name cannot be made part of a comment.
    let statements = meaning(&format!("insert into {}\n default values", word.text)).unwrap_or_default();
    let target = match statements.as_slice() {
        [one] => one.target().filter(|_| one.relations.len() == 1).cloned(),
        _ => None,
    };
    if target.is_none() {
        let problem = Problem::new(format!("`{}` is not the name of a table", word.text)).at(word.place.clone());
        problems.push(problem.help("for example: table: claims, or table: audit.log"));
    }
    target
}

impl Rows<'_> {
    /// Returns the statement that puts a row; columns that it does not name have their defaults.
    pub(super) fn insert(&self, row: &[(String, String)]) -> String {
        let columns: Vec<_> = row.iter().map(|(column, _)| quote_identifier(column)).collect();
        let values: Vec<_> = row.iter().map(|(_, value)| value.as_str()).collect();
        let rest = match row {
            [] => "default values".to_owned(),
            _ => format!("({}) values ({})", columns.join(", "), values.join(", ")),
        };
        format!("insert into {} {rest}", self.name())
    }

    /// Returns the table as it is written in SQL.
    pub(super) fn name(&self) -> String {
        let schema = self.table.schema.as_deref().map(|schema| format!("{}.", quote_identifier(schema)));
        format!("{}{}", schema.unwrap_or_default(), quote_identifier(&self.table.name))
    }

    /// Returns the columns with their values as SQL.
    pub(super) fn row(&mut self, row: &[Given]) -> Option<Vec<(String, String)>> {
        let before = self.problems.len();
        let row: Vec<_> = row.iter().filter_map(|it| Some((it.column.text.clone(), self.value(it)?))).collect();
        (self.problems.len() == before).then_some(row)
    }

    /// Returns a value as SQL. A literal takes the type of its column; a list or a map does so only as part of a row.
    fn value(&mut self, given: &Given) -> Option<String> {
        let column = &given.column;
        let mut value = given.value.clone();
        let before = self.problems.len();
        value.name(&mut |name: &str| {
            let found = self.names.expected(name, self.me.as_deref());
            if found.is_none() {
                let word = Word { text: name.to_owned(), place: column.place.clone() };
                self.problems.push(self.names.unknown(name, &word, []));
            }
            found
        });
        if self.problems.len() > before {
            return None;
        }
        let sql = match &value {
            Expected::List(_) | Expected::Object(_) => self.part_of_row(&column.text, &value),
            _ => scalar(&value).literal(),
        };
        if sql.is_none() {
            let problem = Problem::new(format!("the value of `{}` holds a NUL byte", column.text));
            self.problems.push(problem.at(column.place.clone()).help("Postgres keeps it in no text; leave it out"));
        }
        sql
    }

    fn part_of_row(&self, column: &str, value: &Expected) -> Option<String> {
        let row = Value::Text(Json::Object([(column.to_owned(), json(value))].into_iter().collect()).to_string());
        Some(format!("(jsonb_populate_record(null::{}, {})).{}", self.name(), row.literal()?, quote_identifier(column)))
    }
}

/// Returns a value as a literal; a number is written as a text too, so that no column rounds it on the way.
fn scalar(value: &Expected) -> Value {
    match value {
        Expected::Bool(value) => Value::Bool(*value),
        Expected::Number(text) | Expected::Text(text) => Value::Text(text.clone()),
        _ => Value::Null,
    }
}

fn json(value: &Expected) -> Json {
    match value {
        Expected::Null | Expected::Matcher(_) => Json::Null,
        Expected::Bool(value) => (*value).into(),
        Expected::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| digits.clone().into()),
        Expected::Text(text) => text.clone().into(),
        Expected::List(items) => items.iter().map(json).collect(),
        Expected::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}
