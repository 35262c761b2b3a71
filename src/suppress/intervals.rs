//! Ranges of bytes that may lie in each other, asked for those that touch a place.

use crate::text::Span;

/// Spans with what they stand for. A list of a thousand comments and as many findings must not
/// cost a million comparisons.
#[derive(Debug)]
pub(super) struct Intervals<T> {
    /// By where they begin; seen as a tree whose root is the middle one.
    spans: Vec<(Span, T)>,
    /// How far the spans of each subtree reach.
    reach: Vec<usize>,
}

impl<T: Copy> Intervals<T> {
    pub(super) fn new(mut spans: Vec<(Span, T)>) -> Self {
        spans.sort_by_key(|(span, _)| *span);
        let mut intervals = Self { reach: vec![0; spans.len()], spans };
        intervals.measure(0, intervals.spans.len());
        intervals
    }

    fn measure(&mut self, low: usize, high: usize) -> usize {
        if low >= high {
            return 0;
        }
        let middle = low.midpoint(high);
        let own = self.spans.get(middle).map_or(0, |(span, _)| span.end);
        let reach = own.max(self.measure(low, middle)).max(self.measure(middle + 1, high));
        if let Some(slot) = self.reach.get_mut(middle) {
            *slot = reach;
        }
        reach
    }

    /// Those that touch a span.
    pub(super) fn touching(&self, span: Span) -> Vec<T> {
        let mut found = Vec::new();
        let mut open = vec![(0_usize, self.spans.len())];
        while let Some((low, high)) = open.pop() {
            let middle = low.midpoint(high);
            let reach = self.reach.get(middle).copied().filter(|_| low < high);
            let (Some(reach), Some((own, value))) = (reach, self.spans.get(middle)) else { continue };
            if reach < span.start {
                continue;
            }
            open.push((low, middle));
            if own.start <= span.end {
                open.push((middle + 1, high));
                found.extend(touch(*own, span).then_some(*value));
            }
        }
        found
    }
}

/// They share a byte, or the empty one lies in or at the other.
fn touch(covered: Span, span: Span) -> bool {
    if span.start == span.end {
        return covered.start <= span.start && span.start <= covered.end;
    }
    covered.start < span.end && span.start < covered.end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_touches_is_what_a_plain_search_finds(
            spans in proptest::collection::vec((0usize..60, 0usize..30), 0..40),
            at in 0usize..90,
            length in 0usize..9,
        ) {
            let spans: Vec<(Span, usize)> = spans
                .into_iter()
                .enumerate()
                .map(|(number, (start, length))| (Span::new(start, start + length), number))
                .collect();
            let asked = Span::new(at, at + length);
            let mut found = Intervals::new(spans.clone()).touching(asked);
            found.sort_unstable();
            let plain: Vec<usize> =
                spans.iter().filter(|(span, _)| touch(*span, asked)).map(|(_, number)| *number).collect();
            prop_assert_eq!(found, plain);
        }
    }
}
