//! What a release needs to agree on: its version, the repository's address and the oldest Rust.

use std::path::{Path, PathBuf};

use crate::tool::{entries, repository};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The files in which a version or an address stands.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [
        "README.md",
        "CONTRIBUTING.md",
        ".krew.yaml",
        "action.yml",
        "action/install.sh",
        "ci/gitlab/kubectl-lifecycle.gitlab-ci.yml",
    ]
    .map(repository)
    .to_vec();
    files.extend(entries(&repository("docs")).into_iter().filter(|path| path.is_file()));
    files.sort();
    files
}

/// What stands behind each `before`, up to the first character that `goes_on` refuses.
fn all_behind(text: &str, before: &str, goes_on: impl Fn(char) -> bool) -> Vec<String> {
    text.split(before).skip(1).map(|rest| rest.chars().take_while(|c| goes_on(*c)).collect()).collect()
}

#[test]
fn every_file_names_the_version_of_cargo_toml() {
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let mut found = 0;
    for file in files() {
        let text = read(&file);
        for before in
            ["rev: v", "kubectl-lifecycle@v", "kubectl-lifecycle/v", "KUBECTL_LIFECYCLE_VERSION: \""]
        {
            for version in all_behind(&text, before, digits) {
                assert_eq!(version, VERSION, "{}: behind `{before}`", file.display());
                found += 1;
            }
        }
    }
    assert!(found >= 6, "{found}");
}

#[test]
fn every_file_names_the_repository_of_cargo_toml() {
    let owned = REPOSITORY.strip_prefix("https://github.com/").unwrap();
    for file in files() {
        let text = read(&file);
        assert!(!text.contains("OWNER"), "{}", file.display());
        for before in ["https://github.com/", "https://raw.githubusercontent.com/", "uses: "] {
            let name = |c: char| c.is_ascii_alphanumeric() || "-_/.".contains(c);
            for address in all_behind(&text, before, name) {
                if address.contains("kubectl-lifecycle") {
                    assert!(address.starts_with(owned), "{}: {before}{address}", file.display());
                }
            }
        }
    }
}

#[test]
fn ci_tries_the_oldest_rust_that_cargo_toml_promises() {
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    let workflow = read(&repository(".github/workflows/ci.yml"));
    for command in [format!("rustup toolchain install {oldest} "), format!("cargo +{oldest} check")] {
        assert!(workflow.contains(&command), "ci.yml lacks `{command}`");
    }
}

#[test]
fn the_action_the_release_and_krew_call_an_archive_the_same() {
    let archive = "kubectl-lifecycle-v";
    assert!(read(&repository(".ci/package")).contains("name=kubectl-lifecycle-v$version-$target"));
    assert!(read(&repository("action/install.sh")).contains("archive=kubectl-lifecycle-v$version-$target"));
    let krew = read(&repository(".krew.yaml"));
    let workflow = read(&repository(".github/workflows/release.yml"));
    let installer = read(&repository("action/install.sh"));
    let targets = all_behind(&workflow, "- target: ", |c| !c.is_whitespace());
    assert_eq!(targets.len(), 5);
    for target in targets {
        let suffix = if target.contains("windows") { "zip" } else { "tar.gz" };
        // krew's tag has the v.
        let name = format!("{}{{{{ .TagName }}}}-{target}.{suffix}", archive.trim_end_matches('v'));
        assert!(krew.contains(&name), ".krew.yaml lacks {name}");
        assert!(installer.contains(&format!("echo {target} ")), "action/install.sh lacks {target}");
    }
}

#[test]
fn both_hooks_run_the_same_command_with_flags_that_users_cannot_lose() {
    let hooks = read(&repository(".pre-commit-hooks.yaml"));
    let entries = all_behind(&hooks, "entry: ", |c| c != '\n');
    assert_eq!(entries, ["kubectl-lifecycle lint --force-exclude --with ."; 2]);
    assert_eq!(hooks.matches("require_serial: true").count(), 2);
    assert!(!hooks.contains("args:") && !hooks.contains("pass_filenames"));
}
