//! A database of our own: cloned from a template, used by one lane, dropped when it is done with.

use crate::sql::{quote_identifier, quote_literal};

use super::error::PgError;
use super::server::Server;
use super::session::Session;

/// What the name of every clone begins with.
pub const LANE_PREFIX: &str = "pgattest_c_";

/// What the name of a clone begins with that stays.
const KEPT_PREFIX: &str = "pgattest_k_";

/// What the name of every template begins with.
pub(super) const TEMPLATE_PREFIX: &str = "pgattest_t_";
/// What the name of a template begins with while it is being built.
pub(super) const BUILDING_PREFIX: &str = "pgattest_b_";

/// A clone of a template.
#[derive(Debug)]
pub struct Clone {
    /// Its name on the server.
    pub name: String,
}

impl Clone {
    /// Clones a template under a name that tells the run, and that no other clone of it has.
    pub async fn make(server: &Server, template: &str) -> Result<Self, PgError> {
        let name = format!("{LANE_PREFIX}{}_{}", server.run_id(), server.next_number());
        let maintenance = server.maintenance().await?;
        copy(&maintenance, template, &name).await?;
        maintenance.close().await;
        Ok(Self { name })
    }

    /// Gives the clone a name under which it stays when the run has ended, and returns how to reach it.
    pub async fn keep(self, server: &Server) -> Result<String, PgError> {
        let name = self.name.replacen(LANE_PREFIX, KEPT_PREFIX, 1);
        let maintenance = server.maintenance().await?;
        let (from, to) = (quote_identifier(&self.name), quote_identifier(&name));
        maintenance.run(&format!("alter database {from} rename to {to}")).await?;
        Ok(server.door(&name).to_string())
    }

    /// Drops the clone.
    pub async fn drop(self, server: &Server) -> Result<(), PgError> {
        let maintenance = server.maintenance().await?;
        maintenance.run(&drop_database(&self.name)).await
    }
}

/// Copies a database with its settings and privileges, which Postgres leaves out of a copy.
pub(super) async fn copy(maintenance: &Session, from: &str, to: &str) -> Result<(), PgError> {
    let names = [quote_identifier(to), quote_identifier(from)];
    let [name, template] = &names;
    maintenance.run(&format!("create database {name} template {template} strategy file_copy owner postgres")).await?;
    let (from, to) = (quote_literal(from), quote_literal(to));
    // Settings are lists as often as values; their rows can be copied as they are, and statements would have to guess.
    let carried = format!(
        "insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
         select n.oid, s.setrole, s.setconfig
         from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database o on o.oid = s.setdatabase
         cross join pg_catalog.pg_database n where o.datname = {from} and n.datname = {to};
         update pg_catalog.pg_database n set datacl = o.datacl
         from pg_catalog.pg_database o where o.datname = {from} and n.datname = {to}"
    );
    maintenance.run(&carried).await
}

/// Returns the statement that drops a database, whoever is connected to it.
pub(super) fn drop_database(name: &str) -> String {
    format!("drop database if exists {} with (force)", quote_identifier(name))
}

/// Drops the clones of runs that have ended without dropping them, and returns how many there were.
///
/// A run holds an advisory lock of its own while it lasts; a clone whose run holds none belongs to nobody.
pub async fn sweep(server: &Server) -> Result<usize, PgError> {
    let maintenance = server.maintenance().await?;
    let sql = format!(
        "select datname from pg_database
         where starts_with(datname, '{LANE_PREFIX}') or starts_with(datname, '{BUILDING_PREFIX}') order by 1"
    );
    let mut dropped = 0;
    for name in maintenance.rows(&sql).await?.into_iter().flatten().flatten() {
        let free = match lock_over(&name).filter(|_| !is_of(&name, server)) {
            Some(lock) => maintenance.value(&format!("select pg_try_advisory_lock({lock})")).await?,
            None => Some("t".to_owned()),
        };
        if free.as_deref() == Some("t") {
            maintenance.run(&drop_database(&name)).await?;
            maintenance.run("select pg_advisory_unlock_all()").await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

fn is_of(name: &str, server: &Server) -> bool {
    name.strip_prefix(LANE_PREFIX).is_some_and(|rest| rest.starts_with(server.run_id()))
}

/// Returns the lock that is held while a database is in use: its run's, or its builder's.
fn lock_over(name: &str) -> Option<String> {
    let held = match (name.strip_prefix(LANE_PREFIX), name.strip_prefix(BUILDING_PREFIX)) {
        (Some(rest), _) => format!("pgattest run {}", rest.split('_').next().unwrap_or_default()),
        (None, Some(key)) => format!("{TEMPLATE_PREFIX}{key}"),
        (None, None) => return None,
    };
    Some(format!("hashtextextended({}, 0)", quote_literal(&held)))
}
