//! The data of the page, as its script reads it; every text stands there as its number.

use serde::Serialize;

use super::texts::Text;

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) about: About,
    pub(super) tally: [usize; 4],
    pub(super) time_ms: f64,
    pub(super) tables: Vec<Table>,
    pub(super) contracts: Vec<Contract>,
    pub(super) texts: Vec<String>,
}

/// What the run was made with.
#[derive(Debug, Serialize)]
pub(super) struct About {
    pub(super) pgattest: Text,
    pub(super) postgres: Text,
    pub(super) place: Text,
    pub(super) exposure: Text,
    pub(super) migrations: usize,
    pub(super) stubs: Vec<[Text; 2]>,
    pub(super) imitations: Vec<Text>,
    pub(super) remarks: Vec<Text>,
}

/// A table of the matrices.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) name: Text,
    pub(super) security: Text,
    pub(super) policies: Vec<Policy>,
    pub(super) privileges: Vec<[Text; 2]>,
}

/// A policy.
#[derive(Debug, Serialize)]
pub(super) struct Policy {
    pub(super) name: Text,
    pub(super) verb: Text,
    pub(super) roles: Vec<Text>,
    pub(super) says: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Text>,
}

/// A contract.
#[derive(Debug, Serialize)]
pub(super) struct Contract {
    pub(super) name: Text,
    pub(super) file: Text,
    pub(super) place: Text,
    /// held, broken, unjudged.
    pub(super) verdict: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attests: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cell: Option<Cell>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Fault>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) given: Vec<Request>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tried: Vec<Request>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) circumstances: Vec<[Text; 3]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) stubs: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) psql: Option<Text>,
    pub(super) time_ms: f64,
}

/// Which cell of a matrix a contract is.
#[derive(Debug, Serialize)]
pub(super) struct Cell {
    pub(super) actor: Text,
    pub(super) table: Text,
    pub(super) class: Text,
    pub(super) rows: Text,
    pub(super) verb: Text,
    pub(super) expected: Text,
}

/// Something that is not as the contract has it.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) rule: Text,
    pub(super) summary: Text,
    pub(super) place: Option<Text>,
    pub(super) expected: Text,
    pub(super) observed: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) difference: Option<Text>,
}

/// Why a contract could not be judged.
#[derive(Debug, Serialize)]
pub(super) struct Fault {
    pub(super) why: Text,
    pub(super) notes: Vec<Text>,
    pub(super) help: Option<Text>,
}

/// A statement, who sent it and what it did.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    pub(super) who: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claims: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) settings: Vec<[Text; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) setup: Option<Text>,
    pub(super) sent: Text,
    /// done, rejected, refused, violates, raised, blocked, lost.
    pub(super) outcome: &'static str,
    pub(super) count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<[Text; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) control: Option<Control>,
}

/// Whether somebody else could.
#[derive(Debug, Serialize)]
pub(super) struct Control {
    pub(super) reached: Option<(Text, u64)>,
    pub(super) failed: Vec<[Text; 2]>,
}
