//! `invalid-image`: the name of an image is none.

use strum::VariantNames;

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::kubernetes::image::{self, Fault, MAX_PATH, MAX_TAG, Reference};
use crate::kubernetes::images;
use crate::manifest::ContainerKind;
use crate::manifest::kinds::Schema;
use crate::text::{escape, placeholder, shorten};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "invalid-image",
    aliases: &[],
    group: Group::Image,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "The name of an image is none, so its container never starts.",
    reason: "The API server takes nearly every text for an image. What is none is found out on the node: the kubelet refuses the name before it asks any registry, and the container waits with InvalidImageName until the manifest is changed. Blanks around the name are refused earlier, but only in a Pod: a Deployment that has them is accepted, and never gets one.",
    options: None,
    facts: &["F1", "F8"],
    docs: &[
        Link {
            title: "Image names",
            url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        },
        Link { title: "Image volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/#image" },
    ],
    page: page!("invalid-image"),
    verdicts: Fault::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let is_pod = matches!(workload.kind.schema, Schema::Pod);
    let mut judge = |image: &'s str, path: FieldPath, container, place| {
        if is_filled_in(subject, image) {
            return;
        }
        let Some(fault) = image::fault(image) else { return };
        let at = subject.place(&path);
        let kind = &workload.object.id.kind;
        let verdict = Invalid { image, fault, path, place, kind };
        seen.push(Seen::new(RULE.severity(), at, verdict).container(container));
    };
    for container in &workload.containers {
        let Some(image) = container.spec.image.as_deref().filter(|image| !image.is_empty()) else { continue };
        let place = match container.kind {
            ContainerKind::Ephemeral => Place::Node,
            _ if is_pod => Place::Pod,
            _ => Place::Template,
        };
        judge(image, container.path.key("image"), Some(container), place);
    }
    for (index, volume) in workload.pod_spec().volumes.iter().flatten().enumerate() {
        let Some(image) = volume.image.as_ref().and_then(|source| source.reference.as_deref()) else {
            continue;
        };
        let path = workload.pod_spec_path.key("volumes").index(index).dotted("image.reference");
        if !image.is_empty() {
            judge(image, path, None, Place::Node);
        }
    }
}

/// Something else puts an image in its place: a template, a kustomization, an injector, a builder; or a person, as
/// for `YOUR_IMAGE` and `gcr.io/PROJECT_ID/shop`.
fn is_filled_in(subject: &Subject<'_>, image: &str) -> bool {
    /// What `ko` builds from a path of Go code.
    const BUILT: &str = "ko://";
    let repository = Reference::split(image.trim()).repository;
    let is_shouted = |part: &str| {
        part.chars().any(|c| c.is_ascii_uppercase()) && !part.chars().any(|c| c.is_ascii_lowercase())
    };
    // `ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com`
    let registry = repository.split_once('/').map_or("", |(registry, _)| registry);
    // OpenShift puts the image of a stream where a trigger names it, and asks for a blank until then.
    let is_triggered = || {
        let is_config = subject.object.id.kind == "DeploymentConfig";
        let annotations = subject.object.strings(&FieldPath::of("metadata.annotations"));
        is_config || annotations.contains_key("image.openshift.io/triggers")
    };
    placeholder::hides(image)
        || (image.trim().is_empty() && is_triggered())
        || image.contains('$')
        || images::is_injected(image)
        || image.starts_with(BUILT)
        || repository.split('/').chain(registry.split('.')).any(is_shouted)
        || subject.set.is_tagged(subject.source, repository)
}

/// Who finds out about blanks around the name (fact F8; the API server of 1.36 was asked).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The API server, as the Pod is made from the manifest.
    Pod,
    /// The API server, each time that a Pod is made of the template.
    Template,
    /// The kubelet: of ephemeral containers and of volumes the API server asks nothing.
    Node,
}

/// The name of an image that is none.
struct Invalid<'s> {
    image: &'s str,
    fault: Fault,
    path: FieldPath,
    place: Place,
    kind: &'s str,
}

