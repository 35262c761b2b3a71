//! What a finding is about, in words.

use crate::finding::{Finding, ObjectRef};
use crate::text::escape;

/// "Deployment shop/web, container app"; nothing when the object has no name and no kind.
pub(crate) fn of(finding: &Finding) -> Option<String> {
    let container = finding.container.as_deref().map(|name| match name {
        "" => "container without a name".to_owned(),
        name => format!("container {}", escape::line(name)),
    });
    match (object(&finding.object), container) {
        (Some(object), Some(container)) => Some(format!("{object}, {container}")),
        (one, other) => one.or(other),
    }
}

/// "Deployment shop/web"; nothing when it has no name and no kind.
pub(crate) fn object(object: &ObjectRef) -> Option<String> {
    let kind = escape::line(&object.kind);
    let name = match &object.namespace {
        Some(namespace) => format!("{}/{}", escape::line(namespace), escape::line(&object.name)),
        None => escape::line(&object.name).into_owned(),
    };
    match (object.kind.is_empty(), object.name.is_empty()) {
        (true, true) => None,
        (true, false) => Some(name),
        (false, true) => Some(format!("{kind} without a name")),
        (false, false) => Some(format!("{kind} {name}")),
    }
}
