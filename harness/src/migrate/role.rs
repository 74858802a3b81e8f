//! Roles in migrations. They belong to the whole server, and so outlive the database that a migration made them for.

use crate::pg::PgError;
use crate::sql::{alter_instead_of_create, created_roles, quote_identifier, quote_literal};

use super::executor::Executor;

/// What is written on a role that a migration made, before the database it was made for.
const MARK: &str = "made by a migration that pgattest applied";

impl Executor {
    /// Creates a role. One that an earlier build made goes first, or is taken over where other databases hold it.
    pub(super) async fn create_role(&mut self, text: &str, name: &str) -> Result<(), PgError> {
        let mark = self.mark().await?;
        let found = self.written_on(name).await?;
        let role = quote_identifier(name);
        let marking = format!("comment on role {role} is {}", quote_literal(&mark));
        // What this very build has made is there already, for Supabase and for us.
        if !is_of_another_build(found.as_deref(), &mark) {
            self.by_postgres_or_elevated(text).await?;
            return self.elevated(&marking).await;
        }
        self.savepoint("savepoint pgattest_role").await?;
        match self.elevated(&format!("drop role {role}")).await {
            Ok(()) => self.by_postgres_or_elevated(text).await?,
            Err(error) if error.is("2BP01") => {
                self.savepoint("rollback to savepoint pgattest_role").await?;
                self.elevated(&stripped(name)).await?;
                let alter = alter_instead_of_create(text).unwrap_or_default();
                self.by_postgres_or_elevated(&alter).await?;
            }
            Err(error) => return Err(error),
        }
        self.elevated(&marking).await
    }

    /// Drops roles. Where nothing but other databases of ours holds them, they are stripped of all they are instead.
    pub(super) async fn drop_roles(&mut self, text: &str, names: &[String]) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest_role").await?;
        let Err(error) = self.session().run(text).await else {
            return self.savepoint("release savepoint pgattest_role").await;
        };
        let elsewhere = |line: &str| line.contains(" in database pgattest_") || line.contains("database pgattest_");
        let detail = error.refusal().filter(|it| it.sqlstate == "2BP01").and_then(|it| it.detail.as_deref());
        if !detail.is_some_and(|detail| detail.lines().all(elsewhere)) {
            return Err(error);
        }
        self.savepoint("rollback to savepoint pgattest_role").await?;
        for name in names {
            let forgotten = format!("comment on role {} is {}", quote_identifier(name), quote_literal(MARK));
            self.elevated(&format!("{};{forgotten}", stripped(name))).await?;
        }
        Ok(())
    }

    /// Runs a block of code. The roles that it creates are marked as those of this build, after the same roles of earlier
    /// builds have made way, where nothing holds them.
    pub(super) async fn run_code_with_roles(&mut self, code: &str) -> Result<(), PgError> {
        let names = created_roles(code);
        if names.is_empty() {
            return self.run_code(code).await;
        }
        let mark = self.mark().await?;
        let mut made = Vec::new();
        for name in &names {
            let written = self.written_on(name).await?;
            if is_of_another_build(written.as_deref(), &mark) {
                self.drop_if_free(name).await?;
            }
            if !self.is_there(name).await? {
                made.push(name);
            }
        }
        self.run_code(code).await?;
        for name in made {
            if self.is_there(name).await? {
                let role = quote_identifier(name);
                self.elevated(&format!("comment on role {role} is {}", quote_literal(&mark))).await?;
            }
        }
        Ok(())
    }

    async fn drop_if_free(&mut self, name: &str) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest_role").await?;
        match self.elevated(&format!("drop role {}", quote_identifier(name))).await {
            Ok(()) => self.savepoint("release savepoint pgattest_role").await,
            Err(error) if error.is("2BP01") => self.savepoint("rollback to savepoint pgattest_role").await,
            Err(error) => Err(error),
        }
    }

    async fn is_there(&self, role: &str) -> Result<bool, PgError> {
        let sql = format!("select 1 from pg_catalog.pg_roles where rolname = {}", quote_literal(role));
        Ok(self.session().value(&sql).await?.is_some())
    }

    async fn written_on(&self, role: &str) -> Result<Option<String>, PgError> {
        let sql = format!(
            "select pg_catalog.shobj_description(oid, 'pg_authid') from pg_catalog.pg_roles where rolname = {}",
            quote_literal(role)
        );
        self.session().value(&sql).await
    }

    /// Returns what is written on a role that this build makes.
    async fn mark(&self) -> Result<String, PgError> {
        let sql = "select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()";
        Ok(format!("{MARK} to database {}", self.session().value(sql).await?.unwrap_or_default()))
    }

    /// Before PostgreSQL 16, a role that has BYPASSRLS or REPLICATION could not hand it on; Supabase lets it.
    pub(super) async fn by_postgres_or_elevated(&mut self, text: &str) -> Result<(), PgError> {
        self.savepoint("savepoint pgattest").await?;
        match self.session().run(text).await {
            Err(PgError::Refused(error))
                if ["bypassrls", "replication"].iter().any(|it| error.message.contains(it)) =>
            {
                self.savepoint("rollback to savepoint pgattest").await?;
                self.elevated(text).await
            }
            other => other,
        }
    }
}

fn is_of_another_build(written: Option<&str>, mark: &str) -> bool {
    written.is_some_and(|written| written.starts_with(MARK) && written != mark)
}

/// Returns what takes from a role every attribute, setting and membership.
fn stripped(name: &str) -> String {
    let (role, literal) = (quote_identifier(name), quote_literal(name));
    format!(
        "alter role {role} nosuperuser nocreatedb nocreaterole inherit nologin noreplication nobypassrls
           connection limit -1 password null valid until 'infinity';
         alter role {role} reset all;
         do $$ declare it record; begin
           for it in select m.roleid::regrole as role, m.member::regrole as member, m.grantor::regrole as grantor
                     from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid in (m.roleid, m.member)
                     where r.rolname = {literal} and (m.member <> 'postgres'::regrole or m.grantor = 'postgres'::regrole)
           loop
             execute pg_catalog.format('revoke %s from %s granted by %s cascade', it.role, it.member, it.grantor);
           end loop;
         end $$"
    )
}
