//! The kind `access`, with everything filled in: a cell for every actor, class of rows and verb, whether the matrix names it or not.

use std::sync::Arc;

use crate::case::{Access, Cells, Class, Crossing, File, Given, MatrixLine, Outcome, VERBS, Verb};
use crate::problem::Problem;
use crate::span::Place;
use crate::sql::{Kind, Relation, quote_identifier, quote_literal};

use super::names::Names;
use super::row::{Rows, table};
use super::rows;
use super::script::{Control, Effect, Request, Room, Script, Telling};
use super::statement::Statement;
use super::who::{Way, Who};
use super::{Subject, Unit};

/// Where the rows of a class are remembered between two requests.
const ROWS: &str = "pgattest_rows";

/// What one actor does with the rows of one class.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What is run: a question of the harness, the attempt, and for a denied change the attempt once more, without looking.
    pub script: Script,
    /// Who acts.
    pub actor: String,
    /// The table or view.
    pub table: String,
    /// The class of rows.
    pub class: String,
    /// Which rows these are, as the author wrote it.
    pub condition: String,
    /// What is done with them.
    pub verb: Verb,
    /// What must come of it.
    pub outcome: Outcome,
    /// Where that is said, or where it could be.
    pub place: Place,
    /// Where the class is.
    pub class_place: Place,
}

impl Cell {
    /// The request that counts the rows of the class, or asks whether a row to insert is one of it.
    pub const CLASS: usize = 0;
    /// The request of the actor.
    pub const TRIED: usize = 1;
    /// The request of the actor that looks at no row, where there is one.
    pub const BLIND: usize = 3;
    /// The request that counts the rows of the class that were left as they were.
    pub const LEFT: usize = 4;

    /// Whether it is tried without looking as well.
    pub fn is_blind(&self) -> bool {
        self.script.requests.len() > Self::LEFT
    }
}

/// What is known while a matrix is being planned.
struct Planner<'a> {
    access: &'a Access,
    file: &'a File,
    names: &'a Arc<Names>,
    problems: &'a mut Vec<Problem>,
    table: Relation,
}

/// Plans every cell.
pub(super) fn units(access: &Access, file: &File, names: &Arc<Names>, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let Some(table) = table(&access.table, problems) else { return Vec::new() };
    let before = problems.len();
    let mut planner = Planner { access, file, names, problems, table };
    planner.strangers();
    planner.unsaid();
    let actors: Vec<_> = names.of_the_api().cloned().collect();
    let mut units = Vec::new();
    for who in &actors {
        for class in &access.classes {
            units.extend(planner.row_of_cells(who, class));
        }
    }
    if problems.len() > before { Vec::new() } else { units }
}

