//! A text as the documents kubectl sees in it (facts L9, L10).

use std::sync::Arc;

use super::build;
use super::error::{BuildError, DocumentError};
use super::kind::Kind;
use super::template;
use super::tree::{Comment, Tree};
use crate::text::{Source, Span};

/// One document that holds something.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its text.
    pub span: Span,
    /// Its tree, or why it has none.
    pub content: Result<Tree, DocumentError>,
}

/// Splits a source into documents and parses each on its own, so that a broken one does not spoil
/// its neighbours. Documents without content are left out.
pub(crate) fn documents(source: &Source, is_json: bool) -> Vec<Document> {
    let text = source.shared_text();
    let mut documents = Vec::new();
    for part in split(&text) {
        let contents = match part.fault {
            Some(fault) => vec![(part.span, Err(fault))],
            None => parse(&text, part.span, is_json),
        };
        for (span, content) in contents {
            if matches!(&content, Ok(tree) if tree.root().kind() == Kind::Null) {
                continue;
            }
            documents.push(Document { span, content });
        }
    }
    documents
}

/// The comments that belong to no document: behind the dashes of a separator, and where nothing but
/// comments stands between two of them.
pub(crate) fn loose_comments(source: &Source) -> Vec<Comment> {
    let text = source.shared_text();
    let mut found = Vec::new();
    for part in split(&text) {
        found.extend(part.separator_comment.map(|span| Comment { span }));
        let content = text.get(part.span.range()).unwrap_or_default();
        if !content.lines().all(holds_nothing) {
            continue;
        }
        if let Ok(tree) = build::build(&text, part.span, false) {
            found.extend(tree.comments());
        }
    }
    found
}

/// A line that gives its document no value.
fn holds_nothing(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    let value = line.split('#').next().unwrap_or_default().trim_end();
    matches!(value, "" | "..." | "null" | "~")
}

struct RawDocument {
    /// A comment behind the dashes that stand before it.
    separator_comment: Option<Span>,
    span: Span,
    fault: Option<DocumentError>,
}

/// A line that starts with `---` separates, wherever it stands: kubectl splits before it parses.
fn split(text: &str) -> Vec<RawDocument> {
    let mut parts = Vec::new();
    let mut start = 0;
    let (mut fault, mut separator_comment) = (None, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}');
        let skipped = line.len() - bare.len();
        if let Some(rest) = bare.strip_prefix("---") {
            parts.push(RawDocument {
                separator_comment: separator_comment.take(),
                span: Span::new(start, at),
                fault: fault.take(),
            });
            start = at + line.len();
            let words = rest.trim();
            let at = at + skipped + 3 + (rest.len() - rest.trim_start().len());
            if words.starts_with('#') {
                separator_comment = Some(Span::new(at, at + words.len()));
            } else if !words.is_empty() {
                fault = Some(separator_fault(text, at, words));
            }
        }
        at += line.len();
    }
    parts.push(RawDocument { separator_comment, span: Span::new(start, text.len()), fault });
    parts
}

fn separator_fault(text: &str, at: usize, words: &str) -> DocumentError {
    const SHOWN: usize = 40;
    match template::mark(words) {
        Some(_) => template::template(text, at),
        None => DocumentError::Separator { at, text: words.chars().take(SHOWN).collect() },
    }
}

fn parse(text: &Arc<str>, span: Span, is_json: bool) -> Vec<(Span, Result<Tree, DocumentError>)> {
    let content = text.get(span.range()).unwrap_or_default();
    let body = content.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if body.is_empty() {
        return Vec::new();
    }
    if body.starts_with('%') && template::mark(body.lines().next().unwrap_or_default()).is_none() {
        return vec![(span, Err(DocumentError::Directive { at: span.end - body.len() }))];
    }
    let values = if body.starts_with('{') && template::mark(body.get(..2).unwrap_or_default()).is_none() {
        json_values(content, span)
    } else {
        vec![span]
    };
    values.into_iter().map(|span| (span, parse_one(text, span, is_json))).collect()
}

