//! The orders in which the steps of several sessions may follow one another, one of each kind that nobody can tell apart.

use thiserror::Error;

/// Every order that keeps each session's own order, one of each class of orders that differ only in the sequence of
/// independent neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// The orders to run, as numbers of steps; the order as written comes first.
    pub run: Vec<Vec<usize>>,
    /// How many orders there are before any is left out; `u128::MAX` stands for that many or more.
    pub all: u128,
    /// How many were left out, each of them equivalent to one that is run.
    pub equivalent: u128,
}

/// More orders would have to run than the case allows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the steps can follow one another in {all} orders, and more than {limit} of them are not alike")]
pub(super) struct TooMany {
    /// How many orders there are before any is left out; `u128::MAX` stands for that many or more.
    pub all: u128,
    /// How many orders may remain after those that are alike have been left out.
    pub limit: usize,
}

/// Returns the orders of steps whose sessions are given in written order. `independent` says of two steps of different
/// sessions that they may change places when they are neighbours, and is as true the other way round.
///
/// Of each class the lexicographically least order is taken, the normal form of Mazurkiewicz traces. Steps are numbered
/// as written, so the order as written is the least of all: it represents its class and is found first.
///
/// # Errors
/// More than `limit` orders remain.
pub(super) fn orders(
    sessions: &[usize],
    independent: &dyn Fn(usize, usize) -> bool,
    limit: usize,
) -> Result<Orders, TooMany> {
    let all = count(sessions);
    let mut search = Search::new(sessions, independent, limit);
    if search.go_on().is_err() {
        return Err(TooMany { all, limit });
    }
    let equivalent = all.saturating_sub(search.found.len() as u128);
    Ok(Orders { run: search.found, all, equivalent })
}

/// Counts the orders: the multinomial coefficient of the lengths of the sessions.
fn count(sessions: &[usize]) -> u128 {
    let mut placed = 0;
    own_steps(sessions).iter().fold(1, |ways: u128, own| {
        placed += own.len() as u128;
        ways.saturating_mul(choose(placed, own.len() as u128))
    })
}

/// Counts the ways to choose `k` of `n`. What it has after each factor is such a number itself, so nothing is left over
/// by the division; dividing first keeps the factors below what they make.
fn choose(n: u128, k: u128) -> u128 {
    let longer = |ways: u128, i: u128| (ways / i).checked_mul(n - k + i)?.checked_add(ways % i * (n - k + i) / i);
    (1..=k).try_fold(1, longer).unwrap_or(u128::MAX)
}

/// Returns the steps of each session, in its own order.
fn own_steps(sessions: &[usize]) -> Vec<Vec<usize>> {
    let mut own = vec![Vec::new(); sessions.iter().max().map_or(0, |last| last + 1)];
    for (step, session) in sessions.iter().enumerate() {
        own[*session].push(step);
    }
    own
}

/// The limit is reached.
struct Enough;

struct Search {
    /// The steps of each session.
    own: Vec<Vec<usize>>,
    /// How many of them the order has so far.
    taken: Vec<usize>,
    /// Which step may change places with which.
    independent: Vec<Vec<bool>>,
    order: Vec<usize>,
    found: Vec<Vec<usize>>,
    limit: usize,
}

impl Search {
    fn new(sessions: &[usize], independent: &dyn Fn(usize, usize) -> bool, limit: usize) -> Self {
        let own = own_steps(sessions);
        let steps = 0..sessions.len();
        let row = |a: usize| steps.clone().map(|b| sessions[a] != sessions[b] && independent(a, b)).collect();
        Self {
            taken: vec![0; own.len()],
            independent: steps.clone().map(row).collect(),
            order: Vec::with_capacity(sessions.len()),
            own,
            found: Vec::new(),
            limit,
        }
    }

    fn go_on(&mut self) -> Result<(), Enough> {
        let mut next = self.next_steps();
        if next.is_empty() {
            return self.keep();
        }
        if next.iter().any(|(_, step)| self.is_late(*step) && self.stays_late(*step)) {
            return Ok(());
        }
        next.sort_unstable_by_key(|(_, step)| *step);
        for (session, step) in next {
            if self.is_late(step) {
                continue;
            }
            self.order.push(step);
            self.taken[session] += 1;
            self.go_on()?;
            self.taken[session] -= 1;
            self.order.pop();
        }
        Ok(())
    }

