//! The contracts of a project as tests, for `cargo test`: the same plan, the same runner, the same verdicts as `run`.

use std::path::Path;

use clap::Parser;

use crate::outcome::{ExitCode, Outcome};
use crate::pg::server::Server;
use crate::plan::{Selection, Sequence, Unit};
use crate::project::Project;
use crate::report::{self, Style};
use crate::runner::{self, Keep, Options};
use crate::world;

use super::args::Arguments;
use super::environment::Environment;
use super::keeper;
use super::out::Out;
use super::run;
use super::session::{Interrupts, wish, with_server};

/// Judges the contracts of the project around a folder as tests, by the arguments of this process.
pub fn contracts(folder: &str) -> std::process::ExitCode {
    let arguments = Arguments::parse_from(["pgattest", "--quiet", "run"]);
    let environment = Environment { current: Path::new(folder).to_path_buf(), ..Environment::read() };
    let out = Out::new(&arguments, &environment);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return std::process::ExitCode::from(out.fault("no threads could be started") as u8);
    };
    let code = match keeper::told() {
        Some((process, cache)) => runtime.block_on(keeper::until(process, &cache)),
        None => runtime.block_on(judge(runner::Arguments::from_args(), &arguments, &environment, &out)),
    };
    runtime.shutdown_background();
    std::process::ExitCode::from(code as u8)
}

async fn judge(tests: runner::Arguments, arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    let (units, project) = match run::read_and_plan(arguments, environment) {
        Ok(planned) => planned,
        Err(problems) => return out.mistakes(&problems),
    };
    let selection =
        Selection { names: tests.filter.iter().cloned().collect(), skip: tests.skip.clone(), is_exact: tests.exact };
    let chosen = selection.of(units.clone());
    if tests.list || chosen.is_empty() {
        // A filter that is meant for other tests chooses none of these, and that is fine.
        runner::list(&units, &tests);
        return if units.is_empty() { ExitCode::Nothing } else { ExitCode::Held };
    }
    let mut wish = match wish(arguments, environment, project.postgres) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    if let Some(run) = &environment.nextest
        && let Err(code) = keeper::share(&mut wish, run, out).await
    {
        return code;
    }
    with_server(&wish, out, Interrupts::EndTheWork, async |server: &Server| {
        on_server(server, &project, &chosen, &tests, out).await
    })
    .await
}

async fn on_server(
    server: &Server,
    project: &Project,
    units: &[Unit],
    tests: &runner::Arguments,
    out: &Out,
) -> ExitCode {
    let world = match world::build(server, &project.plan).await {
        Ok(world) => world,
        Err(why) => return run::no_world(&why, server, out),
    };
    let options = Options {
        arguments: tests.clone(),
        search_path: project.search_path.clone(),
        keep: Keep::Nothing,
        sequence: Sequence::AsPlanned,
    };
    let told = |outcome: &Outcome| format!("\n{}", report::outcome(outcome, Style::Plain));
    runner::run(server, &world, units, &options, &told).await.exit_code()
}
