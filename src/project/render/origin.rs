//! Where kustomize says each object came from: its origin annotations, read and then taken out of the
//! rendered text, so that what is linted is what the user would deploy.

use std::path::{Path, PathBuf};

use super::kustomization::lexical;
use crate::text::{Source, Span};
use crate::yaml::{self, Node};

const ORIGIN: &str = "config.kubernetes.io/origin";

/// Where an object came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ObjectOrigin {
    /// The file it stands in.
    pub(super) file: Option<PathBuf>,
    /// The kustomization whose generator made it.
    pub(super) generated_in: Option<PathBuf>,
}

/// The text without the annotations, and the origin of each document. Paths in the annotations count
/// from `root`.
pub(super) fn take(rendered: String, root: &Path) -> (String, Vec<ObjectOrigin>) {
    let source = Source::new("", rendered.as_str());
    let mut origins = Vec::new();
    let mut cuts: Vec<Span> = Vec::new();
    for document in yaml::documents(&source, false) {
        let Ok(tree) = document.content else {
            origins.push(ObjectOrigin::default());
            continue;
        };
        let metadata = tree.root().get("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get_entry("annotations"));
        let found = annotations.and_then(|(_, annotations)| annotations.get_entry(ORIGIN));
        origins.push(found.map(|(_, value)| read(value, root)).unwrap_or_default());
        if let (Some((key, annotations)), Some((origin, _))) = (annotations, found) {
            let is_alone = annotations.entries().count() == 1;
            cuts.extend(entry_lines(&source, if is_alone { key } else { origin }));
        }
    }
    if cuts.is_empty() {
        return (rendered, origins);
    }
    let mut text = String::with_capacity(rendered.len());
    let mut at = 0;
    for cut in cuts {
        text.push_str(rendered.get(at..cut.start).unwrap_or_default());
        at = cut.end.max(at);
    }
    text.push_str(rendered.get(at..).unwrap_or_default());
    (text, origins)
}

fn read(annotation: Node<'_>, root: &Path) -> ObjectOrigin {
    let source = Source::new("", annotation.text().unwrap_or_default());
    let documents = yaml::documents(&source, false);
    let Some(Ok(tree)) = documents.into_iter().next().map(|document| document.content) else {
        return ObjectOrigin::default();
    };
    let text = |key: &str| tree.root().get(key).and_then(Node::text);
    // A file of a repository elsewhere is not on this disk.
    if text("repo").is_some() {
        return ObjectOrigin::default();
    }
    let path = |key: &str| text(key).map(|path| lexical(&root.join(path)));
    ObjectOrigin { file: path("path"), generated_in: path("configuredIn") }
}

/// The whole lines of an entry of a block mapping: that of its key, and those further in.
fn entry_lines(source: &Source, key: Node<'_>) -> Option<Span> {
    let first = source.position(key.span().start).line;
    let start = source.line_span(first)?;
    let indentation = key.span().start.checked_sub(start.start)?;
    // Anything before the key, such as the brace of a flow mapping, is not of this entry.
    if !source.slice(Span::new(start.start, key.span().start)).trim().is_empty() {
        return None;
    }
    let mut line = first + 1;
    while let Some(span) = source.line_span(line) {
        let text = source.slice(span);
        let inner = text.len() - text.trim_start().len() > indentation;
        if line >= source.line_count() || !(inner || text.trim().is_empty()) {
            break;
        }
        line += 1;
    }
    let end = source.line_span(line).map_or(source.text().len(), |span| span.start);
    Some(Span::new(start.start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RENDERED: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    a: b
    config.kubernetes.io/origin: |
      configuredIn: ../base/kustomization.yaml
      configuredBy:
        apiVersion: builtin
        kind: ConfigMapGenerator
    z: b
  name: a
---
apiVersion: v1
kind: Service
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: ../base/svc.yaml
  name: b
---
apiVersion: v1
kind: Service
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: svc.yaml
      repo: https://example.com/x
  name: c
";

    #[test]
    fn origins_are_read_and_leave_no_trace() {
        let (text, origins) = take(RENDERED.to_owned(), Path::new("/x/tmp"));
        assert_eq!(
            text,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    a: b\n    z: b\n  name: a\n---\n\
             apiVersion: v1\nkind: Service\nmetadata:\n  name: b\n---\n\
             apiVersion: v1\nkind: Service\nmetadata:\n  name: c\n"
        );
        let generated = ObjectOrigin { file: None, generated_in: Some("/x/base/kustomization.yaml".into()) };
        let local = ObjectOrigin { file: Some("/x/base/svc.yaml".into()), generated_in: None };
        assert_eq!(origins, [generated, local, ObjectOrigin::default()]);
    }
}
