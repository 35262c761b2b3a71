//! A document's text, parsed into a tree: the only place that knows the parser library.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, StructureStyle};

use super::arena::{Arena, MAX_DEPTH};
use super::error::BuildError;
use super::style::Style;
use super::tree::Tree;
use crate::text::Span;

/// Parses the bytes of one document into a tree. Spans count from the start of the whole text.
pub(super) fn build(text: &Arc<str>, span: Span, is_json: bool) -> Result<Tree, BuildError> {
    let mut input = text.get(span.range()).unwrap_or_default();
    let mut start = span.start;
    if let Some(rest) = input.strip_prefix('\u{feff}') {
        start += '\u{feff}'.len_utf8();
        input = rest;
    }
    let end = end(input);
    let (input, behind) = end.and_then(|end| input.split_at_checked(end)).unwrap_or((input, ""));
    let mut arena = Arena::new(text, Span::new(start, start + input.len()), is_json)?;
    if let Some(at) = behind.strip_prefix(END).and_then(first_text) {
        arena.drop_behind(input.len() + END.len() + at);
    }
    let mut options = Options::default();
    options.flow_nesting_limit = MAX_DEPTH * 2;
    options.block_nesting_limit = MAX_DEPTH * 2;
    // A file's size bounds its comments; people comment out hundreds of lines.
    options.max_buffered_comment_events = usize::MAX;
    let mut is_over = false;
    for event in Parser::new_from_str_with_options(input, options) {
        let (event, at) = match event {
            Ok(found) => found,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(input.len()).min(input.len());
                // kubectl reads one document between two lines of dashes, and looks at nothing behind it.
                if is_over && arena.has_mapping() {
                    arena.drop_behind(at);
                    break;
                }
                return Err(match error.kind() {
                    ErrorKind::CommentNotSeparated => BuildError::GluedComment { at: start + at },
                    _ => BuildError::Syntax { at: start + at, message: error.info() },
                });
            }
        };
        is_over |= matches!(event, Event::DocumentEnd);
        take(&mut arena, event, at.byte_range().unwrap_or_default())?;
    }
    arena.finish()
}

/// What ends a document, at the start of a line.
const END: &str = "...";

/// The byte of the line that ends the document, behind something that it holds.
fn end(text: &str) -> Option<usize> {
    const LINE: &str = "\n...";
    // Whether it is there at all is told sooner than where.
    if !text.contains(LINE) {
        return None;
    }
    let mut from = 0;
    let mut holds_text = false;
    loop {
        let at = from + text.get(from..)?.find(LINE)? + 1;
        holds_text = holds_text || text.get(from..at).and_then(first_text).is_some();
        from = at + END.len();
        let is_end = text.get(from..)?.chars().next().is_none_or(char::is_whitespace);
        if is_end && holds_text {
            return Some(at);
        }
        holds_text |= !is_end;
    }
}

/// The first byte that is no blank, in no comment, and no further end.
fn first_text(text: &str) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        if !bare.is_empty() && !bare.starts_with('#') && line.trim_end() != END {
            return Some(start + line.len() - bare.len());
        }
        start += line.len();
    }
    None
}

/// An event becomes a part of the tree.
fn take(arena: &mut Arena, event: Event<'_>, at: Range<usize>) -> Result<(), BuildError> {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let tag = tag.as_deref().filter(|tag| tag.handle() == "tag:yaml.org,2002:");
            let tag = tag.map(|tag| tag.suffix());
            arena.scalar(&text, scalar_style(style), tag, NonZeroUsize::new(anchor), at)
        }
        Event::SequenceStart(style, anchor, _) => {
            arena.begin_sequence(collection_style(style), NonZeroUsize::new(anchor), at)
        }
        Event::MappingStart(style, anchor, _) => {
            arena.begin_mapping(collection_style(style), NonZeroUsize::new(anchor), at)
        }
        Event::SequenceEnd | Event::MappingEnd => arena.end(at),
        Event::Alias(anchor) => arena.alias(NonZeroUsize::new(anchor), at),
        Event::Comment(..) => arena.comment(at),
        Event::UnresolvedAlias(name) => Err(arena.refuse(&at, format!("alias `*{name}` has no anchor"))),
        // kubectl reads one document between two lines of dashes and drops the rest in silence.
        Event::DocumentStart(..) if arena.has_root() => {
            let message = "text after the end of the document (`...`), which kubectl drops";
            Err(arena.refuse(&at, message.to_owned()))
        }
        // What begins and ends streams and documents, and what later versions of the library add.
        _ => Ok(()),
    }
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn collection_style(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}
