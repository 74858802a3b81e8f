//! `doctor`: what this machine offers, what killed runs left behind, and how a server compares with Supabase.

use crate::conform::{self, Subject};
use crate::outcome::{Conformity, ExitCode};
use crate::pg::server::{self, Binaries, Choice, Presence, Server, Wish, container};
use crate::pg::{Clone, sweep};
use crate::report;
use crate::shim::facts::{Fact, facts};
use crate::shim::{self, Exposure};
use crate::world;

use super::args::{Arguments, DoctorArguments, OnOff};
use super::environment::Environment;
use super::out::Out;
use super::session::{Interrupts, wish, with_server};

/// Looks at the machine, or at a server.
pub(super) async fn doctor(
    it: &DoctorArguments,
    arguments: &Arguments,
    environment: &Environment,
    out: &Out,
) -> ExitCode {
    let wish = match wish(arguments, environment, super::run::wanted_major(arguments, environment)) {
        Ok(wish) => wish,
        Err(problem) => return out.mistakes(&problem.into()),
    };
    if it.conformance {
        return conformance(arguments, &wish, out).await;
    }
    let left = if it.clean { clean(&wish, out).await } else { look(&wish).await };
    if left { ExitCode::Broken } else { ExitCode::Held }
}

/// Tells what this machine offers and what was left behind; returns whether there is something to remove.
async fn look(wish: &Wish) -> bool {
    match server::docker(wish).await {
        Ok(image) => Out::say(&format!("docker    answers, and has or can get {image}\n")),
        Err(why) => Out::say(&format!("docker    {why}\n")),
    }
    for it in Binaries::all(wish) {
        let known =
            if server::MAJORS.contains(&it.version.major) { "" } else { " (a major that pgattest does not know)" };
        Out::say(&format!("local     PostgreSQL {} in {}{known}\n", it.version.text, it.folder.display()));
    }
    match server::status(&wish.cache).await {
        Some(warm) => Out::say(&format!("warm      PostgreSQL {} {}\n", warm.version, warm.place())),
        None => Out::say("warm      no server is up\n"),
    }
    let (containers, folders) = left_behind(wish).await;
    for id in &containers {
        Out::say(&format!("left      container {}\n", short(id)));
    }
    for folder in &folders {
        Out::say(&format!("left      {}\n", folder.display()));
    }
    let left = !containers.is_empty() || !folders.is_empty();
    Out::say(if left { "left      remove it with `pgattest doctor --clean`\n" } else { "left      nothing\n" });
    left
}

/// Removes what was left behind; returns whether something could not be removed.
async fn clean(wish: &Wish, out: &Out) -> bool {
    let (containers, folders) = left_behind(wish).await;
    let mut stays = false;
    for id in &containers {
        let gone = container::remove(id).await;
        stays |= !gone;
        Out::say(&format!("{} container {}\n", if gone { "removed" } else { "could not remove" }, short(id)));
    }
    for folder in &folders {
        let gone = server::end_local(folder).await;
        stays |= !gone;
        Out::say(&format!("{} {}\n", if gone { "removed" } else { "could not remove" }, folder.display()));
    }
    let databases = databases(wish).await;
    if databases > 0 {
        Out::say(&format!("removed {databases} databases\n"));
    }
    if containers.is_empty() && folders.is_empty() && databases == 0 {
        out.mention("there was nothing to remove\n");
    }
    stays
}

/// Returns containers and folders of ours whose run is over.
async fn left_behind(wish: &Wish) -> (Vec<String>, Vec<std::path::PathBuf>) {
    let warm = server::status(&wish.cache).await;
    let kept = warm.as_ref().and_then(server::Warm::container).unwrap_or_default().to_owned();
    let alive = |run: &str| server::is_alive(run);
    let containers = container::ours().await.into_iter().filter(|it| it.id != kept && (it.warm || !alive(&it.run)));
    (containers.map(|it| it.id).collect(), server::leftovers())
}

/// Drops the databases of ours that no run uses, on a server that lives on without us.
async fn databases(wish: &Wish) -> usize {
    let lives_on = matches!(wish.choice, Choice::Given(_)) || server::status(&wish.cache).await.is_some();
    if !lives_on {
        return 0;
    }
    let presence = Presence::announce();
    let Ok(server) = server::start(wish, presence.run_id()).await else { return 0 };
    let dropped = sweep(&server).await.unwrap_or(0);
    server.end().await;
    dropped
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// Holds a server against the facts: a given one as it is, else one of ours with the shim.
async fn conformance(arguments: &Arguments, wish: &Wish, out: &Out) -> ExitCode {
    let facts = match facts() {
        Ok(facts) => facts,
        Err(error) => return out.fault(&error),
    };
    let exposure = if arguments.project.expose == Some(OnOff::Off) { Exposure::Off } else { Exposure::On };
    if let Choice::Given(url) = &wish.choice {
        return match server::look_at(wish, url).await {
            Ok((server, database)) => on_given(&server, &database, &facts, exposure, out).await,
            Err(why) => out.no_server(why),
        };
    }
    with_server(wish, out, Interrupts::EndTheWork, async |server: &Server| on_ours(server, &facts, exposure, out).await)
        .await
}

async fn on_ours(server: &Server, facts: &[Fact], exposure: Exposure, out: &Out) -> ExitCode {
    let template = match world::shim_only(server, exposure).await {
        Ok(template) => template,
        Err(why) => return super::run::no_world(&why, server, out),
    };
    let clone = match Clone::make(server, &template.name).await {
        Ok(clone) => clone,
        Err(error) => return out.fault(&error.to_string()),
    };
    on_given(server, &clone.name, facts, exposure, out).await
}

async fn on_given(server: &Server, database: &str, facts: &[Fact], exposure: Exposure, out: &Out) -> ExitCode {
    let mut subject = match Subject::connect(server, database).await {
        Ok(subject) => subject,
        Err(error) => return out.fault(&error.to_string()),
    };
    out.mention(&format!("PostgreSQL {} {} against {}\n", server.version.text, server.place, shim::IMITATES));
    let results = conform::conform(&mut subject, facts, exposure).await;
    subject.close().await;
    Out::say(&report::mismatches(&results, out.style));
    let any = |wanted: fn(&Conformity) -> bool| results.iter().any(|it| wanted(&it.conformity));
    match (any(|it| matches!(it, Conformity::Broken(_))), any(|it| matches!(it, Conformity::Unknown(_)))) {
        (true, _) => ExitCode::Broken,
        (false, true) => ExitCode::Unjudged,
        (false, false) => ExitCode::Held,
    }
}
