//! What in the database decided what happened: asked when a contract is broken, so that nobody has to go and look.

use crate::observation::{Refusal, ServerError, Tried};
use crate::outcome::Circumstance;
use crate::pg::Session;
use crate::sql::{Kind, Meaning, meaning, quote_literal};

const ASK: &str = include_str!("sql/circumstances.sql");

/// Returns what decided over a request.
pub(super) async fn of(session: &Session, tried: &Tried) -> Vec<Circumstance> {
    let Some(sql) = question(tried) else { return Vec::new() };
    // What cannot be asked is left out: the verdict stands without it.
    // Names are shown as a project writes them, and not as the harness would have to.
    let asked = format!("begin; set local search_path to public, extensions;\n{sql};\nrollback");
    let rows = session.rows(&asked).await.unwrap_or_default();
    let circumstances = rows.into_iter().map(|row| {
        let [kind, name, says] = <[_; 3]>::try_from(row).unwrap_or_default().map(Option::unwrap_or_default);
        Circumstance { kind, name, says }
    });
    circumstances.collect()
}

fn question(tried: &Tried) -> Option<String> {
    let meaning = meaning(&tried.sent).ok()?.into_iter().next()?;
    let relations = meaning.relations.iter().map(|it| {
        let name = crate::sql::quote_identifier(&it.name);
        let schema = it.schema.as_deref().map(|schema| format!("{}.", crate::sql::quote_identifier(schema)));
        quote_literal(&format!("{}{name}", schema.unwrap_or_default()))
    });
    let relations: Vec<_> = relations.collect();
    if relations.is_empty() {
        return None;
    }
    let refusal = tried.attempt.refusal();
    let text = |value: Option<&str>| value.map_or("null".to_owned(), quote_literal);
    let sql = ASK
        .replace("{relations}", &relations.join(", "))
        .replace("{command}", command(meaning.kind))
        .replace("{reads}", if reads(&meaning) { "r" } else { command(meaning.kind) })
        .replace("{role}", &text(tried.role.as_deref()))
        .replace("{refusal}", &text(refusal.and_then(denied_by)))
        .replace("{sqlstate}", &text(refusal.map(|error| error.sqlstate.as_str())))
        .replace("{context}", &text(refusal.and_then(|error| error.context.as_deref())))
        .replace("{constraint}", &text(refusal.and_then(|error| error.constraint.as_deref())));
    Some(sql)
}

/// Whether policies for reading have a say as well: they choose the rows that a change finds, and those that it gives back.
fn reads(meaning: &Meaning) -> bool {
    matches!(meaning.kind, Kind::Update | Kind::Delete) || meaning.returning()
}

/// Returns what denied, in one word.
fn denied_by(error: &ServerError) -> Option<&'static str> {
    match error.refusal() {
        Refusal::Rejected => Some("policy"),
        Refusal::Refused => Some("grant"),
        Refusal::Violates(_) | Refusal::Raised(_) => None,
    }
}

fn command(kind: Kind) -> &'static str {
    match kind {
        Kind::Insert => "a",
        Kind::Update => "w",
        Kind::Delete => "d",
        _ => "r",
    }
}
