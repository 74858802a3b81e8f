//! The kind `refuses`, with everything filled in: the valid row is tried first, then the line, and neither remains.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::case::{Expected, File, Given, Outcome, Refuses, Variant, Word};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Relation, Value, meaning, quote_identifier};

use super::cascades::actor;
use super::names::Names;
use super::rows;
use super::script::{Control, Effect, Request, Room, Script, Telling};
use super::statement::Statement;
use super::who::Who;
use super::{Subject, Unit};

/// Makes everything that waits for the end of a transaction be asked at once.
const AT_ONCE: &str = "set constraints all immediate";

/// A line: a row that differs from a valid one, and what must come of it.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What is run: constraints are made to be asked at once, the valid row, the line.
    pub script: Script,
    /// What must come of the line.
    pub outcome: Outcome,
    /// Where the line stands.
    pub place: Place,
    /// Where the valid row stands.
    pub valid_place: Place,
    /// The columns of the valid row.
    pub valid: Vec<Word>,
    /// The columns in which the line differs.
    pub differs: Vec<Word>,
}

impl Refused {
    /// The request that puts the valid row.
    pub const VALID: usize = 1;
    /// The request that puts the row of the line.
    pub const LINE: usize = 2;
}

/// What is known while lines are being planned.
struct Planner<'a> {
    table: Relation,
    who: Arc<Who>,
    names: Arc<Names>,
    problems: &'a mut Vec<Problem>,
}

/// Plans every line.
pub(super) fn units(refuses: &Refuses, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let Some(who) = actor(refuses.who.as_ref(), names, problems) else { return Vec::new() };
    let Some(table) = table(&refuses.table, problems) else { return Vec::new() };
    let mut planner = Planner { table, who, names: Arc::clone(names), problems };
    let Some(valid) = planner.row(&refuses.valid) else { return Vec::new() };
    let by = refuses.who.as_ref().map(|word| format!(" (as {})", word.text)).unwrap_or_default();
    let lines = refuses.lines.iter().filter_map(|line| {
        let subject = planner.line(line, refuses, &valid)?;
        let name = line.name.as_ref().map_or_else(|| title(refuses, line), |name| name.text.clone());
        Some(Unit {
            name: format!("{}: {name}{by}", file.name),
            place: line.place.clone(),
            attests: rows::named(file, refuses.attests_of(line)),
            subject: Subject::Refused(subject),
        })
    });
    lines.collect()
}

