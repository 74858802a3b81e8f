//! The kind `cascades`: what a delete or an update did to every table, against what the author says of some of them.

mod document;
mod fan;
mod fate;
mod words;

pub(super) use fan::judge;
