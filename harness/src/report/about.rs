//! What every report says before it speaks of contracts: which program, on which server, in which world.

/// What a run was made with.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The version of this program.
    pub version: &'a str,
    /// The version of the server.
    pub postgres: &'a str,
    /// Where the server runs.
    pub place: &'a str,
    /// Whether new tables are open to the API roles: `exposed` or `hidden`.
    pub exposure: &'a str,
    /// How many migrations there are.
    pub migrations: usize,
    /// What everything that was chosen at random follows from, if anything was.
    pub seed: Option<u64>,
    /// What does nothing real, and what is not real about it.
    pub stubs: &'a [(String, String)],
    /// What is imitated.
    pub imitations: &'a [String],
    /// What else is to be said.
    pub remarks: &'a [String],
}
