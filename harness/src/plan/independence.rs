//! Which steps of different sessions may change places without anybody noticing.
//!
//! A statement's text tells what it names and not what it touches: triggers, foreign keys, policies, rules and functions
//! reach other tables. Comparing the tables that two statements name would prove nothing, so a step is known only by how
//! it may make itself felt, and whatever is in doubt is taken to matter.

/// What a step does, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Begins a transaction.
    Begin(Isolation),
    /// A plain `select`: it locks nothing and calls no function in its text.
    Read,
    /// A plain `insert`, `update`, `delete` or `merge`.
    Write,
    /// Calls a function, locks, sets something, changes the schema: it may do anything.
    Anything,
    /// Commits or rolls back.
    End,
}

/// How much of the others a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// Every statement sees what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after another.
    Serializable,
}

/// How a step makes itself felt by others and feels them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Footprint {
    /// Not at all: it begins a READ COMMITTED transaction, which takes no snapshot that lasts and no lock on a row. That
    /// `now()` is when the transaction began is not taken for a difference.
    #[default]
    Nothing,
    /// It sees what others have committed, and leaves nothing behind.
    Sees,
    /// It ends a transaction that has only seen: what it lets go of hindered nobody but changes of the schema.
    LetsGo,
    /// It changes rows, or ends a transaction that did: it sees, is seen, waits and is waited for.
    Changes,
    /// Anything: it may change the schema, lock tables, send signals.
    Unknown,
}

/// Returns the footprint of each step, given with the number of its session, in written order.
pub(super) fn footprints(steps: &[(usize, Deed)]) -> Vec<Footprint> {
    let sessions = steps.iter().map(|(session, _)| session + 1).max().unwrap_or(0);
    let mut requests = vec![Request::default(); sessions];
    steps.iter().map(|(session, deed)| requests[*session].step(*deed)).collect()
}

/// Whether two neighbours of different sessions may change places.
pub(super) fn independent(one: Footprint, other: Footprint) -> bool {
    use Footprint::{Changes, LetsGo, Nothing, Sees};
    // `Changes` meets neither itself nor `Sees`: a trigger, a foreign key or a policy may join any two tables.
    matches!(
        (one, other),
        (Nothing, _) | (_, Nothing) | (Sees | LetsGo, Sees | LetsGo) | (LetsGo, Changes) | (Changes, LetsGo)
    )
}

/// What a session has done since it began a transaction.
#[derive(Clone, Copy, Default)]
struct Request {
    /// Under SERIALIZABLE whatever a session does, its end included, may decide whether another one fails.
    is_serializable: bool,
    /// What it did that weighs most.
    heaviest: Footprint,
}

impl Request {
    fn step(&mut self, deed: Deed) -> Footprint {
        let footprint = match deed {
            Deed::Begin(isolation) => return self.begin(isolation),
            Deed::End => return self.end(),
            Deed::Read => self.weigh(Footprint::Sees),
            Deed::Write => self.weigh(Footprint::Changes),
            Deed::Anything => Footprint::Unknown,
        };
        self.heaviest = self.heaviest.max(footprint);
        footprint
    }

    fn begin(&mut self, isolation: Isolation) -> Footprint {
        *self = Self { is_serializable: isolation == Isolation::Serializable, heaviest: Footprint::Nothing };
        match isolation {
            Isolation::ReadCommitted => Footprint::Nothing,
            // Becoming the actor is a query already, so the snapshot that lasts is taken here.
            Isolation::RepeatableRead => Footprint::Sees,
            Isolation::Serializable => Footprint::Unknown,
        }
    }

    fn end(&mut self) -> Footprint {
        let ended = std::mem::take(self);
        match ended.heaviest {
            _ if ended.is_serializable => Footprint::Unknown,
            Footprint::Nothing | Footprint::Sees | Footprint::LetsGo => Footprint::LetsGo,
            Footprint::Changes => Footprint::Changes,
            Footprint::Unknown => Footprint::Unknown,
        }
    }

    fn weigh(self, footprint: Footprint) -> Footprint {
        if self.is_serializable { Footprint::Unknown } else { footprint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Deed::{Anything, Begin, End, Read, Write};
    use Footprint::{Changes, LetsGo, Nothing, Sees, Unknown};

    const ALL: [Footprint; 5] = [Nothing, Sees, LetsGo, Changes, Unknown];

    fn of(deeds: &[Deed]) -> Vec<Footprint> {
        footprints(&deeds.iter().map(|deed| (0, *deed)).collect::<Vec<_>>())
    }

    #[test]
    fn independence_does_not_ask_who_is_first() {
        for one in ALL {
            for other in ALL {
                assert_eq!(independent(one, other), independent(other, one), "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn two_that_change_rows_or_one_that_sees_them_are_never_independent() {
        assert!(!independent(Changes, Changes));
        assert!(!independent(Changes, Sees));
        assert!(independent(Sees, Sees));
    }

    #[test]
    fn what_may_do_anything_is_independent_of_nothing_but_a_beginning() {
        let free: Vec<Footprint> = ALL.into_iter().filter(|other| independent(Unknown, *other)).collect();
        assert_eq!(free, [Nothing]);
    }

    #[test]
    fn the_end_of_a_transaction_weighs_what_was_done_in_it() {
        let begin = Begin(Isolation::ReadCommitted);
        assert_eq!(of(&[begin, End]), [Nothing, LetsGo]);
        assert_eq!(of(&[begin, Read, End]), [Nothing, Sees, LetsGo]);
        assert_eq!(of(&[begin, Write, Read, End]), [Nothing, Changes, Sees, Changes]);
        assert_eq!(of(&[begin, Anything, Write, End]), [Nothing, Unknown, Changes, Unknown]);
    }

    #[test]
    fn a_transaction_does_not_answer_for_the_one_before() {
        let begin = Begin(Isolation::ReadCommitted);
        assert_eq!(of(&[Write, begin, Read, End])[3], LetsGo);
        assert_eq!(of(&[begin, Write, End, begin, Read, End])[5], LetsGo);
    }

    #[test]
    fn sessions_do_not_answer_for_one_another() {
        let begin = Begin(Isolation::ReadCommitted);
        let steps = [(0, begin), (1, begin), (0, Write), (1, Read), (1, End), (0, End)];
        assert_eq!(footprints(&steps), [Nothing, Nothing, Changes, Sees, LetsGo, Changes]);
    }

    #[test]
    fn a_snapshot_that_lasts_is_taken_when_the_transaction_begins() {
        assert_eq!(of(&[Begin(Isolation::RepeatableRead), Read, End]), [Sees, Sees, LetsGo]);
    }

    #[test]
    fn under_serializable_everything_may_matter() {
        assert_eq!(of(&[Begin(Isolation::Serializable), Read, End]), [Unknown; 3]);
        assert_eq!(of(&[Begin(Isolation::Serializable), End, Read])[2], Sees);
    }
}
