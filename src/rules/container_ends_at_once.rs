//! `container-ends-at-once`: what is to run for ever is over at once, again and again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::options::{self, Optional, Refused};
use super::probed::running;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::finding::words::seconds;
use crate::hook::{Duration, Exit};
use crate::kubernetes::features::{SIDECARS, Support};
use crate::kubernetes::image::{self, Reference};
use crate::kubernetes::images::{self, Base};
use crate::manifest::place::Located;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::programs::{self, Kind, Program};
use crate::shell::invocation::{self, Invocation};
use crate::shell::{Step, Trace};
use crate::text::{placeholder, wildcard};
use crate::timeline::{HookScript, own_args, own_command};

/// What the rule can be told.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// Images that start a shell where a container gives no command, besides those that are known; `*` stands for
    /// any characters.
    #[schemars(extend("examples" = [["registry.example.com/base/*"]]))]
    shell_images: Vec<String>,
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { shell_images: Vec::new() };

    fn check(&self, wrong: &mut Refused) {
        wrong.words("shellImages", &self.shell_images, |_| None);
    }
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "container-ends-at-once",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A container that is to run for ever ends at once, and is started again and again.",
    reason: "The containers of a Pod whose restartPolicy is Always are to run for ever. One that ends is started again, whatever its exit status, each time after a longer wait of up to five minutes: CrashLoopBackOff. A base image such as busybox starts a shell, which ends at once because it has nothing to read, and a script that prints a line is over when it has printed it.",
    options: Some(Optional::of::<Options>()),
    facts: &["B5", "N8"],
    docs: &[
        Link {
            title: "How Pods handle problems with containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
        },
        Link {
            title: "Define a command and arguments for a container",
            url: "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
        },
    ],
    page: page!("container-ends-at-once"),
    verdicts: Ending::VARIANTS,
    check: Check::Object(check),
};

/// What takes longer may be meant to come again and again, in seconds.
const LONG: f64 = 60.0;
/// A script that is there until it is told to stop.
const IDLE: &str = "trap 'exit 0' TERM; sleep infinity & wait";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = judged(subject) else { return };
    for container in &workload.containers {
        let Some((ending, place)) = ends(subject, workload, container) else { continue };
        let label = match &ending {
            Ending::Shell { shell: Some(shell), .. } => {
                Some(format!("starts `{shell}`, which has nothing to read"))
            }
            Ending::Shell { shell: None, .. } => Some("starts a shell, which has nothing to read".to_owned()),
            Ending::Done { longest } if *longest < 1.0 => Some("is over at once".to_owned()),
            Ending::Done { longest } => Some(format!("is over after {}", seconds(*longest))),
            Ending::Behind => Some("waits for nothing".to_owned()),
            Ending::Fails { .. } => Some("fails".to_owned()),
        };
        seen.push(
            Seen::new(RULE.severity(), place, Ends { container, ending }).container(container).label(label),
        );
    }
}

/// The workload, if its containers are to run for ever.
fn judged<'s>(subject: &'s Subject<'_>) -> Option<&'s Workload> {
    let workload = running(subject).filter(|workload| workload.is_long_running())?;
    let policy = workload.pod_spec().restart_policy.as_deref();
    policy.is_none_or(|policy| policy == "Always").then_some(workload)
}

