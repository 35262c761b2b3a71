//! From one file to the suppressions in it, with what each covers.

mod annotations;
mod document;

use std::collections::HashMap;
use std::sync::Arc;

use super::attempt;
use super::comment::{self, Directive, FaultKind, Ignore};
use super::cover;
use super::invalid::{Complaint, Fault};
use super::site::{Covers, Site};
use crate::finding::{Means, ObjectRef, Place, SourceId};
use crate::manifest::kinds::Kinds;
use crate::manifest::object::{self, Object};
use crate::project::load::{Item, Parsed};
use crate::rules;
use crate::text::{Source, Span};
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{self, NodeId};
use document::{CollectedObject, Document};

/// One suppression, read and placed.
#[derive(Debug, Clone)]
pub(super) struct Suppression {
    pub(super) means: Means,
    pub(super) reason: String,
    /// Where it is written.
    pub(super) site: Site,
    pub(super) scope: Extent,
    /// What it silences; each must be of use.
    pub(super) entries: Vec<Entry>,
    /// Everything it covers was judged, so what it silences nothing of is of no use.
    pub(super) is_judged: bool,
}

/// One rule, in one container or everywhere.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) rule: &'static str,
    pub(super) container: Option<String>,
    /// The exact words.
    pub(super) span: Span,
}

/// What a suppression covers.
#[derive(Debug, Clone)]
pub(super) enum Extent {
    /// Every document of the file.
    File,
    /// These bytes of the file.
    Bytes(Vec<Span>),
    /// The object with this span.
    Object(Span),
}

/// What silences findings in a file, and what means to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Collected {
    pub(super) suppressions: Vec<Suppression>,
    pub(super) problems: Vec<Complaint>,
}

impl Collected {
    /// The same for a file with another number.
    pub(crate) fn at(this: &Arc<Self>, id: SourceId) -> Arc<Self> {
        let mut same = Arc::clone(this);
        let sites =
            this.suppressions.iter().map(|one| &one.site).chain(this.problems.iter().map(|one| &one.site));
        if sites.into_iter().any(|site| site.place.source != id) {
            let Self { suppressions, problems } = Arc::make_mut(&mut same);
            suppressions.iter_mut().for_each(|one| one.site.place.source = id);
            problems.iter_mut().for_each(|one| one.site.place.source = id);
        }
        same
    }

    /// It holds nothing of the sort.
    pub(crate) fn is_empty(&self) -> bool {
        self.suppressions.is_empty() && self.problems.is_empty()
    }
}

/// Whether a text can hold a suppression. Only the documents of those texts are kept, so this has to be
/// quick, and say no to the `lifecycle:` of a hook and to comments about other things.
pub(crate) fn may_hold_any(text: &str) -> bool {
    const MARKS: [&str; 3] = ["gnore", "GNORE", "ifecycle"];
    MARKS.iter().any(|mark| {
        let mut rest = 0;
        while let Some(at) = text.get(rest..).and_then(|text| text.find(mark)).map(|at| rest + at) {
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
            let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end);
            if text.get(start..end).is_some_and(line_may_hold_any) {
                return true;
            }
            rest = end;
        }
        false
    })
}

fn line_may_hold_any(line: &str) -> bool {
    // Whether a `#` begins a comment only a parser can tell.
    let is_comment = line
        .match_indices('#')
        .next()
        .and_then(|(at, _)| line.get(at..))
        .is_some_and(|comment| attempt::starts(comment).next().is_some());
    let is_about_us = || line.contains("ifecy") || line.contains("kubectl");
    let names_rule = || rules::RULES.iter().any(|rule| line.contains(rule.id));
    // The `/` of a key in quotes may be written as an escape.
    let is_annotation = || line.contains(['/', '\\']) && (line.contains("gnore") || line.contains("GNORE"));
    is_comment || (is_annotation() && (is_about_us() || names_rule()))
}

/// A file that is asked for its suppressions.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "objects are too large to be printed")]
pub(crate) struct Asked<'a> {
    /// Its number.
    pub id: SourceId,
    /// Its text.
    pub source: &'a Source,
    /// Its documents.
    pub parsed: &'a [Parsed],
    /// Its objects, as they are judged; `None` where that is otherwise than they stand there.
    pub items: Option<&'a [Item]>,
    /// Workloads that mount a ConfigMap of it stand in files that are linted, if anywhere.
    pub knows_all: bool,
    /// The kinds that carry a pod template.
    pub kinds: &'a Kinds,
}

