//! What a second run of a script does (rule `non-idempotent-poststart`): a fold over what it does.
//!
//! A hook is delivered at least once (B32), and once per restart of the container (J1). Each step of the
//! trace is looked up in the catalogue of programs, and once all of the script is known, what guards,
//! empties or undoes it is weighed. Unknown commands are not judged.

mod append;
mod call;
mod candidate;
mod effects;
mod fold;
mod ground;
mod http;
mod last_test;
mod look;
mod mend;
mod rows;
mod sed;
mod sql;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;

use crate::finding::Severity;
pub(crate) use crate::programs::Harm;
use crate::shell::{Trace, Value, Words};

/// Where a script runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The container's volume mounts.
    pub mounts: &'a [Mount],
    /// The container can be restarted; false under `restartPolicy: Never`, where only a doubled
    /// delivery is left and everything is an info.
    pub restarts: bool,
}

/// A volume mounted in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The mount path.
    pub path: String,
    /// The volume outlives a restart of the container, as all volumes do (J1).
    pub survives: bool,
    /// Nothing can be written to it.
    pub read_only: bool,
}

/// Where the harm lies, and so what a restart of the container leaves of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ground {
    /// On the volume of this mount, by index.
    Volume(usize),
    /// On the container's own layer, which a restart empties.
    OwnLayer,
    /// In a file of the Pod's sandbox (`/etc/resolv.conf`), which a restart keeps.
    Sandbox,
    /// In a file that the kubelet writes anew at every start of the container (`/etc/hosts`).
    Rewritten,
    /// In the Pod's network namespace, which a restart keeps.
    Network,
    /// In a server, a database or a broker.
    Server,
    /// In the own layer's lists of users and groups.
    Accounts,
    /// The script does not say.
    Unknown,
}

/// A command whose second run does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// The exact words: `mkdir /data/x`, `>> /data/log`.
    pub words: Words,
    /// The same on one line, shortened.
    pub command: String,
    /// What the second run does.
    pub harm: Harm,
    /// The same, as a sentence without a final period.
    pub reason: String,
    /// Words of script to write instead of `replaced`; empty where a person has to look first.
    pub mend: String,
    /// The mend does the same where it was not done, and nothing where it was.
    pub is_safely_mended: bool,
    /// What the mend stands for: `words`, or the whole command of a `>>`. `None` where the mend stands
    /// apart from the words, as in a here-document.
    pub replaced: Option<Replaced>,
    /// Where the harm lies.
    pub ground: Ground,
    /// The failing is the hook's exit status: the container is killed and restarted (B23).
    pub kills: bool,
    /// The failing keeps an `until` loop going for ever: the hook never ends (B6).
    pub hangs: bool,
    /// How bad it is: a warning where the harm outlives a restart, else an info.
    pub severity: Severity,
}

impl Repeat {
    /// The mend skips a row that is there, which a server knows by a unique key alone.
    pub(crate) fn needs_key(&self) -> bool {
        sql::SKIPS.iter().any(|words| self.mend.contains(words))
    }
}

/// Words that a mend takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Where they stand.
    pub words: Words,
    /// What they are: of a script that was put together, they do not stand in the command line so.
    pub written: String,
}

/// The commands of a trace whose second run does harm; in the order in which they stand, one for each
/// command.
pub(crate) fn second_run(trace: &Trace, context: &Context<'_>) -> Vec<Repeat> {
    let mut found = fold::repeats(trace, context);
    found.sort_by(|a, b| {
        let key = |repeat: &Repeat| (std::cmp::Reverse(repeat.severity), !repeat.kills);
        a.words.cmp(&b.words).then_with(|| key(a).cmp(&key(b)))
    });
    found.dedup_by(|later, first| later.words == first.words);
    mark_apart(&mut found, trace, context);
    found
}

/// Gives each command that is done once a marker of its own: one for all would keep the second from ever running.
fn mark_apart(found: &mut [Repeat], trace: &Trace, context: &Context<'_>) {
    let marker = candidate::marker(context);
    let is_taken = |name: &str| trace.steps.iter().any(|step| step.source.contains(name));
    let mut number = 1;
    for repeat in found.iter_mut().filter(|repeat| repeat.mend.contains(&marker)) {
        let name = |number: usize| if number == 1 { marker.clone() } else { format!("{marker}-{number}") };
        while is_taken(&name(number)) {
            number += 1;
        }
        repeat.mend = repeat.mend.replace(&marker, &name(number));
        number += 1;
    }
}

/// The paths that a trace makes or writes, as far as they are known whole; devices left out.
pub(crate) fn made(trace: &Trace) -> std::collections::BTreeSet<String> {
    fold::effects(trace)
        .paths()
        .filter(|path| Value::start(path).1 && !ground::is_device(path))
        .cloned()
        .collect()
}
