//! What a run will judge, in order: every name is bound, every default is filled in. Made from files alone, without a server.

mod access;
mod applies;
mod cascades;
mod draft;
mod drift;
mod exposed;
mod given;
mod independence;
mod interleave;
mod listed;
mod names;
mod refuses;
mod row;
mod rows;
mod script;
mod select;
mod sessions;
mod shape;
mod statement;
mod steps;
mod who;

use std::sync::Arc;

use crate::case::{Cast, Contract, File, Specification};
use crate::migrate::Migration;
use crate::problem::{Problem, Problems};
use crate::span::{Place, Source};
use crate::sql::on_deep_stack;

pub use access::Cell;
pub use applies::Applies;
pub use cascades::Cascades;
pub use draft::Draft;
pub use drift::{Drift, Found, Stored};
pub use exposed::Exposed;
pub use interleave::Orders;
pub use names::Names;
pub use refuses::Refused;
pub use script::{Access, Control, Effect, Request, Room, Script, Telling};
pub use select::{Selection, Sequence};
pub use sessions::{Does, Move, Sessions};
pub use shape::{Listed, Shape, Wanted};
pub use statement::{Sent, Statement};
pub use steps::{Look, Steps, Watched};
pub use who::{CLAIMS, ROLE, Scope, Way, Who};

/// One thing to judge.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The unit, in a sentence.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What of a specification it attests.
    pub attests: Vec<String>,
    /// What is to be judged.
    pub subject: Subject,
}

/// What a unit is about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A migration is applied, whole and under its own name.
    Applies(Applies),
    /// Statements and what must come of them.
    Steps(Steps),
    /// The structure of a table, a view, a function or an enum.
    Shape(Shape),
    /// Values in the database against values in a file.
    Drift(Drift),
    /// What several sessions do, and what must come of it.
    Sessions(Sessions),
    /// What a delete or an update does to every table.
    Cascades(Cascades),
    /// What comes of a row that differs from a valid one.
    Refused(Refused),
    /// What an actor does with the rows of a class.
    Access(Cell),
    /// Whether whatever is exposed is declared.
    Exposed(Exposed),
}

/// Everything that is to be planned.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The migrations.
    pub migrations: &'a [Migration],
    /// Who and what exists.
    pub cast: &'a Cast,
    /// The files of contracts.
    pub files: &'a [File],
    /// Whether nothing is wrong with any of them, so that all contracts are known.
    pub are_files_whole: bool,
    /// What is to be attested.
    pub specification: &'a Specification,
    /// The files of other stacks that contracts read besides, by the path that they name.
    pub texts: &'a [Source],
    /// The search path of a request through the API.
    pub search_path: &'a str,
    /// The schemas that the API exposes.
    pub schemas: &'a [String],
}

impl Unit {
    /// Returns what is to be run for it, if anything of its own is.
    pub fn script(&self) -> Option<&Script> {
        match &self.subject {
            Subject::Applies(_) => None,
            Subject::Steps(it) => Some(&it.script),
            Subject::Shape(it) => Some(&it.script),
            Subject::Drift(it) => Some(&it.script),
            Subject::Sessions(it) => Some(&it.script),
            Subject::Cascades(it) => Some(&it.script),
            Subject::Refused(it) => Some(&it.script),
            Subject::Access(it) => Some(&it.script),
            Subject::Exposed(it) => Some(&it.script),
        }
    }
}

/// Plans everything: the migrations first, then the contracts in the order of their files.
///
/// # Errors
/// Everything in the contracts that cannot be meant.
pub fn plan(sources: Sources<'_>) -> Result<Vec<Unit>, Problems> {
    on_deep_stack(|| {
        let mut problems = Vec::new();
        let names = Arc::new(Names::of(sources.cast, sources.search_path, &mut problems));
        let mut units: Vec<_> = sources.migrations.iter().map(applies::unit).collect();
        for file in sources.files {
            let planned = file.contracts.iter().flat_map(|it| contract(it, file, &names, sources.texts, &mut problems));
            units.extend(planned.collect::<Vec<_>>());
        }
        units.extend(exposed::unit(sources, &names));
        problems.extend(said_twice(&units));
        problems.extend(units.iter().filter_map(unsayable));
        problems.extend(rows::problems(sources, &units));
        Problems(problems).or(units)
    })
}

fn contract(
    contract: &Contract,
    file: &File,
    names: &Arc<Names>,
    texts: &[Source],
    problems: &mut Vec<Problem>,
) -> Vec<Unit> {
    match contract {
        Contract::Case(case) => steps::units(case, file, names, problems),
        Contract::Shape(it) => shape::unit(it, file, names, problems).into_iter().collect(),
        Contract::Drift(it) => drift::unit(it, file, names, texts, problems).into_iter().collect(),
        Contract::Cascade(it) => cascades::unit(it, file, names, problems).into_iter().collect(),
        Contract::Refuses(it) => refuses::units(it, file, names, problems),
        Contract::Access(it) => access::units(it, file, names, problems),
        // What is accepted is asked once, for all of them.
        Contract::Accepts(_) => Vec::new(),
    }
}

/// Returns what is wrong with a name that nobody could type again.
fn unsayable(unit: &Unit) -> Option<Problem> {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_hidden = unit.name.chars().any(|c| c.is_control() || turns(c));
    let problem = || Problem::new("this name holds characters that nobody sees").at(unit.place.clone());
    // A migration is called what its file is called.
    let is_of_a_file = matches!(unit.subject, Subject::Applies(_));
    (is_hidden && !is_of_a_file).then(|| problem().help("a name is one line of letters that can be seen"))
}

/// How many names that are there twice are told; the rest are like them.
const TWICE: usize = 100;

/// Finds units of one name: nobody could say which of them is meant.
fn said_twice(units: &[Unit]) -> Vec<Problem> {
    let mut seen = std::collections::BTreeMap::new();
    let mut problems = Vec::new();
    for unit in units {
        if problems.len() == TWICE {
            break;
        }
        if let Some(first) = seen.insert(unit.name.as_str(), unit) {
            let at = first.place.position();
            let problem = Problem::new(format!("`{}` is there twice", unit.name)).at(unit.place.clone());
            let problem = problem.note(format!("the first is at {}:{}", first.place.path.display(), at.line));
            problems.push(problem.help("a name says which contract is meant; give one of them another"));
        }
    }
    problems
}
