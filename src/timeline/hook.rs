//! Hooks: what runs them, how long they take, and what of that is known.

use k8s_openapi::api::core::v1 as core;

use super::conditions::Conditions;
use super::fault::{self, Asker, Fault};
use super::given::Answers;
use super::script::HookScript;
use crate::finding::Interval;
use crate::finding::SourceId;
use crate::hook::abrupt::By;
use crate::hook::{Abrupt, Duration, Exit, Signal, signals};
use crate::kubernetes::features::{self, Support};
use crate::manifest::place::{self, Located};
use crate::manifest::{Container, Workload};
use crate::set::Set;
use crate::shell::{Failure, Flaw, Longest, TextRef, Words};
use crate::yaml::path::FieldPath;

/// What runs a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Handler {
    /// A command in the container.
    Exec,
    /// A request made by the kubelet.
    HttpGet {
        /// To another host than the container's own.
        is_elsewhere: bool,
    },
    /// Accepted by the API server, unknown to the kubelet (fact B3).
    TcpSocket,
    /// A timer in the kubelet (fact B16).
    Sleep {
        /// As written.
        seconds: i64,
    },
}

/// Which hook of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookKind {
    /// `postStart`.
    PostStart,
    /// `preStop`.
    PreStop,
}

/// How a hook fares.
#[derive(Debug, Clone)]
pub(crate) struct Hook<'a> {
    /// What runs it.
    pub handler: Handler,
    /// How long it takes, in seconds.
    pub duration: Duration,
    /// The words that decide how long.
    pub words: Located,
    /// The words that tell the server to stop, where the hook does that before its end.
    pub stop_words: Option<Located>,
    /// The first stop that it asks for, where that cuts off what the server is doing, and its words.
    pub abrupt: Option<(Abrupt, Located)>,
    /// All that it does is to tell the program to stop.
    pub only_stops: bool,
    /// The argv of an exec hook.
    pub command: &'a [String],
    /// The signals that it sends to the first process of its container.
    pub signals: Vec<Signal>,
    /// It fails at each run.
    pub fails: bool,
    /// The version that is judged for does not have it: its field is refused or dropped.
    pub is_dropped: bool,
    /// Why it fails each time it is called; `None` where it can succeed.
    pub fault: Option<Fault>,
}

/// A hook that takes exactly so many seconds.
fn exactly(seconds: f64) -> Duration {
    Duration {
        shortest: seconds,
        longest: Longest::Seconds(seconds),
        counted: seconds,
        known: true,
        until_stop: seconds,
        stop_by: Longest::Unknown,
        stops_surely: false,
        stop: None,
        decisive: None,
        failure: None,
        wait: None,
    }
}

/// A hook whose time is decided elsewhere.
fn unknown() -> Duration {
    Duration { longest: Longest::Unknown, known: false, ..exactly(0.0) }
}

/// A hook that fails at once.
fn failing(flaw: Flaw, reason: String) -> Duration {
    let words = Words::new(TextRef::Argument(0), 0..0);
    Duration {
        failure: Some(Failure { flaw, words: words.clone(), reason }),
        decisive: Some(words),
        ..exactly(0.0)
    }
}

/// The container whose hook it is, and what it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// All objects.
    pub set: &'a Set,
    /// The file of the workload.
    pub source: SourceId,
    /// The workload.
    pub workload: &'a Workload,
    /// The container.
    pub container: &'a Container,
}

impl<'a> Hook<'a> {
    /// Looks at a hook of a container; `None` without one, or with none of the handlers.
    pub(crate) fn of(owner: Owner<'a>, kind: HookKind, conditions: &Conditions<'_>) -> Option<Self> {
        let container = owner.container;
        let (hook, path) = match kind {
            HookKind::PostStart => (container.post_start(), container.post_start_path()),
            HookKind::PreStop => (container.pre_stop(), container.pre_stop_path()),
        };
        let hook = hook.filter(|_| container.kind.is_long_running())?;
        if let Some(sleep) = &hook.sleep {
            let support = conditions.support(&features::SLEEP_ACTION);
            let path = path.dotted("sleep.seconds");
            let words = owner.at(&path);
            // What is to be filled in was decoded as 0.
            let written = owner.workload.object.at(&path);
            let duration = match written.is_some_and(|node| node.as_i64().is_none()) {
                true => unknown(),
                false => exactly(sleep.seconds.max(0) as f64),
            };
            let is_dropped = support != Support::Works;
            return Some(Self {
                is_dropped,
                ..Self::plain(Handler::Sleep { seconds: sleep.seconds }, duration, words)
            });
        }
        if let Some(exec) = &hook.exec {
            return Self::exec(owner, exec, path.dotted("exec.command"), kind, conditions);
        }
        if let Some(get) = &hook.http_get {
            let is_elsewhere = get.host.as_deref().is_some_and(|host| !host.is_empty());
            let program = conditions.given.programs.get(container.name());
            let answers =
                program.filter(|_| !is_elsewhere).map_or(Answers::Unknown, |program| program.answers);
            let path = path.key("httpGet");
            let fault = fault::http_get(owner, get, &path, Asker::Hook);
            let handler = Handler::HttpGet { is_elsewhere };
            let plain = Self::asking(handler, fault, request(answers), owner.key(&path));
            return Some(Self { fails: plain.fails || answers == Answers::Refuses, ..plain });
        }
        let socket = hook.tcp_socket.as_ref()?;
        let path = path.key("tcpSocket");
        let fault = fault::tcp_socket(owner, socket, &path, Asker::Hook);
        Some(Self::asking(Handler::TcpSocket, fault, unknown(), owner.key(&path)))
    }

