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

pub(crate) use agrees::agrees;
pub(crate) use flaw::flaw;
pub(crate) use key::Key;
pub(crate) use moment::is_time;
pub(crate) use shown::{apart, named as shown_name, observed as shown_observed, shown};
