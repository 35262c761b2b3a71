//! Words below a bar, each as near to its moment as there is room.

use super::canvas::{Canvas, Paint, columns, cropped};
use crate::finding::Instant;

/// Something to be said at a column.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// The column it is about.
    pub at: usize,
    /// The sign that it explains.
    pub sign: Option<(char, Instant)>,
    /// The words, from the fullest to the shortest.
    pub words: Vec<String>,
}

/// Between two labels.
const GAP: usize = 2;
/// So far from its moment a label with a sign may stand.
const MOVED: usize = 16;

impl Label {
    fn columns(&self, words: &str) -> usize {
        columns(words) + if self.sign.is_some() { 2 } else { 0 }
    }
}

/// The labels in lines of `width` cells, at most `most` of them unless there is no other way; each as full as
/// there is room.
pub(super) fn placed(labels: &[Label], width: usize, most: usize, more: &str) -> Vec<Canvas> {
    let longest = labels.iter().map(|label| label.words.len()).max().unwrap_or(0);
    for form in 0..longest {
        let lines = with(labels, width, form, more);
        if lines.len() <= most || form + 1 == longest {
            return lines;
        }
    }
    Vec::new()
}

fn with(labels: &[Label], width: usize, form: usize, more: &str) -> Vec<Canvas> {
    let mut lines: Vec<(Canvas, usize)> = Vec::new();
    for label in labels {
        let Some(words) = label.words.get(form).or(label.words.last()) else { continue };
        let words = cropped(words, width.saturating_sub(if label.sign.is_some() { 2 } else { 0 }), more);
        let takes = label.columns(&words);
        // It stands below its moment, or ends at the end of the line.
        let wanted = label.at.min(width.saturating_sub(takes));
        // A sign is found again a little further on; words without one have to stand where they belong.
        let most = if label.sign.is_some() { MOVED } else { 0 };
        let place = |taken: usize| {
            let free = if taken == 0 { wanted } else { wanted.max(taken + GAP) };
            (free <= wanted + most && free + takes <= width).then_some(free)
        };
        let found = lines.iter().enumerate().find_map(|(line, (_, taken))| Some((line, place(*taken)?)));
        let (line, wanted) = found.unwrap_or_else(|| {
            lines.push((Canvas::new(width), 0));
            (lines.len() - 1, wanted)
        });
        let Some((canvas, taken)) = lines.get_mut(line) else { continue };
        let mut at = wanted;
        if let Some((sign, instant)) = label.sign {
            canvas.set(at, sign, Paint::Instant(instant));
            at += 2;
        }
        canvas.write(at, &words, Paint::Plain);
        *taken = wanted + takes;
    }
    lines.into_iter().map(|(canvas, _)| canvas).collect()
}
