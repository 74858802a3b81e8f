//! What is true of the whole world and is asked once: its roles and their settings, its sequences, what is deferred.

use std::collections::{BTreeMap, BTreeSet};

use crate::migrate::recorded;
use crate::observation::Trouble;
use crate::pg::{PgError, Session};
use crate::plan::{Script, Unit, Way, Who};
use crate::sql::quote_literal;

const ROLES: &str = include_str!("sql/roles.sql");
const SETTINGS: &str = include_str!("sql/settings.sql");
const SET_BY_FUNCTIONS: &str = include_str!("sql/set_by_functions.sql");
const DEFERRED: &str = "select exists (select from pg_trigger where tgdeferrable) or exists (select from pg_constraint where condeferrable)";

/// How long a statement of somebody may take whose role sets no limit.
const PATIENCE: &str = "60s";

/// What is true of the whole world.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    roles: BTreeMap<String, Option<String>>,
    settings: BTreeMap<String, Vec<(String, String)>>,
    /// Whether anything waits for the end of a transaction.
    pub(super) defers: bool,
    /// Settings of their own that functions set.
    pub(super) settings_of_functions: Vec<String>,
    /// Users of actors that are not in `auth.users`.
    strangers: BTreeSet<String>,
    /// What the history says: version, name, number of statements.
    pub(super) history: Result<Vec<(String, String, usize)>, String>,
}

impl Facts {
    /// Asks a database.
    pub(super) async fn of(session: &Session, units: &[Unit]) -> Result<Self, PgError> {
        let text = |value: Option<String>| value.unwrap_or_default();
        let mut roles = BTreeMap::new();
        for row in session.rows(ROLES).await? {
            let mut values = row.into_iter();
            let (name, why) = (text(values.next().flatten()), values.next().flatten());
            roles.insert(name, why);
        }
        let mut settings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in session.rows(SETTINGS).await? {
            let [role, key, value] = <[_; 3]>::try_from(row).unwrap_or_default().map(text);
            settings.entry(role).or_default().push((key, value));
        }
        let defers = session.value(DEFERRED).await?.as_deref() == Some("t");
        let named = session.rows(SET_BY_FUNCTIONS).await?;
        let settings_of_functions = named.into_iter().flatten().flatten().collect();
        let users = strangers(session, units).await?;
        let history = recorded(session).await.map_err(|error| error.to_string());
        Ok(Self { roles, settings, defers, settings_of_functions, strangers: users, history })
    }

    /// Returns the settings that somebody's requests begin with.
    pub(super) fn settings(&self, who: &Who, search_path: &str) -> Vec<(String, String)> {
        let of = |role: &str| self.settings.get(role).cloned().unwrap_or_default();
        match &who.way {
            Way::Harness => Vec::new(),
            Way::Login(role) => {
                // Nobody waits for ever; a role that has a limit of its own keeps it.
                let limit = ("statement_timeout".to_owned(), PATIENCE.to_owned());
                std::iter::once(limit).chain(of(role)).collect()
            }
            Way::Api(role) => {
                let path = ("search_path".to_owned(), search_path.to_owned());
                of("authenticator").into_iter().chain([path]).chain(of(role)).collect()
            }
        }
    }

    /// Returns why somebody goes around row level security though nothing says that they are meant to.
    pub(super) fn bypass(&self, who: &Who) -> Option<Trouble> {
        if who.user.as_ref().is_some_and(|user| self.strangers.contains(user)) && !who.is_gone {
            let trouble = Trouble::new(format!("`{}` is nobody: auth.users has no such user", who.name));
            return Some(trouble.help("add the user to a seed, or say that it is meant: `is_gone: true`"));
        }
        if who.may_bypass {
            return None;
        }
        let role = who.way.role()?;
        match self.roles.get(role) {
            Some(Some(why)) => {
                let why = format!("`{}` goes around row level security: its role `{role}` {why}", who.name);
                let help = "give the actor another role, or say that it is meant: `bypasses_row_security: true`";
                Some(Trouble::new(why).help(help))
            }
            Some(None) => None,
            None => {
                let trouble = Trouble::new(format!("`{}` has the role `{role}`, which is not there", who.name));
                Some(trouble.help("name a role of this database, or let a migration create it"))
            }
        }
    }
}

/// Returns the users of actors that are not in `auth.users`.
async fn strangers(session: &Session, units: &[Unit]) -> Result<BTreeSet<String>, PgError> {
    let requests = units.iter().filter_map(Unit::script).flat_map(Script::every);
    let users: BTreeSet<_> = requests.filter_map(|request| request.who.user.as_deref()).map(quote_literal).collect();
    if users.is_empty() {
        return Ok(BTreeSet::new());
    }
    let users = users.into_iter().collect::<Vec<_>>().join(", ");
    let sql = format!(
        "select u from unnest(array[{users}]) u where not exists (select from auth.users where id::text = lower(u))"
    );
    Ok(session.rows(&sql).await?.into_iter().flatten().flatten().collect())
}
