//! One step of a case: who does what, and what must come of it.

use crate::problem::Problem;
use crate::span::Source;
use crate::yaml::{Field, Form, Key, Node};

use super::cast;
use super::expect::{self, Expect};
use super::words::{Sql, Word};

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

const AS: Field = Field::new("as", Form::Text, "Who acts.", "as: coordinator_a");
pub(super) const SETTINGS: Field = Field::new(
    "settings",
    Form::Names(&Form::Any),
    "Settings of the request, by `set_config`; keys with values become JSON.",
    "settings: { request.headers: { x-client: web }, app.tenant: north }",
);
pub(super) const AT: Field = Field::new("at", Form::Text, "The time that `now()` gives.", "at: 2026-03-01T12:00:00Z");
pub(super) const RUN: Field =
    Field::new("run", Form::Text, "The statement.", "run: select id from claims where org_id = $org_a");
pub(super) const EXPECT: Field = Field::new("expect", expect::FORM, "What comes of it.", "expect: { count: 1 }");
const KEEP: Field = Field::new(
    "keep",
    Form::Names(&Form::Text),
    "Values of the first row for later steps: the name, and the column it is taken from.",
    "keep: { claim: id }",
);
pub(super) const CONTROL: Field = Field::new(
    "control",
    Form::Text,
    "Who may do what is denied here; the harness finds somebody by itself where this is not said.",
    "control: finance_a",
);
pub(super) const READ_ONLY: Field =
    Field::new("read_only", Form::Bool, "Whether the request may only read, as a GET.", "read_only: true");

/// The form of a step.
pub(super) const STEP: Form = Form::Open(&[AS, RUN, EXPECT, KEEP, CONTROL, SETTINGS, READ_ONLY, AT], &Form::Text);

/// The form of a statement that a case begins with.
pub(super) const GIVEN: Form = Form::Map(&[AS, RUN.required(), KEEP, SETTINGS, AT]);

impl Step {
    /// Reads a step; one of several sessions begins with the name of its own.
    pub(super) fn read(
        node: &Node,
        source: &Source,
        sessions: &[(Word, Word)],
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
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

/// Returns what is wrong with settings that would make somebody else of who acts.
pub(super) fn disguises<'a>(node: &'a Node, source: &'a Source) -> impl Iterator<Item = Problem> + 'a {
    let keys = node.fields().entries("settings").iter().map(|(key, _)| key);
    keys.filter(|key| cast::makes_somebody_else(&key.text)).map(|key| {
        let problem = Problem::new(format!("`{}` would make somebody else of who acts", key.text));
        problem.at(key.place(source)).help("name another actor with `as`")
    })
}

/// Returns the settings that stand at a node.
pub(super) fn settings(node: &Node) -> Vec<(String, serde_json::Value)> {
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
