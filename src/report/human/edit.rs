//! A mend as lines that go and lines that come, under the numbers they have then.

use unicode_width::UnicodeWidthStr;

use super::excerpt::{ShownLine, View};
use super::gutter::Gutter;
use crate::edit;
use crate::finding::{Fix, TextEdit};
use crate::report::shared::look::Look;
use crate::text::{Source, Span};

/// Lines of an edit that are shown; the others are counted.
const MOST: usize = 16;
/// A text whose lines are longer, in bytes, is not shown as lines: minified JSON.
const LONGEST: usize = 64 * 1024;
/// Lines above an edit that are looked through for the one it belongs to.
const FARTHEST: usize = 1000;
/// A line that is longer, in cells, is cropped though somebody may want to paste it.
const WHOLE: usize = 240;

/// The lines of an edit, in the order of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    hunks: Vec<Vec<Line>>,
    /// What is changed first, in bytes of the text.
    pub(super) start: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Line {
    sign: Sign,
    /// Its number: before the edit for what goes, and after it for all others.
    number: usize,
    text: String,
    /// What differs from the line that goes or comes for it.
    focus: Option<Span>,
    /// By how many cells that differs in more, where it is cropped: both are shown from the same words on.
    behind: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Context,
    Gone,
    New,
}

impl Edit {
    /// The edit of a fix; `None` where it cannot be shown in lines.
    pub(super) fn of(source: &Source, fix: &Fix) -> Option<Self> {
        let mut hunks = Vec::new();
        let mut offset = 0_isize;
        let start = fix.edits.first()?.span.start;
        for edits in adjoining(source, &fix.edits) {
            let (hunk, grown) = hunk(source, &edits, offset)?;
            offset += grown;
            hunks.push(hunk);
        }
        Some(Self { hunks, start })
    }

    /// The largest line number.
    pub(super) fn last_line(&self) -> usize {
        self.hunks.iter().flatten().map(|line| line.number).max().unwrap_or(1)
    }

    /// The lines as they are shown. What comes is not cropped to the terminal: it is there to be pasted.
    pub(super) fn drawn(&self, gutter: &Gutter, look: &Look) -> Vec<String> {
        let mut out = Vec::new();
        // After a line that goes, the next comes under the same number.
        let mut next = None;
        for line in self.hunks.iter().flatten().take(MOST) {
            if next.is_some_and(|next| line.number > next) {
                out.push(gutter.gap());
            }
            next = Some(line.number + 1);
            out.push(line.drawn(gutter, look));
        }
        let all: usize = self.hunks.iter().map(Vec::len).sum();
        if let Some(more @ 1..) = all.checked_sub(MOST) {
            let noun = if more == 1 { "line" } else { "lines" };
            out.push(gutter.blank(&format!("{} and {more} more {noun}", look.ellipsis())));
        }
        out
    }
}

impl Line {
    fn drawn(&self, gutter: &Gutter, look: &Look) -> String {
        let is_to_paste = self.sign == Sign::New && self.text.width() <= WHOLE;
        let room = if is_to_paste { WHOLE * 2 } else { gutter.room() };
        let before = self.focus.and_then(|focus| self.text.get(..focus.start)).unwrap_or_default();
        let label = if before.width() > room / 2 { self.behind } else { 0 };
        let view = View { room, label, ellipsis: look.ellipsis() };
        let text = ShownLine::new(&self.text, self.focus, &view, false).text;
        let sign = match self.sign {
            Sign::Context => None,
            Sign::Gone => Some('-'),
            Sign::New => Some('+'),
        };
        gutter.numbered(self.number, sign, text.trim_end())
    }
}

/// The edits, those together whose lines adjoin.
fn adjoining(source: &Source, edits: &[TextEdit]) -> Vec<Vec<TextEdit>> {
    let mut groups: Vec<Vec<TextEdit>> = Vec::new();
    let mut end = 0;
    for edit in edits {
        let first = source.position(edit.span.start).line;
        let last = source.position(edit.span.end).line;
        match groups.last_mut() {
            Some(group) if first <= end + 1 => group.push(edit.clone()),
            _ => groups.push(vec![edit.clone()]),
        }
        end = last;
    }
    groups
}

