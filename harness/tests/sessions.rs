//! Several sessions go the same way on every major of PostgreSQL, and every time.

mod support;

use std::fs;
use std::path::Path;

use support::{Project, majors};

/// How often each case is run.
const TIMES: usize = 3;

/// Cases in which a session waits for another one.
const CASES: [&str; 5] = [
    "case.outcome/held-by-a-lock.yaml",
    "case.outcome/held-given-to-sessions.yaml",
    "case.outcome/held-in-a-queue.yaml",
    "sessions.deadlock/held.yaml",
    "sessions.order/held.yaml",
];

fn golden(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(path)).expect("a golden file")
}

/// Makes the world of the golden cases, with each of these cases in as many files as it is to be run.
fn project() -> Project {
    let project = Project::new(&[]);
    for folder in ["fixtures", "fixtures/client", "migrations"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/world").join(folder);
        for file in fs::read_dir(path).expect("the world").flatten().filter(|file| file.path().is_file()) {
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            project.write(&name, &golden(&format!("world/{name}")));
        }
    }
    for (number, case) in CASES.iter().enumerate() {
        for time in 0..TIMES {
            project.write(&format!("cases/{number}_{time}.yaml"), &golden(case));
        }
    }
    project
}

#[test]
fn sessions_go_the_same_way_on_every_major() {
    let project = project();
    for binaries in majors() {
        let folder = binaries.folder.to_string_lossy().into_owned();
        let ran = project.run(&["run", "--quiet", "--server", "local", "--pg-bin", &folder, "--test-threads", "4"]);
        assert_eq!(ran.code, Some(0), "PostgreSQL {}:\n{}{}", binaries.version.text, ran.out, ran.err);
    }
}

#[test]
fn the_number_of_orders_is_told_and_is_the_same_every_time() {
    let project = project();
    let Some(binaries) = majors().pop() else { return };
    let folder = binaries.folder.to_string_lossy().into_owned();
    let ran = project.run(&["run", "--server", "local", "--pg-bin", &folder, "two people add ten"]);
    let told: Vec<_> =
        ran.out.lines().filter_map(|line| line.split_once(" · ").filter(|_| line.contains("held"))).collect();
    let told: Vec<_> = told.into_iter().map(|(_, told)| told).filter(|told| told.contains("orders")).collect();
    assert_eq!(told, ["3 of 4 orders run, the others are like one of them"; TIMES], "{}{}", ran.out, ran.err);
}
