//! Templates: databases that are built once, named by what they hold, and copied ever after.
//!
//! A template is built under a name of its own and gets its real name when it is whole, so a half-built one is never
//! taken for it. Builders of the same template wait for each other on an advisory lock, in this process and in others.

use sha2::{Digest, Sha256};

use crate::sql::{quote_identifier, quote_literal};

use super::database::{BUILDING_PREFIX, TEMPLATE_PREFIX, copy, drop_database};
use super::error::PgError;
use super::server::Server;
use super::session::Session;

/// How many templates a server keeps; those used longest ago are dropped first.
const KEPT: usize = 24;

/// The hash of everything that a template is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateKey(String);

impl TemplateKey {
    /// Hashes the parts, each with its length, so that no two lists of parts look alike.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self(super::hex(&hash.finalize()[..12]))
    }

    /// Returns the hash in hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.0
    }
}

/// A template that is whole.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name on the server.
    pub name: String,
    /// What its builder wrote down about it.
    pub record: String,
    /// Whether it was built just now.
    pub built: bool,
}

/// Gives back the template of a key, building it from another one, or from nothing, if it is not there.
///
/// `build` is given the name of the new database and returns what is to be remembered about it.
pub async fn ensure<E, F>(server: &Server, key: &TemplateKey, from: Option<&str>, build: F) -> Result<Template, E>
where
    E: From<PgError>,
    F: AsyncFnOnce(&str) -> Result<String, E>,
{
    let name = format!("{TEMPLATE_PREFIX}{}", key.hex());
    let maintenance = server.maintenance().await?;
    let lock = format!("hashtextextended({}, 0)", quote_literal(&name));
    maintenance.run(&format!("select pg_advisory_lock({lock})")).await?;
    if let Some(record) = recorded(&maintenance, &name).await? {
        mark(&maintenance, &name, &record).await?;
        return Ok(Template { name, record, built: false });
    }
    let building = format!("{BUILDING_PREFIX}{}", key.hex());
    // Something of that name that is no template is what an end in the middle left.
    maintenance.run(&drop_database(&building)).await?;
    forget(&maintenance, &name).await?;
    begin(&maintenance, from, &building).await?;
    let record = match build(&building).await {
        Ok(record) => record,
        Err(error) => {
            // The failure of the build is what the caller must hear of; a half-built database is dropped next time.
            drop(maintenance.run(&drop_database(&building)).await);
            return Err(error);
        }
    };
    finish(&maintenance, &building, &name, &record).await?;
    forget_old(&maintenance, &name).await?;
    Ok(Template { name, record, built: true })
}

async fn begin(maintenance: &Session, from: Option<&str>, building: &str) -> Result<(), PgError> {
    let Some(from) = from else {
        let name = quote_identifier(building);
        return maintenance
            .run(&format!("create database {name} template template0 encoding 'UTF8' owner postgres"))
            .await;
    };
    copy(maintenance, from, building).await
}

/// Gives a finished template its name, its mark and its record at once: one that lacks any of them is no template.
async fn finish(maintenance: &Session, building: &str, name: &str, record: &str) -> Result<(), PgError> {
    let (from, to) = (quote_identifier(building), quote_identifier(name));
    let comment = comment(maintenance, name, record).await?;
    let named = format!("alter database {from} rename to {to}; alter database {to} with is_template true");
    maintenance.run(&format!("begin; {named}; {comment}; commit")).await
}

/// Writes down when the template was last used, and what is known about it.
async fn mark(maintenance: &Session, name: &str, record: &str) -> Result<(), PgError> {
    let comment = comment(maintenance, name, record).await?;
    maintenance.run(&comment).await
}

async fn comment(maintenance: &Session, name: &str, record: &str) -> Result<String, PgError> {
    let now = "select to_char(clock_timestamp() at time zone 'utc', 'YYYYMMDDHH24MISSUS')";
    let used = maintenance.value(now).await?.unwrap_or_default();
    let text = quote_literal(&format!("{used}\n{record}"));
    Ok(format!("comment on database {} is {text}", quote_identifier(name)))
}

/// Returns what was written down about a template, if it is there and whole.
async fn recorded(maintenance: &Session, name: &str) -> Result<Option<String>, PgError> {
    let sql = format!(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = {} and datistemplate",
        quote_literal(name)
    );
    let comment = maintenance.value(&sql).await?;
    Ok(comment.and_then(|comment| comment.split_once('\n').map(|(_, record)| record.to_owned())))
}

/// Drops a template, if it is there.
async fn forget(maintenance: &Session, name: &str) -> Result<(), PgError> {
    let sql = format!("select 1 from pg_database where datname = {}", quote_literal(name));
    if maintenance.value(&sql).await?.is_none() {
        return Ok(());
    }
    maintenance.run(&format!("alter database {} with is_template false", quote_identifier(name))).await?;
    maintenance.run(&drop_database(name)).await
}

/// Drops the templates that were used longest ago, unless somebody is using or building them now.
async fn forget_old(maintenance: &Session, newest: &str) -> Result<(), PgError> {
    let sql = format!(
        "select datname from pg_database where starts_with(datname, '{TEMPLATE_PREFIX}') and datname <> {}
         order by split_part(coalesce(shobj_description(oid, 'pg_database'), ''), E'\\n', 1) desc offset {KEPT}",
        quote_literal(newest)
    );
    for name in maintenance.rows(&sql).await?.into_iter().flatten().flatten() {
        let lock = format!("hashtextextended({}, 0)", quote_literal(&name));
        let free = maintenance.value(&format!("select pg_try_advisory_lock({lock})")).await?;
        if free.as_deref() == Some("t") {
            forget(maintenance, &name).await?;
            maintenance.run(&format!("select pg_advisory_unlock({lock})")).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_or_one_boundary_makes_another_key() {
        let key = TemplateKey::of(["ab", "c"]);
        assert_eq!(key, TemplateKey::of(["ab", "c"]));
        assert_ne!(key, TemplateKey::of(["a", "bc"]));
        assert_ne!(key, TemplateKey::of(["ab", "d"]));
    }
}
