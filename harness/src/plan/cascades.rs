//! The kind `cascades`, with everything filled in: what is asked before the deed, the deed, and what is asked after it.

use std::sync::Arc;

use serde_json::json;

use crate::case::{Cascade, Deed, Fate, File, Outcome, Word};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Kind, Meant, meant, quote_identifier, quote_literal};
use crate::value::flaw;

use super::names::Names;
use super::rows;
use super::script::{Effect, Request, Room, Script, Telling};
use super::statement::Statement;
use super::who::Who;
use super::{Subject, Unit};

/// Makes what is needed.
const DEFINE: &str = include_str!("sql/cascades_define.sql");

/// Notes which rows hang on those that are meant.
const BEFORE: &str = include_str!("sql/cascades_before.sql");

/// Tells what has changed.
const AFTER: &str = include_str!("sql/cascades_after.sql");

/// The rows of a table that are shown.
const SAMPLES: usize = 5;

/// A delete or an update, and everything that must come of it.
#[derive(Debug, Clone)]
pub struct Cascades {
    /// What is run: what is asked before, the deed, what is asked after.
    pub script: Script,
    /// What is done.
    pub deed: Deed,
    /// Where it stands.
    pub place: Place,
    /// What must refuse it, if anything.
    pub refusal: Option<(Outcome, Place)>,
    /// What must come of other tables.
    pub fates: Vec<Fate>,
}

impl Cascades {
    /// The request that notes which rows hang on those that are meant.
    pub const BEFORE: usize = 0;
    /// The request of the actor.
    pub const DEED: usize = 1;
    /// The request that tells what has changed.
    pub const AFTER: usize = 2;
}

/// Plans a cascade.
pub(super) fn unit(cascade: &Cascade, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Option<Unit> {
    let who = actor(cascade.who.as_ref(), names, problems)?;
    let (beginning, verb) = match cascade.deed {
        Deed::Delete => ("delete from ", "delete"),
        Deed::Update => ("update ", "update"),
    };
    let statement = match Statement::rest(beginning, &cascade.run, &who, names) {
        Ok(statement) => statement,
        Err(found) => return said(found, problems),
    };
    let Some(meant) = statement.fill(&[]).ok().and_then(|filled| meant(&filled.text)) else {
        let problem = Problem::new("this is about more than a table and a condition").at(cascade.run.whole());
        return said(vec![problem.help("leave out what else it says, or make it a contract of `cases`")], problems);
    };
    let fates: Option<Vec<_>> = cascade.fates.iter().map(|fate| bound(fate, &who, names, problems)).collect();
    let script = Script::new(Room::Lane, requests(cascade, statement, &meant, (&who, names)));
    let own = format!("{verb} {}", cascade.run.text.split_whitespace().collect::<Vec<_>>().join(" "));
    let by = cascade.who.as_ref().map(|word| format!(" (as {})", word.text)).unwrap_or_default();
    let name = cascade.name.as_ref().map_or(own, |name| name.text.clone());
    Some(Unit {
        name: format!("{}: {name}{by}", file.name),
        place: cascade.place.clone(),
        attests: rows::named(file, cascade.attests.as_deref()),
        subject: Subject::Cascades(Cascades {
            script,
            deed: cascade.deed,
            place: cascade.place.clone(),
            refusal: cascade.refusal.clone(),
            fates: fates?,
        }),
    })
}

/// Returns an actor, or somebody who sees everything.
pub(super) fn actor(word: Option<&Word>, names: &Names, problems: &mut Vec<Problem>) -> Option<Arc<Who>> {
    match word {
        Some(word) => names.actor(word, problems),
        None => Some(Arc::new(Who::service())),
    }
}

fn said(found: Vec<Problem>, problems: &mut Vec<Problem>) -> Option<Unit> {
    problems.extend(found);
    None
}

fn requests(
    cascade: &Cascade,
    statement: Statement,
    meant: &Meant,
    (who, names): (&Arc<Who>, &Arc<Names>),
) -> Vec<Request> {
    let schema = meant.table.schema.as_deref().map(|schema| format!("{}.", quote_identifier(schema)));
    let keys: Vec<_> = cascade.fates.iter().map(|fate| fate.of.text.as_str()).collect();
    let asked = json!({
        "target": format!("{}{}", schema.unwrap_or_default(), quote_identifier(&meant.table.name)),
        "rows": meant.query,
        "expect": keys,
        "samples": SAMPLES,
    });
    // The condition means to the harness what it means to the actor: the same tables, the same claims.
    let settings = [("search_path", names.search_path.as_str())].into_iter();
    let settings = settings.chain(who.claims.as_deref().map(|claims| ("request.jwt.claims", claims)));
    let settings = settings.chain(who.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let asked = asked.to_string();
    let settings: Vec<_> = settings.chain([("pgattest.cascade", asked.as_str())]).map(setting).collect();
    let before = format!("{DEFINE}{}{BEFORE}set local search_path to default", settings.concat());
    let harness = Arc::new(Who::harness());
    let aside = |text: &str, effect: Effect| {
        let request = Request::new(Arc::clone(&harness), Statement::own(text, names));
        Request { effect, telling: Telling::Aside, ..request }
    };
    vec![aside(&before, Effect::Remains), Request::new(Arc::clone(who), statement), aside(AFTER, Effect::Undone)]
}

fn setting((key, value): (&str, &str)) -> String {
    format!("select set_config({}, {}, true);\n", quote_literal(key), quote_literal(value))
}

/// Puts what names stand for into what is expected.
fn bound(fate: &Fate, who: &Who, names: &Names, problems: &mut Vec<Problem>) -> Option<Fate> {
    let mut fate = fate.clone();
    let before = problems.len();
    let Fate { of, of_column, .. } = &mut fate;
    of_column.name(&mut |name: &str| {
        let found = names.expected(name, who.user.as_deref());
        if found.is_none() {
            let word = Word { text: name.to_owned(), place: of.place.clone() };
            problems.push(names.unknown(name, &word, []));
        }
        found
    });
    problems.extend(flaw(&fate.of_column).map(|why| Problem::new(why).at(fate.of.place.clone())));
    (problems.len() == before).then_some(fate)
}

impl Cascades {
    /// Returns the kind of the statement that is done.
    pub fn kind(&self) -> Kind {
        self.script.requests[Self::DEED].statement.kind
    }
}
