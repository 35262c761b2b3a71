//! The documents of a file as suppressions see them.

use std::collections::HashMap;
use std::sync::Arc;

use super::Asked;
use crate::manifest::kinds::hidden_pods;
use crate::manifest::object::{self, Object};
use crate::manifest::workload::{self, Workload};
use crate::project::load::{Item, Parsed};
use crate::suppress::cover::Index;
use crate::text::Span;
use crate::yaml::NodeId;

/// The objects that are judged, in the order of the text.
pub(super) type Judged<'a> = std::iter::Peekable<std::slice::Iter<'a, Item>>;

/// A document, and what a comment in it may stand for.
pub(super) struct Document {
    pub(super) span: Span,
    pub(super) index: Option<Index>,
    pub(super) comments: Vec<Span>,
    pub(super) objects: Vec<CollectedObject>,
    /// Of the objects, by their nodes.
    pub(super) numbers: HashMap<NodeId, usize>,
}

impl Document {
    pub(super) fn of(document: &Parsed, items: &mut Option<Judged<'_>>, asked: &Asked<'_>) -> Self {
        let span = document.span;
        let Some(tree) = &document.tree else {
            return Self {
                span,
                index: None,
                comments: Vec::new(),
                objects: Vec::new(),
                numbers: HashMap::new(),
            };
        };
        let index = Some(Index::of(tree));
        let comments = tree.comments().map(|comment| comment.span).collect();
        let objects = object::objects(tree).objects.into_iter();
        let objects: Vec<CollectedObject> =
            objects.map(|object| CollectedObject::of(object, items, asked)).collect();
        let numbers = objects.iter().enumerate().map(|(at, known)| (known.object.node, at)).collect();
        Self { span, index, comments, objects, numbers }
    }
}

/// An object of a document.
pub(super) struct CollectedObject {
    pub(super) object: Object,
    pub(super) workload: Option<Arc<Workload>>,
    /// What is found in it is reported, so what silences nothing in it is of no use.
    pub(super) is_judged: bool,
}

impl CollectedObject {
    fn of(object: Object, items: &mut Option<Judged<'_>>, asked: &Asked<'_>) -> Self {
        let Asked { kinds, knows_all, .. } = *asked;
        let is_same =
            |item: &&Item| item.object.node == object.node && Arc::ptr_eq(&item.object.tree, &object.tree);
        let workload = match items {
            Some(items) => items.next_if(is_same).and_then(|item| item.workload.clone()),
            None => workload::workload(&object, kinds).map(|(workload, _)| Arc::new(workload)),
        };
        let id = &object.id;
        let is_judged = match &workload {
            Some(workload) => !workload.is_fragment,
            // A script in it is judged where it is mounted.
            None if id.kind == "ConfigMap" && id.api_version == "v1" => knows_all,
            None => {
                kinds.find(&id.api_version, &id.kind).is_some()
                    || hidden_pods(&object.id.kind, object.root()).is_none()
            }
        };
        Self { object, workload, is_judged }
    }
}
