//! A JSON Schema, and what it says of a value.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// A schema that values are held against.
pub(crate) struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// Reads a schema.
    pub(crate) fn of(schema: Value) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("schema.json", schema).expect("it is JSON");
        let index = compiler.compile("schema.json", &mut schemas);
        let index = index.unwrap_or_else(|error| panic!("it is no schema: {error:#}"));
        Self { schemas, index }
    }

    /// Returns what is wrong with a value, if anything is.
    pub(crate) fn complaint(&self, value: &Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
    }
}
