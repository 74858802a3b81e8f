//! Lists of lines that differ, side by side. The only user of `similar`.

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

/// The lines of each sort that are shown.
const SHOWN: usize = 20;
/// The lines around a change that are shown though they are the same.
const AROUND: usize = 2;
/// The lines of each side that are compared from the first difference on; what is beyond would not be shown.
const COMPARED: usize = 500;

/// Shows which lines are missing (`-`) and which were not expected (`+`), among those around them.
pub(super) fn lines(expected: &[String], observed: &[String]) -> String {
    let same = expected.iter().zip(observed).take_while(|(one, two)| one == two).count();
    let from = same.saturating_sub(AROUND);
    let (one, two) = (window(expected, from), window(observed, from));
    let changes = group_diff_ops(capture_diff_slices(Algorithm::Myers, one, two), AROUND);
    let mut page = Page::default();
    for (at, group) in changes.iter().enumerate() {
        if from > 0 || at > 0 {
            page.gap();
        }
        page.group(group, one, two);
    }
    page.text(beyond(expected, from) + beyond(observed, from))
}

fn window(lines: &[String], from: usize) -> &[String] {
    &lines[from..lines.len().min(from + COMPARED)]
}

fn beyond(lines: &[String], from: usize) -> usize {
    lines.len().saturating_sub(from + COMPARED)
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
    missing: usize,
    others: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.missing >= SHOWN && self.others >= SHOWN
    }

    fn gap(&mut self) {
        if !self.is_full() {
            self.lines.push("  …".to_owned());
        }
    }

    fn group(&mut self, group: &[DiffOp], expected: &[String], observed: &[String]) {
        for change in group.iter().flat_map(|op| op.iter_changes(expected, observed)) {
            match change.tag() {
                ChangeTag::Equal => self.same(change.value_ref()),
                ChangeTag::Delete => put(&mut self.lines, &mut self.missing, "-", change.value_ref()),
                ChangeTag::Insert => put(&mut self.lines, &mut self.others, "+", change.value_ref()),
            }
        }
    }

    fn same(&mut self, line: &str) {
        if !self.is_full() {
            self.lines.push(format!("  {line}"));
        }
    }

    fn text(mut self, beyond: usize) -> String {
        for (count, sort) in [(self.missing, "missing"), (self.others, "not expected")] {
            if count > SHOWN {
                self.lines.push(format!("… and {} more {sort}", count - SHOWN));
            }
        }
        if beyond > 0 {
            self.lines.push(format!("… and {beyond} more that were not compared"));
        }
        self.lines.join("\n")
    }
}

fn put(lines: &mut Vec<String>, count: &mut usize, sign: &str, line: &str) {
    *count += 1;
    if *count <= SHOWN {
        lines.push(format!("{sign} {line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(lines: &str) -> Vec<String> {
        lines.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn changes_stand_among_the_lines_around_them() {
        assert_eq!(lines(&list("a b c d e f"), &list("a b c x e f")), "  …\n  b\n  c\n- d\n+ x\n  e\n  f");
        assert_eq!(lines(&list("a b"), &list("b a")), "+ b\n  a\n- b");
        assert_eq!(
            lines(&list("a b c d e f g h"), &list("x b c d e f g y")),
            "- a\n+ x\n  b\n  c\n  …\n  f\n  g\n- h\n+ y"
        );
        assert_eq!(lines(&[], &list("a")), "+ a");
        assert_eq!(lines(&list("a"), &list("a")), "");
    }

    #[test]
    fn no_more_than_twenty_lines_of_each_sort_are_shown() {
        let expected: Vec<String> = (0..600).map(|at| format!("e{at}")).collect();
        let observed: Vec<String> = (0..30).map(|at| format!("o{at}")).collect();
        let text = lines(&expected, &observed);
        assert_eq!(text.lines().filter(|line| line.starts_with('-')).count(), 20);
        assert_eq!(text.lines().filter(|line| line.starts_with('+')).count(), 20);
        assert!(
            text.ends_with("… and 480 more missing\n… and 10 more not expected\n… and 100 more that were not compared")
        );
    }

    proptest! {
        #[test]
        fn all_lines_are_there_when_few_differ(
            expected in prop::collection::vec("[ab]", 0..9), observed in prop::collection::vec("[ab]", 0..9),
        ) {
            let text = lines(&expected, &observed);
            let count = |sign: &str| text.lines().filter(|line| line.starts_with(sign)).count();
            let grown = observed.len() + count("- ") == expected.len() + count("+ ");
            prop_assert!(grown, "{}", text);
            prop_assert_eq!(text.is_empty(), expected == observed);
        }
    }
}