/// The suppressions of a file.
pub(crate) fn collect(asked: &Asked<'_>) -> Collected {
    let file = FileReader::read(asked);
    let mut collected = Collected::default();
    // Values of a chart, configuration of something else: nothing in it is judged.
    if file.documents.iter().any(|document| !document.objects.is_empty()) || file.documents.is_empty() {
        file.comments(&mut collected);
    }
    for document in &file.documents {
        document.objects.iter().for_each(|known| file.annotations(known, &mut collected));
    }
    collected
}

struct FileReader<'s> {
    id: SourceId,
    source: &'s Source,
    documents: Vec<Document>,
    loose: Vec<Span>,
    /// A document could not be read or is nothing that is linted, or is only a part of a whole.
    has_unjudged: bool,
}

impl<'s> FileReader<'s> {
    fn read(asked: &Asked<'s>) -> Self {
        let Asked { id, source, parsed, .. } = *asked;
        let mut items = asked.items.map(|items| items.iter().peekable());
        let mut has_unjudged = false;
        let mut documents = Vec::new();
        for document in parsed {
            let read = Document::of(document, &mut items, asked);
            has_unjudged |= read.objects.is_empty() || read.objects.iter().any(|known| !known.is_judged);
            documents.push(read);
        }
        let loose = yaml::loose_comments(source).into_iter().map(|comment| comment.span).collect();
        Self { id, source, documents, loose, has_unjudged }
    }

