//! What a statement means to whoever runs it as a case: its kind, what it touches, and whether it writes.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{DropStmt, ObjectType, TransactionStmtKind};
use serde_json::Value;

use super::action::Relation;
use super::search::{Found, document, relation, strings};
use super::split::{on_deep_stack, read};
use super::syntax::SyntaxError;

/// What one statement means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Its bytes in the text, with the comments before it.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// The relation it is about, then every other one that it names, in the order of the text.
    pub relations: Vec<Relation>,
    /// Whether it locks the rows that it reads.
    pub locks_rows: Locking,
    /// The functions that it calls, as they were written.
    pub calls: Vec<String>,
    has_target: bool,
    writes: bool,
    returning: bool,
}

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `select`, `values` and `table`.
    Select,
    /// `insert`.
    Insert,
    /// `update`.
    Update,
    /// `delete`.
    Delete,
    /// `merge`.
    Merge,
    /// `truncate`.
    Truncate,
    /// `call`.
    Call,
    /// `begin` and `start transaction`.
    Begin,
    /// `commit` and `end`.
    Commit,
    /// `rollback` and `abort`.
    Rollback,
    /// `savepoint`, `release` and `rollback to`.
    Savepoint,
    /// Changes what there is: objects, privileges, roles, comments.
    Definition,
    /// Anything else: `set`, `show`, `explain`, `copy`, `do`, `lock`.
    Other,
}

/// Whether rows are locked by reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Locking {
    /// By `for update`, `for share` or one of their kin.
    Rows,
    /// Not at all.
    None,
}

impl Kind {
    /// Whether a statement of this kind begins or ends a transaction, or a part of one.
    pub fn is_of_transactions(self) -> bool {
        matches!(self, Self::Begin | Self::Commit | Self::Rollback | Self::Savepoint)
    }

    /// Whether a statement of this kind is about rows, so that none of them is nothing.
    pub fn concerns_rows(self) -> bool {
        matches!(self, Self::Select | Self::Insert | Self::Update | Self::Delete | Self::Merge)
    }
}

/// Tells what each statement of a text means.
///
/// # Errors
/// The first thing that Postgres's grammar does not accept.
pub fn meaning(text: &str) -> Result<Vec<Meaning>, SyntaxError> {
    on_deep_stack(|| read(text, |span, node| of_statement(span, node.as_ref())))
}

/// Tells what each statement of a text is, with its bytes in the text; costs a fraction of what its whole meaning does.
///
/// # Errors
/// The first thing that Postgres's grammar does not accept.
pub fn kinds(text: &str) -> Result<Vec<(Range<usize>, Kind)>, SyntaxError> {
    on_deep_stack(|| match plain(text) {
        Some(kind) => Ok(vec![(0..text.len(), kind)]),
        None => read(text, |span, node| (span, node.as_ref().map_or(Kind::Other, kind))),
    })
}

/// Tells what a text is that is one statement and says so by its first word; its tree need not be handed over for that.
fn plain(text: &str) -> Option<Kind> {
    let word = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let kind = match word.to_ascii_lowercase().as_str() {
        "select" => Kind::Select,
        "insert" => Kind::Insert,
        "update" => Kind::Update,
        "delete" => Kind::Delete,
        _ => return None,
    };
    let is_one = !text.contains('\0') && pg_query::split_with_parser(text).is_ok_and(|parts| parts.len() == 1);
    is_one.then_some(kind)
}

impl Meaning {
    /// Returns the relation that the statement is about, as it changes, defines, copies or locks it; a query has none.
    pub fn target(&self) -> Option<&Relation> {
        self.relations.first().filter(|_| self.has_target)
    }

    /// Returns whether the statement itself writes; what the functions do that it calls cannot be told from its text.
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// Returns whether the statement answers with rows; of `call` and `execute` that cannot be told from the text.
    pub fn returning(&self) -> bool {
        self.returning
    }
}

