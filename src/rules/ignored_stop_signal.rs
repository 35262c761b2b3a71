//! `ignored-stop-signal`: the stop signal does not reach the program.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::container_ends_at_once;
use super::options::{self, Optional};
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::kubernetes::image::Reference;
use crate::kubernetes::images;
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::manifest::place::{self, Located, related};
use crate::set::mounted::{self, Mounted, MountedFile};
use crate::shell::kept_signal::{Kept, Why, kept};
use crate::shell::{TextRef, Words as ScriptWords};
use crate::text::{shorten, wildcard};
use crate::timeline::own_command;
use crate::yaml::path::FieldPath;

/// What the rule can be told.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// Repositories of images whose `/bin/sh` is dash, as on Debian; `*` stands for any characters.
    #[schemars(extend("examples" = [["registry.example.com/debian/*"]]))]
    dash_images: Vec<String>,
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { dash_images: Vec::new() };
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ignored-stop-signal",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A shell, or a program without a handler, is the first process of a container and keeps the stop signal from it.",
    reason: "The stop signal goes to the first process of the container and to no other. A shell that waits for a program neither ends by the signal nor passes it on, and the kernel drops a signal that a first process does not handle. The program never learns that it is to stop: it works on until the grace period is over, and is then killed in the middle of whatever it does, at every rollout, scale-down and node drain.",
    options: Some(Optional::of::<Options>()),
    facts: &["I1", "I2", "I3", "I4", "I5", "I6", "N12", "P10"],
    docs: &[
        Link {
            title: "Stop signals",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-stop-signals",
        },
        Link {
            title: "Pod termination flow",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
        },
    ],
    page: page!("ignored-stop-signal"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let judged = |workload: &&Workload| {
        let runs_on = workload.is_long_running() && workload.kind.nature != Nature::Managed;
        // The first process of a Pod whose processes are shared is another one, and a shell ends by the signal.
        runs_on && !workload.is_fragment && !workload.is_windows() && !workload.shares_processes()
    };
    let Some(workload) = subject.workload.filter(judged) else { return };
    for view in &subject.containers {
        let Some(deaf) = Deaf::of(subject, workload, view) else { continue };
        if container_ends_at_once::reports(subject, view.container) {
            continue;
        }
        let place = deaf.place(subject);
        let (severity, label) = (deaf.how.severity(), deaf.how.label());
        seen.push(Seen::new(severity, place, deaf).container(view.container).label(label));
    }
}

/// In seconds: nobody minds that a stop takes no longer.
const SHORT: i64 = 5;

/// A container of which nobody hears the stop signal.
struct Deaf<'s> {
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
    /// What it runs, as the kubelet expands it.
    command: Vec<String>,
    kept: Kept,
    how: How,
    file: Option<MountedFile<'s>>,
}

/// Why nobody hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// Something follows the program.
    Followed,
    /// The program is part of a pipeline.
    Piped,
    /// It runs in a loop.
    Looped,
    /// It runs in the background.
    Background,
    /// The shell's handler waits until the program is over.
    Trapped,
    /// bash stays for the sake of redirections.
    Redirected,
    /// The shell of busybox stays for the sake of the line end behind the program.
    LineEnd,
    /// dash always stays.
    Dash,
    /// It is run by a script file without `exec`.
    ScriptFile,
    /// Which shell it is decides.
    Depends,
    /// Nothing is lost but the time.
    Idle,
}

impl How {
    fn of(why: Why) -> Self {
        match why {
            Why::Idle => Self::Idle,
            Why::Followed => Self::Followed,
            Why::Piped => Self::Piped,
            Why::Looped => Self::Looped,
            Why::Background => Self::Background,
            Why::Trapped => Self::Trapped,
            Why::Redirected => Self::Redirected,
            Why::LineEnd => Self::LineEnd,
            Why::Never => Self::Dash,
            Why::InFile => Self::ScriptFile,
            Why::Depends => Self::Depends,
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::Idle | Self::Depends => Severity::Info,
            _ => Severity::Warning,
        }
    }

    /// What becomes of the marked words, in a picture.
    fn label(self) -> String {
        match self {
            Self::Depends => "may get no stop signal",
            _ => "gets no stop signal",
        }
        .to_owned()
    }
}

