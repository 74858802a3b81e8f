//! Whether what a case supposes was brought about; if it was not, nothing can be said of the case.

use crate::observation::{End, Seen, Tried};
use crate::outcome::Fault;
use crate::plan::{Request, Script};
use crate::sql::Kind;

use super::expect::does_not_run;
use super::steps::trouble;
use super::words::{self, Happened};

/// Returns why what is given is not there.
pub(super) fn there(script: &Script, seen: &Seen) -> Result<(), Fault> {
    for (at, request) in script.given.iter().enumerate() {
        let place = request.statement.whole();
        let done = seen.given.get(at).ok_or_else(|| trouble(seen)).and_then(|tried| is_done(request, tried));
        done.map_err(|fault| if fault.place.is_some() { fault } else { fault.at(place) })?;
    }
    Ok(())
}

/// A change that changes nothing has brought nothing about, and would hide a mistake.
fn is_done(request: &Request, tried: &Tried) -> Result<(), Fault> {
    let kind = request.statement.kind;
    let happened = words::happened(&tried.attempt, kind);
    let is_done = tried.attempt.end == End::Done && (happened != Happened::Nothing || kind == Kind::Select);
    if is_done {
        return Ok(());
    }
    if let Some(place) = request.statement.whole() {
        does_not_run(&place, &request.statement, tried)?;
    }
    let said = match (&tried.attempt.end, &happened) {
        (End::Lost(why), _) => format!("the connection broke: {why}"),
        (_, Happened::Nothing) => format!("`{}` changes no row", tried.who),
        _ => words::observed(&tried.attempt, &happened),
    };
    let fault = Fault::new(format!("what is given is not there: {said}"));
    Err(match happened {
        Happened::Nothing => fault.help("name somebody who reaches the row, or leave out what changes nothing"),
        Happened::Rejected | Happened::Refused => fault.help("name somebody who may: `as: <actor>`"),
        _ => fault,
    })
}
