//! `sidecar-stops-first`: a proxy beside the application is told to stop before the application is.

use strum::{IntoStaticStr, VariantNames};

use super::grace::{set_grace, suggested_grace};
use super::missing_prestop_sleep::held;
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Severity};
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images::{self, Proxy};
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::manifest::{ContainerKind, Workload};
use crate::set::Serving;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "sidecar-stops-first",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A proxy that the application sends its traffic through is told to stop before the application.",
    reason: "All ordinary containers of a Pod are stopped at once, each after its own preStop hook. A wait in the application holds back the application alone. A database proxy or a mesh proxy beside it, without a wait as long, has gone by then: what the application still answers in those seconds needs a connection that nobody makes any longer, and fails.",
    options: None,
    facts: &["A6", "D5"],
    docs: &[
        Link {
            title: "Pod shutdown and sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars",
        },
        Link {
            title: "Sidecar containers and Pod lifecycle",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecar-containers-and-pod-lifecycle",
        },
    ],
    page: page!("sidecar-stops-first"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let judged = |workload: &&Workload| {
        !workload.is_fragment && !matches!(workload.kind.nature, Nature::Batch | Nature::Managed)
    };
    let Some(workload) = subject.workload.filter(judged) else { return };
    for view in &subject.containers {
        let Some(first) = First::of(subject, workload, view) else { continue };
        let place = match &view.pre_stop {
            Some(hook) => hook.words.clone(),
            None => subject.container_place(view.container),
        };
        let label = format!("told to stop at {}", seconds(first.at));
        let message = format!("works on until {}", seconds(first.until));
        let beside = match &first.last.pre_stop {
            Some(hook) => crate::finding::Related { place: hook.words.place.clone(), message },
            None => related(subject.source, subject.object, &first.last.container.path, message),
        };
        seen.push(
            Seen::new(Severity::Warning, place, first)
                .container(view.container)
                .label(label)
                .related([beside]),
        );
    }
}

/// A proxy that is told to stop before those that use it.
struct First<'s> {
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
    proxy: &'static Proxy,
    /// When it is told to stop at the latest, in seconds after the deletion.
    at: f64,
    /// The container that is told last.
    last: &'s ContainerView<'s>,
    /// When that is told at the earliest.
    until: f64,
    how: How,
}

/// What the proxy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// No hook.
    NoHook,
    /// One that is shorter.
    ShorterHook,
}

impl<'s> First<'s> {
    /// One that Services send traffic to is judged by that; one that is told to wait by settings of its own may do so
    /// for long enough.
    fn of(subject: &'s Subject<'s>, workload: &'s Workload, view: &'s ContainerView<'s>) -> Option<Self> {
        let (container, own) = (view.container, &subject.settings.knowledge.images);
        let proxy = images::proxy(container.spec.image.as_deref()?, own).filter(|proxy| proxy.is_way_out)?;
        let is_ordinary = container.kind == ContainerKind::Container && view.serving == Serving::None;
        if !is_ordinary || waits_by_itself(proxy, workload, view) {
            return None;
        }
        let (at, how) = match view.pre_stop.as_ref().filter(|hook| !hook.is_dropped) {
            None => (0.0, How::NoHook),
            Some(hook) => {
                (hook.duration.longest.seconds().filter(|_| hook.duration.known)?, How::ShorterHook)
            }
        };
        let others = subject.containers.iter().filter(|one| {
            let image = one.container.spec.image.as_deref();
            one.container.kind == ContainerKind::Container
                && image.and_then(|image| images::proxy(image, own)).is_none()
        });
        let last = others.max_by(|a, b| held(subject, a).total_cmp(&held(subject, b)))?;
        let until = held(subject, last);
        (at < until).then_some(Self { workload, view, proxy, at, last, until, how })
    }
}

/// A setting of its own makes it stop later.
fn waits_by_itself(proxy: &Proxy, workload: &Workload, view: &ContainerView<'_>) -> bool {
    let container = view.container;
    let words = || container.spec.command.iter().chain(&container.spec.args).flatten();
    let is_option = |word: &String| {
        let name = word.trim_start_matches('-').split(['=', ' ']).next().unwrap_or_default();
        proxy.options.contains(&name)
    };
    // In a script the options stand among other words.
    let in_script = |word: &String| proxy.options.iter().any(|option| word.contains(&format!("-{option}")));
    let annotations = workload.pod_spec_path.parent().map(|template| template.dotted("metadata.annotations"));
    let is_annotated = |key: &&'static str| {
        annotations.as_ref().is_some_and(|path| workload.object.at(&path.key(*key)).is_some())
    };
    words().any(|word| is_option(word) || in_script(word))
        || container.env().iter().any(|variable| proxy.variables.contains(&variable.name.as_str()))
        || container.spec.env_from.as_ref().is_some_and(|imports| !imports.is_empty())
        || proxy.annotations.iter().any(is_annotated)
}

impl Verdict for First<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _subject: &Subject<'_>) -> Words {
        let (name, last) = (self.view.container.name(), self.last.container.name());
        let (at, until) = (seconds(self.at), seconds(self.until));
        let hook = match self.how {
            How::NoHook => "it has no preStop hook of its own".to_owned(),
            How::ShorterHook => format!("its own preStop hook takes {at}"),
        };
        Words::new(
            format!("`{name}` is told to stop at {at}, while `{last}` works on until {until} and needs it"),
            format!(
                "The containers of a Pod are stopped at once, and the preStop hook of `{last}` holds back `{last}` alone. {} \
                 gets its stop signal at {at}, as {hook}: what `{last}` still asks for through it from then on fails.",
                capitalised(self.proxy.name)
            ),
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.stopped(self.view, |stopped| stopped.chart())
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let last = self.last.container.name();
        let text = format!(
            "Make it a sidecar (an init container with `restartPolicy: Always`), which stops last; or let it wait as long as \
             `{last}` does."
        );
        let has_action = subject.settings.support_in_all(&SLEEP_ACTION) == Support::Works;
        if !has_action || self.how == How::ShorterHook {
            return Mend::prose(text);
        }
        let wait = self.until.ceil();
        let sleep = Content::Fields(vec![("seconds", Content::Int(wait as i64))]);
        let path = self.view.container.pre_stop_path();
        let wait_too = Operation::set(path, Content::Fields(vec![("sleep", sleep)]));
        let is_short = self.workload.grace_period().is_some_and(|grace| (grace as f64) < wait + 5.0);
        let grace = is_short.then(|| set_grace(self.workload, suggested_grace(wait)));
        Mend::guess(text, std::iter::once(wait_too).chain(grace).collect())
    }
}
