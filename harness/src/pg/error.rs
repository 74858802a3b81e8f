//! What can go wrong between us and Postgres.

use tokio_postgres::error::{DbError, ErrorPosition};

use crate::observation::ServerError;

/// Why Postgres gave no answer, or which refusal it gave.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// The server could not be reached or did not let us in.
    #[error("could not connect to the server: {0}")]
    Connect(String),
    /// The server refused a statement.
    #[error(transparent)]
    Refused(#[from] Box<ServerError>),
    /// The connection broke while we were talking.
    #[error("the server closed the connection: {0}")]
    Lost(String),
}

impl PgError {
    /// Returns the refusal, if it is one.
    pub fn refusal(&self) -> Option<&ServerError> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Connect(_) | Self::Lost(_) => None,
        }
    }

    /// Whether it is a refusal with this SQLSTATE.
    pub fn is(&self, sqlstate: &str) -> bool {
        self.refusal().is_some_and(|error| error.sqlstate == sqlstate)
    }

    pub(super) fn connecting(error: &tokio_postgres::Error) -> Self {
        Self::Connect(words(error))
    }
}

impl From<tokio_postgres::Error> for PgError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) if !ends_the_session(refusal) => Self::Refused(Box::new(refusal.into())),
            _ => Self::Lost(words(&error)),
        }
    }
}

impl From<&DbError> for ServerError {
    fn from(error: &DbError) -> Self {
        let position = match error.position() {
            Some(ErrorPosition::Original(at)) => usize::try_from(*at).ok(),
            _ => None,
        };
        Self {
            sqlstate: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            context: error.where_().map(str::to_owned),
            position,
            constraint: error.constraint().map(str::to_owned),
            column: error.column().map(str::to_owned),
        }
    }
}

/// Whether the server ended the session with this message: shut down, crashed, or told us to go.
fn ends_the_session(error: &DbError) -> bool {
    matches!(error.code().code(), "57P01" | "57P02" | "57P03" | "57P05")
}

fn words(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(refusal), _) => refusal.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
