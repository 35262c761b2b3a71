//! `naked-pod`: a Pod that nothing replaces when it is gone.

use strum::{IntoStaticStr, VariantNames};

use super::subject::{ContainerView, Subject, reached_by, services};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::finding::words::capitalised;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::set::owners::is_made_by_deployment;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "naked-pod",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A Pod that is to run for ever has no controller, so nothing replaces it when it is gone.",
    reason: "The kubelet restarts the containers of a Pod on its own node, and that is all. A Pod that is evicted, or whose node is drained or lost, is deleted, and only a controller makes another one. kubectl drain refuses to delete a Pod without a controller, so it holds up the drain of its node as well, until somebody gives --force.",
    options: None,
    facts: &["H32"],
    docs: &[
        Link {
            title: "Pods and controllers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/#pods-and-controllers",
        },
        Link {
            title: "Use kubectl drain to remove a node from service",
            url: "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/#use-kubectl-drain-to-remove-a-node-from-service",
        },
    ],
    page: page!("naked-pod"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| is_meant_to_stay(workload)) else { return };
    if is_static(subject, workload) || is_for_a_moment(workload) || subject.is_idle() {
        return;
    }
    // It is a Pod of that one as soon as it is there.
    if subject.set.is_adopted(subject.source, workload) {
        return;
    }
    // Labels like `app: web` stand in every chapter of a tutorial.
    let is_near = |view: &&ContainerView<'_>| {
        view.reaches.iter().any(|reach| subject.set.are_in_line(subject.source, reach.service.source))
    };
    let served = subject.containers.iter().find(|view| view.serving == Serving::Certain && is_near(view));
    let (severity, how) = match served {
        Some(_) => (Severity::Warning, How::Served),
        None => (Severity::Info, How::Alone),
    };
    let service = served.and_then(|view| services(view.reaches.iter()));
    let related = served.map(|view| reached_by(&view.reaches)).unwrap_or_default();
    let verdict = Naked { workload, how, service };
    seen.push(Seen::new(severity, subject.place(&FieldPath::of("kind")), verdict).related(related));
}

/// A Pod of its own that is started again whenever it ends.
fn is_meant_to_stay(workload: &Workload) -> bool {
    let object = &workload.object;
    workload.kind.nature == Nature::BarePod
        && workload.is_long_running()
        && !workload.is_fragment
        && workload.pod_spec().active_deadline_seconds.is_none()
        // Whatever owns it, also one that is no controller, may make it again.
        && object.at(&FieldPath::of("metadata.ownerReferences")).is_none()
        && !is_made(workload)
}

/// Labels that controllers put on the Pods they make.
const OF_CONTROLLERS: [&str; 5] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// A copy of what a controller made, without the reference to it.
fn is_made(workload: &Workload) -> bool {
    OF_CONTROLLERS.iter().any(|label| workload.labels.contains_key(*label))
        || workload.object.name().is_some_and(is_made_by_deployment)
}

/// Directories that kubelets take static Pods from, or that are copied there.
const STATIC_DIRECTORIES: [&str; 4] =
    ["etc/kubernetes/manifests", "static-pods", "staticpods", "static-pod-manifests"];

/// The classes that the parts of a cluster itself have.
const SYSTEM_CLASSES: [&str; 2] = ["system-node-critical", "system-cluster-critical"];

/// A file of a kubelet says it, which makes the Pod again: one of the control plane, or of the node itself. Nothing in
/// such a manifest is sure to tell, so each sign is enough.
fn is_static(subject: &Subject<'_>, workload: &Workload) -> bool {
    const KEYS: [&str; 3] =
        ["kubernetes.io/config.mirror", "kubernetes.io/config.source", "kubernetes.io/config.hash"];
    let (object, pod) = (&workload.object, workload.pod_spec());
    let is_critical = pod.priority_class_name.as_deref().is_some_and(|one| SYSTEM_CLASSES.contains(&one));
    let is_of_the_node = pod.host_network == Some(true) && object.namespace() == "kube-system";
    let is_of_the_control_plane = workload.labels.get("tier").is_some_and(|tier| tier == "control-plane");
    let file = subject.set.file(subject.source).unwrap_or_default();
    let is_in = |directory: &str| file.contains(&format!("{directory}/"));
    KEYS.iter().any(|key| object.annotation(key).is_some())
        || is_critical
        || is_of_the_node
        || is_of_the_control_plane
        || STATIC_DIRECTORIES.iter().any(|directory| is_in(directory))
}

/// Somebody, or a release, wants it for a while: hooks and tests of Helm, `kubectl debug`, a terminal.
fn is_for_a_moment(workload: &Workload) -> bool {
    let object = &workload.object;
    let is_debugger = object.id.name.starts_with("node-debugger-")
        || workload.labels.get("app.kubernetes.io/managed-by").is_some_and(|by| by == "kubectl-debug");
    let is_terminal =
        |spec: &k8s_openapi::api::core::v1::Container| spec.stdin == Some(true) && spec.tty == Some(true);
    let mut running = workload.containers.iter().filter(|one| one.kind.is_long_running());
    object.is_hook() || is_debugger || running.any(|one| is_terminal(&one.spec))
}

/// A Pod without a controller.
struct Naked<'s> {
    workload: &'s Workload,
    how: How,
    /// The Services that send it traffic, in words.
    service: Option<String>,
}

/// What is lost with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// A Service sends it traffic.
    Served,
    /// What it does.
    Alone,
}

impl Verdict for Naked<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = named(&self.workload.object.id);
        let (traffic, loss) = match &self.service {
            Some(services) => {
                let (sends, lacks) = match services.starts_with("Services ") {
                    true => ("send", "lack"),
                    false => ("sends", "lacks"),
                };
                (
                    format!(", and {services} {sends} it traffic"),
                    format!(
                        " From then on {services} {lacks} this endpoint, until somebody makes the Pod again."
                    ),
                )
            }
            None => (String::new(), " Nobody makes another.".to_owned()),
        };
        Words::new(
            format!("nothing replaces {name} when it is gone{traffic}"),
            format!(
                "{} has no controller. When its node fails, or when it is evicted, it is deleted for good.{loss} And \
                 `kubectl drain` of its node stops at it (\"cannot delete Pods that declare no controller\") until somebody \
                 gives --force.",
                capitalised(&name),
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        // That of `generateName` ends in a dash.
        let name = match self.workload.object.id.name.trim_end_matches('-') {
            "" => "web",
            name => name,
        };
        let mut labels: Vec<(String, String)> = self.workload.labels.clone().into_iter().collect();
        if labels.is_empty() {
            labels.push(("app.kubernetes.io/name".to_owned(), name.to_owned()));
        }
        let text = |text: &str| Content::Text(text.to_owned());
        let template = ("metadata", Content::Fields(vec![("labels", Content::Texts(labels.clone()))]));
        let spec = vec![
            ("replicas", Content::Int(2)),
            ("selector", Content::Fields(vec![("matchLabels", Content::Texts(labels))])),
            ("template", Content::Fields(vec![template])),
        ];
        Mend::prose(
            "Let a Deployment make it, or a StatefulSet where it has data or a name of its own: what stands in the `spec` \
             of the Pod belongs into `spec.template.spec`. What only runs to its end wants `restartPolicy: Never`, or a \
             Job.",
        )
        .fields(&[
            ("apiVersion", text("apps/v1")),
            ("kind", text("Deployment")),
            ("metadata", Content::Fields(vec![("name", text(name))])),
            ("spec", Content::Fields(spec)),
        ])
    }
}
