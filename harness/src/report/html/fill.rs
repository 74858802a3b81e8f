//! Fills the data of the page with what is known about a run. Rows that were read are counted and not told.

use std::time::Duration;

use crate::observation::{self, End, Refusal, Tried};
use crate::outcome::{self, Run};
use crate::report::{about, psql};
use crate::span;

use super::form::{About, Cell, Contract, Control, Fault, Finding, Page, Policy, Request, Table};
use super::texts::{Text, Texts};

/// Returns the data of the page.
pub(super) fn page(run: &Run, about: &about::About<'_>, time: Duration) -> Page {
    let texts = &mut Texts::default();
    let outcome::Tally { held, broken, unjudged } = run.tally();
    let about = self::about(about, texts);
    let tables = run.tables.iter().map(|it| table(it, texts)).collect();
    let contracts = run.outcomes.iter().map(|it| contract(it, texts)).collect();
    let tally = [run.planned, held, broken, unjudged];
    Page { about, tally, time_ms: milliseconds(time), tables, contracts, texts: std::mem::take(texts).close() }
}

fn about(about: &about::About<'_>, texts: &mut Texts) -> About {
    About {
        pgattest: texts.enter(about.version),
        postgres: texts.enter(about.postgres),
        place: texts.enter(about.place),
        exposure: texts.enter(about.exposure),
        migrations: about.migrations,
        stubs: about.stubs.iter().map(|(name, says)| [texts.enter(name), texts.enter(says)]).collect(),
        imitations: texts.all(about.imitations),
        remarks: texts.all(about.remarks),
    }
}

fn table(it: &outcome::Table, texts: &mut Texts) -> Table {
    Table {
        name: texts.enter(&it.name),
        security: texts.enter(&it.security),
        policies: it.policies.iter().map(|it| policy(it, texts)).collect(),
        privileges: it.privileges.iter().map(|(role, words)| [texts.enter(role), texts.enter(words)]).collect(),
    }
}

fn policy(it: &outcome::Policy, texts: &mut Texts) -> Policy {
    Policy {
        name: texts.enter(&it.name),
        verb: texts.enter(&it.verb),
        roles: texts.all(&it.roles),
        says: texts.enter(&it.says),
        place: it.place.as_ref().map(|it| place(it, texts)),
        source: it.place.as_ref().map(|it| texts.enter(it.words())),
    }
}

fn contract(it: &outcome::Outcome, texts: &mut Texts) -> Contract {
    let (findings, fault) = match &it.verdict {
        outcome::Verdict::Held => (Vec::new(), None),
        outcome::Verdict::Broken(findings) => (findings.iter().map(|it| finding(it, texts)).collect(), None),
        outcome::Verdict::Unjudged(it) => (Vec::new(), Some(fault(it, texts))),
    };
    let is_shown = it.verdict != outcome::Verdict::Held;
    // The order that broke is the last that was taken.
    let seen = it.seen.course.others.last().filter(|_| is_shown).map_or(&it.seen, |(_, seen)| seen);
    let psql = is_shown.then(|| psql::script(&it.seen)).flatten();
    Contract {
        name: texts.enter(&it.name),
        file: texts.enter(&it.place.path.to_string_lossy()),
        place: place(&it.place, texts),
        verdict: it.verdict.word(),
        attests: texts.all(&it.attests),
        cell: it.cell.as_ref().map(|it| cell(it, texts)),
        findings,
        fault,
        given: seen.given.iter().map(|it| request(it, texts)).collect(),
        tried: seen.tried.iter().map(|it| request(it, texts)).collect(),
        circumstances: it.circumstances.iter().map(|it| circumstance(it, texts)).collect(),
        stubs: texts.all(&it.stubs),
        notes: texts.all(&it.notes),
        psql: texts.maybe(psql.as_deref()),
        time_ms: milliseconds(it.time),
    }
}

fn circumstance(it: &outcome::Circumstance, texts: &mut Texts) -> [Text; 3] {
    [texts.enter(&it.kind), texts.enter(&it.name), texts.enter(&it.says)]
}

fn cell(it: &outcome::Cell, texts: &mut Texts) -> Cell {
    Cell {
        actor: texts.enter(&it.actor),
        table: texts.enter(&it.table),
        class: texts.enter(&it.class),
        rows: texts.enter(&it.rows),
        verb: texts.enter(&it.verb),
        expected: texts.enter(&it.expected),
    }
}

fn finding(it: &outcome::Finding, texts: &mut Texts) -> Finding {
    Finding {
        rule: texts.enter(it.rule.name),
        summary: texts.enter(it.rule.says),
        place: it.place.as_ref().map(|it| place(it, texts)),
        expected: texts.enter(&it.expected),
        observed: texts.enter(&it.observed),
        difference: texts.maybe(it.difference.as_deref()),
    }
}

fn fault(it: &outcome::Fault, texts: &mut Texts) -> Fault {
    Fault { why: texts.enter(&it.why), notes: texts.all(&it.notes), help: texts.maybe(it.help.as_deref()) }
}

fn request(it: &Tried, texts: &mut Texts) -> Request {
    let setup = Some(it.setup.trim()).filter(|text| !text.is_empty());
    let lost = if let End::Lost(why) = &it.attempt.end { Some(["", why.as_str()]) } else { None };
    let error = it.attempt.refusal().map(|error| [error.sqlstate.as_str(), error.message.as_str()]).or(lost);
    Request {
        who: texts.enter(&it.who),
        role: texts.maybe(it.role.as_deref()),
        claims: texts.maybe(it.claims.as_deref()),
        settings: it.settings.iter().map(|(name, value)| texts.named(name, value)).collect(),
        setup: texts.maybe(setup),
        sent: texts.enter(&it.sent),
        outcome: happened(it),
        count: it.attempt.count,
        error: error.map(|it| it.map(|text| texts.enter(text))),
        control: it.control.as_ref().map(|it| control(it, texts)),
    }
}

fn happened(it: &Tried) -> &'static str {
    match &it.attempt.end {
        End::Done => "done",
        End::Blocked(_) => "blocked",
        End::Lost(_) => "lost",
        End::Refused(error) => match error.refusal() {
            Refusal::Rejected => "rejected",
            Refusal::Refused => "refused",
            Refusal::Violates(_) => "violates",
            Refusal::Raised(_) => "raised",
        },
    }
}

fn control(it: &observation::Control, texts: &mut Texts) -> Control {
    Control {
        reached: it.reached.as_ref().map(|(who, attempt)| (texts.enter(who), attempt.count)),
        failed: it.failed.iter().map(|it| [texts.enter(&it.who), texts.enter(&it.why)]).collect(),
    }
}

fn place(place: &span::Place, texts: &mut Texts) -> Text {
    let at = place.position();
    texts.enter(&format!("{}:{}:{}", place.path.to_string_lossy(), at.line, at.column))
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