/// Reads the name of a table.
fn table(word: &Word, problems: &mut Vec<Problem>) -> Option<Relation> {
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

/// Returns the name of a line that has none.
fn title(refuses: &Refuses, line: &Variant) -> String {
    let verb = if line.outcome == Outcome::Allowed(None) { "accepts" } else { "refuses" };
    let with = line.with.iter().map(|given| format!("{} {}", given.column.text, given.written));
    let without = line.without.iter().map(|column| format!("no {}", column.text));
    let differs: Vec<_> = with.chain(without).collect();
    format!("{} {verb} {}", refuses.table.text, differs.join(", "))
}

impl Planner<'_> {
    fn line(&mut self, line: &Variant, refuses: &Refuses, valid_row: &[(String, String)]) -> Option<Refused> {
        let own = self.row(&line.with)?;
        let is_own = |column: &String| own.iter().any(|(it, _)| it == column);
        let is_left_out = |column: &String| line.without.iter().any(|word| word.text == *column);
        let kept = valid_row.iter().filter(|(column, _)| !is_own(column) && !is_left_out(column));
        let row: Vec<_> = kept.chain(&own).cloned().collect();
        let is_denied = line.outcome.is_denial();
        let control = if is_denied { Control::AnyOf(self.names.others(&self.who)) } else { Control::NotNeeded };
        let at_once = Request::new(Arc::new(Who::harness()), Statement::own(AT_ONCE, &self.names));
        let at_once = Request { telling: Telling::Aside, ..at_once };
        // Who repeats the line by hand would meet the valid row, if it were told as well.
        let valid = Request { telling: Telling::Aside, ..self.put(valid_row) };
        let requests = vec![at_once, valid, Request { control, ..self.put(&row) }];
        let of_line = line.with.iter().map(|given| &given.column).chain(&line.without);
        Some(Refused {
            script: Script { room: Room::Lane, requests },
            outcome: line.outcome.clone(),
            place: line.place.clone(),
            valid_place: refuses.valid_place.clone(),
            valid: refuses.valid.iter().map(|given| given.column.clone()).collect(),
            differs: of_line.cloned().collect(),
        })
    }

    /// Returns the request that puts a row; columns that it does not name have their defaults.
    fn put(&self, row: &[(String, String)]) -> Request {
        let columns: Vec<_> = row.iter().map(|(column, _)| quote_identifier(column)).collect();
        let values: Vec<_> = row.iter().map(|(_, value)| value.as_str()).collect();
        let rest = match row {
            [] => "default values".to_owned(),
            _ => format!("({}) values ({})", columns.join(", "), values.join(", ")),
        };
        let text = format!("insert into {} {rest}", self.name());
        let request = Request::new(Arc::clone(&self.who), Statement::own(&text, &self.names));
        Request { effect: Effect::Undone, ..request }
    }

    fn name(&self) -> String {
        let schema = self.table.schema.as_deref().map(|schema| format!("{}.", quote_identifier(schema)));
        format!("{}{}", schema.unwrap_or_default(), quote_identifier(&self.table.name))
    }

    /// Returns the columns with their values as SQL.
    fn row(&mut self, row: &[Given]) -> Option<Vec<(String, String)>> {
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
            let found = self.names.expected(name, self.who.user.as_deref());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{self, Cast, Contract};
    use crate::span::Source;
    use std::path::Path;

    fn planned(table: &str, line: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("refuses:\n  table: {table}\n  valid: {{ a: 1, b: $$x, c: $it }}\n  when: [{line}]\n");
        let mut problems = Vec::new();
        let file = case::read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let world = Source::new(Path::new("w.yaml"), "names: { it: o'clock }");
        let cast = Cast::read(&crate::yaml::read(&world).expect("it is YAML"), &world, &mut problems);
        let names = Arc::new(Names::of(&cast, "public", &mut problems));
        let Some(Contract::Refuses(refuses)) = file.contracts.first() else { panic!("a table: {problems:?}") };
        let units = units(refuses, &file, &names, &mut problems);
        let of = |unit: &Unit| {
            let script = unit.script().expect("it has one");
            let statement = script.requests[Refused::LINE].statement.text().to_owned();
            format!("{} | {statement}", unit.name)
        };
        (units.iter().map(of).collect(), problems.into_iter().map(|it| it.title).collect())
    }

    #[test]
    fn a_row_is_written_so_that_every_value_takes_the_type_of_its_column() {
        let line = "{ a: 1.5, b: [1, $it], fails: \"22P02\" }";
        let wanted = "x: things refuses a 1.5, b [1, $it] | insert into \"things\" (\"c\", \"a\", \"b\") values \
                      ('o''clock', '1.5', (jsonb_populate_record(null::\"things\", '{\"b\":[1,\"o''clock\"]}')).\"b\")";
        assert_eq!(planned("things", line), (vec![wanted.to_owned()], vec![]));
    }

    #[test]
    fn a_column_that_is_left_out_has_its_default() {
        let (units, _) = planned("audit.\"Log\"", "{ without: [a, b], accepted: true }");
        assert_eq!(
            units,
            ["x: audit.\"Log\" accepts no a, no b | insert into \"audit\".\"Log\" (\"c\") values ('o''clock')"]
        );
    }

    #[test]
    fn what_is_no_table_and_what_has_no_name_are_told() {
        for table in ["\"t; drop table x\"", "t (a)", "t values (1); --"] {
            let (_, problems) = planned(&format!("'{table}'"), "{ a: 2, accepted: true }");
            let is_quoted = table.starts_with('"');
            assert_eq!(problems.is_empty(), is_quoted, "{table}: {problems:?}");
        }
        let (_, problems) = planned("t", "{ a: $nobody, accepted: true }");
        assert_eq!(problems, ["there is nothing called `$nobody`"]);
    }
}