fn parse_one(text: &Arc<str>, span: Span, is_json: bool) -> Result<Tree, DocumentError> {
    let result = build::build(text, span, is_json).or_else(|error| match error {
        BuildError::GluedComment { at } => without_comments(text, span, at, is_json),
        // White space is white space in JSON; YAML has an opinion on tabs.
        _ => match without_tabs(text, span) {
            Some(blanks) => build::build(&blanks, span, is_json),
            None => Err(error),
        },
    });
    let content = text.get(span.range()).unwrap_or_default();
    match result {
        Ok(tree) => match template::misread(&tree) {
            Some(at) => Err(template::template(text, at)),
            None => Ok(tree),
        },
        Err(BuildError::TooDeep { at }) => Err(DocumentError::TooDeep { at }),
        Err(BuildError::TooManyAliases { at }) => Err(DocumentError::TooManyAliases { at }),
        Err(BuildError::TooLong { at }) => Err(DocumentError::TooLong { at }),
        Err(BuildError::GluedComment { at }) => Err(DocumentError::Syntax {
            at,
            message: "a comment has to stand apart from what is before it".to_owned(),
        }),
        Err(BuildError::Syntax { at, message }) => match template::mark(content) {
            Some(mark) => Err(template::template(text, span.start + mark)),
            None => Err(DocumentError::Syntax { at, message }),
        },
    }
}

/// How many comments of a document may stand directly behind a value. Each costs a reading of the document.
const MAX_GLUED: usize = 100;

/// How many bytes are read again for such comments.
const MAX_READ_AGAIN: usize = 64 << 20;

/// The document without the comments that stand directly behind a value, as in `"a"#b`: kubectl takes them
/// for comments (fact O5). Every byte keeps its place.
fn without_comments(text: &Arc<str>, span: Span, at: usize, is_json: bool) -> Result<Tree, BuildError> {
    let mut bare = text.to_string();
    let mut at = at;
    let length = span.end - span.start;
    for _ in 0..MAX_GLUED.min(MAX_READ_AGAIN / length.max(1)) {
        let line =
            bare.get(at..span.end).and_then(|rest| rest.split(['\r', '\n']).next()).unwrap_or_default();
        let Some(comment) = line.find('#').map(|hash| at + hash..at + line.len()) else { break };
        let blanks = " ".repeat(comment.len());
        bare.replace_range(comment, &blanks);
        match build::build(&bare.as_str().into(), span, is_json) {
            Err(BuildError::GluedComment { at: next }) => at = next,
            Ok(mut tree) => {
                tree.otherwise.get_or_insert_default().lacks_comments = true;
                return Ok(tree);
            }
            refused => return refused,
        }
    }
    Err(BuildError::GluedComment { at })
}

