//! The files of a migrations folder: their names, their order, their rollbacks, and what is wrong with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, Problems};

use super::script::{Script, read_script};

/// Migrations of this name that are older than this version come from projects of another age, and are skipped.
const FIRST_AGE: (&str, &str) = ("init", "20211209000000");

/// One migration.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The digits its name begins with.
    pub version: String,
    /// The rest of its name.
    pub name: String,
    /// What it does.
    pub script: Script,
    /// What undoes it, if anything does.
    pub rollback: Option<Rollback>,
}

/// What undoes a migration.
#[derive(Debug, Clone)]
pub struct Rollback(pub Script);

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// The migrations, in the order in which they are applied.
    pub migrations: Vec<Migration>,
    /// What is to be said about files that are not applied, or not as they look.
    pub remarks: Vec<String>,
}

/// A name that fits.
#[derive(Debug, Clone)]
struct Named {
    version: String,
    name: String,
    path: PathBuf,
    is_rollback: bool,
}

/// Reads a migrations folder; `shown` is the path by which people know it.
///
/// # Errors
/// Everything that is wrong with any of the files.
pub fn read(folder: &Path, shown: &Path) -> Result<Folder, Problems> {
    let files = list(folder).map_err(|error| missing(shown, &error))?;
    let mut problems = Problems::default();
    let mut remarks = Vec::new();
    let mut ups = Vec::new();
    let mut downs = Vec::new();
    for path in files {
        sort_out(&path, shown, &mut ups, &mut downs, (&mut problems, &mut remarks));
    }
    for path in rollbacks(folder, shown, &mut problems) {
        match named(&path) {
            Some(named) => downs.push(Named { is_rollback: true, ..named }),
            None => remarks.push(format!("{} is no rollback: its name does not fit", shown_as(&path, shown, true))),
        }
    }
    check_versions(&ups, shown, &mut problems);
    let rollbacks = match_rollbacks(&ups, downs, shown, &mut problems);
    if ups.is_empty() && problems.0.is_empty() {
        problems.0.push(empty(shown, &remarks));
    }
    let migrations = ups.into_iter().filter_map(|up| {
        let rollback = rollbacks.get(&up.version).map(|down| (down, shown_path(down, shown)));
        let rollback = rollback.and_then(|(down, shown)| keep(read_script(&down.path, &shown), &mut problems));
        let script = keep(read_script(&up.path, &shown_path(&up, shown)), &mut problems)?;
        Some(Migration { version: up.version, name: up.name, script, rollback: rollback.map(Rollback) })
    });
    let migrations: Vec<_> = migrations.collect();
    remarks.extend(line_ends(&migrations));
    problems.or(Folder { migrations, remarks })
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Problems) -> Option<T> {
    result.map_err(|problem| problems.0.push(problem)).ok()
}

fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Lists the files of the folder of rollbacks, if there is one.
fn rollbacks(folder: &Path, shown: &Path, problems: &mut Problems) -> Vec<PathBuf> {
    let folder = folder.join("rollback");
    match list(&folder) {
        Ok(paths) => paths.into_iter().filter(|path| path.is_file()).collect(),
        Err(error) => {
            if folder.exists() {
                let shown = shown.join("rollback");
                problems.0.push(Problem::new(format!("{} cannot be read", shown.display())).note(error.to_string()));
            }
            Vec::new()
        }
    }
}

fn sort_out(
    path: &Path,
    shown: &Path,
    ups: &mut Vec<Named>,
    downs: &mut Vec<Named>,
    told: (&mut Problems, &mut Vec<String>),
) {
    let (problems, remarks) = told;
    let file = file_name(path);
    match named(path) {
        Some(_) if path.is_dir() => remarks.push(format!("{file} is a folder, and so no migration")),
        Some(_) if !path.is_file() => problems.0.push(no_file(&shown.join(&file))),
        Some(it) if it.is_rollback => {
            remarks.push(format!(
                "{file} is read as a rollback; the Supabase CLI would apply it, so keep it in rollback/"
            ));
            downs.push(it);
        }
        Some(it)
            if it.name == FIRST_AGE.0
                && it.version.len() == 14
                && it.version.as_str() < FIRST_AGE.1
                && ups.is_empty() =>
        {
            remarks.push(format!("{file} is skipped, as the Supabase CLI skips it"));
        }
        Some(it) => ups.push(it),
        None if !path.is_file() => {}
        None if path.extension().is_none_or(|it| !it.eq_ignore_ascii_case("sql")) => {}
        None if file.starts_with(|c: char| c.is_ascii_digit()) => problems.0.push(misnamed(&shown.join(&file))),
        None => remarks.push(format!("{file} is no migration: its name does not begin with digits and `_`")),
    }
}