impl<'s> Deaf<'s> {
    fn of(subject: &'s Subject<'s>, workload: &'s Workload, view: &'s ContainerView<'s>) -> Option<Self> {
        let container = view.container;
        // What its hook tells to stop need not hear the signal.
        let is_told = view.pre_stop.as_ref().is_some_and(|hook| hook.duration.stop.is_some());
        if !container.kind.is_long_running() || is_told {
            return None;
        }
        let command = own_command(subject.set, workload, container)?;
        let image = container.spec.image.as_deref();
        let file = |path: &str| match mounted::resolve(subject.set, workload, container, path) {
            Mounted::File(file) => Some(file),
            Mounted::Missing { .. } | Mounted::Unknown => None,
        };
        let sh = image.and_then(|image| sh_of(subject, image));
        let kept = kept(&command, sh, &|path| file(path).map(|file| file.text.to_owned()))?;
        let file = match &kept.words.text {
            TextRef::File(path) => file(path),
            TextRef::Argument(_) | TextRef::Items(_) => None,
        };
        let how = How::of(kept.why);
        // A short grace period is what helps, and is there.
        let is_short = workload.grace_period().is_some_and(|grace| grace <= SHORT);
        (how != How::Idle || !is_short).then_some(())?;
        Some(Self { workload, view, command, kept, how, file })
    }

    /// The item of `command` or `args` that is one of its words, if it is written as it is run.
    fn item(&self, index: usize) -> (FieldPath, bool) {
        let container = self.view.container;
        let command = container.spec.command.as_deref().unwrap_or_default();
        let args = container.spec.args.as_deref().unwrap_or_default();
        let (path, written) = match index.checked_sub(command.len()) {
            Some(at) => (container.path.key("args").index(at), args.get(at)),
            None => (container.path.key("command").index(index), command.get(index)),
        };
        (path, written.is_some() && written == self.command.get(index))
    }

    fn place(&self, subject: &Subject<'_>) -> Located {
        let words = &self.kept.words;
        match (&words.text, &self.file) {
            (TextRef::Argument(index), _) => match self.item(*index) {
                (path, true) => place::words(subject.source, subject.object, &path, words.range()),
                (path, false) => subject.place(&path),
            },
            (TextRef::File(_), Some(file)) => {
                let (source, object) = (file.config_map.source, &file.config_map.item);
                let mut located = place::words(source, object, &file.path, words.range());
                let container = self.view.container;
                let message = format!("run by container `{}`", container.name());
                let run = container.path.key("command");
                located.alias = Some(related(subject.source, subject.object, &run, message));
                located
            }
            _ => subject.place(&self.view.container.path.key("command")),
        }
    }

    /// When it is killed, in seconds after the deletion.
    fn killed(&self) -> Option<f64> {
        self.workload.grace_period().map(|grace| grace.max(2) as f64)
    }

    /// What it hears nothing of, shortened.
    fn written(&self) -> String {
        const MOST: usize = 60;
        shorten::middle(&self.kept.written, MOST, "…")
    }
}