    fn keep(&mut self) -> Result<(), Enough> {
        if self.found.len() == self.limit {
            return Err(Enough);
        }
        self.found.push(self.order.clone());
        Ok(())
    }

    /// Returns each session that has a step left, with that step.
    fn next_steps(&self) -> Vec<(usize, usize)> {
        let next = |(session, taken): (usize, &usize)| Some((session, *self.own[session].get(*taken)?));
        self.taken.iter().enumerate().filter_map(next).collect()
    }

    /// Whether a step, put at the end, could move forward past a greater one: then a lesser order is alike.
    fn is_late(&self, step: usize) -> bool {
        self.order.iter().rev().take_while(|before| self.independent[step][**before]).any(|before| *before > step)
    }

    /// Whether nothing is left that could come between a late step and those it could pass. An order that has come this
    /// far has no end; without this question a search among independent steps would visit far more than it finds.
    fn stays_late(&self, step: usize) -> bool {
        let left = self.own.iter().zip(&self.taken).flat_map(|(own, taken)| &own[*taken..]);
        let own = |other: usize| self.own.iter().any(|own| own.contains(&step) && own.contains(&other));
        left.copied().filter(|other| !own(*other)).all(|other| self.independent[step][other])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    const NOTHING: fn(usize, usize) -> bool = |_, _| false;
    const EVERYTHING: fn(usize, usize) -> bool = |_, _| true;

    /// Every order that keeps each session's own, found without any cleverness.
    fn every_order(sessions: &[usize]) -> BTreeSet<Vec<usize>> {
        let mut found = BTreeSet::from([vec![]]);
        for _ in sessions {
            let longer = found.iter().flat_map(|order: &Vec<usize>| {
                let fits = |step: &usize| {
                    let earlier = (0..*step).filter(|other| sessions[*other] == sessions[*step]);
                    !order.contains(step) && earlier.clone().all(|other| order.contains(&other))
                };
                (0..sessions.len()).filter(fits).map(|step| [order.clone(), vec![step]].concat()).collect::<Vec<_>>()
            });
            found = longer.collect();
        }
        found
    }

    /// Everything that an order becomes when independent neighbours change places.
    fn class(order: &[usize], may_swap: &dyn Fn(usize, usize) -> bool) -> BTreeSet<Vec<usize>> {
        let mut known = BTreeSet::from([order.to_vec()]);
        let mut open = vec![order.to_vec()];
        while let Some(order) = open.pop() {
            for at in 1..order.len() {
                let mut swapped = order.clone();
                swapped.swap(at - 1, at);
                if may_swap(order[at - 1], order[at]) && known.insert(swapped.clone()) {
                    open.push(swapped);
                }
            }
        }
        known
    }

    /// Up to three sessions with up to seven steps, and who is independent of whom.
    fn cases() -> impl Strategy<Value = (Vec<usize>, Vec<Vec<bool>>)> {
        prop::collection::vec(0..3_usize, 0..8).prop_flat_map(|sessions| {
            let steps = sessions.len();
            let share = prop_oneof![Just(0.1), Just(0.5), Just(0.9)];
            let table = share.prop_flat_map(move |share| {
                prop::collection::vec(prop::collection::vec(prop::bool::weighted(share), steps), steps)
            });
            (Just(sessions), table)
        })
    }

    proptest! {
        #[test]
        fn every_order_is_like_exactly_one_that_is_run((sessions, table) in cases()) {
            let independent = |a: usize, b: usize| table[a.max(b)][a.min(b)];
            let may_swap = |a: usize, b: usize| sessions[a] != sessions[b] && independent(a, b);
            let orders = orders(&sessions, &independent, usize::MAX).expect("there is no limit");
            let every = every_order(&sessions);
            let mut owner = BTreeMap::new();
            for run in &orders.run {
                prop_assert!(every.contains(run), "{run:?} keeps each session's own order");
                for alike in class(run, &may_swap) {
                    prop_assert_eq!(owner.insert(alike, run), None, "no two that are run are alike");
                }
            }
            prop_assert_eq!(owner.into_keys().collect::<BTreeSet<_>>(), every.clone());
            prop_assert_eq!(orders.all, every.len() as u128);
            prop_assert_eq!(orders.equivalent, orders.all - orders.run.len() as u128);
            prop_assert_eq!(&orders.run[0], &(0..sessions.len()).collect::<Vec<_>>());
            prop_assert!(orders.run.is_sorted(), "they stand in a fixed order");
        }

        #[test]
        fn with_nothing_independent_every_order_is_run(sessions in prop::collection::vec(0..3_usize, 0..8)) {
            let orders = orders(&sessions, &NOTHING, usize::MAX).expect("there is no limit");
            prop_assert_eq!(orders.run.into_iter().collect::<BTreeSet<_>>(), every_order(&sessions));
            prop_assert_eq!(orders.equivalent, 0);
        }

        #[test]
        fn with_everything_independent_the_order_as_written_is_enough(sessions in prop::collection::vec(0..4_usize, 0..40)) {
            let orders = orders(&sessions, &EVERYTHING, 1).expect("one is within the limit");
            prop_assert_eq!(orders.run, vec![(0..sessions.len()).collect::<Vec<_>>()]);
        }

        #[test]
        fn the_limit_is_the_number_that_may_remain((sessions, table) in cases()) {
            let independent = |a: usize, b: usize| table[a.max(b)][a.min(b)];
            let whole = orders(&sessions, &independent, usize::MAX).expect("there is no limit");
            let remaining = whole.run.len();
            prop_assert_eq!(orders(&sessions, &independent, remaining), Ok(whole.clone()));
            let refused = Err(TooMany { all: whole.all, limit: remaining - 1 });
            prop_assert_eq!(orders(&sessions, &independent, remaining - 1), refused);
        }
    }

    #[test]
    fn without_steps_there_is_one_order_and_it_is_empty() {
        let none = orders(&[], &NOTHING, 1);
        assert_eq!(none, Ok(Orders { run: vec![vec![]], all: 1, equivalent: 0 }));
    }

    #[test]
    fn a_session_alone_has_one_order() {
        assert_eq!(orders(&[0, 0, 0], &NOTHING, 1).map(|orders| orders.run), Ok(vec![vec![0, 1, 2]]));
    }

    #[test]
    fn a_session_without_steps_is_not_in_the_way() {
        assert_eq!(orders(&[0, 2], &NOTHING, 9).map(|orders| orders.run), Ok(vec![vec![0, 1], vec![1, 0]]));
    }

    #[test]
    fn a_beginning_that_anybody_may_pass_halves_the_orders_of_two_coordinators() {
        // kari: begin, update, commit; per: update.
        let begins = |a: usize, b: usize| a == 0 || b == 0;
        let orders = orders(&[0, 0, 1, 0], &begins, 9).expect("few");
        assert_eq!((orders.all, orders.equivalent), (4, 1));
        assert_eq!(orders.run, vec![vec![0, 1, 2, 3], vec![0, 1, 3, 2], vec![0, 2, 1, 3]]);
    }

    #[test]
    fn a_hundred_orders_are_found_among_more_than_can_be_counted() {
        // Ten sessions of ten steps, of which only the last of the first two depend on one another.
        let sessions: Vec<usize> = (0..100).map(|step| step / 10).collect();
        let independent = |a: usize, b: usize| (a.min(b), a.max(b)) != (9, 19);
        let orders = orders(&sessions, &independent, 2).expect("two remain");
        assert_eq!(orders.all, u128::MAX);
        assert_eq!(orders.run.len(), 2);
    }

    #[test]
    fn a_limit_ends_the_search_among_very_many() {
        let sessions: Vec<usize> = (0..60).map(|step| step % 6).collect();
        assert_eq!(orders(&sessions, &NOTHING, 500).map_err(|refusal| refusal.limit), Err(500));
    }
}
