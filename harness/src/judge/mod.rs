//! Compares what was observed with what was expected. Touches neither the network nor the clock.

mod access;
mod applies;
mod cascades;
mod diff;
mod drift;
mod expect;
mod exposed;
mod given;
mod refuses;
mod rows;
mod sessions;
mod shape;
mod steps;
mod words;

pub use access::cell;
pub use applies::applies;

use crate::observation::Seen;
use crate::outcome::{Fault, Verdict};
use crate::plan::Subject;

/// Judges a unit by what was seen of it.
pub fn judge(subject: &Subject, seen: &Seen) -> Verdict {
    match subject {
        Subject::Applies(_) => Fault::new("a migration is judged by the history").into(),
        Subject::Steps(it) => match steps::judge(it, seen) {
            Verdict::Held if seen.trouble.is_some() => steps::trouble(seen).into(),
            verdict => verdict,
        },
        Subject::Shape(it) => shape::judge(it, seen),
        Subject::Drift(it) => drift::judge(it, seen),
        Subject::Sessions(it) => sessions::judge(it, seen),
        Subject::Cascades(it) => cascades::judge(it, seen),
        Subject::Refused(it) => refuses::judge(it, seen),
        Subject::Access(it) => access::judge(it, seen),
        Subject::Exposed(it) => exposed::judge(it, seen),
    }
}
