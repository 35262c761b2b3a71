//! What the API server rejects in a label selector: `ValidateLabelSelector` in
//! apimachinery/pkg/apis/meta/v1/validation, and what the kinds that have one ask of it.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::{is_undecoded, metadata};
use crate::kubernetes::names;
use crate::manifest::Workload;
use crate::set::selector::Selector;
use crate::yaml::Kind;

/// What an expression can ask of a label.
const OPERATORS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist"];

/// A selector of labels and expressions; true where something is wrong with it.
pub(super) fn faults<'s>(faults: &mut Faults<'_, 's>, selector: &Field<'_, 's>) -> bool {
    let before = faults.found.len();
    metadata::labels(&selector.key("matchLabels"), faults);
    let expressions = selector.key("matchExpressions");
    for expression in expressions.items() {
        let (operator, values) = (expression.key("operator"), expression.key("values"));
        faults.required(&operator, "It says how the label is compared.");
        faults.one_of(&operator, OPERATORS);
        match operator.text() {
            Some("In" | "NotIn") => {
                faults.required(&values, "In and NotIn compare the label with values.");
            }
            Some("Exists" | "DoesNotExist") if !values.is_empty() => faults.forbidden(
                &values,
                "beside Exists or DoesNotExist",
                "These ask whether the label is there, whatever its value.",
            ),
            _ => {}
        }
        let key = expression.key("key");
        faults.required(&key, "");
        faults.named(&key, "the key of a label", &names::QUALIFIED_NAME);
        for value in values.items() {
            faults.named(&value, "the value of a label", &names::LABEL_VALUE);
        }
    }
    faults.found.len() > before
}

/// The selector of a workload has to select what its own template makes.
pub(super) fn selects_template<'s>(faults: &mut Faults<'_, 's>, selector: &Field<'_, 's>) {
    let Some(workload) = faults.subject.workload.filter(|workload| !workload.is_fragment) else { return };
    let template = workload.kind.template_path();
    if faults.object().at(&template).is_none() {
        return;
    }
    let found = template.dotted("metadata.labels");
    let is_readable =
        !is_undecoded(faults.subject, &selector.path()) && !is_undecoded(faults.subject, &found);
    let Some(node) = selector.node().filter(|node| is_readable && node.kind() == Kind::Mapping) else {
        return;
    };
    let pairs = selector.key("matchLabels");
    // A ReplicationController has a map of labels for its selector.
    let is_map = workload.kind.kind == "ReplicationController";
    let pairs = if is_map { *selector } else { pairs };
    let labels = Field::of(faults.object(), &found);
    // What stands for a label may be the one that is missing.
    if labels.is_hidden() || labels.entries().any(|(key, _)| crate::text::placeholder::hides(key)) {
        return;
    }
    if let Some((key, wanted, value)) = differing(workload, &pairs) {
        let fault = Fault::NotSelected { key, wanted, found: value };
        faults.against(found, fault, selector.path(), "the selector of its Pods");
        return;
    }
    let expressions = selector.key("matchExpressions");
    let has_hidden = |list: &Field<'_, '_>| list.items().any(|item| item.is_hidden());
    let is_open = labels.entries().chain(pairs.entries()).any(|(_, label)| label.is_hidden())
        || expressions.items().any(|one| has_hidden(&one.key("values")));
    if is_open || is_map {
        return;
    }
    let has_operator =
        |one: &Field<'_, '_>| one.key("operator").text().is_some_and(|text| OPERATORS.contains(&text));
    let is_valid = expressions.items().all(|one| has_operator(&one));
    let selects = Selector::read(node).is_none_or(|selector| selector.selects(&workload.labels));
    if is_valid && !selects {
        let fault = Fault::Conflict {
            what: "the selector does not match the labels of the template",
            why: "It would not find the Pods that it makes.",
            mend: "Give the template the labels that the selector asks for.",
        };
        faults.against(found, fault, selector.path(), "the selector of its Pods");
    }
}

/// The first label that the selector asks for and the template does not have so: its key, the value that is asked
/// for, and the one that is there.
fn differing<'s>(
    workload: &'s Workload,
    pairs: &Field<'_, 's>,
) -> Option<(&'s str, &'s str, Option<&'s str>)> {
    pairs.entries().find_map(|(key, value)| {
        let wanted = if value.is_set() { value.text()? } else { "" };
        let found = workload.labels.get(key).map(String::as_str);
        let is_open =
            crate::text::placeholder::hides(key) || found.is_some_and(crate::text::placeholder::hides);
        (!is_open && found != Some(wanted)).then_some((key, wanted, found))
    })
}
