#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::shell::invocation::{Invocation, only_file, resolve};
use crate::shell::{CommandLine, Env, Knowledge, TextRef, trace};

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn run(words: &[&str]) -> Duration {
    run_in(words, &[], None, &[])
}

fn run_in(
    words: &[&str],
    env: &[(&str, Option<&str>)],
    image: Option<&str>,
    files: &[(&str, &str)],
) -> Duration {
    let argv = argv(words);
    let env: Env = env.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect();
    let find = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| *text);
    Duration::of(&trace(&CommandLine {
        argv: &argv,
        env: &env,
        image,
        working_dir: None,
        files: &find,
        windows: false,
        shares_processes: false,
        knowledge: &Knowledge::NONE,
        unanswered: None,
    }))
}

fn sh(script: &str) -> Duration {
    run(&["/bin/sh", "-c", script])
}

/// Shortest, longest, known.
fn interval(found: &Duration) -> (f64, Longest, bool) {
    (found.shortest, found.longest, found.known)
}

fn exactly(seconds: f64) -> (f64, Longest, bool) {
    (seconds, Longest::Seconds(seconds), true)
}

fn between(shortest: f64, longest: f64) -> (f64, Longest, bool) {
    (shortest, Longest::Seconds(longest), true)
}

fn decisive<'a>(words: &[&'a str], found: &Duration) -> &'a str {
    let place = found.decisive.as_ref().expect("something decides");
    let TextRef::Argument(at) = place.text else { panic!("{place:?}") };
    words.get(at).and_then(|word| word.get(place.range())).expect("a range of the argument")
}

fn reason(found: &Duration) -> &str {
    &found.failure.as_ref().expect("a failure").reason
}

#[test]
fn a_program_called_sleep_takes_its_operands() {
    assert_eq!(interval(&run(&["sleep", "10"])), exactly(10.0));
    assert_eq!(interval(&run(&["/bin/sleep", "1m", "0.5"])), exactly(60.5));
    assert_eq!(interval(&run(&["busybox", "sleep", "3"])), exactly(3.0));
    assert_eq!(interval(&run(&["env", "A=1", "nice", "-n", "5", "sleep", "3"])), exactly(3.0));
    assert!(run(&["sleep", "infinity"]).never_ends());
    assert_eq!(interval(&run(&["/opt/app/sleep", "3"])), (0.0, Longest::Unknown, false));
}

#[test]
fn options_of_the_shell_do_not_hide_the_script() {
    for options in [
        &["-c"][..],
        &["-ec"],
        &["-lc"],
        &["-xec"],
        &["-e", "-c"],
        &["-o", "pipefail", "-c"],
        &["-eo", "pipefail", "-c"],
        &["--login", "-c"],
        &["-c", "--"],
    ] {
        let words = [&["/bin/bash"], options, &["sleep 7"]].concat();
        assert_eq!(interval(&run(&words)), exactly(7.0), "{words:?}");
    }
    assert_eq!(interval(&run(&["/usr/bin/env", "sh", "-c", "sleep 7"])), exactly(7.0));
    assert_eq!(interval(&run(&["busybox", "sh", "-c", "sleep 7"])), exactly(7.0));
    assert_eq!(interval(&run(&["/bin/bash"])), exactly(0.0));
}

#[test]
fn what_cannot_run_takes_no_time_and_says_why() {
    for (words, at_fault, says) in [
        (&["sleep 10"][..], "sleep 10", "blanks included"),
        (&["sh", "-c", "sleep", "5"], "sleep", "becomes its $0"),
        (&["sleep", "$DELAY"], "$DELAY", "no time that sleep understands"),
        (&["sleep", "5", "&&", "/app/drain"], "&&", "no time that sleep understands"),
        (&["sleep", "$(DELAY)"], "$(DELAY)", "no time that sleep understands"),
        (&["echo a && sleep 5"], "echo a && sleep 5", "blanks included"),
        (&["sleep", "10m30"], "10m30", "no time that sleep understands"),
        (&["exec", "sleep", "5"], "exec", "a word of the shell"),
        (&["sh", "-c", "sleep 5; )"], ")", "cannot read"),
        (&["sh", "-c", "echo 'bye; sleep 5"], "", "never closed"),
    ] {
        let found = run(words);
        assert_eq!(interval(&found), exactly(0.0), "{words:?}");
        assert_eq!(decisive(words, &found), at_fault, "{words:?}");
        assert!(reason(&found).contains(says), "{words:?}: {}", reason(&found));
    }
    assert!(run(&[]).failure.is_some());
}

