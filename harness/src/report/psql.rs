//! What was sent, as a script that can be pasted into psql.

use crate::observation::{End, Part, Seen, Tried};

/// Returns the requests up to the last that was tried, each as it was sent; none if an author had no part in any.
pub fn script(seen: &Seen) -> Option<String> {
    // The order that broke is the last that was tried.
    let seen = seen.course.others.last().map_or(seen, |(_, seen)| seen);
    // What the harness asked for itself was not kept.
    let told: Vec<_> = seen.given.iter().chain(&seen.tried).filter(|tried| !tried.sent.is_empty()).collect();
    if told.iter().all(|tried| tried.is_own) {
        return None;
    }
    if seen.tried.iter().any(|tried| tried.turn.is_some()) {
        let given =
            seen.given.iter().map(|tried| headed("given", ["begin", tried.setup.trim(), tried.sent.trim(), "commit"]));
        return Some(given.chain(seen.tried.iter().map(taken)).collect());
    }
    let mut text = String::from("begin;\n");
    for (at, tried) in told.iter().enumerate() {
        request(&mut text, tried, at + 1 == told.len());
    }
    text.push_str("rollback;\n");
    Some(text)
}

/// Returns a step of one of several sessions, each of which has a psql of its own, or what is read in the end.
fn taken(tried: &Tried) -> String {
    let (setup, sent) = (tried.setup.trim(), tried.sent.trim());
    let keeps = matches!(tried.attempt.end, End::Done | End::Blocked(_)) && tried.turn.is_some();
    let end = if keeps { "commit" } else { "rollback" };
    let (session, part) = match &tried.turn {
        Some(turn) => (turn.session.as_str(), turn.part),
        None => ("when all have ended", Part::Whole),
    };
    let parts = match part {
        Part::Begins => [sent, setup, "", ""],
        Part::Within => [sent, "", "", ""],
        Part::Whole => ["begin", setup, sent, end],
        Part::Awaited => return format!("-- {session} goes on\n"),
    };
    let waits = if matches!(tried.attempt.end, End::Blocked(_)) { " waits" } else { "" };
    headed(&format!("{session}{waits}"), parts)
}

fn headed(heading: &str, parts: [&str; 4]) -> String {
    let mut text = format!("-- {heading}\n");
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        text.push_str(part.trim_end_matches(';'));
        text.push_str(";\n");
    }
    text
}

fn request(text: &mut String, tried: &Tried, is_last: bool) {
    let failed = tried.attempt.end != End::Done && !is_last;
    if failed {
        text.push_str("savepoint pgattest;\n");
    }
    for part in [tried.setup.trim(), tried.sent.trim()].iter().filter(|part| !part.is_empty()) {
        text.push_str(part);
        text.push_str(if part.ends_with(';') { "\n" } else { ";\n" });
    }
    if failed {
        text.push_str("rollback to savepoint pgattest;\n");
    }
}
