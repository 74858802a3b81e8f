//! Every rule has a case that holds, one that breaks and one that cannot be judged, each with its complete output.
//!
//! A golden case is `golden/<rule>/<verdict>.yaml`, or a folder `golden/<rule>/<verdict>` of files that are laid over the
//! world, or both; what the program prints is in `<verdict>.out`, which `PGATTEST_BLESS=1` writes. More than one of a
//! verdict are told apart by what follows a dash: `broken-by-a-grant.yaml`.

#[path = "support/given.rs"]
mod given;
mod support;
#[path = "support/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use pgattest::rule::RULES;
use similar::{Algorithm, ChangeTag, capture_diff_slices};

const VERDICTS: [(&str, i32); 3] = [("held", 0), ("broken", 1), ("unjudged", 3)];

/// The case of one rule that ends with one verdict.
struct Golden {
    rule: String,
    name: String,
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test("every folder is a rule", every_folder_is_a_rule)];
    for golden in all() {
        trials.push(Trial::test(format!("{}: {}", golden.rule, golden.name), move || golden.test()));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Returns the three of every rule, whether they are there or not, and whatever else there is.
fn all() -> Vec<Golden> {
    let mut names: BTreeSet<(String, String)> = BTreeSet::new();
    for rule in RULES {
        names.extend(VERDICTS.map(|(verdict, _)| (rule.name.to_owned(), verdict.to_owned())));
        for path in world::entries(&world::golden().join(rule.name)) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            names.insert((rule.name.to_owned(), stem));
        }
    }
    names.into_iter().map(|(rule, name)| Golden { rule, name }).collect()
}

fn every_folder_is_a_rule() -> Result<(), Failed> {
    let known: Vec<_> = RULES.iter().map(|rule| rule.name).chain(["world"]).collect();
    let found = world::entries(&world::golden());
    let strange: Vec<_> = found
        .iter()
        .filter(|path| !known.contains(&&*path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    if strange.is_empty() { Ok(()) } else { Err(format!("no rule is called like {strange:?}").into()) }
}

impl Golden {
    fn path(&self, ending: &str) -> PathBuf {
        world::golden().join(&self.rule).join(format!("{}{ending}", self.name))
    }

    fn test(&self) -> Result<(), Failed> {
        let (yaml, folder) = (self.path(".yaml"), self.path(""));
        if !yaml.is_file() && !folder.is_dir() {
            return Err(format!("there is neither {} nor a folder {}", yaml.display(), folder.display()).into());
        }
        let project = world::project();
        world::lay(&folder, &project);
        if yaml.is_file() {
            project.write("cases/golden.yaml", &fs::read(&yaml)?);
        }
        let ran = world::run(&project, &[self.contracts()]);
        let text = world::settled(&project, &ran);
        let told = compare(&self.path(".out"), &text);
        self.is_of_its_verdict(ran.code, &text)?;
        told
    }

    /// Returns what the names of its contracts contain; what is exposed is asked once for all files.
    fn contracts(&self) -> &'static str {
        if self.rule == "access.undeclared" { "access: whatever is exposed" } else { "golden" }
    }

    fn is_of_its_verdict(&self, code: Option<i32>, text: &str) -> Result<(), Failed> {
        let word = self.name.split('-').next().unwrap_or_default();
        let Some((_, wanted)) = VERDICTS.iter().find(|(verdict, _)| *verdict == word) else {
            return Err(format!("`{word}` is no verdict").into());
        };
        let names_it = word != "broken" || text.contains(&format!("  {}\n", self.rule));
        if code == Some(*wanted) && names_it {
            return Ok(());
        }
        Err(format!("this is not `{word}` by `{}`:\n{text}", self.rule).into())
    }
}

/// Compares with what a file says, or lets it say so.
fn compare(path: &Path, text: &str) -> Result<(), Failed> {
    let wanted = fs::read_to_string(path).unwrap_or_default();
    if wanted == text {
        return Ok(());
    }
    if is_blessed() {
        return Ok(fs::write(path, text)?);
    }
    let diff = difference(&wanted, text);
    let path = path.display();
    Err(format!("{path} says otherwise; PGATTEST_BLESS=1 cargo test --test golden writes it\n\n{diff}").into())
}

/// Returns all lines, those that only the file has with a `-` and those that are only printed now with a `+`.
fn difference(wanted: &str, printed: &str) -> String {
    let [wanted, printed] = [wanted, printed].map(|text| text.lines().collect::<Vec<_>>());
    let operations = capture_diff_slices(Algorithm::Myers, &wanted, &printed);
    let changes = operations.iter().flat_map(|operation| operation.iter_changes(&wanted, &printed));
    let lines = changes.map(|change| match change.tag() {
        ChangeTag::Equal => format!("  {}\n", change.value()),
        ChangeTag::Delete => format!("- {}\n", change.value()),
        ChangeTag::Insert => format!("+ {}\n", change.value()),
    });
    lines.collect()
}

#[expect(clippy::disallowed_methods, reason = "who runs the tests says by the environment that the output is right")]
fn is_blessed() -> bool {
    std::env::var("PGATTEST_BLESS").is_ok_and(|value| !value.is_empty())
}
