//! The kind `cases`: one statement or several steps, as one actor or several, and what must come of each.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::cast;
use super::expect::{self, Expect};
use super::words::{Sql, Word};
use super::{Contract, Kind};

/// A case as it was written.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it says, as a sentence.
    pub name: Word,
    /// Who acts; each of several makes a contract of its own.
    pub actors: Vec<Word>,
    /// What they do, in order.
    pub steps: Vec<Step>,
    /// The connections of a case with several: what the steps call them, and who acts there.
    pub sessions: Vec<(Word, Word)>,
    /// In which orders the steps are run.
    pub interleave: Interleave,
    /// Whether an order may end in a deadlock.
    pub deadlocks: Deadlocks,
    /// What is read when all is done, and what must come of it.
    pub after: Vec<Look>,
    /// Whether all steps are one request, and so one transaction.
    pub is_one_transaction: bool,
    /// Whether it is to be run in a database of its own, whatever it does.
    pub is_isolated: bool,
    /// Settings of every request.
    pub settings: Vec<(String, serde_json::Value)>,
    /// The time that it is.
    pub at: Option<Word>,
    /// The rows of a specification that it attests, if it says.
    pub attests: Option<Vec<Word>>,
}

/// In which orders the steps of several sessions are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interleave {
    /// As they are written.
    AsWritten,
    /// In every order that keeps each session's own.
    All(Place),
}

/// Whether an order may end in a deadlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadlocks {
    /// It may not.
    Forbidden,
    /// It may: a client that is told of one tries again.
    Allowed,
}

/// One step of a case.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who acts, or on which connection; none where the case says it for all.
    pub who: Option<Word>,
    /// The statement.
    pub run: Sql,
    /// What must come of it.
    pub expect: Option<Expect>,
    /// Values to keep for later steps: the name, and the column of the first row.
    pub keep: Vec<(Word, String)>,
    /// Who may, where the harness is not to find somebody by itself.
    pub control: Option<Word>,
    /// Settings of this request.
    pub settings: Vec<(String, serde_json::Value)>,
    /// Whether it is a request that may only read.
    pub is_read_only: bool,
    /// The time that it is.
    pub at: Option<Word>,
}

/// Something that is read when all is done.
#[derive(Debug, Clone)]
pub struct Look {
    /// Who reads.
    pub who: Option<Word>,
    /// The query.
    pub run: Sql,
    /// What must come of it.
    pub expect: Expect,
}

const NAMES: Form = Form::Either(&[Form::List(&Form::Text), Form::Text]);
const SETTINGS: Field = Field::new(
    "settings",
    Form::Names(&Form::Any),
    "Settings of the request, by `set_config`; keys with values become JSON.",
    "settings: { request.headers: { x-client: web }, app.tenant: north }",
);
const AT: Field = Field::new("at", Form::Text, "The time that `now()` gives.", "at: 2026-03-01T12:00:00Z");
const RUN: Field = Field::new("run", Form::Text, "The statement.", "run: select id from claims where org_id = $org_a");
const EXPECT: Field = Field::new("expect", expect::FORM, "What comes of it.", "expect: { count: 1 }");
const KEEP: Field = Field::new(
    "keep",
    Form::Names(&Form::Text),
    "Values of the first row for later steps: the name, and the column it is taken from.",
    "keep: { claim: id }",
);
const CONTROL: Field = Field::new(
    "control",
    Form::Text,
    "Who may do what is denied here; the harness finds somebody by itself where this is not said.",
    "control: finance_a",
);
const READ_ONLY: Field =
    Field::new("read_only", Form::Bool, "Whether the request may only read, as a GET.", "read_only: true");

const STEP: Form = Form::Open(
    &[
        Field::new("as", Form::Text, "Who acts.", "as: coordinator_a"),
        RUN,
        EXPECT,
        KEEP,
        CONTROL,
        SETTINGS,
        READ_ONLY,
        AT,
    ],
    &Form::Text,
);

const LOOK: Form = Form::Map(&[
    Field::new("as", Form::Text, "Who reads; somebody who sees everything, where nobody is named.", "as: service"),
    RUN.required(),
    EXPECT.required(),
]);

