//! Which way to take to a server, and the one line that says so.

use crate::problem::Problem;

use super::container::{self, Image};
use super::{Binaries, Choice, MAJORS, NoServer, Reached, Server, Wish, given, known_folders, local, warm};

/// Gets a server in the way that was wished for, and remembers what is to be said about it.
pub async fn start(wish: &Wish, run_id: &str) -> Result<Server, NoServer> {
    if let Some(problem) = wish.major.and_then(unknown_major) {
        return Err(NoServer::Caller(problem));
    }
    let (reached, mut remarks) = match &wish.choice {
        Choice::Given(url) => (given::reach(wish, url).await?, Vec::new()),
        Choice::Container => (container::start(wish, run_id, false).await?, Vec::new()),
        Choice::Local => local::start(wish, &local_binaries(wish)?, run_id).await?,
        Choice::Auto => automatic(wish, run_id).await?,
    };
    let server = Server::meet(reached, Vec::new(), run_id).await;
    let server = server
        .map_err(|error| NoServer::Machine(Problem::new("the server does not answer").note(error.to_string())))?;
    if let Some(major) = wish.insisted.filter(|major| *major != server.version.major) {
        let found = server.version.text.clone();
        server.end().await;
        return Err(NoServer::Machine(Problem::new(format!(
            "this server is PostgreSQL {found}, and {major} was asked for"
        ))));
    }
    if let Some(major) = wish.major.filter(|major| *major != server.version.major) {
        remarks.push(format!(
            "the project wants PostgreSQL {major}, and this server is {}: what holds here may not hold there",
            server.version.text
        ));
    }
    Ok(Server { remarks, ..server })
}

/// Returns what is to be said of a major that the harness does not know.
pub fn unknown_major(major: u32) -> Option<Problem> {
    let known = MAJORS.map(|it| it.to_string()).join(", ");
    let problem = || Problem::new(format!("PostgreSQL {major} is not known to pgattest"));
    (!MAJORS.contains(&major)).then(|| problem().help(format!("the majors that are known are {known}")))
}

async fn automatic(wish: &Wish, run_id: &str) -> Result<(Reached, Vec<String>), NoServer> {
    if let Some(warm) = warm::status(&wish.cache).await {
        let fits = wish.insisted.is_none_or(|major| major == warm.major);
        if fits && wish.image.is_none() && wish.binaries.is_none() {
            return Ok((warm.reach(), Vec::new()));
        }
    }
    if wish.binaries.is_some() {
        // A folder that was named and holds no Postgres is a mistake, whatever else there is.
        local_binaries(wish)?;
    }
    let why = match container_can_be_had(wish).await {
        Ok(()) => {
            let image = container::image(wish);
            let reached = container::start(wish, run_id, false).await?;
            return Ok((reached, vec![format!("a container of `{image}`, since Docker answers")]));
        }
        Err(why) => why,
    };
    let binaries = local_binaries(wish).map_err(|_| nothing_at_all(&why))?;
    let (reached, said) = local::start(wish, &binaries, run_id).await?;
    let folder = binaries.folder.display();
    Ok((reached, [vec![format!("the binaries in {folder}, since {why}")], said].concat()))
}

/// Whether a container could be started, or why not; decided within two seconds.
pub(super) async fn container_can_be_had(wish: &Wish) -> Result<(), String> {
    if wish.binaries.is_some() {
        return Err("a folder of binaries was named".to_owned());
    }
    let docker = container::engine().await?;
    match container::look_for(&docker, &container::image(wish)).await {
        Image::Present | Image::CanBePulled => Ok(()),
        Image::OutOfReach(why) => Err(why),
    }
}

/// Returns the image that a container would run, or why there can be none.
pub async fn docker(wish: &Wish) -> Result<String, String> {
    container_can_be_had(wish).await.map(|()| container::image(wish))
}

/// Finds the binaries for a local server.
pub(super) fn local_binaries(wish: &Wish) -> Result<Binaries, NoServer> {
    if let Some(folder) = &wish.binaries {
        let problem = || Problem::new(format!("there is no Postgres in {}", folder.display()));
        return Binaries::at(folder)
            .ok_or_else(|| NoServer::Caller(problem().help("name the folder that holds `postgres` and `initdb`")));
    }
    let found = Binaries::all(wish);
    let others: Vec<_> = found.iter().map(|it| it.version.text.clone()).collect();
    Binaries::choose(found, wish.major).ok_or_else(|| {
        let problem = Problem::new("no binaries of PostgreSQL 15 or newer were found on this machine");
        let problem = if others.is_empty() { problem } else { problem.note(format!("found: {}", others.join(", "))) };
        NoServer::Machine(
            problem.note(format!("searched: PATH, pg_config, {}", known_folders().join(", "))).help(ways()),
        )
    })
}

fn nothing_at_all(why: &str) -> NoServer {
    let problem = Problem::new("there is no PostgreSQL to be had");
    NoServer::Machine(problem.note(why).note("no binaries were found on this machine").help(ways()))
}

/// Returns the three ways to get a Postgres on this operating system.
fn ways() -> String {
    let package = match std::env::consts::OS {
        "macos" => "brew install postgresql@17",
        _ => "apt-get install postgresql, dnf install postgresql-server, or the like",
    };
    format!("install it ({package}), or start Docker, or give a server with `--server URL`")
}
