//! One statement of a migration, run as Supabase would run it: by `postgres`, with the help that supautils gives.

use crate::pg::{PgError, Server, ServerError, Session};
use crate::shim::{self, Remedy, Way};
use crate::sql::{Action, Statement, confine_role_setting, quote_literal, rename_database};

/// How often a statement may need help before it counts as refused.
const HELPS: usize = 8;

/// Runs statements in one database, one after the other.
#[derive(Debug)]
pub struct Executor {
    pub(super) session: Session,
    database: String,
    pub(super) in_transaction: bool,
}

impl Executor {
    /// Connects to a database and becomes `postgres`.
    pub async fn connect(server: &Server, database: &str) -> Result<Self, PgError> {
        let session = server.session_with(database, shim::migration_options()).await?;
        session.run(&format!("set session authorization {}", shim::MIGRATOR)).await?;
        let database = database.to_owned();
        Ok(Self { session, database, in_transaction: false })
    }

    /// Returns the connection, on which the session belongs to `postgres`.
    pub fn session(&self) -> &Session {
        &self.session
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
        let action = &statement.action;
        let text = rename_database(&statement.text, shim::DATABASE, &self.database);
        match shim::way(action) {
            Way::AsIs => self.run_as_is(&text, action).await,
            Way::Elevated => self.elevated(&text).await,
            Way::EventTrigger => self.event_trigger(&text).await,
            Way::Extension(request) => self.extension(&text, &request).await,
            Way::UpdateExtension(name) => self.update_extension(&text, &name).await,
            Way::SecurityLabel(provider) => self.security_label(&text, &provider).await,
            Way::RoleSetting => self.elevated(&confine_role_setting(&text, &self.database)).await,
            Way::OwnRoleSetting => self.session.run(&confine_role_setting(&text, &self.database)).await,
            Way::CreateRole(name) => self.create_role(&text, &name).await,
            Way::AlterRole => self.by_postgres_or_elevated(&text).await,
            Way::DropRoles(names) => self.drop_roles(&text, &names).await,
            Way::Index(request, extension) => self.index_of(extension, &text, &request).await,
            Way::Nothing => Ok(()),
            Way::Refused(message) => Err(PgError::from(Box::new(refusal(message)))),
        }
    }

    async fn run_as_is(&mut self, text: &str, action: &Action) -> Result<(), PgError> {
        if let Some(message) = shim::forbidden(text) {
            return Err(PgError::from(Box::new(refusal(message))));
        }
        match action {
            Action::Alone => self.run_alone(text).await,
            Action::Code => self.run_code_with_roles(text).await,
            Action::CreateExtension(request) => self.own_extension(text, request).await,
            Action::Index(request) if request.method != "btree" => self.run_index(text, request).await,
            Action::Begin => self.transaction_as_written(text, true).await,
            Action::End => self.transaction_as_written(text, false).await,
            _ => self.session.run(text).await,
        }
    }

    async fn run_alone(&self, text: &str) -> Result<(), PgError> {
        self.session.run(text).await?;
        // `discard all` gives the session back to whoever opened it.
        self.session.run(&format!("set session authorization {}", shim::MIGRATOR)).await
    }

    async fn transaction_as_written(&mut self, text: &str, open: bool) -> Result<(), PgError> {
        self.session.run(text).await?;
        self.in_transaction = open;
        Ok(())
    }

    /// Runs a statement that may hold others, and helps it over refusals that Supabase would not have given.
    pub(super) async fn run_code(&mut self, text: &str) -> Result<(), PgError> {
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

    pub(super) async fn savepoint(&self, command: &str) -> Result<(), PgError> {
        if self.in_transaction { self.session.run(command).await } else { Ok(()) }
    }

    /// Runs a statement as superuser, and gives the session back to `postgres` as it was.
    ///
    /// Event triggers are left out meanwhile: on Supabase they do not fire for a superuser. Only `postgres` is helped;
    /// in a file that has set another role, that role is on its own.
    pub(super) async fn elevated(&self, text: &str) -> Result<(), PgError> {
        let asked = "select current_setting('role'), current_setting('session_replication_role')";
        let state = self.session.rows(asked).await?.into_iter().flatten().flatten().collect::<Vec<_>>();
        let [role, replication] = state.as_slice() else { return self.session.run(text).await };
        if role != "none" && role != shim::MIGRATOR {
            return self.session.run(text).await;
        }
        let superuser = shim::SUPERUSER;
        let take = format!("set session authorization {superuser}; set session_replication_role = replica");
        self.session.run(&take).await?;
        let done = self.session.run(text).await;
        let give = format!(
            "set session_replication_role = {}; set session authorization {}",
            quote_literal(replication),
            shim::MIGRATOR
        );
        match self.session.run(&give).await {
            // The transaction failed; its end gives the session back.
            Err(error) if error.is("25P02") => done,
            back => done.and(back),
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
}

fn refusal(message: &str) -> ServerError {
    ServerError::new("42501", message)
}
