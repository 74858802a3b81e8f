//! A server that somebody else runs, by its URL. Nothing on it is touched but what carries our prefix.

use std::net::ToSocketAddrs;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::problem::Problem;
use crate::sql::{quote_identifier, quote_literal};

use super::super::error::PgError;
use super::super::session::Session;
use super::{Life, NoServer, Reached, Server, Wish, random_digits};

const PLACE: &str = "on the given server";

/// Connects to a given server and makes sure that we are superuser on it.
pub(super) async fn reach(wish: &Wish, url: &str) -> Result<Reached, NoServer> {
    let mut config = read(url)?;
    if !wish.allow_remote && !is_here(&config) {
        return Err(elsewhere(&config));
    }
    config.connect_timeout(Duration::from_secs(5));
    let maintenance = meet(wish, &mut config).await?;
    Ok(Reached { config, maintenance, place: PLACE.to_owned(), life: Life::Others })
}

/// Connects to the very database that a URL names, to look at it and change nothing.
pub async fn look_at(wish: &Wish, url: &str) -> Result<(Server, String), NoServer> {
    let mut config = read(url)?;
    if !wish.allow_remote && !is_here(&config) {
        return Err(elsewhere(&config));
    }
    config.connect_timeout(Duration::from_secs(5));
    let database = config.get_dbname().unwrap_or("postgres").to_owned();
    let reached =
        Reached { config: config.clone(), maintenance: database.clone(), place: PLACE.to_owned(), life: Life::Others };
    let server = Server::meet(reached, Vec::new(), &random_digits()).await;
    Ok((server.map_err(|error| unreachable(&config, &error))?, database))
}

fn elsewhere(config: &Config) -> NoServer {
    let help = "add `--allow-remote` if this server may be used for tests";
    caller("the server is on another machine", &shown(config), help)
}

fn read(url: &str) -> Result<Config, NoServer> {
    let help = "a URL looks like postgres://user:password@host:5432/postgres";
    let mut config =
        url.parse::<Config>().map_err(|error| caller("the server's URL cannot be read", &error.to_string(), help))?;
    if config.get_hosts().is_empty() {
        config.host("127.0.0.1");
    }
    Ok(config)
}

/// Whether every host of the configuration is this machine.
fn is_here(config: &Config) -> bool {
    let addresses = config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    addresses
        && config.get_hosts().iter().all(|host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                let found = (name.as_str(), 0).to_socket_addrs();
                found.is_ok_and(|mut addresses| addresses.all(|it| it.ip().is_loopback()))
            }
        })
}

/// Connects, and turns the superuser `postgres` into an ordinary role where that was allowed.
async fn meet(wish: &Wish, config: &mut Config) -> Result<String, NoServer> {
    let database = config.get_dbname().unwrap_or("postgres").to_owned();
    if wish.disposable && config.get_user() == Some("postgres") && was_converted(wish, config, &database).await {
        config.user(&wish.superuser);
    }
    let session = Session::connect(config, &database).await.map_err(|error| unreachable(config, &error))?;
    let place = meeting_place(&session).await.map_err(|error| unreachable(config, &error))?;
    let who = session.rows("select current_user, rolsuper from pg_roles where rolname = current_user").await;
    let who = who.map_err(|error| unreachable(config, &error))?.into_iter().next().unwrap_or_default();
    let user = who.first().cloned().flatten().unwrap_or_default();
    let is_superuser = who.get(1).cloned().flatten().as_deref() == Some("t");
    match (user == "postgres", is_superuser) {
        (false, true) => Ok(place),
        (true, true) if wish.disposable => {
            convert(wish, config, session).await.map_err(|error| unreachable(config, &error))?;
            Ok(place)
        }
        (true, true) => Err(stock_superuser()),
        (_, false) => Err(powerless(&user)),
    }
}

/// Whether an earlier run has turned this server over already.
async fn was_converted(wish: &Wish, config: &Config, database: &str) -> bool {
    let mut as_superuser = config.clone();
    as_superuser.user(&wish.superuser);
    Session::connect(&as_superuser, database).await.is_ok()
}

/// Renames the superuser `postgres`; the shim makes an ordinary role of that name. A session cannot rename its own
/// user, so a second superuser is made for that moment; all of it happens in one transaction or not at all.
async fn convert(wish: &Wish, config: &mut Config, session: Session) -> Result<(), PgError> {
    let helper = format!("pgattest_{}", random_digits());
    let superuser = quote_identifier(&wish.superuser);
    // Some kinds of passwords are bound to the name and are lost with it.
    let password = config.get_password().map(|it| quote_literal(&String::from_utf8_lossy(it)));
    let password = password.map(|it| format!("alter role {superuser} password {it};")).unwrap_or_default();
    let sql = format!(
        "begin;
         select pg_advisory_xact_lock(hashtextextended('pgattest roles', 0));
         create role {helper} superuser;
         set local session authorization {helper};
         alter role postgres rename to {superuser};
         set local session authorization {superuser};
         drop role {helper};
         {password}
         commit"
    );
    session.run(&sql).await?;
    session.close().await;
    config.user(&wish.superuser);
    Ok(())
}

/// Returns the database in which every run on this server takes its locks and makes its databases: a lock counts in
/// one database only, and two runs may have been given URLs of different ones.
async fn meeting_place(session: &Session) -> Result<String, PgError> {
    let sql = "select datname from pg_database where datallowconn and not datistemplate
               and datname not like 'pgattest%' order by datname = 'postgres' desc, oid limit 1";
    Ok(session.value(sql).await?.unwrap_or_else(|| "postgres".to_owned()))
}

fn stock_superuser() -> NoServer {
    caller(
        "the server's superuser is called `postgres`",
        "migrations run as an ordinary role `postgres`, as they do on Supabase, so on this server that superuser would have \
         to be renamed and an ordinary role of that name made",
        "add `--disposable` if the server is there for tests alone (a service container in CI, for one), or give a server whose \
         superuser has another name",
    )
}

fn powerless(user: &str) -> NoServer {
    let note = format!("`{user}` is not a superuser, and the roles and schemas of Supabase's world need one");
    caller("the server's user has too little power", &note, "give the URL of a superuser")
}

fn unreachable(config: &Config, error: &PgError) -> NoServer {
    NoServer::Machine(Problem::new("the given server cannot be used").note(shown(config)).note(error.to_string()))
}

/// Returns hosts and ports, and never a password.
fn shown(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(at, host)| {
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(path) => format!("{} (socket, port {port})", path.display()),
        }
    });
    hosts.collect::<Vec<_>>().join(", ")
}

fn caller(title: &str, note: &str, help: &str) -> NoServer {
    NoServer::Caller(Problem::new(title).note(note).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_sockets_are_this_machine() {
        for (url, here) in [
            ("postgres://u@127.0.0.1/d", true),
            ("postgres://u@[::1]/d", true),
            ("postgres://u@localhost/d", true),
            ("host=/tmp user=u", true),
            ("postgres://u@192.0.2.7/d", false),
            ("postgres://u@127.0.0.1,192.0.2.7/d", false),
            ("postgres://u@127.0.0.1/d?hostaddr=192.0.2.7", false),
        ] {
            assert_eq!(is_here(&url.parse().expect("a URL")), here, "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let config: Config = "postgres://u:geheim@127.0.0.1:5433/d".parse().expect("a URL");
        assert_eq!(shown(&config), "127.0.0.1:5433");
    }
}