fn of_statement(span: Range<usize>, node: Option<&NodeEnum>) -> Meaning {
    let kind = node.map_or(Kind::Other, kind);
    let tree = node.map(document).unwrap_or_default();
    let statement = tree.as_object().and_then(|tree| tree.values().next()).unwrap_or(&Value::Null);
    let found = Found::of(&tree);
    let targets = match node {
        Some(NodeEnum::DropStmt(it)) => dropped(it, statement),
        Some(NodeEnum::CommentStmt(it)) => commented(it.objtype(), &statement["object"]),
        _ => target(statement).into_iter().collect(),
    };
    Meaning {
        span,
        kind,
        has_target: !targets.is_empty(),
        relations: unique(targets.into_iter().chain(found.relations())),
        locks_rows: if found.locks { Locking::Rows } else { Locking::None },
        calls: unique(found.calls()),
        writes: kind == Kind::Definition || kind == Kind::Truncate || node.is_some_and(|it| runs(it) && found.writes),
        returning: node.is_some_and(|node| returns(node, statement)),
    }
}

fn kind(node: &NodeEnum) -> Kind {
    match node {
        NodeEnum::SelectStmt(_) => Kind::Select,
        NodeEnum::InsertStmt(_) => Kind::Insert,
        NodeEnum::UpdateStmt(_) => Kind::Update,
        NodeEnum::DeleteStmt(_) => Kind::Delete,
        NodeEnum::MergeStmt(_) => Kind::Merge,
        NodeEnum::TruncateStmt(_) => Kind::Truncate,
        NodeEnum::CallStmt(_) => Kind::Call,
        NodeEnum::TransactionStmt(it) => transaction(it.kind()),
        NodeEnum::CheckPointStmt(_)
        | NodeEnum::ClosePortalStmt(_)
        | NodeEnum::ClusterStmt(_)
        | NodeEnum::ConstraintsSetStmt(_)
        | NodeEnum::CopyStmt(_)
        | NodeEnum::DeallocateStmt(_)
        | NodeEnum::DeclareCursorStmt(_)
        | NodeEnum::DiscardStmt(_)
        | NodeEnum::DoStmt(_)
        | NodeEnum::ExecuteStmt(_)
        | NodeEnum::ExplainStmt(_)
        | NodeEnum::FetchStmt(_)
        | NodeEnum::ListenStmt(_)
        | NodeEnum::LoadStmt(_)
        | NodeEnum::LockStmt(_)
        | NodeEnum::NotifyStmt(_)
        | NodeEnum::PrepareStmt(_)
        | NodeEnum::ReindexStmt(_)
        | NodeEnum::UnlistenStmt(_)
        | NodeEnum::VacuumStmt(_)
        | NodeEnum::VariableSetStmt(_)
        | NodeEnum::VariableShowStmt(_) => Kind::Other,
        _ => Kind::Definition,
    }
}

fn transaction(kind: TransactionStmtKind) -> Kind {
    use TransactionStmtKind as Word;
    match kind {
        Word::TransStmtBegin | Word::TransStmtStart => Kind::Begin,
        Word::TransStmtCommit => Kind::Commit,
        Word::TransStmtRollback => Kind::Rollback,
        Word::TransStmtSavepoint | Word::TransStmtRelease | Word::TransStmtRollbackTo => Kind::Savepoint,
        _ => Kind::Other,
    }
}

/// Whether a statement does what stands in it now, and not later or never.
fn runs(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::PrepareStmt(_) => false,
        NodeEnum::ExplainStmt(it) => it.options.iter().any(analyzes),
        _ => true,
    }
}

fn analyzes(option: &pg_query::protobuf::Node) -> bool {
    let Some(NodeEnum::DefElem(option)) = &option.node else { return false };
    let off = match option.arg.as_ref().and_then(|arg| arg.node.as_ref()) {
        Some(NodeEnum::String(it)) => ["false", "off"].contains(&it.sval.to_lowercase().as_str()),
        Some(NodeEnum::Integer(it)) => it.ival == 0,
        _ => false,
    };
    option.defname == "analyze" && !off
}

fn returns(node: &NodeEnum, statement: &Value) -> bool {
    match node {
        NodeEnum::SelectStmt(_) => innermost_left(statement)["into_clause"].is_null(),
        NodeEnum::ExplainStmt(_) | NodeEnum::VariableShowStmt(_) => true,
        NodeEnum::FetchStmt(it) => !it.ismove,
        _ => !statement["returning_clause"].is_null(),
    }
}

