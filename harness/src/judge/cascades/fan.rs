//! Whether a delete or an update was done or refused, and what became of every table, named or not.

use crate::case::{Deed, Fate};
use crate::judge::expect::does_not_run;
use crate::judge::steps::trouble;
use crate::judge::words::{self as outcomes, Happened, rows};
use crate::observation::{End, Seen, Tried};
use crate::outcome::{Fault, Finding, Verdict};
use crate::plan::Cascades;
use crate::rule;

use super::document::{Document, Spoken, Table};
use super::fate::Told;
use super::words;

/// Judges a cascade.
pub(in crate::judge) fn judge(cascades: &Cascades, seen: &Seen) -> Verdict {
    match findings(cascades, seen) {
        Ok(findings) => Verdict::of(findings),
        Err(fault) => fault.at(None).into(),
    }
}

fn findings(cascades: &Cascades, seen: &Seen) -> Result<Vec<Finding>, Fault> {
    let at = |fault: Fault| if fault.place.is_some() { fault } else { fault.at(Some(cascades.place.clone())) };
    let tried = |request: usize| seen.tried.get(request).ok_or_else(|| at(trouble(seen)));
    let deed = tried(Cascades::DEED)?;
    if let End::Lost(why) = &deed.attempt.end {
        return Err(at(Fault::new(format!("the connection broke: {why}"))));
    }
    let happened = outcomes::happened(&deed.attempt, cascades.kind());
    if let Some((outcome, place)) = &cascades.refusal {
        if outcomes::agrees(outcome, &deed.attempt, &happened) {
            return Ok(Vec::new());
        }
        does_not_run(&cascades.place, &cascades.script.requests[Cascades::DEED].statement, deed)?;
        if happened == Happened::Nothing {
            return Err(at(nothing_there(&document(cascades, seen)?, deed, cascades.deed)));
        }
        let observed = outcomes::observed(&deed.attempt, &happened);
        return Ok(vec![Finding::new(&rule::CASCADES_OUTCOME, outcomes::expected(outcome), observed).at(place)]);
    }
    if deed.attempt.end != End::Done {
        does_not_run(&cascades.place, &cascades.script.requests[Cascades::DEED].statement, deed)?;
        let (expected, observed) = (done(cascades.deed), outcomes::observed(&deed.attempt, &happened));
        return Ok(vec![Finding::new(&rule::CASCADES_OUTCOME, expected, observed).at(&cascades.place)]);
    }
    fan(cascades, &document(cascades, seen)?, deed).map_err(at)
}

fn done(deed: Deed) -> &'static str {
    match deed {
        Deed::Delete => "deleted, with whatever hangs on it",
        Deed::Update => "updated, with whatever hangs on it",
    }
}

/// Reads what the database told.
fn document(cascades: &Cascades, seen: &Seen) -> Result<Document, Fault> {
    let told = |request: usize| {
        let tried = seen.tried.get(request).ok_or_else(|| trouble(seen))?;
        match (&tried.attempt.end, tried.attempt.refusal()) {
            (End::Done, _) => Ok(tried.attempt.rows.last().and_then(|row| row.first().cloned().flatten())),
            (_, Some(error)) => Err(Fault::new(format!("what hangs on these rows cannot be told: {}", error.message))),
            _ => Err(Fault::new("what hangs on these rows cannot be told")),
        }
    };
    let document = told(Cascades::BEFORE).and_then(|_| told(Cascades::AFTER));
    let document = document.map_err(|fault| fault.at(Some(cascades.place.clone())))?;
    serde_json::from_str(&document.unwrap_or_default())
        .map_err(|error| Fault::new(format!("what the database told cannot be read: {error}")))
}