const CASE: Form = Form::Map(&[
    Field::new("name", Form::Text, "What the case says, as a sentence.", "name: a mentor cannot approve a claim")
        .required(),
    Field::new("as", NAMES, "Who acts; each of several makes a contract of its own.", "as: coordinator_a"),
    RUN,
    EXPECT,
    Field::new(
        "steps",
        Form::List(&STEP),
        "Several requests, one after the other.",
        "steps: [{ as: kari, run: \"select 1\", expect: { value: 1 } }]",
    ),
    Field::new(
        "sessions",
        Form::Names(&Form::Text),
        "Connections that are open at the same time: what the steps call each, and who acts there.",
        "sessions: { kari: coordinator_a, per: coordinator_a2 }",
    ),
    Field::new(
        "interleave",
        Form::Word(&["all"]),
        "Runs the steps of the sessions in every order that keeps each session's own.",
        "interleave: all",
    ),
    Field::new(
        "deadlocks",
        Form::Word(&["allowed"]),
        "Says that an order may end in a deadlock, of which Postgres then ends one session.",
        "deadlocks: allowed",
    ),
    Field::new(
        "after",
        Form::List(&LOOK),
        "What is read when all is done.",
        "after: [{ as: service, run: \"select count(*) from claims\", expect: { value: 3 } }]",
    ),
    CONTROL,
    READ_ONLY,
    SETTINGS,
    AT,
    Field::new(
        "one_transaction",
        Form::Bool,
        "Whether all steps are one transaction, in which time stands still.",
        "one_transaction: true",
    ),
    Field::new("isolated", Form::Bool, "Whether the case is run in a database of its own.", "isolated: true"),
    ATTESTS,
]);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "cases",
        Form::List(&CASE),
        "Statements and what comes of them.",
        "cases: [{ name: anon sees nothing, as: anon, run: \"select * from claims\", expect: refused }]",
    ),
    first: include_str!("first/cases.yaml"),
    read: |node, source, problems| Some(Contract::Case(Case::read(node, source, problems))),
};

impl Case {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Self {
        let fields = node.fields();
        let word = |key: &str| fields.get(key).map(|node| Word::of(node, source));
        let sessions: Vec<_> = fields.entries("sessions").iter().map(|pair| entry(pair, source)).collect();
        let mut steps: Vec<_> =
            fields.items("steps").iter().filter_map(|item| Step::read(item, source, &sessions, problems)).collect();
        if fields.get("run").is_some() {
            steps.extend(Step::read(node, source, &[], problems).map(|step| Step { who: None, ..step }));
        } else {
            problems.extend(disguises(node, source));
        }
        let case = Self {
            name: word("name").unwrap_or_else(|| Word::of(node, source)),
            actors: fields.items("as").iter().map(|item| Word::of(item, source)).collect(),
            steps,
            sessions,
            interleave: fields
                .get("interleave")
                .map_or(Interleave::AsWritten, |node| Interleave::All(node.place(source))),
            deadlocks: fields.get("deadlocks").map_or(Deadlocks::Forbidden, |_| Deadlocks::Allowed),
            after: fields.items("after").iter().filter_map(|item| Look::read(item, source, problems)).collect(),
            is_one_transaction: fields.is_set("one_transaction"),
            is_isolated: fields.is_set("isolated"),
            settings: settings(node),
            at: word("at"),
            attests: attests(node, source),
        };
        problems.extend(case.problem(node, source));
        case
    }

    /// Returns what makes no sense in a case whose every part does.
    fn problem(&self, node: &Node, source: &Source) -> Option<Problem> {
        let fields = node.fields();
        let at = |key: &str| fields.key(key).map_or_else(|| self.name.place.clone(), |(key, _)| key.place(source));
        let says = |title: &str, key: &str, help: &str| Some(Problem::new(title).at(at(key)).help(help));
        if fields.get("run").is_some() && fields.get("steps").is_some() {
            return says("`run` and `steps` are two ways to say what is done", "steps", "leave one of them out");
        }
        if self.steps.is_empty() {
            return says("nothing is done here", "name", "add `run: <statement>`, or `steps`");
        }
        // Every order of sessions is expected not to end in a deadlock.
        let expects = self.steps.iter().any(|step| step.expect.is_some())
            || !self.after.is_empty()
            || (self.interleave != Interleave::AsWritten && self.deadlocks == Deadlocks::Forbidden);
        if !expects {
            return says(
                "nothing is expected here, so nothing could break",
                "name",
                "add for example `expect: { count: 1 }`",
            );
        }
        if self.sessions.is_empty() && self.interleave != Interleave::AsWritten {
            return says(
                "only sessions can be interleaved",
                "interleave",
                "name them: `sessions: { kari: coordinator_a }`",
            );
        }
        if self.interleave == Interleave::AsWritten && self.deadlocks == Deadlocks::Allowed {
            return says("as written the steps end as they do", "deadlocks", "leave it out, or add `interleave: all`");
        }
        if !self.sessions.is_empty() && (!self.actors.is_empty() || self.is_one_transaction) {
            let key = if self.actors.is_empty() { "one_transaction" } else { "as" };
            return says("the sessions say who acts, and each has transactions of its own", key, "leave this out");
        }
        (self.steps.len() > 1 && self.actors.len() > 1)
            .then(|| says("several steps have one actor each", "as", "say `as` in each step, or name one actor here"))?
    }
}

