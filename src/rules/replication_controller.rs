//! `replication-controller`: a controller that rolls nothing out.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::spec::WorkloadSpec;
use crate::set::replicas::Replicas;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "replication-controller",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A ReplicationController keeps Pods running, and never rolls a change out.",
    reason: "A ReplicationController makes Pods that are missing from its template, and does nothing when the template changes: the Pods that run stay as they were, until somebody deletes them, and the next node failure mixes old and new ones. Nothing waits for a new Pod to be Ready before an old one goes, and nothing goes back. A Deployment does all of it.",
    options: None,
    facts: &["H33"],
    docs: &[
        Link {
            title: "Deployment (Recommended)",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/#deployment-recommended",
        },
        Link {
            title: "ReplicationController",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/",
        },
    ],
    page: page!("replication-controller"),
    verdicts: &["no-rollouts"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let WorkloadSpec::ReplicationController(_) = &workload.spec else { return };
    // A DeploymentConfig of OpenShift rolls out by the ReplicationControllers that it makes.
    let is_made = subject.object.at(&FieldPath::of("metadata.ownerReferences")).is_some();
    let replicas = subject.set.replicas(workload);
    if is_made || workload.is_fragment || replicas == Replicas::Fixed(0) {
        return;
    }
    let verdict = NoRollouts { workload, replicas };
    seen.push(Seen::new(Severity::Info, subject.place(&FieldPath::of("kind")), verdict));
}

/// Its template changes, and its Pods do not.
struct NoRollouts<'s> {
    workload: &'s Workload,
    replicas: Replicas,
}

impl Verdict for NoRollouts<'_> {
    fn name(&self) -> &'static str {
        "no-rollouts"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = named(&self.workload.object.id);
        let pods = match self.replicas {
            Replicas::Fixed(1) => "its Pod stays".to_owned(),
            Replicas::Fixed(count) => format!("its {count} Pods stay"),
            Replicas::Autoscaled { .. } | Replicas::Unknown => "its Pods stay".to_owned(),
        };
        Words::new(
            format!("{name} does not roll out a change of its template"),
            format!(
                "When the template gets another image, {pods} as before, and only a Pod that is deleted or lost is made by \
                 the new one: old and new run side by side for as long as nobody looks. Nothing waits for new Pods to be \
                 Ready, and nothing goes back."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        // Without a selector it takes the labels of the template, which a Deployment does not.
        let written = self.workload.object.strings(&FieldPath::of("spec.selector"));
        let labels = if written.is_empty() { self.workload.labels.clone() } else { written };
        let labels: Vec<(String, String)> = labels.into_iter().collect();
        let text = |text: &str| Content::Text(text.to_owned());
        let mend = Mend::prose(
            "Make it a Deployment, with the rest as it is. It does not take over the Pods of the ReplicationController: \
             delete that one when the new Pods are Ready.",
        );
        match labels.is_empty() {
            true => mend,
            false => mend.fields(&[
                ("apiVersion", text("apps/v1")),
                ("kind", text("Deployment")),
                (
                    "spec",
                    Content::Fields(vec![(
                        "selector",
                        Content::Fields(vec![("matchLabels", Content::Texts(labels))]),
                    )]),
                ),
            ]),
        }
    }
}