/// Returns the first of the queries that a `union` joins: an `into` stands there.
fn innermost_left(mut query: &Value) -> &Value {
    while query["larg"].is_object() {
        query = &query["larg"];
    }
    query
}

/// Returns the relation that a statement is about, which one of these fields holds in every statement that has one.
fn target(statement: &Value) -> Option<Relation> {
    let into = &innermost_left(statement)["into_clause"]["rel"];
    let first = &statement["relations"][0]["node"]["RangeVar"];
    let places = [
        &statement["relation"],
        &statement["table"],
        &statement["view"],
        &statement["sequence"],
        &statement["into"]["rel"],
        &statement["base_stmt"]["relation"],
        into,
        first,
    ];
    places.into_iter().find_map(relation)
}

fn dropped(stmt: &DropStmt, statement: &Value) -> Vec<Relation> {
    let objects = statement["objects"].as_array().map(Vec::as_slice).unwrap_or_default();
    objects.iter().flat_map(|object| commented(stmt.remove_type(), object)).collect()
}

/// Returns the relation that a dotted name is, or belongs to.
fn commented(kind: ObjectType, object: &Value) -> Vec<Relation> {
    use ObjectType as Of;
    let mut names = strings(&object["node"]["List"]["items"]);
    match kind {
        Of::ObjectTable | Of::ObjectView | Of::ObjectMatview | Of::ObjectForeignTable | Of::ObjectSequence => (),
        Of::ObjectColumn | Of::ObjectPolicy | Of::ObjectTrigger | Of::ObjectRule | Of::ObjectTabconstraint => {
            names.pop();
        }
        _ => names.clear(),
    }
    let Some(name) = names.pop() else { return Vec::new() };
    vec![Relation { schema: names.pop(), name }]
}