impl Step {
    fn read(node: &Node, source: &Source, sessions: &[(Word, Word)], problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        let session = fields.all().iter().find(|(key, _)| sessions.iter().any(|(name, _)| name.text == key.text));
        let known = STEP.fields();
        let is_case = fields.key("name").is_some();
        let strange = fields.all().iter().map(|(key, _)| key);
        let strange = strange.filter(|key| !known.iter().any(|it| it.key == key.text) && !is_case);
        let strange = strange.filter(|key| session.is_none_or(|(it, _)| it.text != key.text));
        problems.extend(strange.map(|key| unknown(key, sessions, source)));
        let run = session.map(|(_, run)| run).or_else(|| fields.get("run"));
        let Some(run) = run else {
            let problem = Problem::new("this step does nothing").at(node.place(source));
            problems.push(problem.help("add `run: <statement>`, or in a case with sessions `<session>: <statement>`"));
            return None;
        };
        problems.extend(disguises(node, source));
        let keep = fields.entries("keep").iter();
        let keep = keep.map(|(key, column)| {
            (Word { text: key.text.clone(), place: key.place(source) }, column.scalar().unwrap_or_default())
        });
        Some(Self {
            who: session
                .map(|(key, _)| Word { text: key.text.clone(), place: key.place(source) })
                .or_else(|| fields.get("as").map(|node| Word::of(node, source))),
            run: Sql::of(run, source),
            expect: fields.get("expect").map(|node| Expect::read(node, source, problems)),
            keep: keep.collect(),
            control: fields.get("control").map(|node| Word::of(node, source)),
            settings: settings(node),
            is_read_only: fields.is_set("read_only"),
            at: fields.get("at").map(|node| Word::of(node, source)),
        })
    }
}

impl Look {
    fn read(node: &Node, source: &Source, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields = node.fields();
        Some(Self {
            who: fields.get("as").map(|node| Word::of(node, source)),
            run: Sql::of(fields.get("run")?, source),
            expect: Expect::read(fields.get("expect")?, source, problems),
        })
    }
}

fn entry((key, value): &(Key, Node), source: &Source) -> (Word, Word) {
    (Word { text: key.text.clone(), place: key.place(source) }, Word::of(value, source))
}

/// Returns what is wrong with settings that would make somebody else of who acts.
fn disguises<'a>(node: &'a Node, source: &'a Source) -> impl Iterator<Item = Problem> + 'a {
    let keys = node.fields().entries("settings").iter().map(|(key, _)| key);
    keys.filter(|key| cast::makes_somebody_else(&key.text)).map(|key| {
        let problem = Problem::new(format!("`{}` would make somebody else of who acts", key.text));
        problem.at(key.place(source)).help("name another actor with `as`")
    })
}

fn settings(node: &Node) -> Vec<(String, serde_json::Value)> {
    node.fields().entries("settings").iter().map(|(key, node)| (key.text.clone(), node.json())).collect()
}

fn unknown(key: &Key, sessions: &[(Word, Word)], source: &Source) -> Problem {
    let known = || {
        let own = STEP.fields().iter().map(|field| field.key);
        own.chain(sessions.iter().map(|(name, _)| name.text.as_str()))
    };
    let problem =
        Problem::new(format!("`{}` is neither a session nor a key of a step", key.text)).at(key.place(source));
    match crate::problem::nearest(&key.text, known()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("known here are {}", known().collect::<Vec<_>>().join(", "))),
    }
}
