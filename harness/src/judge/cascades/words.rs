//! What became of a table, in words.

use crate::judge::words::rows;
use crate::value;

use super::document::{Sample, Table, Values};

/// Returns the name of a table as an author would write it.
pub(super) fn table(name: &str) -> &str {
    name.strip_prefix("public.").unwrap_or(name)
}

/// Returns everything that changed in a table, and what probably did it.
pub(super) fn changes(table: &Table) -> String {
    let columns: Vec<_> = table.columns.iter().map(|it| it.name.as_str()).collect();
    let mut said: Vec<_> = table.how.iter().map(|how| as_a_whole(how)).collect();
    for (count, verb) in [(table.deleted, "deleted"), (table.updated, "changed"), (table.inserted, "added")] {
        let of = if verb == "changed" { format!(" ({})", columns.join(", ")) } else { String::new() };
        said.extend((count > 0).then(|| format!("{} {verb}{of}", rows(count))));
    }
    if said.is_empty() {
        return "nothing changed".to_owned();
    }
    format!("{}{}", said.join(", "), causes(table))
}

fn as_a_whole(how: &str) -> String {
    match how {
        "created" => "the table was created",
        "dropped" => "the table was dropped",
        _ => "the table was emptied or rewritten as a whole",
    }
    .to_owned()
}

/// Returns what probably changed a table, to go on with after what did change.
pub(super) fn causes(table: &Table) -> String {
    let causes: Vec<_> = table.causes.iter().map(|it| it.cause.as_str()).collect();
    let is_sure = table.causes.iter().all(|it| it.likely < 3);
    match causes.as_slice() {
        [] => String::new(),
        [one] => format!(", by {one}"),
        several if is_sure => format!(", by {}", several.join(" and ")),
        several => format!(", by one of {}", several.join(", ")),
    }
}

/// Returns how rows hang, by the foreign keys that lead to them.
pub(super) fn path(path: &[String]) -> String {
    let keys: Vec<_> = path.iter().map(|key| format!("`{key}`")).collect();
    keys.join(", then ")
}

/// Returns some of the changes of a table, one on each line.
pub(super) fn samples(table: &Table) -> Option<String> {
    let mut lines: Vec<_> = table.samples.iter().map(sample).collect();
    let more = (table.deleted + table.updated + table.inserted).saturating_sub(lines.len() as u64);
    lines.extend((more > 0).then(|| format!("  … and {more} more")));
    (!table.samples.is_empty()).then(|| lines.join("\n"))
}

fn sample(sample: &Sample) -> String {
    let key = sample.key.as_ref().map(values);
    let whole = |values_of: &Option<Values>| values_of.as_ref().map(values).unwrap_or_default();
    match sample.change.as_str() {
        "deleted" => format!("- {}", key.unwrap_or_else(|| whole(&sample.old))),
        "inserted" => format!("+ {}", whole(&sample.new)),
        _ => format!("~ {}{}", key.map(|key| format!("{key}: ")).unwrap_or_default(), pairs(sample)),
    }
}

/// Returns the columns of a row with what they hold.
pub(super) fn values(row: &Values) -> String {
    let cells: Vec<_> =
        row.iter().map(|(column, it)| format!("{column} {}", value::shown_observed(it.as_deref()))).collect();
    cells.join(", ")
}

fn pairs(sample: &Sample) -> String {
    let empty = Values::new();
    let (old, new) = (sample.old.as_ref().unwrap_or(&empty), sample.new.as_ref().unwrap_or(&empty));
    let of = |row: &Values, column: &str| value::shown_observed(row.get(column).cloned().flatten().as_deref());
    let cells = old.keys().map(|column| format!("{column} {} → {}", of(old, column), of(new, column)));
    cells.collect::<Vec<_>>().join(", ")
}
