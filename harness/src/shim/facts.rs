//! The facts about Supabase that can be observed, as a table: what to ask, as whom, and what must come of it.

use serde::Deserialize;
use serde_yaml::Spanned;

use super::Exposure;

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("facts/", $name, ".yaml")))),*]
    };
}

const TABLES: [(&str, &str); 11] = tables![
    "01_roles",
    "02_schemas",
    "03_default_privileges",
    "04_auth",
    "05_requests",
    "06_extensions",
    "07_vault",
    "08_storage",
    "09_realtime",
    "11_supautils",
    "12_rls_outcomes",
];

/// One fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The fact in words; no two are alike.
    pub fact: Spanned<String>,
    /// The subject it belongs to.
    pub section: String,
    /// As whom: a role, or a login and the role it takes on, with `>` between them.
    #[serde(rename = "as")]
    pub actor: Option<String>,
    /// What is laid down first, by the superuser.
    pub given: Option<String>,
    /// What is asked.
    pub sql: String,
    /// The rows that must come back.
    pub gives: Option<Gives>,
    /// The SQLSTATE with which it must be refused.
    pub fails: Option<String>,
    /// What the refusal's message must contain.
    pub mentions: Option<String>,
    /// What a notice or warning must contain.
    pub notice: Option<String>,
    /// In which exposure mode it is a fact; in both, if none is named.
    pub mode: Option<Mode>,
    /// On which majors it is a fact; on all, if none is named.
    pub majors: Option<Vec<u32>>,
    /// Why a real Supabase may answer otherwise, if the row is about an imitation.
    pub imitated: Option<String>,
    /// Whether it is run as a statement of a migration.
    #[serde(default)]
    pub elevated: bool,
}

/// The rows that must come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gives(pub Vec<String>);

/// An exposure mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// New tables are exposed.
    Exposed,
    /// They are not.
    Hidden,
}

impl<'de> Deserialize<'de> for Gives {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> serde::de::Visitor<'de> for Rows {
            type Value = Gives;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("one value as text, or a list of rows")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Gives, E> {
                Ok(Gives(vec![text.to_owned()]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut rows: A) -> Result<Gives, A::Error> {
                let mut read = Vec::new();
                while let Some(row) = rows.next_element()? {
                    read.push(row);
                }
                Ok(Gives(read))
            }
        }
        deserializer.deserialize_any(Rows)
    }
}

impl Fact {
    /// Whether it is a fact on this major in this mode.
    pub fn concerns(&self, major: u32, exposure: Exposure) -> bool {
        let mode = match self.mode {
            None => true,
            Some(Mode::Exposed) => exposure == Exposure::On,
            Some(Mode::Hidden) => exposure == Exposure::Off,
        };
        mode && self.majors.as_ref().is_none_or(|majors| majors.contains(&major))
    }
}

/// Returns all facts, in the order of their tables.
///
/// # Errors
/// What is wrong with a table, which a test of this crate would have found.
pub fn facts() -> Result<Vec<Fact>, String> {
    let mut all = Vec::new();
    for (name, text) in TABLES {
        let table: Vec<Fact> = serde_yaml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        all.extend(table);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_can_be_read_and_no_fact_stands_twice() {
        let facts = facts().expect("the tables are well formed");
        let mut seen = BTreeSet::new();
        for fact in &facts {
            assert!(seen.insert(fact.fact.value.clone()), "twice: {}", fact.fact.value);
            let expects = [fact.gives.is_some(), fact.fails.is_some(), fact.notice.is_some()];
            assert!(expects.contains(&true), "expects nothing: {}", fact.fact.value);
        }
        assert!(facts.len() > 400);
    }
}
