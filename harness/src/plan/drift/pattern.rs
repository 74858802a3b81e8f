//! Values found by a regular expression. The only user of `regex` in a plan.

use std::ops::Range;

use regex::Regex;

use crate::case::Word;
use crate::problem::Problem;
use crate::span::Source;

use super::Found;

/// Returns what the one group of an expression matches, inside the one match of another if there is one.
pub(super) fn values(pattern: &Word, within: Option<&Word>, source: &Source) -> Result<Vec<Found>, Problem> {
    let regex = read(pattern)?;
    let groups = regex.captures_len() - 1;
    if groups != 1 {
        let count = if groups == 0 { "no group".to_owned() } else { format!("{groups} groups") };
        let problem = Problem::new(format!("the group of a pattern is the value, and this has {count}"));
        return Err(problem
            .at(pattern.place.clone())
            .help("put the value in parentheses, `(\\w+)`, and write all others `(?:…)`"));
    }
    let part = within.map_or(Ok(0..source.text.len()), |it| part(it, source))?;
    // The group of a match that is there to be passed over takes no part in it.
    let groups = regex.captures_iter(&source.text[part.clone()]).filter_map(|it| it.get(1));
    let found = groups.map(|it| {
        let span = part.start + it.start()..part.start + it.end();
        Found { text: it.as_str().to_owned(), place: source.place(span) }
    });
    let found: Vec<_> = found.collect();
    match found.iter().find(|it| it.text.is_empty()) {
        Some(empty) => Err(Problem::new("the group of the pattern is empty here").at(empty.place.clone())),
        None if found.is_empty() => Err(nothing(pattern, source, within)),
        None => Ok(found),
    }
}

fn nothing(pattern: &Word, source: &Source, within: Option<&Word>) -> Problem {
    let part = if within.is_some() { "that part of " } else { "" };
    let problem = Problem::new(format!("this matches nothing in {part}{}", source.path.display()));
    problem.at(pattern.place.clone()).help("without a value there is nothing to compare; look at the file once more")
}

/// Returns the one match of an expression.
fn part(within: &Word, source: &Source) -> Result<Range<usize>, Problem> {
    let regex = read(within)?;
    let mut matches = regex.find_iter(&source.text);
    let (first, second) = (matches.next(), matches.next());
    let Some(first) = first else {
        let problem = Problem::new(format!("this matches nothing in {}", source.path.display()));
        return Err(problem
            .at(within.place.clone())
            .help("a `.` is no line break unless the pattern begins with `(?s)`"));
    };
    let Some(second) = second else { return Ok(first.range()) };
    let lines = [first.start(), second.start()].map(|at| source.place(at..at).position().line);
    let problem = Problem::new("this matches more than one part of the file").at(within.place.clone());
    let path = source.path.display();
    Err(problem
        .note(format!("the first begins at {path}:{}, the second at {path}:{}", lines[0], lines[1]))
        .help("add what is before the part that is meant, like the name of the class"))
}

fn read(word: &Word) -> Result<Regex, Problem> {
    Regex::new(&word.text).map_err(|error| {
        let message = error.to_string();
        let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Problem::new(format!("this is no regular expression: {last}")).at(word.place.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn found(pattern: &str, within: Option<&str>, text: &str) -> Result<Vec<(String, usize)>, Problem> {
        let word =
            |text: &str| Word { text: text.to_owned(), place: Source::new(Path::new("x.yaml"), text).place(0..1) };
        let source = Source::new(Path::new("x.dart"), text);
        let within = within.map(word);
        let found = values(&word(pattern), within.as_ref(), &source)?;
        Ok(found.into_iter().map(|it| (it.text, it.place.position().line)).collect())
    }

    #[test]
    fn the_group_is_the_value_and_a_match_without_it_is_passed_over() {
        let text = "// const x = 'no';\nconst a = 'a';\nclass K {\n  const b = 'b';\n}\n";
        let pattern = "//.*|const \\w+ = '(\\w+)'";
        assert_eq!(found(pattern, None, text).expect("values"), [("a".to_owned(), 2), ("b".to_owned(), 4)]);
        assert_eq!(found(pattern, Some("class K \\{[^}]*\\}"), text).expect("values"), [("b".to_owned(), 4)]);
    }

    #[test]
    fn what_finds_nothing_certain_is_told() {
        for (pattern, within, title) in [
            ("'a'", None, "the group of a pattern is the value, and this has no group"),
            ("(a)(b)", None, "the group of a pattern is the value, and this has 2 groups"),
            ("(x)", None, "this matches nothing in x.dart"),
            ("(a)", Some("b"), "this matches nothing in that part of x.dart"),
            ("(a)", Some("y"), "this matches nothing in x.dart"),
            ("(a)", Some("."), "this matches more than one part of the file"),
            ("(", None, "this is no regular expression: unclosed group"),
            ("a(x?)", None, "the group of the pattern is empty here"),
        ] {
            assert_eq!(found(pattern, within, "ab").expect_err("a problem").title, title, "{pattern}");
        }
    }
}