    /// How long it takes.
    pub(crate) fn takes(&self) -> Interval {
        Interval { earliest: self.duration.shortest, latest: self.duration.longest.seconds() }
    }

    /// It ends at the latest when the program of its container does: it runs in the container, or asks it.
    /// The timer of a sleep action does not (fact N13).
    pub(crate) fn ends_with_its_program(&self) -> bool {
        match self.handler {
            Handler::Exec | Handler::TcpSocket => true,
            Handler::HttpGet { is_elsewhere } => !is_elsewhere,
            Handler::Sleep { .. } => false,
        }
    }

    /// One by which the kubelet asks something.
    fn asking(handler: Handler, fault: Option<Fault>, takes: Duration, words: Located) -> Self {
        let duration = fault.as_ref().map_or(takes, |fault| failing(fault.flaw, fault.reason.clone()));
        Self { fault, ..Self::plain(handler, duration, words) }
    }

    /// One without a script.
    fn plain(handler: Handler, duration: Duration, words: Located) -> Self {
        let fails = duration.failure.is_some();
        Self {
            handler,
            duration,
            words,
            stop_words: None,
            abrupt: None,
            only_stops: false,
            command: &[],
            signals: Vec::new(),
            fails,
            is_dropped: false,
            fault: None,
        }
    }

    fn exec(
        owner: Owner<'a>,
        exec: &'a core::ExecAction,
        base: FieldPath,
        kind: HookKind,
        conditions: &Conditions<'_>,
    ) -> Option<Self> {
        let command = exec.command.as_deref().filter(|command| !command.is_empty())?;
        let script = HookScript::of(owner.set, owner.source, owner.workload, owner.container, command, base);
        let trace = script.trace(conditions.knowledge);
        let duration = Duration::of(&trace);
        let words = duration.decisive.as_ref().map_or_else(|| script.whole(), |words| script.locate(words));
        let stop_words = duration.stop.as_ref().map(|stop| script.locate(stop));
        let container = &owner.container.spec;
        let program = container.command.as_ref().and_then(|command| command.first()).map(String::as_str);
        let abrupt = Abrupt::of(&trace, container.image.as_deref(), program, &conditions.knowledge.images)
            // The first process of a Pod whose processes are shared is another one (fact I6).
            .filter(|abrupt| !(owner.workload.shares_processes() && abrupt.by == By::InVain))
            .map(|abrupt| {
                let words = script.locate(&abrupt.words);
                (abrupt, words)
            });
        // What becomes of a failed preStop is the same as of one that is over (fact B28).
        let fails = kind == HookKind::PostStart && matches!(Exit::of(&trace), Exit::Fails(_));
        let fault = fault::of_trace(owner, &script, &trace);
        Some(Self {
            fault,
            stop_words,
            abrupt,
            only_stops: trace.steps.len() == 1 && trace.stop.is_some(),
            command,
            // The first process of a Pod whose processes are shared is another one (fact I6).
            signals: if owner.workload.shares_processes() { Vec::new() } else { signals(&trace) },
            fails,
            ..Self::plain(Handler::Exec, duration, words)
        })
    }
}

impl Owner<'_> {
    /// The place of a field.
    pub(super) fn at(&self, path: &FieldPath) -> Located {
        place::place(self.source, &self.workload.object, path)
    }

    /// The place of a field's key.
    pub(super) fn key(&self, path: &FieldPath) -> Located {
        let mut located = self.at(path);
        let object = &self.workload.object;
        if let Some(key) = object.tree.locate(object.root(), path).key_span {
            located.place.span = key;
        }
        located
    }
}

/// How long an httpGet hook takes: its server decides, and any answer is a success (facts B9 and N6).
fn request(answers: Answers) -> Duration {
    match answers {
        Answers::Unknown => unknown(),
        Answers::Refuses => exactly(0.0),
        Answers::After(seconds) => exactly(seconds),
    }
}
