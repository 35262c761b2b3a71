//! The lines of a rendered document, each with the line of the template that wrote it: the best path through what
//! the template can write. Where two paths are as good, nothing is said of the lines in which they differ.

use std::collections::BTreeSet;

use super::outline::{Body, Step};
use super::pattern::Pattern;

/// What is known of a body beside its text.
pub(super) trait Known {
    /// Whether a branch is taken, by the number of its step.
    fn is_taken(&self, step: usize) -> Option<bool>;
    /// How well a text goes with what the actions of a piece write: a known value is in it (positive), or should be
    /// and is not (negative).
    fn fit(&self, step: usize, piece: usize, written: &str) -> i32;
    /// What the actions of a line write may be several lines, by their functions.
    fn writes_lines(&self, step: usize) -> bool;
}

/// The line of the template behind a rendered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// The step that writes it.
    pub(super) step: usize,
    /// It is a further line of what the last action of that line writes.
    pub(super) goes_on: bool,
}

/// More pairs of lines are not compared: no manifest of a chart comes near.
const MOST: usize = 4_000_000;
/// The score of what no path leads to.
const UNREACHED: i32 = i32::MIN / 2;
/// A rendered line that no line of the template wrote.
const STRANGE: i32 = -9;
/// A line of the template that stands there and was not written.
const LEFT_OUT: i32 = -8;
/// An action that wrote nothing.
const EMPTY: i32 = -1;
/// A document that begins in the middle of a template.
const MIDDLE: i32 = -8;
/// A branch that should not be taken.
const AGAINST: i32 = -25;
/// A further line, of what writes lines and of what should not.
const FURTHER: (i32, i32) = (-1, -5);
/// Longer literal text weighs no more.
const LONGEST: usize = 60;

/// Aligns the lines of one document, of which none is blank. `None` where there are too many.
pub(super) fn align(
    text: &str,
    body: &Body,
    known: &impl Known,
    lines: &[&str],
) -> Option<Vec<Option<Placed>>> {
    let width = body.steps.len() + 1;
    if width.checked_mul(lines.len() + 1).is_none_or(|cells| cells > MOST) {
        return None;
    }
    let patterns: Vec<Option<Pattern<'_>>> = body
        .steps
        .iter()
        .map(|step| match step {
            Step::Write(line) => Some(Pattern::of(text, line)),
            Step::Branch(..) | Step::Jump(_) => None,
        })
        .collect();
    let mut table = Table {
        known,
        patterns,
        edges: Vec::new(),
        into: vec![Vec::new(); width],
        width,
        lines,
        reached: vec![UNREACHED; width * (lines.len() + 1)],
        open: vec![UNREACHED; width * (lines.len() + 1)],
    };
    table.connect(body);
    table.fill();
    Some(table.trace())
}

/// From a step to another without a rendered line.
#[derive(Debug, Clone, Copy)]
struct Edge {
    from: usize,
    to: usize,
    cost: i32,
}

/// The best score of each way to stand before a step after so many lines.
struct Table<'a, K> {
    known: &'a K,
    patterns: Vec<Option<Pattern<'a>>>,
    edges: Vec<Edge>,
    into: Vec<Vec<Edge>>,
    width: usize,
    lines: &'a [&'a str],
    reached: Vec<i32>,
    /// The same within what the last action of a step writes.
    open: Vec<i32>,
}

/// A cell: after so many lines, before a step or within what it writes.
type Cell = (usize, bool);

