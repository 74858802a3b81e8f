//! The README is true: its two commands do everything, its commands exist, its exit codes are the program's.

mod support;

use std::path::Path;

const README: &str = include_str!("../../README.md");

/// Returns the code blocks of the README, each with the word behind its fence.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = README.split("```");
    let mut found = Vec::new();
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        found.push(block.split_once('\n').expect("a fence ends its line"));
    }
    found
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository")
}

fn run(arguments: &[&str]) -> support::Ran {
    support::ran(support::program().args(arguments).current_dir(repository()).output().expect("the program starts"))
}

#[test]
fn two_commands_do_everything() {
    let (_, commands) = blocks().into_iter().find(|(kind, _)| *kind == "sh").expect("a block of commands");
    let commands: Vec<_> = commands.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).collect();
    assert_eq!(commands, ["cargo run -- run", "cargo test"]);
    let ran = run(&["run", "--server", "local"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.starts_with("pgattest "), "{}", ran.out);
}

#[test]
fn the_output_shown_has_the_shape_of_the_real_one() {
    let (_, shown) = blocks().into_iter().find(|(_, text)| text.starts_with("pgattest 0")).expect("a block of output");
    let real = run(&["run", "--server", "local"]).out;
    let last =
        |text: &str| text.lines().last().unwrap_or_default().split(" · ").take(4).collect::<Vec<_>>().join(" · ");
    assert_eq!(last(shown), last(&real));
    let first = |text: &str| {
        text.lines()
            .next()
            .unwrap_or_default()
            .split(" · ")
            .map(|part| part.split(' ').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(first(shown), first(&real));
}

#[test]
fn the_mistake_shown_is_told_in_the_very_words() {
    let (_, shown) = blocks().into_iter().find(|(_, text)| text.starts_with("error: ")).expect("a block of a mistake");
    let sql =
        "create table public.orders (\n  id uuid primary key,\n  client_id uuid references public.clients (id)\n);\n";
    let project = support::Project::new(&[("migrations/20260301090000_orders.sql", sql)]);
    assert_eq!(project.run(&["run", "--server", "local"]).err.trim(), shown.trim());
}

#[test]
fn the_contract_shown_breaks_as_shown_when_its_policy_is_loosened() {
    let (_, contract) =
        blocks().into_iter().find(|(kind, text)| *kind == "yaml" && text.contains("cases:")).expect("a contract");
    let (_, shown) = blocks().into_iter().find(|(_, text)| text.starts_with("  broken ")).expect("a broken contract");
    let project = support::Project::new(&[
        ("cases/people/reading.yaml", contract),
        ("migrations/20990101000000_loose.sql", "alter policy organizations_select_own on organizations using (true);"),
    ]);
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/world");
    for folder in ["migrations", "fixtures"] {
        for entry in std::fs::read_dir(world.join(folder)).expect("the golden world is there").flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_file() {
                project.write(&name, &std::fs::read(entry.path()).expect("the file can be read"));
            }
        }
    }
    let ran = project.run(&["run", "--server", "local", "the other organization is hidden"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(shown.trim_end()), "{}", ran.out);
}

#[test]
fn every_command_that_is_named_is_one() {
    let words = README.split('`').filter_map(|text| text.strip_prefix("pgattest "));
    let commands: Vec<_> =
        words.filter_map(|rest| rest.split_whitespace().next()).filter(|word| !word.starts_with('-')).collect();
    assert!(commands.len() > 4);
    for command in commands {
        let ran = run(&[command.trim_end_matches(','), "--help"]);
        assert_eq!(ran.code, Some(0), "pgattest {command}");
    }
}

#[test]
fn every_flag_that_is_named_is_one() {
    let help: String = ["run", "list", "doctor", "shell"].iter().map(|command| run(&[command, "--help"]).out).collect();
    for (at, _) in README.match_indices("--") {
        let flag: String = README[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        let before = README[..at].ends_with(['`', ' ']);
        if before && flag.len() > 3 {
            assert!(help.contains(&flag), "{flag}");
        }
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let codes = "0 held · 1 broken · 2 a mistake in a file or a flag · 3 could not judge · 4 nothing selected";
    let unwrapped = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped(README).contains(codes) && unwrapped(&run(&["--help"]).out).contains(codes));
}