/// Reads `<digits>_<name>.sql`, and `<digits>_<name>.down.sql` as a rollback.
fn named(path: &Path) -> Option<Named> {
    let file = file_name(path);
    let stem = file.strip_suffix(".sql")?;
    let (version, name) = stem.split_once('_')?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let down = name.strip_suffix(".down");
    let is_rollback = down.is_some();
    let name = down.or_else(|| name.strip_suffix(".up")).unwrap_or(name);
    digits.then(|| Named { version: version.to_owned(), name: name.to_owned(), path: path.to_path_buf(), is_rollback })
}

fn check_versions(ups: &[Named], shown: &Path, problems: &mut Problems) {
    let mut seen: BTreeMap<&str, &Named> = BTreeMap::new();
    for up in ups {
        if let Some(first) = seen.insert(&up.version, up) {
            let problem = Problem::new(format!("two migrations have the version {}", up.version));
            let both = [first, up].map(|it| shown.join(file_name(&it.path)).display().to_string());
            problems.0.push(problem.note(both.join(", ")).help("give one of them a version of its own"));
        }
    }
}

fn match_rollbacks(ups: &[Named], downs: Vec<Named>, shown: &Path, problems: &mut Problems) -> BTreeMap<String, Named> {
    let mut rollbacks = BTreeMap::new();
    for down in downs {
        let up = ups.iter().find(|up| up.version == down.version);
        match up {
            Some(up) if up.name == down.name => drop(rollbacks.insert(down.version.clone(), down)),
            Some(up) => {
                let problem = Problem::new(format!(
                    "{} is named otherwise than its migration",
                    shown_path(&down, shown).display()
                ));
                problems
                    .0
                    .push(problem.note(format!("the migration is {}", file_name(&up.path))).help("name both alike"));
            }
            None => {
                let problem = Problem::new(format!("{} undoes no migration", shown_path(&down, shown).display()));
                problems.0.push(problem.note(format!("no migration has the version {}", down.version)));
            }
        }
    }
    rollbacks
}

fn shown_path(named: &Named, shown: &Path) -> PathBuf {
    let inside = named.path.parent().is_some_and(|parent| parent.ends_with("rollback"));
    if inside { shown.join("rollback").join(file_name(&named.path)) } else { shown.join(file_name(&named.path)) }
}

