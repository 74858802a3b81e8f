//! Extensions in migrations: the server's own, or what stands in for them, and what cannot be had of a stand-in.

use crate::pg::PgError;
use crate::shim::{self, StandIn};
use crate::sql::{ExtensionRequest, IndexRequest, quote_identifier, quote_literal};

use super::executor::Executor;

impl Executor {
    /// Creates extensions that a block of code asks for, before the block does.
    pub(super) async fn provide(&mut self, requests: &[ExtensionRequest]) -> Result<(), PgError> {
        for request in requests {
            let schema = request.schema.as_ref().map(|schema| format!(" schema {}", quote_identifier(schema)));
            let name = quote_identifier(&request.name);
            let text = format!("create extension if not exists {name}{}", schema.unwrap_or_default());
            let wanted = ExtensionRequest { if_not_exists: true, ..request.clone() };
            self.extension(&text, &wanted).await?;
        }
        Ok(())
    }

    /// Whether an extension is there and is stood in for.
    async fn is_stood_in_for(&self, extension: &str) -> Result<bool, PgError> {
        let name = quote_literal(extension);
        let sql = format!("select 1 from pg_catalog.pg_extension where extname = {name} and extversion like '%+stub'");
        Ok(self.session.value(&sql).await?.is_some())
    }

    /// Brings an extension to another version; a stand-in has one version only.
    pub(super) async fn update_extension(&self, text: &str, name: &str) -> Result<(), PgError> {
        if self.is_stood_in_for(name).await? { Ok(()) } else { self.elevated(text).await }
    }

    /// Creates an extension: the server's own if it has it and can, else its stand-in.
    pub(super) async fn extension(&mut self, text: &str, request: &ExtensionRequest) -> Result<(), PgError> {
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

    /// Sets a label, unless its provider is stood in for and reads none.
    pub(super) async fn security_label(&self, text: &str, provider: &str) -> Result<(), PgError> {
        if self.is_stood_in_for(provider).await? { Ok(()) } else { self.session.run(text).await }
    }

    /// Builds an index by a method of an extension, or an empty one where the extension is stood in for.
    pub(super) async fn index_of(&self, extension: &str, text: &str, request: &IndexRequest) -> Result<(), PgError> {
        let is_empty = self.is_stood_in_for(extension).await?;
        if is_empty { self.empty_index(request).await } else { self.session.run(text).await }
    }

    /// Builds an index of the wanted name that holds nothing.
    async fn empty_index(&self, request: &IndexRequest) -> Result<(), PgError> {
        let name = if request.is_named { None } else { self.session.value(&free_name(request)).await? };
        let request = IndexRequest { name: name.unwrap_or_else(|| request.name.clone()), ..request.clone() };
        self.session.run(&empty_index(&request)).await
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

    /// Creates an extension that the server does not have and that the project itself has told pg_tle about.
    pub(super) async fn own_extension(&mut self, text: &str, request: &ExtensionRequest) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest").await?;
        let Err(error) = self.session.run(text).await else {
            return self.savepoint("release savepoint pgattest").await;
        };
        self.savepoint("rollback to savepoint pgattest").await?;
        if !self.is_stood_in_for("pg_tle").await? {
            return Err(error);
        }
        let row = self.session.rows(&shim::recorded_extension(&request.name)).await?.into_iter().next();
        let Some([Some(version), Some(body)]) = row.as_deref() else { return Err(error) };
        let current = self.session.value("select pg_catalog.current_schema()").await?;
        let schema = request.schema.clone().or(current).unwrap_or_else(|| "public".to_owned());
        let alone = !self.in_transaction;
        if alone {
            self.transaction("begin").await?;
        }
        // What the project wrote itself runs by `postgres`, and its registration by the superuser.
        let [before, body, after] = shim::recorded_extension_sql(&request.name, version, &schema, body);
        self.elevated(&before).await?;
        self.session.run(&body).await?;
        self.elevated(&after).await?;
        if alone { self.transaction("commit").await } else { Ok(()) }
    }

    async fn stand_in(&mut self, it: &StandIn, request: &ExtensionRequest) -> Result<(), PgError> {
        for needed in it.needs().filter(|_| request.cascade) {
            let text = format!("create extension if not exists {}", quote_identifier(needed));
            let wanted = ExtensionRequest { name: needed.to_owned(), if_not_exists: true, ..request.clone() };
            Box::pin(self.extension(&text, &wanted)).await?;
        }
        let current = self.session.value("select pg_catalog.current_schema()").await?;
        let wanted = request.schema.clone().or(current).filter(|_| it.is_relocatable());
        let schema = wanted.unwrap_or_else(|| it.schema().to_owned());
        let sql = shim::stand_in_sql(it, &schema);
        let sql = if self.in_transaction { sql } else { format!("begin; {sql}; commit") };
        self.elevated(&sql).await
    }

    /// Builds an index, or an empty one where a stand-in's type knows no operator class for its method.
    pub(super) async fn run_index(&self, text: &str, request: &IndexRequest) -> Result<(), PgError> {
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
        self.empty_index(request).await
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

/// Returns the SQL that finds the first name, with a number behind it if need be, that no relation of the schema has.
fn free_name(request: &IndexRequest) -> String {
    let schema = request.table.schema.as_ref().map(|schema| format!("{}.", quote_identifier(schema)));
    let table = quote_literal(&format!("{}{}", schema.unwrap_or_default(), quote_identifier(&request.table.name)));
    let name = quote_literal(&request.name);
    format!(
        "select candidate from (
           select {name} || case when n = 0 then '' else n::text end as candidate, n from generate_series(0, 99) n
         ) c
         where not exists (
           select from pg_catalog.pg_class r where r.relname = candidate
             and r.relnamespace = (select t.relnamespace from pg_catalog.pg_class t where t.oid = to_regclass({table}))
         ) order by n limit 1"
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
