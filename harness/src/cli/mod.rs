//! The program: reads the arguments and the environment, puts the parts together, prints, and ends.

mod args;
mod contracts;
mod destination;
mod doctor;
mod environment;
mod explain;
mod keeper;
mod list;
mod new;
mod out;
mod reports;
mod run;
mod schema;
mod session;
mod shell;
mod warm;
mod watch;

use clap::Parser;

pub use contracts::contracts;

use crate::outcome::ExitCode;

use args::{Arguments, Command};
use environment::Environment;
use out::Out;

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(said) => return Out::usage(&said),
    };
    let environment = Environment::read();
    let out = Out::new(&arguments, &environment);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return out.fault(&format!("no threads could be started: {error}")),
    };
    let code = runtime.block_on(command(&arguments, &environment, &out));
    runtime.shutdown_background();
    code
}

async fn command(arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    match &arguments.command {
        Command::Run(it) => run::run(it, arguments, environment, out).await,
        Command::Check => run::check(arguments, environment, out),
        Command::List(it) => list::list(it, arguments, environment, out),
        Command::Explain { name } => explain::explain(name, arguments, environment, out),
        Command::New(it) => new::new(it, arguments, environment, out),
        Command::Shell(it) => shell::shell(it, arguments, environment, out).await,
        Command::Up => warm::up(arguments, environment, out).await,
        Command::Down => warm::down(environment, out).await,
        Command::Status => warm::status(environment).await,
        Command::Doctor(it) => doctor::doctor(it, arguments, environment, out).await,
        Command::Schema(it) => schema::schema(it),
    }
}
