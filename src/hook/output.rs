//! What a hook leaves behind: the files that it writes, or nothing but words that nobody sees.

use std::collections::BTreeSet;

use super::idempotency;
use crate::programs::{OnFiles, Tells};
use crate::shell::{RedirectionKind, Step, Trace, tidy};

/// The paths that the trace makes or writes, as far as its words name them whole; devices left out, and
/// what a copy may have put into a folder that it names.
pub(crate) fn writes(trace: &Trace) -> BTreeSet<String> {
    let made = idempotency::made(trace);
    let copies = |step: &&Step| {
        step.program.is_some_and(|program| matches!(program.files, OnFiles::Copies | OnFiles::Moves))
    };
    let targets: BTreeSet<String> =
        trace.steps.iter().filter(copies).filter_map(|step| step.args.last()?.known().map(tidy)).collect();
    let is_inside = |path: &str| {
        path.rsplit_once('/').is_some_and(|(folder, _)| made.contains(folder) && targets.contains(folder))
    };
    made.iter().filter(|path| !is_inside(path)).cloned().collect()
}

/// All that it does is to write to its own output, which goes nowhere (fact B30).
pub(crate) fn only_prints(trace: &Trace) -> bool {
    let prints = |step: &Step| {
        let is_print =
            step.program.is_some_and(|program| matches!(program.tells, Some(Tells::Words | Tells::Format)));
        is_print && step.redirects.iter().all(|redirect| redirect.kind == RedirectionKind::Duplicate)
    };
    !trace.steps.is_empty() && trace.failure.is_none() && trace.steps.iter().all(prints)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::sh;

    #[test]
    fn a_hook_that_only_prints_leaves_nothing_behind() {
        for script in
            ["echo bye", "printf '%s\\n' bye; echo again", "echo bye >&2", "for i in 1 2; do echo $i; done"]
        {
            assert!(only_prints(&sh(script)), "{script}");
        }
        for script in
            ["", "true", ":", "echo bye >/tmp/x", "echo bye; sleep 1", "echo bye | tee /tmp/x", "date"]
        {
            assert!(!only_prints(&sh(script)), "{script}");
        }
    }

    #[test]
    fn what_is_written_is_listed_once_by_whole_paths() {
        let written = |script| Vec::from_iter(writes(&sh(script)));
        assert_eq!(written("echo a >/b; echo c >>/b; touch /a"), ["/a", "/b"]);
        assert_eq!(written("cd /srv; touch x ./y; mkdir -p z"), ["/srv/x", "/srv/y", "/srv/z"]);
        assert_eq!(written("mkdir -p /d; echo x >/d/f"), ["/d", "/d/f"]);
        assert_eq!(written("cp -r /from/all /to"), ["/to"]);
        assert!(written("echo a >/dev/null; echo b >\"$OUT\"; cat /a").is_empty());
    }
}
