//! When things happen as a container stops: deletion at 0 s, endpoint removal, preStop, the stop
//! signal, and the kill at the end of the grace period.

use k8s_openapi::api::core::v1 as core;

use crate::finding::SourceId;
use crate::hook::Duration;
use crate::manifest::place::{self, Located};
use crate::manifest::{Container, Workload};
use crate::set::Set;
use crate::set::environment::environment;
use crate::set::mounted::{self, Mounted};
use crate::shell::invocation::{self, Invocation};
use crate::shell::{CommandLine, Failure, Knowledge, Longest, TextRef, Trace, Words, trace};
use crate::yaml::path::FieldPath;

/// What runs a preStop hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Handler {
    /// A command in the container.
    Exec,
    /// A request made by the kubelet.
    HttpGet,
    /// Accepted by the API server, unknown to the kubelet (fact B3).
    TcpSocket,
    /// A timer in the kubelet (fact B16).
    Sleep {
        /// As written.
        seconds: i64,
    },
}

/// How the preStop hook of a container fares.
#[derive(Debug, Clone)]
pub(crate) struct PreStop<'a> {
    /// What runs it.
    pub handler: Handler,
    /// How long it takes, in seconds.
    pub duration: Duration,
    /// The words that decide how long.
    pub words: Located,
    /// The words that tell the server to stop, where the hook does that before its end.
    pub stop_words: Option<Located>,
    /// The argv of an exec hook.
    pub command: &'a [String],
}

/// A hook that takes exactly so many seconds.
fn exactly(seconds: f64) -> Duration {
    Duration {
        shortest: seconds,
        longest: Longest::Seconds(seconds),
        known: true,
        until_stop: seconds,
        stops_surely: false,
        stop: None,
        decisive: None,
        failure: None,
    }
}

/// A hook whose time is decided elsewhere.
fn unknown() -> Duration {
    Duration { longest: Longest::Unknown, known: false, ..exactly(0.0) }
}

/// A hook that fails at once.
fn failing(reason: &str) -> Duration {
    let words = Words::new(TextRef::Argument(0), 0..0);
    Duration {
        failure: Some(Failure { words: words.clone(), reason: reason.to_owned() }),
        decisive: Some(words),
        ..exactly(0.0)
    }
}

impl<'a> PreStop<'a> {
    /// Looks at a container's preStop hook; `None` without one, or with none of the handlers.
    pub(crate) fn of(
        set: &Set,
        source: SourceId,
        workload: &'a Workload,
        container: &'a Container,
        knowledge: &Knowledge,
    ) -> Option<Self> {
        let hook = container.pre_stop().filter(|_| container.kind.is_long_running())?;
        let path = container.pre_stop_path();
        let at = |path: &FieldPath| place::place(source, &workload.object, path);
        if let Some(sleep) = &hook.sleep {
            return Some(Self {
                handler: Handler::Sleep { seconds: sleep.seconds },
                duration: exactly(sleep.seconds.max(0) as f64),
                words: at(&path.dotted("sleep.seconds")),
                stop_words: None,
                command: &[],
            });
        }
        if let Some(exec) = &hook.exec {
            return exec_hook(set, source, workload, container, exec, knowledge);
        }
        if let Some(get) = &hook.http_get {
            // Fact B15: no host, no Pod address, no request.
            let fails = workload.pod_spec().host_network == Some(true)
                && get.host.as_deref().is_none_or(str::is_empty);
            let duration = match fails {
                true => failing(
                    "an httpGet hook of a hostNetwork Pod needs `host`, else the request is never made",
                ),
                false => unknown(),
            };
            let words = key(source, workload, &path.key("httpGet"));
            return Some(Self { handler: Handler::HttpGet, duration, words, stop_words: None, command: &[] });
        }
        hook.tcp_socket.as_ref()?;
        Some(Self {
            handler: Handler::TcpSocket,
            duration: failing("the kubelet knows no tcpSocket hook and fails it at once"),
            words: key(source, workload, &path.key("tcpSocket")),
            stop_words: None,
            command: &[],
        })
    }
}

