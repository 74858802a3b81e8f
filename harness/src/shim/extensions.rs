//! Stand-ins for the extensions that a server does not have.

use crate::sql::{quote_identifier, quote_literal};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("extensions/", $name, ".sql")))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "address_standardizer",
    "address_standardizer_data_us",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "http",
    "hypopg",
    "index_advisor",
    "insert_username",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "orioledb",
    "pg_buffercache",
    "pg_cron",
    "pg_graphql",
    "pg_hashids",
    "pg_jsonschema",
    "pg_net",
    "pg_prewarm",
    "pg_repack",
    "pg_stat_monitor",
    "pg_stat_statements",
    "pg_tle",
    "pg_trgm",
    "pg_walinspect",
    "pgaudit",
    "pgcrypto",
    "pgjwt",
    "pgmq",
    "pgroonga",
    "pgroonga_database",
    "pgrouting",
    "pgrowlocks",
    "pgsodium",
    "pgstattuple",
    "pgtap",
    "plpgsql_check",
    "plv8",
    "postgis",
    "postgis_raster",
    "postgis_sfcgal",
    "postgis_tiger_geocoder",
    "postgis_topology",
    "postgres_fdw",
    "refint",
    "rum",
    "seg",
    "sslinfo",
    "supabase-dbdev",
    "tablefunc",
    "tcn",
    "timescaledb",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "vector",
    "wrappers",
];
pub(super) const INDEXES: &str = include_str!("extensions/INDEXES.txt");

/// What an extension needs, and brings along where it is created with CASCADE.
const NEEDS: [(&str, &str); 7] = [
    ("address_standardizer_data_us", "address_standardizer"),
    ("earthdistance", "cube"),
    ("index_advisor", "hypopg"),
    ("pgrouting", "postgis"),
    ("postgis_raster", "postgis"),
    ("postgis_tiger_geocoder", "postgis"),
    ("postgis_topology", "postgis"),
];

/// Something that answers in place of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// The extension.
    pub name: &'static str,
    /// Its whole file.
    pub text: &'static str,
}

/// Returns all stand-ins.
pub fn stand_ins() -> impl Iterator<Item = StandIn> {
    FILES.iter().map(|(name, text)| StandIn { name, text })
}

/// Returns the stand-in of an extension.
pub fn stand_in(name: &str) -> Option<StandIn> {
    stand_ins().find(|it| it.name == name)
}

/// Whether an access method or operator class belongs to an extension that has none while it is stood in for.
pub(super) fn belongs_to(name: &str) -> Option<&'static str> {
    INDEXES.lines().filter_map(|line| line.split_once('|')).find(|(_, it)| *it == name).map(|(extension, _)| extension)
}

/// Returns the extension whose stand-in has no operator class for its own type, if that is what an error is about.
pub fn unindexable(message: &str) -> Option<&'static str> {
    let types = INDEXES.lines().filter_map(|line| line.split_once("|type "));
    types
        .filter(|(_, name)| message.starts_with(&format!("data type {name} has no default operator class")))
        .map(|it| it.0)
        .next()
}

impl StandIn {
    pub(super) fn vault(text: &'static str) -> Self {
        Self { name: "supabase_vault", text }
    }

    /// Returns what is not real about it.
    pub fn says(&self) -> &'static str {
        self.header("says").unwrap_or("an imitation")
    }

    /// Whether it does nothing real.
    pub fn is_stub(&self) -> bool {
        self.header("kind") == Some("stub")
    }

    /// Returns the schema it goes to where none is asked for and the session has none; and whether it may go elsewhere.
    pub fn schema(&self) -> &'static str {
        self.header("schema").unwrap_or("extensions")
    }

    /// Whether it may be put into any schema.
    pub fn is_relocatable(&self) -> bool {
        self.header("relocatable") != Some("no")
    }

    /// Returns the extensions that it needs.
    pub fn needs(&self) -> impl Iterator<Item = &'static str> {
        NEEDS.iter().filter(|(name, _)| *name == self.name).map(|(_, needed)| *needed)
    }

    fn version(&self) -> &'static str {
        self.header("version").unwrap_or("0.3.1")
    }

    /// Returns the schemas of its own.
    pub(super) fn creates(&self) -> impl Iterator<Item = &'static str> {
        self.header("creates").unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty())
    }

    fn header(&self, key: &str) -> Option<&'static str> {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("-- "));
        lines.filter_map(|line| line.split_once(": ")).find(|(name, _)| *name == key).map(|(_, value)| value.trim())
    }
}

/// Returns the SQL that runs a stand-in and registers what it makes as an extension.
pub(super) fn registration(it: &StandIn, schema: &str, register: &str) -> String {
    let schemas = it
        .creates()
        .fold(String::new(), |sql, name| sql + "create schema if not exists " + &quote_identifier(name) + ";\n");
    let body = schemas + it.text;
    let relocatable = if it.is_relocatable() { "yes" } else { "no" };
    let filled = register.replace("@version@", &quote_literal(it.version())).replace("@relocatable@", relocatable);
    registered(it.name, schema, &body, &filled).join("\n;")
}

/// Returns the SQL that runs the body of an extension that only its author knows, and registers what it makes.
pub(super) fn registration_of_unknown(
    name: &str,
    version: &str,
    schema: &str,
    body: &str,
    register: &str,
) -> [String; 3] {
    let filled = register.replace("@version@", &quote_literal(version)).replace("@relocatable@", "no");
    registered(name, schema, body, &filled)
}

/// Returns what comes before a body, the body, and what comes after it.
fn registered(name: &str, schema: &str, body: &str, register: &str) -> [String; 3] {
    let filled = register.replace("@name@", &quote_literal(name)).replace("@schema@", &quote_literal(schema));
    let (before, after) = filled.split_once("-- after\n").unwrap_or((&filled, ""));
    let body = body.replace("@extschema@", &quote_identifier(schema));
    [before.to_owned(), body, after.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_in_the_table_and_says_what_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shim/extensions");
        let files: BTreeSet<_> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .filter_map(|entry| Some(entry.ok()?.file_name().into_string().ok()?.strip_suffix(".sql")?.to_owned()))
            .collect();
        let table: BTreeSet<_> = stand_ins().map(|it| it.name.to_owned()).collect();
        assert_eq!(files, table);
        for it in stand_ins() {
            for key in ["version", "schema", "kind", "says"] {
                assert!(it.header(key).is_some_and(|value| !value.is_empty()), "{} has no `{key}`", it.name);
            }
            assert_eq!(it.header("extension"), Some(it.name));
            assert!(["stub", "imitation"].contains(&it.header("kind").unwrap_or_default()), "{}", it.name);
        }
    }
}
