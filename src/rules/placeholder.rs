//! Values that a tool fills in before the manifest is applied: not judged.

/// Marks that no value of the API has, but templates do.
const MARKS: [&str; 8] = ["${", "$(", "{{", "{%", "<%", "@@", "[[", "%("];

/// A part of the text is to be filled in: `${IMAGE}`, `$(TAG)`, `{{ .Values.x }}`.
pub(super) fn has_placeholder(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}
