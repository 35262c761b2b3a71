//! `missing-readiness-probe`: a container gets traffic as soon as it runs, ready or not.

pub(super) mod probe;

use strum::{IntoStaticStr, VariantNames};

use super::subject::{ContainerView, Subject, reached_by, services};
use super::verdict::{Mend, Needs, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::kubernetes::images;
use crate::manifest::id::named;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::timeline;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-readiness-probe",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A container that serves traffic, or runs for a long time, has no readiness probe.",
    reason: "Without a readiness probe a container is ready as soon as it runs (and its startup probe, if it has one, has succeeded). Running is not the same as listening. While the process still loads its configuration, the Service already sends it requests, and they fail.",
    options: None,
    facts: &["E4"],
    docs: &[
        Link {
            title: "Container probes",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes",
        },
        Link {
            title: "Configure liveness, readiness and startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        },
        Link {
            title: "Sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
        },
    ],
    page: page!("missing-readiness-probe"),
    verdicts: Unprobed::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| !workload.is_fragment) else { return };
    if matches!(workload.kind.nature, Nature::Batch | Nature::Managed) {
        return;
    }
    let mut is_told = false;
    let pod_serves = subject.containers.iter().any(|view| view.serving > Serving::None);
    let pod_has_probe = workload.containers.iter().any(|container| container.spec.readiness_probe.is_some());
    for view in &subject.containers {
        // A field that is there but could not be decoded is not missing.
        let has_probe = subject.object.at(&view.container.path.key("readinessProbe")).is_some();
        if has_probe || !view.container.kind.is_long_running() {
            continue;
        }
        let unprobed = match view.serving {
            Serving::Certain => Some(Unprobed::Reached(view)),
            _ if pod_has_probe => None,
            Serving::Likely | Serving::Possible if view.container.ports().is_empty() => {
                Some(Unprobed::Named(view))
            }
            Serving::Likely | Serving::Possible => Some(Unprobed::Port(view)),
            // One for the Pod: a probe of any of its containers tells.
            Serving::None
                if !pod_serves && !is_told && workload.is_long_running() && works(subject, view) =>
            {
                is_told = true;
                Some(Unprobed::Silent(view))
            }
            Serving::None => None,
        };
        let (unprobed, needs) = match unprobed {
            Some(unprobed) => (unprobed, Needs::Nothing),
            None if subject.may_be_reached(view) => (Unprobed::Reached(view), Needs::Traffic),
            None => continue,
        };
        let severity = match unprobed {
            Unprobed::Silent(_) => Severity::Info,
            _ if subject.is_scraped(view) || subject.is_unreached(view) => Severity::Info,
            _ => Severity::Warning,
        };
        let related = match unprobed {
            Unprobed::Reached(view) | Unprobed::Named(view) => reached_by(&view.reaches),
            Unprobed::Port(_) | Unprobed::Silent(_) => Vec::new(),
        };
        let place = subject.container_place(view.container);
        seen.push(
            Seen::new(severity, place, unprobed).container(view.container).related(related).needs(needs),
        );
    }
}

/// It does something that could be ready or not.
fn works(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let Some(workload) = subject.workload else { return false };
    let (container, knowledge) = (view.container, &subject.settings.knowledge);
    let is_own = container.spec.command.is_none();
    let starts_shell = |image: &str| container.spec.args.is_none() && images::base(image).is_some();
    let is_idle = |image: &str| images::is_pause(image) || starts_shell(image);
    let image = container.spec.image.as_deref();
    let is_injected = image.is_some_and(images::is_injected);
    let is_idle = is_own && image.is_some_and(is_idle);
    !is_injected
        && !is_idle
        && !timeline::only_waits(subject.set, subject.source, workload, container, knowledge)
        && !timeline::ends_by_itself(subject.set, subject.source, workload, container, knowledge)
}

