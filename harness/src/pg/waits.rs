//! Who waits for whom, as the server's lock manager knows it.

use std::collections::BTreeSet;

use super::error::PgError;
use super::session::Session;

/// A process that waits for a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The process.
    pub process: String,
    /// The processes it waits for: those that hold what it wants, and those that wanted it before.
    pub blockers: Vec<String>,
    /// When the wait began, which tells it from the next wait for the same process.
    pub since: String,
    /// Whether it queues for a row that somebody else waits for as well.
    pub queues_for_row: bool,
    /// Whether it has lasted so long that a deadlock would have been found.
    pub is_long: bool,
}

/// Returns those of some processes that wait for a lock at this moment.
///
/// Other kinds of waiting (for a disk, for a latch, in `pg_sleep`) end by themselves and are not reported.
pub async fn waits(monitor: &Session, processes: &[&str]) -> Result<Vec<Wait>, PgError> {
    let processes = processes.join(",");
    let sql = format!(
        "select p.pid, array_to_string(b.pids, ','), l.since, coalesce(l.queues, false),
                coalesce(clock_timestamp() - l.since > interval '250 ms', false)
         from unnest('{{{processes}}}'::int[]) p(pid)
         cross join lateral (select pg_blocking_pids(p.pid) || pg_safe_snapshot_blocking_pids(p.pid)) b(pids)
         left join lateral (select min(waitstart), bool_or(locktype = 'tuple') from pg_locks where pid = p.pid and not granted) l(since, queues) on true
         where cardinality(b.pids) > 0 order by 1"
    );
    let rows = monitor.rows(&sql).await?;
    let wait = |row: crate::observation::Row| {
        let mut fields = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || fields.next().unwrap_or_default();
        let (process, blockers, since) = (next(), next(), next());
        let blockers = blockers.split(',').map(str::to_owned).collect();
        Wait { process, blockers, since, queues_for_row: next() == "t", is_long: next() == "t" }
    };
    Ok(rows.into_iter().map(wait).collect())
}

/// Says in a few words what a process waits for: a lock of which process, and what that one does.
pub async fn blockers_of(monitor: &Session, process: &str) -> Result<Vec<String>, PgError> {
    let sql = format!(
        "select format('process %s (%s), which %s', pid, concat_ws(', ', backend_type, nullif(application_name, '')),
                case state when 'active' then 'runs `' || left(query, 80) || '`' else coalesce('is ' || state, 'works') end)
         from pg_stat_activity where pid = any(pg_blocking_pids({process})) order by pid"
    );
    Ok(monitor.rows(&sql).await?.into_iter().flatten().flatten().collect())
}

/// Whether somebody waits, at once or over others, for itself. That does not stay: Postgres ends a deadlock.
pub fn circles(waits: &[Wait]) -> bool {
    waits.iter().any(|wait| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![wait]);
        while let Some(blocked) = open.pop() {
            let further = waits.iter().filter(|other| blocked.blockers.contains(&other.process));
            open.extend(further.filter(|other| reached.insert(other.process.as_str())));
        }
        reached.contains(wait.process.as_str())
    })
}

/// Whether some that stopped waiting at the same time may have gone on in any order.
///
/// Whoever waits for the same end of a transaction is woken together. A queue for a row is none either: the first gives
/// up its place in the queue to look at the row anew, and the second may be faster. Other locks are handed on in turn.
pub fn race(moved: &[&Wait]) -> bool {
    let waits_for = |one: &Wait, other: &Wait| one.blockers.contains(&other.process);
    let together = |one: &Wait, other: &Wait| {
        let share = one.blockers.iter().any(|blocker| other.blockers.contains(blocker));
        share && !waits_for(one, other) && !waits_for(other, one)
    };
    let pairs = moved.iter().enumerate().flat_map(|(at, one)| moved[..at].iter().map(move |other| (*one, *other)));
    pairs.into_iter().any(|(one, other)| one.queues_for_row || other.queues_for_row || together(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pairs: &[(&str, &[&str])]) -> Vec<Wait> {
        let wait = |(process, blockers): &(&str, &[&str])| Wait {
            process: (*process).to_owned(),
            blockers: blockers.iter().map(|it| (*it).to_owned()).collect(),
            since: String::new(),
            queues_for_row: false,
            is_long: false,
        };
        pairs.iter().map(wait).collect()
    }

    #[test]
    fn a_queue_is_no_circle() {
        assert!(!circles(&waits(&[("2", &["1"]), ("3", &["1", "2"]), ("4", &["3"])])));
    }

    #[test]
    fn two_that_wait_for_one_another_are_a_circle_whoever_waits_besides() {
        assert!(circles(&waits(&[("1", &["9"]), ("2", &["1", "3"]), ("3", &["2"])])));
        assert!(circles(&waits(&[("1", &["2"]), ("2", &["3"]), ("3", &["1"])])));
    }

    #[test]
    fn those_that_waited_for_the_same_end_race_and_those_in_turn_do_not() {
        let race_of = |pairs: &[(&str, &[&str])]| race(&waits(pairs).iter().collect::<Vec<_>>());
        assert!(race_of(&[("2", &["1"]), ("3", &["1"])]));
        assert!(!race_of(&[("2", &["1"]), ("3", &["1", "2"])]));
        assert!(!race_of(&[("2", &["1"]), ("3", &["2"])]));
        assert!(!race_of(&[("2", &["1"])]));
    }

    #[test]
    fn a_queue_for_a_row_is_a_race_as_soon_as_two_move() {
        let mut moved = waits(&[("2", &["1"]), ("3", &["2"])]);
        moved[1].queues_for_row = true;
        assert!(race(&moved.iter().collect::<Vec<_>>()));
        assert!(!race(&[&moved[1]]));
    }
}
