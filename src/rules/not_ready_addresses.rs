//! `not-ready-addresses`: a Service sends traffic to Pods that are not ready, and to those that stop.

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::finding::words::{listed, seconds};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::place::related;
use crate::set::services::Published;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "not-ready-addresses",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Service publishes Pods that are not ready, so traffic neither waits for a start nor drains before a stop.",
    reason: "publishNotReadyAddresses is for peers that have to find each other before they are ready, through a headless Service. A Service that balances traffic with it sends requests to Pods that still start, and goes on sending them to a Pod that is being deleted until its last process has ended: its endpoint stays ready all the time. No readiness probe and no preStop wait changes anything about that.",
    options: None,
    facts: &["G1", "G2", "N16"],
    docs: &[
        Link {
            title: "Services: headless Services",
            url: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
        },
        Link {
            title: "Termination behaviour for Pods and their endpoints",
            url: "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
        },
    ],
    page: page!("not-ready-addresses"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    if subject.workload.is_some() {
        return;
    }
    let published = subject.set.published(subject.source, subject.object);
    if published.is_empty() {
        return;
    }
    let path = FieldPath::of("spec.publishNotReadyAddresses");
    let beside = published.iter().map(|one| {
        let container = one.workload.item.containers.iter().find(|container| container.path == one.container);
        let name = container.map_or("", |container| container.name());
        let message = format!("container `{name}` gets its traffic");
        related(one.workload.source, &one.workload.item.object, &one.container, message)
    });
    let related: Vec<_> = beside.take(MOST_SHOWN).collect();
    seen.push(
        Seen::new(Severity::Warning, subject.place(&path), NotReady { published, how: How::Balanced })
            .related(related),
    );
}

/// How many of its containers a finding shows.
const MOST_SHOWN: usize = 3;

/// A Service that publishes Pods that are not ready.
struct NotReady<'s> {
    published: Vec<Published<'s>>,
    how: How,
}

/// What it does with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// It balances requests over them.
    Balanced,
}

impl Verdict for NotReady<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = subject.object.id.name.as_str();
        let mut workloads: Vec<String> =
            self.published.iter().map(|one| named(&one.workload.item.object.id)).collect();
        workloads.sort();
        workloads.dedup();
        let more = workloads.len().saturating_sub(MOST_SHOWN);
        workloads.truncate(MOST_SHOWN);
        workloads.extend((more > 0).then(|| format!("{more} more")));
        let workloads = listed(workloads.into_iter()).unwrap_or_default();
        let grace = self.published.iter().filter_map(|one| Workload::grace_period(&one.workload.item)).max();
        let until = match grace {
            Some(grace) => format!(", for up to its whole grace period ({})", seconds(grace as f64)),
            None => String::new(),
        };
        let waits =
            self.published.iter().any(|one| {
                one.workload.item.containers.iter().any(|container| {
                    container.path == one.container && container.spec.readiness_probe.is_some()
                })
            });
        let probe = match waits {
            true => " The readiness probe of the container decides nothing for this Service.",
            false => "",
        };
        Words::new(
            format!("Service `{name}` sends traffic to Pods of {workloads} that are not ready, or that stop"),
            format!(
                "With publishNotReadyAddresses an endpoint counts as ready from the moment the Pod has an address until it \
                 has ended: requests are sent to a Pod that is being deleted{until}, and a preStop that waits only puts off \
                 the moment when they fail.{probe}"
            ),
        )
    }

    fn mend(&self, _subject: &Subject<'_>) -> Mend {
        Mend::guess(
            "Take the field out; where peers have to find each other before they are ready, a headless Service of their \
             own is for that.",
            vec![Operation::Remove { path: FieldPath::of("spec.publishNotReadyAddresses") }],
        )
    }
}
