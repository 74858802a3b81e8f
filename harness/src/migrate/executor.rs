//! One statement of a migration, run as Supabase would run it: by `postgres`, with the help that supautils gives.

use crate::pg::{PgError, Server, ServerError, Session};
use crate::shim::{self, Remedy, StandIn, Way};
use crate::sql::{
    Action, ExtensionRequest, IndexRequest, Statement, action, alter_instead_of_create, confine_role_setting,
    quote_identifier, quote_literal, rename_database,
};

/// How often a statement may need help before it counts as refused.
const HELPS: usize = 8;
/// What is written on a role that a migration made, so that a later build knows it for its own.
const ROLE_MARK: &str = "made by a migration that pgattest applied";

/// Runs statements in one database, one after the other.
#[derive(Debug)]
pub struct Executor {
    session: Session,
    database: String,
    in_transaction: bool,
    stand_ins: Vec<&'static str>,
}

impl Executor {
    /// Connects to a database and becomes `postgres`.
    pub async fn connect(server: &Server, database: &str) -> Result<Self, PgError> {
        let session = server.session_with(database, shim::migration_options()).await?;
        session.run(&format!("set session authorization {}", shim::MIGRATOR)).await?;
        let database = database.to_owned();
        Ok(Self { session, database, in_transaction: false, stand_ins: Vec::new() })
    }

    /// Returns the connection, on which the session belongs to `postgres`.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the extensions that were stood in for, in the order in which they were asked for.
    pub fn stand_ins(&self) -> &[&'static str] {
        &self.stand_ins
    }

    /// Whether a transaction is open.
    pub fn is_in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Tells whether a transaction is open that was opened past this executor.
    pub fn assume_transaction(&mut self, is_open: bool) {
        self.in_transaction = is_open;
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.session.close().await;
    }

    /// Opens a transaction, or ends it.
    pub async fn transaction(&mut self, command: &str) -> Result<(), PgError> {
        self.in_transaction = command == "begin";
        self.session.run(command).await
    }

    /// Runs one statement.
    pub async fn run(&mut self, statement: &Statement) -> Result<(), PgError> {
        let action = action(statement);
        let text = rename_database(&statement.text, shim::DATABASE, &self.database);
        match shim::way(&action) {
            Way::AsIs => self.run_as_is(&text, &action).await,
            Way::Elevated => self.elevated(&text).await,
            Way::EventTrigger => self.event_trigger(&text).await,
            Way::Extension(request) => self.extension(&text, &request).await,
            Way::UpdateExtension(name) => self.update_extension(&text, &name).await,
            Way::RoleSetting => self.elevated(&confine_role_setting(&text, &self.database)).await,
            Way::CreateRole(name) => self.create_role(&text, &name).await,
            Way::Index(request, extension) if self.is_stood_in_for(extension).await? => {
                self.session.run(&empty_index(&request)).await
            }
            Way::Index(..) => self.session.run(&text).await,
            Way::Refused(message) => Err(PgError::from(Box::new(refusal(message)))),
        }
    }

    async fn run_as_is(&mut self, text: &str, action: &Action) -> Result<(), PgError> {
        match action {
            Action::Code => self.run_code(text).await,
            Action::Index(request) if request.method != "btree" => self.run_index(text, request).await,
            Action::Begin => self.transaction_as_written(text, true).await,
            Action::End => self.transaction_as_written(text, false).await,
            _ => self.session.run(text).await,
        }
    }

