//! `run` and `check`: the project is read, its world is built, its contracts are judged.

use std::path::Path;
use std::time::Instant;

use crate::bless::{Blessing, bless};
use crate::migrate::Failure;
use crate::outcome::{ExitCode, Run};
use crate::pg::PgError;
use crate::pg::server::Server;
use crate::plan::{self, Selection, Sequence, Sources, Unit};
use crate::problem::{Problem, Problems};
use crate::project::{self, Project, Reading, Wishes};
use crate::report::{self, About};
use crate::runner::{self, Keep, Options};
use crate::shim::Exposure;
use crate::world::{self, NoWorld, World};

use super::args::{Arguments, OnOff, RunArguments};
use super::environment::{Environment, lookup};
use super::out::Out;
use super::reports::{self, Reports};
use super::session::{Interrupts, wish, with_server};
use super::watch::Watch;

/// What to do about roles that are otherwise.
const ROLES_HELP: &str =
    "use another server, or change these roles yourself; `pgattest down` ends a warm one that a migration has changed";
/// How many differences of roles are told one by one.
const DIFFERENCES: usize = 12;

/// What is to be judged, and how.
#[derive(Clone, Copy)]
struct Job<'a> {
    project: &'a Project,
    units: &'a [Unit],
    arguments: &'a RunArguments,
    again: Again,
}

/// Returns the folder of the project that was named.
pub(super) fn named<'a>(arguments: &'a Arguments, environment: &'a Environment) -> Option<&'a Path> {
    arguments.project.project.as_deref().or(environment.project.as_deref())
}

/// Reads the project around the current folder, or the one that was named.
pub(super) fn read(arguments: &Arguments, environment: &Environment) -> Result<Project, Problems> {
    reading(arguments, environment)?.whole()
}

/// Reads the project and plans its contracts; whatever is wrong with either is told at once.
pub(super) fn read_and_plan(
    arguments: &Arguments,
    environment: &Environment,
) -> Result<(Vec<Unit>, Project), Problems> {
    let Reading { project, mut problems, is_cast } = reading(arguments, environment)?;
    if !is_cast {
        return Err(problems);
    }
    let units = planned(&project).unwrap_or_else(|found| {
        problems.0.extend(found.0);
        Vec::new()
    });
    // Whatever found them, they are told in the order in which somebody goes through the files.
    problems.0.sort_by_key(|it| it.place.as_ref().map(|place| (place.path.clone(), place.span.start)));
    problems.or((units, project))
}

fn reading(arguments: &Arguments, environment: &Environment) -> Result<Reading, Problems> {
    let layout = project::find(&environment.current, named(arguments, environment))?;
    let exposure = arguments.project.expose.map(|it| if it == OnOff::On { Exposure::On } else { Exposure::Off });
    let wishes = Wishes { postgres: arguments.server.postgres, exposure };
    Ok(project::read(&layout, wishes, &lookup))
}

/// Returns the major that the project around the current folder wants, if there is one that says so.
pub(super) fn wanted_major(arguments: &Arguments, environment: &Environment) -> Option<u32> {
    read(arguments, environment).ok().and_then(|project| project.postgres)
}

/// Builds the project's database and judges its contracts.
pub(super) async fn run(it: &RunArguments, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    if it.bless && environment.ci {
        return out.mistakes(
            &Problem::new("CI checks expectations and does not write them").help("leave out `--bless`").into(),
        );
    }
    let reports = match Reports::ready(it) {
        Ok(reports) => reports,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    let (units, project) = match read_and_plan(arguments, environment) {
        Ok(read) => read,
        Err(problems) => return out.mistakes(&problems),
    };
    let units = match selected(it, units, out) {
        Ok(units) => units,
        Err(code) => return code,
    };
    let mut wish = match wish(arguments, environment, project.postgres) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    if it.keep
        && let Err(code) = super::warm::stay(&mut wish, out).await
    {
        return code;
    }
    let job = Job { project: &project, units: &units, arguments: it, again: Again::No };
    let work = async |server: &Server| {
        let code = judge(server, job, reports, out).await;
        if it.watch { watch(server, it, arguments, environment, out).await } else { code }
    };
    with_server(&wish, out, Interrupts::EndTheWork, work).await
}

/// Runs again whenever a file is saved, until somebody ends it.
async fn watch(
    server: &Server,
    it: &RunArguments,
    arguments: &Arguments,
    environment: &Environment,
    out: &Out,
) -> ExitCode {
    let layout = match project::find(&environment.current, named(arguments, environment)) {
        Ok(layout) => layout,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    let folders = [&layout.migrations, &layout.fixtures, &layout.cases].into_iter().chain(layout.supabase.as_ref());
    // Files of other stacks lie anywhere in the project.
    let texts = reading(arguments, environment).map(|it| it.project.texts).unwrap_or_default();
    let texts = texts.iter().map(|text| layout.root.join(&*text.path));
    let mut watch = Watch::over(folders.cloned().chain(texts).collect());
    // What was saved since the last run that could be begun.
    let mut saved = Vec::new();
    loop {
        Out::say("  waiting for a file to be saved; Ctrl-C ends\n");
        let changed = watch.changed().await;
        saved.extend(changed.iter().cloned());
        let shown: Vec<_> = changed.iter().map(|path| layout.shown(path)).collect();
        Out::say(&format!(
            "\n{}\n",
            shown.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
        ));
        let (units, project) = match read_and_plan(arguments, environment) {
            Ok(read) => read,
            Err(problems) => {
                out.mistakes(&problems);
                continue;
            }
        };
        let Ok(mut units) = selected(it, units, out) else { continue };
        // What a file of contracts says concerns itself alone; anything else concerns the whole world.
        let saved = std::mem::take(&mut saved);
        if saved.iter().all(|path| path.starts_with(&layout.cases)) {
            units.retain(|unit| saved.iter().any(|path| *layout.shown(path) == *unit.place.path));
        }
        let job = Job { project: &project, units: &units, arguments: it, again: Again::Yes };
        judge(server, job, Reports::default(), out).await;
    }
}

/// Returns the plan of a project.
fn planned(project: &Project) -> Result<Vec<Unit>, Problems> {
    let Project { cast, specification, files, are_files_whole, texts, search_path, schemas, .. } = project;
    let migrations = &project.plan.migrations;
    let are_files_whole = *are_files_whole;
    plan::plan(Sources { migrations, cast, files, are_files_whole, specification, texts, search_path, schemas })
}

fn selected(it: &RunArguments, units: Vec<Unit>, out: &Out) -> Result<Vec<Unit>, ExitCode> {
    let selection = Selection { names: it.names.clone(), skip: it.skip.clone(), is_exact: it.exact };
    let unanswered: Vec<_> = selection.unanswered(&units).into_iter().map(str::to_owned).collect();
    let units = selection.of(units);
    if units.is_empty() {
        out.tell("no contract has a name like that\n");
        return Err(ExitCode::Nothing);
    }
    for name in unanswered {
        out.mention(&format!("note: no contract has a name like {}\n", report::visible(&name)));
    }
    Ok(units)
}

fn options(it: &RunArguments, project: &Project) -> Options {
    // What it prints is for `cargo test`; here the report says it.
    let logfile = Some("/dev/null".to_owned());
    // A contract waits for the server more than for us, so there is one more of them than there are processors.
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) + 1;
    let test_threads = it.test_threads.or(Some(threads));
    let arguments = runner::Arguments { test_threads, logfile, ..runner::Arguments::default() };
    let keep = if it.keep { Keep::Broken } else { Keep::Nothing };
    let sequence = it.shuffle.map_or(Sequence::AsPlanned, Sequence::Shuffled);
    Options { arguments, search_path: project.search_path.clone(), keep, sequence }
}

/// Whether the world has been told about before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    No,
    Yes,
}

