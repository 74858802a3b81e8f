//! Whether an attempt reached anything: what a control has to show.

use crate::observation::{Attempt, End};
use crate::sql::Kind;

/// Whether something was denied, silently or not.
pub(super) fn is_denial(attempt: &Attempt, kind: Kind) -> bool {
    match &attempt.end {
        End::Done => attempt.count == 0 && kind.concerns_rows(),
        End::Refused(error) => error.sqlstate == "42501",
        End::Blocked(_) | End::Lost(_) => false,
    }
}

/// Whether it was done, and to a row where it is about rows.
pub(super) fn reaches(attempt: &Attempt, kind: Kind) -> bool {
    attempt.end == End::Done && (attempt.count > 0 || !kind.concerns_rows())
}

/// Returns what came of it in a few words.
pub(super) fn said(attempt: &Attempt) -> String {
    match &attempt.end {
        End::Done => "no row".to_owned(),
        End::Refused(error) => error.message.clone(),
        End::Blocked(_) => "it waits for another session".to_owned(),
        End::Lost(why) => why.clone(),
    }
}
