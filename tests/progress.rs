//! What a run that lasts shows on a real terminal, and how it ends when it is interrupted.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs the tool on a terminal of its own; `None`, said loudly, where there is no Python to make one.
fn on_terminal(action: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/on_terminal.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(action).arg(env!("CARGO_BIN_EXE_kubectl-lifecycle")).args(arguments);
    command.env_remove("CI").env("TERM", "xterm").env("LC_ALL", "C.UTF-8").envs(variables.iter().copied());
    let Ok(output) = command.output() else {
        // Written past the test runner, which would keep it to itself.
        let said =
            std::io::stderr().write_all(b"SKIPPED: python3 is not on PATH, so no terminal was tried\n");
        said.unwrap();
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn text<'v>(ran: &'v Value, key: &str) -> &'v str {
    ran[key].as_str().unwrap()
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
    for (variables, arguments) in [
        (&[("CI", "true")][..], &["lint", "-"][..]),
        (&[("TERM", "dumb")], &["lint", "-"]),
        (&[], &["lint", "--quiet", "-"]),
        (&[], &["lint", "-o", "json", "-"]),
    ] {
        let Some(ran) = on_terminal("finish", variables, arguments) else { return };
        assert_eq!(text(&ran, "terminal"), "", "{variables:?} {arguments:?}");
    }
}

#[test]
fn an_interrupt_erases_progress_and_ends_by_its_signal() {
    for (action, signal) in [("ctrl-c", 2), ("term", 15), ("hup", 1)] {
        let Some(ran) = on_terminal(action, &[], &["lint", "-"]) else { return };
        assert!(text(&ran, "before").contains("read 0 of 1 file"), "{action}: {ran}");
        assert_eq!((left(&ran).as_str(), text(&ran, "stdout")), ("", ""), "{action}: {ran}");
        assert_eq!(ran["signal"], signal, "{action}: {ran}");
    }
}

#[test]
fn an_interrupt_is_what_a_shell_expects_of_it() {
    let tool = env!("CARGO_BIN_EXE_kubectl-lifecycle");
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let script = format!(
            "mkfifo \"$1\"/in; exec 3<>\"$1\"/in; sh -c '(sleep 0.3; kill -{signal} $$) & exec {tool} lint - <&3'; echo $?"
        );
        let scratch = tempfile::tempdir().unwrap();
        let output = Command::new("bash").args(["-c", &script, "bash"]).arg(scratch.path()).output();
        let Ok(output) = output else { return };
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), status.to_string(), "{output:?}");
    }
}
