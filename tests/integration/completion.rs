//! Completion as its users meet it: through kubectl, and through the script in a real bash.

use crate::programs::{is_there, path_with};
use crate::tool::{Run, Tool, entries, executable};

const UNTRIED: &str = "completion was not tried with it";

fn script(completer: &str) -> String {
    Tool::new().run(&["completion", completer]).printed()
}

#[cfg(unix)]
#[test]
fn kubectl_completes_the_plugin() {
    if !is_there("kubectl", &["--help"], UNTRIED) {
        return;
    }
    let here = Tool::new();
    crate::programs::script(&here.at("kubectl_complete-lifecycle"), &script("kubectl"));
    let complete = |words: &[&str]| {
        Run::program("kubectl", here.path())
            .args(&["__complete", "lifecycle"])
            .args(words)
            .env("PATH", path_with(&[here.path(), executable().parent().unwrap()]))
            .end()
            .printed()
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
    let here = Tool::new();
    here.write("completion.bash", &script("bash"));
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source ./completion.bash && COMP_WORDS=(kubectl-lifecycle {}) COMP_CWORD={} && \
         function=$(complete -p kubectl-lifecycle | sed -n 's/.*-F \\([^ ]*\\) .*/\\1/p') && \
         \"$function\" kubectl-lifecycle \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\" && \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len()
    );
    let offers = Run::program("bash", here.path()).args(&["--norc", "-c", &ask]).end().printed();
    offers.lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_the_executable() {
    if !is_there("bash", &["--version"], UNTRIED) {
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
        if !is_there(shell, &["--version"], UNTRIED) {
            continue;
        }
        let here = Tool::new();
        here.write("completion", &script(shell));
        Run::program(shell, here.path()).args(&[check, "completion"]).end().printed();
    }
}

#[test]
fn the_manual_pages_are_accepted_by_groff_without_a_warning() {
    if !is_there("groff", &["--version"], UNTRIED) {
        return;
    }
    let here = Tool::new();
    here.run(&["man", "pages"]).printed();
    let pages = entries(&here.at("pages"));
    for page in &pages {
        let ran = Run::program("groff", here.path()).args(&["-man", "-Tascii", "-ww"]).args(&[page]).end();
        assert_eq!((ran.code(), ran.err.as_str()), (0, ""), "{}", page.display());
        assert!(!ran.out.is_empty(), "{}", page.display());
    }
    assert!(pages.len() >= 6, "{pages:?}");
}
