//! The most pairs of an expected and an observed row that agree, each row in one pair at most.
//!
//! A matcher may agree with a row that another one needs, so taking the first that fits would be wrong. Equal expected
//! rows are one class, and only observed rows with the same plain values are looked at, so ten thousand rows stay fast.

use super::columns::{Row, Wanted, cell};
use crate::value::Key;
use std::collections::{HashMap, VecDeque};

/// The pairs of rows that may be looked at; beyond that a person would think that the program hangs.
const PAIRS: usize = 1_000_000;

/// Which observed row each expected one has, and the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matching {
    pub(super) found: Vec<Option<usize>>,
    pub(super) owner: Vec<Option<usize>>,
}

impl Matching {
    /// Returns the expected rows that have no counterpart.
    pub(super) fn missing(&self) -> Vec<usize> {
        free(&self.found)
    }

    /// Returns the observed rows that have no counterpart.
    pub(super) fn others(&self) -> Vec<usize> {
        free(&self.owner)
    }
}

fn free(side: &[Option<usize>]) -> Vec<usize> {
    side.iter().enumerate().filter(|(_, other)| other.is_none()).map(|(at, _)| at).collect()
}

/// Finds the most pairs, or nothing where that would take too long.
pub(super) fn maximum(wanted: &[Wanted<'_>], rows: &[Row]) -> Option<Matching> {
    let classes = classes(wanted, rows)?;
    let mut search = Search::new(&classes, rows.len());
    search.take_what_is_free();
    search.make_room();
    Some(search.matching(wanted.len()))
}

/// Expected rows that are equal, and the observed rows that agree with them.
struct Class {
    members: Vec<usize>,
    candidates: Vec<usize>,
}

fn classes(wanted: &[Wanted<'_>], rows: &[Row]) -> Option<Vec<Class>> {
    let mut known: HashMap<&Wanted<'_>, usize> = HashMap::new();
    let mut classes: Vec<Class> = Vec::new();
    let mut buckets = Buckets { rows, by_columns: HashMap::new(), looked_at: 0 };
    for (at, row) in wanted.iter().enumerate() {
        if let Some(class) = known.get(row) {
            classes[*class].members.push(at);
            continue;
        }
        known.insert(row, classes.len());
        classes.push(Class { members: vec![at], candidates: buckets.candidates(row)? });
    }
    for class in &mut classes {
        let row = &wanted[class.members[0]];
        class.candidates.retain(|at| row.agrees(&rows[*at]));
    }
    Some(classes)
}

/// Observed rows by the keys of those columns of which plain values are expected.
struct Buckets<'a> {
    rows: &'a [Row],
    by_columns: HashMap<Vec<usize>, HashMap<Vec<Key<'a>>, Vec<usize>>>,
    looked_at: usize,
}

impl<'a> Buckets<'a> {
    /// Returns the rows that may agree, or nothing where they are too many to look at.
    fn candidates(&mut self, wanted: &Wanted<'a>) -> Option<Vec<usize>> {
        let plain = wanted.0.iter().filter_map(|(column, expected)| Some((*column, Key::of_expected(expected)?)));
        let (columns, keys): (Vec<usize>, Vec<Key<'_>>) = plain.unzip();
        let rows = self.rows;
        if !self.by_columns.contains_key(&columns) {
            self.looked_at += rows.len();
            self.by_columns.insert(columns.clone(), sorted(rows, &columns));
        }
        let bucket = self.by_columns.get(&columns)?.get(&keys).map(Vec::as_slice).unwrap_or_default();
        self.looked_at += bucket.len();
        (self.looked_at <= PAIRS).then(|| bucket.to_vec())
    }
}

fn sorted<'a>(rows: &'a [Row], columns: &[usize]) -> HashMap<Vec<Key<'a>>, Vec<usize>> {
    let mut buckets: HashMap<Vec<Key<'a>>, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let keys = columns.iter().map(|column| Key::of(cell(row, *column))).collect();
        buckets.entry(keys).or_default().push(at);
    }
    buckets
}

