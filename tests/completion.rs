//! Completion as its users meet it: through kubectl, and through the script in a real bash.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn executable() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"))
}

/// PATH with these directories first.
fn path_with(directories: &[&Path]) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = directories.iter().map(|directory| directory.to_path_buf());
    std::env::join_paths(first.chain(std::env::split_paths(&path))).unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn script(completer: &str) -> String {
    printed(&Command::new(executable()).args(["completion", completer]).output().unwrap())
}

/// Whether a program can be run; says it past the test runner if not.
fn is_there(program: &str, argument: &str) -> bool {
    let there = Command::new(program)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .status()
        .is_ok();
    if !there {
        let said = format!("SKIPPED: {program} is not on PATH, so completion was not tried with it\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    there
}

#[cfg(unix)]
#[test]
fn kubectl_completes_the_plugin() {
    use std::os::unix::fs::PermissionsExt;

    if !is_there("kubectl", "--help") {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    let shim = here.path().join("kubectl_complete-lifecycle");
    std::fs::write(&shim, script("kubectl")).unwrap();
    std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).unwrap();
    let complete = |words: &[&str]| {
        let output = Command::new("kubectl")
            .args(["__complete", "lifecycle"])
            .args(words)
            .env("PATH", path_with(&[here.path(), executable().parent().unwrap()]))
            .output()
            .unwrap();
        printed(&output)
    };
    let table: &[(&[&str], &str, &str)] = &[
        (&[""], "lint\tLint manifests", ":4"),
        (&["lint", ""], "", ":0"),
        (&["lint", "--fail-on", ""], "error\tOnly what fails every time", ":4"),
        (&["lint", "-"], "--strict\t", ":4"),
        (&["lint", "--fail-on=w"], "warning\t", ":4"),
        (&["explain", "latest"], "latest-tag\t", ":4"),
        (&["completion", "k"], "kubectl\t", ":4"),
    ];
    for (words, line, directive) in table {
        let answer = complete(words);
        assert!(answer.lines().any(|got| got.starts_with(line)), "{words:?}: no {line:?} in {answer}");
        assert_eq!(answer.lines().last(), Some(*directive), "{words:?}: {answer}");
    }
}

/// What bash offers for a line, by its own completion machinery.
#[cfg(unix)]
fn bash_offers(words: &[&str]) -> Vec<String> {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("completion.bash");
    std::fs::write(&file, script("bash")).unwrap();
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source {} && COMP_WORDS=(kubectl-lifecycle {}) COMP_CWORD={} && \
         function=$(complete -p kubectl-lifecycle | sed -n 's/.*-F \\([^ ]*\\) .*/\\1/p') && \
         \"$function\" kubectl-lifecycle \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\" && \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        file.display(),
        quoted.join(" "),
        words.len()
    );
    let output = Command::new("bash").args(["--norc", "-c", &ask]).output().unwrap();
    printed(&output).lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_the_executable() {
    if !is_there("bash", "--version") {
        return;
    }
    for (words, wanted) in [
        (&["li"][..], "lint"),
        (&["lint", "--fai"], "--fail-on"),
        (&["lint", "--fail-on", "e"], "error"),
        (&["completion", "kub"], "kubectl"),
    ] {
        let offers = bash_offers(words);
        assert!(offers.iter().any(|offer| offer == wanted), "{words:?}: no {wanted} in {offers:?}");
    }
}

#[test]
fn the_scripts_for_other_shells_are_accepted_by_their_shells() {
    for (shell, check) in [("zsh", "-n"), ("fish", "--no-execute")] {
        if !is_there(shell, "--version") {
            continue;
        }
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("completion");
        std::fs::write(&file, script(shell)).unwrap();
        let output = Command::new(shell).arg(check).arg(&file).output().unwrap();
        assert!(output.status.success(), "{shell}: {output:?}");
    }
}

#[test]
fn the_manual_pages_are_accepted_by_groff_without_a_warning() {
    if !is_there("groff", "--version") {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    printed(&Command::new(executable()).arg("man").arg(here.path()).output().unwrap());
    let mut pages = 0;
    for page in std::fs::read_dir(here.path()).unwrap() {
        let page = page.unwrap().path();
        let output = Command::new("groff").args(["-man", "-Tascii", "-ww"]).arg(&page).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", page.display());
        assert!(!output.stdout.is_empty(), "{}", page.display());
        pages += 1;
    }
    assert!(pages >= 6, "{pages} pages");
}
