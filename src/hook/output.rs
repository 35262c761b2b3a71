//! What a hook leaves behind: the files that it writes, or nothing but words that nobody sees.

use std::collections::BTreeSet;

use super::idempotency;
use crate::programs::{OnFiles, Prints, Rule, Runs, Tells};
use crate::shell::{Arg, Longest, Redirect, RedirectionKind, Step, Trace, Value, Words, tidy};

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

/// Files that are the output of whoever opens them.
const OWN: [&str; 6] =
    ["/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2", "/proc/self/fd/1", "/proc/self/fd/2"];

/// All that it does is to write to its own output, which goes nowhere (fact B30).
pub(crate) fn only_prints(trace: &Trace) -> bool {
    let is_own = |one: &Redirect| {
        one.kind == RedirectionKind::Duplicate || one.target.known().is_some_and(|path| OWN.contains(&path))
    };
    let is_quiet = |step: &Step| step.redirects.iter().all(is_own);
    let prints = |step: &Step| is_print(step) || is_look(step);
    trace.failure.is_none()
        && trace.steps.iter().any(prints)
        && trace.steps.iter().all(|step| is_quiet(step) && (prints(step) || is_end(step)))
}

/// A file into which a hook writes a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its path, whole.
    pub(crate) path: String,
    /// Where the path stands.
    pub(crate) words: Words,
    /// It holds what another file does, and no words of the hook.
    pub(crate) is_copy: bool,
}

/// The files into which a hook writes words for people, where it does nothing else but wait: a line added to a
/// file, or one that is put there at the end. What others may watch for is left out, and then all: an empty
/// file, a single word, a file that is there while the hook waits.
pub(crate) fn only_notes(trace: &Trace) -> Vec<Note> {
    let mut notes = Vec::new();
    for step in &trace.steps {
        let of_step = step.redirects.iter().filter(|one| one.kind != RedirectionKind::Duplicate);
        let of_step: Option<Vec<Note>> = of_step.map(|one| note(trace, step, one)).collect();
        match (of_step, copy(trace, step)) {
            (Some(of_step), _) if is_print(step) || is_look(step) => notes.extend(of_step),
            (Some(of_step), Some(copy)) if of_step.is_empty() => notes.push(copy),
            (Some(of_step), _) if of_step.is_empty() && (is_wait(step) || is_end(step)) => {}
            _ => return Vec::new(),
        }
    }
    if trace.failure.is_some() { Vec::new() } else { notes }
}

/// The file that a copy is written to, and what `tee` adds to a file.
fn copy(trace: &Trace, step: &Step) -> Option<Note> {
    let target = step.args.last().filter(|_| step.args.len() > 1)?;
    let path = whole_file(&target.value, step)?;
    let is_option = |arg: &Arg, option: &str| arg.known() == Some(option);
    let (is_copy, is_note) = match step.program?.files {
        OnFiles::Copies | OnFiles::Moves => {
            let is_plain = step.args.len() > 2 && !step.args.iter().any(|arg| is_option(arg, "-t"));
            (true, is_plain && is_last(trace, step))
        }
        OnFiles::Tees => {
            let one = step.args.len() == 3 && is_option(step.args.get(1)?, "-a");
            (false, one)
        }
        _ => return None,
    };
    is_note.then(|| Note { path, words: target.words.clone(), is_copy })
}

/// The path of a file that is no device, where all of it is known.
fn whole_file(value: &Value, step: &Step) -> Option<String> {
    let path = value.path(&step.directory);
    let is_whole = path.starts_with('/') && Value::start(&path).1;
    let is_device = ["/dev/", "/proc/", "/sys/"].iter().any(|one| path.starts_with(one));
    (is_whole && !is_device).then_some(path)
}

fn note(trace: &Trace, step: &Step, redirect: &Redirect) -> Option<Note> {
    let path = whole_file(&redirect.target, step)?;
    let is_note = match redirect.kind {
        RedirectionKind::Append => true,
        RedirectionKind::Write => says_something(step) && waits_after(trace, step) == Some(false),
        _ => false,
    };
    let words = step.words(redirect.target_span);
    is_note.then_some(Note { path, words, is_copy: false })
}

/// It writes a sentence, or a time.
fn says_something(step: &Step) -> bool {
    is_look(step)
        || step.args.len() > 2
        || step.args.iter().skip(1).any(|arg| arg.value.text.trim().contains(' '))
}