/// Berge's augmenting paths, from the classes that still want rows.
struct Search<'a> {
    classes: &'a [Class],
    owner: Vec<Option<usize>>,
    taken: Vec<usize>,
    /// Rows from which a search found no way out; there will never be one.
    closed: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(classes: &'a [Class], rows: usize) -> Self {
        Self { classes, owner: vec![None; rows], taken: vec![0; classes.len()], closed: vec![false; rows] }
    }

    fn wants(&self, class: usize) -> bool {
        self.taken[class] < self.classes[class].members.len()
    }

    /// Those with the least choice come first, which leaves little to be moved.
    fn take_what_is_free(&mut self) {
        let mut order: Vec<usize> = (0..self.classes.len()).collect();
        order.sort_by_key(|class| self.classes[*class].candidates.len());
        for class in order {
            for row in &self.classes[class].candidates {
                if self.wants(class) && self.owner[*row].is_none() {
                    self.owner[*row] = Some(class);
                    self.taken[class] += 1;
                }
            }
        }
    }

    fn make_room(&mut self) {
        for class in 0..self.classes.len() {
            while self.wants(class) && self.augment(class) {
                self.taken[class] += 1;
            }
        }
    }

    /// Finds a free row for a class, though others may have to move for it.
    fn augment(&mut self, start: usize) -> bool {
        let mut reached_from: HashMap<usize, usize> = HashMap::new();
        let mut gives_up: HashMap<usize, usize> = HashMap::new();
        let mut tried = Vec::new();
        let mut queue = VecDeque::from([start]);
        while let Some(class) = queue.pop_front() {
            for row in &self.classes[class].candidates {
                if self.closed[*row] || reached_from.contains_key(row) {
                    continue;
                }
                reached_from.insert(*row, class);
                tried.push(*row);
                match self.owner[*row] {
                    None => return self.turn_over(start, *row, &reached_from, &gives_up),
                    Some(other) if other != start && !gives_up.contains_key(&other) => {
                        gives_up.insert(other, *row);
                        queue.push_back(other);
                    }
                    Some(_) => {}
                }
            }
        }
        for row in tried {
            self.closed[row] = true;
        }
        false
    }

    /// Walks back from a free row; every class on the way gives up one row and gets another.
    fn turn_over(
        &mut self,
        start: usize,
        free: usize,
        reached_from: &HashMap<usize, usize>,
        gives_up: &HashMap<usize, usize>,
    ) -> bool {
        let mut row = free;
        loop {
            let class = reached_from[&row];
            self.owner[row] = Some(class);
            if class == start {
                return true;
            }
            row = gives_up[&class];
        }
    }

    fn matching(&self, wanted: usize) -> Matching {
        let mut found = vec![None; wanted];
        let mut owner = vec![None; self.owner.len()];
        let mut next = vec![0; self.classes.len()];
        for (row, class) in self.owner.iter().enumerate() {
            let Some(class) = *class else { continue };
            let member = self.classes[class].members[next[class]];
            next[class] += 1;
            found[member] = Some(row);
            owner[row] = Some(member);
        }
        Matching { found, owner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::expected::{Expected, Matcher};
    use proptest::prelude::*;

    fn choice(letters: &str) -> Expected {
        Expected::Matcher(Matcher::OneOf(letters.chars().map(|letter| Expected::Text(letter.into())).collect()))
    }

    fn count(expected: &[Expected], rows: &[Row]) -> usize {
        let wanted: Vec<_> = expected.iter().map(|value| Wanted(vec![(0, value)])).collect();
        let matching = maximum(&wanted, rows).expect("they are few");
        for (at, row) in matching.found.iter().enumerate() {
            assert!(row.is_none_or(|row| wanted[at].agrees(&rows[row]) && matching.owner[row] == Some(at)));
        }
        matching.found.iter().flatten().count()
    }

    fn rows(letters: &str) -> Vec<Row> {
        letters.chars().map(|letter| vec![Some(letter.into())]).collect()
    }

    /// Tries every way, as nobody would who has many rows.
    fn by_trial(expected: &[Expected], rows: &[Row], used: &mut Vec<bool>) -> usize {
        let Some((first, rest)) = expected.split_first() else { return 0 };
        let mut best = by_trial(rest, rows, used);
        for at in 0..rows.len() {
            if !used[at] && Wanted(vec![(0, first)]).agrees(&rows[at]) {
                used[at] = true;
                best = best.max(1 + by_trial(rest, rows, used));
                used[at] = false;
            }
        }
        best
    }

    #[test]
    fn a_matcher_leaves_to_others_what_they_need() {
        assert_eq!(count(&[choice("ab"), choice("a")], &rows("ab")), 2);
        assert_eq!(count(&[choice("abc"), choice("ab"), choice("ab")], &rows("abc")), 3);
        assert_eq!(count(&[choice("ab"), choice("ab"), choice("ab")], &rows("abc")), 2);
        let numbers = [Expected::Number("1".into()), Expected::Text("1.0".into())];
        assert_eq!(count(&numbers, &[vec![Some("1.0".into())], vec![Some("1".into())]]), 2);
    }

    #[test]
    fn what_would_take_too_long_is_not_begun() {
        let rows: Vec<Row> = (0..3000).map(|at| vec![Some(at.to_string())]).collect();
        let bounds: Vec<_> = (0..3000).map(|at| Expected::Matcher(Matcher::AtLeast(at.to_string()))).collect();
        let wanted: Vec<_> = bounds.iter().map(|value| Wanted(vec![(0, value)])).collect();
        assert_eq!(maximum(&wanted, &rows), None);
    }

    proptest! {
        #[test]
        fn no_other_way_finds_more_pairs(
            choices in prop::collection::vec("[a-e]{1,3}", 0..7), letters in "[a-f]{0,7}", plain in "[a-e]{0,2}",
        ) {
            let mut expected: Vec<_> = choices.iter().map(|letters| choice(letters)).collect();
            expected.extend(plain.chars().map(|letter| Expected::Text(letter.into())));
            let rows = rows(&letters);
            let best = by_trial(&expected, &rows, &mut vec![false; rows.len()]);
            prop_assert_eq!(count(&expected, &rows), best);
        }
    }
}
