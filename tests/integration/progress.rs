//! What a run that lasts shows on a real terminal, and how it ends when it is interrupted.

use serde_json::Value;

use crate::programs::is_there;
use crate::tool::{Run, Tool, executable, repository};

type Variables<'v> = &'v [(&'v str, &'v str)];

/// Runs the tool on a terminal of its own; `None`, said loudly, where there is no Python to make one.
fn on_terminal(action: &str, variables: Variables<'_>, arguments: &[&str]) -> Option<Value> {
    if !is_there("python3", &["--version"], "no terminal was tried") {
        return None;
    }
    let here = Tool::new();
    let mut run = Run::program("python3", here.path())
        .args(&[repository("tests/integration/on_terminal.py")])
        .args(&[action, executable().to_str().unwrap()])
        .args(arguments)
        .env("TERM", "xterm");
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let ran = run.end();
    assert_eq!(ran.code(), 0, "{}", ran.err);
    Some(ran.json())
}

fn text<'v>(ran: &'v Value, key: &str) -> &'v str {
    ran[key].as_str().unwrap()
}

/// Tries all at once: each waits, and needs no processor.
fn side_by_side<T: Copy + Send, const N: usize>(all: [T; N], attempt: impl Fn(T) + Sync) {
    let attempt = &attempt;
    std::thread::scope(|scope| {
        all.map(|one| scope.spawn(move || attempt(one))).map(|ran| ran.join().unwrap())
    });
}

/// What is left to be read on the line after everything was written: each erasure begins it anew.
fn left(ran: &Value) -> String {
    let all = text(ran, "terminal").replace("^C", "");
    let rest = all.rsplit("\u{1b}[2K").next().unwrap().to_owned();
    rest.trim_matches(['\r', '\n', ' ']).to_owned()
}

#[test]
fn progress_is_shown_after_a_second_and_leaves_nothing_behind() {
    let Some(ran) = on_terminal("finish", &[], &["lint", "-"]) else { return };
    assert!(text(&ran, "before").contains("read 0 of 1 file"), "{ran}");
    assert_eq!(left(&ran), "", "{ran}");
    assert_eq!(ran["code"], 0);
    assert!(text(&ran, "stdout").contains("No lifecycle faults"), "{ran}");
}

#[test]
fn a_short_run_shows_no_progress() {
    let Some(ran) = on_terminal("at-once", &[], &["lint", "-"]) else { return };
    assert_eq!((text(&ran, "terminal"), &ran["code"]), ("", &Value::from(0)));
}

#[test]
fn machines_and_those_who_want_it_quiet_get_no_progress() {
    const RUNS: [(Variables<'_>, &[&str]); 4] = [
        (&[("CI", "true")], &["lint", "-"]),
        (&[("TERM", "dumb")], &["lint", "-"]),
        (&[], &["lint", "--quiet", "-"]),
        (&[], &["lint", "-o", "json", "-"]),
    ];
    side_by_side(RUNS, |(variables, arguments)| {
        let Some(ran) = on_terminal("finish", variables, arguments) else { return };
        assert_eq!(text(&ran, "terminal"), "", "{variables:?} {arguments:?}");
    });
}

#[test]
fn an_interrupt_erases_progress_and_ends_by_its_signal() {
    side_by_side([("ctrl-c", 2), ("term", 15), ("hup", 1)], |(action, signal)| {
        let Some(ran) = on_terminal(action, &[], &["lint", "-"]) else { return };
        assert!(text(&ran, "before").contains("read 0 of 1 file"), "{action}: {ran}");
        assert_eq!((left(&ran).as_str(), text(&ran, "stdout")), ("", ""), "{action}: {ran}");
        assert_eq!(ran["signal"], signal, "{action}: {ran}");
    });
}

#[test]
fn an_interrupt_is_what_a_shell_expects_of_it() {
    if !is_there("bash", &["--version"], "no shell saw an interrupt") {
        return;
    }
    let tool = executable().display();
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let script = format!(
            "mkfifo in; exec 3<>in; sh -c '(sleep 0.3; kill -{signal} $$) & exec {tool} lint - <&3'; echo $?"
        );
        let here = Tool::new();
        let ran = Run::program("bash", here.path()).args(&["-c", &script]).end();
        assert_eq!(ran.out.trim(), status.to_string(), "{ran:?}");
    }
}
