//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::destination;

/// Contract tests for Postgres databases behind Supabase.
#[derive(Debug, Parser)]
#[command(
    name = "pgattest",
    version,
    after_help = "Exit codes: 0 held · 1 broken · 2 a mistake in a file or a flag · 3 could not judge · 4 nothing selected"
)]
pub(super) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) server: ServerArguments,
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    /// Print the verdict and what did not hold, and nothing else
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Colour the text
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Colour,
}

/// Which server.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(super) struct ServerArguments {
    /// auto, container, local, or the URL of a superuser on a given server
    #[arg(long, global = true, value_name = "WAY")]
    pub(super) server: Option<String>,
    /// The image of the container [default: postgres:<major>]
    #[arg(long, global = true)]
    pub(super) image: Option<String>,
    /// The folder of the binaries of a local server
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) pg_bin: Option<PathBuf>,
    /// The major of PostgreSQL, before what the project says
    #[arg(long, global = true, value_name = "MAJOR")]
    pub(super) postgres: Option<u32>,
    /// How long a server may take to answer its first query
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    pub(super) start_timeout: u64,
    /// Use a given server that is on another machine
    #[arg(long, global = true)]
    pub(super) allow_remote: bool,
    /// The given server is there for tests alone: its superuser `postgres` may be renamed
    #[arg(long, global = true)]
    pub(super) disposable: bool,
}

/// Which project.
#[derive(Debug, Args)]
#[command(next_help_heading = "Project")]
pub(super) struct ProjectArguments {
    /// The project's folder, instead of the one around the current folder
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) project: Option<PathBuf>,
    /// Whether new tables in `public` are open to the API roles, before what the project says
    #[arg(long, global = true, value_name = "WHETHER")]
    pub(super) expose: Option<OnOff>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the project's database and judge its contracts
    Run(RunArguments),
    /// Read every file of the project, without a server
    Check,
    /// Print the names of the contracts, without a server
    List(ListArguments),
    /// Print the SQL of a contract, ready for psql, or what a rule means
    Explain {
        /// A contract, or a rule
        name: String,
    },
    /// Write a first contract of a kind, to begin with
    New(NewArguments),
    /// Open psql as an actor, in a database of the project that goes afterwards
    Shell(ShellArguments),
    /// Keep a server warm for later runs
    Up,
    /// End the warm server
    Down,
    /// Tell whether a server is warm; ends with 4 if none is
    Status,
    /// Tell what is wrong with this machine or set-up
    Doctor(DoctorArguments),
    /// Print a JSON Schema, by which editors complete and check files
    Schema(SchemaArguments),
}

/// Which contracts, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// Only contracts whose name contains one of these
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Only contracts whose name is one of these
    #[arg(long)]
    pub(super) exact: bool,
    /// No contract whose name contains this
    #[arg(long, value_name = "NAME")]
    pub(super) skip: Vec<String>,
    /// How many contracts are judged at the same time [default: one for each processor, and one more]
    #[arg(long, value_name = "NUMBER")]
    pub(super) test_threads: Option<usize>,
    /// Begin the contracts in another order, which the seed decides
    #[arg(long, value_name = "SEED")]
    pub(super) shuffle: Option<u64>,
    /// Keep the databases of what did not hold, and name them
    #[arg(long)]
    pub(super) keep: bool,
    /// Run again whenever a file is saved: what it touches
    #[arg(long, conflicts_with_all = ["bless", "keep"])]
    pub(super) watch: bool,
    /// Write the rows and numbers that were observed into the expectations, after showing the difference
    #[arg(long)]
    pub(super) bless: bool,
    /// Write everything that is known about the run as JSON; `-` is standard output, on which nothing else is printed then
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    pub(super) json: Option<PathBuf>,
    /// Write the run as a page for a browser, whole in one file, for whoever reviews who may do what
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    pub(super) html: Option<PathBuf>,
}

/// Which contracts to list.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only contracts whose name contains one of these
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Print the rows of the specification, each with the contracts that attest it
    #[arg(long)]
    pub(super) by_row: bool,
}

/// What to write.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The kind of contract
    pub(super) kind: String,
    /// The file, below `cases`
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// As whom.
#[derive(Debug, Args)]
pub(super) struct ShellArguments {
    /// The actor; the owner of everything, where nobody is named
    #[arg(long = "as", value_name = "ACTOR")]
    pub(super) actor: Option<String>,
}

/// What to look at.
#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// Remove what killed runs left behind: containers, folders, databases of ours
    #[arg(long)]
    pub(super) clean: bool,
    /// Hold a server against the facts about Supabase; with `--server URL`, that very database
    #[arg(long)]
    pub(super) conformance: bool,
}

/// What to describe.
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// What the schema describes
    #[arg(value_enum, default_value = "contracts")]
    pub(super) of: SchemaOf,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// A file of contracts
    Contracts,
    /// The file `fixtures/world.yaml`
    World,
    /// What `run --json` writes
    Report,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnOff {
    /// It is so.
    On,
    /// It is not so.
    Off,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Arguments {
    /// Whether standard output is for a report, and so for nothing else.
    pub(super) fn reports_to_output(&self) -> bool {
        match &self.command {
            Command::Run(it) => [&it.json, &it.html].into_iter().flatten().any(|path| destination::is_output(path)),
            _ => false,
        }
    }
}
