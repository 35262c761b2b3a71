//! Tells a whole object from a Kustomize patch or another part of one.

use super::container::{Container, ContainerKind};
use super::kinds::{Schema, WorkloadKind};
use super::object::Object;
use crate::text::{Span, placeholder};
use crate::yaml::path::FieldPath;
use crate::yaml::{Kind, Node};

/// The directives of strategic merge patches.
const PATCH_DIRECTIVES: [&str; 3] = ["$patch", "$retainKeys", "$deleteFromPrimitiveList"];

/// A patch sets some fields of an object that is complete elsewhere, so nothing is missing from it.
/// The API server refuses a workload without a selector, without containers or with a container
/// that has no image: what lacks them is meant to be merged. One with a selector and the labels of its
/// template is whole, whatever else it lacks: nobody writes both to patch something.
pub(super) fn is_fragment(object: &Object, kind: &WorkloadKind, containers: &[Container]) -> bool {
    let has_selector = object.at(&FieldPath::of("spec.selector")).is_some();
    let lacks_selector =
        kind.needs_selector && !has_selector && !is_whole_but_for_selector(object, kind, containers);
    let lacks_image = containers
        .iter()
        .filter(|container| container.kind != ContainerKind::Ephemeral)
        .any(|container| container.spec.image.as_deref().is_none_or(str::is_empty));
    let labels = kind.template_path().dotted("metadata.labels");
    // An image without a value waits for one: `image: #@ data.values.image`.
    let waits = |container: &Container| {
        let image = object.root().at(&container.path.key("image"));
        image.is_some_and(|image| image.kind() == Kind::Null)
    };
    let pods = kind.template_path().key("spec");
    let has = |path: &FieldPath| object.at(path).is_some();
    let is_whole = !containers.iter().any(waits)
        && match kind.schema {
            // A Pod is changed by nobody who could name another.
            Schema::Pod | Schema::PodTemplate => object.name().is_some(),
            Schema::Job => has(&pods.key("restartPolicy")),
            Schema::CronJob => has(&pods.key("restartPolicy")) && has(&FieldPath::of("spec.schedule")),
            _ => has_selector && has(&labels),
        };
    // Nobody writes an empty list to add to another.
    let is_empty = |list: Node<'_>| list.kind() == Kind::Sequence && list.items().next().is_none();
    let lacks_containers =
        containers.is_empty() && !is_whole && !object.at(&pods.key("containers")).is_some_and(is_empty);
    let lacks_some = lacks_selector || (lacks_image && !is_whole) || lacks_containers;
    (lacks_some && !lacks_its_template(object, kind)) || has_directive(object.root(), 0)
}

/// Nobody patches the labels and every image of what stands elsewhere: such a workload is whole but for its selector,
/// which a kustomization may give it.
fn is_whole_but_for_selector(object: &Object, kind: &WorkloadKind, containers: &[Container]) -> bool {
    let mut containers = containers.iter().filter(|one| one.kind != ContainerKind::Ephemeral).peekable();
    let has_image =
        |image: Option<&str>| image.is_some_and(|image| !image.is_empty() && !placeholder::hides(image));
    !object.strings(&kind.template_path().dotted("metadata.labels")).is_empty()
        && containers.peek().is_some()
        && containers.all(|one| has_image(one.spec.image.as_deref()) && !one.name().is_empty())
        && !is_filled_in(object)
}

/// What ytt fills in stands in a comment, behind a value that is null until then (https://carvel.dev/ytt).
pub(crate) fn is_filled_in(object: &Object) -> bool {
    let tree = &object.tree;
    let is_of_ytt = |span: Span| tree.text().get(span.range()).is_some_and(|text| text.starts_with("#@"));
    tree.comments().any(|comment| is_of_ytt(comment.span))
}

/// It has no template, and is no patch all the same: it says which Pods are its own, or carries labels beside what it
/// sets, which nobody repeats to patch something.
pub(super) fn lacks_its_template(object: &Object, kind: &WorkloadKind) -> bool {
    let has = |path| object.at(&FieldPath::of(path)).is_some();
    let is_whole = match kind.schema {
        Schema::Job => has("metadata.labels") && has("spec"),
        Schema::CronJob => has("metadata.labels") && has("spec.schedule"),
        Schema::ReplicationController => has("spec.selector"),
        _ => kind.needs_selector && has("spec.selector"),
    };
    is_whole && object.at(&kind.template_path()).is_none()
}

/// Deeper than any field of a workload lies.
const MAX_DEPTH: usize = 24;

fn has_directive(node: Node<'_>, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    node.entries().any(|(key, value)| {
        key.text().is_some_and(|key| {
            PATCH_DIRECTIVES.contains(&key)
                || key.starts_with("$setElementOrder/")
                || key.starts_with("$deleteFromPrimitiveList/")
        }) || has_directive(value, depth + 1)
    }) || node.items().any(|item| has_directive(item, depth + 1))
}
