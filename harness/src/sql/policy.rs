//! The policies that a text makes or changes, and where.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::RangeVar;

use super::action::Relation;
use super::split::{on_deep_stack, read};
use super::syntax::first_token;

/// A statement that says what a policy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// The table that it is of.
    pub table: Relation,
    /// What it is called.
    pub name: String,
    /// The bytes of the statement.
    pub span: Range<usize>,
}

/// Returns every statement of a text that makes or changes a policy; none of a text that cannot be read.
pub fn policies(text: &str) -> Vec<PolicyText> {
    let found = on_deep_stack(|| read(text, |span, node| of(text, span, node?)));
    found.unwrap_or_default().into_iter().flatten().collect()
}

fn of(text: &str, span: Range<usize>, node: NodeEnum) -> Option<PolicyText> {
    let (table, name) = match node {
        NodeEnum::CreatePolicyStmt(it) => (it.table?, it.policy_name),
        NodeEnum::AlterPolicyStmt(it) => (it.table?, it.policy_name),
        _ => return None,
    };
    let start = span.start + first_token(&text[span.clone()]);
    Some(PolicyText { table: relation(table), name, span: start..span.end })
}

fn relation(table: RangeVar) -> Relation {
    Relation { schema: Some(table.schemaname).filter(|it| !it.is_empty()), name: table.relname }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_found_where_its_statement_begins() {
        let text = "-- why\ncreate policy \"A b\" on public.t using (true);\nalter policy c on u with check (false);";
        let found: Vec<_> = policies(text).into_iter().map(|it| (it.name, it.table.name, it.span.start)).collect();
        assert_eq!(
            found,
            [("A b".into(), "t".into(), 7), ("c".into(), "u".into(), text.find("alter").expect("there"))]
        );
        assert_eq!(policies("no sql at all"), []);
    }
}