/// A container without a readiness probe: it is Ready as soon as it runs (fact E4).
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Unprobed<'s> {
    /// A Service reaches it.
    Reached(&'s ContainerView<'s>),
    /// A Service without ports leads to its Pod by name.
    Named(&'s ContainerView<'s>),
    /// It declares a port.
    Port(&'s ContainerView<'s>),
    /// Nothing says that it gets traffic.
    Silent(&'s ContainerView<'s>),
}

impl<'s> Unprobed<'s> {
    fn view(self) -> &'s ContainerView<'s> {
        match self {
            Self::Reached(view) | Self::Named(view) | Self::Port(view) | Self::Silent(view) => view,
        }
    }
}

impl Verdict for Unprobed<'_> {
    fn name(&self) -> &'static str {
        self.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        const RUNS: &str = "Without one it counts as ready the moment its process exists";
        let view = self.view();
        let services = services(view.reaches.iter()).unwrap_or_default();
        let has_startup = view.container.spec.startup_probe.is_some();
        let (what, why) = match self {
            // Fact E4: a startup probe delays it as well, and is asked no more once it has passed.
            _ if has_startup => {
                let what = match self {
                    Self::Reached(_) => "gets traffic but has",
                    Self::Named(_) => "may get traffic but has",
                    Self::Port(_) => "declares a port but has",
                    Self::Silent(_) => "has",
                };
                (
                    what,
                    "Once its startup probe has passed it counts as ready for good: whoever asks it goes on asking \
                     when it can no longer answer, and a rollout goes on."
                        .to_owned(),
                )
            }
            Self::Reached(_) => (
                "gets traffic but has",
                format!(
                    "{RUNS}: {services} sends it requests before it listens, at every start and in every rollout, and goes on \
                     when it can no longer answer."
                ),
            ),
            Self::Named(_) => (
                "may get traffic but has",
                format!(
                    "{RUNS}: if it is what {services} leads to, by whatever port, requests come before it listens, at every \
                     start and in every rollout."
                ),
            ),
            Self::Port(_) => {
                let ports = view.container.ports().iter().map(|port| port.container_port.to_string());
                let ports = ports.collect::<Vec<_>>().join(", ");
                (
                    "declares a port but has",
                    format!(
                        "{RUNS}: whatever sends traffic to port {ports} reaches it before it listens, at every start and in \
                         every rollout."
                    ),
                )
            }
            Self::Silent(_) => {
                let consequence = match subject.workload.map(|workload| workload.kind.nature) {
                    Some(Nature::BarePod) => {
                        "nothing that waits for this Pod to be ready can tell a broken start from a good one"
                    }
                    _ => {
                        "a rollout cannot tell a version that starts and hangs from one that works, and replaces every Pod \
                         with it"
                    }
                };
                (
                    "has",
                    format!(
                        "No Service{} and no port says that {} gets traffic. Still, without a readiness probe it counts as \
                         ready the moment its process exists, so {consequence}.",
                        subject.here(),
                        named(&subject.object.id)
                    ),
                )
            }
        };
        let container = view.container;
        let why = match self {
            Self::Silent(_) => why,
            _ if subject.is_scraped(view) => {
                format!("{why} Only its metrics are read, so what is lost is a reading.")
            }
            _ if subject.is_unreached(view) => {
                format!("{why} No Service of its namespace reaches it, so this may be nobody.")
            }
            _ => why,
        };
        let called = format!("{} `{}`", container.kind.noun(), container.name());
        let unread = subject.unread("a patch elsewhere may add one");
        Words::new(format!("{called} {what} no readinessProbe{}", subject.here()), format!("{why}{unread}"))
    }

    /// Whether anything answers there is for a person to say.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let (text, probe) = probe::proposed(subject, self.view());
        let path = self.view().container.path.key("readinessProbe");
        let mend = match probe {
            Some(probe) => Mend::guess(text, vec![Operation::set(path.clone(), probe)]),
            None => Mend::prose(text),
        };
        match subject.misspelt(&path) {
            Some(name) => mend
                .by_hand()
                .said(|text| format!("{text} `{name}` may have been meant as the probe: look there first.")),
            None => mend,
        }
    }
}
