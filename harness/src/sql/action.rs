//! What a statement is about to do, as far as someone who applies migrations has to know it.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterTableType, CreateExtensionStmt, DropStmt, IndexStmt, Node, ObjectType, RangeVar, ReindexObjectType,
    TransactionStmtKind, VariableSetStmt,
};

use super::role;

/// A relation as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The schema, where one was written.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

/// A wish for an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRequest {
    /// The extension.
    pub name: String,
    /// The schema it is wanted in.
    pub schema: Option<String>,
    /// Whether an extension that is there already is fine.
    pub if_not_exists: bool,
    /// Whether what it needs is to be created as well.
    pub cascade: bool,
}

/// A wish for an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRequest {
    /// The index, where it was given a name, else what Postgres would begin to look for a free name with.
    pub name: String,
    /// Whether it was given a name.
    pub is_named: bool,
    /// The table.
    pub table: Relation,
    /// The access method.
    pub method: String,
    /// The operator classes that were named.
    pub operator_classes: Vec<String>,
    /// Whether an index of that name is fine.
    pub if_not_exists: bool,
    /// Whether it is built without blocking writers.
    pub concurrently: bool,
}

/// What a statement is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begins a transaction.
    Begin,
    /// Ends a transaction.
    End,
    /// Cannot run inside a transaction.
    Alone,
    /// Reads rows that a file cannot carry.
    CopyFromStdin,
    /// Sends rows to whoever is connected, in a way of its own.
    CopyToStdout,
    /// Creates an extension.
    CreateExtension(ExtensionRequest),
    /// Alters an extension or comments on it.
    ChangeExtension(String),
    /// Brings an extension to another version.
    UpdateExtension(String),
    /// Drops extensions.
    DropExtension,
    /// Creates, alters, drops or comments on a policy of a relation.
    Policy(Relation),
    /// Drops a trigger of a relation.
    DropTrigger(Relation),
    /// Creates, alters or drops an event trigger.
    EventTrigger,
    /// Creates or alters a foreign-data wrapper.
    ForeignDataWrapper,
    /// Creates a publication of all tables, by its name.
    PublicationOfAllTables(String),
    /// Sets a setting of a role in every database: by its name, of whoever runs it (no name), or of all (none).
    RoleSetting(Option<String>),
    /// Creates a role, which becomes a member of others.
    CreateRole(String, Vec<String>),
    /// Changes the attributes of a role.
    AlterRole(String),
    /// Drops roles.
    DropRoles(Vec<String>),
    /// Makes somebody a member of roles.
    GrantRoles(Vec<String>),
    /// Sets a label that a provider of security reads.
    SecurityLabel(String),
    /// Creates or drops a database.
    Database,
    /// Gives a role another name.
    RenameRole(String),
    /// Changes who the session belongs to; the name, or none for a reset.
    SessionAuthorization(Option<String>),
    /// Builds an index.
    Index(IndexRequest),
    /// May run statements of its own: a block, a call, a query.
    Code,
    /// Anything else.
    Other,
}

