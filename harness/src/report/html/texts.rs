//! Every text of the page, once: what is said in thousands of cells is written down one time.

use std::collections::HashMap;

use serde::Serialize;

use crate::report::secret::{is_secret, masked};
use crate::report::visible::visible_lines;

/// The number of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Text(usize);

/// All texts, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Texts {
    list: Vec<String>,
    numbers: HashMap<String, Text>,
}

impl Texts {
    /// Enters a text, without secrets and without what would hide or turn around what stands beside it.
    pub(super) fn enter(&mut self, text: &str) -> Text {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Text(self.list.len());
        self.list.push(visible_lines(&masked(text)));
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// Enters a value that has a name.
    pub(super) fn named(&mut self, name: &str, value: &str) -> [Text; 2] {
        let value = if is_secret(name) && !value.is_empty() { "•••" } else { value };
        [self.enter(name), self.enter(value)]
    }

    /// Enters several texts.
    pub(super) fn all<'a>(&mut self, texts: impl IntoIterator<Item = &'a String>) -> Vec<Text> {
        texts.into_iter().map(|text| self.enter(text)).collect()
    }

    /// Enters a text, if there is one.
    pub(super) fn maybe(&mut self, text: Option<&str>) -> Option<Text> {
        text.map(|text| self.enter(text))
    }

    /// Returns them all.
    pub(super) fn close(self) -> Vec<String> {
        self.list
    }
}
