//! A value as it was observed, and what it can be read as.
//!
//! Postgres prints every type as text and the type is not at hand, so the text is read as what is expected of it: `7`
//! agrees with the number and with the text. Inside json the types are known, and there `"7"` is a text alone.

use super::array;
use super::decimal::Decimal;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An observed value. Json stays text until somebody looks into it, so depth costs nothing and numbers keep their digits.
#[derive(Debug, Clone)]
pub(super) enum Seen<'a> {
    Null,
    Printed(Cow<'a, str>),
    Array(Vec<Seen<'a>>),
    Json(&'a RawValue),
}

impl<'a> Seen<'a> {
    pub(super) fn of(observed: Option<&'a str>) -> Self {
        observed.map_or(Self::Null, |text| Self::Printed(text.into()))
    }

    fn of_json(value: &'a RawValue) -> Self {
        if value.get() == "null" { Self::Null } else { Self::Json(value) }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Reads it as true or false.
    pub(super) fn truth(&self) -> Option<bool> {
        match (self, self.scalar()?.as_ref()) {
            (Self::Printed(_), "t") => Some(true),
            (Self::Printed(_), "f") => Some(false),
            (_, word) if !self.is_json_text() => word.parse().ok(),
            _ => None,
        }
    }

    /// Reads it as a number.
    pub(super) fn number(&self) -> Option<Decimal> {
        if self.is_json_text() { None } else { Decimal::read(&self.scalar()?) }
    }

    /// Reads it as text.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Json(_) if !self.is_json_text() => None,
            _ => self.scalar(),
        }
    }

    /// Returns what a person would take for the text of it, if it is one value.
    pub(super) fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null | Self::Array(_) => None,
            Self::Printed(text) => Some(Cow::Borrowed(text)),
            Self::Json(value) if value.get().starts_with(['[', '{']) => None,
            Self::Json(value) if self.is_json_text() => {
                serde_json::from_str::<String>(value.get()).ok().map(Cow::Owned)
            }
            Self::Json(value) => Some(Cow::Borrowed(value.get())),
        }
    }

    /// Reads it as an array, of Postgres or of json.
    pub(super) fn list(&self) -> Option<Vec<Seen<'_>>> {
        match self {
            Self::Null => None,
            Self::Array(elements) => Some(elements.clone()),
            Self::Printed(text) => array::read(text).or_else(|| json_list(text)),
            Self::Json(value) => json_list(value.get()),
        }
    }

    /// Reads it as an object of json; of a key that comes twice the last counts, as in jsonb.
    pub(super) fn object(&self) -> Option<BTreeMap<String, Seen<'_>>> {
        match self {
            Self::Null | Self::Array(_) => None,
            Self::Printed(text) => json_object(text),
            Self::Json(value) => json_object(value.get()),
        }
    }

    /// Returns whether it is an array of Postgres, which has dimensions where json has lists in lists.
    pub(super) fn is_array(&self) -> bool {
        match self {
            Self::Array(_) => true,
            Self::Printed(text) => array::read(text).is_some(),
            Self::Null | Self::Json(_) => false,
        }
    }

    fn is_json_text(&self) -> bool {
        matches!(self, Self::Json(value) if value.get().starts_with('"'))
    }
}

fn json_list(text: &str) -> Option<Vec<Seen<'_>>> {
    if !text.trim_ascii_start().starts_with('[') {
        return None;
    }
    let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    Some(elements.into_iter().map(Seen::of_json).collect())
}

fn json_object(text: &str) -> Option<BTreeMap<String, Seen<'_>>> {
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    Some(fields.into_iter().map(|(key, value)| (key, Seen::of_json(value))).collect())
}

#[cfg(test)]
impl PartialEq for Seen<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Printed(one), Self::Printed(two)) => one == two,
            (Self::Array(one), Self::Array(two)) => one == two,
            (Self::Json(one), Self::Json(two)) => one.get() == two.get(),
            _ => false,
        }
    }
}
