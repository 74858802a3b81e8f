//! What a line of a shape is written down by: the statement that gives it to a scratch relation.

use crate::case::{Line, Of, Part, Policy, Says, Sql, Word};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{quote_identifier, split};

use super::draft::{Draft, without};

/// The rest of a function whose body does nothing.
const BODY: &str = " language plpgsql as 'begin end'";

/// The scratch relations of one shape.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    /// What has the shape.
    pub(super) of: Of,
    /// The project's relation, in SQL.
    pub(super) found: String,
    /// The name alone, in SQL.
    pub(super) name: String,
    /// The columns of the primary key, which are not null whether or not it is said.
    pub(super) key: Vec<String>,
}

/// A statement, and how many it really is.
type Made = (Draft, usize);

impl Scratch {
    /// Makes the statement of a line under a name; none if nothing has to be written down.
    pub(super) fn statement(&self, line: &Line, name: &str) -> Result<Option<Draft>, Problem> {
        let Some((draft, statements)) = self.made(line, name)? else { return Ok(None) };
        match draft.problem(&line.place, statements) {
            Some(problem) => Err(helped(problem, line.part)),
            None => Ok(Some(draft)),
        }
    }

    fn made(&self, line: &Line, plain: &str) -> Result<Option<Made>, Problem> {
        let name = &quote_identifier(plain);
        let constraint = |words: &str| Some((self.constraint(line, name, words), 1));
        Ok(match (line.part, &line.says) {
            (Part::Column, Says::Sql(sql)) => Some(self.column(sql, plain)),
            (Part::PrimaryKey, _) => constraint("primary key"),
            (Part::Unique, _) => constraint("unique"),
            (Part::Exclusion, _) => constraint("exclude"),
            (Part::Check, _) => constraint("check"),
            (Part::ForeignKey, _) => constraint("foreign key"),
            (Part::Index, Says::Sql(sql)) => Some((self.index(sql, name), 1)),
            (Part::Trigger, Says::Sql(sql)) => Some(self.trigger(sql, name, &line.place)?),
            (Part::Policy, says) => Some((self.policy(says, name), 1)),
            (Part::Grant, says) => self.grant(says, plain),
            (Part::Publication, says) => Some((self.publication(says, name), 1)),
            (Part::PartitionBy, Says::Sql(sql)) => Some((self.partitioned(sql), 1)),
            (Part::Query, Says::Sql(sql)) => Some((self.query(sql), 1)),
            (Part::Returns, Says::Sql(sql)) => Some((
                Draft::default().own("create function pgattest_listed.returns() returns ").author(sql).own(BODY),
                1,
            )),
            (Part::Arguments, Says::Sql(sql)) => Some((self.arguments(sql), 1)),
            (Part::Setting, Says::Sql(sql)) => Some((setting(sql, name), 1)),
            _ => None,
        })
    }

    fn listed(&self) -> String {
        format!("pgattest_listed.{}", self.name)
    }

    /// A column is given to the scratch table of columns; to the other one if the project's has no such column, so that
    /// what else is listed can speak of it.
    fn column(&self, sql: &Sql, plain: &str) -> Made {
        let (name, listed) = (quote_identifier(plain), self.listed());
        let not_null = if self.key.iter().any(|it| it == plain) { " not null" } else { "" };
        let columns = format!("pgattest_columns.{}", self.name);
        let head = format!("alter table {columns} drop column if exists {name}, add column {name} ");
        let draft = Draft::default().own(&head).author(sql).own(not_null);
        if self.of == Of::View {
            return (draft, 1);
        }
        (draft.own(&format!(";\nalter table {listed} add column if not exists {name} ")).author(sql), 2)
    }

