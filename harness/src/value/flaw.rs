//! What an author wrote that no value could ever agree with.

use super::decimal::Decimal;
use super::moment::Moment;
use super::pattern;
use super::shown::cut;
use crate::case::expected::{Expected, Matcher};

/// Returns the first mistake in an expected value; with one inside, `$not` would agree with everything.
pub(crate) fn flaw(expected: &Expected) -> Option<String> {
    match expected {
        Expected::List(items) => items.iter().find_map(flaw),
        Expected::Object(fields) => fields.iter().find_map(|(_, value)| flaw(value)),
        Expected::Matcher(matcher) => in_matcher(matcher),
        Expected::Null | Expected::Bool(_) | Expected::Number(_) | Expected::Text(_) => None,
    }
}

fn in_matcher(matcher: &Matcher) -> Option<String> {
    match matcher {
        Matcher::Matches(pattern) => in_pattern(pattern),
        Matcher::Contains(wanted) | Matcher::Not(wanted) => flaw(wanted),
        Matcher::OneOf(choices) => in_choices(choices),
        Matcher::Above(bound) => in_bound("$above", bound),
        Matcher::AtLeast(bound) => in_bound("$at_least", bound),
        Matcher::Below(bound) => in_bound("$below", bound),
        Matcher::AtMost(bound) => in_bound("$at_most", bound),
        Matcher::Anything | Matcher::Something | Matcher::Uuid | Matcher::Time | Matcher::Number | Matcher::Text => {
            None
        }
    }
}

fn in_pattern(pattern: &str) -> Option<String> {
    let fault = pattern::fault(pattern)?;
    Some(format!("`{}` is not a regular expression: {fault}", cut(pattern)))
}

fn in_choices(choices: &[Expected]) -> Option<String> {
    if choices.is_empty() {
        return Some("`$one_of` lists nothing, so nothing agrees with it".to_owned());
    }
    choices.iter().find_map(flaw)
}

fn in_bound(name: &str, bound: &str) -> Option<String> {
    let is_bound = match Decimal::read(bound) {
        Some(number) => number != Decimal::NotANumber,
        None => Moment::read(bound).is_some(),
    };
    (!is_bound).then(|| format!("`{name}` wants a number or a time, and `{}` is neither", cut(bound)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(matcher: Matcher) -> Expected {
        Expected::Matcher(matcher)
    }

    #[test]
    fn a_mistake_is_found_however_deep() {
        let bound = is(Matcher::Above("soon".into()));
        let deep = Expected::List(vec![Expected::Object(vec![("a".into(), is(Matcher::Not(bound.into())))])]);
        assert_eq!(flaw(&deep).as_deref(), Some("`$above` wants a number or a time, and `soon` is neither"));
        let pattern = is(Matcher::Matches("a(".into()));
        assert_eq!(flaw(&pattern).as_deref(), Some("`a(` is not a regular expression: unclosed group"));
        assert!(flaw(&is(Matcher::OneOf(vec![]))).is_some());
        assert!(flaw(&is(Matcher::AtMost("NaN".into()))).is_some());
    }

    #[test]
    fn what_can_be_met_has_no_mistake() {
        for bound in ["3", "-1.5", "2026-01-01", "2026-01-01T00:00:00Z", "infinity"] {
            assert_eq!(flaw(&is(Matcher::Below(bound.into()))), None);
        }
        assert_eq!(flaw(&is(Matcher::Matches("^a.*$".into()))), None);
    }
}
