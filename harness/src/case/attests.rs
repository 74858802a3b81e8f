//! What of a specification a contract attests: a key that every kind has, and a file as well.

use crate::span::Source;
use crate::yaml::{Field, Node};

use super::part::TEXTS;
use super::{Contract, File, Variant, Word};

/// The key of a contract.
pub(super) const ATTESTS: Field = Field::new("attests", TEXTS, "What of a specification this attests.", "attests: C2");

/// The key of a file.
pub(super) const OF_FILE: Field = Field::new(
    "attests",
    TEXTS,
    "What of a specification the contracts of this file attest that say nothing of it themselves.",
    "attests: C2",
);

/// Reads what a contract, a line of one, or a file says that it attests; `[]` says that it is nothing.
pub(super) fn attests(node: &Node, source: &Source) -> Option<Vec<Word>> {
    let rows = node.fields().get("attests")?.items().iter().filter(|item| item.scalar().is_some());
    Some(rows.map(|item| Word::of(item, source)).collect())
}

impl Contract {
    /// Returns what all of it is said to attest, if it is said.
    fn whole(&self) -> Option<&[Word]> {
        match self {
            Self::Case(it) => it.attests.as_deref(),
            Self::Shape(it) => it.attests.as_deref(),
            Self::Drift(it) => it.attests.as_deref(),
            Self::Cascade(it) => it.attests.as_deref(),
            Self::Refuses(it) => it.attests.as_deref(),
            Self::Access(it) => it.attests.as_deref(),
            Self::Accepts(_) => None,
        }
    }

    /// Returns its lines, if it has any.
    fn lines(&self) -> &[Variant] {
        if let Self::Refuses(it) = self { &it.lines } else { &[] }
    }

    /// Returns what is said of each of its lines, if it has lines, or else of it.
    fn each(&self) -> Vec<Option<&[Word]>> {
        match self {
            Self::Refuses(it) => it.lines.iter().map(|line| it.attests_of(line)).collect(),
            other => vec![other.whole()],
        }
    }
}

impl File {
    /// Returns what something in this file attests of which this is said: what the file says, where nothing is said.
    pub fn attested<'a>(&'a self, said: Option<&'a [Word]>) -> &'a [Word] {
        said.unwrap_or(&self.attests)
    }

    /// Returns everything that something in this file attests.
    pub fn all_attested(&self) -> impl Iterator<Item = &Word> {
        self.contracts.iter().flat_map(Contract::each).flat_map(|said| self.attested(said))
    }

    /// Returns every row that this file names, as often as it is written.
    pub fn rows_named(&self) -> impl Iterator<Item = &Word> {
        let of_lines = self.contracts.iter().flat_map(Contract::lines).filter_map(|line| line.attests.as_deref());
        self.attests.iter().chain(self.contracts.iter().filter_map(Contract::whole).chain(of_lines).flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use std::path::Path;

    const FILE: &str = "
attests: A
cases:
  - { name: of the file, run: select 1, expect: { value: 1 } }
  - { name: of its own, run: select 1, expect: { value: 1 }, attests: [B, 1.10] }
  - { name: of nothing, run: select 1, expect: { value: 1 }, attests: [] }
shape: [{ table: t, row_security: enabled }]
cascades: [{ delete: t where id = 1, expect: { u: gone }, attests: C }]
drift: { enum: e, source: a.json, pointer: /a, attests: D }
refuses:
  - table: t
    valid: { a: 1 }
    attests: E
    when: [{ a: 2, violates: x }, { a: 3, violates: y, attests: F }, { a: 4, violates: z, attests: [] }]
  - { table: u, valid: { a: 1 }, when: [{ a: 2, violates: x }], attests: }
";

    #[test]
    fn who_says_nothing_attests_what_is_said_around_them() {
        let mut problems = Vec::new();
        let file = read(&Source::new(Path::new("x.yaml"), FILE), "x", &mut problems);
        assert_eq!(problems, []);
        let text = |word: &Word| word.text.clone();
        let mut attested: Vec<_> = file.all_attested().map(text).collect();
        attested.sort();
        assert_eq!(attested, ["1.10", "A", "A", "A", "B", "C", "D", "E", "F"]);
        let mut named: Vec<_> = file.rows_named().map(text).collect();
        named.sort();
        assert_eq!(named, ["1.10", "A", "B", "C", "D", "E", "F"]);
    }

    #[test]
    fn what_has_not_its_form_names_no_row() {
        let mut problems = Vec::new();
        let text = "attests: [A, { b: c }]\nshape: [{ table: t, row_security: enabled }]\n";
        let file = read(&Source::new(Path::new("x.yaml"), text), "x", &mut problems);
        assert_eq!((problems.len(), file.rows_named().count()), (1, 1));
    }
}