    fn text(&self) -> &'s str {
        self.source.text()
    }

    fn document(&self, byte: usize) -> Option<&Document> {
        let after = self.documents.partition_point(|document| document.span.start <= byte);
        self.documents.get(after.checked_sub(1)?).filter(|document| byte < document.span.end)
    }

    fn comments(&self, collected: &mut Collected) {
        let head = head(self.text());
        let mut spans: Vec<Span> = head.clone();
        spans.extend(&self.loose);
        let is_read = |document: &&Document| !document.objects.is_empty();
        spans.extend(self.documents.iter().filter(is_read).flat_map(|document| &document.comments));
        spans.sort_unstable();
        spans.dedup_by_key(|span| span.start);
        // From the last to the first, so that the end of a block of comments is looked for once.
        let mut below = HashMap::new();
        for span in spans.into_iter().rev() {
            let directives = comment::parse(self.source.slice(span));
            let stand = self.stand(span, &mut below);
            let is_head = head.binary_search_by_key(&span.start, |one| one.start).is_ok();
            for directive in directives.into_iter().rev() {
                self.directive(span, directive, &stand, is_head, collected);
            }
        }
        collected.suppressions.reverse();
        collected.problems.reverse();
    }

    fn directive(
        &self,
        at: Span,
        directive: Directive,
        stand: &Stand,
        is_head: bool,
        collected: &mut Collected,
    ) {
        let within = |range: std::ops::Range<usize>| Span::new(at.start + range.start, at.start + range.end);
        let unread = self.document(at.start).is_some_and(|document| document.objects.is_empty());
        match directive.content {
            Err(fault) if !unread => {
                let kind = match fault.kind {
                    FaultKind::Form => Fault::CommentForm,
                    FaultKind::NoRule => Fault::NoRule,
                    FaultKind::OpenBracket => Fault::OpenBracket,
                    FaultKind::NoReason => Fault::NoReason,
                };
                let site = self.site(within(fault.range), stand.found, stand.covers);
                collected.problems.push(Complaint { site, kind, mend: fault.mend });
            }
            Ok(ignore) if ignore.is_file || !unread => {
                self.ignore(at, within(directive.range), ignore, stand, is_head, collected);
            }
            _ => {}
        }
    }

    fn ignore(
        &self,
        at: Span,
        whole: Span,
        ignore: Ignore,
        stand: &Stand,
        is_head: bool,
        collected: &mut Collected,
    ) {
        let covers = if ignore.is_file { Covers::File } else { stand.covers };
        let site = |span| self.site(span, stand.found, covers);
        if ignore.is_file && !is_head {
            let mend = self.source.slice(whole).to_owned();
            collected.problems.push(Complaint { site: site(whole), kind: Fault::FileTooLate, mend });
            return;
        }
        let mut entries: Vec<Entry> = Vec::new();
        for name in ignore.names {
            let span = Span::new(at.start + name.start, at.start + name.end);
            match rule(self.source.slice(span)) {
                Err((kind, mend)) => collected.problems.push(Complaint { site: site(span), kind, mend }),
                Ok(rule) if entries.iter().any(|entry| entry.rule == rule) => {}
                Ok(rule) => entries.push(Entry { rule, container: None, span }),
            }
        }
        let (scope, is_judged) = match ignore.is_file {
            true => (Extent::File, !self.has_unjudged),
            // It covers itself, too: the rule about useless suppressions can be named in it.
            false => {
                let known = self.known(stand.found, whole.start);
                let bytes = stand.bytes.iter().copied().chain([whole]).collect();
                (Extent::Bytes(bytes), known.is_none_or(|known| known.is_judged))
            }
        };
        if !entries.is_empty() {
            let site = site(whole);
            let reason = ignore.reason;
            let means = Means::Comment;
            collected.suppressions.push(Suppression { means, reason, site, scope, entries, is_judged });
        }
    }

    /// What a comment covers by where it stands.
    fn stand(&self, comment: Span, below: &mut HashMap<usize, Option<Span>>) -> Stand {
        let text = self.text();
        let number = self.source.position(comment.start).line;
        let line = self.source.line_span(number).unwrap_or(comment);
        let before = blank_trimmed(text, Span::new(line.start, comment.start));
        let nothing = Stand { found: None, bytes: Vec::new(), covers: Covers::Nothing };
        if before.start == before.end {
            let next = self.line_below(number, below);
            let found = next.and_then(|line| self.found(line.start));
            let Some(found) = found else { return nothing };
            let covers = if self.is_first(found) { Covers::FirstField } else { Covers::Field };
            return Stand { found: Some(found), bytes: vec![self.with_comment(found.found.span)], covers };
        }
        if self.source.slice(before) == "---" {
            return nothing;
        }
        if let Some(found) = cover::opener(text, before).and_then(|at| self.found(at)) {
            let bytes = vec![self.with_comment(found.found.span)];
            return Stand { found: Some(found), bytes, covers: Covers::Field };
        }
        let mut bytes = vec![before];
        if let Some(index) = self.document(comment.start).and_then(|document| document.index.as_ref()) {
            bytes.extend(index.texts(text, line, comment));
        }
        Stand { found: self.found(before.start), bytes, covers: Covers::Line }
    }

    /// With the comment behind it, which may hold a suppression of its own.
    fn with_comment(&self, span: Span) -> Span {
        let rest = self.text().get(span.end..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
        match rest.trim_start().starts_with('#') {
            true => Span::new(span.start, span.end + rest.len()),
            false => span,
        }
    }

    /// The line that follows a block of comments, without its indentation; `None` for an empty one.
    fn line_below(&self, number: usize, below: &mut HashMap<usize, Option<Span>>) -> Option<Span> {
        let next = number + 1;
        let line = self.source.line_span(next).map(|line| blank_trimmed(self.text(), line));
        let found = match line {
            Some(line) if self.source.slice(line).starts_with('#') => match below.get(&next) {
                Some(known) => *known,
                None => self.past_comments(next),
            },
            line => line,
        };
        let found = found.filter(|line| line.start < line.end);
        below.insert(number, found);
        found
    }

    fn past_comments(&self, number: usize) -> Option<Span> {
        (number..=self.source.line_count())
            .filter_map(|number| self.source.line_span(number))
            .map(|line| blank_trimmed(self.text(), line))
            .find(|line| !self.source.slice(*line).starts_with('#'))
    }

    fn found(&self, byte: usize) -> Option<FoundIn> {
        let after = self.documents.partition_point(|document| document.span.start <= byte);
        let number = after.checked_sub(1)?;
        let document = self.documents.get(number).filter(|document| byte < document.span.end)?;
        let found = document.index.as_ref()?.at(self.text(), byte)?;
        Some(FoundIn { document: number, found })
    }

    /// It is the first field of an object, where people write what they mean for all of it.
    fn is_first(&self, found: FoundIn) -> bool {
        self.known(Some(found), found.found.span.start).is_some_and(|known| {
            let root = known.object.root();
            root.entries().next().is_some_and(|(key, _)| key.span().start == found.found.span.start)
                && root.span() != found.found.span
        })
    }

    fn object_of(&self, found: FoundIn) -> Option<(&CollectedObject, Vec<(Step, NodeId)>)> {
        let document = self.documents.get(found.document)?;
        let is_object = |node| document.numbers.contains_key(&node);
        let (node, steps) = document.index.as_ref()?.steps(found.found.unit, is_object)?;
        Some((document.objects.get(*document.numbers.get(&node)?)?, steps))
    }

    /// The object that something stands in, else the next one, else the last.
    fn known(&self, found: Option<FoundIn>, byte: usize) -> Option<&CollectedObject> {
        found.and_then(|found| self.object_of(found)).map(|(known, _)| known).or_else(|| self.nearest(byte))
    }

    fn nearest(&self, byte: usize) -> Option<&CollectedObject> {
        let all = || self.documents.iter().flat_map(|document| &document.objects);
        all().find(|known| byte < known.object.root().span().end).or_else(|| all().last())
    }

    fn site(&self, span: Span, found: Option<FoundIn>, covers: Covers) -> Site {
        let inside = found.filter(|_| covers != Covers::File).and_then(|found| self.object_of(found));
        let (known, steps) = match inside {
            Some((known, steps)) => (Some(known), steps),
            None => (self.nearest(span.start), Vec::new()),
        };
        let mut path = FieldPath::root();
        steps.iter().for_each(|(step, _)| path.push(step.clone()));
        let object = known.map(|known| &known.object);
        Site {
            container: object.and_then(|object| container(object, &steps)),
            field: object.map(|object| field(object, &steps)).unwrap_or_default(),
            object: object.map(|object| ObjectRef::clone(&object.id)).unwrap_or_default(),
            object_span: object.map(|object| object.root().span()).unwrap_or_default(),
            place: Place { source: self.id, span, path },
            covers,
        }
    }
}

