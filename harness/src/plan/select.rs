//! Which of the units a caller wants.

use sha2::{Digest, Sha256};

use super::Unit;

/// In which order units are begun; a report tells them in the order of the plan all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sequence {
    /// As they are planned.
    #[default]
    AsPlanned,
    /// Shuffled, by this seed.
    Shuffled(u64),
}

impl Sequence {
    /// Returns the places of the units in this order.
    pub fn of(self, units: &[Unit]) -> Vec<usize> {
        let mut places: Vec<_> = (0..units.len()).collect();
        if let Self::Shuffled(seed) = self {
            places.sort_by_cached_key(|at| {
                Sha256::new().chain_update(seed.to_le_bytes()).chain_update(&units[*at].name).finalize().to_vec()
            });
        }
        places
    }
}

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