/// Nothing stands behind the step but the end.
fn is_last(trace: &Trace, step: &Step) -> bool {
    trace.steps.iter().rev().take_while(|one| !std::ptr::eq(*one, step)).all(is_end)
}

/// It goes on for some time once the step is done; `None` where nobody knows.
fn waits_after(trace: &Trace, step: &Step) -> Option<bool> {
    match (step.starts.longest, trace.time.longest) {
        (Longest::Seconds(_), Longest::Seconds(end)) => Some(end > step.starts.shortest),
        _ => None,
    }
}

/// It writes words to its output.
fn is_print(step: &Step) -> bool {
    step.program.is_some_and(|program| matches!(program.tells, Some(Tells::Words | Tells::Format)))
}

/// It tells something about where it runs, and changes nothing.
fn is_look(step: &Step) -> bool {
    step.program.is_some_and(|program| {
        program.prints == Prints::Same
            && !program.makes_files
            && matches!(program.runs, Runs::Instant | Runs::Rule(Rule::Date))
            // With a word behind it `hostname` sets the name.
            && step.args.iter().skip(1).all(|arg| arg.value.text.starts_with(['-', '+']))
    })
}

/// It ends the script well, or does nothing.
fn is_end(step: &Step) -> bool {
    let ends_well = || step.args.get(1).is_none_or(|status| status.known() == Some("0"));
    step.program.is_some_and(|program| match program.runs {
        Runs::Succeeds => true,
        Runs::Rule(Rule::Exit) => ends_well(),
        _ => false,
    })
}

fn is_wait(step: &Step) -> bool {
    step.program.is_some_and(|program| matches!(program.runs, Runs::Rule(Rule::Sleep | Rule::Usleep)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::sh;

    #[test]
    fn a_hook_that_only_prints_leaves_nothing_behind() {
        for script in [
            "echo bye",
            "printf '%s\\n' bye; echo again",
            "echo bye >&2",
            "for i in 1 2; do echo $i; done",
            "echo \"$(date): $(hostname) stops\"; exit 0",
            "echo bye; true",
            "date",
            "date +%s; hostname",
            "echo bye >/dev/stderr",
        ] {
            assert!(only_prints(&sh(script)), "{script}");
        }
        for script in [
            "",
            "true",
            ":",
            "hostname web",
            "date -s 2020-01-01",
            "echo bye >/tmp/x",
            "echo bye >/dev/null",
            "echo bye >/proc/1/fd/1",
            "echo bye; sleep 1",
            "echo bye | tee /tmp/x",
            "echo bye; /app/drain",
            "echo \"$(/app/drain)\"",
        ] {
            assert!(!only_prints(&sh(script)), "{script}");
        }
    }

    #[test]
    fn words_for_people_are_notes_and_what_others_may_watch_for_is_not() {
        let noted = |script| only_notes(&sh(script)).into_iter().map(|note| note.path).collect::<Vec<_>>();
        assert_eq!(noted("echo stopping >> /message"), ["/message"]);
        assert_eq!(noted("echo \"$(date) stopping\" >> /var/log/a.log; sleep 10"), ["/var/log/a.log"]);
        assert_eq!(noted("echo Hello from preStop > /usr/share/message"), ["/usr/share/message"]);
        assert_eq!(noted("date > /tmp/stopped-at; exit 0"), ["/tmp/stopped-at"]);
        assert_eq!(
            noted("echo a b >> /a; cd /srv; echo c >> d"),
            [""; 0],
            "what `cd` is for is not followed"
        );
        assert_eq!(noted("echo stopping | tee -a /var/log/stop.log"), ["/var/log/stop.log"]);
        assert_eq!(noted("cp /app/dump.hprof /backup/dump.hprof"), ["/backup/dump.hprof"]);
        for script in [
            "cp /app/page.html /srv/page.html; sleep 10",
            "cp /app/a $WHERE",
            "touch /tmp/stopping",
            "echo 1 > /tmp/stopping",
            "echo it is stopping > /tmp/state; sleep 10",
            "echo stopping >> /dev/termination-log",
            "echo stopping >> /proc/1/fd/1",
            "echo stopping >> $LOG",
            "echo stopping >> log",
            "echo stopping >> /message; nginx -s quit",
            "echo stopping >> /message; /app/drain",
            "echo bye",
            "sleep 5",
        ] {
            assert_eq!(noted(script), [""; 0], "{script}");
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