impl<K: Known> Table<'_, K> {
    fn connect(&mut self, body: &Body) {
        for (at, step) in body.steps.iter().enumerate() {
            let mut edge =
                |to: usize, cost: i32| self.edges.push(Edge { from: at, to: to.min(body.steps.len()), cost });
            match step {
                Step::Jump(to) => edge(*to, 0),
                Step::Branch(condition, to) => {
                    let is_taken = self.known.is_taken(at);
                    edge(at + 1, if is_taken == Some(false) { AGAINST } else { 0 });
                    // A loop is left in the end.
                    let must = is_taken == Some(true) && condition.block != super::expression::Block::Range;
                    edge(*to, if must { AGAINST } else { 0 });
                }
                Step::Write(_) => {
                    let Some(Some(pattern)) = self.patterns.get(at) else { continue };
                    // A document ends where the next one begins.
                    if !pattern.parts_documents() {
                        edge(at + 1, if pattern.literal == 0 { EMPTY } else { LEFT_OUT });
                    }
                }
            }
        }
        for edge in &self.edges {
            if let Some(into) = self.into.get_mut(edge.to) {
                into.push(*edge);
            }
        }
    }

    fn get(&self, (step, is_open): Cell, after: usize) -> i32 {
        let all = if is_open { &self.open } else { &self.reached };
        all.get(after * self.width + step).copied().unwrap_or(UNREACHED)
    }

    fn raise(&mut self, (step, is_open): Cell, after: usize, score: i32) -> bool {
        let at = after * self.width + step;
        let all = if is_open { &mut self.open } else { &mut self.reached };
        match all.get_mut(at) {
            Some(cell) if *cell < score => {
                *cell = score;
                true
            }
            _ => false,
        }
    }

    /// What a line adds, as the first that a step writes.
    fn first(&self, step: usize, number: usize) -> Option<i32> {
        let pattern = self.patterns.get(step)?.as_ref()?;
        let line = self.lines.get(number)?;
        let shares = pattern.shares(line, number == 0)?;
        let literal = i32::try_from(pattern.literal.min(LONGEST)).unwrap_or_default();
        let fit = |(piece, share): (usize, &std::ops::Range<usize>)| match pattern.is_hole(piece) {
            true => self.known.fit(step, piece, line.get(share.clone()).unwrap_or_default()),
            false => 0,
        };
        let fit: i32 = if pattern.is_literal() { 2 } else { shares.iter().enumerate().map(fit).sum() };
        Some(1 + 2 * literal + fit)
    }

    /// What a line adds, as a further one of a step.
    fn further(&self, step: usize, number: usize) -> Option<i32> {
        let pattern = self.patterns.get(step)?.as_ref()?;
        let line = self.lines.get(number)?;
        if !pattern.ends_open() || !pattern.goes_on_with(line) {
            return None;
        }
        let cost = if self.known.writes_lines(step) { FURTHER.0 } else { FURTHER.1 };
        let last = pattern.count().saturating_sub(1);
        Some(cost + self.known.fit(step, last, line).max(0))
    }

    fn fill(&mut self) {
        self.raise((0, false), 0, 0);
        for step in 0..self.width {
            let begins = step.checked_sub(1).and_then(|before| self.patterns.get(before)?.as_ref());
            let cost = if begins.is_some_and(Pattern::parts_documents) { 0 } else { MIDDLE };
            self.raise((step, false), 0, cost);
        }
        self.settle(0);
        for number in 0..self.lines.len() {
            for step in 0..self.width {
                let (before, within) = (self.get((step, false), number), self.get((step, true), number));
                let first = (before > UNREACHED).then(|| self.first(step, number)).flatten();
                let further = (within > UNREACHED).then(|| self.further(step, number)).flatten();
                let written = first.map(|score| before + score).max(further.map(|score| within + score));
                if let Some(score) = written {
                    self.raise((step + 1, false), number + 1, score);
                    self.raise((step, true), number + 1, score);
                }
                if before > UNREACHED {
                    self.raise((step, false), number + 1, before + STRANGE);
                }
            }
            self.settle(number + 1);
        }
    }

    /// Follows the edges until nothing gets better. Loops within loops take a pass each.
    fn settle(&mut self, after: usize) {
        const PASSES: usize = 12;
        for _ in 0..PASSES {
            let mut is_better = false;
            for at in 0..self.edges.len() {
                let Some(Edge { from, to, cost }) = self.edges.get(at).copied() else { continue };
                let score = self.get((from, false), after);
                is_better |= score > UNREACHED && self.raise((to, false), after, score + cost);
            }
            if !is_better {
                break;
            }
        }
    }

    /// Goes back along all the best paths at once.
    fn trace(&self) -> Vec<Option<Placed>> {
        let count = self.lines.len();
        let best = (0..self.width).map(|step| self.get((step, false), count)).max().unwrap_or(UNREACHED);
        let ends = (0..self.width).filter(|step| self.get((*step, false), count) == best);
        let mut cells: BTreeSet<Cell> = ends.map(|step| (step, false)).collect();
        let mut placed = vec![None; count];
        for after in (1..=count).rev() {
            let mut waiting: Vec<Cell> = cells.iter().copied().collect();
            let mut before: BTreeSet<Cell> = BTreeSet::new();
            let mut writers: BTreeSet<Option<usize>> = BTreeSet::new();
            let mut goes_on = true;
            while let Some(cell) = waiting.pop() {
                let (step, is_open) = cell;
                let score = self.get(cell, after);
                if !is_open {
                    for edge in self.into.get(step).into_iter().flatten() {
                        let from = (edge.from, false);
                        let is_best =
                            self.get(from, after) > UNREACHED && self.get(from, after) + edge.cost == score;
                        if is_best && cells.insert(from) {
                            waiting.push(from);
                        }
                    }
                    if self.get(cell, after - 1) > UNREACHED && self.get(cell, after - 1) + STRANGE == score {
                        before.insert(cell);
                        writers.insert(None);
                    }
                }
                let Some(writer) = (if is_open { Some(step) } else { step.checked_sub(1) }) else { continue };
                for is_further in [false, true] {
                    let from = (writer, is_further);
                    let so_far = self.get(from, after - 1);
                    if so_far <= UNREACHED {
                        continue;
                    }
                    let added = match is_further {
                        false => self.first(writer, after - 1),
                        true => self.further(writer, after - 1),
                    };
                    if added.is_some_and(|added| so_far + added == score) {
                        before.insert(from);
                        writers.insert(Some(writer));
                        goes_on &= is_further;
                    }
                }
            }
            let only = (writers.len() == 1).then(|| writers.into_iter().next().flatten()).flatten();
            if let Some(slot) = placed.get_mut(after - 1) {
                *slot = only.map(|step| Placed { step, goes_on });
            }
            cells = before;
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::outline::{Outline, Piece};
    use super::*;

    /// Nothing is known but the text.
    struct Text;

    impl Known for Text {
        fn is_taken(&self, _: usize) -> Option<bool> {
            None
        }

        fn fit(&self, _: usize, _: usize, _: &str) -> i32 {
            0
        }

        fn writes_lines(&self, _: usize) -> bool {
            true
        }
    }

    /// The line of the template, from 1, of each rendered line; 0 where it is not known.
    fn lines(template: &str, rendered: &str) -> Vec<usize> {
        let outline = Outline::of(template);
        let rendered: Vec<&str> = rendered.lines().filter(|line| !line.trim().is_empty()).collect();
        let placed = align(template, &outline.body, &Text, &rendered).unwrap_or_default();
        let line = |placed: Placed| {
            let Some(Step::Write(line)) = outline.body.steps.get(placed.step) else { return 0 };
            let mut pieces =
                line.pieces.iter().map(|(Piece::Literal(span) | Piece::Hole(span, _))| span.start);
            let start = if placed.goes_on { pieces.next_back() } else { pieces.next() };
            start.and_then(|start| template.get(..start)).map_or(0, |before| before.matches('\n').count() + 1)
        };
        placed.into_iter().map(|placed| placed.map_or(0, line)).collect()
    }

    #[test]
    fn lines_are_known_by_the_text_around_the_actions() {
        let template = "a: {{ .x }}\nb: 1\nc: {{ .y }}-{{ .z }}.\n";
        assert_eq!(lines(template, "a: 7\nb: 1\nc: one-two.\n"), [1, 2, 3]);
        assert_eq!(lines(template, "a:\nb: 1\nc: -.\n"), [1, 2, 3], "what is empty");
    }

    #[test]
    fn what_is_not_rendered_is_passed_over_and_loops_repeat() {
        let template = "a:\n{{- if .x }}\n  b: 1\n{{- else }}\n  c: 1\n{{- end }}\n{{- range .y }}\n  - d: {{ . }}\n    e: 1\n{{- end }}\nf: 1\n";
        assert_eq!(lines(template, "a:\n  c: 1\nf: 1\n"), [1, 5, 11]);
        assert_eq!(
            lines(template, "a:\n  b: 1\n  - d: 1\n    e: 1\n  - d: 2\n    e: 1\nf: 1\n"),
            [1, 3, 8, 9, 8, 9, 11]
        );
    }

    #[test]
    fn lines_that_an_action_writes_are_those_of_the_action() {
        let template = "a:\n  {{- toYaml .x | nindent 2 }}\nb:\n{{ toYaml .y | indent 2 }}\nc: 1\n";
        assert_eq!(lines(template, "a:\n  x: 1\n  y:\n    z: 1\nb:\n  - 1\nc: 1\n"), [1, 2, 2, 2, 3, 4, 5]);
    }

    #[test]
    fn a_document_begins_anywhere_behind_a_separator() {
        let template = "a: 1\nkind: A\n---\na: 1\nkind: B\n";
        assert_eq!(lines(template, "a: 1\nkind: B\n"), [4, 5]);
        assert_eq!(lines(template, "a: 1\nkind: A\n"), [1, 2]);
    }

    #[test]
    fn where_two_paths_are_as_good_nothing_is_said() {
        let template = "a: 1\n{{- if .x }}\nb: 1\n{{- else }}\nb: 1\n{{- end }}\nc: 1\n";
        assert_eq!(lines(template, "a: 1\nb: 1\nc: 1\n"), [1, 0, 7]);
        assert_eq!(lines("a: 1\n", "x: 1\n"), [0]);
    }

    #[test]
    fn too_many_lines_are_not_compared() {
        let many = "a: 1\n".repeat(3000);
        assert_eq!(lines(&many, &many), [0; 0]);
    }

    const PIECES: [&str; 12] = [
        "a: 1\n",
        "  b: {{ .x }}\n",
        "{{ toYaml .y | indent 2 }}\n",
        "c: {{ .x }}-{{ .y }}\n",
        "---\n",
        "\n",
        "{{- if .z }}\n",
        "{{- else }}\n",
        "{{- end }}\n",
        "{{ end }} d {{- /* */}}\n",
        "{{ include \"e\" . }}",
        "{{ define \"f\" }}\n",
    ];
    const LINES: [&str; 6] = ["a: 1", "  b: 2", "  x: 3", "c: 1-2", " d", "名: {{"];

    proptest! {
        #[test]
        fn any_template_and_any_lines_are_compared(
            template in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..20),
            loops in any::<bool>(),
            rendered in prop::collection::vec(prop::sample::select(&LINES[..]), 0..20),
        ) {
            let mut template = template.concat();
            if loops {
                template = template.replacen("if", "range", 1);
            }
            let outline = Outline::of(&template);
            let Some(placed) = align(&template, &outline.body, &Text, &rendered) else { return Ok(()) };
            prop_assert_eq!(placed.len(), rendered.len());
            let mut last = 0;
            for one in placed.into_iter().flatten() {
                prop_assert!(matches!(outline.body.steps.get(one.step), Some(Step::Write(_))));
                // Only a loop goes back.
                prop_assert!(loops || one.step >= last, "{} after {} in {:?}", one.step, last, template);
                last = one.step;
            }
        }

        #[test]
        fn a_template_without_actions_is_its_own_lines(keys in prop::collection::btree_set("[a-z]{3,9}", 1..20)) {
            let text: String = keys.iter().map(|key| format!("{key}: 1\n")).collect();
            prop_assert_eq!(lines(&text, &text), (1..=keys.len()).collect::<Vec<usize>>());
        }
    }
}