/// Returns what a statement is about to do.
pub(super) fn of_node(node: &NodeEnum) -> Action {
    match node {
        // `commit and chain` ends a transaction and begins another.
        NodeEnum::TransactionStmt(it) if it.chain => Action::Other,
        NodeEnum::TransactionStmt(it) => transaction(it.kind()),
        NodeEnum::CopyStmt(it) if it.is_from && it.filename.is_empty() => Action::CopyFromStdin,
        NodeEnum::CopyStmt(it) if it.filename.is_empty() => Action::CopyToStdout,
        NodeEnum::CreateExtensionStmt(it) => Action::CreateExtension(extension(it)),
        NodeEnum::AlterObjectSchemaStmt(it) if it.object_type() == ObjectType::ObjectExtension => {
            it.object.as_deref().and_then(string).map_or(Action::Other, Action::ChangeExtension)
        }
        NodeEnum::AlterExtensionStmt(it) => Action::UpdateExtension(it.extname.clone()),
        NodeEnum::AlterExtensionContentsStmt(it) => Action::ChangeExtension(it.extname.clone()),
        NodeEnum::CreatePolicyStmt(it) => Action::Policy(relation(it.table.as_ref())),
        NodeEnum::AlterPolicyStmt(it) => Action::Policy(relation(it.table.as_ref())),
        NodeEnum::RenameStmt(it) if it.rename_type() == ObjectType::ObjectPolicy => {
            Action::Policy(relation(it.relation.as_ref()))
        }
        NodeEnum::RenameStmt(it) if it.rename_type() == ObjectType::ObjectRole => {
            Action::RenameRole(it.subname.clone())
        }
        NodeEnum::CreatedbStmt(_) | NodeEnum::DropdbStmt(_) => Action::Database,
        NodeEnum::SecLabelStmt(it) => Action::SecurityLabel(it.provider.clone()),
        NodeEnum::CommentStmt(it) => comment(it.objtype(), it.object.as_deref()),
        NodeEnum::DropStmt(it) => drop(it),
        NodeEnum::CreateEventTrigStmt(_) | NodeEnum::AlterEventTrigStmt(_) => Action::EventTrigger,
        NodeEnum::CreateFdwStmt(_) | NodeEnum::AlterFdwStmt(_) => Action::ForeignDataWrapper,
        NodeEnum::CreatePublicationStmt(it) if it.for_all_tables => Action::PublicationOfAllTables(it.pubname.clone()),
        NodeEnum::AlterRoleSetStmt(it) if it.database.is_empty() => {
            Action::RoleSetting(it.role.as_ref().map(|role| role.rolename.clone()))
        }
        NodeEnum::CreateRoleStmt(it) => Action::CreateRole(it.role.clone(), role::joined(it)),
        NodeEnum::AlterRoleStmt(it) => Action::AlterRole(it.role.clone().unwrap_or_default().rolename),
        NodeEnum::DropRoleStmt(it) => Action::DropRoles(it.roles.iter().flat_map(|it| role::roles(Some(it))).collect()),
        NodeEnum::GrantRoleStmt(it) if it.is_grant => {
            Action::GrantRoles(it.granted_roles.iter().flat_map(|it| role::roles(Some(it))).collect())
        }
        NodeEnum::VariableSetStmt(it) if it.name == "session_authorization" => {
            Action::SessionAuthorization(authorization(it))
        }
        NodeEnum::IndexStmt(it) => Action::Index(index(it)),
        NodeEnum::DoStmt(_) | NodeEnum::CallStmt(_) | NodeEnum::SelectStmt(_) => Action::Code,
        other if alone(other) => Action::Alone,
        _ => Action::Other,
    }
}

fn transaction(kind: TransactionStmtKind) -> Action {
    use TransactionStmtKind as Kind;
    match kind {
        Kind::TransStmtBegin | Kind::TransStmtStart => Action::Begin,
        Kind::TransStmtSavepoint | Kind::TransStmtRelease | Kind::TransStmtRollbackTo => Action::Other,
        _ => Action::End,
    }
}

/// Whether a statement cannot run inside a transaction; an index built concurrently is told by its own action.
fn alone(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::VacuumStmt(it) => it.is_vacuumcmd,
        NodeEnum::ReindexStmt(it) => {
            use ReindexObjectType as Kind;
            let whole = [Kind::ReindexObjectSchema, Kind::ReindexObjectSystem, Kind::ReindexObjectDatabase];
            whole.contains(&it.kind()) || it.params.iter().any(|option| option_name(option) == Some("concurrently"))
        }
        NodeEnum::AlterTableStmt(it) => it.cmds.iter().any(detaches_without_a_transaction),
        NodeEnum::DiscardStmt(it) => it.target() == pg_query::protobuf::DiscardMode::DiscardAll,
        NodeEnum::ClusterStmt(it) => it.relation.is_none(),
        NodeEnum::AlterDatabaseStmt(it) => it.options.iter().any(|option| option_name(option) == Some("tablespace")),
        NodeEnum::AlterSystemStmt(_)
        | NodeEnum::CreateTableSpaceStmt(_)
        | NodeEnum::DropTableSpaceStmt(_)
        | NodeEnum::CreateSubscriptionStmt(_)
        | NodeEnum::AlterSubscriptionStmt(_)
        | NodeEnum::DropSubscriptionStmt(_) => true,
        _ => false,
    }
}

fn detaches_without_a_transaction(command: &Node) -> bool {
    let Some(NodeEnum::AlterTableCmd(command)) = &command.node else { return false };
    match command.subtype() {
        AlterTableType::AtDetachPartitionFinalize => true,
        AlterTableType::AtDetachPartition => {
            let partition = command.def.as_deref().and_then(|def| def.node.as_ref());
            matches!(partition, Some(NodeEnum::PartitionCmd(it)) if it.concurrent)
        }
        _ => false,
    }
}

