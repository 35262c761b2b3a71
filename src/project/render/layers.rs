//! What a kustomization puts over an object: patches, images and replica counts, each looked through
//! for the place that set a field.

use super::follow::{follow, same};
use super::kustomization::{Body, Kustomization, Patch};
use super::wanted::{Aspect, Candidate, Fit, Wanted, inline};
use crate::finding::SourceId;
use crate::manifest::Object;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node};

/// What a search needs besides the wanted field.
pub(super) struct Search<'s, 'r> {
    pub(super) wanted: &'s Wanted<'r>,
    /// The object as it stands in the file it came from.
    pub(super) original: Option<&'s Object>,
    /// The other objects of that file.
    pub(super) siblings: &'s [Object],
    pub(super) book: &'s super::book::Book<'r>,
}

/// A candidate and its file.
pub(super) type Sited = (SourceId, Candidate);

impl Search<'_, '_> {
    /// Every place in a kustomization, or in a patch it names, that may have set the field; what is
    /// applied last stands first.
    pub(super) fn layer(&self, kustomization: &Kustomization) -> Vec<Sited> {
        let mut found: Vec<Sited> = Vec::new();
        if let Some(page) = self.book.page(&kustomization.path) {
            let own = [image(self.wanted, kustomization), replicas(self.wanted, kustomization)];
            found.extend(own.into_iter().flatten().map(|candidate| (page.id, candidate)));
        }
        for patch in kustomization.patches().iter().rev() {
            found.extend(self.patch(kustomization, patch));
        }
        found
    }

    fn patch(&self, kustomization: &Kustomization, patch: &Patch<'_>) -> Vec<Sited> {
        match patch.body {
            Body::File(named) => {
                let Some(page) = self.book.page(&kustomization.resolve(named)) else { return Vec::new() };
                let roots = page.trees().iter().map(|tree| tree.root());
                roots.filter_map(|root| Some((page.id, self.in_patch(patch.target, root)?))).collect()
            }
            Body::Inline(scalar) => {
                let Some(page) = self.book.page(&kustomization.path) else { return Vec::new() };
                let trees = inline(scalar.text().unwrap_or_default());
                let outer =
                    |inside: Candidate| Candidate { span: scalar.source_span(inside.span.range()), ..inside };
                trees
                    .iter()
                    .filter_map(|tree| Some((page.id, outer(self.in_patch(patch.target, tree.root())?))))
                    .collect()
            }
        }
    }

    fn in_patch(&self, target: Option<Node<'_>>, patch: Node<'_>) -> Option<Candidate> {
        match (target, patch.kind()) {
            (target, Kind::Sequence) => {
                target.is_none_or(|target| self.selects(target)).then(|| self.in_operations(patch)).flatten()
            }
            (Some(target), _) if !self.selects(target) => None,
            (None, _) if !self.names(patch) => None,
            _ => {
                let field = follow(self.wanted.object.root(), self.wanted.path.steps(), patch)?;
                self.wanted.candidate(&field)
            }
        }
    }

