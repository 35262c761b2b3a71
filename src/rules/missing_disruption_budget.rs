//! `missing-disruption-budget`: replicas behind a Service that a drain may take down together.

use std::collections::BTreeMap;

use super::probed::running;
use super::subject::{Subject, have, reached_by, services};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit;
use crate::finding::Severity;
use crate::kubernetes::features::{self, Support};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::set::evictions::is_drained;
use crate::set::replicas::Replicas;
use crate::set::services::Reach;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-disruption-budget",
    aliases: &[],
    group: Group::Disruption,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "Several replicas serve, and no PodDisruptionBudget keeps a drain from taking them down together.",
    reason: "Replicas keep a service up only while some of them are there. A drain evicts all Pods of a node at once, and an upgrade may drain several nodes at a time: where no budget says how many have to stay, all replicas may go together, each of them cleanly, and nobody answers until the first of the new ones is ready. With a budget the API server refuses an eviction until as many are ready again.",
    options: None,
    facts: &["A27", "H23"],
    docs: &[
        Link {
            title: "Pod disruption budgets",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets",
        },
        Link {
            title: "Specifying a Disruption Budget for your Application",
            url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
        },
    ],
    page: page!("missing-disruption-budget"),
    verdicts: &["unprotected"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    // A budget of a cluster is known only where the answer holds budgets at all.
    let is_asked = !subject.object.is_live() || subject.set.has_budgets(subject.object.namespace());
    if workload.kind.nature != Nature::LongRunning || !is_drained(workload) || !is_asked {
        return;
    }
    let (fewest, is_autoscaled) = match subject.set.replicas(workload) {
        Replicas::Fixed(pods) => (pods, false),
        Replicas::Autoscaled { min, .. } => (min, true),
        Replicas::Unknown => return,
    };
    let serving = subject.containers.iter().filter(|view| view.serving == Serving::Certain);
    let reaches: Vec<Reach<'s>> = serving
        .filter(|view| !subject.is_scraped(view))
        .flat_map(|view| view.reaches.iter().filter(|reach| !reach.through.is_empty()).cloned())
        .collect();
    if fewest < 2 || reaches.is_empty() || !subject.set.budgets(workload).is_empty() {
        return;
    }
    let replicas = FieldPath::of("spec.replicas");
    let place = match subject.object.at(&replicas) {
        Some(_) if !is_autoscaled => replicas,
        _ => FieldPath::of("metadata.name"),
    };
    let scalers = subject.set.autoscalers(workload);
    let scalers = scalers.iter().map(|one| {
        let message = format!("{} runs {fewest} or more", named(&one.item.object.id));
        crate::manifest::place::related(one.source, &one.item.object, &one.item.min_path(), message)
    });
    let related: Vec<_> = reached_by(&reaches).into_iter().chain(scalers).collect();
    let verdict = Unprotected { workload, fewest, is_autoscaled, reaches };
    seen.push(Seen::new(RULE.severity(), subject.place(&place), verdict).related(related));
}

/// Replicas that serve, and that a drain may take down together.
struct Unprotected<'s> {
    workload: &'s Workload,
    /// How many there are at least.
    fewest: i64,
    is_autoscaled: bool,
    /// The Services that send them traffic.
    reaches: Vec<Reach<'s>>,
}

impl Unprotected<'_> {
    /// The labels by which the workload finds its own Pods, else those that its Pods carry.
    fn labels(&self) -> BTreeMap<String, String> {
        let object = &self.workload.object;
        let is_map = self.workload.object.id.kind == "ReplicationController";
        let path = if is_map { "spec.selector" } else { "spec.selector.matchLabels" };
        let own = object.strings(&FieldPath::of(path));
        if own.is_empty() { self.workload.labels.clone() } else { own }
    }

    /// A budget that lets one Pod go at a time.
    fn budget(&self, subject: &Subject<'_>) -> String {
        let id = &self.workload.object.id;
        let mut lines = vec!["apiVersion: policy/v1".to_owned(), "kind: PodDisruptionBudget".to_owned()];
        lines.extend(["metadata:".to_owned(), format!("  name: {}", edit::scalar(&id.name))]);
        lines
            .extend(id.namespace.iter().map(|namespace| format!("  namespace: {}", edit::scalar(namespace))));
        lines.extend(["spec:".to_owned(), "  maxUnavailable: 1".to_owned()]);
        if subject.settings.support_in_all(&features::UNHEALTHY_EVICTION) == Support::Works {
            lines.push("  unhealthyPodEvictionPolicy: AlwaysAllow".to_owned());
        }
        lines.extend(["  selector:".to_owned(), "    matchLabels:".to_owned()]);
        let pairs = self.labels().into_iter();
        lines.extend(
            pairs.map(|(key, value)| format!("      {}: {}", edit::scalar(&key), edit::scalar(&value))),
        );
        lines.join("\n")
    }
}

impl Verdict for Unprotected<'_> {
    fn name(&self) -> &'static str {
        "unprotected"
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, fewest) = (named(&self.workload.object.id), self.fewest);
        let least = if self.is_autoscaled { "at least " } else { "" };
        // Behind a Service of several workloads others answer.
        let alone =
            self.reaches.iter().filter(|reach| subject.set.is_alone_behind(self.workload, reach.service));
        let gap = services(alone).map_or_else(String::new, |services| {
            format!(": {services} {} no endpoint then until a new Pod is ready", have(&services))
        });
        let together = match subject.set.are_on_nodes_of_their_own(self.workload) {
            true => format!(
                "A drain evicts the Pod of its node, and nothing keeps it from evicting all {fewest} together where several nodes are \
                 drained at a time"
            ),
            false => format!(
                "A drain evicts all Pods of a node at once, and nothing keeps it from evicting all {fewest} together where they share a \
                 node, or where several nodes are drained at a time"
            ),
        };
        Words::new(
            format!(
                "no PodDisruptionBudget{} selects the Pods of {name}, {least}{fewest} replicas that serve",
                subject.here()
            ),
            format!("{together}{gap}.{}", subject.unread("another file may hold the budget")),
        )
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        Mend::prose("Add a budget that lets one Pod go at a time:").yaml(self.budget(subject))
    }
}