/// How a container ends at once, if it does.
fn ends(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Option<(Ending, Located)> {
    let is_judged = restarts(subject, container) && !has_input(container);
    is_judged.then(|| Ending::of(subject, workload, container))?
}

/// The rule reports a container: what else its command does is not asked.
pub(super) fn reports(subject: &Subject<'_>, container: &Container) -> bool {
    judged(subject).is_some_and(|workload| ends(subject, workload, container).is_some())
}

/// It is started again whenever it has ended: nothing of its own says otherwise.
fn restarts(subject: &Subject<'_>, container: &Container) -> bool {
    let spec = &container.spec;
    let runs_on = match container.kind {
        ContainerKind::Container => true,
        // Where there are none, it is an init container, and is to end (fact D12).
        ContainerKind::Sidecar => subject.settings.support_in_all(&SIDECARS) == Support::Works,
        ContainerKind::Init | ContainerKind::Ephemeral => false,
    };
    runs_on
        && spec.restart_policy.as_deref().is_none_or(|policy| policy == "Always")
        && spec.restart_policy_rules.is_none()
}

/// A shell has something to wait for.
fn has_input(container: &Container) -> bool {
    container.spec.stdin == Some(true) || container.spec.tty == Some(true)
}

/// How it ends.
#[derive(Debug, Clone, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Ending {
    /// The image starts a shell.
    Shell { image: String, shell: Option<&'static str> },
    /// Its script is over after so many seconds at the most.
    Done { longest: f64 },
    /// Its script leaves its work in the background, and waits for none of it.
    Behind,
    /// Its script fails at once, or cannot be started.
    Fails { reason: Option<String> },
}

impl Ending {
    fn of(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Option<(Self, Located)> {
        let has_command = container.spec.command.as_ref().is_some_and(|command| !command.is_empty());
        let has_args = container.spec.args.as_ref().is_some_and(|args| !args.is_empty());
        let image = container.spec.image.as_deref()?;
        let further = &subject.settings.of::<Options>().shell_images;
        let repository = Reference::split(image).repository;
        let is_further = || further.iter().any(|pattern| wildcard::matches(pattern, repository));
        // What is no image starts nothing.
        if image::fault(&placeholder::masked(image).0).is_some() {
            return None;
        }
        let of_image = |shell| {
            let place = subject.place(&container.path.key("image"));
            Some((Self::Shell { image: image.to_owned(), shell }, place))
        };
        let command = match (has_command, images::base(image)) {
            (true, _) => own_command(subject.set, workload, container)?,
            (false, Some(base)) if !has_args => return of_image(Some(base.shell)),
            (false, None) if !has_args && is_further() => return of_image(None),
            (false, Some(Base { runs_args: true, .. })) => own_args(subject.set, workload, container)?,
            (false, _) => return None,
        };
        // What is to be filled in may be anything.
        if command.first().is_some_and(|program| placeholder::has_placeholder(program)) {
            return None;
        }
        let own = container.spec.command.as_ref().map_or(0, Vec::len);
        let is_in_args = match invocation::resolve(&command) {
            Invocation::Script { argument, .. } => argument >= own,
            _ => own == 0,
        };
        let whole = subject.place(&container.path.key(if is_in_args { "args" } else { "command" }));
        let script = HookScript::of_container(subject.set, subject.source, workload, container, &command);
        let trace = script.trace(&subject.settings.knowledge);
        if leaves_all_behind(&trace) {
            return Some((Self::Behind, whole));
        }
        let duration = Duration::of(&trace);
        let longest = duration.longest.seconds().filter(|longest| duration.known && *longest < LONG)?;
        if !trace.steps.iter().all(surely_ends) || trace.steps.iter().any(makes_pipe) {
            return None;
        }
        Some(match Exit::of(&trace) {
            Exit::Fails(_) => {
                let fault = trace.fatal.as_ref().or(duration.failure.as_ref());
                (Self::Fails { reason: fault.map(|failure| failure.reason.clone()) }, whole)
            }
            _ => (Self::Done { longest }, whole),
        })
    }
}

/// The first process is over soon, whatever it has started beside itself: that goes with it (pid_namespaces(7)).
fn leaves_all_behind(trace: &Trace) -> bool {
    let (behind, own): (Vec<&Step>, Vec<&Step>) = trace.steps.iter().partition(|step| step.background);
    let is_soon = trace.own.longest.seconds().is_some_and(|longest| longest < LONG);
    let is_aside = |program: &Program| program.kind == Kind::Word || programs::is_helper(program);
    let works = |step: &&Step| !step.is_empty && !step.program.is_some_and(is_aside);
    is_soon
        && behind.iter().any(works)
        && own.iter().all(|step| surely_ends(step) && step.program.is_some())
        && !own.iter().any(|step| makes_pipe(step))
}

/// It ends as soon as its words say. A program of a product may be the server itself, or put it into the background;
/// one that watches goes on, and one that reads from a pipe or a device may wait for something to come.
fn surely_ends(step: &Step) -> bool {
    const WATCHES: &[&str] = &["monitor", "-w", "--watch", "-F", "--follow"];
    let mut words = step.args.iter().skip(1).filter_map(|arg| arg.known());
    let goes_on = |word: &str| {
        WATCHES.contains(&word)
            || word.starts_with("/dev/")
            || word.starts_with("/proc/")
            || word.contains("fifo")
            || word.contains("pipe")
    };
    !step.background
        && step.program.is_none_or(|program| program.kind != Kind::Product)
        && !words.any(goes_on)
}

/// It makes a pipe, which is read until somebody has written.
fn makes_pipe(step: &Step) -> bool {
    step.args.first().and_then(|name| name.known()).is_some_and(|name| name.ends_with("mkfifo"))
}

/// A container that is started again and again.
struct Ends<'s> {
    container: &'s Container,
    ending: Ending,
}

impl Verdict for Ends<'_> {
    fn name(&self) -> &'static str {
        (&self.ending).into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        const AGAIN: &str = "the kubelet starts it again whatever its exit status, each time after a longer wait of up to 5 minutes \
                             (CrashLoopBackOff)";
        let name = self.container.name();
        let called = format!("{} `{name}`", self.container.kind.noun());
        match &self.ending {
            Ending::Shell { image, shell } => Words::new(
                format!("{called} runs nothing but the shell of its image, which ends at once"),
                format!(
                    "Without a `command`, `{image}` starts {}. There is no terminal and nothing to read, so it ends at once; \
                     {AGAIN}.",
                    shell.map_or_else(|| "a shell".to_owned(), |shell| format!("`{shell}`"))
                ),
            ),
            Ending::Done { longest } if *longest < 1.0 => Words::new(
                format!("the command of {called} ends at once"),
                format!("All that it runs returns at once, and nothing stays; {AGAIN}."),
            ),
            Ending::Done { longest } => Words::new(
                format!("the command of {called} ends after {}", seconds(*longest)),
                format!("It is over after {} at the most, and nothing stays; {AGAIN}.", seconds(*longest)),
            ),
            Ending::Behind => Words::new(
                format!("the command of {called} ends at once, and what it left in the background with it"),
                format!(
                    "The container ends when its first process does, here a shell that waits for nothing: what it has started with \
                     `&` is killed; {AGAIN}."
                ),
            ),
            Ending::Fails { reason } => {
                let fails = match reason {
                    Some(reason) => format!("It fails because {reason}"),
                    None => "It ends with a status other than 0 at each run".to_owned(),
                };
                Words::new(
                    format!("the command of {called} fails at each start"),
                    format!("{fails}; {AGAIN}."),
                )
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        const JOB: &str = "What is to run once belongs in a Job.";
        match &self.ending {
            Ending::Shell { .. } => Mend::example(
                format!(
                    "Name the program that is to run. A container that only has to be there for others to look around in can \
                     wait, as here. {JOB}"
                ),
                self.container.path.key("command"),
                Content::Words(["sh", "-c", IDLE].map(str::to_owned).to_vec()),
            ),
            Ending::Done { .. } => Mend::prose(format!(
                "Let the command end with the program that is to run for ever, in the foreground. {JOB}"
            )),
            Ending::Behind => Mend::prose(
                "Run the program in the foreground, without the `&`, and let `exec` give it the place of the shell.",
            ),
            Ending::Fails { reason: None } => Mend::prose(format!(
                "Let the command end with the program that is to run for ever, and fail only where that cannot run. {JOB}"
            )),
            Ending::Fails { reason: Some(_) } => Mend::prose(
                "Mend the command: its first item is the program alone, each word behind it an item of its own, and what needs a \
                 shell is given to one, as in `[sh, -c, …]`.",
            ),
        }
    }
}
