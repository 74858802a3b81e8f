//! What became of one table against everything that the author says of it.

use crate::case::{Fate, TableFate};
use crate::judge::words::rows;
use crate::outcome::{Fault, Finding};
use crate::rule;
use crate::value;

use super::document::{Document, Held, Spoken, Table};
use super::words;

/// A table with what is said of it: each time the author's words, and what they turned out to mean.
pub(super) struct Told<'a> {
    /// Everything that was told.
    pub(super) document: &'a Document,
    /// The table.
    pub(super) table: &'a Table,
    /// What is said of it.
    pub(super) said: Vec<(&'a Fate, &'a Spoken)>,
}

/// What one thing that is said of a table comes to: nothing, or a finding, or no way to tell.
type Judged = Result<Option<Finding>, Box<Fault>>;

impl Told<'_> {
    /// Judges everything that is said of the table, then whether anything else of it changed.
    pub(super) fn judge(&self) -> Vec<Judged> {
        let mut judged: Vec<_> = self.said.iter().map(|(fate, spoken)| self.one(fate, spoken)).collect();
        if judged.iter().all(|it| matches!(it, Ok(None))) {
            judged.push(Ok(self.anything_else()));
        }
        judged
    }

    fn one(&self, fate: &Fate, spoken: &Spoken) -> Judged {
        match (&spoken.column, fate.of_table) {
            (Some(_), _) => self.column(fate, spoken),
            (None, Some(TableFate::Gone)) => self.gone(fate, None),
            (None, Some(TableFate::Kept)) => self.kept(fate),
            (None, Some(TableFate::Counted { gone: 0, .. })) => Ok(None),
            (None, Some(TableFate::Counted { gone, .. })) => self.gone(fate, Some(gone)),
            (None, None) => Err(Box::new(no_fate(fate))),
        }
    }

    fn name(&self) -> &str {
        words::table(&self.table.name)
    }

    fn target(&self) -> &str {
        words::table(&self.document.target)
    }

    fn is_target(&self) -> bool {
        self.table.name == self.document.target
    }

    fn finding(&self, fate: &Fate, expected: String, observed: String) -> Finding {
        let finding = Finding::new(&rule::CASCADES_NAMED, expected, observed).at(&fate.of.place);
        match words::samples(self.table) {
            Some(samples) => finding.difference(samples),
            None => finding,
        }
    }

    fn gone(&self, fate: &Fate, wanted: Option<u64>) -> Judged {
        let table = self.table;
        let is_met = match (wanted, self.is_target()) {
            (Some(count), _) => table.deleted == count && table.tied_left == 0,
            (None, true) => self.document.meant.deleted > 0 && table.tied_left == 0,
            (None, false) => table.deleted > 0 && table.tied_left == 0 && table.deleted_apart == 0,
        };
        if is_met && (wanted.is_some() || table.path.is_some()) {
            return Ok(None);
        }
        if is_met {
            let fault = Fault::new(format!("no foreign key tells which rows of `{}` hang on these", self.name()));
            let help = format!("say how many: {}: {{ gone: {} }}", fate.of.text, table.deleted);
            return Err(Box::new(fault.at(Some(fate.of.place.clone())).help(help)));
        }
        self.vacuous(fate, table.deleted == 0, "goes along")?;
        let expected = match wanted {
            Some(count) => format!("`{}`: {} gone", self.name(), rows(count)),
            None => format!("`{}` gone: every row that hangs on it", self.name()),
        };
        Ok(Some(self.finding(fate, expected, self.left())))
    }

    /// Returns what is left of rows that should be gone.
    fn left(&self) -> String {
        let table = self.table;
        if table.deleted == 0 && table.path.is_none() {
            let changes = words::changes(table);
            return format!("{changes}: no foreign key ties `{}` to `{}`", self.name(), self.target());
        }
        let mut said = vec![words::changes(table)];
        if table.tied_left > 0 {
            said.push(format!("{} left that hung on it", rows(table.tied_left)));
        } else if table.tied == 0 && table.hanging > 0 {
            said.push(format!("what {} hung on is still there", rows(table.hanging)));
        }
        if table.deleted_apart > 0 && table.path.is_some() {
            said.push(format!("{} deleted that did not hang on it", rows(table.deleted_apart)));
        }
        said.join("; ")
    }

    fn kept(&self, fate: &Fate) -> Judged {
        if self.table.is_changed() {
            let expected = format!("`{}` kept as it is", self.name());
            return Ok(Some(self.finding(fate, expected, words::changes(self.table))));
        }
        if !self.table.had_rows {
            let fault = Fault::new(format!("`{}` holds no row, so nothing shows that one is kept", self.name()));
            let fault = fault.at(Some(fate.of.place.clone()));
            return Err(Box::new(fault.help("put a row into the fixtures")));
        }
        self.vacuous(fate, !self.is_target(), "stays")?;
        Ok(None)
    }

    /// Returns why nothing can be told of a table whose rows could hang on what is done, and of which none does.
    fn vacuous(&self, fate: &Fate, matters: bool, does: &str) -> Result<(), Box<Fault>> {
        let Some(path) = self.table.path.as_deref().filter(|_| matters && self.table.hanging == 0) else {
            return Ok(());
        };
        let title = format!("no row of `{}` hangs on it, so nothing shows that one {does}", self.name());
        let help = format!(
            "put a row into the fixtures that points at `{}`{}",
            self.target(),
            if path.is_empty() { String::new() } else { format!(" by {}", words::path(path)) }
        );
        Err(Box::new(Fault::new(title).at(Some(fate.of.place.clone())).help(help)))
    }

    fn column(&self, fate: &Fate, spoken: &Spoken) -> Judged {
        let place = || Some(fate.of.place.clone());
        if spoken.beyond > 0 {
            let fault = Fault::new(format!("`{}` holds more values than are compared", fate.of.text));
            return Err(Box::new(fault.at(place()).help("let fewer rows hang on it")));
        }
        let expected = format!("`{}` is {} in every row that hangs on it", fate.of.text, value::shown(&fate.of_column));
        if spoken.held.is_empty() {
            self.vacuous(fate, true, "changes")?;
            let observed = match spoken.untied {
                0 if self.table.path.is_none() => {
                    format!("no row changed there: no foreign key ties `{}` to `{}`", self.name(), self.target())
                }
                0 => "no row hangs on it by this column".to_owned(),
                count => format!("nothing happened to what {} hung on", rows(count)),
            };
            return Ok(Some(self.finding(fate, expected, observed)));
        }
        let agrees = |held: &&Held| !held.deleted && value::agrees(&fate.of_column, held.holds.as_deref());
        let unlike: Vec<_> = spoken.held.iter().filter(|held| !agrees(held)).collect();
        if unlike.is_empty() {
            return Ok(None);
        }
        let observed: Vec<_> = unlike.iter().take(3).map(|held| one_of(held)).collect();
        Ok(Some(self.finding(fate, expected, observed.join("; "))))
    }

    /// Returns what changed in the table besides what is said of it.
    fn anything_else(&self) -> Option<Finding> {
        let table = self.table;
        let (first, _) = self.said.first()?;
        let fates = || self.said.iter().filter(|(_, spoken)| spoken.column.is_none()).map(|(fate, _)| fate.of_table);
        let may_go = fates().any(|it| matches!(it, Some(TableFate::Gone | TableFate::Counted { gone: 1.., .. })));
        let may_come = fates().find_map(|it| match it {
            Some(TableFate::Counted { added, .. }) => Some(added),
            _ => None,
        });
        let mut strange = Vec::new();
        if table.deleted > 0 && !may_go {
            strange.push(format!("{} deleted", rows(table.deleted)));
        }
        if table.inserted != may_come.unwrap_or(0) {
            strange.push(format!("{} added", rows(table.inserted)));
        }
        for column in &table.columns {
            let is_said = self.said.iter().any(|(_, spoken)| spoken.column.as_ref() == Some(&column.name));
            if !is_said {
                strange.push(format!("`{}` changed in {}", column.name, rows(column.rows)));
            } else if column.apart > 0 && table.path.is_some() {
                strange.push(format!("`{}` changed in {} apart", column.name, rows(column.apart)));
            }
        }
        if !table.how.is_empty() {
            strange.push("the table was emptied, rewritten or dropped as a whole".to_owned());
        }
        let expected = match may_come {
            Some(added) => format!("`{}`: {} added, and nothing else but what is said of it", self.name(), rows(added)),
            None => format!("nothing of `{}` changes but what is said of it", self.name()),
        };
        (!strange.is_empty()).then(|| self.finding(first, expected, strange.join(", ") + &words::causes(table)))
    }
}

fn one_of(held: &Held) -> String {
    let holds = if held.deleted { "deleted".to_owned() } else { value::shown_observed(held.holds.as_deref()) };
    let of = held.key.as_ref().map(|key| format!(", for example {}", words::values(key))).unwrap_or_default();
    format!("{holds} in {}{of}", rows(held.rows))
}

fn no_fate(fate: &Fate) -> Fault {
    let fault = Fault::new(format!("`{}` is a table, and this says nothing that could come of one", fate.of.text));
    let fault = fault.at(Some(fate.of.place.clone()));
    fault.help("say `gone`, `kept`, `{ gone: 3 }` or `{ added: 1 }`")
}
