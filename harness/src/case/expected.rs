//! What an author expects of rows and of the values in them. Numbers keep the text that the author wrote.

/// A value as it is expected, in a column, in a list or in an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expected {
    /// The null of SQL, or that of json.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, which is compared by its value and exactly.
    Number(String),
    /// A text; a uuid or a time is compared by what it means.
    Text(String),
    /// An array of Postgres or of json, element by element.
    List(Vec<Expected>),
    /// An object of json, with these keys and no other.
    Object(Vec<(String, Expected)>),
    /// A value that cannot be known beforehand.
    Matcher(Matcher),
}

/// What is known of a value that cannot be known beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Matcher {
    /// Any value, null too.
    Anything,
    /// Any value but null.
    Something,
    /// Any uuid.
    Uuid,
    /// Any date or timestamp.
    Time,
    /// Any number.
    Number,
    /// Any text that is not empty.
    Text,
    /// Text in which a regular expression finds a match.
    Matches(String),
    /// Text that has a text in it; for arrays and json, containment as `@>` means it.
    Contains(Box<Expected>),
    /// A number or a time above this one.
    Above(String),
    /// A number or a time that is this one or above it.
    AtLeast(String),
    /// A number or a time below this one.
    Below(String),
    /// A number or a time that is this one or below it.
    AtMost(String),
    /// Whatever does not agree with this, null too.
    Not(Box<Expected>),
    /// Whatever agrees with one of these.
    OneOf(Vec<Expected>),
}

/// The rows that a statement should return.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExpectedRows {
    /// The rows, as the author listed them.
    pub rows: Vec<ExpectedRow>,
    /// Whether their order counts.
    pub order: Order,
    /// Whether there may be others.
    pub extent: Extent,
}

/// One row that a statement should return.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExpectedRow {
    /// Some columns by their names; the other columns may hold what they will.
    Named(Vec<(String, Expected)>),
    /// Every column by its position.
    Positional(Vec<Expected>),
}

/// Whether the order of rows counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// Any order will do.
    #[default]
    Any,
    /// The rows come in the order in which they are listed.
    Exact,
}

/// Whether there may be rows that are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Extent {
    /// These rows and no others.
    #[default]
    Exactly,
    /// These rows and perhaps others.
    AtLeast,
}

impl Expected {
    /// Puts other values in the place of the texts that are names, `$name`, wherever in this value they stand; a name for
    /// which there is none stays. A text that begins with two of that sign is a text that begins with one.
    pub fn name(&mut self, lookup: &mut dyn FnMut(&str) -> Option<Self>) {
        match self {
            Self::Text(text) => {
                if let Some(found) = named(text, lookup) {
                    *self = found;
                }
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.name(lookup)),
            Self::Object(entries) => entries.iter_mut().for_each(|(_, value)| value.name(lookup)),
            Self::Matcher(matcher) => matcher.name(lookup),
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }
}

impl Matcher {
    fn name(&mut self, lookup: &mut dyn FnMut(&str) -> Option<Expected>) {
        match self {
            Self::Contains(inner) | Self::Not(inner) => inner.name(lookup),
            Self::OneOf(items) => items.iter_mut().for_each(|item| item.name(lookup)),
            Self::Matches(bound)
            | Self::Above(bound)
            | Self::AtLeast(bound)
            | Self::Below(bound)
            | Self::AtMost(bound) => {
                if let Some(Expected::Text(found) | Expected::Number(found)) = named(bound, lookup) {
                    *bound = found;
                }
            }
            _ => {}
        }
    }
}

/// Returns what a text stands for, if it is a name.
fn named(text: &str, lookup: &mut dyn FnMut(&str) -> Option<Expected>) -> Option<Expected> {
    let name = text.strip_prefix('$')?;
    if let Some(escaped) = name.strip_prefix('$') {
        return Some(Expected::Text(format!("${escaped}")));
    }
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|it| it.is_alphabetic() || it == '_');
    (begins && letters.all(|it| it.is_alphanumeric() || it == '_')).then(|| lookup(name)).flatten()
}
