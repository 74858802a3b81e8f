//! What `$name` stands for, and who the actors are.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::case::{Cast, Expected, Word};
use crate::problem::{Problem, nearest};
use crate::sql::Value;

use super::who::{Way, Who};

/// Everything that has a name.
#[derive(Debug, Clone)]
pub struct Names {
    values: BTreeMap<String, Json>,
    actors: Vec<Arc<Who>>,
    cast: Cast,
    /// The search path of a request through the API.
    pub search_path: String,
}

impl Names {
    /// Binds what the fixtures say.
    pub fn of(cast: &Cast, search_path: &str, problems: &mut Vec<Problem>) -> Self {
        let mut names = Self {
            values: cast.names.iter().map(|it| (it.name.text.clone(), it.value.clone())).collect(),
            actors: Vec::new(),
            cast: cast.clone(),
            search_path: search_path.to_owned(),
        };
        for actor in &cast.actors {
            let mut actor = actor.clone();
            if let Some(word) = &mut actor.user {
                names.bind_word(word, problems);
            }
            let bound = actor.claims.iter().map(|(key, value)| (key.clone(), names.bind_json(value)));
            actor.claims = bound.collect();
            let who = Who::of(&actor);
            if let Some(user) = &who.user {
                names.values.entry(who.name.clone()).or_insert_with(|| user.clone().into());
            }
            names.actors.push(Arc::new(who));
        }
        names
    }

    /// Returns the actor of a name.
    pub fn actor(&self, word: &Word, problems: &mut Vec<Problem>) -> Option<Arc<Who>> {
        let found = self.actors.iter().find(|who| who.name == word.text);
        if found.is_none() {
            problems.push(self.cast.unknown_actor(word));
        }
        found.cloned()
    }

    /// Returns the actor of a name that a caller gave.
    pub fn who(&self, name: &str) -> Option<Who> {
        self.actors.iter().find(|who| who.name == name).map(|who| Who::clone(who))
    }

    /// Returns everybody who comes through the API.
    pub fn of_the_api(&self) -> impl Iterator<Item = &Arc<Who>> {
        self.actors.iter().filter(|who| matches!(who.way, Way::Api(_)))
    }

    /// Returns those who may be asked whether they can do what somebody else cannot: first those who see everything.
    pub fn others(&self, than: &Who) -> Vec<Arc<Who>> {
        let (first, rest): (Vec<_>, Vec<_>) =
            self.actors.iter().filter(|who| who.name != than.name).cloned().partition(|who| who.may_bypass);
        let is_there = |who: &Who| self.actors.iter().any(|it| it.way == who.way);
        let own = [Who::service(), Who::migrator()].into_iter().filter(|who| who.way != than.way && !is_there(who));
        first.into_iter().chain(rest).chain(own.map(Arc::new)).collect()
    }

    /// Returns what a name stands for as a value in SQL.
    pub fn value(&self, name: &str, me: Option<&str>) -> Option<Value> {
        if name == "me" {
            return Some(me.map_or(Value::Null, |user| Value::Text(user.to_owned())));
        }
        self.values.get(name).map(sql_value)
    }

    /// Returns what a name stands for as an expected value.
    pub fn expected(&self, name: &str, me: Option<&str>) -> Option<Expected> {
        if name == "me" {
            return Some(me.map_or(Expected::Null, |user| Expected::Text(user.to_owned())));
        }
        self.values.get(name).map(expected)
    }

    /// Returns the name that a mistyped one probably meant.
    pub fn near<'a>(&'a self, name: &str, kept: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        nearest(name, self.values.keys().map(String::as_str).chain(["me"]).chain(kept))
    }

    /// Puts what names stand for in place of the names, wherever a text of a value is one.
    pub fn bind_json(&self, value: &Json) -> Json {
        match value {
            Json::String(text) => match text.strip_prefix('$').and_then(|name| self.values.get(name)) {
                Some(value) => value.clone(),
                None => value.clone(),
            },
            Json::Array(items) => items.iter().map(|item| self.bind_json(item)).collect(),
            Json::Object(entries) => entries.iter().map(|(key, it)| (key.clone(), self.bind_json(it))).collect(),
            other => other.clone(),
        }
    }

    fn bind_word(&self, word: &mut Word, problems: &mut Vec<Problem>) {
        let Some(name) = word.text.strip_prefix('$') else { return };
        match self.values.get(name) {
            Some(value) => word.text = value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            None => problems.push(self.unknown(name, word, [])),
        }
    }

    /// Returns what is wrong with a name that stands for nothing.
    pub fn unknown<'a>(&'a self, name: &str, word: &Word, kept: impl IntoIterator<Item = &'a str>) -> Problem {
        let problem = Problem::new(format!("there is nothing called `${name}`")).at(word.place.clone());
        match self.near(name, kept) {
            Some(near) => problem.help(format!("did you mean `${near}`?")),
            None => problem.help(format!("names stand in fixtures/world.yaml, like `names: {{ {name}: … }}`")),
        }
    }
}

impl Who {
    /// Returns the role in which their statements run, in words.
    pub fn role(&self) -> &str {
        match &self.way {
            Way::Harness => "supabase_admin",
            Way::Api(role) | Way::Login(role) => role,
        }
    }
}

fn sql_value(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(text.clone()),
        other => Value::Text(other.to_string()),
    }
}

/// Returns a value as something that can be expected.
pub(super) fn expected(value: &Json) -> Expected {
    match value {
        Json::Null => Expected::Null,
        Json::Bool(value) => Expected::Bool(*value),
        Json::Number(number) => Expected::Number(number.to_string()),
        Json::String(text) => Expected::Text(text.clone()),
        Json::Array(items) => Expected::List(items.iter().map(expected).collect()),
        Json::Object(entries) => {
            Expected::Object(entries.iter().map(|(key, it)| (key.clone(), expected(it))).collect())
        }
    }
}
