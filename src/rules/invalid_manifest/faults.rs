//! Collects what is wrong with the fields of an object: one method for each kind of the API server's errors
//! (apimachinery/pkg/util/validation/field/errors.go).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::fault::Fault;
use super::field::Field;
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names::Grammar;
use crate::manifest::{Container, Object};
use crate::rules::subject::Subject;
use crate::text::placeholder;
use crate::yaml::path::FieldPath;
use crate::yaml::{Node, Problem, ProblemKind};

/// A field that Kubernetes refuses.
pub(super) struct Invalid<'s> {
    /// The field; where it is missing, its nearest parent is shown.
    pub(super) path: FieldPath,
    pub(super) fault: Fault<'s>,
    pub(super) container: Option<&'s Container>,
    /// Where the other field stands that it disagrees with, and what is to be seen there.
    pub(super) other: Option<(FieldPath, &'static str)>,
    pub(super) refuser: Refuser,
}

/// Who refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refuser {
    /// The API server refuses the object.
    Object,
    /// The API server takes the object, and refuses each Pod that is made of its template.
    EachPod,
}

/// The faults of one object so far, and what is looked at.
pub(super) struct Faults<'f, 's> {
    pub(super) subject: &'s Subject<'s>,
    /// What is added is about this container.
    pub(super) container: Option<&'s Container>,
    /// Who refuses what is added.
    pub(super) refuser: Refuser,
    pub(super) found: &'f mut Vec<Invalid<'s>>,
}

