//! `missing-readiness-probe`: a container gets traffic as soon as it runs, ready or not.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use strum::{IntoStaticStr, VariantNames};

use super::invalid_manifest::{asked_port, is_port};
use super::subject::{ContainerView, Subject, reached_by, services};
use super::verdict::{Mend, Needs, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::manifest::id::named;
use crate::manifest::kinds::Nature;
use crate::set::Serving;

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
            Serving::None if !pod_serves && workload.is_long_running() => Some(Unprobed::Silent(view)),
            Serving::None => None,
        };
        let (unprobed, needs) = match unprobed {
            Some(unprobed) => (unprobed, Needs::Nothing),
            None if subject.may_be_reached(view) => (Unprobed::Reached(view), Needs::Traffic),
            None => continue,
        };
        let severity = match unprobed {
            Unprobed::Silent(_) => Severity::Info,
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
        let (what, why) = match self {
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
        let called = format!("{} `{}`", container.kind.noun(), container.name());
        let unread = subject.unread("a patch elsewhere may add one");
        Words::new(format!("{called} {what} no readinessProbe{}", subject.here()), format!("{why}{unread}"))
    }

    /// Whether anything answers there is for a person to say.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let (text, probe) = probe(self.view());
        let path = self.view().container.path.key("readinessProbe");
        let mend = Mend::guess(text, vec![Operation::set(path.clone(), probe)]);
        match subject.misspelt(&path) {
            Some(name) => mend
                .by_hand()
                .said(|text| format!("{text} `{name}` may have been meant as the probe: look there first.")),
            None => mend,
        }
    }
}

/// Takes over what the manifest already says about the container's health or port.
fn probe(view: &ContainerView<'_>) -> (&'static str, Content) {
    let word = |text: &str| Content::Text(text.to_owned());
    let liveness = view.container.spec.liveness_probe.as_ref();
    let http = liveness.and_then(|probe| probe.http_get.as_ref()).filter(|get| is_port(&get.port));
    let port = asked_port(view.container);
    let (text, handler) = match (http, port) {
        (Some(get), _) => {
            let port = match &get.port {
                IntOrString::Int(port) => Content::Int((*port).into()),
                IntOrString::String(port) => word(port),
            };
            let mut fields = vec![("path", word(get.path.as_deref().unwrap_or("/"))), ("port", port)];
            fields.extend(get.scheme.as_deref().map(|scheme| ("scheme", word(scheme))));
            fields.extend(get.host.as_deref().map(|host| ("host", word(host))));
            let text = match get.http_headers.as_ref().is_some_and(|headers| !headers.is_empty()) {
                false => {
                    "Add one that fails while the container cannot serve; this one asks what the liveness probe asks."
                }
                true => {
                    "Add one that fails while the container cannot serve; this one asks where the liveness probe asks, \
                     without its headers."
                }
            };
            (text, ("httpGet", Content::Fields(fields)))
        }
        (None, Some(port)) => (
            "Add one that fails while the container cannot serve (put your own path).",
            ("httpGet", Content::Fields(vec![("path", word("/ready")), ("port", port)])),
        ),
        (None, None) => {
            let command = Content::Words(vec!["cat".to_owned(), "/tmp/ready".to_owned()]);
            (
                "Add one that succeeds only once the work has begun (this one looks for a file the program writes).",
                ("exec", Content::Fields(vec![("command", command)])),
            )
        }
    };
    let often = [("periodSeconds", Content::Int(5)), ("failureThreshold", Content::Int(3))];
    (text, Content::Fields(std::iter::once(handler).chain(often).collect()))
}
