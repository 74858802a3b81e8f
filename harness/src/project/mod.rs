//! A project as it lies on the disk: where its folders are, and what its own settings say.

mod config;
mod contracts;
mod layout;
mod schema;
mod texts;
mod world;

use std::path::{Path, PathBuf};

pub use layout::{Layout, find};
pub use schema::{contracts_schema, world_schema};
pub use world::form as world_form;

use crate::case::{Cast, File, Specification};
use crate::migrate::{self, Script};
use crate::problem::{Problem, Problems};
use crate::shim::Exposure;
use crate::span::{Place, Source};
use crate::world::{Plan, unknown_major};

/// The bytes that a file of settings may have; more would take longer to read than a whole run takes.
const SETTINGS_LIMIT: u64 = 1 << 20;

/// What a caller said that goes before what the project says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The major.
    pub postgres: Option<u32>,
    /// Whether new tables are exposed.
    pub exposure: Option<Exposure>,
}

/// A project that was read.
#[derive(Debug, Clone)]
pub struct Project {
    /// What its world is made of.
    pub plan: Plan,
    /// The major it wants, if it says.
    pub postgres: Option<u32>,
    /// What is to be said about it.
    pub remarks: Vec<String>,
    /// Who and what exists.
    pub cast: Cast,
    /// What is to be attested.
    pub specification: Specification,
    /// The files of contracts.
    pub files: Vec<File>,
    /// Whether nothing is wrong with any of them, so that all contracts are known.
    pub are_files_whole: bool,
    /// The files of other stacks that contracts read besides, by the path that they name.
    pub texts: Vec<Source>,
    /// The search path of a request through the API.
    pub search_path: String,
    /// The schemas that the API exposes.
    pub schemas: Vec<String>,
    /// The folder by which the paths of its files are known.
    pub root: PathBuf,
}

/// What can be read of a project, and everything that is wrong with any of its files.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The project, as far as it can be read.
    pub project: Project,
    /// What is wrong.
    pub problems: Problems,
    /// Whether it is known who and what exists; nothing can be said of contracts otherwise.
    pub is_cast: bool,
}

impl Reading {
    /// Returns the project if nothing is wrong with it.
    pub fn whole(self) -> Result<Project, Problems> {
        self.problems.or(self.project)
    }
}

/// A major that is wanted, and where that is said.
#[derive(Debug, Clone)]
struct Wanted {
    major: u32,
    place: Option<Place>,
}

/// Reads a project; `lookup` gives the value of an environment variable.
pub fn read(layout: &Layout, wishes: Wishes, lookup: &dyn Fn(&str) -> Option<String>) -> Reading {
    let mut problems = Problems::default();
    let config = take(config::read(layout), &mut problems).unwrap_or_default();
    let world = take(world::read(layout), &mut problems);
    let is_cast = world.is_some();
    let world = world.unwrap_or_default();
    let before = problems.0.len();
    let files = contracts::read(layout, &mut problems.0);
    let are_files_whole = problems.0.len() == before;
    let texts = take(texts::read(layout, &files), &mut problems).unwrap_or_default();
    let folder = take(migrations(layout, config.migrations), &mut problems).unwrap_or_default();
    let mut remarks = folder.remarks;
    let (secrets, unset) = config.secrets(lookup);
    remarks.extend(unset);
    let seeds = take(seeds(layout, &config, &world, &mut remarks), &mut problems).unwrap_or_default();
    let roles = take(roles(layout), &mut problems).flatten();
    let exposure = wishes.exposure.or(world.exposure).or(config.exposure()).unwrap_or(Exposure::On);
    let plan = Plan { exposure, secrets, roles, migrations: folder.migrations, seeds };
    let (search_path, schemas) = (config.search_path(), config.exposed);
    let said = wishes.postgres.map(|major| Wanted { major, place: None });
    let postgres = take(known(said.or(world.postgres).or(config.postgres)), &mut problems).flatten();
    let (cast, specification, root) = (world.cast, world.specification, layout.root.clone());
    let project = Project {
        plan,
        postgres,
        remarks,
        cast,
        specification,
        files,
        are_files_whole,
        texts,
        search_path,
        schemas,
        root,
    };
    Reading { project, problems, is_cast }
}

fn known(wanted: Option<Wanted>) -> Result<Option<u32>, Problems> {
    let Some(wanted) = wanted else { return Ok(None) };
    match (unknown_major(wanted.major), wanted.place) {
        (None, _) => Ok(Some(wanted.major)),
        (Some(problem), Some(place)) => Err(problem.at(place).into()),
        (Some(problem), None) => Err(problem.into()),
    }
}

fn migrations(layout: &Layout, enabled: bool) -> Result<migrate::Folder, Problems> {
    if !enabled {
        let said = "config.toml says that migrations are not enabled, so none is applied";
        return Ok(migrate::Folder { migrations: Vec::new(), remarks: vec![said.to_owned()] });
    }
    migrate::read(&layout.migrations, &layout.shown(&layout.migrations))
}

/// Reads the seeds: those of `config.toml` first, then those of the fixtures.
fn seeds(
    layout: &Layout,
    config: &config::Config,
    world: &world::World,
    remarks: &mut Vec<String>,
) -> Result<Vec<Script>, Problems> {
    let paths = config.seeds(layout, remarks).into_iter().map(|path| (path, None));
    let named = world.seed.iter().map(|(name, place)| (layout.fixtures.join(name), Some(place)));
    scripts(layout, paths.chain(named))
}

fn roles(layout: &Layout) -> Result<Option<Script>, Problems> {
    let path = layout.roles().map(|path| (path, None));
    Ok(scripts(layout, path.into_iter())?.into_iter().next())
}

/// Reads files of SQL; a file that is not there is a mistake of the place that names it.
fn scripts<'a>(
    layout: &Layout,
    paths: impl Iterator<Item = (PathBuf, Option<&'a Place>)>,
) -> Result<Vec<Script>, Problems> {
    let mut problems = Problems::default();
    let read = paths.filter_map(|(path, named)| match migrate::read_script(&path, &layout.shown(&path)) {
        Ok(script) => Some(script),
        Err(problem) => {
            let named = named.filter(|_| problem.place.is_none());
            problems.0.push(named.into_iter().fold(problem, |problem, place| problem.at(place.clone())));
            None
        }
    });
    let scripts = read.collect();
    problems.or(scripts)
}

fn take<T>(result: Result<T, Problems>, problems: &mut Problems) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(found) => {
            problems.0.extend(found.0);
            None
        }
    }
}

/// Reads a file of settings, if it is there.
fn settings_file(path: &Path, shown: &Path) -> Result<Option<Source>, Problem> {
    file_of(path, shown, SETTINGS_LIMIT, "rows belong into a seed, a file of SQL that `seed` names")
}

fn no_file(shown: &Path) -> Problem {
    Problem::new(format!("{} is no file, nor a link to one", shown.display())).help("make it a file, or remove it")
}

/// Reads a file of at most so many bytes, if it is there.
fn file_of(path: &Path, shown: &Path, limit: u64, help: &str) -> Result<Option<Source>, Problem> {
    // Whatever else hides the file is told when it is read.
    let size = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // What is not a file may never end, or never begin.
        Ok(found) if !found.is_file() => return Err(no_file(shown)),
        found => found.map_or(0, |it| it.len()),
    };
    if size > limit {
        let problem = Problem::new(format!("{} is too large", shown.display()));
        return Err(problem.note(format!("it has {size} bytes, and {limit} are the limit")).help(help));
    }
    migrate::read_text(path, shown).map(Some)
}