fn key(source: SourceId, workload: &Workload, path: &FieldPath) -> Located {
    let mut located = place::place(source, &workload.object, path);
    if let Some(key) = workload.object.tree.locate(workload.object.root(), path).key_span {
        located.place.span = key;
    }
    located
}

fn exec_hook<'a>(
    set: &Set,
    source: SourceId,
    workload: &'a Workload,
    container: &'a Container,
    exec: &'a core::ExecAction,
    knowledge: &Knowledge,
) -> Option<PreStop<'a>> {
    let command = exec.command.as_deref().filter(|command| !command.is_empty())?;
    let base = container.pre_stop_path().dotted("exec.command");
    let script = HookScript::of(set, source, workload, container, command, base);
    let duration = Duration::of(&script.trace(knowledge));
    let words = duration.decisive.as_ref().map_or_else(|| script.whole(), |words| script.locate(words));
    let stop_words = duration.stop.as_ref().map(|stop| script.locate(stop));
    Some(PreStop { handler: Handler::Exec, duration, words, stop_words, command })
}

/// An exec hook together with the script files it runs, as far as the set holds them.
#[derive(Debug)]
pub(crate) struct HookScript<'a> {
    source: SourceId,
    workload: &'a Workload,
    container: &'a Container,
    command: &'a [String],
    base: FieldPath,
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
        Self { source, workload, container, command, base, set }
    }

    /// The text of a file the hook runs, when a ConfigMap of the set holds it.
    pub(crate) fn file(&self, path: &str) -> Option<&'a str> {
        match mounted::resolve(self.set, self.workload, self.container, path) {
            Mounted::File(file) => Some(file.text),
            Mounted::Missing { .. } | Mounted::Unknown => None,
        }
    }

    /// Why a file that the hook runs cannot be run, as far as the set tells: its ConfigMap does not
    /// hold it, or it is executed directly and its mode has no execute bit.
    fn unusable_file(&self) -> Option<(usize, String)> {
        let (argument, path) = invocation::script_path(self.command)?;
        match mounted::resolve(self.set, self.workload, self.container, &path) {
            Mounted::Missing { config_map } => Some((
                argument,
                format!("ConfigMap `{config_map}` puts no file at {path}, so there is nothing to run"),
            )),
            Mounted::File(file) if argument == 0 && !file.executable => Some((
                argument,
                format!(
                    "{path} comes from ConfigMap `{}` without an execute bit (defaultMode), so it cannot be run",
                    file.config_map.item.id.name
                ),
            )),
            _ => None,
        }
    }

    /// What it does.
    pub(crate) fn trace(&self, knowledge: &Knowledge) -> Trace {
        if let Some((argument, reason)) = self.unusable_file() {
            let length = self.command.get(argument).map_or(0, String::len);
            return Trace::failed(Words::new(TextRef::Argument(argument), 0..length), reason);
        }
        let env = environment(self.set, self.workload, self.container);
        let shares = |shared: Option<bool>| shared == Some(true);
        trace(&CommandLine {
            argv: self.command,
            env: &env,
            image: self.container.spec.image.as_deref(),
            working_dir: self.container.spec.working_dir.as_deref(),
            files: &|path| self.file(path),
            windows: self.workload.is_windows(),
            shares_processes: shares(self.workload.pod_spec().host_pid)
                || shares(self.workload.pod_spec().share_process_namespace),
            knowledge,
        })
    }

    /// The exact words in one of the hook's texts.
    pub(crate) fn locate(&self, words: &Words) -> Located {
        match &words.text {
            TextRef::Argument(index) => {
                place::words(self.source, &self.workload.object, &self.base.index(*index), words.range())
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
        let item = |index: usize| place::place(self.source, &self.workload.object, &self.base.index(index));
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
