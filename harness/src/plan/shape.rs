//! The kind `shape`, with everything filled in: which scratch relations are built, and what is compared with what.

use std::sync::Arc;

use crate::case::{self, Expected, File, Line, Of, Part, Says, Sql};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Relation, meaning, quote_identifier, quote_literal};
use crate::value::flaw;

use super::draft::{Draft, without};
use super::listed::Scratch;
use super::names::Names;
use super::rows;
use super::script::{Effect, Request, Room, Script};
use super::statement::Statement;
use super::who::Who;
use super::{Subject, Unit};

/// What a table, a view, a function or an enum must be like.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What is run: the scratch relations are built, the lines are given to them, all is read.
    pub script: Script,
    /// What has the shape.
    pub of: Of,
    /// Its name, as the author wrote it.
    pub subject: String,
    /// Where it is named.
    pub place: Place,
    /// What is listed, in the order of the file.
    pub lines: Vec<Listed>,
    /// Whether nothing else may be there.
    pub is_exact: bool,
}

/// One thing that is listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What it is.
    pub part: Part,
    /// Its name; none where any will do, or where there can be only one.
    pub name: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// What is compared.
    pub wanted: Wanted,
}

/// What is compared with what is found.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// What the server writes down of the same thing in a scratch relation.
    Written {
        /// The name that it has there.
        name: String,
        /// The request that gives it to the relation.
        request: usize,
        /// The text of that request.
        draft: Draft,
    },
    /// A value.
    Value(Expected),
    /// Nothing: it must not be there.
    Nothing,
    /// Labels, all of them, in order.
    Labels(Vec<String>),
}

