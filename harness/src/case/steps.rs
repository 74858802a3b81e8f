//! The kind `cases`: one statement or several steps, as one actor or several, and what must come of each.

use crate::problem::Problem;
use crate::span::{Place, Source};
use crate::yaml::{Field, Form, Key, Node};

use super::attests::{ATTESTS, attests};
use super::expect::Expect;
use super::step::{AT, CONTROL, EXPECT, GIVEN, READ_ONLY, RUN, SETTINGS, STEP, Step, disguises, settings};
use super::words::{Sql, Word};
use super::{Contract, Kind};

/// A case as it was written.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it says, as a sentence.
    pub name: Word,
    /// Who acts; each of several makes a contract of its own.
    pub actors: Vec<Word>,
    /// What is done before that, so that what it supposes is there.
    pub given: Vec<Step>,
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
const LOOK: Form = Form::Map(&[
    Field::new("as", Form::Text, "Who reads; somebody who sees everything, where nobody is named.", "as: service"),
    RUN.required(),
    EXPECT.required(),
]);

const CASE: Form = Form::Map(&[
    Field::new("name", Form::Text, "What the case says, as a sentence.", "name: a mentor cannot approve a claim")
        .required(),
    Field::new("as", NAMES, "Who acts; each of several makes a contract of its own.", "as: coordinator_a"),
    Field::new(
        "given",
        Form::List(&GIVEN),
        "What is done and committed before, so that what the case supposes is there.",
        "given: [{ as: service, run: \"update claims set status = 'submitted' where id = $claim_draft\" }]",
    ),
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
        let given = fields.items("given").iter().filter_map(|item| Step::read(item, source, &[], problems)).collect();
        let case = Self {
            name: word("name").unwrap_or_else(|| Word::of(node, source)),
            actors: fields.items("as").iter().map(|item| Word::of(item, source)).collect(),
            given,
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
