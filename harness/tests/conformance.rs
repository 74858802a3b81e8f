//! The shim is held against the facts on every major and in both modes, and the facts against a shim that lacks something.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use pgattest::conform::{Subject, check, conform};
use pgattest::outcome::Conformity;
use pgattest::pg::server::{self, Presence, Server};
use pgattest::pg::{Binaries, Clone, Session};
use pgattest::shim::Exposure;
use pgattest::shim::facts::{Fact, facts};
use pgattest::world;

/// Every single thing that the shim lays down, as the statement that takes it away again.
const THINGS: &str = include_str!("conformance/things.sql");

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for binaries in support::majors() {
        let major = binaries.version.major;
        for exposure in [Exposure::On, Exposure::Off] {
            let binaries = binaries.clone();
            let name = format!("every fact holds on PostgreSQL {major} with new tables {}", exposure.word());
            trials.push(Trial::test(name, move || with_clone(&binaries, exposure, &every_fact_holds)));
        }
        let name = format!("nothing can be taken from the shim unnoticed on PostgreSQL {major}");
        trials.push(Trial::test(name, move || with_clone(&binaries, Exposure::On, &nothing_goes_unnoticed)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Starts a server, clones the shim's database and hands it over.
fn with_clone<F>(binaries: &Binaries, exposure: Exposure, work: &F) -> Result<(), Failed>
where
    F: AsyncFn(&Server, &str, Exposure) -> Result<(), Failed>,
{
    let wish = support::wish(Some(&binaries.folder));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let presence = Presence::announce();
        let server = server::start(&wish, presence.run_id()).await.map_err(|why| format!("{why:?}"))?;
        let template = world::shim_only(&server, exposure).await?;
        let clone = Clone::make(&server, &template.name).await?;
        let done = work(&server, &clone.name, exposure).await;
        server.end().await;
        done
    })
}

async fn every_fact_holds(server: &Server, database: &str, exposure: Exposure) -> Result<(), Failed> {
    let facts = facts()?;
    let mut subject = Subject::connect(server, database).await?;
    let results = conform(&mut subject, &facts, exposure).await;
    let wrong: Vec<_> = results.iter().filter(|it| it.conformity != Conformity::Holds).collect();
    if wrong.is_empty() && results.len() > 400 { Ok(()) } else { Err(format!("{wrong:#?}").into()) }
}

/// Takes one thing away at a time and asks until a fact notices.
async fn nothing_goes_unnoticed(server: &Server, database: &str, exposure: Exposure) -> Result<(), Failed> {
    let facts = facts()?;
    let concerned: Vec<_> = facts.iter().filter(|it| it.concerns(server.version.major, exposure)).collect();
    let mut subject = Subject::connect(server, database).await?;
    let things = things(server, database).await?;
    let mut unnoticed = Vec::new();
    whole(&mut subject, &facts, exposure).await?;
    for (kind, name, removal) in &things {
        subject.transaction("begin").await?;
        if let Err(error) = subject.run(removal).await {
            unnoticed.push(format!("{kind} {name} could not be taken away: {error}"));
        } else if !noticed(&mut subject, &concerned, name).await {
            unnoticed.push(format!("{kind} {name}: {removal}"));
        }
        subject.transaction("rollback").await?;
    }
    whole(&mut subject, &facts, exposure).await?;
    if unnoticed.is_empty() && things.len() > 500 {
        return Ok(());
    }
    Err(format!("{} of {} went unnoticed:\n{}", unnoticed.len(), things.len(), unnoticed.join("\n")).into())
}

/// Makes sure that every fact holds while nothing is taken away: one that never held would notice everything.
async fn whole(subject: &mut Subject, facts: &[Fact], exposure: Exposure) -> Result<(), Failed> {
    subject.transaction("begin").await?;
    let results = conform(subject, facts, exposure).await;
    subject.transaction("rollback").await?;
    let wrong: Vec<_> = results.iter().filter(|it| it.conformity != Conformity::Holds).collect();
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong:#?}").into()) }
}

/// Asks the facts that name the thing first, then all others, until one no longer holds.
async fn noticed(subject: &mut Subject, facts: &[&Fact], name: &str) -> bool {
    let names = |fact: &Fact, word: &str| fact.fact.value.contains(word) || fact.sql.contains(word);
    let words: Vec<_> =
        name.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| word.len() > 2).collect();
    // A word that few facts have says more than one that all of them have.
    let common = |word: &str| facts.iter().filter(|fact| names(fact, word)).count().max(1);
    let weights: Vec<_> = words.iter().map(|word| (*word, 10_000 / common(word))).collect();
    let mut ordered = facts.to_vec();
    ordered.sort_by_cached_key(|fact| {
        let hits = weights.iter().filter(|(word, _)| names(fact, word)).map(|(_, weight)| weight);
        let titled = words.iter().filter(|word| fact.fact.value.contains(**word)).count() * 100;
        std::cmp::Reverse(hits.sum::<usize>() + titled)
    });
    for fact in ordered {
        if check(subject, fact).await != Conformity::Holds {
            return true;
        }
    }
    false
}

async fn things(server: &Server, database: &str) -> Result<Vec<(String, String, String)>, Failed> {
    let session: Session = server.session(database).await?;
    let rows = session.rows(THINGS).await?;
    session.close().await;
    let read = rows.into_iter().map(|row| {
        let mut values = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || values.next().unwrap_or_default();
        (next(), next(), next())
    });
    Ok(read.collect())
}
