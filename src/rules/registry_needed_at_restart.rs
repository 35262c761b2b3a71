//! `registry-needed-at-restart`: a container cannot start again without its registry, though the node holds its image.

use super::latest_tag::is_moving;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::kubernetes::image::Reference;
use crate::manifest::Container;
use crate::manifest::kinds::Nature;
use crate::text::placeholder;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "registry-needed-at-restart",
    aliases: &[],
    group: Group::Image,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "An image that is not meant to change is asked for at its registry each time a container starts.",
    reason: "With imagePullPolicy Always the kubelet asks the registry what the name means before every start, a restart in place included. While the registry is down, slow or refuses the credentials, a container that has crashed does not come back, though its image is on the node. For a tag that moves this is the price of getting what it means now. For a digest there is nothing to get, and for the tag of one release only the same release built again, as publishers do when what it stands on has changed.",
    options: None,
    facts: &["F2", "F5", "F7"],
    docs: &[
        Link {
            title: "Image pull policy",
            url: "https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
        },
        Link {
            title: "Required image pull",
            url: "https://kubernetes.io/docs/concepts/containers/images/#required-image-pull",
        },
    ],
    page: page!("registry-needed-at-restart"),
    verdicts: &["digest", "release"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    // Of a live Pod the policy may be an admission plugin's; what ends by itself starts once.
    let is_live_pod = subject.object.is_live() && workload.object.id.kind == "Pod";
    if is_live_pod || !matches!(workload.kind.nature, Nature::LongRunning | Nature::BarePod) {
        return;
    }
    for container in workload.containers.iter().filter(|container| container.kind.is_long_running()) {
        if container.spec.image_pull_policy.as_deref() != Some("Always") {
            continue;
        }
        let Some(asked) = Asked::of(subject, container) else { continue };
        let place = subject.place(&asked.path);
        seen.push(Seen::new(RULE.severity(), place, asked).container(container));
    }
}

/// An image that is not meant to change, and is asked for.
struct Asked<'s> {
    container: &'s Container,
    image: &'s str,
    is_digest: bool,
    path: FieldPath,
}

impl<'s> Asked<'s> {
    fn of(subject: &Subject<'_>, container: &'s Container) -> Option<Self> {
        let image = container.spec.image.as_deref().filter(|image| !placeholder::hides(image))?;
        let reference = Reference::parse(image)?;
        let is_fixed = |tag: &str| is_release(tag) && !is_moving(tag, subject.settings);
        let is_digest = reference.digest.is_some();
        let asks = is_digest || reference.tag.is_some_and(is_fixed);
        let is_replaced = subject.set.is_tagged(subject.source, reference.repository);
        let path = container.path.key("imagePullPolicy");
        (asks && !is_replaced).then_some(Self { container, image, is_digest, path })
    }
}

/// It names one release to the last number, or one commit: `1.27` moves with every patch.
fn is_release(tag: &str) -> bool {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let numbers = tag.split(['-', '_', '+']).next().unwrap_or_default();
    let parts = numbers.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_moving = || {
        tag.split(['-', '_', '.', '+']).any(|word| MOVING.iter().any(|one| word.eq_ignore_ascii_case(one)))
    };
    let is_commit = tag.len() == 40 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit || (parts.clone().count() >= 3 && parts.clone().all(is_number) && !is_moving())
}

/// Words by which a tag is given to one build after the other, whatever number stands before them.
const MOVING: [&str; 14] = [
    "snapshot",
    "dev",
    "develop",
    "development",
    "nightly",
    "daily",
    "edge",
    "latest",
    "main",
    "master",
    "trunk",
    "unstable",
    "canary",
    "rolling",
];

impl Verdict for Asked<'_> {
    fn name(&self) -> &'static str {
        if self.is_digest { "digest" } else { "release" }
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, image) = (self.container.name(), self.image);
        let fixed = match self.is_digest {
            true => "Its digest means one image for ever, so the answer is always the same.",
            false => {
                "Its tag names one release: all that can be new is that its publisher has built the same release again."
            }
        };
        let though = match self.is_digest {
            true => "does not change",
            false => "names one release",
        };
        Words::new(
            format!("`{name}` cannot start without its registry, though `{image}` {though}"),
            format!(
                "imagePullPolicy Always asks the registry before every start of the container. {fixed} While the registry cannot \
                 be reached, or refuses the credentials, a container that has crashed waits with ImagePullBackOff beside the \
                 image on its node."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let set = vec![Operation::set(self.path.clone(), Content::Text("IfNotPresent".to_owned()))];
        match self.is_digest {
            true => Mend::safe("Let the node use the image that it holds.", set),
            false => Mend::guess(
                "Let the node use the image that it holds; a digest behind the tag makes sure that it is the one. Where nodes are \
                 shared by tenants who may not run each other's images, `Always` is meant: silence this there.",
                set,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_release;

    #[test]
    fn a_tag_with_all_its_numbers_names_one_release() {
        for (tag, expected) in [
            ("1.27.5", true),
            ("v1.27.5", true),
            ("1.27.5-alpine3.20", true),
            ("2024.10.1", true),
            ("0123456789abcdef0123456789abcdef01234567", true),
            ("1.27", false),
            ("1", false),
            ("latest", false),
            ("main", false),
            ("1.2.3-SNAPSHOT", false),
            ("1.2.3-latest", false),
            ("1.2.3-dev.20260101", false),
            ("v1.2.3_main", false),
            ("1.2.3-rc.1", true),
            ("1.2.3-edgeless", true),
            ("1.27.x", false),
            ("1.27-alpine", false),
            ("abc1234", false),
        ] {
            assert_eq!(is_release(tag), expected, "{tag}");
        }
    }
}
