//! What a second run of a postStart script does (rule `non-idempotent-poststart`).
//!
//! A hook is delivered at least once (B32), and once per restart of the container (J1). The script
//! is walked in the order in which a shell runs it; each command is looked up in a table of data
//! ([`table`]), and once all of the script is known, what guards, empties or undoes it is weighed.
//! Unknown commands are not judged.

mod append;
mod args;
mod builtins;
mod calls;
mod candidate;
mod effects;
mod guard;
mod http;
mod last_test;
mod place;
mod sed;
mod sql;
mod table;
mod walk;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::shell::script::List;
use crate::text::Span;

/// Where a script runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The container's environment; `None` is a variable whose value is not known.
    pub env: &'a BTreeMap<String, Option<String>>,
    /// The container's volume mounts.
    pub mounts: &'a [Mount],
    /// The container's `workingDir`; without it the image decides.
    pub working_dir: Option<&'a str>,
    /// The shell was started with `-e`.
    pub errexit: bool,
    /// The shell was started with `-o pipefail`.
    pub pipefail: bool,
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

/// What a second run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Harm {
    /// The command fails.
    Fails,
    /// The command does again what was done, and it piles up.
    AddsUp,
}

/// Where the harm lies, and so what a restart of the container leaves of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ground {
    /// On the volume of this mount, by index.
    Volume(usize),
    /// On the container's own layer, which a restart empties.
    OwnLayer,
    /// In a file that the kubelet mounts (`/etc/hosts`), which a restart keeps.
    Kubelet,
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
    /// The exact words in the script: `mkdir /data/x`, `>> /data/log`.
    pub span: Span,
    /// The same on one line, shortened.
    pub command: String,
    /// What the second run does.
    pub harm: Harm,
    /// The same, as a sentence without a final period.
    pub reason: String,
    /// Words of script to write instead of `span`; of a `>>`, instead of its whole command.
    pub mend: String,
    /// Where the harm lies.
    pub ground: Ground,
    /// The failing is the hook's exit status: the container is killed and restarted (B23).
    pub kills: bool,
    /// The failing keeps an `until` loop going for ever: the hook never ends (B6).
    pub hangs: bool,
    /// How bad it is: a warning where the harm outlives a restart, else an info.
    pub severity: Severity,
}

/// The commands of a script, which is the parsed `text`, whose second run does harm; in the order
/// in which they stand, one for each command.
pub(crate) fn second_run(script: &List, text: &str, context: &Context<'_>) -> Vec<Repeat> {
    let mut walk = walk::Walk::new(text, context);
    walk.script(script);
    let mut found: Vec<Repeat> =
        walk.candidates.iter().filter_map(|candidate| candidate::judge(candidate, &walk)).collect();
    found.sort_by_key(|repeat| (repeat.span, std::cmp::Reverse(repeat.severity), !repeat.kills));
    found.dedup_by_key(|repeat| repeat.span);
    found
}
