//! The scripts that hooks and containers run, and where their words stand.

use super::conditions::Conditions;
use crate::finding::Interval;
use crate::finding::SourceId;
use crate::hook::{Duration, Exit, idle};
use crate::kubernetes::images;
use crate::manifest::place::{self, Located};
use crate::manifest::{Container, Workload};
use crate::programs;
use crate::set::Set;
use crate::set::environment::{environment, expanded};
use crate::set::mounted::{self, Mounted};
use crate::shell::invocation::{self, Invocation, RunBy};
use crate::shell::{CommandLine, Flaw, Knowledge, TextRef, Trace, Unanswered, Words, program_of, trace};
use crate::yaml::path::FieldPath;

/// An exec hook together with the script files it runs, as far as the set holds them.
#[derive(Debug)]
pub(crate) struct HookScript<'a> {
    source: SourceId,
    workload: &'a Workload,
    container: &'a Container,
    command: &'a [String],
    base: FieldPath,
    /// From this item of the command on, where the others lie.
    rest: Option<(usize, FieldPath)>,
    set: &'a Set,
}

impl<'a> HookScript<'a> {
    /// The hook whose `command` lies at `base`.
    pub(crate) fn of(
        set: &'a Set,
        source: SourceId,
        workload: &'a Workload,
        container: &'a Container,
        command: &'a [String],
        base: FieldPath,
    ) -> Self {
        Self { source, workload, container, command, base, rest: None, set }
    }

    /// What a container runs: its `command`, and behind it its `args`.
    pub(crate) fn of_container(
        set: &'a Set,
        source: SourceId,
        workload: &'a Workload,
        container: &'a Container,
        command: &'a [String],
    ) -> Self {
        let own = container.spec.command.as_ref().map_or(0, Vec::len);
        let rest = Some((own, container.path.key("args")));
        let base = container.path.key(if own > 0 { "command" } else { "args" });
        Self { rest, ..Self::of(set, source, workload, container, command, base) }
    }

    /// Where an item of the command lies.
    fn item(&self, index: usize) -> FieldPath {
        match &self.rest {
            Some((from, base)) if index >= *from => base.index(index - from),
            _ => self.base.index(index),
        }
    }

