//! The world of the golden cases: a small project, one server for all that run in it, and its output without what differs
//! from run to run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::given::Given;
use super::support::{self, Project, Ran};

/// Returns the folder of the golden cases.
pub(crate) fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Makes a project of the world.
pub(crate) fn project() -> Project {
    let project = Project::new(&[]);
    lay(&golden().join("world"), &project);
    project
}

/// Puts every file of a folder into a project, over what is there already.
pub(crate) fn lay(folder: &Path, project: &Project) {
    for path in files(folder) {
        let inside = path.strip_prefix(folder).expect("it was found there");
        project.write(&inside.to_string_lossy(), &fs::read(&path).expect("a file"));
    }
}

/// Runs what a project has of these names, on the server that all tests of this binary share.
pub(crate) fn run(project: &Project, arguments: &[&str]) -> Ran {
    project.run(&[&["run", "--quiet", "--server", url(), "--test-threads", "1"], arguments].concat())
}

/// Returns what a run printed and how it ended, as it is the same every time.
pub(crate) fn settled(project: &Project, ran: &Ran) -> String {
    let folder = project.path().to_string_lossy();
    let printed = format!("{}{}", ran.out, ran.err).replace(&*folder, "<project>");
    let mut text = format!("exit {}\n", ran.code.map_or("by a signal".to_owned(), |code| code.to_string()));
    for line in lines(&printed) {
        text.push_str(&line);
        text.push('\n');
    }
    let written: String = files(project.path()).iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    NEW.iter().fold(text, |text, (word, pattern)| renamed(&text, word, pattern, &written))
}

/// Returns the lines of what was printed, without the time that it took, which is the end of the sum.
pub(crate) fn lines(printed: &str) -> impl Iterator<Item = String> {
    let without_time = |line: &str| match line.rsplit_once(" · ") {
        Some((sum, _)) if line.contains(" run · ") => sum.to_owned(),
        _ => line.to_owned(),
    };
    printed.lines().map(without_time)
}

/// What the server makes up anew in every run, as far as nobody wrote it into the project.
const NEW: [(&str, &str); 5] = [
    ("uuid", r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ("time", r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?"),
    ("process", r"(?i)\bprocess \d+\b"),
    ("transaction", r"\btransaction \d+\b"),
    ("database", r"\bpgattest_[a-z]_[0-9a-z_]+\b"),
];

/// Puts a word with a number in the place of each thing that fits a pattern, the same number for the same thing.
fn renamed(text: &str, word: &str, pattern: &str, written: &str) -> String {
    let pattern = Regex::new(pattern).expect("the pattern is one");
    let mut seen: Vec<String> = Vec::new();
    let rename = |found: &Captures<'_>| {
        let found = &found[0];
        if written.contains(found) {
            return found.to_owned();
        }
        let at = seen.iter().position(|it| it == found).unwrap_or_else(|| {
            seen.push(found.to_owned());
            seen.len() - 1
        });
        format!("<{word} {}>", at + 1)
    };
    pattern.replace_all(text, rename).into_owned()
}

/// Returns every file in a folder and below, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Returns what stands in a folder, in order; nothing if it is not there.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Returns the URL of a server that ends with this process, started when it is first asked for.
fn url() -> &'static str {
    static SERVER: OnceLock<(Given, String)> = OnceLock::new();
    let (_, url) = SERVER.get_or_init(|| {
        let binaries = support::majors().pop().expect("PostgreSQL is on this machine");
        let given = Given::start(&binaries.folder);
        let url = given.url();
        (given, url)
    });
    url
}
