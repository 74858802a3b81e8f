//! Where a project keeps its folders: Supabase's layout, or the plain one.

use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// The folders of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The folder that people stand in when they speak of a path.
    pub root: PathBuf,
    /// The migrations.
    pub migrations: PathBuf,
    /// The fixtures.
    pub fixtures: PathBuf,
    /// The contracts.
    pub cases: PathBuf,
    /// The folder of Supabase's settings, where the project has one.
    pub supabase: Option<PathBuf>,
}

/// Finds the project around a folder, or the one that was named.
///
/// # Errors
/// If there is none.
pub fn find(current: &Path, named: Option<&Path>) -> Result<Layout, Problem> {
    let help = "run inside a project that has `migrations` or `supabase/migrations`, or name one with `--project`";
    if let Some(named) = named {
        let folder = current.join(named);
        let found = Layout::of_supabase_folder(&folder).or_else(|| Layout::at(&folder));
        return found.ok_or_else(|| Problem::new(format!("there is no project in {}", named.display())).help(help));
    }
    let found = current.ancestors().find_map(Layout::at);
    found.ok_or_else(|| Problem::new("there is no project here, nor in a folder above").help(help))
}

impl Layout {
    fn at(root: &Path) -> Option<Self> {
        let supabase = root.join("supabase");
        if supabase.join("config.toml").is_file() || supabase.join("migrations").is_dir() {
            return Some(Self::supabase(root, supabase));
        }
        let migrations = root.join("migrations");
        migrations.is_dir().then(|| Self {
            root: root.to_path_buf(),
            migrations,
            fixtures: root.join("fixtures"),
            cases: root.join("cases"),
            supabase: None,
        })
    }

    /// Reads the name of a folder `supabase` as that of the project around it.
    fn of_supabase_folder(folder: &Path) -> Option<Self> {
        let is_it = folder.file_name().is_some_and(|name| name == "supabase") && folder.join("config.toml").is_file();
        is_it.then(|| Self::supabase(folder.parent().unwrap_or(folder), folder.to_path_buf()))
    }

    fn supabase(root: &Path, supabase: PathBuf) -> Self {
        let [migrations, fixtures, cases] = ["migrations", "fixtures", "cases"].map(|name| supabase.join(name));
        Self { root: root.to_path_buf(), migrations, fixtures, cases, supabase: Some(supabase) }
    }

    /// Returns a path as people know it.
    pub fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_path_buf()
    }

    /// Returns the file of roles that runs before the migrations, if there is one.
    pub fn roles(&self) -> Option<PathBuf> {
        self.supabase.as_ref().map(|folder| folder.join("roles.sql")).filter(|path| path.is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_layout_of_supabase_goes_before_the_plain_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("apps/web");
        fs::create_dir_all(&inside).expect("a folder");
        assert!(find(&inside, None).is_err());
        fs::create_dir_all(folder.path().join("migrations")).expect("a folder");
        assert_eq!(find(&inside, None).expect("a project").supabase, None);
        fs::create_dir_all(folder.path().join("supabase/migrations")).expect("a folder");
        let layout = find(&inside, None).expect("a project");
        assert_eq!(layout.shown(&layout.migrations), Path::new("supabase/migrations"));
    }

    #[test]
    fn a_named_project_is_looked_for_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("migrations")).expect("a folder");
        fs::create_dir_all(folder.path().join("other")).expect("a folder");
        assert!(find(folder.path(), Some(Path::new("other"))).is_err());
        assert!(find(Path::new("/"), Some(folder.path())).is_ok());
    }
}
