//! The creation of a role, told in other words: what to alter and to grant so that a role that is there is like it.

use pg_query::NodeEnum;
use pg_query::protobuf::{CreateRoleStmt, DefElem, Node, RoleStmtType};

use super::name::quote_identifier;

/// Turns a statement that creates a role into statements that make one that is there like it; a role is expected that
/// has no attribute and no membership yet.
pub fn alter_instead_of_create(statement: &str) -> Option<String> {
    let tree = pg_query::parse(statement, 0).ok()?;
    let node = tree.protobuf.stmts.into_iter().next()?.stmt?.node?;
    let NodeEnum::CreateRoleStmt(stmt) = node else { return None };
    let name = quote_identifier(&stmt.role);
    let mut text = format!("alter role {name}");
    if stmt.stmt_type() == RoleStmtType::RolestmtUser {
        text.push_str(" login");
    }
    let options = options(&stmt);
    for (at, option) in options.iter().enumerate().filter(|(_, option)| !joins(option)) {
        let end = options.get(at + 1).map_or(statement.len(), place);
        text.push(' ');
        text.push_str(statement.get(place(option)..end)?.trim());
    }
    for option in options.iter().filter(|option| joins(option)) {
        let others = roles(option.arg.as_deref()).iter().map(|it| quote_identifier(it)).collect::<Vec<_>>().join(", ");
        let grant = match option.defname.as_str() {
            "addroleto" => format!(";grant {others} to {name}"),
            "adminmembers" => format!(";grant {name} to {others} with admin option"),
            _ => format!(";grant {name} to {others}"),
        };
        text.push_str(&grant);
    }
    Some(text)
}

/// Returns the roles of a list, or the one that stands alone.
pub(super) fn roles(node: Option<&Node>) -> Vec<String> {
    match node.and_then(|node| node.node.as_ref()) {
        Some(NodeEnum::RoleSpec(it)) => vec![it.rolename.clone()],
        Some(NodeEnum::AccessPriv(it)) => vec![it.priv_name.clone()],
        Some(NodeEnum::List(list)) => list.items.iter().flat_map(|item| roles(Some(item))).collect(),
        _ => Vec::new(),
    }
}

/// Returns the roles that a new role becomes a member of.
pub(super) fn joined(stmt: &CreateRoleStmt) -> Vec<String> {
    let lists = options(stmt).into_iter().filter(|option| option.defname == "addroleto");
    lists.flat_map(|option| roles(option.arg.as_deref())).collect()
}

fn options(stmt: &CreateRoleStmt) -> Vec<DefElem> {
    let options = stmt.options.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::DefElem(it)) if it.defname != "sysid" => Some((**it).clone()),
        _ => None,
    });
    let mut options: Vec<_> = options.collect();
    options.sort_by_key(place);
    options
}

fn place(option: &DefElem) -> usize {
    usize::try_from(option.location).unwrap_or(0)
}

fn joins(option: &DefElem) -> bool {
    ["addroleto", "rolemembers", "adminmembers"].contains(&option.defname.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_new_role_would_be_can_be_said_of_one_that_is_there() {
        for (create, alter) in [
            ("create role r", "alter role \"r\""),
            ("-- why\ncreate role \"R r\" with nologin noinherit", "alter role \"R r\" nologin noinherit"),
            ("create user u password 'in role'", "alter role \"u\" login password 'in role'"),
            (
                "create role r in role anon, authenticated bypassrls role postgres connection limit 3 admin a",
                "alter role \"r\" bypassrls connection limit 3;grant \"anon\", \"authenticated\" to \"r\"\
                 ;grant \"r\" to \"postgres\";grant \"r\" to \"a\" with admin option",
            ),
        ] {
            assert_eq!(alter_instead_of_create(create).as_deref(), Some(alter), "{create}");
        }
        assert_eq!(alter_instead_of_create("select 1"), None);
    }
}
