//! What Postgres did, without any opinion about it.

use std::time::Duration;

/// One row, each value as text.
pub type Row = Vec<Option<String>>;

/// What Postgres said when it refused a statement, or remarked on one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (SQLSTATE {sqlstate})")]
pub struct ServerError {
    /// The five characters.
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// The detail, if any.
    pub detail: Option<String>,
    /// The hint, if any.
    pub hint: Option<String>,
    /// Where it happened, as Postgres tells it: a function, a line.
    pub context: Option<String>,
    /// The character of the statement, counted from one.
    pub position: Option<usize>,
    /// The constraint that refused, if any.
    pub constraint: Option<String>,
    /// The column that it is about, if any.
    pub column: Option<String>,
}

/// Who refused a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A policy.
    Rejected,
    /// A missing privilege.
    Refused,
    /// A constraint, of this name.
    Violates(String),
    /// Something else, with this SQLSTATE.
    Raised(String),
}

/// What one statement did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The columns of its result; none if it gives no rows.
    pub columns: Vec<String>,
    /// Its rows, as many as are kept.
    pub rows: Vec<Row>,
    /// How many rows it gave or changed.
    pub count: u64,
    /// How it ended.
    pub end: End,
    /// What was remarked on the way.
    pub notices: Vec<ServerError>,
    /// How long it took.
    pub time: Duration,
}

/// How a statement ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done,
    /// The server refused it.
    Refused(Box<ServerError>),
    /// It waits for other sessions, by their names.
    Blocked(Vec<String>),
    /// The connection broke.
    Lost(String),
}

/// A request that was tried, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// In which session, where there are several.
    pub turn: Option<Turn>,
    /// Who acted.
    pub who: String,
    /// The role in which they acted; none for the harness itself.
    pub role: Option<String>,
    /// What their token said, as JSON.
    pub claims: Option<String>,
    /// The other settings that the request began with.
    pub settings: Vec<(String, String)>,
    /// What was sent to become them.
    pub setup: String,
    /// The statement as it was sent.
    pub sent: String,
    /// Whether the harness asked it for itself, and no author.
    pub is_own: bool,
    /// What it did.
    pub attempt: Attempt,
    /// The byte of the author's text that the refusal points at.
    pub error_at: Option<usize>,
    /// Whether somebody else could do the same.
    pub control: Option<Control>,
}

/// The turn of one of several sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What the session is called.
    pub session: String,
    /// What it is to the session's request.
    pub part: Part,
}

/// What a statement is to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It begins one.
    Begins,
    /// It is one of several in it, or ends it.
    Within,
    /// It is all of it.
    Whole,
    /// It was sent before, and is awaited.
    Awaited,
}

/// Whether somebody may do what is denied to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Who could, and what it did.
    pub reached: Option<(String, Attempt)>,
    /// Who could not, in the order in which they were asked.
    pub failed: Vec<Failure>,
}

/// Somebody who was to show that something can be done, and could not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who.
    pub who: String,
    /// What came of it in a few words.
    pub why: String,
    /// Who refused, if the server did.
    pub refusal: Option<Refusal>,
}

/// Everything that was observed of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// What was done before, so that what the contract supposes is there; short if something ended it.
    pub given: Vec<Tried>,
    /// What was tried, in the order of the script; short if something ended it.
    pub tried: Vec<Tried>,
    /// The values that were kept: the name, and the value.
    pub kept: Vec<(String, Option<String>)>,
    /// Why it could not go on.
    pub trouble: Option<Trouble>,
    /// How the sessions went, where there are several.
    pub course: Course,
}

/// How the steps of several sessions went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The step that could not be taken, because its session still waited or a value was not there yet.
    pub stopped_at: Option<usize>,
    /// The steps that let go of several sessions at once, so that it was Postgres who chose which went first.
    pub races: Vec<usize>,
    /// The steps that Postgres ended because they would have waited for one another for ever.
    pub deadlocks: Vec<usize>,
    /// The other orders in which the steps were taken, and what was seen of each.
    pub others: Vec<(Vec<usize>, Seen)>,
}

/// Why something could not be observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Why, in a sentence.
    pub why: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Trouble {
    /// Makes trouble of its reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Tried {
    /// Makes a request of which nothing is known but who made it and what it did.
    pub fn of(who: &str, attempt: Attempt) -> Self {
        Self {
            turn: None,
            who: who.to_owned(),
            role: None,
            claims: None,
            settings: Vec::new(),
            setup: String::new(),
            sent: String::new(),
            is_own: false,
            attempt,
            error_at: None,
            control: None,
        }
    }
}

impl ServerError {
    /// Makes an error of which nothing is known but its code and its message.
    pub fn new(sqlstate: &str, message: &str) -> Self {
        Self {
            sqlstate: sqlstate.to_owned(),
            message: message.to_owned(),
            detail: None,
            hint: None,
            context: None,
            position: None,
            constraint: None,
            column: None,
        }
    }

    /// Returns who refused.
    pub fn refusal(&self) -> Refusal {
        let says = |words: &str| self.message.contains(words);
        match (self.sqlstate.as_str(), &self.constraint) {
            ("42501", _) if says("row-level security") => Refusal::Rejected,
            ("42501", _) if says("permission denied") || says("must be owner of") => Refusal::Refused,
            (code, Some(name)) if code.starts_with("23") => Refusal::Violates(name.clone()),
            ("23502", None) if self.column.is_some() => Refusal::Violates("not null".to_owned()),
            (code, _) => Refusal::Raised(code.to_owned()),
        }
    }
}

impl Attempt {
    /// Returns an attempt that ended before it did anything.
    pub fn ended(end: End) -> Self {
        Self { columns: Vec::new(), rows: Vec::new(), count: 0, end, notices: Vec::new(), time: Duration::ZERO }
    }

    /// Returns the refusal, if it was refused.
    pub fn refusal(&self) -> Option<&ServerError> {
        match &self.end {
            End::Refused(error) => Some(error),
            End::Done | End::Blocked(_) | End::Lost(_) => None,
        }
    }
}
