//! Builds the templates of a world, one on the other.

use crate::migrate::{Applied, Applier, Failure, Migration, Script};
use crate::pg::{PgError, Server, Template, TemplateKey, ensure_template};
use crate::problem::Problem;
use crate::shim::{self, Difference, Exposure, StoodIn};
use crate::sql::{mentioned, quote_literal};

use super::record::{Record, Stub};

/// Everything that a world is made of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whether new tables are exposed.
    pub exposure: Exposure,
    /// Secrets that are in the vault before the first migration: name and value.
    pub secrets: Vec<(String, String)>,
    /// Files that run before the migrations, and that no history knows.
    pub roles: Option<Script>,
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
    /// The seeds, in order.
    pub seeds: Vec<Script>,
}

/// A world that is built.
#[derive(Debug, Clone)]
pub struct World {
    /// The template with everything in it.
    pub template: Template,
    /// What was remembered.
    pub record: Record,
}

/// Why there is no world.
#[derive(Debug, thiserror::Error)]
pub enum NoWorld {
    /// A file was refused.
    #[error(transparent)]
    File(#[from] Failure),
    /// The server's roles are not as they must be.
    #[error("the server's roles are not as Supabase has them")]
    Roles(Vec<Difference>),
    /// The server did not do what any server does.
    #[error(transparent)]
    Server(#[from] PgError),
    /// The server's disk is full.
    #[error("the server has no space left")]
    NoSpace(Box<Problem>),
}

/// Builds a world, or finds it built.
pub async fn build(server: &Server, plan: &Plan) -> Result<World, NoWorld> {
    let base = shim_only(server, plan.exposure).await?;
    let mut parts = vec![base.name.clone()];
    for (name, value) in &plan.secrets {
        parts.extend([name.clone(), value.clone()]);
    }
    parts.extend(plan.roles.iter().map(text));
    for migration in &plan.migrations {
        parts.push(migration.version.clone());
        parts.push(text(&migration.script));
    }
    let key = TemplateKey::of(parts.iter().map(String::as_str));
    let migrated =
        ensure_template(server, &key, Some(&base.name), async |name: &str| migrate(server, plan, name).await);
    let migrated = migrated.await.map_err(space)?;
    if plan.seeds.is_empty() {
        let record = Record::read(&migrated.record);
        return Ok(World { template: migrated, record });
    }
    let seeds: Vec<_> = plan.seeds.iter().map(text).collect();
    let key = TemplateKey::of(std::iter::once(migrated.name.as_str()).chain(seeds.iter().map(String::as_str)));
    let before = Record::read(&migrated.record);
    let seeded =
        ensure_template(server, &key, Some(&migrated.name), async |name: &str| seed(server, plan, name, before).await);
    let template = seeded.await.map_err(space)?;
    let template = Template { built: template.built || migrated.built, ..template };
    let record = Record::read(&template.record);
    Ok(World { template, record })
}

/// Builds the template that holds the shim and nothing else, or finds it built.
pub async fn shim_only(server: &Server, exposure: Exposure) -> Result<Template, NoWorld> {
    let session = server.maintenance().await?;
    let differences = shim::ensure_roles(&session).await?;
    session.close().await;
    if !differences.is_empty() {
        return Err(NoWorld::Roles(differences));
    }
    let parts: Vec<&str> = shim::parts().collect();
    let start = [server.version.text.as_str(), exposure.word()];
    let key = TemplateKey::of(start.into_iter().chain(parts));
    let major = server.version.major;
    let built = ensure_template(server, &key, None, async |name: &str| {
        let session = server.session(name).await?;
        shim::install(&session, exposure, major).await?;
        session.close().await;
        Ok::<_, NoWorld>(String::new())
    });
    built.await.map_err(space)
}

async fn migrate(server: &Server, plan: &Plan, database: &str) -> Result<String, NoWorld> {
    let session = server.session(database).await?;
    for (name, value) in &plan.secrets {
        let [name, value] = [quote_literal(name), quote_literal(value)];
        session.run(&format!("select vault.create_secret({value}, {name})")).await?;
    }
    session.close().await;
    let mut applier = Applier::connect(server, database).await?;
    let mut record = Record::default();
    if let Some(script) = &plan.roles {
        note(&mut record, script, &applier.script(script).await?);
    }
    for migration in &plan.migrations {
        note(&mut record, &migration.script, &applier.migration(migration).await?);
    }
    applier.close().await;
    note_stand_ins(&mut record, server, plan, database).await?;
    Ok(record.write())
}

async fn seed(server: &Server, plan: &Plan, database: &str, mut record: Record) -> Result<String, NoWorld> {
    let mut applier = Applier::connect(server, database).await?;
    for script in &plan.seeds {
        note(&mut record, script, &applier.seed(script).await?);
    }
    applier.close().await;
    note_stand_ins(&mut record, server, plan, database).await?;
    Ok(record.write())
}

fn note(record: &mut Record, script: &Script, applied: &Applied) {
    let path = script.source.path.display().to_string();
    for warning in &applied.warnings {
        let said = (path.clone(), warning.message.clone());
        if !record.warnings.contains(&said) {
            record.warnings.push(said);
        }
    }
}

/// Writes down what in the finished database is not what it is on Supabase.
async fn note_stand_ins(record: &mut Record, server: &Server, plan: &Plan, database: &str) -> Result<(), PgError> {
    let session = server.session(database).await?;
    let found = shim::stood_in_for(&session).await?;
    session.close().await;
    let spoken: Vec<_> = plan.migrations.iter().map(|it| (it, mentioned(&it.script.source.text))).collect();
    let touching = |names: &[String]| {
        let touches = spoken.iter().filter(|(_, words)| names.iter().any(|name| words.contains(name)));
        touches.map(|(it, _)| format!("{}_{}", it.version, it.name)).collect()
    };
    let stub = |it: &StoodIn| Stub {
        name: it.name.clone(),
        says: it.says.to_owned(),
        names: it.names.clone(),
        touched_by: touching(&it.names),
    };
    record.stubs = found.iter().filter(|it| it.is_stub).map(stub).collect();
    record.imitations = found.into_iter().filter(|it| !it.is_stub).map(|it| it.name).collect();
    Ok(())
}

fn text(script: &Script) -> String {
    format!("{}\n{}", script.source.path.display(), script.source.text)
}

/// Tells a full disk from other refusals: it is the machine's fault, and not the file's.
fn space(error: NoWorld) -> NoWorld {
    match error {
        NoWorld::Server(error) if error.is("53100") => no_space(Problem::new(error.to_string())),
        NoWorld::File(Failure::Refused(problem)) if is_full(&problem) => no_space(*problem),
        other => other,
    }
}

fn no_space(problem: Problem) -> NoWorld {
    let said = Problem { title: "the server has no space left".to_owned(), ..problem.clone() };
    NoWorld::NoSpace(Box::new(said.note(problem.title).help("make room where the server keeps its data")))
}

fn is_full(problem: &Problem) -> bool {
    problem.label.as_deref() == Some("SQLSTATE 53100")
}
