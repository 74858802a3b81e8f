//! `run` and `check`: the project is read, its world is built, its contracts are judged.

use std::time::Instant;

use crate::migrate::Failure;
use crate::outcome::ExitCode;
use crate::pg::PgError;
use crate::pg::server::Server;
use crate::plan::{self, Selection, Sources, Unit};
use crate::problem::{Problem, Problems};
use crate::project::{self, Project, Wishes};
use crate::report::{self, Header};
use crate::runner::{self, Keep, Options};
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
    let units = match selected(it, &project, out) {
        Ok(units) => units,
        Err(code) => return code,
    };
    let wish = match wish(arguments, environment, project.postgres) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    let options = options(it, &project);
    with_server(&wish, out, async |server: &Server| judge(server, &project, &units, &options, out).await).await
}

/// Returns the plan of a project.
pub(super) fn planned(project: &Project) -> Result<Vec<Unit>, Problems> {
    let (migrations, cast, files) = (&project.plan.migrations, &project.cast, &project.files);
    plan::plan(Sources { migrations, cast, files, search_path: &project.search_path })
}

fn selected(it: &RunArguments, project: &Project, out: &Out) -> Result<Vec<Unit>, ExitCode> {
    let units = planned(project).map_err(|problems| out.mistakes(&problems))?;
    let selection = Selection { names: it.names.clone(), skip: it.skip.clone(), is_exact: it.exact };
    let unanswered: Vec<_> = selection.unanswered(&units).into_iter().map(str::to_owned).collect();
    let units = selection.of(units);
    if units.is_empty() {
        Out::say("no contract has a name like that\n");
        return Err(ExitCode::Nothing);
    }
    for name in unanswered {
        out.mention(&format!("note: no contract has a name like {}\n", report::visible(&name)));
    }
    Ok(units)
}

fn options(it: &RunArguments, project: &Project) -> Options {
    let mut arguments = runner::Arguments::default();
    arguments.test_threads = it.test_threads;
    // What it prints is for `cargo test`; here the report says it.
    arguments.logfile = Some("/dev/null".to_owned());
    let keep = if it.keep { Keep::Broken } else { Keep::Nothing };
    Options { arguments, search_path: project.search_path.clone(), keep }
}

async fn judge(server: &Server, project: &Project, units: &[Unit], options: &Options, out: &Out) -> ExitCode {
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
    let run = runner::run(server, &world, units, options, &|_| String::new()).await;
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
    let project = read(arguments, environment);
    match project.and_then(|project| Ok((planned(&project)?, project))) {
        Err(problems) => out.mistakes(&problems),
        Ok((units, project)) => {
            for remark in &project.remarks {
                out.mention(&format!("note: {}\n", report::visible(remark)));
            }
            let rollbacks = project.plan.migrations.iter().filter(|it| it.rollback.is_some()).count();
            let count = match project.plan.migrations.len() {
                1 => "1 migration".to_owned(),
                more => format!("{more} migrations"),
            };
            let contracts = match units.len() {
                1 => "1 contract".to_owned(),
                more => format!("{more} contracts"),
            };
            out.mention(&format!("{count}, {rollbacks} with a rollback, {contracts}, and nothing wrong\n"));
            ExitCode::Held
        }
    }
}
