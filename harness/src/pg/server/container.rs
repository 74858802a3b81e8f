//! A container, by testcontainers. It has no reaper of its own, so ours are labelled and removed by us.

use std::collections::HashMap;
use std::time::Duration;

use testcontainers_modules::postgres::Postgres;
use testcontainers_modules::testcontainers::bollard::Docker;
use testcontainers_modules::testcontainers::bollard::errors::Error as DockerError;
use testcontainers_modules::testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers_modules::testcontainers::core::{ContainerPort, Mount};
use testcontainers_modules::testcontainers::runners::AsyncRunner;
use testcontainers_modules::testcontainers::{ContainerAsync, ContainerRequest, ImageExt};
use tokio_postgres::Config;

use crate::problem::Problem;

use super::local::SETTINGS;
use super::{DEFAULT_MAJOR, Life, NoServer, Reached, Wish, answer, presence, random_digits};

/// The label that every container of ours carries; its value is the run.
pub const LABEL: &str = "pgattest.run";
/// The label that tells who started a container, and on which machine: an engine may serve several.
const OWNER_LABEL: &str = "pgattest.owner";
/// The label of a container that is meant to outlive its run.
pub const WARM_LABEL: &str = "pgattest.warm";

const DATA: &str = "/pgattest";
const PORT: u16 = 5432;
/// How long an engine may think before we take it that it does not answer.
const ENGINE_PATIENCE: Duration = Duration::from_millis(700);
/// How long a registry may think before we take it that it cannot be reached.
const REGISTRY_PATIENCE: Duration = Duration::from_secs(1);
/// A pull is part of the start, and images are large.
const PULL_PATIENCE: Duration = Duration::from_secs(600);

/// A running container.
#[derive(Debug)]
pub struct Container(ContainerAsync<Postgres>);

/// A container of ours that was found on the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// The run that started it.
    pub run: String,
    /// Whether it is meant to outlive its run.
    pub warm: bool,
}

/// Whether an image can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Image {
    Present,
    CanBePulled,
    OutOfReach(String),
}

impl Container {
    /// Removes the container with everything in it.
    pub(super) async fn remove(self: Box<Self>) {
        // If the engine is gone, so is the container; `doctor --clean` finds what is left.
        drop(self.0.rm().await);
    }

    /// Lets the container live on without us, and returns its id.
    pub(super) fn release(self: Box<Self>) -> String {
        let id = self.0.id().to_owned();
        // Its end would be the end of the container, so it must not have one.
        std::mem::forget(self);
        id
    }
}

/// Returns the image that a wish means.
pub(super) fn image(wish: &Wish) -> String {
    let official = || format!("postgres:{}", wish.major.unwrap_or(DEFAULT_MAJOR));
    wish.image.clone().unwrap_or_else(official)
}

/// Finds the engine, or says why there is none.
pub(super) async fn engine() -> Result<Docker, String> {
    let docker = Docker::connect_with_defaults().map_err(|error| match error {
        DockerError::SocketNotFoundError(_) => "no Docker engine runs here".to_owned(),
        other => format!("Docker cannot be reached as it is set up: {}", words(&other)),
    })?;
    match tokio::time::timeout(ENGINE_PATIENCE, docker.ping()).await {
        Ok(Ok(_)) => Ok(docker),
        Ok(Err(error)) => Err(format!("Docker is set up and does not answer: {}", words(&error))),
        Err(_) => Err("Docker is set up and does not answer".to_owned()),
    }
}

/// Returns what an error says in the end, for what it says first is often only that there is one.
fn words(error: &DockerError) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// Asks the engine for an image, and the engine's registry for what the engine does not have.
pub(super) async fn look_for(docker: &Docker, image: &str) -> Image {
    if docker.inspect_image(image).await.is_ok() {
        return Image::Present;
    }
    match tokio::time::timeout(REGISTRY_PATIENCE, docker.inspect_registry_image(image, None)).await {
        Ok(Ok(_)) => Image::CanBePulled,
        Ok(Err(_)) => Image::OutOfReach(format!("the image `{image}` is not there, and no registry gives it")),
        Err(_) => Image::OutOfReach(format!("the image `{image}` is not there, and the registry does not answer")),
    }
}

/// Starts a container, removing it again if it does not come to answer a query.
pub(super) async fn start(wish: &Wish, run_id: &str, warm: bool) -> Result<Reached, NoServer> {
    let docker = engine().await.map_err(|why| no_engine(&why))?;
    let image = image(wish);
    let patience = match look_for(&docker, &image).await {
        Image::Present => wish.patience,
        Image::CanBePulled => PULL_PATIENCE,
        Image::OutOfReach(why) => {
            let help = "pull or build the image, name another one with `--image`, or use `--server local`";
            return Err(NoServer::Machine(Problem::new("the image cannot be had").note(why).help(help)));
        }
    };
    let password = random_digits();
    let own = own_command(&docker, &image).await;
    let request = request(wish, &image, &password, run_id, &own).with_startup_timeout(patience);
    let request = if warm { request.with_label(WARM_LABEL, "yes") } else { request };
    let started = match request.start().await {
        Ok(container) => container,
        Err(error) => {
            remove_run(run_id).await;
            return Err(machine(format!("a container of `{image}` could not be started"), &error.to_string()));
        }
    };
    let reached = reach(wish, started, &password).await;
    if reached.is_err() {
        remove_run(run_id).await;
    }
    reached.map_err(|why| machine(format!("the server in a container of `{image}` did not come up"), &why))
}

