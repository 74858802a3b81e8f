//! Dates and timestamps, compared by the instant that they mean. What has no zone is read in UTC, as the session does.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// An instant, or an end of time. Years before Christ or of more than four digits are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    BeforeAll,
    At(Timestamp),
    AfterAll,
}

impl Moment {
    /// Reads a date or a timestamp as Postgres, json or an author writes it.
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "-infinity" => Some(Self::BeforeAll),
            "infinity" => Some(Self::AfterAll),
            _ => instant(text).map(Self::At),
        }
    }
}

/// Whether a text is a date or a timestamp.
pub(crate) fn is_time(text: &str) -> bool {
    matches!(Moment::read(text), Some(Moment::At(_)))
}

/// Reads what begins with a date, for a parser that takes many other forms too.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let date = bytes.get(..10)?;
    let is_date = date.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_plain = bytes.iter().all(|byte| byte.is_ascii_digit() || b"-:.+TZtz ".contains(byte));
    if !is_date || !is_plain {
        return None;
    }
    // The reader of local times would pass over an offset, so it must not see one.
    let is_zoned = text[10..].contains(['+', '-', 'Z', 'z']);
    if is_zoned { text.parse().ok() } else { Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_may_be_written_in_many_ways() {
        let same = [
            ["2026-01-01T00:00:00Z", "2026-01-01 00:00:00+00"],
            ["2026-01-01T02:00:00+02:00", "2026-01-01 00:00:00"],
            ["2026-01-01", "2026-01-01 00:00:00+00"],
            ["2026-01-01 05:30:00+05:30", "2026-01-01T00:00:00.000000+00:00"],
            ["2026-06-01 12:00:00.12", "2026-06-01T12:00:00.120Z"],
        ];
        for [one, two] in same {
            assert!(instant(one).is_some(), "{one}");
            assert_eq!(instant(one), instant(two), "{one} {two}");
        }
        assert_ne!(instant("2026-01-01 00:00:00.000001"), instant("2026-01-01 00:00:00"));
    }

    #[test]
    fn what_is_no_time_is_not_read_as_one() {
        let texts =
            ["", "20260101", "2026-W01-1", "2026-13-01", "12:00:00", "2026-01-01 is a day", "2026-01-01T", "now"];
        for text in texts.into_iter().chain(["2026-01-01T00:00:00Z[Europe/Oslo]", "2026-01-0é", "10000-01-01"]) {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }

    #[test]
    fn every_instant_lies_between_the_ends_of_time() {
        let day = Moment::read("2026-01-01").expect("it is a date");
        assert!(Moment::BeforeAll < day && day < Moment::AfterAll);
        assert_eq!(Moment::read("infinity"), Some(Moment::AfterAll));
    }
}
