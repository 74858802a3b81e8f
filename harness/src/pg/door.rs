//! How a person reaches a database of ours with psql.

use std::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What psql has to be told to reach a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    host: String,
    port: u16,
    user: String,
    password: Option<String>,
    database: String,
}

impl Door {
    pub(super) fn of(config: &Config, database: &str) -> Self {
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(folder)) => folder.display().to_string(),
            None => "localhost".to_owned(),
        };
        Self {
            host,
            port: config.get_ports().first().copied().unwrap_or(5432),
            user: config.get_user().unwrap_or_default().to_owned(),
            password: config.get_password().map(|it| String::from_utf8_lossy(it).into_owned()),
            database: database.to_owned(),
        }
    }

    /// Returns the variables of the environment that tell psql.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("PGHOST", self.host.clone()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", self.user.clone()),
            ("PGDATABASE", self.database.clone()),
        ];
        variables.extend(self.password.clone().map(|password| ("PGPASSWORD", password)));
        variables
    }
}

/// As a command; a password is not in it.
impl fmt::Display for Door {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, user, database, .. } = self;
        write!(formatter, "psql -h {host} -p {port} -U {user} {database}")
    }
}
