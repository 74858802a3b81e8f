//! The rows that a statement returned against those that were expected.

mod columns;
mod compare;
mod matching;
mod ordered;
mod pairs;
mod shown;

pub(super) use compare::{Comparison, compare};
