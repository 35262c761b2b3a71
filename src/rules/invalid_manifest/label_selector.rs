//! Label selectors: `ValidateLabelSelector` in apimachinery/pkg/apis/meta/v1/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names::{LABEL_VALUE, QUALIFIED_NAME};
use crate::text::placeholder;

/// What is wrong with a selector; false where nothing is.
pub(super) fn faults<'s>(selector: &Field<'_, 's>, faults: &mut Faults<'_, 's>) -> bool {
    let before = faults.found.len();
    let labels = selector.key("matchLabels");
    for (key, value) in labels.entries() {
        faults.is_named(&value.path(), key, "the key of a label", &QUALIFIED_NAME);
        if let Some(text) = value.text() {
            faults.is_named(&value.path(), text, "the value of a label", &LABEL_VALUE);
        }
    }
    let expressions = selector.key("matchExpressions");
    for expression in expressions.items() {
        let (key, operator, values) =
            (expression.key("key"), expression.key("operator"), expression.key("values"));
        match key.text() {
            Some(text) => faults.is_named(&key.path(), text, "the key of a label", &QUALIFIED_NAME),
            None => faults.required(&key, "Nothing says which label is meant."),
        }
        match operator.text() {
            Some("In" | "NotIn") => faults.required(&values, "`In` and `NotIn` compare with values."),
            Some("Exists" | "DoesNotExist") if !values.is_empty() => {
                let why = "They ask for the label, whatever its value.";
                faults.forbidden(&values, "with `Exists` or `DoesNotExist`", why);
            }
            Some("Exists" | "DoesNotExist") => {}
            Some(value) => {
                let allowed = &["In", "NotIn", "Exists", "DoesNotExist"];
                faults.add(operator.path(), Fault::Unsupported { value, allowed });
            }
            None => faults.required(&operator, "In, NotIn, Exists and DoesNotExist are known."),
        }
        for value in values.items() {
            if let Some(text) = value.text().filter(|text| !placeholder::hides(text)) {
                faults.is_named(&value.path(), text, "the value of a label", &LABEL_VALUE);
            }
        }
    }
    faults.found.len() > before
}
