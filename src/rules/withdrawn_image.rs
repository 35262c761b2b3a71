//! `withdrawn-image`: nobody serves an image any more, or not for long.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::kubernetes::image::Reference;
use crate::kubernetes::images::{self, Instead, Pull, Withdrawn};
use crate::text::placeholder;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "withdrawn-image",
    aliases: &[],
    group: Group::Image,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "An image is in a registry or a catalogue that no longer serves it, or only for now.",
    reason: "Nodes that hold the image go on as if nothing had happened. The next one that has to pull it, a new node or a node whose disk was cleaned, waits with ImagePullBackOff: in the middle of a drain, of scaling up, of an incident.",
    options: None,
    facts: &["F9"],
    docs: &[
        Link {
            title: "ImagePullBackOff",
            url: "https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff",
        },
        Link {
            title: "k8s.gcr.io Image Registry Will Be Frozen From the 3rd of April 2023",
            url: "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
        },
        Link {
            title: "k8s.gcr.io Redirect to registry.k8s.io",
            url: "https://kubernetes.io/blog/2023/03/10/image-registry-redirect/",
        },
    ],
    page: page!("withdrawn-image"),
    verdicts: &["still-served", "gone"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let mut judge = |image: &'s str, path: FieldPath, container| {
        let (masked, _) = placeholder::masked(image);
        let Some(reference) = Reference::parse(&masked) else { return };
        let Some(withdrawn) = images::withdrawn(&masked) else { return };
        // Which tags are gone is not known of one that is filled in.
        let is_open = withdrawn.pull == Pull::Fails && placeholder::hides(image);
        if is_open || subject.set.is_tagged(subject.source, reference.repository) {
            return;
        }
        let place = subject.place(&path);
        let verdict = Gone { image, withdrawn, path };
        seen.push(Seen::new(RULE.severity(), place, verdict).container(container));
    };
    for container in &workload.containers {
        if let Some(image) = container.spec.image.as_deref() {
            judge(image, container.path.key("image"), Some(container));
        }
    }
    for (index, volume) in workload.pod_spec().volumes.iter().flatten().enumerate() {
        if let Some(image) = volume.image.as_ref().and_then(|source| source.reference.as_deref()) {
            let path = workload.pod_spec_path.key("volumes").index(index).dotted("image.reference");
            judge(image, path, None);
        }
    }
}

/// An image that is no longer served.
struct Gone<'s> {
    image: &'s str,
    withdrawn: &'static Withdrawn,
    path: FieldPath,
}

impl Verdict for Gone<'_> {
    fn name(&self) -> &'static str {
        match self.withdrawn.pull {
            Pull::StillServed => "still-served",
            Pull::Fails => "gone",
        }
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (image, Withdrawn { what, story, .. }) = (self.image, self.withdrawn);
        match self.withdrawn.pull {
            Pull::StillServed => Words::new(
                format!("image `{image}` is from {what}, which is frozen"),
                format!(
                    "{story} The day it ends, every node that does not hold the image cannot start the container."
                ),
            ),
            Pull::Fails => Words::new(
                format!("image `{image}` is from {what}, which no longer serves it"),
                format!(
                    "{story} A node that holds the image still starts it; every other one waits with ImagePullBackOff."
                ),
            ),
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let moved = self.withdrawn.instead.and_then(|Instead { from, to, regions, has_all }| {
            let at = self.image.find(from)?;
            let (lead, rest) = (self.image.get(..at)?, self.image.get(at + from.len()..)?);
            let lead = if regions.contains(&lead) { "" } else { lead };
            Some((format!("{lead}{to}{rest}"), to.trim_end_matches('/'), has_all))
        });
        let Some((moved, to, has_all)) = moved else {
            return Mend::prose(
                "Take the image from where it is published today, or from a registry of your own.",
            );
        };
        let set = vec![Operation::set(self.path.clone(), Content::Text(moved))];
        match self.withdrawn.pull {
            Pull::StillServed if has_all => {
                Mend::guess(format!("Take it from {to}, which serves the same image."), set)
            }
            Pull::StillServed => Mend::guess(
                format!(
                    "Take it from {to}, to which its images were copied; pull it once from there, as nobody has looked whether all of \
                     them are."
                ),
                set,
            ),
            Pull::Fails => Mend::guess(
                format!(
                    "Take it from {to}, and look for an image that is kept up to date; best keep a copy of your own."
                ),
                set,
            ),
        }
    }
}