#[test]
fn an_operator_outside_a_shell_is_an_argument() {
    let words = ["echo", "bye", "&&", "sleep", "10"];
    assert_eq!(interval(&run(&words)), exactly(0.0));
    assert!(reason(&run(&words)).contains("without a shell"));
}

#[test]
fn a_substitution_that_was_meant_as_a_variable_fails() {
    let words = ["sh", "-c", "sleep $(DRAIN)"];
    let found = run_in(&words, &[("DRAIN", Some("10"))], None, &[]);
    assert_eq!(interval(&found), exactly(0.0));
    assert!(reason(&found).contains("$DRAIN"), "{}", reason(&found));
    assert!(!sh("sleep $(DRAIN)").known);
}

#[test]
fn variables_are_known_only_from_the_manifest_and_the_script() {
    let script = ["sh", "-c", "sleep ${DRAIN:-3}"];
    assert_eq!(interval(&run_in(&script, &[("DRAIN", Some("9"))], None, &[])), exactly(9.0));
    assert!(!run_in(&script, &[("DRAIN", None)], None, &[]).known);
    assert!(!run(&script).known, "the image may set it");
    assert_eq!(interval(&sh("N=4; sleep \"${N}s\"")), exactly(4.0));
}

#[test]
fn in_an_image_without_a_shell_only_the_applications_programs_run() {
    let image = Some("gcr.io/distroless/java17-debian12:nonroot");
    for words in [
        &["sleep", "10"][..],
        &["/bin/sh", "-c", "sleep 10"],
        &["curl", "localhost"],
        &["/bin/busybox", "sleep", "1"],
    ] {
        let found = run_in(words, &[], image, &[]);
        assert_eq!(interval(&found), exactly(0.0), "{words:?}");
        assert!(reason(&found).contains("distroless"), "{}", reason(&found));
    }
    assert!(!run_in(&["/app/server", "drain"], &[], image, &[]).known);
    assert_eq!(
        interval(&run_in(&["sleep", "10"], &[], Some("gcr.io/distroless/base:debug"), &[])),
        exactly(10.0)
    );
}

#[test]
fn an_unknown_program_leaves_the_time_unknown_but_for_what_is_known() {
    assert_eq!(interval(&run(&["/app/drain"])), (0.0, Longest::Unknown, false));
    assert_eq!(interval(&sh("/app/drain; sleep 2")), (2.0, Longest::Unknown, false));
    assert_eq!(interval(&sh("timeout 60 /app/drain")), (0.0, Longest::Seconds(60.0), false));
    assert_eq!(interval(&sh("curl -sf --max-time 5 localhost/drain")), (0.0, Longest::Seconds(5.0), false));
    assert_eq!(interval(&sh("curl -m 5 --retry 3 localhost")), (0.0, Longest::Unknown, false));
    assert_eq!(interval(&run(&["python3", "-c", "import time"])), (0.0, Longest::Unknown, false));
    assert_eq!(interval(&run(&["powershell", "Start-Sleep", "5"])), (0.0, Longest::Unknown, false));
}

#[test]
fn what_a_template_tool_fills_in_is_not_judged() {
    assert!(!sh("sleep {{ .Values.drain }}").known);
    assert!(!run(&["sleep", "{{drain}}"]).known);
    assert!(!run(&["{{ .Values.command }}"]).known);
}

