//! `up`, `down` and `status`: a server that is kept between runs.

use crate::outcome::ExitCode;
use crate::pg::server::{self, Choice, Warm, Wish};

use super::args::Arguments;
use super::environment::Environment;
use super::out::Out;
use super::session::wish;

/// Starts a server that is kept.
pub(super) async fn up(arguments: &Arguments, environment: &Environment, out: &Out) -> ExitCode {
    let major = super::run::wanted_major(arguments, environment);
    let wish = match wish(arguments, environment, major) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    let bar = out.progress("starting PostgreSQL");
    let up = server::up(&wish).await;
    bar.finish_and_clear();
    match up {
        Ok((warm, true)) => out.mention(&format!("{} is up and stays until `pgattest down`\n", shown(&warm))),
        Ok((warm, false)) => out.mention(&format!("{} was up already\n", shown(&warm))),
        Err(why) => return out.no_server(why),
    }
    ExitCode::Held
}

/// Takes care that the server is still there when the run has ended: a private one is kept warm.
pub(super) async fn stay(wish: &mut Wish, out: &Out) -> Result<(), ExitCode> {
    if matches!(wish.choice, Choice::Given(_)) {
        return Ok(());
    }
    match server::up(wish).await {
        Ok((warm, is_new)) => {
            if is_new {
                out.mention(&format!(
                    "{} is up and stays, for what is kept in it, until `pgattest down`\n",
                    shown(&warm)
                ));
            }
            wish.choice = Choice::Auto;
            Ok(())
        }
        Err(why) => Err(out.no_server(why)),
    }
}

/// Ends the warm server.
pub(super) async fn down(environment: &Environment, out: &Out) -> ExitCode {
    match server::down(&environment.cache).await {
        Some(warm) => out.mention(&format!("{} is down\n", shown(&warm))),
        None => out.mention("no server was up\n"),
    }
    ExitCode::Held
}

/// Tells whether a server is warm.
pub(super) async fn status(environment: &Environment) -> ExitCode {
    let Some(warm) = server::status(&environment.cache).await else {
        Out::say("no server is up\n");
        return ExitCode::Nothing;
    };
    Out::say(&format!("{} is up\n", shown(&warm)));
    ExitCode::Held
}

fn shown(warm: &Warm) -> String {
    format!("PostgreSQL {} {}", warm.version, warm.place())
}