    /// The text of a file the hook runs, when a ConfigMap of the set holds it.
    pub(crate) fn file(&self, path: &str) -> Option<&'a str> {
        match mounted::resolve(self.set, self.workload, self.container, path) {
            Mounted::File(file) => Some(file.text),
            Mounted::Missing { .. } | Mounted::Unknown => None,
        }
    }

    /// Why a file that the hook runs cannot be run, as far as the set tells: its ConfigMap does not
    /// hold it, its mode has no execute bit, or its first line names no program that is there.
    fn unusable_file(&self, knowledge: &Knowledge) -> Option<(usize, String)> {
        let (argument, path, by) = invocation::only_file(self.command)?;
        let file = match mounted::resolve(self.set, self.workload, self.container, &path) {
            Mounted::Missing { config_map } => {
                let reason =
                    format!("ConfigMap `{config_map}` puts no file at {path}, so there is nothing to run");
                return Some((argument, reason));
            }
            Mounted::File(file) if by != RunBy::Reader => file,
            Mounted::File(_) | Mounted::Unknown => return None,
        };
        let config_map = &file.config_map.item.id.name;
        if !file.executable {
            let reason = format!(
                "{path} comes from ConfigMap `{config_map}` without an execute bit (defaultMode), so it cannot be run"
            );
            return Some((argument, reason));
        }
        let first = file.text.split('\n').next().unwrap_or_default();
        let reason = match first.strip_prefix("#!") {
            // A shell runs it all the same.
            None if by == RunBy::Shell => return None,
            None => format!(
                "{path} of ConfigMap `{config_map}` does not begin with `#!`, so the kernel does not know what runs it"
            ),
            Some(line) if line.ends_with('\r') => format!(
                "the first line of {path} in ConfigMap `{config_map}` ends in a carriage return, which the kernel takes \
                 for a part of the interpreter's name"
            ),
            Some(line) => {
                let interpreter = line.split_whitespace().next()?;
                let program = program_of(interpreter).filter(|program| programs::is_usual(program))?;
                let name = program.names.first()?;
                let image = self.container.spec.image.as_deref()?;
                let lacks = images::lacks(image, name, &knowledge.images)?;
                format!("{path} needs `{interpreter}`, which is not in the image: {lacks}")
            }
        };
        Some((argument, reason))
    }

    /// The ConfigMap that it runs a file of does not hold that, as far as the set tells.
    pub(super) fn misses_file(&self) -> bool {
        invocation::only_file(self.command).is_some_and(|(_, path, _)| {
            let mounted = mounted::resolve(self.set, self.workload, self.container, &path);
            matches!(mounted, Mounted::Missing { .. })
        })
    }

    /// What it does.
    pub(crate) fn trace(&self, knowledge: &Knowledge) -> Trace {
        self.trace_of(knowledge, None)
    }

    /// What it does while nobody answers where some calls ask: those fail, each time.
    pub(crate) fn trace_unanswered(&self, knowledge: &Knowledge, calls: Unanswered<'_>) -> Trace {
        self.trace_of(knowledge, Some(calls))
    }

    fn trace_of(&self, knowledge: &Knowledge, unanswered: Option<Unanswered<'_>>) -> Trace {
        if let Some((argument, reason)) = self.unusable_file(knowledge) {
            let length = self.command.get(argument).map_or(0, String::len);
            return Trace::failed(Flaw::File, Words::new(TextRef::Argument(argument), 0..length), reason);
        }
        let env = environment(self.set, self.workload, self.container);
        trace(&CommandLine {
            argv: self.command,
            env: &env,
            image: self.container.spec.image.as_deref(),
            working_dir: self.container.spec.working_dir.as_deref(),
            files: &|path| self.file(path),
            windows: self.workload.is_windows(),
            shares_processes: self.workload.shares_processes(),
            knowledge,
            unanswered,
        })
    }

    /// The exact words in one of the hook's texts.
    pub(crate) fn locate(&self, words: &Words) -> Located {
        match &words.text {
            TextRef::Argument(index) => {
                place::words(self.source, &self.workload.object, &self.item(*index), words.range())
            }
            TextRef::Items(first) => self.items(*first),
            TextRef::File(path) => match mounted::resolve(self.set, self.workload, self.container, path) {
                Mounted::File(file) => {
                    let (source, object) = (file.config_map.source, &file.config_map.item);
                    let mut located = place::words(source, object, &file.path, words.range());
                    located.alias = Some(place::related(
                        self.source,
                        &self.workload.object,
                        &self.base,
                        format!("run by container `{}`", self.container.name()),
                    ));
                    located
                }
                _ => self.whole(),
            },
        }
    }

    /// The items of the command from one on.
    fn items(&self, first: usize) -> Located {
        let item = |index: usize| place::place(self.source, &self.workload.object, &self.item(index));
        let mut located = item(first);
        let last = item(self.command.len().saturating_sub(1)).place.span;
        // Items that are aliases may stand anywhere.
        if last.end > located.place.span.start {
            located.place.span.end = last.end;
        }
        located
    }

    /// The whole command.
    pub(crate) fn whole(&self) -> Located {
        place::place(self.source, &self.workload.object, &self.base)
    }
}

/// Why a hook's command is no POSIX shell script that could be read; `None` when it is one, or a
/// plain command.
pub(crate) fn unread(workload: &Workload, command: &[String]) -> Option<String> {
    if workload.is_windows() {
        return Some("its Pods run on Windows".to_owned());
    }
    match invocation::resolve(command) {
        Invocation::OtherInterpreter { name, .. } => Some(format!("it is a program for `{name}`")),
        _ => None,
    }
}