    /// Builds an index, or an empty one where a stand-in's type knows no operator class for its method.
    async fn run_index(&self, text: &str, request: &IndexRequest) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest").await?;
        let Err(error) = self.session.run(text).await else {
            return self.savepoint("release savepoint pgattest").await;
        };
        let extension = error.refusal().and_then(|refusal| shim::unindexable(&refusal.message));
        let Some(extension) = extension else { return Err(error) };
        self.savepoint("rollback to savepoint pgattest").await?;
        if !self.is_stood_in_for(extension).await? {
            return Err(error);
        }
        self.session.run(&empty_index(request)).await
    }

    async fn transaction_as_written(&mut self, text: &str, open: bool) -> Result<(), PgError> {
        self.session.run(text).await?;
        self.in_transaction = open;
        Ok(())
    }

    /// Runs a statement that may hold others, and helps it over refusals that Supabase would not have given.
    async fn run_code(&mut self, text: &str) -> Result<(), PgError> {
        let mut membership = false;
        for _ in 0..HELPS {
            self.savepoint("savepoint pgattest").await?;
            let done = if membership { self.as_member(text).await } else { self.session.run(text).await };
            let Err(error) = done else { return self.savepoint("release savepoint pgattest").await };
            let remedy = error.refusal().and_then(|refusal| shim::remedy(refusal, text));
            let Some(remedy) = remedy.filter(|it| !(membership && *it == Remedy::Membership)) else {
                return Err(error);
            };
            self.savepoint("rollback to savepoint pgattest").await?;
            match remedy {
                Remedy::Membership => membership = true,
                Remedy::Extensions(requests) => self.provide(&requests).await?,
            }
        }
        self.session.run(text).await
    }

    async fn savepoint(&self, command: &str) -> Result<(), PgError> {
        if self.in_transaction { self.session.run(command).await } else { Ok(()) }
    }

    async fn provide(&mut self, requests: &[ExtensionRequest]) -> Result<(), PgError> {
        for request in requests {
            let schema = request.schema.as_ref().map(|schema| format!(" schema {}", quote_identifier(schema)));
            let name = quote_identifier(&request.name);
            let text = format!("create extension if not exists {name}{}", schema.unwrap_or_default());
            let wanted = ExtensionRequest { if_not_exists: true, ..request.clone() };
            self.extension(&text, &wanted).await?;
        }
        Ok(())
    }

    /// Runs a statement as superuser, and gives the session back to `postgres` and to the role it had set.
    async fn elevated(&self, text: &str) -> Result<(), PgError> {
        let role = self.session.value("select current_setting('role')").await?;
        self.session.run(&format!("set session authorization {}", shim::SUPERUSER)).await?;
        let done = self.session.run(text).await;
        let back = self.give_back(role.as_deref()).await;
        done.and(back)
    }

    async fn give_back(&self, role: Option<&str>) -> Result<(), PgError> {
        let back = self.session.run(&format!("set session authorization {}", shim::MIGRATOR)).await;
        match (back, role) {
            // The transaction failed; its end gives the session back.
            (Err(error), _) if error.is("25P02") => Ok(()),
            (Ok(()), Some(role)) if role != "none" => {
                self.session.run(&format!("set role {}", quote_identifier(role))).await
            }
            (back, _) => back,
        }
    }

    async fn event_trigger(&mut self, text: &str) -> Result<(), PgError> {
        let alone = !self.in_transaction;
        let sql = format!("{text}\n;{}", shim::own_event_triggers());
        self.elevated(&if alone { format!("begin;{sql};commit") } else { sql }).await
    }

    /// Runs a statement while `postgres` belongs to the roles that own Supabase's tables. Nobody else sees that: the
    /// membership is given and taken in the same transaction.
    async fn as_member(&mut self, text: &str) -> Result<(), PgError> {
        let alone = !self.in_transaction;
        if alone {
            self.session.run("begin").await?;
        }
        let done = self.as_member_within(text).await;
        if alone {
            self.session.run(if done.is_ok() { "commit" } else { "rollback" }).await?;
        }
        done
    }

    async fn as_member_within(&self, text: &str) -> Result<(), PgError> {
        const OWNERS: &str = "supabase_auth_admin, supabase_realtime_admin, supabase_storage_admin";
        self.elevated(&format!("grant {OWNERS} to {}", shim::MIGRATOR)).await?;
        self.session.run(text).await?;
        self.elevated(&format!("revoke {OWNERS} from {}", shim::MIGRATOR)).await
    }

    async fn is_stood_in_for(&self, extension: &str) -> Result<bool, PgError> {
        let name = quote_literal(extension);
        let sql = format!("select 1 from pg_catalog.pg_extension where extname = {name} and extversion like '%+stub'");
        Ok(self.session.value(&sql).await?.is_some())
    }

    /// Brings an extension to another version; a stand-in has one version only.
    async fn update_extension(&self, text: &str, name: &str) -> Result<(), PgError> {
        if self.is_stood_in_for(name).await? { Ok(()) } else { self.elevated(text).await }
    }

    /// Creates an extension: the server's own if it has it and can, else its stand-in.
    async fn extension(&mut self, text: &str, request: &ExtensionRequest) -> Result<(), PgError> {
        let name = quote_literal(&request.name);
        let sql = format!(
            "select (select count(*) from pg_catalog.pg_extension where extname = {name}),
                    (select count(*) from pg_catalog.pg_available_extensions where name = {name})"
        );
        let row = self.session.rows(&sql).await?.into_iter().next().unwrap_or_default();
        let known = |at: usize| row.get(at).cloned().flatten().is_some_and(|count| count != "0");
        let (is_there, is_available) = (known(0), known(1));
        let stand_in = shim::stand_in(&request.name).filter(|_| !is_there);
        match stand_in {
            None => self.elevated(&with_usage_of_wrappers(text)).await,
            Some(it) if !is_available => self.stand_in(&it, request).await,
            Some(it) => self.native_or(text, &it, request).await,
        }
    }

    async fn native_or(&mut self, text: &str, it: &StandIn, request: &ExtensionRequest) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest_extension").await?;
        match self.elevated(&with_usage_of_wrappers(text)).await {
            Ok(()) => self.savepoint("release savepoint pgattest_extension").await,
            Err(error) if error.is("3F000") || error.is("42710") => Err(error),
            Err(_) => {
                self.savepoint("rollback to savepoint pgattest_extension").await?;
                self.stand_in(it, request).await
            }
        }
    }

    async fn stand_in(&mut self, it: &StandIn, request: &ExtensionRequest) -> Result<(), PgError> {
        let current = self.session.value("select pg_catalog.current_schema()").await?;
        let schema = match &request.schema {
            Some(schema) => schema.clone(),
            None if it.is_relocatable() => current.unwrap_or_else(|| it.schema().to_owned()),
            None => it.schema().to_owned(),
        };
        let sql = shim::stand_in_sql(it, &schema);
        let sql = if self.in_transaction { sql } else { format!("begin; {sql}; commit") };
        self.elevated(&sql).await?;
        self.stand_ins.push(it.name);
        Ok(())
    }

    /// Creates a role. Roles belong to the whole server, so one that an earlier build made is taken over.
    async fn create_role(&self, text: &str, name: &str) -> Result<(), PgError> {
        let literal = quote_literal(name);
        let sql = format!(
            "select pg_catalog.shobj_description(oid, 'pg_authid') from pg_catalog.pg_roles where rolname = {literal}"
        );
        let mark = self.session.value(&sql).await?;
        if mark.as_deref() == Some(ROLE_MARK) {
            let plain = "nosuperuser nocreatedb nocreaterole inherit nologin noreplication nobypassrls";
            self.session.run(&format!("alter role {} {plain}", quote_identifier(name))).await?;
            return self.session.run(&alter_instead_of_create(text)).await;
        }
        self.savepoint("savepoint pgattest").await?;
        match self.session.run(text).await {
            // Before PostgreSQL 16, a role that has BYPASSRLS or REPLICATION could not hand it on; Supabase lets it.
            Err(PgError::Refused(error))
                if ["bypassrls", "replication"].iter().any(|it| error.message.contains(it)) =>
            {
                self.savepoint("rollback to savepoint pgattest").await?;
                self.elevated(text).await?;
            }
            other => other?,
        }
        self.elevated(&format!("comment on role {} is {}", quote_identifier(name), quote_literal(ROLE_MARK))).await
    }
}

