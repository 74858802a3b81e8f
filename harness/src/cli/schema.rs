//! `schema`: prints what editors and other programs need to understand our files.

use crate::outcome::ExitCode;
use crate::{project, report};

use super::args::{SchemaArguments, SchemaOf};
use super::out::Out;

/// Prints a JSON Schema.
pub(super) fn schema(it: &SchemaArguments) -> ExitCode {
    let text = match it.of {
        SchemaOf::Contracts => format!("{:#}\n", project::contracts_schema()),
        SchemaOf::World => format!("{:#}\n", project::world_schema()),
        SchemaOf::Report => report::json_schema(),
    };
    Out::say(&text);
    ExitCode::Held
}
