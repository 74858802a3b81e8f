//! Which of the units a caller wants.

use super::Unit;

/// What a caller wants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only names that contain one of these; all, if there are none.
    pub names: Vec<String>,
    /// No name that contains one of these.
    pub skip: Vec<String>,
    /// Whether a name must be equal and not only contain.
    pub is_exact: bool,
}

impl Selection {
    /// Returns the units that are wanted, in their order.
    pub fn of(&self, units: Vec<Unit>) -> Vec<Unit> {
        units.into_iter().filter(|unit| self.wants(&unit.name)).collect()
    }

    /// Returns the names asked for that no unit answers to.
    pub fn unanswered<'a>(&'a self, units: &[Unit]) -> Vec<&'a str> {
        let asked = self.names.iter().filter(|name| !units.iter().any(|unit| self.fits(&unit.name, name)));
        asked.map(String::as_str).collect()
    }

    fn wants(&self, name: &str) -> bool {
        let named = self.names.is_empty() || self.names.iter().any(|it| self.fits(name, it));
        named && !self.skip.iter().any(|it| self.fits(name, it))
    }

    fn fits(&self, name: &str, wanted: &str) -> bool {
        if self.is_exact { name == wanted } else { name.contains(wanted) }
    }
}