/// The lines of edits that adjoin, `offset` lines further down than they stand in the text, and by how many
/// lines the text grows.
fn hunk(source: &Source, edits: &[TextEdit], offset: isize) -> Option<(Vec<Line>, isize)> {
    let first = source.position(edits.first()?.span.start).line;
    let last = source.position(edits.last()?.span.end).line;
    let block = Span::new(source.line_span(first)?.start, source.line_span(last)?.end);
    if block.end - block.start > LONGEST {
        return None;
    }
    let changed = edit::applied(source.slice(block), block.start, edits)?;
    let old: Vec<&str> = lines(source.slice(block));
    let new: Vec<&str> = lines(&changed);
    let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    let gone = old.get(before..old.len() - after)?;
    let come = new.get(before..new.len() - after)?;
    let start = first + before;
    let shifted = |number: usize, by: isize| number.saturating_add_signed(by);
    let context = |number: usize, by: isize| {
        let text = source.slice(source.line_span(number)?);
        let number = shifted(number, by);
        let line = Line { sign: Sign::Context, number, text: text.to_owned(), focus: None, behind: 0 };
        (!text.trim().is_empty()).then_some(line)
    };
    let grown = come.len() as isize - gone.len() as isize;
    let (above, below) = match (gone.is_empty(), come.is_empty()) {
        (true, _) => (context(parent(source, start, come).unwrap_or(start - 1), offset), None),
        (_, true) => (context(start - 1, offset), context(start + gone.len(), offset + grown)),
        // What replaces a line stands below it, and needs no neighbours.
        (false, false) => (None, None),
    };
    let is_pairwise = gone.len() == come.len();
    let line = |sign, number, text: &str, other: Option<&&str>| {
        let other = other.filter(|_| is_pairwise);
        let focus = other.map(|other| difference(text, other));
        let cells = |text: &str, other: &str| text.get(difference(text, other).range()).map_or(0, str::width);
        let more = |other: &&str| cells(other, text).saturating_sub(cells(text, other));
        let behind = other.filter(|other| other.width() > WHOLE).map_or(0, more);
        Line { sign, number, text: text.to_owned(), focus, behind }
    };
    let mut hunk: Vec<Line> = above.into_iter().collect();
    let numbered = gone.iter().zip(start..).enumerate();
    hunk.extend(numbered.map(|(at, (text, number))| line(Sign::Gone, number, text, come.get(at))));
    let numbered = come.iter().zip(shifted(start, offset)..).enumerate();
    hunk.extend(numbered.map(|(at, (text, number))| line(Sign::New, number, text, gone.get(at))));
    hunk.extend(below);
    Some((hunk, grown))
}

/// The line that the first of some new lines at `start` belongs to: the nearest above that is indented less.
fn parent(source: &Source, start: usize, new: &[&str]) -> Option<usize> {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let own = indent(new.iter().find(|line| !line.trim().is_empty())?);
    let is_parent = |number: &usize| {
        let line = source.line_span(*number).map_or("", |span| source.slice(span));
        let text = line.trim_start();
        indent(line) < own && !text.is_empty() && !text.starts_with('#')
    };
    (1..start).rev().take(FARTHEST).find(is_parent)
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect()
}

