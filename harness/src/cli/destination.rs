//! Where a report goes: standard output, or a file that is written whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::problem::Problem;

use super::out::Out;

/// The path that means standard output.
const OUTPUT: &str = "-";

/// Where a report goes.
#[derive(Debug)]
pub(super) enum Destination {
    /// To standard output.
    Output,
    /// To a file, by a draft that lies beside it until it is whole.
    File(PathBuf, NamedTempFile),
    /// To something that is no file and stays where it is: a pipe, a device.
    Stream(PathBuf, File),
}

/// Whether a path means standard output.
pub(super) fn is_output(path: &Path) -> bool {
    path == Path::new(OUTPUT)
}

impl Destination {
    /// Makes sure, before anything is run, that a report can be written. The report of an earlier run is taken away, so
    /// that nobody takes it for that of this one.
    pub(super) fn ready(path: &Path) -> Result<Self, Problem> {
        if is_output(path) {
            return Ok(Self::Output);
        }
        opened(path).map_err(|error| unwritable(path, &error))
    }

    /// Writes the report.
    pub(super) fn write(self, text: &str) -> Result<(), Problem> {
        match self {
            Self::Output => {
                Out::say(text);
                Ok(())
            }
            Self::Stream(path, mut file) => file.write_all(text.as_bytes()).map_err(|error| unwritable(&path, &error)),
            Self::File(path, mut draft) => {
                let written = draft.write_all(text.as_bytes()).and_then(|()| draft.flush());
                let written = written.and_then(|()| Ok(draft.persist(&path)?));
                written.map(drop).map_err(|error| unwritable(&path, &error))
            }
        }
    }
}

fn opened(path: &Path) -> io::Result<Destination> {
    let found = fs::metadata(path).ok();
    let target = match &found {
        Some(it) if it.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Some(it) if !it.is_file() => {
            return Ok(Destination::Stream(path.to_owned(), OpenOptions::new().write(true).open(path)?));
        }
        // A link stays, and the file behind it is written.
        Some(_) => fs::canonicalize(path)?,
        None => path.to_owned(),
    };
    let folder = target.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::Builder::new();
    // Everybody may read it whom the umask lets, as any file that a program writes.
    let draft = draft.prefix(".pgattest-").permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    if found.is_some() {
        fs::remove_file(&target)?;
    }
    Ok(Destination::File(target, draft))
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("{} cannot be written", path.display())).note(reason(error))
}

/// Returns why, without the name of a draft that nobody has heard of.
fn reason(error: &io::Error) -> String {
    let cause = error.get_ref().and_then(|inner| inner.source()).map(ToString::to_string);
    cause.unwrap_or_else(|| io::Error::from(error.kind()).to_string())
}
