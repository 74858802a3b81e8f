//! The form of the report: what these types say is what its schema says.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The version of the form. A field more does not change it; a field that goes, or that means something else, does.
pub(super) const VERSION: u32 = 1;

/// What came of a run of pgattest.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Report of pgattest")]
pub(super) struct Report<'a> {
    /// The version of this form.
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u32,
    /// What the run was made with.
    pub(super) about: About<'a>,
    /// How many contracts came to which verdict.
    pub(super) tally: Tally,
    /// How the program ends: 0 held, 1 broken, 3 could not judge, 4 nothing selected.
    pub(super) exit_code: u8,
    /// How long it took to judge the contracts.
    pub(super) time_ms: f64,
    /// Every contract that was selected, in the order of the plan.
    pub(super) contracts: Vec<Contract<'a>>,
}

/// What a run was made with.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct About<'a> {
    /// The version of pgattest.
    pub(super) pgattest: &'a str,
    /// The version of PostgreSQL.
    pub(super) postgres: &'a str,
    /// Where the server runs, in a few words.
    pub(super) place: &'a str,
    /// Whether new tables in `public` are open to the API roles: `exposed` or `hidden`.
    pub(super) exposure: &'a str,
    /// How many migrations there are.
    pub(super) migrations: usize,
    /// What everything that was chosen at random follows from; null where nothing was.
    pub(super) seed: Option<u64>,
    /// Extensions and services that do nothing real on this server.
    pub(super) stubs: Vec<Stub<'a>>,
    /// Extensions that are imitated, and compute real answers as far as they go.
    pub(super) imitations: &'a [String],
    /// What else is to be said about the server and the project.
    pub(super) remarks: &'a [String],
}

/// Something that does nothing real.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Stub<'a> {
    /// What it is called.
    pub(super) name: &'a str,
    /// What is not real about it.
    pub(super) says: &'a str,
}

/// How many contracts came to which verdict.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tally {
    /// How many were selected.
    pub(super) planned: usize,
    /// How many held.
    pub(super) held: usize,
    /// How many are broken.
    pub(super) broken: usize,
    /// How many could not be judged.
    pub(super) unjudged: usize,
}

/// A contract and what came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Contract<'a> {
    /// Its name, by which `pgattest run` selects it.
    pub(super) name: &'a str,
    /// Where it stands.
    pub(super) place: Place<'a>,
    /// What of a specification it attests.
    pub(super) attests: &'a [String],
    /// Which cell of an access matrix it is; null if it is none.
    pub(super) cell: Option<Cell<'a>>,
    /// What came of it.
    pub(super) verdict: Verdict,
    /// What is not as the contract has it; empty unless it is broken.
    pub(super) findings: Vec<Finding<'a>>,
    /// Why it could not be judged; null if it could.
    pub(super) fault: Option<Fault<'a>>,
    /// What was sent before, so that what it supposes is there; empty unless it has a `given`.
    pub(super) given: Vec<Request<'a>>,
    /// What was sent to the server, in order.
    pub(super) requests: Vec<Request<'a>>,
    /// The values that one request kept for those after it.
    pub(super) kept: Vec<Named<'a>>,
    /// Why nothing more was observed; null if all of it was.
    pub(super) trouble: Option<Trouble<'a>>,
    /// What in the database decided, if the contract is broken.
    pub(super) circumstances: Vec<Circumstance<'a>>,
    /// The stubs that it touches: of them it says nothing real.
    pub(super) stubs: &'a [String],
    /// What else is to be said about it.
    pub(super) notes: &'a [String],
    /// The database in which it can be looked at; null if none was kept.
    pub(super) database: Option<&'a str>,
    /// How long it took.
    pub(super) time_ms: f64,
}

/// A cell of an access matrix.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Cell<'a> {
    /// Who acts.
    pub(super) actor: &'a str,
    /// The table or view.
    pub(super) table: &'a str,
    /// The class of rows.
    pub(super) class: &'a str,
    /// What is done with them: select, insert, update, delete, `into <class>`.
    pub(super) verb: &'a str,
    /// What must come of it.
    pub(super) expected: &'a str,
}

/// What came of a contract.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// It is kept.
    Held,
    /// It is not.
    Broken,
    /// Nobody knows.
    Unjudged,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Place<'a> {
    /// The file, relative to the project's folder.
    pub(super) file: Cow<'a, str>,
    /// The line, counted from 1.
    pub(super) line: usize,
    /// The character of the line, counted from 1.
    pub(super) column: usize,
}

