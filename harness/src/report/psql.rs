//! What was sent, as a script that can be pasted into psql.

use crate::observation::{End, Seen, Tried};

/// Returns the requests up to the last that was tried, each as it was sent; none if an author had no part in any.
pub fn script(seen: &Seen) -> Option<String> {
    if seen.tried.iter().all(|tried| tried.is_own) {
        return None;
    }
    let mut text = String::from("begin;\n");
    for (at, tried) in seen.tried.iter().enumerate() {
        request(&mut text, tried, at + 1 == seen.tried.len());
    }
    text.push_str("rollback;\n");
    Some(text)
}

fn request(text: &mut String, tried: &Tried, is_last: bool) {
    let failed = tried.attempt.end != End::Done && !is_last;
    if failed {
        text.push_str("savepoint pgattest;\n");
    }
    for part in [tried.setup.trim(), tried.sent.trim()].iter().filter(|part| !part.is_empty()) {
        text.push_str(part);
        text.push_str(if part.ends_with(';') { "\n" } else { ";\n" });
    }
    if failed {
        text.push_str("rollback to savepoint pgattest;\n");
    }
}
