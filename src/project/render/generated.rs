//! ConfigMaps that a kustomization makes of files and literals: their data is in those.

use super::book::Book;
use super::kustomization::Kustomization;
use super::layers::Sited;
use super::wanted::{Aspect, Candidate, Fit, Wanted};
use crate::text::Span;
use crate::yaml::path::Step;
use crate::yaml::{self, Node};

const GENERATORS: [&str; 2] = ["configMapGenerator", "secretGenerator"];

/// Where the data of a generated object is written; its generator's name, for anything else of it.
pub(super) fn find(wanted: &Wanted<'_>, kustomization: &Kustomization, book: &Book<'_>) -> Option<Sited> {
    let page = book.page(&kustomization.path)?;
    let data = match wanted.path.steps() {
        [Step::Key(data), Step::Key(key), ..] if data == "data" => Some(key.as_ref()),
        _ => None,
    };
    let generators = GENERATORS.iter().flat_map(|field| kustomization.items(field));
    generators
        .filter_map(|generator| Some((generator, generator.get("name")?)))
        .filter(|(_, name)| name.text().is_some_and(|name| wanted.object.id.name.contains(name)))
        .find_map(|(generator, name)| match data {
            Some(key) => literal(wanted, generator, key)
                .map(|candidate| (page.id, candidate))
                .or_else(|| file(wanted, kustomization, generator, key, book)),
            None => Some((page.id, Candidate { fit: Fit::Renamed, span: name.span() })),
        })
}

/// `literals: [key=value]`
fn literal(wanted: &Wanted<'_>, generator: Node<'_>, key: &str) -> Option<Candidate> {
    let bare = |text: &str| text.trim_matches(['"', '\'']).to_owned();
    generator.get("literals")?.items().find_map(|literal| {
        let (name, value) = literal.text()?.split_once('=')?;
        if name != key || bare(value) != bare(wanted.node.text()?) {
            return None;
        }
        let span = match &wanted.aspect {
            Aspect::Words(marks) if bare(value) == value => {
                let before = name.chars().filter(|c| !c.is_whitespace()).count() + 1;
                literal.marked(marks.start + before..marks.end + before)
            }
            _ => literal.span(),
        };
        Some(Candidate { fit: Fit::Exactly, span })
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
        Some((page.id, Candidate { fit: Fit::Exactly, span }))
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
