//! A project as it lies on the disk: where its folders are, and what its own settings say.

mod config;
mod layout;
mod world;

use std::path::{Path, PathBuf};

pub use layout::{Layout, find};

use crate::migrate::{self, Script};
use crate::problem::{Problem, Problems};
use crate::shim::Exposure;
use crate::world::Plan;

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
}

/// Reads a project; `lookup` gives the value of an environment variable.
///
/// # Errors
/// Everything that is wrong with any of its files.
pub fn read(layout: &Layout, wishes: Wishes, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Project, Problems> {
    let mut problems = Problems::default();
    let config = take(config::read(layout), &mut problems).unwrap_or_default();
    let world = take(world::read(layout), &mut problems).unwrap_or_default();
    let folder = take(migrations(layout, config.migrations), &mut problems).unwrap_or_default();
    let mut remarks = folder.remarks;
    let (secrets, unset) = config.secrets(lookup);
    remarks.extend(unset);
    let seeds = take(seeds(layout, &config, &world, &mut remarks), &mut problems).unwrap_or_default();
    let roles = take(roles(layout), &mut problems).flatten();
    let exposure = wishes.exposure.or(world.exposure()).or(config.exposure()).unwrap_or(Exposure::On);
    let plan = Plan { exposure, secrets, roles, migrations: folder.migrations, seeds };
    let postgres = wishes.postgres.or(world.postgres).or(config.major);
    problems.or(Project { plan, postgres, remarks })
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
    let mut paths = config.seeds(layout, remarks);
    paths.extend(world.seed.iter().map(|name| layout.fixtures.join(name)));
    scripts(layout, &paths)
}

fn roles(layout: &Layout) -> Result<Option<Script>, Problems> {
    let path = layout.roles();
    Ok(scripts(layout, &path.into_iter().collect::<Vec<_>>())?.into_iter().next())
}

fn scripts(layout: &Layout, paths: &[PathBuf]) -> Result<Vec<Script>, Problems> {
    let mut problems = Problems::default();
    let read = paths.iter().filter_map(|path| match migrate::read_script(path, &layout.shown(path)) {
        Ok(script) => Some(script),
        Err(problem) => {
            problems.0.push(problem);
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
fn settings_file(path: &Path, shown: &Path) -> Result<Option<String>, Problem> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::new(format!("{} cannot be read", shown.display())).note(error.to_string())),
    }
}
