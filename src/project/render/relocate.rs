//! From a place in rendered text to the place in the user's files that the field came from.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::book::Book;
use super::generated;
use super::kustomize::Overlay;
use super::layers::{Search, Sited};
use super::wanted::{Fit, Wanted};
use crate::finding::{Finding, Judged, ObjectRef, Place, Related, ReportedBy, SourceId};
use crate::manifest::Object;
use crate::manifest::id::named;
use crate::manifest::object;
use crate::project::input::File;
use crate::text::{Source, Span};
use crate::yaml;
use crate::yaml::path::FieldPath;

/// Knows where the fields of built overlays came from.
#[derive(Debug, Default)]
pub(crate) struct Relocator<'r> {
    built: BTreeMap<SourceId, BuiltOverlay<'r>>,
    book: Book<'r>,
}

#[derive(Debug)]
struct BuiltOverlay<'r> {
    overlay: &'r Overlay,
    source: &'r Source,
    documents: OnceLock<Vec<(Span, Option<Object>)>>,
}

impl<'r> Relocator<'r> {
    /// For the overlays of a run and all its files.
    pub(crate) fn of(
        overlays: &'r [Overlay],
        files: impl Iterator<Item = (SourceId, &'r File, &'r Source)> + Clone,
    ) -> Self {
        if overlays.is_empty() {
            return Self::default();
        }
        let built = files.clone().filter_map(|(id, file, source)| {
            let overlay = overlays.iter().find(|overlay| overlay.file == *file)?;
            Some((id, BuiltOverlay { overlay, source, documents: OnceLock::new() }))
        });
        Self { built: built.collect(), book: Book::of(files) }
    }

    /// Makes one finding of those that several overlays, or several copies in one, bring to the same
    /// place: what they share is mended once. The others are named in it.
    pub(crate) fn merge(&self, judged: &mut [Option<Vec<Judged>>]) {
        if self.built.is_empty() {
            return;
        }
        let mut kept: BTreeMap<Shared, (usize, usize)> = BTreeMap::new();
        for index in 0..judged.len() {
            let Some(found) = judged.get_mut(index).and_then(Option::take) else { continue };
            let mut left: Vec<Judged> = Vec::new();
            for one in found {
                match kept.get(&shared(&one)).copied() {
                    Some((file, at)) if self.built.contains_key(&SourceId(index)) => {
                        let also = self.also(SourceId(index), &one.finding);
                        let first = match file == index {
                            true => left.get_mut(at),
                            false => {
                                judged.get_mut(file).and_then(Option::as_mut).and_then(|all| all.get_mut(at))
                            }
                        };
                        let related = first.map(|first| &mut first.finding.related);
                        if let Some(related) = related.filter(|related| !related.contains(&also)) {
                            related.push(also);
                        }
                    }
                    _ => {
                        kept.insert(shared(&one), (index, left.len()));
                        left.push(one);
                    }
                }
            }
            if let Some(slot) = judged.get_mut(index) {
                *slot = Some(left);
            }
        }
    }

    fn also(&self, source: SourceId, finding: &Finding) -> Related {
        let built = self.built.get(&source);
        let overlay = built.map_or("", |built| built.overlay.name.as_str());
        let own = built.and_then(|built| built.overlay.tree.last());
        let page = own.and_then(|own| Some((self.book.page(&own.path)?.id, own.root().head_span())));
        let (source, span) = page.unwrap_or((source, Span::default()));
        let message = format!("the same in {} of `{overlay}`", named(&finding.object));
        Related { place: Place { source, span, path: FieldPath::root() }, message }
    }

    /// Moves the places of a finding to where they were written, as far as that is known.
    pub(crate) fn relocate(&self, finding: &mut Finding) {
        let related = finding.related.iter_mut().map(|related| &mut related.place);
        std::iter::once(&mut finding.place).chain(related).for_each(|place| self.relocate_place(place));
    }

    /// Moves a place to where it was written, as far as that is known.
    pub(crate) fn relocate_place(&self, place: &mut Place) {
        if let Some(found) = self.origin(place) {
            *place = found;
        }
    }

