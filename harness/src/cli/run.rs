//! `run` and `check`: the project is read, its world is built, its contracts are judged.

use std::time::Instant;

use crate::migrate::Failure;
use crate::outcome::ExitCode;
use crate::pg::PgError;
use crate::pg::server::Server;
use crate::plan::{self, Unit};
use crate::problem::{Problem, Problems};
use crate::project::{self, Project, Wishes};
use crate::report::{self, Header};
use crate::runner;
use crate::shim::Exposure;
use crate::world::{self, NoWorld, World};

use super::args::{Arguments, OnOff, RunArguments};
use super::environment::{Environment, lookup};
use super::out::Out;
use super::session::{wish, with_server};

/// What to do about roles that are otherwise.
const ROLES_HELP: &str =
    "use another server, or change these roles yourself; `pgattest down` ends a warm one that a migration has changed";
/// How many differences of roles are told one by one.
const DIFFERENCES: usize = 12;

/// Reads the project around the current folder, or the one that was named.
pub(super) fn read(arguments: &Arguments, environment: &Environment) -> Result<Project, Problems> {
    let layout = project::find(&environment.current, arguments.project.project.as_deref())?;
    let exposure = arguments.project.expose.map(|it| if it == OnOff::On { Exposure::On } else { Exposure::Off });
    let wishes = Wishes { postgres: arguments.server.postgres, exposure };
    project::read(&layout, wishes, &lookup)
}

/// Returns the major that the project around the current folder wants, if there is one that says so.
pub(super) fn wanted_major(arguments: &Arguments, environment: &Environment) -> Option<u32> {
    read(arguments, environment).ok().and_then(|project| project.postgres)
}

/// Builds the project's database and judges its contracts.
pub(super) async fn run(it: &RunArguments, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    let project = match read(arguments, environment) {
        Ok(project) => project,
        Err(problems) => return out.mistakes(&problems),
    };
    let units = plan::plan(&project.plan.migrations, &it.names);
    if units.is_empty() {
        Out::say("no contract has a name like that\n");
        return ExitCode::Nothing;
    }
    let wish = match wish(arguments, environment, project.postgres) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    with_server(&wish, out, async |server: &Server| judge(server, &project, &units, out).await).await
}

async fn judge(server: &Server, project: &Project, units: &[Unit], out: &Out) -> ExitCode {
    let start = Instant::now();
    let bar = out.progress("building the database");
    let world = world::build(server, &project.plan).await;
    bar.finish_and_clear();
    let world = match world {
        Ok(world) => world,
        Err(why) => return no_world(&why, server, out),
    };
    out.mention(&header(server, project, &world, start, out));
    let start = Instant::now();
    let run = runner::run(server, &world, units).await;
    Out::say(&report::run(&run, start.elapsed(), out.style));
    run.exit_code()
}

fn header(server: &Server, project: &Project, world: &World, start: Instant, out: &Out) -> String {
    let warnings = world.record.warnings.iter().map(|(file, warning)| format!("{file}: {warning}"));
    let remarks: Vec<_> = server.remarks.iter().chain(&project.remarks).cloned().chain(warnings).collect();
    let stubs = world.record.stubs.iter().map(|it| (it.name.clone(), it.says.clone()));
    let stubs: Vec<_> = stubs.collect();
    let header = Header {
        version: env!("CARGO_PKG_VERSION"),
        postgres: &server.version.text,
        place: &server.place,
        exposure: project.plan.exposure.word(),
        migrations: project.plan.migrations.len(),
        built: world.template.built.then(|| start.elapsed()),
        stubs: &stubs,
        imitations: &world.record.imitations,
        remarks: &remarks,
    };
    report::header(&header, out.style)
}

/// Prints why there is no world.
pub(super) fn no_world(why: &NoWorld, server: &Server, out: &Out) -> ExitCode {
    match why {
        NoWorld::File(Failure::Refused(problem)) => out.mistakes(&Problems(vec![(**problem).clone()])),
        NoWorld::File(Failure::Gone(problem)) => out.faults(with_last_words((**problem).clone(), server)),
        NoWorld::File(Failure::Server(error)) | NoWorld::Server(error) => out.faults(lost(error, server)),
        NoWorld::NoSpace(problem) => out.faults((**problem).clone()),
        NoWorld::Roles(differences) => {
            let mut problem =
                Problem::new("the server's roles are not as Supabase has them, and they are not ours to change");
            problem.notes = differences.iter().take(DIFFERENCES).map(ToString::to_string).collect();
            if let Some(more) = differences.len().checked_sub(DIFFERENCES).filter(|more| *more > 0) {
                problem.notes.push(format!("and {more} more"));
            }
            out.mistakes(&problem.help(ROLES_HELP).into())
        }
    }
}

fn lost(error: &PgError, server: &Server) -> Problem {
    match error {
        PgError::Refused(refusal) => {
            Problem::new(refusal.message.clone()).note(format!("SQLSTATE {}", refusal.sqlstate))
        }
        other => with_last_words(Problem::new("the server is gone").note(other.to_string()), server),
    }
}

/// Adds what the server itself says of its end: its log goes with it.
fn with_last_words(problem: Problem, server: &Server) -> Problem {
    match server.last_words() {
        Some(words) => problem.note(format!("it wrote last:\n{words}")),
        None => problem,
    }
}

/// Reads every file of the project, without a server.
pub(super) fn check(arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    match read(arguments, environment) {
        Err(problems) => out.mistakes(&problems),
        Ok(project) => {
            for remark in &project.remarks {
                out.mention(&format!("note: {}\n", report::visible(remark)));
            }
            let rollbacks = project.plan.migrations.iter().filter(|it| it.rollback.is_some()).count();
            let count = match project.plan.migrations.len() {
                1 => "1 migration".to_owned(),
                more => format!("{more} migrations"),
            };
            out.mention(&format!("{count}, {rollbacks} with a rollback, and nothing wrong\n"));
            ExitCode::Held
        }
    }
}