fn extension(stmt: &CreateExtensionStmt) -> ExtensionRequest {
    let schema = stmt.options.iter().find_map(|option| match &option.node {
        Some(NodeEnum::DefElem(it)) if it.defname == "schema" => it.arg.as_deref().and_then(string),
        _ => None,
    });
    let cascade = stmt.options.iter().any(|option| option_name(option) == Some("cascade"));
    ExtensionRequest { name: stmt.extname.clone(), schema, if_not_exists: stmt.if_not_exists, cascade }
}

fn comment(kind: ObjectType, object: Option<&Node>) -> Action {
    match kind {
        ObjectType::ObjectExtension => object.and_then(string).map_or(Action::Other, Action::ChangeExtension),
        ObjectType::ObjectPolicy => object.and_then(owner_of).map_or(Action::Other, Action::Policy),
        ObjectType::ObjectEventTrigger => Action::EventTrigger,
        _ => Action::Other,
    }
}

fn drop(stmt: &DropStmt) -> Action {
    let owner = || stmt.objects.first().and_then(owner_of);
    match stmt.remove_type() {
        ObjectType::ObjectExtension => Action::DropExtension,
        ObjectType::ObjectPolicy => owner().map_or(Action::Other, Action::Policy),
        ObjectType::ObjectTrigger => owner().map_or(Action::Other, Action::DropTrigger),
        ObjectType::ObjectEventTrigger => Action::EventTrigger,
        ObjectType::ObjectFdw => Action::ForeignDataWrapper,
        ObjectType::ObjectIndex if stmt.concurrent => Action::Alone,
        _ => Action::Other,
    }
}

fn index(stmt: &IndexStmt) -> IndexRequest {
    let elements: Vec<_> = stmt.index_params.iter().filter_map(element).collect();
    let table = relation(stmt.relation.as_ref());
    let columns: Vec<_> = elements.iter().map(|it| if it.name.is_empty() { "expr" } else { &it.name }).collect();
    let chosen = format!("{}_{}_idx", table.name, columns.join("_"));
    IndexRequest {
        is_named: !stmt.idxname.is_empty(),
        name: if stmt.idxname.is_empty() { chosen } else { stmt.idxname.clone() },
        table,
        method: stmt.access_method.clone(),
        operator_classes: elements.iter().filter_map(|it| it.opclass.last().and_then(string)).collect(),
        if_not_exists: stmt.if_not_exists,
        concurrently: stmt.concurrent,
    }
}

fn element(node: &Node) -> Option<&pg_query::protobuf::IndexElem> {
    match &node.node {
        Some(NodeEnum::IndexElem(it)) => Some(it),
        _ => None,
    }
}

fn authorization(stmt: &VariableSetStmt) -> Option<String> {
    let Some(NodeEnum::AConst(constant)) = stmt.args.first().and_then(|arg| arg.node.as_ref()) else { return None };
    match &constant.val {
        Some(pg_query::protobuf::a_const::Val::Sval(it)) => Some(it.sval.clone()),
        _ => None,
    }
}

fn relation(range: Option<&RangeVar>) -> Relation {
    let range = range.cloned().unwrap_or_default();
    Relation { schema: (!range.schemaname.is_empty()).then_some(range.schemaname), name: range.relname }
}

/// Returns the relation of a dotted name whose last part is a policy or trigger of it.
fn owner_of(object: &Node) -> Option<Relation> {
    let Some(NodeEnum::List(list)) = &object.node else { return None };
    let parts: Vec<String> = list.items.iter().filter_map(string).collect();
    match parts.as_slice() {
        [table, _] => Some(Relation { schema: None, name: table.clone() }),
        [.., schema, table, _] => Some(Relation { schema: Some(schema.clone()), name: table.clone() }),
        _ => None,
    }
}

fn option_name(node: &Node) -> Option<&str> {
    match &node.node {
        Some(NodeEnum::DefElem(it)) => Some(&it.defname),
        _ => None,
    }
}

