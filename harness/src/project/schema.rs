//! The JSON Schemas of a project's own files, by which editors complete and check them.

use serde_json::{Value, json};

use crate::case;
use crate::yaml;

use super::world;

/// The draft that every editor understands.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Returns the schema of a file of contracts.
pub fn contracts_schema() -> Value {
    titled(yaml::schema(&case::form()), "Contracts of pgattest")
}

/// Returns the schema of `fixtures/world.yaml`.
pub fn world_schema() -> Value {
    let mut schema = titled(yaml::schema(&world::form()), "World of pgattest");
    // A file in which nothing is said yet is a world as well.
    schema["type"] = json!(["object", "null"]);
    schema
}

fn titled(mut schema: Value, title: &str) -> Value {
    schema["$schema"] = DRAFT.into();
    schema["title"] = title.into();
    schema
}
