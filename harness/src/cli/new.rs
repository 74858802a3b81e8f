//! `new`: a first contract of a kind, written where it belongs, that an author goes on from.

use std::path::{Path, PathBuf};

use crate::case;
use crate::outcome::ExitCode;
use crate::problem::{Problem, nearest};
use crate::project;

use super::args::{Arguments, NewArguments};
use super::environment::Environment;
use super::out::Out;

/// Writes a first contract; a file that is there is left alone.
pub(super) fn new(it: &NewArguments, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    match write(it, arguments, environment) {
        Ok(path) => {
            out.mention(&format!("{} is there: change it to what you mean, then `pgattest run`\n", path.display()));
            ExitCode::Held
        }
        Err(problem) => out.mistakes(&problem.into()),
    }
}

fn write(it: &NewArguments, arguments: &Arguments, environment: &Environment) -> Result<PathBuf, Problem> {
    let layout = project::find(&environment.current, super::run::named(arguments, environment))?;
    let project = super::run::read(arguments, environment).ok();
    let actor = project.as_ref().and_then(|it| it.cast.actors.first()).map_or("anon", |actor| &actor.name.text);
    let Some(text) = case::first(&it.kind) else { return Err(unknown(&it.kind)) };
    let name = it.file.clone().unwrap_or_else(|| Path::new(&it.kind).with_extension("yaml"));
    let name = if name.extension().is_some() { name } else { name.with_extension("yaml") };
    let leaves = name.is_absolute() || name.components().any(|part| part == std::path::Component::ParentDir);
    if leaves {
        let problem = Problem::new(format!("{} is not below the folder of the cases", name.display()));
        return Err(problem.help("name it by where it is to be in there: `pgattest new cases claims/reading`"));
    }
    let path = layout.cases.join(name.strip_prefix("cases").unwrap_or(&name));
    let shown = layout.shown(&path);
    if path.exists() {
        let problem = Problem::new(format!("{} is there already", shown.display()));
        return Err(problem.help("name another file: `pgattest new KIND FILE`"));
    }
    let said =
        |error: std::io::Error| Problem::new(format!("{} cannot be written", shown.display())).note(error.to_string());
    std::fs::create_dir_all(path.parent().unwrap_or(&layout.cases)).map_err(said)?;
    std::fs::write(&path, text.replace("{actor}", actor)).map_err(said)?;
    Ok(shown)
}

fn unknown(kind: &str) -> Problem {
    let problem = Problem::new(format!("`{kind}` is no kind of contract"));
    match kind {
        "sessions" => {
            return problem
                .help("cases may have several sessions: `pgattest new cases`, then `sessions: { a: …, b: … }`");
        }
        "world" => return problem.help("who and what exists stands in fixtures/world.yaml: names, actors, seed"),
        _ => {}
    }
    match nearest(kind, case::kinds()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the kinds are {}", case::kinds().collect::<Vec<_>>().join(", "))),
    }
}