    fn constraint(&self, line: &Line, name: &str, words: &str) -> Draft {
        let head = format!("alter table {} add constraint {name} ", self.listed());
        let draft = Draft::default().own(&head);
        let columns = |it: &[Word]| it.iter().map(|word| quote_identifier(&word.text)).collect::<Vec<_>>().join(", ");
        let sql = match &line.says {
            Says::Words(list) => return draft.own(&format!("{words} ({})", columns(list))),
            Says::Sql(sql) => sql,
            Says::Value(_) | Says::Policy(_) => return draft,
        };
        if without(&sql.text, words).is_some() {
            return draft.author(sql);
        }
        match (line.part, &line.name) {
            (Part::Check, _) => draft.own("check (").author(sql).own(")"),
            (Part::ForeignKey, Some(column)) => {
                draft.own(&format!("foreign key ({}) ", of_columns(column))).author(sql)
            }
            _ if is_bare(&sql.text) && words != "exclude" => draft.own(&format!("{words} (")).author(sql).own(")"),
            _ => draft.own(&format!("{words} ")).author(sql),
        }
    }

    fn index(&self, sql: &Sql, name: &str) -> Draft {
        let unique = without(&sql.text, "unique");
        let word = if unique.is_some() { "unique " } else { "" };
        let start = sql.text.len() - unique.unwrap_or(&sql.text).len();
        let head = format!("create {word}index {name} on {} ", self.listed());
        Draft::default().own(&head).some_of(sql, start..sql.text.len())
    }

    /// The table belongs between the events and what follows them; the grammar knows where that is.
    fn trigger(&self, sql: &Sql, name: &str, place: &Place) -> Result<Made, Problem> {
        let (switch, rest) = switch(&sql.text);
        let constraint = without(rest, "constraint");
        let rest = constraint.unwrap_or(rest);
        let (start, listed) = (sql.text.len() - rest.len(), self.listed());
        let word = if constraint.is_some() { "constraint " } else { "" };
        let with_table = |at: usize| {
            let head = Draft::default().own(&format!("create {word}trigger {name} ")).some_of(sql, start..at);
            head.own(&format!(" on {listed} ")).some_of(sql, at..sql.text.len())
        };
        let blanks = rest.char_indices().filter(|(_, it)| it.is_whitespace()).map(|(at, _)| start + at);
        let drafts: Vec<_> = blanks.map(with_table).collect();
        let Some(draft) = drafts.iter().find(|draft| draft.problem(place, 1).is_none()) else {
            let furthest = |draft: &&Draft| split(&draft.text).err().map(|error| error.span.start);
            let problem = drafts.iter().max_by_key(furthest).and_then(|draft| draft.problem(place, 1));
            let problem = problem.unwrap_or_else(|| Problem::new("this is no trigger").at(sql.whole()));
            return Err(helped(problem, Part::Trigger));
        };
        Ok(match switch {
            None => (draft.clone(), 1),
            Some(state) => (draft.clone().own(&format!(";\nalter table {listed} {state} trigger {name}")), 2),
        })
    }

    fn policy(&self, says: &Says, name: &str) -> Draft {
        let draft = Draft::default().own(&format!("create policy {name} on {} ", self.listed()));
        match says {
            Says::Sql(sql) => draft.author(sql),
            Says::Policy(policy) => keyed(draft, policy),
            Says::Words(_) | Says::Value(_) => draft,
        }
    }

    /// Nothing is granted by no statement; the privileges of a function need none either.
    fn grant(&self, says: &Says, role: &str) -> Option<Made> {
        if matches!(self.of, Of::Function | Of::Procedure) {
            return None;
        }
        let role = if role == "public" { role.to_owned() } else { quote_identifier(role) };
        let listed = self.listed();
        let texts: Vec<&str> = match says {
            Says::Words(words) => words.iter().map(|word| word.text.as_str()).collect(),
            Says::Sql(sql) => vec![sql.text.as_str()],
            Says::Value(_) | Says::Policy(_) => Vec::new(),
        };
        let grant = |text: &&str| {
            let option = " with grant option";
            let (privileges, option) = match text.len().checked_sub(option.len()) {
                Some(at) if text.is_char_boundary(at) && text[at..].eq_ignore_ascii_case(option) => text.split_at(at),
                _ => (*text, ""),
            };
            format!("grant {privileges} on {listed} to {role}{option}")
        };
        let grants: Vec<_> = texts.iter().map(grant).collect();
        (!grants.is_empty()).then(|| (Draft::default().own(&grants.join(";\n")), grants.len()))
    }

