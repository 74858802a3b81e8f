//! What may stand where in a file: written once as data, from which files are checked, editors are taught and pages are written.

/// What may stand at a node.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A text; a number or a truth value is taken by its letters.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Anything.
    Any,
    /// One of some words.
    Word(&'static [&'static str]),
    /// One of some words, each with what it says.
    Words(&'static [(&'static str, &'static str)]),
    /// A list of the same.
    List(&'static Form),
    /// Keys that are known.
    Map(&'static [Field]),
    /// Keys that the author chooses, each with the same.
    Names(&'static Form),
    /// Keys that are known, and others that the author chooses.
    Open(&'static [Field], &'static Form),
    /// One of several, told apart by what stands there.
    Either(&'static [Form]),
}

/// A key that is known.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What may stand there.
    pub form: Form,
    /// Whether it must be there.
    pub need: Need,
    /// What it says, in a sentence.
    pub says: &'static str,
    /// The line that an author would write.
    pub example: &'static str,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
}

impl Field {
    /// Makes a key that may be there.
    pub const fn new(key: &'static str, form: Form, says: &'static str, example: &'static str) -> Self {
        Self { key, form, need: Need::Optional, says, example }
    }

    /// Makes it a key that must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }
}

impl Form {
    /// Returns what this is to somebody who writes it.
    pub fn called(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Number => "a whole number".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Any => "anything".to_owned(),
            Self::Word(words) => any_of(words.iter()),
            Self::Words(words) => any_of(words.iter().map(|(word, _)| word)),
            Self::List(_) => "a list, like [a, b]".to_owned(),
            Self::Map(_) | Self::Names(_) | Self::Open(..) => "keys with values, like `key: value`".to_owned(),
            Self::Either(forms) => forms.iter().map(Self::called).collect::<Vec<_>>().join(", or "),
        }
    }

    /// Returns the keys that are known here.
    pub fn fields(&self) -> &'static [Field] {
        match self {
            Self::Map(fields) | Self::Open(fields, _) => fields,
            _ => &[],
        }
    }
}

fn any_of<'a>(words: impl Iterator<Item = &'a &'static str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}
