//! What a machine reads: everything that is known about a run, in a form that has a version and a schema.

mod fill;
mod form;

use std::time::Duration;

use schemars::generate::SchemaSettings;

use crate::outcome::Run;

use super::about::About;

/// Returns everything that is known about a run, as JSON.
pub fn json(run: &Run, about: &About<'_>, time: Duration) -> String {
    text(&fill::report(run, about, time))
}

/// Returns the JSON Schema of [`json`], as JSON.
pub fn json_schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    text(&generator.into_root_schema_for::<form::Report<'_>>())
}

fn text(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("every key is a text and every number finite");
    text.push('\n');
    text
}
