//! Fills the form of the report with what is known about a run.

use std::time::Duration;

use crate::observation::{self, End, Refusal, ServerError, Tried};
use crate::outcome::{self, Run};
use crate::report::about;
use crate::span;

use super::form::{
    About, Cell, Circumstance, Contract, Control, Failed, Fault, Finding, Named, Outcome, Place, Reached, Report,
    Request, Said, Stub, Tally, Trouble, VERSION, Verdict,
};

/// How many rows of a result are told.
const ROWS: usize = 50;

pub(super) fn report<'a>(run: &'a Run, about: &about::About<'a>, time: Duration) -> Report<'a> {
    let outcome::Tally { held, broken, unjudged } = run.tally();
    Report {
        version: VERSION,
        about: self::about(about),
        tally: Tally { planned: run.planned, held, broken, unjudged },
        exit_code: run.exit_code() as u8,
        time_ms: milliseconds(time),
        contracts: run.outcomes.iter().map(contract).collect(),
    }
}

fn about<'a>(about: &about::About<'a>) -> About<'a> {
    About {
        pgattest: about.version,
        postgres: about.postgres,
        place: about.place,
        exposure: about.exposure,
        migrations: about.migrations,
        seed: about.seed,
        stubs: about.stubs.iter().map(|(name, says)| Stub { name, says }).collect(),
        imitations: about.imitations,
        remarks: about.remarks,
    }
}

fn contract(outcome: &outcome::Outcome) -> Contract<'_> {
    let (verdict, findings, fault) = match &outcome.verdict {
        outcome::Verdict::Held => (Verdict::Held, Vec::new(), None),
        outcome::Verdict::Broken(findings) => (Verdict::Broken, findings.iter().map(finding).collect(), None),
        outcome::Verdict::Unjudged(fault) => (Verdict::Unjudged, Vec::new(), Some(self::fault(fault))),
    };
    let trouble = outcome.seen.trouble.as_ref();
    Contract {
        name: &outcome.name,
        place: place(&outcome.place),
        attests: &outcome.attests,
        cell: outcome.cell.as_ref().map(cell),
        verdict,
        findings,
        fault,
        given: outcome.seen.given.iter().map(request).collect(),
        requests: outcome.seen.tried.iter().map(request).collect(),
        kept: outcome.seen.kept.iter().map(|(name, value)| Named { name, value: value.as_deref() }).collect(),
        trouble: trouble.map(|it| Trouble { why: &it.why, help: it.help.as_deref() }),
        circumstances: outcome.circumstances.iter().map(circumstance).collect(),
        stubs: &outcome.stubs,
        notes: &outcome.notes,
        database: outcome.kept.as_deref(),
        time_ms: milliseconds(outcome.time),
    }
}

fn cell(it: &outcome::Cell) -> Cell<'_> {
    Cell { actor: &it.actor, table: &it.table, class: &it.class, verb: &it.verb, expected: &it.expected }
}

fn place(place: &span::Place) -> Place<'_> {
    let span::Position { line, column } = place.position();
    Place { file: place.path.to_string_lossy(), line, column }
}

fn finding(finding: &outcome::Finding) -> Finding<'_> {
    Finding {
        rule: finding.rule.name,
        place: finding.place.as_ref().map(place),
        expected: &finding.expected,
        observed: &finding.observed,
        difference: finding.difference.as_deref(),
    }
}

fn fault(fault: &outcome::Fault) -> Fault<'_> {
    let place = fault.place.as_ref().map(place);
    Fault { why: &fault.why, place, notes: &fault.notes, help: fault.help.as_deref() }
}

fn circumstance(it: &outcome::Circumstance) -> Circumstance<'_> {
    Circumstance { kind: &it.kind, name: &it.name, says: &it.says }
}

fn request(tried: &Tried) -> Request<'_> {
    let attempt = &tried.attempt;
    let lost = match &attempt.end {
        End::Lost(why) => Some(why.as_str()),
        End::Done | End::Refused(_) | End::Blocked(_) => None,
    };
    Request {
        who: &tried.who,
        role: tried.role.as_deref(),
        claims: tried.claims.as_deref().map(claims),
        settings: tried.settings.iter().map(|(name, value)| Named { name, value: Some(value) }).collect(),
        setup: &tried.setup,
        statement: &tried.sent,
        outcome: happened(tried),
        error: attempt.refusal().map(said),
        lost,
        columns: &attempt.columns,
        rows: &attempt.rows[..attempt.rows.len().min(ROWS)],
        count: attempt.count,
        notices: attempt.notices.iter().map(said).collect(),
        time_ms: milliseconds(attempt.time),
        control: tried.control.as_ref().map(control),
    }
}

/// Returns what a token said; an author may have made it say something that is no JSON.
fn claims(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn happened(tried: &Tried) -> Outcome {
    let is_reached = tried.control.as_ref().is_some_and(|control| control.reached.is_some());
    match &tried.attempt.end {
        End::Done if is_reached => Outcome::Hidden,
        End::Done => Outcome::Done,
        End::Refused(error) => refusal(error),
        End::Blocked(_) => Outcome::Blocked,
        End::Lost(_) => Outcome::Lost,
    }
}

fn refusal(error: &ServerError) -> Outcome {
    match error.refusal() {
        Refusal::Rejected => Outcome::Rejected,
        Refusal::Refused => Outcome::Refused,
        Refusal::Violates(_) => Outcome::Violates,
        Refusal::Raised(_) => Outcome::Raised,
    }
}

fn said(error: &ServerError) -> Said<'_> {
    Said {
        sqlstate: &error.sqlstate,
        message: &error.message,
        detail: error.detail.as_deref(),
        hint: error.hint.as_deref(),
        context: error.context.as_deref(),
        position: error.position,
        constraint: error.constraint.as_deref(),
        column: error.column.as_deref(),
    }
}

fn control(control: &observation::Control) -> Control<'_> {
    let reached = control.reached.as_ref();
    Control {
        reached: reached.map(|(who, it)| Reached { who, count: it.count, time_ms: milliseconds(it.time) }),
        failed: control.failed.iter().map(|it| Failed { who: &it.who, why: &it.why }).collect(),
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
