//! `latest-tag`: the image of a container can change under its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::{self, Optional, Refused};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::kubernetes::image::Reference;
use crate::kubernetes::images;
use crate::manifest::kinds::Nature;
use crate::rules::settings::Settings;
use crate::text::placeholder;
use crate::text::wildcard;
use crate::yaml::path::FieldPath;

/// What the rule can be told.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// Tags that count as moving besides `latest`; `*` stands for any characters.
    #[schemars(extend("examples" = [["stable", "main*"]]))]
    moving_tags: Vec<String>,
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { moving_tags: Vec::new() };

    fn check(&self, wrong: &mut Refused) {
        wrong.words("movingTags", &self.moving_tags, |tag| {
            let is_tag = |c: char| c.is_ascii_alphanumeric() || "_.-*".contains(c);
            (!tag.chars().all(is_tag)).then(|| "is no tag; leave out the image, as in `stable`".to_owned())
        });
    }
}

impl Options {
    fn is_moving(&self, tag: &str) -> bool {
        self.moving_tags.iter().any(|pattern| wildcard::matches(pattern, tag))
    }
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "latest-tag",
    aliases: &[],
    group: Group::Image,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "An image has no fixed tag and no digest, so nobody can say which code will run.",
    reason: "latest is not the newest version. It is an ordinary tag that somebody moves, and a missing tag means latest. What that does depends on imagePullPolicy, which Kubernetes fills in when the object is created: Always for the tag latest (written or implied), IfNotPresent for everything else.",
    options: Some(Optional::of::<Options>()),
    facts: &["F2", "F3", "F5"],
    docs: &[
        Link {
            title: "Image names",
            url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        },
        Link {
            title: "Default image pull policy",
            url: "https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting",
        },
        Link { title: "Image volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/#image" },
    ],
    page: page!("latest-tag"),
    verdicts: &["moving"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let mut judge = |image: &'s str, policy: Option<&'s str>, path: FieldPath, container| {
        let Some(moving) = Moving::of(image, subject.settings) else { return };
        if subject.set.is_tagged(subject.source, moving.repository) {
            return;
        }
        let place = subject.place(&path);
        let pull = Pull::effective(policy, moving.tag);
        let verdict = MovingImage { image, moving, pull, path };
        let label = pull.label().to_owned();
        seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
    };
    for container in &workload.containers {
        let Some(image) = container.spec.image.as_deref() else { continue };
        let policy = container.spec.image_pull_policy.as_deref();
        judge(image, policy, container.path.key("image"), Some(container));
    }
    for (index, volume) in workload.pod_spec().volumes.iter().flatten().enumerate() {
        let Some(source) = &volume.image else { continue };
        let Some(image) = source.reference.as_deref() else { continue };
        let path = workload.pod_spec_path.key("volumes").index(index).dotted("image.reference");
        judge(image, source.pull_policy.as_deref(), path, None);
    }
}

/// The image can change under its name.
struct MovingImage<'s> {
    image: &'s str,
    moving: Moving<'s>,
    pull: Pull,
    path: FieldPath,
}