/// The text with the tabs outside quotes made blanks, for a document in braces that has any; every
/// byte keeps its place.
fn without_tabs(text: &Arc<str>, span: Span) -> Option<Arc<str>> {
    let content = text.get(span.range())?;
    if !content.trim_start().starts_with('{') || !content.contains('\t') {
        return None;
    }
    let mut blanks = String::with_capacity(text.len());
    blanks.push_str(text.get(..span.start)?);
    let (mut quoted, mut escaped) = (false, false);
    for c in content.chars() {
        blanks.push(if c == '\t' && !quoted { ' ' } else { c });
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    blanks.push_str(text.get(span.end..)?);
    Some(blanks.into())
}

/// The values of concatenated JSON: `{…}{…}`. What follows the last brace stays with it.
fn json_values(content: &str, span: Span) -> Vec<Span> {
    let mut values = Vec::new();
    let mut start = 0;
    let (mut depth, mut quoted, mut escaped, mut comment) = (0usize, false, false, false);
    for (at, byte) in content.bytes().enumerate() {
        match byte {
            b'\n' => comment = false,
            _ if comment => {}
            b'"' if !escaped => quoted = !quoted,
            _ if quoted => {}
            b'#' => comment = true,
            b'{' => {
                if depth == 0 && content.get(start..at).is_some_and(|before| before.contains('}')) {
                    values.push(Span::new(span.start + start, span.start + at));
                    start = at;
                }
                depth += 1;
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = quoted && byte == b'\\' && !escaped;
    }
    values.push(Span::new(span.start + start, span.end));
    values
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn kinds(text: &str) -> Vec<Result<String, DocumentError>> {
        documents(&Source::new("a.yaml", text), false)
            .into_iter()
            .map(|document| {
                document.content.map(|tree| {
                    let kind = tree.root().get("kind").and_then(|kind| kind.as_str());
                    kind.unwrap_or("?").to_owned()
                })
            })
            .collect()
    }

    fn good(text: &str) -> Vec<String> {
        kinds(text).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn lines_of_dashes_separate_and_empty_documents_do_not_count() {
        assert_eq!(
            good("---\n# only a comment\n---\nkind: A\n--- # next\nkind: B\n---\nnull\n---\n"),
            ["A", "B"]
        );
    }

    #[test]
    fn carriage_returns_a_byte_order_mark_and_a_missing_line_end_are_fine() {
        assert_eq!(good("\u{feff}kind: A\r\n---\r\nkind: B"), ["A", "B"]);
        assert_eq!(good("\u{feff}---\nkind: A\n...\n"), ["A"]);
    }

    #[test]
    fn json_may_be_concatenated_and_have_tabs_and_stand_in_a_stream() {
        assert_eq!(good("{\"kind\": \"A\"}\n{\n\t\"kind\":\t\"B\"\n}"), ["A", "B"]);
        assert_eq!(good("kind: A\n---\n{\"kind\": \"B\", \"x\": \"}{\"}{\"kind\": \"C\"}"), ["A", "B", "C"]);
    }

    #[test]
    fn kyaml_is_read() {
        assert_eq!(good("---\n{\n  # a comment\n  kind: \"A\",\n  list: [\n    1,\n  ],\n}\n"), ["A"]);
    }

    #[test]
    fn a_broken_document_leaves_its_neighbours() {
        let found = kinds("kind: A\n---\nkind: [\n---\nkind: C\n");
        assert!(matches!(&found[..], [Ok(_), Err(DocumentError::Syntax { .. }), Ok(_)]), "{found:?}");
    }

    /// What stands behind the end of the first document.
    fn behind(text: &str) -> Option<&str> {
        let documents = documents(&Source::new("a.yaml", text), false);
        let tree = documents.first()?.content.as_ref().unwrap();
        assert_eq!(tree.root().get("kind").and_then(|kind| kind.as_str()), Some("A"), "{text}");
        tree.dropped().map(|at| &text[at..])
    }

    #[test]
    fn what_stands_behind_the_end_of_a_document_is_dropped_and_told() {
        assert_eq!(behind("kind: A\n...\nkind: B\n"), Some("kind: B\n"));
        assert_eq!(behind("kind: A\n... # c\n\n]]] {\n"), Some("]]] {\n"));
        assert_eq!(behind("kind: A\n... x\n"), Some("x\n"));
        assert_eq!(behind("---\n{kind: A}\nfoo: 1\n"), Some("foo: 1\n"));
        assert_eq!(good("kind: A\n...\nkind: B\n---\nkind: C\n"), ["A", "C"]);
    }

    #[test]
    fn dots_that_end_nothing_drop_nothing() {
        for text in ["kind: A\n...\n# c\n", "kind: A\nx: |\n  ...\n  b\n", "kind: A\n...x: b\n"] {
            assert_eq!(behind(text), None, "{text}");
        }
        assert_eq!(behind(&format!("kind: A\n{}", "...\n".repeat(200_000))), None);
    }

    #[test]
    fn quoted_text_may_go_on_at_any_indentation() {
        for text in ["kind: 'A\n\n  '\n", "a:\n  b:\n    - \"x\ny\"\n    - 'x\n  y'\nkind: A\n"] {
            assert_eq!(kinds(text).len(), 1, "{text}");
            assert!(kinds(text)[0].is_ok(), "{text} {:?}", kinds(text));
        }
    }

    #[test]
    fn a_comment_may_stand_directly_behind_a_value() {
        let text = "a: \"x\"#é\nb: ['y'#c\n, z]#d\nc: p#q\nkind: \"A\"#e";
        let source = Source::new("a.yaml", text);
        let found = documents(&source, false);
        let root = found[0].content.as_ref().unwrap().root();
        let texts = ["a", "c", "kind"].map(|key| root.get(key).unwrap());
        assert_eq!(texts.map(|node| node.as_str()), [Some("x"), Some("p#q"), Some("A")]);
        assert_eq!(source.slice(texts[2].span()), "\"A\"");
        let many = format!("kind: A\n{}", "- \"a\"#b\n".repeat(500));
        assert!(matches!(&kinds(&many)[..], [Err(DocumentError::Syntax { .. })]));
    }

    #[test]
    fn a_merge_key_is_folded_in_where_it_stands() {
        let text =
            "base: &base {kind: Base, b: 1}\nbefore: {<<: *base, kind: Own}\nafter: {kind: Own, <<: *base}\n";
        let documents = documents(&Source::new("a.yaml", text), false);
        let tree = documents[0].content.as_ref().unwrap();
        let kind =
            |field| tree.root().get(field).and_then(|node| node.get("kind")).and_then(|kind| kind.as_str());
        assert_eq!((kind("before"), kind("after")), (Some("Own"), Some("Base")));
        assert!(tree.duplicate_keys().is_empty());
    }

    #[test]
    fn what_follows_a_separator_is_refused_at_its_place() {
        let found = kinds("kind: A\n--- foo\nkind: B\n");
        assert!(matches!(&found[..], [Ok(_), Err(DocumentError::Separator { at: 12, .. })]), "{found:?}");
        assert!(matches!(
            &kinds("%YAML 1.2\n---\nkind: A\n")[..],
            [Err(DocumentError::Directive { at: 0 }), Ok(_)]
        ));
    }

    #[test]
    fn a_template_is_told_from_broken_yaml_and_from_text() {
        for template in [
            "kind: A\n{{- if .x }}\na: b\n{{- end }}\n",
            "kind: A\nreplicas: {{ .x }}\n",
            "{{ .a }}: b\n",
            "{{ toYaml . }}",
        ] {
            assert!(matches!(&kinds(template)[..], [Err(DocumentError::Template { .. })]), "{template}");
        }
        assert_eq!(good("kind: A\nx: \"{{ .x }}\"\ny: a-{{ .y }}\nz: |\n  {{ z }}\n# {{ c }}\n"), ["A"]);
    }

    #[test]
    fn an_alias_bomb_and_deep_nesting_end_at_once() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        assert!(matches!(&kinds(&bomb)[..], [Err(DocumentError::TooManyAliases { .. })]));
        for deep in ["[".repeat(10_000), "{a: ".repeat(10_000), "- ".repeat(10_000)] {
            assert!(matches!(&kinds(&deep)[..], [Err(_)]));
        }
    }

    #[test]
    fn a_long_block_of_comments_may_stand_anywhere() {
        let comments = "# - name: old\n".repeat(5_000);
        for text in [
            format!("{comments}kind: A\nspec: {{}}\n"),
            format!("kind: A\nspec:\n{comments}  x: 1\n"),
            format!("kind: A\nlist:\n{comments}  - x\n{comments}  - y\n"),
            format!("kind: A\nempty:\n{comments}next: 1\n"),
            format!("{{kind: A,\n{comments}list: [\n{comments}1,\n{comments}]\n}}\n"),
        ] {
            assert_eq!(good(&text), ["A"]);
        }
    }

    #[test]
    fn many_keys_are_read_in_time_that_grows_with_their_number() {
        let text: String = (0..100_000).map(|key| format!("k{}: 1\n", key % 60_000)).collect();
        let found = documents(&Source::new("a.yaml", text), false);
        let tree = found[0].content.as_ref().unwrap();
        assert_eq!(tree.duplicate_keys().len(), 40_000);
        for key in 0..60_000 {
            let name = format!("k{key}");
            assert_eq!(tree.root().get_entry(&name).and_then(|(key, _)| key.text()), Some(name.as_str()));
        }
        assert!(tree.root().get("k60000").is_none());
    }
}
