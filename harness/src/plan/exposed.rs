//! What is exposed, held against the access matrices: whatever the API reaches stands in one, or is accepted with a reason.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::{Contract, Word};
use crate::span::Place;
use crate::sql::quote_literal;

use super::names::Names;
use super::script::{Effect, Request, Room, Script, Telling};
use super::statement::Statement;
use super::who::Who;
use super::{Sources, Subject, Unit};

const ASK: &str = include_str!("sql/access_exposed.sql");

/// Whatever is exposed, and what is said of it.
#[derive(Debug, Clone)]
pub struct Exposed {
    /// The one question.
    pub script: Script,
    /// Actors that no matrix names and nothing accepts.
    pub actors: Vec<Word>,
    /// Everything that is said to stand in a matrix or to be accepted.
    pub said: Vec<Word>,
    /// Where the first matrix stands.
    pub place: Place,
}

/// Plans the question, if there is a matrix at all.
pub(super) fn unit(sources: Sources<'_>, names: &Arc<Names>) -> Option<Unit> {
    let contracts = || sources.files.iter().flat_map(|file| &file.contracts);
    let tables: Vec<_> =
        contracts().filter_map(|it| if let Contract::Access(it) = it { Some(it) } else { None }).collect();
    let accepted: Vec<_> =
        contracts().filter_map(|it| if let Contract::Accepts(it) = it { Some(&it.name) } else { None }).collect();
    let place = tables.first()?.table.place.clone();
    let actors: BTreeSet<_> = tables.iter().flat_map(|it| &it.matrix).map(|line| line.actor.text.as_str()).collect();
    let is_named = |name: &str| actors.contains(name) || accepted.iter().any(|word| word.text == name);
    let of_the_api: BTreeSet<_> = names.of_the_api().map(|who| who.name.as_str()).collect();
    let unnamed = sources.cast.actors.iter().map(|actor| &actor.name);
    let strangers = unnamed.filter(|word| of_the_api.contains(word.text.as_str()) && !is_named(&word.text));
    let matrices = tables.iter().map(|it| (&it.table, "matrix"));
    let accepts =
        accepted.iter().filter(|word| !of_the_api.contains(word.text.as_str())).map(|word| (*word, "accepted"));
    let said: Vec<_> = matrices.chain(accepts).collect();
    let request = Request::new(Arc::new(Who::harness()), Statement::own(&question(sources, names, &said), names));
    let request = Request { effect: Effect::Undone, telling: Telling::Aside, ..request };
    Some(Unit {
        name: "access: whatever is exposed stands in a matrix".to_owned(),
        place: place.clone(),
        attests: Vec::new(),
        subject: Subject::Exposed(Exposed {
            script: Script::new(Room::Lane, vec![request]),
            actors: strangers.cloned().collect(),
            said: said.into_iter().map(|(word, _)| word.clone()).collect(),
            place,
        }),
    })
}

fn question(sources: Sources<'_>, names: &Names, said: &[(&Word, &str)]) -> String {
    let pairs = said.iter().map(|(word, kind)| format!("({}, {})", quote_literal(&word.text), quote_literal(kind)));
    // Nothing said is still a list.
    let pairs: Vec<_> = pairs.chain(["(null, null)".to_owned()]).collect();
    let roles: BTreeSet<_> =
        names.of_the_api().filter_map(|who| who.way.role()).chain(["anon", "authenticated"]).collect();
    let quoted = |words: Vec<&str>| words.into_iter().map(quote_literal).collect::<Vec<_>>().join(", ");
    ASK.replace("{said}", &pairs.join(", "))
        .replace("{roles}", &quoted(roles.into_iter().collect()))
        .replace("{schemas}", &quoted(sources.schemas.iter().map(String::as_str).collect()))
}
