//! Files of other stacks that contracts read besides, each once.

use std::path::{Component, Path};

use crate::case::{File, Word};
use crate::problem::{Problem, Problems, nearest};
use crate::span::Source;

use super::layout::Layout;

/// The bytes that such a file may have: it is one that people write, and not one that programs fill.
const LIMIT: u64 = 4 << 20;

/// Reads every file that a contract names, and tells every mistake in any of them.
pub(super) fn read(layout: &Layout, files: &[File]) -> Result<Vec<Source>, Problems> {
    let mut problems = Problems::default();
    let mut texts: Vec<Source> = Vec::new();
    for word in files.iter().flat_map(|file| &file.contracts).filter_map(|contract| contract.source()) {
        if texts.iter().any(|it| it.path.as_os_str() == word.text.as_str()) {
            continue;
        }
        match text(layout, word) {
            Ok(text) => texts.push(text),
            Err(problem) if problem.place.is_some() => problems.0.push(problem),
            Err(problem) => problems.0.push(problem.at(word.place.clone())),
        }
    }
    problems.or(texts)
}

fn text(layout: &Layout, word: &Word) -> Result<Source, Problem> {
    let shown = Path::new(&word.text);
    let stays = |it: Component<'_>| matches!(it, Component::Normal(_) | Component::CurDir);
    if !shown.components().all(stays) || shown.components().next().is_none() {
        return Err(outside(word));
    }
    let path = layout.root.join(shown);
    let Ok(real) = path.canonicalize() else { return Err(absent(layout, word)) };
    if layout.root.canonicalize().is_ok_and(|root| !real.starts_with(root)) {
        return Err(outside(word).note("it is a link, or lies behind one"));
    }
    if !real.is_file() {
        return Err(Problem::new(format!("`{}` is no file", word.text)));
    }
    let help = "find the values in a smaller file: one that only lists them, for example";
    super::file_of(&real, shown, LIMIT, help)?.ok_or_else(|| absent(layout, word))
}

fn outside(word: &Word) -> Problem {
    let problem = Problem::new(format!("`{}` is not inside the project", word.text));
    problem.help("say the path from the folder of the project; a file from elsewhere is copied into it when it changes")
}

/// Returns what is wrong with a path that leads to no file, with the neighbour that was probably meant.
fn absent(layout: &Layout, word: &Word) -> Problem {
    let problem = Problem::new(format!("there is no file `{}`", word.text));
    let path = Path::new(&word.text);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().unwrap_or(Path::new(""));
    let entries = std::fs::read_dir(layout.root.join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    match nearest(&name, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{}`?", folder.join(near).display())),
        None => problem.help("say the path from the folder of the project"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn told(source: &str) -> Result<Source, Problem> {
        let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::create_dir_all(folder.path().join("migrations")).expect("a folder");
        fs::create_dir_all(folder.path().join("client")).expect("a folder");
        fs::write(folder.path().join("client/types.dart"), "ø").expect("a file");
        fs::write(folder.path().join("client/bytes.dart"), b"a\n\xff").expect("a file");
        fs::write(folder.path().join("client/large.dart"), vec![b' '; 5 << 20]).expect("a file");
        fs::write(elsewhere.path().join("x.dart"), "x").expect("a file");
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("out")).expect("a link");
        let layout = super::super::find(folder.path(), None).expect("a project");
        let place = Source::new(Path::new("x.yaml"), "x").place(0..1);
        text(&layout, &Word { text: source.to_owned(), place })
    }

    #[test]
    fn a_file_is_known_by_the_path_that_names_it() {
        let source = told("./client/types.dart").expect("it is there");
        assert_eq!((&*source.path, &*source.text), (Path::new("./client/types.dart"), "ø"));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_the_way_out() {
        for (path, title, help) in [
            ("client/type.dart", "there is no file `client/type.dart`", "did you mean `client/types.dart`?"),
            ("clients/types.dart", "there is no file `clients/types.dart`", "say the path"),
            ("../x.dart", "`../x.dart` is not inside the project", "say the path"),
            ("/etc/hostname", "`/etc/hostname` is not inside the project", "say the path"),
            ("out/x.dart", "`out/x.dart` is not inside the project", "say the path"),
            ("", "`` is not inside the project", "say the path"),
            ("client", "`client` is no file", ""),
            ("client/large.dart", "client/large.dart is too large", "find the values in a smaller file"),
            ("client/bytes.dart", "the file is not UTF-8", ""),
        ] {
            let problem = told(path).expect_err("a problem");
            assert!(problem.title.contains(title), "{problem:?}");
            assert!(problem.help.unwrap_or_default().starts_with(help), "{path}");
        }
    }
}
