//! What the files of a project say: who and what exists, and the contracts. Nothing is resolved and nothing is filled in.
//!
//! A kind of contract is one file here, one in `plan`, one in `judge`, and one line in [`KINDS`].

mod accepts;
mod access;
mod attests;
mod cascades;
mod cast;
mod cells;
mod contradiction;
mod drift;
mod expect;
pub(crate) mod expected;
mod file;
mod part;
mod refuses;
mod shape;
mod specification;
mod step;
mod steps;
mod words;

pub use accepts::Accepted;
pub use access::{Access, Class, Line as MatrixLine, Move as Crossing};
pub use cascades::{Cascade, Deed, Fate, TableFate};
pub use cast::{Actor, Cast, FIELDS as CAST_FIELDS, Name};
pub use cells::{Cells, Said, VERBS, Verb};
pub use drift::{Direction, Drift, Finder, Stored};
pub use expect::{Expect, Outcome};
pub use expected::{Expected, ExpectedRow, ExpectedRows, Extent, Matcher, Order};
pub use file::{File, first, form, kinds, read};
pub use part::Part;
pub use refuses::{Given, Refuses, Variant};
pub use shape::{Line, Of, Policy, Says, Shape};
pub use specification::{FIELD as SPECIFICATION_FIELD, Row, Specification};
pub use step::Step;
pub use steps::{Case, Deadlocks, Interleave, Look};
pub use words::{Sql, Word, expected_value};

use crate::problem::Problem;
use crate::span::Source;
use crate::yaml::{Field, Node};

/// A contract as it was written.
#[derive(Debug, Clone)]
pub enum Contract {
    /// Statements and what must come of them.
    Case(Case),
    /// The structure of a table, a view, a function or an enum.
    Shape(Shape),
    /// Values in the database against values in a file.
    Drift(Drift),
    /// A delete or an update, and everything that comes of it.
    Cascade(Cascade),
    /// A valid row, and lines that differ from it.
    Refuses(Refuses),
    /// Who may do what with the rows of a table.
    Access(Access),
    /// Something that is exposed and in no matrix, with the reason.
    Accepts(Accepted),
}

impl Contract {
    /// Returns the file that it reads besides, from the folder of the project.
    pub fn source(&self) -> Option<&Word> {
        if let Self::Drift(drift) = self { Some(&drift.source) } else { None }
    }
}

/// A kind of contract: its key in a file, and how what stands there is read.
pub(super) struct Kind {
    /// The key and its form.
    field: Field,
    /// A first file of this kind, to go on from; `{actor}` stands for somebody who acts.
    first: &'static str,
    /// Reads an item that has its form; what makes no sense in it is added to the problems.
    read: fn(&Node, &Source, &mut Vec<Problem>) -> Option<Contract>,
}

/// Every kind of contract.
const KINDS: [Kind; 7] =
    [steps::KIND, access::KIND, accepts::KIND, cascades::KIND, refuses::KIND, shape::KIND, drift::KIND];
