//! A place in a text: which file, which bytes, which line and column.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A text that people wrote, with the path by which they know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as it is shown, relative to the project where possible.
    pub path: Arc<Path>,
    /// The whole text.
    pub text: Arc<str>,
}

/// Line and column, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Some bytes of a file, kept together with the text around them so that they can be shown later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path as it is shown.
    pub path: Arc<Path>,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// The bytes meant.
    pub span: Range<usize>,
}

impl Source {
    /// Makes a source from a path and its text.
    pub fn new(path: &Path, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Returns some bytes of this text as a place.
    pub fn place(&self, span: Range<usize>) -> Place {
        let end = floor_boundary(&self.text, span.end);
        let start = floor_boundary(&self.text, span.start).min(end);
        Place { path: Arc::clone(&self.path), text: Arc::clone(&self.text), span: start..end }
    }

    /// Returns the byte at which a line and column, both counted from one, stand.
    pub fn offset(&self, position: Position) -> usize {
        let line_start: usize =
            self.text.split_inclusive('\n').take(position.line.saturating_sub(1)).map(str::len).sum();
        let line = &self.text[line_start..];
        let within: usize = line.chars().take(position.column.saturating_sub(1)).map(char::len_utf8).sum();
        line_start + within
    }
}

impl Place {
    /// Returns the words that stand there.
    pub fn words(&self) -> &str {
        &self.text[self.span.clone()]
    }

    /// Returns where the place begins.
    pub fn position(&self) -> Position {
        position(&self.text, self.span.start)
    }
}

/// Returns the line and column of a byte of a text.
pub fn position(text: &str, offset: usize) -> Position {
    let before = &text[..floor_boundary(text, offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_eq!(position("a\nøå b", "a\nøå ".len()), Position { line: 2, column: 4 });
    }

    #[test]
    fn a_position_leads_back_to_its_byte() {
        let source = Source::new(Path::new("x.sql"), "select\n  'ø', nope;\n");
        let at = source.text.find("nope").expect("the word is there");
        assert_eq!(source.offset(position(&source.text, at)), at);
    }

    #[test]
    fn a_byte_inside_a_character_or_past_the_end_is_moved_to_a_boundary() {
        let source = Source::new(Path::new("x.sql"), "ø");
        assert_eq!(source.place(1..9).span, 0..2);
    }
}
