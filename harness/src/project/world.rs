//! `fixtures/world.yaml`: which Postgres the project wants and which rows its world begins with.

use serde::Deserialize;

use crate::problem::{Problem, Problems};
use crate::shim::Exposure;
use crate::span::{Position, Source};

use super::layout::Layout;

/// What the file says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct World {
    pub(super) postgres: Option<u32>,
    expose_new_tables: Option<bool>,
    pub(super) seed: Vec<String>,
}

impl World {
    pub(super) fn exposure(&self) -> Option<Exposure> {
        self.expose_new_tables.map(|exposed| if exposed { Exposure::On } else { Exposure::Off })
    }
}

/// Reads the file, if the project has one.
pub(super) fn read(layout: &Layout) -> Result<World, Problems> {
    let path = layout.fixtures.join("world.yaml");
    let shown = layout.shown(&path);
    let Some(text) = super::settings_file(&path, &shown)? else { return Ok(World::default()) };
    let source = Source::new(&shown, text);
    if source.text.trim().is_empty() {
        return Ok(World::default());
    }
    let mut options = serde_yaml::Options::default();
    options.with_snippet = false;
    serde_yaml::from_str_with_options(&source.text, options).map_err(|error| mistake(&source, &error).into())
}

fn mistake(source: &Source, error: &serde_yaml::Error) -> Problem {
    let problem = Problem::new(error.to_string());
    let Some(location) = error.location() else { return problem.note(source.path.display().to_string()) };
    let line = usize::try_from(location.line()).unwrap_or(1);
    let column = usize::try_from(location.column()).unwrap_or(1);
    let start = source.offset(Position { line, column });
    let length = source.text[start..].find(|c: char| c.is_whitespace() || c == ':').unwrap_or(1).max(1);
    problem.at(source.place(start..start + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read_text(text: &str) -> Result<World, Problems> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("migrations")).expect("a folder");
        fs::create_dir_all(folder.path().join("fixtures")).expect("a folder");
        fs::write(folder.path().join("fixtures/world.yaml"), text).expect("a file");
        read(&super::super::find(folder.path(), None).expect("a project"))
    }

    #[test]
    fn the_file_says_what_it_says() {
        let world = read_text("postgres: 17\nexpose_new_tables: false\nseed: [a.sql]\n").expect("all is well");
        assert_eq!((world.postgres, world.exposure()), (Some(17), Some(Exposure::Off)));
        assert_eq!(world.seed, ["a.sql"]);
        assert!(read_text("# nothing yet\n").is_ok());
    }

    #[test]
    fn an_unknown_key_is_a_mistake_with_its_place() {
        let problem = read_text("postgres: 17\nsed: [a.sql]\n").expect_err("no such key").0.remove(0);
        let place = problem.place.expect("a place");
        assert_eq!((place.position().line, place.position().column), (2, 1));
        assert_eq!(&place.text[place.span.clone()], "sed");
    }
}
