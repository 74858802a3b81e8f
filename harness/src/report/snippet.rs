//! Mistakes with the lines they stand in and a caret: the one shape for everything that points into a file.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::problem::{Problem, Problems};

use super::visible::{visible, visible_lines};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// It is not.
    Plain,
    /// It is.
    Coloured,
}

/// Returns all mistakes as text, each with its place.
pub fn problems(problems: &Problems, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut text = String::new();
    for found in &problems.0 {
        text.push_str(&problem(found, &renderer));
        text.push_str("\n\n");
    }
    text
}

fn problem(problem: &Problem, renderer: &Renderer) -> String {
    let path = problem.place.as_ref().map(|place| visible(&place.path.to_string_lossy())).unwrap_or_default();
    let title = visible(&problem.title);
    let label = problem.label.as_deref().map(visible);
    let notes: Vec<_> = problem.notes.iter().map(|note| visible_lines(note)).collect();
    let help = problem.help.as_deref().map(visible_lines);
    let mut group = Level::ERROR.primary_title(title.as_str()).elements(problem.place.as_ref().map(|place| {
        let annotation = AnnotationKind::Primary.span(place.span.clone());
        let annotation = annotation.label(label.as_deref());
        Snippet::source(&*place.text).path(path.as_str()).annotation(annotation)
    }));
    for note in &notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Source;
    use std::path::Path;

    #[test]
    fn a_mistake_shows_its_line_its_caret_and_the_way_out() {
        let source = Source::new(Path::new("migrations/1_a.sql"), "select 1;\ncreate tabel b ();\n");
        let at = source.text.find("tabel").expect("the word is there");
        let found =
            Problem::new("syntax error at or near \"tabel\"").at(source.place(at..at + 5)).help("write `table`");
        let text = problems(&found.into(), Style::Plain);
        assert!(text.contains("error: syntax error at or near \"tabel\""), "{text}");
        assert!(text.contains("--> migrations/1_a.sql:2:8"), "{text}");
        assert!(text.contains("^^^^^"), "{text}");
        assert!(text.contains("help: write `table`"), "{text}");
    }
}
