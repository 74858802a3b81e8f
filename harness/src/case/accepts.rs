//! The kind `accepts`: what is exposed and stands in no access matrix, each with the reason.

use crate::problem::Problem;
use crate::yaml::{Field, Form};

use super::words::Word;
use super::{Contract, Kind};

/// Something that is exposed and in no matrix.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The table, the view or the actor.
    pub name: Word,
    /// Why that is meant.
    pub why: String,
}

const ACCEPTED: Form = Form::Map(&[
    Field::new("name", Form::Text, "The table, the view or the actor.", "name: export_run_statuses").required(),
    Field::new("why", Form::Text, "Why no matrix names it, as a sentence.", "why: a list that everybody reads")
        .required(),
]);

/// The kind of contract.
pub(super) const KIND: Kind = Kind {
    field: Field::new(
        "accepts",
        Form::Either(&[Form::List(&ACCEPTED), ACCEPTED]),
        "What is exposed and stands in no access matrix, each with the reason.",
        "accepts: [{ name: export_run_statuses, why: a list that everybody reads }]",
    ),
    first: include_str!("first/accepts.yaml"),
    read: |node, source, problems| {
        let fields = node.fields();
        let name = Word::of(fields.get("name")?, source);
        let why = fields.text("why").unwrap_or_default();
        if why.trim().is_empty() {
            let problem = Problem::new(format!("nothing says why `{}` is in no matrix", name.text));
            problems.push(problem.at(name.place.clone()).help("write the reason as a sentence"));
        }
        Some(Contract::Accepts(Accepted { name, why }))
    },
};