/// The bytes of a line that another has not.
fn difference(line: &str, other: &str) -> Span {
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = line.chars().zip(other.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let most = line.len().min(other.len()) - before;
    let mut after = 0;
    for (c, _) in line.chars().rev().zip(other.chars().rev()).take_while(same) {
        if after + c.len_utf8() > most {
            break;
        }
        after += c.len_utf8();
    }
    Span::new(before, line.len() - after)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::text::SourceId;

    /// The edit that puts `texts` in the place of the words before them, with plain line numbers.
    fn shown(text: &str, changes: &[(&str, &str)]) -> String {
        let edits = changes.iter().map(|(words, text_new)| {
            let start = text.find(words).unwrap();
            TextEdit { span: Span::new(start, start + words.len()), text: (*text_new).to_owned() }
        });
        let fix = Fix { is_safe: true, source: SourceId(0), edits: edits.collect() };
        let edit = Edit::of(&Source::new("a.yaml", text), &fix).unwrap();
        let gutter = Gutter::new(edit.last_line(), Look::PIPE);
        edit.drawn(&gutter, &Look::PIPE).join("\n")
    }

    #[test]
    fn what_is_added_stands_below_the_field_it_belongs_to() {
        let text = "spec:\n  containers:\n    - name: web\n";
        assert_eq!(
            shown(text, &[("spec:", "spec:\n  terminationGracePeriodSeconds: 70")]),
            "1 │ spec:\n2 +   terminationGracePeriodSeconds: 70"
        );
    }

    #[test]
    fn what_is_added_far_below_its_field_is_shown_with_that_field() {
        let text = "spec:\n  containers:\n    - name: web\n      # last\n      image: web\n";
        assert_eq!(
            shown(text, &[("image: web", "image: web\n      tty: true")]),
            "3 │     - name: web\n  ┆\n6 +       tty: true"
        );
    }

    #[test]
    fn what_is_replaced_stands_above_what_replaces_it() {
        assert_eq!(
            shown("a: 1\nimage: web\n", &[("web", "web:1.2.3")]),
            "2 - image: web\n2 + image: web:1.2.3"
        );
    }

    #[test]
    fn what_is_removed_leaves_its_neighbours() {
        assert_eq!(shown("a: 1\nb: 2\nc: 3\n", &[("b: 2\n", "")]), "1 │ a: 1\n2 - b: 2\n2 │ c: 3");
    }

    #[test]
    fn places_apart_have_a_gap_between_them_and_count_what_came_before() {
        let text: String = (1..12).map(|number| format!("line{number}: {number}\n")).collect();
        assert_eq!(
            shown(&text, &[("line2: 2\n", "line2: 2\nnew: 1\n"), ("line10: 10", "line10: X")]),
            " 2 │ line2: 2\n 3 + new: 1\n   ┆\n10 - line10: 10\n11 + line10: X"
        );
    }

    #[test]
    fn a_long_edit_is_cut_and_counted() {
        let added: String = (0..30).map(|number| format!("\n  - {number}")).collect();
        let text = shown("a:\n", &[("a:", &format!("a:{added}"))]);
        assert_eq!(text.lines().count(), MOST + 1);
        assert!(text.ends_with("│ … and 15 more lines"), "{text}");
    }

    #[test]
    fn line_ends_of_windows_are_not_shown() {
        assert_eq!(shown("a: 1\r\nb: 2\r\n", &[("1", "2")]), "1 - a: 1\n1 + a: 2");
    }

    #[test]
    fn a_long_line_that_goes_is_cropped_around_what_changes() {
        let text = format!("a: [{}nginx, {}]\n", "x, ".repeat(60), "y, ".repeat(60));
        let text = shown(&text, &[("nginx", "nginx:1.2.3")]);
        assert!(text.lines().all(|line| line.width() <= 80 && line.contains("nginx")), "{text}");
    }

    #[test]
    fn lines_that_are_both_cropped_begin_with_the_same_words() {
        let text = format!("a: {{{}last: 1}}\n", "key: value, ".repeat(30));
        let text = shown(&text, &[("last: 1", "last: 1, first: {second: 2, third: 3}")]);
        let lines: Vec<&str> = text.lines().collect();
        let beginning = |line: &str| line.chars().skip(4).take(20).collect::<String>();
        assert_eq!(beginning(lines[0]), beginning(lines[1]), "{text}");
        assert!(lines[1].contains(", first: {second: 2, third: 3}}"), "{text}");
    }

    #[test]
    fn a_long_line_that_gets_more_at_its_end_is_shown_up_to_there() {
        let text = shown(&format!("image: {}/nginx\n", "x".repeat(100)), &[("/nginx", "/nginx:1.2.3")]);
        let gone = text.lines().next().unwrap();
        assert!(gone.ends_with("xxx/nginx") && gone.width() == 80, "{text}");
    }
}
