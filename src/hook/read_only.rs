//! The write that a script's exit status depends on, where nothing can be written: a fold over what it does.

use crate::programs::{OnFiles, Rule, Runs};
use crate::shell::{Arg, Failure, Flaw, Given, Reach, RedirectionKind, Step, Trace, Value};
use crate::text::Span;

/// The first command that fails because it writes where nothing can be written, and whose failing is the
/// script's. `read_only` says of a path why that is so, as a clause.
pub(crate) fn decisive(trace: &Trace, read_only: impl Fn(&str) -> Option<String>) -> Option<Failure> {
    // What a trap does at the end may be another status.
    let traps = |step: &Step| step.program.is_some_and(|program| program.runs == Runs::Rule(Rule::Trap));
    if trace.steps.iter().any(traps) {
        return None;
    }
    let decides = |step: &&Step| step.kills && step.reach == Reach::Always && !step.background;
    trace.steps.iter().filter(decides).find_map(|step| {
        let (path, span) = written(step).into_iter().find(|(path, _)| read_only(path).is_some())?;
        let reason = read_only(&path)?;
        Some(Failure {
            flaw: Flaw::Unwritable,
            words: step.words(span),
            reason: format!("`{path}` cannot be written: {reason}"),
        })
    })
}

/// The paths whose being unwritable makes the step fail, each with the words that name it.
fn written(step: &Step) -> Vec<(String, Span)> {
    let opens = |kind| matches!(kind, RedirectionKind::Write | RedirectionKind::Append);
    let redirected = step.redirects.iter().filter(|redirect| opens(redirect.kind));
    let whole = |value: &Value| value.known().map(|_| value.path(&step.directory));
    let mut found: Vec<(String, Span)> =
        redirected.filter_map(|redirect| Some((whole(&redirect.target)?, redirect.span))).collect();
    let named = operands(step).into_iter().filter(|arg| arg.exact);
    found.extend(named.filter_map(|arg| Some((whole(&arg.value)?, arg.span))));
    found.retain(|(path, _)| path.starts_with('/'));
    found
}

/// The operands that a program writes, or takes away, and cannot do without.
fn operands(step: &Step) -> Vec<&Arg> {
    let Some(program) = step.program else { return Vec::new() };
    let given = Given(step.args.get(1..).unwrap_or_default());
    // What is there already is enough, or what is not there.
    let tolerates =
        ["-p", "--parents", "-f", "--force", "-c", "--no-create", "-n", "--no-clobber", "-u", "--update"];
    if given.is_open() || (program.files != OnFiles::Tees && given.has(&tolerates, program.values)) {
        return Vec::new();
    }
    let all = given.operands(program.values);
    match program.files {
        OnFiles::Makes | OnFiles::Removes | OnFiles::Tees if !makes_links(step) => all,
        OnFiles::Makes | OnFiles::Copies | OnFiles::Moves if all.len() > 1 => {
            all.into_iter().next_back().into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Of several operands only the last is made.
fn makes_links(step: &Step) -> bool {
    let targets = step.program.into_iter().flat_map(|program| program.second).map(|row| row.target);
    targets.into_iter().any(|target| target == crate::programs::Target::Links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::{bash, sh};

    fn found(trace: &Trace) -> Option<String> {
        let under = |path: &str| path.starts_with("/ro/").then(|| "it is read-only".to_owned());
        decisive(trace, under).map(|failure| failure.reason)
    }

    #[test]
    fn a_write_that_decides_is_found() {
        for script in [
            "echo x >/ro/a",
            "echo x >>/ro/a",
            "touch /ro/a",
            "mkdir /ro/a",
            "rm /ro/a",
            "cp /etc/hosts /ro/a",
            "ln -s /x /ro/a",
            "echo x | tee /ro/a",
            "set -e; touch /ro/a; echo done",
            "cd /ro/b; touch /ro/a",
            "true && touch /ro/a",
        ] {
            assert!(found(&sh(script)).is_some(), "{script}");
        }
        assert!(found(&bash("set -o pipefail; touch /ro/a | cat")).is_some());
    }

    #[test]
    fn what_does_not_decide_or_need_not_write_is_not() {
        for script in [
            "touch /ro/a; echo done",
            "touch /ro/a || true",
            "if touch /ro/a; then echo x; fi",
            "[ -f /x ] && touch /ro/a",
            "mkdir -p /ro/a",
            "rm -f /ro/a",
            "rm -rf /ro/a",
            "cp /ro/a /tmp/a",
            "ln -s /ro/a /tmp/a",
            "touch /rw/a",
            "touch \"$X/a\"",
            "trap 'exit 0' EXIT; touch /ro/a",
            "touch /ro/a &",
            "cat /ro/a",
        ] {
            assert_eq!(found(&sh(script)), None, "{script}");
        }
    }
}
