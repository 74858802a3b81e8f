//! The kind `refuses`, with everything filled in: the valid row is tried first, then the line, and neither remains.

use std::sync::Arc;

use crate::case::{File, Outcome, Refuses, Variant, Word};
use crate::problem::Problem;
use crate::span::Place;

use super::cascades::actor;
use super::names::Names;
use super::row::{Rows, table};
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
    who: Arc<Who>,
    rows: Rows<'a>,
}

/// Plans every line.
pub(super) fn units(refuses: &Refuses, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let Some(who) = actor(refuses.who.as_ref(), names, problems) else { return Vec::new() };
    let Some(table) = table(&refuses.table, problems) else { return Vec::new() };
    let rows = Rows { table, me: who.user.clone(), names: Arc::clone(names), problems };
    let mut planner = Planner { who, rows };
    let Some(valid) = planner.rows.row(&refuses.valid) else { return Vec::new() };
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
        let own = self.rows.row(&line.with)?;
        let is_own = |column: &String| own.iter().any(|(it, _)| it == column);
        let is_left_out = |column: &String| line.without.iter().any(|word| word.text == *column);
        let kept = valid_row.iter().filter(|(column, _)| !is_own(column) && !is_left_out(column));
        let row: Vec<_> = kept.chain(&own).cloned().collect();
        let is_denied = line.outcome.is_denial();
        let control = if is_denied { Control::AnyOf(self.rows.names.others(&self.who)) } else { Control::NotNeeded };
        let at_once = Request::new(Arc::new(Who::harness()), Statement::own(AT_ONCE, &self.rows.names));
        let at_once = Request { telling: Telling::Aside, ..at_once };
        // Who repeats the line by hand would meet the valid row, if it were told as well.
        let valid = Request { telling: Telling::Aside, ..self.put(valid_row) };
        let requests = vec![at_once, valid, Request { control, ..self.put(&row) }];
        let of_line = line.with.iter().map(|given| &given.column).chain(&line.without);
        Some(Refused {
            script: Script::new(Room::Lane, requests),
            outcome: line.outcome.clone(),
            place: line.place.clone(),
            valid_place: refuses.valid_place.clone(),
            valid: refuses.valid.iter().map(|given| given.column.clone()).collect(),
            differs: of_line.cloned().collect(),
        })
    }

    /// Returns the request that puts a row; columns that it does not name have their defaults.
    fn put(&self, row: &[(String, String)]) -> Request {
        let request = Request::new(Arc::clone(&self.who), Statement::own(&self.rows.insert(row), &self.rows.names));
        Request { effect: Effect::Undone, ..request }
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