impl Planner<'_> {
    /// Tells of names in the matrix that are nobody who comes through the API.
    fn strangers(&mut self) {
        for line in &self.access.matrix {
            let Some(who) = self.names.actor(&line.actor, self.problems) else { continue };
            if !matches!(who.way, Way::Api(_)) {
                let title = format!("`{}` does not come through the API, so no policy is asked", who.name);
                let problem = Problem::new(title).at(line.actor.place.clone());
                self.problems.push(problem.help("leave it out: a matrix is about those who come through the API"));
            }
        }
    }

    /// Tells of verbs that nobody can try, since nothing says what is put or changed.
    fn unsaid(&mut self) {
        for (verb, key, example) in [
            (Verb::Insert, "insert", "insert: { CLASS: { … } }"),
            (Verb::Update, "update", "update: { column: value }"),
        ] {
            let (access, is_untried) = (self.access, self.is_untried(&verb));
            for class in access.classes.iter().filter(|_| !is_untried) {
                let is_there = if verb == Verb::Insert { class.insert.is_some() } else { class.update.is_some() };
                if !is_there {
                    let title =
                        format!("nothing says what anybody who {} `{}` would {key}", verb.does(), class.name.text);
                    let example = example.replace("CLASS", &class.name.text);
                    let help = format!("add `{example}`, or say why it is not tried: `untried: {{ {key}: … }}`");
                    self.problems.push(Problem::new(title).at(class.name.place.clone()).help(help));
                }
            }
        }
    }

    fn is_untried(&self, verb: &Verb) -> bool {
        self.access.untried.iter().any(|(word, _)| word.text == verb.word())
    }

    /// Plans what an actor does with a class, verb by verb.
    fn row_of_cells(&mut self, who: &Arc<Who>, class: &Class) -> Vec<Unit> {
        let moves = self.access.moves.iter().filter(|it| it.from.text == class.name.text);
        let verbs = VERBS.into_iter().map(|verb| (verb, None));
        let verbs = verbs.chain(moves.map(|it| (Verb::Into(it.into.text.clone()), Some(it))));
        let tried: Vec<_> = verbs.filter(|(verb, _)| !self.is_untried(verb)).collect();
        tried.into_iter().filter_map(|(verb, crossing)| self.cell(who, class, verb, crossing)).collect()
    }

    fn cell(&mut self, who: &Arc<Who>, class: &Class, verb: Verb, crossing: Option<&Crossing>) -> Option<Unit> {
        let line = self.access.matrix.iter().find(|line| line.actor.text == who.name);
        let (outcome, place) = self.outcome(line, class, &verb);
        let requests = match (&verb, crossing) {
            (Verb::Select, _) => self.select(who, class),
            (Verb::Insert, _) => self.insert(who, class),
            (Verb::Delete, _) => self.change(who, class, Kind::Delete, None),
            (_, Some(crossing)) => self.change(who, class, Kind::Update, Some(&crossing.set)),
            (_, None) => self.change(who, class, Kind::Update, class.update.as_ref().map(|(_, row)| row.as_slice())),
        }?;
        let requests = self.with_control(requests, who, &outcome);
        let name = match &verb {
            Verb::Into(into) => format!("{} moves {} into {into}", who.name, class.name.text),
            verb => format!("{} {} {}", who.name, verb.does(), class.name.text),
        };
        let cell = Cell {
            script: Script::new(Room::Lane, requests),
            actor: who.name.clone(),
            table: self.access.table.text.clone(),
            class: class.name.text.clone(),
            condition: class.condition.text.clone(),
            verb,
            outcome,
            place: place.clone(),
            class_place: class.name.place.clone(),
        };
        Some(Unit {
            name: format!("{}: {name}", self.file.name),
            place,
            attests: rows::named(self.file, self.access.attests.as_deref()),
            subject: Subject::Access(cell),
        })
    }

    /// Returns what must come of a verb, and where that is said; whoever is not named may do nothing.
    fn outcome(&self, line: Option<&MatrixLine>, class: &Class, verb: &Verb) -> (Outcome, Place) {
        let Some(line) = line else { return (Outcome::Denied, self.access.table.place.clone()) };
        let place = line.actor.place.clone();
        match &line.cells {
            Cells::Nothing => (Outcome::Denied, place),
            Cells::Everything => (Outcome::Allowed(None), place),
            Cells::Of(_) => match line.cells.said(&class.name.text, verb) {
                Some(said) => (said.outcome.clone(), said.word.place.clone()),
                None => (Outcome::Denied, place),
            },
        }
    }

    /// Asks the others about what is denied, and lets nobody see anything twice of what is not.
    fn with_control(&self, requests: Vec<Request>, who: &Who, outcome: &Outcome) -> Vec<Request> {
        let mut requests = requests;
        if outcome.is_denial() {
            requests[Cell::TRIED].control = Control::AnyOf(self.others(who));
        } else {
            requests.truncate(Cell::TRIED + 1);
        }
        requests
    }

    /// Returns those who may show that it can be done: first those who see everything. A trigger or a foreign key may stop
    /// even them, and then it is tried with both left aside, since the matrix is about privileges and policies.
    fn others(&self, who: &Who) -> Vec<Arc<Who>> {
        let (first, rest): (Vec<_>, Vec<_>) = self.names.others(who).into_iter().partition(|who| who.may_bypass);
        let settings = vec![("session_replication_role".to_owned(), "replica".to_owned())];
        let name = "postgres with triggers and foreign keys left aside".to_owned();
        let aside = Who { name, settings, ..Who::migrator() };
        first.into_iter().chain([Arc::new(aside)]).chain(rest).collect()
    }

    fn select(&mut self, who: &Arc<Who>, class: &Class) -> Option<Vec<Request>> {
        let (table, condition) = (self.name(), self.condition(who, class)?);
        let tried = self.attempt(who, &format!("select 1 from {table} where {condition}"), Kind::Select);
        Some(vec![self.count(&table, &condition), tried])
    }

    fn insert(&mut self, who: &Arc<Who>, class: &Class) -> Option<Vec<Request>> {
        let condition = self.condition(who, class)?;
        let (_, row) = class.insert.as_ref()?;
        let mut rows = self.rows(who, class);
        let row = rows.row(row)?;
        let (text, name) = (rows.insert(&row), rows.name());
        let fits = self.fits(&name, &row, &condition);
        Some(vec![fits, self.attempt(who, &text, Kind::Insert)])
    }

    /// Plans an update or a delete: as a client does it, and once more with no condition and no trigger, which would
    /// otherwise hide how far a policy reaches.
    fn change(&mut self, who: &Arc<Who>, class: &Class, kind: Kind, set: Option<&[Given]>) -> Option<Vec<Request>> {
        let (table, condition) = (self.name(), self.condition(who, class)?);
        let blind = if kind == Kind::Delete {
            format!("delete from {table}")
        } else {
            let row = self.rows(who, class).row(set?)?;
            let set: Vec<_> =
                row.iter().map(|(column, value)| format!("{} = {value}", quote_identifier(column))).collect();
            format!("update {table} set {}", set.join(", "))
        };
        let tried = self.attempt(who, &format!("{blind} where {condition}"), kind);
        if self.access.is_view {
            // A row of a view has no place of its own by which it could be found again.
            return Some(vec![self.count(&table, &condition), tried]);
        }
        let no_trigger = self.ask("set local session_replication_role = replica", Effect::Remains);
        let blind = Request { effect: Effect::Remains, ..self.attempt(who, &blind, kind) };
        let left = format!("select count(*) from {table} where tableoid::text || ctid::text = any (${ROWS}::text[])");
        let left = self.ask(&left, Effect::Undone);
        Some(vec![self.count(&table, &condition), tried, no_trigger, blind, left])
    }

    /// Counts the rows of a class, and remembers which they are.
    fn count(&self, table: &str, condition: &str) -> Request {
        if self.access.is_view {
            return self.ask(&format!("select count(*) from {table} where {condition}"), Effect::Undone);
        }
        let rows = "coalesce(array_agg(tableoid::text || ctid::text), '{}')";
        let text = format!("select count(*), {rows} as {ROWS} from {table} where {condition}");
        let keep = vec![(ROWS.to_owned(), ROWS.to_owned())];
        Request { keep, ..self.ask(&text, Effect::Undone) }
    }

    /// Asks whether a row that would be inserted is one of the class, as far as its own columns tell.
    fn fits(&self, table: &str, row: &[(String, String)], condition: &str) -> Request {
        let values: Vec<_> =
            row.iter().map(|(column, value)| format!("{}, {value}::text", quote_literal(column))).collect();
        let text = format!(
            "select {condition} from jsonb_populate_record(null::{table}, jsonb_build_object({})) as {}",
            values.join(", "),
            quote_identifier(&self.table.name)
        );
        self.ask(&text, Effect::Undone)
    }

    fn attempt(&self, who: &Arc<Who>, text: &str, kind: Kind) -> Request {
        let mut statement = Statement::own(text, self.names);
        statement.kind = kind;
        Request { effect: Effect::Undone, ..Request::new(Arc::clone(who), statement) }
    }

    fn ask(&self, text: &str, effect: Effect) -> Request {
        let request = Request::new(Arc::new(Who::harness()), Statement::own(text, self.names));
        Request { effect, telling: Telling::Aside, ..request }
    }

    fn name(&mut self) -> String {
        Rows { table: self.table.clone(), me: None, names: Arc::clone(self.names), problems: self.problems }.name()
    }

    fn rows(&mut self, who: &Who, class: &Class) -> Rows<'_> {
        let me = self.me(who, class);
        Rows { table: self.table.clone(), me, names: Arc::clone(self.names), problems: self.problems }
    }

    /// Returns the condition of a class as this actor would write it, in brackets.
    fn condition(&mut self, who: &Who, class: &Class) -> Option<String> {
        let who = Who { user: self.me(who, class), ..who.clone() };
        match Statement::condition(&class.condition, &who, self.names, &[]) {
            Ok(statement) => {
                let sent = statement.fill(&[]).ok()?;
                sent.text.strip_prefix("select ").map(str::to_owned)
            }
            Err(found) => {
                // Every actor meets the same mistakes.
                let new = found.into_iter().filter(|it| !self.problems.contains(it)).collect::<Vec<_>>();
                self.problems.extend(new);
                None
            }
        }
    }

    /// Returns the user that `$me` stands for: whoever is none tries what the first one tries who may.
    fn me(&self, who: &Who, class: &Class) -> Option<String> {
        who.user.clone().or_else(|| {
            let may = |line: &&MatrixLine| match &line.cells {
                Cells::Nothing => false,
                Cells::Everything => true,
                Cells::Of(classes) => {
                    classes.iter().any(|(word, said)| word.text == class.name.text && !said.is_empty())
                }
            };
            let users = self.access.matrix.iter().filter(may).filter_map(|line| self.names.who(&line.actor.text)?.user);
            users.into_iter().next()
        })
    }
}
