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
mod tests {
    use super::Exit;
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
}
