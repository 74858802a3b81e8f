//! Who acts: an actor with everything that their requests bring along, ready to be said in SQL.

use serde_json::{Map, Value};

use crate::case;
use crate::sql::{quote_identifier, quote_literal};

/// The role that requests through the API log in as.
const GATE: &str = "authenticator";

/// The setting in which a transaction has its role.
pub const ROLE: &str = "role";

/// The setting in which a request has what its token says.
pub const CLAIMS: &str = "request.jwt.claims";

/// How long a line of settings may be, so that a script can be read.
const WIDTH: usize = 130;

/// What the API sets for every request, whatever it is about.
const OF_THE_API: [(&str, &str); 2] = [("request.headers", "{}"), ("request.cookies", "{}")];

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// What contracts call them.
    pub name: String,
    /// How they come in.
    pub way: Way,
    /// The user they are.
    pub user: Option<String>,
    /// What their token says, as JSON; nothing for somebody without one.
    pub claims: Option<String>,
    /// Settings of every request of theirs.
    pub settings: Vec<(String, String)>,
    /// Whether they are known to go around row level security.
    pub may_bypass: bool,
    /// Whether they are meant not to be among the users.
    pub is_gone: bool,
}

/// How somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// As the harness itself, which may do everything.
    Harness,
    /// Through the API, in a role.
    Api(String),
    /// By a connection of their own, in a role.
    Login(String),
}

/// How long somebody is somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Until the end of the transaction.
    Transaction,
    /// As long as the connection lasts.
    Session,
}

impl Who {
    /// Returns the harness itself.
    pub fn harness() -> Self {
        Self {
            name: "the owner of everything".to_owned(),
            way: Way::Harness,
            user: None,
            claims: None,
            settings: Vec::new(),
            may_bypass: true,
            is_gone: false,
        }
    }

    /// Returns somebody who is nobody in particular, in a role of Supabase that sees everything.
    pub fn service() -> Self {
        let claims = Some(r#"{"role":"service_role"}"#.to_owned());
        let way = Way::Api("service_role".to_owned());
        Self { name: "service_role".to_owned(), way, claims, ..Self::harness() }
    }

    /// Returns the owner of what migrations make.
    pub fn migrator() -> Self {
        Self { name: "postgres".to_owned(), way: Way::Login("postgres".to_owned()), ..Self::harness() }
    }

    /// Fills in an actor.
    pub fn of(actor: &case::Actor) -> Self {
        let user = actor.user.as_ref().map(|word| word.text.clone());
        let way = match (&actor.login, role(actor)) {
            (Some(login), _) => Way::Login(login.text.clone()),
            (None, role) => Way::Api(role),
        };
        let claims = match &way {
            Way::Api(role) => Some(claims(actor, role).to_string()),
            Way::Login(_) | Way::Harness => {
                (!actor.claims.is_empty()).then(|| actor.claims.iter().cloned().collect::<Value>().to_string())
            }
        };
        Self {
            name: actor.name.text.clone(),
            may_bypass: actor.bypasses || matches!(way.role(), Some("service_role" | "postgres" | "supabase_admin")),
            is_gone: actor.is_gone,
            way,
            user,
            claims,
            settings: settings_text(&actor.settings),
        }
    }

    /// Returns the settings with which a request of theirs begins, each once.
    ///
    /// `of_role` are the settings of their role, which Postgres applies at a login only, and which the API therefore
    /// applies by hand; `own` are those of the request.
    pub fn all_settings(&self, of_role: &[(String, String)], own: &[(String, String)]) -> Vec<(String, String)> {
        if self.way == Way::Harness {
            return own.to_vec();
        }
        let mut settings: Vec<(&str, &str)> = of_role.iter().map(pair).collect();
        if let Way::Api(role) = &self.way {
            settings.push((ROLE, role));
        }
        settings.extend(self.claims.as_deref().map(|claims| (CLAIMS, claims)));
        if matches!(self.way, Way::Api(_)) {
            settings.extend(OF_THE_API);
        }
        let settings: Vec<_> = settings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let settings: Vec<_> = settings.into_iter().chain(self.settings.iter().chain(own).cloned()).collect();
        last_of_each(&settings)
    }

    /// Returns the statements by which a transaction becomes theirs, with [`Self::all_settings`].
    pub fn become_them(&self, of_role: &[(String, String)], own: &[(String, String)]) -> String {
        self.become_in(Scope::Transaction, of_role, own)
    }

    /// Returns the statements by which a transaction, or a whole session, becomes theirs.
    pub fn become_in(&self, scope: Scope, of_role: &[(String, String)], own: &[(String, String)]) -> String {
        let calls = calls(scope, &self.all_settings(of_role, own));
        let Some(session) = self.way.session() else { return calls };
        let local = if scope == Scope::Transaction { "local " } else { "" };
        format!("set {local}session authorization {};\n{calls}", quote_identifier(session))
    }
}

impl Way {
    /// Returns the role in which statements run.
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::Harness => None,
            Self::Api(role) | Self::Login(role) => Some(role),
        }
    }

    fn session(&self) -> Option<&str> {
        match self {
            Self::Harness => None,
            Self::Api(_) => Some(GATE),
            Self::Login(role) => Some(role),
        }
    }
}