    /// A strategic merge patch is for the object of its kind and name.
    fn names(&self, patch: Node<'_>) -> bool {
        let kind = patch.get("kind").and_then(Node::text);
        let name = patch.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::text);
        kind == Some(self.wanted.object.id.kind.as_str()) && name.is_some_and(|name| self.is_called(name))
    }

    /// A target selects by what it says; its labels are not looked at, because the value that is
    /// searched for tells more.
    fn selects(&self, target: Node<'_>) -> bool {
        let says = |key: &str| target.get(key).and_then(Node::text).filter(|text| is_plain(text));
        says("kind").is_none_or(|kind| kind == self.wanted.object.id.kind)
            && says("name").is_none_or(|name| self.is_called(name))
    }

    /// The object has this name, or had it before prefixes and suffixes were put to it.
    fn is_called(&self, name: &str) -> bool {
        let rendered = self.wanted.object.id.name.as_str();
        let Some(original) = self.original else { return rendered.contains(name) };
        // The name of its neighbour is not one that it had on the way.
        let is_another =
            self.siblings.iter().any(|one| one.id.kind == original.id.kind && one.id.name == name);
        name == original.id.name || !is_another && rendered.contains(name) && name.contains(&original.id.name)
    }

    fn in_operations(&self, operations: Node<'_>) -> Option<Candidate> {
        let found = operations.items().filter_map(|operation| {
            let pointer = operation.get("path")?;
            let length = self.leads_to(pointer.text()?)?;
            let (way, rest) = self.wanted.path.steps().split_at_checked(length)?;
            let here = way.iter().try_fold(self.wanted.object.root(), step)?;
            let field = follow(here, rest, operation.get("value")?)?;
            let mut candidate = self.wanted.candidate(&field)?;
            if rest.is_empty() && (self.wanted.aspect == Aspect::Key || field.node.is_collection()) {
                candidate.span = pointer.span();
            }
            Some(candidate)
        });
        // Of equals the last: it is what is left in the end.
        found.max_by_key(|candidate| candidate.fit)
    }

    /// How many steps of the wanted path a JSON pointer stands for, if it leads to the field or to
    /// something it lies in.
    fn leads_to(&self, pointer: &str) -> Option<usize> {
        let tokens: Vec<String> =
            pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        let steps = self.wanted.path.steps();
        if tokens.len() > steps.len() || tokens.is_empty() {
            return None;
        }
        let (mut here, mut there) = (self.wanted.object.root(), self.original.map(Object::root));
        for (token, wanted) in tokens.iter().zip(steps) {
            let next = step(here, wanted)?;
            there = match wanted {
                Step::Key(key) if key == token => there.and_then(|node| node.get(token)),
                Step::Index(index) => {
                    let original = there.and_then(|list| list.items().nth(token.parse().ok()?));
                    // The pointer counts in the list as it was when the patch was applied: as it was
                    // in the file, or as it is now, or between the two. The value decides.
                    let original = original.filter(|original| same_item(*original, next));
                    let is_it = original.is_some() || token == "-" || token.parse() == Ok(*index);
                    is_it.then_some(original)?
                }
                Step::Key(_) => return None,
            };
            here = next;
        }
        Some(tokens.len())
    }
}

fn step<'t>(node: Node<'t>, step: &Step) -> Option<Node<'t>> {
    match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.items().nth(*index),
    }
}

fn same_item(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.get("name").and_then(Node::text), other.get("name").and_then(Node::text)) {
        (Some(one), Some(other)) => one == other,
        _ => same(one, other) || !one.is_collection(),
    }
}

/// Names only; a regular expression may select anything.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-')
}

/// `images:` sets the images of containers.
fn image(wanted: &Wanted<'_>, kustomization: &Kustomization) -> Option<Candidate> {
    let rendered = wanted.node.text().filter(|_| wanted.is_image())?;
    let images: Vec<Node<'_>> = kustomization.items("images").collect();
    images.into_iter().rev().find_map(|image| {
        let says = |key: &str| image.get(key).filter(|node| node.text().is_some_and(|text| !text.is_empty()));
        let name = says("newName").or(says("name"))?;
        let rest = rendered.strip_prefix(name.text()?)?;
        let release = [("digest", '@'), ("newTag", ':')]
            .into_iter()
            .find_map(|(field, separator)| Some((says(field)?, separator)));
        let (set, fit) = match release {
            Some((set, separator)) if rest.strip_prefix(separator) == set.text() => (set, Fit::Exactly),
            Some(_) => return None,
            None if rest.is_empty() => (says("newName")?, Fit::Exactly),
            // The tag is not from here.
            None if rest.starts_with([':', '@']) => (says("newName")?, Fit::Renamed),
            None => return None,
        };
        Some(Candidate { fit, span: set.span() })
    })
}

/// `replicas:` sets how many Pods there are.
fn replicas(wanted: &Wanted<'_>, kustomization: &Kustomization) -> Option<Candidate> {
    if wanted.path != FieldPath::of("spec.replicas") {
        return None;
    }
    kustomization.items("replicas").find_map(|entry| {
        let name = entry.get("name").and_then(Node::text)?;
        let count = entry.get("count").filter(|count| same(*count, wanted.node))?;
        let is_it = wanted.object.id.name.contains(name);
        is_it.then(|| Candidate { fit: Fit::Exactly, span: count.span() })
    })
}