impl Verdict for MovingImage<'_> {
    fn name(&self) -> &'static str {
        "moving"
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let image = self.image;
        let (message, unread) = match self.moving.tag {
            None => (
                format!("image `{image}` has no tag and no digest, so it means `latest`"),
                subject.unread("a kustomization elsewhere may set the tag"),
            ),
            Some(tag) => (format!("image `{image}` has the moving tag `{tag}`"), String::new()),
        };
        Words::new(message, format!("{}{unread}", self.pull.story(copies(subject))))
    }

    /// Which release was meant nobody knows but a person: a tag that is run beside this one is a good guess, and an
    /// invented one would be none.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let repository = self.moving.repository;
        let is_release = |image: &Reference<'_>| match (image.digest, image.tag) {
            (Some(_), _) => true,
            (None, Some(tag)) => {
                is_number(tag) && !is_moving(tag, subject.settings) && !placeholder::hides(tag)
            }
            (None, None) => false,
        };
        let example = format!("{repository}:1.2.3");
        let is_gone =
            images::withdrawn(&example).is_some_and(|withdrawn| withdrawn.pull == images::Pull::Fails);
        match subject.set.image(subject.source, repository, is_release) {
            Some(release) => Mend::guess(
                "Name a release of the image, best with its digest: this one is run by another container.",
                vec![Operation::set(self.path.clone(), Content::Text(release.to_owned()))],
            ),
            None if is_gone => Mend::example(
                "Name the image by the digest that you tested, as its publisher serves no versions any more, and keep a copy of \
                 your own; or take the image of another publisher.",
                self.path.clone(),
                Content::Text(format!("{repository}@sha256:<digest>")),
            ),
            None => Mend::example(
                "Name a release of the image, best with its digest (put the tag you tested in place of 1.2.3).",
                self.path.clone(),
                Content::Text(example),
            ),
        }
    }
}

/// An image reference whose content can change.
#[derive(Clone, Copy)]
struct Moving<'i> {
    repository: &'i str,
    tag: Option<&'i str>,
}

impl<'i> Moving<'i> {
    /// `None` for a pinned image, for one whose tag is filled in later, and for what is no reference: a
    /// malformed name is not this rule's.
    fn of(image: &'i str, settings: &Settings) -> Option<Self> {
        if images::is_injected(image) {
            return None;
        }
        let (masked, hidden) = placeholder::masked(image);
        let reference = Reference::parse(&masked)?;
        // With a digest the tag is decoration (fact F5).
        if reference.digest.is_some() {
            return None;
        }
        let is_hidden = |from: usize| hidden.iter().any(|range| range.end > from);
        let name = reference.repository.rfind('/').map_or(0, |slash| slash + 1);
        let repository = image.get(..reference.repository.len())?;
        let tag =
            reference.tag.and_then(|tag| image.get(repository.len() + 1..repository.len() + 1 + tag.len()));
        // What stands for the last part of the name can hold a tag as well.
        if is_hidden(if tag.is_some() { repository.len() } else { name }) {
            return None;
        }
        let Some(tag) = tag else { return Some(Self { repository, tag: None }) };
        is_moving(tag, settings).then_some(Self { repository, tag: Some(tag) })
    }
}

/// The tag is given to one release after the other.
pub(super) fn is_moving(tag: &str, settings: &Settings) -> bool {
    tag.eq_ignore_ascii_case("latest") || settings.of::<Options>().is_moving(tag)
}

/// It begins as the number of a release does, `v` before it or not: `uclibc` and `bookworm` name variants, which move.
fn is_number(tag: &str) -> bool {
    tag.strip_prefix('v').unwrap_or(tag).starts_with(|c: char| c.is_ascii_digit())
}

