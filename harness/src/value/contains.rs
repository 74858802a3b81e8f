//! Containment: a part of a text, or what `@>` means for arrays and json.

use super::agrees::{agrees_with, same_number};
use super::seen::Seen;
use crate::case::expected::Expected;

/// Returns whether a value has another one in it. A list has a single value in it if an element agrees with that.
pub(super) fn contains(wanted: &Expected, seen: &Seen<'_>) -> bool {
    match (wanted, seen.list()) {
        (Expected::List(_) | Expected::Object(_), _) => covers(wanted, seen),
        (_, Some(_)) => elements(seen).iter().any(|element| agrees_with(wanted, element)),
        (_, None) => has_part(wanted, seen),
    }
}

/// The printed form of an object is no text: its keys and its values would be found alike.
fn has_part(wanted: &Expected, seen: &Seen<'_>) -> bool {
    let part = match wanted {
        Expected::Text(part) => part,
        Expected::Number(part) if seen.number().is_none() => part,
        Expected::Number(number) => return same_number(number, seen),
        _ => return agrees_with(wanted, seen),
    };
    seen.object().is_none() && seen.text().is_some_and(|text| text.contains(part.as_str()))
}

fn covers(wanted: &Expected, seen: &Seen<'_>) -> bool {
    match wanted {
        Expected::List(items) => seen.list().is_some() && covers_list(items, seen),
        Expected::Object(fields) => covers_object(fields, seen),
        _ => agrees_with(wanted, seen),
    }
}

fn covers_list(items: &[Expected], seen: &Seen<'_>) -> bool {
    let items = if seen.is_array() { leaves(items) } else { items.iter().collect() };
    let elements = elements(seen);
    items.iter().all(|item| elements.iter().any(|element| covers(item, element)))
}

fn covers_object(fields: &[(String, Expected)], seen: &Seen<'_>) -> bool {
    let Some(observed) = seen.object() else { return false };
    fields.iter().all(|(key, wanted)| observed.get(key).is_some_and(|value| covers(wanted, value)))
}

/// Returns the elements of a list; those of an array without regard to its dimensions, as Postgres does.
fn elements<'s>(seen: &'s Seen<'_>) -> Vec<Seen<'s>> {
    let elements = seen.list().unwrap_or_default();
    if seen.is_array() { elements.into_iter().flat_map(flat).collect() } else { elements }
}

fn flat(element: Seen<'_>) -> Vec<Seen<'_>> {
    match element {
        Seen::Array(elements) => elements.into_iter().flat_map(flat).collect(),
        element => vec![element],
    }
}

fn leaves(items: &[Expected]) -> Vec<&Expected> {
    items.iter().flat_map(leaves_of).collect()
}

fn leaves_of(item: &Expected) -> Vec<&Expected> {
    match item {
        Expected::List(items) => leaves(items),
        item => vec![item],
    }
}
