//! What is to be run for a unit: requests, one after the other, each as somebody, with everything that it brings along.

use std::sync::Arc;

use crate::sql::Kind;

use super::statement::Statement;
use super::who::{Way, Who};

/// What is to be run.
#[derive(Debug, Clone)]
pub struct Script {
    /// Where.
    pub room: Room,
    /// What is done before, so that what the contract supposes is there.
    pub given: Vec<Request>,
    /// In order.
    pub requests: Vec<Request>,
}

impl Script {
    /// Makes a script before which nothing is to be done.
    pub fn new(room: Room, requests: Vec<Request>) -> Self {
        Self { room, given: Vec::new(), requests }
    }

    /// Returns all requests, in the order in which they are made.
    pub fn every(&self) -> impl Iterator<Item = &Request> {
        self.given.iter().chain(&self.requests)
    }
}

/// Where a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// In one transaction that is rolled back, in a database that others use before and after.
    Lane,
    /// In a database of its own, each request in a transaction of its own.
    Own,
}

/// One request: a statement, and who sends it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who.
    pub who: Arc<Who>,
    /// What.
    pub statement: Statement,
    /// Settings of this request.
    pub settings: Vec<(String, String)>,
    /// The time that it is, where it is not the clock's.
    pub at: Option<String>,
    /// Whether it may write.
    pub access: Access,
    /// Whether what it does remains for the requests after it.
    pub effect: Effect,
    /// Values to keep: the name, and the column of the first row.
    pub keep: Vec<(String, String)>,
    /// Who may do what is denied here.
    pub control: Control,
    /// Whether anybody is told of it.
    pub telling: Telling,
}

/// Whether a request may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may.
    ReadWrite,
    /// It may not, as a GET.
    ReadOnly,
}

/// Whether what a request does remains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It remains for the requests after it.
    Remains,
    /// It is undone at once.
    Undone,
}

/// Whether anybody is told of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It is part of what the contract says.
    Told,
    /// It is a question of the harness's own, which nobody has to repeat.
    Aside,
}

/// Who may do what is denied.
#[derive(Debug, Clone)]
pub enum Control {
    /// Nothing is denied, so nobody is asked.
    NotNeeded,
    /// One of these must be able to; they are asked in this order.
    AnyOf(Vec<Arc<Who>>),
}

/// The setting that says what time it is.
const NOW: &str = "pgattest.now";

impl Request {
    /// Returns the settings that the request itself begins with.
    pub fn own_settings(&self) -> Vec<(String, String)> {
        let is_api = matches!(self.who.way, Way::Api(_));
        let method = is_api.then(|| ("request.method".to_owned(), self.method().to_owned()));
        let now = self.at.iter().map(|at| (NOW.to_owned(), at.clone()));
        method.into_iter().chain(now).chain(self.settings.iter().cloned()).collect()
    }

    /// Returns the method by which the API would be asked for this.
    fn method(&self) -> &'static str {
        match self.statement.kind {
            Kind::Select => "GET",
            Kind::Update => "PATCH",
            Kind::Delete => "DELETE",
            _ => "POST",
        }
    }

    /// Makes a request that may write, whose effect remains, and that denies nothing.
    pub fn new(who: Arc<Who>, statement: Statement) -> Self {
        Self {
            who,
            statement,
            settings: Vec::new(),
            at: None,
            access: Access::ReadWrite,
            effect: Effect::Remains,
            keep: Vec::new(),
            control: Control::NotNeeded,
            telling: Telling::Told,
        }
    }
}
