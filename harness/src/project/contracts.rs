//! The folder `cases`: every file of contracts in it and below, in the order of their names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::case::{self, File};
use crate::problem::Problem;

use super::layout::Layout;

/// The bytes that a file of contracts may have: some thousand cases.
const LIMIT: u64 = 4 << 20;

/// Reads every file, as far as it can be read; every mistake in any of them is added to the problems.
pub(super) fn read(layout: &Layout, problems: &mut Vec<Problem>) -> Vec<File> {
    let mut paths = Vec::new();
    walk(&layout.cases, layout, &mut paths, problems);
    paths.sort();
    paths.iter().filter_map(|path| file(path, layout, problems)).collect()
}

fn file(path: &Path, layout: &Layout, problems: &mut Vec<Problem>) -> Option<File> {
    let help = "a file of contracts is about one subject: make several of it";
    let shown = layout.shown(path);
    // What was found in the folder and is not there is a link that leads nowhere.
    let source = super::file_of(path, &shown, LIMIT, help).and_then(|it| it.ok_or_else(|| super::no_file(&shown)));
    let source = source.map_err(|problem| problems.push(problem)).ok()?;
    let name = path.strip_prefix(&layout.cases).unwrap_or(path).with_extension("");
    Some(case::read(&source, &name.to_string_lossy(), problems))
}

fn walk(folder: &Path, layout: &Layout, found: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            let shown = layout.shown(folder);
            problems.push(Problem::new(format!("{} cannot be read", shown.display())).note(error.to_string()));
            return;
        }
    };
    for entry in entries.flatten() {
        // A link to a folder is not followed: it may lead back here.
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        let path = entry.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            _ if is_hidden => {}
            _ if is_folder => walk(&path, layout, found, problems),
            Some("yaml" | "yml") => found.push(path),
            _ => {}
        }
    }
}
