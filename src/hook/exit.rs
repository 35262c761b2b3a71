//! How a hook ends: a fold over what it does.

use crate::shell::Trace;

/// The exit status of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0 at each run.
    Succeeds,
    /// Another number at each run; which, when that is known.
    Fails(Option<u8>),
    /// Nobody can say.
    Either,
    /// It does not end by itself.
    Never,
}

impl Exit {
    /// How the trace ends.
    pub(crate) fn of(trace: &Trace) -> Self {
        if trace.time.shortest.is_infinite() {
            return Self::Never;
        }
        match trace.status.success() {
            Some(true) => Self::Succeeds,
            Some(false) => Self::Fails(trace.status.number()),
            None => Self::Either,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use std::process::{Command, Stdio};

    use super::Exit;
    use crate::hook::real_shell::succeeds;
    use crate::shell::TextRef;
    use crate::shell::traced::{bash, sh, words};

    #[test]
    fn the_status_is_that_of_what_ran_last() {
        for (script, exit) in [
            ("exit 15", Exit::Fails(Some(15))),
            ("exit 256", Exit::Succeeds),
            ("exit", Exit::Succeeds),
            ("false; exit", Exit::Fails(Some(1))),
            ("false", Exit::Fails(Some(1))),
            ("! false", Exit::Succeeds),
            ("! true", Exit::Fails(Some(1))),
            ("false; true", Exit::Succeeds),
            ("set -e; false; true", Exit::Fails(Some(1))),
            ("set -e; false || true; exit 3", Exit::Fails(Some(3))),
            ("set -e; if false; then exit 2; fi", Exit::Succeeds),
            ("false || exit 4", Exit::Fails(Some(4))),
            ("true || exit 4", Exit::Succeeds),
            ("false && exit 4", Exit::Fails(Some(1))),
            ("(exit 7)", Exit::Fails(Some(7))),
            ("(exit 7); echo done", Exit::Succeeds),
            ("f() { return 9; }; f", Exit::Fails(Some(9))),
            ("trap 'echo bye' EXIT; exit 6", Exit::Fails(Some(6))),
            ("trap 'exit 7' EXIT; exit 3", Exit::Fails(Some(7))),
            ("trap 'exit 0' EXIT; false", Exit::Succeeds),
            ("break; exit 4", Exit::Fails(Some(4))),
            ("kill $$; exit 0", Exit::Fails(Some(143))),
            ("kill -9 $$; exit 0", Exit::Fails(Some(137))),
            ("echo $((1/0)); exit 0", Exit::Fails(None)),
            ("timeout 1 sleep 5", Exit::Fails(None)),
            ("timeout 5 sleep 1", Exit::Succeeds),
            ("false & wait $!", Exit::Either),
            ("sleep 5 & kill $!", Exit::Succeeds),
            ("sleep 1 & sleep 3; kill $!", Exit::Either),
            ("kill $!", Exit::Fails(None)),
            ("false; rc=$?; exit $rc", Exit::Fails(Some(1))),
            ("(exit 4); rc=$?; sleep 1; exit $((rc + 1))", Exit::Fails(Some(5))),
            ("echo exit 3 | sh", Exit::Either),
            ("false &", Exit::Succeeds),
            ("x=$(exit 5)", Exit::Fails(Some(5))),
            ("case a in b) false ;; esac", Exit::Succeeds),
            ("", Exit::Succeeds),
        ] {
            assert_eq!(Exit::of(&sh(script)), exit, "{script}");
        }
    }

    #[test]
    fn a_pipe_ends_as_its_last_command_does_unless_pipefail_is_set() {
        assert_eq!(Exit::of(&bash("false | true")), Exit::Succeeds);
        assert_eq!(Exit::of(&bash("true | false")), Exit::Fails(Some(1)));
        assert_eq!(Exit::of(&bash("set -o pipefail; false | true")), Exit::Fails(Some(1)));
        assert_eq!(Exit::of(&bash("set -o pipefail; (exit 3) | (exit 4) | true")), Exit::Fails(Some(4)));
        assert_eq!(Exit::of(&bash("set -eo pipefail; false | true; exit 0")), Exit::Fails(Some(1)));
        assert_eq!(Exit::of(&words(&["bash", "-o", "pipefail", "-c", "false | true"])), Exit::Fails(Some(1)));
    }

    #[test]
    fn a_command_that_cannot_be_there_ends_with_127() {
        assert_eq!(Exit::of(&words(&["sleep 5"])), Exit::Fails(Some(127)));
        assert_eq!(Exit::of(&words(&["sh", "-c", ""])), Exit::Succeeds);
        assert_eq!(Exit::of(&words(&["sh", "-c"])), Exit::Fails(Some(2)));
        assert_eq!(Exit::of(&sh("if true; sleep 1; fi")), Exit::Fails(Some(2)));
        // It ends before the shell reads what it cannot read.
        assert_eq!(Exit::of(&sh("exit 3\n&& sleep 1")), Exit::Fails(Some(3)));
    }

    #[test]
    fn what_nobody_knows_may_fail_and_what_never_ends_has_no_status() {
        assert_eq!(Exit::of(&sh("/app/drain")), Exit::Either);
        assert_eq!(Exit::of(&sh("/app/drain || true")), Exit::Succeeds);
        assert_eq!(Exit::of(&sh("/app/drain; exit $CODE")), Exit::Either);
        assert_eq!(Exit::of(&sh("/app/drain && false")), Exit::Fails(None));
        assert_eq!(Exit::of(&sh("sleep infinity")), Exit::Never);
        assert_eq!(Exit::of(&sh("while true; do sleep 1; done; false")), Exit::Never);
    }

    #[test]
    fn a_program_that_ends_only_by_failing_never_succeeds() {
        for (script, never_succeeds) in [
            ("sleep infinity", true),
            ("sleep infinity & wait", true),
            ("trap : TERM INT; sleep infinity & wait", true),
            ("tail -f /dev/null & wait $!", true),
            ("while true; do sleep 1000 & wait $!; done", true),
            ("/app/x && sleep infinity", true),
            ("/app/x && /app/y && tail -f /dev/null", true),
            ("set -e; /app/x; sleep infinity", true),
            ("set -e; while true; do /app/x; sleep 10; done", true),
            ("while true; do /app/x || exit 1; sleep 10; done", true),
            ("/app/x || exit 1; sleep infinity", true),
            ("if /app/x; then sleep infinity; else exit 1; fi", true),
            ("sh -c '/app/x && sleep infinity'", true),
            ("(/app/x && sleep infinity)", true),
            ("sleep infinity &", false),
            ("sleep infinity & /app/x", false),
            ("sleep infinity & PID=$!; /app/x; kill $PID; wait", false),
            ("/app/x & wait", false),
            ("/app/x || sleep infinity", false),
            ("/app/x && sleep infinity; true", false),
            ("(/app/x && sleep infinity); echo done", false),
            ("set -e; trap 'exit 0' EXIT; /app/x; sleep infinity", false),
            ("while true; do /app/x && break; sleep 10; done", false),
            ("while true; do /app/x || exit; exit 0; done", false),
            ("set -e; until /app/x; do sleep 1; done; exit 1", false),
            ("timeout 60 sh -c '/app/x && sleep infinity'", false),
            ("! /app/x && sleep infinity", true),
            ("if /app/x; then exit 0; fi; sleep infinity", false),
            ("exit 1", false),
            ("/app/x && sleep 60", false),
        ] {
            assert_eq!(sh(script).never_succeeds, never_succeeds, "{script}");
        }
    }

    /// The command, what of it is at fault, and what of the reason says so.
    const FAULTY: &[(&[&str], &str, &str)] = &[
        (&["echo a && sleep 5"], "echo a && sleep 5", "blanks included"),
        (&["/bin/sh -c 'sleep 5'"], "/bin/sh -c 'sleep 5'", "blanks included"),
        (&["sh", "-c", "touch", "/x"], "touch", "becomes its $0"),
        (&["sh", "-c", "kill", "-TERM", "1"], "kill", "becomes its $0"),
        (&["sh", "-c"], "sh", "there is none"),
        (&["sh", "sleep 10"], "sleep 10", "without `-c`"),
        (&["bash", "sleep", "10"], "sleep", "without `-c`"),
        (&["bash", "/scripts/stop.sh --now"], "/scripts/stop.sh --now", "without `-c`"),
        (&["sh", "-c sleep 10"], "-c sleep 10", "one item"),
        (&["bash", "-ec sleep 10"], "-ec sleep 10", "one item"),
        (&["sh", "-c", "'sleep 10'"], "'sleep 10'", "the quotes"),
        (&["sh", "-c", "true &; true"], "; true", "cannot read"),
        (&["sh", "-c", "true\n&& true"], "&& true", "cannot read"),
        (&["sh", "-c", "true; sleep 10m30"], "10m30", "no time"),
        (&["sh", "-ec", "cp /a; true"], "cp /a", "single operand"),
        (&["sh", "-c", "true && touch"], "touch", "without an operand"),
        (&["cat", "/x", "&&", "ls"], "&&", "argument of `cat`"),
        (&["ls", "/x", "|", "grep", "a"], "|", "argument of `ls`"),
        (&["rm", "/x/x", "2>/dev/null"], "2>/dev/null", "argument of `rm`"),
        (&["cp", "/etc/hosts", "/tmp/", "&&", "true"], "&&", "argument of `cp`"),
        (&["mkdir", "/tmp", "&&", "mkdir", "/tmp"], "&&", "argument of `mkdir`"),
        (&["test", "-d", "/", "&&", "true"], "&&", "argument of `test`"),
        (&["pkill", "no-such-program", "||", "true"], "||", "argument of `pkill`"),
    ];

    #[test]
    fn what_cannot_work_is_told_with_its_words() {
        for (argv, at_fault, says) in FAULTY {
            let trace = words(argv);
            let fatal = trace.fatal.as_ref().unwrap_or_else(|| panic!("{argv:?}"));
            let TextRef::Argument(at) = fatal.words.text else { panic!("{argv:?}") };
            assert_eq!(argv[at].get(fatal.words.range()), Some(*at_fault), "{argv:?}");
            assert!(fatal.reason.contains(says), "{argv:?}: {}", fatal.reason);
            assert!(matches!(Exit::of(&trace), Exit::Fails(_)), "{argv:?}");
        }
    }

    #[test]
    fn what_cannot_work_fails_where_it_is_run() {
        for (argv, ..) in FAULTY {
            let (program, arguments) = argv.split_first().unwrap();
            let shells: &[&str] = match *program {
                "sh" => &["sh", "dash", "bash", "busybox"],
                program => &[program],
            };
            for shell in shells {
                let mut command = Command::new(shell);
                command.args((*shell == "busybox").then_some("sh")).args(arguments);
                // What is not there fails as well.
                let is_there = Command::new(shell).stdin(Stdio::null()).arg("--help").output().is_ok();
                assert!(!is_there || !succeeds(&mut command, &argv.join(" ")), "{shell}: {argv:?}");
            }
        }
    }

    #[test]
    fn what_may_work_is_not_at_fault() {
        for argv in [
            &["echo", "bye", "&&", "sleep", "10"][..],
            &["touch", "/a", "&&", "/b"],
            &["mkdir", "-p", "/a", ";", "true"],
            &["rm", "-f", "/a", "&&", "true"],
            &["find", "/x", "-exec", "rm", "{}", ";"],
            &["nginx", "-g", "daemon off;"],
            &["test", "$HOME", "!=", "x"],
            &["[", "-n", "$HOSTNAME", "]"],
            &["/app/drain", "$(NAME)", "&&", "x"],
            &["sh", "/my scripts/x.sh"],
            &["/opt/My App/run"],
            &["sh", "-c", "'/opt/app/My Tool' x"],
            &["sh", "-c", "sleep 10m30; true"],
            &["sh", "-c", "touch $FILES"],
            &["sh", "-c", "chmod -x /f"],
            &["sh", "-c", "rm -f"],
            &["sh", "-c", "cp -t /d /a; mv --target-directory=/d /a"],
            &["sh", "-c", "mkdir -p /a /a"],
            &["sh", "-c", "ls | xargs rm"],
            &["sh", "-c", "exit 0\n) never"],
            &["sh", "-c", "<commands>; true"],
            &["bash", "--login", "-euo", "pipefail", "-c", "true"],
            &["exit-15"],
        ] {
            assert_eq!(words(argv).fatal, None, "{argv:?}");
        }
        assert_eq!(sh("exit 15").fatal, None);
    }
}
