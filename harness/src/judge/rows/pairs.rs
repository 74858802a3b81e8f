//! Which missing row and which unexpected one are probably the same row with other values.

use super::columns::{Row, Wanted, cell};
use super::compare::Question;
use crate::case::expected::{Expected, Matcher};
use crate::value::{Key, agrees};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The rows of each side that are looked at; more are never shown.
const LOOKED_AT: usize = 100;

/// An expected row, the observed one that is most like it, and the columns that tell which row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) wanted: usize,
    pub(super) row: usize,
    pub(super) known_by: Vec<usize>,
}

/// Pairs the most similar rows first.
pub(super) fn pairs(question: &Question<'_>, missing: &[usize], others: &[usize]) -> Vec<Pair> {
    if missing.is_empty() || others.is_empty() {
        return Vec::new();
    }
    let eye = Eye::new(question, missing.len() == 1 && others.len() == 1);
    let mut drafts: Vec<(Likeness, Pair)> = Vec::new();
    for wanted in missing.iter().take(LOOKED_AT) {
        let alike = others.iter().take(LOOKED_AT).filter_map(|row| eye.pair(*wanted, *row));
        drafts.extend(alike);
    }
    drafts.sort_by_key(|(likeness, pair)| (Reverse(*likeness), pair.wanted, pair.row));
    let mut pairs: Vec<Pair> = Vec::new();
    for (_, pair) in drafts {
        if pairs.iter().all(|taken| taken.wanted != pair.wanted && taken.row != pair.row) {
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.wanted);
    pairs
}

/// A column that tells one row from all others weighs most, and the first of them more than those after it, for that is
/// where keys stand; columns that merely agree come after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    key: Reverse<usize>,
    telling: usize,
    agreeing: usize,
}

struct Eye<'a> {
    question: &'a Question<'a>,
    /// How often each value comes in each column that somebody compares.
    times: HashMap<(usize, &'a str), usize>,
    is_only_choice: bool,
}

impl<'a> Eye<'a> {
    fn new(question: &'a Question<'a>, is_only_choice: bool) -> Self {
        let mut times = HashMap::new();
        for row in question.rows {
            for (column, value) in row.iter().enumerate() {
                *times.entry((column, value.as_deref().unwrap_or_default())).or_insert(0) += 1;
            }
        }
        Self { question, times, is_only_choice }
    }

    fn pair(&self, wanted: usize, row: usize) -> Option<(Likeness, Pair)> {
        let (expected, observed) = (&self.question.wanted[wanted], &self.question.rows[row]);
        let compared = expected.0.iter().filter(|(_, value)| !says_nothing(value)).count();
        let agreeing = agreeing(expected, observed);
        let telling: Vec<usize> = agreeing.iter().copied().filter(|at| self.tells(expected, *at, observed)).collect();
        let key = Reverse(telling.iter().map(|at| expected.0[*at].0).min().unwrap_or(usize::MAX));
        let likeness = Likeness { key, telling: telling.len(), agreeing: agreeing.len() };
        let is_alike = !telling.is_empty() || (!agreeing.is_empty() && agreeing.len() * 2 >= compared);
        let is_single = self.is_only_choice && compared == 1;
        let known_by = if telling.is_empty() { agreeing.into_iter().take(2) } else { telling.into_iter().take(1) };
        let known_by = known_by.map(|at| expected.0[at].0).collect();
        (is_alike || is_single).then_some((likeness, Pair { wanted, row, known_by }))
    }

    fn tells(&self, expected: &Wanted<'_>, at: usize, observed: &Row) -> bool {
        let (column, value) = expected.0[at];
        let text = Key::of_expected(value).and_then(|_| cell(observed, column));
        text.is_some_and(|text| self.times.get(&(column, text)) == Some(&1))
    }
}

fn says_nothing(value: &Expected) -> bool {
    matches!(value, Expected::Matcher(Matcher::Anything))
}

fn agreeing(expected: &Wanted<'_>, observed: &Row) -> Vec<usize> {
    let agrees = |(column, value): &(usize, &Expected)| !says_nothing(value) && agrees(value, cell(observed, *column));
    expected.0.iter().enumerate().filter(|(_, wanted)| agrees(wanted)).map(|(at, _)| at).collect()
}