/// Judges what became of every table.
fn fan(cascades: &Cascades, document: &Document, deed: &Tried) -> Result<Vec<Finding>, Fault> {
    let said: Vec<_> = cascades.fates.iter().zip(&document.expect).collect();
    if let Some(fault) = said.iter().find_map(|(fate, spoken)| misnamed(fate, spoken)) {
        return Err(fault);
    }
    let is_said = |table: &str| said.iter().any(|(_, spoken)| spoken.table.as_deref() == Some(table));
    let mut findings = Vec::new();
    if document.meant.deleted + document.meant.updated == 0 && !document.tables.iter().any(Table::is_changed) {
        return Err(nothing_there(document, deed, cascades.deed));
    }
    if !is_said(&document.target) {
        findings.extend(meant_elsewise(cascades, document));
    }
    let mut faults = Vec::new();
    for table in document.tables.iter().filter(|it| is_said(&it.name)) {
        let said = said.iter().filter(|(_, spoken)| spoken.table.as_ref() == Some(&table.name)).copied().collect();
        for judged in (Told { document, table, said }).judge() {
            match judged {
                Ok(finding) => findings.extend(finding),
                Err(fault) => faults.push(*fault),
            }
        }
    }
    for table in document.tables.iter().filter(|it| !is_said(&it.name) && it.is_changed()) {
        let expected = format!("`{}` kept as it is, since nothing is said of it", words::table(&table.name));
        let finding = Finding::new(&rule::CASCADES_UNNAMED, expected, words::changes(table)).at(&cascades.place);
        findings.push(match words::samples(table) {
            Some(samples) => finding.difference(samples),
            None => finding,
        });
    }
    match faults.into_iter().next() {
        Some(fault) if findings.is_empty() => Err(fault),
        _ => Ok(findings),
    }
}

/// Returns why what the author speaks of is neither a table nor a column.
fn misnamed(fate: &Fate, spoken: &Spoken) -> Option<Fault> {
    let problem = spoken.problem.as_deref()?;
    let name = &spoken.key;
    let (why, help) = match problem {
        "no such table" => {
            (format!("there is no table `{name}`"), "a table outside of `public` has its schema before it")
        }
        "no such column" => {
            (format!("there is neither a table nor a column `{name}`"), "look at the name of the column")
        }
        "both a table and a column" => {
            (format!("`{name}` is both a table and a column"), "write all of it: schema, table, column")
        }
        "a partition" => (format!("`{name}` is a partition"), "say it of the table that it is a part of"),
        "not a table" => (format!("`{name}` is not a table, and only tables hold rows"), "name the table behind it"),
        _ => (format!("`{name}` is {problem}"), "write a table, or a table and a column: `claims.decided_by`"),
    };
    Some(Fault::new(why).at(Some(fate.of.place.clone())).help(help))
}

/// Returns why nothing was done to any row.
fn nothing_there(document: &Document, deed: &Tried, kind: Deed) -> Fault {
    let target = words::table(&document.target);
    let verb = match kind {
        Deed::Delete => "deletes",
        Deed::Update => "changes",
    };
    if document.meant.rows == 0 {
        let fault = Fault::new(format!("no row of `{target}` is meant by this, so nothing shows what comes of it"));
        return fault.help("put a row into the fixtures that the condition finds");
    }
    let there = rows(document.meant.rows);
    let fault = Fault::new(format!("`{}` {verb} nothing, though {there} of `{target}` is meant", deed.who));
    fault.help("name an actor who may, for example `as: service`; what is hidden from whom is said by `cases`")
}