/// Something that is not as the contract has it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding<'a> {
    /// The rule that found it, by its name.
    pub(super) rule: &'a str,
    /// Where that is said; null where no file says it.
    pub(super) place: Option<Place<'a>>,
    /// What was expected, in words.
    pub(super) expected: &'a str,
    /// What was observed, in words.
    pub(super) observed: &'a str,
    /// Both beside each other, line by line; null where a line is enough.
    pub(super) difference: Option<&'a str>,
}

/// Why a contract could not be judged.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fault<'a> {
    /// Why, in a sentence.
    pub(super) why: &'a str,
    /// Where; null if it is in no file.
    pub(super) place: Option<Place<'a>>,
    /// What else is known.
    pub(super) notes: &'a [String],
    /// What to do about it.
    pub(super) help: Option<&'a str>,
}

/// Why nothing more was observed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Trouble<'a> {
    /// Why, in a sentence.
    pub(super) why: &'a str,
    /// What to do about it.
    pub(super) help: Option<&'a str>,
}

/// Something in the database that decided: a policy, a privilege, a constraint, a trigger.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Circumstance<'a> {
    /// What it is, in a word or two.
    pub(super) kind: &'a str,
    /// What it is called.
    pub(super) name: &'a str,
    /// What it says.
    pub(super) says: &'a str,
}

/// A statement, who sent it, and what it did.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Request<'a> {
    /// The actor.
    pub(super) who: &'a str,
    /// The role in which they acted; null for the harness itself, which may do everything.
    pub(super) role: Option<&'a str>,
    /// What their token said; null for somebody without one.
    pub(super) claims: Option<Value>,
    /// The other settings with which the request began, those of the role among them.
    pub(super) settings: Vec<Named<'a>>,
    /// The SQL that made the connection theirs, as it was sent.
    pub(super) setup: &'a str,
    /// The statement as it was sent, every `$name` bound.
    pub(super) statement: &'a str,
    /// What happened to it.
    pub(super) outcome: Outcome,
    /// What the server said when it refused; null if it did not.
    pub(super) error: Option<Said<'a>>,
    /// How the connection broke; null if it did not.
    pub(super) lost: Option<&'a str>,
    /// The columns of its result; empty if it gives no rows.
    pub(super) columns: &'a [String],
    /// The first rows of its result, 50 at most, each value as text.
    pub(super) rows: &'a [Vec<Option<String>>],
    /// How many rows it gave or changed, all of them.
    pub(super) count: u64,
    /// What was remarked on the way, in order.
    pub(super) notices: Vec<Said<'a>>,
    /// How long it took.
    pub(super) time_ms: f64,
    /// Whether somebody else could do the same; null where nothing was denied, or nobody had to be asked.
    pub(super) control: Option<Control<'a>>,
}

/// What happened to a statement.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// It was done; `count` says to how many rows.
    Done,
    /// It was done to no row, and somebody else reaches one by the same statement.
    Hidden,
    /// A policy refused.
    Rejected,
    /// A missing privilege refused.
    Refused,
    /// A constraint refused.
    Violates,
    /// A trigger, a function or anything else refused.
    Raised,
    /// It waits for another session.
    Blocked,
    /// The connection broke.
    Lost,
}

/// What the server said.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Said<'a> {
    /// The SQLSTATE, five characters.
    pub(super) sqlstate: &'a str,
    /// The message.
    pub(super) message: &'a str,
    /// The detail.
    pub(super) detail: Option<&'a str>,
    /// The hint.
    pub(super) hint: Option<&'a str>,
    /// Where it happened: a function, a line.
    pub(super) context: Option<&'a str>,
    /// The character of the statement that it is about, counted from 1.
    pub(super) position: Option<usize>,
    /// The constraint that it is about.
    pub(super) constraint: Option<&'a str>,
    /// The column that it is about.
    pub(super) column: Option<&'a str>,
}

/// Whether somebody may do what is denied to somebody else.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Control<'a> {
    /// Who could; null if nobody could.
    pub(super) reached: Option<Reached<'a>>,
    /// Who could not, in the order in which they were asked.
    pub(super) failed: Vec<Failed<'a>>,
}

/// Somebody who could.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Reached<'a> {
    /// The actor.
    pub(super) who: &'a str,
    /// How many rows they reached.
    pub(super) count: u64,
    /// How long it took.
    pub(super) time_ms: f64,
}

/// Somebody who could not.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Failed<'a> {
    /// The actor.
    pub(super) who: &'a str,
    /// What came of it, in a few words.
    pub(super) why: &'a str,
}

/// A value that has a name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Named<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The value as text.
    pub(super) value: Option<&'a str>,
}
