//! Whether an observed value is what was expected.
//!
//! * A text agrees with the same text, with the same uuid in another case, and with the same instant written otherwise.
//! * A text does not agree with a text of json at the top of a column: the column prints `"a"` with its quotes, and a
//!   column of type text may hold just that. Write the quotes, or expect it inside a list or an object.
//! * Null is the null of SQL, or one inside json; a column of json that holds `null` prints a text.
//! * `{}` agrees with an empty list and with an empty object, for without its type it may be either.

use super::contains::contains;
use super::decimal::Decimal;
use super::moment::{self, Moment};
use super::pattern;
use super::seen::Seen;
use crate::case::expected::{Expected, Matcher};
use std::cmp::Ordering;

/// Returns whether a value that Postgres printed is what was expected.
pub(crate) fn agrees(expected: &Expected, observed: Option<&str>) -> bool {
    agrees_with(expected, &Seen::of(observed))
}

pub(super) fn agrees_with(expected: &Expected, seen: &Seen<'_>) -> bool {
    match expected {
        Expected::Null => seen.is_null(),
        Expected::Bool(wanted) => seen.truth() == Some(*wanted),
        Expected::Number(wanted) => same_number(wanted, seen),
        Expected::Text(wanted) => seen.text().is_some_and(|text| same_text(wanted, &text)),
        Expected::List(wanted) => seen.list().is_some_and(|elements| same_list(wanted, &elements)),
        Expected::Object(wanted) => same_object(wanted, seen),
        Expected::Matcher(matcher) => matches(matcher, seen),
    }
}

/// A number that only its author can read agrees with its own text alone.
pub(super) fn same_number(wanted: &str, seen: &Seen<'_>) -> bool {
    match Decimal::read(wanted) {
        Some(number) => seen.number() == Some(number),
        None => seen.text().is_some_and(|text| text == wanted),
    }
}

fn same_text(wanted: &str, text: &str) -> bool {
    wanted == text || (is_uuid(wanted) && wanted.eq_ignore_ascii_case(text)) || same_instant(wanted, text)
}

fn same_instant(wanted: &str, text: &str) -> bool {
    moment::instant(wanted).is_some_and(|instant| moment::instant(text) == Some(instant))
}