fn shown_as(path: &Path, shown: &Path, rollback: bool) -> String {
    let folder = if rollback { shown.join("rollback") } else { shown.to_path_buf() };
    folder.join(file_name(path)).display().to_string()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn line_ends(migrations: &[Migration]) -> Option<String> {
    let with: Vec<_> = migrations.iter().filter(|it| it.script.source.text.contains("\r\n")).collect();
    let first = with.first()?;
    let rest = if with.len() > 1 { format!(" and {} more", with.len() - 1) } else { String::new() };
    let shown = first.script.source.path.display();
    Some(format!("{shown}{rest} has CRLF line ends, which become part of function bodies and texts"))
}

fn missing(shown: &Path, error: &std::io::Error) -> Problem {
    let problem =
        Problem::new(format!("there is no folder of migrations at {}", shown.display())).note(error.to_string());
    problem
        .help("run in a project that has `migrations` or `supabase/migrations`, or name the project with `--project`")
}

/// Tells that there is nothing to apply, with what was passed over: it may be what was meant.
fn empty(shown: &Path, remarks: &[String]) -> Problem {
    let mut problem = Problem::new(format!("{} holds no migration", shown.display()));
    problem.notes = remarks.to_vec();
    problem.help("a migration is a file named like 20260301090000_what_it_does.sql")
}

fn no_file(shown: &Path) -> Problem {
    Problem::new(format!("{} is no file, nor a link to one", shown.display()))
        .help("remove it, or put a file in its place")
}

fn misnamed(shown: &Path) -> Problem {
    Problem::new(format!("{} would not be applied: its name does not fit", shown.display()))
        .note("the Supabase CLI skips files that are not named <digits>_<name>.sql")
        .help("name it like 20260301090000_what_it_does.sql, or keep it outside the folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("rollback")).expect("a folder");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
        folder
    }

    fn titles(files: &[(&str, &[u8])]) -> Vec<String> {
        let folder = folder(files);
        let problems = read(folder.path(), Path::new("migrations")).expect_err("something is wrong");
        problems.0.into_iter().map(|problem| problem.title).collect()
    }

    #[test]
    fn migrations_come_in_the_order_of_their_names_with_their_rollbacks() {
        let folder = folder(&[
            ("20260102_b.sql", b"select 2"),
            ("0001_a.sql", b"select 1"),
            ("rollback/0001_a.sql", b"select 0"),
            ("20260103_c.up.sql", b"select 3"),
            ("20260103_c.down.sql", b"select 2"),
            ("README.md", b"notes"),
            ("schema.sql", b"not sql at all"),
        ]);
        let read = read(folder.path(), Path::new("migrations")).expect("all is well");
        let names: Vec<_> = read.migrations.iter().map(|it| (it.name.as_str(), it.rollback.is_some())).collect();
        assert_eq!(names, [("a", true), ("b", false), ("c", true)]);
        assert_eq!(read.remarks.len(), 2, "{:?}", read.remarks);
    }

    #[test]
    fn every_mistake_of_every_file_is_told_at_once() {
        let told = titles(&[
            ("1_a.sql", b"select 1"),
            ("1_b.sql", b"selekt 1"),
            ("2_c.sql", b"\xef\xbb\xbfselect 1"),
            ("3_d.sql", b"select '\xff'"),
            ("20260301-e.sql", b"select 1"),
            ("rollback/9_z.sql", b"select 1"),
        ]);
        assert_eq!(
            told,
            [
                "migrations/20260301-e.sql would not be applied: its name does not fit",
                "two migrations have the version 1",
                "migrations/rollback/9_z.sql undoes no migration",
                "syntax error at or near \"selekt\"",
                "the file begins with a byte order mark",
                "the file is not UTF-8",
            ]
        );
    }

    #[test]
    fn what_is_named_like_a_migration_and_is_none_is_told() {
        let folder = folder(&[("1_a.sql", b"select 1")]);
        fs::create_dir(folder.path().join("2_b.sql")).expect("a folder");
        let found = read(folder.path(), Path::new("migrations")).expect("all is well");
        assert_eq!(found.remarks, ["2_b.sql is a folder, and so no migration"]);
        std::os::unix::fs::symlink("/nowhere/at/all", folder.path().join("3_c.sql")).expect("a link");
        let problems = read(folder.path(), Path::new("migrations")).expect_err("the link leads nowhere");
        assert_eq!(problems.0[0].title, "migrations/3_c.sql is no file, nor a link to one");
    }

    #[test]
    fn an_empty_folder_and_a_missing_one_are_told_apart() {
        assert_eq!(titles(&[]), ["migrations holds no migration"]);
        let missing = read(Path::new("/nowhere/at/all"), Path::new("migrations")).expect_err("it is not there");
        assert_eq!(missing.0[0].title, "there is no folder of migrations at migrations");
    }

    #[test]
    fn windows_line_ends_and_a_missing_last_newline_are_fine() {
        let folder = folder(&[("1_a.sql", b"select 1;\r\nselect 2;\r\n-- end")]);
        let read = read(folder.path(), Path::new("migrations")).expect("all is well");
        assert_eq!(read.migrations[0].script.statements.len(), 2);
        assert_eq!(read.remarks.len(), 1);
    }
}