/// What runs the image more than once.
fn copies(subject: &Subject<'_>) -> &'static str {
    match subject.workload.map(|workload| workload.kind.nature) {
        Some(Nature::LongRunning) => "two replicas",
        Some(Nature::Batch) => "two runs",
        _ => "two Pods",
    }
}

/// What the kubelet does when a container starts (facts F2, F3).
#[derive(Clone, Copy)]
enum Pull {
    Always { by_default: bool },
    IfNotPresent { by_default: bool },
    Never,
}

impl Pull {
    fn effective(policy: Option<&str>, tag: Option<&str>) -> Self {
        match policy {
            Some("IfNotPresent") => Self::IfNotPresent { by_default: false },
            Some("Never") => Self::Never,
            Some("Always") => Self::Always { by_default: false },
            // The default looks at the exact tag: `LATEST` is a tag like any other (fact F2).
            _ if tag.is_none_or(|tag| tag == "latest") => Self::Always { by_default: true },
            _ => Self::IfNotPresent { by_default: true },
        }
    }

    /// What a start of the container gets, in a picture.
    fn label(self) -> &'static str {
        match self {
            Self::Always { .. } => "pulled anew at every start",
            Self::IfNotPresent { .. } => "what each node pulled first",
            Self::Never => "what each node was loaded with",
        }
    }

    /// `copies` are what runs the image more than once, so that it can differ.
    fn story(self, copies: &str) -> String {
        let given = |by_default: bool| if by_default { ", the default here" } else { "" };
        match self {
            Self::Always { by_default } => format!(
                "Every container start asks the registry what the tag means now (imagePullPolicy Always{}): {copies} started at different times can run different code, a plain restart can change it, and a rollback \
                 brings nothing back.",
                given(by_default)
            ),
            Self::IfNotPresent { by_default } => format!(
                "Each node keeps whatever it pulled first (imagePullPolicy IfNotPresent{}): {copies} on different \
                 nodes can run different code. A restart on the same node does not change it, a move to another node \
                 can.",
                given(by_default)
            ),
            Self::Never => format!(
                "Each node runs whatever was loaded on it under that tag (imagePullPolicy Never): {copies} on different nodes can run different code, and nothing says which."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(image: &str) -> Option<Option<&str>> {
        Moving::of(image, Settings::DEFAULT).map(|moving| moving.tag)
    }

    #[test]
    fn no_tag_and_no_digest_moves() {
        for image in ["nginx", "registry:5000/app", "localhost:5000/team/app", "ghcr.io/a/b"] {
            assert_eq!(tag(image), Some(None), "{image}");
        }
    }

    #[test]
    fn the_tag_latest_moves_in_any_case() {
        assert_eq!(tag("nginx:latest"), Some(Some("latest")));
        assert_eq!(tag("registry:5000/app:Latest"), Some(Some("Latest")));
    }

    #[test]
    fn a_digest_or_another_tag_pins() {
        let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for image in [
            format!("app:latest@{digest}"),
            format!("app@{digest}"),
            "nginx:1.29".to_owned(),
            "app:latest-alpine".to_owned(),
        ] {
            assert_eq!(tag(&image), None, "{image}");
        }
    }

    #[test]
    fn the_user_names_more_tags_that_move() {
        let mut settings = Settings::default();
        let tags = serde_json::json!(["main", "*-dev"]);
        assert_eq!(settings.set("latest-tag", "movingTags", tags), Ok(()));
        let moves = |image| Moving::of(image, &settings).is_some();
        assert!(moves("app:main") && moves("app:1.2-dev") && moves("app:latest"));
        assert!(!moves("app:main-2025-01-01") && !moves("app:1.2"));
    }

    #[test]
    fn a_literal_part_that_decides_is_judged() {
        for (image, repository, tag) in [
            ("${IMAGE}:latest", "${IMAGE}", Some("latest")),
            ("<registry>/app:latest", "<registry>/app", Some("latest")),
            ("{{ .image }}:LATEST", "{{ .image }}", Some("LATEST")),
            ("${REGISTRY}/app", "${REGISTRY}/app", None),
            ("@REGISTRY@/team/app", "@REGISTRY@/team/app", None),
            ("%REGISTRY%/app", "%REGISTRY%/app", None),
        ] {
            let moving = Moving::of(image, Settings::DEFAULT);
            assert_eq!(
                moving.map(|moving| (moving.repository, moving.tag)),
                Some((repository, tag)),
                "{image}"
            );
        }
    }

    #[test]
    fn placeholders_and_what_is_no_reference_are_not_judged() {
        for image in [
            "${IMAGE}",
            "registry/${IMAGE}",
            "registry/app${SUFFIX}",
            "app:${TAG}",
            "app:latest-${TAG}",
            "${REGISTRY}/app:1.0",
            "app:latest@${DIGEST}",
            "@IMAGE@",
            "%IMAGE%",
            "app:<tag>",
            "<image>",
            "$(IMAGE)",
            "{{ .Values.image }}",
            "REPLACE_ME",
            "ko://example.com/cmd",
            "",
            " ",
            "IMAGE:latest",
        ] {
            assert_eq!(tag(image), None, "{image}");
        }
    }
}