async fn judge(server: &Server, job: Job<'_>, reports: Reports, out: &Out) -> ExitCode {
    let Job { project, units, arguments, again } = job;
    let start = Instant::now();
    let bar = out.progress("building the database");
    let world = world::build(server, &project.plan).await;
    bar.finish_and_clear();
    let world = match world {
        Ok(world) => world,
        Err(why) => return no_world(&why, server, out),
    };
    let built = world.template.built.then(|| start.elapsed());
    let (stubs, remarks) = (stubs(&world), remarks(server, project, &world));
    let about = About {
        version: env!("CARGO_PKG_VERSION"),
        postgres: &server.version.text,
        place: &server.place,
        exposure: project.plan.exposure.word(),
        migrations: project.plan.migrations.len(),
        seed: arguments.shuffle,
        stubs: &stubs,
        imitations: &world.record.imitations,
        remarks: &remarks,
    };
    if again == Again::No || built.is_some() {
        out.mention(&report::header(&about, built, out.style));
    }
    let start = Instant::now();
    let mut run = runner::run(server, &world, units, &options(arguments, project), &|_| String::new()).await;
    let time = start.elapsed();
    out.tell(&report::run(&run, time, out.style));
    reports::place_policies(&mut run, &project.plan.migrations);
    if let Err(problem) = reports.write(&run, &about, time) {
        return out.mistakes(&problem.into());
    }
    if arguments.bless { blessed(&run, project, out) } else { run.exit_code() }
}

fn stubs(world: &World) -> Vec<(String, String)> {
    world.record.stubs.iter().map(|it| (it.name.clone(), it.says.clone())).collect()
}

/// Writes a file whole or not at all, and only over what was read.
fn write_over(path: &Path, file: &Blessing) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    if std::fs::read_to_string(path).map_err(said)? != file.before {
        return Err("it was changed while the contracts ran".to_owned());
    }
    let about = std::fs::metadata(path).map_err(said)?;
    if about.permissions().readonly() {
        return Err("it may only be read".to_owned());
    }
    let path = path.canonicalize().map_err(said)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(said)?;
    std::io::Write::write_all(&mut draft, file.after.as_bytes()).map_err(said)?;
    draft.as_file().set_permissions(about.permissions()).map_err(said)?;
    draft.persist(&path).map(drop).map_err(|error| error.to_string())
}

fn remarks(server: &Server, project: &Project, world: &World) -> Vec<String> {
    server.remarks.iter().chain(&project.remarks).cloned().chain(world.record.remarks()).collect()
}

/// Writes what was observed, after showing the difference.
fn blessed(run: &Run, project: &Project, out: &Out) -> ExitCode {
    let names = project.cast.names.iter();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let names = names.map(|it| (it.name.text.clone(), text(&it.value)));
    let blessings = bless(run, &names.collect::<Vec<_>>());
    for (name, why) in &blessings.refused {
        out.tell(&format!("  left as it is  {}: {why}\n", report::visible(name)));
    }
    for file in &blessings.files {
        out.tell(&report::difference(&file.path.to_string_lossy(), &file.before, &file.after));
        if let Err(why) = write_over(&project.root.join(&file.path), file) {
            return out.faults(Problem::new(format!("{} is not written", file.path.display())).note(why));
        }
    }
    if blessings.files.is_empty() {
        return run.exit_code();
    }
    out.tell("  written; read it, then run again\n");
    run.exit_code()
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
    match read_and_plan(arguments, environment) {
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