    fn origin(&self, place: &Place) -> Option<Place> {
        let built = self.built.get(&place.source)?;
        let (index, object) = built.object_at(place.span.start)?;
        let origin = built.overlay.origins.get(index)?;
        let wanted = Wanted::of(object, &place.path, place.span);
        let page = origin.file.as_ref().and_then(|path| self.book.page(path));
        let objects: Vec<Object> = page
            .iter()
            .flat_map(|page| page.trees())
            .flat_map(|tree| object::objects(tree).objects)
            .collect();
        let is_renamed = |name: &str| {
            let file = origin.file.as_ref();
            file.is_some_and(|file| built.overlay.affixes.lead(file, name, &object.id.name))
        };
        let original = original(&objects, object, is_renamed);
        let mut candidates: Vec<Sited> = Vec::new();
        if let (Some(page), Some(original)) = (page, original) {
            let field = super::follow::follow(object.root(), wanted.path.steps(), original.root());
            let candidate = field.and_then(|field| wanted.candidate(&field));
            candidates.extend(candidate.map(|candidate| (page.id, candidate)));
        }
        let search = Search { wanted: &wanted, original, siblings: &objects, book: &self.book };
        // Nothing beats the file itself, so most places need no further search.
        if !candidates.iter().any(|(_, candidate)| candidate.fit == Fit::Exactly) {
            for kustomization in built.overlay.tree.iter().rev() {
                candidates.extend(search.layer(kustomization));
                if origin.generated_in.is_some() {
                    candidates.extend(generated::find(&wanted, kustomization, &self.book));
                }
            }
        }
        let best = candidates.iter().map(|(_, candidate)| candidate.fit).max()?;
        let (source, candidate) = candidates.into_iter().find(|(_, candidate)| candidate.fit == best)?;
        // The path stays that of the object which is deployed.
        Some(Place { source, span: candidate.span, path: place.path.clone() })
    }
}

/// What makes two findings the same one. Its path does not: what is merged into a list moves the items.
type Shared = (&'static str, SourceId, Span, Option<String>, String, ReportedBy);

fn shared(judged: &Judged) -> Shared {
    let finding = &judged.finding;
    let Place { source, span, .. } = finding.place;
    (finding.rule, source, span, finding.container.clone(), finding.message.clone(), judged.reported_by)
}

impl BuiltOverlay<'_> {
    /// The document that a byte lies in, with its number and its object.
    fn object_at(&self, byte: usize) -> Option<(usize, &Object)> {
        let documents = self.documents.get_or_init(|| {
            let documents = yaml::documents(self.source, false);
            let object = |document: yaml::Document| {
                let tree = document.content.ok().map(Arc::new);
                let object = tree.and_then(|tree| object::objects(&tree).objects.into_iter().next());
                (document.span, object)
            };
            documents.into_iter().map(object).collect()
        });
        let index = documents.partition_point(|(span, _)| span.start <= byte).checked_sub(1)?;
        Some((index, documents.get(index)?.1.as_ref()?))
    }
}

/// The object of a file that a rendered one was made from: of its kind, and of the name that is known
/// to become its name, or of the longest that its name contains, else the only one of its kind.
fn original<'o>(
    objects: &'o [Object],
    rendered: &Object,
    is_renamed: impl Fn(&str) -> bool,
) -> Option<&'o Object> {
    let of_kind: Vec<&Object> =
        objects.iter().filter(|object| is_same_kind(&object.id, &rendered.id)).collect();
    let fits = |object: &&&Object| {
        let name = object.id.name.as_str();
        let is_called = !name.is_empty() && rendered.id.name.contains(name);
        let is_there = object.id.namespace == rendered.id.namespace;
        (is_called, is_renamed(name), name.len(), is_there)
    };
    // Of equals the first is meant.
    let best = of_kind.iter().rev().filter(|object| fits(object).0).max_by_key(fits);
    match (best, of_kind.as_slice()) {
        (Some(best), _) => Some(best),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn is_same_kind(one: &ObjectRef, other: &ObjectRef) -> bool {
    let group = |id: &ObjectRef| id.api_version.rsplit_once('/').map(|(group, _)| group.to_owned());
    one.kind == other.kind && group(one) == group(other)
}
