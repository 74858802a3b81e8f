//! Stands in for bindgen in the build of `pg_query`: writes declarations that are checked in.
//!
//! The real bindgen reads the C header with libclang, which few machines have. The header of one pinned
//! version never changes, so its declarations are kept in `pg_query.rs` instead. The methods bear bindgen's names.

use std::io;
use std::path::Path;

const DECLARATIONS: &str = include_str!("pg_query.rs");

/// Takes the place of bindgen's builder.
#[derive(Debug, Default)]
pub struct Builder {
    header: String,
}

/// Takes the place of bindgen's result.
#[derive(Debug)]
pub struct Bindings;

impl Builder {
    /// Remembers which header is asked for.
    #[must_use]
    pub fn header(mut self, header: impl Into<String>) -> Self {
        self.header = header.into();
        self
    }

    /// Returns the declarations for the one header that is known.
    ///
    /// # Errors
    /// Any header but `pg_query.h` is refused.
    pub fn generate(self) -> Result<Bindings, String> {
        if self.header.ends_with("pg_query.h") {
            Ok(Bindings)
        } else {
            Err(format!("no declarations are kept for `{}`", self.header))
        }
    }
}

impl Bindings {
    /// Writes the declarations to a file.
    ///
    /// # Errors
    /// Passes on what the file system says.
    pub fn write_to_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        std::fs::write(path, DECLARATIONS)
    }
}
