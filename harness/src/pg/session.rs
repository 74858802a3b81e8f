//! One connection: sends text, gives back text, and keeps what the server remarked on the way.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, SimpleQueryMessage};

use super::error::{PgError, ServerError};

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(20);

/// One row, each value as text.
pub type Row = Vec<Option<String>>;

type Remarks = Arc<Mutex<Vec<ServerError>>>;

/// One connection to one database.
#[derive(Debug)]
pub struct Session {
    client: Client,
    remarks: Remarks,
    wire: JoinHandle<()>,
}

impl Session {
    /// Connects to a database of the server that the configuration names.
    pub async fn connect(config: &Config, database: &str) -> Result<Self, PgError> {
        let mut config = config.clone();
        config.dbname(database);
        // A server that is stopped accepts connections and says nothing.
        let connected = tokio::time::timeout(PATIENCE, config.connect(NoTls)).await;
        let connected = connected.map_err(|_| PgError::Connect("it does not answer".to_owned()))?;
        let (client, mut connection) = connected.map_err(|error| PgError::connecting(&error))?;
        let remarks = Remarks::default();
        let heard = Arc::clone(&remarks);
        let wire = tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let (AsyncMessage::Notice(notice), Ok(mut heard)) = (message, heard.lock()) {
                    heard.push(ServerError::from(&notice));
                }
            }
        });
        Ok(Self { client, remarks, wire })
    }

    /// Sends text that may hold several statements; without a transaction of their own they are one.
    pub async fn run(&self, sql: &str) -> Result<(), PgError> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Sends text and gives back the rows of its last result.
    pub async fn rows(&self, sql: &str) -> Result<Vec<Row>, PgError> {
        let mut rows = Vec::new();
        for message in self.client.simple_query(sql).await? {
            match message {
                SimpleQueryMessage::RowDescription(_) => rows.clear(),
                SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    /// Sends text and gives back the first value of its last result.
    pub async fn value(&self, sql: &str) -> Result<Option<String>, PgError> {
        Ok(self.rows(sql).await?.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }

    /// Gives back what the server remarked since this was last asked: notices and warnings.
    pub fn take_remarks(&self) -> Vec<ServerError> {
        self.remarks.lock().map(|mut remarks| std::mem::take(&mut *remarks)).unwrap_or_default()
    }

    /// Closes the connection and waits until it is closed, so that the database may be dropped or copied.
    pub async fn close(self) {
        drop(self.client);
        // A connection task that was aborted or broke has closed as well.
        drop(self.wire.await);
    }
}
