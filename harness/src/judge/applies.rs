//! Whether a migration was applied, by what the history of the database says.

use crate::outcome::{Finding, Verdict};
use crate::plan::Applies;
use crate::rule;

/// Judges by the history: version, name, number of statements.
pub fn applies(unit: &Applies, history: &[(String, String, usize)]) -> Verdict {
    let recorded = history.iter().find(|(version, ..)| *version == unit.version);
    let expected = shown(&unit.name, unit.statements);
    let observed = match recorded {
        Some((_, name, statements)) => shown(name, *statements),
        None => "no record of it".to_owned(),
    };
    if observed == expected {
        return Verdict::Held;
    }
    Verdict::Broken(vec![Finding::new(&rule::APPLIES, expected, observed).at(&unit.place)])
}

fn shown(name: &str, statements: usize) -> String {
    let plural = if statements == 1 { "" } else { "s" };
    format!("`{name}`, {statements} statement{plural} on record")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Source;
    use std::path::Path;

    fn unit() -> Applies {
        let place = Source::new(Path::new("m.sql"), "select 1").place(0..1);
        Applies { version: "1".into(), name: "a".into(), statements: 1, place }
    }

    #[test]
    fn a_record_that_agrees_holds() {
        assert_eq!(applies(&unit(), &[("1".into(), "a".into(), 1)]), Verdict::Held);
    }

    #[test]
    fn a_record_that_is_missing_or_otherwise_breaks() {
        for history in [vec![], vec![("1".into(), "b".into(), 1)], vec![("1".into(), "a".into(), 2)]] {
            assert!(matches!(applies(&unit(), &history), Verdict::Broken(_)), "{history:?}");
        }
    }
}
