//! A server that tests share and give to the program: it ends with the process of the tests, however that ends.

use std::path::Path;

use pgattest::pg::server::{self, Presence, Server};
use tokio::runtime::{Builder, Runtime};

/// A server of the tests' own.
pub(crate) struct Given {
    server: Server,
    runtime: Runtime,
    _presence: Presence,
}

impl Given {
    /// Starts a server of the binaries in a folder.
    pub(crate) fn start(binaries: &Path) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let presence = Presence::announce();
        let wish = super::support::wish(Some(binaries));
        let server = runtime.block_on(server::start(&wish, presence.run_id())).expect("a server");
        Self { server, runtime, _presence: presence }
    }

    /// Returns the URL to give to the program.
    pub(crate) fn url(&self) -> String {
        let sql = "select split_part(setting, ',', 1) from pg_settings where name = 'unix_socket_directories'";
        format!("host={} user={} dbname=postgres", self.ask("postgres", sql).concat(), pgattest::shim::SUPERUSER)
    }

    /// Does something with the server.
    pub(crate) fn with<T>(&self, work: impl AsyncFnOnce(&Server) -> T) -> T {
        self.runtime.block_on(work(&self.server))
    }

    /// Asks for rows; the values of a row are joined by `|`.
    pub(crate) fn ask(&self, database: &str, sql: &str) -> Vec<String> {
        let rows = self.with(async |server| {
            let session = server.session(database).await?;
            let rows = session.rows(sql).await;
            session.close().await;
            rows
        });
        let rows = rows.expect("the query is answered");
        rows.into_iter().map(|row| row.into_iter().flatten().collect::<Vec<_>>().join("|")).collect()
    }
}
