//! The repository on a server: as it is, and as it would be if one of its migrations said something else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use pgattest::migrate::{Applier, Migration, read_script};
use pgattest::pg::{Clone, Server, Template};
use pgattest::plan::{self, Selection, Sequence, Sources, Unit};
use pgattest::problem::Problems;
use pgattest::project::{self, Project, Wishes};
use pgattest::report::{self, Style};
use pgattest::runner::{self, Arguments, Keep, Options};
use pgattest::span::Source;
use pgattest::world::{self, NoWorld, Record, World};

use super::given::Given;
use super::support;

const OBJECTS: &str = include_str!("objects.sql");

/// Something that is made when it is first asked for, or why it cannot be had.
type Once<T> = OnceLock<Result<T, String>>;

/// The repository, and a server that ends with this process.
pub(crate) struct Repository {
    given: Given,
    project: Project,
    world: Once<World>,
    judged: Once<Judged>,
    /// Databases with so many of the first migrations and no rows: a change of the next one begins there.
    begun: Vec<Once<String>>,
}

/// What contracts came to.
pub(crate) struct Judged {
    /// The word of each verdict, by the name of the contract.
    pub(crate) verdicts: BTreeMap<String, &'static str>,
    /// All that is to be said of those that did not hold.
    pub(crate) printed: String,
}

/// Returns the folder of the repository.
pub(crate) fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository")
}

impl Repository {
    /// Returns the repository, read when it is first asked for.
    pub(crate) fn get() -> Result<&'static Self, String> {
        static REPOSITORY: Once<Repository> = OnceLock::new();
        REPOSITORY.get_or_init(Self::open).as_ref().map_err(String::clone)
    }

    fn open() -> Result<Self, String> {
        let layout = project::find(folder(), None).map_err(|problem| told(&problem.into()))?;
        let project = project::read(&layout, Wishes::default(), &|_| None).whole().map_err(|it| told(&it))?;
        let given = Given::start(&support::majors().pop().expect("PostgreSQL is on this machine").folder);
        let begun = project.plan.migrations.iter().map(|_| Once::new()).collect();
        Ok(Self { given, project, world: Once::new(), judged: Once::new(), begun })
    }

    /// Returns what all contracts come to as the repository is.
    pub(crate) fn judged(&self) -> Result<&Judged, String> {
        let judged = self.judged.get_or_init(|| {
            let units = self.units(&self.project.plan.migrations, None)?;
            let world = self.world()?;
            Ok(self.given.with(async |server| self.judge(server, world, &units, None).await))
        });
        judged.as_ref().map_err(String::clone)
    }

    /// Returns what contracts come to if a migration, the file of which has this name, had another text.
    pub(crate) fn judged_with(&self, migration: &str, text: &str, names: &[&str]) -> Result<Judged, String> {
        let (at, migrations) = self.migrations_with(migration, text)?;
        let units = self.units(&migrations, Some(names))?;
        let begun = self.begun(at)?;
        self.given.with(async |server| {
            let clone = Clone::make(server, begun).await.map_err(|error| error.to_string())?;
            let judged = match self.apply(server, &clone.name, &migrations[at..], Seeds::Sown).await {
                Ok(()) => {
                    let template = Template { name: clone.name.clone(), record: String::new(), built: true };
                    let world = World { template, record: Record::default() };
                    Ok(self.judge(server, &world, &units, Some(1)).await)
                }
                Err(why) => Err(why),
            };
            // What cannot be dropped now goes with the server.
            drop(clone.drop(server).await);
            judged
        })
    }

    /// Returns why not all migrations apply if one of them had another text.
    pub(crate) fn stopped_with(&self, migration: &str, text: &str) -> Result<Option<String>, String> {
        let (at, migrations) = self.migrations_with(migration, text)?;
        let begun = self.begun(at)?;
        self.given.with(async |server| {
            let clone = Clone::make(server, begun).await.map_err(|error| error.to_string())?;
            let applied = self.apply(server, &clone.name, &migrations[at..], Seeds::Kept).await;
            drop(clone.drop(server).await);
            Ok(applied.err())
        })
    }

    /// Returns the migrations as they are if one of them had another text, and which of them it is.
    fn migrations_with(&self, migration: &str, text: &str) -> Result<(usize, Vec<Migration>), String> {
        let mut migrations = self.project.plan.migrations.clone();
        let at = migrations.iter().position(|it| format!("{}_{}", it.version, it.name) == migration);
        let at = at.ok_or("it is no migration of this repository")?;
        migrations[at].script = script(text, &migrations[at])?;
        Ok((at, migrations))
    }

    /// Returns what the migrations made that Supabase does not have from the start: what it is called, and whether each such
    /// thing must be weakened.
    pub(crate) fn objects(&self) -> Result<BTreeMap<String, bool>, String> {
        let world = self.world()?;
        self.given.with(async |server| {
            let shim = world::shim_only(server, self.project.plan.exposure).await.map_err(|why| no_world(&why))?;
            let before = listed(server, &shim.name).await?;
            let mut objects = listed(server, &world.template.name).await?;
            objects.retain(|name, _| !before.contains_key(name));
            Ok(objects)
        })
    }

    fn world(&self) -> Result<&World, String> {
        let build = async |server: &Server| world::build(server, &self.project.plan).await;
        let world = self.world.get_or_init(|| self.given.with(build).map_err(|why| no_world(&why)));
        world.as_ref().map_err(String::clone)
    }

    /// Returns the database with so many of the first migrations.
    fn begun(&self, count: usize) -> Result<&str, String> {
        let begin = || {
            let before = count.checked_sub(1).map(|before| self.begun(before).map(|it| (before, it))).transpose()?;
            self.given.with(async |server| {
                let shim = world::shim_only(server, self.project.plan.exposure).await.map_err(|why| no_world(&why))?;
                let (at, from) = before.unwrap_or((0, &shim.name));
                let clone = Clone::make(server, from).await.map_err(|error| error.to_string())?;
                self.apply(server, &clone.name, &self.project.plan.migrations[at..count], Seeds::Kept).await?;
                Ok(clone.name)
            })
        };
        self.begun[count].get_or_init(begin).as_deref().map_err(String::clone)
    }

    async fn apply(
        &self,
        server: &Server,
        database: &str,
        migrations: &[Migration],
        seeds: Seeds,
    ) -> Result<(), String> {
        let applied = async || {
            let mut applier = Applier::connect(server, database).await?;
            for migration in migrations {
                applier.migration(migration).await?;
            }
            let seeds = if seeds == Seeds::Sown { self.project.plan.seeds.as_slice() } else { &[] };
            for seed in seeds {
                applier.seed(seed).await?;
            }
            applier.close().await;
            Ok::<_, NoWorld>(())
        };
        applied().await.map_err(|why| no_world(&why))
    }

    /// Plans the contracts of these names, or all of them. Only the files that hold one of the names are read for it.
    fn units(&self, migrations: &[Migration], names: Option<&[&str]>) -> Result<Vec<Unit>, String> {
        let Project { cast, specification, files, search_path, schemas, .. } = &self.project;
        // A contract may read a migration as a text, too.
        let read = |text: &Source| migrations.iter().find(|it| it.script.source.path == text.path);
        let texts = self.project.texts.iter().map(|text| read(text).map_or(text, |it| &it.script.source).clone());
        let texts = &texts.collect::<Vec<_>>();
        let wanted = |file: &str| names.is_none_or(|it| it.iter().any(|name| name.starts_with(&format!("{file}: "))));
        let files: Vec<_> = files.iter().filter(|file| wanted(&file.name)).cloned().collect();
        // A part of the files attests a part of the specification.
        let are_files_whole = names.is_none() && self.project.are_files_whole;
        let sources =
            Sources { migrations, cast, files: &files, are_files_whole, specification, texts, search_path, schemas };
        let units = plan::plan(sources);
        let names = names.unwrap_or_default().iter().map(|name| (*name).to_owned()).collect();
        let selection = Selection { names, is_exact: true, ..Selection::default() };
        Ok(selection.of(units.map_err(|problems| told(&problems))?))
    }

    async fn judge(&self, server: &Server, world: &World, units: &[Unit], threads: Option<usize>) -> Judged {
        let logfile = Some("/dev/null".to_owned());
        let options = Options {
            arguments: Arguments { test_threads: threads, logfile, ..Arguments::default() },
            search_path: self.project.search_path.clone(),
            keep: Keep::Nothing,
            sequence: Sequence::AsPlanned,
        };
        let run = runner::run(server, world, units, &options, &|_| String::new()).await;
        let verdicts = run.outcomes.iter().map(|it| (it.name.clone(), it.verdict.word())).collect();
        let printed = run.outcomes.iter().map(|it| report::outcome(it, Style::Plain)).collect();
        Judged { verdicts, printed }
    }
}

