//! What supautils lets `postgres` do that plain Postgres refuses: decided from what a statement is about to do.

use crate::pg::ServerError;
use crate::sql::{Action, ExtensionRequest, IndexRequest, Relation, changed_things, extension_requests};

use super::extensions::{belongs_to, stand_in};

/// The way in which a statement of a migration is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// As it stands, by `postgres`.
    AsIs,
    /// As it stands, by the superuser.
    Elevated,
    /// As it stands, by the superuser, who then gives it to `postgres`.
    EventTrigger,
    /// By the superuser, or by a stand-in where the server does not have the extension.
    Extension(ExtensionRequest),
    /// By the superuser; not at all for a stand-in, which has one version only.
    UpdateExtension(String),
    /// By the superuser, for this database alone: a role's settings would otherwise reach every database of the server.
    RoleSetting,
    /// By `postgres`, for this database alone.
    OwnRoleSetting,
    /// By `postgres`; a role of an earlier build of this database may be there already.
    CreateRole(String),
    /// By `postgres`, who may hand on what it has; before PostgreSQL 16 only a superuser could.
    AlterRole,
    /// By `postgres`; what other databases of ours hold against it does not count.
    DropRoles(Vec<String>),
    /// Not at all, where the provider is stood in for.
    SecurityLabel(String),
    /// As an empty index, where the extension of its method is stood in for.
    Index(IndexRequest, &'static str),
    /// Not at all: the session belongs to `postgres` and goes on belonging to it.
    Nothing,
    /// Not at all: Supabase refuses it.
    Refused(&'static str),
}

/// What helps a statement over a refusal that Supabase would not have given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// To belong, for this statement, to the roles that own Supabase's tables.
    Membership,
    /// To have these extensions first.
    Extensions(Vec<ExtensionRequest>),
}

/// The tables whose policies and triggers `postgres` may touch though it does not own them.
const MANAGED: [(&str, &[&str]); 3] = [
    (
        "auth",
        &[
            "audit_log_entries",
            "flow_state",
            "identities",
            "instances",
            "mfa_amr_claims",
            "mfa_challenges",
            "mfa_factors",
            "oauth_clients",
            "one_time_tokens",
            "refresh_tokens",
            "saml_providers",
            "saml_relay_states",
            "sessions",
            "sso_domains",
            "sso_providers",
            "users",
        ],
    ),
    ("realtime", &["messages", "subscription"]),
    (
        "storage",
        &["buckets", "buckets_analytics", "objects", "prefixes", "s3_multipart_uploads", "s3_multipart_uploads_parts"],
    ),
];

/// The roles of Supabase whose settings, and nothing else, may be changed.
const SETTABLE: [&str; 5] = ["anon", "authenticated", "authenticator", "postgres", "service_role"];
const NO_OTHER_SESSION: &str = "permission denied to set session authorization";

/// Returns why a statement is refused before it is run, for what it says anywhere in it, its strings and bodies included.
///
/// The connection was opened by the superuser and given to `postgres`. Nothing in a migration may take it back.
pub fn forbidden(statement: &str) -> Option<&'static str> {
    let words = statement.to_lowercase();
    let words: Vec<_> = words.split_whitespace().collect();
    let spoken = words.windows(2).any(|pair| pair[0].ends_with("session") && pair[1].starts_with("authorization"));
    (spoken || statement.to_lowercase().contains("session_authorization")).then_some(NO_OTHER_SESSION)
}

/// Returns the way in which a statement is run that is about to do this.
pub fn way(action: &Action) -> Way {
    match action {
        Action::Policy(relation) | Action::DropTrigger(relation) if is_managed(relation) => Way::Elevated,
        Action::CreateExtension(request) if is_privileged(&request.name) => Way::Extension(request.clone()),
        Action::UpdateExtension(name) if is_privileged(name) => Way::UpdateExtension(name.clone()),
        Action::ChangeExtension(name) if is_privileged(name) => Way::Elevated,
        Action::EventTrigger => Way::EventTrigger,
        Action::DropExtension | Action::ForeignDataWrapper | Action::PublicationOfAllTables(_) => Way::Elevated,
        Action::RoleSetting(Some(role)) if SETTABLE.contains(&role.as_str()) => Way::RoleSetting,
        Action::RoleSetting(Some(role)) | Action::AlterRole(role) if is_reserved(role) => {
            Way::Refused("this role is reserved and cannot be altered")
        }
        Action::RoleSetting(Some(_)) => Way::OwnRoleSetting,
        Action::AlterRole(role) if role != super::MIGRATOR => Way::AlterRole,
        Action::DropRoles(roles) if roles.iter().any(|it| is_supabase_role(it)) => {
            Way::Refused("this role is reserved and cannot be dropped")
        }
        Action::GrantRoles(roles) | Action::CreateRole(_, roles) if roles.iter().any(|it| admits_nobody(it)) => {
            Way::Refused("membership in this role is reserved")
        }
        Action::CreateRole(name, _) => Way::CreateRole(name.clone()),
        Action::DropRoles(roles) => Way::DropRoles(roles.clone()),
        Action::Database => Way::Refused("a migration's own database is the only one it may touch here"),
        Action::SecurityLabel(provider) => Way::SecurityLabel(provider.clone()),
        Action::RenameRole(name) if is_supabase_role(name) => {
            Way::Refused("this role is reserved and cannot be renamed")
        }
        Action::SessionAuthorization(Some(name)) if name != super::MIGRATOR => Way::Refused(NO_OTHER_SESSION),
        Action::SessionAuthorization(_) => Way::Nothing,
        Action::Index(request) => {
            let mut names = std::iter::once(&request.method).chain(&request.operator_classes);
            let extension = names.find_map(|name| belongs_to(name));
            extension.map_or(Way::AsIs, |extension| Way::Index(request.clone(), extension))
        }
        _ => Way::AsIs,
    }
}