/// Adds what Supabase does after an extension was created: `postgres` may make servers of its wrappers.
fn with_usage_of_wrappers(text: &str) -> String {
    format!(
        "{text}\n;do $$ declare wrapper name; begin
           for wrapper in select fdwname from pg_catalog.pg_foreign_data_wrapper loop
             execute pg_catalog.format('grant usage on foreign data wrapper %I to postgres with grant option', wrapper);
           end loop;
         end $$"
    )
}

/// Returns an index of the wanted name that holds nothing: the method it wants is not there.
fn empty_index(request: &IndexRequest) -> String {
    let concurrently = if request.concurrently { "concurrently " } else { "" };
    let if_not_exists = if request.if_not_exists { "if not exists " } else { "" };
    let schema = request.table.schema.as_ref().map(|schema| format!("{}.", quote_identifier(schema)));
    let table = format!("{}{}", schema.unwrap_or_default(), quote_identifier(&request.table.name));
    let name = quote_identifier(&request.name);
    format!("create index {concurrently}{if_not_exists}{name} on {table} ((true)) where false")
}

fn refusal(message: &str) -> ServerError {
    ServerError {
        sqlstate: "42501".to_owned(),
        message: message.to_owned(),
        detail: None,
        hint: None,
        context: None,
        position: None,
        constraint: None,
    }
}