/// What a container runs, where its manifest says it: `command` and `args` as the kubelet expands them (fact
/// B5); `None` where the image decides, or a variable that nobody knows.
pub(crate) fn own_command(set: &Set, workload: &Workload, container: &Container) -> Option<Vec<String>> {
    container.spec.command.as_ref().filter(|command| !command.is_empty())?;
    let words = container.spec.command.iter().chain(&container.spec.args).flatten();
    given(set, workload, container, words)
}

/// What a container runs whose image has no ENTRYPOINT, and that gives no `command`: its `args`, as the kubelet
/// expands them (fact B5); `None` without any, or where a variable that nobody knows is among them.
pub(crate) fn own_args(set: &Set, workload: &Workload, container: &Container) -> Option<Vec<String>> {
    let args = container.spec.args.as_ref().filter(|args| !args.is_empty())?;
    given(set, workload, container, args.iter())
}

/// What a container runs where its manifest says it: its command, or its `args` where its image has no ENTRYPOINT.
pub(crate) fn command_or_args(set: &Set, workload: &Workload, container: &Container) -> Option<Vec<String>> {
    let has_command = container.spec.command.as_ref().is_some_and(|command| !command.is_empty());
    let runs_args = || {
        let base = container.spec.image.as_deref().and_then(images::base);
        base.is_some_and(|base| base.runs_args)
    };
    match has_command {
        true => own_command(set, workload, container),
        false => runs_args().then(|| own_args(set, workload, container))?,
    }
}

fn given<'w>(
    set: &Set,
    workload: &Workload,
    container: &Container,
    words: impl Iterator<Item = &'w String>,
) -> Option<Vec<String>> {
    let known = environment(set, workload, container);
    words.map(|word| expanded(word, &known, container)).collect()
}

/// A container's own command does nothing but wait.
pub(crate) fn only_waits(
    set: &Set,
    source: SourceId,
    workload: &Workload,
    container: &Container,
    knowledge: &Knowledge,
) -> bool {
    own_command(set, workload, container).is_some_and(|command| {
        let base = container.path.key("command");
        let script = HookScript::of(set, source, workload, container, &command, base);
        idle::only_waits(&script.trace(knowledge))
    })
}

/// A container's own command surely runs to its end in a time that is known, whether it succeeds or not.
pub(crate) fn ends_by_itself(
    set: &Set,
    source: SourceId,
    workload: &Workload,
    container: &Container,
    knowledge: &Knowledge,
) -> bool {
    own_command(set, workload, container).is_some_and(|command| {
        let base = container.path.key("command");
        let trace = HookScript::of(set, source, workload, container, &command, base).trace(knowledge);
        let duration = Duration::of(&trace);
        duration.known && duration.longest.seconds().is_some_and(f64::is_finite)
    })
}

/// A command that fails at each run.
pub(crate) fn always_fails(script: HookScript<'_>, knowledge: &Knowledge) -> bool {
    matches!(Exit::of(&script.trace(knowledge)), Exit::Fails(_))
}

/// How long a container's own command runs, as far as its words tell; `None` where the image decides what
/// runs, or a variable that nobody knows. One that fails each time never ends well, so it never ends here.
pub(crate) fn container_time(
    set: &Set,
    source: SourceId,
    workload: &Workload,
    container: &Container,
    conditions: &Conditions<'_>,
) -> Option<Interval> {
    let command = own_command(set, workload, container)?;
    let base = container.path.key("command");
    let trace = HookScript::of(set, source, workload, container, &command, base).trace(conditions.knowledge);
    let Duration { shortest, longest, .. } = Duration::of(&trace);
    Some(match Exit::of(&trace) {
        Exit::Fails(_) => Interval { earliest: f64::INFINITY, latest: None },
        _ => Interval { earliest: shortest, latest: longest.seconds() },
    })
}