impl<'s> Faults<'_, 's> {
    /// The same about a container.
    pub(super) fn of<'g>(&'g mut self, container: &'s Container) -> Faults<'g, 's> {
        Faults { container: Some(container), found: self.found, ..*self }
    }

    /// The same of what only Pods are refused for.
    pub(super) fn of_each_pod<'g>(&'g mut self) -> Faults<'g, 's> {
        Faults { refuser: Refuser::EachPod, found: self.found, ..*self }
    }

    /// The same.
    pub(super) fn reborrow<'g>(&'g mut self) -> Faults<'g, 's> {
        Faults { found: self.found, ..*self }
    }

    pub(super) fn object(&self) -> &'s Object {
        self.subject.object
    }

    /// A fault of a field.
    pub(super) fn add(&mut self, path: FieldPath, fault: Fault<'s>) {
        self.push(path, fault, None);
    }

    /// A fault of a field that disagrees with another one.
    pub(super) fn against(
        &mut self,
        path: FieldPath,
        fault: Fault<'s>,
        other: FieldPath,
        seen: &'static str,
    ) {
        self.push(path, fault, Some((other, seen)));
    }

    fn push(&mut self, path: FieldPath, fault: Fault<'s>, other: Option<(FieldPath, &'static str)>) {
        let (container, refuser) = (self.container, self.refuser);
        self.found.push(Invalid { path, fault, container, other, refuser });
    }

    /// `Required value`: it is not there, or empty, and nothing speaks for its standing elsewhere.
    pub(super) fn required(&mut self, field: &Field<'_, 's>, why: &'static str) {
        if field.is_empty() && !self.may_stand_elsewhere(field) {
            self.add(field.path(), Fault::Required { why });
        }
    }

    /// What is missing may be written in another file, or under a name that is nearly right and is reported as
    /// that.
    pub(super) fn may_stand_elsewhere(&self, field: &Field<'_, 's>) -> bool {
        super::is_part(self.subject) || self.subject.misspelt(&field.path()).is_some()
    }

    /// `Unsupported value`: a text that is none of these. Where it is empty and the API server fills in a default,
    /// `""` belongs to them.
    pub(super) fn one_of(&mut self, field: &Field<'_, 's>, allowed: &'static [&'static str]) {
        if let Some(value) = field.text().filter(|value| !allowed.contains(value)) {
            self.add(field.path(), Fault::Unsupported { value, allowed });
        }
    }

    /// `Invalid value`: a number outside of these bounds, both inclusive.
    pub(super) fn within(&mut self, field: &Field<'_, 's>, least: i64, most: i64) {
        if let Some(value) = field.number().filter(|value| !(least..=most).contains(value)) {
            self.add(field.path(), Fault::OutOfRange { value, least, most });
        }
    }

    /// `Invalid value`: a number below this one.
    pub(super) fn at_least(&mut self, field: &Field<'_, 's>, least: i64) {
        self.within(field, least, i64::MAX);
    }

    /// `Invalid value`: a text that does not have the form of its names. An empty one is the business of
    /// [`Faults::required`].
    pub(super) fn named(&mut self, field: &Field<'_, 's>, noun: &'static str, grammar: &'static Grammar) {
        if let Some(value) = field.text().filter(|value| !value.is_empty()) {
            self.is_named(&field.path(), value, noun, grammar);
        }
    }

    /// The same of a text that stands at a path, such as a key of a mapping; also of an empty one.
    pub(super) fn is_named(
        &mut self,
        path: &FieldPath,
        value: &'s str,
        noun: &'static str,
        grammar: &'static Grammar,
    ) {
        // Only capitals make it one of those: `X_API_KEY` is meant as the name of a header.
        let is_to_replace =
            placeholder::is_shouted(value) && grammar.flaw(&value.replace('_', "-")).is_some();
        if placeholder::hides(value) || is_to_replace {
            return;
        }
        if let Some(flaw) = grammar.flaw(value) {
            self.add(path.clone(), Fault::Malformed { value, noun, grammar, flaw });
        }
    }

    /// `Forbidden`: it is set. `here` follows on "may not be set": `in a Deployment`.
    pub(super) fn forbidden(&mut self, field: &Field<'_, 's>, here: &'static str, why: &'static str) {
        if field.is_set() {
            self.add(field.path(), Fault::Forbidden { here, why });
        }
    }

    /// `Duplicate value`: fields that have one text in common, each but the first. Empty ones are none.
    pub(super) fn unique<'p>(
        &mut self,
        fields: impl IntoIterator<Item = Field<'p, 's>>,
        noun: &'static str,
        why: &'static str,
    ) where
        's: 'p,
    {
        let mut seen: BTreeMap<&'s str, Field<'p, 's>> = BTreeMap::new();
        for field in fields {
            let Some(value) = field.text().filter(|value| !value.is_empty()) else { continue };
            match seen.entry(value) {
                Entry::Occupied(first) => {
                    let first = first.get().path();
                    self.against(field.path(), Fault::Duplicate { value, noun, why }, first, "the first");
                }
                Entry::Vacant(place) => _ = place.insert(field),
            }
        }
    }

    /// `Invalid value`: a number, text or truth value that has to be this one.
    pub(super) fn equal(&mut self, field: &Field<'_, 's>, expected: &'static str, why: &'static str) {
        let value = field.node().filter(|node| !node.is_collection()).and_then(Node::text);
        if let Some(value) = value.filter(|value| *value != expected) {
            self.add(field.path(), Fault::MustBe { value, expected, why });
        }
    }

    /// The value, or something in it, is of another type, which is reported at its own place.
    pub(super) fn is_wrong_type(&self, path: &FieldPath) -> bool {
        super::is_undecoded(self.subject, path)
    }

    /// The version has the gate on: where it is off, what the gate governs is dropped before anybody looks at it
    /// (fact K1), or held to what was before.
    pub(super) fn is_kept(&self, gate: &str) -> bool {
        features::find(gate).is_none_or(|feature| self.subject.settings.support(feature) == Support::Works)
    }

    /// The API has no such field, which is reported.
    pub(super) fn is_unknown(&self, path: &FieldPath) -> bool {
        let is_it = |problem: &Problem| {
            matches!(problem.kind, ProblemKind::UnknownField { .. }) && problem.path == *path
        };
        self.subject.problems.iter().any(is_it)
    }
}
