//! Who and what exists, as `fixtures/world.yaml` says it: names for values, actors, tenants.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Node};

use super::words::{PLAIN, WITH_VALUE, Word};

/// Who and what exists.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    /// Values that have a name.
    pub names: Vec<Name>,
    /// Who acts.
    pub actors: Vec<Actor>,
    /// Which actors belong together.
    pub tenants: Vec<(String, Vec<Word>)>,
}

/// A value that has a name.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name, without the `$`.
    pub name: Word,
    /// What it stands for.
    pub value: serde_json::Value,
}

/// Somebody who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    /// What contracts call them.
    pub name: Word,
    /// The user they are.
    pub user: Option<Word>,
    /// The role that their requests switch to.
    pub role: Option<Word>,
    /// The role they log in as, where they do not come through the API.
    pub login: Option<Word>,
    /// What their token says besides what every token says; null takes a claim away.
    pub claims: Vec<(String, serde_json::Value)>,
    /// The settings of their requests.
    pub settings: Vec<(String, serde_json::Value)>,
    /// Whether they are known to go around row level security.
    pub bypasses: bool,
    /// Whether they are meant not to be among the users.
    pub is_gone: bool,
}

const VALUE: Form = Form::Any;

const ACTOR: Form = Form::Map(&[
    Field::new("user", Form::Text, "The id of the user in `auth.users`.", "user: 01000000-0000-4000-8000-000000000001"),
    Field::new("role", Form::Text, "The role that a request switches to; `authenticated` for a user.", "role: anon"),
    Field::new("login", Form::Text, "The role of somebody who connects without the API.", "login: postgres"),
    Field::new(
        "claims",
        Form::Names(&VALUE),
        "What the token says besides the usual; null takes a claim away.",
        "claims: { email: kari@north.example, app_metadata: { plan: pro } }",
    ),
    Field::new(
        "settings",
        Form::Names(&VALUE),
        "Settings of every request, by `set_config`.",
        "settings: { request.headers: { x-client: web } }",
    ),
    Field::new(
        "bypasses_row_security",
        Form::Bool,
        "Says that this actor is meant to go around row level security.",
        "bypasses_row_security: true",
    ),
    Field::new("is_gone", Form::Bool, "Says that this user is meant not to be in `auth.users`.", "is_gone: true"),
]);

const TENANT: Form = Form::List(&Form::Text);

/// The keys of `fixtures/world.yaml` that say who and what exists.
pub const FIELDS: [Field; 3] = [
    Field::new(
        "names",
        Form::Names(&VALUE),
        "Values that contracts call by name: `$org_a`.",
        "names: { org_a: 0a000000-0000-4000-8000-000000000001 }",
    ),
    Field::new(
        "actors",
        Form::Names(&ACTOR),
        "Who acts in the contracts.",
        "actors: { kari: { user: 01000000-0000-4000-8000-000000000001 }, anon: { role: anon } }",
    ),
    Field::new(
        "tenants",
        Form::Names(&TENANT),
        "Which actors belong together.",
        "tenants: { north: [kari], south: [per] }",
    ),
];

/// Whether a word stands for something of its own after a `$`: the acting user, or a matcher.
fn is_reserved(word: &str) -> bool {
    let matchers = PLAIN.iter().map(|(name, _)| *name).chain(WITH_VALUE);
    word == "me" || matchers.into_iter().any(|matcher| matcher.strip_prefix('$') == Some(word))
}

