//! Regular expressions that authors write for values. The only user of `regex` outside a plan.

use regex::Regex;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    /// Compiling costs a thousand times what searching does, and one expression meets every row.
    static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// Returns whether an expression finds a match; one that cannot be read finds none.
pub(super) fn finds(pattern: &str, text: &str) -> bool {
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        compiled.get(pattern).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(text))
    })
}

/// Returns what is wrong with an expression, in one line.
pub(super) fn fault(pattern: &str) -> Option<String> {
    let message = Regex::new(pattern).err()?.to_string();
    let last = message.lines().last().unwrap_or_default();
    Some(last.trim_start_matches("error: ").to_owned())
}
