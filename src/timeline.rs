//! When things happen as a container stops: deletion at 0 s, endpoint removal, preStop, the stop
//! signal, and the kill at the end of the grace period.

use k8s_openapi::api::core::v1 as core;

use crate::finding::SourceId;
use crate::hook::{self, Duration, HookCommand, Longest, TextRef};
use crate::manifest::{Container, Workload};
use crate::path::FieldPath;
use crate::rules::subject::{Located, place, words};
use crate::set::Set;
use crate::set::environment::environment;
use crate::set::mounted::{self, Mounted};

/// What runs a preStop hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handler {
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
pub struct PreStop<'a> {
    /// What runs it.
    pub handler: Handler,
    /// How long it takes, in seconds.
    pub duration: Duration,
    /// The words that decide how long.
    pub words: Located,
    /// The argv of an exec hook.
    pub command: &'a [String],
}

impl<'a> PreStop<'a> {
    /// Looks at a container's preStop hook; `None` without one, or with none of the handlers.
    pub fn of(set: &Set, source: SourceId, workload: &'a Workload, container: &'a Container) -> Option<Self> {
        let hook = container.pre_stop().filter(|_| container.kind.is_long_running())?;
        let path = container.pre_stop_path();
        let at = |path: &FieldPath| place(source, &workload.object, path);
        if let Some(sleep) = &hook.sleep {
            return Some(Self {
                handler: Handler::Sleep { seconds: sleep.seconds },
                duration: Duration::exactly(sleep.seconds.max(0) as f64),
                words: at(&path.dotted("sleep.seconds")),
                command: &[],
            });
        }
        if let Some(exec) = &hook.exec {
            return exec_hook(set, source, workload, container, exec);
        }
        if let Some(get) = &hook.http_get {
            // Fact B15: no host, no Pod address, no request.
            let fails = workload.spec.host_network == Some(true) && get.host.as_deref().is_none_or(str::is_empty);
            let duration = match fails {
                true => Duration::failing("an httpGet hook of a hostNetwork Pod needs `host`, else the request is never made"),
                false => Duration::unknown(),
            };
            return Some(Self { handler: Handler::HttpGet, duration, words: key(source, workload, &path.key("httpGet")), command: &[] });
        }
        hook.tcp_socket.as_ref()?;
        Some(Self {
            handler: Handler::TcpSocket,
            duration: Duration::failing("the kubelet knows no tcpSocket hook and fails it at once"),
            words: key(source, workload, &path.key("tcpSocket")),
            command: &[],
        })
    }
}

fn key(source: SourceId, workload: &Workload, path: &FieldPath) -> Located {
    let mut located = place(source, &workload.object, path);
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
) -> Option<PreStop<'a>> {
    let command = exec.command.as_deref().filter(|command| !command.is_empty())?;
    let base = container.pre_stop_path().dotted("exec.command");
    let script = HookScript::of(set, source, workload, container, command, base);
    let duration = script.duration();
    let words = match &duration.decisive {
        Some(decisive) => script.locate(&decisive.text, decisive.range.clone()),
        None => script.whole(),
    };
    Some(PreStop { handler: Handler::Exec, duration, words, command })
}

/// An exec hook together with the script files it runs, as far as the set holds them.
#[derive(Debug)]
pub struct HookScript<'a> {
    source: SourceId,
    workload: &'a Workload,
    container: &'a Container,
    command: &'a [String],
    base: FieldPath,
    set: &'a Set,
}

impl<'a> HookScript<'a> {
    /// The hook whose `command` lies at `base`.
    pub fn of(
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
    pub fn file(&self, path: &str) -> Option<&'a str> {
        match mounted::resolve(self.set, self.workload, self.container, path) {
            Mounted::File(file) => Some(file.text),
            Mounted::Missing { .. } | Mounted::Unknown => None,
        }
    }

    /// Why a file that the hook runs cannot be run, as far as the set tells: its ConfigMap does not
    /// hold it, or it is executed directly and its mode has no execute bit.
    fn unusable_file(&self) -> Option<(usize, String)> {
        let (argument, path) = hook::script_path(self.command)?;
        match mounted::resolve(self.set, self.workload, self.container, &path) {
            Mounted::Missing { config_map } => {
                Some((argument, format!("ConfigMap `{config_map}` puts no file at {path}, so there is nothing to run")))
            }
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

    /// How long it takes.
    fn duration(&self) -> Duration {
        if let Some((argument, reason)) = self.unusable_file() {
            return Duration::failing_at(argument, reason);
        }
        let env = environment(self.set, self.workload, self.container);
        hook::duration(&HookCommand {
            argv: self.command,
            env: &env,
            image: self.container.image.as_deref(),
            files: &|path| self.file(path),
            windows: self.workload.is_windows(),
        })
    }

    /// The exact words of a range of bytes in one of the hook's texts.
    pub fn locate(&self, text: &TextRef, range: std::ops::Range<usize>) -> Located {
        match text {
            TextRef::Argument(index) => words(self.source, &self.workload.object, &self.base.index(*index), range),
            TextRef::File(path) => match mounted::resolve(self.set, self.workload, self.container, path) {
                Mounted::File(file) => {
                    let mut located = words(file.config_map.source, &file.config_map.item, &file.path, range);
                    located.alias = Some(crate::rules::subject::related(
                        self.source,
                        &self.workload.object,
                        &self.base,
                        format!("run by container `{}`", self.container.name),
                    ));
                    located
                }
                _ => self.whole(),
            },
        }
    }

    /// The whole command.
    pub fn whole(&self) -> Located {
        place(self.source, &self.workload.object, &self.base)
    }

    /// The shell script a postStart hook runs, ready to be judged: an inline script, a script file of
    /// the set, or a plain command, which is read as the one command of a script. `None` for what is
    /// no POSIX shell script, cannot be parsed, or is not in the set.
    pub fn text(&self) -> Option<HookText> {
        None
    }

    /// The exact words of a range of bytes of the script.
    pub fn locate_in(&self, text: &HookText, range: std::ops::Range<usize>) -> Located {
        match &text.origin {
            Some(origin) => self.locate(origin, range),
            None => self.whole(),
        }
    }
}

/// A hook's script and where its text stands.
#[derive(Debug, Clone)]
pub struct HookText {
    /// The text that was parsed.
    pub text: String,
    /// What it says.
    pub list: hook::script::List,
    /// Where the text stands; `None` for a plain command, whose words are a list.
    pub origin: Option<TextRef>,
    /// A failing command ends the script (`sh -e`).
    pub errexit: bool,
}
