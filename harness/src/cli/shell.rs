//! `shell`: psql as an actor, in a database of the project that goes afterwards.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::outcome::ExitCode;
use crate::pg::Clone;
use crate::pg::server::{Binaries, Server, Wish};
use crate::plan::{Names, Scope, Way, Who};
use crate::problem::{Problem, Problems};
use crate::project::Project;
use crate::world;

use super::args::{Arguments, ShellArguments};
use super::environment::Environment;
use super::out::Out;
use super::run;
use super::session::{Interrupts, wish, with_server};

/// Opens psql as an actor.
pub(super) async fn shell(
    it: &ShellArguments,
    arguments: &Arguments,
    environment: &Environment,
    out: &Out,
) -> ExitCode {
    let project = match run::read(arguments, environment) {
        Ok(project) => project,
        Err(problems) => return out.mistakes(&problems),
    };
    let ready = actor(it, &project).and_then(|who| Ok((who, wish(arguments, environment, project.postgres)?)));
    let (who, wish) = match ready {
        Ok(ready) => ready,
        Err(problems) => return out.mistakes(&problems),
    };
    let Some(psql) = find(&wish) else {
        let problem = Problem::new("psql is not on this machine").help("install PostgreSQL's client programs");
        return out.faults(problem);
    };
    let work = async |server: &Server| open(server, &project, &who, &psql, out).await;
    with_server(&wish, out, Interrupts::LeftToOthers, work).await
}

fn actor(it: &ShellArguments, project: &Project) -> Result<Who, Problems> {
    let mut problems = Vec::new();
    let names = Names::of(&project.cast, &project.search_path, &mut problems);
    let Some(name) = &it.actor else { return Problems(problems).or(Who::harness()) };
    match names.who(name) {
        Some(who) => Problems(problems).or(who),
        None => Err(project.cast.no_actor(name).into()),
    }
}

async fn open(server: &Server, project: &Project, who: &Who, psql: &Path, out: &Out) -> ExitCode {
    let world = match world::build(server, &project.plan).await {
        Ok(world) => world,
        Err(why) => return run::no_world(&why, server, out),
    };
    let clone = match Clone::make(server, &world.template.name).await {
        Ok(clone) => clone,
        Err(error) => return out.fault(&error.to_string()),
    };
    let start = match start(who, &project.search_path) {
        Ok(start) => start,
        Err(error) => return out.fault(&format!("no temporary file could be written: {error}")),
    };
    let mut command = tokio::process::Command::new(psql);
    command.env("PSQLRC", start.path()).envs(server.door(&clone.name).environment()).stdin(Stdio::inherit());
    let ended = command.status().await;
    drop(clone.drop(server).await);
    match ended {
        Ok(status) if status.success() => ExitCode::Held,
        Ok(_) => ExitCode::Unjudged,
        Err(error) => out.fault(&format!("psql could not be started: {error}")),
    }
}

/// Writes what psql runs before it asks: from there on the session is the actor's.
fn start(who: &Who, search_path: &str) -> std::io::Result<tempfile::NamedTempFile> {
    let path = [("search_path".to_owned(), search_path.to_owned())];
    let path = if matches!(who.way, Way::Api(_)) { &path[..] } else { &[] };
    let mut file = tempfile::NamedTempFile::new()?;
    writeln!(file, "\\set QUIET 1\n\\o /dev/null\n{}\n\\o", who.become_in(Scope::Session, path, &[]))?;
    writeln!(file, "\\set PROMPT1 '{}%R%x%# '\n\\unset QUIET", who.name)?;
    file.flush()?;
    Ok(file)
}

/// Finds psql where programs are, or beside a server's.
fn find(wish: &Wish) -> Option<PathBuf> {
    let beside = Binaries::all(wish).into_iter().map(|it| it.folder);
    let folders = wish.path.iter().cloned().chain(wish.binaries.clone()).chain(beside);
    folders.map(|folder| folder.join("psql")).find(|path| path.is_file())
}