impl Cast {
    /// Reads a file that has its form.
    pub fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let word = |key: &crate::yaml::Key| Word { text: key.text.clone(), place: key.place(source) };
        let names = fields.entries("names").iter().map(|(key, value)| Name { name: word(key), value: value.json() });
        let actors = fields.entries("actors").iter().map(|(key, value)| actor(word(key), value, source));
        let tenants = fields
            .entries("tenants")
            .iter()
            .map(|(key, value)| (key.text.clone(), value.items().iter().map(|item| Word::of(item, source)).collect()));
        let cast = Self { names: names.collect(), actors: actors.collect(), tenants: tenants.collect() };
        cast.check(problems);
        cast
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        let all: Vec<&Word> =
            self.names.iter().map(|it| &it.name).chain(self.actors.iter().map(|it| &it.name)).collect();
        for (at, word) in all.iter().enumerate() {
            problems.extend(name_problem(word));
            if all[..at].iter().any(|earlier| earlier.text == word.text) {
                let problem =
                    Problem::new(format!("`{}` is both a name and an actor", word.text)).at(word.place.clone());
                problems.push(problem.help("`$name` must mean one thing; call one of them otherwise"));
            }
        }
        for actor in &self.actors {
            problems.extend(actor.problem());
        }
        for word in self.tenants.iter().flat_map(|(_, actors)| actors) {
            if !self.actors.iter().any(|actor| actor.name.text == word.text) {
                problems.push(self.unknown_actor(word));
            }
        }
    }

    /// Returns what is wrong with the name of an actor that is not there.
    pub fn unknown_actor(&self, word: &Word) -> Problem {
        self.no_actor(&word.text).at(word.place.clone())
    }

    /// Returns what is wrong with the name of an actor that is not there, wherever it was said.
    pub fn no_actor(&self, name: &str) -> Problem {
        let known = || self.actors.iter().map(|actor| actor.name.text.as_str());
        let problem = Problem::new(format!("there is no actor `{name}`"));
        match crate::problem::nearest(name, known()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if self.actors.is_empty() => {
                problem.help("actors stand in fixtures/world.yaml, like `actors: { anon: { role: anon } }`")
            }
            None => problem
                .help(format!("the actors of fixtures/world.yaml are {}", known().collect::<Vec<_>>().join(", "))),
        }
    }
}

impl Actor {
    fn problem(&self) -> Option<Problem> {
        let at = |title: &str, place: &Place| Problem::new(title).at(place.clone());
        if self.settings.iter().any(|(key, _)| makes_somebody_else(key)) {
            let problem = at("a setting would make somebody else of this actor", &self.name.place);
            return Some(problem.help("say `role`, or `login`"));
        }
        let role = self.claims.iter().find(|(claim, _)| claim == "role").map(|(_, value)| value);
        if role.is_some_and(|role| !role.is_string()) {
            let problem = at("the claim `role` is the name of a role", &self.name.place);
            return Some(problem.help("for example: claims: { role: authenticated }"));
        }
        match (&self.user, &self.role, &self.login) {
            (_, Some(role), Some(_)) => Some(
                at("an actor comes through the API or logs in, and not both", &role.place)
                    .help("say `role` for a request through the API, or `login` for a connection of its own"),
            ),
            (None, None, None) if self.claims.iter().all(|(claim, _)| claim != "role") => Some(
                at("nothing says who this actor is", &self.name.place)
                    .help("say `user: <id>`, `role: anon`, or `login: postgres`"),
            ),
            _ => None,
        }
    }
}

/// Whether a setting changes who somebody is, behind the back of whoever asks whether they may.
pub(super) fn makes_somebody_else(setting: &str) -> bool {
    ["role", "session_authorization"].contains(&setting.to_lowercase().as_str())
}

fn actor(name: Word, node: &Node, source: &Source) -> Actor {
    let fields = node.fields();
    let word = |key: &str| fields.get(key).map(|node| Word::of(node, source));
    let json = |key: &str| fields.entries(key).iter().map(|(key, node)| (key.text.clone(), node.json())).collect();
    Actor {
        name,
        user: word("user"),
        role: word("role"),
        login: word("login"),
        claims: json("claims"),
        settings: json("settings"),
        bypasses: fields.is_set("bypasses_row_security"),
        is_gone: fields.is_set("is_gone"),
    }
}

fn name_problem(word: &Word) -> Option<Problem> {
    let help = "a name begins with a letter and goes on with letters, digits and `_`";
    let mut letters = word.text.chars();
    let is_name = letters.next().is_some_and(|it| it.is_alphabetic() || it == '_')
        && letters.all(|it| it.is_alphanumeric() || it == '_');
    if is_reserved(&word.text) {
        let problem = Problem::new(format!("`${}` has a meaning of its own", word.text)).at(word.place.clone());
        return Some(problem.help("choose another name"));
    }
    (!is_name).then(|| Problem::new(format!("`{}` cannot be a name", word.text)).at(word.place.clone()).help(help))
}
