//! The rows that a `delete` or an `update` is about, as a query for them.

use pg_query::protobuf::{Node, RangeVar};
use pg_query::{DeparseOptions, NodeEnum};

use super::action::Relation;

/// Which rows a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The table in which they are.
    pub table: Relation,
    /// A query for where each of them stands: `tableoid` and `ctid`.
    pub query: String,
}

/// Returns which rows a `delete` or `update` is about; nothing if it is about more than a table and a condition.
pub fn meant(statement: &str) -> Option<Meant> {
    let (relation, condition) = match tree(statement)? {
        NodeEnum::DeleteStmt(it) => {
            let is_plain = it.using_clause.is_empty() && it.returning_clause.is_none() && it.with_clause.is_none();
            is_plain.then_some((it.relation?, it.where_clause))?
        }
        NodeEnum::UpdateStmt(it) => {
            let is_plain = it.from_clause.is_empty() && it.returning_clause.is_none() && it.with_clause.is_none();
            is_plain.then_some((it.relation?, it.where_clause))?
        }
        _ => return None,
    };
    let schema = (!relation.schemaname.is_empty()).then(|| relation.schemaname.clone());
    let table = Relation { schema, name: relation.relname.clone() };
    Some(Meant { table, query: query(relation, condition)? })
}

fn query(relation: RangeVar, condition: Option<Box<Node>>) -> Option<String> {
    let NodeEnum::SelectStmt(mut select) = tree("select tableoid, ctid from it")? else { return None };
    select.from_clause = vec![Node { node: Some(NodeEnum::RangeVar(relation)) }];
    select.where_clause = condition;
    NodeEnum::SelectStmt(select).deparse(DeparseOptions::default()).ok()
}

fn tree(statement: &str) -> Option<NodeEnum> {
    let parsed = pg_query::parse(statement, 0).ok()?;
    parsed.protobuf.stmts.into_iter().next()?.stmt?.node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_delete_and_of_an_update_are_those_of_its_condition() {
        for (statement, query) in [
            ("delete from a.things where id = '1'", "SELECT tableoid, ctid FROM a.things WHERE id = '1'"),
            (
                "update only things as t set id = '2', \"set\" = (select 1 where true) where t.id = '1' or t.n > 3",
                "SELECT tableoid, ctid FROM ONLY things t WHERE t.id = '1' OR t.n > 3",
            ),
            ("delete from \"Things\"", "SELECT tableoid, ctid FROM \"Things\""),
        ] {
            assert_eq!(meant(statement).map(|it| it.query).as_deref(), Some(query), "{statement}");
        }
    }

    #[test]
    fn what_is_about_more_than_one_table_has_no_such_rows() {
        for statement in [
            "delete from things using others where true",
            "delete from things returning id",
            "update things set id = 1 from others",
            "with it as (select 1) delete from things",
            "select 1",
        ] {
            assert_eq!(meant(statement), None, "{statement}");
        }
    }
}
