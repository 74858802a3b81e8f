//! The constants that a statement puts into a column, told by the column's name.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{InsertStmt, Node};

use super::listed::constant;
use super::split::{on_deep_stack, read};
use super::syntax::scan;

/// Returns the bytes of every constant that `insert` puts into a column of such a name; none of a text that cannot be read.
pub fn inserted(text: &str, is_meant: fn(&str) -> bool) -> Vec<Range<usize>> {
    let places = on_deep_stack(|| {
        read(text, |_, node| if let Some(NodeEnum::InsertStmt(it)) = node { places(&it, is_meant) } else { Vec::new() })
    });
    let places: Vec<_> = places.unwrap_or_default().into_iter().flatten().collect();
    if places.is_empty() {
        return Vec::new();
    }
    let tokens = scan(text).unwrap_or_default().into_iter().filter(|token| places.contains(&token.start));
    tokens.filter_map(|it| Some(usize::try_from(it.start).ok()?..usize::try_from(it.end).ok()?)).collect()
}

fn places(insert: &InsertStmt, is_meant: fn(&str) -> bool) -> Vec<i32> {
    let name =
        |node: &Node| if let Some(NodeEnum::ResTarget(it)) = &node.node { it.name.clone() } else { String::new() };
    let meant: Vec<_> = (0..insert.cols.len()).filter(|at| is_meant(&name(&insert.cols[*at]))).collect();
    let query = insert.select_stmt.as_ref().and_then(|it| it.node.as_ref());
    let Some(NodeEnum::SelectStmt(select)) = query else { return Vec::new() };
    let lists = select.values_lists.iter().filter_map(|row| match &row.node {
        Some(NodeEnum::List(list)) => Some(list.items.iter().collect::<Vec<_>>()),
        _ => None,
    });
    let targets = select.target_list.iter().filter_map(|it| match &it.node {
        Some(NodeEnum::ResTarget(it)) => it.val.as_deref(),
        _ => None,
    });
    let rows = lists.chain([targets.collect()]);
    let values = rows.flat_map(|row| meant.iter().filter_map(|at| row.get(*at).copied()).collect::<Vec<_>>());
    values.filter_map(|value| constant(value).map(|(_, at)| at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_known_by_the_name_of_its_column() {
        let text =
            "insert into t (id, credential) values (1, 'ø'::text), (2, 'b'); insert into t (credential) select 'c'";
        let found: Vec<_> = inserted(text, |name| name == "credential").into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, ["'ø'", "'b'", "'c'"]);
        assert!(inserted("no sql", |_| true).is_empty());
    }
}
