//! How much of the others a transaction is begun to see.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;

use super::split::{on_deep_stack, read};

/// Returns the isolation level that a `begin` names, in small letters; none if it names none.
pub fn isolation_level(text: &str) -> Option<String> {
    let levels = on_deep_stack(|| read(text, |_, node| node.as_ref().and_then(level)));
    levels.ok()?.into_iter().next().flatten()
}

fn level(node: &NodeEnum) -> Option<String> {
    let NodeEnum::TransactionStmt(it) = node else { return None };
    it.options.iter().find_map(|option| match &option.node {
        Some(NodeEnum::DefElem(it)) if it.defname == "transaction_isolation" => {
            constant(it.arg.as_ref()?.node.as_ref()?)
        }
        _ => None,
    })
}

fn constant(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::AConst(it) => match it.val.as_ref()? {
            Val::Sval(text) => Some(text.sval.to_lowercase()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_names_its_level_or_none() {
        for (sql, level) in [
            ("begin", None),
            ("begin read only", None),
            ("BEGIN ISOLATION LEVEL REPEATABLE READ", Some("repeatable read")),
            ("start transaction read write, isolation level serializable", Some("serializable")),
            ("select 1", None),
        ] {
            assert_eq!(isolation_level(sql).as_deref(), level, "{sql}");
        }
    }
}