/// Returns what helps a statement that holds code over a refusal, if Supabase would not have refused.
pub fn remedy(error: &ServerError, statement: &str) -> Option<Remedy> {
    let text = statement.to_lowercase();
    let owner = error.sqlstate == "42501" && error.message.starts_with("must be owner of");
    if owner && (text.contains("policy") || text.contains("drop trigger")) && !changes_what_is_managed(statement) {
        return Some(Remedy::Membership);
    }
    let absent = ["0A000", "58P01"].contains(&error.sqlstate.as_str()) && error.message.contains("is not available");
    let untrusted = error.sqlstate == "42501" && error.message.starts_with("permission denied to create extension");
    if absent || untrusted {
        let wanted: Vec<_> = extension_requests(statement).into_iter().filter(|it| is_privileged(&it.name)).collect();
        return (!wanted.is_empty()).then_some(Remedy::Extensions(wanted));
    }
    None
}

fn is_supabase_role(name: &str) -> bool {
    SETTABLE[..].contains(&name) || name.starts_with("supabase_") || ["dashboard_user", "pgbouncer"].contains(&name)
}

/// Whether a role cannot be altered; the settings of some, and all of `postgres`, can.
fn is_reserved(name: &str) -> bool {
    is_supabase_role(name) && name != super::MIGRATOR
}

/// Whether nobody can be made a member of a role.
fn admits_nobody(name: &str) -> bool {
    let powers = ["pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"];
    powers.contains(&name) || (is_supabase_role(name) && !SETTABLE.contains(&name))
}

/// Whether a block also does in Supabase's schemas what only their owners may: that must go on being refused.
fn changes_what_is_managed(block: &str) -> bool {
    let schemas = MANAGED.map(|(schema, _)| schema);
    changed_things(block).iter().any(|it| it.schema.as_deref().is_some_and(|schema| schemas.contains(&schema)))
}

/// Whether `postgres` may create an extension though it is no superuser: each of these has a stand-in.
fn is_privileged(extension: &str) -> bool {
    stand_in(extension).is_some() || extension == "supabase_vault"
}

fn is_managed(relation: &Relation) -> bool {
    let Some(schema) = &relation.schema else { return false };
    MANAGED.iter().any(|(name, tables)| name == schema && tables.contains(&relation.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split;

    fn of(sql: &str) -> Way {
        way(&split(sql).expect("the text is SQL").remove(0).action)
    }

    fn refusal(sqlstate: &str, message: &str) -> ServerError {
        ServerError::new(sqlstate, message)
    }

    #[test]
    fn policies_on_managed_tables_are_elevated_and_nothing_else_on_them() {
        assert_eq!(of("create policy p on storage.objects for select using (true)"), Way::Elevated);
        assert_eq!(of("drop trigger t on auth.users"), Way::Elevated);
        assert_eq!(of("create policy p on public.objects for select using (true)"), Way::AsIs);
        assert_eq!(of("alter table storage.objects enable row level security"), Way::AsIs);
        assert_eq!(of("create function auth.f() returns int language sql as 'select 1'"), Way::AsIs);
    }

    #[test]
    fn extensions_outside_the_list_are_left_to_postgres() {
        assert!(matches!(of("create extension pg_cron"), Way::Extension(_)));
        assert_eq!(of("create extension file_fdw"), Way::AsIs);
    }

    #[test]
    fn nobody_changes_who_the_session_belongs_to() {
        assert!(matches!(of("set session authorization supabase_admin"), Way::Refused(_)));
        assert_eq!(of("set session authorization postgres"), Way::Nothing);
        assert_eq!(of("reset session authorization"), Way::Nothing);
        assert!(forbidden("do $$ begin execute 'reset  SESSION\nAuthorization'; end $$").is_some());
        assert!(forbidden("select set_config('session_authorization', 'supabase_admin', false)").is_some());
        assert!(forbidden("create table session (authorization_id int)").is_none());
        assert!(matches!(of("alter role anon rename to nobody"), Way::Refused(_)));
        assert_eq!(of("alter role mine rename to yours"), Way::AsIs);
    }

    #[test]
    fn a_block_gets_help_only_for_what_supabase_allows() {
        let owner = refusal("42501", "must be owner of table objects");
        let block = "do $$ begin execute 'create policy p on storage.objects using (true)'; end $$";
        assert_eq!(remedy(&owner, block), Some(Remedy::Membership));
        let alters = "do $$ begin drop policy p on storage.objects; alter table storage.objects enable row level security; end $$";
        assert_eq!(remedy(&owner, alters), None);
        let absent = refusal("0A000", "extension \"pg_cron\" is not available");
        assert!(matches!(
            remedy(&absent, "do $$ begin create extension if not exists pg_cron; end $$"),
            Some(Remedy::Extensions(_))
        ));
        assert_eq!(remedy(&absent, "do $$ begin create extension file_fdw; end $$"), None);
    }
}
