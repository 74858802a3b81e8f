//! How a server compares with a fact about Supabase.

/// A fact and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The fact in words.
    pub fact: String,
    /// The subject it belongs to.
    pub section: String,
    /// Why a real Supabase may answer otherwise, if the fact is about an imitation.
    pub imitated: Option<String>,
    /// What came of it.
    pub conformity: Conformity,
}

/// What came of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conformity {
    /// It is as Supabase has it.
    Holds,
    /// It is otherwise.
    Broken(Mismatch),
    /// It could not be asked.
    Unknown(String),
}

/// Both values, where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What Supabase does.
    pub expected: String,
    /// What this server did.
    pub observed: String,
}
