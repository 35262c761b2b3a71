//! What the API server rejects in labels and annotations: `ValidateLabels` and `ValidateAnnotations` in apimachinery.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names;
use crate::yaml::path::FieldPath;

/// How large all annotations of an object may be, in bytes (`TotalAnnotationSizeLimitB`).
const MOST_BYTES: usize = 256 * 1024;

const TOO_LARGE: Fault<'static> = Fault::Conflict {
    what: "the annotations are larger than 256 KiB",
    why: "The API server says: Too long. All keys and values of an object's annotations count.",
    mend: "Put what is large into a ConfigMap.",
};

/// Those of an object, or of a template.
pub(super) fn faults(metadata: &FieldPath, faults: &mut Faults<'_, '_>) {
    let metadata = Field::of(faults.object(), metadata);
    labels(&metadata.key("labels"), faults);
    let annotations = metadata.key("annotations");
    let mut size = 0;
    for (key, value) in annotations.entries() {
        size += key.len() + value.text().map_or(0, str::len);
        faults.is_named(&value.path(), key, "the key of an annotation", &names::ANNOTATION_KEY);
    }
    if size > MOST_BYTES {
        faults.add(annotations.path(), TOO_LARGE);
    }
}

/// A mapping of labels, such as a node selector.
pub(super) fn labels<'s>(labels: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    for (key, value) in labels.entries() {
        faults.is_named(&value.path(), key, "the key of a label", &names::QUALIFIED_NAME);
        faults.named(&value, "the value of a label", &names::LABEL_VALUE);
    }
}