#[test]
fn instant_commands_succeed_and_tests_can_go_either_way() {
    assert_eq!(interval(&sh("nginx -t && sleep 30")), exactly(30.0));
    assert_eq!(interval(&sh("touch /tmp/x && sleep 10")), exactly(10.0));
    assert_eq!(interval(&sh("[ -f /tmp/x ] && sleep 10")), between(0.0, 10.0));
    assert_eq!(interval(&sh("if pgrep nginx; then sleep 20; else sleep 4; fi")), between(4.0, 20.0));
    assert_eq!(interval(&sh("set -e; grep -q x /f; sleep 9")), between(0.0, 9.0));
}

#[test]
fn time_after_the_server_was_told_to_stop_does_not_count_as_waiting() {
    for (script, until_stop) in [
        ("nginx -s quit; sleep 10", 0.0),
        ("sleep 4; nginx -s quit; sleep 6", 4.0),
        ("kill -TERM 1; sleep 10", 0.0),
        ("kill 1; sleep 10", 0.0),
        ("kill -s SIGQUIT $(cat /run/nginx.pid); sleep 10", 0.0),
        ("pkill -f java; sleep 10", 0.0),
        ("apachectl -k graceful-stop; sleep 10", 0.0),
        ("sleep 10; kill -QUIT 1", 10.0),
        ("nginx -s reload; sleep 10", 10.0),
        ("kill -HUP 1; sleep 10", 10.0),
        ("kill -9 1; sleep 10", 10.0),
        ("kill -0 1; sleep 10", 10.0),
        ("sleep 90 >/dev/null 2>&1 & kill $!; sleep 10", 10.0),
    ] {
        let found = sh(script);
        assert_eq!((found.shortest, found.until_stop), (10.0, until_stop), "{script}");
    }
}

#[test]
fn waits_without_bound_are_told_from_loops_that_count() {
    for script in ["while pgrep nginx; do sleep 1; done", "until ! pgrep -x app >/dev/null; do sleep 1; done"]
    {
        let words = ["sh", "-c", script];
        let found = run(&words);
        assert_eq!((found.shortest, found.longest), (0.0, Longest::Unbounded), "{script}");
        assert_eq!(decisive(&words, &found), script);
    }
    for script in [
        "while true; do sleep 1; done",
        "while :; do sleep 1; done",
        "tail -f /dev/null",
        "for ((;;)); do sleep 1; done",
    ] {
        assert!(sh(script).never_ends(), "{script}");
    }
    let long = sh("sleep 40; while pgrep nginx; do sleep 1; done");
    assert_eq!((long.shortest, long.longest), (40.0, Longest::Unbounded));
    assert_eq!(sh("nginx -s quit; while kill -0 $!; do sleep 1; done").longest, Longest::Seconds(0.0));
    let retries = sh("i=0; while [ $i -lt 30 ] && pgrep app; do sleep 1; i=$((i+1)); done");
    assert_eq!(interval(&retries), between(0.0, 30.0));
    let tries = sh("for i in $(seq 1 20); do pgrep app || break; sleep 2; done");
    assert_eq!(interval(&tries), between(0.0, 40.0));
    for counts in [
        "end=$(( $(date +%s) + 30 )); while [ $(date +%s) -lt $end ]; do sleep 1; done",
        "n=$COUNT; while [ $n -gt 0 ]; do sleep 1; n=$((n-1)); done",
        "ls | while read f; do sleep 1; done",
    ] {
        assert_eq!(sh(counts).longest, Longest::Unknown, "{counts}");
    }
}

#[test]
fn a_job_in_the_background_may_hold_the_hook_open() {
    // Measured on containerd (fact N11).
    assert_eq!(interval(&sh("sleep 20 &")), exactly(20.0));
    assert_eq!(interval(&sh("sleep 20 >/dev/null 2>&1 &")), exactly(0.0));
    assert_eq!(interval(&sh("sleep 20 &>/dev/null & sleep 3")), exactly(3.0));
    assert_eq!(interval(&sh("sleep 20 & wait")), exactly(20.0));
    assert_eq!(interval(&sh("sleep 20 & pid=$!; sleep 2; wait $pid")), exactly(20.0));
    assert_eq!(interval(&sh("exec >/dev/null 2>&1; sleep 20 &")), exactly(0.0));
}

