//! The pages of the case language are true: every example holds in the world of the golden cases, or breaks as it is shown.
//!
//! A block of yaml is a whole file of contracts, unless `<!-- fragment -->` stands before it. One behind `<!-- broken -->`
//! is followed by a block of text: what is printed then. `…` on a line of its own stands for lines that are left out.

#[path = "support/given.rs"]
mod given;
mod support;
#[path = "support/world.rs"]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use support::Project;

/// An example on a page.
#[derive(Debug, Clone)]
struct Example {
    page: String,
    /// The line of the page on which it begins, counted from one.
    line: usize,
    text: String,
    mark: Mark,
}

/// What the page says about an example.
#[derive(Debug, Clone, PartialEq)]
enum Mark {
    Whole,
    Fragment,
    /// It breaks, and this is printed then.
    Broken(String),
}

fn pages() -> Vec<PathBuf> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = crate_folder.parent().expect("the crate lies in the repository").join("README.md");
    let pages = world::entries(&crate_folder.join("docs/cases")).into_iter();
    pages.filter(|path| path.extension().is_some_and(|it| it == "md")).chain([readme]).collect()
}

fn examples() -> Vec<Example> {
    pages().iter().flat_map(|page| of_page(page)).collect()
}

fn of_page(path: &Path) -> Vec<Example> {
    let page = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let blocks = blocks(&fs::read_to_string(path).expect("a page"));
    let mut examples = Vec::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind == "yaml") {
        let next = blocks.get(at + 1).filter(|next| next.kind == "text");
        let mark = match block.before.as_str() {
            "<!-- fragment -->" => Mark::Fragment,
            "<!-- broken -->" => Mark::Broken(next.expect("what is printed follows").text.clone()),
            _ => Mark::Whole,
        };
        examples.push(Example { page: page.clone(), line: block.line, text: block.text.clone(), mark });
    }
    examples
}

/// A fenced block of a page.
struct Block {
    kind: String,
    /// The last line before it that is not empty.
    before: String,
    line: usize,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut before, mut open) = (Vec::new(), String::new(), None::<Block>);
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, Some(kind)) => {
                let kind = kind.trim().to_owned();
                open = Some(Block { kind, before: before.clone(), line: at + 2, text: String::new() });
            }
            (None, None) if line.trim().is_empty() => {}
            (None, None) => line.trim().clone_into(&mut before),
        }
    }
    blocks
}

impl Example {
    /// Puts the example into a project, on the line that it has on its page.
    fn lay(&self, project: &Project) {
        let path = format!("cases/{}-{}.yaml", self.page, self.line);
        project.write(&path, format!("{}{}", "\n".repeat(self.line - 1), self.text).as_bytes());
    }
}

/// What is exposed in the world of the golden cases and stands in no example of a matrix.
const ELSEWHERE: [&str; 15] = [
    "approvers",
    "claim_log",
    "claim_totals",
    "currencies",
    "holidays",
    "inspections",
    "integrations",
    "leases",
    "lockers",
    "organizations",
    "shifts",
    "signs",
    "sites",
    "teams",
    "visits",
];

#[test]
fn every_whole_example_holds() {
    let project = world::project();
    let whole: Vec<_> = examples().into_iter().filter(|it| it.mark == Mark::Whole).collect();
    assert!(!whole.is_empty(), "no page shows an example");
    for example in &whole {
        example.lay(&project);
    }
    let accepted = ELSEWHERE.map(|name| format!("  - {{ name: {name}, why: no page is about it }}\n"));
    project.write("cases/elsewhere.yaml", format!("accepts:\n{}", accepted.concat()).as_bytes());
    let checked = project.run(&["check"]);
    assert_eq!(checked.code, Some(0), "the line is that of the page\n{}{}", checked.out, checked.err);
    let ran = world::run(&project, &[]);
    assert_eq!(ran.code, Some(0), "the line is that of the page\n{}{}", ran.out, ran.err);
}

#[test]
fn every_broken_example_breaks_as_it_is_shown() {
    for example in examples() {
        let Mark::Broken(shown) = &example.mark else { continue };
        let project = world::project();
        let path = shown.split_whitespace().find(|word| word.starts_with("cases/"));
        let path = path.and_then(|place| place.split(':').next()).unwrap_or("cases/example.yaml");
        project.write(path, example.text.as_bytes());
        let name = path.trim_start_matches("cases/").trim_end_matches(".yaml");
        let printed = world::settled(&project, &world::run(&project, &[name, "--skip", "migrations/"]));
        let wanted = world::lines(shown).filter(|line| !is_header(line)).collect::<Vec<_>>();
        let found: Vec<_> = printed.lines().collect();
        let at = format!("{}.md:{}", example.page, example.line);
        assert_eq!(found[0], "exit 1", "{at}\n{printed}");
        let found: Vec<_> = found[1..].iter().map(|line| (*line).to_owned()).collect();
        assert!(is_shown(&wanted, &found), "{at} shows\n{}\nand this is printed\n{printed}", wanted.join("\n"));
    }
}

#[test]
fn every_kind_of_contract_has_a_page_with_an_example() {
    let examples = examples();
    for kind in pgattest::case::kinds() {
        // What is accepted is what no matrix names.
        let page = if kind == "accepts" { "access" } else { kind };
        let shows = |it: &Example| it.text.lines().any(|line| line.starts_with(kind));
        let has_one = examples.iter().any(|it| it.page == page && it.mark == Mark::Whole && shows(it));
        assert!(has_one, "docs/cases/{page}.md shows no whole example of `{kind}`");
    }
}

/// Whether a line is about the world, and not about a contract: tests run without it.
fn is_header(line: &str) -> bool {
    ["pgattest ", "  note ", "  stub ", "  imitated "].iter().any(|begins| line.starts_with(begins))
}

/// Whether lines are shown, where `…` stands for any number of them.
fn is_shown(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == "…" => (0..=printed.len()).any(|at| is_shown(rest, &printed[at..])),
        Some((line, rest)) => printed.split_first().is_some_and(|(found, left)| line == found && is_shown(rest, left)),
    }
}