/// Which shell an image calls `sh`.
fn sh_of(subject: &Subject<'_>, image: &str) -> Option<&'static str> {
    let repository = Reference::split(image).repository;
    let patterns = &subject.settings.of::<Options>().dash_images;
    match patterns.iter().any(|pattern| wildcard::matches(pattern, repository)) {
        true => Some("dash"),
        false => images::sh(image, &subject.settings.knowledge.images),
    }
}

impl Verdict for Deaf<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _subject: &Subject<'_>) -> Words {
        let (name, written) = (self.view.container.name(), self.written());
        let killed = match self.killed() {
            Some(killed) => format!("is killed {} after the deletion", seconds(killed)),
            None => "is killed when the grace period is over".to_owned(),
        };
        let lost = format!("`{written}` works on until it {killed}, whatever it is doing then.");
        let (message, why) = match self.how {
            How::Followed => (
                format!("`{written}` in `{name}` gets no stop signal: its shell waits for it, to go on"),
                format!("The shell is the first process, and passes nothing on: {lost}"),
            ),
            How::Piped => (
                format!("`{written}` in `{name}` gets no stop signal: a shell waits for the pipeline"),
                format!("The shell is the first process, and passes nothing on: {lost}"),
            ),
            How::Looped => (
                format!("the loop of `{name}` gets no stop signal that would end it"),
                format!(
                    "The shell is the first process, has no handler and passes nothing on: the loop goes on, and what runs in \
                     it {killed}, whatever it is doing then."
                ),
            ),
            How::Background => (
                format!("`{written}` in `{name}` gets no stop signal: it runs in the background of a shell"),
                format!("The shell is the first process, and waits without passing anything on: {lost}"),
            ),
            How::Trapped => (
                format!("the `trap` of `{name}` runs only when `{written}` is over"),
                format!(
                    "A shell that waits for a command in its foreground runs a handler behind it, and the command itself gets \
                     no signal: {lost}"
                ),
            ),
            How::Redirected => (
                format!("`{written}` in `{name}` gets no stop signal: bash stays the first process"),
                format!(
                    "bash gives way to the last command of a script, but not to one with redirections: {lost}"
                ),
            ),
            How::LineEnd => (
                format!("`{written}` in `{name}` gets no stop signal: its shell stays the first process"),
                format!(
                    "The shell of busybox gives way to the last command of a script, but not where a line end stands behind \
                     it, as it does in a block that begins with `|`: {lost}"
                ),
            ),
            How::Dash => (
                format!("`{written}` in `{name}` gets no stop signal: dash stays the first process"),
                format!(
                    "The shell of this image is dash, which gives way to no command and passes nothing on: {lost}"
                ),
            ),
            How::ScriptFile => (
                format!(
                    "`{written}` in `{name}` gets no stop signal: the script that runs it stays the first process"
                ),
                format!("No shell gives way to a command of a script file unless `exec` says so: {lost}"),
            ),
            How::Depends => (
                format!(
                    "`{written}` in `{name}` may get no stop signal: that depends on the shell of the image"
                ),
                format!(
                    "bash and the shell of busybox give way to the last command of a script; dash, the `sh` of Debian and \
                     Ubuntu, stays the first process and passes nothing on. There `{written}` {killed}, whatever it is doing \
                     then."
                ),
            ),
            How::Idle => (
                format!(
                    "`{written}` in `{name}` does not end by the stop signal, so each stop takes the whole grace period"
                ),
                format!(
                    "The kernel drops a signal that the first process of a container does not handle, and nothing here \
                     handles it: the container {killed}. {}",
                    match self.kept.is_beside {
                        true => "What was started before is killed with it, whatever it is doing then.",
                        false => "Nothing is lost but the time.",
                    }
                ),
            ),
        };
        Words::new(message, why)
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.stopped(self.view, |stopped| stopped.chart())
    }

    fn mend(&self, _subject: &Subject<'_>) -> Mend {
        const INIT: &str =
            "let an init such as `tini -g --` be the first process, in a command of the image's own";
        match self.how {
            How::Looped => Mend::prose(
                "Let a handler end the loop, `trap 'exit 0' TERM`, and wait so that it is heard: `sleep 5 & wait $!`.",
            ),
            How::Background => Mend::prose(format!(
                "Run the program by `exec` as the last command; or pass the signal on, with `trap 'kill -TERM $pid' TERM` \
                 and `wait $pid`; or {INIT}."
            )),
            How::Followed | How::Piped | How::Trapped => Mend::prose(format!(
                "Run the program by `exec` as the last command; or run it in the background, pass the signal on with `trap \
                 'kill -TERM $pid' TERM`, and `wait $pid`; or {INIT}."
            )),
            How::Idle => Mend::prose(
                "Let a shell wait that ends by the signal: `trap 'exit 0' TERM; sleep infinity & wait`; or set a short grace \
                 period.",
            ),
            How::Redirected | How::LineEnd | How::Dash | How::ScriptFile | How::Depends => self.exec().unwrap_or_else(
                || Mend::prose("Run the program by `exec`, so that it takes the place of the shell and gets the signal itself."),
            ),
        }
    }
}

impl Deaf<'_> {
    fn exec(&self) -> Option<Mend> {
        const TEXT: &str =
            "Let the program take the place of the shell, with `exec`: it then gets the signal itself.";
        let ScriptWords { text, start, .. } = self.kept.exec.as_ref()?;
        let splice = |path| Operation::Splice { path, at: *start..*start, text: "exec ".to_owned() };
        match (text, &self.file) {
            (TextRef::Argument(index), _) => match self.item(*index) {
                (path, true) => Some(Mend::safe(TEXT, vec![splice(path)])),
                (_, false) => None,
            },
            // Others may run the script as well.
            (TextRef::File(_), Some(file)) => {
                Some(Mend::guess(TEXT, vec![splice(file.path.clone())]).elsewhere(file.config_map))
            }
            _ => None,
        }
    }
}
