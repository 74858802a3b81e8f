//! Keys by which values that may agree are found without comparing all with all.

use super::agrees::is_uuid;
use super::decimal::Decimal;
use super::moment;
use crate::case::expected::Expected;
use std::borrow::Cow;

/// What values have in common whenever they agree, and now and then when they do not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key<'a> {
    /// Null has no text.
    Null,
    /// The text in one of its many forms.
    Text(Cow<'a, str>),
}

impl<'a> Key<'a> {
    /// Returns the key of an observed value.
    pub(crate) fn of(observed: Option<&'a str>) -> Self {
        observed.map_or(Self::Null, |text| Self::Text(common(text)))
    }

    /// Returns the key of an expected value, if it is plain enough to have one.
    pub(crate) fn of_expected(expected: &'a Expected) -> Option<Self> {
        match expected {
            Expected::Null => Some(Self::Null),
            Expected::Bool(truth) => Some(Self::of(Some(if *truth { "true" } else { "false" }))),
            Expected::Number(text) | Expected::Text(text) => Some(Self::of(Some(text))),
            Expected::List(_) | Expected::Object(_) | Expected::Matcher(_) => None,
        }
    }
}

fn common(text: &str) -> Cow<'_, str> {
    match text {
        "t" | "true" => return Cow::Borrowed("true"),
        "f" | "false" => return Cow::Borrowed("false"),
        _ => {}
    }
    if let Some(number) = Decimal::read(text) {
        return Cow::Owned(number.canonical());
    }
    if is_uuid(text) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    moment::instant(text).map_or(Cow::Borrowed(text), |instant| Cow::Owned(instant.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::agrees;
    use super::*;
    use proptest::prelude::*;

    fn plain() -> impl Strategy<Value = String> {
        prop_oneof![
            "-?[0-2]{1,2}(\\.[01]{1,2})?(e1)?",
            "t|f|true|false|NaN|Infinity|inf|\\.inf",
            "0[aA]000000-0000-4000-8000-00000000000[aA]",
            "2026-01-0[12]([T ]00:00:00(Z|\\+00)?)?",
            "[a-c]{0,2}",
        ]
    }

    proptest! {
        #[test]
        fn values_that_agree_share_a_key(one in plain(), two in plain(), truth in any::<bool>()) {
            for expected in [Expected::Number(one.clone()), Expected::Text(one.clone()), Expected::Bool(truth)] {
                if agrees(&expected, Some(&two)) {
                    prop_assert_eq!(Key::of_expected(&expected), Some(Key::of(Some(&two))));
                }
            }
        }
    }
}

/// Draws expected values that json can say, and says them.
#[cfg(test)]
pub(super) use drawing::{drawn, json};

#[cfg(test)]
mod drawing {
    use crate::case::expected::Expected;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    pub(in crate::value) fn drawn(depth: u32) -> impl Strategy<Value = Expected> {
        let leaf = prop_oneof![
            Just(Expected::Null),
            any::<bool>().prop_map(Expected::Bool),
            "-?[1-9][0-9]{0,30}(\\.[0-9]{1,9})?(e-?[1-9])?".prop_map(Expected::Number),
            "\\PC{0,6}".prop_map(Expected::Text),
        ];
        leaf.prop_recursive(depth, 24, 4, |inner| {
            let object = prop::collection::btree_map("[a-z\"\\\\é]{0,3}", inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Expected::List),
                object.prop_map(|fields: BTreeMap<_, _>| Expected::Object(fields.into_iter().collect())),
            ]
        })
    }

    pub(in crate::value) fn json(expected: &Expected) -> String {
        let quoted = |text: &String| serde_json::to_string(text).expect("text is json");
        match expected {
            Expected::Null => "null".to_owned(),
            Expected::Bool(truth) => truth.to_string(),
            Expected::Number(text) => text.clone(),
            Expected::Text(text) => quoted(text),
            Expected::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
            Expected::Object(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(key, value)| format!("{}:{}", quoted(key), json(value))).collect();
                format!("{{{}}}", fields.join(","))
            }
            Expected::Matcher(_) => unreachable!("none is drawn"),
        }
    }
}
