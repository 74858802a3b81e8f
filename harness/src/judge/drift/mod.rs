//! The kind `drift`: the values of the database against those of a file, in either direction.

mod sides;
mod stored;

use crate::observation::Seen;
use crate::outcome::{Fault, Verdict};
use crate::plan::Drift;

use sides::Sides;

/// Judges a comparison.
pub(super) fn judge(drift: &Drift, seen: &Seen) -> Verdict {
    match stored::values(drift, seen) {
        Ok(stored) => Verdict::of(Sides::of(drift, &stored).findings()),
        Err(fault) => Fault { place: fault.place.or_else(|| Some(drift.asked.clone())), ..fault }.into(),
    }
}