/// Plans a shape.
pub(super) fn unit(shape: &case::Shape, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Option<Unit> {
    let subject = match subject(&shape.subject) {
        Ok(subject) => subject,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let before = problems.len();
    let mut planner = Planner::new(shape, &subject, names);
    let lines = in_order(&shape.lines).into_iter();
    let mut lines: Vec<_> = lines.filter_map(|(at, line)| Some((at, planner.line(at, line, problems)?))).collect();
    if problems.len() > before {
        return None;
    }
    lines.sort_by_key(|(at, _)| *at);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    let script = planner.script(shape.of);
    let name = shape.subject.text.trim().to_owned();
    let place = shape.subject.whole();
    let is_exact = shape.is_exact;
    let said = shape.name.as_ref().map(|word| word.text.clone());
    Some(Unit {
        name: format!("{}: {}", file.name, said.unwrap_or_else(|| format!("{} {name} is as listed", shape.of.word()))),
        place: place.clone(),
        attests: rows::named(file, shape.attests.as_deref()),
        subject: Subject::Shape(Shape { script, of: shape.of, subject: name, place, lines, is_exact }),
    })
}

struct Planner {
    scratch: Scratch,
    names: Arc<Names>,
    found: String,
    plain: String,
    settings: Vec<(String, String)>,
    requests: Vec<Request>,
}

impl Planner {
    fn new(shape: &case::Shape, subject: &Named, names: &Arc<Names>) -> Self {
        let schema = subject.relation.schema.iter().map(|it| quote_identifier(it));
        let path: Vec<_> = ["public".to_owned(), "extensions".to_owned()].into_iter().chain(schema).collect();
        // As a replica the server leaves event triggers alone: those of the project would have a say in what is built.
        let settings = [
            ("search_path", path.join(", ")),
            ("session_replication_role", "replica".to_owned()),
            ("check_function_bodies", "off".to_owned()),
            ("client_min_messages", "warning".to_owned()),
        ];
        let mut planner = Self {
            scratch: Scratch {
                of: shape.of,
                found: subject.sql(),
                name: quote_identifier(&subject.relation.name),
                key: key(&shape.lines),
            },
            names: Arc::clone(names),
            found: format!("{}{}", subject.sql(), subject.arguments),
            plain: subject.relation.name.clone(),
            settings: settings.map(|(key, value)| (key.to_owned(), value)).to_vec(),
            requests: Vec::new(),
        };
        planner.build(shape.of);
        planner
    }

    fn build(&mut self, of: Of) {
        match of {
            Of::Table | Of::View => self.own(include_str!("sql/shape_build.sql"), Effect::Remains),
            Of::Function | Of::Procedure => self.own(include_str!("sql/shape_build_function.sql"), Effect::Remains),
            Of::Enum => 0,
        };
    }

    /// Returns what is run, with the reading of everything at its end.
    fn script(mut self, of: Of) -> Script {
        match of {
            Of::Table | Of::View => self.own(include_str!("sql/shape_read.sql"), Effect::Undone),
            Of::Function | Of::Procedure => self.own(include_str!("sql/shape_read_function.sql"), Effect::Undone),
            Of::Enum => self.own(include_str!("sql/shape_read_enum.sql"), Effect::Undone),
        };
        Script::new(Room::Lane, self.requests)
    }

    /// Adds a file of our own, without the comment that it begins with.
    fn own(&mut self, sql: &str, effect: Effect) -> usize {
        let sql: Vec<_> = sql.lines().skip_while(|line| line.starts_with("--")).collect();
        let sql = sql.join("\n").replace("@found@", &quote_literal(&self.found));
        let sql = sql.replace("@name@", &quote_literal(&self.scratch.name));
        self.ask(&sql.replace("@plain@", &quote_literal(&self.plain)), effect)
    }

    fn ask(&mut self, sql: &str, effect: Effect) -> usize {
        let request = Request::new(Arc::new(Who::harness()), Statement::own(sql, &self.names));
        self.requests.push(Request { effect, settings: self.settings.clone(), ..request });
        self.requests.len() - 1
    }

    fn line(&mut self, at: usize, line: &Line, problems: &mut Vec<Problem>) -> Option<Listed> {
        let name = line.name.as_ref().map(|word| word.text.clone()).filter(|_| !is_by_columns(line));
        if let Says::Value(value) = &line.says {
            problems.extend(flaw(value).map(|why| Problem::new(why).at(line.place.clone())));
        }
        let wanted = match value(line, self.scratch.of) {
            Some(wanted) => wanted,
            None => self.written(at, line, name.as_deref(), problems)?,
        };
        Some(Listed { part: line.part, name, place: line.place.clone(), wanted })
    }

    fn written(&mut self, at: usize, line: &Line, name: Option<&str>, problems: &mut Vec<Problem>) -> Option<Wanted> {
        let name = match (line.part.is_alone(), name) {
            (true, _) if line.part != Part::PrimaryKey => String::new(),
            (_, Some(name)) => name.to_owned(),
            (_, None) => format!("pgattest_{at}"),
        };
        match self.scratch.statement(line, &name) {
            Err(problem) => {
                problems.push(problem);
                None
            }
            Ok(None) => Some(Wanted::Nothing),
            Ok(Some(draft)) => {
                let request = self.ask(&draft.text, Effect::Remains);
                Some(Wanted::Written { name, request, draft })
            }
        }
    }
}

/// Returns what a line wants that nobody has to write down.
fn value(line: &Line, of: Of) -> Option<Wanted> {
    let text = match &line.says {
        Says::Value(value) => return Some(Wanted::Value(value.clone())),
        Says::Words(words) if line.part == Part::Label => {
            return Some(Wanted::Labels(words.iter().map(|word| word.text.clone()).collect()));
        }
        Says::Words(words) => words.first().map(|word| word.text.as_str()).unwrap_or_default(),
        Says::Sql(sql) => sql.text.trim(),
        Says::Policy(_) => return None,
    };
    let is = |text: &str| Some(Wanted::Value(Expected::Text(text.to_owned())));
    match (line.part, text) {
        (Part::RowSecurity, "false") => Some(Wanted::Nothing),
        (part, text) if part.nothing() != "none" && part.nothing() == text => Some(Wanted::Nothing),
        (Part::RowSecurity, "true") => is("enabled"),
        (Part::Grant, text) if matches!(of, Of::Function | Of::Procedure) && !text.is_empty() => {
            is(if text == "all" { "execute" } else { text })
        }
        (
            Part::RowSecurity
            | Part::ReplicaIdentity
            | Part::SecurityInvoker
            | Part::SecurityBarrier
            | Part::CheckOption
            | Part::Language
            | Part::Volatility
            | Part::Security
            | Part::Parallel
            | Part::Strict
            | Part::Owner,
            text,
        ) => is(text),
        _ => None,
    }
}

/// Whether a foreign key is listed by its columns and not by its name.
fn is_by_columns(line: &Line) -> bool {
    let Says::Sql(sql) = &line.says else { return false };
    line.part == Part::ForeignKey && without(&sql.text, "foreign key").is_none()
}

/// Returns the lines in the order in which they can be built: what is spoken of comes first.
fn in_order(lines: &[Line]) -> Vec<(usize, &Line)> {
    let mut lines: Vec<_> = lines.iter().enumerate().collect();
    let is_generated =
        |says: &Says| matches!(says, Says::Sql(sql) if sql.text.to_lowercase().contains("generated always as ("));
    lines.sort_by_key(|(at, line)| (line.part, is_generated(&line.says), *at));
    lines
}

/// Returns the columns of the primary key, where they are listed one by one.
fn key(lines: &[Line]) -> Vec<String> {
    let words = lines.iter().filter(|line| line.part == Part::PrimaryKey).filter_map(|line| match &line.says {
        Says::Words(words) => Some(words),
        _ => None,
    });
    words.flatten().map(|word| word.text.clone()).collect()
}

/// The name of what has a shape.
struct Named {
    relation: Relation,
    /// The types of its arguments, in parentheses; nothing if they are not said.
    arguments: String,
}

impl Named {
    fn sql(&self) -> String {
        let parts = self.relation.schema.iter().chain([&self.relation.name]);
        parts.map(|part| quote_identifier(part)).collect::<Vec<_>>().join(".")
    }
}

/// Reads a name: what the parser takes for one.
fn subject(sql: &Sql) -> Result<Named, Problem> {
    let text = sql.text.trim();
    let (name, arguments) = text.split_at(text.find('(').unwrap_or(text.len()));
    let no_name = || {
        let problem = Problem::new(format!("`{text}` is no name")).at(sql.whole());
        problem.help("write a name, with its schema if that is not `public`: `private.notes`")
    };
    let found = meaning(&format!("delete from {name}")).map_err(|_| no_name())?;
    let relation = found.first().and_then(|it| it.target()).ok_or_else(no_name)?.clone();
    let named = Named { relation, arguments: arguments.to_owned() };
    let is_whole = name.trim().split('.').count() <= 2 && !name.trim().contains(char::is_whitespace);
    if is_whole || name.contains('"') { Ok(named) } else { Err(no_name()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Cast, Contract, read};
    use crate::span::Source;
    use std::path::Path;

    fn planned(text: &str) -> Result<Shape, Vec<Problem>> {
        let mut problems = Vec::new();
        let file = read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        let names = Arc::new(Names::of(&Cast::default(), "", &mut problems));
        let Some(Contract::Shape(shape)) = file.contracts.first() else { return Err(problems) };
        match unit(shape, &file, &names, &mut problems).map(|unit| unit.subject) {
            Some(Subject::Shape(shape)) if problems.is_empty() => Ok(shape),
            _ => Err(problems),
        }
    }

    /// Returns what is sent between the building and the reading, without what every line begins with.
    fn sent(line: &str) -> Vec<String> {
        let shape = planned(&format!("shape:\n  - table: t\n    {line}\n")).expect("it can be meant");
        let requests = shape.script.requests.iter().map(|it| it.statement.text().trim().to_owned());
        let requests: Vec<_> = requests.collect();
        requests[1..requests.len() - 1].to_vec()
    }

    fn told(line: &str) -> Vec<(String, String)> {
        let problems = planned(&format!("shape:\n  - table: t\n    {line}\n")).expect_err("something is wrong");
        problems.into_iter().map(|it| (it.title, it.place.expect("a place").words().to_owned())).collect()
    }

    #[test]
    fn every_line_becomes_the_statement_that_an_author_would_have_written() {
        for (line, statement) in [
            (
                "primary_key: [a, B]",
                "alter table pgattest_listed.\"t\" add constraint \"pgattest_0\" primary key (\"a\", \"B\")",
            ),
            (
                "primary_key: a, b",
                "alter table pgattest_listed.\"t\" add constraint \"pgattest_0\" primary key (a, b\n)",
            ),
            (
                "unique: { k: nulls not distinct (a) }",
                "alter table pgattest_listed.\"t\" add constraint \"k\" unique nulls not distinct (a)",
            ),
            (
                "checks: [CHECK (a) not valid]",
                "alter table pgattest_listed.\"t\" add constraint \"pgattest_0\" CHECK (a) not valid",
            ),
            (
                "checks: { k: a > 0 -- why }",
                "alter table pgattest_listed.\"t\" add constraint \"k\" check (a > 0 -- why\n)",
            ),
            (
                "foreign_keys: { \"a, b\": references o }",
                "alter table pgattest_listed.\"t\" add constraint \"pgattest_0\" foreign key (\"a\", \"b\") references o",
            ),
            ("indexes: { i: unique (a) }", "create unique index \"i\" on pgattest_listed.\"t\"  (a)"),
            (
                "policies: { p: { as: restrictive, to: [b, public], check: x } }",
                "create policy \"p\" on pgattest_listed.\"t\" as restrictive to \"b\", public with check (x\n)",
            ),
            ("replica_identity: full", ""),
            ("publications: p", "alter publication \"p\" add table pgattest_listed.\"t\""),
        ] {
            let sent = sent(line);
            assert_eq!(sent.first().map_or("", String::as_str), statement, "{line}");
        }
    }

    #[test]
    fn the_table_of_a_trigger_stands_where_the_grammar_wants_it() {
        for (text, statement) in [
            (
                "before update execute function f()",
                "create trigger \"g\" before update on pgattest_listed.\"t\"  execute function f()",
            ),
            (
                "constraint after update of a, b deferrable for each row execute function f('x on y')",
                "create constraint trigger \"g\"  after update of a, b on pgattest_listed.\"t\"  deferrable for each row execute function f('x on y')",
            ),
            (
                "disabled after insert referencing new table as n execute function f()",
                "create trigger \"g\"  after insert on pgattest_listed.\"t\"  referencing new table as n execute function f();\nalter table pgattest_listed.\"t\" disable trigger \"g\"",
            ),
        ] {
            assert_eq!(sent(&format!("triggers: {{ g: \"{text}\" }}")), [statement]);
        }
    }

    #[test]
    fn grants_are_made_one_by_one_and_nothing_is_granted_by_nothing() {
        let line = "grants: { anon: [], b: [select, update (x) with grant option] }";
        let grants = "grant select on pgattest_listed.\"t\" to \"b\";\ngrant update (x) on pgattest_listed.\"t\" to \"b\" with grant option";
        assert_eq!(sent(line), [grants]);
    }

    #[test]
    fn what_is_spoken_of_is_built_first() {
        let line =
            "columns: { s: int generated always as (a + 1) stored, a: int }\n    indexes: [(a)]\n    primary_key: [a]";
        let sent = sent(line);
        assert_eq!(sent.len(), 4);
        assert!(sent[0].contains("add column \"a\" int\n not null"), "a key is not null: {}", sent[0]);
        assert!(
            sent[1].contains("add column \"s\"")
                && sent[2].contains("primary key")
                && sent[3].starts_with("create index")
        );
    }

    #[test]
    fn what_is_no_sql_is_told_where_it_stands_without_a_server() {
        for (line, title, words) in [
            ("columns: { a: int defalt 0 }", "syntax error at or near \"defalt\"", "defalt"),
            ("checks: { a: a >> }", "syntax error at or near \")\"", ""),
            ("checks: { a: \"true); drop table t; --\" }", "syntax error at or near \")\"", ""),
            ("indexes: { a: \"(a); drop table t\" }", "a second statement begins here", "a"),
            ("policies: { a: { using: or } }", "syntax error at or near \"or\"", "or"),
            ("triggers: { a: \"before update on t execute function f()\" }", "syntax error at or near \"on\"", "on"),
            ("grants: { a: [selekt from] }", "syntax error at or near \"from\"", "a"),
            (
                "comment: { $above: soon }",
                "`$above` wants a number or a time, and `soon` is neither",
                "{ $above: soon }",
            ),
        ] {
            assert_eq!(told(line), [(title.to_owned(), words.to_owned())], "{line}");
        }
    }

    #[test]
    fn a_name_is_what_the_parser_takes_for_one() {
        for (name, found) in [("t", "\"t\""), ("S.T", "\"s\".\"t\""), ("'\"Odd one\"'", "\"Odd one\"")] {
            let shape = planned(&format!("shape: [{{ table: {name} }}]")).expect("a name");
            assert!(shape.script.requests[0].statement.text().contains(&format!("to_regclass('{found}')")), "{name}");
        }
        for name in ["a b", "a; drop table b", "a where true", "1"] {
            let problems = planned(&format!("shape: [{{ table: {name} }}]")).expect_err("no name");
            assert_eq!(problems[0].title, format!("`{name}` is no name"));
        }
    }
}
