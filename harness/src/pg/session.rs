//! One connection: sends text, gives back text, and keeps what the server remarked on the way.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};

use crate::observation::{Attempt, End, Row, ServerError};

use super::error::PgError;

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many rows of one result are kept; the rest are counted.
const KEPT: usize = 10_000;

type Heard = Arc<Mutex<Remarks>>;

/// What the server said without being asked.
#[derive(Debug, Default)]
struct Remarks {
    /// Notices and warnings since somebody last asked for them.
    notices: Vec<ServerError>,
    /// The last line of its log, on a connection that asked to be told them.
    log: Option<String>,
}

impl Remarks {
    fn hear(&mut self, remark: &DbError) {
        match remark.severity() {
            "LOG" => self.log = Some(remark.message().to_owned()),
            _ => self.notices.push(remark.into()),
        }
    }
}

/// One connection to one database.
#[derive(Debug)]
pub struct Session {
    client: Client,
    remarks: Heard,
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
        let remarks = Heard::default();
        let heard = Arc::clone(&remarks);
        let wire = tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let (AsyncMessage::Notice(notice), Ok(mut heard)) = (message, heard.lock()) {
                    heard.hear(&notice);
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
                SimpleQueryMessage::Row(row) => rows.push(texts(&row)),
                _ => {}
            }
        }
        Ok(rows)
    }

    /// Sends text and gives back the first value of its last result.
    pub async fn value(&self, sql: &str) -> Result<Option<String>, PgError> {
        Ok(self.rows(sql).await?.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }

    /// Sends one statement and gives back what it did, whatever that was.
    pub async fn attempt(&self, sql: &str) -> Attempt {
        let start = Instant::now();
        let mut attempt = Attempt::ended(End::Done);
        if let Err(error) = self.gather(sql, &mut attempt).await {
            attempt.end = match error {
                PgError::Refused(refusal) => End::Refused(refusal),
                other => End::Lost(other.to_string()),
            };
        }
        attempt.time = start.elapsed();
        attempt.notices = self.take_remarks();
        attempt
    }

    async fn gather(&self, sql: &str, attempt: &mut Attempt) -> Result<(), PgError> {
        let messages = self.client.simple_query_raw(sql).await?;
        let mut messages = std::pin::pin!(messages);
        while let Some(message) = messages.next().await {
            match message? {
                SimpleQueryMessage::RowDescription(columns) => {
                    attempt.columns = columns.iter().map(|column| column.name().to_owned()).collect();
                    attempt.rows.clear();
                }
                SimpleQueryMessage::Row(row) if attempt.rows.len() < KEPT => attempt.rows.push(texts(&row)),
                SimpleQueryMessage::CommandComplete(count) => attempt.count = count,
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the number of the server's process that serves this connection.
    pub async fn process(&self) -> Result<String, PgError> {
        Ok(self.value("select pg_backend_pid()").await?.unwrap_or_default())
    }

    /// Gives back what the server remarked since this was last asked: notices and warnings.
    pub fn take_remarks(&self) -> Vec<ServerError> {
        self.remarks.lock().map(|mut remarks| std::mem::take(&mut *remarks).notices).unwrap_or_default()
    }

    /// Returns the last line of the server's log since then, where the connection asked to be told them.
    pub fn last_log_line(&self) -> Option<String> {
        self.remarks.lock().ok().and_then(|remarks| remarks.log.clone())
    }

    /// Closes the connection and waits until it is closed, so that the database may be dropped or copied.
    pub async fn close(self) {
        drop(self.client);
        // A connection task that was aborted or broke has closed as well.
        drop(self.wire.await);
    }
}

fn texts(row: &SimpleQueryRow) -> Row {
    (0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()
}
