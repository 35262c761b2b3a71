//! ConfigMaps that a kustomization makes of files and literals: their data is in those.

use super::book::Book;
use super::kustomization::Kustomization;
use super::layers::Sited;
use super::wanted::{Aspect, Candidate, Fit, Wanted};
use crate::path::{FieldPath, Step};
use crate::source::Span;
use crate::yaml::{self, Node};

const GENERATORS: [&str; 2] = ["configMapGenerator", "secretGenerator"];

/// Where the data of a generated object is written; its generator's name, for anything else of it.
pub(super) fn find(wanted: &Wanted<'_>, kustomization: &Kustomization, book: &Book<'_>) -> Option<Sited> {
    let page = book.page(&kustomization.path)?;
    let data = match wanted.path.steps() {
        [Step::Key(data), Step::Key(key), ..] if data == "data" => Some(key.as_ref()),
        _ => None,
    };
    for field in GENERATORS {
        for (at, generator) in kustomization.items(field).enumerate() {
            let Some(name) = generator.get("name") else { continue };
            if !name.text().is_some_and(|name| wanted.object.id.name.contains(name)) {
                continue;
            }
            let path = FieldPath::root().key(field).index(at);
            let found = match data {
                Some(key) => literal(wanted, generator, key, &path)
                    .map(|candidate| (page.id, candidate))
                    .or_else(|| file(wanted, kustomization, generator, key, book)),
                None => {
                    let path = path.key("name");
                    Some((page.id, Candidate { fit: Fit::Renamed, span: name.span(), path }))
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// `literals: [key=value]`
fn literal(wanted: &Wanted<'_>, generator: Node<'_>, key: &str, path: &FieldPath) -> Option<Candidate> {
    let literals = generator.get("literals")?;
    literals.items().enumerate().find_map(|(at, literal)| {
        let (name, value) = literal.text()?.split_once('=')?;
        let quoted = value.trim_matches(['"', '\'']);
        let is_it =
            name == key && Some(quoted) == wanted.node.text().map(|text| text.trim_matches(['"', '\'']));
        let before = literal.text()?.len() - value.len();
        let span = match &wanted.aspect {
            Aspect::Words(marks) if quoted.len() == value.len() => {
                let before = literal.text()?.get(..before)?.chars().filter(|c| !c.is_whitespace()).count();
                literal.marked(marks.start + before..marks.end + before)
            }
            _ => literal.span(),
        };
        is_it.then(|| Candidate { fit: Fit::Exactly, span, path: path.key("literals").index(at) })
    })
}

/// `files: [key=path]`, where the file is the value, and `envs: [path]`, where a line of it is.
fn file(
    wanted: &Wanted<'_>,
    kustomization: &Kustomization,
    generator: Node<'_>,
    key: &str,
    book: &Book<'_>,
) -> Option<Sited> {
    kustomization.generator_files(generator).into_iter().find_map(|(named, path)| {
        let page = book.page(&path)?;
        let text = page.source.text();
        let span = match named {
            Some(named) if named == key && Some(text) == wanted.node.text() => words(wanted, text)?,
            None => line_of(text, key)?,
            Some(_) => return None,
        };
        Some((page.id, Candidate { fit: Fit::Exactly, span, path: wanted.path.clone() }))
    })
}

fn words(wanted: &Wanted<'_>, text: &str) -> Option<Span> {
    match &wanted.aspect {
        Aspect::Words(marks) => yaml::marked_in_text(text, marks.clone()),
        Aspect::Key | Aspect::Value => Some(Span::new(0, text.find('\n').unwrap_or(text.len()))),
    }
}

fn line_of(text: &str, key: &str) -> Option<Span> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.split_once('=').is_some_and(|(name, _)| name.trim() == key) {
            return Some(Span::new(at, at + line.trim_end().len()));
        }
        at += line.len();
    }
    None
}