fn same_list(wanted: &[Expected], elements: &[Seen<'_>]) -> bool {
    wanted.len() == elements.len() && wanted.iter().zip(elements).all(|(wanted, element)| agrees_with(wanted, element))
}

fn same_object(wanted: &[(String, Expected)], seen: &Seen<'_>) -> bool {
    let Some(fields) = seen.object() else { return false };
    let is_there = |(key, wanted): &(String, Expected)| fields.get(key).is_some_and(|value| agrees_with(wanted, value));
    wanted.len() == fields.len() && wanted.iter().all(is_there)
}

fn matches(matcher: &Matcher, seen: &Seen<'_>) -> bool {
    match matcher {
        Matcher::Anything => true,
        Matcher::Something => !seen.is_null(),
        Matcher::Uuid => seen.text().is_some_and(|text| is_uuid(&text)),
        Matcher::Time => seen.text().is_some_and(|text| moment::instant(&text).is_some()),
        Matcher::Number => seen.number().is_some(),
        Matcher::Text => seen.text().is_some_and(|text| !text.is_empty()),
        Matcher::Matches(pattern) => seen.scalar().is_some_and(|text| pattern::finds(pattern, &text)),
        Matcher::Contains(wanted) => contains(wanted, seen),
        Matcher::Above(bound) => order(seen, bound).is_some_and(Ordering::is_gt),
        Matcher::AtLeast(bound) => order(seen, bound).is_some_and(Ordering::is_ge),
        Matcher::Below(bound) => order(seen, bound).is_some_and(Ordering::is_lt),
        Matcher::AtMost(bound) => order(seen, bound).is_some_and(Ordering::is_le),
        Matcher::Not(unwanted) => !agrees_with(unwanted, seen),
        Matcher::OneOf(choices) => choices.iter().any(|choice| agrees_with(choice, seen)),
    }
}

/// Compares numbers with numbers and times with times; whatever else is neither above nor below.
fn order(seen: &Seen<'_>, bound: &str) -> Option<Ordering> {
    let by_number = || seen.number()?.compare(&Decimal::read(bound)?);
    let by_time = || Some(Moment::read(&seen.text()?)?.cmp(&Moment::read(bound)?));
    by_number().or_else(by_time)
}

/// The one form in which Postgres prints a uuid.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expected::{Bool, List, Null, Number, Object, Text};
    use Matcher::{Above, Anything, AtLeast, AtMost, Below, Contains, Matches, Not, OneOf, Something, Time, Uuid};
    use proptest::prelude::*;

    const UUID: &str = "0a000000-0000-4000-8000-00000000000a";

    fn text(text: &str) -> Expected {
        Text(text.to_owned())
    }

    fn number(text: &str) -> Expected {
        Number(text.to_owned())
    }

    fn is(matcher: Matcher) -> Expected {
        Expected::Matcher(matcher)
    }

    fn object(fields: &[(&str, Expected)]) -> Expected {
        Object(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    /// A table of expected values, what agrees with each, and what does not.
    fn holds(rows: &[(Expected, &[&str], &[&str])]) {
        for (expected, same, other) in rows {
            for observed in *same {
                assert!(agrees(expected, Some(observed)), "{expected:?} is {observed}");
            }
            for observed in *other {
                assert!(!agrees(expected, Some(observed)), "{expected:?} is not {observed}");
            }
        }
    }

    #[test]
    fn null_is_null_alone() {
        assert!(agrees(&Null, None));
        assert!(agrees(&is(Anything), None));
        assert!(agrees(&is(Not(text("a").into())), None));
        holds(&[(Null, &[], &["", "NULL", "null", "0"])]);
        for expected in [text(""), Bool(false), number("0"), List(vec![]), Object(vec![]), is(Something), is(Uuid)] {
            assert!(!agrees(&expected, None), "{expected:?}");
        }
    }

    #[test]
    fn scalars_agree_by_what_they_mean() {
        holds(&[
            (Bool(true), &["t", "true"], &["f", "1", "T", ""]),
            (Bool(false), &["f", "false"], &["t", "0", ""]),
            (number("1.10"), &["1.1", "1.10", "11e-1"], &["1.11", "1,1", "one", ""]),
            (number("9007199254740993"), &["9007199254740993"], &["9007199254740992"]),
            (number("NaN"), &["NaN"], &["0"]),
            (number("0x1f"), &["0x1f"], &["31"]),
            (text("7"), &["7"], &["7.0", "07", " 7"]),
            (text("a"), &["a"], &["A", "\"a\"", ""]),
            (text(&UUID.to_uppercase()), &[UUID], &["0a000000-0000-4000-8000-00000000000b"]),
            (text("2026-01-01T00:00:00Z"), &["2026-01-01 00:00:00+00"], &["2026-01-01 00:00:01+00", "2026"]),
        ]);
    }

    #[test]
    fn a_list_agrees_with_an_array_and_with_json() {
        let list = List(vec![text("a"), text("b c"), Null, number("1.0")]);
        let nested = List(vec![List(vec![number("1")]), List(vec![is(Anything)])]);
        holds(&[
            (
                list,
                &[r#"{a,"b c",NULL,1}"#, r#"[0:3]={a,"b c",NULL,1.00}"#, r#" ["a", "b c", null, 1]"#],
                &[r#"{a,"b c","NULL",1}"#, r#"["a","b c",null,"1"]"#, "{a}", "a", r#"{"b c",a,NULL,1}"#],
            ),
            (nested, &["{{1},{2}}", "[[1],[null]]"], &["{1,2}", "[[1],2]", "{{1}}"]),
            (List(vec![]), &["{}", "[]"], &["", "{a}", "[null]"]),
            (List(vec![object(&[("a", number("1"))])]), &[r#"{"{\"a\": 1.0}"}"#, r#"[{"a":1}]"#], &["{a}"]),
        ]);
    }

    #[test]
    fn an_object_agrees_by_its_keys_and_values() {
        let expected = object(&[("id", is(Uuid)), ("n", number("1.5")), ("s", text("a\nb")), ("l", List(vec![Null]))]);
        let same = format!(r#"{{"n": 1.50, "s": "a\nb", "l": [null], "id": "{UUID}"}}"#);
        holds(&[
            (expected, &[&same], &[&same.replace("1.50", "1.51"), &same.replace("1.50", "\"1.50\""), "{}", "[]", "x"]),
            (object(&[("a", Null)]), &[r#"{"a": null}"#], &["{}", r#"{"a": 1}"#, r#"{"a": null, "b": 1}"#]),
            (object(&[("a", Bool(true))]), &[r#"{"a":true}"#], &[r#"{"a":"t"}"#, r#"{"a":"true"}"#, r#"{"a":1}"#]),
            (
                object(&[("a", number("12345678901234567890.1"))]),
                &[r#"{"a":12345678901234567890.1}"#],
                &[r#"{"a":12345678901234567890.2}"#],
            ),
            (object(&[("a", text("7"))]), &[r#"{"a":"7"}"#], &[r#"{"a":7}"#]),
        ]);
    }

    #[test]
    fn matchers_agree_with_every_value_of_their_kind() {
        holds(&[
            (is(Anything), &["", "a"], &[]),
            (is(Something), &["", "a"], &[]),
            (is(Uuid), &[UUID], &["", "0a000000", "0a000000-0000-4000-8000-00000000000g"]),
            (is(Time), &["2026-01-01", "2026-01-01 10:00:00.5+00"], &["", "10:00:00", "infinity", "20260101"]),
            (is(Matcher::Number), &["1", "-1.5e3", "NaN"], &["", "one", "t"]),
            (is(Matcher::Text), &["a", " "], &[""]),
            (is(Matches("^a.c$".into())), &["abc"], &["abcd", ""]),
            (is(Matches("(".into())), &[], &["("]),
            (is(Not(text("a").into())), &["b"], &["a"]),
            (is(OneOf(vec![text("a"), is(Uuid)])), &["a", UUID], &["b", ""]),
            (is(OneOf(vec![])), &[], &["a"]),
        ]);
    }

    #[test]
    fn bounds_are_for_numbers_and_for_times() {
        holds(&[
            (is(Above("3".into())), &["3.01", "10", "Infinity"], &["3", "2", "-10", "NaN", "a", "", "2026-01-01"]),
            (is(AtLeast("3".into())), &["3.0", "4"], &["2.999"]),
            (is(Below("1e2".into())), &["99.99", "-1000"], &["100"]),
            (
                is(AtMost("2026-01-01T00:00:00Z".into())),
                &["2026-01-01", "2025-12-31 23:59:59+00"],
                &["2026-01-02", "5"],
            ),
            (is(Above("2026-01-01".into())), &["2026-01-01 00:00:00.000001+00", "infinity"], &["-infinity", "x"]),
            (is(Above("soon".into())), &[], &["sooner", "1", "2026-01-01"]),
        ]);
    }

    #[test]
    fn text_contains_a_part_and_a_collection_contains_an_element() {
        let contains = |wanted: Expected| is(Contains(wanted.into()));
        holds(&[
            (contains(text("raf")), &["draft"], &["Raf", "", "{draft}", r#"["draft"]"#, r#"{"draft": 1}"#]),
            (contains(text("draft")), &["{draft,submitted}", r#"["draft"]"#, "a draft"], &["{drafts}"]),
            (contains(number("7")), &["{1,7.0}", "[7]", "7", "version 7"], &["17", "{17}", "[\"7\"]"]),
            (
                contains(List(vec![number("1"), number("3")])),
                &["{1,2,3}", "{{3},{1}}", "[3,2,1]"],
                &["{1,2}", "1", "[1]"],
            ),
            (contains(List(vec![List(vec![number("1")])])), &["[[1,2],3]", "{{1,2},{3,4}}"], &["[1,2]"]),
            (contains(object(&[("a", number("1"))])), &[r#"{"a":1,"b":2}"#], &["{}", r#"{"a":2}"#, r#"[{"a":1}]"#]),
            (
                contains(object(&[("a", object(&[("b", List(vec![text("x")]))]))])),
                &[r#"{"a":{"b":["y","x"],"c":1}}"#],
                &[r#"{"a":{"b":["xx"]}}"#, r#"{"a":{"b":"x"}}"#],
            ),
            (contains(List(vec![object(&[("a", is(Something))])])), &[r#"[{"a":1,"b":2}]"#], &[r#"[{"a":null}]"#]),
            (contains(is(Matches("^d".into()))), &["{a,dd}", "dd"], &["{a,ad}", "ad"]),
        ]);
        assert!(!agrees(&contains(text("")), None));
    }

    #[test]
    fn values_are_read_as_postgres_prints_them() {
        let pair = |one: &str, two: &str| List(vec![text(one), text(two)]);
        let json = object(&[("b", number("1.1")), ("n", number("12345678901234567890.123")), ("a", text("é\n"))]);
        holds(&[
            (List(vec![pair("a", "b"), pair("c", "d")]), &["[-1:0][2:3]={{a,b},{c,d}}"], &[]),
            (List(vec![object(&[("a", number("1"))]), List(vec![number("1")])]), &[r#"{"{\"a\": 1.0}",[1]}"#], &[]),
            (json, &[r#"{"a": "é\n", "b": 1.10, "n": 12345678901234567890.123}"#], &[]),
            (object(&[("a", number("2"))]), &[r#"{"a" : 1 , "a":2}"#], &[]),
            (pair(" a", "x\ny"), &["{\" a\",\"x\ny\"}"], &["{ a,x\ny}"]),
            (text("2026-01-01T00:00:00.5+02:00"), &["2025-12-31 22:00:00.5+00"], &["2026-01-01 00:00:00.5+00"]),
            (List(vec![text("2026-01-01")]), &[r#"{"2026-01-01 00:00:00+00"}"#], &[]),
            (number("1e300"), &["1e+300"], &["1e+301"]),
            (List(vec![text("\\xde")]), &[r#"{"\\xde"}"#], &[]),
            (List(vec![Bool(true), Bool(false)]), &["{t,f}"], &["{f,t}"]),
        ]);
    }

    #[test]
    fn deep_json_is_no_danger() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        holds(&[(List(vec![List(vec![is(Anything)])]), &[&deep], &[]), (text("a"), &[], &[&deep])]);
    }

    proptest! {
        #[test]
        fn every_text_agrees_with_itself(drawn in "\\PC{0,12}") {
            prop_assert!(agrees(&Text(drawn.clone()), Some(&drawn)));
            prop_assert!(!agrees(&is(Not(Box::new(Text(drawn.clone())))), Some(&drawn)));
        }

        #[test]
        fn every_json_agrees_with_its_own_expectation(expected in super::super::key::drawn(3)) {
            let printed = super::super::key::json(&expected);
            let in_list = List(vec![expected]);
            prop_assert!(agrees(&in_list, Some(&format!("[{printed}]"))), "{}", printed);
        }
    }
}