/// Returns the command of an image that brings a configuration of its own, as Supabase's do; it must be kept then.
async fn own_command(docker: &Docker, image: &str) -> Vec<String> {
    let config = docker.inspect_image(image).await.ok().and_then(|it| it.config);
    let command = config.and_then(|it| it.cmd).unwrap_or_default();
    if command.iter().any(|word| word == "-D") { command } else { Vec::new() }
}

fn request(wish: &Wish, image: &str, password: &str, run_id: &str, own: &[String]) -> ContainerRequest<Postgres> {
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    };
    let postgres = Postgres::default().with_user(&wish.superuser).with_password(password).with_db_name("postgres");
    let settings = SETTINGS.iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]);
    let request = postgres
        .with_name(name)
        .with_tag(tag)
        .with_cmd(own.iter().cloned().chain(settings))
        .with_shm_size(1 << 29)
        .with_label(LABEL, run_id)
        .with_label(OWNER_LABEL, presence::owner())
        // Ready means that a query was answered, which we ask ourselves.
        .with_ready_conditions(Vec::new());
    if own.is_empty() {
        return request.with_env_var("PGDATA", format!("{DATA}/data")).with_mount(Mount::tmpfs_mount(DATA));
    }
    // A configuration of its own says where the data lies: where images have always had it.
    request.with_mount(Mount::tmpfs_mount("/var/lib/postgresql/data"))
}

async fn reach(wish: &Wish, started: ContainerAsync<Postgres>, password: &str) -> Result<Reached, String> {
    let host = started.get_host().await.map_err(|error| error.to_string())?.to_string();
    let port = started.get_host_port_ipv4(ContainerPort::Tcp(PORT)).await.map_err(|error| error.to_string())?;
    // `localhost` may mean an address that the engine does not listen on.
    let host = if host == "localhost" { "127.0.0.1".to_owned() } else { host };
    let mut config = Config::new();
    config.host(host).port(port).user(&wish.superuser).password(password).connect_timeout(Duration::from_secs(5));
    let answered = answer(&config, "postgres", wish.patience, || None).await;
    if let Err(why) = answered {
        let log = started.stderr_to_vec().await.unwrap_or_default();
        let log = String::from_utf8_lossy(&log).lines().rev().take(3).collect::<Vec<_>>().join("\n");
        return Err(format!("{why}\n{log}"));
    }
    let life = Life::Container(Box::new(Container(started)));
    Ok(Reached { config, maintenance: "postgres".to_owned(), place: "in a container".to_owned(), life })
}

/// Returns the containers of ours that the engine has, running or not.
pub async fn ours() -> Vec<Found> {
    let Ok(docker) = engine().await else { return Vec::new() };
    let filters = HashMap::from([("label", vec![LABEL])]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let listed = docker.list_containers(Some(options)).await.unwrap_or_default();
    let found = listed.into_iter().filter_map(|it| {
        let labels = it.labels.unwrap_or_default();
        labels.get(OWNER_LABEL).filter(|owner| **owner == presence::owner())?;
        Some(Found { id: it.id?, run: labels.get(LABEL)?.clone(), warm: labels.contains_key(WARM_LABEL) })
    });
    found.collect()
}

/// Removes the containers that a run started and that are not meant to outlive it.
async fn remove_run(run_id: &str) {
    for found in ours().await {
        if found.run == run_id {
            remove(&found.id).await;
        }
    }
}

/// Removes what a run that was let go of in the middle of a start has started, or is about to have started: the engine
/// may go on with a request after we no longer wait for it.
pub(super) async fn abandon_run(run_id: &str) {
    for _ in 0..8 {
        if engine().await.is_err() {
            return;
        }
        remove_run(run_id).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// Removes one container, and says whether it is gone.
pub async fn remove(id: &str) -> bool {
    let Ok(docker) = engine().await else { return false };
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    docker.remove_container(id, Some(options)).await.is_ok()
}

fn no_engine(why: &str) -> NoServer {
    let problem = Problem::new("there is no Docker engine to run a container").note(why);
    NoServer::Machine(problem.help("start Docker, see to it that DOCKER_HOST names it, or use `--server local`"))
}

fn machine(title: impl Into<String>, note: &str) -> NoServer {
    NoServer::Machine(Problem::new(title).note(note))
}