#[test]
fn a_script_in_a_file_is_followed_when_its_text_is_known() {
    let files = [
        ("/scripts/stop.sh", "#!/bin/sh\nset -e\n# é\nsleep \"$1\"\n"),
        ("/scripts/stop.py", "#!/usr/bin/env python3\nimport time\n"),
        ("/scripts/self.sh", "/scripts/self.sh; sleep 1"),
    ];
    for words in [
        &["/bin/bash", "/scripts/stop.sh", "8"][..],
        &["/scripts/stop.sh", "8"],
        &["sh", "-c", "/scripts/stop.sh 8"],
        &["sh", "-c", "exec /scripts/stop.sh 8"],
        &["sh", "-c", "sh -x /scripts/stop.sh 8"],
    ] {
        let found = run_in(words, &[], None, &files);
        assert_eq!(interval(&found), exactly(8.0), "{words:?}");
        assert_eq!(found.decisive.unwrap().text, TextRef::File("/scripts/stop.sh".to_owned()));
        assert_eq!(only_file(&argv(words)).unwrap().1, "/scripts/stop.sh");
    }
    let sourced = run_in(&["sh", "-c", "set -- 3; . /scripts/stop.sh; sleep 1"], &[], None, &files);
    assert_eq!(interval(&sourced), exactly(4.0));
    assert!(!run_in(&["/scripts/stop.py"], &[], None, &files).known);
    assert!(!run_in(&["/scripts/self.sh"], &[], None, &files).known);
}

#[test]
fn the_words_that_decide_are_the_operands_of_the_longest_sleep() {
    for (words, expected) in [
        (&["sleep", "30"][..], "30"),
        (&["sh", "-c", "echo é; sleep 1 2m; sleep 3"], "1 2m"),
        (&["sh", "-c", "sh -c 'sleep 45'"], "45"),
        (&["sh", "-c", "trap 'sleep 10' EXIT; sleep 1"], "'sleep 10'"),
        (&["sh", "-c", "sleep 1; /app/drain now"], "1"),
    ] {
        assert_eq!(decisive(words, &run(words)), expected, "{words:?}");
    }
}

#[test]
fn an_invocation_names_the_argument_that_holds_the_script() {
    let script = resolve(&argv(&["env", "A=1", "bash", "-eo", "pipefail", "-c", "x", "y"]));
    let Invocation::Script { argument, positional, errexit, .. } = script else { panic!("{script:?}") };
    assert_eq!((argument, positional, errexit), (6, argv(&["y"]), true));
    let other = resolve(&argv(&["C:\\Windows\\System32\\cmd.exe", "/c", "dir"]));
    assert_eq!(other, Invocation::OtherInterpreter { name: "cmd".to_owned(), windows: true });
    assert!(matches!(resolve(&argv(&["nginx", "-s", "quit"])), Invocation::Program { argument: 0 }));
}

#[test]
fn a_job_lasts_while_it_holds_an_output() {
    for (script, seconds) in [
        ("sleep 9 &", 9.0),
        ("sleep 9 >/dev/null &", 9.0),
        ("sleep 9 >/dev/stdout 2>/dev/stderr &", 9.0),
        ("sleep 9 >/dev/null 2>&1 &", 0.0),
        ("exec 2>/dev/null; sleep 9 >/dev/null &", 0.0),
        ("exec 1>&-; exec 2>&-; sleep 9 &", 0.0),
        ("(sleep 9 &) >/dev/null 2>&1; sleep 1", 1.0),
        ("{ sleep 9 & } >/dev/null 2>&1", 0.0),
        ("{ true; } >/dev/null 2>&1; sleep 9 &", 9.0),
        ("if true; then sleep 9 & fi >/dev/null 2>&1", 0.0),
        ("for i in 1 2; do sleep 9 & done >/dev/null 2>&1", 0.0),
        ("f() { sleep 9 & }; f >/dev/null 2>&1; sleep 1", 1.0),
        ("sh -c 'sleep 9 &' >/dev/null 2>&1", 0.0),
        ("sleep 9 & sleep 2; kill $!", 2.0),
        ("sleep 9 & P=$!; sleep 2; kill \"$P\"; wait $P", 2.0),
        ("tail -f /dev/null & sleep 3; kill %1", 3.0),
    ] {
        assert_eq!(interval(&sh(script)), exactly(seconds), "{script}");
    }
    // What a killed subshell has started goes on.
    assert_eq!(interval(&sh("(sleep 9; true) & sleep 2; kill $!")), between(2.0, 9.0));
}

