//! Something that is done with a server: the server is there before it and gone after it, however it ends.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::signal::unix::{SignalKind, signal};

use crate::outcome::ExitCode;
use crate::pg::server::{self, Choice, Presence, Server, Wish};
use crate::problem::Problem;
use crate::shim;

use super::args::Arguments;
use super::environment::Environment;
use super::out::Out;

/// Returns the wish for a server that arguments, environment and project make together.
pub(super) fn wish(arguments: &Arguments, environment: &Environment, major: Option<u32>) -> Result<Wish, Problem> {
    let asked = &arguments.server;
    let said = asked.server.clone().or_else(|| environment.database_url.clone());
    let choice = match said.as_deref() {
        None | Some("auto") => Choice::Auto,
        Some("container") => Choice::Container,
        Some("local") => Choice::Local,
        Some(url) if url.contains("://") || url.contains('=') => Choice::Given(url.to_owned()),
        Some(other) => return Err(unknown_way(other)),
    };
    let major = asked.postgres.or(major);
    if let Some(problem) = major.and_then(server::unknown_major) {
        return Err(problem);
    }
    Ok(Wish {
        choice,
        major,
        insisted: asked.postgres,
        image: asked.image.clone(),
        binaries: asked.pg_bin.clone(),
        allow_remote: asked.allow_remote,
        disposable: asked.disposable,
        patience: Duration::from_secs(asked.start_timeout),
        superuser: shim::SUPERUSER.to_owned(),
        cache: environment.cache.clone(),
        path: environment.path.clone(),
        folders: server::known_folders().to_vec(),
        releases: environment.releases.clone(),
    })
}

fn unknown_way(word: &str) -> Problem {
    if word.contains(['@', ':']) {
        // It may hold a password.
        return Problem::new("the server's URL cannot be read")
            .help("a URL looks like postgres://user:password@host:5432/postgres");
    }
    let problem = Problem::new(format!("`{word}` is no way to get a server"));
    match crate::problem::nearest(word, ["auto", "container", "local"]) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("say auto, container, local, or a URL like postgres://user:password@host:5432/postgres"),
    }
}

/// Who hears an interrupt from the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupts {
    /// We do, and stop.
    EndTheWork,
    /// A program that we started does: it is in the same terminal.
    LeftToOthers,
}

/// Gets a server, does something with it, and ends it: after good work, a failure, a panic or an interrupt alike.
pub(super) async fn with_server<F>(wish: &Wish, out: &Out, interrupts: Interrupts, work: F) -> ExitCode
where
    F: AsyncFnOnce(&Server) -> ExitCode,
{
    let presence = Presence::announce();
    let run_id = presence.run_id();
    let started = tokio::select! {
        started = starting(wish, run_id, out) => started,
        () = interrupted() => {
            server::abandon(run_id).await;
            return out.fault("interrupted while the server was starting");
        }
    };
    let server = match started {
        Ok(server) => server,
        Err(why) => {
            server::tidy(run_id).await;
            return out.no_server(why);
        }
    };
    let code = tokio::select! {
        done = AssertUnwindSafe(work(&server)).catch_unwind() => match done {
            Ok(code) => code,
            Err(panic) => out.fault(&format!("pgattest itself failed: {}", words(panic.as_ref()))),
        },
        () = ending(interrupts) => out.fault("interrupted"),
    };
    tokio::select! {
        () = server.end() => {}
        // Whoever asks twice does not want to wait; `doctor --clean` finds what is left.
        () = interrupted() => {}
    }
    code
}

async fn starting(wish: &Wish, run_id: &str, out: &Out) -> Result<Server, server::NoServer> {
    let bar = out.progress("starting PostgreSQL");
    let started = server::start(wish, run_id).await;
    bar.finish_and_clear();
    started
}

/// Waits until somebody wants the work to stop.
async fn ending(interrupts: Interrupts) {
    match interrupts {
        Interrupts::EndTheWork => interrupted().await,
        Interrupts::LeftToOthers => told_to_end().await,
    }
}

/// Waits until another program wants us to stop; an interrupt from the keyboard is heard and passed over.
async fn told_to_end() {
    let (Ok(mut terminate), Ok(mut keyboard)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    loop {
        tokio::select! {
            _ = terminate.recv() => return,
            _ = keyboard.recv() => {}
        }
    }
}

/// Waits until somebody wants us to stop.
async fn interrupted() {
    let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        // An interrupt that cannot be heard cannot be answered; the other signals still are.
        heard = tokio::signal::ctrl_c() => if heard.is_err() { std::future::pending::<()>().await },
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
