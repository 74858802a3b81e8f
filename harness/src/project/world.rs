//! `fixtures/world.yaml`: which Postgres the project wants, which rows its world begins with, who and what exists.

use crate::case::{CAST_FIELDS, Cast, SPECIFICATION_FIELD, Specification};
use crate::problem::{Problem, Problems};
use crate::shim::Exposure;
use crate::span::{Place, Source};
use crate::yaml::{self, Field, Form, Node};

use super::Wanted;
use super::layout::Layout;

/// What the file says.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) postgres: Option<Wanted>,
    pub(super) exposure: Option<Exposure>,
    /// The seeds, by name, and where they are named.
    pub(super) seed: Vec<(String, Place)>,
    pub(super) cast: Cast,
    pub(super) specification: Specification,
}

const FIELDS: [Field; 7] = [
    Field::new("postgres", Form::Number, "The major of PostgreSQL.", "postgres: 17"),
    Field::new(
        "expose_new_tables",
        Form::Bool,
        "Whether new tables in `public` are open to the API roles.",
        "expose_new_tables: true",
    ),
    Field::new("seed", Form::List(&Form::Text), "Files of rows, in order.", "seed: [organizations.sql, people.sql]"),
    CAST_FIELDS[0],
    CAST_FIELDS[1],
    CAST_FIELDS[2],
    SPECIFICATION_FIELD,
];

/// Returns the form of the file.
pub fn form() -> Form {
    Form::Map(&FIELDS)
}

/// Reads the file, if the project has one.
pub(super) fn read(layout: &Layout) -> Result<World, Problems> {
    let path = layout.fixtures.join("world.yaml");
    let source = super::settings_file(&path, &layout.shown(&path))?;
    let elsewhere = layout.root.join("fixtures/world.yaml");
    if source.is_none() && elsewhere != path && elsewhere.is_file() {
        let problem = Problem::new("fixtures/world.yaml is not read: in a Supabase project the world stands elsewhere");
        return Err(problem.help(format!("move it to {}", layout.shown(&path).display())).into());
    }
    source.map_or_else(|| Ok(World::default()), |source| parse(&source))
}

fn parse(source: &Source) -> Result<World, Problems> {
    let node = yaml::read(source)?;
    let misfits = if node.data == yaml::Data::Null { Vec::new() } else { yaml::check(&node, &form(), source) };
    Problems(misfits).or(())?;
    let fields = node.fields();
    let mut problems = Vec::new();
    let major = |node: &Node| {
        let major = node.scalar()?.parse().ok()?;
        Some(Wanted { major, place: Some(node.place(source)) })
    };
    let world = World {
        postgres: fields.get("postgres").and_then(major),
        exposure: fields.get("expose_new_tables").map(|_| Exposure::of(fields.is_set("expose_new_tables"))),
        seed: fields.items("seed").iter().map(|it| (it.scalar().unwrap_or_default(), it.place(source))).collect(),
        cast: Cast::read(&node, source, &mut problems),
        specification: Specification::read(&node, source, &mut problems),
    };
    Problems(problems).or(world)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read_text(text: &str) -> Result<World, Problem> {
        parse(&Source::new(Path::new("world.yaml"), text)).map_err(|mut problems| problems.0.remove(0))
    }

    #[test]
    fn the_file_says_what_it_says() {
        let world = read_text("postgres: 17\nexpose_new_tables: false\nseed: [a.sql, b.sql]\n").expect("all is well");
        assert_eq!((world.postgres.map(|it| it.major), world.exposure), (Some(17), Some(Exposure::Off)));
        let seeds: Vec<_> = world.seed.iter().map(|(name, place)| (name.as_str(), place.position().column)).collect();
        assert_eq!(seeds, [("a.sql", 8), ("b.sql", 15)]);
        assert!(read_text("# nothing yet\n").is_ok());
    }

    #[test]
    fn a_mistake_is_shown_where_it_is_with_what_to_write_instead() {
        for (text, title, help, at) in [
            ("postgres: 17\nsed: [a.sql]\n", "`sed` is not known here", Some("did you mean `seed`?"), (2, 1, "sed")),
            ("postgres: many\n", "this must be a whole number", Some("for example: postgres: 17"), (1, 11, "many")),
            (
                "expose_new_tables: maybe\n",
                "this must be `true` or `false`",
                Some("for example: expose_new_tables: true"),
                (1, 20, "maybe"),
            ),
            (
                "seed: a.sql\n",
                "this must be a list, like [a, b]",
                Some("for example: seed: [organizations.sql, people.sql]"),
                (1, 7, "a.sql"),
            ),
            ("- 1\n", "this must be keys with values, like `key: value`", None, (1, 1, "- 1")),
            (
                "postgres: 17\npostgres: 16\n",
                "`postgres` is said twice",
                Some("leave one of them out"),
                (2, 1, "postgres"),
            ),
        ] {
            let problem = read_text(text).expect_err("something is wrong");
            assert_eq!((problem.title.as_str(), problem.help.as_deref()), (title, help), "{text}");
            let place = problem.place.expect("a place");
            let position = place.position();
            assert_eq!((position.line, position.column, &place.text[place.span.clone()]), at, "{text}");
        }
    }
}