/// Returns settings as texts: what is not a text becomes JSON.
pub(super) fn settings_text(settings: &[(String, Value)]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    settings.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

fn pair((key, value): &(String, String)) -> (&str, &str) {
    (key, value)
}

/// Returns each setting once: what is said later goes before what is said earlier.
fn last_of_each(settings: &[(String, String)]) -> Vec<(String, String)> {
    let is_last = |at: usize, key: &String| !settings[at + 1..].iter().any(|(later, _)| later == key);
    let last = settings.iter().enumerate().filter(|(at, (key, _))| is_last(*at, key));
    last.map(|(_, setting)| setting.clone()).collect()
}

fn calls(scope: Scope, settings: &[(String, String)]) -> String {
    let local = scope == Scope::Transaction;
    if settings.is_empty() {
        return String::new();
    }
    let mut text = "select".to_owned();
    let mut width = text.len();
    for (at, (key, value)) in settings.iter().enumerate() {
        let call = format!("set_config({}, {}, {local})", quote_literal(key), quote_literal(value));
        let is_new_line = at > 0 && width + call.len() > WIDTH;
        text.push_str(if at == 0 {
            " "
        } else if is_new_line {
            ",\n  "
        } else {
            ", "
        });
        width = if is_new_line { call.len() } else { width + call.len() };
        text.push_str(&call);
    }
    text.push(';');
    text
}

fn role(actor: &case::Actor) -> String {
    let claimed = actor.claims.iter().find(|(claim, _)| claim == "role").and_then(|(_, value)| value.as_str());
    let said = actor.role.as_ref().map(|word| word.text.as_str()).or(claimed);
    said.unwrap_or("authenticated").to_owned()
}

/// Returns the claims of a token: those that every token has, then the actor's own.
fn claims(actor: &case::Actor, role: &str) -> Value {
    let mut claims = Map::new();
    if let Some(user) = &actor.user {
        for (claim, value) in [("aud", "authenticated"), ("aal", "aal1"), ("sub", &user.text)] {
            claims.insert(claim.to_owned(), value.into());
        }
        claims.insert("is_anonymous".to_owned(), false.into());
        claims.insert("app_metadata".to_owned(), Value::Object(Map::new()));
        claims.insert("user_metadata".to_owned(), Value::Object(Map::new()));
    }
    claims.insert("role".to_owned(), role.into());
    for (claim, value) in &actor.claims {
        match value {
            Value::Null => drop(claims.remove(claim)),
            value => drop(claims.insert(claim.clone(), value.clone())),
        }
    }
    Value::Object(claims)
}