/// Whether the rows of the fixtures are put in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seeds {
    Sown,
    Kept,
}

/// Reads a text as if it stood in the file of a migration.
fn script(text: &str, migration: &Migration) -> Result<pgattest::migrate::Script, String> {
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    fs::write(file.path(), text).map_err(|error| error.to_string())?;
    read_script(file.path(), &migration.script.source.path).map_err(|problem| told(&problem.into()))
}

/// Lists the objects of a template in a clone of it: nobody can copy a database while somebody is connected to it.
async fn listed(server: &Server, template: &str) -> Result<BTreeMap<String, bool>, String> {
    let clone = Clone::make(server, template).await.map_err(|error| error.to_string())?;
    let session = server.session(&clone.name).await.map_err(|error| error.to_string())?;
    let rows = session.rows(OBJECTS).await.map_err(|error| error.to_string())?;
    session.close().await;
    drop(clone.drop(server).await);
    let object = |row: Vec<Option<String>>| match row.as_slice() {
        [Some(name), Some(is_demanded)] => Some((name.clone(), is_demanded == "t")),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(object).collect())
}

fn told(problems: &Problems) -> String {
    report::problems(problems, Style::Plain)
}

fn no_world(why: &NoWorld) -> String {
    use pgattest::migrate::Failure;
    match why {
        NoWorld::File(Failure::Refused(problem) | Failure::Gone(problem)) => told(&Problems(vec![(**problem).clone()])),
        other => other.to_string(),
    }
}
