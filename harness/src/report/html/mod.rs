//! What a reviewer reads: the run as one page for a browser, with nothing beside it and nothing from anywhere else.

mod fill;
mod form;
mod texts;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::outcome::{Run, Tally};

use super::about::About;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Returns everything that a reviewer needs of a run, as HTML.
pub fn html(run: &Run, about: &About<'_>, time: Duration) -> String {
    let data = text(&fill::page(run, about, time));
    let Tally { held, broken, unjudged } = run.tally();
    let sum = format!("{held} held · {broken} broken · {unjudged} could not be judged · {} planned", run.planned);
    // The data come last: nothing that they say is looked at again.
    [("{sum}", sum.as_str()), ("{style-hash}", &hash(STYLE)), ("{script-hash}", &hash(SCRIPT)), ("{style}", STYLE)]
        .into_iter()
        .chain([("{script}", SCRIPT), ("{data}", &inert(&data))])
        .fold(PAGE.to_owned(), |page, (mark, text)| page.replacen(mark, text, 1))
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("every key is a text and every number finite")
}

/// Returns what a content security policy calls a text by.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// Returns JSON in which nothing can end or begin an element, whatever it says.
fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element_that_it_stands_in() {
        let json = inert("[\"</script><!-- & \u{2028}\"]");
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        let read: Vec<String> = serde_json::from_str(&json).expect("it is JSON still");
        assert_eq!(read, ["</script><!-- & \u{2028}"]);
    }
}