fn string(node: &Node) -> Option<String> {
    match &node.node {
        Some(NodeEnum::String(it)) => Some(it.sval.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split;

    fn of(sql: &str) -> Action {
        split(sql).expect("the text is SQL").remove(0).action
    }

    fn on(schema: Option<&str>, name: &str) -> Relation {
        Relation { schema: schema.map(str::to_owned), name: name.to_owned() }
    }

    #[test]
    fn transaction_control_is_told_from_savepoints() {
        for sql in ["begin", "start transaction isolation level serializable"] {
            assert_eq!(of(sql), Action::Begin, "{sql}");
        }
        assert_eq!(of("commit and chain"), Action::Other);
        for sql in ["commit", "end", "rollback", "abort", "prepare transaction 'x'"] {
            assert_eq!(of(sql), Action::End, "{sql}");
        }
        assert_eq!(of("rollback to savepoint a"), Action::Other);
    }

    #[test]
    fn statements_that_no_transaction_can_hold_are_known() {
        for sql in [
            "vacuum t",
            "reindex index concurrently i",
            "reindex schema public",
            "drop index concurrently i",
            "alter system set fsync = off",
            "discard all",
            "alter table t detach partition p concurrently",
            "cluster",
        ] {
            assert_eq!(of(sql), Action::Alone, "{sql}");
        }
        for sql in
            ["analyze t", "reindex table t", "drop index i", "cluster t using i", "alter table t detach partition p"]
        {
            assert_eq!(of(sql), Action::Other, "{sql}");
        }
    }

    #[test]
    fn policies_lead_to_their_table_however_they_are_touched() {
        let objects = on(Some("storage"), "objects");
        for sql in [
            "create policy p on storage.objects for select using (true)",
            "alter policy p on storage.objects using (true)",
            "alter policy p on storage.objects rename to q",
            "drop policy if exists p on storage.objects",
            "comment on policy p on storage.objects is 'x'",
        ] {
            assert_eq!(of(sql), Action::Policy(objects.clone()), "{sql}");
        }
        assert_eq!(of("drop trigger a on auth.users"), Action::DropTrigger(on(Some("auth"), "users")));
        assert_eq!(of("drop policy p on t"), Action::Policy(on(None, "t")));
    }

    #[test]
    fn an_extension_is_read_with_its_schema() {
        let (name, schema) = ("pg_cron".into(), Some("x".into()));
        let wanted = ExtensionRequest { name, schema, if_not_exists: true, cascade: true };
        assert_eq!(of("create extension if not exists pg_cron with schema x cascade"), Action::CreateExtension(wanted));
        assert_eq!(of("comment on extension pg_cron is 'x'"), Action::ChangeExtension("pg_cron".into()));
    }

    #[test]
    fn an_index_without_a_name_gets_the_one_postgres_would_choose() {
        let Action::Index(index) = of("create index on items using hnsw (embedding extensions.vector_l2_ops)") else {
            panic!("no index")
        };
        assert_eq!((index.name.as_str(), index.method.as_str()), ("items_embedding_idx", "hnsw"));
        assert_eq!(index.operator_classes, ["vector_l2_ops"]);
    }

    #[test]
    fn a_setting_of_a_role_is_told_from_one_in_a_single_database() {
        assert_eq!(of("alter role anon set statement_timeout = '1s'"), Action::RoleSetting(Some("anon".into())));
        assert_eq!(of("alter role all reset all"), Action::RoleSetting(None));
        assert_eq!(of("alter role anon in database d set statement_timeout = '1s'"), Action::Other);
    }

    #[test]
    fn what_is_done_to_roles_is_told_apart() {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(of("create user u in role a, b"), Action::CreateRole("u".into(), names(&["a", "b"])));
        assert_eq!(of("alter role a nologin"), Action::AlterRole("a".into()));
        assert_eq!(of("alter user a password 'x'"), Action::AlterRole("a".into()));
        assert_eq!(of("drop role if exists a, b"), Action::DropRoles(names(&["a", "b"])));
        assert_eq!(of("grant a, b to c with admin option"), Action::GrantRoles(names(&["a", "b"])));
        assert_eq!(of("revoke a from c"), Action::Other);
    }

    #[test]
    fn a_change_of_session_is_seen() {
        assert_eq!(of("set session authorization postgres"), Action::SessionAuthorization(Some("postgres".into())));
        assert_eq!(of("reset session authorization"), Action::SessionAuthorization(None));
    }
}