impl Invalid<'_> {
    /// The name as it is shown: in one line, and not too long.
    fn shown(&self) -> String {
        const MOST: usize = 60;
        if self.image.trim().is_empty() {
            return self.image.escape_default().to_string();
        }
        shorten::middle(&escape::line(self.image.trim()), MOST, "…")
    }

    /// What is wrong with it, as a clause.
    fn what(&self) -> String {
        let Reference { tag, digest, .. } = Reference::split(self.image);
        match self.fault {
            Fault::OuterBlanks if self.image.trim().is_empty() => "is nothing but blanks".to_owned(),
            Fault::OuterBlanks => match self.image.ends_with('\n') {
                true => "ends in a line end".to_owned(),
                false => "has blanks around it".to_owned(),
            },
            Fault::InnerBlanks => "has a blank within".to_owned(),
            Fault::Scheme => "is an address with a scheme".to_owned(),
            Fault::EmptyTag => "has no tag behind its colon".to_owned(),
            Fault::EmptyDigest => "has no digest behind its `@`".to_owned(),
            Fault::Identifier => "is the ID of an image on one machine".to_owned(),
            Fault::EmptyPart => "has an empty part between its slashes".to_owned(),
            Fault::Capitals => "has capital letters in its name".to_owned(),
            Fault::Tag => format!("has `{}` for a tag", shorten::middle(tag.unwrap_or_default(), 30, "…")),
            Fault::Digest => {
                format!("has `{}` for a digest", shorten::middle(digest.unwrap_or_default(), 30, "…"))
            }
            Fault::TooLong => "has a name that is too long".to_owned(),
            Fault::Name => "has characters that no name has".to_owned(),
        }
    }

    /// The name that was meant, where the text leaves only one.
    fn meant(&self) -> Option<String> {
        let image = self.image.trim();
        let Reference { repository, .. } = Reference::split(image);
        let meant = match self.fault {
            Fault::OuterBlanks => image.to_owned(),
            Fault::InnerBlanks => beside_signs(image)?,
            Fault::Scheme => image.split_once("://")?.1.to_owned(),
            Fault::Capitals => {
                let (registry, path) = image::split_registry(repository);
                let lead = registry.map(|registry| format!("{registry}/")).unwrap_or_default();
                format!("{lead}{}{}", path.to_lowercase(), image.get(repository.len()..)?)
            }
            Fault::EmptyPart => {
                let parts: Vec<&str> = repository.split('/').filter(|part| !part.is_empty()).collect();
                format!("{}{}", parts.join("/"), image.get(repository.len()..)?)
            }
            Fault::EmptyDigest if image.contains(':') => image.trim_end_matches('@').to_owned(),
            _ => return None,
        };
        Reference::parse(&meant).is_some().then_some(meant)
    }
}

/// Without blanks that stand beside a sign: what others stand for nobody knows.
fn beside_signs(image: &str) -> Option<String> {
    const SIGNS: [char; 3] = [':', '/', '@'];
    let mut joined = String::new();
    for part in image.split_whitespace() {
        if !joined.is_empty() && !joined.ends_with(SIGNS) && !part.starts_with(SIGNS) {
            return None;
        }
        joined.push_str(part);
    }
    Some(joined)
}

impl Verdict for Invalid<'_> {
    fn name(&self) -> &'static str {
        self.fault.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (shown, what, kind) = (self.shown(), self.what(), self.kind);
        let rule = match self.fault {
            Fault::Capitals => {
                " Only the registry before the first slash may have capital letters.".to_owned()
            }
            Fault::Tag => {
                format!(
                    " A tag is at most {MAX_TAG} letters, digits, `_`, `.` and `-`, and begins with none of the last two."
                )
            }
            Fault::Digest => {
                " A digest is `sha256:` and 64 small hexadecimal digits; sha384 and sha512 have 96 and 128."
                    .to_owned()
            }
            Fault::TooLong => format!(" The path behind the registry has at most {MAX_PATH} characters."),
            Fault::Identifier => " A registry knows no such ID.".to_owned(),
            _ => String::new(),
        };
        let (message, why) = match (self.fault, self.place) {
            (Fault::OuterBlanks, Place::Pod) => (
                format!("image `{shown}` {what}, so the {kind} is refused"),
                "The API server answers that an image `must not have leading or trailing whitespace`."
                    .to_owned(),
            ),
            (Fault::OuterBlanks, Place::Template) => (
                format!("image `{shown}` {what}, so no Pod can be made"),
                format!(
                    "The API server takes the {kind} as it is, and refuses each Pod that is made of its template: an image \
                     `must not have leading or trailing whitespace`. Nothing starts, and only events tell why."
                ),
            ),
            _ => (
                format!("`{shown}` is no image: it {what}"),
                format!(
                    "The API server takes it, and the kubelet refuses it before it asks any registry: the container waits with \
                     InvalidImageName until the manifest is changed.{rule}"
                ),
            ),
        };
        Words::new(message, why)
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let set = |meant: String| vec![Operation::set(self.path.clone(), Content::Text(meant))];
        if let Some(meant) = self.meant() {
            return match self.fault {
                Fault::OuterBlanks => Mend::safe("Write the name alone, in one line.", set(meant)),
                Fault::Capitals => Mend::guess("Registries know small letters only.", set(meant)),
                _ => Mend::guess("Write the name alone.", set(meant)),
            };
        }
        let repository = Reference::split(self.image.trim()).repository;
        let release = || Content::Text(format!("{repository}:1.2.3"));
        let is_named = Reference::parse(repository).is_some();
        match self.fault {
            Fault::EmptyTag | Fault::EmptyDigest | Fault::Tag | Fault::Digest if is_named => Mend::example(
                "Name a release of the image (put the tag you tested in place of 1.2.3).",
                self.path.clone(),
                release(),
            ),
            Fault::Identifier => {
                Mend::prose("Push the image to a registry, and name it by its repository there.")
            }
            _ => Mend::prose(
                "Write `registry/path:tag`, with small letters, digits, `.`, `_` and `-` in the path.",
            ),
        }
    }
}
