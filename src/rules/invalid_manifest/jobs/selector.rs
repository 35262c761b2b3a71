//! The selector of a Job, which the API server makes itself unless it is told otherwise: `validateGeneratedSelector`
//! and `ValidateJobSpec`.

use super::super::fault::Fault;
use super::super::faults::Faults;
use super::super::field::Field;
use super::super::selector;
use crate::set::selector::{Labels, Selector};
use crate::yaml::path::FieldPath;

/// Labels that each Pod gets whose selector is made for it: by the name of its Job.
const BY_NAME: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];
/// By what no manifest can know, as the API server gives it.
const BY_UID: [&str; 2] = ["batch.kubernetes.io/controller-uid", "controller-uid"];

pub(super) fn of_job<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    // What a cluster answered has all of that in it.
    if faults.object().is_live() {
        return;
    }
    let own = spec.key("selector");
    let is_wrong = selector::faults(faults, &own);
    if !spec.key("manualSelector").is_true() {
        let read = own.node().filter(|_| !is_wrong).and_then(Selector::read);
        generated(spec, read.as_ref(), faults);
        return;
    }
    // An empty one is there, and selects all Pods of the namespace.
    if !own.is_set() {
        faults.required(&own, "`manualSelector` says that it is given here.");
    }
    if !is_wrong {
        selector::selects_template(faults, &own);
    }
}

/// A selector that is made: what is written beside it has to hold as well.
fn generated<'s>(spec: &Field<'_, 's>, read: Option<&Selector>, faults: &mut Faults<'_, 's>) {
    let path = FieldPath::of("metadata.name");
    let name = Field::of(faults.object(), &path);
    // Nobody knows a name that is to be filled in, or given by the API server.
    let (name, is_known) = match name.text() {
        Some(name) => (name.to_owned(), true),
        None => (String::new(), !name.is_hidden()),
    };
    let (template, selector) = (spec.key("template"), spec.key("selector"));
    let metadata = template.key("metadata");
    let labels = metadata.key("labels");
    for (key, label) in labels.entries() {
        let is_other = match label.text() {
            Some(value) if BY_NAME.contains(&key) => is_known && value != name,
            Some(_) => BY_UID.contains(&key),
            None => false,
        };
        if is_other {
            faults.add(
                label.path(),
                Fault::Conflict {
                    what: "the API server gives the Pods of a Job this label, with another value",
                    why: "It marks them as those of this Job, and the API server refuses another value.",
                    mend: "Remove the label.",
                },
            );
        }
    }
    let given: Labels = BY_NAME.iter().map(|key| ((*key).to_owned(), name.clone())).collect();
    if is_known && read.is_some_and(|read| !read.selects(&given)) {
        faults.add(
            selector.path(),
            Fault::Conflict {
                what: "a Job may not have a `selector` of its own",
                why: "The API server says: `selector` not auto-generated. It makes one for each Job, by which no other Pods are taken for \
                      its own.",
                mend: "Remove it. `manualSelector: true` is for a Job that takes over the Pods of another.",
            },
        );
    }
}