fn unique<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Meaning {
        meaning(sql).expect("the text is SQL").remove(0)
    }

    fn names(meaning: &Meaning) -> Vec<String> {
        let dotted = |it: &Relation| it.schema.iter().chain([&it.name]).cloned().collect::<Vec<_>>().join(".");
        meaning.relations.iter().map(dotted).collect()
    }

    #[test]
    fn every_kind_of_statement_is_known() {
        for (sql, kind) in [
            ("values (1)", Kind::Select),
            ("table t", Kind::Select),
            ("insert into t default values", Kind::Insert),
            ("update t set a = 1", Kind::Update),
            ("delete from t", Kind::Delete),
            ("merge into t using u on true when matched then delete", Kind::Merge),
            ("truncate t", Kind::Truncate),
            ("call p()", Kind::Call),
            ("start transaction", Kind::Begin),
            ("end", Kind::Commit),
            ("abort", Kind::Rollback),
            ("rollback to a", Kind::Savepoint),
            ("release a", Kind::Savepoint),
            ("prepare transaction 'x'", Kind::Other),
            ("set local role anon", Kind::Other),
            ("do 'x'", Kind::Other),
            ("grant select on t to anon", Kind::Definition),
            ("create table t ()", Kind::Definition),
            ("refresh materialized view v", Kind::Definition),
        ] {
            assert_eq!(of(sql).kind, kind, "{sql}");
        }
    }

    #[test]
    fn what_writes_is_told_from_what_reads() {
        for (sql, writes) in [
            ("select * from t", false),
            ("select * from t for update", false),
            ("select 1 into t", true),
            ("select 1 into t union select 2", true),
            ("with x as (insert into t values (1) returning *) select * from x", true),
            ("with x as (select 1) select * from x", false),
            ("truncate t", true),
            ("create table t as select 1", true),
            ("copy t from stdin", true),
            ("copy t to stdout", false),
            ("copy (delete from t returning *) to stdout", true),
            ("explain delete from t", false),
            ("explain (analyze off) delete from t", false),
            ("explain (analyze, costs off) delete from t", true),
            ("explain analyze select 1", false),
            ("explain analyze create table t as select 1", true),
            ("prepare p as delete from t", false),
            ("begin", false),
            ("call p()", false),
        ] {
            assert_eq!(of(sql).writes(), writes, "{sql}");
        }
    }

    #[test]
    fn what_answers_with_rows_is_known() {
        for (sql, returning) in [
            ("select 1", true),
            ("values (1) union values (2)", true),
            ("select 1 into t", false),
            ("select 1 into t union select 2", false),
            ("insert into t values (1)", false),
            ("insert into t values (1) returning a", true),
            ("update t set a = 1 returning old.a", true),
            ("with x as (delete from t returning *) update u set a = 1", false),
            ("show role", true),
            ("explain delete from t", true),
            ("fetch 1 from c", true),
            ("move 1 from c", false),
            ("create table t as select 1", false),
        ] {
            assert_eq!(of(sql).returning(), returning, "{sql}");
        }
    }

    #[test]
    fn the_target_comes_first_and_every_other_relation_after_it() {
        for (sql, target, relations) in [
            ("select * from a join s.b using (i) where exists (table c)", "", "a s.b c"),
            ("insert into t select (select max(i) from u) from v", "t", "t u v"),
            ("insert into t values ((select 1 from u)) on conflict (i) do update set a = (table v)", "t", "t u v"),
            ("update t set a = x.a from x where t.i = x.i returning (select 1 from y)", "t", "t x y"),
            ("delete from only s.t using u", "s.t", "s.t u"),
            ("merge into t using (table u) u on t.i = u.i when matched then delete", "t", "t u"),
            ("with x as (delete from b returning *) insert into a table x", "a", "a b"),
            ("truncate a, b", "a", "a b"),
            ("select i into a from b", "a", "a b"),
            ("create table a as table b", "a", "a b"),
            ("create table a (i int references b (i))", "a", "a b"),
            ("create view v as table a", "v", "v a"),
            ("create policy p on a using (exists (table b))", "a", "a b"),
            ("alter table a add foreign key (i) references b", "a", "a b"),
            ("drop table a, s.b", "a", "a s.b"),
            ("drop policy p on s.a", "s.a", "s.a"),
            ("comment on column s.a.i is 'x'", "s.a", "s.a"),
            ("copy a from stdin", "a", "a"),
            ("drop function f(int)", "", ""),
            ("select 1", "", ""),
        ] {
            let found = of(sql);
            assert_eq!(names(&found).join(" "), relations, "{sql}");
            assert_eq!(found.target().map_or("", |it| &it.name), target.trim_start_matches("s."), "{sql}");
        }
    }

    #[test]
    fn a_name_given_to_a_query_is_no_relation_where_it_is_known() {
        for (sql, relations) in [
            ("with f as (select * from f) select * from f", "f"),
            ("with recursive f as (select 1 union all select * from f) select * from f", ""),
            ("with a as (select 1), b as (table a) select * from b, c", "c"),
            ("with a as (table b), b as (select 1) select 1", "b"),
            ("select * from (with a as (select 1) table a) x, a", "a"),
            ("with a as (select 1) table s.a", "s.a"),
            ("with a as (select 1) insert into a table a", "a"),
            ("with a as (select 1) select * from a for update of a", ""),
        ] {
            assert_eq!(names(&of(sql)).join(" "), relations, "{sql}");
        }
    }

    #[test]
    fn locks_and_calls_are_found_wherever_they_stand() {
        let found = of("select public.f(g(1)), count(*) from h() where i in (select \"K\"() from t for key share)");
        assert_eq!(found.calls, ["public.f", "g", "count", "h", "K"]);
        assert_eq!(found.locks_rows, Locking::Rows);
        assert_eq!(of("call s.p(f(1))").calls, ["s.p", "f"]);
        assert_eq!(of("insert into t values (f(1)), (f(2))").calls, ["f"]);
        assert_eq!(of("select now()").locks_rows, Locking::None);
        assert!(of("create trigger g after insert on t execute function f()").calls.is_empty());
    }

    #[test]
    fn every_statement_has_its_place_and_a_mistake_has_one_too() {
        let sql = "-- ø\nselect 1; delete from t ;";
        let spans: Vec<_> = meaning(sql).expect("SQL").into_iter().map(|it| sql[it.span].to_owned()).collect();
        assert_eq!(spans, ["-- ø\nselect 1", "delete from t"]);
        assert_eq!(meaning("select form t t t").expect_err("no SQL").span, 14..15);
    }
}