    fn publication(&self, says: &Says, name: &str) -> Draft {
        let draft = Draft::default().own(&format!("alter publication {name} add table {} ", self.listed()));
        match says {
            Says::Sql(sql) => draft.author(sql),
            Says::Words(_) | Says::Value(_) | Says::Policy(_) => draft,
        }
    }

    fn partitioned(&self, sql: &Sql) -> Draft {
        let head = format!("create table pgattest_whole.{} (like {}) partition by ", self.name, self.found);
        Draft::default().own(&head).author(sql)
    }

    fn query(&self, sql: &Sql) -> Draft {
        let end = sql.text.trim_end().trim_end_matches(';').len();
        Draft::default().own(&format!("create view pgattest_whole.{} as ", self.name)).some_of(sql, 0..end)
    }

    /// Arguments that give something back are a result of their own.
    fn arguments(&self, sql: &Sql) -> Draft {
        let words = sql.text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let gives_back = words.into_iter().any(|word| ["out", "inout"].contains(&word.to_lowercase().as_str()));
        let (kind, result) = match (self.of, gives_back) {
            (Of::Procedure, _) => ("procedure", ""),
            (_, true) => ("function", ""),
            (_, false) => ("function", " returns void"),
        };
        let head = format!("create {kind} pgattest_listed.arguments(");
        Draft::default().own(&head).author(sql).own(")").own(result).own(BODY)
    }
}

/// Puts the keys of a policy into the order that the grammar wants.
fn keyed(draft: Draft, policy: &Policy) -> Draft {
    let sort = policy.sort.iter().map(|word| format!("as {} ", word.text));
    let command = policy.command.iter().map(|word| format!("for {} ", word.text));
    let role = |word: &Word| if word.text == "public" { word.text.clone() } else { quote_identifier(&word.text) };
    let roles: Vec<_> = policy.roles.iter().map(role).collect();
    let to = (!roles.is_empty()).then(|| format!("to {} ", roles.join(", ")));
    let draft = draft.own(&sort.chain(command).chain(to).collect::<String>());
    let conditions = [("using (", &policy.using), ("with check (", &policy.check)];
    let said = conditions.into_iter().filter_map(|(words, sql)| Some((words, sql.as_ref()?)));
    said.fold(draft, |draft, (words, sql)| draft.own(words).author(sql).own(") "))
}

fn setting(sql: &Sql, name: &str) -> Draft {
    let draft = Draft::default().own(&format!("alter function pgattest_listed.settings set {name} = "));
    if sql.text.trim().is_empty() { draft.own("''") } else { draft.author(sql) }
}

/// Returns how a trigger is switched that is not simply on, and the rest of its text.
fn switch(text: &str) -> (Option<&'static str>, &str) {
    let states = [("disabled", "disable"), ("replica", "enable replica"), ("always", "enable always")];
    let said = states.into_iter().find_map(|(word, state)| Some((Some(state), without(text, word)?)));
    said.unwrap_or((None, text))
}

/// Returns the columns that the key of a foreign key names.
fn of_columns(word: &Word) -> String {
    word.text.split(',').map(|column| quote_identifier(column.trim())).collect::<Vec<_>>().join(", ")
}

/// Whether a text is a list of columns without its parentheses.
fn is_bare(text: &str) -> bool {
    text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | ',' | ' '))
}

/// Adds what an author would write instead.
fn helped(problem: Problem, part: Part) -> Problem {
    let help = match part {
        Part::Column => {
            "write what stands behind the name in `create table`, like `uuid not null`; constraints have keys of their own"
        }
        Part::Trigger => {
            "write what follows the name, without the table: `before update for each row execute function f()`"
        }
        Part::Index => {
            "write what follows the table, like `(org_id)` or `unique (lower(email)) where deleted_at is null`"
        }
        Part::ForeignKey => "write `references organizations (id) on delete cascade`",
        Part::Policy => "write for example `{ for: select, to: authenticated, using: org_id = current_org_id() }`",
        Part::Grant => "write privileges, like `[select, update (status)]`, or `all`, or `[]` for nothing",
        _ => return problem,
    };
    if problem.help.is_some() { problem } else { problem.help(help) }
}
