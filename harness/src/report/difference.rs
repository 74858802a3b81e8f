//! How a file differs from what it would be.

use similar::TextDiff;

use super::visible::visible_lines;

/// Returns the lines that differ, with some around them.
pub fn difference(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(2).header(path, path).to_string();
    format!("{}\n", visible_lines(&text))
}