#[test]
fn parameters_are_words_of_their_own() {
    for (script, seconds) in [
        ("X=3; f() { local X=4; }; f; sleep $X", 3.0),
        ("X=3; f() { X=4; }; f; sleep $X", 4.0),
        ("f() { local n=$1; [ $n -gt 0 ] && { sleep 1; f $((n - 1)); }; sleep $n; }; f 2", 5.0),
        ("trap 'sleep 3' EXIT; exec sleep 2", 2.0),
        ("trap 'sleep 3' EXIT; sleep 2", 5.0),
        ("X=5; export X; env -u X sh -c 'sleep ${X:-2}'", 2.0),
        ("tini -p SIGTERM -- sleep 4", 4.0),
        ("dumb-init -r 15:3 sleep 4", 4.0),
        ("set -- 1 2; sleep \"$@\"", 3.0),
        ("set -- 1 2; sleep $*", 3.0),
        ("f() { sleep \"$@\"; }; f 4", 4.0),
        ("main() { sleep \"$1\"; }; main \"$@\" 5", 5.0),
        ("set -- 1 2; for a in \"$@\"; do sleep $a; done", 3.0),
        ("set -- 1; sleep 1\"$@\"", 11.0),
        ("break; sleep 2", 2.0),
        ("for i in 1 2 3; do sleep 1; break 5; done; sleep 2", 3.0),
    ] {
        assert_eq!(interval(&sh(script)), exactly(seconds), "{script}");
    }
    assert_eq!(interval(&run(&["sh", "-c", "sleep \"$@\"", "sh", "2", "3"])), exactly(5.0));
    assert!(reason(&sh("set -- 1 2; sleep \"$*\"")).contains("`1 2`"));
    assert_eq!(interval(&sh("shift 3; sleep 5")), between(0.0, 5.0));
    assert!(sh("seq 3 | xargs -I{} sleep {}").failure.is_none());
}

#[test]
fn hostile_scripts_end_soon() {
    let start = std::time::Instant::now();
    for script in [
        "f() { f; f; }; f",
        "f() { f & f; }; f",
        "eval \"$(eval x)\"; x='eval $x$x$x'; eval $x",
        "x=a; while :; do x=$x$x; done",
        "set -- {1..20000}; while [ $# -gt 0 ]; do shift; sleep 0.001; done",
        "for i in {1..99999999}; do sleep 1; done",
        "for a in $(seq 20000); do for b in $(seq 20000); do sleep 1; done; done",
        "i=0; while [ $i -lt 999999999 ]; do sleep 1; i=$((i+1)); done",
        "echo $((9223372036854775807 + 1)) $((1/0)) $((1<<99)); sleep 99999999999999999999999999",
        "x='x=$x; eval \"$x\"; eval \"$x\"'; eval \"$x\"",
    ] {
        let found = run(&["bash", "-c", script]);
        assert!(!found.shortest.is_nan(), "{script}");
    }
    let nested =
        format!("f() {{ {} f; {} }}; f", "if true; then while true; do ".repeat(18), "done; fi; ".repeat(18));
    assert!(!sh(&nested).known);
    let shells = (0..8).fold("sleep 1".to_owned(), |script, _| format!("sh -c \"$(echo '{script}')\""));
    assert!(!sh(&shells).shortest.is_nan());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
