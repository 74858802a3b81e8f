//! One expected value against one observed value.

mod agrees;
mod array;
mod contains;
mod decimal;
mod flaw;
mod key;
mod moment;
mod pattern;
mod seen;
mod shown;

pub(super) use agrees::agrees;
pub(super) use flaw::flaw;
pub(super) use key::Key;
pub(super) use shown::{apart, named as shown_name, observed as shown_observed, shown};