/// What a comment covers.
struct Stand {
    found: Option<FoundIn>,
    bytes: Vec<Span>,
    covers: Covers,
}

#[derive(Debug, Clone, Copy)]
struct FoundIn {
    document: usize,
    found: cover::Found,
}

/// The rule of a name in a suppression.
fn rule(name: &str) -> Result<&'static str, (Fault, String)> {
    match rules::find(name).map(|rule| rule.id) {
        Some("invalid-suppression") => Err((Fault::NotSilenceable, String::new())),
        Some(id) => Ok(id),
        None => Err((Fault::UnknownRule, rules::nearest(name).unwrap_or_default().to_owned())),
    }
}

/// The steps in words that last.
fn field(object: &Object, steps: &[(Step, NodeId)]) -> String {
    object::lasting(steps.iter().map(|(step, node)| (step.clone(), Some(object.tree.node(*node)))))
}

/// The name of the container that the steps lead into.
fn container(object: &Object, steps: &[(Step, NodeId)]) -> Option<String> {
    const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
    let pair = steps.windows(2).find_map(|pair| match pair {
        [(Step::Key(list), _), (Step::Index(_), item)] if LISTS.contains(&list.as_ref()) => Some(*item),
        _ => None,
    });
    object.tree.node(pair?).get("name")?.text().map(str::to_owned)
}

/// The comments before the first document's content: no parser is asked, since that document may
/// be a template.
fn head(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches(['\u{feff}', ' ', '\t']);
        let words = bare.strip_prefix("---").unwrap_or(bare).trim();
        if words.starts_with('#') {
            let start = at + line.find('#').unwrap_or(0);
            found.push(Span::new(start, start + words.len()));
        } else if !words.is_empty() {
            break;
        }
        at += line.len();
    }
    found
}

/// A line without the white space around it, and without a byte order mark.
fn blank_trimmed(text: &str, span: Span) -> Span {
    let line = text.get(span.range()).unwrap_or_default();
    let left = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start = span.end - left.len();
    Span::new(start, start + left.trim_end().len())
}

#[cfg(test)]
mod tests;
