//! The values that a condition allows, where it lists them: `status = any (array['draft', 'sent'])`.

use pg_query::NodeEnum;
use pg_query::protobuf::{AExpr, AExprKind, Node};

use super::listed::{constant, string};
use super::split::{on_deep_stack, read};

/// Returns the values that a condition lists, in their order; none if it does not list values, or lists several times.
pub fn alternatives(condition: &str) -> Option<Vec<String>> {
    on_deep_stack(|| {
        let statement = read(&format!("select {condition}"), |_, node| node).ok()?.pop().flatten()?;
        let NodeEnum::SelectStmt(select) = statement else { return None };
        let Some(NodeEnum::ResTarget(target)) = &select.target_list.first()?.node else { return None };
        let mut lists = Vec::new();
        collect(target.val.as_deref()?, &mut lists);
        if lists.len() == 1 { lists.pop().flatten() } else { None }
    })
}

/// Collects the lists of a condition; one that is not made of constants is none. What is negated lists nothing.
fn collect(node: &Node, lists: &mut Vec<Option<Vec<String>>>) {
    use pg_query::protobuf::BoolExprType as Kind;
    match &node.node {
        Some(NodeEnum::BoolExpr(it)) if it.boolop() == Kind::AndExpr => {
            it.args.iter().for_each(|arg| collect(arg, lists));
        }
        Some(NodeEnum::BoolExpr(it)) if it.boolop() == Kind::OrExpr => either(&it.args, lists),
        Some(NodeEnum::AExpr(it)) if it.name.last().and_then(string).as_deref() == Some("=") => {
            lists.push(list(it));
        }
        _ => {}
    }
}

/// What is one of several is listed only if each of them is a list, or that there is no value.
fn either(args: &[Node], lists: &mut Vec<Option<Vec<String>>>) {
    for arg in args {
        let before = lists.len();
        collect(arg, lists);
        let is_null = matches!(&arg.node, Some(NodeEnum::NullTest(_)));
        if lists.len() == before && !is_null {
            lists.push(None);
        }
    }
}

fn list(expression: &AExpr) -> Option<Vec<String>> {
    let right = expression.rexpr.as_deref()?;
    match expression.kind() {
        AExprKind::AexprOp => constant(right).map(|(text, _)| vec![text]),
        AExprKind::AexprOpAny | AExprKind::AexprIn => {
            elements(right)?.iter().map(|item| constant(item).map(|(text, _)| text)).collect()
        }
        _ => None,
    }
}

fn elements(node: &Node) -> Option<&[Node]> {
    match node.node.as_ref()? {
        NodeEnum::TypeCast(it) => elements(it.arg.as_deref()?),
        NodeEnum::AArrayExpr(it) => Some(&it.elements),
        NodeEnum::List(it) => Some(&it.items),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_however_postgres_writes_it() {
        for (condition, values) in [
            ("(status = ANY (ARRAY['a'::text, 'b'::text]))", vec!["a", "b"]),
            ("((kind)::text = ANY ((ARRAY['a'::character varying])::text[]))", vec!["a"]),
            ("((kind IS NULL) OR (kind = ANY (ARRAY[1, '-2'::integer])))", vec!["1", "-2"]),
            ("((length(kind) < 5) AND (kind = 'a'::text))", vec!["a"]),
            ("VALUE in ('a', 'b')", vec!["a", "b"]),
        ] {
            let found = alternatives(condition).expect("it lists values");
            assert_eq!(found, values, "{condition}");
        }
    }

    #[test]
    fn a_condition_that_lists_nothing_or_twice_is_not_guessed_at() {
        for condition in [
            "(amount > 0)",
            "(NOT (status = ANY (ARRAY['a'::text])))",
            "(status <> ALL (ARRAY['a'::text]))",
            "((a = 'x'::text) OR (b = 'y'::text))",
            "(a = b)",
            "(a = ANY (f()))",
            "no condition )",
        ] {
            assert_eq!(alternatives(condition), None, "{condition}");
        }
    }
}
