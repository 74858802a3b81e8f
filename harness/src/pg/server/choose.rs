//! Which way to take to a server, and the one line that says so.

use crate::problem::Problem;

use super::container::{self, Image};
use super::{Binaries, Choice, MAJORS, NoServer, Reached, Server, Wish, given, local, warm};
#[cfg(feature = "embedded")]
use super::{Downloaded, downloaded};

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
    let (binaries, remark) = any_binaries(wish, &why).await?;
    let (reached, said) = local::start(wish, &binaries, run_id).await?;
    Ok((reached, [vec![remark], said].concat()))
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
        NoServer::Machine(problem.note(format!("searched: PATH, pg_config, {}", wish.folders.join(", "))).help(ways()))
    })
}

/// Finds binaries on this machine, or else downloads some, and says in one line which and why.
pub(super) async fn any_binaries(wish: &Wish, why: &str) -> Result<(Binaries, String), NoServer> {
    match local_binaries(wish) {
        Ok(binaries) => {
            let remark = format!("the binaries in {}, since {why}", binaries.folder.display());
            Ok((binaries, remark))
        }
        // The folder that was named holds none: nothing else is what was asked for.
        Err(NoServer::Caller(problem)) => Err(NoServer::Caller(problem)),
        Err(NoServer::Machine(_)) => last_resort(wish, why).await,
    }
}

#[cfg(feature = "embedded")]
async fn last_resort(wish: &Wish, why: &str) -> Result<(Binaries, String), NoServer> {
    let Downloaded { binaries, from } = downloaded(wish).await.map_err(|failure| {
        let problem = nothing_at_all(why).note(format!("none could be downloaded: {}", failure.title));
        NoServer::Machine(failure.notes.into_iter().fold(problem, Problem::note))
    })?;
    let origin = from.map_or_else(|| "downloaded earlier".to_owned(), |from| format!("downloaded from {from}"));
    let folder = binaries.folder.display();
    let remark = format!("the binaries in {folder}, {origin}, since {why}, and this machine has none of its own");
    Ok((binaries, remark))
}

#[cfg(not(feature = "embedded"))]
fn last_resort(_: &Wish, why: &str) -> std::future::Ready<Result<(Binaries, String), NoServer>> {
    let problem = nothing_at_all(why).note("a pgattest that is built with `--features embedded` downloads some");
    std::future::ready(Err(NoServer::Machine(problem)))
}

fn nothing_at_all(why: &str) -> Problem {
    let problem = Problem::new("there is no PostgreSQL to be had");
    problem.note(why).note("no binaries were found on this machine").help(ways())
}

/// Returns the three ways to get a Postgres on this operating system.
fn ways() -> String {
    let package = match std::env::consts::OS {
        "macos" => "brew install postgresql@17",
        _ => "apt-get install postgresql, dnf install postgresql-server, or the like",
    };
    format!("install it ({package}), or start Docker, or give a server with `--server URL`")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::*;

    /// A wish on a machine on which no folder of binaries is known.
    fn wish(binaries: Option<&Path>) -> Wish {
        Wish {
            choice: Choice::Auto,
            major: None,
            insisted: None,
            image: None,
            binaries: binaries.map(Path::to_path_buf),
            allow_remote: false,
            disposable: false,
            patience: Duration::from_secs(1),
            superuser: "superuser".to_owned(),
            cache: PathBuf::from("/nonexistent"),
            path: Vec::new(),
            folders: Vec::new(),
            releases: Some("http://127.0.0.1:1/".to_owned()),
        }
    }

    #[cfg(not(feature = "embedded"))]
    #[tokio::test]
    async fn where_nothing_is_found_the_message_names_three_ways_and_the_feature() {
        let Err(NoServer::Machine(problem)) = any_binaries(&wish(None), "no Docker engine runs here").await else {
            panic!("there is nothing to be found");
        };
        let help = problem.help.unwrap_or_default();
        for way in ["install it (", "or start Docker", "or give a server with `--server URL`"] {
            assert!(help.contains(way), "{way}: {help}");
        }
        let package = if std::env::consts::OS == "macos" { "brew install" } else { "apt-get install" };
        assert!(help.contains(package), "{help}");
        assert_eq!(problem.notes.first().map(String::as_str), Some("no Docker engine runs here"));
        assert!(problem.notes.iter().any(|note| note.contains("--features embedded")), "{:?}", problem.notes);
    }

    #[tokio::test]
    async fn a_folder_that_was_named_and_has_no_binaries_is_the_mistake_of_the_caller() {
        let found = any_binaries(&wish(Some(Path::new("/nonexistent"))), "a folder of binaries was named").await;
        assert!(matches!(found, Err(NoServer::Caller(_))), "{found:?}");
    }
}