/// Returns what became of the rows that were meant, where it is not what the author did to them.
fn meant_elsewise(cascades: &Cascades, document: &Document) -> Option<Finding> {
    let meant = document.meant;
    let target = words::table(&document.target);
    let (expected, observed) = match cascades.deed {
        Deed::Delete if meant.deleted == 0 => {
            (format!("{} of `{target}` deleted", rows(meant.rows)), format!("{} changed instead", rows(meant.updated)))
        }
        Deed::Update if meant.updated == 0 => {
            (format!("{} of `{target}` changed", rows(meant.rows)), format!("{} deleted instead", rows(meant.deleted)))
        }
        _ => return None,
    };
    Some(Finding::new(&rule::CASCADES_OUTCOME, expected, observed).at(&cascades.place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Expected, TableFate, Word};
    use crate::observation::Attempt;
    use crate::plan::{Room, Script};
    use crate::span::Source;
    use serde_json::{Value, json};
    use std::path::Path;

    fn place() -> crate::span::Place {
        Source::new(Path::new("x.yaml"), "teams").place(0..5)
    }

    fn cascades(key: &str, of_table: Option<TableFate>, of_column: Expected) -> Cascades {
        let of = Word { text: key.to_owned(), place: place() };
        Cascades {
            script: Script::new(Room::Lane, Vec::new()),
            deed: Deed::Delete,
            place: place(),
            refusal: None,
            fates: vec![Fate { of, of_table, of_column }],
        }
    }

    /// Two rows of `lines` hung on the deleted row of `teams`, as `path` has it.
    fn table(changes: Value) -> Value {
        let mut table = json!({
            "table": "public.lines", "path": ["lines_team_fkey"], "how": [], "had_rows": true, "hanging": 2, "paths": [],
            "tied": 2, "tied_left": 2, "deleted": 0, "deleted_apart": 0, "updated": 0, "inserted": 0, "columns": [],
            "samples": [], "causes": [],
        });
        let Value::Object(changes) = changes else { return table };
        changes.into_iter().for_each(|(key, value)| table[key] = value);
        table
    }

    fn judged(cascades: &Cascades, table: &Value, spoken: &Value) -> Result<Vec<String>, String> {
        let mut told =
            json!({ "key": cascades.fates[0].of.text, "table": "public.lines", "column": null, "problem": null });
        spoken.as_object().into_iter().flatten().for_each(|(key, value)| told[key] = value.clone());
        let document = json!({
            "target": "public.teams", "meant": { "rows": 1, "deleted": 1, "updated": 0 },
            "tables": [table], "expect": [told],
        });
        let document = serde_json::from_value(document).expect("it is a document");
        let attempt = Attempt { count: 1, ..Attempt::ended(End::Done) };
        let deed = Tried::of("service", attempt);
        match fan(cascades, &document, &deed) {
            Ok(findings) => Ok(findings.into_iter().map(|it| format!("{}: {}", it.rule.name, it.observed)).collect()),
            Err(fault) => Err(fault.why),
        }
    }

    #[test]
    fn every_row_that_hangs_goes_and_no_other() {
        let gone =
            |count| Some(if count == 0 { TableFate::Gone } else { TableFate::Counted { gone: count, added: 0 } });
        for (wanted, changes, verdict) in [
            (0, json!({ "deleted": 2, "tied_left": 0 }), Ok(vec![])),
            (2, json!({ "deleted": 2, "tied_left": 0 }), Ok(vec![])),
            (3, json!({ "deleted": 2, "tied_left": 0 }), Ok(vec!["cascades.named: 2 rows deleted"])),
            (
                0,
                json!({ "deleted": 1, "tied_left": 1 }),
                Ok(vec!["cascades.named: 1 row deleted; 1 row left that hung on it"]),
            ),
            (
                0,
                json!({ "deleted": 3, "tied_left": 0, "deleted_apart": 1 }),
                Ok(vec!["cascades.named: 3 rows deleted; 1 row deleted that did not hang on it"]),
            ),
            (0, json!({ "deleted": 2, "tied_left": 0, "inserted": 1 }), Ok(vec!["cascades.named: 1 row added"])),
            (
                0,
                json!({ "hanging": 0, "tied": 0, "tied_left": 0 }),
                Err("no row of `lines` hangs on it, so nothing shows that one goes along"),
            ),
            (
                0,
                json!({ "path": null, "hanging": 0, "tied": 0, "tied_left": 0 }),
                Ok(vec!["cascades.named: nothing changed: no foreign key ties `lines` to `teams`"]),
            ),
            (
                0,
                json!({ "path": null, "deleted": 2, "deleted_apart": 2, "tied_left": 0, "hanging": 0 }),
                Ok(vec!["cascades.named: 2 rows deleted"]),
            ),
            (2, json!({ "path": null, "deleted": 2, "deleted_apart": 2, "tied_left": 0, "hanging": 0 }), Ok(vec![])),
            (
                0,
                json!({ "tied": 0, "tied_left": 0 }),
                Ok(vec!["cascades.named: nothing changed; what 2 rows hung on is still there"]),
            ),
        ] {
            let found = judged(&cascades("lines", gone(wanted), Expected::Null), &table(changes.clone()), &json!({}));
            let wanted = verdict.map(|it| it.into_iter().map(str::to_owned).collect()).map_err(str::to_owned);
            assert_eq!(found, wanted, "{changes}");
        }
    }

    #[test]
    fn a_table_that_is_kept_holds_a_row_that_could_have_gone() {
        let kept = cascades("lines", Some(TableFate::Kept), Expected::Null);
        for (changes, verdict) in [
            (json!({}), Ok(vec![])),
            (
                json!({ "updated": 1, "columns": [{ "column": "a", "rows": 1, "apart": 1 }] }),
                Ok(vec!["cascades.named: 1 row changed (a)"]),
            ),
            (json!({ "hanging": 0 }), Err("no row of `lines` hangs on it, so nothing shows that one stays")),
            (json!({ "hanging": 0, "path": null }), Ok(vec![])),
            (
                json!({ "hanging": 0, "had_rows": false }),
                Err("`lines` holds no row, so nothing shows that one is kept"),
            ),
        ] {
            let wanted = verdict.map(|it| it.into_iter().map(str::to_owned).collect()).map_err(str::to_owned);
            assert_eq!(judged(&kept, &table(changes.clone()), &json!({})), wanted, "{changes}");
        }
    }

    #[test]
    fn a_column_holds_what_is_said_in_every_row_that_hung_there_and_nothing_else_changes() {
        let null = cascades("lines.team_id", None, Expected::Null);
        let held = |holds: Value| json!({ "column": "team_id", "held": [{ "holds": holds, "deleted": false, "rows": 2, "key": { "id": "1" } }] });
        let column = |name: &str, apart: u64| json!({ "column": name, "rows": 2, "apart": apart });
        for (changes, spoken, verdict) in [
            (json!({ "updated": 2, "columns": [column("team_id", 0)] }), held(Value::Null), vec![]),
            (json!({}), held("7".into()), vec!["cascades.named: 7 in 2 rows, for example id 1"]),
            (
                json!({ "updated": 2, "columns": [column("team_id", 0), column("at", 0)] }),
                held(Value::Null),
                vec!["cascades.named: `at` changed in 2 rows"],
            ),
            (
                json!({ "updated": 2, "columns": [column("team_id", 1)] }),
                held(Value::Null),
                vec!["cascades.named: `team_id` changed in 1 row apart"],
            ),
            (
                json!({}),
                json!({ "column": "team_id", "untied": 2 }),
                vec!["cascades.named: nothing happened to what 2 rows hung on"],
            ),
        ] {
            let wanted = Ok(verdict.into_iter().map(str::to_owned).collect());
            assert_eq!(judged(&null, &table(changes.clone()), &spoken), wanted, "{changes}");
        }
    }

    #[test]
    fn a_table_that_nobody_named_is_told_of_with_what_did_it() {
        let kept = cascades("holidays", Some(TableFate::Kept), Expected::Null);
        let cause = json!([{ "likely": 2, "cause": "trigger `log` on `public.teams` (function `public.log`)" }]);
        let found =
            judged(&kept, &table(json!({ "inserted": 3, "causes": cause })), &json!({ "table": "public.holidays" }));
        let wanted = "cascades.unnamed: 3 rows added, by trigger `log` on `public.teams` (function `public.log`)";
        assert_eq!(found, Ok(vec![wanted.to_owned()]));
    }

    #[test]
    fn what_is_named_and_not_there_is_no_verdict() {
        let gone = cascades("line", Some(TableFate::Gone), Expected::Null);
        let spoken = json!({ "table": null, "problem": "no such table" });
        assert_eq!(judged(&gone, &table(json!({ "deleted": 2 })), &spoken), Err("there is no table `line`".to_owned()));
    }
}
